"""The forms of dates and amounts: found over a whole column, refused where two are possible, never guessed."""

import tempfile
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.loading import rows
from warehouse.errors import StandingError
from warehouse.reading.files import ExportFile, scan_file
from warehouse.reading.read import load_rows, read_header
from warehouse.reading.source import RawTable
from warehouse.settings import Settings
from warehouse.staging.books import BOOKS
from warehouse.staging.forms import find_forms
from warehouse.staging.views import bind_view


def read_column(
    tmp_path: Path,
    values: list[str],
    *,
    kind: str = "dates",
    settings: Settings | None = None,
    form: str = "",
    zone: str = "UTC",
    is_machine: bool = False,
) -> list[str]:
    """The texts of a column as the SELECTs see them."""
    path = tmp_path / "deals.csv"
    path.write_text(
        "id;when\n" + "".join(f'{n};"{v}"\n' for n, v in enumerate(values)), encoding="utf-8"
    )
    (tmp_path / "work").mkdir(exist_ok=True)
    names = frozenset({"when"})
    table = RawTable(
        "deal",
        "opportunities",
        ("deals",),
        needed=("id", "when"),
        dates=names if kind == "dates" else frozenset(),
        instants=names if kind == "instants" else frozenset(),
        amounts=names if kind == "amounts" else frozenset(),
        date_formats={"when": form} if form and kind != "amounts" else {},
        decimal_marks={"when": form} if form and kind == "amounts" else {},
        has_machine_numbers=is_machine,
    )
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute("attach ':memory:' as scratch")
        connection.execute(BOOKS)
        raw = read_header(scan_file(ExportFile("deals.csv", path), tmp_path / "work"), 0)
        raw = load_rows(connection, raw, [0, 1], "opportunities", tmp_path / "work")
        read_cell = find_forms(connection, table, [raw], settings or Settings())
        bind_view(connection, table, [raw], zone, read_cell)
        notes.clear()
        notes.extend(message for (message,) in rows(connection, "select message from load_notes"))
        return [
            text for (text,) in rows(connection, 'select "when" from raw_deal order by source_line')
        ]


notes: list[str] = []


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("2026-03-04", "2026-03-04"),
        ("2026-03-04 13:01", "2026-03-04 13:01"),
        ("2026-03-04T13:01:02.123Z", "2026-03-04T13:01:02.123Z"),
        ("2020-12-30 3:15:52", "2020-12-30 03:15:52"),
        ("2020-12-30 3:15:52 UTC", "2020-12-30 03:15:52Z"),
        ("2020-12-30 03:15:52.120 UTC", "2020-12-30 03:15:52.12Z"),
        ("2020-12-30 13:15:52+0200", "2020-12-30 13:15:52+0200"),
        ("2024/3/7", "2024-03-07"),
        ("2024.03.07 10:00", "2024-03-07 10:00:00"),
        ("9999-12-31 23:59:59", "9999-12-31 23:59:59"),
        ("20240307", "2024-03-07"),
        ("45000", "2023-03-15"),
        ("45000.5", "2023-03-15 12:00:00"),
        ("45292.01041666667", "2024-01-01 00:15:00"),
        ("2958465", "9999-12-31"),
        ("TBD", "TBD"),
        ("123456", "123456"),
        ("20241307", "20241307"),
        ("27/03/2024", "2024-03-27"),
        ("3/27/2024", "2024-03-27"),
        ("27.3.24", "2024-03-27"),
        ("03.04.2024", "2024-04-03"),
        ("27-03-2024 03:00", "2024-03-27 03:00:00"),
        ("02/23/26 08:55 PM", "2026-02-23 20:55:00"),
        ("02/23/26, 12:05 am", "2026-02-23 00:05:00"),
        ("31/12/1999 23:59:59", "1999-12-31 23:59:59"),
        ("03/03/2024", "2024-03-03"),
        ("30/02/2024", "30/02/2024"),
        (" 27/03/2024 ", "2024-03-27"),
        ("", None),
    ],
)
def test_a_date_alone_is_read(tmp_path: Path, given: str, read: str) -> None:
    assert read_column(tmp_path, [given]) == [read]


