"""Bad input: each is a clear sentence or a rejected row; never a traceback, never a lost row."""

import tempfile
import zipfile
from datetime import date
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.loading import ACCOUNTS, TERMS_HEADER, load, rejections, rows, write_export
from warehouse.errors import CheckFailed, StandingError
from warehouse.settings import Settings

# So much good MRR beside a bad row that the build goes on.
GOOD_TERM = '"T0","001A","2026-01-05","","100000"\n'


def load_terms(tmp_path: Path, line: str) -> duckdb.DuckDBPyConnection:
    """Load one term beside a good one."""
    return load(
        write_export(tmp_path / "export", {"Subscription__c": TERMS_HEADER + GOOD_TERM + line})
    )


def test_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(StandingError, match="There is no folder or ZIP file"):
        load(tmp_path / "none")


def test_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(StandingError, match="holds no CSV file"):
        load(tmp_path)


def test_folder_of_something_else(tmp_path: Path) -> None:
    (tmp_path / "clients.csv").write_text("Kunde;Beginn\n1;02.01.2026\n", encoding="utf-8")
    with pytest.raises(StandingError, match=r"is not .*a Salesforce export.*It holds clients.csv"):
        load(tmp_path)


def test_missing_needed_file(tmp_path: Path) -> None:
    export = write_export(tmp_path / "export", {"Contact": "Id,AccountId,LastName\n"})
    (export / "Account.csv").unlink()
    with pytest.raises(StandingError, match=r"The customers come from Account.csv.*add it"):
        load(export)


def test_missing_needed_column(tmp_path: Path) -> None:
    export = write_export(tmp_path / "export", {"Subscription__c": "Id,Account__c,Start_Date__c\n"})
    with pytest.raises(
        StandingError, match=r'Subscription__c.csv lacks the needed column "MRR__c": add it'
    ):
        load(export)


@pytest.mark.parametrize(
    "text",
    ["32.01.2026", "30/02/2026", "2026-13-5", "2026-02-30", "20260230", "infinity", "0026-01-05"],
)
def test_unreadable_date(tmp_path: Path, text: str) -> None:
    connection = load_terms(tmp_path, f'"T1","001A","{text}","","10"\n')
    assert rejections(connection) == [
        (3, "started_on", f'started_on is no date of the form 2026-11-15: "{text}"')
    ]
    assert rows(connection, "select row_text from rejected_rows") == [
        (f'"T1","001A","{text}","","10"',)
    ]
    assert rows(connection, "select message, row_count from load_notes") == [
        (
            "Rejected subscriptions hold 10.00 of 100,010.00 of monthly revenue, summed over all terms (0.0%).",
            1,
        )
    ]


@pytest.mark.parametrize("text", ["05.01.2026", "2026-1-5", "20260105", "46027"])
def test_a_date_in_another_form(tmp_path: Path, text: str) -> None:
    connection = load_terms(tmp_path, f'"T1","001A","{text}","","10"\n')
    assert rejections(connection) == []
    assert rows(
        connection, "select started_on from subscriptions where subscription_id = 'T1'"
    ) == [(date(2026, 1, 5),)]


def test_a_date_that_could_be_two_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StandingError, match=r"Start_Date__c.* may be day first or month first"):
        load_terms(tmp_path, '"T1","001A","01/05/2026","","10"\n')


def test_negative_mrr(tmp_path: Path) -> None:
    connection = load_terms(tmp_path, '"T1","001A","2026-01-05","","-10"\n')
    assert rejections(connection) == [(3, None, "mrr is negative")]


@pytest.mark.parametrize("end", ["2026-01-05", "2026-01-04"])
def test_end_before_start(tmp_path: Path, end: str) -> None:
    connection = load_terms(tmp_path, f'"T1","001A","2026-01-05","{end}","10"\n')
    assert rejections(connection) == [(3, None, "ended_on is not after started_on")]


def test_duplicate_ids(tmp_path: Path) -> None:
    connection = load_terms(tmp_path, '"T0","001B","2026-02-02","","5"\n')
    assert rejections(connection) == [
        (3, "subscription_id", "the key T0 stands already in Subscription__c.csv, line 2")
    ]
    assert rows(connection, "select customer_id from subscriptions") == [("001A",)]


def test_duplicate_customers_do_not_multiply_their_rows(tmp_path: Path) -> None:
    export = write_export(
        tmp_path / "export",
        {"Account": ACCOUNTS + '"001A","0","Again"\n', "Subscription__c": TERMS_HEADER + GOOD_TERM},
    )
    connection = load(export)
    assert rows(connection, "select customer_name from customers order by 1") == [
        ("Acme",),
        ("Bolt",),
    ]
    assert rows(connection, "select count(*) from subscriptions") == [(1,)]


def test_a_duplicate_removes_no_mrr(tmp_path: Path) -> None:
    """However large it is, its first row stays."""
    connection = load_terms(tmp_path, GOOD_TERM)
    assert len(rejections(connection)) == 1
    assert rows(connection, "select count(*) from load_notes where column_name = 'mrr'") == [(0,)]


