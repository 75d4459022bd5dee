"""Runs pages of the app, without a browser, on what exports.py writes."""

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from functools import cache
from pathlib import Path

import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from metrics.customers import list_customers
from warehouse.build import build
from warehouse.publish import open_published
from warehouse.settings import load_settings

AS_OF = date(2026, 11, 15)
Open = Callable[..., AppTest]
# A page's file and its address, as app.py registers it.
PAGE = re.compile(r'st\.Page\(\s*"([^"]+)"[^)]*url_path="(\w+)"')


@pytest.fixture(scope="session", autouse=True)
def scan_packages_once() -> Iterator[None]:
    """Each AppTest looks through all installed packages for components: half the time of a page."""
    with pytest.MonkeyPatch.context() as patch:
        scan = cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", scan)
        yield


@pytest.fixture
def open_page(root: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Runs a page of the app on a warehouse, with query parameters."""
    yield lambda warehouse, page="pages/review/weekly.py", **query: _run(
        root, monkeypatch, warehouse, page, query
    )
    st.cache_resource.clear()
    st.cache_data.clear()


def _run(
    root: Path, monkeypatch: pytest.MonkeyPatch, warehouse: Path, page: str, query: dict[str, str]
) -> AppTest:
    monkeypatch.setenv("STANDING_WAREHOUSE", str(warehouse))
    app = AppTest.from_file(str(root / "app.py"), default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    app.switch_page(page)
    # Of a page that has not run yet Streamlit knows the file alone, and takes its name for the address.
    address = dict(PAGE.findall((root / "app.py").read_text(encoding="utf-8")))[page]
    app._page_hash = calc_hash(address)
    return app.run()


@pytest.fixture(scope="session")
def build_export(
    make_once: Callable[[str, Callable[[Path], object]], Path],
) -> Callable[[Callable[[Path], Path]], Path]:
    """Builds what a writer of exports.py writes, once a writer and run; returns the warehouse."""

    def make(write: Callable[[Path], Path]) -> Path:
        return make_once(
            f"{write.__module__}.{write.__qualname__}",
            lambda warehouse: build_again(write(warehouse.parent / "export"), warehouse),
        )

    return make


def build_again(export: Path, warehouse: Path) -> None:
    build(export, warehouse, load_settings(None), AS_OF, lambda _: None)


def first_customer(warehouse: Path) -> str:
    """The id of the customer with the largest MRR who is actively dissatisfied."""
    with closing(open_published(warehouse)) as opened, closing(opened.cursor()) as cursor:
        return list_customers(cursor, tier="actively_dissatisfied", limit=1)[0]["customer_id"]
