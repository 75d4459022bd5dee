"""The numbers that the parts of the page share, and the message at its top."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import streamlit as st

from analyses.decomposition import Decomposition, compute_decomposition
from analyses.outcomes import Outcomes, find_outcomes
from analyses.review import Review, won_card
from analyses.sentences import Finding, compute_sentence, describe_baseline
from analyses.velocity.chance import find_cautions
from analyses.velocity.snapshot import (
    FEWEST_WINS,
    VELOCITY,
    WINDOW_DAYS,
    Snapshot,
    earlier,
    has_few_wins,
    take_snapshot,
)
from analyses.velocity.variants import NEEDED
from analyses.velocity.window import compute_wide_window, describe_wide_window
from analyses.velocity.words import describe_velocity
from analyses.weekly import to_finding
from analyses.won_samples import find_samples
from metrics.engine import Record
from metrics.means import Sample
from metrics.periods import Period
from ui.address import choose
from ui.cache import ask, evaluate_metric, read_missing, read_resets, remember
from ui.definitions import describe_missing_tables
from ui.filters import View, describe_scope, describe_week, period_of, plain_markdown
from ui.restated import describe, show_mark

CHOICES = ("4", "13", "52")
DEFAULT = "13"
COHORT = "quarter"
# The drill of each kind of deal, by its name on the page and in the address.
DEALS = {
    "Open": "open_deals", "Won": "won_deals", "Lost": "lost_deals", "Closed": "closed_deals",
    "Created": "created_deals",
}  # fmt: skip
NO_TREND = (
    f"Drawn from the {WINDOW_DAYS // 7 + 1}th week of the data on, when the window of {WINDOW_DAYS} days "
    "is full, and where a deal has closed in it."
)


@dataclass(frozen=True)
class Pace:
    """The numbers of the page: those of the newest closed week, and of the weeks before it."""

    week: Period
    records: Mapping[str, Sequence[Record]]
    now: Snapshot
    weeks: int
    before: Snapshot
    change: Decomposition | None
    cautions: Mapping[str, str]

    @property
    def has_few(self) -> bool:
        """Whether the change rests on fewer than five wins at either end."""
        return has_few_wins(self.before, self.now)


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
    wanted = (*NEEDED, "vel_won")
    records = {name: evaluate_metric(view.warehouse, name, "week", view.scope) for name in wanted}
    ends = [read_samples(view, each) for each in (week.end, earlier(week.end, weeks))]
    return remember(view.warehouse, _build_pace, (view.key, weeks), week, records, weeks, *ends)


def read_samples(view: View, until: date) -> Mapping[str, Sample]:
    """The won deals behind the average deal and the cycle in the 91 days to a boundary."""
    return ask(view.warehouse, find_samples, until, view.scope)


def _build_pace(
    week: Period,
    records: Mapping[str, Sequence[Record]],
    weeks: int,
    samples: Mapping[str, Sample],
    samples_before: Mapping[str, Sample],
) -> Pace:
    now = take_snapshot(records, week.start, samples=samples)
    before = take_snapshot(records, earlier(week.start, weeks), samples=samples_before)
    change = compute_decomposition(before.values, now.values)
    return Pace(week, records, now, weeks, before, change, find_cautions(before, now))


def show_heading(pace: Pace, view: View) -> None:
    """The page, whose numbers it shows, the message, and the verdict of the week's won value."""
    st.subheader("Sales velocity", anchor=False)
    always = "" if view.grain == "week" else " This page is by week, whatever the grain."
    st.text(
        f"Week of {describe_week(pace.week)}. {describe_scope(view)}. Data as of {view.as_of}.{always}"
    )
    message = describe_velocity(
        pace.now, pace.change, pace.weeks, view.currency, pace.cautions, pace.has_few
    )
    st.markdown(f"**{plain_markdown(message)}**")
    show_mark(describe(view, VELOCITY, "week", pace.week.start))
    if finding := remember(view.warehouse, _judge, view.key, pace, view):
        st.text(compute_sentence(finding).replace("Won value", "Won value of the week", 1))
        if baseline := describe_baseline(finding):
            st.caption(plain_markdown(baseline))
    if pace.now.has_few_wins:
        wins = f"Only {pace.now.wins}" if pace.now.wins else "None"
        st.warning(
            f"{wins} won in {WINDOW_DAYS} days: with fewer than {FEWEST_WINS} wins "
            "deal size and cycle, and so velocity, are a guess."
        )
        wide = remember(
            view.warehouse, compute_wide_window, view.key, pace.records, pace.week.start
        )
        st.text(describe_wide_window(wide, view.currency))


def read_outcomes(pace: Pace, view: View) -> tuple[Outcomes, ...]:
    """What became of all new business created so far, then by the quarter of its creation."""
    return ask(view.warehouse, find_outcomes, pace.week.end, COHORT, view.scope)


def _choose_weeks() -> int:
    chosen = choose(
        st.segmented_control, "Compare with", CHOICES, "against", DEFAULT, required=True,
        format_func=lambda weeks: f"{weeks} weeks earlier",
    )  # fmt: skip
    return int(chosen or DEFAULT)


def _judge(pace: Pace, view: View) -> Finding | None:
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
    return to_finding(won_card(review))