def test_a_task_without_the_day_of_its_making(tmp_path: Path) -> None:
    tasks = "Id,AccountId,ActivityDate,Type\nA1,001A,2026-01-05,Call\n"
    connection = load(write_export(tmp_path / "export", {"Task": tasks}))
    assert rows(connection, "select occurred_on, kind from activities") == [
        (date(2026, 1, 5), "call")
    ]


def test_orphan_ids(tmp_path: Path) -> None:
    connection = load_terms(tmp_path, '"T1","001X","2026-01-05","","10"\n')
    assert rejections(connection) == [
        (3, "customer_id", 'customer_id matches no row of customers: "001X"')
    ]


def test_missing_needed_value(tmp_path: Path) -> None:
    connection = load_terms(tmp_path, '"T1","000000000000000AAA","2026-01-05","","10"\n')
    assert rejections(connection) == [(3, "customer_id", "customer_id is missing")]


def test_rejections_of_more_than_one_percent_of_mrr_fail_the_build(tmp_path: Path) -> None:
    with pytest.raises(CheckFailed) as error:
        load_terms(tmp_path, '"T1","001X","2026-01-05","","1200"\n')
    assert str(error.value) == (
        "Rejected subscriptions hold 1,200.00 of 101,200.00 of monthly revenue, summed over all terms (1.2%)."
        " That is more than 1 %: mend the export."
        ' The first is line 3 of Subscription__c.csv: customer_id matches no row of customers: "001X".'
    )


def test_the_rejected_amount_names_its_currency(tmp_path: Path) -> None:
    export = write_export(
        tmp_path / "export",
        {"Subscription__c": TERMS_HEADER + GOOD_TERM + '"T1","001X","2026-01-05","","1200"\n'},
    )
    with pytest.raises(CheckFailed, match=r"hold 1,200.00 of 101,200.00 EUR of monthly revenue"):
        load(export, Settings(reporting_currency="EUR"))


def test_the_same_export_twice(tmp_path: Path) -> None:
    """Their second copies remove nothing, and hundreds of rejected rows would not say why."""
    export = tmp_path / "export"
    export.mkdir()
    for name in ("a.zip", "b.zip"):
        with zipfile.ZipFile(export / name, "w") as archive:
            archive.writestr("Account.csv", ACCOUNTS)
            archive.writestr("Subscription__c.csv", TERMS_HEADER + GOOD_TERM)
    connection = load(export)
    assert rows(connection, "select severity, message from load_notes order by message") == [
        (
            "warning",
            f"Every key of b.zip/{name} stands already in another file:"
            " the folder seems to hold the same export twice; take one of them away.",
        )
        for name in ("Account.csv", "Subscription__c.csv")
    ]


def test_file_cut_in_the_middle_of_a_row(tmp_path: Path) -> None:
    connection = load_terms(tmp_path, '"T1","001A","2026-0')
    assert rejections(connection) == [
        (3, None, "a quote is opened and never closed; the file may have been cut here")
    ]
    assert rows(connection, "select row_text from rejected_rows") == [('"T1","001A","2026-0',)]


@pytest.mark.parametrize(
    "line", ['"T1","001A","2026-0', "T1,001A", '"T1","001A",', '"T1","001A","2026-01-05\n']
)
def test_a_cut_file_is_said_to_be_cut(tmp_path: Path, line: str) -> None:
    """Its one rejected row says nothing of those that never came."""
    connection = load_terms(tmp_path, line)
    notes = "select severity, table_name, file, message from load_notes where column_name is null"
    assert rows(connection, notes) == [
        (
            "error",
            "subscriptions",
            "Subscription__c.csv",
            "Subscription__c.csv ends in the middle of a row (line 3): the rest of the file may be missing;"
            " export it again.",
        )
    ]


@pytest.mark.parametrize(
    "line",
    [
        '"T1","001A"\n',
        '"T1","001A","2026-0\n"T2","001A","2026-01-05","","10"\n',
        '"T1","001A","2026-01-05","","10"',
    ],
)
def test_a_bad_row_or_no_last_line_end_is_no_cut(tmp_path: Path, line: str) -> None:
    connection = load_terms(tmp_path, line)
    assert rows(connection, "select message from load_notes where message like '%middle%'") == []


def test_a_line_of_100_mb(tmp_path: Path) -> None:
    connection = load_terms(tmp_path, '"T1","' + "x" * 100_000_000 + '","2026-01-05","","10"\n')
    assert rejections(connection) == [(3, None, "the line is longer than 4,000,000 characters")]


def test_binary_file_of_a_table_that_is_not_needed(tmp_path: Path) -> None:
    binary = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 20
    connection = load(write_export(tmp_path / "export", {"Case": binary}))
    sentence = "The file is not text: export it again as CSV (UTF-8)."
    assert rows(connection, "select severity, file, message from load_notes") == [
        ("warning", "Case.csv", sentence)
    ]
    assert rows(connection, "select note, rows_in from load_files where file = 'Case.csv'") == [
        (sentence, 0)
    ]
    assert rows(connection, "select is_present from table_status where table_name = 'cases'") == [
        (False,)
    ]


