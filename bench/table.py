"""The pure parts: percentiles and tables of text."""

import math
from collections.abc import Sequence


def compute_percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that this share of the values does not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(math.ceil(percent / 100 * len(ordered)), 1) - 1]


def compute_shares(seconds: dict[str, float]) -> dict[str, float]:
    """Each part over the sum of all; nothing where there is no time to share out."""
    total = sum(seconds.values())
    return {name: part / total for name, part in seconds.items()} if total else {}


def format_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns as wide as their widest cell, the first to the left, numbers to the right."""
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]
    lines = []
    for row in [head, *rows]:
        first, *others = (
            cell.rjust(width) if column else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        lines.append("  ".join([first, *others]).rstrip())
    return "\n".join(lines)


def format_bytes(count: int | None) -> str:
    """A number of bytes; a dash where it is not known."""
    return "-" if count is None else f"{count / 1e6:,.0f} MB"
