"""Exports are kept as loads, and builds start from them."""

import json
import os
import shutil
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

import cli
from ledger.database import ledger_url
from tests.small_export import AS_OF, FILES, Rows, write_export, write_file
from tests.tiny import value
from warehouse import home
from warehouse.build import build, rebuild
from warehouse.errors import CheckFailed, StandingError
from warehouse.gate.check import CheckResult
from warehouse.gate.examine import examine
from warehouse.gate.report import BuildReport
from warehouse.kept import loads, parsed
from warehouse.kept.loads import contents_folder, known_on, list_loads, loads_folder
from warehouse.publish import open_published, published_build_id
from warehouse.renew import find_renewal
from warehouse.settings import Settings

pytestmark = pytest.mark.usefixtures("few_metrics")

WEEK = "2026-11-09"
MONDAY = datetime(2026, 11, 16, 8)


def run(export: Path | None, warehouse: Path, **more: Any) -> BuildReport:
    """Build with the day for which the small export is complete."""
    return build(export, warehouse, Settings(), date.fromisoformat(AS_OF), **more)


@pytest.fixture
def export(tmp_path: Path) -> Path:
    return write_export(tmp_path / "export")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    run(write_export(folder / "export"), folder / "warehouse", known_at=MONDAY)
    return folder / "warehouse"


@pytest.fixture
def warehouse(built: Path, tmp_path: Path) -> Path:
    """A warehouse with one load, known on a Monday."""
    return shutil.copytree(built, tmp_path / "warehouse")


def ask(warehouse: Path, query: str) -> list[tuple[Any, ...]]:
    """What the published build answers."""
    with closing(open_published(warehouse).connection) as connection:
        return connection.execute(query).fetchall()


def mrr_of(warehouse: Path) -> Any:
    with closing(open_published(warehouse).connection) as connection:
        return value(connection, "mrr", WEEK)


def write_delta(folder: Path, **files: Rows) -> Path:
    """A folder with these files alone."""
    folder.mkdir()
    for name, changed in files.items():
        write_file(folder / f"{name}.csv", changed)
    return folder


def check_books(warehouse: Path) -> None:
    """Every row of every file of the loads in use is accounted for, and counted."""
    assert (
        ask(warehouse, "from load_files where rows_in <> accepted + rejected + deleted + set_aside")
        == []
    )


def test_a_load_is_kept_with_what_it_held(warehouse: Path) -> None:
    (load,) = list_loads(warehouse)
    assert (load.known_at, load.is_delta, load.number) == (MONDAY, False, 1)
    assert [kept.name for kept in load.files] == sorted(f"{name}.csv" for name in FILES)
    contents = sorted(path.name for path in contents_folder(warehouse).iterdir())
    assert contents == sorted(f"{kept.sha256}.zst" for kept in load.files)
    assert ask(warehouse, "from loads") == [(load.load_id, MONDAY, False, len(FILES))]
    assert ask(warehouse, "select load_id, known_at from build_info") == [(load.load_id, MONDAY)]
    assert ask(warehouse, "select distinct load_id from subscriptions") == [(load.load_id,)]
    assert ask(warehouse, "from previous_files") == []


def test_the_same_export_again_is_no_new_load(export: Path, warehouse: Path) -> None:
    said: list[str] = []
    before = published_build_id(warehouse)
    run(export, warehouse, progress=said.append)
    assert len(list_loads(warehouse)) == 1
    assert published_build_id(warehouse) != before
    assert said[0].startswith("No new load: what is kept as load_0001_")


def test_a_new_export_keeps_only_what_is_new(export: Path, warehouse: Path) -> None:
    """Of nine files one has changed: one content more, and eight files are not parsed again."""
    write_export(export, User=[{"Id": "u1", "Name": "Bea"}])
    said: list[str] = []
    before = len(list(contents_folder(warehouse).iterdir()))
    run(export, warehouse, progress=said.append)
    assert len(list(contents_folder(warehouse).iterdir())) == before + 1
    assert [line for line in said if line.startswith("Reading User")]
    unchanged = [line for line in said if line.endswith("is unchanged and not parsed again")]
    assert len(unchanged) == len(FILES) - 1
    assert ask(warehouse, "select owner_name from owners") == [("Bea",)]
    first, second = list_loads(warehouse)
    assert ask(warehouse, "select load_id from loads") == [(first.load_id,), (second.load_id,)]
    previous = ask(warehouse, "select file, rows_in, accepted, known_at from previous_files")
    assert ("Account.csv", 6, 4, MONDAY) in previous
    assert len(previous) == len(FILES)


