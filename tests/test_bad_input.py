"""Bad input through the command line: a clear sentence or a rejected row, never a traceback."""

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import cli
from tests.small_export import AS_OF, DROP_TABLE, FILES, FORMULA, SCRIPT, Rows, write_export
from tests.tiny import rows_of
from warehouse.build import build
from warehouse.publish import open_published
from warehouse.settings import Settings

pytestmark = pytest.mark.usefixtures("few_metrics")

TERM = {"Account__c": "001A", "Start_Date__c": "2026-01-01", "End_Date__c": "", "MRR__c": "0.10"}
MRR = 400


class Company:
    """A small export, its warehouse, and the command line on both."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.export = write_export(folder / "export")
        self.warehouse = folder / "warehouse"
        self._capsys = capsys

    def run(self, *arguments: str) -> tuple[int, str, str]:
        """Exit status, standard output and standard error of a command."""
        status = cli.main([*arguments, "--warehouse", str(self.warehouse)])
        out, err = self._capsys.readouterr()
        assert "Traceback" not in out + err
        return status, out, err

    def build(self, export: Path | None = None) -> tuple[int, str, str]:
        """Build the export; every row of every file must be accounted for."""
        status, out, err = self.run("build", str(export or self.export), "--as-of", AS_OF)
        if status == 0:
            books = self.query(
                "select rows_in, accepted + rejected + deleted + set_aside from load_files"
            )
            assert all(rows_in == booked for rows_in, booked in books)
            assert self.query("select sum(rejected) from load_files") == self.query(
                "select count(*) from rejected_rows"
            )
        return status, out, err

    def refuse(self, export: Path | None = None) -> str:
        """Build what cannot be used: the one plain sentence, with nothing published."""
        status, out, err = self.build(export)
        assert status == 2
        assert out == ""
        assert not (self.warehouse / "current").exists()
        *_, sentence = err.splitlines()
        assert sentence.endswith(".")
        return sentence

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of the published warehouse."""
        with closing(open_published(self.warehouse).connection) as connection:
            return rows_of(connection, sql)

    def rejected(self) -> list[tuple[Any, ...]]:
        """File, line, column and reason of every rejected row."""
        return self.query(
            "select file, line, column_name, reason from rejected_rows order by file, line"
        )

    def show(self, metric: str) -> float | None:
        """The last value of a metric."""
        status, out, _ = self.run("show", metric, "--format", "json")
        assert status == 0
        return json.loads(out)[0]["value"]


