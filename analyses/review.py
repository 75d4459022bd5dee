"""What stands on the weekly page: which metric each card shows, and which flow judges it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from analyses.formats import format_range, format_value, to_float
from analyses.lifetime.floor import Floor, describe_floor
from analyses.lifetime.observed import Lifetime
from analyses.lifetime.tables import describe_short
from analyses.sentences import Finding, compute_sentences, describe_reason
from analyses.signals import Point, Verdict
from analyses.velocity.snapshot import FEWEST_WINS
from analyses.weekly import (
    TIERS,
    WEEK,
    Card,
    MovementRow,
    TierRow,
    choose_resets,
    choose_target,
    compute_card,
    find_record,
    to_finding,
    to_points,
    with_bases,
    with_denominators,
)
from metrics.engine import Record
from metrics.periods import label_period

# Weekly series that the page reads; lifetime value comes by quarter, churn by segment beside it.
WEEKLY = (
    "churn_logo", "churn_rev_gross", "ret_nrr", "vel_pipeline", "vel_won", "vel_open",
    "vel_win_count", "adv_share", "adv_coverage", "adv_mrr", "adv_net", "flow_up", "flow_down", "flow_net",
    "flow_expired", "cust_new", "cust_react", "cust_lost",
)  # fmt: skip
QUARTERLY = ("ltv_km", "ltv_simple")
FOR_US = ("advocate", "loyal")
AGAINST_US = ("dissatisfied", "actively_dissatisfied")
NO_CYCLE = "won deals have no amount, or closed before created"


@dataclass(frozen=True)
class Review:
    """All that a weekly page is computed from.

    records: by metric id, weekly; quarters: likewise, by quarter; because: by card key, what moved it
    in words. lifetime: that of the newest closed quarter, for its interval; floor: of its constant
    retention, where nobody was lost. targets as in choose_target; resets: (metric or None, date) of events
    that start a new baseline. assumptions are those of lifetime value, in words. missing: by metric
    id, the tables that the export lacks. first_month of the fiscal year names the quarters.
    """

    week: date
    is_open: bool
    currency: str
    minimum: float
    records: Mapping[str, Sequence[Record]]
    quarters: Mapping[str, Sequence[Record]]
    because: Mapping[str, str] = field(default_factory=dict[str, str])
    targets: Sequence[tuple[str, date, float, str | None, str | None]] = ()
    resets: Sequence[tuple[str | None, date]] = ()
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    assumptions: str = ""
    lifetime: Lifetime | None = None
    floor: Floor | None = None
    missing: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])
    first_month: int = 1

    def record(self, metric: str, member: str | None = None) -> Record | None:
        """The shown week's record."""
        return find_record(self.records[metric], self.week, member)

    def points(self, metric: str, of: str = "value", member: str | None = None) -> list[Point]:
        """The weekly series up to the shown week; of 'numerator' is the count behind a rate."""
        return to_points(self.records[metric], self.week, of, member)

    def target(self, metric: str) -> float | None:
        """The target in force for a metric in this scope."""
        return choose_target(self.targets, metric, self.week, dict(self.chosen))

    def resets_of(self, metric: str) -> list[date]:
        """Days on which the baseline of a metric starts anew."""
        return choose_resets(metric, self.resets)


def compute_cards(review: Review) -> list[Card]:
    """The six cards, in their fixed order."""
    churn, movement = churn_card(review), movement_card(review)
    cards = [
        churn,
        revenue_card(review),
        velocity_card(review, to_finding(won_card(review))),
        lifetime_card(review, to_finding(churn)),
        advocacy_card(review, to_finding(movement)),
        movement,
    ]
    if not review.is_open:
        return cards
    return [
        replace(card, judge=None, verdict=Verdict("partial"))
        if card.key == "lifetime_value"
        else _mark_open(card)
        for card in cards
    ]


