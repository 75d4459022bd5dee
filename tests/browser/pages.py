"""The app's pages, and when one of them is drawn."""

import ast
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

WAIT = 30_000
OpenPage = Callable[..., Page]
APP = Path(__file__).resolve().parents[2] / "app.py"
# A page that shows one of many things, with one that the sample has; a filter that is set.
EXAMPLES = {
    "/": "/?segment=enterprise",
    "/account": "/account?customer=001Wx0000000001IAA",
    "/list": "/list?behind=lost_customers",
    "/budget_case": "/budget_case?do=rescue&rescue=c40000_r60_e0.05~0.1~0.15",
    "/metrics": "/metrics?metric=churn_logo",
}


def list_pages() -> list[str]:
    """The address of each page that app.py registers."""
    return [EXAMPLES.get(path, path) for path in _list_paths()]


def wait_until_drawn(page: Page) -> None:
    """Until the script has ended and something stands on the page."""
    expect(page.get_by_test_id("stMain").locator("h3, [data-testid=stText]").first).to_be_visible()
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
    expect(page.locator("[data-stale=true]")).to_have_count(0)


def _list_paths() -> list[str]:
    calls = [
        {keyword.arg: ast.literal_eval(keyword.value) for keyword in node.keywords}
        for node in ast.walk(ast.parse(APP.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "st.Page"
    ]
    return ["/" if call.get("default") else f"/{call['url_path']}" for call in calls]
