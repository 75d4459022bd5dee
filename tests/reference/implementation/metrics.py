"""Every metric for every closed period of a grain, as plain rows."""

import datetime as dt
import math
from collections import Counter
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tests.reference.implementation.answers import Answer, plain, ratio
from tests.reference.implementation.company import (
    UNKNOWN,
    Company,
    Slice,
    build_company,
    members_of,
)
from tests.reference.implementation.deals import (
    closed_in,
    lengths_of,
    mature_cohort,
    outcomes_at,
    velocity_of_closed,
    velocity_of_created,
    won_within,
)
from tests.reference.implementation.economics import economics_answers
from tests.reference.implementation.exposure import (
    cumulative_churn,
    endings_in,
    sum_of_daily_rates,
    weeks_at_risk,
)
from tests.reference.implementation.flows import move_of
from tests.reference.implementation.help import help_answers
from tests.reference.implementation.lifetime import (
    monthly_discount,
    monthly_retention,
    simple_value,
    survival_value,
    tenures_at,
)
from tests.reference.implementation.movements import ends_of, moved_in
from tests.reference.implementation.periods import (
    Period,
    a_year_before,
    closed_periods,
    monday_of,
    sunday_before,
)
from tests.reference.implementation.surveys import csat_counts, latest_answers, nps_counts
from tests.reference.implementation.tables import Settings, Tables
from tests.reference.implementation.tenure import mean_within, seen_at, still_there
from tests.reference.implementation.terms import mrr_at
from tests.reference.implementation.tiers import TIERS, TierWeek
from tests.reference.implementation.trials import conversion
from tests.reference.implementation.velocity import WINDOW_DAYS, velocity_at, won_in

CIF_DAYS = (30, 90, 180, 365)
PERIODS_A_YEAR = {"week": 365.2425 / 7, "month": 12, "quarter": 4, "year": 1}


def compute_metrics(
    tables: Tables,
    settings: Settings,
    as_of: dt.date,
    grain: str,
    dimension: str | None = None,
) -> list[dict[str, Any]]:
    """Rows of metric, period_start, breakdown, member, value, numerator, denominator.

    One for each metric, closed period of the grain, value of the dimension (None without one) and
    member. Shares are 0..1, points 100 x share, money is in the reporting currency.
    """
    company = build_company(tables, settings, as_of)
    periods = closed_periods(grain, company.first_day, as_of, company.settings)
    return compute_for(company, periods, dimension)


def compute_for(
    company: Company, periods: list[Period], dimension: str | None = None
) -> list[dict[str, Any]]:
    """The rows of these periods."""
    rows: list[dict[str, Any]] = []
    for breakdown, part in members_of(company, dimension).items():
        for period in periods:
            is_latest = period == periods[-1]
            for answer in answers_of(company, part, period, is_latest):
                rows.append(
                    {
                        "metric": answer.metric,
                        "period_start": period.start,
                        "breakdown": breakdown,
                        "member": answer.member,
                        "value": answer.value,
                        "numerator": answer.numerator,
                        "denominator": answer.denominator,
                    }
                )
    return rows


def answers_of(company: Company, part: Slice, period: Period, is_latest: bool) -> list[Answer]:
    """Every metric of one part of the company in one period."""
    return [
        *churn_answers(company, part, period),
        *exposure_answers(company, part, period),
        *revenue_answers(part, period),
        *retention_answers(company, part, period),
        *velocity_answers(company, part, period, is_latest),
        *deal_answers(part, period),
        *help_answers(part.opportunities, company.helped, period.end),
        *lifetime_answers(company, part, period),
        *tenure_answers(company, part, period),
        *tier_answers(part, period),
        *tier_outcome_answers(company, part, period),
        *survey_answers(part, period),
        *flow_answers(company, part, period),
    ]


def events_in(part: Slice, kind: str, period: Period) -> list[Decimal]:
    """The sizes of the movements of a kind in the period."""
    return [
        movement.size
        for customer in part.customers
        for movement in moved_in(customer.movements, kind, period.start, period.end)
    ]


def weekly_churn(company: Company, part: Slice, end: dt.date) -> list[tuple[int, int]] | None:
    """Lost and opening of the 13 whole Monday weeks up to the end; None when history is short."""
    last_end = monday_of(end)
    first_start = last_end - dt.timedelta(weeks=13)
    if company.first_paid_on is None or first_start < company.first_paid_on:
        return None
    weeks: list[tuple[int, int]] = []
    for week in range(13):
        start = first_start + dt.timedelta(weeks=week)
        ends = [ends_of(c.terms, start, start + dt.timedelta(weeks=1)) for c in part.customers]
        weeks.append((sum(e.is_lost for e in ends), sum(e.is_opening for e in ends)))
    return weeks


