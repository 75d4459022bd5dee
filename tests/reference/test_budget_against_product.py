"""The pools, the lot and the holdouts of a budget, against the second implementation, on made-up companies."""

import datetime as dt
from contextlib import closing
from decimal import Decimal
from random import Random
from typing import Any

import duckdb
import pytest

from analyses.budget.grounds import count_reach, find_grounds, list_members
from analyses.budget.talks import QUERY
from analyses.tier_value.programme import find_trials
from metrics.scope import Scope
from tests.reference.implementation.budget import STANDINGS, arms_of, pools_of, yearly_margin
from tests.reference.implementation.company import build_company
from tests.reference.implementation.rises import Compared
from tests.reference.implementation.talks import list_talks
from tests.reference.implementation.terms import Term, mrr_at
from tests.reference.worlds import World
from tests.tiny import build_tiny

WEEK = dt.date(2026, 6, 22)
END = WEEK + dt.timedelta(days=7)
YEAR = dt.timedelta(days=364)
OTHER: dict[str, object] = {
    "silent_window_days": 60, "gross_margin": 0.55, "gross_margin_by_segment": {"small": 0.4},
    "hold_weeks": 2,
}  # fmt: skip
# Days before the end at which a rule of decision 45 turns, with one on either side.
EDGES = (1, 2, 59, 60, 61, 89, 90, 91, 180, 363, 364, 365, 366, 380)


def make_company(random: Random) -> World:
    """Customers who complain, answer, help, are asked, use less and are drawn into a programme."""

    def day(edges: tuple[int, ...] = EDGES) -> dt.date:
        return END - dt.timedelta(days=random.choice(edges))

    rows: dict[str, list[dict[str, Any]]] = {}

    def add(table: str, key: str | None, **values: Any) -> None:
        found = rows.setdefault(table, [])
        found.append(({key: f"{table}-{len(found)}"} if key else {}) | values)

    for number in range(40):
        name = f"customer-{number}"
        segment = random.choice(["small", "large", None])
        add("customers", None, customer_id=name, segment=segment)
        until = random.choice(
            [None, None, None, END, END + dt.timedelta(days=30), day((30, 200, 370))]
        )
        renewal = END + dt.timedelta(days=random.choice([-1, 0, 1, 90, 181, 182, 183]))
        add(
            "subscriptions", "subscription_id", customer_id=name, started_on=day((500, 700, 900)),
            ended_on=until, mrr=Decimal(random.choice(["100", "250.5", "33.333333"])),
            renews_on=random.choice([renewal, renewal, None]),
        )  # fmt: skip
        for _ in range(random.choice([0, 0, 0, 1, 2])):
            opened = day((2, 5, 89, 90, 91, 300, 370, 380))
            closed = opened + dt.timedelta(days=random.choice([1, 30]))
            add(
                "cases", "case_id", customer_id=name, kind="complaint",
                opened_at=dt.datetime.combine(opened, dt.time(9)),
                closed_at=random.choice([None, dt.datetime.combine(closed, dt.time(9))]),
            )  # fmt: skip
        for _ in range(random.randint(0, 2)):
            add(
                "survey_responses", "response_id", customer_id=name, responded_on=day(),
                instrument="nps", score=random.choice([2, 8, 10, 10]),
            )  # fmt: skip
        for _ in range(random.choice([0, 1, 2, 3])):
            add(
                "advocacy_events", "event_id", customer_id=name, occurred_on=day(),
                kind="reference", is_solicited=True,
            )  # fmt: skip
        for _ in range(random.randint(0, 2)):
            add(
                "contacts", "contact_id", customer_id=name,
                has_reference_consent=random.choice([True, True, False, None]),
                is_active=random.choice([True, None, False]),
            )  # fmt: skip
        for _ in range(random.randint(0, 12)):
            add(
                "activities", "activity_id", customer_id=name,
                occurred_on=END - dt.timedelta(days=random.randint(180, 620)),
                kind=random.choice(["call", "call", "meeting", "email"]),
                direction=random.choice(["inbound", "outbound", None]),
            )  # fmt: skip
        for _ in range(random.choice([0, 0, 1, 4, 5])):
            add("reference_asks", "ask_id", customer_id=name, asked_on=day())
        if random.random() < 0.4:
            dropped = WEEK - dt.timedelta(weeks=random.choice([0, 7, 8, 12, 13, 52]))
            for back in range(17):
                add(
                    "usage", None, customer_id=name, week_start=dropped - dt.timedelta(weeks=back),
                    usage=50 if back < 4 else 100,
                )  # fmt: skip
        if random.random() < 0.7:
            first = day((181, 182, 183, 200, 363, 364, 365))
            for again in range(random.choice([1, 1, 1, 2])):
                add(
                    "programme_members", None, programme=random.choice(["Calls", "Visits"]),
                    customer_id=name, assigned_on=first + dt.timedelta(days=again * random.choice([0, 9])),
                    arm=random.choice(["treated", "holdout", None]),
                )  # fmt: skip
    # One row a programme, customer and day and arm: a second one would be the first again.
    members = {tuple(row.values()): row for row in rows["programme_members"]}
    rows["programme_members"] = list(members.values())
    return World(rows, END - dt.timedelta(days=1))


