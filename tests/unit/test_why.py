"""Why a headline moved: every column sums to the change, rate stands against mix, few are marked."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyses.why.because import find_because
from analyses.why.exact import (
    QUANTA,
    Ends,
    compute_weights,
    round_to_sum,
    split_product,
    split_ratio,
)
from analyses.why.explain import Asked, Why, find_why
from analyses.why.headlines import HEADLINES
from analyses.why.tables import HEADINGS, Part, Split
from analyses.why.words import (
    describe_because,
    describe_caution,
    describe_method,
    describe_sum,
    describe_why,
    format_exact,
)
from metrics.engine import Record, evaluate
from metrics.periods import list_periods
from metrics.registry import load_metrics
from metrics.scope import Scope
from tests.reference.worlds import make_world
from tests.tiny import build_tiny, term
from warehouse.errors import StandingError
from warehouse.publish import open_published

LONG_AGO = "2024-01-01"
WEEK = dt.date(2026, 1, 12)
INVERSE = frozenset({"cycle"})

counts = st.integers(0, 1000)
slices = st.lists(st.tuples(counts, counts, counts, counts), min_size=1, max_size=6)


def fractions(before: float, after: float) -> Ends:
    """Two numbers as written."""
    return Ends(Fraction(str(before)), Fraction(str(after)))


@given(slices)
def test_rate_and_mix_leave_no_residual(found: list[tuple[int, int, int, int]]) -> None:
    """For any counts, a slice that comes or goes included: to the last digit of exact fractions."""
    parts = [
        (Ends(Fraction(min(x0, n0)), Fraction(min(x1, n1))), Ends(Fraction(n0), Fraction(n1)))
        for x0, n0, x1, n1 in found
    ]
    none = Fraction(0)
    amount = Ends(sum((x.before for x, _ in parts), none), sum((x.after for x, _ in parts), none))
    per = Ends(sum((n.before for _, n in parts), none), sum((n.after for _, n in parts), none))
    if not per.before or not per.after:
        return
    effects = [split_ratio(x, n, amount, per) for x, n in parts]
    change = amount.after / per.after - amount.before / per.before
    assert sum(rate + mix for rate, mix in effects) == change


def test_rate_against_mix_by_hand() -> None:
    """Small rises from 10 of 100 to 12 of 100; large, at 2 %, grows from 100 to 300 customers.

    The whole falls from 6 % to 4.5 %: small's own rate takes +0.75 points, since its mean share is
    3/8, and the mix -2.25: small's share fell by 1/4 at a rate 5.75 points above the mean of the whole
    and large's rose by 1/4 at one 3.25 points below it.
    """
    small = Ends(Fraction(10), Fraction(12)), Ends(Fraction(100), Fraction(100))
    large = Ends(Fraction(2), Fraction(6)), Ends(Fraction(100), Fraction(300))
    whole = Ends(Fraction(12), Fraction(18)), Ends(Fraction(200), Fraction(400))
    assert split_ratio(*small, *whole) == (Fraction(3, 400), Fraction(-23, 1600))
    assert split_ratio(*large, *whole) == (0, Fraction(-13, 1600))
    assert Fraction(3, 400) - Fraction(23, 1600) - Fraction(13, 1600) == Fraction(
        18, 400
    ) - Fraction(12, 200)


def test_a_slice_that_came_changes_the_mix_alone() -> None:
    came = Ends(Fraction(0), Fraction(3)), Ends(Fraction(0), Fraction(10))
    whole = Ends(Fraction(5), Fraction(8)), Ends(Fraction(100), Fraction(110))
    rate, mix = split_ratio(*came, *whole)
    assert rate == 0
    assert mix > 0


@given(counts, counts, counts, counts)
def test_how_many_and_how_large_sum_to_the_amount(a: int, b: int, c: int, d: int) -> None:
    amount, count = Ends(Fraction(a), Fraction(b)), Ends(Fraction(c), Fraction(d))
    assert sum(split_product(amount, count)) == b - a


def test_the_weights_are_those_of_the_worked_decomposition() -> None:
    """metrics.md 2.4: N +306.4284, D -131.2454, W +364.3591, L +378.6801, sum 918.2222."""
    factors = {
        "deals": fractions(40, 44), "size": fractions(25_000, 24_000),
        "rate": fractions(0.25, 0.28), "cycle": fractions(90, 80),
    }  # fmt: skip
    weights = compute_weights(factors, INVERSE)
    effects = {name: float(weights[name] * ends.change) for name, ends in factors.items()}
    expected = {"deals": 306.4284, "size": -131.2454, "rate": 364.3591, "cycle": 378.6801}
    assert effects == pytest.approx(expected, abs=5e-5)
    assert sum(effects.values()) == pytest.approx(918.2222, abs=5e-5)


def test_the_weights_with_a_zero_are_shapleys() -> None:
    """metrics.md 2.4, W to 0: +142.7083, -59.8380, -3,037.6157, +176.9676."""
    factors = {
        "deals": fractions(40, 44), "size": fractions(25_000, 24_000),
        "rate": fractions(0.25, 0), "cycle": fractions(90, 80),
    }  # fmt: skip
    weights = compute_weights(factors, INVERSE)
    effects = {name: float(weights[name] * ends.change) for name, ends in factors.items()}
    expected = {"deals": 142.7083, "size": -59.8380, "rate": -3037.6157, "cycle": 176.9676}
    assert effects == pytest.approx(expected, abs=5e-5)


def test_a_factor_that_stays_still_weighs_what_slices_within_it_take() -> None:
    """Its own effect is 0, but not that of a slice of it: the weight is the limit of a small change."""
    still = {"deals": fractions(10, 20), "size": fractions(5, 5)}
    moved = {"deals": fractions(10, 20), "size": fractions(5, 5.000001)}
    weights = [compute_weights(each, frozenset())["size"] for each in (still, moved)]
    assert float(weights[0]) == pytest.approx(float(weights[1]), rel=1e-6)


@given(st.lists(st.fractions(-1000, 1000), min_size=1, max_size=12))
def test_rounded_parts_sum_to_the_rounded_change(parts: list[Fraction]) -> None:
    cent = Decimal("0.01")
    total = Decimal(round(sum(parts) * 100)) / 100
    rounded = round_to_sum(dict(enumerate(parts)), total, cent)
    assert sum(rounded.values()) == total
    assert all(
        abs(Fraction(rounded[place]) - part) <= Fraction(cent) for place, part in enumerate(parts)
    )
    assert all(rounded[place] == 0 for place, part in enumerate(parts) if part == 0)


def test_parts_that_do_not_add_up_are_told_and_not_mended() -> None:
    """A difference that rounding cannot leave stays, and the sentence says how large it is."""
    rounded = round_to_sum(
        {"one": Fraction(1), "two": Fraction(2)}, Decimal("7.00"), Decimal("0.01")
    )
    assert sum(rounded.values()) == 3


# --- by hand, on a company of a few customers ---

CUSTOMERS = [
    {"customer_id": name, "customer_name": name.title(), "segment": segment}
    for name, segment in (
        ("ada", "small"), ("bo", "small"), ("cy", "small"), ("di", "large"), ("ed", "large"), ("fay", "large"),
    )
]  # fmt: skip
TERMS = [
    term("ada", LONG_AGO, "2026-01-07", mrr=100, end_reason="price"),  # lost in the week before
    term("bo", LONG_AGO, "2026-01-14", mrr=200, end_reason="service"),  # lost in the week
    term("cy", LONG_AGO, mrr=300),
    term("di", LONG_AGO, "2026-01-14", mrr=1000, end_reason="price"),  # lost in the week
    term("ed", LONG_AGO, "2026-01-13", mrr=500),  # pays less in the week
    term("ed", "2026-01-13", mrr=350),
    term("fay", "2026-01-08", mrr=400),  # new in the week before
]


@pytest.fixture(scope="module")
def tiny() -> Iterator[duckdb.DuckDBPyConnection]:
    """Two weeks of a company in which little happens."""
    connection = build_tiny(
        {"customers": CUSTOMERS, "subscriptions": TERMS}, "2026-01-25", dimensions=("segment",)
    )
    add_info(connection)
    yield connection
    connection.close()


def add_info(connection: duckdb.DuckDBPyConnection) -> None:
    """What a published build says of itself."""
    connection.execute(
        "create or replace table build_info as select 'EUR' as reporting_currency, 'given' as terms"
    )


def ask(connection: duckdb.DuckDBPyConnection, headline: str, **asked: Any) -> Why:
    """Why a headline moved."""
    with closing(connection.cursor()) as cursor:
        return find_why(cursor, Asked(headline, **asked))


def effects(split: Split) -> dict[str, Decimal]:
    """The effects of a split by label."""
    return {part.label: part.effect for part in split.parts}


def test_churn_by_hand(tiny: duckdb.DuckDBPyConnection) -> None:
    """1 of 5 lost, then 2 of 5: +20 points; a loss is 1/5, and the base stood still."""
    why = ask(tiny, "churn", period=WEEK)
    assert (why.before, why.after, why.change) == (Decimal("0.2"), Decimal("0.4"), Decimal("0.2"))
    driver, segment, account = why.splits
    assert effects(driver) == {
        "Lost, price": 0, "Lost, service": Decimal("0.2"), "More or fewer customers at the start": 0,
    }  # fmt: skip
    # small: 1 of 3 to 1 of 2 at a mean share of 1/2; large: 0 of 2 to 1 of 3 at the same.
    found = {part.label: part.effects for part in segment.parts}
    assert found["small"]["rate"] == Decimal("0.08333")
    assert found["large"]["rate"] == Decimal("0.16667")
    # small's share fell by 1/5, at a mean rate 5/12 - 3/10 above that of the whole
    assert found["small"]["mix"] == Decimal("-0.02333")
    assert found["large"]["mix"] == Decimal("-0.02667")
    # against the mean of 30 %: who is lost takes 0.7/5, who stays -0.3/5, who comes or goes the one end
    assert effects(account)["Di"] == effects(account)["Bo"] == Decimal("0.20000")
    assert effects(account)["Ada"] == Decimal("-0.14000")
    assert [part.label for part in account.parts if part.is_rest] == ["All others: 3 accounts"]
    assert all(split.holds for split in why.splits)


def test_of_equal_accounts_the_largest_come_first(tiny: duckdb.DuckDBPyConnection) -> None:
    """Each lost customer counts one: which matters most, its money says."""
    account = ask(tiny, "churn", period=WEEK).splits[2]
    assert [part.customer_id for part in account.parts] == ["di", "bo", "ada", None]
    assert [(part.before, part.after) for part in account.parts[:3]] == [
        ("stayed", "lost"), ("stayed", "lost"), ("lost", "no customer"),
    ]  # fmt: skip


def test_revenue_lost_by_hand(tiny: duckdb.DuckDBPyConnection) -> None:
    """100 by one, then 1,200 by two and 150 less paid: +1,250."""
    why = ask(tiny, "revenue_lost", period=WEEK)
    driver, segment, account = why.splits
    assert why.change == Decimal("1250.00")
    # one to two at a mean of 350 each; 100 to 600 each at a mean of 1.5
    assert effects(driver) == {
        "How many left": 350, "MRR of each who left": 750, "How many came to pay less": 150,
    }  # fmt: skip
    assert effects(segment) == {"large": 1150, "small": 100}
    assert effects(account) == {"Di": 1000, "Bo": 200, "Ed": 150, "Ada": -100}
    assert describe_sum(why, account) == (
        "The 4 rows sum to +EUR 1,250.00, exactly the change from EUR 100.00 to EUR 1,350.00."
    )


def test_few_are_marked_and_have_no_rate(tiny: duckdb.DuckDBPyConnection) -> None:
    """Under 20 customers a slice shows its counts, and the whole says that it is small."""
    why = ask(tiny, "churn", period=WEEK)
    assert "under 20 customers" in why.few
    for part in why.splits[1].parts:
        assert "under 20 customers" in part.note
        assert "%" not in part.before + part.after
    assert {part.after for part in why.splits[1].parts} == {"1 of 2", "1 of 3"}


def test_what_the_sentences_say(tiny: duckdb.DuckDBPyConnection) -> None:
    """The part nearest to a person that takes more than half."""
    why = ask(tiny, "revenue_lost", period=WEEK)
    assert describe_because(why) == "EUR 1,250 more than the week before, above all Di (+EUR 1,000)"
    assert describe_why(why) == (
        "Revenue lost EUR 1,350, EUR 1,250 more than the week before. Largest part by driver: MRR of each who left "
        "(+EUR 750.00); by segment: large (+EUR 1,150.00); by account: Di (+EUR 1,000.00)."
    )
    quiet = ask(tiny, "revenue_lost", period=dt.date(2025, 12, 29))
    assert describe_because(quiet) == "as the week before"


def test_the_weekly_sentences_get_the_parts(tiny: duckdb.DuckDBPyConnection) -> None:
    """Money names who lost it; a rate of five customers has no trend to explain."""
    with closing(tiny.cursor()) as cursor:
        assert find_because(cursor, WEEK, Scope()) == {
            "revenue_lost": "EUR 1,250 more than the week before, above all Di (+EUR 1,000)",
            "movement": "as the week before",
            "won": "as the week before",
        }
        assert find_because(cursor, dt.date(2024, 1, 1), Scope()) == {}


def test_another_week_asks_for_no_metric_again(
    tiny: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page that keeps every period of a metric hands them on, and the sentences are the same."""
    metrics = load_metrics()

    @cache
    def read(metric: str, grain: str, scope: Scope, dimension: str | None) -> tuple[Record, ...]:
        return tuple(
            evaluate(
                cursor, metrics[metric], grain=grain, scope=scope, breakdown=dimension, include_open=True
            )
        )  # fmt: skip

    with closing(tiny.cursor()) as cursor:
        weeks = [WEEK - dt.timedelta(weeks=back) for back in range(3)]
        told = [find_because(cursor, week, Scope()) for week in weeks]
        assert [find_because(cursor, week, Scope(), read) for week in weeks] == told
        monkeypatch.setattr("analyses.why.pair.evaluate", None)
        assert [find_because(cursor, week, Scope(), read) for week in weeks] == told


