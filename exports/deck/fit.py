"""How much room a text takes, without a font file: so that nothing on a slide overflows.

Widths are those of Helvetica (Adobe's metrics, in thousandths of the size), which Arial and Liberation Sans
share. A company's own font may be wider: see `stretch` of the frame. All lengths are in points.
"""

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

LINE = 1.2  # height of a line, in sizes of the font
ELLIPSIS = "…"

_REGULAR = {
    191: "'", 222: "ijl", 260: "|", 278: " !,./:;I[\\]ft", 333: "()-`r", 334: "{}", 355: '"', 389: "*",
    469: "^", 500: "Jckszvxy", 556: "#$0123456789?L_abdeghnopqu", 584: "+<=>~", 611: "FTZ",
    667: "&ABEKPSVXY", 722: "CDHNRUw", 778: "GOQ", 833: "Mm", 889: "%", 944: "W", 1015: "@",
}  # fmt: skip
_BOLD = {
    238: "'", 278: " ,./Iijl\\", 280: "|", 333: "!()-:;[]`ft", 389: "*r{}", 474: '"', 500: "z",
    556: "#$0123456789J_acekvsxy", 584: "+<=>^~", 611: "?FLTZbdghnopqu", 667: "EPSVXY",
    722: "&ABCDHKNRU", 778: "GOQw", 833: "M", 889: "%m", 944: "W", 975: "@",
}  # fmt: skip
_WIDTHS, _BOLD_WIDTHS = (
    {letter: width for width, letters in each.items() for letter in letters}
    for each in (_REGULAR, _BOLD)
)
_OTHER, _WIDE = 667, 1000


@dataclass(frozen=True)
class Font:
    """How wide its letters are: stretch times those of Helvetica or of Helvetica Bold."""

    stretch: float = 1.0
    is_bold: bool = False


def measure(text: str, size: float, font: Font = Font()) -> float:
    """Width of a text in one line."""
    widths = _BOLD_WIDTHS if font.is_bold else _WIDTHS
    return sum(widths.get(letter) or _width(letter) for letter in text) * size * font.stretch / 1000


def _width(letter: str) -> int:
    if unicodedata.combining(letter):
        return 0
    return _WIDE if unicodedata.east_asian_width(letter) in "WF" else _OTHER


def count_lines(text: str, size: float, width: float, font: Font = Font()) -> int:
    """Lines that a text takes in a width, broken between words; a longer word is broken within."""
    lines = 0
    for paragraph in text.split("\n"):
        lines += 1
        used = 0.0
        for word in paragraph.split(" "):
            needed = measure(word, size, font)
            space = measure(" ", size, font) if used else 0.0
            if used + space + needed <= width:
                used += space + needed
                continue
            broken = math.ceil(needed / width) if needed > width else 1
            lines += broken if used else broken - 1
            used = needed - (broken - 1) * width
    return lines


def height_of(paragraphs: Sequence[str], size: float, width: float, font: Font = Font()) -> float:
    """Height of paragraphs, each after the first half a line below the one before."""
    lines = sum(count_lines(each, size, width, font) for each in paragraphs)
    return (lines + 0.5 * max(0, len(paragraphs) - 1)) * LINE * size


def choose_size(
    paragraphs: Sequence[str],
    sizes: Sequence[float],
    width: float,
    height: float,
    font: Font = Font(),
) -> float | None:
    """The first of the sizes, largest first, at which the paragraphs fit; None where none does."""
    return next((s for s in sizes if height_of(paragraphs, s, width, font) <= height), None)


def part_text(
    text: str, size: float, width: float, lines: int, font: Font = Font()
) -> tuple[str, str]:
    """What of a text stands in so many lines, to the end of a word, and what is left for another place."""
    if count_lines(text, size, width, font) <= lines:
        return text, ""
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if count_lines(text[:middle], size, width, font) <= lines:
            low = middle
        else:
            high = middle - 1
    at_word = max(text.rfind(" ", 0, low + 1), text.rfind("\n", 0, low + 1))
    if at_word > low // 2:
        return text[:at_word], text[at_word + 1 :]
    return text[:low], text[low:]


def shorten(text: str, size: float, width: float, lines: int, font: Font = Font()) -> str:
    """The text, cut at a word and ended by an ellipsis where it takes more lines than that."""
    if count_lines(text, size, width, font) <= lines:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if count_lines(text[:middle].rstrip() + ELLIPSIS, size, width, font) <= lines:
            low = middle
        else:
            high = middle - 1
    cut = text[:low].rstrip()
    at_word = cut.rpartition(" ")[0]
    return (at_word if len(at_word) > len(cut) // 2 else cut).rstrip(" ,;:") + ELLIPSIS