def test_one_date_proves_the_order_of_all(tmp_path: Path) -> None:
    assert read_column(tmp_path, ["03/04/2026", "5/6/26 7:08", "31/01/2026"]) == [
        "2026-04-03",
        "2026-06-05 07:08:00",
        "2026-01-31",
    ]
    assert notes == ['deals.csv: the dates of "when" are read day first, as 31/01/2026 proves.']
    assert read_column(tmp_path, ["2025-03-27 13:01", "03/04/2026", "TBD", "1/31/2026"]) == [
        "2025-03-27 13:01",
        "2026-03-04",
        "TBD",
        "2026-01-31",
    ]
    assert notes == ['deals.csv: the dates of "when" are read month first, as 1/31/2026 proves.']


@pytest.mark.parametrize("kind", ["dates", "instants"])
def test_day_and_month_that_cannot_be_told_apart_are_refused(tmp_path: Path, kind: str) -> None:
    with pytest.raises(StandingError) as caught:
        read_column(tmp_path, ["2026-01-31", "03/04/2026", "05/06/2026", "07/07/2026"], kind=kind)
    assert str(caught.value) == (
        'deals.csv: the dates of "when" may be day first or month first (03/04/2026, 05/06/2026), and it is not'
        ' guessed: write date_order = "day first" or "month first" in settings.toml, or'
        ' [files.deal.date_formats] when = "%d/%m/%Y" in source.toml.'
    )


@pytest.mark.parametrize(
    ("order", "read"), [("day first", "2026-04-03"), ("month first", "2026-03-04")]
)
def test_the_setting_settles_what_the_column_leaves_open(
    tmp_path: Path, order: str, read: str
) -> None:
    settings = Settings(date_order=order)
    assert read_column(tmp_path, ["03/04/2026"], settings=settings) == [read]
    assert "date_order" in notes[0]
    assert read_column(tmp_path, ["31/01/2026", "03/04/2026"], settings=settings)[1] == "2026-04-03"


@pytest.mark.parametrize("values", [["31/01/2026", "01/31/2026"], ["31.01.2026", "01/31/2026"]])
def test_two_proven_orders_are_refused(tmp_path: Path, values: list[str]) -> None:
    with pytest.raises(
        StandingError, match=r"day first in 31.01.2026 and month first in 01/31/2026"
    ):
        read_column(tmp_path, values)


def test_one_separator_proves_nothing_of_another(tmp_path: Path) -> None:
    with pytest.raises(StandingError, match="03-04-2026"):
        read_column(tmp_path, ["31/01/2026", "03-04-2026"])


def test_a_format_in_the_source_settles_it(tmp_path: Path) -> None:
    values = ["03/04/2026", "2026-05-06", "31.01.2026"]
    assert read_column(tmp_path, values, form="%m/%d/%Y") == [
        "2026-03-04",
        "2026-05-06",
        "31.01.2026 (not %m/%d/%Y)",
    ]
    assert read_column(tmp_path, ["3.4.2026 07:30"], form="%d.%m.%Y %H:%M") == [
        "2026-04-03 07:30:00"
    ]
    with pytest.raises(
        StandingError, match=r"\[files.deal.date_formats\]: .* is no strptime format"
    ):
        read_column(tmp_path, values, form="%Q")


def test_a_file_with_day_and_month_swapped_in_iso_can_be_declared(tmp_path: Path) -> None:
    assert read_column(tmp_path, ["2010-04-09", "2010-31-01", "2010-02-26"], form="%Y-%d-%m") == [
        "2010-09-04",
        "2010-01-31",
        "2010-02-26 (not %Y-%d-%m)",
    ]


def test_an_instant_in_another_form_is_read_in_the_time_zone(tmp_path: Path) -> None:
    values = ["02/23/26 11:55 PM", "02/23/26", "2020-12-30 3:15:52 UTC", "2026-07-01T22:30:00.000Z"]
    assert read_column(tmp_path, values, kind="instants", zone="Europe/Berlin") == [
        "2026-02-24 00:55:00",
        "2026-02-23",
        "2020-12-30 04:15:52",
        "2026-07-02 00:30:00",
    ]


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("1234.5", "1234.5"),
        ("$1,234,567", "1234567"),
        ("$1,234.50", "1234.50"),
        ("R$ 58,138.00", "58138.00"),
        ("1.234,56", "1234.56"),
        ("1.234.567", "1234567"),
        ("1234,5", "1234.5"),
        ("0,125", "0.125"),
        ("58.8k", "58800.000000"),
        ("1.4407085834085586E12", "1.4407085834085586E12"),
        ("(1,234.00)", "-1234.00"),
        ("-$1,234.00", "-1234.00"),
        ("$-12.50", "-12.50"),
        ("12.50-", "-12.50"),
        ("\u221212.50", "-12.50"),
        ("1 234,50 €", "1234.50"),
        ("1\u00a0234\u202f567,50 kr", "1234567.50"),
        ("1'234'567.50", "1234567.50"),
        ("CHF 1\u2019234.50", "1234.50"),
        ("USD 12", "12"),
        ("12,34,567.00", "1234567.00"),
        ("60 %", "60"),
        ("60% likely", "60% likely"),
        ("TBD", "TBD"),
        ("5 MIO", "5 MIO"),
        ("(12", "(12"),
        ("", None),
    ],
)
def test_an_amount_alone_is_read(tmp_path: Path, given: str, read: str) -> None:
    assert read_column(tmp_path, [given], kind="amounts") == [read]


