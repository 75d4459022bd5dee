"""Where a rerun's time goes: a look at the running script every half millisecond.

Timers around our own functions would miss what Streamlit and Plotly do with what they return.
"""

import os
import sys
import threading
from collections import Counter
from pathlib import Path
from types import FrameType
from typing import Any
from unittest import mock
from urllib.parse import parse_qs

from bench import ROOT
from bench.table import compute_shares
from bench.viewer import EXAMPLES

LOOK_SECONDS = 0.0005
ROUNDS = 30
SCRIPT_THREAD = "ScriptRunner.scriptThread"
# A rerun is in the first of these folders that its stack names, from the innermost call outwards.
PARTS = {
    "warehouse": "queries",
    "metrics": "queries",
    "charts": "figures",
    "plotly": "figures",
    "_plotly_utils": "figures",
    "analyses": "ours",
    "exports": "ours",
    "ui": "ours",
    "pages": "ours",
    "caching": "caches",
    "streamlit": "Streamlit",
}
SHOWN = ("queries", "figures", "caches", "ours", "Streamlit")


def name_part(folders: list[tuple[str, ...]]) -> str:
    """What a stack is busy with, from the folders of its calls, the innermost first."""
    for parts in folders:
        known = [PARTS[part] for part in reversed(parts) if part in PARTS]
        if known:
            return known[0]
    return "Streamlit"


def measure_shares(warehouse: Path) -> dict[str, dict[str, float]]:
    """The share of each part in a warm rerun, by the page's title."""
    from streamlit.logger import set_log_level
    from streamlit.runtime.scriptrunner.script_cache import ScriptCache
    from streamlit.testing.v1 import AppTest

    set_log_level("ERROR")
    sys.setswitchinterval(LOOK_SECONDS / 2)
    os.environ["STANDING_WAREHOUSE"] = str(warehouse)
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=300)
    shares = {}
    # A server compiles a script once; AppTest would at every rerun.
    compiled = "streamlit.testing.v1.local_script_runner.ScriptCache"
    with mock.patch(compiled, return_value=ScriptCache()):
        for page in list_pages(app):
            app.query_params.clear()
            for name, values in parse_qs(EXAMPLES.get(page.url_path, "")).items():
                app.query_params[name] = values
            app.switch_page(str(page._page)).run()
            shares[page.title] = _look_at(app)
    return shares


def list_pages(app: Any) -> list[Any]:
    """Every st.Page that app.py registers."""
    import streamlit as st

    pages: list[Any] = []
    register = st.navigation

    def listen(sections: Any, **options: Any) -> Any:
        pages[:] = [page for section in sections.values() for page in section]
        return register(sections, **options)

    with mock.patch("streamlit.navigation", listen):
        app.run()
    return pages


def _look_at(app: Any) -> dict[str, float]:
    counts: Counter[str] = Counter()
    done = threading.Event()

    def look() -> None:
        while not done.wait(LOOK_SECONDS):
            threads = {thread.name: thread.ident for thread in threading.enumerate()}
            frame = sys._current_frames().get(threads.get(SCRIPT_THREAD) or 0)
            if frame is not None:
                counts[name_part(folders_of(frame))] += 1

    watcher = threading.Thread(target=look)
    watcher.start()
    for _ in range(ROUNDS):
        app.run()
    done.set()
    watcher.join()
    return compute_shares({part: float(counts[part]) for part in SHOWN})


def folders_of(frame: FrameType | None) -> list[tuple[str, ...]]:
    """The folders of each call's file below the repository, or below the installed packages."""
    folders = []
    while frame is not None:
        path = Path(frame.f_code.co_filename)
        parts = path.parts
        if "site-packages" in parts:
            parts = parts[parts.index("site-packages") + 1 :]
        elif path.is_relative_to(ROOT):
            parts = path.relative_to(ROOT).parts
        else:
            parts = ()
        folders.append(parts[:-1])
        frame = frame.f_back
    return folders
