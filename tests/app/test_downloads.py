"""What is downloaded of money, shares and ranges is numbers, for whoever recomputes."""

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import streamlit as st

import ui.charts
from tests.app.conftest import Open

LIFETIME = "pages/revenue/lifetime_value.py"
PARTS = {
    LIFETIME: (
        "projection", "backtest", "assumptions", "other assumptions", "cost and payback", "by quarter",
        "value of a tier", "does a move pay", "orders", "margin so far",
    ),
    "pages/revenue/forecast.py": ("who may leave", "tiers", "how good it was"),
    "pages/customers/tiers.py": ("",),
    "pages/budget/spend.py": ("cost and payback", "by quarter"),
    "pages/board/notes.py": ("",),
}  # fmt: skip
LOOKS_LIKE_A_NUMBER = re.compile(r"'?[+\-−]?\s*(EUR|\d|[€$£])")
IS_A_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
NAMES = ("customer_id", "unit", "currency")


def is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def find_words(file: str) -> list[tuple[str, str]]:
    """The cells that begin like a number and are none, with their column."""
    return [
        (column, cell)
        for row in csv.DictReader(io.StringIO(file))
        for column, cell in row.items()
        if column not in NAMES and LOOKS_LIKE_A_NUMBER.match(cell)
        and not is_number(cell) and not IS_A_DAY.fullmatch(cell)
    ]  # fmt: skip


@pytest.fixture
def downloads(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Every file that a page offers, by its name; tables behind charts stand open."""
    found: dict[str, str] = {}

    def take(_: str, data: Callable[[], str], file_name: str, **__: Any) -> None:
        found[file_name] = data()

    def open_behind(title: str, key: str, show: Callable[[], None] | None, *_: str) -> None:
        if show is not None:
            show()

    monkeypatch.setattr(st, "download_button", take)
    monkeypatch.setattr(ui.charts, "show_title", open_behind)
    return found


@pytest.mark.parametrize(
    ("page", "part"), [(page, part) for page, parts in PARTS.items() for part in parts]
)
def test_a_download_holds_numbers_and_no_words_of_them(
    open_page: Open, sample_warehouse: Path, downloads: dict[str, str], page: str, part: str
) -> None:
    app = open_page(sample_warehouse, page, part=part)
    assert not app.exception
    assert downloads
    wrong = {name: found for name, file in downloads.items() if (found := find_words(file))}
    assert not wrong
