"""The faults: each a function that brings it about in a scene, checks, and says what was asserted."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from tests.faults.scene import Scene

Run: TypeAlias = Callable[[Scene], str]


@dataclass(frozen=True)
class Fault:
    """`is_long`: only in `make faults`, and a shorter form of it is among the tests."""

    name: str
    run: Run
    is_long: bool


FAULTS: list[Fault] = []


def fault(name: str, *, is_long: bool = False) -> Callable[[Run], Run]:
    """Put a function on the list of faults."""

    def add(run: Run) -> Run:
        FAULTS.append(Fault(name, run, is_long))
        return run

    return add
