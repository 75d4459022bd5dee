"""Which numbers are new, which changed, which vanished, and which of these are restatements."""

import duckdb

# A vanished number (its segment is nobody's any more) is written once more, as gone.
GONE = "gone"
SAME = 1e-9  # relative; below it two doubles are one number that was added up in another order
MATERIAL_SHARE = 0.05  # of a board's footnote, metrics.md section 9

MACROS = f"""
create or replace temp macro is_other(one, other) as
    (one is null) <> (other is null)
    or coalesce(
        abs(cast(one as double) - cast(other as double))
        > {SAME} * greatest(abs(cast(one as double)), abs(cast(other as double))), false
    );
create or replace temp macro is_large(before, after, low, high) as
    (before is null) <> (after is null)
    or coalesce(
        abs(cast(after as double) - cast(before as double))
        > greatest({MATERIAL_SHARE} * abs(cast(before as double)), coalesce((high - low) / 2, 0)), false
    )
"""

SERIES = """
create or replace temp table now_series as
with used as (
    select distinct in_use.definition, measured.grain, measured.dimension, measured.breakdown, measured.member
    from measured
    inner join in_use on measured.metric = in_use.metric
)

select
    coalesce(
        known_series.series,
        $last + row_number() over (
            partition by known_series.series is null order by definition, grain, dimension, breakdown, member
        )
    ) as series,
    used.*,
    known_series.series is null as is_new
from used
left join known_series using (definition, grain, dimension, breakdown, member)
"""

NOW = f"""
create or replace temp table now_numbers as
select
    in_use.metric,
    now_series.series,
    measured.* exclude (metric)
from measured
inner join in_use on measured.metric = in_use.metric
inner join now_series using (definition, grain, dimension, breakdown, member)
union all by name
select
    in_use.metric,
    known_series.series,
    known_series.grain,
    known_series.dimension,
    known_series.breakdown,
    known_series.member,
    known_numbers.period_start,
    '---' as kinds,
    '{GONE}' as reason
from known_numbers
inner join known_series using (series)
-- where the definition changed, the old series ends as it stands
inner join in_use on known_series.definition = in_use.definition
inner join (select distinct grain, dimension from measured) as measured_slices using (grain, dimension)
inner join periods
    on known_series.grain = periods.grain and known_numbers.period_start <= periods.period_start
anti join measured
    on in_use.metric = measured.metric
        and known_series.grain = measured.grain
        and known_series.dimension = measured.dimension
        and known_series.breakdown = measured.breakdown
        and known_series.member = measured.member
        and known_numbers.period_start = measured.period_start
where periods.is_closed and known_numbers.reason is distinct from '{GONE}'
group by all
"""

CHANGED = """
create or replace temp table changed as
select now_numbers.*
from now_numbers
inner join in_use on now_numbers.metric = in_use.metric
left join known_numbers using (series, period_start)
where
    known_numbers.series is null
    -- a definition that is in force again says everything anew
    or in_use.definition is distinct from in_use.reported
    or (
        now_numbers.value, now_numbers.numerator, now_numbers.denominator, now_numbers.kinds,
        now_numbers.reason, now_numbers.low, now_numbers.high
    ) is distinct from (
        known_numbers.value, known_numbers.numerator, known_numbers.denominator, known_numbers.kinds,
        known_numbers.reason, known_numbers.low, known_numbers.high
    )
"""

RESTATED = f"""
create or replace temp table restated as
with reported as (
    select
        in_use.metric,
        in_use.definition is distinct from in_use.reported as is_redefined,
        known_series.* exclude (definition),
        known_numbers.* exclude (series)
    from in_use
    inner join known_series on in_use.reported = known_series.definition
    inner join known_numbers using (series)
    where known_numbers.reason is distinct from '{GONE}'
)

select
    $last + row_number() over (
        order by metric, now_numbers.series, now_numbers.period_start
    ) as restatement,
    metric,
    grain,
    dimension,
    breakdown,
    member,
    period_start,
    now_numbers.series,
    reported.series as reported_series,
    reported.build as reported_build,
    reported.is_redefined,
    reported.value as old_value,
    reported.numerator as old_numerator,
    reported.denominator as old_denominator,
    now_numbers.value,
    now_numbers.numerator,
    now_numbers.denominator,
    now_numbers.kinds,
    now_numbers.reason,
    is_large(reported.value, now_numbers.value, reported.low, reported.high) as is_material
from reported
inner join now_numbers using (metric, grain, dimension, breakdown, member, period_start)
where
    is_other(reported.value, now_numbers.value)
    or is_other(reported.numerator, now_numbers.numerator)
    or is_other(reported.denominator, now_numbers.denominator)
"""


def compare(cursor: duckdb.DuckDBPyConnection, last_series: int, last_restatement: int) -> None:
    """Create now_series, now_numbers, changed and restated.

    From measured (ledger.measure), in_use, known_series and known_numbers (ledger.state); ids go on
    after the last ones given.
    """
    cursor.execute(MACROS)
    cursor.execute(SERIES, {"last": last_series})
    cursor.execute(NOW)
    cursor.execute(CHANGED)
    cursor.execute(RESTATED, {"last": last_restatement})
