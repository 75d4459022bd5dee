"""Readers while builds are published."""

import os
import threading
from contextlib import closing
from unittest.mock import patch

from tests.faults.registry import fault
from tests.faults.scene import Scene, terms
from tests.small_export import write_export
from ui import cache

READERS = 20
PAUSE = 0.2


@fault("the warehouse swapped under 20 readers")
def swap(scene: Scene) -> str:
    return swap_often(scene, 2)


@fault("the warehouse swapped 10 times under 20 readers", is_long=True)
def swap_ten_times(scene: Scene) -> str:
    return swap_often(scene, 10)


def swap_often(scene: Scene, publications: int) -> str:
    """Publish builds of 600, 700 ... of MRR while reruns ask the cache as the pages do."""
    is_over = threading.Event()
    seen: list[tuple[str, set[int]]] = []
    failures: list[BaseException] = []
    at_work = threading.Barrier(READERS + 1)

    def rerun() -> None:
        pinned = cache.open_warehouse()
        values: set[int] = set()
        values.add(round(cache.evaluate_metric(pinned, "mrr")[-1].value or 0))
        parts = cache.evaluate_metric(pinned, "mrr", breakdown="segment")
        last = max(part.period_start for part in parts)
        values.add(round(sum(part.value or 0 for part in parts if part.period_start == last)))
        # Past the cache, on a cursor of the pinned build, twice.
        for _ in range(2):
            with closing(pinned.cursor()) as cursor:
                row = cursor.execute(
                    "select sum(mrr) from subscriptions where ended_on is null or ended_on > '2026-11-15'"
                ).fetchone()
            values.add(round(row[0]) if row else 0)
        seen.append((pinned.build_id, values))

    def read() -> None:
        try:
            rerun()
            at_work.wait()
            # As long as it takes to look at a page, and the build gets its share of the cores.
            while not is_over.wait(PAUSE):
                rerun()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=read) for _ in range(READERS)]
    expected: dict[str, int] = {published_id(scene): 400}
    with patch.dict(os.environ, STANDING_WAREHOUSE=str(scene.warehouse)):
        for thread in threads:
            thread.start()
        at_work.wait(timeout=60)
        for number in range(publications):
            mrr = 600 + 100 * number
            write_export(scene.later, Subscription__c=terms(mrr))
            scene.build_here(scene.later)
            expected[published_id(scene)] = mrr
        is_over.set()
        for thread in threads:
            thread.join()
    assert not failures, failures
    for build_id, values in seen:
        assert values == {expected[build_id]}, f"{build_id}: {values}, not {expected[build_id]}"
    builds = len({build_id for build_id, _ in seen})
    return f"{len(seen)} reruns over {builds} builds, each saw one build and its numbers"


def published_id(scene: Scene) -> str:
    return scene.published.stem.removeprefix("build_")
