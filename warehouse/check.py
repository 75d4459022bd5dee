"""Promises of the data, one SQL file each: the rows that it returns break the promise."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

import duckdb

FOLDER = Path(__file__).parent / "checks"
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


@dataclass(frozen=True)
class CheckResult:
    """What a check found: the number of rows that break the promise, and the first of them."""

    name: str
    severity: str
    description: str
    advice: str
    rows: int
    examples: tuple[str, ...]

    @property
    def holds(self) -> bool:
        return self.rows == 0

    def to_text(self) -> str:
        if self.holds:
            return f"ok       {self.name}: {self.description}"
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
                path.stem, fields["severity"], fields["description"], fields["advice"], sql.strip()
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
        examples = tuple(
            ", ".join(f"{column} {value}" for column, value in zip(columns, row, strict=True))
            for row in rows[:EXAMPLES]
        )
        results.append(
            CheckResult(
                check.name, check.severity, check.description, check.advice, len(rows), examples
            )
        )
    return results
