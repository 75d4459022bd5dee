"""A disk that fills, and files that may not grow."""

import os
import resource
import subprocess
import sys
from collections.abc import Callable

from tests.faults.registry import fault
from tests.faults.scene import Scene, check_refusal

MEGABYTE = 2**20
PAGES_OF_LOCKS = 50 * 4096


@fault("a limit on the size of files")
def limit_files(scene: Scene) -> str:
    return limit_at(scene, [2])


@fault("a limit on the size of files, at 8 sizes", is_long=True)
def limit_files_often(scene: Scene) -> str:
    return limit_at(scene, [0, 0.001, 0.05, 0.3, 1, 2, 3, 4])


def limit_at(scene: Scene, sizes: list[float]) -> str:
    """Build where no file may be larger than so many megabytes."""
    before = scene.read()
    sentence = ""
    for size in sizes:
        ended = scene.build_apart(scene.later, preexec_fn=limit(int(size * MEGABYTE)))
        sentence = check_refusal(ended, "nothing was published", "cannot be written")
        scene.check_stands(before)
    scene.check_heals()
    return f"same bytes and numbers, swept; it said: {sentence}"


def limit(size: int) -> Callable[[], None]:
    def apply() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return apply


@fault("a disk that is full")
def fill_disk(scene: Scene) -> str:
    return fill_at(scene, [3])


@fault("a disk that is full, at 8 sizes", is_long=True)
def fill_disk_often(scene: Scene) -> str:
    return fill_at(scene, [0, 0.2, 1, 2, 3, 4, 5, 6])


def fill_at(scene: Scene, sizes: list[float]) -> str:
    """Build with so many megabytes left on a file system of its own."""
    disk = scene.folder.with_name(f"{scene.folder.name}_disk")
    disk.mkdir()
    if (
        sys.platform != "linux"
        or os.geteuid()
        or mount("tmpfs", str(disk), "-t", "tmpfs", "-o", "size=1g")
    ):
        return "left out: only root of Linux may make a small disk"
    try:
        full = scene.copy(disk / "scene")
        before = full.read()
        sentence = ""
        # In whole pages, as the file system counts; a remount to less than what is used is refused.
        state = os.statvfs(disk)
        used = (state.f_blocks - state.f_bfree) * state.f_frsize
        for size in sizes:
            room = f"remount,size={used + int(size * MEGABYTE) + PAGES_OF_LOCKS}"
            assert not mount(str(disk), "-o", room), "a build that was refused left something"
            sentence = check_refusal(
                full.build_apart(full.later), "nothing was published", "cannot be written"
            )
            full.check_stands(before)
        assert not mount(str(disk), "-o", "remount,size=1g")
        full.check_heals()
    finally:
        subprocess.run(["umount", str(disk)], check=True)
    return f"same bytes and numbers, swept once there was room; it said: {sentence}"


def mount(*arguments: str) -> int:
    return subprocess.run(["mount", *arguments], capture_output=True, check=False).returncode