def test_the_newest_loads_are_built_without_the_export(export: Path, warehouse: Path) -> None:
    shutil.rmtree(export)
    said: list[str] = []
    run(None, warehouse, progress=said.append)
    assert mrr_of(warehouse) == 400
    assert not [line for line in said if line.startswith("Reading Account")]
    shutil.rmtree(warehouse / "parsed")
    run(None, warehouse, progress=said.append)
    assert mrr_of(warehouse) == 400
    assert [line for line in said if line.startswith("Reading Account")]


def test_nothing_is_kept_yet(tmp_path: Path) -> None:
    with pytest.raises(StandingError, match=r"No load is kept in .* run `python cli.py build EXP"):
        run(None, tmp_path / "warehouse")


@pytest.mark.parametrize("damage", ["no json", "{}", "cut"])
def test_what_was_parsed_is_parsed_again_where_it_is_damaged(
    export: Path, warehouse: Path, damage: str
) -> None:
    for path in (warehouse / "parsed").iterdir():
        if damage == "cut" and path.suffix == ".parquet":
            path.write_bytes(path.read_bytes()[:-10])
        elif damage != "cut" and path.suffix == ".json":
            path.write_text(damage)
    said: list[str] = []
    run(export, warehouse, progress=said.append)
    assert mrr_of(warehouse) == 400
    assert not [line for line in said if line.endswith("is unchanged and not parsed again")]


def test_rejected_rows_come_out_of_what_was_parsed(export: Path, tmp_path: Path) -> None:
    """Those that the reader rejected and those whose values will not do, with line and text, as the first time."""
    path = export / "Task.csv"
    path.write_text(path.read_text() + '"t2","001B"\n"t3","001B","never","Call",""\n')
    query = "select * exclude (file), file from rejected_rows order by file, line"
    run(export, tmp_path / "w")
    first = ask(tmp_path / "w", query)
    said: list[str] = []
    run(export, tmp_path / "w", progress=said.append)
    assert ask(tmp_path / "w", query) == first
    shutil.rmtree(export)
    run(None, tmp_path / "w", progress=said.append)
    assert ask(tmp_path / "w", query) == first
    assert [row[0] for row in first] == [3, 4]
    assert not [line for line in said if line.startswith("Reading Task")]


def test_another_reader_parses_again(
    export: Path, warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parsed, "hash_files", lambda files: "other code")
    said: list[str] = []
    run(export, warehouse, progress=said.append)
    assert not [line for line in said if line.endswith("is unchanged and not parsed again")]


def test_a_delta_changes_what_it_holds_and_nothing_else(warehouse: Path, tmp_path: Path) -> None:
    """s3 is dearer, s5 is deleted, s7 is new; the rows before stay in the books as set aside."""
    terms = {row["Id"]: dict(row) for row in FILES["Subscription__c"]}
    changed = [
        {**terms["s3"], "IsDeleted": "0", "MRR__c": "250.00"},
        {**terms["s5"], "IsDeleted": "1"},
        {**terms["s2"], "Id": "s7", "IsDeleted": "0", "MRR__c": "7.00"},
    ]
    run(write_delta(tmp_path / "delta", Subscription__c=changed), warehouse, is_delta=True)
    first, second = list_loads(warehouse)
    assert second.is_delta
    assert mrr_of(warehouse) == 400 + 50 - 80 + 7
    check_books(warehouse)
    found = ask(
        warehouse,
        "select file, accepted, deleted, set_aside, load_id from load_files"
        " where table_name = 'subscriptions' order by file",
    )
    assert found == [
        ("Subscription__c.csv", 2, 1, 0, second.load_id),
        (f"{first.load_id}/Subscription__c.csv", 4, 0, 2, first.load_id),
    ]
    notes = [text for (text,) in ask(warehouse, "select message from load_notes")]
    assert any("2 rows of" in text and "a later load has this row anew" in text for text in notes)
    assert ask(
        warehouse, "select source_file, load_id from subscriptions where subscription_id = 's2'"
    ) == [(f"{first.load_id}/Subscription__c.csv", first.load_id)]
    assert ask(
        warehouse, "select source_file, load_id from subscriptions where subscription_id = 's3'"
    ) == [("Subscription__c.csv", second.load_id)]


