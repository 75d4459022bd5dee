"""What came after customers rose: by hand, and on made-up companies whose effect is known."""

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from analyses.tier_value.effect import (
    HORIZONS,
    Effect,
    compare_rises,
    compute_interval,
    find_effects,
    find_risen,
)
from analyses.tier_value.ladder import list_risen
from analyses.tier_value.words import find_claim, why_no_claim
from metrics.scope import Scope
from tests.tiny import build_tiny, term

COLUMNS = (
    "customer_id", "has_risen", "has_acted", "stratum", "early", "late", "after_1", "after_2",
    "after_3", "after_4", "is_kept_26", "is_kept_52",
)  # fmt: skip
WEEK = dt.date(2026, 4, 27)  # the last closed one of the company below


def compare(rows: Sequence[Sequence[Any]], weeks: int = 26, is_act: bool = True) -> Effect:
    """The comparison of such rows of the table compared."""
    columns = {
        name: list(column) for name, column in zip(COLUMNS, zip(*rows, strict=True), strict=True)
    }
    return compare_table(pa.table(columns), weeks, is_act)


def compare_table(table: pa.Table, weeks: int = 26, is_act: bool = True) -> Effect:
    with closing(duckdb.connect()) as connection:
        connection.register("compared", table)
        return compare_rises(connection, weeks, is_act)


def row(
    name: str, has_risen: bool, before: float, after: float, stratum: str = "s", kept: bool = True
) -> tuple[Any, ...]:
    """A customer with so much margin in each half of the 26 weeks before, and in each after."""
    margins = (before, before, after, after, after, after)
    return (name, has_risen, has_risen, stratum, *margins, kept, kept)


def test_the_published_difference_in_differences() -> None:
    """5.3: programme accounts' retention .80 to .86, matched .81 to .83: 4 points, not 6."""
    programme = [row(name, True, 0.80 / 2, 0.86 / 2) for name in "ab"]
    others = [row(name, False, 0.81 / 2, 0.83 / 2) for name in "cd"]
    found = compare([*programme, *others])
    assert found.change.value == pytest.approx(0.06)
    assert found.matched is not None
    assert found.matched.gain.value == pytest.approx(0.04)


def test_strata_weigh_as_many_as_rose_in_them() -> None:
    found = compare(
        [
            row("a", True, 10, 20), row("b", True, 10, 30),
            row("c", False, 10, 11), row("d", False, 10, 13), row("d", False, 10, 15),
            row("e", True, 50, 50, "t"), row("f", False, 50, 40, "t"), row("g", False, 50, 44, "t"),
            # One other is too few for its spread to be known; nobody rose in the last stratum.
            row("h", True, 90, 0, "u", kept=False), row("i", False, 90, 90, "u"),
            row("j", False, 1, 9, "v"), row("k", False, 1, 9, "v"),
        ]
    )  # fmt: skip
    assert (found.customers, found.before, found.after) == (4, 80, 50)
    assert found.change.value == -30  # 20, 40, 0 and -180 of 26 weeks
    assert found.kept.value == 0.75
    assert found.coverage == 0.75
    matched = found.matched
    assert matched is not None
    assert (matched.customers, matched.others, matched.strata) == (3, 4, 2)
    # 26 weeks are two halves: (20 + 40 + 0) / 3 against (2 x 6 + 1 x -16) / 3.
    assert matched.gain.value == pytest.approx(20 - (2 * 6 - 16) / 3)
    assert matched.gain.value == pytest.approx(
        matched.after - matched.before - (matched.other_after - matched.other_before)
    )
    assert matched.trend.value == 0
    assert matched.kept_gain.value == 0


def test_the_variance_adds_up_the_rows_of_one_customer() -> None:
    """One other in two quarters is less than two others: its parts are added before they are squared."""
    one = [row("a", True, 0, 1), row("b", True, 0, 3), row("c", False, 0, 2), row("d", False, 0, 4)]
    two = [(*each[:3], "t", *each[4:]) for each in one]
    again = [(f"{each[0]}-2", *each[1:]) for each in two]
    alone, apart = (compare(one + more).matched for more in (two, again))
    assert alone is not None
    assert apart is not None
    assert alone.gain.value == apart.gain.value == pytest.approx(2 * 2 - 2 * 3)
    width, narrow = ((each.gain.high or 0) - (each.gain.value or 0) for each in (alone, apart))
    # Twice the variance, up to the n - 1 of those who rose, who stand in both tables as four.
    assert width == pytest.approx(np.sqrt(2) * narrow)


def test_a_horizon_of_a_year_takes_only_who_was_followed_for_one() -> None:
    young = (*row("b", True, 10, 99)[:8], None, None, True, None)
    others = [row("c", False, 10, 10), row("d", False, 10, 10)]
    found = compare([row("a", True, 10, 20), young, *others], 52)
    assert (found.customers, found.before, found.after) == (1, 40, 80)
    assert found.matched is not None
    assert found.matched.gain.value == 40
    assert len(found.matched.steps) == 4
    assert found.matched.gain.low is None  # of one customer nothing is known but its value


