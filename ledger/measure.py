"""Every metric of every closed period, in total and by each dimension, as one table in DuckDB.

What metrics.engine.evaluate does for one metric in Python is done here for all in SQL, digit by
digit alike (a test compares them). Scoped views become tables, once a grain for all metrics that read
them and for all dimensions at once: a breakdown says its dimension too (`segment`, character 31, `large`), and to
a metric it is a key like any other.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from itertools import groupby
from operator import itemgetter

import duckdb

from metrics.engine import missing_tables
from metrics.intervals import Z_95, Z_NPS, compute_poisson_counts
from metrics.registry import Metric
from metrics.scope import Scope, set_variables
from warehouse.errors import StandingError
from warehouse.identifiers import quote_identifier, quote_text
from warehouse.rows import insert_rows

DIGITS = "value varchar, numerator varchar, denominator varchar, kinds varchar, reason varchar"
IDENTITY = "metric varchar, grain varchar, dimension varchar, breakdown varchar, member varchar"
# How the ledger's `kinds` calls what DuckDB's types are in Python.
KINDS = {"DECIMAL": "d", "DOUBLE": "f", "FLOAT": "f"}

RAW = (
    f"{IDENTITY}, period_start date, {DIGITS}, variance double, low double, high double,"
    " is_points boolean, interval varchar"
)

# Ends the dimension in a breakdown: no dimension holds it, and what comes after the first is the value.
MARK = "chr(31)"
COLLECT = f"""
insert into measured_raw
select
    $metric, $grain, split_part(definition.breakdown, {MARK}, 1),
    substr(definition.breakdown, strpos(definition.breakdown, {MARK}) + 1), {{member}},
    definition.period_start, {{value}}, {{numerator}}, {{denominator}}, {{kinds}}, {{reason}},
    {{variance}}, {{low}}, {{high}}, $is_points, $interval
from (
{{sql}}
) as definition
"""

# A reason withholds all numbers. part and whole go through their digits: a cast from decimal to
# double rounds twice.
FINISH = """
create or replace temp table {target} as
with closed as (
    select measured_raw.*
    from measured_raw
    inner join periods
        on
            measured_raw.grain = periods.grain
            and measured_raw.period_start = periods.period_start
            and periods.is_closed
),

withheld as (
    select
        * exclude (value, numerator, denominator, low, high),
        case when reason is null then value end as value,
        case when reason is null then numerator end as numerator,
        case when reason is null then denominator end as denominator,
        case when reason is null then low end as low,
        case when reason is null then high end as high
    from closed
),

parts as (
    select
        *,
        cast(numerator as double) as part,
        nullif(cast(denominator as double), 0) as whole
    from withheld
),

divided as (
    select
        *,
        case when value is null then (case when is_points then 100 else 1 end) * part / whole end as quotient
    from parts
),

spreads as (
    select
        *,
        low as returned_low,
        high as returned_high,
        case
            when interval = 'wilson' then (quotient + $z2 / (2 * whole)) / (1 + $z2 / whole)
            when interval = 'nps' then quotient
        end as centre,
        case
            when interval = 'wilson'
                then $z * sqrt(quotient * (1 - quotient) / whole + $z2 / (4 * (whole * whole))) / (1 + $z2 / whole)
            -- a variance of 0 is no certainty
            when interval = 'nps' and variance > 0 then $z_nps * sqrt(variance / whole)
        end as margin
    from divided
)

select
    metric,
    grain,
    dimension,
    coalesce(breakdown, '') as breakdown,
    coalesce(member, '') as member,
    period_start,
    coalesce(value, cast(quotient as varchar)) as value,
    numerator,
    denominator,
    case when value is not null then kinds[1] when quotient is not null then 'f' else '-' end
    || case when numerator is null then '-' else kinds[2] end
    || case when denominator is null then '-' else kinds[3] end as kinds,
    case when value is null and quotient is null then coalesce(reason, 'no_denominator') end as reason,
    case
        when value is not null or interval = 'returned' then returned_low
        when interval = 'poisson' then counted.low / whole
        when interval = 'wilson' and part = 0 and whole > 0 then 0.0
        else centre - margin
    end as low,
    case
        when value is not null or interval = 'returned' then returned_high
        when interval = 'poisson' then counted.high / whole
        when interval = 'wilson' and part = whole then 1.0
        else centre + margin
    end as high
from spreads
left join counted on spreads.interval = 'poisson' and spreads.part = counted.events
"""

# The views through which every other knows its breakdown.
SLICED = {"scoped_slices", "scoped_breakdowns"}

_types: dict[str, dict[str, str]] = {}

Slice = tuple[str, str]  # grain and dimension, '' for the total


def list_slices(cursor: duckdb.DuckDBPyConnection, grains: Iterable[str]) -> list[Slice]:
    """Every grain in total and by each dimension that the build's settings choose."""
    row = cursor.execute("select dimensions from settings").fetchone()
    dimensions: Sequence[str] = row[0] if row else []
    return [(grain, dimension) for grain in grains for dimension in ("", *dimensions)]


