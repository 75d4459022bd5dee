"""A budget case as a sheet of live formulas: change an assumption, and what it returns follows."""

from analyses.budget.case import Case
from analyses.budget.words import describe_caveat
from exports.workbook.book import Book
from exports.workbook.budget.answers import ANSWER_ROWS, write_answers
from exports.workbook.budget.flows import write_flows
from exports.workbook.budget.inputs import write_inputs
from exports.workbook.budget.programmes import write_programmes
from exports.workbook.budget.tornado import write_tornado

HOW = (
    "Change what is blue on yellow; everything else is a formula and follows. A customer who is kept earns "
    "margin x persistence^(year - 1) at the end of each year, a whole margin in the first."
)
WIDTHS = (50.0, 16.0, 16.0, 16.0, 16.0, 18.0)
YEAR_WIDTH = 14.0


def add_case(book: Book, case: Case, place: int) -> None:
    """The sheet of the case that is the place-th of its pack, from 1; its names begin with case_<place>_."""
    sheet = book.add_sheet(
        f"Budget {place} {case.name}",
        f"Budget case: {case.name}, as live formulas{describe_caveat(case)}",
        case.currency,
    )
    sheet.title(f"Budget case: {case.name}{describe_caveat(case)}", HOW)
    inputs = write_inputs(sheet, case, f"case_{place}_", 3, ANSWER_ROWS)
    flows = write_flows(sheet, inputs, inputs.next_row)
    write_answers(sheet, inputs, flows)
    row = write_programmes(sheet, inputs, flows.next_row)
    write_tornado(sheet, inputs, row)
    years = range(len(WIDTHS), inputs.last_column + 1)
    sheet.widths = dict(enumerate(WIDTHS)) | dict.fromkeys(years, YEAR_WIDTH)
    sheet.finish(max(WIDTHS))
    sheet.worksheet.freeze_panes(3, 1)
