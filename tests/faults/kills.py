"""kill -9 at a moment of a build."""

import random
import shutil
import time

from tests.faults.registry import fault
from tests.faults.scene import MRR_AFTER, MRR_BEFORE, Scene, end
from warehouse.publish import published_build_id

MOMENTS = 50
SEED = 4
# Some of the moments lie after the publication, when the ledger is written.
BEYOND = 1.25


@fault("kill -9 at a moment of a build")
def kill_once(scene: Scene) -> str:
    return kill_at(scene, [0.5])


@fault(f"kill -9 at {MOMENTS} random moments of a build", is_long=True)
def kill_often(scene: Scene) -> str:
    drawn = random.Random(SEED)
    return kill_at(scene, [drawn.uniform(0, BEYOND) for _ in range(MOMENTS)])


def kill_at(scene: Scene, moments: list[float]) -> str:
    """Kill a build at these shares of the time to its publication; one build after all of them sweeps."""
    seconds = measure(scene.copy(scene.folder / "undisturbed"))
    untouched = scene.copy(scene.folder / "untouched")
    before = scene.read()
    killed = left = 0
    for moment in moments:
        process = scene.start_build(scene.later)
        time.sleep(moment * seconds)
        process.kill()
        process.communicate()
        left = max(left, len(scene.shapes()))
        _, mrr = scene.read()
        if mrr == MRR_BEFORE:
            scene.check_stands(before)
            killed += 1
        else:
            # It was published before: whole, and not half of it.
            assert mrr == MRR_AFTER
            # On a machine that other work leaves the time measured is too long for the next ones.
            seconds *= 0.9 if moment < 1 else 1
            shutil.rmtree(scene.warehouse)
            shutil.copytree(untouched.warehouse, scene.warehouse)
            before = scene.read()
    scene.check_heals()
    return (
        f"{killed} of {len(moments)} before the publication, same bytes and numbers after each;"
        f" at most {left} files, swept by the next build"
    )


def measure(scene: Scene) -> float:
    """Seconds until a build is published."""
    before = published_build_id(scene.warehouse)
    started = time.monotonic()
    process = scene.start_build(scene.later)
    while published_build_id(scene.warehouse) == before:
        assert process.poll() in (None, 0), "the build that nobody disturbs fails"
        time.sleep(0.01)
    seconds = time.monotonic() - started
    assert end(process).status == 0
    return seconds
