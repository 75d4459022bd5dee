"""How many viewers one server bears: sessions that click, while a new build is published."""

import asyncio
import contextlib
import random
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import start
from bench import ROOT
from bench.viewer import ANSWER_SECONDS, Viewer, open_viewer

CLICK_SECONDS = 5.0
ROW_SECONDS = 40.0
# So many clicks that a median means something, from the one viewer who has the server alone.
ALONE_CLICK_SECONDS = 0.5
WEEKS = 26


@dataclass
class Load:
    """What some viewers met: seconds of each click, errors, the server's memory in bytes."""

    viewers: int
    clicks: list[float] = field(default_factory=list)
    errors: int = 0
    memory: int | None = None


def measure_load(warehouse: Path, export: Path, viewers: int, is_published: bool) -> Load:
    """Let viewers click for a while; publish a build of the export half-way, if asked to."""
    with start.serve(Path(sys.executable), start.any_port(), warehouse) as (url, server):
        load = Load(viewers)
        asyncio.run(_run(url, load, _publishing(export, warehouse) if is_published else []))
        load.memory = resident_bytes(server.pid)
    return load


def _publishing(export: Path, warehouse: Path) -> list[str]:
    command = [sys.executable, str(ROOT / "cli.py"), "build", str(export)]
    return [*command, "--warehouse", str(warehouse)]


async def _run(url: str, load: Load, publishing: list[str]) -> None:
    pause = CLICK_SECONDS if load.viewers > 1 else ALONE_CLICK_SECONDS
    sessions = [_watch(url, load, random.Random(number), pause) for number in range(load.viewers)]
    await asyncio.gather(*sessions, _publish_half_way(publishing))


async def _publish_half_way(command: list[str]) -> None:
    if not command:
        return
    await asyncio.sleep(ROW_SECONDS / 2)
    pipe = subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, stdout=pipe, stderr=pipe)
    _, words = await process.communicate()
    if process.returncode:
        raise SystemExit(f"The build to publish failed: {words.decode(errors='replace')}")


async def _watch(url: str, load: Load, chance: random.Random, pause: float) -> None:
    """One viewer: arrives, and clicks about every `pause` seconds."""
    await asyncio.sleep(chance.uniform(0, pause))
    end = time.perf_counter() + ROW_SECONDS
    viewer = None
    try:
        async with open_viewer(url) as connection:
            viewer = Viewer(connection)
            await asyncio.wait_for(viewer.rerun(), ANSWER_SECONDS)
            while time.perf_counter() < end:
                await asyncio.sleep(pause * chance.uniform(0.5, 1.5))
                choose(viewer, chance)
                load.clicks.append(await asyncio.wait_for(viewer.rerun(), ANSWER_SECONDS))
    except (OSError, TimeoutError, ConnectionError) as error:
        print(f"A viewer failed: {type(error).__name__} {error}", file=sys.stderr)
        load.errors += 1
    if viewer:
        load.errors += viewer.failures


def choose(viewer: Viewer, chance: random.Random) -> None:
    """What the viewer clicks: another page, another week, or a segment."""
    what = chance.choice(["page", "week", "segment"])
    if what == "page" or what not in viewer.filters:
        viewer.turn_to(chance.choice(viewer.pages))
    elif what == "week":
        viewer.chosen[what] = chance.choice(viewer.filters[what].options[:WEEKS])
    else:
        viewer.chosen[what] = chance.choice([None, *viewer.filters[what].options])


def resident_bytes(process: int) -> int | None:
    """The memory that a process holds now; None where the system does not tell."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{process}/status").read_text(encoding="utf-8").splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
    return None
