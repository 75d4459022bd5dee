"""Which weekly flow gives each metric its verdict, and that verdict with what it rests on.

Only flows whose weeks share no data are judged: counts and money as XmR, rates as p'. Stocks and
trailing windows have no rules; they say the verdict of the flow that drives them (metrics.md 7.3).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import accumulate
from typing import Any

import duckdb

from analyses.sentences import Finding, head_verdict
from analyses.signals import Chart, Point, Verdict, compute_verdict
from analyses.velocity.snapshot import FEWEST_WINS
from analyses.weekly import (
    Card,
    choose_resets,
    to_finding,
    to_points,
    with_bases,
    with_denominators,
)
from metrics.engine import Record
from metrics.periods import label_iso_week
from metrics.registry import Metric


@dataclass(frozen=True)
class Flow:
    """How a weekly flow is judged: its chart, and the field of its records that is the series.

    base: the metric whose denominator, customers, is its n where its own is money or none.
    source: the metric whose denominator counts what it comes from; pool: the one whose values up to
    the week add up to that. Weeks where one of these is 0 are no baseline. what names the series
    where it is another than the metric's value.
    """

    chart: Chart
    field: str = "value"
    unit: str = ""
    base: str = ""
    source: str = ""
    pool: str = ""
    what: str = ""


COUNT = MONEY = Flow("xmr", base="churn_logo")
RATE = Flow("p_prime")
FLOWS: Mapping[str, Flow] = {
    "churn_logo": RATE,
    "churn_logo_average": RATE,
    "churn_logo_recurly": RATE,
    "churn_logo_stripe": RATE,
    "churn_tier": RATE,
    "churn_rev_gross": Flow("xmr", "numerator", "currency", "churn_logo", what="MRR lost"),
    "churn_rev_net": Flow(
        "xmr", "numerator", "currency", "churn_logo", what="MRR lost less MRR expanded and won back"
    ),
    "cust_lost": COUNT,
    "cust_new": COUNT,
    "cust_react": Flow("xmr", base="churn_logo", pool="cust_lost"),
    "flow_down": RATE,
    "flow_expired": RATE,
    "flow_net": Flow("xmr", "numerator", "count", "churn_logo", what="net movement on evidence"),
    "flow_up": RATE,
    "mrr_churned": MONEY,
    "mrr_contraction": MONEY,
    "mrr_expansion": MONEY,
    "mrr_new": MONEY,
    "mrr_reactivation": Flow("xmr", base="churn_logo", pool="cust_lost"),
    "trial_conv": RATE,
    "vel_won": Flow("xmr", source="vel_win_count"),
}
# By family, and by id where a metric's family is another's.
DRIVERS: Mapping[str, str] = {
    "churn": "churn_logo",
    "customers": "churn_logo",
    "lifetime_value": "churn_logo",
    "retention": "churn_rev_gross",
    "revenue": "churn_rev_gross",
    "velocity": "vel_won",
    "advocacy": "flow_net",
    "movement": "flow_net",
    "adv_mrr": "flow_net",
}
RARE = 5  # events in a week
BASES = {"retention": "churn_logo", "revenue": "churn_logo"}
COLUMNS = (
    "metric", "judged", "period_start", "iso_week", "member", "value", "n", "unit", "chart", "center",
    "lower", "upper", "sigma_z", "moving_range", "expected", "chance_upper", "baseline_center",
    "season_factor", "season_shift", "baseline_from", "baseline_to", "baseline_weeks", "is_seasonal",
    "verdict", "reason", "rule", "side", "has_jumped", "judged_by",
)  # fmt: skip


def is_calm(card: Card) -> bool:
    """Whether the card is a weekly flow that gave no signal: its change is then no news, good or bad.

    A stock or a trailing window is held against its target or a year ago, whatever its driver does.
    """
    finding = card.judge or to_finding(card)
    return card.metric in FLOWS and finding is not None and finding.verdict.kind != "signal"


@dataclass(frozen=True)
class Judged:
    """A week of a series and the verdict on it. driver: the metric whose weeks were judged."""

    metric: Metric
    member: str | None
    point: Point
    unit: str
    verdict: Verdict
    driver: Metric

    @property
    def is_own(self) -> bool:
        """Whether the verdict is on the series itself."""
        return self.metric.id == self.driver.id

    @property
    def what(self) -> str:
        """What was judged, where it is another number than the driver's value."""
        return FLOWS[self.driver.id].what

    def to_finding(self, currency: str) -> Finding:
        """For the words of the verdict, which speak of the driver."""
        # A rare event's range ends between 0 and 1, which whole numbers would hide.
        upper = self.verdict.limits.upper if self.verdict.limits else None
        is_rare = self.unit == "count" and upper is not None and upper < RARE
        unit = "ratio" if is_rare else self.unit
        good = self.driver.good_for(self.member)
        return Finding(
            self.what or self.driver.label, self.point.value, unit, good, self.verdict, currency
        )

    def to_dict(self) -> dict[str, Any]:
        """By the names of COLUMNS. Shares are from 0 to 1; baseline_to is the last day of its weeks.

        Enough to compute the range again: chart xmr is center +/- 2.66 moving_range, p_prime
        center +/- 3 sigma_z sqrt(center (1 - center) / n), binomial the exact 0.135 % of n at
        center; of a season, center is baseline_center times season_factor (and so the xmr limits)
        or plus season_shift. verdict is signal, within or too_few, reason of what or why.
        """
        verdict = self.verdict if self.is_own else Verdict(self.verdict.kind)
        limits, baseline = verdict.limits, verdict.baseline
        is_rate = baseline is not None and baseline.chart == "p_prime"
        is_exact = limits is not None and limits.expected is not None
        spread = baseline.spread if baseline and not baseline.is_bare else None
        season = limits.season if limits else None
        is_ratio = limits is not None and limits.is_ratio
        verdict_is = self.verdict.kind if self.verdict.kind in ("signal", "within") else "too_few"
        return {
            "metric": self.metric.id,
            "judged": self.what or self.driver.label,
            "period_start": self.point.period_start,
            "iso_week": label_iso_week(self.point.period_start),
            "member": self.member,
            "value": self.point.value,
            "n": self.point.denominator,
            "unit": self.unit,
            "chart": "binomial" if is_exact else baseline.chart if baseline else None,
            "center": limits.center if limits else None,
            "lower": limits.lower if limits else None,
            "upper": limits.upper if limits else None,
            "sigma_z": spread if is_rate and not is_exact else None,
            "moving_range": None if is_rate else spread,
            "expected": limits.expected if limits else None,
            "chance_upper": limits.chance if limits else None,
            "baseline_center": baseline.center if baseline else None,
            "season_factor": season if is_ratio else None,
            "season_shift": None if is_ratio else season,
            "baseline_from": baseline.first if baseline else None,
            "baseline_to": baseline.last_day if baseline else None,
            "baseline_weeks": baseline.weeks if baseline else None,
            "is_seasonal": baseline.is_seasonal if baseline else None,
            "verdict": verdict_is,
            "reason": self.verdict.kind.removeprefix("too_few_")
            if verdict_is == "too_few"
            else None,
            "rule": self.verdict.rule,
            "side": self.verdict.side,
            "has_jumped": verdict.has_jumped,
            "judged_by": self.driver.id,
        }

    @property
    def head(self) -> str:
        """Signal, within normal range, or too few."""
        return head_verdict(self.verdict)


