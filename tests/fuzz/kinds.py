"""Sentences that differ only in names, numbers and values are one kind."""

import re

LONGEST = 90


def to_kind(sentence: object) -> str:
    """The sentence with what belongs to one input taken out, cut to a line of the table."""
    text = str(sentence).splitlines()[0] if str(sentence) else "(no words)"
    text = re.sub(r"""\[[^\]]*\]|"[^"]*"|'[^']*'|\([^)]*\)""", "…", text)
    text = re.sub(r"\S*/\S*|\S+\.(csv|zip|xlsx|toml)\b:?", "…", text, flags=re.IGNORECASE)
    text = re.sub(r"The file has .*", "", text)
    text = re.sub(r"-?\d[\d,.:-]*", "n", text)
    text = re.sub(r"(…[\s,]*)+", "… ", text).strip()
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
