"""What a server keeps: computed once a build and key, and never changed by a page that draws it."""

from dataclasses import dataclass
from typing import Any, cast

import pytest

from ui.cache import remember
from warehouse.publish import Warehouse


@dataclass(frozen=True)
class Build:
    """All that the cache wants of a warehouse."""

    build_id: str


def test_a_value_is_computed_once_a_build_and_key() -> None:
    asked: list[str] = []

    def double(number: int) -> int:
        asked.append(str(number))
        return 2 * number

    def keep(build: str, key: str, number: int) -> int:
        return remember(cast(Warehouse, Build(build)), double, key, number)

    assert [keep("a", "week", 1), keep("a", "week", 1)] == [2, 2]
    assert asked == ["1"]
    assert [keep("a", "month", 2), keep("b", "week", 3)] == [4, 6]
    assert asked == ["1", "2", "3"]


def test_a_failure_is_told_and_not_kept() -> None:
    answers: list[Any] = [ValueError("no"), 7]

    def answer() -> int:
        found = answers.pop(0)
        if isinstance(found, Exception):
            raise found
        return found

    build = cast(Warehouse, Build("failing"))
    with pytest.raises(ValueError, match="no"):
        remember(build, answer, "key")
    assert remember(build, answer, "key") == 7