def test_one_amount_proves_the_mark_of_all(tmp_path: Path) -> None:
    assert read_column(tmp_path, ["1.234", "1,234", "12,50"], kind="amounts") == [
        "1234",
        "1.234",
        "12.50",
    ]
    assert notes == ['deals.csv: the amounts of "when" have a decimal comma, as 12,50 proves.']
    assert read_column(tmp_path, ["1,234", "12.5"], kind="amounts") == ["1234", "12.5"]


def test_a_comma_that_may_be_either_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StandingError) as caught:
        read_column(tmp_path, ["1,234", "5,678", "12"], kind="amounts")
    assert str(caught.value) == (
        'deals.csv: the amounts of "when" may have a comma for decimals or for thousands (1,234, 5,678), and it is'
        ' not guessed: write decimal_mark = "," or "." in settings.toml, or [files.deal.decimal_marks] when = ","'
        " in source.toml."
    )
    for mark, read in ((",", "1.234"), (".", "1234")):
        settings = Settings(decimal_mark=mark)
        assert read_column(tmp_path, ["1,234"], kind="amounts", settings=settings) == [read]
        assert read_column(tmp_path, ["1,234"], kind="amounts", form=mark) == [read]


@pytest.mark.parametrize("values", [["1.250", "1.300", "15"], ["€ 1.250"], ["-12.345"]])
def test_a_point_that_may_be_either_is_refused_unless_a_machine_wrote_it(
    tmp_path: Path, values: list[str]
) -> None:
    with pytest.raises(StandingError, match="may have a point for decimals or for thousands"):
        read_column(tmp_path, values, kind="amounts")
    machine = read_column(tmp_path, values, kind="amounts", is_machine=True)
    assert machine == [value.removeprefix("€ ") for value in values]
    for mark, read in ((".", machine), (",", [value.replace(".", "") for value in machine])):
        assert read_column(tmp_path, values, kind="amounts", form=mark) == read
        settings = Settings(decimal_mark=mark)
        assert read_column(tmp_path, values, kind="amounts", settings=settings) == read
    for proof in ("0.125", "1.5", "1250.125"):
        assert read_column(tmp_path, [*values, proof], kind="amounts") == [*machine, proof]


def test_a_declared_comma_makes_points_thousands(tmp_path: Path) -> None:
    settings = Settings(decimal_mark=",")
    assert read_column(tmp_path, ["1.234"], kind="amounts", settings=settings) == ["1234"]
    assert read_column(tmp_path, ["1.234", "1.5"], kind="amounts", settings=settings) == [
        "1.234",
        "1.5",
    ]


def test_amounts_that_contradict_each_other_are_refused(tmp_path: Path) -> None:
    with pytest.raises(StandingError, match=r"decimal point in 12.50 and a decimal comma in 12,50"):
        read_column(tmp_path, ["12.50", "12,50"], kind="amounts")
    with pytest.raises(StandingError, match=r"are in \$ and €: give the currency in a column"):
        read_column(tmp_path, ["$12.50", "€ 12.50", "12.5"], kind="amounts")


KNOWN = st.sampled_from(
    ["45000.5", "2958465", "20240307", "3/7/24 2:18 PM", "31.12.2024", "2020-12-30 3:15:52 UTC", "1e400", "58.8k",
     "0000-00-00 0:00:00 Z", "99/99/9999", "$1,234", "1'234.5", "1.234,56"]
)  # fmt: skip
NEAR = st.text("0123456789/.-: ,$€kAPMm%()'TZUCE+\u00a0", max_size=14)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(KNOWN | NEAR, min_size=1, max_size=8),
    st.sampled_from(["dates", "instants", "amounts"]),
)
def test_whatever_a_column_holds_it_is_read_or_refused(values: list[str], kind: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        try:
            read = read_column(Path(folder), values, kind=kind)
        except StandingError:
            return
    assert len(read) == len(values)