def churn_card(review: Review) -> Card:
    """Customer churn of the week, with its Wilson interval."""
    record = review.record("churn_logo")
    card = Card(
        "churn", "Customer churn", "churn_logo", "percent", "down", review.currency,
        review.points("churn_logo"),
        size=_of(record), low=record.low if record else None, high=record.high if record else None,
        reason=_reason(review, record),
    )  # fmt: skip
    return compute_card(
        card, "p_prime", review.minimum, review.target("churn_logo"), review.resets_of("churn_logo")
    )


def revenue_card(review: Review) -> Card:
    """MRR lost to churn and contraction in the week, with net retention of 52 weeks beneath."""
    record, retention = review.record("churn_rev_gross"), review.record("ret_nrr")
    lost = review.points("churn_rev_gross", "numerator")
    share = format_value(_value(record), "percent")
    points = with_denominators(lost, review.points("churn_logo"))
    card = Card(
        "revenue_lost", "Revenue lost", "churn_rev_gross", "currency", "down", review.currency,
        points,
        size=f"{share} of MRR" if _value(record) is not None else "",
        beneath=f"NRR, 52 weeks {format_value(_value(retention), 'percent')}",
        others=("ret_nrr",), is_metric=False,
        reason=_reason(review, record),
    )  # fmt: skip
    return compute_card(card, "xmr", review.minimum, None, review.resets_of("churn_rev_gross"))


def velocity_card(review: Review, won: Finding | None) -> Card:
    """Sales velocity; a trailing window, so its verdict is that of the week's won value."""
    record, wins = review.record("vel_pipeline"), review.record("vel_win_count")
    points = with_denominators(review.points("vel_pipeline"), review.points("vel_win_count"))
    value = format_value(_value(review.record("vel_won")), "currency", review.currency)
    pipeline = f"{_count(review.record('vel_open'))} open"
    card = Card(
        "velocity", "Sales velocity", "vel_pipeline", "currency_per_day", "up", review.currency,
        points, judge=won,
        size=f"{pipeline}, {_of(wins)} won (91 days)" if _of(wins) else pipeline,
        beneath=f"this week {value}",
        others=("vel_won", "vel_open", "vel_win_count", "vel_deal", "vel_cycle"),
        reason=NO_CYCLE if _lacks_cycle(record, wins) else _reason(review, record),
    )  # fmt: skip
    card = compute_card(card, None, review.minimum, review.target("vel_pipeline"))
    return replace(card, has_few=card.has_few or _has_few_wins(review))


def won_card(review: Review) -> Card:
    """Value won in the week: no card of the page, but what judges sales velocity."""
    card = Card(
        "won", "Won value", "vel_won", "currency", "up", review.currency,
        # Before the first deal was ever closed a week's 0 says nothing.
        with_bases(review.points("vel_won"), review.points("vel_win_count")),
        reason=_reason(review, review.record("vel_won")),
    )  # fmt: skip
    card = compute_card(card, "xmr", review.minimum, None, review.resets_of("vel_won"))
    if card.value is None or not _has_few_wins(review):
        return card
    return replace(card, verdict=Verdict("too_few_deals"), limits=(), rules=())


def lifetime_card(review: Review, churn: Finding | None) -> Card:
    """Lifetime value of the last closed quarter, beside the other method's.

    It has no trend and no limits: it counts what was observed so far, and so rises with the length
    of the history even where customers stay as long as ever. The verdict is that of the week's
    churn, the flow that drives it.
    """
    ended = [r for r in review.quarters["ltv_km"] if r.period_start <= review.week]
    ended = [r for r in ended if _quarter_end(r.period_start) <= review.week + WEEK]
    last = ended[-1] if ended else None
    other = find_record(review.quarters["ltv_simple"], last.period_start) if last else None
    simple = format_value(_value(other), "currency", review.currency)
    if review.floor:
        simple = describe_floor(review.floor, review.currency)
    quarter = label_period("quarter", last.period_start, review.first_month) if last else ""
    found = review.lifetime
    low, high = (
        (found.low, found.high) if found and last and last.value is not None else (None, None)
    )
    interval = format_range(low, high, "currency", review.currency) if high is not None else ""
    card = Card(
        "lifetime_value", f"Lifetime value{quarter and f', {quarter}'}", "ltv_km", "currency",
        "up", review.currency, to_points(ended[-1:], review.week), judge=churn,
        size="; ".join(part for part in (describe_short(found), interval, review.assumptions) if part),
        beneath=f"constant retention {simple}",
        others=("ltv_simple",),
        low=low, high=high,
        reason=_reason(review, last),
    )  # fmt: skip
    return compute_card(card, None, review.minimum, review.target("ltv_km"))


