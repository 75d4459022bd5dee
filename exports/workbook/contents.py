"""The first sheet: which pack this is, what the other sheets hold, and how they are read."""

from analyses.board.document import Pack, Today
from exports.workbook.book import Book, Sheet

HOW = (
    "Every number is a number in full digits; a percent is a share from 0 to 1, shown as a percentage. "
    "What is undefined is n/a with its reason, never 0.",
    "Blue on yellow may be changed: the budget cases are live formulas and follow. All else is frozen.",
    "No macro and no link to another file. Texts of customers are texts, whatever they begin with.",
)
NO_TODAY = "No build is published here, so what the numbers would be now is not in this file."
DRAWS = "The 10,000 draws of a budget case are those of the freeze: they alone do not follow what is changed."
SETTING_WIDTH = 60


def fill_contents(book: Book, sheet: Sheet, pack: Pack, today: Today | None) -> None:
    """Write the sheet, once all others are there."""
    sheet.title(pack.title, f"Board pack of {pack.quarter}, as numbers")
    facts = [
        ("Pack", pack.name),
        ("Quarter", f"{pack.quarter}: {pack.quarter_start} up to and without {pack.quarter_end}"),
        ("As of", f"{pack.as_of}, the day of the export"),
        ("Frozen", f"{pack.frozen_at:%Y-%m-%d %H:%M} UTC by {pack.frozen_by}"),
        ("Build", f"{pack.build_id}, known at {pack.known_at:%Y-%m-%d %H:%M} UTC"),
        ("Source and code", f"source {pack.source_hash}, code {pack.code_version}"),
        ("Currency", pack.currency),
        ("Pack before", pack.previous or "none"),
        *([("Rests on", pack.basis)] if pack.basis else []),
        (
            "Now",
            f"build {today.build_id}, as of {today.as_of}: {today.changed:,} of {len(pack.numbers):,} numbers differ"
            if today
            else NO_TODAY,
        ),
    ]
    row = 3
    for name, text in facts:
        sheet.text(row, 0, name, "bold")
        sheet.text(row, 1, text, "spread")
        row += 1
    for line in (*HOW, *([DRAWS] if pack.cases else [])):
        row += 1
        sheet.text(row, 0, line, "spread")
    row = _write_sheets(book, sheet, row + 2)
    row = _write_names(book, sheet, row + 1)
    _write_settings(sheet, pack, row + 1)
    sheet.finish()
    sheet.widen(1, SETTING_WIDTH)


def _write_sheets(book: Book, sheet: Sheet, row: int) -> int:
    sheet.text(row, 0, "Sheets", "section")
    for name, about in book.sheets.items():
        if name != sheet.name:
            row += 1
            target = f"internal:'{name}'!A1"
            sheet.worksheet.write_url(row, 0, target, book.find_format("link"), name)
            sheet.text(row, 1, about, "spread")
    return row + 1


def _write_names(book: Book, sheet: Sheet, row: int) -> int:
    """The named cells, which a formula of one's own may use."""
    if not book.names:
        return row
    sheet.text(row, 0, "Named cells", "section")
    for name, place, about in book.names:
        row += 1
        sheet.text(row, 0, name)
        sheet.text(row, 1, f"{place}: {about}", "spread")
    return row + 1


def _write_settings(sheet: Sheet, pack: Pack, row: int) -> None:
    sheet.text(row, 0, "Settings of the build", "section")
    for name, value in sorted(pack.settings.items()):
        row += 1
        sheet.text(row, 0, name)
        sheet.text(row, 1, value, "spread")