def list_resets(cursor: duckdb.DuckDBPyConnection) -> list[tuple[str | None, date]]:
    """Days on which the baseline of a metric (None: of every one) starts anew."""
    return cursor.execute(
        "select metric, occurred_on from events where resets_baseline order by all"
    ).fetchall()


@dataclass(frozen=True)
class Judge:
    """Verdicts of one closed week. read gives the weekly records of a metric by its id."""

    read: Callable[[str], Sequence[Record]]
    resets: Sequence[tuple[str | None, date]]
    metrics: Mapping[str, Metric]
    week: date
    minimum: float

    def judge(self, metric: Metric) -> list[Judged]:
        """The metric's verdicts, one a member, in the members' order; empty without records."""
        if metric.id in FLOWS:
            return self._judge_flow(metric)
        driver = self.metrics[DRIVERS.get(metric.id) or DRIVERS[metric.family]]
        theirs = self._judge_flow(driver)
        verdict = theirs[0].verdict if theirs else Verdict("no_value")
        return [
            Judged(metric, member, points[-1], metric.unit, verdict, driver)
            for member, points in self._series(metric, "value").items()
        ]

    def _judge_flow(self, metric: Metric) -> list[Judged]:
        flow = FLOWS[metric.id]
        return [
            Judged(
                metric, member, points[-1], flow.unit or metric.unit,
                self._verdict(metric, flow, points), metric,
            )
            for member, points in self._series(metric, flow.field).items()
        ]  # fmt: skip

    def _verdict(self, metric: Metric, flow: Flow, points: Sequence[Point]) -> Verdict:
        resets = choose_resets(metric.id, self.resets)
        verdict = compute_verdict(points, flow.chart, self.minimum, resets)
        if metric.id == "vel_won" and verdict.kind != "no_value" and self._has_few_wins():
            return Verdict("too_few_deals")
        return verdict

    def _has_few_wins(self) -> bool:
        won = self._series(self.metrics["vel_win_count"], "numerator").get(None)
        return won is None or (won[-1].value or 0) < FEWEST_WINS

    def _series(self, metric: Metric, field: str) -> dict[str | None, list[Point]]:
        """Points up to the week by member; money of customers has their number as n."""
        records = self.read(metric.id)
        members = dict.fromkeys(record.member for record in records)
        series = {each: to_points(records, self.week, field, each) for each in members}
        series = {each: points for each, points in series.items() if points}
        flow = FLOWS.get(metric.id)
        if flow is not None and (flow.source or flow.pool):
            sources = to_points(self.read(flow.source or flow.pool), self.week)
            if flow.pool:
                sums = accumulate(point.value or 0.0 for point in sources)
                pairs = zip(sources, sums, strict=True)
                sources = [replace(point, denominator=total) for point, total in pairs]
            series = {each: with_bases(points, sources) for each, points in series.items()}
        base = flow.base if flow else BASES.get(metric.family)
        if not base:
            return series
        bases = to_points(self.read(base), self.week)
        return {each: with_denominators(points, bases) for each, points in series.items()}
