"""Runs pages of the app, without a browser, on what exports.py writes."""

import gc
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from warehouse.build import build
from warehouse.settings import load_settings

AS_OF = date(2026, 11, 15)
Open = Callable[..., AppTest]


@pytest.fixture
def open_page(root: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Runs a page of the app on a warehouse, with query parameters."""
    yield lambda warehouse, page="pages/review/weekly.py", **query: _run(
        root, monkeypatch, warehouse, page, query
    )
    st.cache_resource.clear()
    st.cache_data.clear()
    gc.unfreeze()  # else what app.py froze, connections among it, outlives the interpreter


def _run(
    root: Path, monkeypatch: pytest.MonkeyPatch, warehouse: Path, page: str, query: dict[str, str]
) -> AppTest:
    monkeypatch.setenv("STANDING_WAREHOUSE", str(warehouse))
    app = AppTest.from_file(str(root / "app.py"), default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    app.switch_page(page)
    return app.run()


@pytest.fixture(scope="module")
def build_export(
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[[Callable[[Path], Path]], Path]:
    """Builds what a writer of exports.py writes, once a writer; returns the warehouse."""
    built: dict[str, Path] = {}

    def make(write: Callable[[Path], Path]) -> Path:
        if write.__name__ not in built:
            folder = tmp_path_factory.mktemp("export")
            built[write.__name__] = folder / "warehouse"
            build_again(write(folder / "export"), built[write.__name__])
        return built[write.__name__]

    return make


def build_again(export: Path, warehouse: Path) -> None:
    build(export, warehouse, load_settings(None), AS_OF, lambda _: None)
