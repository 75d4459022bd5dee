"""What a build has to say for itself: what it recognised, loaded, rejected and checked."""

from dataclasses import dataclass
from typing import Any

import duckdb

from warehouse.gate.bridges import describe_bridges
from warehouse.gate.check import CheckResult, describe_verdict

# A reason names the column of the contract; whoever mends it looks for the header of the file.
REJECTIONS = """
    with headers as (
        select table_name, column_name, file, string_agg(header, ' or ' order by header) as header
        from mapped_columns
        group by table_name, column_name, file
    ),
    reasons as (
        select file, table_name, column_name, reason, count(*) as rows, min(line) as first_line
        from rejected_rows
        group by file, table_name, column_name, reason
    )
    select reasons.file, reasons.reason, reasons.rows, reasons.first_line,
        if(headers.header <> reasons.column_name, headers.header, null) as header
    from reasons
    left join headers
        on reasons.table_name = headers.table_name and reasons.column_name = headers.column_name
            and reasons.file = headers.file
    order by reasons.rows desc, reasons.file, reasons.reason
    limit 20
"""


@dataclass(frozen=True)
class BuildReport:
    """`files`, `notes` and `tables` are the rows of load_files, load_notes and table_status.

    `cases_place` says where the mapping reads cases: without any, nobody can look angry.
    """

    build_id: str
    info: dict[str, Any]
    files: list[dict[str, Any]]
    tables: list[dict[str, Any]]
    notes: list[dict[str, Any]]
    rejections: list[dict[str, Any]]
    checks: list[CheckResult]
    bridges: list[str]
    seconds: float
    cases_place: str = ""

    def to_text(self) -> str:
        """Return the report as the command line prints it."""
        lines = [
            f"Recognised: {self.info['source_name']}",
            f"As-of date: {self.info['as_of']} ({self.info['as_of_rule']})",
            f"Currency: {self.info['reporting_currency'] or 'none is named'}",
            "",
            f"{'file':32} {'table':20} {'rows':>10} {'accepted':>10} {'rejected':>9}"
            f" {'deleted':>8} {'set aside':>10}  encoding",
        ]
        for file in self.files:
            lines.append(
                f"{file['file']:32} {file['table_name'] or '-':20} {file['rows_in']:>10,}"
                f" {file['accepted']:>10,} {file['rejected']:>9,} {file['deleted']:>8,}"
                f" {file['set_aside']:>10,}  {file['encoding'] or '-'}"
                + (f" ({file['note']})" if file["note"] else "")
            )
        if self.rejections:
            lines += ["", "Rejected rows (all of them, with their text, on the page data health):"]
            lines += self._rejection_lines()
        if self.notes:
            lines += ["", "Notes:", *(_note_line(note) for note in self.notes)]
        missing = [table["table_name"] for table in self.tables if not table["is_present"]]
        if missing:
            lines += ["", "Not in this export: " + ", ".join(missing)]
        if "cases" in missing and self.cases_place:
            lines.append(
                f"Without cases nobody can look angry: they are read by {self.cases_place}."
            )
        if self.bridges:
            lines += ["", "Reconciliation:"] + [f"  {line}" for line in self.bridges]
        lines += ["", "Checks:"] + [f"  {result.to_text()}" for result in self.checks]
        lines += ["", describe_verdict(self.checks)]
        lines += [f"Build {self.build_id} in {self.seconds:.1f} s"]
        return "\n".join(lines)

    def _rejection_lines(self) -> list[str]:
        lines = [
            f"  {rejection['rows']:,} x {rejection['file']}: {rejection['reason']}"
            f" (first in line {rejection['first_line']}"
            + (f"; its column there: {rejection['header']})" if rejection["header"] else ")")
            for rejection in self.rejections
        ]
        shown = sum(rejection["rows"] for rejection in self.rejections)
        rest = sum(file["rejected"] for file in self.files) - shown
        return [*lines, f"  and {rest:,} more for other reasons"] if rest else lines


def _note_line(note: dict[str, Any]) -> str:
    file = note["file"]
    where = f"{file}: " if file and file not in note["message"] else ""
    counted = f" ({note['row_count']:,} in all)" if (note["row_count"] or 0) > 1 else ""
    return f"  {note['severity']}: {where}{note['message']}{counted}"


def read_report(
    connection: duckdb.DuckDBPyConnection, build_id: str, checks: list[CheckResult], seconds: float
) -> BuildReport:
    """Return the report of a build from the tables that it left."""
    return BuildReport(
        build_id=build_id,
        info=_rows(connection, "select * from build_info")[0],
        files=_rows(connection, "select * from load_files order by table_name nulls last, file"),
        tables=_rows(connection, "select * from table_status order by table_name"),
        notes=_rows(
            connection,
            "select * from load_notes"
            " order by list_position(['error', 'warning', 'info'], severity), table_name, message",
        ),
        rejections=_rows(
            connection,
            REJECTIONS,
        ),
        checks=checks,
        bridges=describe_bridges(connection),
        seconds=seconds,
        cases_place="".join(
            place["place"]
            for place in _rows(
                connection,
                "select file || coalesce(' and line ' || declared_line || ' of ' || declared_in, '') as place"
                " from mapping_places where table_name = 'cases' and column_name = 'kind'",
            )
        )
        or "cases.csv in the columns of data/contract.toml",
    )


def _rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    result = connection.execute(sql)
    columns = [column[0] for column in result.description or []]
    return [dict(zip(columns, row, strict=True)) for row in result.fetchall()]
