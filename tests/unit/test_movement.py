"""Movement between two Sundays: by hand, against the engine's numbers, and where it could mislead."""

import datetime as dt
from contextlib import closing
from decimal import Decimal
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import pytest

from analyses.flows import (
    Flow,
    compute_balances,
    compute_gross,
    find_flows,
    find_gaps,
    find_stocks,
)
from analyses.moves import PARTS, compute_weeks
from analyses.recovery import find_recovery
from analyses.transitions import compute_transition, find_transitions
from analyses.weekly import TIERS
from charts.moves import chart_entries, chart_moves
from charts.recovery import chart_recovery
from charts.sankey import chart_flows, compute_centres
from metrics.drills import list_rows, load_drills, span_between
from metrics.engine import evaluate
from metrics.registry import load_metrics
from metrics.scope import Scope
from tests.tiny import build_tiny, term
from warehouse.publish import open_published

LAST = dt.date(2026, 11, 9)
WEEK = dt.timedelta(days=7)
WORKED = {
    "actively_dissatisfied": (14, 2, 3, 1, 0, 0),
    "dissatisfied": (2, 52, 4, 0, 0, 2),
    "neutral": (1, 6, 228, 12, 0, 3),
    "loyal": (0, 1, 9, 108, 2, 0),
    "advocate": (0, 0, 0, 1, 9, 0),
}


def worked_flows() -> list[Flow]:
    """The worked table of metrics.md 5.1, 460 customers who pay 100 before and 110 after."""
    return [
        Flow(origin, target, count, Decimal(100 * count), Decimal(110 * count * (target != "churned")))
        for origin, counts in WORKED.items()
        for target, count in zip((*WORKED, "churned"), counts, strict=True)
        if count
    ]  # fmt: skip


def test_worked_table_gross_and_net() -> None:
    gross = compute_gross(worked_flows(), "customers")
    assert (gross.up, gross.down, gross.net, gross.stayed, gross.churned) == (24, 20, 4, 411, 5)
    assert gross.opening == 460


def test_worked_table_balances_tier_by_tier() -> None:
    *tiers, total = compute_balances(worked_flows(), "customers")
    assert {each.tier: each.closing for each in tiers} == {
        "actively_dissatisfied": 17, "dissatisfied": 61, "neutral": 244, "loyal": 122, "advocate": 11,
    }  # fmt: skip
    assert {each.tier: each.opening for each in tiers}["neutral"] == 250
    assert (total.opening, total.churned, total.closing) == (460, 5, 455)
    assert all(each.gap == 0 for each in (*tiers, total))


def test_worked_table_in_money() -> None:
    """Out and churned at the MRR before, in at the MRR after, and what the stayers' MRR changed."""
    neutral = compute_balances(worked_flows(), "revenue")[2]
    assert (neutral.opening, neutral.moved_in, neutral.moved_out) == (25000, 1760, 1900)
    assert (neutral.churned, neutral.change, neutral.closing) == (300, 2280, 26840)
    assert neutral.gap == 0


def test_a_balance_that_does_not_meet_the_stocks_is_told() -> None:
    balances = compute_balances(worked_flows(), "customers")
    before = {each.tier: (int(each.opening), Decimal(0)) for each in balances if each.tier}
    after = {each.tier: (int(each.closing), Decimal(0)) for each in balances if each.tier}
    assert find_gaps(balances, before, after, "customers") == []
    after["loyal"] = (121, Decimal(0))
    assert find_gaps(balances, before, after, "customers") == ["loyal"]


def test_moves_by_expiry_are_neither_up_nor_down() -> None:
    flows = [Flow("loyal", "neutral", 5, Decimal(500), Decimal(400), 3, Decimal(250))]
    gross = compute_gross(flows, "customers")
    assert (gross.up, gross.down, gross.expired) == (0, 2, 3)
    money = compute_gross(flows, "revenue")
    assert (money.down, money.expired) == (150, 250)