def test_binary_file_of_the_needed_table(tmp_path: Path) -> None:
    contact = "Id,AccountId,LastName\n"
    export = write_export(
        tmp_path / "export", {"Account": b"PK\x03\x04\x00\x00", "Contact": contact}
    )
    with pytest.raises(StandingError, match=r"come from Account.csv: The file is not text"):
        load(export)
    (export / "Contact.csv").unlink()
    with pytest.raises(StandingError, match=r"It holds Account.csv \(The file is not text"):
        load(export)


def test_nul_bytes(tmp_path: Path) -> None:
    connection = load_terms(tmp_path, '"T1","001A","2026-01-05","","1\0"\n')
    assert rejections(connection) == [(3, None, "the line holds a NUL byte")]


def test_utf_16(tmp_path: Path) -> None:
    connection = load(write_export(tmp_path / "export", {"Account": ACCOUNTS.encode("utf-16")}))
    assert rows(connection, "select customer_name from customers") == [("Acme",), ("Bolt",)]
    assert rows(connection, "select encoding from load_files") == [("utf-16",)]


@pytest.mark.parametrize(
    ("data", "encoding", "name"),
    [
        (b"M\xfcller \x96 Co", "windows-1252", "Müller – Co"),
        (b"M\xfcller \x81", "latin-1", "Müller \x81"),
        ("Müller".encode(), "utf-8", "Müller"),
    ],
)
def test_encodings(tmp_path: Path, data: bytes, encoding: str, name: str) -> None:
    export = write_export(
        tmp_path / "export", {"Account": b'"Id","IsDeleted","Name"\n"001A","0","' + data + b'"\n'}
    )
    connection = load(export)
    assert rows(connection, "select customer_name from customers") == [(name,)]
    assert rows(connection, "select encoding from load_files") == [(encoding,)]


@pytest.mark.parametrize(
    "name", ["=cmd|' /C calc'!A0", "'; drop table customers; --", "<script>alert(1)</script>"]
)
def test_hostile_names_are_names(tmp_path: Path, name: str) -> None:
    export = write_export(
        tmp_path / "export", {"Account": f'"Id","IsDeleted","Name"\n"001A","0","{name}"\n'}
    )
    connection = load(export)
    assert rows(connection, "select customer_name from customers") == [(name,)]


def test_hostile_columns_and_files_are_names(tmp_path: Path) -> None:
    header = '"Id","IsDeleted","x""; drop table customers; --","Name","a\'b","Name"\n'
    export = write_export(
        tmp_path / "export",
        {"Account": header + '"001A","0","1","Acme","2","Second"\n', 'it\'s; "odd"': "a,b\n1,2\n"},
    )
    connection = load(export)
    assert rows(connection, "select customer_name from customers") == [("Acme",)]
    assert rows(connection, "select file, set_aside from load_files where table_name is null") == [
        ('it\'s; "odd".csv', 1)
    ]


def test_optional_values_that_cannot_be_read_are_empty_and_counted(tmp_path: Path) -> None:
    cases = (
        "Id,AccountId,CreatedDate,CSAT__c,IsEscalated\n"
        "5001,001A,2026-01-05 10:00:00,9,perhaps\n"
        "5002,001A,2026-01-05 10:00:00,high,1\n"
        "5003,,2026-01-05 10:00:00,4,0\n"
    )
    connection = load(write_export(tmp_path / "export", {"Case": cases}))
    assert rows(connection, "select case_id, csat, is_escalated from cases order by 1") == [
        ("5001", None, None),
        ("5002", None, True),
        ("5003", 4, False),
    ]
    assert rows(
        connection, "select column_name, message, row_count from load_notes order by column_name"
    ) == [
        (
            "csat",
            'Values of csat that cannot be read count as empty, as "9" in line 2 of Case.csv.',
            2,
        ),
        (
            "is_escalated",
            'Values of is_escalated that cannot be read count as empty, as "perhaps" in line 2 of Case.csv.',
            1,
        ),
    ]


CASES = b'"Id","AccountId","CreatedDate","Subject"\n' + b"".join(
    b'"50%d","001A","2026-01-05 10:00:00","Subject, ""quoted"", of case %d"\n' % (number, number)
    for number in range(30)
)
DAMAGES = [
    b'"',
    b'""',
    b"\n",
    b"\r\n",
    b"\r",
    b",",
    b"\0",
    b"\xff",
    b"\xc3",
    b"\n\n\n",
    b'"\n"',
    b"\\",
]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(50, len(CASES)), st.integers(0, 90), st.sampled_from([b"", *DAMAGES])
        ),
        min_size=1,
        max_size=5,
    )
)
def test_any_damage_below_the_header_ends_in_the_books(
    damages: list[tuple[int, int, bytes]],
) -> None:
    """Cut bytes out and put others in anywhere: `load` itself checks that the books balance."""
    data = CASES
    for start, length, inserted in damages:
        data = data[:start] + inserted + data[start + length :]
    with tempfile.TemporaryDirectory() as folder:
        load(write_export(Path(folder) / "export", {"Case": data})).close()
