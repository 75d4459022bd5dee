"""What only a real browser shows: links on a cold server, the URL, the console, markup, layout."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

import start
from tests.app import exports
from tests.browser.pages import OpenPage, wait_until_drawn
from warehouse.build import build
from warehouse.settings import load_settings

pytestmark = pytest.mark.browser

HOSTILE = ["<script>window.ran = 1</script>", "<img src=x onerror='window.ran = 1'>"]
# Streamlit asks below a page's path for what lies at the root, to find out where the root is.
PROBES = re.compile(r"/\w+/_stcore/(health|host-config)$")
VEGA = "Infinite extent"


@contextmanager
def serving(warehouse: Path) -> Iterator[str]:
    """A dashboard of its own, fresh from the start."""
    with start.serve(Path(sys.executable), start.any_port(), warehouse) as (url, _):
        yield url


def numbers(page: Page) -> list[str]:
    """The cards' values, once all six stand there."""
    values = page.get_by_test_id("stMetricValue")
    expect(values).to_have_count(6)
    wait_until_drawn(page)
    # After a change of page the old cards may go once more before the new ones stand.
    expect(values).to_have_count(6)
    return values.all_inner_texts()


def test_a_deep_link_on_a_cold_server(sample_warehouse: Path, open_page: OpenPage) -> None:
    with serving(sample_warehouse) as url:
        page = open_page(f"{url}/metrics?metric=churn_logo")
        expect(page.get_by_text("Customers lost during the period, as a share")).to_be_visible()
        expect(page.get_by_test_id("stSidebarNav")).to_contain_text("Data health")
        expect(page.get_by_test_id("stSidebar").get_by_text("Segment")).to_be_visible()
        expect(page.get_by_text("Page not found")).to_have_count(0)


def open_segments(page: Page) -> None:
    """Scrolled to first, for to scroll closes what is open: a click alone does both at once."""
    segment = page.get_by_role("combobox", name="Segment")
    segment.scroll_into_view_if_needed()
    page.wait_for_timeout(500)
    segment.click()


def test_a_filter_is_in_the_url_and_survives_a_reload(server: str, open_page: OpenPage) -> None:
    page = open_page(server)
    everybody = numbers(page)
    assert "?" not in page.url
    open_segments(page)
    page.get_by_role("option", name="enterprise").click()
    expect(page.get_by_text("segment: enterprise")).to_be_visible()
    chosen = numbers(page)
    assert chosen != everybody
    assert "segment=enterprise" in page.url
    page.reload()
    expect(page.get_by_text("segment: enterprise")).to_be_visible()
    assert numbers(page) == chosen


def test_a_link_gives_another_person_the_same_view(server: str, open_page: OpenPage) -> None:
    link = f"{server}/?week=2026-08-10&segment=enterprise"
    first, second = open_page(link), open_page(link)
    expect(first.get_by_text("Week of 10 to 16 Aug 2026")).to_be_visible()
    assert numbers(first) == numbers(second)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/", "/metrics", "/metrics?metric=adv_share", "/data_health"])
def test_no_errors_and_nothing_from_outside(
    server: str, browser: Browser, path: str, scheme: str
) -> None:
    errors: list[str] = []
    outside: list[str] = []
    with browser.new_context(color_scheme=scheme) as context:  # type: ignore[arg-type]
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on(
            "console",
            lambda message: (
                errors.append(f"{message.text} {message.location.get('url', '')}")
                if message.type in ("error", "warning")
                else None
            ),
        )
        page.on("request", lambda request: outside.append(request.url))
        page.goto(f"{server}{path}")
        wait_until_drawn(page)
        page.wait_for_load_state("networkidle")
    assert [e for e in errors if VEGA not in e and not PROBES.search(e)] == []
    assert [url for url in outside if not url.startswith((server, "data:", "blob:"))] == []


def test_names_are_text(open_page: OpenPage, tmp_path: Path) -> None:
    warehouse = tmp_path / "warehouse"
    export = exports.write_named(tmp_path / "export", HOSTILE)
    build(export, warehouse, load_settings(None), date(2026, 11, 15), lambda _: None)
    with serving(warehouse) as url:
        page = open_page(url)
        numbers(page)
        cells = page.locator("canvas td", has_text=HOSTILE[0])
        expect(cells.first).to_be_attached()
        open_segments(page)
        expect(page.get_by_role("option", name=re.compile("onerror"))).to_be_visible()
        page.get_by_role("option", name=re.compile("onerror")).click()
        expect(page.get_by_text("segment: <img src=x onerror=alert(1)> **bold**")).to_be_visible()
        assert page.evaluate("window.ran") is None
        expect(page.locator("img[src=x]")).to_have_count(0)


def test_the_week_fits_on_one_screen(server: str, open_page: OpenPage) -> None:
    page = open_page(server, 1366, 650)
    numbers(page)
    page.get_by_test_id("stSidebar").hover()
    page.get_by_test_id("stSidebarCollapseButton").get_by_role("button").click()
    main = page.get_by_test_id("stMain")
    expect(page.get_by_test_id("stSidebar")).to_have_attribute("data-collapsed", "true")
    expect(page.get_by_role("figure", name=re.compile("^Movement"))).to_be_visible()
    # Five sparklines (lifetime value has no trend), the tier spread and the movement.
    page.wait_for_function("() => document.querySelectorAll('.js-plotly-plot').length === 7")
    assert main.evaluate("main => main.scrollHeight") <= 650


def test_narrow_screens_stack(server: str, open_page: OpenPage) -> None:
    page = open_page(server, 360, 800)
    numbers(page)
    assert page.get_by_test_id("stMain").evaluate("main => main.scrollWidth") <= 360
    lefts = {round(box.bounding_box()["x"]) for box in page.get_by_test_id("stMetric").all()}  # type: ignore[index]
    assert len(lefts) == 1


