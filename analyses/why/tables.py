"""One change as a table whose column sums to it, and the sentence that says so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

from analyses.why.exact import QUANTA, round_to_sum

By = Literal["driver", "segment", "account"]
EFFECT = "effect"  # the one column of a table that has no other
HEADINGS = {
    EFFECT: "effect",
    "rate": "own rate",
    "mix": "mix",
    "size": "size",
    "other": "all together",
}


@dataclass(frozen=True)
class Part:
    """One row: what it takes of the change, by column; in the unit of the headline (a share for percent).

    before and after say in words what stood behind it; note why it must be read with care.
    customer_id is set where the row is one customer; is_rest where it stands for all the others.
    """

    label: str
    effects: Mapping[str, Decimal]
    before: str = ""
    after: str = ""
    note: str = ""
    customer_id: str | None = None
    is_rest: bool = False

    @property
    def effect(self) -> Decimal:
        """All columns together."""
        return sum(self.effects.values(), Decimal(0))


@dataclass(frozen=True)
class Split:
    """A change by one kind of part. columns: the names of the effects, one or several."""

    by: By
    columns: tuple[str, ...]
    parts: tuple[Part, ...]
    change: Decimal

    @property
    def total(self) -> Decimal:
        """What the parts sum to."""
        return sum((part.effect for part in self.parts), Decimal(0))

    @property
    def totals(self) -> dict[str, Decimal]:
        """What each column sums to."""
        return {
            column: sum((part.effects.get(column, Decimal(0)) for part in self.parts), Decimal(0))
            for column in self.columns
        }

    @property
    def shown(self) -> tuple[str, ...]:
        """The columns that are shown beside the effect: none where there is but one."""
        return self.columns if len(self.columns) > 1 else ()

    def list_rows(self) -> list[dict[str, Any]]:
        """The parts, and their sum as the last row, by the headings of the columns; effects are exact,
        None where a part has none."""

        def to_row(
            label: str, effects: Mapping[str, Decimal], total: Decimal | None
        ) -> dict[str, Any]:
            cells = {HEADINGS[name]: effects.get(name) for name in self.shown}
            return {"part": label, **cells, EFFECT: total}

        rows = [
            {**to_row(part.label, part.effects, part.effect if part.effects else None),
             "before": part.before, "after": part.after, "note": part.note}
            for part in self.parts
        ]  # fmt: skip
        sums = {**to_row("Sum", self.totals, self.total), "before": "", "after": "", "note": ""}
        return [*rows, sums]

    @property
    def holds(self) -> bool:
        """Whether that is the change, to the last digit."""
        return self.total == self.change


@dataclass(frozen=True)
class Row:
    """A part before it is rounded."""

    label: str
    effects: Mapping[str, Fraction]
    before: str = ""
    after: str = ""
    note: str = ""
    customer_id: str | None = None
    is_rest: bool = False


def make_split(
    by: By, columns: Sequence[str], rows: Sequence[Row], change: Decimal, unit: str
) -> Split:
    """The rows in quanta of the unit that sum to the change; largest first, all others last."""
    cells = {
        (place, column): effect
        for place, row in enumerate(rows)
        for column, effect in row.effects.items()
    }
    rounded = round_to_sum(cells, change, QUANTA[unit])
    parts = [
        Part(
            row.label,
            {column: rounded[place, column] for column in columns if column in row.effects},
            row.before, row.after, row.note, row.customer_id, row.is_rest,
        )
        for place, row in enumerate(rows)
    ]  # fmt: skip
    order = sorted(
        range(len(rows)),
        key=lambda place: (
            rows[place].is_rest,
            -abs(sum(rows[place].effects.values(), Fraction(0))),
            place,
        ),
    )
    used = tuple(column for column in columns if any(column in row.effects for row in rows))
    return Split(by, used, tuple(parts[place] for place in order), change)
