"""HubSpot, Pipedrive and plain files: the folders bind, read what they declare, and are portable."""

import re
import tomllib
from datetime import date
from pathlib import Path

import duckdb
import pytest
import sqlglot

from tests.unit.loading import load, rows
from warehouse.build import build
from warehouse.contract import load_contract
from warehouse.errors import StandingError
from warehouse.reading.plain import load_plain_source
from warehouse.reading.recognise import SOURCES
from warehouse.reading.source import COMPANY_FILES, Source, load_source
from warehouse.settings import Settings
from warehouse.staging.views import bind_view

CRMS: dict[str, Source] = {name: load_source(SOURCES / name) for name in ("hubspot", "pipedrive")}
SELECTS = [(crm, table) for crm, source in CRMS.items() for table in sorted(source.selects)]
BOOKS = {"is_deleted", "set_aside", "source_file", "source_line", "modified_at"}


def write(folder: Path, **files: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(("crm", "table"), SELECTS)
def test_selects_give_the_columns_of_the_contract_even_without_a_file(crm: str, table: str) -> None:
    source = CRMS[crm]
    with duckdb.connect() as connection:
        for raw in source.tables:
            bind_view(connection, raw, [], "UTC")
        given = {column for column, *_ in rows(connection, f"describe {source.selects[table]}")}
        assert rows(connection, source.selects[table]) == []
    contract = {column.name for column in load_contract()[table].columns}
    assert given - {"is_derived"} == contract | BOOKS


@pytest.mark.parametrize(("crm", "table"), SELECTS)
def test_selects_run_on_spark_too(crm: str, table: str) -> None:
    assert sqlglot.transpile(CRMS[crm].selects[table], read="duckdb", write="spark")


@pytest.mark.parametrize("crm", CRMS)
def test_every_declared_column_is_read(crm: str) -> None:
    sql = "".join(CRMS[crm].selects.values())
    for table in CRMS[crm].tables:
        for column in table.columns:
            assert re.search(rf"\b{column}\b", sql), f"{table.name}.{column}"


@pytest.mark.parametrize("crm", CRMS)
def test_every_list_of_headers_says_its_evidence(crm: str) -> None:
    """A list of headers ends in a comment with a mark that the head of the file explains."""
    text = (SOURCES / crm / "source.toml").read_text(encoding="utf-8")
    declared = tomllib.loads(text)["files"]
    for section in re.split(r"^\[", text, flags=re.MULTILINE):
        name = re.match(r"files\.(\w+)\.headers\]", section)
        if name:
            marked = re.findall(r"^(\w+) = \[[^\]]*\] # [LISADTV?]", section, flags=re.MULTILINE)
            assert set(marked) == set(declared[name[1]]["headers"]), name[1]


def test_plain_files_are_every_table_and_column_of_the_contract() -> None:
    source = load_plain_source()
    assert {table.feeds for table in source.tables} == set(load_contract())
    for table in source.tables:
        columns = {column.name for column in load_contract()[table.feeds].columns}
        assert set(table.columns) == columns | {"is_deleted", "modified_at"}
    assert set(COMPANY_FILES) < set(load_contract())


def test_plain_files_are_recognised_and_may_say_what_is_deleted(tmp_path: Path) -> None:
    export = write(
        tmp_path / "export",
        customers="customer_id,customer_name,is_deleted\nA,Acme,\nB,Bolt,0\nC,Cove,yes\n",
        subscriptions="subscription_id,customer_id,started_on,mrr\ns1,A,2026-01-05,10\ns2,C,2026-01-05,10\n",
        usage="customer_id,week_start,usage\nB,2026-01-05,4\n",
    )
    connection = load(export)
    assert rows(connection, "select source_name from build_info") == [
        ("plain files in the contract's own names",)
    ]
    assert rows(connection, "select customer_id from customers order by 1") == [("A",), ("B",)]
    assert rows(connection, "select subscription_id, mrr from subscriptions") == [("s1", 10)]
    assert rows(connection, "select usage from usage") == [(4,)]
    assert rows(
        connection, "select deleted from load_files where table_name = 'subscriptions'"
    ) == [(1,)]


def test_plain_files_without_customers_say_so(tmp_path: Path) -> None:
    export = write(
        tmp_path / "export",
        subscriptions="subscription_id,customer_id,started_on,mrr\ns1,A,2026-01-05,10\n",
    )
    with pytest.raises(StandingError, match=r"come from customers\.csv"):
        load(export)


def test_invitations_to_surveys_may_lie_beside_the_files_of_a_crm(tmp_path: Path) -> None:
    export = write(
        tmp_path / "export",
        companies="Record ID,Company name\n1,Acme\n",
        survey_invitations="invitation_id,customer_id,invited_on,instrument\ni1,1,2026-02-03,nps\n",
    )
    connection = load(export)
    assert rows(connection, "select customer_id, instrument from survey_invitations") == [
        ("1", "nps")
    ]


@pytest.mark.parametrize(
    "header",
    [
        "Record ID,Total Price,Fulfillment Status,External Created Date,Stage,Currency Code,"
        "Associated Company IDs,Object create date/time",
        "hs_object_id,hs_total_price,hs_order_name,hs_external_created_date,hs_pipeline_stage,hs_currency_code,"
        "Associated Company IDs,hs_createdate",
    ],
)
def test_orders_of_hubspot_count_when_they_were_placed(tmp_path: Path, header: str) -> None:
    """Without that day, when they were entered; what was cancelled or paid back is no order."""
    export = write(
        tmp_path / "export",
        companies="Record ID,Company name\n1,Acme\n2,Bolt\n",
        orders=(
            f"{header}\n"
            "11,99.5,Packing,2026-02-27 9:30,Shipped (Order Pipeline),EUR,2;1,2026-03-01 9:30\n"
            "12,10,,,Open,EUR,1,2026-03-02 9:30\n"
            "13,10,,2026-03-02 9:30,Cancelled (Order Pipeline),EUR,1,2026-03-02 9:30\n"
            "14,10,,2026-03-02 9:30,3c85a297-e9ce-400b-b42e-9f16853d69d6,EUR,1,2026-03-02 9:30\n"
            "15,10,,2026-03-02 9:30,Refunded,EUR,1,2026-03-02 9:30\n"
        ),
    )
    connection = load(export)
    query = "select order_id, customer_id, ordered_on, amount from orders order by 1"
    assert rows(connection, query) == [
        ("11", "2", date(2026, 2, 27), 99.5),
        ("12", "1", date(2026, 3, 2), 10),
    ]
    books = "select accepted, set_aside from load_files where file = 'orders.csv'"
    assert rows(connection, books) == [(2, 3)]


def test_companies_that_were_merged_are_derived_and_their_rows_move(tmp_path: Path) -> None:
    """HubSpot keeps the id of a merged company on the one that took it over, and nothing else."""
    export = write(
        tmp_path / "export",
        companies="Record ID,Company name,Merged Company IDs\n1,Acme,7;8\n2,Bolt,2\n3,Cove,\n",
        terms=(
            "Record ID,Start date,MRR,Associated Company IDs\n"
            "s1,2026-01-05,10,7\ns2,2026-01-05,20,8\ns3,2026-01-05,40,2\n"
        ),
    )
    connection = load(export)
    assert rows(
        connection, "select customer_id, sum(mrr) from subscriptions group by all order by 1"
    ) == [("1", 30), ("2", 40)]
    books = (
        "select rows_in, accepted, set_aside, is_derived from load_files"
        " where file = 'companies.csv' order by is_derived"
    )
    assert rows(connection, books) == [(3, 3, 0, False), (2, 0, 2, True)]
    assert rows(connection, "select count(*) from customers") == [(3,)]


@pytest.mark.parametrize("crm", ["Salesforce", "HubSpot", "Pipedrive"])
def test_the_guide_names_every_table_that_a_crm_fills_and_every_one_that_it_lacks(crm: str) -> None:
    text = (Path(__file__).parents[2] / "docs" / "crms.md").read_text(encoding="utf-8")
    section = text.partition(f"\n## {crm}\n")[2].partition("\n## ")[0]
    filled, _, missing = section.partition("\nMissing: ")
    source = load_source(SOURCES / crm.lower())
    fed = {name for name in load_contract() if re.search(rf"\b{name}\b", filled)}
    assert set(source.selects) <= fed
    beside = set(source.selects) | set(COMPANY_FILES) - {"survey_invitations"} | {"control_totals"}
    for name in load_contract().keys() - beside:
        assert re.search(rf"\b{name}\b", missing), f"{crm} says nothing of {name}"


def test_rows_of_plain_files_without_modified_at_are_dated_by_when_they_came_to_be(
    tmp_path: Path,
) -> None:
    """Terms and days that lie ahead say nothing of it, and what the files say of changes goes before."""
    terms = "subscription_id,customer_id,started_on,ended_on,mrr\n1,1,2026-01-01,,5\n2,1,2026-10-01,,6\n"
    folder = write(
        tmp_path / "one",
        customers="customer_id,created_on\n1,2026-03-01\n2,\n3,2999-01-01\n",
        cases="case_id,customer_id,opened_at\n1,1,2026-03-02 09:00:00\n",
        subscriptions=terms,
    )
    with load(folder, as_of=None) as connection:
        ((as_of, rule),) = rows(connection, "select as_of, as_of_rule from build_info")
    assert as_of == date(2026, 3, 1)
    assert rule.startswith("the as-of date is the day before the newest row in the export")
    with load(folder, as_of=date(2026, 2, 1)) as connection:
        assert rows(connection, "select as_of from build_info") == [(date(2026, 2, 1),)]
    changed = "customer_id,created_on,modified_at\n1,2026-03-01,2026-02-11 10:00:00\n"
    with load(write(tmp_path / "two", customers=changed), as_of=None) as connection:
        assert rows(connection, "select as_of from build_info") == [(date(2026, 2, 10),)]
    with pytest.raises(StandingError, match="created or modified"):
        load(
            write(tmp_path / "three", customers="customer_id\n1\n", subscriptions=terms), as_of=None
        )


def test_a_plain_export_without_cases_is_told_which_file_to_bring(tmp_path: Path) -> None:
    folder = write(tmp_path / "export", customers="customer_id,created_on\n1,2026-03-01\n")
    report = build(folder, tmp_path / "warehouse", Settings(), date(2026, 3, 31)).to_text()
    assert "they are read by cases.csv in the columns of data/contract.toml." in report