def test_nobody_rose() -> None:
    found = compare([row("a", False, 10, 10)])
    assert (found.customers, found.coverage, found.matched) == (0, None, None)
    assert found.change.value is None


def test_the_interval_is_students() -> None:
    found = compute_interval(5.0, 4.0, 10)
    assert found.high == pytest.approx(5 + 2.262157 * 2)
    assert compute_interval(5.0, None, 1).low is None


def make_table(
    random: np.random.Generator, effect: float = 0.0, selection: float = 1.0, drift: float = 0.0
) -> pa.Table:
    """Sixty who rose among 400, with skewed margins of which those who rose have `selection` times as
    much, in strata that know it; all grow with the seasons. drift: growth of those who rise, before
    and after, a share of 13 weeks; effect: what the rise adds, as a share."""
    count, risen = 400, 60
    has_risen = np.arange(count) < risen
    customer = np.where(has_risen, np.arange(count), np.arange(count) % 170 + 1000)
    level = np.exp(random.normal(6, 0.7, count)) * np.where(has_risen, selection, 1.0)
    band = np.floor(2 * np.log2(level)).astype(int)
    steps = np.arange(6)
    seasons = 1 + 0.05 * steps
    own = 1 + drift * steps * has_risen[:, None]
    lift = 1 + effect * (steps >= 2) * has_risen[:, None]
    # A customer leaves with 4 % in 13 weeks; noise is the customer's own and lasts.
    leaves = random.geometric(0.04, count)[:, None] + 1
    noise = np.exp(np.cumsum(random.normal(0, 0.03, (count, 6)), axis=1))
    margin = level[:, None] * seasons * own * lift * noise * (steps < leaves + 1)
    columns = {
        "customer_id": customer.astype(str), "has_risen": has_risen, "has_acted": has_risen,
        "stratum": band.astype(str),
        **{name: margin[:, n] for n, name in enumerate(COLUMNS[4:10])},
        "is_kept_26": (leaves > 3)[:, 0], "is_kept_52": (leaves > 5)[:, 0],
    }  # fmt: skip
    return pa.table(columns)


def gains(count: int, **world: float) -> list[Effect]:
    """The comparisons over 52 weeks of so many companies."""
    found: list[Effect] = []
    with closing(duckdb.connect(config={"threads": 1})) as connection:
        for seed in range(count):
            connection.register("compared", make_table(np.random.default_rng(seed), **world))
            found.append(compare_rises(connection, 52, True))
    return found


def holds(found: Effect, value: float, measure: str = "gain") -> bool:
    assert found.matched is not None
    each = getattr(found.matched, measure)
    return bool(each.low <= value <= each.high)


def test_without_an_effect_the_interval_holds_0_at_its_rate() -> None:
    """Selection alone: those who rise are worth three times the others, and rung 3 finds nothing."""
    worlds = gains(100, selection=3.0)  # of 500, 94.4 and 94.2 % hold it
    assert 0.89 <= np.mean([holds(each, 0) for each in worlds]) <= 0.99
    assert 0.89 <= np.mean([holds(each, 0, "trend") for each in worlds]) <= 0.99
    shown = compare_table(make_table(np.random.default_rng(1), selection=3.0), 52)
    levels = make_table(np.random.default_rng(1), selection=3.0).to_pydict()
    after, has_risen = np.array(levels["after_1"]), np.array(levels["has_risen"])
    assert after[has_risen].mean() > 2 * after[~has_risen].mean()  # rung 1
    assert holds(shown, 0)
    assert not why_no_claim(shown, "EUR")


def test_neither_the_order_of_the_rows_nor_the_currency_matters() -> None:
    table = make_table(np.random.default_rng(5), effect=0.1)
    whole = compare_table(table, 52).matched
    order = np.random.default_rng(6).permutation(table.num_rows)
    shuffled = compare_table(table.take(pa.array(order)), 52).matched
    money = {name: [10 * each for each in table[name].to_pylist()] for name in COLUMNS[4:10]}
    dearer = compare_table(pa.table(table.to_pydict() | money), 52).matched
    assert whole is not None
    assert shuffled is not None
    assert dearer is not None
    assert shuffled.others == dearer.others == whole.others
    for name in ("value", "low", "high"):
        own = getattr(whole.gain, name)
        assert getattr(shuffled.gain, name) == pytest.approx(own)
        assert getattr(dearer.gain, name) == pytest.approx(10 * own)
    assert dearer.kept_gain.value == pytest.approx(whole.kept_gain.value)


def test_a_known_effect_is_recovered() -> None:
    worlds = gains(40, effect=0.3)
    matched = [each.matched for each in worlds if each.matched]
    truth = [0.3 / 1.3 * each.after for each in matched]
    covered = [holds(each, value) for each, value in zip(worlds, truth, strict=True)]
    assert np.mean(covered) >= 0.85
    found = np.mean([each.gain.value or 0 for each in matched])
    assert found == pytest.approx(np.mean(truth), rel=0.1)
    assert np.mean([(each.gain.low or 0) > 0 for each in matched]) > 0.8