def test_a_scope_narrows_every_table(tiny: duckdb.DuckDBPyConnection) -> None:
    why = ask(tiny, "revenue_lost", period=WEEK, scope=Scope(segment=("small",)))
    assert why.change == Decimal("100.00")
    assert [effects(split) for split in why.splits[1:]] == [
        {"small": 100}, {"Bo": 200, "Ada": -100},
    ]  # fmt: skip


def test_without_a_value_the_reason_is_told(tiny: duckdb.DuckDBPyConnection) -> None:
    """No deals: nothing to divide by. The tables stay away, and so does the change."""
    why = ask(tiny, "velocity", period=WEEK)
    assert (why.change, why.splits) == (None, ())
    assert "Sales velocity has no value in the week of 5 Jan 2026" in describe_why(why)
    assert describe_because(why) == ""


def test_a_quarter_is_named_by_the_fiscal_year() -> None:
    """A year that begins in February: November to January is its fourth quarter."""
    tables = {"subscriptions": [term("c1", LONG_AGO), term("c2", LONG_AGO)]}
    with closing(build_tiny(tables, "2026-01-31", fiscal_year_first_month=2)) as connection:
        add_info(connection)
        why = ask(connection, "churn", grain="quarter", against="year")
    assert describe_because(why) == "as Q4 FY2025"


