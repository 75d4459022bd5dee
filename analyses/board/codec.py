"""A pack as text and back, digit by digit."""

import json
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar, cast

from cattrs import Converter
from cattrs.errors import ClassValidationError

from analyses.board.document import Pack, Value
from analyses.budget.case import Case
from metrics.engine import Number
from warehouse.errors import StandingError

# A decimal and a date say what they are, since JSON has neither; a float is written so that it comes back.
DECIMAL, DATE = "decimal", "date"
NAMES = {"Pack": "pack", "Case": "budget case", "Promise": "approved case"}
T = TypeVar("T")


def to_json(pack: Pack) -> str:
    """The pack as JSON, its keys in one order, so that equal packs are equal texts."""
    return json.dumps(_converter().unstructure(pack), sort_keys=True, allow_nan=False)


def from_json(text: str) -> Pack:
    """The pack that `to_json` wrote; raises StandingError where this version cannot read it."""
    return read_kept(text, Pack, _converter())


def case_to_json(case: Case) -> str:
    """A budget case alone."""
    return json.dumps(_converter().unstructure(case), sort_keys=True, allow_nan=False)


def case_from_json(text: str) -> Case:
    """The budget case that `case_to_json` wrote; raises StandingError where this version cannot read it."""
    return read_kept(text, Case, _converter())


def read_kept(text: str, kind: type[T], converter: Converter) -> T:
    """What was kept as JSON; raises StandingError where this version cannot read it."""
    try:
        return converter.structure(json.loads(text), kind)
    except (ClassValidationError, KeyError, TypeError, ValueError):
        raise StandingError(
            f"This {NAMES[kind.__name__]} was kept by a version of Standing that this one cannot read:"
            " use that version."
        ) from None


@cache
def _converter() -> Converter:
    converter = Converter()
    # A whole number given for a float is written as the float that it comes back as.
    converter.register_unstructure_hook(float, float)
    converter.register_unstructure_hook(Decimal, lambda value: {DECIMAL: str(value)})
    converter.register_unstructure_hook(date, lambda value: {DATE: value.isoformat()})
    converter.register_unstructure_hook(datetime, lambda value: value.isoformat())
    converter.register_structure_hook(date, lambda given, _: _read(given))
    converter.register_structure_hook(datetime, lambda given, _: datetime.fromisoformat(given))
    for union in (Value, Number, Number | None):
        converter.register_structure_hook(union, lambda given, _: _read(given))
    return converter


def _read(given: Any) -> Any:
    if not isinstance(given, dict):
        return given
    ((kind, digits),) = cast(dict[str, str], given).items()
    return Decimal(digits) if kind == DECIMAL else date.fromisoformat(digits)
