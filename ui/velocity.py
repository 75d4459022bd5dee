"""The sales velocity page's parts, from the cached numbers of a view. Always by week."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from analyses.decomposition import Decomposition, compute_decomposition
from analyses.formats import format_value
from analyses.review import Review, won_card
from analyses.sentences import compute_sentence
from analyses.signals import Point
from analyses.stages import describe_absence as describe_no_funnel
from analyses.stages import describe_cohort, find_stages, list_stage_deals
from analyses.velocity import (
    DRILLS,
    FEWEST_WINS,
    METRICS,
    VELOCITY,
    WINDOW_DAYS,
    Snapshot,
    describe_no_change,
    describe_rules,
    describe_velocity,
    earlier,
    list_driver_rows,
    list_segment_rows,
    take_snapshot,
)
from analyses.weekly import to_finding, to_points, with_denominators
from charts.chart import Chart
from charts.funnel import build_funnel_chart
from charts.velocity import add_interval, add_line, build_change_chart
from metrics.engine import Record
from metrics.periods import Period, label_period
from ui.address import carry_click, choose, keep, take_click
from ui.cache import (
    ask,
    evaluate_metric,
    read_metrics,
    read_missing,
    read_resets,
    read_rows,
    remember,
)
from ui.charts import remember_chart, show_chart
from ui.definitions import describe_missing_tables
from ui.drill import read_span, show_drill
from ui.filters import View, describe_scope, describe_week, period_of, plain_markdown
from ui.restated import describe, show_mark
from ui.tables import show_table
from ui.trends import build_trend

CHOICES = ("4", "13", "52")
DEFAULT = "13"
YEAR = 52
DEALS = {"Open": "open_deals", "Won": "won_deals", "Lost": "lost_deals", "Closed": "closed_deals"}
HISTORY = "select is_present from table_status where table_name = 'opportunity_stages'"
NO_MOVES = "select message from load_notes where table_name = 'opportunity_stages' and message like '%stage move%'"
NO_TREND = (
    f"Drawn from the {WINDOW_DAYS // 7 + 1}th week of the data on, when the window of {WINDOW_DAYS} days "
    "is full, and where a deal has closed in it."
)
PER_DAY = " / day"


@dataclass(frozen=True)
class Pace:
    """The numbers of the page: those of the newest closed week, and of the weeks before it."""

    week: Period
    records: Mapping[str, Sequence[Record]]
    now: Snapshot
    weeks: int
    before: Snapshot
    change: Decomposition | None


def load_pace(view: View) -> Pace | None:
    """None, with the reason on the page, where the data has no closed week or no deals."""
    week = period_of(view, "week")
    if week is None:
        st.subheader("Sales velocity", anchor=False)
        st.info("The export has no week that is over: see Data health for what was loaded.")
        return None
    missing = read_missing(view.warehouse).get(VELOCITY)
    if missing:
        st.subheader("Sales velocity", anchor=False)
        st.info(describe_missing_tables(missing))
        return None
    weeks = _choose_weeks()
    wanted = (VELOCITY, *METRICS.values(), "vel_realised", "vel_won")
    records = {name: evaluate_metric(view.warehouse, name, "week", view.scope) for name in wanted}
    return remember(view.warehouse, _build_pace, (view.key, weeks), week, records, weeks)


def _build_pace(week: Period, records: Mapping[str, Sequence[Record]], weeks: int) -> Pace:
    now = take_snapshot(records, week.start)
    before = take_snapshot(records, earlier(week.start, weeks))
    return Pace(week, records, now, weeks, before, compute_decomposition(before.values, now.values))


def show_heading(pace: Pace, view: View) -> None:
    """The page, whose numbers it shows, the message, and the verdict of the week's won value."""
    st.subheader("Sales velocity", anchor=False)
    always = "" if view.grain == "week" else " This page is by week, whatever the grain."
    st.text(
        f"Week of {describe_week(pace.week)}. {describe_scope(view)}. Data as of {view.as_of}.{always}"
    )
    message = describe_velocity(pace.now, pace.change, pace.weeks, view.currency)
    st.markdown(f"**{plain_markdown(message)}**")
    show_mark(describe(view, VELOCITY, "week", pace.week.start))
    if judged := remember(view.warehouse, _judge, view.key, pace, view):
        st.text(judged)
    if pace.now.has_few_wins:
        wins = f"Only {pace.now.wins}" if pace.now.wins else "None"
        st.warning(
            f"{wins} won in {WINDOW_DAYS} days: with fewer than {FEWEST_WINS} wins "
            "deal size and cycle, and so velocity, are a guess."
        )