def test_a_customer_deleted_in_a_delta_takes_its_rows_along(
    warehouse: Path, tmp_path: Path
) -> None:
    accounts = [{"Id": "001B", "IsDeleted": "1", "MasterRecordId": "", "Name": "gone"}]
    run(write_delta(tmp_path / "delta", Account=accounts), warehouse, is_delta=True)
    assert mrr_of(warehouse) == 200
    check_books(warehouse)
    assert ask(warehouse, "select count(*) from subscriptions where customer_id = '001B'") == [(0,)]


def test_a_rejected_row_of_a_delta_replaces_nothing(warehouse: Path, tmp_path: Path) -> None:
    term = {**FILES["Subscription__c"][5], "MRR__c": "ten"}
    run(write_delta(tmp_path / "delta", Subscription__c=[term]), warehouse, is_delta=True)
    assert mrr_of(warehouse) == 400
    check_books(warehouse)
    assert ask(warehouse, "select file, line from rejected_rows") == [("Subscription__c.csv", 2)]


def test_tables_without_a_key_add_up(tmp_path: Path, export: Path) -> None:
    costs = [{"Month__c": "2026-10-01", "Purpose__c": "service", "Amount__c": "5"}]
    write_export(export, Cost__c=costs)
    warehouse = tmp_path / "w"
    run(export, warehouse, known_at=MONDAY)
    run(write_delta(tmp_path / "delta", Cost__c=costs), warehouse, is_delta=True)
    assert ask(warehouse, "select sum(amount) from costs") == [(10,)]


def test_of_several_deltas_the_newest_row_counts(warehouse: Path, tmp_path: Path) -> None:
    for number, mrr in enumerate(("210", "220", "230")):
        term = {**FILES["Subscription__c"][2], "MRR__c": mrr}
        delta = write_delta(tmp_path / f"delta_{number}", Subscription__c=[term])
        run(delta, warehouse, is_delta=True)
    assert mrr_of(warehouse) == 430
    check_books(warehouse)
    assert len(ask(warehouse, "select distinct load_id from load_files")) == 4


def test_a_full_export_ends_the_deltas(export: Path, warehouse: Path, tmp_path: Path) -> None:
    term = {**FILES["Subscription__c"][2], "MRR__c": "210"}
    run(write_delta(tmp_path / "delta", Subscription__c=[term]), warehouse, is_delta=True)
    run(export, warehouse)
    assert len(list_loads(warehouse)) == 3, "the export is that of the first load, not of the last"
    assert mrr_of(warehouse) == 400
    assert len(ask(warehouse, "select distinct load_id from load_files")) == 1


def test_a_delta_needs_something_to_change(export: Path, tmp_path: Path) -> None:
    with pytest.raises(StandingError, match="build the full export first, without --delta"):
        run(export, tmp_path / "w", is_delta=True)
    assert list_loads(tmp_path / "w") == []


def test_missing_customers_are_reported_and_not_churned(export: Path, warehouse: Path) -> None:
    """001B (200 a month) is in no file of the next full export: it is in no number, and nobody is lost."""
    files = {
        name: [row for row in FILES[name] if "001B" not in row.values()]
        for name in FILES
        if name not in ("Case", "Task")
    }
    write_export(export, Case=None, Task=None, **files)
    run(export, warehouse)
    found = ask(
        warehouse,
        "select message, row_count from load_notes"
        " where severity = 'warning' and column_name = 'customer_id'",
    )
    ((message, number),) = found
    assert number == 1
    assert "with 200.00 of monthly revenue is missing from this full export" in message
    assert "001B" in message
    assert mrr_of(warehouse) == 200
    with closing(open_published(warehouse).connection) as connection:
        assert value(connection, "cust_lost", WEEK) == 1, "001C, as before"
        assert value(connection, "cust_active", WEEK) == 2
    run(None, warehouse)
    assert len(ask(warehouse, "from load_notes where column_name = 'customer_id'")) == 1


