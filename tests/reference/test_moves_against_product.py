"""Who rose, who is compared and what is found, against the second implementation, on made-up companies."""

import datetime as dt
from contextlib import closing
from decimal import Decimal
from random import Random

import duckdb
import pyarrow as pa
import pytest
from scipy.special import stdtrit

from analyses.tier_value.effect import RISES, compare_rises
from metrics.scope import Scope, set_variables
from tests.reference.implementation.company import build_company
from tests.reference.implementation.rises import Compared, gain_of, list_compared
from tests.reference.worlds import ORIGIN, World
from tests.tiny import build_tiny

LAST = dt.date(2026, 12, 28)
KEYS = {
    "advocacy_events": "event_id",
    "survey_responses": "response_id",
    "opportunities": "opportunity_id",
    "subscriptions": "subscription_id",
}
OTHER: dict[str, object] = {
    "fiscal_year_first_month": 5,
    "gross_margin": 0.55,
    "gross_margin_by_segment": {"small": 0.4},
    "expiry_window_days": 21,
    "shrink_lookback_days": 180,
    "renewal_grace_days": 5,
    "hold_weeks": 2,
}
ACTS = ("reference", "testimonial", "referral", "review", "social")


def make_company(random: Random) -> World:
    """Customers who stay long, some of whom grow, renew, shrink, leave, and do something for us."""
    as_of = LAST + dt.timedelta(days=random.randint(-1, 5))
    rows: dict[str, list[dict[str, object]]] = {
        "customers": [], "subscriptions": [], "advocacy_events": [], "survey_responses": [],
        "opportunities": [],
    }  # fmt: skip
    for number in range(24):
        name = f"customer-{number}"
        rows["customers"].append(
            {"customer_id": name, "segment": random.choice(["small", "small", None])}
        )
        day = ORIGIN + dt.timedelta(days=random.choice([0, 0, 1, 182, 200]))
        mrr = random.choice([100, 120, 141, 142])
        while day < as_of:
            lasts = random.choice([182, 364, 364, 2000])
            end = day + dt.timedelta(days=lasts)
            rows["subscriptions"].append(
                {
                    "customer_id": name, "started_on": day, "mrr": Decimal(mrr),
                    "ended_on": None if lasts == 2000 else end,
                }
            )  # fmt: skip
            if random.random() < 0.3:
                rows["opportunities"].append(
                    {
                        "customer_id": name, "kind": "renewal", "is_closed": True, "is_won": True,
                        "created_on": day, "closed_on": end - dt.timedelta(days=random.choice([0, 20, 35])),
                    }
                )  # fmt: skip
            if lasts == 2000 or random.random() < 0.1:
                break
            mrr = random.choice([mrr, mrr, mrr + 20, mrr - 10])
            day = end + dt.timedelta(days=random.choice([0, 0, 0, 0, 3, 40]))
        for _ in range(random.randint(0, 3)):
            on = ORIGIN + dt.timedelta(days=random.randint(150, 800))
            rows["advocacy_events"].append(
                {
                    "customer_id": name, "occurred_on": on, "kind": random.choice(ACTS),
                    "is_solicited": random.random() < 0.7, "rating": 5,
                }
            )  # fmt: skip
            on += dt.timedelta(days=random.randint(-300, 300))
            rows["survey_responses"].append(
                {
                    "customer_id": name, "responded_on": on, "instrument": "nps",
                    "score": random.choice([10, 10, 8, 3]),
                }
            )  # fmt: skip
    for table, key in KEYS.items():
        for number, row in enumerate(rows[table]):
            row[key] = f"{table}-{number}"
    return World(rows, as_of)


@pytest.mark.parametrize(("seed", "settings"), [(0, {}), (1, {}), (30, OTHER)])
def test_who_is_compared_and_what_is_found(seed: int, settings: dict[str, object]) -> None:
    world = make_company(Random(seed))
    company = build_company(world.tables, settings, world.as_of)
    until = world.as_of + dt.timedelta(days=1)
    until -= dt.timedelta(days=until.weekday())
    ours = list_compared(company, until)
    with closing(build_tiny(world.tables, world.as_of.isoformat(), **settings)) as product:
        set_variables(product, "week", Scope())
        product.execute("set variable until = ?::date", [until])
        table = product.sql(RISES.read_text("utf-8")).to_arrow_table()
    theirs = [
        Compared(
            row["customer_id"], row["has_risen"], row["has_acted"], row["stratum"],
            tuple(row[name] for name in ("early", "late", "after_1", "after_2", "after_3", "after_4")),
            (row["is_kept_26"], row["is_kept_52"]),
        )
        for row in table.to_pylist()
    ]  # fmt: skip
    assert sum(row.has_risen for row in ours) > 2
    assert len(ours) == len(theirs)
    for one, other in zip(sorted(ours, key=sort_key), sorted(theirs, key=sort_key), strict=True):
        assert one.margins == pytest.approx(other.margins)
        assert (*vars(one).values(),)[:4] == (*vars(other).values(),)[:4]
        assert one.kept == other.kept
    check_gains(ours, table)


def sort_key(row: Compared) -> tuple[str, str, bool]:
    return row.customer_id, row.stratum, row.has_risen


def check_gains(rows: list[Compared], table: pa.Table) -> None:
    with closing(duckdb.connect()) as connection:
        connection.register("compared", table)
        for weeks in (26, 52):
            for is_act in (True, False):
                matched = compare_rises(connection, weeks, is_act).matched
                ours = gain_of(rows, weeks, is_act)
                assert (ours is None) == (matched is None)
                if ours is None or matched is None:
                    continue
                gain, error = ours
                assert matched.gain.value == pytest.approx(gain)
                if matched.gain.high is not None:
                    reach = float(stdtrit(matched.customers - 1, 0.975)) * error
                    assert matched.gain.high == pytest.approx(gain + reach)
