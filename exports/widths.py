"""How wide the columns of a table are to be, by what stands in them: in the presentation and the PDF alike."""

from collections.abc import Sequence

# Letters that a column is held to be wide, at least, and up to which a text stands in one line; beyond it the
# width grows as the root of the letters.
NARROW, SHORT, BREAKING = 5, 20, 2.5
# Points across a slide; em a letter of DejaVu Sans.
ACROSS, LETTER = 884, 0.62
# Points of a table that is read with ease; letters of the space between columns.
EASY, MARGIN = 12, 2


def weigh(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> list[float]:
    """How wide each column is to be, in parts: as its longest text, of which more than SHORT letters
    break, and so that its longest word fits at EASY points."""
    columns = list(zip(headings, *rows, strict=True))
    longest = [max(len(text) for text in column) for column in columns]
    weights = [
        max(NARROW, MARGIN + min(each, SHORT) + BREAKING * max(0, each - SHORT) ** 0.5)
        for each in longest
    ]
    share = sum(weights) * LETTER * EASY / ACROSS
    return [
        max(weight, share * max(_measure_word(text) for text in column))
        for weight, column in zip(weights, columns, strict=True)
    ]


def limit_size(weights: Sequence[float], rows: Sequence[Sequence[str]]) -> float:
    """The points at which every word still fits into its column, on a slide."""
    part = ACROSS / sum(weights) / LETTER
    return min(
        part * weight / _measure_word(text)
        for row in rows
        for weight, text in zip(weights, row, strict=True)
    )


def _measure_word(text: str) -> int:
    """Letters of the longest word, and of the space beside it."""
    return MARGIN + max(len(word) for word in text.replace("\n", " ").split(" "))
