"""Sections 8.1 and 8.6 of the specification: every printed number of a budget case, and its edges."""

from dataclasses import replace

import pytest

from analyses.budget.case import Assumption, Case, Range
from analyses.budget.model import (
    check_case,
    compute_cut,
    compute_next,
    compute_outcome,
    compute_worth,
    take,
)
from analyses.budget.money import (
    compute_irr,
    compute_payback,
    compute_present_value,
    compute_roi,
)
from analyses.budget.uncertainty import DRAWS, draw_npvs, list_bars
from metrics.intervals import compute_wilson
from tests.packs import make_case
from warehouse.errors import StandingError

FLOWS = (-100_000.0, 30_000.0, 45_000.0, 50_000.0, 20_000.0)
CENT = 0.005
CASE = make_case()  # 60 moved of 100, 900 a year, half of it lasting, 60,000 at 10 %


def fix(value: float) -> Assumption:
    return Assumption(Range(value, value, value), "assumption", "by hand")


def widen(part: Assumption, low: float, high: float) -> Assumption:
    return replace(part, range=replace(part.range, low=low, high=high))


def change(case: Case, **parts: Assumption | int) -> Case:
    """The first programme of a case with other assumptions."""
    first, *others = case.programmes
    return replace(case, programmes=(replace(first, **parts), *others))  # type: ignore[arg-type]


def test_worked_flows() -> None:
    assert compute_present_value(FLOWS, 0.10) == pytest.approx(15_688.82, abs=CENT)
    assert compute_irr(FLOWS) == pytest.approx(0.1721, abs=5e-5)
    assert compute_roi(FLOWS) == pytest.approx(0.45)
    assert compute_payback(FLOWS) == pytest.approx(2.5)


def test_the_rate_found_makes_the_value_nothing() -> None:
    rate = compute_irr(FLOWS)
    assert rate is not None
    assert compute_present_value(FLOWS, rate) == pytest.approx(0, abs=1e-6)
    # A hundred that become one, and one that becomes a million: still one rate each.
    assert compute_irr((-100, 1)) == pytest.approx(-0.99)
    assert compute_irr((-1, 1_000_000)) == pytest.approx(999_999)


@pytest.mark.parametrize("flows", [(-100, 230, -132), (100, 20), (0, 0), (-100, 0, 0), (-50,)])
def test_no_rate_unless_the_sign_changes_once(flows: tuple[float, ...]) -> None:
    """The first has two rates, 10 % and 20 %."""
    assert compute_irr(flows) is None


def test_what_never_pays_back_has_no_payback() -> None:
    assert compute_payback((-100, 30, 30)) is None
    assert compute_payback((-100, 50, 50)) == 2.0
    assert compute_payback((0, 10)) == 0.0


def test_worked_case() -> None:
    found = compute_outcome(CASE)
    assert found.npv == pytest.approx(21_547.71, abs=CENT)
    assert found.break_even == pytest.approx(44.15, abs=CENT)
    assert found.break_even_customers == 45
    assert found.flows == pytest.approx((-60_000, 54_000, 27_000, 13_500))
    assert found.worth == pytest.approx(compute_worth(900, 0.5, 0.1, 3))
    # By hand: 54,000 of 60,000 in the first year, the other 6,000 of the 27,000 of the second.
    assert found.payback == pytest.approx(1 + 6 / 27)
    assert found.roi == pytest.approx(0.575)


def test_worked_tornado() -> None:
    bars = list_bars(CASE)
    assert [bar.name for bar in bars] == ["effect", "margin", "persistence", "cost", "discount"]
    ends = [(bar.at_low, bar.at_high) for bar in bars]
    moved = (-5_634.86, 48_730.28)
    persistence, cost = (6_130.73, 40_210.37), (31_547.71, 6_547.71)
    for end, printed in zip(
        ends, [moved, moved, persistence, cost, (23_864.88, 17_256.16)], strict=True
    ):
        assert end == pytest.approx(printed, abs=CENT)
    widths = [54_365.14, 54_365.14, 34_079.64, 25_000, 6_608.72]
    assert [bar.width for bar in bars] == pytest.approx(widths, abs=0.0051)


def test_no_cost_no_roi() -> None:
    found = compute_outcome(change(CASE, cost=fix(0)))
    assert (found.roi, found.irr, found.payback) == (None, None, 0.0)
    assert (found.break_even, found.break_even_customers) == (0, 0)


def test_a_point_is_a_bar_of_nothing() -> None:
    bars = {bar.name: bar for bar in list_bars(change(CASE, margin=fix(900)))}
    assert bars["margin"].width == 0


def test_a_low_above_the_high_is_an_error() -> None:
    with pytest.raises(StandingError, match=r"margin of Win back .* give them in order"):
        list_bars(change(CASE, margin=widen(CASE.programmes[0].margin, 1200, 600)))


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"effect": fix(1.2)}, "between -1 and 1"),
        ({"cost": fix(-1)}, "between 0 and inf"),
        ({"margin": fix(float("nan"))}, "Give a number"),
        ({"reached": 200}, "at most the next"),
    ],
)
def test_what_cannot_be_is_an_error(parts: dict[str, Assumption | int], message: str) -> None:
    with pytest.raises(StandingError, match=message):
        check_case(change(CASE, **parts))


