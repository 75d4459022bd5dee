"""Terms inferred from won opportunities, by hand: one test for each rule of the decision."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.tiny import fill_tables
from tests.unit.loading import load, rows, write_export
from warehouse.settings import Settings, store_settings
from warehouse.staging.terms import RULES

Term = tuple[str, str, str, str]
JAN = date(2025, 1, 1)


def deal(name: str, won: str | None, kind: str | None = None, amount: object = 1200, **more: Any):
    """A won opportunity of customer a, created long before."""
    days = {
        key: date.fromisoformat(value) if "_on" in key else value for key, value in more.items()
    }
    return {
        "opportunity_id": name,
        "customer_id": "a",
        "created_on": date(2024, 1, 1),
        "stage": "Won",
        "is_closed": True,
        "is_won": True,
        "closed_on": date.fromisoformat(won) if won else None,
        "kind": kind,
        "amount": Decimal(str(amount)),
        "amount_original": Decimal(str(amount)),
        **days,
    }


def infer(*deals: dict[str, Any], **settings: Any) -> list[Term]:
    """Name, first day, first day not paid for and MRR of the inferred terms, by name."""
    connection = duckdb.connect()
    fill_tables(connection, {"opportunities": deals})
    store_settings(connection, Settings(**settings))
    connection.execute(f"create table terms as {RULES.read_text(encoding='utf-8')}")
    found = connection.execute(
        "select subscription_id, started_on, ended_on, mrr from terms order by subscription_id"
    ).fetchall()
    return [
        (name.removeprefix("inferred:"), str(start), str(end), f"{mrr.normalize():f}")
        for name, start, end, mrr in found
    ]


def test_a_won_deal_pays_for_the_assumed_months() -> None:
    assert infer(deal("d", "2025-01-15")) == [("d", "2025-01-15", "2026-01-15", "100")]
    assert infer(deal("d", "2025-01-15"), assumed_term_months=6) == [
        ("d", "2025-01-15", "2025-07-15", "200")
    ]


def test_the_end_of_a_short_month() -> None:
    assert infer(deal("d", "2025-01-31"), assumed_term_months=1) == [
        ("d", "2025-01-31", "2025-02-28", "1200")
    ]
    # Two months from 31 January are 31 March again: the second renewal does not lose three days.
    assert infer(
        deal("d", "2025-01-31"), deal("e", "2025-02-20", "renewal"), assumed_term_months=1
    ) == [("d", "2025-01-31", "2025-02-28", "1200"), ("e", "2025-02-28", "2025-03-31", "1200")]


@pytest.mark.parametrize(
    ("contract", "expected"),
    [
        # 365 days are 12 months, and the contract's days are kept.
        (
            {"term_starts_on": "2025-02-01", "term_ends_on": "2026-02-01"},
            ("d", "2025-02-01", "2026-02-01", "100"),
        ),
        (
            {"term_starts_on": "2025-02-01", "term_months": 3},
            ("d", "2025-02-01", "2025-05-01", "400"),
        ),
        ({"term_starts_on": "2025-02-01"}, ("d", "2025-02-01", "2026-02-01", "100")),
        ({"term_months": 24}, ("d", "2025-01-15", "2027-01-15", "50")),
        # 46 days from the day it was won, which are 1.5 months, rounded 2
        ({"term_ends_on": "2025-03-02"}, ("d", "2025-01-15", "2025-03-02", "600")),
        # an end before the start counts as missing
        (
            {"term_starts_on": "2025-02-01", "term_ends_on": "2025-02-01"},
            ("d", "2025-02-01", "2026-02-01", "100"),
        ),
    ],
)
def test_contract_dates_and_months(contract: dict[str, Any], expected: Term) -> None:
    assert infer(deal("d", "2025-01-15", **contract)) == [expected]


def test_a_renewal_begins_where_the_running_term_ends() -> None:
    """Signed two weeks early, and a third a year and a week later: late by a gap of seven days."""
    assert infer(
        deal("d", "2025-01-15", "new"),
        deal("e", "2026-01-01", "renewal", 1500),
        deal("f", "2027-01-22", "renewal", 600),
    ) == [
        ("d", "2025-01-15", "2026-01-15", "100"),
        ("e", "2026-01-15", "2027-01-15", "125"),
        ("f", "2027-01-22", "2028-01-22", "50"),
    ]


def test_renewals_of_one_day_begin_together() -> None:
    assert infer(
        deal("d", "2025-01-15", "new"),
        deal("e", "2026-01-01", "renewal"),
        deal("f", "2026-01-01", "renewal", 600),
    ) == [
        ("d", "2025-01-15", "2026-01-15", "100"),
        ("e", "2026-01-15", "2027-01-15", "100"),
        ("f", "2026-01-15", "2027-01-15", "50"),
    ]


def test_an_expansion_ends_with_the_running_term() -> None:
    """600 for a year are 50 a month, though only ten of the twelve months run."""
    assert infer(deal("d", "2025-01-15", "new"), deal("e", "2025-03-15", "expansion", 600)) == [
        ("d", "2025-01-15", "2026-01-15", "100"),
        ("e", "2025-03-15", "2026-01-15", "50"),
    ]


def test_an_expansion_where_nothing_runs_has_its_own_months_until_a_renewal_replaces_it() -> None:
    alone = deal("d", "2025-01-15", "expansion")
    assert infer(alone) == [("d", "2025-01-15", "2026-01-15", "100")]
    assert infer(alone, deal("e", "2025-12-01", "renewal", 2400)) == [
        ("d", "2025-01-15", "2025-12-01", "100"),
        ("e", "2025-12-01", "2026-12-01", "200"),
    ]


def test_new_business_of_a_customer_is_added_and_replaces_nothing() -> None:
    assert infer(
        deal("d", "2025-01-15", "expansion"),
        deal("e", "2025-02-15", "new"),
        deal("f", "2025-06-15", "new", 600),
    ) == [
        ("d", "2025-01-15", "2026-01-15", "100"),
        ("e", "2025-02-15", "2026-02-15", "100"),
        ("f", "2025-06-15", "2026-06-15", "50"),
    ]


def test_a_renewal_replaces_what_was_added_before_it() -> None:
    assert infer(
        deal("d", "2025-01-15", "new"),
        deal("e", "2025-06-15", "new", 600),
        deal("f", "2026-01-01", "renewal", 1800),
    ) == [
        ("d", "2025-01-15", "2026-01-15", "100"),
        ("e", "2025-06-15", "2026-01-15", "50"),
        ("f", "2026-01-15", "2027-01-15", "150"),
    ]


def test_a_deal_of_unknown_kind_is_a_renewal_late_in_the_term_and_a_purchase_early_in_it() -> None:
    first = deal("d", "2025-01-15")
    early = deal("e", "2025-07-14", None, 600)  # one day before the half
    late = deal("e", "2025-07-15", None, 600)
    assert infer(first, early) == [
        ("d", "2025-01-15", "2026-01-15", "100"),
        ("e", "2025-07-14", "2026-07-14", "50"),
    ]
    assert infer(first, late) == [
        ("d", "2025-01-15", "2026-01-15", "100"),
        ("e", "2026-01-15", "2027-01-15", "50"),
    ]


def test_a_contract_replaces_an_assumed_term_on_its_day() -> None:
    """And what is renewed after it begins where the contract ends, not where the assumed term would have."""
    assert infer(
        deal("d", "2025-01-15", "new", 2400, term_months=24),
        deal("e", "2025-10-01", "renewal", term_starts_on="2025-11-01", term_ends_on="2026-11-01"),
        deal("f", "2026-10-10", "renewal"),
    ) == [
        ("d", "2025-01-15", "2025-11-01", "100"),
        ("e", "2025-11-01", "2026-11-01", "100"),
        ("f", "2026-11-01", "2027-11-01", "100"),
    ]


def test_contracts_may_run_beside_each_other() -> None:
    assert infer(
        deal("d", "2025-01-01", "new", term_starts_on="2025-01-01", term_ends_on="2026-01-01"),
        deal("e", "2025-06-01", "renewal", term_starts_on="2025-06-01", term_ends_on="2026-06-01"),
    ) == [("d", "2025-01-01", "2026-01-01", "100"), ("e", "2025-06-01", "2026-06-01", "100")]


def test_a_term_that_is_replaced_before_it_begins_is_none() -> None:
    assert infer(
        deal("d", "2025-01-15", "new"),
        deal("e", "2025-11-01", "renewal"),
        deal("f", "2025-12-01", "renewal", term_starts_on="2025-12-01"),
    ) == [("d", "2025-01-15", "2025-12-01", "100"), ("f", "2025-12-01", "2026-12-01", "100")]


@pytest.mark.parametrize(
    "change",
    [
        {"customer_id": None},
        {"amount": Decimal(0)},
        {"amount": Decimal(-5)},
        {"amount": None},
        {"is_won": False},
        {"is_closed": False},
        {"closed_on": None},
    ],
)
def test_what_gives_no_term(change: dict[str, Any]) -> None:
    assert infer({**deal("d", "2025-01-15"), **change}) == []


def test_renewals_without_end_stop_at_the_last_day_of_all() -> None:
    """A collecting account with a renewal of fifty years on each of 200 days."""
    days = [date.fromordinal(JAN.toordinal() + each) for each in range(200)]
    found = infer(
        *(deal(f"{n:03}", str(day), "renewal", term_months=600) for n, day in enumerate(days))
    )
    assert found[-1][2] == "9999-12-31"
    assert len(found) == 160  # 2025 + 160 x 50 years is beyond 9999


HEADER = "Id,AccountId,StageName,IsClosed,IsWon,CreatedDate,CloseDate,Amount,Type,ContractId"
WON = (
    "o1,001A,Won,1,1,2026-01-02 09:00:00,2026-01-15,1200,New Customer,800A",
    "o2,001B,Won,1,1,2026-01-02 09:00:00,2026-02-15,2400,New Customer,",
    "o3,001B,Won,1,1,2026-01-02 09:00:00,2026-03-15,,New Customer,",
    "o4,,Won,1,1,2026-01-02 09:00:00,2026-03-15,10,New Customer,",
    "o5,001B,Talks,0,0,2026-01-02 09:00:00,2026-12-15,10,New Customer,800B",
)
CONTRACTS = (
    "Id,IsDeleted,StartDate,EndDate,ContractTerm\n"
    "800A,0,2026-02-01 00:00:00,2027-01-31 00:00:00,12\n"
    "800B,0,2026-02-01 00:00:00,,12\n"
    "800C,0,2026-02-01 00:00:00,,12\n"
    "800D,1,2026-02-01 00:00:00,,12\n"
)


@pytest.fixture
def stock(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    files = {"Opportunity": "\n".join([HEADER, *WON]), "Contract": CONTRACTS}
    with load(write_export(tmp_path / "export", files)) as connection:
        yield connection


def test_terms_of_a_stock_org(stock: duckdb.DuckDBPyConnection) -> None:
    """EndDate is the last day paid for; each term names the line of its opportunity."""
    assert rows(
        stock,
        "select subscription_id, customer_id, started_on, ended_on, renews_on, mrr, source_file, source_line"
        " from subscriptions order by 1",
    ) == [
        ("inferred:o1", "001A", date(2026, 2, 1), date(2027, 2, 1), date(2027, 2, 1), 100,
         "Opportunity.csv", 2),
        ("inferred:o2", "001B", date(2026, 2, 15), date(2027, 2, 15), date(2027, 2, 15), 200,
         "Opportunity.csv", 3),
    ]  # fmt: skip
    assert rows(stock, "select terms from build_info") == [("inferred",)]
    assert rows(
        stock, "select is_present, accepted from table_status where table_name = 'subscriptions'"
    ) == [(True, 2)]


def test_every_contract_is_accounted_for(stock: duckdb.DuckDBPyConnection) -> None:
    assert rows(
        stock,
        "select rows_in, accepted, rejected, deleted, set_aside from load_files where file = 'Contract.csv'",
    ) == [(4, 0, 0, 1, 3)]
    notes = [
        message for (message,) in rows(stock, "select message from load_notes order by message")
    ]
    assert [note for note in notes if "Contract.csv" in note] == [
        "1 row of Contract.csv is dropped: marked as deleted.",
        "1 row of Contract.csv is set aside: a contract that no opportunity names, so its amount is not known.",
        "2 rows of Contract.csv are set aside: a contract, whose dates its opportunity has taken.",
    ]
    assert [note for note in notes if "no term:" in note or "inferred" in note] == [
        "1 won opportunity gives no term: of those that have no amount above 0.",
        "1 won opportunity gives no term: of those that name no customer.",
        "The export has no terms of its own, so they are inferred from won opportunities: 1 from contract dates or"
        " months, 1 with 12 assumed months (assumed_term_months in settings.toml). Every number that depends on them"
        " says inferred terms.",
    ]


def test_the_inferred_rows_are_booked_apart(stock: duckdb.DuckDBPyConnection) -> None:
    assert rows(
        stock,
        "select rows_in, accepted from load_files where table_name = 'subscriptions' and is_derived",
    ) == [(2, 2)]
    assert rows(stock, "select sum(rows_in) from load_files where not is_derived") == [(2 + 5 + 4,)]


def test_a_contract_alone_is_no_table_of_opportunities(tmp_path: Path) -> None:
    with load(write_export(tmp_path / "export", {"Contract": CONTRACTS})) as connection:
        assert rows(
            connection, "select is_present from table_status where table_name = 'opportunities'"
        ) == [(False,)]
        assert rows(connection, "select terms from build_info") == [(None,)]


@pytest.mark.parametrize(
    ("subscriptions", "terms", "count"),
    [
        ("s1,001A,2026-01-01,,0\n", "recorded", 1),
        ("", "inferred", 2),
        # a term that cannot be read is to be mended, not replaced by a guess
        ("s1,001A,2026-31-31,,0\n", "recorded", 0),
    ],
)
def test_recorded_terms_are_never_mixed_with_inferred_ones(
    tmp_path: Path, subscriptions: str, terms: str, count: int
) -> None:
    files = {
        "Opportunity": "\n".join([HEADER, *WON]),
        "Subscription__c": f"Id,Account__c,Start_Date__c,End_Date__c,MRR__c\n{subscriptions}",
    }
    with load(write_export(tmp_path / "export", files)) as connection:
        assert rows(connection, "select terms from build_info") == [(terms,)]
        assert rows(connection, "select count(*) from subscriptions") == [(count,)]


def test_inferred_money_is_converted_and_keeps_its_original(tmp_path: Path) -> None:
    files = {
        "Opportunity": "Id,AccountId,StageName,IsClosed,IsWon,CreatedDate,CloseDate,Amount,CurrencyIsoCode\n"
        "o1,001A,Won,1,1,2026-01-02 09:00:00,2026-01-15,1200,USD\n",
        "exchange_rates": "currency,fiscal_year,rate\nUSD,2026,0.5\nEUR,2026,1\n",
    }
    with load(write_export(tmp_path / "export", files)) as connection:
        assert rows(connection, "select mrr, mrr_original, currency from subscriptions") == [
            (50, 100, "USD")
        ]


def test_where_nothing_can_be_inferred_the_notes_say_why(tmp_path: Path) -> None:
    files = {
        "Opportunity": "Id,AccountId,StageName,IsClosed,IsWon,CreatedDate,CloseDate,Amount\n"
        "o1,001A,Won,1,1,2026-01-02 09:00:00,,1200\n"
        "o2,001B,Won,1,1,2026-01-02 09:00:00,,1200\n",
    }
    with load(write_export(tmp_path / "export", files)) as connection:
        notes = rows(
            connection, "select message from load_notes where table_name = 'subscriptions'"
        )
        assert [note for (note,) in notes] == [
            "The export has no terms of its own, and none can be inferred from its won opportunities.",
            "2 won opportunities give no term: they have no day on which they were won.",
        ]
        assert rows(connection, "select terms from build_info") == [(None,)]


def test_the_report_says_that_all_inferred_terms_have_ended(tmp_path: Path) -> None:
    deals = (
        "Id,AccountId,StageName,IsClosed,IsWon,CreatedDate,CloseDate,Amount\n"
        "1,001A,Won,1,1,2024-01-05,2024-02-01,1200\n2,001B,Won,1,1,2024-01-05,{},1200\n"
    )
    ended = "select message from load_notes where message like 'All % have ended%'"
    with load(write_export(tmp_path, {"Opportunity": deals.format("2024-03-01")})) as connection:
        assert rows(connection, ended) == [
            (
                "All 2 inferred terms have ended before the as-of date 2026-11-15, the last on 2025-03-01, so nobody"
                " is a customer any more: raise assumed_term_months in settings.toml, or map the table that has"
                " the terms.",
            )
        ]
    with load(write_export(tmp_path, {"Opportunity": deals.format("2026-03-01")})) as connection:
        assert not rows(connection, ended)
