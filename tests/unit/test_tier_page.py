"""The numbers, sentences and figures of the page of the tiers."""

import datetime as dt
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import duckdb
import plotly.graph_objects as go
import pytest

from analyses.tier_outcomes import (
    Outcome,
    compute_outcomes,
    describe_outcome_message,
    pool_churn,
)
from analyses.tier_spread import (
    TierStock,
    compute_by_value,
    compute_history,
    compute_spread_rows,
    describe_history_message,
    describe_spread_message,
    describe_value_message,
    find_tier_stocks,
    format_share,
)
from analyses.tier_voice import compute_response_rate, compute_said, find_responses
from analyses.weekly import TIERS
from charts.tier_history import build_history_chart, spread_apart
from charts.tier_outcomes import build_outcome_chart
from charts.tiers import build_spread_chart, build_value_chart, ink_on
from metrics.engine import Record, evaluate
from metrics.registry import load_metrics
from metrics.scope import Scope
from tests.tiny import build_tiny, records, term
from warehouse.publish import open_published

WEEK = dt.date(2026, 6, 22)
COUNTS = {"advocate": 10, "loyal": 120, "neutral": 250, "dissatisfied": 60}
COUNTS |= {"actively_dissatisfied": 20}


def stocks(
    counts: dict[str, int], week: dt.date = WEEK, silent: int = 0, breakdown: str | None = None
) -> list[TierStock]:
    """MRR is 100 a customer; the silent ones are neutral."""
    return [
        TierStock(
            week, breakdown, tier, counts.get(tier, 0), Decimal(100 * counts.get(tier, 0)),
            silent if tier == "neutral" else 0, Decimal(100 * silent if tier == "neutral" else 0),
        )
        for tier in TIERS
    ]  # fmt: skip


def message(counts: dict[str, int], silent: int = 0, minimum: float = 20) -> str:
    rows = compute_spread_rows(stocks(counts, silent=silent), WEEK, "customers")
    return describe_spread_message(rows, "customers", sum(counts.values()), minimum)


def test_shares_and_changes_of_the_spread() -> None:
    earlier = stocks({**COUNTS, "loyal": 115}, WEEK - dt.timedelta(weeks=1))
    rows = compute_spread_rows([*earlier, *stocks(COUNTS, silent=100)], WEEK, "customers")
    assert [row.tier for row in rows] == list(TIERS)
    loyal, neutral = rows[1], rows[2]
    assert (loyal.amount, loyal.share, loyal.change_1w) == (120, 120 / 460, 5)
    assert loyal.change_13w is None
    assert neutral.silent == 100
    money = compute_spread_rows([*earlier, *stocks(COUNTS, silent=100)], WEEK, "mrr")
    assert (money[1].amount, money[1].change_1w, money[2].silent) == (12000, 500, 10000)


def test_the_message_says_the_largest_tier_and_both_sides() -> None:
    assert message(COUNTS) == "54 % of customers are neutral; 28 % for us, 17 % against us"


def test_where_most_are_silent_the_message_is_of_those_with_evidence() -> None:
    text = message(COUNTS, silent=240)
    assert text == "55 % of customers with evidence are loyal; 59 % for us, 36 % against us"
    assert message({"neutral": 30}, silent=30) == "Nothing is known about any of the 30 customers"


def test_few_customers_are_counted() -> None:
    assert message({"neutral": 3, "loyal": 1}) == "Few customers: 4 in all; loyal 1, neutral 3"


def test_nobody_has_no_rows() -> None:
    assert compute_spread_rows(stocks({}), WEEK, "customers") == []
    assert compute_history(stocks({}), "customers") == []


def test_shares_have_a_decimal_where_it_matters() -> None:
    texts = [format_share(each) for each in (0.5435, 0.0995, 0.0217, 0.0994, 0)]
    assert texts == ["54 %", "10 %", "2.2 %", "9.9 %", "0 %"]


def test_history_says_how_far_the_side_for_us_came() -> None:
    first = stocks({"loyal": 10, "neutral": 90}, WEEK - dt.timedelta(weeks=10))
    history = compute_history([*first, *stocks(COUNTS)], "customers")
    text = describe_history_message(history, "customers")
    assert text == "Loyal and advocates rose from 10 % to 28 % of customers in 10 weeks"
    assert "nothing to compare" in describe_history_message(history[1:], "customers")


def test_values_of_a_dimension_are_compared_when_they_have_enough_customers() -> None:
    parts = [
        *stocks({"neutral": 30, "dissatisfied": 10}, breakdown="small"),
        *stocks({"neutral": 50}, breakdown="large"),
        *stocks({"actively_dissatisfied": 3}, breakdown="odd"),
    ]
    spreads = compute_by_value(parts, "customers")
    assert [each.name for each in spreads] == ["large", "small", "odd"]
    text = describe_value_message(spreads, "segment", 20)
    assert text == "Most against us: small, 25 %; least: large, 0 %"
    assert "Too few" in describe_value_message(spreads[1:], "segment", 20)


