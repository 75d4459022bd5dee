"""What the ledger keeps of a week: what people wrote beside its numbers, and which were reported otherwise."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from analyses.board.document import Note
from analyses.noted import to_note
from analyses.restated import describe_on_card
from analyses.review import QUARTERLY
from analyses.weekly import Card
from ledger.notes import NoteRow, list_notes
from ledger.restated import Key, NotFrozen, Restatement, read_restated
from warehouse.errors import StandingError

UNREAD = "Notes and restatements could not be read when this was made."


@dataclass(frozen=True)
class Kept:
    """notes: of any week's and quarter's numbers that a review may show; restated: its numbers in total,
    by key; problem: why there are none, in a sentence."""

    notes: Sequence[NoteRow] = ()
    restated: Mapping[Key, Restatement] = field(default_factory=dict[Key, Restatement])
    problem: str = ""


def read_kept(warehouse: Path, build_id: str, week: date) -> Kept:
    """Those of a week, and of all quarters for the numbers that come by quarter.

    A ledger that cannot be read is no reason to have no review: it is said in its place.
    """
    try:
        notes = [*list_notes(warehouse, grain="week", period_start=week)]
        for metric in QUARTERLY:
            notes += list_notes(warehouse, metric, "quarter")
        return Kept(notes, _read_restated(warehouse, build_id))
    except StandingError:
        return Kept(problem=UNREAD)


def choose_notes(kept: Kept, cards: Sequence[Card]) -> list[Note]:
    """The notes of the week and of the quarter that a card shows, the newest first."""
    quarters = {
        card.points[-1].period_start for card in cards if card.points and card.metric in QUARTERLY
    }
    chosen = [each for each in kept.notes if each.grain == "week" or each.period_start in quarters]
    newest = sorted(chosen, key=lambda each: (each.written_at, each.note), reverse=True)
    return [to_note(each) for each in newest]


def describe_reported(kept: Kept, card: Card) -> str:
    """'restated: reported 4.0 %' of what a card shows; nothing where it was not."""
    if card.value is None:
        return ""
    found = kept.restated.get((card.metric, None, None, card.points[-1].period_start))
    return describe_on_card(found, card) if found else ""


def _read_restated(warehouse: Path, build_id: str) -> Mapping[Key, Restatement]:
    try:
        weekly = read_restated(warehouse, build_id, "week", None)
        quarterly = read_restated(warehouse, build_id, "quarter", None)
    except NotFrozen:
        return {}
    # A quarter may begin on a Monday, so each metric is looked up in the grain that it is shown in.
    of_weeks = {key: each for key, each in weekly.items() if key[0] not in QUARTERLY}
    return of_weeks | {key: each for key, each in quarterly.items() if key[0] in QUARTERLY}
