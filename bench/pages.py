"""What a rerun of each page costs a running server, in reruns of an empty page."""

import asyncio
import contextlib
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import start
from bench.viewer import Viewer, open_viewer

EMPTY_PAGE = "import streamlit as st\n\nst.title('Empty')\n"
ROUNDS = 25
# After an answer Streamlit collects garbage; the next click is not to pay for the last one.
PAUSE_SECONDS = 0.1


@dataclass
class Reruns:
    """Seconds of a page's reruns: nothing changed, and a week that nobody has looked at."""

    warm: list[float] = field(default_factory=list)
    fresh: list[float] = field(default_factory=list)

    @property
    def warm_median(self) -> float:
        return statistics.median(self.warm)

    @property
    def fresh_median(self) -> float:
        return statistics.median(self.fresh)


@dataclass(frozen=True)
class PageCosts:
    """Reruns of each page by its name: on the sample, on the large company, and of nothing."""

    sample: dict[str, Reruns]
    large: dict[str, Reruns]
    empty: Reruns
    empty_uncollected: Reruns


@contextlib.contextmanager
def serve_empty(*options: str) -> Iterator[str]:
    """A server of a page with nothing but its title."""
    port = start.any_port()
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "empty.py"
        script.write_text(EMPTY_PAGE, encoding="utf-8")
        command = [str(script) if part.endswith("app.py") else part
                   for part in start.server_command(Path(sys.executable), port)]  # fmt: skip
        server = subprocess.Popen([*command, *options], cwd=folder, stdout=subprocess.DEVNULL)
        try:
            start.wait_until_healthy(server, f"http://localhost:{port}")
            yield f"http://localhost:{port}"
        finally:
            server.kill()
            server.wait()


def measure_pages(sample: Path, large: Path) -> PageCosts:
    """Rerun every page of the app in turn, so that the machine's drift meets all alike."""
    with (
        start.serve(Path(sys.executable), start.any_port(), sample) as (sample_url, _),
        start.serve(Path(sys.executable), start.any_port(), large) as (large_url, _),
        serve_empty() as empty,
        # Streamlit collects all garbage after each rerun; app.py makes that cheap.
        serve_empty("--runner.postScriptGC=false") as uncollected,
    ):
        return asyncio.run(_measure([sample_url, large_url, empty, uncollected]))


async def _measure(urls: list[str]) -> PageCosts:
    async with AsyncExitStack() as stack:
        servers = [await _open_pages(stack, url) for url in urls]
        costs = [{name: Reruns() for name in viewers} for viewers in servers]
        for round_ in range(ROUNDS):
            for viewers, reruns in zip(servers, costs, strict=True):
                for name, viewer in viewers.items():
                    reruns[name].warm.append(await _click(viewer))
                    if "week" in viewer.filters:
                        weeks = viewer.filters["week"].options
                        # One each: a page that has read a week has read it for the others.
                        number = 1 + round_ * len(viewers) + list(viewers).index(name)
                        viewer.chosen["week"] = weeks[number % len(weeks)]
                        reruns[name].fresh.append(await _click(viewer))
    sample, large, empty, uncollected = costs
    return PageCosts(sample, large, *empty.values(), *uncollected.values())


async def _open_pages(stack: AsyncExitStack, url: str) -> dict[str, Viewer]:
    """A viewer on each page that the app registers."""
    first = Viewer(await stack.enter_async_context(open_viewer(url)))
    await first.rerun()
    viewers = {first.pages[0].page_name if first.pages else "": first}
    for page in first.pages[1:]:
        viewer = Viewer(await stack.enter_async_context(open_viewer(url)))
        viewer.turn_to(page)
        await viewer.rerun()
        viewers[page.page_name] = viewer
    return viewers


async def _click(viewer: Viewer) -> float:
    await asyncio.sleep(PAUSE_SECONDS)
    seconds = await viewer.rerun()
    if viewer.failures:
        raise SystemExit("A page failed: run the browser tests.")
    return seconds