def test_who_is_worth_nothing_pays_nothing_back() -> None:
    found = compute_outcome(change(CASE, margin=fix(0)))
    assert (found.break_even, found.break_even_customers, found.payback) == (None, None, None)
    assert found.npv == -60_000


def test_draws_of_points_are_the_case() -> None:
    programme = CASE.programmes[0]
    points = {
        part: fix(getattr(programme, part).range.base)
        for part in ("cost", "effect", "margin", "persistence")
    }
    still = replace(change(CASE, **points), discount=fix(0.1))
    found = draw_npvs(still)
    assert (found.low, found.high) == pytest.approx((21_547.71, 21_547.71), abs=CENT)
    assert found.loss_share == 0


def test_draws_are_the_triangles() -> None:
    """Only the effect a range: NPV follows it, with the triangle's mean and quantiles.

    Over 0.4, 0.6, 0.8 the mean is 0.6 and 5 % lie below 0.4 + sqrt(0.05 x 0.4 x 0.2).
    """
    programme = CASE.programmes[0]
    points = {
        part: fix(getattr(programme, part).range.base) for part in ("cost", "margin", "persistence")
    }
    found = draw_npvs(replace(change(CASE, **points), discount=fix(0.1)))
    of_one = 100 * compute_worth(900, 0.5, 0.1, 3)
    low = 0.4 + (0.05 * 0.4 * 0.2) ** 0.5
    assert len(found.npvs) == DRAWS
    assert found.low == pytest.approx(low * of_one - 60_000, abs=500)
    assert found.median == pytest.approx(21_547.71, abs=500)
    assert found.mean == pytest.approx(21_547.71, abs=500)
    # Below 44.15 of 100 are the share (0.4415 - 0.4)^2 / (0.4 x 0.2) of the triangle.
    assert found.loss_share == pytest.approx((0.441457 - 0.4) ** 2 / 0.08, abs=0.004)
    assert (draw_npvs(CASE).npvs == draw_npvs(CASE).npvs).all()


def test_two_programmes_add_up() -> None:
    other = replace(CASE.programmes[0], key="other", name="Other", counted=40, cost=fix(10_000))
    both = replace(CASE, programmes=(*CASE.programmes, other))
    whole = compute_outcome(both)
    parts = [compute_outcome(take(both, each.key)) for each in both.programmes]
    assert whole.npv == pytest.approx(sum(part.npv for part in parts))
    assert whole.kept == pytest.approx(84)
    assert whole.break_even == pytest.approx(70_000 / compute_worth(900, 0.5, 0.1, 3))
    assert len(list_bars(both)) == 9
    # Without the first, the second counts all 100 whom it reaches.
    alone = replace(both, programmes=(replace(other, counted=100),))
    cut = compute_cut(both, alone)
    assert (cut.kept, cut.saved) == (pytest.approx(24), 60_000)
    assert cut.npv == pytest.approx(24 * compute_worth(900, 0.5, 0.1, 3) - 60_000)


def test_the_next_amount_reaches_who_is_left() -> None:
    """600 a customer: 6,000 reach 10 of the 20 left, 10,000 16.67, 30,000 all 20 for 12,000."""
    worth = compute_worth(900, 0.5, 0.1, 3)
    found = compute_next(CASE, "win_back", 6_000)
    assert found is not None
    assert (found.customers, found.spent) == pytest.approx((10, 6_000))
    assert found.npv == pytest.approx(10 * 0.6 * worth - 6_000)
    ten = compute_next(CASE, "win_back")
    assert ten is not None
    assert ten.customers == pytest.approx(16.6666667)
    beyond = compute_next(CASE, "win_back", 30_000)
    assert beyond is not None
    assert (beyond.customers, beyond.spent) == pytest.approx((20, 12_000))
    assert beyond.gain == pytest.approx(20 * 0.6 * worth)
    empty = compute_next(change(CASE, pool=100), "win_back")
    assert empty is not None
    assert (empty.customers, empty.spent, empty.gain) == (0, 0, 0)
    assert compute_next(change(CASE, cost=fix(0)), "win_back") is None


@pytest.mark.parametrize(
    ("talks", "low", "high"),
    [(5, 3.6, 62.5), (25, 8.9, 39.1), (65, 12.1, 31.3), (125, 13.9, 27.9), (250, 15.5, 25.4), (1250, 17.9, 22.3)],
)  # fmt: skip
def test_what_five_conversations_a_day_can_say(talks: int, low: float, high: float) -> None:
    """8.6: of a share of a fifth, in percent."""
    found = compute_wilson(talks / 5, talks)
    assert [100 * (bound or 0) for bound in found] == pytest.approx([low, high], abs=0.06)