def pooled_churn(company: Company, part: Slice, end: dt.date) -> tuple[int, int] | None:
    """Lost and opening over those weeks."""
    weeks = weekly_churn(company, part, end)
    if weeks is None:
        return None
    return sum(lost for lost, _ in weeks), sum(opening for _, opening in weeks)


def churn_answers(company: Company, part: Slice, period: Period) -> list[Answer]:
    """Customer counts and customer churn, with the vendors' variants of it."""
    ends = [ends_of(customer.terms, period.start, period.end) for customer in part.customers]
    opening, closing = sum(e.is_opening for e in ends), sum(e.is_closing for e in ends)
    lost = sum(e.is_lost for e in ends)
    churned, started = (len(events_in(part, kind, period)) for kind in ("churned", "new"))
    pooled = pooled_churn(company, part, period.end)
    logo = ratio("churn_logo", lost, opening)
    yearly = None
    if logo.value is not None:
        yearly = 1 - (1 - logo.value) ** PERIODS_A_YEAR[period.grain]
    return [
        logo,
        plain("churn_logo_ann", yearly),
        ratio("churn_logo_13w", *(pooled or (0, 0)), is_known=pooled is not None),
        ratio("churn_logo_recurly", churned, opening),
        ratio("churn_logo_stripe", churned, opening + started),
        ratio("churn_logo_average", churned, Decimal(opening + closing) / 2),
        plain("cust_active", closing),
        plain("cust_new", sum(e.is_new for e in ends)),
        plain("cust_lost", lost),
        plain("cust_react", sum(e.is_reactivated for e in ends)),
    ]


def exposure_answers(company: Company, part: Slice, period: Period) -> list[Answer]:
    """Churn that is not over the customers of the start: by exposure, by day, over 13 weeks; trials."""
    start, end = period.start, period.end
    endings = sum(endings_in(one.movements, start, end) for one in part.customers)
    exposure = sum((weeks_at_risk(one.spells, start, end) for one in part.customers), Fraction(0))
    daily = sum_of_daily_rates([one.terms for one in part.customers], start, end)
    weeks = weekly_churn(company, part, end)
    trials = [trial for customer in part.customers for trial in customer.trials]
    return [
        ratio("trial_conv", *conversion(trials, start, end)),
        ratio("churn_hazard", endings, exposure),
        plain("churn_logo_daily", daily),
        plain("churn_logo_13w_cum", None if weeks is None else cumulative_churn(weeks)),
    ]


def revenue_answers(part: Slice, period: Period) -> list[Answer]:
    """MRR, its movements by events, and gross and net MRR churn."""
    kinds = ("new", "reactivation", "expansion", "contraction", "churned")
    moved = {kind: sum(events_in(part, kind, period), Decimal(0)) for kind in kinds}
    opening = sum((mrr_at(one.terms, period.start) for one in part.customers), Decimal(0))
    closing = sum((mrr_at(one.terms, period.end) for one in part.customers), Decimal(0))
    losses = moved["churned"] + moved["contraction"]
    gains = moved["expansion"] + moved["reactivation"]
    return [
        plain("mrr", closing),
        *(plain(f"mrr_{kind}", moved[kind]) for kind in kinds),
        ratio("churn_rev_gross", losses, opening),
        ratio("churn_rev_net", losses - gains, opening),
    ]


def retention_answers(company: Company, part: Slice, period: Period) -> list[Answer]:
    """GRR and NRR of the customers of the start of the window, by its two ends."""
    windows = {
        "": a_year_before(period.end, period.grain),
        "_13w": period.end - dt.timedelta(weeks=13),
    }
    answers: list[Answer] = []
    for name, start in windows.items():
        is_known = company.first_paid_on is not None and start >= company.first_paid_on
        pairs = [(mrr_at(c.terms, start), mrr_at(c.terms, period.end)) for c in part.customers]
        opening = sum((before for before, _ in pairs), Decimal(0))
        kept = sum((min(before, after) for before, after in pairs), Decimal(0))
        closing = sum((after for before, after in pairs if before > 0), Decimal(0))
        answers += [
            ratio(f"ret_grr{name}", kept, opening, is_known=is_known),
            ratio(f"ret_nrr{name}", closing, opening, is_known=is_known),
        ]
    return [*answers, renewal_answer(company, part, period)]


