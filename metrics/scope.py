"""The scope of a question: which customers count. Set as variables of the cursor that asks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Self, cast

import duckdb

from metrics.names import nearest
from warehouse.errors import StandingError


@dataclass(frozen=True)
class Scope:
    """Values allowed for each dimension; None allows all, an empty tuple none.

    The variables are bound, never pasted into SQL, so any text is a safe value.
    """

    segment: tuple[str, ...] | None = None
    persona: tuple[str, ...] | None = None
    industry: tuple[str, ...] | None = None
    region: tuple[str, ...] | None = None
    size_band: tuple[str, ...] | None = None
    language: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        for dimension in DIMENSIONS:
            if not _is_allowed(getattr(self, dimension)):
                raise StandingError(f"The {dimension} of a scope must be a tuple of texts or None.")

    @classmethod
    def from_values(cls, values: Mapping[str, Sequence[str]]) -> Self:
        """A scope from lists by dimension, as filters of a page hold them; an empty one is all.

        Raises StandingError for a dimension that does not exist.
        """
        for dimension in values:
            check_dimension(dimension)
        return cls(**{name: tuple(chosen) for name, chosen in values.items() if chosen})

    def used(self) -> tuple[str, ...]:
        """The dimensions that this scope narrows."""
        return tuple(name for name in DIMENSIONS if getattr(self, name) is not None)


def _is_allowed(values: object) -> bool:
    if values is None:
        return True
    return isinstance(values, tuple) and all(
        isinstance(value, str) for value in cast("tuple[object, ...]", values)
    )


DIMENSIONS = tuple(field.name for field in fields(Scope))


def check_dimension(dimension: str) -> None:
    """Raise StandingError unless the dimension is one that a slice can have."""
    if dimension not in DIMENSIONS:
        raise StandingError(
            f"There is no dimension {dimension!r}; {nearest(dimension, DIMENSIONS)}."
        )


def check_chosen(cursor: duckdb.DuckDBPyConnection, dimensions: Sequence[str]) -> None:
    """Raise StandingError for a dimension that this build left out of its slices."""
    if not dimensions:
        return
    row = cursor.execute("select dimensions from settings").fetchone()
    chosen: list[str] = row[0] if row else []
    for dimension in dimensions:
        check_dimension(dimension)
        if dimension not in chosen:
            raise StandingError(
                f"This build has no numbers by {dimension}; add it to dimensions in settings.toml "
                "and build again."
            )


def set_variables(
    cursor: duckdb.DuckDBPyConnection, grain: str, scope: Scope, breakdown: str | None = None
) -> None:
    """Set what the scoped views read. The variables live as long as the cursor."""
    cursor.execute("set variable grain = ?", [grain])
    cursor.execute("set variable breakdown = ?::varchar", [breakdown])
    for dimension in DIMENSIONS:
        values = getattr(scope, dimension)
        chosen = None if values is None else list(values)
        # The name is one of DIMENSIONS: a variable's name cannot be bound.
        cursor.execute(f"set variable scope_{dimension} = ?::varchar[]", [chosen])
