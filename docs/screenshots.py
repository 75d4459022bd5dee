"""Make the pictures in docs/screenshots from the real app on the sample: `make screenshots`."""

import sys
import tempfile
from contextlib import closing
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Page, ViewportSize, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import start  # noqa: E402  (the path above comes first)
from analyses.board.freeze import Given, freeze_pack  # noqa: E402
from ledger.freeze import freeze  # noqa: E402
from ledger.notes import add_note  # noqa: E402
from metrics.customers import list_customers  # noqa: E402
from tests.chromium import ARGUMENTS, chromium_path  # noqa: E402
from warehouse.build import build  # noqa: E402
from warehouse.publish import open_published  # noqa: E402
from warehouse.settings import load_settings  # noqa: E402

SCREENSHOTS = ROOT / "docs" / "screenshots"
# Every page as it opens, and of the dashboard's parts what opens on a click.
PAGES = {
    "weekly": "/",
    "tiers": "/tiers",
    "movement": "/movement?since=2026-08-10",
    "recovery": "/movement?part=Recovery",
    "account": "/account?customer={customer}",
    "list": "/list?behind=lost_customers&grain=quarter",
    "churn": "/churn",
    "velocity": "/velocity",
    "lifetime_value": "/lifetime_value",
    "forecast": "/forecast",
    "board_pack": "/board_pack",
    "present": "/present",
    "notes": "/notes",
    "budget_case": "/budget_case?do=rescue&rescue=c40000_r60_e0.05~0.1~0.15",
    "spend": "/spend",
    "metrics": "/metrics",
    "metric": "/metrics?metric=churn_logo",
    "data_health": "/data_health",
}
DRAWN = """() =>
    document.querySelector('[data-test-script-state="notRunning"]')
    && !document.querySelector('[data-testid="stSkeleton"]')
"""
DESK: ViewportSize = {"width": 1366, "height": 768}
PHONE: ViewportSize = {"width": 390, "height": 844}
SCREENS: list[tuple[str, ViewportSize, Literal["light", "dark"]]] = [
    ("", DESK, "light"),
    ("_dark", DESK, "dark"),
    ("_phone", PHONE, "light"),
    ("_phone_dark", PHONE, "dark"),
]
CALLS = "Call each dissatisfied customer whose renewal is due before March."
DISCOUNT = "The discount on annual contracts ends in January; sales asks the board to extend it."
TALLEST = 2400  # pixels of a page that are kept; what follows repeats the kind


def take(page: Page, url: str, picture: Path) -> None:
    """Save a page once nothing on it is awaited and two pictures a second apart are the same."""
    page.goto(url)
    page.get_by_test_id("stAppViewContainer").wait_for()
    page.wait_for_function(DRAWN)
    page.wait_for_timeout(1000)
    # The page scrolls inside of the window: a taller window shows it in full.
    height = page.get_by_test_id("stMain").evaluate("main => main.scrollHeight")
    size = page.viewport_size or DESK
    page.set_viewport_size({**size, "height": max(size["height"], min(height, TALLEST))})
    before = b""
    while before != (now := page.screenshot()):
        before = now
        page.wait_for_timeout(1000)
        page.wait_for_function(DRAWN)
    page.set_viewport_size(size)
    # 256 colours are enough for a screen of ours, at a third of the size.
    Image.open(BytesIO(now)).quantize(256).save(picture, optimize=True)
    print(picture.relative_to(ROOT))


def find_unhappy_customer(folder: Path) -> str:
    """The largest customer that is actively dissatisfied."""
    with closing(open_published(folder)) as warehouse, closing(warehouse.cursor()) as cursor:
        return list_customers(cursor, tier="actively_dissatisfied", limit=1)[0]["customer_id"]


def write_pack(folder: Path) -> None:
    """What the pages of the board show: notes beside numbers of the newest closed quarter, and its pack."""
    start, author = date(2026, 7, 1), "Ada Keller"
    add_note(folder, "churn_logo", "quarter", start, "action", author, CALLS)
    add_note(folder, "vel_pipeline", "quarter", start, "decision", author, DISCOUNT)
    freeze_pack(folder, Given("2026Q3", "Board pack", None, author))


def main() -> None:
    """Build the sample, serve it, and save every page on a desk and a phone, light and dark."""
    SCREENSHOTS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        build(start.SAMPLE, Path(folder), load_settings(None), None, print)
        freeze(Path(folder), print)
        write_pack(Path(folder))
        customer = find_unhappy_customer(Path(folder))
        port = start.any_port()
        with start.serve(Path(sys.executable), port, Path(folder)) as (url, _):
            browser = playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
            for suffix, screen, scheme in SCREENS:
                page = browser.new_page(viewport=screen, color_scheme=scheme)
                for name, path in PAGES.items():
                    address = url + path.format(customer=customer)
                    take(page, address, SCREENSHOTS / f"{name}{suffix}.png")
                page.close()
            browser.close()


if __name__ == "__main__":
    main()