def record(metric: str, member: str | None, numerator: float, denominator: float) -> Record:
    return Record(
        metric, "quarter", dt.date(2026, 1, 1), None, None, member, numerator / denominator,
        numerator, denominator, None, None, "percent", None,
    )  # fmt: skip


def test_churn_pools_counts_over_the_quarters() -> None:
    churn = [record("churn_tier", "loyal", 2, 100), record("churn_tier", "loyal", 4, 50)]
    assert pool_churn(churn, [dt.date(2026, 1, 1)]) == {"loyal": (6, 150)}
    assert pool_churn(churn, [dt.date(2026, 4, 1)]) == {}


def outcomes(loyal: tuple[int, int], dissatisfied: tuple[int, int]) -> list[Outcome]:
    pooled = {"loyal": loyal, "dissatisfied": dissatisfied}
    kept = [record("grr_tier", "loyal", 95, 100)]
    return compute_outcomes(
        pooled, kept, kept, [record("churn_tier", "loyal", 0, 12)], stocks(COUNTS)
    )


def test_the_outcome_message_speaks_only_of_clear_differences() -> None:
    clear = describe_outcome_message(outcomes((5, 500), (50, 500)), 20)
    assert clear == "10 % of those against us left in a quarter, 1.0 % of those for us"
    assert "does not differ clearly" in describe_outcome_message(outcomes((5, 100), (7, 100)), 20)
    assert "Too few" in describe_outcome_message(outcomes((0, 5), (50, 500)), 20)
    assert not any(word in clear for word in ("because", "effect", "cause"))


def test_a_rate_of_few_customers_is_not_in_the_table() -> None:
    chart = build_outcome_chart(outcomes((5, 500), (1, 9)), "t", "Q1", "EUR", 20)
    rows = {row["tier"]: row for row in chart.rows}
    assert rows["Loyal"]["grr"] == "too few"
    assert rows["Loyal"]["churn"] == "1.0 %"
    assert (rows["Dissatisfied"]["churn"], rows["Dissatisfied"]["lost_of"]) == ("too few", "1 of 9")
    assert rows["Neutral"]["grr"] == "n/a"
    assert "No tier yet" not in rows
    assert "not an effect" in chart.subtitle


def test_survey_numbers_carry_n_and_margin() -> None:
    nps = Record(
        "adv_nps", "week", WEEK, None, None, None, 25.0, 10, 40, -0.7, 50.7, "points", None
    )
    said = compute_said(nps, "adv_nps", 20, "")
    assert (said.value, said.beneath) == (
        "+25 ± 26",
        "-100 to 100; 95 % margin; 40 answers in 91 days",
    )
    assert compute_said(None, "adv_ces", 20, "No answers.").value == "n/a"
    csat = record("adv_csat", None, 7, 10)
    assert compute_said(csat, "adv_csat", 20, "").value == "7 of 10"


def test_the_response_rate_says_why_it_is_missing() -> None:
    assert "survey invitations" in compute_response_rate(None, 20).beneath
    assert compute_response_rate((0, 0), 20).value == "n/a"
    assert compute_response_rate((10, 4), 20).value == "4 of 10"
    assert compute_response_rate((40, 10), 20).value == "25.0 %"


@pytest.fixture
def asked() -> Iterator[duckdb.DuckDBPyConnection]:
    """Five invitations of the window, of which two were answered in time."""
    day = dt.date

    def invited(customer: str, on: dt.date, contact: str | None = None, kind: str | None = "nps"):
        return {
            "customer_id": customer, "invited_on": on, "contact_id": contact, "instrument": kind,
        }  # fmt: skip

    def said(customer: str, on: dt.date, contact: str | None = None, kind: str = "nps"):
        return {
            "customer_id": customer, "responded_on": on, "contact_id": contact,
            "instrument": kind, "score": 7,
        }  # fmt: skip

    tables = {
        "subscriptions": [term("a", "2025-01-06"), term("b", "2025-01-06")],
        "survey_invitations": [
            invited("a", day(2026, 6, 1), "p"),
            invited("a", day(2026, 6, 1), "q"),
            invited("b", day(2026, 6, 10), None, None),
            invited("b", day(2026, 6, 20)),
            invited("a", day(2026, 3, 30), "r"),
            invited("a", day(2026, 3, 29), "p"),
            invited("a", day(2026, 6, 1), "p", "csat"),
            invited("a", day(2026, 6, 29), "p"),
        ],
        "survey_responses": [
            said("a", day(2026, 6, 3), "p"),
            said("a", day(2026, 5, 31), "q"),
            said("b", day(2026, 6, 12), "anybody"),
            said("a", day(2026, 6, 29), "r"),
        ],
    }
    with closing(build_tiny(tables, "2026-07-05")) as connection:
        yield connection