SPANS = [
    (LAST - WEEK, LAST),
    (LAST - 13 * WEEK, LAST),
    (LAST - 52 * WEEK, LAST),
    (dt.date(2024, 2, 5), dt.date(2024, 7, 1)),
]
SCOPES = [
    Scope(),
    Scope(segment=("enterprise",)),
    Scope(region=("Germany",), segment=("mid-market",)),
]


@pytest.mark.parametrize(("span", "scope"), list(product(SPANS, SCOPES)), ids=str)
def test_sample_reconciles_with_the_tiers_own_numbers(
    sample_warehouse: Path, span: tuple[dt.date, dt.date], scope: Scope
) -> None:
    metrics = load_metrics()
    with closing(open_published(sample_warehouse)) as opened, closing(opened.cursor()) as cursor:
        flows = find_flows(cursor, *span, scope)
        shares, money = (
            [
                {
                    record.member: getattr(record, part) or 0
                    for record in evaluate(cursor, metrics[name], scope=scope, period=week)
                }
                for week in span
            ]
            for name, part in (("adv_share", "numerator"), ("adv_mrr", "value"))
        )
        stocks = [find_stocks(cursor, week, scope) for week in span]
    for measure, expected in (("customers", shares), ("revenue", money)):
        balances = compute_balances(flows, measure)  # type: ignore[arg-type]
        assert {each.tier: each.opening for each in balances[:-1]} == expected[0]
        assert {each.tier: each.closing for each in balances[:-1]} == expected[1]
        assert find_gaps(balances, *stocks, measure) == []  # type: ignore[arg-type]
        assert balances[-1].gap == 0


@pytest.mark.parametrize("scope", SCOPES, ids=str)
def test_a_week_is_that_of_the_metrics(sample_warehouse: Path, scope: Scope) -> None:
    with closing(open_published(sample_warehouse)) as opened, closing(opened.cursor()) as cursor:
        records = {name: evaluate(cursor, load_metrics()[name], scope=scope) for name in PARTS}
        net = evaluate(cursor, load_metrics()["flow_net"], scope=scope, period=LAST)[0]
        for back in (0, 1, 30):
            week = LAST - back * WEEK
            gross = compute_gross(find_flows(cursor, week - WEEK, week, scope), "customers")
            told = compute_weeks(records, week)[-1]
            assert told.week == week
            assert (told.opening, told.up, told.down, told.expired) == (
                gross.opening, gross.up, gross.down, gross.expired,
            )  # fmt: skip
            assert (told.new, told.reactivated, told.churned) == (
                gross.new, gross.reactivated, gross.churned,
            )  # fmt: skip
    assert net.numerator == compute_weeks(records, LAST)[-1].net


@pytest.mark.parametrize(
    ("origin", "target"),
    [("neutral", "loyal"), ("loyal", "churned"), ("new", None), (None, "neutral")],
)
def test_a_cell_is_the_sum_of_its_customers(
    sample_warehouse: Path, origin: str | None, target: str | None
) -> None:
    span = span_between(LAST - 13 * WEEK, LAST)
    chosen = {
        name: state for name, state in (("from_state", origin), ("to_state", target)) if state
    }
    with closing(open_published(sample_warehouse)) as opened, closing(opened.cursor()) as cursor:
        flows = find_flows(cursor, span.opening_week, span.closing_week, Scope())
        found = list_rows(cursor, load_drills()["flow_customers"], span, Scope(), 2, **chosen)
    cell = [
        flow
        for flow in flows
        if origin in (None, flow.from_state) and target in (None, flow.to_state)
    ]
    assert found.count == sum(flow.customers for flow in cell) > len(found.rows)
    assert found.totals["mrr"] == sum(flow.amount("revenue") for flow in cell)