@pytest.mark.parametrize(("lost", "is_doubtful"), [(2, True), (15, False)])
def test_a_change_that_chance_may_have_made_names_nobody(lost: int, is_doubtful: bool) -> None:
    """1 of 30, then 2 or 15 of 29: Newcombe's interval holds 0 for the one and not for the other."""
    ends = ["2026-01-07"] + ["2026-01-14"] * lost + [None] * (29 - lost)
    spelt = ("price", "Price")  # one reason to a reader, whatever the CRM makes of it
    terms = [
        term(f"c{place:02}", LONG_AGO, end, end_reason=spelt[place % 2] if end else None)
        for place, end in enumerate(ends)
    ]
    with closing(build_tiny({"subscriptions": terms}, "2026-01-25")) as connection:
        add_info(connection)
        why = ask(connection, "churn", period=WEEK)
        with closing(connection.cursor()) as cursor:
            told = find_because(cursor, WEEK, Scope())["churn"]
    assert all(split.holds for split in why.splits)
    assert [part.after for part in why.splits[0].parts if part.label == "Lost, price"] == [
        str(lost)
    ]
    assert bool(why.doubt) == is_doubtful
    assert told.endswith("(not distinguishable)") == is_doubtful
    assert ("95 % interval" in describe_caution(why)) == is_doubtful


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"headline": "chrn"}, "no headline 'chrn'; the nearest is churn"),
        ({"headline": "churn", "period": dt.date(2024, 1, 1)}, "has none to be held against"),
        ({"headline": "churn", "dimension": "region"}, "no numbers by region"),
        ({"headline": "churn", "against": "tomorrow"}, "previous or year"),
    ],
)
def test_what_cannot_be_answered(
    tiny: duckdb.DuckDBPyConnection, asked: dict[str, Any], message: str
) -> None:
    with pytest.raises(StandingError, match=message):
        ask(tiny, **asked)


