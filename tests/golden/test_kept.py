"""What was kept stays readable: documents as version 0.1.0 wrote them, which no later change may lose a value of.

A kept pack, case or promise is never written again. A test that fails here asks for a default for what
is new or for a reader of the old form, not for another file.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from analyses.board.codec import case_from_json, case_to_json, from_json, to_json
from analyses.budget.promise import promise_from_json, promise_to_json
from warehouse.errors import StandingError

KEPT = Path(__file__).parent / "kept"


@pytest.mark.parametrize(
    ("name", "rewrite"),
    [
        ("pack", lambda text: to_json(from_json(text))),
        ("case", lambda text: case_to_json(case_from_json(text))),
        ("promise", lambda text: promise_to_json(promise_from_json(text))),
    ],
)
def test_a_kept_document_loses_no_value(name: str, rewrite: Callable[[str], str]) -> None:
    text = (KEPT / f"{name}.json").read_text(encoding="utf-8")
    assert list_lost(json.loads(text), json.loads(rewrite(text))) == []


@pytest.mark.parametrize("read", [from_json, case_from_json, promise_from_json])
def test_what_this_version_cannot_read_is_a_sentence(read: Callable[[str], object]) -> None:
    with pytest.raises(StandingError, match="a version of Standing that this one cannot read"):
        read('{"name": 1}')


def list_lost(before: Any, after: Any, path: str = "") -> list[str]:
    """The paths of what one document holds and the other does not, or holds otherwise."""
    if isinstance(before, dict):
        if not isinstance(after, dict):
            return [path]
        return [
            lost
            for key, value in before.items()
            for lost in list_lost(value, after.get(key), f"{path}.{key}")
        ]
    if isinstance(before, list):
        if not isinstance(after, list) or len(before) != len(after):
            return [path]
        pairs = zip(before, after, strict=True)
        return [
            lost
            for place, (old, new) in enumerate(pairs)
            for lost in list_lost(old, new, f"{path}[{place}]")
        ]
    return [] if before == after else [path]
