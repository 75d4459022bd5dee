"""Why a number was restated: a bridge from what was reported to what is known now, cause by cause.

The numbers between are computed, not guessed: facts and marts are derived again from contract tables
that hold some of the changes and not yet the others. The last step ends in the published number, so
a bridge adds up by its making.
"""

import shutil
import tempfile
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

from ledger.builds import Build, read_settings
from ledger.changes import (
    CORRECTION,
    LATE,
    RATES,
    RECLASSIFIED,
    compose,
    find_changes,
    tables_of_facts,
)
from ledger.measure import Slice, measure
from ledger.state import put_table
from metrics.registry import Metric
from warehouse.build import rebuild
from warehouse.contract import create_contract_tables
from warehouse.errors import StandingError
from warehouse.identifiers import quote_identifier, quote_text
from warehouse.publish import build_path
from warehouse.settings import Settings
from warehouse.transform import build_facts

DEFINITION, CODE = "definition change", "code change"
# Where the build before is gone and cannot be made again, nobody can tell one cause from another.
UNTRACED = "not traceable"
PREFIX = "bridge-"
CAUSES = (DEFINITION, CODE, RATES, LATE, CORRECTION, RECLASSIFIED, UNTRACED)

# For each number that was restated: what the state of a stage says of it.
STATE = """
insert into states
select
    restated.restatement, $position, $cause, measured.value, measured.numerator, measured.denominator,
    coalesce(measured.kinds, '---'), measured.reason
from restated
left join state_numbers as measured
    using (metric, grain, dimension, breakdown, member, period_start)
"""
ENDS = """
insert into states
select restatement, 0, 'reported', old_value, old_numerator, old_denominator, '---', null from restated
union all
select restatement, $position, $cause, value, numerator, denominator, kinds, reason from restated
"""
# A cause that changed nothing is no step, and the last step ends in the published digits.
STEPS = """
create or replace temp table steps as
with compared as (
    select
        *,
        lag(struct_pack(value, numerator, denominator)) over (partition by restatement order by position) as previous
    from states
),

effective as (
    select
        *,
        row_number() over (partition by restatement order by position desc) as place_from_end
    from compared
    where
        is_other(value, previous.value)
        or is_other(numerator, previous.numerator)
        or is_other(denominator, previous.denominator)
)

select
    effective.restatement,
    row_number() over (partition by effective.restatement order by effective.position) as position,
    case
        when effective.cause <> 'recoded' then effective.cause
        when restated.is_redefined or $is_reset then $definition
        else $code
    end as cause,
    case when place_from_end = 1 then restated.value else effective.value end as value,
    case when place_from_end = 1 then restated.numerator else effective.numerator end as numerator,
    case when place_from_end = 1 then restated.denominator else effective.denominator end as denominator,
    case when place_from_end = 1 then restated.kinds else effective.kinds end as kinds,
    case when place_from_end = 1 then restated.reason else effective.reason end as reason
from effective
inner join restated using (restatement)
where effective.position > 0
"""


@dataclass(frozen=True)
class Change:
    """From one build to the next; `is_recoded` where code, settings or definitions changed."""

    before: Build
    now: Build
    is_recoded: bool


def build_bridges(
    cursor: duckdb.DuckDBPyConnection,
    warehouse: Path,
    metrics: Iterable[Metric],
    before: Build | None,
    now: Build,
    progress: Callable[[str], None],
) -> None:
    """Create `steps` on the cursor of the published build: the causes of every row of `restated`.

    What was derived in between lives in a folder beside the builds, and only as long as it is needed.
    """
    cursor.execute(
        "create or replace temp table states (restatement bigint, position integer, cause varchar,"
        " value varchar, numerator varchar, denominator varchar, kinds varchar, reason varchar)"
    )
    slices = _restated_slices(cursor)
    is_reset = before is not None and before.settings_hash != now.settings_hash
    if before is not None and slices:
        progress("Finding out why numbers of closed periods changed")
        change = Change(before, now, is_reset or _is_recoded(cursor, before, now))
        names = {
            name for (name,) in cursor.execute("select distinct metric from restated").fetchall()
        }
        chosen = [metric for metric in metrics if metric.id in names]
        causes = _fill_states(cursor, warehouse, chosen, slices, change)
        cursor.execute(ENDS, {"position": len(causes), "cause": causes[-1]})
    cursor.execute(STEPS, {"is_reset": is_reset, "definition": DEFINITION, "code": CODE})


def _restated_slices(cursor: duckdb.DuckDBPyConnection) -> list[Slice]:
    return cursor.execute("select distinct grain, dimension from restated order by all").fetchall()


def _is_recoded(cursor: duckdb.DuckDBPyConnection, before: Build, now: Build) -> bool:
    row = cursor.execute("select bool_or(is_redefined) from restated").fetchone()
    return before.code_hash != now.code_hash or bool(row and row[0])


