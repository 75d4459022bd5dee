"""Say which known names come nearest to an unknown one."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(name: str, known: Iterable[str]) -> str:
    """The end of an error sentence: the nearest known names, or all of them when none is near."""
    names = sorted(known)
    close = get_close_matches(name.lower().replace(".", "_"), names, n=3, cutoff=0.5)
    if close:
        return f"the nearest is {' or '.join(close)}"
    return f"choose from {', '.join(names)}"
