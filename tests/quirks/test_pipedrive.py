"""Quirks of Pipedrive's exports; the numbers are those of docs/exports.md."""

from datetime import date
from pathlib import Path

import pytest

from metrics.engine import missing_tables
from metrics.registry import load_metrics
from tests.unit.loading import load, rows

DEALS = "Deal - ID,Deal - Title,Deal - Status,Deal - Stage,Deal - Deal created"
ORGANIZATIONS = (
    "Organization - ID,Organization - Name,Organization - Owner\n1,Acme,Ada\n2,Bolt,Ben\n"
)


def write(folder: Path, **files: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def test_quirk_31_entity_and_field_whatever_the_case_of_the_status(tmp_path: Path) -> None:
    deals = (
        f"{DEALS},Deal - Won time,Deal - Lost time,Deal - Deal closed on,Deal - Organization,Deal - Lost reason\n"
        "11,A,won,Signed,2026-01-05 10:00:00,2026-02-01 10:00:00,,2026-02-01 10:00:00,Acme,\n"
        "12,B,Lost,Talks,2026-01-05 10:00:00,,2026-02-02 10:00:00,2026-02-02 10:00:00,Acme,Price\n"
        "13,C,OPEN,Talks,2026-01-05 10:00:00,,,,,\n"
        "14,D,deleted,Talks,2026-01-05 10:00:00,,,,,\n"
        "15,E,wygrana,Talks,2026-01-05 10:00:00,,,,,\n"
    )
    connection = load(write(tmp_path / "export", deals=deals, organizations=ORGANIZATIONS))
    query = "select opportunity_id, customer_id, is_closed, is_won, closed_on from opportunities order by 1"
    assert rows(connection, query) == [
        ("11", "1", True, True, date(2026, 2, 1)),
        ("12", "1", True, False, date(2026, 2, 2)),
        ("13", None, False, False, None),
    ]
    assert rows(connection, "select line, reason from rejected_rows") == [
        (6, 'is_closed is no boolean: "wygrana"')
    ]


def test_quirk_31_fields_of_ones_own_in_another_language_are_left_out(tmp_path: Path) -> None:
    deals = f"Deal - Nazwa Partnera,{DEALS},Organization - Status konta\nX,11,A,open,Talks,2026-01-05,aktywny\n"
    connection = load(write(tmp_path / "deals-12345-67", **{"eksport 2026": deals}))
    assert rows(connection, "select opportunity_id, stage from opportunities") == [("11", "Talks")]


@pytest.mark.parametrize(
    ("created", "expected"),
    [
        ("2026-03-21 10:00:00", date(2026, 3, 21)),
        ("2026-03-21", date(2026, 3, 21)),
        ("21.03.2026 10:00", date(2026, 3, 21)),
        ("03/21/2026", date(2026, 3, 21)),
    ],
)
def test_quirk_31_days_and_moments(tmp_path: Path, created: str, expected: date) -> None:
    deals = f"{DEALS}\n11,A,open,Talks,{created}\n"
    connection = load(write(tmp_path / "export", deals=deals))
    assert rows(connection, "select created_on from opportunities") == [(expected,)]


def test_quirk_31_the_headers_of_the_template_for_imports(tmp_path: Path) -> None:
    """A trailing `*` marks what an import needs; some headers have no entity."""
    deals = (
        "Deal - Title*,Deal - Pipedrive System ID,Deal - Status,Deal - Stage (pipeline),Deal - Deal created,"
        "Deal - Value*,Deal - Currency,Organization,Contact person\nA,11,open,Talks,2026-01-05,50,EUR,Acme,Ada\n"
    )
    organizations = "Organization - Name*,Organization - Owner\nAcme,Ada\n"
    connection = load(write(tmp_path / "export", a=deals, b=organizations))
    assert rows(
        connection, "select opportunity_id, customer_id, stage, amount, currency from opportunities"
    ) == [("11", "Acme", "Talks", 50, "EUR")]
    assert rows(connection, "select customer_id, owner_id from customers") == [("Acme", "Ada")]


def test_quirk_32_the_currency_is_a_column_of_its_own(tmp_path: Path) -> None:
    """And an amount that somebody wrote with a symbol and separators all the same is read."""
    deals = (
        f"{DEALS},Deal - Value,Deal - Currency of Value\n"
        '11,A,open,Talks,2026-01-05,"1,234.50",USD\n12,B,open,Talks,2026-01-05,"€2,000.00",EUR\n'
    )
    rates = "currency,fiscal_year,rate\nUSD,2026,0.5\nEUR,2026,1\n"
    connection = load(write(tmp_path / "export", deals=deals, exchange_rates=rates))
    assert rows(
        connection, "select amount, amount_original, currency from opportunities order by 1"
    ) == [
        (617.25, 1234.5, "USD"),
        (2000, 2000, "EUR"),
    ]


def test_quirk_32_organizations_that_the_filter_left_out_are_known_by_their_deals(
    tmp_path: Path,
) -> None:
    deals = (
        f"{DEALS},Deal - Organization,Deal - Organization ID\n"
        "11,A,open,Talks,2026-01-05,Acme,1\n12,B,open,Talks,2026-01-07,Cove,3\n13,C,open,Talks,2026-01-06,Cove,3\n"
    )
    connection = load(write(tmp_path / "export", deals=deals, organizations=ORGANIZATIONS))
    assert rows(
        connection, "select customer_id, customer_name, created_on from customers order by 1"
    ) == [
        ("1", "Acme", None),
        ("2", "Bolt", None),
        ("3", "Cove", date(2026, 1, 6)),
    ]
    books = (
        "select file, rows_in, is_derived from load_files where table_name = 'customers' order by 1"
    )
    assert rows(connection, books) == [("deals.csv", 1, True), ("organizations.csv", 2, False)]
    assert rows(connection, "select distinct customer_id from opportunities order by 1") == [
        ("1",),
        ("3",),
    ]


def test_two_organizations_of_one_name_are_not_guessed_between(tmp_path: Path) -> None:
    """A deal that says the name alone belongs to neither: it is rejected, and says why."""
    organizations = "Organization - ID,Organization - Name\n1,Acme\n2,Acme\n"
    deals = f"{DEALS},Deal - Organization\n11,A,open,Talks,2026-01-05,Acme\n"
    connection = load(write(tmp_path / "export", deals=deals, organizations=organizations))
    assert rows(connection, "select reason from rejected_rows") == [
        ('customer_id matches no row of customers: "Acme"',)
    ]


def test_people_and_activities(tmp_path: Path) -> None:
    people = "Person - ID,Person - Name,Person - Organization,Person - Email - Work\n7,Ada Byron,Bolt,a@b.example\n"
    activities = (
        "Activity - ID,Activity - Subject,Activity - Type,Activity - Due date,Activity - Done,"
        "Activity - Organization,Activity - Note\n"
        "1,Hello,Call,2026-03-01,Done,Acme,Asked for a price\n2,Later,meeting,2026-12-01,To do,Acme,\n"
        "3,Mail,Email,2026-03-02,Done,,\n"
    )
    deals = f"{DEALS}\n11,A,open,Talks,2026-01-05\n"
    connection = load(
        write(
            tmp_path / "export",
            deals=deals,
            people=people,
            activities=activities,
            organizations=ORGANIZATIONS,
        )
    )
    assert rows(connection, "select contact_id, customer_id, contact_name from contacts") == [
        ("7", "2", "Ada Byron")
    ]
    query = "select activity_id, customer_id, occurred_on, kind, note from activities order by 1"
    assert rows(connection, query) == [
        ("1", "1", date(2026, 3, 1), "call", "Asked for a price"),
        ("3", None, date(2026, 3, 2), "email", "Mail"),
    ]
    assert rows(connection, "select set_aside from load_files where file = 'activities.csv'") == [
        (1,)
    ]


def test_what_pipedrive_lacks_is_said(tmp_path: Path) -> None:
    deals = f"{DEALS}\n11,A,open,Talks,2026-01-05\n"
    connection = load(write(tmp_path / "export", deals=deals))
    missing = {
        table for metric in load_metrics().values() for table in missing_tables(connection, metric)
    }
    assert missing == {"advocacy_events", "costs", "subscriptions", "survey_responses"}
