"""A folder of SELECTs and source.toml: how it finds its files, and what it says where it will not do."""

from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pytest

import cli
from tests.unit.loading import AS_OF, check_accounts, rows
from warehouse.errors import StandingError
from warehouse.kept.inputs import read_folder
from warehouse.reading.source import load_source
from warehouse.settings import Settings
from warehouse.staging.load import load_export

TOML = """
name = "our own system"

[files.client]
feeds = "customers"
identified_by = [["Client No", "Client"], ["no", "client"]]
needed = ["client_no"]
optional = ["client"]
[files.client.headers]
client_no = ["Client No", "no"]

[files.agreement]
feeds = "subscriptions"
file = ["agreements", "terms"]
needed = ["no", "client_no", "from", "mrr"]
[files.agreement.headers]
client_no = ["Client No"]
[files.agreement.columns_as_rows.step]
header = '^Entered (?P<stage>.+) \\((?P<pipeline>.+)\\)$'
keep = ["no", "client_no"]
"""
SELECTS = {
    "customers": "select client_no as customer_id, client as customer_name, source_file, source_line from raw_client",
    "subscriptions": """
        select no as subscription_id, client_no as customer_id, "from" as started_on, mrr, source_file, source_line
        from raw_agreement
    """,
    "activities": """
        select
            no || '-' || stage as activity_id,
            client_no as customer_id,
            value as occurred_on,
            'event' as kind,
            stage || '/' || pipeline as note,
            source_file,
            source_line
        from raw_step
    """,
}
CLIENTS = "Client,Client No,Phone\nAcme,1,x\nBolt,2,y\n"
AGREEMENTS = (
    "No,Client No,From,MRR,Entered Talks (Sales),Entered Won (Sales),Entered  Talks (Sales)\n"
    "a,1,2026-01-01,10,2026-01-01,,\nb,2,2026-02-01,20,,2026-02-02,\nc,3,2026-02-01,0,2026-02-03,2026-02-04,\n"
)


def write_source(folder: Path, toml: str = TOML, **selects: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "source.toml").write_text(toml, encoding="utf-8")
    for name, sql in {**SELECTS, **selects}.items():
        (folder / f"{name}.sql").write_text(sql, encoding="utf-8")
    return folder


