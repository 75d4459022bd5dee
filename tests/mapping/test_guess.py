"""What is guessed of exports in several styles: files, headers, words, keys and doubts."""

import pytest

from tests.mapping import exports
from tests.mapping.conftest import Guess
from warehouse.mapping.mapping import MappedFile, Mapping
from warehouse.mapping.selects import to_select
from warehouse.mapping.summary import list_questions
from warehouse.mapping.words import read_meaning, score_header


def tables_of(mapping: Mapping) -> dict[str, str]:
    return {file.name: file.table for file in mapping.files}


def headers_of(mapping: Mapping, table: str) -> dict[str, str]:
    (file,) = mapping.feeding(table)
    return {each.column: each.header or each.text or each.reading for each in file.columns}


def words_of(file: MappedFile, column: str) -> dict[str, str]:
    filled = file.find(column)
    return dict(filled.words) if filled else {}


@pytest.mark.parametrize(
    ("header", "table", "column"),
    [
        ("Kundennummer", "customers", "customer_id"),
        ("Numéro client", "subscriptions", "customer_id"),
        ("Date de début", "subscriptions", "started_on"),
        ("Fecha de inicio", "subscriptions", "started_on"),
        ("Data zakończenia", "subscriptions", "ended_on"),
        ("Kündigungsdatum", "subscriptions", "cancelled_on"),
        ("Monatsbetrag", "subscriptions", "mrr"),
        ("Abonnement mensuel (€)", "subscriptions", "mrr"),
        ("Data utworzenia", "customers", "created_on"),
        ("Account Name.id", "opportunities", "customer_id"),
        ("(Do Not Modify) Opportunity", "opportunities", "opportunity_id"),
        ("AccountId", "cases", "customer_id"),
        ("Buyer no", "orders", "customer_id"),
        ("Purchase no", "orders", "order_id"),
        ("Dollars", "orders", "amount"),
    ],
)
def test_headers_in_five_languages(header: str, table: str, column: str) -> None:
    assert score_header(header, table, column) > 0.7


def test_id_of_another_thing_is_no_id_of_a_customer() -> None:
    assert score_header("engagement_id", "customers", "customer_id") == 0


def test_suffix_of_dynamics_says_nothing() -> None:
    assert read_meaning("Account Name (Account Name) (Account)") == read_meaning("Account Name")


def test_german_export(guess_of: Guess) -> None:
    mapping = guess_of(exports.GERMAN, "windows-1252")
    assert tables_of(mapping) == {
        "kunden": "customers", "vertrage": "subscriptions", "vorgange": "cases"
    }  # fmt: skip
    assert headers_of(mapping, "customers") == {
        "customer_id": "Kundennummer", "customer_name": "Firma", "created_on": "Kunde seit",
        "segment": "Klasse", "industry": "Branche", "region": "Land", "modified_at": "Kunde seit",
    }  # fmt: skip
    assert headers_of(mapping, "subscriptions") == {
        "subscription_id": "Vertragsnummer", "customer_id": "Kundennummer", "started_on": "Vertragsbeginn",
        "mrr": "Monatsbetrag (EUR)", "ended_on": "Vertragsende", "product": "Paket", "currency": "EUR",
    }  # fmt: skip
    (cases,) = mapping.feeding("cases")
    assert words_of(cases, "kind") == {
        "beschwerde": "complaint", "frage": "question", "störung": "incident"
    }  # fmt: skip
    assert words_of(cases, "is_escalated") == {"ja": "true", "nein": "false"}
    assert "when 'beschwerde' then 'complaint'" in to_select(mapping, "cases")
    assert not list_questions(mapping)


def test_american_export_has_yearly_amounts_and_last_days_paid_for(guess_of: Guess) -> None:
    mapping = guess_of(exports.AMERICAN)
    (terms,) = mapping.feeding("subscriptions")
    mrr, ended = terms.find("mrr"), terms.find("ended_on")
    assert mrr
    assert mrr.reading == "yearly"
    assert "twelfth" in mrr.doubt
    assert ended
    assert ended.reading == "day_after", "S2 begins the day after S1 ends"
    assert "day after" in ended.doubt


def test_terms_that_follow_each_other_on_the_day_end_before_it(guess_of: Guess) -> None:
    ended = guess_of(exports.GERMAN).feeding("subscriptions")[0].find("ended_on")
    assert ended
    assert ended.reading == "as_is"