# --- on made-up companies, and on the sample ---


def test_every_column_sums_in_a_company_of_odd_dates() -> None:
    """Every headline, over quarters that follow one another: and a slice is the sum of its accounts."""
    world = make_world(Random(1))
    with closing(
        build_tiny(world.tables, world.as_of.isoformat(), dimensions=("segment",))
    ) as connection:
        add_info(connection)
        segments = {
            row["customer_id"]: row.get("segment") or "unknown" for row in world.tables["customers"]
        }
        with closing(connection.cursor()) as cursor:
            closed = [each.start for each in list_periods(cursor, "quarter") if each.is_closed]
        moved = 0
        for quarter in closed[-3:]:
            for name in HEADLINES:
                why = ask(connection, name, grain="quarter", period=quarter)
                moved += bool(why.change)
                assert all(split.holds for split in why.splits), (name, quarter, why)
                if len(why.splits) == 3:
                    check_slices(why, segments)
        assert moved >= 3


def check_slices(why: Why, segments: dict[str, str]) -> None:
    """A segment's effect is the sum of those of its accounts, up to the rounding of each.

    Not of velocity, which is no sum of its segments'.
    """
    _, segment, account = why.splits
    if why.headline.key == "velocity" or any(
        part.is_rest or part.customer_id is None for part in account.parts
    ):
        return
    found: dict[str, Decimal] = defaultdict(Decimal)
    for part in account.parts:
        found[segments[str(part.customer_id)]] += part.effect
    for part in segment.parts:
        near = QUANTA[why.headline.unit] * 2 * len(account.parts)
        assert abs(found[part.label] - part.effect) <= near, (why, part)


