"""Files of the export that change while it is read."""

import shutil
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.faults.registry import fault
from tests.faults.scene import MRR_AFTER, MRR_BEFORE, Scene
from warehouse.errors import StandingError

NAME = "Subscription__c.csv"
ROW = '"s9","001A","2025-06-01","","100.00"\n'
# Before and after the change, and with the row that is appended.
WHOLE = (MRR_BEFORE, MRR_AFTER, MRR_AFTER + 100)


def remove(path: Path, _: Path) -> None:
    path.unlink(missing_ok=True)


def replace(path: Path, other: Path) -> None:
    shutil.copy(other, path.with_suffix(".new"))
    path.with_suffix(".new").replace(path)


def rewrite(path: Path, other: Path) -> None:
    path.write_bytes(other.read_bytes())


def append(path: Path, _: Path) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(ROW)


def cut(path: Path, _: Path) -> None:
    path.write_bytes(path.read_bytes()[:-30])


CHANGES: dict[str, Callable[[Path, Path], None]] = {
    "removed": remove,
    "replaced": replace,
    "rewritten in place": rewrite,
    "appended to": append,
    "cut": cut,
}


def change_at(scene: Scene, change: Callable[[Path, Path], None], places: range) -> str:
    """Change a file at these messages of the build; a build is of one state of the file or of none."""
    refusals: list[str] = []
    for place in places:
        here = scene.copy(scene.folder / f"at_{place}")
        before = here.read()
        try:
            here.build_here(
                here.later, Meddler(place, partial(change, here.later / NAME, here.export / NAME))
            )
        except StandingError as error:
            refusals.append(str(error).replace(str(here.folder), "…"))
            here.check_stands(before)
        else:
            assert here.read()[1] in WHOLE
        shutil.rmtree(here.folder)
    scene.check_heals()
    assert all(each.endswith(".") for each in refusals), refusals
    said = f", the others stand as before; it said: {min(refusals)}" if refusals else ""
    return f"{len(places) - len(refusals)} of {len(places)} built from one state of the file{said}"


class Meddler:
    """Does something at one of the messages of a build."""

    def __init__(self, place: int, meddle: Callable[[], None]) -> None:
        self._left = place
        self._meddle = meddle

    def __call__(self, message: str) -> None:
        if self._left == 0:
            self._meddle()
        self._left -= 1


def add(name: str, change: Callable[[Path, Path], None]) -> None:
    def once(scene: Scene) -> str:
        return change_at(scene, change, range(2, 3))

    def often(scene: Scene) -> str:
        return change_at(scene, change, range(0, 20, 2))

    # Removed and appended to, the others differ in little.
    fault(f"a file {name} while it is read", is_long=change not in (remove, append))(once)
    fault(f"a file {name} while it is read, at 10 moments", is_long=True)(often)


for each, changing in CHANGES.items():
    add(each, changing)


@fault("a file appended to all the time", is_long=True)
def append_always(scene: Scene) -> str:
    before = scene.read()
    is_over = threading.Event()
    path = scene.later / "Task.csv"
    row = path.read_text(encoding="utf-8").splitlines()[1]

    def write() -> None:
        number = 2
        with path.open("a", encoding="utf-8") as file:
            while not is_over.wait(0.001):
                file.write(row.replace("t1", f"t{number}") + "\n")
                file.flush()
                number += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        scene.build_here(scene.later)
        outcome = "built from one state of it"
    except StandingError as error:
        scene.check_stands(before)
        outcome = f"same bytes and numbers; it said: {error}"
    finally:
        is_over.set()
        writer.join()
    scene.check_heals()
    return outcome.replace(str(scene.folder), "…")