def test_answers_count_from_the_invitation_to_the_end_of_the_week(
    asked: duckdb.DuckDBPyConnection,
) -> None:
    end = dt.date(2026, 6, 29)
    assert find_responses(asked.cursor(), end, Scope()) == (5, 2)
    # A day later that of 30 March has left the window and that of 29 June is in it.
    assert find_responses(asked.cursor(), end + dt.timedelta(days=1), Scope()) == (5, 2)
    assert find_responses(asked.cursor(), end - dt.timedelta(weeks=4), Scope()) == (2, 0)


def test_the_stocks_are_those_of_the_metrics(sample_warehouse: Path) -> None:
    metrics = load_metrics()
    with closing(open_published(sample_warehouse).connection) as connection:
        week = dt.date(2026, 11, 9)
        for breakdown in (None, "segment"):
            found = find_tier_stocks(connection.cursor(), week, Scope(), breakdown, 8)
            amounts = {(s.week, s.breakdown, s.tier): (s.customers, s.mrr) for s in found}
            share, mrr = (
                evaluate(connection.cursor(), metrics[name], breakdown=breakdown, last=8)
                for name in ("adv_share", "adv_mrr")
            )
            assert amounts == {
                (one.period_start, one.breakdown, one.member): (one.numerator, other.value)
                for one, other in zip(share, mrr, strict=True)
            }
        (coverage,) = evaluate(connection.cursor(), metrics["adv_coverage"], last=1)
        now = [s for s in find_tier_stocks(connection.cursor(), week, Scope()) if s.week == week]
        silent = sum(stock.customers_without_evidence for stock in now)
        assert coverage.numerator == (coverage.denominator or 0) - silent
        assert 0 < sum(stock.mrr_without_evidence for stock in now) < sum(s.mrr for s in now)
        assert len({s.week for s in find_tier_stocks(connection.cursor(), week, Scope())}) == 104


def test_money_without_evidence_is_by_hand() -> None:
    tables = {
        "subscriptions": [term("silent", "2026-01-05", None, 70), term("said", "2026-01-05")],
        "survey_responses": [
            {
                "customer_id": "said", "responded_on": dt.date(2026, 1, 20), "instrument": "nps",
                "score": 8,
            }
        ],
    }  # fmt: skip
    with closing(build_tiny(tables, "2026-02-01")) as connection:
        found = find_tier_stocks(connection.cursor(), dt.date(2026, 1, 19), Scope())
        by_week = {
            s.week: (s.customers, s.mrr, s.customers_without_evidence, s.mrr_without_evidence)
            for s in found
            if s.tier == "neutral"
        }
        assert by_week[dt.date(2026, 1, 12)] == (2, 170, 2, 170)
        assert by_week[dt.date(2026, 1, 19)] == (2, 170, 1, 70)
        assert len(records(connection, "adv_coverage")) == 4


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_figures_are_valid_and_state_their_message(mode) -> None:
    rows = compute_spread_rows(stocks(COUNTS, silent=100), WEEK, "mrr")
    history = compute_history([*stocks(COUNTS), *stocks(COUNTS, dt.date(2026, 6, 15))], "mrr")
    parts = [*stocks(COUNTS, breakdown="<b>x</b>"), *stocks({"loyal": 3}, breakdown="few")]
    charts = [
        build_spread_chart(rows, "mrr", "Title", "Sunday", 460, "EUR", mode),
        build_history_chart(history, "mrr", "Title", [(dt.date(2026, 6, 17), "<i>e</i>")], mode),
        build_value_chart(
            compute_by_value(parts, "customers"),
            "segment",
            "customers",
            "Title",
            "Sunday",
            20,
            mode,
        ),
        build_outcome_chart(outcomes((5, 500), (50, 500)), "Title", "Q1", "EUR", 20, mode),
    ]
    for chart in charts:
        go.Figure(chart.figure)
        assert chart.alt.startswith("Title.")
        assert chart.rows
        assert " n" in chart.subtitle
        assert "<b>x" not in str(chart.figure)
        assert "<i>e" not in str(chart.figure)


def test_few_customers_are_pale_with_their_counts() -> None:
    parts = [*stocks(COUNTS, breakdown="many"), *stocks({"loyal": 3}, breakdown="few")]
    chart = build_value_chart(
        compute_by_value(parts, "customers"), "segment", "customers", "T", "Sunday", 20
    )
    loyal = next(trace for trace in chart.figure["data"] if trace["name"] == "Loyal")
    assert loyal["text"] == ["26 %", "3"]
    assert chart.figure["layout"]["yaxis"]["ticktext"] == ["many (460)", "few (3)"]
    assert loyal["marker"]["opacity"][0] == 1 > loyal["marker"]["opacity"][1]


def test_labels_keep_apart_inside_the_chart() -> None:
    places = spread_apart([0.01, 0.02, 0.5, 0.99, 1.0], 0.1)
    assert all(b - a >= 0.0999 for a, b in pairwise(places))
    assert places[2] == 0.5
    assert min(places) >= 0.05
    assert max(places) <= 0.95


def test_ink_stands_out() -> None:
    assert ink_on("#0B4F7A") == "#FFFFFF"
    assert ink_on("#FFC499") == "#111111"