def test_the_driver_of_velocity_says_what_to_mind_of_it(sample_warehouse: Path) -> None:
    """A week apart the windows of 91 days share 84; a year apart they share none."""
    with closing(open_published(sample_warehouse)) as opened:
        near = ask(opened.connection, "velocity", by=("driver",))
        far = ask(opened.connection, "velocity", against="year", by=("driver",))
    assert near.doubt == "smaller won deals, the largest part: the two windows share 84 of 91 days"
    # 90 of 289 against 20 %: Newcombe's interval leaves out 0
    assert far.doubt == ""


def test_a_segment_takes_the_change_of_its_own_velocity(sample_warehouse: Path) -> None:
    """As `show vel_pipeline --breakdown segment` prints both; the shift is the rest of the whole."""
    opened = open_published(sample_warehouse)
    with closing(opened.connection) as connection:
        why = ask(connection, "velocity", against="year", by=("segment",))
        pair = (why.pair.before.start, why.pair.after.start)
        known = {
            (each.breakdown, each.period_start): Decimal(repr(each.value)).quantize(Decimal("0.01"))
            for each in evaluate(
                connection.cursor(),
                load_metrics()["vel_pipeline"],
                grain="week",
                breakdown="segment",
            )
            if each.period_start in pair
        }
    (split,) = why.splits
    *_, total = rows = {row["part"]: row for row in split.list_rows()}.values()
    own = [row for row in rows if (row["part"], pair[0]) in known]
    assert len(own) == len(known) / 2 == 4
    for row in own:
        before, after = (known[row["part"], start] for start in pair)
        assert (row["before"], row["after"]) == (f"{before:,}", f"{after:,}")
        assert row["effect"] == after - before
    (shift,) = (row for row in rows if row["part"] == "Shift between segments")
    assert shift["effect"] == total["effect"] - sum(row["effect"] for row in own)
    assert total["effect"] == why.change