def renewal_answer(company: Company, part: Slice, period: Period) -> Answer:
    """What is lost of the MRR of then, over the MRR of then whose term has ended since."""
    start = a_year_before(period.end, period.grain)
    is_known = company.first_paid_on is not None and start >= company.first_paid_on
    ended = lost = Decimal(0)
    for customer in part.customers:
        then, now = mrr_at(customer.terms, start), mrr_at(customer.terms, period.end)
        lost += then - min(then, now)
        ended += sum(
            term.mrr
            for term in customer.terms
            if term.started_on < start <= (term.ended_on or dt.date.max)
            and (term.ended_on or dt.date.max) < period.end
        )
    return ratio("ret_grr_renewal", ended - lost, ended, is_known=is_known)


def velocity_answers(
    company: Company, part: Slice, period: Period, is_latest: bool
) -> list[Answer]:
    """Sales velocity at the period's end with its drivers."""
    speed = velocity_at(period.end, part.opportunities, company.stages, is_latest, company.settings)
    won_amount, lost_amount = (
        sum(speed.won_amounts, Decimal(0)),
        sum(speed.lost_amounts, Decimal(0)),
    )
    return [
        plain("vel_open", speed.open_count),
        plain("vel_pipeline", speed.pipeline()),
        ratio("vel_win_count", speed.won, speed.won + speed.lost),
        ratio("vel_win_value", won_amount, won_amount + lost_amount),
        ratio("vel_deal", won_amount, len(speed.won_amounts)),
        ratio("vel_cycle", sum(speed.cycles), len(speed.cycles)),
        ratio("vel_realised", won_amount, WINDOW_DAYS),
        plain("vel_won", sum(won_in(part.opportunities, period.start, period.end), Decimal(0))),
    ]


def deal_answers(part: Slice, period: Period) -> list[Answer]:
    """The velocities of closed and of created deals, and what they rest on."""
    deals, end = part.opportunities, period.end
    closed = closed_in(deals, end - dt.timedelta(days=WINDOW_DAYS), end)
    lengths, cohort = lengths_of(closed), mature_cohort(deals, end)
    won, created = (cohort.won, cohort.created) if cohort else (0, 0)
    times = outcomes_at(deals, end)
    return [
        *(Answer("vel_win_cif", won_within(times, days), member=str(days)) for days in CIF_DAYS),
        plain("vel_closed", velocity_of_closed(deals, end)),
        plain("vel_created", velocity_of_created(deals, end)),
        ratio("vel_cycle_all", sum(lengths), len(lengths)),
        ratio("vel_win_created", won, created, is_known=cohort is not None),
    ]


def lifetime_answers(company: Company, part: Slice, period: Period) -> list[Answer]:
    """Lifetime value by constant retention and by survival, and what a customer costs."""
    settings = company.settings
    discount = monthly_discount(float(settings["discount_rate_yearly"]))
    revenues = [mrr_at(customer.terms, period.end) for customer in part.customers]
    active = sum(1 for mrr in revenues if mrr > 0)
    margin = retention = simple = by_survival = None
    if active:
        margin = margin_of(part, period.end, settings) / active
        pooled = pooled_churn(company, part, period.end)
        if pooled is not None and pooled[1] > 0:
            retention = monthly_retention(pooled[0] / pooled[1])
            simple = simple_value(margin, retention, discount)
        spells = [spell for customer in part.customers for spell in customer.spells]
        tenures = tenures_at(spells, period.end)
        by_survival = survival_value(margin, tenures, discount, settings["ltv_horizon_months"])
    return [
        plain("ltv_simple", simple),
        plain("ltv_km", by_survival),
        *economics_answers(company, part, period, margin, retention, by_survival),
    ]


def margin_of(part: Slice, boundary: dt.date, settings: Settings) -> float:
    """Gross margin of a month, each segment's own where it has one."""
    own = settings["gross_margin_by_segment"]
    return math.fsum(
        float(own.get(customer.row["segment"] or UNKNOWN, settings["gross_margin"]))
        * float(mrr_at(customer.terms, boundary))
        for customer in part.customers
    )