def test_published_credible_intervals() -> None:
    first = compute_transition("neutral", "loyal", 12, 250, 1)
    assert (first.low, first.high) == (pytest.approx(0.0255, abs=5e-5), pytest.approx(0.0782, abs=5e-5))  # fmt: skip
    second = compute_transition("loyal", "advocate", 2, 120, 1)
    assert second.mean == pytest.approx(0.0179, abs=5e-5)
    assert (second.low, second.high) == (pytest.approx(0.0025, abs=5e-5), pytest.approx(0.0479, abs=5e-5))  # fmt: skip
    assert second.share == pytest.approx(2 / 120)


def test_a_tier_without_customers_has_no_transition() -> None:
    empty = compute_transition("advocate", "loyal", 0, 0, 13)
    assert (empty.share, empty.mean, empty.low, empty.high) == (None, None, None, None)


def test_transitions_pool_thirteen_weeks(sample_warehouse: Path) -> None:
    with closing(open_published(sample_warehouse)) as opened, closing(opened.cursor()) as cursor:
        cells = find_transitions(cursor, LAST, Scope())
        weekly = [
            find_flows(cursor, LAST - (back + 1) * WEEK, LAST - back * WEEK, Scope())
            for back in range(13)
        ]
    assert {each.weeks for each in cells} == {13}
    for cell in cells:
        moved = [
            flow.customers
            for flows in weekly
            for flow in flows
            if (flow.from_state, flow.to_state) == (cell.from_state, cell.to_state)
        ]
        assert cell.customers == sum(moved)
    for tier in TIERS:
        row = [cell for cell in cells if cell.from_state == tier]
        assert sum(cell.customers for cell in row) == row[0].opening


def complaint(
    customer: str, opened: str, closed: str | None = None, csat: int | None = None
) -> dict[str, Any]:
    row: dict[str, Any] = {
        "customer_id": customer, "kind": "complaint",
        "opened_at": dt.datetime.fromisoformat(f"{opened} 09:00"),
    }  # fmt: skip
    if closed:
        row |= {"closed_at": dt.datetime.fromisoformat(f"{closed} 09:00"), "csat": csat}
    return row


def recovery_of(tables: dict[str, list[dict[str, Any]]], as_of: str, until: str) -> dict[int, Any]:
    with closing(build_tiny(tables, as_of)) as connection, closing(connection.cursor()) as cursor:
        found = find_recovery(cursor, dt.date.fromisoformat(until), Scope())
    return {each.weeks: each for each in found if each.quarter == dt.date(2025, 1, 1)}


def test_recovery_by_hand() -> None:
    """All complain on 7 January 2025; 13 weeks after that week comes the Sunday of 13 April."""
    terms = [term(name, "2024-01-01") for name in ("won", "again", "angry")]
    terms.append(term("gone", "2024-01-01", "2025-03-01"))
    cases = [
        complaint("won", "2025-01-07", "2025-01-14", 5),
        complaint("again", "2025-01-07", "2025-01-14", 5),
        # The same quarter: one entry, but it is angry again 13 weeks after the first.
        complaint("again", "2025-03-25"),
        complaint("angry", "2025-01-07"),
        complaint("gone", "2025-01-07"),
    ]
    found = recovery_of({"subscriptions": terms, "cases": cases}, "2026-05-31", "2026-05-25")
    assert found[13].entered == 4
    states = {state: count for state, count in found[13].states.items() if count}
    assert states == {"neutral": 1, "actively_dissatisfied": 2, "churned": 1}
    assert (found[13].recovered, found[13].share) == (1, 0.25)


def test_recovery_by_expiry_is_told_apart() -> None:
    """A complaint closed without an answer is forgotten after a year: nobody won this customer."""
    tables = {
        "subscriptions": [term("one", "2024-01-01")],
        "cases": [complaint("one", "2025-01-07", "2025-01-14")],
    }
    found = recovery_of(tables, "2026-05-31", "2026-05-25")
    assert found[26].states["dissatisfied"] == 1
    assert found[52].states["expired"] + found[52].states["dissatisfied"] == 1
    assert found[52].recovered == 0


