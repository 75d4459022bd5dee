"""What the metrics of a pack mean, as they were defined when it was frozen."""

from analyses.board.document import Pack
from exports.workbook.book import Book

ABOUT = "What each metric means: definition, formula, owner, source, SQL of the moment"
COLUMNS = (
    ("metric", 22), ("name", 32), ("definition", 52), ("formula", 52), ("unit", 14), ("good", 9), ("owner", 20),
    ("source", 36), ("not for", 52), ("95 % interval", 32), ("version", 9), ("hash", 20),
    ("SQL, which runs in a DuckDB shell", 60),
)  # fmt: skip
PRINTED = 11  # columns; hash and SQL, which is read in its cell, make no row higher


def add_definitions(book: Book, pack: Pack) -> None:
    """The sheet, a line a metric."""
    sheet = book.add_sheet("Definitions", ABOUT)
    sheet.heads(0, [name for name, _ in COLUMNS])
    for row, each in enumerate(pack.definitions, start=1):
        sheet.text(row, 0, each.metric, "bold")
        texts = (
            each.label, each.definition, each.formula, each.unit, each.good, each.owner, each.source, each.caveat,
            each.interval,
        )  # fmt: skip
        for column, text in enumerate(texts, start=1):
            sheet.text(row, column, text, "wrapped")
        sheet.number(row, len(texts) + 1, each.version, "count")
        sheet.text(row, len(texts) + 2, each.hash, "wrapped")
        sheet.text(row, len(texts) + 3, each.sql, "wrapped")
    sheet.widths = {column: width for column, (_, width) in enumerate(COLUMNS)}
    sheet.wrapped = [each for each in sheet.wrapped if each[1] < PRINTED]
    sheet.finish(widest=max(sheet.widths.values()))
    sheet.worksheet.freeze_panes(1, 1)
    sheet.print_wide(len(pack.definitions) + 1, PRINTED)
