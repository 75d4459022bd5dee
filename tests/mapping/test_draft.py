"""The draft of a mapping builds as it is written, and says what it could not know."""

import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

import cli
from tests.mapping import exports
from tests.mapping.conftest import Guess, LoadDraft, rows
from warehouse.build import build
from warehouse.errors import StandingError
from warehouse.mapping.draft import save_mapping, to_files, write_mapping
from warehouse.settings import Settings

pytestmark = pytest.mark.usefixtures("few_metrics")

TWO_CURRENCIES = {
    **exports.GERMAN,
    "Verträge": (
        "Vertragsnummer;Kundennummer;Vertragsbeginn;Monatsbetrag;Währung\n"
        "V1;K1;05.01.2024;100,50;EUR\nV2;K2;17.02.2024;90,00;CHF\n"
    ),
}
HOSTILE = {
    **exports.GERMAN,
    "Kunden": (
        'Kundennummer;Firma;"Land */ ; drop table customers; --";"Branche ""x"""\n'
        "K1;</script><b>Acme;DE;Handel\nK2;Weiß AG;AT;Energie\nK3;Kurz;DE;\n"
    ),
}


def test_german_draft_builds(load_draft: LoadDraft) -> None:
    with load_draft(exports.GERMAN, "windows-1252") as connection:
        assert rows(connection, "select customer_id, customer_name from customers order by 1") == [
            ("K1", "Müller; Söhne"), ("K2", "Weiß AG"), ("K3", "Kurz KG")
        ]  # fmt: skip
        assert rows(
            connection,
            "select started_on, ended_on, mrr, currency from subscriptions order by subscription_id",
        ) == [
            (date(2024, 1, 5), date(2025, 1, 5), Decimal("1250.5"), "EUR"),
            (date(2025, 1, 5), None, Decimal(1400), "EUR"),
            (date(2024, 2, 17), date(2024, 8, 17), Decimal("99.9"), "EUR"),
            (date(2024, 3, 31), None, Decimal(250), "EUR"),
        ]
        assert rows(connection, "select kind, is_escalated from cases order by case_id") == [
            ("complaint", True), ("question", False), ("incident", False)
        ]  # fmt: skip
        assert rows(connection, "select as_of from build_info") == [(date(2025, 6, 20),)]
        assert not rows(connection, "from rejected_rows")


def test_american_draft_builds(load_draft: LoadDraft) -> None:
    with load_draft(exports.AMERICAN) as connection:
        terms = rows(
            connection, "select mrr, ended_on, is_trial from subscriptions order by subscription_id"
        )
    assert terms == [
        (Decimal(1000), date(2025, 2, 24), False),
        (Decimal(1250), None, False),
        (Decimal(100), None, True),
    ]


def test_customers_that_no_file_lists_are_taken_from_the_terms(load_draft: LoadDraft) -> None:
    with load_draft({"Verträge": exports.GERMAN["Verträge"]}, as_of=date(2025, 6, 1)) as connection:
        assert rows(connection, "select customer_id from customers order by 1") == [
            ("K1",), ("K2",), ("K3",)
        ]  # fmt: skip
        booked = rows(connection, "select table_name, accepted from load_files where is_derived")
    assert booked == [("customers", 3)]


def test_day_and_month_that_nothing_tells_apart_stop_the_build(
    load_draft: LoadDraft, guess_of: Guess
) -> None:
    files = {
        **exports.GERMAN,
        "Verträge": "Vertrag;Kundennummer;Beginn;Monatsbetrag\nV1;K1;03/04/2024;10\n",
    }
    with pytest.raises(StandingError, match=r"may be day first or month first \(03/04/2024\)"):
        load_draft(files)
    draft = to_files(guess_of(files))["source.toml"]
    assert '# "Beginn" = "%d/%m/%Y"  # day first' in draft
    assert '# "Beginn" = "%m/%d/%Y"  # month first' in draft
    answered = draft.replace('# "Beginn" = "%d/%m/%Y"', '"Beginn" = "%d/%m/%Y"')
    files_of = tomllib.loads(answered)["files"].values()
    assert [each["date_formats"] for each in files_of if "date_formats" in each] == [
        {"Beginn": "%d/%m/%Y"}
    ]


def test_needed_column_that_is_missing_stops_the_build_with_its_name(load_draft: LoadDraft) -> None:
    files = {
        **exports.AMERICAN,
        "subscriptions": "Subscription ID,Account ID,Start Date\nS1,1,2024-01-05\n",
    }
    with pytest.raises(StandingError, match=r"subscriptions\.sql gives no mrr"):
        load_draft(files)