@pytest.fixture
def company(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Company:
    return Company(tmp_path, capsys)


def with_terms(*more: dict[str, str]) -> Rows:
    """The terms of the export and some more."""
    return [*FILES["Subscription__c"], *more]


def test_missing_folder(company: Company, tmp_path: Path) -> None:
    sentence = company.refuse(tmp_path / "nowhere")
    assert sentence.startswith("There is no folder or ZIP file")
    assert "give the path of an export" in sentence


def test_empty_folder(company: Company, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert "holds no CSV file" in company.refuse(tmp_path / "empty")


def test_folder_of_something_else(company: Company, tmp_path: Path) -> None:
    other = tmp_path / "photos"
    other.mkdir()
    (other / "recipes.csv").write_text("dish,minutes\nsoup,20\n")
    (other / "cat.jpg").write_bytes(b"\xff\xd8")
    refusal = company.refuse(other)
    assert "none of its files has the name and the columns of one" in refusal
    assert f"`python cli.py map {other} --out FOLDER`" in refusal
    assert "on the page Map your export" in refusal


@pytest.mark.parametrize(
    ("file", "column"),
    [("Account", "Id"), ("Subscription__c", "MRR__c")],
)
def test_missing_needed_column(company: Company, file: str, column: str) -> None:
    rows = [{key: cell for key, cell in row.items() if key != column} for row in FILES[file]]
    write_export(company.export, **{file: rows})
    sentence = company.refuse()
    assert f'{file}.csv lacks the needed column "{column}"' in sentence


# A row, the column that rejects it, and what the reason says.
REJECTED: list[tuple[dict[str, str], str, str]] = [
    ({"Id": "x1", "Start_Date__c": "30/02/2026"}, "started_on", "30/02/2026"),
    ({"Id": "x2", "Start_Date__c": "2026-02-30"}, "started_on", "2026-02-30"),
    ({"Id": "x3", "MRR__c": "-0.10"}, "mrr", "mrr is negative"),
    ({"Id": "x4", "MRR__c": "1,00,0"}, "mrr", "1,00,0"),
    ({"Id": "x5", "MRR__c": ""}, "mrr", "mrr"),
    ({"Id": "x6", "End_Date__c": "2026-01-01"}, "ended_on", "ended_on is not after started_on"),
    ({"Id": "x7", "End_Date__c": "2025-12-31"}, "ended_on", "ended_on is not after started_on"),
    ({"Id": "s2"}, "subscription_id", "stands already"),
    ({"Id": "x8", "Account__c": "nobody"}, "customer_id", '"nobody"'),
    ({"Id": ""}, "subscription_id", "subscription_id"),
]


def test_bad_rows_are_rejected_with_their_reasons(company: Company) -> None:
    rows = [{**TERM, **row} for row, _, _ in REJECTED]
    write_export(company.export, Subscription__c=with_terms(*rows))
    status, out, _ = company.build()
    assert status == 0
    found = company.rejected()
    assert [line for _, line, _, _ in found] == list(range(8, 8 + len(rows)))
    for (_, column, reason), (file, _, found_column, found_reason) in zip(
        REJECTED, found, strict=True
    ):
        assert file == "Subscription__c.csv"
        assert found_column in (column, None)
        assert reason in found_reason
        assert found_reason in out
    texts = company.query("select row_text from rejected_rows order by line")
    for row, (text,) in zip(rows, texts, strict=True):
        assert all(f'"{cell}"' in text for cell in row.values())
    counts = "select rows_in, accepted, rejected from load_files where file = 'Subscription__c.csv'"
    assert company.query(counts) == [(16, 6, 10)]
    assert company.show("mrr") == MRR


def test_every_row_twice_changes_no_number(company: Company) -> None:
    small = {**TERM, "Id": "s7"}
    write_export(company.export, Subscription__c=with_terms(small))
    assert company.build()[0] == 0
    once = company.run("show", "--last", "8", "--format", "csv")
    twice: dict[str, Rows] = {name: [*rows, *rows] for name, rows in FILES.items()}
    twice["Subscription__c"] = with_terms(small, small)
    write_export(company.export, **twice)
    assert company.build()[0] == 0
    rejected = company.rejected()
    # A deleted account is deleted twice; of the terms only the small one is there again.
    copies = sum(len(rows) for rows in FILES.values()) - len(FILES["Subscription__c"]) - 1
    assert len(rejected) == copies + 1
    assert all("stands already in" in reason for *_, reason in rejected)
    assert company.run("show", "--last", "8", "--format", "csv") == once


def test_rejections_that_matter_stop_the_build(company: Company) -> None:
    """More than 1 % of the MRR: exit status 1, and nothing is published."""
    bad = {**TERM, "Id": "x", "Start_Date__c": "soon", "MRR__c": "1000.00"}
    write_export(company.export, Subscription__c=with_terms(bad))
    status, out, err = company.build()
    assert (status, out) == (1, "")
    assert (
        "That is more than 1 %: mend the export. The first is line 8 of Subscription__c.csv" in err
    )
    assert not (company.warehouse / "current").exists()


def test_deleted_customers_take_their_rows_along(company: Company) -> None:
    write_export(
        company.export, Subscription__c=with_terms({**TERM, "Id": "x", "Account__c": "001F"})
    )
    assert company.build()[0] == 0
    assert company.query("select deleted from load_files where table_name = 'subscriptions'") == [
        (1,)
    ]
    assert company.rejected() == []


def test_a_file_cut_in_the_middle_of_a_row(company: Company) -> None:
    """What never came would be missing in every number: nothing is published until it is whole."""
    path = company.export / "Survey_Response__c.csv"
    whole = path.read_text(encoding="utf-8")
    assert company.build()[0] == 0
    before = company.query("select count(*) from survey_responses")
    path.write_text(whole.rstrip() + '\n"r2","001A","2026-1', encoding="utf-8")
    status, _, err = company.build()
    assert status == 1
    assert "Survey_Response__c.csv ends in the middle of a row (line 3)" in err
    assert "export it again" in err
    assert company.query("select count(*) from survey_responses") == before
    path.write_text(whole, encoding="utf-8")
    assert company.build()[0] == 0


def test_a_single_line_of_100_megabytes(company: Company) -> None:
    """In the middle of a file: the rows around it stay."""
    header, row = (company.export / "Task.csv").read_text(encoding="utf-8").splitlines()
    with (company.export / "Task.csv").open("w", encoding="utf-8") as file:
        file.write(f'{header}\n{row}\n"t2","001A","')
        for _ in range(100):
            file.write("x" * 1_000_000)
        file.write(f'"\n{row.replace("t1", "t3")}\n')
    assert company.build()[0] == 0
    ((file_name, line, _, reason),) = company.rejected()
    assert (file_name, line) == ("Task.csv", 3)
    assert "longer than 4,000,000 characters" in reason
    assert company.query("select count(*) from activities") == [(2,)]


def test_a_binary_file_in_place_of_the_accounts(company: Company) -> None:
    (company.export / "Account.csv").write_bytes(bytes(range(256)) * 500)
    assert "is not text: export it again as CSV" in company.refuse()


def test_a_binary_file_beside_them(company: Company) -> None:
    (company.export / "Lead.csv").write_bytes(b"PK\x03\x04" + bytes(range(256)) * 500)
    status, out, _ = company.build()
    assert status == 0
    assert "Lead.csv: The file is not text: export it again as CSV" in out


def test_nul_bytes(company: Company) -> None:
    path = company.export / "Case.csv"
    row = b'"c2","001A","2026-11-\x0001","0","","","0","0"\n'
    path.write_bytes(path.read_bytes() + row)
    assert company.build()[0] == 0
    ((file, line, _, reason),) = company.rejected()
    assert (file, line, reason) == ("Case.csv", 3, "the line holds a NUL byte")


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252"])
def test_other_encodings_mean_the_same(company: Company, encoding: str) -> None:
    accounts = [dict(row) for row in FILES["Account"]]
    accounts[0]["Name"] = "Café Müller"
    write_export(company.export, Account=accounts)
    path = company.export / "Account.csv"
    path.write_bytes(path.read_text(encoding="utf-8").encode(encoding))
    status, out, _ = company.build()
    assert status == 0
    (line,) = [line for line in out.splitlines() if line.startswith("Account.csv")]
    assert line.endswith({"cp1252": "windows-1252"}.get(encoding, encoding))
    assert company.query("select customer_name from customers where customer_id = '001A'") == [
        (accounts[0]["Name"],)
    ]


def test_column_names_with_quotes_and_semicolons(company: Company) -> None:
    strange = ('"; drop table customers; --', "a;b", "it's", "x\ny", "select", "source_line")
    accounts = [{**row, **dict.fromkeys(strange, "1")} for row in FILES["Account"]]
    write_export(company.export, Account=accounts)
    assert company.build()[0] == 0
    assert company.query("select count(*) from customers") == [(4,)]
    assert company.show("mrr") == MRR


def customers(company: Company, *arguments: str) -> str:
    """What the command `customers` prints."""
    status, out, err = company.run("customers", *arguments)
    assert (status, err) == (0, "")
    return out


@pytest.fixture(scope="module")
def small_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The warehouse of the export as it is."""
    folder = tmp_path_factory.mktemp("small")
    export = write_export(folder / "export")
    build(export, folder / "warehouse", Settings(), date.fromisoformat(AS_OF))
    return folder / "warehouse"


@pytest.fixture
def built(company: Company, small_warehouse: Path) -> Company:
    company.warehouse = small_warehouse
    return company


def test_names_come_through_as_text(built: Company) -> None:
    """Neither run by the database nor by a terminal nor by a spreadsheet."""
    listed = json.loads(customers(built, "--format", "json"))
    assert [row["customer_name"] for row in listed] == [SCRIPT, "Acme", FORMULA]
    assert built.query("select count(*) from customers") == [(4,)]
    earlier = json.loads(customers(built, "--period", "2026-11-02", "--format", "json"))
    assert [row["customer_name"] for row in earlier] == [SCRIPT, "Acme", DROP_TABLE]


def test_a_formula_is_escaped_in_csv_only(built: Company) -> None:
    text = customers(built, "--format", "csv")
    names = [row["customer_name"] for row in csv.DictReader(io.StringIO(text, newline=""))]
    assert names == [SCRIPT, "Acme", "'" + FORMULA]
    assert FORMULA in customers(built)


def test_every_start_of_a_formula_is_escaped(company: Company) -> None:
    starts = ["=1+1", "+1", "-1", "@sum", "\t=1", "\r=1"]
    accounts = [
        {"Id": f"n{number}", "IsDeleted": "0", "Name": start, "Segment__c": start}
        for number, start in enumerate(starts)
    ]
    terms = [{**TERM, "Id": row["Id"], "Account__c": row["Id"]} for row in accounts]
    write_export(company.export, Account=[*FILES["Account"], *accounts], Subscription__c=terms)
    assert company.build()[0] == 0
    _, by_segment, _ = company.run("show", "mrr", "--by", "segment", "--format", "csv")
    for text, column in (
        (customers(company, "--format", "csv"), "customer_name"),
        (by_segment, "breakdown"),
    ):
        cells = [row[column] for row in csv.DictReader(io.StringIO(text, newline=""))]
        assert len(cells) >= len(starts) - 2
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in cells)


def test_control_characters_do_not_reach_the_terminal(company: Company) -> None:
    accounts = [dict(row) for row in FILES["Account"]]
    accounts[0]["Name"] = "\x1b]0;owned\x07\x1b[2J"
    write_export(company.export, Account=accounts)
    status, out, err = company.build()
    assert status == 0
    assert "\x1b" not in out + err + customers(company)


WRONG_USE: list[tuple[tuple[str, ...], str]] = [
    (("show", "nothing"), "nothing"),
    (("show", "'; drop table customers; --"), "drop table"),
    (("show", "mrr", "--by", "shoe_size"), "shoe_size"),
    (("show", "mrr", "--by", "segment; drop table customers"), "drop table"),
    (("show", "mrr", "--grain", "fortnight"), "fortnight"),
    (("show", "mrr", "--period", "yesterday"), "yesterday"),
    (("show", "mrr", "--period", "2026-11-10"), "starts on 2026-11-09"),
    (("show", "mrr", "--period", "1999-01-04"), "1999-01-04"),
    (("show", "mrr", "--last", "0"), "1 or more"),
    (("show", "mrr", "--last", "many"), "many"),
    (("explain", "nothing"), "nothing"),
    (("customers", "--tier", "happy"), "happy"),
    (("customers", "--tier", "' or 1 = 1 --"), "or 1 = 1"),
    (("dance",), "dance"),
    ((), "COMMAND"),
]


@pytest.mark.parametrize(("arguments", "named"), WRONG_USE)
def test_wrong_use_is_one_sentence(
    built: Company, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], named: str
) -> None:
    if arguments and arguments[0] in ("show", "explain", "customers"):
        status, out, err = built.run(*arguments)
    else:
        status = cli.main(list(arguments))
        out, err = capsys.readouterr()
    assert (status, out) == (2, "")
    assert named in err
    assert err.count("\n") == 1
    assert built.query("select count(*) from customers") == [(4,)]


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("gross_margin = 7", "gross_margin must be a number from 0 to 1, not 7"),
        ("gros_margin = 0.5", 'the nearest known key is "gross_margin"'),
        ("dimensions = ['shoe_size']", "dimensions must be"),
        ("this is no TOML", "is not valid TOML"),
        (None, "There is no settings file"),
    ],
)
def test_wrong_settings(company: Company, tmp_path: Path, content: str | None, named: str) -> None:
    path = tmp_path / "mine.toml"
    if content is not None:
        path.write_text(content)
    status, out, err = company.run("build", str(company.export), "--settings", str(path))
    assert (status, out) == (2, "")
    assert named in err


@pytest.mark.parametrize("prepare", [None, lambda path: path.write_bytes(b"broken")])
def test_show_without_a_warehouse(
    company: Company, small_warehouse: Path, prepare: Callable[[Path], Any] | None
) -> None:
    if prepare is not None:
        shutil.copytree(small_warehouse, company.warehouse)
        (path,) = company.warehouse.glob("build_*.duckdb")
        prepare(path)
    for command in (("show",), ("customers",), ("check",)):
        status, out, err = company.run(*command)
        assert (status, out) == (2, "")
        assert "`python cli.py build" in err


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (("build", "nowhere"), 2, "There is no folder or ZIP file nowhere"),
        (("show", "nothing"), 2, "nothing"),
    ],
)
def test_from_a_shell(
    root: Path, tmp_path: Path, arguments: tuple[str, ...], status: int, sentence: str
) -> None:
    """A process of its own: status and streams are those that a script sees."""
    done = subprocess.run(
        [sys.executable, str(root / "cli.py"), *arguments],
        cwd=tmp_path,
        env={**os.environ, "STANDING_WAREHOUSE": str(tmp_path / "warehouse")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (status, "")
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1
