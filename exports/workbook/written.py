"""What people wrote and signed beside the numbers of a pack."""

from analyses.board.document import Pack
from analyses.signed import describe_state
from exports.workbook.book import Book

NOTES = "What people wrote beside the numbers: comments, actions, decisions asked"
APPROVALS = "Who approved which number, and when; what dropped since the number changed"
TEXT_WIDTH = 90


def add_written(book: Book, pack: Pack) -> None:
    """A sheet of notes and one of approvals, each where there are any."""
    if pack.notes:
        sheet = book.add_sheet("Notes", NOTES)
        sheet.heads(
            0, ("metric", "grain", "period start", "kind", "author", "written at (UTC)", "text")
        )
        for row, note in enumerate(pack.notes, start=1):
            sheet.text(row, 0, note.metric)
            sheet.text(row, 1, note.grain)
            sheet.day(row, 2, note.period_start)
            sheet.text(row, 3, note.kind, "indented")
            sheet.text(row, 4, note.author)
            sheet.text(row, 5, f"{note.written_at:%Y-%m-%d %H:%M}")
            sheet.text(row, 6, note.text, "wrapped")
        sheet.widths[6] = TEXT_WIDTH
        sheet.finish(TEXT_WIDTH)
        sheet.worksheet.freeze_panes(1, 0)
        sheet.worksheet.repeat_rows(0)
    if pack.approvals:
        sheet = book.add_sheet("Approvals", APPROVALS)
        sheet.heads(
            0,
            ("metric", "grain", "period start", "approved by", "approved at (UTC)", "state"),
            indented=True,
        )
        for row, each in enumerate(pack.approvals, start=1):
            sheet.text(row, 0, each.metric)
            sheet.text(row, 1, each.grain)
            sheet.day(row, 2, each.period_start)
            sheet.text(row, 3, each.name, "indented")
            sheet.text(row, 4, f"{each.approved_at:%Y-%m-%d %H:%M}")
            sheet.text(row, 5, describe_state(each))
        sheet.finish()
        sheet.worksheet.freeze_panes(1, 0)
