"""`budget`: its rows are enough to compute the case again, and what cannot be computed is told."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., tuple[int, str, str]]
LINK = (
    "?do=rescue.win_back&rescue=c20000_r60_e0.03~0.05~0.08&win_back=c50000~60000~75000_e0.02~0.05~0.1"
    "&discount=0.08~0.1~0.14&years=3"
)


def read(run: Run, *more: str) -> list[dict[str, Any]]:
    status, out, _ = run("budget", *more, "--format", "json")
    assert status == 0
    return json.loads(out)


def test_the_rows_of_a_case_are_enough_to_compute_it_again(run: Run) -> None:
    rows = read(run, "--scenario", LINK)
    value = {(row["part"], row["programme"], row["name"]): row["value"] for row in rows}
    total = 0.0
    for key in ("rescue", "win_back"):
        cost, effect, margin, lasting, counted = (
            value["case", key, name]
            for name in ("cost", "effect", "margin", "persistence", "counted")
        )
        flows = [
            counted * effect * margin * lasting ** (year - 1) / 1.1**year for year in (1, 2, 3)
        ]
        assert value["outcome", key, "npv"] == pytest.approx(sum(flows) - cost, rel=1e-12)
        total += sum(flows) - cost
    assert value["outcome", "", "npv"] == pytest.approx(total, rel=1e-12)
    # The later programme counts whom the earlier one leaves; the bars are sorted by their length.
    both = value["reached by both", "win_back", "rescue"]
    assert value["case", "win_back", "counted"] == value["case", "win_back", "reached"] - both
    bars = [row for row in rows if row["part"] == "tornado"]
    assert [row["value"] for row in bars] == sorted((row["value"] for row in bars), reverse=True)
    assert all(abs(row["high"] - row["low"]) == row["value"] for row in bars)
    # Without the rescue, the winning back counts all that it reaches.
    assert value["lost if cut", "rescue", "saved"] == 20_000
    assert value["lost if cut", "rescue", "npv"] < value["outcome", "rescue", "npv"]
    # Rescue: 60 customers for 20,000, so the next 10,000 reach 30 more.
    assert value["next 10,000", "rescue", "customers"] == pytest.approx(30)
    assert value["next 10,000", "win_back", "customers"] == 0


def test_what_the_data_know_names_its_source(run: Run) -> None:
    rows = read(run)
    known = {(row["programme"], row["name"]): row for row in rows}
    effect = known["references", "effect"]
    assert effect["low"] < 0 < effect["high"]
    assert effect["source"].startswith("no effect shown: Customer voices, ")
    assert "after 26 weeks, taken for that of a year: share kept" in effect["source"]
    assert known["references", "margin"]["source"].endswith("; gross margin 80 % by the settings")
    assert known["references", "persistence"]["kind"] == "assumption, proxied by own data"
    assert known["win_back", "effect"]["value"] is None
    assert known["win_back", "effect"]["source"].startswith("not measured")
    assert all(row["source"] for row in rows)


def test_the_words_say_what_is_assumed_and_what_cannot_be(run: Run) -> None:
    link = "do=win_back.magic.rescue&win_back=c60000&rescue=c20000_e0.01~0.05~0.1"
    status, out, err = run("budget", "--scenario", link)
    assert status == 0
    assert "The effect is assumed; own data show no effect of Rescue at-risk renewals." in out
    assert "\u201cmagic\u201d, which is no programme" in err
    assert "Win back the actively dissatisfied is left out: enter its effect (not measured: " in err
    assert "Rescue at-risk renewals: no effect shown in own data, matched comparison, " in err


def test_the_members_are_those_of_the_lot(run: Run) -> None:
    status, out, _ = run("budget", "--scenario", LINK, "--members", "--format", "csv")
    assert status == 0
    rows = list(csv.DictReader(io.StringIO(out)))
    assert sum(row["programme"] == "rescue" and row["is_reached"] == "true" for row in rows) == 60
    assert len({(row["programme"], row["customer_id"]) for row in rows}) == len(rows)
    # Nobody is treated twice, nor the holdout of a programme while another treats it.
    treated = [row["customer_id"] for row in rows if row["arm"] == "treated"]
    held_out = {row["customer_id"] for row in rows if row["arm"] == "holdout"}
    assert len(treated) == len(set(treated))
    assert held_out
    assert not held_out & set(treated)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--scenario", "do=win_back"), "name programmes in do="),
        (("--scenario", "\x1b[31m"), "Nothing can be computed"),
        (
            ("--scenario", "do=rescue&rescue=c20000_e0.1~0.5~0.9"),
            "Rescue at-risk renewals is left out: it cannot keep 90.0 %: of such customers 27.2 % left",
        ),
        (("--members",), "give it with --scenario"),
    ],
)
def test_what_cannot_be_computed_is_a_sentence(
    run: Run, arguments: tuple[str, ...], told: str
) -> None:
    status, out, err = run("budget", *arguments)
    assert (status, out) == (2, "")
    assert told in err
    assert "\x1b" not in err
