"""Make the pictures in docs/screenshots from the real app on the sample: `make screenshots`."""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, ViewportSize, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import start  # noqa: E402  (the path above comes first)
from tests.chromium import ARGUMENTS, chromium_path  # noqa: E402
from warehouse.build import build  # noqa: E402
from warehouse.settings import load_settings  # noqa: E402

SCREENSHOTS = ROOT / "docs" / "screenshots"
PAGES = {"weekly": "/", "metrics": "/metrics", "data_health": "/data_health"}
DRAWN = """() =>
    document.querySelector('[data-test-script-state="notRunning"]')
    && !document.querySelector('[data-testid="stSkeleton"]')
"""
SCREEN: ViewportSize = {"width": 1366, "height": 768}


def take(page: Page, url: str, picture: Path) -> None:
    """Save a page once nothing on it is awaited and two pictures a second apart are the same."""
    page.goto(url)
    page.get_by_test_id("stAppViewContainer").wait_for()
    page.wait_for_function(DRAWN)
    before = b""
    while before != (now := page.screenshot()):
        before = now
        page.wait_for_timeout(1000)
        page.wait_for_function(DRAWN)
    picture.write_bytes(now)
    print(picture.relative_to(ROOT))


def main() -> None:
    """Build the sample, serve it, and save every page in light colours."""
    SCREENSHOTS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        build(start.SAMPLE, Path(folder), load_settings(None), None, print)
        port = start.any_port()
        with start.serve(Path(sys.executable), port, Path(folder)) as (url, _):
            browser = playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
            page = browser.new_page(viewport=SCREEN, color_scheme="light")
            for name, path in PAGES.items():
                take(page, url + path, SCREENSHOTS / f"{name}.png")
            browser.close()


if __name__ == "__main__":
    main()