def show_drivers(pace: Pace, view: View) -> None:
    """Velocity and its drivers now, 13 weeks ago and a year ago, each with n."""
    st.markdown("**The four drivers, now and before**")
    rows = remember(view.warehouse, _list_drivers, view.key, pace, view.currency)
    show_table(rows, "velocity_drivers", "Sales velocity and its drivers with n, now and before")
    stages: list[str] = view.settings.get("qualified_stages") or []  # type: ignore[assignment]
    st.caption(describe_rules(stages))


def _list_drivers(pace: Pace, currency: str) -> list[dict[str, Any]]:
    befores = {
        "13 weeks ago": take_snapshot(pace.records, earlier(pace.week.start, int(DEFAULT))),
        "a year ago": take_snapshot(pace.records, earlier(pace.week.start, YEAR)),
    }
    return list_driver_rows(pace.now, befores, currency)


@st.fragment
def show_change(pace: Pace, view: View) -> None:
    """What drove the change; a click on a driver, or a choice beneath, lists its deals."""
    clicked: list[str] = []
    if pace.change is None:
        st.markdown("**What drove the change: n/a**")
        st.text(describe_no_change(pace.now, pace.before))
    else:
        overlap = max(0, WINDOW_DAYS - 7 * pace.weeks)
        size = f"n = {pace.before.wins} and {pace.now.wins} won"
        size += f", windows share {overlap} days" if overlap else ""
        names = [label_period("week", each.week) for each in (pace.before, pace.now)]
        chart = remember_chart(
            view, build_change_chart, pace.weeks,
            pace.change, names[0], names[1], size, view.currency, view.mode,
        )  # fmt: skip
        clicked = [
            each for each in show_chart(chart, "velocity_change", view, selection=True) if each
        ]
    for driver in take_click(clicked, "velocity_change"):
        keep("deals", next(name for name, drill in DEALS.items() if drill == DRILLS[driver]))
    chosen = choose(
        st.pills, "Deals behind the drivers", list(DEALS), "deals",
        help="A click on a driver above lists its deals, too.",
    )  # fmt: skip
    drill = DEALS.get(chosen or "")
    if drill:
        show_drill(view, drill, f"velocity_{drill}", read_span(view, pace.week))


