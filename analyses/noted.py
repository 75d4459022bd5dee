"""A note of the ledger as packs and briefs hold it."""

from analyses.board.document import Note
from ledger.notes import NoteRow


def to_note(row: NoteRow) -> Note:
    """The same without its number, which means something in its ledger alone."""
    return Note(
        row.metric, row.grain, row.period_start, row.kind, row.author, row.written_at, row.text
    )
