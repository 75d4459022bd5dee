"""What a reader must know stands above the numbers, and in one line."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.app import exports
from tests.app.conftest import Open

CASES = "Nothing new in cases since 1 Nov 2026 (14 days; the longest gap of the year before was 4)."


def texts(app: AppTest) -> list[str]:
    return [text.value for text in app.text]


def test_a_clean_export_has_no_banner(open_page: Open, sample_warehouse: Path) -> None:
    app = open_page(sample_warehouse)
    assert not [badge for badge in app.markdown if "Beware" in badge.value]


@pytest.mark.parametrize("page", ["review/weekly", "customers/tiers", "revenue/churn"])
def test_a_silent_table_is_said_on_every_page(
    open_page: Open, build_export: Callable[..., Path], page: str
) -> None:
    app = open_page(build_export(exports.write_silent), f"pages/{page}.py")
    assert not app.exception
    assert texts(app)[0] == CASES


def test_the_cards_that_need_it_say_so(open_page: Open, build_export: Callable[..., Path]) -> None:
    app = open_page(build_export(exports.write_silent))
    app.session_state["details_churn"] = True
    app.session_state["details_advocacy"] = True
    app.run()
    beware = [text for text in texts(app) if "This number may be too low" in text]
    assert len(beware) == 1
    assert (
        "Beware: nothing new in cases since 1 Nov 2026, 14 days before the as-of date" in beware[0]
    )


@pytest.mark.parametrize("page", ["review/weekly", "customers/tiers"])
def test_tiers_without_evidence_are_said_where_they_are_shown(
    open_page: Open, build_export: Callable[..., Path], page: str
) -> None:
    warehouse = build_export(exports.write_silent)
    said = [
        text
        for text in texts(open_page(warehouse, f"pages/{page}.py"))
        if "no evidence for" in text
    ]
    assert len(said) == 1
    elsewhere = texts(open_page(warehouse, "pages/revenue/churn.py"))
    assert not [text for text in elsewhere if "no evidence for" in text]


def test_the_data_health_page_has_no_banner_of_its_own(
    open_page: Open, build_export: Callable[..., Path]
) -> None:
    app = open_page(build_export(exports.write_silent), "pages/reference/data_health.py")
    assert CASES not in texts(app)
