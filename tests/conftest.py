"""What several kinds of test share: the repository, one build of the sample, one server on it."""

import atexit
import gc
import os
import sys
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from coverage import Coverage
from filelock import FileLock
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

import start
from tests import chromium

if TYPE_CHECKING:
    from analyses.board.document import Pack

MakeOnce = Callable[[str, Callable[[Path], object]], Path]
ROOT = Path(__file__).resolve().parents[1]
# What takes longest begins first, so that several workers end together.
LONGEST = (
    "tests/browser/", "tests/reference/", "tests/faults/", "tests/ledger/", "tests/test_layouts.py", "tests/app/",
)  # fmt: skip


# Each worker has a core to itself, and so has what it starts: DuckDB's threads would only wait for one
# another (a fifth of the CPU time). A test run alone has all threads, and test_determinism asks for eight.
# DuckDB reads this wherever it runs: github.com/duckdb/duckdb/pull/12978.
WORKER, FIRST = "PYTEST_XDIST_WORKER", "gw0"
if WORKER in os.environ:
    os.environ["SLURM_CPUS_ON_NODE"] = "1"


def close_standard_error() -> None:
    """Keep pytest's closing line the last: DuckDB's binding prints a page on its leaks at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


# Not in pytest_unconfigure: pytest's own capture puts standard error back after that.
atexit.register(close_standard_error)


class ByFile(LoadFileScheduling):
    """A file's tests share its fixtures; the browser's tests share one browser and one server."""

    def _split_scope(self, nodeid: str) -> str:
        return LONGEST[0] if nodeid.startswith(LONGEST[0]) else super()._split_scope(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFile:
    return ByFile(config, log)


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One more than there are cores: the worker of the browser's tests waits for most of its time."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: [not item.nodeid.startswith(folder) for folder in LONGEST])


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Every worker imports every module: one of them is enough to trace for coverage (6 s of CPU each). What is
    imported stays, and each page that a test runs would have it looked through for garbage."""
    measured = None if os.environ.get(WORKER, FIRST) == FIRST else Coverage.current()
    if measured:
        measured.stop()
    try:
        return (yield)
    finally:
        if measured:
            measured.start()
        gc.collect()
        gc.freeze()


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository's top folder."""
    return ROOT


@pytest.fixture(scope="session")
def make_once(tmp_path_factory: pytest.TempPathFactory) -> MakeOnce:
    """Gives the warehouse of a name, made by who asks first in this run, whichever worker that is."""
    from warehouse.publish import published_build_id

    shared = tmp_path_factory.getbasetemp()
    if WORKER in os.environ:
        shared = shared.parent

    def give(name: str, make: Callable[[Path], object]) -> Path:
        warehouse = shared / "made_once" / name / "warehouse"
        warehouse.mkdir(parents=True, exist_ok=True)
        with FileLock(warehouse.with_suffix(".lock")):
            if not published_build_id(warehouse):
                make(warehouse)
        return warehouse

    return give


@pytest.fixture(scope="session")
def sample_warehouse(make_once: MakeOnce) -> Path:
    """A warehouse with one build of the committed sample: do not write to it."""
    from warehouse.build import build
    from warehouse.settings import load_settings

    return make_once("sample", lambda folder: build(start.SAMPLE, folder, load_settings(None)))


@pytest.fixture(scope="session")
def sample_pack(sample_warehouse: Path) -> "Pack":
    """The sample's board pack with much written beside its headlines, as the ledger would keep it; composed by who
    asks first."""
    from analyses.board.codec import from_json, to_json
    from tests.packs import compose_sample

    kept = sample_warehouse.parent / "pack.json"
    with FileLock(kept.with_suffix(".lock")):
        if not kept.exists():
            kept.write_text(to_json(compose_sample(sample_warehouse)), encoding="utf-8")
    return from_json(kept.read_text(encoding="utf-8"))


@pytest.fixture
def few_metrics(monkeypatch: pytest.MonkeyPatch) -> None:
    """Freeze these alone, where a test asks for no others: all of them take longer than a small build."""
    from metrics.registry import load_metrics

    every = load_metrics()
    few = {name: every[name] for name in ("churn_logo", "cust_active", "mrr")}
    monkeypatch.setattr("ledger.freeze.load_metrics", lambda: few)


@pytest.fixture(scope="session")
def chromium_path() -> str | None:
    """The Chromium to start (None: Playwright's own)."""
    return chromium.chromium_path()


@pytest.fixture(scope="session")
def server(sample_warehouse: Path) -> Iterator[str]:
    """The URL of a dashboard that shows the sample, started as `make run` starts it."""
    with start.serve(Path(sys.executable), start.any_port(), sample_warehouse) as (url, _):
        yield url
