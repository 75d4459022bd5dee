"""What a server keeps: computed once a build and key, and never changed by a page that draws it."""

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest

from metrics.engine import evaluate
from metrics.registry import load_metrics
from metrics.scope import Scope
from ui.cache import evaluate_metric, remember
from warehouse.publish import Warehouse, open_published


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


@pytest.mark.parametrize(
    "scope",
    [
        Scope(segment=("enterprise",)),
        Scope(segment=("nobody",)),
        Scope(segment=("enterprise",), region=("emea",)),
    ],
)
def test_a_part_that_is_asked_for_with_all_others_has_the_numbers_it_has_alone(
    sample_warehouse: Path, scope: Scope
) -> None:
    with closing(open_published(sample_warehouse)) as warehouse:
        for metric in load_metrics().values():
            with closing(warehouse.cursor()) as cursor:
                alone = evaluate(cursor, metric, grain="quarter", scope=scope, include_open=True)
            assert list(evaluate_metric(warehouse, metric.id, "quarter", scope)) == alone
