"""Where customers who became actively dissatisfied stood some weeks later, a bar a quarter."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from analyses.formats import format_range, format_value
from analyses.recovery import EXPIRED, STATES, Recovery
from charts.chart import Chart
from charts.theme import PALETTES, TIER_LABELS, Figure, Mode, annotate, frame
from metrics.periods import format_date

LABELS = {
    **TIER_LABELS,
    EXPIRED: "By expiry",
    "churned": "Lost",
}
SUNDAY = timedelta(days=6)
ROW = 34


def chart_recovery(
    cohorts: Sequence[Recovery],
    names: Mapping[date, str],
    weeks: int,
    minimum: float,
    mode: Mode = "light",
) -> Chart:
    """The cohorts at one horizon, newest on top; names are those of the quarters.

    A mark's customdata is the quarter's first day and the state.
    """
    shown = [each for each in reversed(cohorts) if each.weeks == weeks]
    known = [each for each in shown if each.states]
    title = _title(known, names, weeks, minimum)
    subtitle = (
        f"Share of the n customers who became actively dissatisfied in a quarter, by where they "
        f"stood exactly {weeks} weeks later. In brackets: 95 % interval."
    )
    rows = [_row(each, names, minimum) for each in shown]
    alt = " ".join([f"{title}.", *(f"{names[e.quarter]}: {describe_share(e, minimum)}." for e in shown)])  # fmt: skip
    return Chart(title, subtitle, _plot(shown, names, minimum, mode), alt, rows)


def describe_share(cohort: Recovery, minimum: float) -> str:
    """'18 of 61, 29.5 % (19.6-41.9 %)'; counts and interval alone below the minimum; or why none."""
    if cohort.share is None:
        return f"n/a until {format_date(cohort.complete_week + SUNDAY)}"
    interval = format_range(*cohort.interval, "percent")
    counts = f"{cohort.recovered:,} of {cohort.entered:,}"
    if cohort.entered < minimum:
        return f"{counts} ({interval})"
    return f"{counts}, {format_value(cohort.share, 'percent')} ({interval})"


def _title(known: Sequence[Recovery], names: Mapping[date, str], weeks: int, minimum: float) -> str:
    if not known:
        return f"No quarter is {weeks} weeks old yet"
    last = known[0]
    return (
        f"Of those who became actively dissatisfied in {names[last.quarter]}, "
        f"{describe_share(last, minimum)} had recovered {weeks} weeks later"
    )


def _row(cohort: Recovery, names: Mapping[date, str], minimum: float) -> dict[str, Any]:
    low, high = cohort.interval
    has_few = cohort.states and cohort.entered < minimum
    return {
        "quarter_of_entry": names[cohort.quarter],
        "weeks_later": cohort.weeks,
        "customers": cohort.entered,
        "recovered": cohort.recovered,
        "recovered_share": "too few" if has_few else format_value(cohort.share, "percent"),
        "95 % interval": "" if low is None else format_range(low, high, "percent"),
        **{LABELS[state]: cohort.states.get(state) for state in STATES},
        "why missing": ""
        if cohort.states
        else f"the whole quarter is {cohort.weeks} weeks old on {format_date(cohort.complete_week + SUNDAY)}",
    }


def _plot(
    shown: Sequence[Recovery], names: Mapping[date, str], minimum: float, mode: Mode
) -> Figure:
    palette = PALETTES[mode]
    labels = [names[each.quarter] for each in shown]
    layout = frame(mode, ROW * len(shown) + 90, margin=(8, 12, 4, 26))
    layout["barmode"] = "stack"
    layout["bargap"] = 0.6
    layout["xaxis"] |= {"range": [0, 1], "tickformat": ".0%", "dtick": 0.25}
    layout["yaxis"] |= {
        "visible": False, "autorange": "reversed", "categoryorder": "array",
        "categoryarray": labels,
    }  # fmt: skip
    # Seven states in thin bars: a key, for labels of their own would not fit in.
    layout["showlegend"] = True
    layout["legend"] = {
        "orientation": "h", "traceorder": "normal", "x": 0, "y": 1, "yanchor": "bottom",
        "font": {"size": 11}, "itemclick": False, "itemdoubleclick": False,
    }  # fmt: skip
    # Above each bar: beside it there is no room at 390 px.
    layout["annotations"] = [
        annotate(
            _describe(each, label, minimum), x=0, y=label, xanchor="left", yanchor="bottom",
            yshift=5, font={"size": 11, "color": palette.ink if each.states else palette.muted},
        )
        for each, label in zip(shown, labels, strict=True)
    ]  # fmt: skip
    return {"data": [_bar(state, shown, labels, mode) for state in STATES], "layout": layout}


def _describe(cohort: Recovery, name: str, minimum: float) -> str:
    if not cohort.states:
        return f"{name}: {cohort.entered:,} entered, {describe_share(cohort, minimum)}"
    return f"{name}: {describe_share(cohort, minimum)} recovered"


def _bar(
    state: str, shown: Sequence[Recovery], labels: Sequence[str], mode: Mode
) -> dict[str, Any]:
    palette = PALETTES[mode]
    counts = [each.states.get(state, 0) for each in shown]
    color = palette.tiers.get(state, palette.tiers["neutral"])
    if state == "churned":
        color = palette.muted
    return {
        "type": "bar",
        "orientation": "h",
        "name": LABELS[state],
        "y": list(labels),
        "x": [count / each.entered for count, each in zip(counts, shown, strict=True)],
        "customdata": [[each.quarter.isoformat(), state] for each in shown],
        "text": [
            f"{count:,} of {each.entered:,}" for count, each in zip(counts, shown, strict=True)
        ],
        "textposition": "none",
        "marker": {"color": color, "pattern": {"shape": "/" if state == EXPIRED else ""}},
        "hovertemplate": f"%{{y}}: %{{text}} {LABELS[state].lower()}<extra></extra>",
    }