def advocacy_card(review: Review, movement: Finding | None) -> Card:
    """Customers for us and against us; shares of a stock, judged by net movement on evidence."""
    sides = [
        sum(_numerator(review.record("adv_share", tier)) for tier in tiers)
        for tiers in (FOR_US, AGAINST_US)
    ]
    money = [
        format_value(
            sum(_value(review.record("adv_mrr", tier)) or 0.0 for tier in tiers),
            "currency",
            review.currency,
        )
        for tiers in (FOR_US, AGAINST_US)
    ]
    record = review.record("adv_net")
    net = f"net advocacy {format_value(_value(record), 'points')}"
    card = Card(
        "advocacy", "For us | against us", "adv_net", "points", "up", review.currency,
        review.points("adv_net"), judge=movement,
        text=f"{sides[0]:,.0f} | {sides[1]:,.0f}" if _value(record) is not None else "",
        size=f"{money[0]} | {money[1]} MRR of {describe_base(record)} customers",
        beneath=net,
        others=("adv_share", "adv_mrr"),
        reason=_reason(review, record),
    )  # fmt: skip
    return compute_card(card, None, review.minimum, review.target("adv_net"))


def movement_card(review: Review) -> Card:
    """Customers who moved up less those who moved down, on evidence."""
    record = review.record("flow_net")
    up, down = (_count(review.record(metric)) for metric in ("flow_up", "flow_down"))
    card = Card(
        "movement", "Net movement", "flow_net", "count", "up", review.currency,
        review.points("flow_net", "numerator"),
        text=format_value(to_float(record.numerator), "count", is_change=True) if record else "",
        size=f"{up} up, {down} down of {describe_base(record)}" if _value(record) is not None else "",
        beneath=f"by expiry {_count(review.record('flow_expired'))}",
        others=("flow_up", "flow_down", "flow_expired"), is_metric=False,
        reason=_reason(review, record),
    )  # fmt: skip
    return compute_card(card, "xmr", review.minimum, None, review.resets_of("flow_net"))


def compute_tier_rows(review: Review) -> list[TierRow]:
    """Five rows, best tier first; empty where the week has no tiers."""
    rows: list[TierRow] = []
    for tier in TIERS:
        counts = {
            point.period_start: point.value
            for point in review.points("adv_share", "numerator", tier)
        }
        now = counts.get(review.week)
        if now is None:
            return []
        last, quarter = (counts.get(review.week - weeks * WEEK) for weeks in (1, 13))
        mrr = _value(review.record("adv_mrr", tier))
        good = "up" if tier in FOR_US else "down" if tier in AGAINST_US else "none"
        rows.append(TierRow(tier, int(now), mrr, _less(now, last), _less(now, quarter), good))
    return rows


def compute_movement_rows(review: Review) -> list[MovementRow]:
    """Moves between tiers, then entries and exits; empty while the week is not over."""
    if review.is_open or _value(review.record("flow_net")) is None:
        return []
    kinds = [
        ("Moved up", "flow_up", 1, "up", "moved_up"),
        ("Moved down", "flow_down", -1, "down", "moved_down"),
        ("Moved by expiry", "flow_expired", 0, "none", "expired_moves"),
        ("New", "cust_new", 1, "up", "new_customers"),
        ("Won back", "cust_react", 1, "up", "reactivated_customers"),
        ("Lost", "cust_lost", -1, "down", "lost_customers"),
    ]
    return [
        MovementRow(label, _whole(review.record(metric)), sign, good, drill)
        for label, metric, sign, good, drill in kinds
    ]