def tenure_answers(company: Company, part: Slice, period: Period) -> list[Answer]:
    """The tenure curve of all spells up to the period's end, and the means within a year or two."""
    spells = [spell for customer in part.customers for spell in customer.spells]
    seen = seen_at(spells, period.end, company.history_begins)
    return [
        *(Answer("ret_km", still_there(seen, w), member=str(w)) for w in (13, 26, 52, 104)),
        *(Answer("ret_rmst", mean_within(seen, w), member=str(w)) for w in (52, 104)),
    ]


def tier_answers(part: Slice, period: Period) -> list[Answer]:
    """Shares and MRR of the tiers, evidence coverage and net advocacy at the period's last Sunday."""
    monday = sunday_before(period.end) - dt.timedelta(days=6)
    placed = [customer for customer in part.customers if monday in customer.tier_weeks]
    weeks = [customer.tier_weeks[monday] for customer in placed]
    revenue: dict[str, Decimal] = dict.fromkeys(TIERS, Decimal(0))
    for customer, week in zip(placed, weeks, strict=True):
        revenue[week.tier] += mrr_at(customer.terms, monday + dt.timedelta(days=7))
    counts = Counter(week.tier for week in weeks)
    with_evidence = sum(1 for week in weeks if week.raw.rule != "R5b")
    up = counts["loyal"] + counts["advocate"]
    down = counts["dissatisfied"] + counts["actively_dissatisfied"]
    return [
        *(ratio("adv_share", counts[tier], len(weeks), member=tier) for tier in TIERS),
        *(Answer("adv_mrr", float(revenue[tier]), member=tier) for tier in TIERS),
        ratio("adv_coverage", with_evidence, len(weeks)),
        ratio("adv_net", up - down, len(weeks), times=100),
    ]


def tier_outcome_answers(company: Company, part: Slice, period: Period) -> list[Answer]:
    """Churn by the tier at the period's start; GRR and NRR by the tier at their window's start."""
    start = a_year_before(period.end, period.grain)
    is_known = company.first_paid_on is not None and start >= company.first_paid_on
    answers: list[Answer] = []
    for tier in (*TIERS, "none"):
        placed = [c for c in part.customers if tier_at(c.tier_weeks, period.start) == tier]
        ends = [ends_of(customer.terms, period.start, period.end) for customer in placed]
        lost, opening = sum(e.is_lost for e in ends), sum(e.is_opening for e in ends)
        earlier = [c for c in part.customers if tier_at(c.tier_weeks, start) == tier]
        pairs = [(mrr_at(c.terms, start), mrr_at(c.terms, period.end)) for c in earlier]
        before = sum((then for then, _ in pairs), Decimal(0))
        kept = sum((min(then, now) for then, now in pairs), Decimal(0))
        after = sum((now for then, now in pairs if then > 0), Decimal(0))
        answers += [
            ratio("churn_tier", lost, opening, member=tier),
            ratio("grr_tier", kept, before, member=tier, is_known=is_known),
            ratio("nrr_tier", after, before, member=tier, is_known=is_known),
        ]
    return answers


def tier_at(weeks: dict[dt.date, TierWeek], boundary: dt.date) -> str:
    """The published tier of the last Sunday before a boundary; none where there was none."""
    week = weeks.get(sunday_before(boundary) - dt.timedelta(days=6))
    return "none" if week is None else week.tier


def survey_answers(part: Slice, period: Period) -> list[Answer]:
    """NPS in points, CSAT as a share, CES as a mean."""
    promoters, detractors, asked = nps_counts(latest_answers(part.answers, "nps", period.end))
    efforts = latest_answers(part.answers, "ces", period.end)
    satisfied, rated = csat_counts(latest_answers(part.answers, "csat", period.end))
    return [
        ratio("adv_nps", promoters - detractors, asked, times=100),
        ratio("adv_csat", satisfied, rated),
        ratio("adv_ces", sum(row["score"] for row in efforts), len(efforts)),
    ]


def flow_answers(company: Company, part: Slice, period: Period) -> list[Answer]:
    """Moves up, down, net and by expiry as shares of the customers of the opening Sunday."""
    opening, closing = sunday_before(period.start), sunday_before(period.end)
    moves = Counter(
        move_of(customer.tier_weeks, customer.events, opening, closing, company.settings)
        for customer in part.customers
    )
    base = sum(count for move, count in moves.items() if move is not None)
    return [
        ratio("flow_up", moves["up"], base),
        ratio("flow_down", moves["down"], base),
        ratio("flow_net", moves["up"] - moves["down"], base),
        ratio("flow_expired", moves["expired"], base),
    ]