def test_another_company_is_refused_in_a_sentence(
    export: Path, warehouse: Path, tmp_path: Path
) -> None:
    """And not by the list of files that are gone; in a folder of its own it is built."""
    other = write_delta(
        tmp_path / "other", customers=[{"customer_id": "k1", "customer_name": "Kern"}]
    )
    said: list[str] = []
    with pytest.raises(StandingError, match=r"shares no customer with what is kept in") as raised:
        run(other, warehouse, progress=said.append)
    assert f"give `--warehouse OTHER`, or delete {warehouse} to begin anew" in str(raised.value)
    assert not [line for line in said if "load_0002" in line], "nothing was kept"
    assert len(list_loads(warehouse)) == 1
    run(other, tmp_path / "second", progress=said.append)
    assert [line for line in said if line.startswith("Kept as a new load, load_0001_")]


def test_the_sample_is_never_in_the_way(
    export: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Built by its path it has its own folder and ledger; what is read gives way to one's own data."""
    folder = tmp_path / "warehouse_data"
    monkeypatch.setattr(home, "HOME", folder)
    monkeypatch.setattr(cli, "HOME", folder)
    monkeypatch.setattr(home, "SAMPLE", tmp_path / "data")
    monkeypatch.delenv("STANDING_WAREHOUSE", raising=False)
    made_up = write_export(tmp_path / "data" / "salesforce")
    own = write_delta(tmp_path / "own", customers=[{"customer_id": "k1", "customer_name": "Kern"}])
    assert cli.main(["build", str(made_up), "--as-of", AS_OF]) == 0
    assert not (folder / "current").exists()
    assert home.shown_folder(folder) == folder / "sample_company"
    assert cli.main(["show", "mrr", "--format", "csv"]) == 0
    assert cli.main(["build", str(own), "--as-of", AS_OF]) == 0
    assert home.shown_folder(folder) == folder
    (load,) = list_loads(folder)
    assert load.made_from == str(own)
    assert ask(folder, "from previous_files") == []
    monkeypatch.setenv("STANDING_LEDGER", "postgresql://me@127.0.0.1:1/ledger")
    assert ledger_url(folder / "sample_company").drivername == "sqlite"
    assert ledger_url(folder).drivername == "postgresql+psycopg"


def test_a_first_build_that_is_refused_has_nothing_before(
    export: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = CheckResult("promise", "error", "It holds.", "Mend it.", 1, ("one",))
    monkeypatch.setattr("warehouse.build.examine", lambda *given: [*examine(*given), broken])
    said: list[str] = []
    with pytest.raises(CheckFailed, match="so nothing was published: "):
        run(export, tmp_path / "new", progress=said.append)
    assert not [line for line in said if "load_" in line]


def test_deleted_and_rejected_customers_are_not_missing(export: Path, warehouse: Path) -> None:
    accounts = [dict(row) for row in FILES["Account"]]
    accounts[1]["IsDeleted"] = "1"
    write_export(export, Account=accounts)
    run(export, warehouse)
    assert ask(warehouse, "from load_notes where column_name = 'customer_id'") == []


def test_a_clock_that_jumps_back(
    export: Path, warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loads, "read_clock", lambda: MONDAY - timedelta(days=400))
    write_export(export, User=[{"Id": "u1", "Name": "Bea"}])
    run(export, warehouse)
    first, second = list_loads(warehouse)
    assert (second.number, second.known_at) == (2, first.known_at)
    assert ask(warehouse, "select load_id from build_info") == [(second.load_id,)]
    (message,) = ask(warehouse, "select message from load_notes where message like 'The clock%'")
    assert "this load counts as known then. Set the clock right." in message[0]


def test_an_older_export_is_kept_and_changes_nothing(export: Path, warehouse: Path) -> None:
    before = published_build_id(warehouse)
    terms = [row for row in FILES["Subscription__c"] if row["Id"] != "s5"]
    write_export(export, Subscription__c=terms)
    said: list[str] = []
    run(export, warehouse, known_at=MONDAY - timedelta(days=7), progress=said.append)
    older, newer = list_loads(warehouse)
    assert (older.number, newer.number) == (2, 1)
    assert published_build_id(warehouse) == before
    assert "what is published stays" in said[-1]
    run(None, warehouse)
    assert mrr_of(warehouse) == 400


def test_what_was_known_on_a_day(export: Path, warehouse: Path, tmp_path: Path) -> None:
    """The loads of the end of a day, built beside what is published."""
    write_export(export, Subscription__c=FILES["Subscription__c"][:4])
    run(export, warehouse, known_at=MONDAY + timedelta(days=1))
    assert mrr_of(warehouse) == 320
    published = published_build_id(warehouse)
    for day, number, mrr in ((16, 1, 400), (17, 2, 320), (30, 2, 320)):
        target = tmp_path / f"known_{day}.duckdb"
        load = rebuild(
            warehouse, Settings(), date(2026, 11, day), target, date.fromisoformat(AS_OF)
        )
        with duckdb.connect(str(target), read_only=True) as connection:
            assert (load.number, value(connection, "mrr", WEEK)) == (number, mrr)
    with pytest.raises(StandingError, match="the first became known on 2026-11-16"):
        rebuild(warehouse, Settings(), date(2026, 11, 15), tmp_path / "none.duckdb")
    assert published_build_id(warehouse) == published


def test_the_end_of_a_day_is_that_of_the_business(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loads, "read_clock", lambda: datetime(2026, 11, 22, 12))
    assert known_on(date(2026, 6, 1), "UTC") == datetime(2026, 6, 1, 23, 59, 59)
    assert known_on(date(2026, 6, 1), "America/New_York") == datetime(2026, 6, 2, 3, 59, 59)
    assert known_on(date(2026, 11, 22), "UTC") == datetime(2026, 11, 22, 12)
    with pytest.raises(StandingError, match="2026-11-23 has not begun"):
        known_on(date(2026, 11, 23), "UTC")


def test_a_build_that_is_refused_keeps_no_load(export: Path, warehouse: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in loads_folder(warehouse).rglob("*")}
    terms = [dict(row) for row in FILES["Subscription__c"]]
    terms[2]["Start_Date__c"] = "some day"
    write_export(export, Subscription__c=terms)
    with pytest.raises(CheckFailed):
        run(export, warehouse)
    assert {path: path.stat().st_mtime_ns for path in loads_folder(warehouse).rglob("*")} == before


def test_what_a_killed_build_left_of_a_load_is_swept(export: Path, warehouse: Path) -> None:
    """Contents and customers without a manifest, and a manifest that was not yet in its place."""
    folder = loads_folder(warehouse)
    kept = sorted(folder.rglob("*"))
    (contents_folder(warehouse) / f"{'0' * 64}.zst").write_bytes(b"half")
    (folder / "load_0002_01234567.parquet").write_bytes(b"half")
    (folder / "load_0002_01234567.json.new").write_text("{")
    run(export, warehouse)
    assert sorted(folder.rglob("*")) == kept


def test_a_manifest_that_cannot_be_read_is_named(export: Path, warehouse: Path) -> None:
    (load,) = list_loads(warehouse)
    path = loads_folder(warehouse) / f"{load.load_id}.json"
    for text in (
        "{",
        "[]",
        "{}",
        json.dumps({**json.loads(path.read_text()), "load_id": "load_9"}),
    ):
        path.write_text(text)
        with pytest.raises(StandingError, match=rf"The load .*{load.load_id}.json cannot be read"):
            run(export, warehouse)
    assert mrr_of(warehouse) == 400


@pytest.mark.parametrize("content", [None, b"", b"not zstd", b"cut"])
def test_a_kept_file_that_is_damaged(export: Path, warehouse: Path, content: bytes | None) -> None:
    """Building from what is kept stops; the export itself puts it right once the file is gone."""
    (load,) = list_loads(warehouse)
    account = contents_folder(warehouse) / f"{load.files[0].sha256}.zst"
    whole = account.read_bytes()
    account.unlink()
    if content is not None:
        account.write_bytes(whole[:-5] if content == b"cut" else content)
    shutil.rmtree(warehouse / "parsed")
    with pytest.raises(StandingError, match=r"The kept copy of Account.csv .* missing or damaged"):
        run(None, warehouse)
    assert mrr_of(warehouse) == 400
    account.unlink(missing_ok=True)
    run(export, warehouse)
    assert account.read_bytes() == whole


def test_a_file_that_changes_while_it_is_read(export: Path, warehouse: Path) -> None:
    def grow(message: str) -> None:
        if message == "Deriving facts":
            with (export / "Task.csv").open("a") as file:
                file.write('"t9","001A","2026-11-02","Call",""\n')

    before = published_build_id(warehouse)
    with pytest.raises(StandingError, match=r"Task.csv changed while it was read: wait until"):
        run(export, warehouse, progress=grow)
    assert published_build_id(warehouse) == before
    assert len(list_loads(warehouse)) == 1


def test_a_file_that_vanishes_while_it_is_read(export: Path, warehouse: Path) -> None:
    def remove(message: str) -> None:
        if message.startswith("Reading"):
            (export / "Task.csv").unlink(missing_ok=True)

    write_export(export, Account=[*FILES["Account"], {"Id": "001G"}])
    with pytest.raises(StandingError, match=r"Task.csv changed while it was read: wait until"):
        run(export, warehouse, progress=remove)
    assert mrr_of(warehouse) == 400


def test_two_builds_at_once(export: Path, warehouse: Path) -> None:
    """The second is told who is at work; the first goes on."""
    told: list[str] = []

    def interfere(message: str) -> None:
        if message == "Deriving facts":
            with pytest.raises(StandingError) as raised:
                run(export, warehouse)
            told.append(str(raised.value))

    run(export, warehouse, progress=interfere)
    assert f"process {os.getpid()} on " in told[0]
    assert "wait until it has ended" in told[0]
    run(export, warehouse)


def test_a_mapping_is_kept_with_its_load(tmp_path: Path, warehouse: Path) -> None:
    """Without its folder the newest load is still built with it; a changed mapping is a new load."""
    export = write_delta(
        tmp_path / "plain", clients=[{"no": "1", "client": "Acme"}, {"no": "2", "client": "Bolt"}]
    )
    source = tmp_path / "source"
    source.mkdir()
    (source / "source.toml").write_text(
        'name = "ours"\n[files.client]\nfeeds = "customers"\nfile = "clients"\nneeded = ["no", "client"]\n'
    )
    select = (
        "select no as customer_id, {} as customer_name, source_file, source_line from raw_client"
    )
    (source / "customers.sql").write_text(select.format("client"))
    own = tmp_path / "own"
    run(export, own, source=source)
    (source / "customers.sql").write_text(select.format("upper(client)"))
    run(export, own, source=source)
    assert len(list_loads(own)) == 2
    shutil.rmtree(source)
    shutil.rmtree(export)
    run(None, own)
    assert ask(own, "select customer_name from customers order by 1") == [("ACME",), ("BOLT",)]
    assert ask(own, "select source_folder, built_from from build_info") == [
        (str(source), str(export))
    ]


def test_what_start_builds_again(export: Path, warehouse: Path, tmp_path: Path) -> None:
    """Another code's build from the newest load, else from its export; never the sample in its place."""
    assert find_renewal(warehouse) is None
    with duckdb.connect(str(next(warehouse.glob("build_*.duckdb")))) as connection:
        connection.execute(
            "update build_info set layout_version = 1, built_from = ?", [str(export)]
        )
    assert find_renewal(warehouse) == []
    shutil.rmtree(warehouse / "loads")
    assert find_renewal(warehouse) == [str(export)]
    shutil.rmtree(export)
    assert find_renewal(warehouse) is None
    assert find_renewal(tmp_path / "nowhere") is None


def test_a_damaged_build_is_said_on_the_command_line(
    export: Path, warehouse: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One that does not open gives way to the one before; one that opens and cannot be read is named."""
    first = next(warehouse.glob("build_*.duckdb"))
    run(export, warehouse)
    second = next(path for path in warehouse.glob("build_*.duckdb") if path != first)
    data = second.read_bytes()
    second.write_bytes(b"no database")
    assert cli.main(["show", "mrr", "--warehouse", str(warehouse)]) == 0
    said = capsys.readouterr()
    assert "400" in said.out
    assert f"build it again with `python cli.py build --warehouse {warehouse}`" in said.err
    assert "Until then you see the build before it (000001-" in said.err
    third = len(data) // 3
    second.write_bytes(data[:third] + bytes(third) + data[2 * third :])
    assert cli.main(["customers", "--warehouse", str(warehouse)]) == 2
    assert "build it again with `python cli.py build --warehouse" in capsys.readouterr().err


def test_what_a_build_is_asked(export: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["build", "--delta"]) == 2
    assert "say what an export is: give EXPORTS too" in capsys.readouterr().err
    assert cli.main(["build", str(export), "--known-on", "2999-01-01"]) == 2
    assert "The day 2999-01-01 has not begun" in capsys.readouterr().err
