"""The page of the budget case, run without a browser: entered, linked, saved, approved, held against what came."""

import os
from collections.abc import Hashable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from analyses.budget.compose import find_base, find_case
from analyses.budget.scenario import read_scenario
from analyses.budget.words import answer_case, describe_case
from ledger.cases import list_approved, list_cases, list_cases_for_pack
from tests.app.conftest import Open
from tests.packs import HOSTILE
from warehouse.home import POINTER
from warehouse.publish import build_path, open_published, published_build_id

PAGE = "pages/budget/case.py"
ADDRESS = {
    "do": "win_back.rescue.references",
    "win_back": "c50000~60000~75000_e0.02~0.05~0.1",
    "rescue": "c40000_r60_e0.05~0.1~0.15",
    "references": "c12000",
}


def words(app: AppTest) -> str:
    kinds = (app.text, app.markdown, app.caption, app.info, app.error, app.success)
    return "\n".join(each.value for kind in kinds for each in kind).replace("\\", "")


def table(app: AppTest, column: str) -> list[dict[Hashable, Any]]:
    frame = next(each.value for each in app.dataframe if column in each.value.columns)
    return frame.to_dict("records")


@pytest.fixture
def own_ledger(sample_warehouse: Path, tmp_path: Path) -> Path:
    """The sample's build with a ledger of its own, which a test may write to."""
    build_id = published_build_id(sample_warehouse)
    assert build_id is not None
    os.link(build_path(sample_warehouse, build_id), build_path(tmp_path, build_id))
    os.link(sample_warehouse / POINTER, tmp_path / POINTER)
    return tmp_path


def test_nothing_is_assumed_for_the_reader(open_page: Open, sample_warehouse: Path) -> None:
    app = open_page(sample_warehouse, PAGE, do="win_back.<b>", years="99")
    assert not app.exception
    said = words(app)
    assert "nothing is assumed for you" in said
    assert "Margin is MRR at gross margin 80 % by the settings." in said
    assert "Win back the actively dissatisfied is left out: enter its cost and its effect" in said
    assert "do \u201c<b>\u201d, which is no programme" in said
    assert "years \u201c99\u201d, which is no number from 1 to 10" in said
    assert len(table(app, "left within a year")) == 4


def test_the_message_is_that_of_the_case(open_page: Open, sample_warehouse: Path) -> None:
    app = open_page(sample_warehouse, PAGE, part="line by line", **ADDRESS)
    assert not app.exception
    with closing(open_published(sample_warehouse)) as opened, closing(opened.cursor()) as cursor:
        scenario, _ = read_scenario(ADDRESS, tuple(ADDRESS))
        case = find_case(cursor, scenario, find_base(cursor), "This case").case
    assert case is not None
    said = words(app)
    assert describe_case(answer_case(case)) in said
    assert "Ask the loyal for references (no effect shown): against" in said
    assert "customers reached are in a programme before as well: each counts once" in said
    rows = table(app, "counted once")
    assert [row["counted once"] for row in rows[:3]] == [each.counted for each in case.programmes]
    assert rows[3]["programme"] == "all, each customer once"
    shared = table(app, "Rescue at-risk renewals")
    assert (
        shared[0]["Rescue at-risk renewals"]
        == case.programmes[1].reached - case.programmes[1].counted
    )
    assert said.count("customers no longer kept") == 3


def test_the_form_writes_the_address(open_page: Open, sample_warehouse: Path) -> None:
    app = open_page(sample_warehouse, PAGE, do="win_back", win_back="c60000_r40")
    app.text_input(key="budget:win_back:effect:low").set_value("8")
    app.text_input(key="budget:win_back:effect:base").set_value("5")
    app.button(key="budget:send").click().run()
    assert "Enter the effect of Win back the actively dissatisfied in percent as a base" in words(
        app
    )
    assert app.text_input(key="budget:win_back:effect:low").value == "8"
    app.text_input(key="budget:win_back:effect:low").set_value("2")
    app.text_input(key="budget:win_back:effect:high").set_value(" 10 %")
    app.button(key="budget:send").click().run()
    assert not app.exception
    assert app.query_params["win_back"] == "c60000_e0.02~0.05~0.1_r40"
    assert "The effect is assumed, not measured." in words(app)
    app.pills(key="budget:do").set_value(["rescue", "win_back"]).run()
    assert app.query_params["do"] == "win_back.rescue"  # the one chosen first stays first
    assert "Rescue at-risk renewals is left out: enter its cost" in words(app)


def test_a_case_is_saved_put_into_the_pack_approved_and_held_against_what_came(
    open_page: Open, own_ledger: Path
) -> None:
    app = open_page(
        own_ledger, PAGE, part="saved cases", do="references", references="c12000_e0.02~0.05~0.1"
    )
    app.button(key="budget:save:send").click().run()
    assert "The case has no name: give one." in words(app)
    app.text_input(key="budget:save:case").set_value(HOSTILE)
    app.text_input(key="budget:save:by").set_value("Ada")
    app.button(key="budget:save:send").click().run()
    assert not app.exception
    (saved,) = list_cases(own_ledger)
    assert (saved.name, saved.saved_by, saved.is_for_pack) == (HOSTILE, "Ada", False)
    assert table(app, "NPV as saved")[0]["case"] == HOSTILE
    app.selectbox(key="budget:open").set_value("1").run()
    app.button(key="budget:pack").click().run()
    assert [each.version for each in list_cases_for_pack(own_ledger)] == [2]

    app = open_page(own_ledger, PAGE, part="promised and actual")
    assert "No case is approved yet" in words(app)
    app.selectbox(key="budget:approve").set_value("2").run()
    app.text_input(key="budget:approve:by").set_value("Grace")
    app.selectbox(key="budget:approve:starts").set_value("2026-01-01")
    app.selectbox(key="budget:approve:references:members").set_value("Customer voices")
    app.selectbox(key="budget:approve:references:costs").set_value("advocacy: programme")
    app.button(key="budget:approve:send").click().run()
    assert "Not approved: nobody is left to compare with" in words(app)
    assert list_approved(own_ledger) == []
    app.checkbox(key="budget:approve:although:0").check()
    app.button(key="budget:approve:send").click().run()
    assert not app.exception
    (approved,) = list_approved(own_ledger)
    assert (approved.approved_by, approved.case.version) == ("Grace", 2)
    said = words(app)
    assert "Approved by Grace" in said
    assert "It was approved after its first day" in said
    assert "Approved although nobody is left to compare with" in said
    assert "channel programme, which may pay for more than this." in said
    months = table(app, "cost paid")
    assert months[0]["cost paid"].startswith("EUR ")
    arms = [row["arm"] for row in table(app, "margin that came")]
    assert {"treated", "holdout"} == set(arms)