def read_talks(cursor: duckdb.DuckDBPyConnection, standings: list[str]) -> list[Compared]:
    """The rows of talks.sql."""
    cursor.execute("set variable until = ?::date", [END])
    cursor.execute("set variable standings = ?::varchar[]", [standings])
    return [
        Compared(
            row["customer_id"], row["has_risen"], row["has_acted"], row["stratum"],
            tuple(row[name] for name in ("early", "late", "after_1", "after_2", "after_3", "after_4")),
            (row["is_kept_26"], row["is_kept_52"]),
        )
        for row in cursor.sql(QUERY.read_text("utf-8")).to_arrow_table().to_pylist()
    ]  # fmt: skip


def last_paid_until(terms: list[Term]) -> dt.date:
    """The day on which the last term that began before the end of the week ended."""
    return max(each.ended_on for each in terms if each.started_on < END and each.ended_on)


def sort_key(row: Compared) -> tuple[str, str]:
    return row.customer_id, row.stratum


@pytest.mark.parametrize(("seed", "settings"), [(1, {}), (4, OTHER)])
def test_pools_lot_and_holdouts(seed: int, settings: dict[str, Any]) -> None:
    random = Random(seed)
    world = make_company(random)
    company = build_company(world.tables, settings, world.as_of)
    pools = pools_of(company, world.tables, WEEK)
    earlier = pools_of(company, world.tables, WEEK - dt.timedelta(days=364))
    asked = [(key, random.randint(0, 12)) for key in random.sample(sorted(pools), 4)]
    assert min(map(len, pools.values())) > 1
    reached = {key: set(pools[key][:count]) for key, count in asked}
    with closing(build_tiny(world.tables, world.as_of.isoformat(), **settings)) as product:
        grounds = find_grounds(product.cursor(), WEEK, 1)
        found = count_reach(product.cursor(), WEEK, asked)
        talks = {key: read_talks(product.cursor(), sorted(each)) for key, each in STANDINGS.items()}
        members = list_members(product.cursor(), WEEK, asked)
        for standings in STANDINGS.values():
            for weeks in (26, 52):
                arms = arms_of(company, world.tables, END, weeks, standings)
                for each in find_trials(product.cursor(), WEEK, Scope(), sorted(standings)):
                    if each.weeks == weeks:
                        treated, holdout = each.treated, each.holdout
                        assert arms[each.programme, "treated"] == (treated.customers, treated.kept)
                        assert arms[each.programme, "holdout"] == (holdout.customers, holdout.kept)
    for key, standings in STANDINGS.items():
        ours = sorted(list_talks(company, world.tables, END, standings), key=sort_key)
        for one, other in zip(ours, sorted(talks[key], key=sort_key), strict=True):
            assert one.margins == pytest.approx(other.margins)
            assert (*vars(one).values(),)[:4] == (*vars(other).values(),)[:4]
            assert one.kept == other.kept
    assert sum(row.has_risen for rows in talks.values() for row in rows) > 3
    for ground in grounds:
        key = ground.kind.key
        pool = pools[key]
        assert ground.pool == len(pool)
        margins = [yearly_margin(company, name, END) for name in pool]
        if ground.margin is not None:
            assert ground.margin.range.base == pytest.approx(sum(margins) / len(pool), abs=1e-5)
        kept = [name for name in earlier[key] if mrr_at(company.customers[name].terms, END) > 0]
        if earlier[key]:
            assert ground.left.value == pytest.approx(1 - len(kept) / len(earlier[key]))
        left = [company.customers[name] for name in earlier[key] if name not in kept]
        assert bool(left) == (ground.leavers is not None)
        if ground.leavers is not None:
            paid = sum(yearly_margin(company, each.row["customer_id"], END - YEAR) for each in left)
            days = sum((last_paid_until(each.terms) - (END - YEAR)).days for each in left)
            assert ground.leavers.customers == len(left)
            assert ground.leavers.margin == pytest.approx(paid / len(left), abs=1e-5)
            assert ground.leavers.stayed == pytest.approx(days / 364 / len(left))
        assert [each.customer_id for each in members if each.programme == key] == pool
    before: set[str] = set()
    for key, _ in asked:
        assert found.reached[key] == len(reached[key])
        assert found.counted[key] == len(reached[key] - before)
        before |= reached[key]
        for other in reached:
            assert found.both.get((key, other), 0) == len(reached[key] & reached[other])
