"""Freeze a pack: compose it from the published build and the ledger, and keep it there for good."""

from collections.abc import Generator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb

from analyses.board.codec import case_from_json, from_json, to_json
from analyses.board.compose import UNNAMED, Asked, compose_pack
from analyses.board.document import Approval, Pack, Today
from analyses.board.earlier import find_earlier
from analyses.board.quarter import find_quarter, label_quarter, read_first_month
from analyses.board.reported import find_reported
from analyses.board.today import compute_today
from analyses.budget.kept import find_kept
from analyses.noted import to_note
from ledger.approvals import list_approvals
from ledger.builds import hash_sources
from ledger.cases import list_cases_for_pack
from ledger.given import now_utc, tidy_line, tidy_name
from ledger.notes import list_notes
from ledger.packs import PackRow, check_free, read_pack, save_pack
from ledger.restated import NotFrozen, Restatement, list_restatements
from metrics.registry import load_metrics
from warehouse.errors import StandingError
from warehouse.publish import open_published, published_build_id, unreadable

LONGEST_TITLE = 120


@dataclass(frozen=True)
class Given:
    """What a person gives: the quarter's label, a title, the pack's name (None: the quarter's) and their own."""

    quarter: str
    title: str
    name: str | None = None
    by: str = ""


def freeze_pack(warehouse: Path, given: Given) -> Pack:
    """Compose the pack of a closed quarter and save it.

    Raises StandingError for a quarter that cannot be frozen, a name that is taken, a title that is
    empty or over 120 characters, and where the warehouse or the ledger cannot be used.
    """
    title = tidy_line(given.title)
    if not title or len(title) > LONGEST_TITLE:
        raise StandingError(f"Give the pack a title of 1 to {LONGEST_TITLE} characters.")
    with _read(warehouse) as (build_id, cursor):
        quarter = find_quarter(cursor, given.quarter)
        name = given.name or label_quarter(quarter.start, read_first_month(cursor)).lower()
        check_free(warehouse, name)
        earlier = find_earlier(warehouse, quarter)
        asked = Asked(
            quarter=quarter,
            title=title,
            name=name,
            by=tidy_name(given.by) if given.by.strip() else UNNAMED,
            at=now_utc(),
            build_id=build_id,
            source_hash=hash_sources(warehouse, _find_load(cursor)),
            notes=[to_note(each) for each in list_notes(warehouse)],
            approvals=_find_approvals(warehouse, cursor),
            cases=[case_from_json(each.content) for each in list_cases_for_pack(warehouse)],
            kept=find_kept(warehouse, cursor),
            restatements=_find_restatements(warehouse, build_id),
            reported=find_reported(warehouse, cursor, quarter, earlier),
            earlier=earlier,
        )
        pack = compose_pack(cursor, asked)
    row = PackRow(
        pack.name, pack.title, pack.quarter_start, pack.frozen_at, pack.frozen_by, pack.build_id
    )
    save_pack(warehouse, row, to_json(pack))
    return pack


def read_frozen(warehouse: Path, name: str | None = None) -> Pack:
    """A pack as it was frozen, the newest where no name is given.

    Raises StandingError where there is none, or it can no longer be read.
    """
    return from_json(read_pack(warehouse, name))


def read_today(warehouse: Path, pack: Pack) -> Today | None:
    """What the pack's numbers would be on the published build; None where none is published.

    Raises StandingError where the published build or the ledger cannot be read.
    """
    if published_build_id(warehouse) is None:
        return None
    with _read(warehouse) as (build_id, cursor):
        restatements = _find_restatements(warehouse, build_id)
        return compute_today(pack, cursor, build_id, restatements)


@contextmanager
def _read(warehouse: Path) -> Generator[tuple[str, duckdb.DuckDBPyConnection]]:
    """The published build and a cursor on it; StandingError where it cannot be read."""
    with closing(open_published(warehouse)) as published, published.cursor() as cursor:
        try:
            yield published.build_id, cursor
        except duckdb.Error as error:
            raise unreadable(published.path, error) from None


def _find_approvals(warehouse: Path, cursor: duckdb.DuckDBPyConnection) -> list[Approval]:
    """Those that were not withdrawn, the dropped ones among them."""
    found = list_approvals(warehouse, cursor, load_metrics())
    return [Approval(**asdict(each)) for each in found]


def _find_restatements(warehouse: Path, build_id: str) -> list[Restatement]:
    """Of quarters in total; none where the build is not in the ledger yet."""
    try:
        found = list_restatements(warehouse, build_id)
    except NotFrozen:
        return []
    return [each for each in found if each.grain == "quarter" and each.dimension is None]


def _find_load(cursor: duckdb.DuckDBPyConnection) -> str:
    row = cursor.execute("select load_id from build_info").fetchone()
    return row[0] if row else ""
