"""A warehouse with one published build, and what must hold of it after a fault."""

import contextlib
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import cli
from tests.small_export import AS_OF, FILES, Rows, write_export
from warehouse.build import build
from warehouse.publish import build_path, open_published, published_build_id
from warehouse.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 120
# The monthly revenue of the export that is published and of the one that comes after it.
MRR_BEFORE, MRR_AFTER = 400, 500


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    status: int
    out: str
    err: str

    @property
    def sentence(self) -> str:
        """The last line that it said about what went wrong."""
        return (self.err.strip().splitlines() or [""])[-1]


def terms(mrr: int) -> Rows:
    """The small export's terms with a total of this MRR."""
    first, second, *others = FILES["Subscription__c"]
    return [first, {**second, "MRR__c": f"{mrr - 280}.00"}, *others]


class Scene:
    """A folder of its own: `export` is published in `warehouse`, and `later` is what is built next.

    `program` is what a process of its own runs.
    """

    def __init__(self, folder: Path, program: Path = ROOT / "cli.py") -> None:
        self.folder = folder
        self.program = program
        self.warehouse = folder / "warehouse"
        self.export = folder / "export"
        self.later = folder / "later"

    @classmethod
    def prepare(cls, folder: Path, program: Path = ROOT / "cli.py") -> "Scene":
        """Make the exports and publish the first."""
        scene = cls(folder, program)
        write_export(scene.export, Subscription__c=terms(MRR_BEFORE))
        write_export(scene.later, Subscription__c=terms(MRR_AFTER))
        scene.build_here(scene.export)
        return scene

    def copy(self, folder: Path) -> "Scene":
        """The same in another folder."""
        shutil.copytree(self.folder, folder)
        return Scene(folder, self.program)

    def build_here(
        self, export: Path, progress: Callable[[str], None] = lambda message: None
    ) -> None:
        """Build in this process."""
        build(export, self.warehouse, Settings(), date.fromisoformat(AS_OF), progress)

    def command(self, *arguments: str) -> list[str]:
        """A command line on this warehouse."""
        return [
            sys.executable,
            str(self.program),
            *arguments,
            "--warehouse",
            str(self.warehouse),
        ]

    def start_build(self, export: Path, *more: str, **options: Any) -> "subprocess.Popen[str]":
        """Start a build in a process of its own."""
        return start(self.command("build", str(export), "--as-of", AS_OF, *more), **options)

    def build_apart(self, export: Path, *more: str, **options: Any) -> Ended:
        """Build in a process of its own."""
        return end(self.start_build(export, *more, **options))

    def run_here(self, *arguments: str) -> Ended:
        """Run a command in this process."""
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = cli.main([*arguments, "--warehouse", str(self.warehouse)])
        return Ended(status, out.getvalue(), err.getvalue())

    @property
    def published(self) -> Path:
        """The file of the published build."""
        build_id = published_build_id(self.warehouse)
        assert build_id is not None, "nothing is published"
        return build_path(self.warehouse, build_id)

    def read(self) -> tuple[str, int]:
        """A hash of the published file, and the last MRR that the command line shows."""
        ended = self.run_here("show", "mrr", "--format", "json")
        assert ended.status == 0, f"show said: {ended.err}"
        value = json.loads(ended.out)[0]["value"]
        with closing(open_published(self.warehouse).connection) as connection:
            ids = connection.execute("select count(*) from build_info").fetchall()
        assert ids == [(1,)]
        return hashlib.sha256(self.published.read_bytes()).hexdigest(), round(value)

    def check_stands(self, before: tuple[str, int]) -> None:
        """What was published is published still, byte for byte."""
        assert self.read() == before, f"{self.read()} is published, and {before} was"

    def check_heals(self) -> None:
        """The next build publishes its own numbers and sweeps what a broken one left."""
        self.build_here(self.later)
        assert self.read()[1] == MRR_AFTER
        odd = {shape for shape in self.shapes() if not re.fullmatch(KNOWN, shape)}
        assert not odd, f"left in the warehouse: {sorted(odd)}"

    def shapes(self) -> set[str]:
        """Paths in the warehouse folder."""
        return {
            path.relative_to(self.warehouse).as_posix()
            for path in self.warehouse.rglob("*")
            if path.is_file()
        }


# All that a warehouse folder holds after a build that went well.
KNOWN = r"current|build_[\w-]+\.duckdb|\.?\w+\.lock|loads/.+|parsed/.+|ledger\.sqlite"


def start(command: Sequence[str], **options: Any) -> "subprocess.Popen[str]":
    """Start a command whose words are kept."""
    environ: Mapping[str, str] = options.pop("env", {})
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def end(process: "subprocess.Popen[str]") -> Ended:
    """Wait for a command; whatever it met, it shows no traceback."""
    out, err = process.communicate(timeout=SECONDS)
    assert "Traceback" not in out + err, err
    return Ended(process.returncode, out, err)


def check_refusal(ended: Ended, *words: str) -> str:
    """Exit status 2 and one sentence that holds one of these words; returns the sentence."""
    assert ended.status == 2, f"status {ended.status}: {ended.out}{ended.err}"
    assert ended.out == ""
    assert ended.sentence.endswith("."), ended.err
    assert not words or any(word in ended.sentence for word in words), ended.sentence
    return ended.sentence