def test_day_and_month_that_nothing_tells_apart_are_asked_about(guess_of: Guess) -> None:
    files = {
        **exports.GERMAN,
        "Verträge": "Vertrag;Kundennummer;Beginn;Ende;Monatsbetrag\nV1;K1;03/04/2024;05/06/2024;10\n",
    }
    mapping = guess_of(files)
    (terms,) = mapping.feeding("subscriptions")
    assert terms.ambiguous == (("Beginn", "03/04/2024"), ("Ende", "05/06/2024"))
    assert not terms.date_formats
    (first, _) = list_questions(mapping)
    assert "day first (%d/%m/%Y) or month first (%m/%d/%Y)" in first


def test_reference_is_found_by_its_values_where_its_header_says_nothing(guess_of: Guess) -> None:
    files = {
        **exports.AMERICAN,
        "tickets": "Ticket ID,Debitor,Created At\nT1,1,2024-05-14\nT2,2,2024-05-14\nT3,3,2024-06-01\n",
        "accounts": "Account ID,Account Name,Country\n1,Acme,US\n2,Bolt,US\n3,Cord,US\n",
    }
    assert headers_of(guess_of(files), "cases")["customer_id"] == "Debitor"


def test_needed_column_that_is_missing_is_named(guess_of: Guess) -> None:
    files = {
        **exports.AMERICAN,
        "subscriptions": "Subscription ID,Account ID,Start Date\nS1,1,2024-01-05\n",
    }
    mapping = guess_of(files)
    (question,) = list_questions(mapping)
    assert question.startswith(
        "Missing: subscriptions needs mrr (monthly recurring revenue of the term)"
    )
    assert "-- NEEDED and not found: mrr" in to_select(mapping, "subscriptions")


def test_file_that_links_records_lists_no_customers(guess_of: Guess) -> None:
    mapping = guess_of({"engagement_company": "company_id,engagement_id,category\n1,2,x\n3,4,y\n"})
    assert not mapping.files
    assert not mapping.derived_from
    ((name, reason),) = mapping.unused
    assert name == "engagement_company.csv"
    assert "looks like no table" in reason


def test_customers_that_no_file_lists_are_those_of_the_terms(guess_of: Guess) -> None:
    mapping = guess_of({"Verträge": exports.GERMAN["Verträge"]})
    assert mapping.derived_from == "vertrage"


def test_rows_of_calls_are_calls_by_the_name_of_their_file(guess_of: Guess) -> None:
    headers = headers_of(guess_of(exports.ZOHO), "activities")
    assert headers["kind"] == "call"
    assert headers["customer_id"] == "Related To.id", "found by its values"


def test_ids_days_and_names_alone_make_no_table(guess_of: Guess) -> None:
    mapping = guess_of(
        {
            **exports.AMERICAN,
            "products": "Id,Name,Created Date,Type,Owner Id\n1,A,2024-01-05,,9\n2,B,2024-01-06,,9\n",
            "price_list": "Id,Name,Created Date,Is Active\n1,A,2024-01-05,true\n2,B,2024-01-06,true\n",
        }
    )
    assert set(tables_of(mapping)) == set(exports.AMERICAN)
    assert [name for name, _ in mapping.unused] == ["price_list.csv", "products.csv"]


def test_odd_files_are_looked_at_without_a_traceback(guess_of: Guess) -> None:
    wide = ",".join(f"Column {number}" for number in range(954))
    mapping = guess_of(
        {
            **exports.AMERICAN,
            "empty": "",
            "header_only": "Ticket ID,Account ID,Created At\n",
            "binary": "a\x00b\x01\x02\x03,\x00\n\x00\x01",
            "no_header": ",,\n1,2,3\n",
            "twice": 'source_file,Id,id,Id,"a ""b"" ; --"\n1,2,3,4,5\n',
            "wide": f"{wide}\n{','.join('x' * 954)}\n",
            "odd_quotes": 'Ticket ID,Account ID,Created At\nT9,1,"2024-05-14\nT8,2,x"",\n',
        }
    )
    assert {"accounts", "subscriptions", "tickets"} <= set(tables_of(mapping))
    assert to_select(mapping, "customers").count("select") == 1
