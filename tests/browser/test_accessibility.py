"""For everybody: no serious finding of axe-core, every control by keyboard, 360 px wide."""

import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.pages import WAIT, list_pages, wait_until_drawn

pytestmark = pytest.mark.browser

KNOWN: list[dict[str, str]] = tomllib.loads(
    Path(__file__).with_name("streamlits_own.toml").read_text(encoding="utf-8")
)["violation"]
MOST_TABS = 400
NARROW = 360
Visit = Callable[..., Page]

WIDTH = "Math.max(...[...document.querySelectorAll('html, [data-testid=stMain]')].map(e => e.scrollWidth))"
CONTROLS = """
[data-testid=stSidebarNav] a, [data-testid=stSidebar] [data-testid=stSidebarUserContent] input,
[data-testid=stMain] button, [data-testid=stMain] a[href], [data-testid=stMain] input
"""
WATCH_FOCUS = """controls => {
    window.controls = [...document.querySelectorAll(controls)];
    document.head.append(Object.assign(document.createElement('style'),
        {textContent: '*, *::before, *::after {transition: none !important}'}));
    const top = Object.assign(document.createElement('span'), {tabIndex: -1});
    document.body.prepend(top);
    top.focus();
    window.seen = new Map();
    // What may show the focus: the control, or a frame around it.
    window.look = control => {
        const looks = [];
        for (let each = control, i = 0; each && i < 5; each = each.parentElement, i++) {
            const style = getComputedStyle(each);
            looks.push(style.outline, style.boxShadow, style.borderColor, style.backgroundColor,
                       style.color, style.textDecoration);
        }
        return looks.join('|');
    };
}"""
NOTE_FOCUS = """() => {
    const control = document.activeElement;
    // Past the last control; the next Tab begins again at the first.
    if (control === document.body) return 'none';
    // Tab goes through the cells of a table's row before it leaves the table.
    if (window.seen.has(control)) return control === window.last ? 'same' : 'again';
    window.last = control;
    window.seen.set(control, window.look(control));
    return 'new';
}"""
SAY = """const say = control => `${control.tagName} ${control.getAttribute('aria-label')
    || control.innerText || control.getAttribute('data-testid') || control.className}`.slice(0, 90);
"""
LIST_MISSED = (
    """() => {"""
    + SAY
    + """
    // Arrows move within a group, and open a list.
    const arrows = '[role=radiogroup], [role=toolbar], [role=tablist], [role=listbox], [role=grid],'
        + '[data-testid=stSelectbox] [tabindex="-1"], [data-testid=stMultiSelect] [tabindex="-1"]';
    return window.controls.filter(control => control.isConnected
        && control.checkVisibility({opacityProperty: true, visibilityProperty: true})
        && !control.disabled && !control.closest(arrows) && !window.seen.has(control)).map(say);
}"""
)
LIST_INVISIBLE = (
    """() => {"""
    + SAY
    + """
    document.activeElement.blur();
    // A table frames its cell inside its canvas; the page itself has the focus to be scrolled by
    // arrows, and Streamlit does not show that.
    return [...window.seen].filter(([control, look]) => control.isConnected
        && !control.matches('canvas, canvas *, [data-testid=stMain]') && window.look(control) === look)
        .map(([control]) => say(control));
}"""
)


@pytest.fixture(scope="module")
def visit(browser: Browser, server: str) -> Iterator[Visit]:
    """Goes to a page of the app, in one window a colour scheme: the second visit is faster."""
    windows: dict[str, Page] = {}

    def go(path: str, scheme: str = "light") -> Page:
        if scheme not in windows:
            viewport: Any = {"width": 1366, "height": 768}
            context: Any = {"viewport": viewport, "color_scheme": scheme}
            windows[scheme] = browser.new_context(**context).new_page()
        page = windows[scheme]
        page.set_default_timeout(WAIT)
        expect.set_options(timeout=WAIT)
        page.set_viewport_size({"width": 1366, "height": 768})
        page.goto(f"{server}{path}")
        settle(page)
        return page

    yield go
    for page in windows.values():
        page.context.close()


@pytest.fixture(scope="module", params=list_pages())
def drawn(request: pytest.FixtureRequest, visit: Visit) -> Page:
    """A page, drawn once for the tests that follow: axe-core and Tab change nothing, the phone comes last."""
    return visit(request.param)


def settle(page: Page) -> None:
    """Until the page is drawn; what draws figures and colours SQL is loaded after the script."""
    wait_until_drawn(page)
    page.wait_for_load_state("networkidle")
    page.wait_for_function(
        "() => [...document.querySelectorAll('[data-testid=stPlotlyChart]')]"
        ".every(chart => chart.querySelector('.main-svg'))"
    )


def find_serious(page: Page) -> list[dict[str, str]]:
    """Rule, selector and reason of each node that axe-core finds serious or critical."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        {"rule": rule["id"], "node": node["target"][-1], "why": node["failureSummary"]}
        for rule in found
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]


def is_known(page: Page, finding: dict[str, str], known: dict[str, str]) -> bool:
    """Whether a finding is this one of Streamlit's own."""
    matches = "([node, known]) => document.querySelector(node).matches(known)"
    return finding["rule"] == known["rule"] and page.evaluate(
        matches, [finding["node"], known["node"]]
    )


def find_ours(page: Page) -> list[dict[str, str]]:
    return [f for f in find_serious(page) if not any(is_known(page, f, known) for known in KNOWN)]


def test_nothing_serious_but_streamlits_own(drawn: Page) -> None:
    assert find_ours(drawn) == []


def test_every_control_by_keyboard(drawn: Page) -> None:
    page = drawn
    page.evaluate(WATCH_FOCUS, CONTROLS)
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate(NOTE_FOCUS) == "again":
            break
    else:
        pytest.fail(f"{MOST_TABS} presses of Tab did not reach the end of the page.")
    assert page.evaluate(LIST_MISSED) == []
    assert page.evaluate(LIST_INVISIBLE) == []


def test_nothing_scrolls_sideways_on_a_phone(drawn: Page) -> None:
    page = drawn
    page.set_viewport_size({"width": NARROW, "height": 780})
    settle(page)
    # Figures take their new width one after the other.
    page.wait_for_function(WIDTH + f" <= {NARROW}", timeout=WAIT / 2)


@pytest.mark.parametrize("path", list_pages())
def test_nothing_serious_in_the_dark(visit: Visit, path: str) -> None:
    assert find_ours(visit(path, "dark")) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_serious_behind_a_card(visit: Visit, scheme: str) -> None:
    page = visit("/", scheme)
    page.locator("[class*=st-key-details_] button").first.click()
    expect(page.get_by_test_id("stPopoverBody").get_by_test_id("stCode").first).to_be_visible()
    settle(page)
    assert find_ours(page) == []


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: known["rule"])
def test_the_list_of_streamlits_own_is_still_needed(visit: Visit, known: dict[str, str]) -> None:
    page = visit(known["page"])
    expect(page.locator(known["node"]).first).to_be_visible()
    assert any(is_known(page, finding, known) for finding in find_serious(page))
    assert known["upstream"].startswith("https://github.com/streamlit/streamlit/")