def test_two_currencies_without_a_rate_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    export = exports.write(tmp_path / "export", TWO_CURRENCIES)
    folder, warehouse = tmp_path / "mapping", tmp_path / "warehouse"
    assert cli.main(["map", str(export), "--out", str(folder)]) == 0
    build = ["build", str(export), "--source", str(folder), "--warehouse", str(warehouse)]
    assert cli.main(build) == 2
    assert "exchange_rates.csv.template" in capsys.readouterr().err
    template = export / "exchange_rates.csv.template"
    assert "CHF,2025," in template.read_text(encoding="utf-8")
    (export / "exchange_rates.csv").write_text(
        "currency,fiscal_year,rate\nEUR,2025,1\nCHF,2025,1.05\n", encoding="utf-8"
    )
    assert cli.main(build) == 0


def test_names_of_headers_and_files_are_never_code(load_draft: LoadDraft) -> None:
    with load_draft(HOSTILE) as connection:
        found = rows(
            connection, "select customer_name, industry from customers order by customer_id"
        )
    assert found[0] == ("</script><b>Acme", "Handel")


def test_draft_never_overwrites_a_mapping(guess_of: Guess, tmp_path: Path) -> None:
    mapping = guess_of(exports.GERMAN)
    folder = tmp_path / "mapping"
    write_mapping(mapping, folder)
    with pytest.raises(StandingError, match="never overwritten"):
        write_mapping(mapping, folder)


def test_saving_the_same_mapping_again_keeps_its_folder(guess_of: Guess, tmp_path: Path) -> None:
    mapping = guess_of(exports.GERMAN)
    first = save_mapping(mapping, tmp_path / "mappings")
    assert save_mapping(mapping, tmp_path / "mappings") == first
    (first / "cases.sql").write_text("select 1", encoding="utf-8")
    second = save_mapping(mapping, tmp_path / "mappings")
    assert second.name == f"{first.name}_2"
    assert {path.name for path in second.iterdir()} == set(to_files(mapping))


def test_map_and_build_from_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    export = exports.write(tmp_path / "export", exports.GERMAN)
    folder = tmp_path / "mapping"
    assert cli.main(["map", str(export), "--out", str(folder)]) == 0
    told = capsys.readouterr().out
    assert "verträge (4 rows) -> subscriptions" in told
    assert '"Art" (beschwerde = complaint, frage = question, störung = incident)' in told
    assert f'python cli.py build "{export}" --source "{folder}"' in told
    warehouse = ["--warehouse", str(tmp_path / "warehouse")]
    assert cli.main(["build", str(export), "--source", str(folder), *warehouse]) == 0
    report = capsys.readouterr().out
    (off,) = [line for line in report.splitlines() if line.startswith("Off without opportunities:")]
    assert "vel_cycle" in off
    assert "cases.sql of the mapping fills no priority, origin, contact_id." in report


def test_map_refuses_what_has_no_customers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    export = exports.write(
        tmp_path / "export", {"churn": "customerID,tenure,Churn\nA,1,No\nB,2,Yes\n"}
    )
    assert cli.main(["map", str(export), "--out", str(tmp_path / "mapping")]) == 2
    captured = capsys.readouterr()
    assert "It looks like no table of the contract" in captured.out
    assert "nothing was written" in captured.err
    assert not (tmp_path / "mapping").exists()


def test_all_open_questions_are_named_with_the_lines_that_answer_them(
    tmp_path: Path, guess_of: Guess
) -> None:
    export = {
        "clients": "Client no,Client name,Client since\n1,Acme,01/02/2024\n2,Bolt,03/04/2024\n",
        "contracts": "Contract no,Client no,Start date,Monthly amount\n"
        'V1,1,02/03/2024,"1,250"\nV2,2,05/06/2024,"1,300"\n',
    }
    folder = tmp_path / "mine"
    write_mapping(guess_of(export), folder)
    toml = (folder / "source.toml").read_text(encoding="utf-8").splitlines()
    asked = [number for number, line in enumerate(toml, start=1) if line.startswith('# "')]
    with pytest.raises(StandingError) as caught:
        build(tmp_path / "export", tmp_path / "wh", Settings(), source=folder)
    said = str(caught.value)
    assert said.startswith("3 questions are open")
    assert len(asked) == 6
    assert all(f"line {number} (" in said for number in asked)
    assert (
        f"{folder}/source.toml line {asked[0]} (day first) or line {asked[1]} (month first): take the #"
        in said
    )
    assert said.endswith(' and decimal_mark = "," or "." in settings.toml.')
    assert said.index("source.toml") < said.index("settings.toml")
    (folder / "source.toml").write_text(
        "\n".join(
            line.removeprefix("# ") if n in asked[::2] else line for n, line in enumerate(toml, 1)
        ),
        encoding="utf-8",
    )
    build(tmp_path / "export", tmp_path / "wh", Settings(), date(2024, 7, 1), source=folder)