def test_a_card_opens_its_definition_and_sql(server: str, open_page: OpenPage) -> None:
    page = open_page(server)
    numbers(page)
    page.get_by_role("button", name=re.compile(r"^\d+ of [\d,]+")).first.click()
    opened = page.get_by_test_id("stPopoverBody")
    expect(opened.get_by_text("lost customers / customers at the start")).to_be_visible()
    expect(opened.get_by_text("from customer_periods")).to_be_attached()


def test_pages_by_keyboard_and_back(server: str, open_page: OpenPage) -> None:
    page = open_page(server)
    numbers(page)
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Data health").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Rejected rows")).to_be_visible()
    assert page.url.endswith("/data_health")
    page.go_back()
    assert len(numbers(page)) == 6


def test_a_link_that_asks_for_what_is_not_here_says_so(server: str, open_page: OpenPage) -> None:
    page = open_page(
        f"{server}/list?behind=lost_customers&tier=angry&segment=nobody&week=1999-01-04"
    )
    told = page.get_by_test_id("stAlert")
    expect(told).to_have_count(3)
    for asked in ("angry", "nobody", "1999-01-04"):
        expect(told.filter(has_text=asked)).to_have_count(1)
    expect(page.get_by_text("2 customers")).to_be_visible()


def test_from_a_card_to_the_account_and_back(server: str, open_page: OpenPage) -> None:
    """Two clicks to the rows, two more to the account; Back takes each page in one step."""
    page = open_page(f"{server}/?week=2026-11-02")
    numbers(page)
    page.get_by_role("button", name=re.compile(r"^\d+ of [\d,]+")).first.click()
    page.get_by_test_id("stPopoverBody").get_by_role("link", name="Lost customers").click()
    expect(page.get_by_text(re.compile(r"^\d+ customers, MRR EUR"))).to_be_visible()
    rows = asked("/list?week=2026-11-02&behind=lost_customers")
    assert asked(page.url) == rows
    tick_first_row(page)
    page.get_by_role("link", name=re.compile("^Open the account of")).click()
    expect(page.get_by_text("Changes of tier (")).to_be_visible()
    account = page.url
    assert "week=2026-11-02" in account
    assert "customer=" in account
    page.go_back()
    expect(page.get_by_text(re.compile(r"^\d+ customers, MRR EUR"))).to_be_visible()
    assert asked(page.url) == rows
    page.go_back()
    numbers(page)
    assert asked(page.url) == asked("/?week=2026-11-02")
    page.go_forward()
    expect(page.get_by_text(re.compile(r"^\d+ customers, MRR EUR"))).to_be_visible()
    assert asked(page.url) == rows


def test_a_link_keeps_week_and_scope_in_a_window_of_its_own(
    server: str, open_page: OpenPage
) -> None:
    page = open_page(f"{server}/?week=2026-10-26&segment=mid-market")
    numbers(page)
    page.get_by_role("button", name=re.compile(r"^\d+ of [\d,]+")).first.click()
    link = page.get_by_test_id("stPopoverBody").get_by_role("link", name="Lost customers")
    other = open_page(str(link.evaluate("link => link.href")))
    expect(other.get_by_text("Week of 26 Oct to 1 Nov 2026. segment: mid-market.")).to_be_visible()


def test_a_bar_opens_its_customers(server: str, open_page: OpenPage) -> None:
    page = open_page(server)
    numbers(page)
    bars = page.get_by_role("figure", name=re.compile("^Customers by tier")).locator(".point path")
    click_middle(page, bars.nth(2))
    page.get_by_role("link", name=re.compile("^Show the customers: [0-9,]+ neutral")).click()
    expect(page.get_by_text(re.compile(r"^[0-9,]+ customers, MRR EUR"))).to_be_visible()
    assert page.url.endswith("/list?behind=tier_customers&tier=neutral")


def test_a_cell_of_the_matrix_opens_its_customers(server: str, open_page: OpenPage) -> None:
    page = open_page(f"{server}/movement?since=2026-08-10")
    matrix = page.get_by_test_id("stDataFrame").first
    expect(matrix).to_be_visible()
    wait_until_drawn(page)
    matrix.scroll_into_view_if_needed()
    box = matrix.bounding_box()
    assert box is not None
    # The row of the neutral, the column of the neutral: always somebody.
    page.mouse.click(box["x"] + 0.42 * box["width"], box["y"] + 28 + 2.5 * 26)
    expect(page.get_by_text(re.compile(r"^[0-9,]+ customers, MRR EUR"))).to_be_visible()
    assert "from=" in page.url
    assert "to=" in page.url
    chosen = page.url
    other = open_page(chosen)
    expect(other.get_by_text(re.compile(r"^[0-9,]+ customers, MRR EUR"))).to_be_visible()


def asked(url: str) -> tuple[str, dict[str, set[str]]]:
    """What an address asks for; Streamlit may name a value twice."""
    parts = urlsplit(url)
    return parts.path, {key: set(values) for key, values in parse_qs(parts.query).items()}


def tick_first_row(page: Page) -> None:
    """Choose the first row of the first table, whose cells are drawn on a canvas."""
    table = page.get_by_test_id("stDataFrame").first
    expect(table).to_be_visible()
    wait_until_drawn(page)
    box = table.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 17, box["y"] + 42)


def click_middle(page: Page, mark: Locator) -> None:
    """Click a mark of a figure, over which Plotly lays what takes the clicks."""
    expect(mark).to_be_attached()
    wait_until_drawn(page)
    box = mark.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
