"""A formula of a spreadsheet together with what it comes to, written once for both.

So the value that a file carries for those who do not recalculate is that of the formula beside it.
None is what a spreadsheet shows as an error; it passes through all that uses it but `choose`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from analyses.budget.money import compute_irr

Single = float | str | bool | None
Value = Single | tuple[Single, ...]
# How firmly a text holds together: what is looser than its place needs brackets.
COMPARED, ADDED, MULTIPLIED, RAISED, WHOLE = range(5)


@dataclass(frozen=True)
class Formula:
    """text without its leading "="; value is a number, a text, a truth, or None for an error;
    of a range of cells it is a tuple of theirs."""

    text: str
    value: Value
    hold: int = WHOLE

    def __add__(self, other: "Given") -> "Formula":
        return _join(self, "+", other, ADDED, lambda one, two: one + two)

    def __sub__(self, other: "Given") -> "Formula":
        return _join(self, "-", other, ADDED, lambda one, two: one - two)

    def __mul__(self, other: "Given") -> "Formula":
        return _join(self, "*", other, MULTIPLIED, lambda one, two: one * two)

    def __truediv__(self, other: "Given") -> "Formula":
        return _join(self, "/", other, MULTIPLIED, _divide)

    def __pow__(self, other: "Given") -> "Formula":
        return _join(self, "^", other, RAISED, lambda one, two: one**two)

    def __neg__(self) -> "Formula":
        value = -self.value if isinstance(self.value, int | float) else None
        return Formula(f"-{_wrap(self, WHOLE)}", value, MULTIPLIED)

    def __lt__(self, other: "Given") -> "Formula":
        return _join(self, "<", other, COMPARED, lambda one, two: one < two)

    def __le__(self, other: "Given") -> "Formula":
        return _join(self, "<=", other, COMPARED, lambda one, two: one <= two)

    def __gt__(self, other: "Given") -> "Formula":
        return _join(self, ">", other, COMPARED, lambda one, two: one > two)

    def __ge__(self, other: "Given") -> "Formula":
        return _join(self, ">=", other, COMPARED, lambda one, two: one >= two)

    def equals(self, other: "Given") -> "Formula":
        """Whether both are the same."""
        return _join(self, "=", other, COMPARED, lambda one, two: one == two)


Given = Formula | float | str


def to_formula(given: Given) -> Formula:
    """A number or a text as a formula."""
    if isinstance(given, Formula):
        return given
    if isinstance(given, str):
        quoted = given.replace('"', '""')
        return Formula(f'"{quoted}"', given)
    return Formula(repr(given).upper(), given, WHOLE if given >= 0 else MULTIPLIED)


def choose(test: Formula, yes: Given, no: Given) -> Formula:
    """IF: the branch not taken may be an error."""
    yes, no = to_formula(yes), to_formula(no)
    value = None if test.value is None else yes.value if test.value else no.value
    return Formula(f"IF({test.text},{yes.text},{no.text})", value)


def call(name: str, compute: Callable[..., Any], *given: Given) -> Formula:
    """A function of the spreadsheet, and the same in Python; an error where one of its inputs is."""
    inputs = [to_formula(each) for each in given]
    values = [each.value for each in inputs]
    value = None if None in values else compute(*values)
    return Formula(f"{name}({','.join(each.text for each in inputs)})", value)


def both(*tests: Formula) -> Formula:
    """AND."""
    return call("AND", lambda *truths: all(truths), *tests)


def add_up(*given: Given) -> Formula:
    """SUM of cells or of a range; texts count for nothing."""
    return call("SUM", lambda *values: sum(_list_numbers(values)), *given)


def count_numbers(cells: Formula) -> Formula:
    """COUNT of a range: its texts are left out."""
    return call("COUNT", lambda *values: len(_list_numbers(values)), cells)


def find_least(*given: Given) -> Formula:
    """MIN; 0 where there is no number."""
    return call("MIN", lambda *values: min(_list_numbers(values), default=0), *given)


def find_size(given: Given) -> Formula:
    """ABS."""
    return call("ABS", abs, given)


def find_sign(given: Given) -> Formula:
    """SIGN: -1, 0 or 1."""
    return call("SIGN", _compute_sign, given)


def round_to(given: Given, digits: int) -> Formula:
    """ROUND."""
    return call("ROUND", round, given, digits)


def round_up(given: Given) -> Formula:
    """ROUNDUP to a whole number."""
    return call("ROUNDUP", lambda *values: ceil(_list_numbers(values)[0]), given, 0)


def read_number(given: Given) -> Formula:
    """N: a number as it is, a text as 0."""
    return call("N", lambda *values: sum(_list_numbers(values)), given)


def find_rate(flows: Formula, first: Formula) -> Formula:
    """IRR of yearly amounts, sought from a first rate; an error where the sign does not change once."""
    return call("IRR", lambda *values: compute_irr(_list_numbers(values[:1])), flows, first)


def join_words(*given: Given) -> Formula:
    """CONCATENATE; whole numbers without a point."""
    return call("CONCATENATE", lambda *values: "".join(map(_write, values)), *given)


def _list_numbers(values: Sequence[Value]) -> list[float]:
    flat: list[Single] = []
    for each in values:
        flat += each if isinstance(each, tuple) else (each,)
    return [float(each) for each in flat if isinstance(each, int | float)]


def _compute_sign(value: float) -> int:
    return (value > 0) - (value < 0)


def _write(value: Value) -> str:
    return f"{value:.15g}" if isinstance(value, int | float) else str(value)


def _join(
    one: Formula, sign: str, other: Given, hold: int, compute: Callable[[Any, Any], Any]
) -> Formula:
    two = to_formula(other)
    try:
        value = None if one.value is None or two.value is None else compute(one.value, two.value)
    except TypeError:  # a text among numbers
        value = None
    return Formula(f"{_wrap(one, hold)}{sign}{_wrap(two, hold + 1)}", value, hold)


def _wrap(formula: Formula, least: int) -> str:
    return formula.text if formula.hold >= least else f"({formula.text})"


def _divide(one: float, two: float) -> float | None:
    return one / two if two else None
