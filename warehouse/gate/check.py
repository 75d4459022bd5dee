"""Promises of the data, one SQL file each: the rows that it returns break the promise.

A file begins with a comment in TOML: severity, description, advice; a warning also has rank (1: a reader of numbers
must know of it first) and may have beside = "tiers": it is then shown where the tiers are and not on every page;
untested is a SELECT that says in one row why there is nothing to test, and returns none where there is. A row's column
`remark`, where the SELECT has one, is the sentence that is shown.
"""

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from warehouse.rows import insert_rows

FOLDER = Path(__file__).parents[1] / "checks"
# Enough to find the cause by; the count is of all rows.
EXAMPLES = 5


@dataclass(frozen=True)
class Check:
    """A promise: `severity` error (blocks publishing) or warning, and advice if it is broken."""

    name: str
    severity: str
    description: str
    advice: str
    sql: str
    rank: int = 0
    beside: str = ""
    untested: str = ""


@dataclass(frozen=True)
class CheckResult:
    """What a check found: the number of rows that break the promise, and the first of them.

    `why_untested` says why there was nothing to test; such a promise is not broken and was not seen to hold.
    """

    name: str
    severity: str
    description: str
    advice: str
    rows: int
    examples: tuple[str, ...]
    rank: int = 0
    beside: str = ""
    why_untested: str = ""

    @property
    def is_broken(self) -> bool:
        return self.rows > 0

    @property
    def holds(self) -> bool:
        return not self.is_broken and not self.why_untested

    @property
    def is_on_every_page(self) -> bool:
        """Whether it is broken and concerns numbers everywhere."""
        return self.is_broken and not self.beside

    def to_text(self) -> str:
        if self.holds:
            return f"ok       {self.name}: {self.description}"
        if not self.is_broken:
            return f"not tested {self.name}: {self.why_untested}. {self.description}"
        found = "; ".join(self.examples)
        rows = "1 row" if self.rows == 1 else f"{self.rows:,} rows"
        return f"{self.severity:8} {self.name}: {rows}: {found}. {self.advice}"


def load_checks() -> list[Check]:
    """Return the checks in the order of their names."""
    checks: list[Check] = []
    for path in sorted(FOLDER.glob("*.sql")):
        header, sql = path.read_text(encoding="utf-8").removeprefix("/*").split("*/", 1)
        fields = tomllib.loads(header)
        checks.append(
            Check(
                name=path.stem,
                severity=fields["severity"],
                description=fields["description"],
                advice=fields["advice"],
                sql=sql.strip(),
                rank=fields.get("rank", 0),
                beside=fields.get("beside", ""),
                untested=fields.get("untested", ""),
            )
        )
    return checks


def run_checks(cursor: duckdb.DuckDBPyConnection) -> list[CheckResult]:
    """Run every check on a built or published warehouse."""
    results: list[CheckResult] = []
    for check in load_checks():
        result = cursor.execute(check.sql)
        columns = [column[0] for column in result.description or []]
        rows = result.fetchall()
        untested = (
            cursor.execute(check.untested).fetchone() if check.untested and not rows else None
        )
        results.append(
            CheckResult(
                name=check.name,
                severity=check.severity,
                description=check.description,
                advice=check.advice,
                rows=len(rows),
                examples=tuple(_describe(columns, row) for row in rows[:EXAMPLES]),
                rank=check.rank,
                beside=check.beside,
                why_untested=untested[0] if untested else "",
            )
        )
    return results


def store_results(connection: duckdb.DuckDBPyConnection, results: Iterable[CheckResult]) -> None:
    """Create check_results, one row a check: a reader need not wait for them to run again."""
    connection.execute(
        "create table check_results (name varchar, severity varchar, description varchar, advice varchar,"
        " rows bigint, examples varchar[], rank integer, beside varchar, why_untested varchar)"
    )
    rows = [
        [
            result.name,
            result.severity,
            result.description,
            result.advice,
            result.rows,
            list(result.examples),
            result.rank,
            result.beside,
            result.why_untested,
        ]
        for result in results
    ]
    insert_rows(connection, "check_results", rows)


def read_results(cursor: duckdb.DuckDBPyConnection) -> list[CheckResult]:
    """What the checks of a build found, by name."""
    rows = cursor.execute("select * from check_results order by name").fetchall()
    return [
        CheckResult(name, severity, description, advice, count, tuple(examples), *place)
        for name, severity, description, advice, count, examples, *place in rows
    ]


def list_broken(results: Iterable[CheckResult]) -> list[CheckResult]:
    """The promises that are broken: errors first, then warnings by rank."""
    broken = [result for result in results if result.is_broken]
    return sorted(broken, key=lambda result: (result.severity != "error", result.rank, result.name))


def describe_counts(results: Sequence[CheckResult]) -> str:
    """'21 of 23, 2 not tested': the checks that hold, and those that had nothing to test."""
    untested = sum(bool(result.why_untested) for result in results)
    holding = sum(result.holds for result in results)
    return f"{holding} of {len(results)}" + (f", {untested} not tested" if untested else "")


def describe_verdict(results: Iterable[CheckResult]) -> str:
    """'Fit to show, with 2 remarks', in one sentence for whoever shows the numbers."""
    broken = list_broken(results)
    errors = sum(result.severity == "error" for result in broken)
    remarks = sum(result.rows for result in broken if result.severity != "error")
    if errors:
        checks = "1 check fails" if errors == 1 else f"{errors} checks fail"
        return f"Not fit to show: {checks}."
    if not remarks:
        return "Fit to show, with nothing to remark."
    return f"Fit to show, with {remarks:,} {'remark' if remarks == 1 else 'remarks'}."


def _describe(columns: Sequence[str], row: Sequence[object]) -> str:
    if "remark" in columns:
        return str(row[columns.index("remark")]).rstrip(".")
    return ", ".join(f"{column} {value}" for column, value in zip(columns, row, strict=True))