@st.fragment
def show_trend(pace: Pace, view: View) -> None:
    """Velocity by week, and what was won per day; no limits, since the windows overlap."""
    # Before, the window reaches back beyond the data, and a handful of deals closed fast.
    points = to_points(pace.records[VELOCITY], pace.week.start)[WINDOW_DAYS // 7 :]
    if any(point.value is not None for point in points):
        chart = remember_chart(view, _chart_trend, None, pace, points, view)
        show_chart(chart, "velocity_trend", view)
        return
    won = with_denominators(
        to_points(pace.records["vel_realised"], pace.week.start),
        [
            replace(point, denominator=point.numerator)
            for point in to_points(pace.records["vel_win_count"], pace.week.start)
        ],
    )
    if not any(point.value for point in won):
        st.markdown("**Velocity over time: n/a**")
        st.text(NO_TREND)
        return
    show_chart(remember_chart(view, _chart_realised, None, won, view), "velocity_trend", view)


def _chart_realised(points: Sequence[Point], view: View) -> Chart:
    """What was won per day, where there is no velocity to stand beside it."""
    value = format_value(points[-1].value, "currency_per_day", view.currency)
    return build_trend(
        view, read_metrics()["vel_realised"], points, "week",
        title=f"{value} was won; velocity itself has no value",
        label=f"Value won per day over {WINDOW_DAYS} days",
    )  # fmt: skip


def _chart_trend(pace: Pace, points: Sequence[Point], view: View) -> Chart:
    records = pace.records["vel_realised"]
    realised = next((r for r in records if r.period_start == pace.week.start), None)
    won = format_value(_number(realised), "currency_per_day", view.currency)
    yields = format_value(_number(pace.now.velocity), "currency_per_day", view.currency)
    chart = build_trend(
        view, read_metrics()[VELOCITY], points, "week",
        title=f"The pipeline should yield {yields}; {won.removesuffix(PER_DAY)} was won",
        label=f"Sales velocity, n = {pace.now.wins or 0} won; dash-dotted: value won per day; "
        f"both over {WINDOW_DAYS} days",
    )  # fmt: skip
    label = f"won {won.removesuffix(PER_DAY)}"
    return add_line(chart, records, label, view.currency, view.mode)


@st.fragment
def show_win_rate(pace: Pace, view: View) -> None:
    """The win rate by week over its interval."""
    points = to_points(pace.records["vel_win_count"], pace.week.start)[WINDOW_DAYS // 7 :]
    if not any(point.value is not None for point in points):
        st.markdown("**Win rate over time: n/a**")
        st.text(NO_TREND)
        return
    chart = remember_chart(view, _chart_win_rate, None, pace, points, view)
    show_chart(chart, "win_rate_trend", view)


def _chart_win_rate(pace: Pace, points: Sequence[Point], view: View) -> Chart:
    now = pace.now.drivers["win_rate"]
    title = f"Win rate {format_value(_number(now), 'percent')}"
    if now is not None and now.denominator:
        title += f": {now.numerator:,} of {now.denominator:,} closed deals won"
    chart = build_trend(
        view, read_metrics()["vel_win_count"], points, "week", title=title,
        label=f"Won of all closed deals in {WINDOW_DAYS} days, grey: 95 % interval",
    )  # fmt: skip
    return add_interval(chart, pace.records["vel_win_count"], view.mode)


@st.fragment
def show_funnel(pace: Pace, view: View) -> None:
    """The stage funnel; a click on a stage, or a choice beneath, lists its deals."""
    funnel = ask(view.warehouse, find_stages, pace.week.end, view.scope)
    history = read_rows(view.warehouse, HISTORY)
    absence = describe_no_funnel(funnel, bool(history and history[0]["is_present"]))
    if absence:
        st.markdown("**Stage funnel: n/a**")
        noted = read_rows(view.warehouse, NO_MOVES)
        st.text(" ".join([absence, *(note["message"] for note in noted)]))
        return
    minimum = view.minimum
    chart = remember_chart(view, build_funnel_chart, None, funnel, minimum, view.mode)
    clicked = show_chart(chart, "stage_funnel", view, selection=True)
    st.caption(describe_cohort(funnel))
    names = [stage.name for stage in funnel.stages]
    carry_click(clicked, "stage_funnel", "stage")
    stage = choose(st.pills, "Deals that entered a stage", names, "stage")
    if stage:
        deals = ask(view.warehouse, list_stage_deals, pace.week.end, view.scope, str(stage))
        further = sum(deal["got_further"] for deal in deals)
        st.text(f"{len(deals):,} deals of the cohort entered {stage}; {further:,} got further.")
        show_table(deals, "stage_deals", f"Deals that entered {stage}")


@st.fragment
def show_segments(pace: Pace, view: View) -> None:
    """Velocity and drivers by the values of one dimension; a value lists its deals."""
    dimensions = view.dimensions
    if not dimensions:
        return
    by = choose(st.selectbox, "Velocity by", dimensions, "by", dimensions[0]) or dimensions[0]
    records = {
        name: evaluate_metric(view.warehouse, name, "week", view.scope, by, pace.week.start)
        for name in (VELOCITY, *METRICS.values())
    }
    rows = remember(
        view.warehouse, list_segment_rows, (view.key, by),
        records, pace.week.start, by, view.currency,
    )  # fmt: skip
    show_table(rows, f"velocity_by_{by}", f"Velocity by {by}")
    st.caption(
        "The parts do not add up to the whole: velocity is a product of means, and each part has "
        "its own. A deal without a customer stands under unknown: where a lost deal never gets one, "
        "the win rates of the others are too high."
    )
    values = [row[by] for row in rows]
    with st.container(horizontal=True):
        value = choose(st.pills, f"Deals of a {by}", values, "of")
        which = choose(
            st.segmented_control, "Which deals", list(DEALS), "which", "Open", required=True
        )
    if value:
        drill = DEALS[which or "Open"]
        scope = replace(view.scope, **{by: (value,)})
        show_drill(view, drill, f"{by}_{drill}", read_span(view, pace.week), scope)


def _choose_weeks() -> int:
    chosen = choose(
        st.segmented_control, "Compare with", CHOICES, "against", DEFAULT, required=True,
        format_func=lambda weeks: f"{weeks} weeks earlier",
    )  # fmt: skip
    return int(chosen or DEFAULT)


def _judge(pace: Pace, view: View) -> str:
    """The verdict of this week's won value: velocity itself is a window and has none."""
    review = Review(
        week=pace.week.start,
        is_open=False,
        currency=view.currency,
        minimum=view.minimum,
        records=pace.records,
        quarters={},
        resets=read_resets(view.warehouse),
    )
    finding = to_finding(won_card(review))
    return (
        compute_sentence(finding).replace("Won value", "Won value of the week", 1)
        if finding
        else ""
    )


def _number(record: Record | None) -> float | None:
    return None if record is None or record.value is None else float(record.value)