def test_another_trend_before_is_no_effect() -> None:
    """Who rises grew anyway: the gain looks large, and the check of the halves before stops it."""
    worlds = gains(20, drift=0.08)
    assert np.mean([not holds(each, 0) for each in worlds]) > 0.8
    assert all("margin moved differently" in why_no_claim(each, "EUR") for each in worlds)


# --- from the tables of a company ---

REFERENCE = {"kind": "reference", "is_solicited": True}


def act(customer: str, day: str) -> dict[str, Any]:
    return {"customer_id": customer, "occurred_on": dt.date.fromisoformat(day), **REFERENCE}


def company() -> dict[str, list[dict[str, Any]]]:
    """Who gave a reference on 20 May 2025 rose to loyal on Sunday, 1 June (the second week of it)."""
    start = "2024-09-02"
    terms = [term(name, start, None, 100) for name in ("rose", "quiet", "still", "later")]
    terms += [
        # left 100 days after the index of 2 June
        term("gone", start, "2025-09-10", 100),
        # its MRR moved within the 35 days before, so the rise is no comparison
        term("grew", start, "2025-05-12", 300), term("grew", "2025-05-12", None, 450),
        # shrunk within the year: it cannot be loyal
        term("shrank", start, "2025-02-03", 200), term("shrank", "2025-02-03", None, 100),
        # a customer for too short a time before
        term("young", "2025-03-03", None, 100),
        # another price, so another stratum
        term("large", start, None, 900),
    ]  # fmt: skip
    acts = [
        act(name, "2025-05-20") for name in ("rose", "gone", "grew", "young", "large", "shrank")
    ]
    acts += [act("later", "2025-12-16")]
    return {"subscriptions": terms, "advocacy_events": acts}


@pytest.fixture(scope="module")
def tiny() -> Iterator[duckdb.DuckDBPyConnection]:
    with closing(build_tiny(company(), "2026-05-03", gross_margin=0.5)) as connection:
        yield connection


def read_rises(connection: duckdb.DuckDBPyConnection) -> dict[str, Effect]:
    with closing(connection.cursor()) as cursor:
        found = find_effects(cursor, WEEK, Scope()).found
    return {f"{each.weeks} {'acts' if each.is_act else 'all'}": each for each in found}


def test_who_rose_is_compared_with_who_could_have(tiny: duckdb.DuckDBPyConnection) -> None:
    found = read_rises(tiny)
    assert list(found) == [f"{weeks} {name}" for name in ("acts", "all") for weeks in HORIZONS]
    half = found["26 acts"]
    # rose, gone and large; not who grew, shrank or was young. No year has passed since June 2025.
    assert half.customers == 3
    assert found["52 acts"].customers == 0
    assert half.matched is not None
    assert (half.matched.customers, half.matched.strata) == (2, 1)
    # quiet, still, later (it rose in December, too late to be followed), and rose itself, drawn in a week
    # of the quarter in which nobody knew that it would.
    assert half.matched.others == 4
    day = 0.5 * 100 * 12 / 365.2425
    assert half.matched.before == pytest.approx(182 * day)
    assert half.matched.after == pytest.approx((182 + 100) / 2 * day)
    assert half.matched.gain.value == pytest.approx(-41 * day)
    assert half.matched.kept.value == 0.5
    assert half.matched.other_kept.value == 1


def test_the_customers_behind_it_are_listed(tiny: duckdb.DuckDBPyConnection) -> None:
    with closing(tiny.cursor()) as cursor:
        found = {each.customer_id: each for each in find_risen(cursor, WEEK, Scope())}
    assert set(found) == {"rose", "gone", "large"}
    gone = found["gone"]
    assert (gone.rose_on, gone.tier_before, gone.is_kept) == (dt.date(2025, 6, 1), "neutral", False)
    assert (gone.others, found["large"].others) == (4, 0)  # one other is none
    assert gone.after / gone.before == pytest.approx(100 / 182)
    rows = list_risen(list(found.values()), "EUR")
    assert {(row["after an act"], row["still a customer"]) for row in rows} == {
        ("yes", "yes"), ("yes", "no"),
    }  # fmt: skip


def test_later_rows_change_nothing_of_what_was_known(tiny: duckdb.DuckDBPyConnection) -> None:
    tables = company()
    tables["subscriptions"].append(term("new", "2026-05-11", None, 100))
    tables["advocacy_events"].append(act("quiet", "2026-05-12"))
    with closing(build_tiny(tables, "2026-06-28", gross_margin=0.5)) as connection:
        assert read_rises(connection) == read_rises(tiny)


def test_no_tiers_no_rises() -> None:
    with closing(build_tiny({"customers": [{"customer_id": "a"}]}, "2026-05-03")) as connection:
        effects = find_effects(connection.cursor(), WEEK, Scope())
    assert (effects.risen, effects.first_week) == (0, None)
    assert find_claim(effects.found) is None
    assert "fewer than 30" in why_no_claim(None, "EUR")
