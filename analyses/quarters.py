"""The trailing quarters as a board reads them: one row a number, one column a quarter."""

from collections.abc import Sequence
from dataclasses import dataclass

from analyses.bridge import CUSTOMERS, MRR, Line, Records, find_number
from analyses.formats import format_range, format_value, to_float
from analyses.sentences import describe_reason
from metrics.engine import Record
from metrics.periods import Period, label_period

QUARTERS = 9
CHURN = "churn_logo"
CUSTOMER_RATES = (
    (CHURN, "Customer churn", "percent"),
    ("churn_logo_ann", "Churn of a year, if it persisted", "percent"),
    ("churn_hazard", "Endings, of customer-weeks", "per_week"),
    ("trial_conv", "Trials that converted", "percent"),
)
MRR_RATES = (
    ("churn_rev_gross", "Gross MRR churn", "percent"),
    ("churn_rev_net", "Net MRR churn", "percent"),
    ("ret_grr", "Gross retention, a year", "percent"),
    ("ret_grr_renewal", "Gross, of renewals due", "percent"),
    ("ret_nrr", "Net retention, a year", "percent"),
)
METRICS = tuple(name for name, _, _ in (*CUSTOMER_RATES, *MRR_RATES))
OPEN = "not over"
TRIALS = "trial_conv"
INTERVAL = "· 95 % interval"
COUNTS = "· converted of ended"


@dataclass(frozen=True)
class Cell:
    """One number of one quarter with its 95 % interval, where it has one. value None has a reason;
    is_open marks a quarter not over yet."""

    quarter: Period
    value: float | None
    numerator: float | None
    denominator: float | None
    is_open: bool
    reason: str | None = None
    low: float | None = None
    high: float | None = None

    def has_few(self, minimum: float) -> bool:
        """Whether it is a rate over too few to be read as one; of money nothing is counted here."""
        return self.high is not None and (self.denominator or 0.0) < minimum


@dataclass(frozen=True)
class QuarterRow:
    """One number over the quarters, oldest first. line: of the bridge, whose drill lists the rows."""

    key: str
    label: str
    metric: str
    unit: str
    cells: tuple[Cell, ...]
    line: Line | None = None


def choose_quarters(quarters: Sequence[Period]) -> tuple[Period, ...]:
    """The last closed quarters, and the open one after them where there is one."""
    closed = [quarter for quarter in quarters if quarter.is_closed]
    running = [quarter for quarter in quarters if not quarter.is_closed]
    return (*closed[-QUARTERS:], *running[-1:])


def compute_quarter_rows(records: Records, quarters: Sequence[Period]) -> tuple[QuarterRow, ...]:
    """The bridge in customers with its rates, the bridge in MRR with its own.

    Of a quarter that is not over only the opening is known: it is the closing of the one before.
    """
    customers = [_bridge_row(line, "count", records, quarters) for line in CUSTOMERS]
    money = [_bridge_row(line, "currency", records, quarters) for line in MRR]
    churn, rates = (
        [_rate_row(name, label, unit, records, quarters) for name, label, unit in named]
        for named in (CUSTOMER_RATES, MRR_RATES)
    )
    return (*customers, *churn, *money, *rates)


def write_rows(rows: Sequence[QuarterRow], minimum: float) -> list[tuple[QuarterRow, list[str]]]:
    """The lines of the table as they are read, each with its row: label, then a cell a quarter.

    A rate of counts is followed by its interval, that of trials by its counts as well; below the
    minimum the counts stand in place of the rate. A quarter that is not over says so.
    """
    lines: list[tuple[QuarterRow, list[str]]] = []
    for row in rows:
        lines.append((row, [row.label, *(_write(cell, row.unit, minimum) for cell in row.cells)]))
        if any(cell.high is not None for cell in row.cells):
            lines.append(
                (row, [INTERVAL, *(_write_interval(cell, row.unit) for cell in row.cells)])
            )
        if row.metric == TRIALS:
            lines.append((row, [COUNTS, *(_write_counts(cell) for cell in row.cells)]))
    return lines


def to_numbers(rows: Sequence[QuarterRow]) -> list[list[str | float | None]]:
    """The same for a spreadsheet: each number, then its interval, numerator and denominator."""
    lines: list[list[str | float | None]] = []
    for row in rows:
        lines.append([row.label, *(cell.value for cell in row.cells)])
        if any(cell.high is not None for cell in row.cells):
            lines.append([f"{row.label}, 95 % low", *(cell.low for cell in row.cells)])
            lines.append([f"{row.label}, 95 % high", *(cell.high for cell in row.cells)])
        if any(cell.denominator is not None for cell in row.cells):
            lines.append([f"{row.label}, numerator", *(cell.numerator for cell in row.cells)])
            lines.append([f"{row.label}, denominator", *(cell.denominator for cell in row.cells)])
    return lines


