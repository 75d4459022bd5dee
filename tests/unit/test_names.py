"""Five names for today: who is named, by which rule, and why."""

from datetime import date

import duckdb
import pytest

from analyses.names import find_names, format_day
from metrics.scope import Scope

WEEK = date(2026, 11, 9)
TABLES = """
create table slices (slice_id integer, segment varchar, persona varchar, industry varchar,
    region varchar, size_band varchar, language varchar);
insert into slices (slice_id, segment) values (1, 'small'), (2, 'large');
create view scoped_slices as select slice_id, null as breakdown from slices
    where getvariable('scope_segment') is null
    or list_contains(cast(getvariable('scope_segment') as varchar[]), segment);
create table fct_customers (customer_id varchar, customer_name varchar, owner_name varchar);
create table fct_tier_spells (customer_id varchar, slice_id integer, valid_from date,
    valid_to date, tier varchar, tier_rank integer, evidence_status varchar);
create table fct_mrr_spells (customer_id varchar, mrr decimal(18, 6), valid_from date,
    valid_to date);
create table fct_tier_moves (grain varchar, period_start date, customer_id varchar,
    from_state varchar, to_state varchar, direction integer, is_expired boolean);
create table fct_evidence (customer_id varchar, event_on date, kind varchar, class varchar);
create table activities (customer_id varchar, occurred_on date, kind varchar);
create table subscriptions (customer_id varchar, started_on date, ended_on date,
    renews_on date, is_trial boolean);
"""


@pytest.fixture
def connection():
    with duckdb.connect() as connection:
        connection.execute(TABLES)
        yield connection


def add(connection, name, tier, mrr=100, slice_id=1, status="evidence", entered=None, origin="new"):
    """A customer in a tier since 2026-01-05, and with `entered` a move into it in that week."""
    rank = ["actively_dissatisfied", "dissatisfied", "neutral", "loyal", "advocate"].index(tier) + 1
    connection.execute("insert into fct_customers values (?, ?, 'Ann')", [name, f"{name} Ltd"])
    connection.execute(
        "insert into fct_tier_spells values (?, ?, '2026-01-05', null, ?, ?, ?)",
        [name, slice_id, tier, rank, status],
    )
    connection.execute("insert into fct_mrr_spells values (?, ?, '2026-01-01', null)", [name, mrr])
    if entered:
        connection.execute(
            "insert into fct_tier_moves values ('week', ?, ?, ?, ?, ?, false)",
            [entered, name, origin, tier, 1 if origin in ("neutral", "dissatisfied") else None],
        )


def reasons(connection, scope=Scope()):
    names = find_names(connection.cursor(), WEEK, scope, "EUR")
    return {name.rule: (name.customer_id, name.reason) for name in names}


def test_newest_actively_dissatisfied_with_its_complaint(connection):
    add(connection, "old", "actively_dissatisfied", 900, entered=date(2026, 10, 5))
    add(connection, "new", "actively_dissatisfied", 100, entered=date(2026, 11, 2))
    connection.execute(
        "insert into fct_evidence values ('new', '2026-11-03', 'cancel_threat', 'vocal'),"
        " ('new', '2026-12-01', 'complaint', 'vocal')"
    )
    found = reasons(connection)["newest_actively_dissatisfied"]
    assert found == ("new", "Actively dissatisfied since 2 Nov (threat to leave)")


def test_a_customer_angry_from_the_start_has_no_since(connection):
    add(connection, "one", "actively_dissatisfied")
    assert reasons(connection)["newest_actively_dissatisfied"] == ("one", "Actively dissatisfied")


def test_dissatisfied_nearest_renewal(connection):
    for name, renewal in [("late", "2027-06-01"), ("soon", "2026-12-03"), ("past", "2026-11-01")]:
        add(connection, name, "dissatisfied")
        connection.execute(
            "insert into subscriptions values (?, '2026-01-01', null, ?, false)", [name, renewal]
        )
    found = reasons(connection)["dissatisfied_nearest_renewal"]
    assert found == ("soon", "Dissatisfied, renews 3 Dec")


@pytest.mark.parametrize(
    ("status", "words"),
    [("never", "never heard"), ("expired", "evidence expired"), ("weak", "weak evidence")],
)
def test_largest_silent(connection, status, words):
    add(connection, "heard", "neutral", 9000)
    add(connection, "small", "neutral", 10, status=status)
    add(connection, "large", "neutral", 2900, status=status)
    found = reasons(connection)["largest_silent"]
    assert found == ("large", f"EUR 2,900 a month, {words}")


def test_newest_move_up_on_evidence(connection):
    add(connection, "up", "loyal", entered=date(2026, 11, 9), origin="neutral")
    connection.execute(
        "insert into fct_evidence values ('up', '2026-11-10', 'reference', 'solicited'),"
        " ('up', '2026-11-11', 'late_payment', 'silent')"
    )
    assert reasons(connection)["newest_move_up"] == ("up", "Neutral to loyal, 9 Nov (reference)")
    connection.execute("update fct_tier_moves set is_expired = true")
    assert reasons(connection) == {}


def test_advocate_longest_unspoken_to(connection):
    add(connection, "called", "advocate")
    add(connection, "mailed", "advocate")
    connection.execute(
        "insert into activities values ('called', '2025-03-04', 'call'),"
        " ('called', '2026-12-04', 'call'), ('mailed', '2026-11-01', 'email')"
    )
    assert reasons(connection)["advocate_longest_unspoken"] == (
        "mailed",
        "Advocate, no call or meeting on record",
    )
    connection.execute("insert into activities values ('mailed', '2026-11-01', 'meeting')")
    assert reasons(connection)["advocate_longest_unspoken"] == (
        "called",
        "Advocate, last spoken to 4 Mar 2025",
    )


def test_nobody_is_named_twice(connection):
    add(
        connection,
        "one",
        "neutral",
        900,
        status="never",
        entered=date(2026, 11, 9),
        origin="dissatisfied",
    )
    add(
        connection,
        "two",
        "neutral",
        100,
        status="never",
        entered=date(2026, 11, 2),
        origin="dissatisfied",
    )
    found = reasons(connection)
    assert found["largest_silent"][0] == "one"
    assert found["newest_move_up"][0] == "two"


def test_scope_and_as_of(connection):
    add(connection, "small", "advocate", slice_id=1)
    add(connection, "large", "advocate", slice_id=2)
    assert reasons(connection, Scope(segment=("large",)))["advocate_longest_unspoken"][0] == "large"
    connection.execute("update fct_tier_spells set valid_to = '2026-11-09'")
    assert reasons(connection) == {}


def test_days_near_the_week_need_no_year():
    assert format_day(date(2026, 11, 3), WEEK) == "3 Nov"
    assert format_day(date(2024, 6, 17), WEEK) == "17 Jun 2024"
