"""The weekly page as data: cards, rows and sentences from hand-made records."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from analyses.judged import is_calm
from analyses.lifetime.floor import Floor
from analyses.lifetime.observed import Lifetime
from analyses.review import (
    QUARTERLY,
    WEEKLY,
    Review,
    churn_card,
    compute_cards,
    compute_movement_rows,
    compute_review_sentences,
    compute_tier_rows,
    describe_moves,
    describe_spread,
)
from analyses.sentences import QUIET, Finding, describe_baseline, describe_briefly, head_verdict
from analyses.signals import Baseline, Limits, Point, Verdict
from analyses.weekly import (
    TIERS,
    Card,
    choose_target,
    describe_change,
    describe_comparison,
    describe_interval,
    describe_missing,
    describe_weeks,
    find_intervals,
    to_finding,
    to_points,
)
from metrics.engine import Record
from metrics.intervals import compute_poisson, compute_wilson

FIRST = date(2025, 9, 1)
COUNT = 60
WEEK = FIRST + timedelta(weeks=COUNT - 1)
TIER_SIZES = dict(zip(TIERS, (10, 120, 250, 60, 20), strict=True))


def record(metric, start, value=None, numerator=None, denominator=None, **changes):
    if value is None and denominator:
        value = numerator / denominator
    fields = {
        "grain": "week", "dimension": None, "breakdown": None, "member": None, "low": None,
        "high": None, "unit": "percent", "reason": None, **changes,
    }  # fmt: skip
    return Record(metric, period_start=start, value=value, numerator=numerator,
                  denominator=denominator, **fields)  # fmt: skip


def weekly(metric, numbers, denominator=460, **changes):
    return [
        record(metric, FIRST + timedelta(weeks=n), None, number, denominator, **changes)
        for n, number in enumerate(numbers)
    ]


def values(metric, numbers, unit="count", **changes):
    return [
        record(metric, FIRST + timedelta(weeks=n), number, unit=unit, **changes)
        for n, number in enumerate(numbers)
    ]


def wave(low, high):
    return [low, high] * (COUNT // 2)


def make_review(**changes):
    records = {
        "churn_logo": weekly("churn_logo", wave(2, 4)),
        "churn_rev_gross": weekly("churn_rev_gross", wave(900, 1200), 200_000),
        "ret_nrr": weekly("ret_nrr", wave(98, 99), 100),
        "vel_pipeline": values("vel_pipeline", wave(2400, 2500), "currency_per_day"),
        "vel_won": values("vel_won", wave(40_000, 50_000), "currency"),
        "vel_open": values("vel_open", wave(60, 62)),
        "vel_win_count": weekly("vel_win_count", wave(25, 26), 100),
        "adv_coverage": weekly("adv_coverage", wave(300, 310)),
        "adv_net": weekly("adv_net", wave(50, 51), 460, unit="points"),
        "adv_share": [
            each
            for tier, size in TIER_SIZES.items()
            for each in weekly("adv_share", wave(size - 1, size), member=tier)
        ],
        "adv_mrr": [
            each
            for tier, size in TIER_SIZES.items()
            for each in values("adv_mrr", wave(100.0 * size, 110.0 * size), "currency", member=tier)
        ],
        "flow_up": weekly("flow_up", wave(20, 24)),
        "flow_down": weekly("flow_down", wave(22, 20)),
        "flow_net": weekly("flow_net", wave(-2, 4)),
        "flow_expired": weekly("flow_expired", wave(1, 3)),
        "cust_new": values("cust_new", wave(5, 6)),
        "cust_react": values("cust_react", wave(0, 1)),
        "cust_lost": values("cust_lost", wave(2, 4)),
    }  # fmt: skip
    quarters = {
        "ltv_km": [
            record("ltv_km", date(2026, month, 1), 4000.0 + month, grain="quarter", unit="currency")
            for month in (1, 4, 7, 10)
        ],
        "ltv_simple": [
            record("ltv_simple", date(2026, 7, 1), 9000.0, grain="quarter", unit="currency")
        ],
    }
    fields = {
        "week": WEEK, "is_open": False, "currency": "EUR", "minimum": 20,
        "records": records | changes.pop("records", {}), "quarters": quarters,
        "assumptions": "80 % margin", **changes,
    }  # fmt: skip
    return Review(**fields)


def cards_of(review):
    return {card.key: card for card in compute_cards(review)}


def test_the_review_holds_what_the_page_reads():
    assert set(make_review().records) == set(WEEKLY)
    assert set(make_review().quarters) == set(QUARTERLY)


def test_six_cards_in_their_order():
    assert [card.label for card in compute_cards(make_review())] == [
        "Customer churn", "Revenue lost", "Sales velocity", "Lifetime value, Q3 2026",
        "For us | against us", "Net movement",
    ]  # fmt: skip


def test_churn_card_has_n_range_year_ago_and_verdict():
    card = cards_of(make_review())["churn"]
    assert card.value == pytest.approx(4 / 460)
    assert card.size == "4 of 460"
    assert card.verdict is not None
    assert card.verdict.kind == "within"
    assert len(card.limits) == len(card.points) == COUNT
    assert describe_comparison(card) == "0.9 % a year ago"
    assert card.change == 0


def test_a_target_comes_before_the_year_ago():
    targets = [("churn.logo", date(2026, 10, 1), 0.005, None, None)]
    card = cards_of(make_review(targets=targets))["churn"]
    assert describe_comparison(card) == "target 0.5 %"
    assert card.change == pytest.approx(4 / 460 - 0.005)


def test_revenue_card_counts_money_and_says_retention():
    card = cards_of(make_review())["revenue_lost"]
    assert card.value == 1200
    assert (card.size, card.beneath) == ("0.6 % of MRR", "NRR, 52 weeks 99.0 %")
    assert card.verdict is not None
    assert card.verdict.kind == "within"


def test_velocity_is_judged_by_the_week_s_won_value():
    card = cards_of(make_review())["velocity"]
    assert card.verdict is None
    assert card.judge is not None
    assert (card.judge.label, card.judge.verdict.kind) == ("Won value", "within")
    assert card.size == "62 open, 26 of 100 won (91 days)"
    assert card.beneath == "this week EUR 50.0 k"
    assert describe_comparison(card) == "EUR 2,500 / day a year ago"


def test_lifetime_value_has_the_interval_of_its_curve():
    bounds = Lifetime(4007.0, 34, 500, 120, 3900.0, 4100.0)
    card = cards_of(replace(make_review(), lifetime=bounds))["lifetime_value"]
    assert (card.low, card.high) == (3900.0, 4100.0)
    assert card.size.startswith("EUR 3,900 to 4,100; ")
    few = cards_of(replace(make_review(), lifetime=replace(bounds, low=None, high=None)))
    assert few["lifetime_value"].high is None
    assert "to" not in few["lifetime_value"].size.split(";")[0].split()
    short = cards_of(replace(make_review(), lifetime=replace(bounds, months=1, is_short=True)))
    assert short["lifetime_value"].size.startswith(
        "too short to be a lifetime value: 1 month observed; EUR 3,900 to 4,100; "
    )


def test_lifetime_value_is_that_of_the_last_closed_quarter_without_a_range():
    card = cards_of(make_review())["lifetime_value"]
    assert card.value == 4007
    assert len(card.points) == 1
    assert card.beneath == "constant retention EUR 9,000"
    assert to_finding(card) is None
    assert describe_comparison(card) == "no target"
    floor = cards_of(replace(make_review(), floor=Floor(520, 4200.0)))["lifetime_value"].beneath
    assert floor == "constant retention at least EUR 4,200: nobody was lost in 520 customer-weeks"


def test_for_us_and_against_us_in_customers_and_money():
    card = cards_of(make_review())["advocacy"]
    assert card.text == "130 | 80"
    assert card.size == "EUR 14.3 k | EUR 8,800 MRR of 460 customers"
    assert card.judge is not None
    assert card.judge.label == "Net movement"


def test_net_movement_counts_customers():
    card = cards_of(make_review())["movement"]
    assert (card.text, card.size, card.beneath) == ("+4", "24 up, 20 down of 460", "by expiry 3")


def test_few_customers_have_an_interval_and_no_change():
    few = weekly("churn_logo", wave(1, 2), 19, low=0.01, high=0.3)
    card = cards_of(make_review(records={"churn_logo": few}))["churn"]
    assert card.has_few
    assert card.change is None
    assert card.verdict == Verdict("too_few_customers")
    assert describe_interval(card) == "95 % interval 1.0-30.0 %"


def test_missing_tables_leave_cards_with_their_reason():
    review = make_review()
    gone = {name: [record(name, WEEK, reason="missing_table")] for name in review.records}
    review = make_review(
        records=gone,
        quarters={"ltv_km": [], "ltv_simple": []},
        missing=dict.fromkeys(WEEKLY, ("subscriptions",)),
    )
    for card in compute_cards(review):
        assert card.value is None
        assert card.change is None
    assert describe_missing(cards_of(review)["churn"]) == "the export has no subscriptions"
    assert describe_missing(cards_of(review)["lifetime_value"]) == "no data up to this week"
    assert describe_missing(cards_of(make_review())["churn"]) == ""
    assert compute_tier_rows(review) == []
    assert compute_movement_rows(review) == []
    assert describe_spread([]) == "For us, against us: n/a"
    assert describe_moves(review) == "Net movement on evidence: n/a"
    told = compute_review_sentences(review, compute_cards(review))
    assert QUIET not in told
    assert told[0] == "Customer churn n/a: the export has no subscriptions."


def test_a_week_that_mostly_has_no_numbers_is_not_called_quiet():
    gone = [name for name in WEEKLY if not name.startswith("vel_")]
    records = {name: [record(name, WEEK, reason="missing_table")] for name in gone}
    review = make_review(records=records)
    told = compute_review_sentences(review, compute_cards(review))
    assert told[0].startswith("Won value EUR 50.0 k: within its normal range")
    assert QUIET not in told


def test_fewer_than_five_deals_won_have_no_verdict():
    for wins, kind in ((4, "too_few_deals"), (5, "within")):
        review = make_review(records={"vel_win_count": weekly("vel_win_count", [wins] * COUNT, 50)})
        card = cards_of(review)["velocity"]
        assert card.judge is not None
        assert card.judge.verdict.kind == kind
        assert card.has_few == (wins == 4)
        told = compute_review_sentences(review, compute_cards(review))
        few = "Won value EUR 50.0 k: too few deals won in 91 days for a verdict."
        assert (few in told) == (wins == 4)


def test_no_records_at_all():
    review = make_review(
        records=dict.fromkeys(WEEKLY, ()), quarters={"ltv_km": [], "ltv_simple": []}
    )
    assert [card.value for card in compute_cards(review)] == [None] * 6
    assert compute_movement_rows(review) == []


def test_an_open_week_has_no_percentages():
    review = make_review(is_open=True)
    cards = cards_of(review)
    assert cards.pop("lifetime_value").value == 4007
    for card in cards.values():
        assert card.value is None
        assert card.judge is None
        assert card.verdict == Verdict("partial")
        assert card.size == card.beneath == card.text == ""
    assert compute_review_sentences(review, compute_cards(review)) == [
        "This week is not over: its rates come when it is."
    ]
    assert compute_movement_rows(review) == []


def test_tier_rows_with_changes():
    rows = compute_tier_rows(make_review())
    assert [row.tier for row in rows] == list(TIERS)
    assert (rows[0].customers, rows[0].mrr, rows[0].change_1w) == (10, 1100.0, 1)
    assert rows[0].change_13w == 1
    assert [row.good for row in rows] == ["up", "up", "none", "down", "down"]
    first = compute_tier_rows(make_review(week=FIRST))
    assert first[0].change_1w is None


def test_titles_are_messages():
    review = make_review()
    title = describe_spread(compute_tier_rows(review))
    assert title == "130 for us, 80 against us, of 460 customers"
    assert describe_moves(review) == "Net +4 customers on evidence"


def test_where_most_are_silent_the_title_speaks_of_those_with_evidence():
    rows = compute_tier_rows(make_review())
    for known, whom in ((230, "460 customers"), (229, "229 customers with evidence")):
        coverage = record("adv_coverage", WEEK, None, known, 460)
        assert describe_spread(rows, coverage) == f"130 for us, 80 against us, of {whom}"


def test_movement_rows():
    rows = {row.label: row for row in compute_movement_rows(make_review())}
    assert [(row.count, row.sign) for row in rows.values()] == [
        (24, 1), (20, -1), (3, 0), (6, 1), (1, 1), (4, -1),
    ]  # fmt: skip


def test_sentences_of_a_quiet_week():
    review = make_review()
    told = compute_review_sentences(review, compute_cards(review))
    assert told[0] == QUIET
    assert told[1] == "Customer churn 0.9 % (4 of 460): within its normal range 0-2.0 %."
    assert any(text.startswith("Net movement +4 (24 up, 20 down of 460)") for text in told)
    assert len(told) == 5


def test_sentences_end_with_what_moved_the_number():
    """Each finding has its own; one without stands alone."""
    because = {
        "churn": "0.4 pp more than the week before, above all in small (+0.3 pp)",
        "won": "EUR 9,000 less than the week before, above all Acme (-EUR 8,000)",
    }
    review = make_review(because=because)
    told = compute_review_sentences(review, compute_cards(review))
    assert told[1].endswith(f"0-2.0 %; {because['churn']}.")
    assert [text for text in told if because["won"] in text] == [
        text for text in told if text.startswith("Won value")
    ]
    assert sum("; " in text for text in told) == 2


def test_an_event_starts_a_new_baseline_of_its_metric_or_of_all():
    calm = [2, 3] * 15 + [40, 41] * 15
    records = {"churn_logo": weekly("churn_logo", calm)}
    day = FIRST + timedelta(weeks=30)

    def kind(*resets):
        verdict = cards_of(make_review(records=records, resets=resets))["churn"].verdict
        return verdict and verdict.kind

    assert kind() == "signal"
    assert kind(("churn.logo", day)) == "within"
    assert kind((None, day)) == "within"
    assert kind(("adv_share", day)) == "signal"


@pytest.mark.parametrize(
    ("period", "chosen", "expected"),
    [
        (date(2026, 9, 28), {}, 1.0),
        (date(2026, 10, 5), {}, 2.0),
        (date(2028, 1, 3), {}, None),
        (date(2025, 1, 6), {}, None),
        (date(2026, 10, 5), {"segment": ("small",)}, 3.0),
        (date(2026, 10, 5), {"segment": ("large",)}, None),
        (date(2026, 10, 5), {"segment": ("small", "large")}, None),
    ],
)
def test_targets(period, chosen, expected):
    targets = [
        ("churn_logo", date(2026, 7, 1), 1.0, "", ""),
        ("churn.logo", date(2026, 10, 1), 2.0, None, None),
        ("churn_logo", date(2026, 10, 1), 3.0, "segment", "small"),
        ("mrr", date(2026, 10, 1), 9.0, None, None),
    ]
    assert choose_target(targets, "churn_logo", period, chosen) == expected


def test_points_of_a_member():
    records = [*weekly("adv_share", [1], 10, member="loyal"), *weekly("adv_share", [2], 10)]
    assert to_points(records, WEEK, "numerator", "loyal") == [Point(FIRST, 1.0, 1.0, 10.0)]


NEVER = Baseline(FIRST, WEEK, 26, "xmr", 0, 0)
ALWAYS = replace(NEVER, chart="p_prime", center=1)
RARELY = replace(NEVER, center=0.2, spread=0.3)


@pytest.mark.parametrize(
    ("verdict", "text"),
    [
        (Verdict("signal", 1, "above", Limits(2, 1, 3)), "rule 1, outside 1-3"),
        (
            Verdict("signal", 2, "above", Limits(2, 1, 3)),
            "rule 2, near the edge of 1-3",
        ),
        (Verdict("signal", 3, "below", Limits(2, 1, 3)), "rule 3, 8 weeks below 2"),
        (Verdict("within", limits=Limits(2, 1, 3)), "1-3"),
        (Verdict("too_few_weeks"), "weeks: 12 make a range"),
        (Verdict("within", limits=Limits(5, 5, 5)), "no variation in baseline"),
        (Verdict("too_few_customers"), "customers"),
        (Verdict("too_few_deals"), "deals"),
        (Verdict("too_few_events"), "events: none was possible"),
        (Verdict("too_few_events", baseline=NEVER), "events: none in baseline"),
        (Verdict("too_few_events", baseline=ALWAYS), "events: always all in baseline"),
        (
            Verdict("too_few_events", limits=Limits(0.2, None, 1), baseline=RARELY),
            "events: under 1 a week",
        ),
        (Verdict("no_value"), "no value"),
    ],
)
def test_verdicts_in_few_words(verdict, text):
    card = Card("key", "Label", "metric", "count", "up", "EUR", [Point(WEEK, 2)], verdict=verdict)
    finding = to_finding(card)
    assert finding is not None
    assert describe_briefly(finding) == text


def test_quarter_that_ends_in_the_next_year():
    quarters = {
        "ltv_km": [record("ltv_km", date(2026, 10, 1), 1.0, grain="quarter", unit="currency")],
        "ltv_simple": [],
    }
    review = make_review(quarters=quarters)
    assert cards_of(review)["lifetime_value"].value is None


def churn_of(now, year_ago, minimum=20, targets=()):
    """The churn card of a week of `now` (lost, of), held against (lost, of) 364 days before."""
    records = weekly("churn_logo", [3] * (COUNT - 1), low=0.0, high=0.1)
    for lost, base, place in ((*year_ago, COUNT - 53), (*now, COUNT - 1)):
        low, high = compute_wilson(lost, base)
        day = FIRST + timedelta(weeks=place)
        records = [each for each in records if each.period_start != day]
        records.append(record("churn_logo", day, None, lost, base, low=low, high=high))
    records.sort(key=lambda each: each.period_start)
    review = make_review(records={"churn_logo": records}, minimum=minimum, targets=targets)
    return cards_of(review)["churn"]


def test_a_change_carries_newcombes_interval():
    """The worked example of metrics.md 1.5: +1.88 points [-0.88, +4.72], not distinguishable."""
    card = churn_of((20, 410), (12, 400))
    assert card.comparison is not None
    assert card.change == pytest.approx(0.0188, abs=5e-5)
    assert (card.comparison.low, card.comparison.high) == pytest.approx((-0.0088, 0.0472), abs=5e-5)
    assert card.comparison.is_indistinct
    assert describe_change(card) == ("not distinguishable from a year ago (-0.9 to +4.7 pp)")


def test_a_change_beyond_its_interval_is_one():
    card = churn_of((56, 70), (48, 80))
    assert card.comparison is not None
    assert (card.comparison.low, card.comparison.high) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert describe_change(card) == "change against a year ago +5.2 to +33.4 pp"


def test_a_target_is_no_sample():
    targets = [("churn.logo", WEEK, 0.05, None, None)]
    card = churn_of((20, 410), (12, 400), targets=targets)
    low, high = compute_wilson(20, 410)
    assert card.comparison is not None
    assert low is not None
    assert high is not None
    assert (card.comparison.low, card.comparison.high) == pytest.approx((low - 0.05, high - 0.05))
    assert card.comparison.is_indistinct


def test_under_the_minimum_a_change_is_not_shown():
    card = churn_of((2, 19), (1, 19))
    assert card.change is None
    assert describe_change(card) == ""


def test_every_card_has_a_verdict_of_its_own_or_of_the_flow_that_drives_it():
    cards = cards_of(make_review())
    judges = {key: card.judge or to_finding(card) for key, card in cards.items()}
    assert {key: judge and judge.label for key, judge in judges.items()} == {
        "churn": "Customer churn",
        "revenue_lost": "Revenue lost",
        "velocity": "Won value",
        "lifetime_value": "Customer churn",
        "advocacy": "Net movement",
        "movement": "Net movement",
    }
    heads = {judge and head_verdict(judge.verdict) for judge in judges.values()}
    assert heads == {"Within normal range"}


def test_the_baseline_of_a_verdict_is_dated():
    finding = to_finding(cards_of(make_review())["churn"])
    assert finding is not None
    assert describe_baseline(finding) == (
        "Normal range from 26 weeks, 1 Sep 2025 to 1 Mar 2026, frozen: centre 0.7 %, exact binomial"
        " limits, since only 3.00 are expected this week."
    )
    won = to_finding(cards_of(make_review())["revenue_lost"])
    assert won is not None
    assert describe_baseline(won).endswith("centre EUR 1,050, mean moving range EUR 300.")


@pytest.mark.parametrize(
    ("verdict", "text"),
    [
        (
            Verdict("too_few_events", baseline=NEVER),
            "frozen: none in baseline, so no range; an event that resets the baseline starts a new one.",
        ),
        (
            Verdict("within", limits=Limits(0.2, None, 1, chance=2), baseline=RARELY),
            "up to 2 in a week come by chance (Poisson, 0.135 %); an event that resets the baseline"
            " starts a new one.",
        ),
        (
            Verdict(
                "within", limits=Limits(6, 0, 12, season=1.2), baseline=replace(RARELY, center=5)
            ),
            "centre 5, mean moving range 0; this week's season x 1.200, so its centre is 6.",
        ),
        (
            Verdict(
                "within",
                limits=Limits(8, 0, 12, None, None, 3, False),
                baseline=replace(RARELY, center=5),
            ),
            "this week's season +3, so its centre is 8.",
        ),
    ],
)
def test_what_the_range_was_made_of(verdict, text):
    finding = Finding("Label", 2, "count", "up", verdict)
    assert describe_baseline(finding).endswith(text)


@pytest.mark.parametrize(
    ("week", "text"),
    [
        (date(2026, 11, 9), "Week 2026-W46, of a year with 53 weeks; a year ago is the week of"
                            " 10 Nov 2025 (2025-W46), 364 days before."),
        (date(2026, 12, 28), "Week 2026-W53, of a year with 53 weeks; a year ago is the week of"
                             " 29 Dec 2025 (2026-W01), 364 days before."),
        (date(2027, 1, 4), "Week 2027-W01; a year ago is the week of 5 Jan 2026 (2026-W02),"
                           " 364 days before."),
        (date(2027, 12, 27), "Week 2027-W52; a year ago is the week of 28 Dec 2026 (2026-W53),"
                             " 364 days before."),
    ],
)  # fmt: skip
def test_weeks_are_held_against_those_364_days_before(week, text):
    assert describe_weeks(week) == text


def test_the_week_53_is_compared_with_a_monday_a_year_ago():
    """28 December 2026 is 2026-W53: against 29 December 2025, which is 2026-W01 of the same year."""
    last = date(2026, 12, 28)
    days = [last - timedelta(weeks=n) for n in reversed(range(60))]
    churn = [
        record("churn_logo", day, None, n, 460, low=0.0, high=0.2) for n, day in enumerate(days)
    ]
    card = churn_card(make_review(week=last, records={"churn_logo": churn}))
    assert days[-53] == date(2025, 12, 29)
    assert card.comparison is not None
    assert card.comparison.value == pytest.approx(7 / 460)
    assert [point.period_start for point in card.points] == days


def test_intervals_by_the_kind_of_the_metric():
    points = [
        Point(WEEK, 0.0, 0, 20),
        Point(WEEK, None, None, None),
        Point(WEEK, 2 / 13.5, 2, 13.5),
    ]
    assert find_intervals("wilson", points[:1])[0] == pytest.approx((0.0, 0.1611), abs=5e-5)
    assert find_intervals("wilson", points[1:2]) == [None]
    assert find_intervals("none", points[:1]) == [None]
    assert find_intervals("poisson", points[2:])[0] == pytest.approx(compute_poisson(2, 13.5))


@pytest.mark.parametrize(
    ("moved", "calm"),
    [
        ({}, {"churn", "revenue_lost", "movement"}),
        ({"flow_net": [*wave(-2, 4)[:-1], 40]}, {"churn", "revenue_lost"}),
    ],
)
def test_a_week_within_its_normal_range_is_no_news(moved, calm):
    """Net movement, like churn, is a flow; the other cards are held against a target or a year ago."""
    records = {name: weekly(name, numbers) for name, numbers in moved.items()}
    cards = cards_of(make_review(records=records))
    assert {key for key, card in cards.items() if is_calm(card)} == calm
