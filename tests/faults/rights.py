"""Folders and files that the builder may not read or write."""

import ctypes
import shutil
import sys
from pathlib import Path

from tests.faults.registry import fault
from tests.faults.scene import Scene, check_refusal, end, start

# prctl(PR_CAPBSET_DROP, ...): CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH, with which root passes every right.
DROP, RIGHTS_OF_ROOT = 24, (1, 2)


def drop_rights() -> None:
    library = ctypes.CDLL(None)
    for capability in RIGHTS_OF_ROOT:
        library.prctl(DROP, capability, 0, 0, 0)


@fault("no right to write the warehouse")
def forbid_writing(scene: Scene) -> str:
    before = scene.read()
    sentence = deny(scene, scene.warehouse, 0o500)
    scene.check_stands(before)
    scene.check_heals()
    return f"same bytes and numbers; it said: {sentence}"


@fault("no right to read the export's folder", is_long=True)
def forbid_export(scene: Scene) -> str:
    before = scene.read()
    sentence = deny(scene, scene.later, 0o000)
    scene.check_stands(before)
    scene.check_heals()
    return f"same bytes and numbers; it said: {sentence}"


@fault("no right to read a file that the build needs", is_long=True)
def forbid_file(scene: Scene) -> str:
    before = scene.read()
    sentence = deny(scene, scene.later / "Account.csv", 0o000)
    scene.check_stands(before)
    scene.check_heals()
    return f"same bytes and numbers; it said: {sentence}"


@fault("no right to read the published file", is_long=True)
def forbid_reading(scene: Scene) -> str:
    path = scene.published
    path.chmod(0o000)
    show = scene.command("show", "mrr")
    sentence = check_refusal(end(start(show, **without_rights())), "cannot be opened")
    path.chmod(0o600)
    scene.check_heals()
    return f"it said: {sentence}".replace(str(scene.folder), "…")


@fault("a warehouse folder that is a file", is_long=True)
def make_file(scene: Scene) -> str:
    shutil.rmtree(scene.warehouse)
    scene.warehouse.write_text("mine", encoding="utf-8")
    sentence = check_refusal(scene.build_apart(scene.later))
    assert scene.warehouse.read_text(encoding="utf-8") == "mine"
    scene.warehouse.unlink()
    scene.check_heals()
    return f"the file stays; it said: {sentence}".replace(str(scene.folder), "…")


def deny(scene: Scene, path: Path, mode: int) -> str:
    """Build with this mode on a path, without the rights of root; return the sentence."""
    usual = path.stat().st_mode
    path.chmod(mode)
    try:
        ended = scene.build_apart(scene.later, **without_rights())
    finally:
        path.chmod(usual)
    return check_refusal(ended).replace(str(scene.folder), "…")


def without_rights() -> dict[str, object]:
    return {"preexec_fn": drop_rights} if sys.platform == "linux" else {}