def _fill_states(
    cursor: duckdb.DuckDBPyConnection,
    warehouse: Path,
    metrics: Sequence[Metric],
    slices: Sequence[Slice],
    change: Change,
) -> list[str]:
    """Fill `states` with every stage but the last, which is what was published; return their causes."""
    settings = read_settings(cursor)
    with _scratch(warehouse) as (scratch, folder):
        old = _find_old(warehouse, folder, settings, change)
        if old is None:
            is_same_data = change.before.source_hash == change.now.source_hash
            return ["recoded" if change.is_recoded and is_same_data else UNTRACED]
        for path, name in ((old, "before"), (build_path(warehouse, change.now.build_id), "after")):
            scratch.execute(f"attach {quote_text(str(path))} as {name} (read_only)")
        stages = find_changes(scratch)
        causes = ["recoded"] * change.is_recoded + stages
        for place in range(1, len(causes)):
            taken = [cause for cause in causes[:place] if cause != "recoded"]
            # News is what came in with time: from there on the as-of date is the new one.
            is_late = any(stage not in (RATES,) for stage in taken)
            with _derived(
                scratch, folder, taken, change.now if is_late else change.before
            ) as derived:
                measure(derived, metrics, slices, "state_numbers")
                rows: Any = derived.sql("select * from state_numbers")
                put_table(cursor, "state_numbers", rows.to_arrow_table())
            cursor.execute(STATE, {"position": place, "cause": causes[place - 1]})
    # Nothing changed in the rows: then it was the day that moved on.
    return causes or [LATE]


def _find_old(warehouse: Path, folder: Path, settings: Settings, change: Change) -> Path | None:
    """The contract tables of the build before: its file, else what its loads give once more.

    Where the code changed they are loaded again by the new code if they can be: then what differs
    is the data alone. None where neither is to be had.
    """
    kept = build_path(warehouse, change.before.build_id)
    is_kept = _is_readable(kept)
    is_older = change.before.known_at.date() < change.now.known_at.date()
    if is_older and (change.is_recoded or not is_kept):
        with suppress(StandingError):
            again = folder / "again.duckdb"
            day = change.before.known_at.replace(tzinfo=UTC).astimezone(
                ZoneInfo(settings.time_zone)
            )
            load = rebuild(warehouse, settings, day.date(), again, as_of=change.before.as_of)
            if load.load_id == change.before.load_id:
                return again
    return kept if is_kept else None


def _is_readable(path: Path) -> bool:
    """Whether a build has all the rows that a bridge begins with: each is read, so that damage tells.

    In a database of its own, since damage can stop all of one.
    """
    names = [table.name for table in tables_of_facts()]
    try:
        with duckdb.connect() as connection:
            connection.execute(f"attach {quote_text(str(path))} as kept (read_only)")
            for name in map(quote_identifier, [*names, "table_status"]):
                connection.execute(
                    f"select bit_xor(hash(rows)) from kept.{name} as rows"
                ).fetchone()
    except duckdb.Error:
        return False
    return True


@contextmanager
def _scratch(warehouse: Path) -> Generator[tuple[duckdb.DuckDBPyConnection, Path]]:
    """A database of its own, and a folder beside the builds for more."""
    for left in warehouse.glob(f"{PREFIX}*"):
        # Of a freeze that was killed: nobody else is at work here, the ledger is locked.
        shutil.rmtree(left, ignore_errors=True)
    with (
        tempfile.TemporaryDirectory(prefix=PREFIX, dir=warehouse) as folder,
        duckdb.connect(config={"temp_directory": folder}) as connection,
    ):
        connection.execute("set timezone = 'UTC'")
        yield connection, Path(folder)


@contextmanager
def _derived(
    scratch: duckdb.DuckDBPyConnection, folder: Path, stages: list[str], dated: Build
) -> Generator[duckdb.DuckDBPyConnection]:
    """Facts, marts and views of the contract tables of `before` with some stages of the changes."""
    file = folder / "derived.duckdb"
    scratch.execute(f"attach {quote_text(str(file))} as derived")
    scratch.execute("use derived")
    try:
        create_contract_tables(scratch)
        for table in tables_of_facts():
            compose(scratch, table, stages)
        scratch.execute("create table settings as select * from after.settings")
        scratch.execute(
            "create table build_info as select * replace (cast(? as date) as as_of) from after.build_info",
            [dated.as_of],
        )
        status = "after" if stages and stages != [RATES] else "before"
        scratch.execute(f"create table table_status as select * from {status}.table_status")
        build_facts(scratch, Settings(), dated.as_of)
        yield scratch
    finally:
        scratch.execute("use memory")
        scratch.execute("detach derived")
        file.unlink()
