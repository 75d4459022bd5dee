"""`note` and `approve`: what is written is listed, and wrong use is one sentence."""

import json
from pathlib import Path

import pytest

import cli
from ledger.database import VARIABLE

QUARTER = ("--grain", "quarter", "--period", "2026-07-01")


@pytest.fixture
def warehouse(sample_warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The sample, with a ledger of the test's own."""
    monkeypatch.setenv(VARIABLE, f"sqlite:///{tmp_path / 'written.sqlite'}")
    return sample_warehouse


def run(warehouse: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """The exit status, and what was printed, errors after answers."""
    status = cli.main([*arguments, "--warehouse", str(warehouse)])
    printed = capsys.readouterr()
    return status, printed.out + printed.err


def test_a_note_is_written_listed_and_withdrawn(
    warehouse: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = '=HYPERLINK("x")\x1b[2J\nnext line'
    added = ("note", "churn_logo", text, *QUARTER, "--kind", "action", "--by", "Ada")
    assert run(warehouse, capsys, *added) == (
        0, "Note 1 stands beside churn_logo, quarter 2026-07-01.\n",
    )  # fmt: skip
    assert run(warehouse, capsys, "note", "mrr", "fine", "--by", "Ada")[0] == 0
    early = ("note", "mrr", "so far", "--grain", "quarter", "--period", "2026-10-01", "--by", "Ada")
    assert run(warehouse, capsys, *early) == (
        0, "Note 3 stands beside mrr, quarter 2026-10-01. The quarter is not over: its number may still change.\n",
    )  # fmt: skip
    (kept,) = json.loads(run(warehouse, capsys, "note", "churn_logo", "--format", "json")[1])
    assert (kept["kind"], kept["text"]) == ("action", '=HYPERLINK("x") [2J\nnext line')
    assert "'=HYPERLINK" in run(warehouse, capsys, "note", "--format", "csv")[1]
    assert "next line" in run(warehouse, capsys, "note", *QUARTER)[1].splitlines()[1]
    assert run(warehouse, capsys, "note", "--withdraw", "1", "--by", "Grace")[0] == 0
    assert json.loads(run(warehouse, capsys, "note", *QUARTER, "--format", "json")[1]) == []


def test_a_name_is_set_and_taken_back(warehouse: Path, capsys: pytest.CaptureFixture[str]) -> None:
    signed = ("approve", "churn_logo", *QUARTER, "--by", "Grace")
    assert run(warehouse, capsys, *signed)[0] == 0
    (kept,) = json.loads(run(warehouse, capsys, "approve", "--format", "json")[1])
    assert (kept["metric"], kept["name"], kept["state"]) == ("churn_logo", "Grace", "approved")
    assert run(warehouse, capsys, *signed, "--withdraw")[0] == 0
    assert json.loads(run(warehouse, capsys, "approve", "--format", "json")[1]) == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("note", "churn", "x", "--by", "A"), "There is no metric 'churn'"),
        (("note", "mrr", "x"), "Give your name"),
        (("note", "mrr", " ", "--by", "A"), "The note is empty"),
        (("note", "mrr", "--by", "A"), "There is nothing to write"),
        (("note", "mrr", "x", "--by", "A", "--grain", "day"), "There is no grain 'day'"),
        (("note", "--withdraw", "7", "--by", "A"), "There is no note 7"),
        (("approve", "--by", "A"), "Say which number"),
        (("approve", "mrr", "--by", "A", "--period", "2026-11-11"), "No week starts on 2026-11-11"),
        (("approve", "mrr", "--by", "A", "--withdraw"), "A has not approved mrr"),
    ],
)
def test_wrong_use_is_one_sentence(
    warehouse: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], told: str
) -> None:
    status, printed = run(warehouse, capsys, *arguments)
    assert status == 2
    assert told in printed
    assert printed.count("\n") == 1
