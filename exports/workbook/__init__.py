"""The board pack as a workbook: every number as a number, the budget cases as live formulas."""

import io

from analyses.board.document import Pack, Today
from exports.ordered import order_slides
from exports.workbook.book import Book
from exports.workbook.budget import add_case
from exports.workbook.contents import fill_contents
from exports.workbook.definitions import add_definitions
from exports.workbook.numbers import add_numbers
from exports.workbook.slides import add_deck, add_slide
from exports.workbook.written import add_written


def to_workbook(pack: Pack, today: Today | None) -> bytes:
    """An XLSX file of a pack, and beside each number what it would be now, where that is known.

    No macro, no link to another file, no text that becomes a formula. The same pack gives the same
    bytes: times in the file are those of the freeze.
    """
    out = io.BytesIO()
    book = Book(out, pack)
    contents = book.add_sheet("Contents", "What this workbook is")
    for place, case in enumerate((each for each in pack.cases if each.programmes), start=1):
        add_case(book, case, place)
    add_numbers(book, pack, today)
    add_definitions(book, pack)
    slides = [slide for slide, _ in order_slides(pack, today)]
    for slide in slides:
        add_slide(book, slide)
    add_deck(book, slides)
    add_written(book, pack)
    fill_contents(book, contents, pack, today)
    book.close()
    return out.getvalue()