def write_files(folder: Path, **files: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in {"export-1": CLIENTS, "agreements": AGREEMENTS, **files}.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def load(export: Path, source: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    with TemporaryDirectory() as workspace:
        inputs = read_folder(export, Path(workspace), source)
        load_export(connection, inputs, Settings(), AS_OF, lambda _: None)
    check_accounts(connection)
    return connection


def test_files_are_found_by_name_or_by_headers(tmp_path: Path) -> None:
    connection = load(write_files(tmp_path / "export"), write_source(tmp_path / "source"))
    assert rows(connection, "select customer_id, customer_name from customers order by 1") == [
        ("1", "Acme"),
        ("2", "Bolt"),
    ]
    assert rows(connection, "select source_name, source_folder from build_info") == [
        ("our own system", str(tmp_path / "source"))
    ]


def test_any_of_the_headers_will_do(tmp_path: Path) -> None:
    export = write_files(tmp_path / "export", **{"export-1": "NO,Client\n1,Acme\n2,Bolt\n"})
    connection = load(export, write_source(tmp_path / "source"))
    assert rows(connection, "select count(*) from customers") == [(2,)]


def test_rows_from_a_file_of_another_table_are_derived(tmp_path: Path) -> None:
    connection = load(write_files(tmp_path / "export"), write_source(tmp_path / "source"))
    assert rows(connection, "select activity_id, note, source_line from activities order by 1") == [
        ("a-Talks", "Talks/Sales", 2),
        ("b-Won", "Won/Sales", 3),
    ]
    assert rows(
        connection,
        "select file, table_name, rows_in, accepted, rejected, is_derived from load_files order by 1, 2",
    ) == [
        ("agreements.csv", "activities", 4, 2, 2, True),
        ("agreements.csv", "subscriptions", 3, 2, 1, False),
        ("export-1.csv", "customers", 2, 2, 0, False),
    ]
    assert (
        rows(
            connection,
            "select line, row_text from rejected_rows where table_name = 'activities'",
        )
        == [(4, "c,3,2026-02-01,0,2026-02-03,2026-02-04,")] * 2
    )
    assert rows(
        connection, "select is_present from table_status where table_name = 'activities'"
    ) == [(True,)]


def test_headers_with_equal_groups_are_one_column(tmp_path: Path) -> None:
    toml = TOML.replace("'^Entered (", "'^Entered +(")
    agreements = AGREEMENTS.replace("2026-01-01,,\n", ",,2026-01-05\n", 1)
    connection = load(
        write_files(tmp_path / "export", agreements=agreements),
        write_source(tmp_path / "source", toml),
    )
    assert ("a-Talks", "2026-01-05") in rows(
        connection, "select activity_id, cast(occurred_on as varchar) from activities"
    )


def test_the_file_with_most_of_the_headers_wins(tmp_path: Path) -> None:
    toml = TOML.replace(
        'file = ["agreements", "terms"]', 'identified_by = [["No", "Client No", "From"]]'
    )
    export = write_files(
        tmp_path / "export",
        agreements=AGREEMENTS.replace("MRR", "MRR,Client")
        .replace(",10,", ",10,,")
        .replace(",20,", ",20,,")
        .replace(",0,", ",0,,"),
    )
    connection = load(export, write_source(tmp_path / "source", toml))
    assert rows(connection, "select count(*) from subscriptions") == [(2,)]


def test_a_file_that_could_be_two_is_refused(tmp_path: Path) -> None:
    toml = (
        TOML.replace('file = ["agreements", "terms"]', 'identified_by = [["Client No", "Client"]]')
        .replace('"from", "mrr"]', '"from", "mrr"]\noptional = []')
        .replace('needed = ["no", "client_no", "from", "mrr"]', 'needed = ["client_no", "Client"]')
        .replace('"no", "client_no"]', '"client_no"]')
    )
    selects = {
        "subscriptions": "select 'x' as subscription_id, source_file, source_line from raw_agreement"
    }
    with pytest.raises(
        StandingError,
        match=r"export-1.csv has the headers of \[files.client\] and \[files.agreement\]",
    ):
        load(write_files(tmp_path / "export"), write_source(tmp_path / "source", toml, **selects))


@pytest.mark.usefixtures("few_metrics")
def test_the_command_takes_a_source_of_ones_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    export, source = write_files(tmp_path / "export"), write_source(tmp_path / "source")
    status = cli.main(
        [
            "build",
            str(export),
            "--source",
            str(source),
            "--as-of",
            str(AS_OF),
            "--warehouse",
            str(tmp_path / "w"),
        ]
    )
    out, err = capsys.readouterr()
    assert status == 0, err
    assert "Recognised: our own system" in out


@pytest.mark.parametrize(
    ("wrong", "right", "sentence"),
    [
        (
            'feeds = "customers"',
            'feeds = "customer"',
            r'feeds "customer", which is no table.*"customers"',
        ),
        ("optional =", "optionl =", r'unknown key "optionl" in \[files.client\].*"optional"'),
        ('needed = ["client_no"]', "needed = 3", "needed in .* must be a list of texts"),
        ("identified_by = [[", "#", r"\[files.client\] needs file or identified_by"),
        ("client_no = [", "clint_no = [", 'headers in .* names "clint_no"'),
        ("name = ", "name = 3 #", "name must be a text"),
        ("[files.client]", "[files.client", "is not valid TOML.*line 4"),
        ("'^Entered (", "'^Entered ((", "header in .*missing"),
        ("[files.agreement.columns", "[files.agreement.colums", 'unknown key "colums_as_rows"'),
    ],
)
def test_a_source_file_that_will_not_do_is_named(
    tmp_path: Path, wrong: str, right: str, sentence: str
) -> None:
    assert wrong in TOML
    folder = write_source(tmp_path / "source", TOML.replace(wrong, right, 1))
    with pytest.raises(StandingError, match=sentence) as caught:
        load_source(folder)
    assert "source.toml" in str(caught.value)


@pytest.mark.parametrize(
    ("sql", "sentence"),
    [
        (
            "select client_no as customer_id,\n clint as x from raw_client",
            'customers.sql.* line 2: .*"clint" not found',
        ),
        ("select 1 as customer_id from raw_cliet", "customers.sql.*raw_cliet does not exist"),
        ("selec 1", "customers.sql cannot be read as SQL: line 1"),
        ("drop table x", "customers.sql must hold one SELECT"),
        ("select 1; select 2", "customers.sql must hold one SELECT"),
        ("", "customers.sql must hold one SELECT"),
        ("select client_no as customer_id from raw_client", "lacks source_file and source_line"),
        (
            "select client_no as customer_id, client as customer, source_file, source_line from raw_client",
            "gives customer, which customers has not",
        ),
        (
            "select client_no as customer_id, 'x' as source_file, 1 as source_line from raw_client",
            'source_file "x"',
        ),
        (
            "select client_no as customer_id, cast(client as date) as created_on, source_file, source_line"
            " from raw_client",
            "customers.sql stops at a value",
        ),
    ],
)
def test_a_select_that_will_not_do_is_named(tmp_path: Path, sql: str, sentence: str) -> None:
    source = write_source(tmp_path / "source", customers=sql)
    with pytest.raises(StandingError, match=sentence):
        load(write_files(tmp_path / "export"), source)


def test_a_source_without_a_select_or_at_all(tmp_path: Path) -> None:
    folder = write_source(tmp_path / "source")
    (folder / "customers.sql").unlink()
    with pytest.raises(StandingError, match=r"there is no .*customers.sql: write the SELECT"):
        load_source(folder)
    with pytest.raises(StandingError, match=r"There is no file .*none"):
        load_source(tmp_path / "none")
    write_source(tmp_path / "source", custmers="select 1")
    with pytest.raises(StandingError, match=r"custmers.sql fills no table.*customers.sql"):
        load_source(folder)


def test_an_export_of_which_nothing_is_declared(tmp_path: Path) -> None:
    (tmp_path / "export").mkdir()
    (tmp_path / "export" / "x.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(
        StandingError, match=r"No file of the export is one that our own system declares.*x.csv"
    ):
        load(tmp_path / "export", write_source(tmp_path / "source"))
