"""How a cell of a pack reads: the same words in every file that is drawn from it."""

import re
from datetime import date, datetime
from unicodedata import bidirectional

from analyses.board.document import Cell
from analyses.formats import format_value
from metrics.periods import format_date

# Left-to-right mark.
MARK = "\u200e"
# Between these a share reads '100.4 %': a target of retention hangs on it.
WHOLE, NEAR = 1.0, 1.1


def write_cell(cell: Cell, currency: str) -> str:
    """'3.0 %', '+0.4 pp', 'EUR 41.3 k', '31 Jan 2027', a text as it is, 'n/a (nobody at the start)'.

    A number with a remark: '4.1 %: missed'. A share just above 1 keeps the decimal that makes it more.
    """
    if cell.value is None:
        return f"n/a ({cell.reason})" if cell.reason else "n/a"
    if isinstance(cell.value, str):
        return cell.value
    if isinstance(cell.value, date):
        return format_date(cell.value)
    number = float(cell.value)
    text = str(format_value(number, cell.unit, currency, cell.is_change))
    if cell.unit == "percent" and not cell.is_change and WHOLE < number < NEAR:
        text = f"{100 * number:.1f} %"
    return f"{text}: {cell.remark}" if cell.remark else text


def write_time(moment: datetime) -> str:
    """'4 Oct 2026, 08:00 UTC'; the moment is in UTC."""
    return f"{format_date(moment)}, {moment.hour:02}:{moment.minute:02} UTC"


def mark_name(name: str) -> str:
    """A name, between marks that keep what stands beside it in its place where it reads from right to left.

    Else "name, 22 Nov 2026" would read "22 ,name Nov 2026" (Unicode's annex 9). Marks and not isolates, which
    older Offices do not know.
    """
    return f"{MARK}{name}{MARK}" if reads_leftward(name) else name


def reads_leftward(text: str) -> bool:
    """Whether any letter of it is of a script that is written from right to left."""
    return any(bidirectional(letter) in ("R", "AL") for letter in text)


def tie(text: str) -> str:
    """The same with amounts that no line break parts: 'EUR 44.3 k', '3.0 %'."""
    text = re.sub(r"\b([A-Z]{3}) (?=\d)", "\\1\u00a0", text)
    return re.sub(r"(?<=\d) (?=(?:k|M|pp|points|days|weeks|months)\b|%)", "\u00a0", text)