def measure(
    cursor: duckdb.DuckDBPyConnection,
    metrics: Iterable[Metric],
    slices: Iterable[Slice],
    target: str = "measured",
) -> None:
    """Create the temporary table `target` (MEASURED) on the cursor of a build.

    Equal to what evaluate returns for the closed periods, with '' for None in the identity. Raises
    StandingError for a metric whose SQL returns no breakdown, or neither a value nor its parts.
    """
    chosen = list(metrics)
    cursor.execute(f"create or replace temp table measured_raw ({RAW})")
    statements = {metric.id: _statement(cursor, metric) for metric in chosen}
    views = _list_views(cursor, {view for metric in chosen for view in metric.views})
    for grain, group in groupby(sorted(slices), key=itemgetter(0)):
        set_variables(cursor, grain, Scope())
        _slice(cursor, [dimension for _, dimension in group])
        for view, sql in views.items():
            cursor.execute(f"create temp table {quote_identifier(view)} as {sql}")
        for metric in chosen:
            cursor.execute(
                statements[metric.id],
                {
                    "metric": metric.id, "grain": grain, "is_points": metric.unit == "points",
                    "interval": metric.interval,
                },
            )  # fmt: skip
        for view in (*views, *SLICED, "slice_keys"):
            cursor.execute(f"drop table temp.{quote_identifier(view)}")
    _count(cursor)
    cursor.execute(FINISH.format(target=target), {"z": Z_95, "z2": Z_95**2, "z_nps": 100 * Z_NPS})
    cursor.execute("drop table measured_raw")
    cursor.execute("drop table counted")


def _count(cursor: duckdb.DuckDBPyConnection) -> None:
    """The exact interval of each number of events: DuckDB has no quantile of a distribution."""
    rows = cursor.execute(
        "select distinct cast(numerator as double) from measured_raw"
        " where interval = 'poisson' and numerator is not null"
    ).fetchall()
    cursor.execute("create or replace temp table counted (events double, low double, high double)")
    counts = [(events, *compute_poisson_counts(events)) for (events,) in rows]
    insert_rows(cursor, "counted", counts)


def _slice(cursor: duckdb.DuckDBPyConnection, dimensions: Sequence[str]) -> None:
    """Put tables in the place of SLICED, which hold each slice once a dimension, '' being the total."""
    keys = [f"{quote_text(each)} || {MARK}" for each in dimensions]
    values = [f"coalesce({quote_identifier(each)}, '')" if each else "''" for each in dimensions]
    slices = " union all ".join(
        f"select slice_id, gross_margin, {key} || {value} as breakdown from main.slices"
        for key, value in zip(keys, values, strict=True)
    )
    cursor.execute(f"create temp table scoped_slices as {slices}")
    # The total is a row where there is no customer too, and so is the reason why a metric is off.
    cursor.execute(
        f"create temp table slice_keys as select unnest([{', '.join(keys)}]) as breakdown"
    )
    cursor.execute(
        "create temp table scoped_breakdowns as select distinct breakdown from scoped_slices"
        f" union select breakdown from slice_keys where breakdown = {MARK}"
    )


def _list_views(cursor: duckdb.DuckDBPyConnection, wanted: Collection[str]) -> dict[str, str]:
    """The SQL of the scoped views that are wanted or read by those, a view after those that it reads."""
    rows = cursor.execute(
        "select view_name, sql from duckdb_views()"
        " where not internal and database_name = current_database() order by view_oid"
    ).fetchall()
    found: dict[str, str] = {}
    needed = {*wanted}
    for name, sql in reversed(rows):
        if name in needed - SLICED:
            found[name] = sql.partition(" AS ")[2].rstrip(";")
            needed |= set(re.findall(r"\w+", found[name]))
    return dict(reversed(found.items()))


def _statement(cursor: duckdb.DuckDBPyConnection, metric: Metric) -> str:
    """The metric's SQL, its columns brought into one order; or nothing but the reason why it is off."""
    if missing_tables(cursor, metric):
        sql = (
            "select period_start, breakdown, 'missing_table' as reason"
            " from main.periods cross join slice_keys where grain = $grain"
        )
        return COLLECT.format(sql=sql, **_columns({"reason"}), kinds="'---'")
    types = _find_types(cursor, metric.sql)
    if "breakdown" not in types or (
        "value" not in types and not {"numerator", "denominator"} <= types.keys()
    ):
        raise StandingError(
            f"{metric.id}.sql must return breakdown, and value or numerator and denominator; "
            f"it returns {', '.join(types)}."
        )
    kinds = "".join(
        KINDS.get(types.get(name, ""), "i") for name in ("value", "numerator", "denominator")
    )
    return COLLECT.format(sql=metric.sql, **_columns(types.keys()), kinds=quote_text(kinds))


def _find_types(cursor: duckdb.DuckDBPyConnection, sql: str) -> dict[str, str]:
    """The type of each column that a metric's SQL returns. They are those of the code's views, whatever
    the rows, and to ask for them costs as much as the numbers: a process asks once."""
    if sql not in _types:
        described = cursor.execute(f"describe {sql}").fetchall()
        _types[sql] = {name: str(kind).split("(")[0] for name, kind, *_ in described}
    return _types[sql]


def _columns(given: Collection[str]) -> dict[str, str]:
    names = ("member", "reason", "value", "numerator", "denominator", "variance", "low", "high")
    return {name: f"definition.{name}" if name in given else "null" for name in names}
