"""What many inputs came to, and the smallest input of every kind of failure."""

import contextlib
import json
import math
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from tests.fuzz.kinds import to_kind

T = TypeVar("T")
MOST_ATTEMPTS = 200
SECONDS_OF_SILENCE = 60
SHARED_MEMORY = Path("/dev/shm")


@contextlib.contextmanager
def scratch() -> Generator[Path]:
    """A folder for the inputs, in memory where the system has such a place."""
    parent = SHARED_MEMORY if SHARED_MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(
        prefix="standing-fuzz-", dir=parent, ignore_cleanup_errors=True
    ) as folder:
        yield Path(folder)


@dataclass(frozen=True)
class Box:
    """When a target ends: after so many seconds or inputs, whichever comes first."""

    seconds: float = math.inf
    inputs: float = math.inf


@dataclass
class Tally:
    """Counts of one target: inputs, seconds, what came of them, and failures by their signature."""

    target: str
    inputs: int = 0
    seconds: float = 0.0
    kinds: Counter[str] = field(default_factory=Counter[str])
    failures: Counter[str] = field(default_factory=Counter[str])

    def to_json(self) -> str:
        return json.dumps(vars(self))

    @classmethod
    def from_json(cls, text: str) -> "Tally":
        given = json.loads(text)
        return cls(
            **{**given, "kinds": Counter(given["kinds"]), "failures": Counter(given["failures"])}
        )


class Trial(Generic[T]):
    """Checks inputs one by one until its box is full; a failure is counted, made small and kept.

    `split` takes an input into parts, `join` makes one of some of its parts, `keep` writes it into a folder.
    """

    def __init__(
        self,
        target: str,
        check: Callable[[T], str],
        split: Callable[[T], Sequence[Any]],
        join: Callable[[T, Sequence[Any]], T],
        keep: Callable[[T, Path], None],
        found: Path,
        box: Box,
    ) -> None:
        self.tally = Tally(target)
        self._check = check
        self._split = split
        self._join = join
        self._keep = keep
        self._found = found
        self._box = box
        self._started = self._said = time.monotonic()

    @property
    def is_over(self) -> bool:
        """Whether its time is up or its inputs are enough."""
        spent = time.monotonic() - self._started
        return spent > self._box.seconds or self.tally.inputs >= self._box.inputs

    def run(self, given: T) -> None:
        """Check one input."""
        self.tally.inputs += 1
        kind, signature = self._try(given)
        if signature:
            if signature not in self.tally.failures:
                name = f"{self.tally.target}_{len(self.tally.failures) + 1}"
                smallest = self._minimise(given, signature)
                self._found.mkdir(parents=True, exist_ok=True)
                self._keep(smallest, self._found / name)
                (self._found / f"{name}.txt").write_text(self._try(smallest)[0], encoding="utf-8")
            self.tally.failures[signature] += 1
        else:
            self.tally.kinds[kind] += 1
        now = time.monotonic()
        self.tally.seconds = now - self._started
        if now - self._said > SECONDS_OF_SILENCE:
            self._said = now
            failed = sum(self.tally.failures.values())
            said = f"{self.tally.target}: {self.tally.inputs:,} inputs, {failed:,} failures"
            print(said, file=sys.stderr, flush=True)

    def _try(self, given: T) -> tuple[str, str]:
        """What came of an input, and an empty signature; of a failure the traceback and its signature."""
        try:
            return self._check(given), ""
        except Exception as error:
            frames = traceback.extract_tb(error.__traceback__)
            ours = [frame for frame in frames if ".venv" not in frame.filename]
            last = ours[-1]
            where = f"{Path(last.filename).name}:{last.name}"
            text = "".join(traceback.format_exception(error))
            return text, f"{type(error).__name__} in {where}: {to_kind(error)}"

    def _minimise(self, given: T, signature: str) -> T:
        """Leave out halves, quarters and so on of an input's parts while it fails in the same way."""
        parts = list(self._split(given))
        attempts = 0
        size = max(len(parts) // 2, 1)
        while attempts < MOST_ATTEMPTS:
            at = 0
            before = len(parts)
            while at < len(parts) and attempts < MOST_ATTEMPTS:
                fewer = parts[:at] + parts[at + size :]
                attempts += 1
                if self._try(self._join(given, fewer))[1] == signature:
                    parts = fewer
                else:
                    at += size
            if size == 1 and len(parts) == before:
                break
            size = max(size // 2, 1)
        return self._join(given, parts)