def describe_spread(rows: Sequence[TierRow], coverage: Record | None = None) -> str:
    """Title of the tier spread: '291 for us, 223 against us, of 1,251 customers', or n/a.

    Where most have no evidence it speaks of those who have: silence is no neutral mind.
    """
    if not rows:
        return "For us, against us: n/a"
    sides = [sum(row.customers for row in rows if row.good == good) for good in ("up", "down")]
    total = sum(row.customers for row in rows)
    whom = f"{total:,} customers"
    if coverage is not None and coverage.numerator is not None and 2 * coverage.numerator < total:
        whom = f"{coverage.numerator:,} customers with evidence"
    return f"{sides[0]:,} for us, {sides[1]:,} against us, of {whom}"


def describe_moves(review: Review) -> str:
    """Title of the movement: 'Net +9 customers on evidence', or n/a."""
    record = review.record("flow_net")
    if record is None or _value(record) is None:
        return "Net movement on evidence: n/a"
    net = format_value(to_float(record.numerator), "count", is_change=True)
    return f"Net {net} customers on evidence"


def compute_review_sentences(review: Review, cards: Sequence[Card]) -> list[str]:
    """At most five sentences, or one that the week is not over or that there is no data."""
    if review.is_open:
        return ["This week is not over: its rates come when it is."]
    findings = [to_finding(card, review.because.get(card.key, "")) for card in cards]
    # Won value has no card of its own: it is what judges velocity.
    findings += [
        replace(card.judge, because=review.because.get("won", ""))
        for card in cards
        if card.key == "velocity" and card.judge is not None
    ]
    return compute_sentences([each for each in findings if each is not None])


def _reason(review: Review, record: Record | None) -> str | None:
    return describe_reason(record.reason, review.missing.get(record.metric, ())) if record else None


def _lacks_cycle(velocity: Record | None, wins: Record | None) -> bool:
    """Whether deals were won and still deal size or cycle has nothing to divide by."""
    is_without = velocity is not None and velocity.reason == "no_denominator"
    return is_without and wins is not None and bool(wins.numerator)


def _has_few_wins(review: Review) -> bool:
    return _numerator(review.record("vel_win_count")) < FEWEST_WINS


def _mark_open(card: Card) -> Card:
    """The card of a week that is not over: no value, no percentages, no comparison."""
    return replace(
        card, points=card.points[:-1] and [*card.points[:-1], replace(card.points[-1], value=None)],
        verdict=Verdict("partial"), judge=None, text="", size="", beneath="", comparison=None, limits=(), rules=(),
        low=None, high=None, reason=describe_reason("partial_period"),
    )  # fmt: skip


def _quarter_end(start: date) -> date:
    month = start.month + 3
    return date(start.year + (month > 12), (month - 1) % 12 + 1, 1)


def _value(record: Record | None) -> float | None:
    return to_float(record.value) if record else None


def _numerator(record: Record | None) -> float:
    return (to_float(record.numerator) if record else None) or 0.0


def _count(record: Record | None) -> str:
    """The count behind a rate, or a count itself."""
    if record is None:
        return "n/a"
    return format_value(
        to_float(record.value if record.unit == "count" else record.numerator), "count"
    )


def _less(now: float, before: float | None) -> int | None:
    return None if before is None else int(now - before)


def _whole(record: Record | None) -> int | None:
    if record is None:
        return None
    number = to_float(record.value if record.unit == "count" else record.numerator)
    return None if number is None else int(number)


def describe_base(record: Record | None) -> str:
    """n of a record in words."""
    return format_value(to_float(record.denominator) if record else None, "count")


def _of(record: Record | None) -> str:
    """'9 of 472'."""
    if record is None or record.numerator is None or not record.denominator:
        return ""
    return f"{to_float(record.numerator):,.0f} of {describe_base(record)}"