@pytest.mark.parametrize("against", ["previous", "year"])
@pytest.mark.parametrize("name", HEADLINES)
def test_every_column_sums_on_the_sample(sample_warehouse: Path, name: str, against: str) -> None:
    opened = open_published(sample_warehouse)
    with closing(opened.connection) as connection:
        why = ask(connection, name, against=against)
    assert [split.by for split in why.splits] == ["driver", "segment", "account"]
    for split in why.splits:
        assert split.parts
        assert split.holds, (split.by, split.total, split.change)
        assert "exactly the change" in describe_sum(why, split)
        told = describe_method(why, split)
        named = [HEADINGS[column] for column in split.columns if len(split.columns) > 1]
        assert told
        assert all(f"{name.capitalize()}: " in told for name in named), (told, named)
    assert 1 <= sum(not part.is_rest for part in why.splits[2].parts) <= 10


@pytest.mark.parametrize(
    ("number", "unit", "is_change", "text"),
    [
        ("-0.00242", "percent", True, "-0.242 pp"),
        ("0.00403", "percent", False, "0.403 %"),
        ("-1234.5", "currency", True, "-EUR 1,234.50"),
        ("0.00", "currency_per_day", True, "EUR 0.00 / day"),
        ("2.50", "count", True, "+2.50"),
        ("3.00", "count", False, "3"),
        ("0.621", "points", True, "+0.621 points"),
    ],
)
def test_exact_numbers_as_they_are_read(number: str, unit: str, is_change: bool, text: str) -> None:
    assert format_exact(Decimal(number), unit, "EUR", is_change) == text


def test_a_table_that_does_not_add_up_says_so(tiny: duckdb.DuckDBPyConnection) -> None:
    why = ask(tiny, "revenue_lost", period=WEEK)
    wrong = Split(
        "driver", ("effect",), (Part("one", {"effect": Decimal("1240.00")}),), Decimal("1250.00")
    )
    assert describe_sum(why, wrong).endswith("is +EUR 10.00 away from that.")


def test_a_mix_of_segments_with_their_own_margins_is_no_change_of_survival() -> None:
    """MRR of a customer stays 100 and nobody leaves: 80 % of one, then the mean of 80 % and 40 %."""
    tables: dict[str, Any] = {
        "customers": [
            {"customer_id": "rich", "segment": "rich"}, {"customer_id": "poor", "segment": "poor"},
        ],
        "subscriptions": [term("rich", "2025-01-06"), term("poor", "2026-01-14")],
    }  # fmt: skip
    connection = build_tiny(
        tables, "2026-01-25", dimensions=("segment",), gross_margin=0.8,
        gross_margin_by_segment={"poor": 0.4}, discount_rate_yearly=0.0, ltv_horizon_months=6,
    )  # fmt: skip
    with closing(connection):
        add_info(connection)
        why = ask(connection, "lifetime_value", grain="week", period=dt.date(2026, 1, 12))
    driver = next(split for split in why.splits if split.by == "driver")
    assert (why.before, why.after) == (480, 360)
    found = effects(driver)
    assert found["Gross margin of the mix of segments"] == -120
    assert sum(found.values()) == why.change == -120
    assert found["How long customers stay"] == 0
