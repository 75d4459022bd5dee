"""The movement bridge and the quarters: true as printed, and equal to the engine's numbers."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from analyses.bridge import (
    CUSTOMERS,
    METRICS,
    MRR,
    Bridge,
    compute_bridges,
    describe_bridge,
    describe_identity,
    round_to_sum,
)
from analyses.quarters import METRICS as RATES
from analyses.quarters import (
    Cell,
    QuarterRow,
    choose_quarters,
    compute_quarter_rows,
    describe_gaps,
    describe_quarters,
    label_quarter,
    to_numbers,
    write_rows,
)
from charts.bridge import chart_bridge
from metrics.engine import Record, evaluate
from metrics.periods import GRAINS, Period, list_periods
from metrics.registry import load_metrics
from metrics.scope import Scope
from tests.tiny import build_tiny, term
from warehouse.publish import open_published

DEFINITIONS = load_metrics()
ALL = dict.fromkeys((*METRICS, *RATES))
SCOPES = [Scope(), Scope(segment=("small business",)), Scope(region=("nowhere",))]
WEEK = Period("week", date(2026, 11, 9), date(2026, 11, 16), True)


@pytest.fixture
def cursor(sample_warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with closing(open_published(sample_warehouse)) as opened, closing(opened.cursor()) as made:
        yield made


def read(
    cursor: duckdb.DuckDBPyConnection, grain: str, scope: Scope = Scope()
) -> dict[str, list[Record]]:
    return {
        name: evaluate(cursor, DEFINITIONS[name], grain=grain, scope=scope, include_open=True)
        for name in ALL
    }


def bridge(*amounts: object, unit: str = "count") -> Bridge:
    lines = CUSTOMERS if unit == "count" else MRR
    currency = "" if unit == "count" else "EUR"
    return Bridge(WEEK, unit, currency, lines, tuple(Decimal(str(each)) for each in amounts))


def test_the_identity_is_printed() -> None:
    made = bridge(1166, 7, 1, -3, 1171)
    assert describe_identity(made) == "Opening 1,166 + new 7 + won back 1 - lost 3 = closing 1,171"
    assert describe_bridge(made) == "1,171 customers, +5: 8 came, 3 left"


def test_money_is_rounded_so_that_what_is_printed_adds_up() -> None:
    made = bridge("10.4", "0.4", "0.4", "0.4", "-0.3", "0", "11.3", unit="currency")
    assert describe_identity(made) == (
        "Opening 11 + new 0 + won back 0 + expansion 0 - contraction 0 - lost 0 = closing 11 EUR"
    )
    shown = round_to_sum(made.amounts)
    assert sum(shown[:-1]) == shown[-1]
    assert all(abs(a - b) < 1 for a, b in zip(shown, made.amounts, strict=True))


def test_the_bars_and_the_title_say_what_the_line_below_says() -> None:
    """Alone, 31.6 would be 32: in the line it is 31, and so it is on its bar."""
    made = bridge("100", "31.6", "0", "10.7", "0", "0", "142.3", unit="currency")
    line = describe_identity(made)
    moves = chart_bridge(made, "a week").figure["data"][1]["text"]
    assert moves[:3] == ["+31", "0", "+11"]
    assert "new 31 + won back 0 + expansion 11" in line
    assert moves[-1] == "net +42"
    assert describe_bridge(made) == "MRR EUR 142, +EUR 42: EUR 42 came, EUR 0 went"


def test_a_bridge_that_does_not_hold_says_so() -> None:
    made = bridge(10, 1, 0, 0, 12)
    assert not made.holds
    assert describe_identity(made).endswith("closing 12: does not add up, +1 unexplained")


def test_a_period_by_hand() -> None:
    """One stays and grows, one leaves, one comes, one returns, one lapses for two days."""
    terms = [
        term("stays", "2026-01-05", "2026-03-04", 100),
        term("stays", "2026-03-04", None, 130),
        term("leaves", "2026-01-05", "2026-03-03", 50),
        term("comes", "2026-03-05", None, 20),
        term("returns", "2026-01-05", "2026-01-20", 40),
        term("returns", "2026-03-06", None, 45),
        term("lapses", "2026-01-05", "2026-03-03", 10),
        term("lapses", "2026-03-05", None, 8),
    ]
    tiny = build_tiny({"subscriptions": terms}, "2026-03-29")
    period = Period("week", date(2026, 3, 2), date(2026, 3, 9), True)
    customers, money = compute_bridges(read(tiny, "week"), period, "EUR")
    assert customers.amounts == (3, 1, 1, -1, 4)
    assert money.amounts == (160, 20, 53, 30, 0, -60, 203)
    assert customers.holds
    assert money.holds


@pytest.mark.parametrize("grain", GRAINS)
@pytest.mark.parametrize("scope", SCOPES)
def test_every_bridge_of_the_sample_holds(
    cursor: duckdb.DuckDBPyConnection, grain: str, scope: Scope
) -> None:
    found = read(cursor, grain, scope)
    for period in list_periods(cursor, grain):
        made = compute_bridges(found, period, "EUR")
        assert len(made) == (2 if period.is_closed else 0)
        for each in made:
            assert each.holds
            shown = round_to_sum(each.amounts)
            assert sum(shown[:-1]) == shown[-1]


def test_quarters_are_the_engine_s(cursor: duckdb.DuckDBPyConnection) -> None:
    found = read(cursor, "quarter")
    quarters = choose_quarters(list_periods(cursor, "quarter"))
    rows = {row.key: row for row in compute_quarter_rows(found, quarters)}
    assert [quarter.is_closed for quarter in quarters] == [True] * 9 + [False]
    for metric, field in [("cust_lost", "lost"), ("mrr_churned", "churned")]:
        by_start = {each.period_start: float(each.value or 0) for each in found[metric]}
        for cell in rows[field].cells[:-1]:
            assert cell.value == -by_start[cell.quarter.start]
    for metric in RATES:
        values = {each.period_start: each.value for each in found[metric]}
        assert [cell.value for cell in rows[metric].cells] == [
            values[quarter.start] for quarter in quarters
        ]


def test_rates_of_counts_are_written_with_their_interval_and_few_as_counts() -> None:
    """5 of 12 trials (Wilson 19.3-68.0 %), then 20 of 38 (37.3-67.5 %), then a quarter not over."""
    quarter = Period("quarter", date(2026, 7, 1), date(2026, 10, 1), True)
    cells = (
        Cell(quarter, 5 / 12, 5, 12, False, None, 0.193, 0.680),
        Cell(quarter, 20 / 38, 20, 38, False, None, 0.3726, 0.6752),
        Cell(quarter, None, None, None, True, "period_open"),
    )
    money = QuarterRow("ret_grr", "GRR", "ret_grr", "percent", (Cell(quarter, 0.9, 9, 10, False),))
    trials = QuarterRow("trial_conv", "Trials", "trial_conv", "percent", cells)
    hazard = Cell(quarter, 0.0025, 39, 15823.9, False, None, 0.0018, 0.0034)
    endings = QuarterRow("churn_hazard", "Endings", "churn_hazard", "per_week", (hazard,))
    assert [line for _, line in write_rows([endings], 20)] == [
        ["Endings", "0.25 %"],
        ["· 95 % interval", "0.18-0.34 %"],
    ]
    assert [line for _, line in write_rows([trials, money], 20)] == [
        ["Trials", "5 of 12", "52.6 %", "not over"],
        ["· 95 % interval", "19.3-68.0 %", "37.3-67.5 %", ""],
        ["· converted of ended", "5 of 12", "20 of 38", ""],
        ["GRR", "90.0 %"],
    ]
    numbers = {str(line[0]): line[1:] for line in to_numbers([trials, money])}
    assert numbers["Trials, 95 % high"] == [0.680, 0.6752, None]
    assert numbers["Trials, denominator"] == [12, 38, None]
    assert "GRR, 95 % low" not in numbers


def test_each_quarter_opens_as_the_one_before_closed(cursor: duckdb.DuckDBPyConnection) -> None:
    quarters = choose_quarters(list_periods(cursor, "quarter"))
    rows = {row.key: row for row in compute_quarter_rows(read(cursor, "quarter"), quarters)}
    for opening, closing_key in [("opening", "closing"), ("opening_mrr", "closing_mrr")]:
        opened = [cell.value for cell in rows[opening].cells]
        closed = [cell.value for cell in rows[closing_key].cells]
        assert opened[1:] == closed[:-1]


def test_a_quarter_that_is_not_over_has_its_opening_only(cursor: duckdb.DuckDBPyConnection) -> None:
    quarters = choose_quarters(list_periods(cursor, "quarter"))
    rows = compute_quarter_rows(read(cursor, "quarter"), quarters)
    known = {row.key for row in rows if row.cells[-1].value is not None}
    assert known == {"opening", "opening_mrr"}
    names = [label_quarter(quarter, 1) for quarter in quarters]
    assert names[-1] == "Q4 2026 (not over)"
    assert describe_quarters(rows, names, 20) == (
        "Customer churn 3.1 % in Q3 2026, the lowest of 9 quarters"
    )
    until_june = compute_quarter_rows(read(cursor, "quarter"), quarters[:-2])
    assert describe_quarters(until_june, names[:-2], 20) == (
        "Customer churn 4.7 % in Q2 2026; over 8 quarters 3.7-7.3 %"
    )
    assert describe_quarters(rows, names, 1e9) == "Trailing nine quarters"
    assert describe_gaps(rows) == "n/a: the data does not reach back far enough."
    assert label_quarter(quarters[-1], 7) == "Q2 FY2027 (not over)"


def test_the_bars_of_the_chart_start_at_zero_and_end_at_the_closing() -> None:
    chart = chart_bridge(bridge(100, 5, 2, -4, 103), "9 to 15 Nov 2026")
    stock, moves = chart.figure["data"]
    assert stock["x"] == [100, 103]
    assert "base" not in stock
    assert moves["x"] == [5, 2, -4, 3]
    assert moves["base"] == [0, 5, 7, 0]
    assert chart.figure["layout"]["xaxis"]["range"][0] == 0
    assert "Opening 100 + new 5" in chart.alt
    assert [row["amount"] for row in chart.rows] == [100, 5, 2, -4, 103]
