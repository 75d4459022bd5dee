"""Read and check the metric definitions. The list of files in definitions/ is the catalogue."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

from metrics.names import nearest
from warehouse.errors import StandingError

DEFINITIONS = Path(__file__).parent / "definitions"
UNITS = (
    "percent", "points", "count", "currency", "currency_per_day", "days", "weeks", "months",
    "per_week", "ratio",
)  # fmt: skip
GOODS = ("up", "down", "none")
FAMILIES = (
    "churn", "retention", "revenue", "customers",
    "velocity", "lifetime_value", "advocacy", "movement",
)  # fmt: skip
INTERVALS = ("wilson", "nps", "poisson", "returned", "none")

_TEXTS = ("label", "definition", "owner", "source", "formula", "caveat")
_CHOICES = {"unit": UNITS, "family": FAMILIES, "interval": INTERVALS}
_FIELDS = (*_TEXTS, *_CHOICES, "good", "version", "tables", "settings", "example")


@dataclass(frozen=True)
class Example:
    """The worked example: what the views hold, and what the metric must then say.

    tables: (name of the view, rows as an ASCII table with a header line);
    expect: (member or None, first day of the period, value or None for undefined).
    """

    tables: tuple[tuple[str, str], ...]
    expect: tuple[tuple[str | None, date, float | None], ...]


@dataclass(frozen=True)
class Metric:
    """One definition file. `good` is up, down, none, or by_member (then see good_by_member)."""

    id: str
    label: str
    definition: str
    unit: str
    good: str
    good_by_member: tuple[tuple[str, str], ...]
    family: str
    owner: str
    source: str
    version: int
    interval: str
    tables: tuple[str, ...]
    settings: tuple[str, ...]
    formula: str
    caveat: str
    example: Example
    sql: str
    file_hash: str

    @property
    def views(self) -> tuple[str, ...]:
        """The views that the SQL reads; the example has to fill every one of them."""
        return tuple(name for name, _ in self.example.tables)

    @property
    def members(self) -> tuple[str, ...]:
        """The numbers that make up the metric, in the order in which they are shown; often none."""
        return tuple(member for member, _ in self.good_by_member)

    def good_for(self, member: str | None = None) -> str:
        """up, down or none: which way is good for the metric, or for one of its members."""
        return dict(self.good_by_member).get(member or "", self.good)


def load_metrics(folder: Path = DEFINITIONS) -> dict[str, Metric]:
    """All metrics by id, in the order of their file names.

    Raises StandingError that names the file and the field for a definition that is not complete.
    """
    return {path.stem: read_metric(path) for path in sorted(folder.glob("*.sql"))}


def find_metric(metrics: Mapping[str, Metric], name: str) -> Metric:
    """The metric of that id. Raises StandingError with the nearest ids for an unknown one."""
    if name not in metrics:
        raise StandingError(f"There is no metric {name!r}; {nearest(name, metrics)}.")
    return metrics[name]


def read_metric(path: Path) -> Metric:
    """Read one definition: a TOML header in the first comment, then one SELECT."""
    text = path.read_text(encoding="utf-8")
    header, sql = split_header(path.name, text)
    _check_header(path.name, header)
    good: str | dict[str, str] = header["good"]
    return Metric(
        id=path.stem,
        **{name: header[name] for name in (*_TEXTS, *_CHOICES, "version")},
        good=good if isinstance(good, str) else "by_member",
        good_by_member=() if isinstance(good, str) else tuple(good.items()),
        tables=tuple(header["tables"]),
        settings=tuple(header["settings"]),
        example=_read_example(path.name, header["example"]),
        sql=sql,
        file_hash=sha256(text.encode()).hexdigest(),
    )


def split_header(name: str, text: str) -> tuple[dict[str, Any], str]:
    """The TOML header of a definition, in its first comment, and the SQL after it.

    Raises StandingError that names the file where either is missing.
    """
    match = re.fullmatch(r"\s*/\*(.*?)\*/(.*)", text, re.DOTALL)
    if match is None:
        raise StandingError(f"{name}: begin the file with a header in /* ... */.")
    try:
        header = tomllib.loads(match[1])
    except tomllib.TOMLDecodeError as error:
        raise StandingError(f"{name}: the header is not TOML: {error}.") from error
    sql = match[2].strip().removesuffix(";").strip()
    if not sql:
        raise StandingError(f"{name}: there is no SQL after the header.")
    return header, sql


def _check_header(name: str, header: dict[str, Any]) -> None:
    for field in _FIELDS:
        if field not in header:
            raise StandingError(f"{name}: the header lacks {field}.")
    for field in header:
        if field not in _FIELDS:
            raise StandingError(f"{name}: unknown field {field}; {nearest(field, _FIELDS)}.")
    for field in _TEXTS:
        if not isinstance(header[field], str) or not header[field].strip():
            raise StandingError(f"{name}: {field} must be a text that is not empty.")
    for field, allowed in _CHOICES.items():
        if header[field] not in allowed:
            raise StandingError(f"{name}: {field} must be one of {', '.join(allowed)}.")
    by_member = _as_table(header["good"])
    goods = [header["good"]] if by_member is None else list(by_member.values())
    if not goods or any(each not in GOODS for each in goods):
        raise StandingError(
            f"{name}: good must be up, down or none, or a table of these by member."
        )
    if type(header["version"]) is not int or header["version"] < 1:
        raise StandingError(f"{name}: version must be a whole number from 1.")
    for field in ("tables", "settings"):
        if not _is_list_of_texts(header[field]):
            raise StandingError(f"{name}: {field} must be a list of names.")


def _read_example(name: str, example: dict[str, Any]) -> Example:
    tables = tuple((key, text) for key, text in example.items() if key != "expect")
    if not tables or not all(isinstance(text, str) for _, text in tables):
        raise StandingError(f"{name}: the example needs a table for every view that the SQL reads.")
    expect: list[tuple[str | None, date, float | None]] = []
    for key, value in example.get("expect", {}).items():
        by_start = _as_table(value)
        member = None if by_start is None else key
        for start, answer in (by_start or {key: value}).items():
            expect.append((member, _read_day(name, start), _read_answer(name, answer)))
    if not expect:
        raise StandingError(f"{name}: the example needs what to expect.")
    return Example(tables, tuple(expect))


def _as_table(value: object) -> dict[str, Any] | None:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else None


def _is_list_of_texts(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(each, str) for each in cast("list[object]", value)
    )


def _read_day(name: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise StandingError(f"{name}: {text!r} in expect is not a date (2026-01-05).") from error


def _read_answer(name: str, answer: object) -> float | None:
    if answer == "none":
        return None
    if isinstance(answer, bool) or not isinstance(answer, int | float):
        raise StandingError(f'{name}: expect holds numbers, or "none" for undefined.')
    return float(answer)