def test_a_young_cohort_has_no_share() -> None:
    tables = {
        "subscriptions": [term("one", "2024-01-01")],
        "cases": [complaint("one", "2025-01-07")],
    }
    # The quarter's last Sunday is 30 March; 13 weeks after it is 29 June.
    young = recovery_of(tables, "2025-06-29", "2025-06-16")[13]
    assert (young.entered, young.share, young.interval) == (1, None, (None, None))
    assert young.complete_week == dt.date(2025, 6, 23)
    assert recovery_of(tables, "2025-06-29", "2025-06-23")[13].share == 0


def test_recovery_does_not_know_what_came_later(sample_warehouse: Path) -> None:
    """Asked for an earlier week, the numbers are those that were known then."""
    with closing(open_published(sample_warehouse)) as opened, closing(opened.cursor()) as cursor:
        then = find_recovery(cursor, LAST - 26 * WEEK, Scope())
        now = {(each.quarter, each.weeks): each for each in find_recovery(cursor, LAST, Scope())}
        drill = load_drills()["recovery_customers"]
        cohort = next(each for each in now.values() if each.weeks == 26 and each.states)
        span = span_between(LAST - WEEK, LAST)
        chosen = {"quarter": cohort.quarter.isoformat(), "weeks": "26"}
        rows = list_rows(cursor, drill, span, Scope(), None, **chosen)
        lost = list_rows(cursor, drill, span, Scope(), None, **chosen, state="churned")
    assert all(each == now[each.quarter, each.weeks] for each in then if each.states)
    assert max(each.quarter for each in then) < max(each.quarter for each in now.values())
    assert rows.count == cohort.entered
    assert lost.count == cohort.states["churned"]


def test_sankey_has_a_fixed_order_and_no_empty_band() -> None:
    flows = [*worked_flows(), Flow("new", "neutral", 3, Decimal(0), Decimal(30))]
    chart = chart_flows(flows, (LAST - WEEK, LAST), "customers", "EUR")
    trace = chart.figure["data"][0]
    assert all(trace["link"]["value"])
    texts = [each["text"].split("<br>")[0] for each in chart.figure["layout"]["annotations"]]
    assert texts == [
        "Advocate", "Loyal", "Neutral", "Dissatisfied", "Actively dissatisfied", "New",
        "Advocate", "Loyal", "Neutral", "Dissatisfied", "Actively dissatisfied", "Lost",
    ]  # fmt: skip
    left = [y for x, y in zip(trace["node"]["x"], trace["node"]["y"], strict=True) if x < 0.5]
    assert left == sorted(left)
    assert chart.title == "24 customers moved up on evidence, 20 down; 3 came, 5 left"
    assert "Neutral to Loyal: 12 customers" in chart.alt


def test_sankey_labels_never_meet() -> None:
    sides = [dict.fromkeys("abcdefg", 1.0) | {"c": 1000.0}, {"x": 1.0}]
    centres = [centre * (420 - 28) for centre in compute_centres(sides)[0].values()]
    assert min(after - before for before, after in pairwise(centres)) >= 30


def test_charts_of_weeks_have_one_scale(sample_warehouse: Path) -> None:
    with closing(open_published(sample_warehouse)) as opened, closing(opened.cursor()) as cursor:
        records = {name: evaluate(cursor, load_metrics()[name]) for name in PARTS}
        cohorts = find_recovery(cursor, LAST, Scope())
    weeks = compute_weeks(records, LAST)
    charts = (chart_moves(weeks), chart_entries(weeks))
    ranges = [chart.figure["layout"]["yaxis"]["range"] for chart in charts]
    assert ranges[0] == ranges[1]
    assert ranges[0][0] == -ranges[0][1]
    names = {each.quarter: str(each.quarter) for each in cohorts}
    recovery = chart_recovery(cohorts, names, 52, 20)
    young = next(row for row in recovery.rows if row["recovered"] is None)
    assert young["recovered_share"] == "n/a"
    assert "52 weeks old on" in young["why missing"]