def describe_quarters(rows: Sequence[QuarterRow], names: Sequence[str], minimum: float) -> str:
    """'Customer churn 3.1 % in Q3 2026, the lowest of 9 quarters', or between which two it has been."""
    cells = next(row.cells for row in rows if row.key == CHURN)
    seen = [
        (cell.value, name)
        for cell, name in zip(cells, names, strict=True)
        if cell.value is not None and (cell.denominator or 0) >= minimum
    ]
    if len(seen) < 2:
        return "Trailing nine quarters"
    last, name = seen[-1]
    low, high = min(value for value, _ in seen), max(value for value, _ in seen)
    told = f"Customer churn {format_value(last, 'percent')} in {name}"
    if low < last < high or low == high:
        return f"{told}; over {len(seen)} quarters {format_range(low, high, 'percent')}"
    return f"{told}, the {'lowest' if last == low else 'highest'} of {len(seen)} quarters"


def describe_gaps(rows: Sequence[QuarterRow]) -> str:
    """Why cells of quarters that are over are n/a; empty where none is."""
    reasons = [
        describe_reason(cell.reason)
        for row in rows
        for cell in row.cells
        if cell.value is None and not cell.is_open
    ]
    told = "; ".join(dict.fromkeys(reason for reason in reasons if reason))
    return f"n/a: {told}." if told else ""


def label_quarter(quarter: Period, first_month: int) -> str:
    """'Q3 2026', or 'Q4 2026 (not over)'."""
    name = label_period("quarter", quarter.start, first_month)
    return name if quarter.is_closed else f"{name} ({OPEN})"


def _write(cell: Cell, unit: str, minimum: float) -> str:
    if cell.is_open and cell.value is None:
        return OPEN
    if cell.has_few(minimum):
        return _write_counts(cell)
    if unit == "per_week" and cell.value is not None:
        return f"{100 * cell.value:.2f} %"
    return format_value(cell.value, unit)


def _write_interval(cell: Cell, unit: str) -> str:
    if cell.low is None or cell.high is None:
        return ""
    if unit == "per_week":
        return f"{100 * cell.low:.2f}-{100 * cell.high:.2f} %"
    return format_range(cell.low, cell.high, unit)


def _write_counts(cell: Cell) -> str:
    if cell.numerator is None or cell.denominator is None:
        return ""
    return f"{cell.numerator:,.0f} of {cell.denominator:,.0f}"


def _bridge_row(line: Line, unit: str, records: Records, quarters: Sequence[Period]) -> QuarterRow:
    label = f"{line.label} {'customers' if unit == 'count' else 'MRR'}"
    closing = (CUSTOMERS if unit == "count" else MRR)[-1]
    is_opening = line.key.startswith("opening")
    cells: list[Cell] = []
    for place, quarter in enumerate(quarters):
        number = find_number(records, line, quarter.start)
        if not quarter.is_closed and is_opening and place:
            number = find_number(records, closing, quarters[place - 1].start)
        value = None if number is None else float(number) * (line.sign or 1)
        reason = None if value is not None else _reason(records[line.metric], quarter)
        cells.append(Cell(quarter, value, None, None, not quarter.is_closed, reason))
    return QuarterRow(line.key, label, line.metric, unit, tuple(cells), line)


def _rate_row(
    metric: str, label: str, unit: str, records: Records, quarters: Sequence[Period]
) -> QuarterRow:
    found = {each.period_start: each for each in records[metric]}
    cells: list[Cell] = []
    for quarter in quarters:
        record = found.get(quarter.start)
        reason = _reason(records[metric], quarter)
        if record is None or record.value is None:
            cells.append(Cell(quarter, None, None, None, not quarter.is_closed, reason))
            continue
        cells.append(
            Cell(
                quarter, float(record.value), to_float(record.numerator),
                to_float(record.denominator), not quarter.is_closed, None, record.low, record.high,
            )
        )  # fmt: skip
    return QuarterRow(metric, label, metric, unit, tuple(cells))


def _reason(records: Sequence[Record], quarter: Period) -> str | None:
    return next((each.reason for each in records if each.period_start == quarter.start), None)
