"""Section 3.3 and 3.10 of the specification: every printed number that the product computes."""

from datetime import date

import pytest

from analyses.lifetime.assumptions import Assumptions
from analyses.lifetime.observed import list_weights
from analyses.survival import Change, compute_curve
from metrics.engine import Record, evaluate
from metrics.registry import load_metrics
from tests.example_tables import make_warehouse

WEEK = date(2026, 1, 5)
METRICS = load_metrics()
# Their table is by period; a month takes the place of their year.
MULTIPLES = {
    0.6: (1.20, 1.15, 1.11, 1.07),
    0.7: (1.75, 1.67, 1.59, 1.52),
    0.8: (2.67, 2.50, 2.35, 2.22),
    0.9: (4.50, 4.09, 3.75, 3.46),
}
RATES = (0.10, 0.12, 0.14, 0.16)


def simple(margin: float, retained: float, rate: float) -> Record:
    """ltv_simple of one customer; both rates are those of a month."""
    base = 10**12
    lost = round(base * (1 - retained ** (84 / 365.2425)))
    period = {
        "period_start": WEEK, "closing_customers": 1, "closing_margin": margin, "has_13w": True,
        "lost_customers_13w": lost, "opening_customers_13w": base,
    }  # fmt: skip
    settings = {"discount_rate_yearly": (1 + rate) ** 12 - 1}
    warehouse = make_warehouse({"customer_periods": [period], "settings": [settings]})
    (record,) = evaluate(warehouse.cursor(), METRICS["ltv_simple"])
    return record


def test_first_margin_at_the_end_if_retained() -> None:
    assert simple(100, 0.8, 0.1).value == pytest.approx(266.6667, abs=5e-5)


@pytest.mark.parametrize("retained", MULTIPLES)
def test_margin_multiples(retained: float) -> None:
    """G26: r / (1 + d - r), Gupta and Lehmann 2003."""
    found = [simple(1, retained, rate).value for rate in RATES]
    assert found == pytest.approx(MULTIPLES[retained], abs=5e-3)


def test_no_churn_and_no_discount_is_infinite_hence_missing() -> None:
    found = simple(100, 1, 0)
    assert (found.value, found.reason) == (None, "not_identifiable")


@pytest.mark.parametrize(("rate", "value"), [(0.1, 366.6667), (0.0, 500.0)])
def test_first_margin_now(rate: float, value: float) -> None:
    """m (1 + d) / (1 + d - r) and m / (1 - r): the sum over survival of 0.8 a month, to its end."""
    left = [Change(0, 10**12, 0, 0)]
    alive = 10**12
    for month in range(1, 200):
        gone = round(alive * 0.2)
        left.append(Change(month, 0, gone, gone))
        alive -= gone
    left.append(Change(200, 0, 0, alive))
    weights = list_weights(compute_curve(left), Assumptions(1, (1 + rate) ** 12 - 1, 600))
    assert 100 * sum(weights) == pytest.approx(value, abs=5e-5)
    # Five periods, the first margin at the end of the first if retained.
    if rate:
        assert 100 * sum(weights[1:6]) == pytest.approx(212.4097, abs=5e-5)


def economics(metric: str, **changes: float) -> Record:
    """3.10 as worked: 120,000 for 40 new customers, a margin of 250 x 80 %, 2 % churn a month."""
    base = 10**12
    period: dict[str, object] = {
        "period_start": WEEK, "closing_customers": 100, "closing_margin": 100 * 250 * 0.8,
        "new_customers": changes.get("new", 40), "has_13w": True,
        "lost_customers_13w": round(base * (1 - 0.98 ** (84 / 365.2425))),
        "opening_customers_13w": base,
    }  # fmt: skip
    tables: dict[str, list[dict[str, object]]] = {
        "customer_periods": [period],
        "cost_periods": [{"period_start": WEEK, "acquisition_cost": changes.get("cost", 120_000)}],
    }
    if metric == "eco_ltvcac":
        tables["survival_multiples"] = [
            {"period_start": WEEK, "multiple": changes.get("multiple", 50)}
        ]
    (record,) = evaluate(make_warehouse(tables).cursor(), METRICS[metric])
    return record


def test_cost_ratio_and_paybacks_as_worked() -> None:
    cac = economics("eco_cac")
    assert (cac.value, float(cac.numerator or 0), cac.denominator) == (3000, 120_000, 40)
    assert economics("eco_payback_simple").value == 15
    assert economics("eco_payback").value == 18
    # 200 / 0.02 = 10,000 undiscounted, and 7,200 at 0.8 % a month
    assert economics("eco_ltvcac").value == pytest.approx(3.33, abs=5e-3)
    assert economics("eco_ltvcac", multiple=36).value == pytest.approx(2.40)


def test_seventeen_months_recover_too_little() -> None:
    recovered = [200 * (1 - 0.98**months) / 0.02 for months in (17, 18)]
    assert recovered == pytest.approx([2906.78, 3048.65], abs=5e-3)


@pytest.mark.parametrize("metric", ["eco_cac", "eco_ltvcac", "eco_payback", "eco_payback_simple"])
def test_nobody_new_is_no_cost_of_nothing(metric: str) -> None:
    found = economics(metric, new=0)
    assert (found.value, found.reason) == (None, "no_denominator")


def test_a_cost_that_is_never_recovered_has_no_payback() -> None:
    found = economics("eco_payback", cost=40 * 10_001)
    assert (found.value, found.reason) == (None, "not_identifiable")
