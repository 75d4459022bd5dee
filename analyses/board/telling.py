"""Numbers in the words of a slide: each is kept as a cell, so that what a slide states can be read back."""

from analyses.board.document import Cell, Chart, Value
from analyses.board.facts import Facts, Part
from analyses.board.writing import write_cell
from analyses.formats import format_range
from metrics.periods import Period


class Telling:
    """Writes numbers for one slide; cells are those that it has written."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.cells: list[Cell] = []

    def number(
        self,
        metric: str,
        period: Period | None = None,
        part: Part = "value",
        member: str | None = None,
    ) -> str:
        """A number of a metric: '3.1 %', 'n/a (no surveys)'."""
        return self.cell(self.facts.cell(metric, period, part, member))

    def amount(self, value: Value, unit: str, is_change: bool = False) -> str:
        """A number that is none of a metric: a sum, a difference, a count of rows."""
        return self.cell(Cell(value, unit, is_change))

    def cell(self, cell: Cell) -> str:
        """Any cell."""
        self.cells.append(cell)
        return write_cell(cell, self.facts.currency)

    def interval(self, metric: str, period: Period | None = None) -> str:
        """' (2.3-4.2 %)', or nothing where the number has no interval."""
        bounds = self.facts.bounds(metric, period)
        if not bounds:
            return ""
        self.cells += bounds
        return f" ({self.facts.interval(metric, period)})"

    def span(self, low: float, high: float | None, unit: str) -> str:
        """'EUR 40.4 k to 41.9 k'."""
        self.cells += [Cell(low, unit), *([] if high is None else [Cell(high, unit)])]
        return str(format_range(low, high, unit, self.facts.currency))

    def floor(self, chart: Chart | None) -> str:
        """'; columns begin at EUR 2.40 M', where they do not begin at 0."""
        if chart is None or chart.floor is None:
            return ""
        return f"; columns begin at {self.amount(chart.floor, chart.unit)}"

    @property
    def told(self) -> tuple[Cell, ...]:
        """Each number once."""
        return tuple(dict.fromkeys(self.cells))
