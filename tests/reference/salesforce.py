"""A second reader of a Salesforce weekly export, written from the contract and the mapping alone.

It gives the typed tables that the second implementation computes from, row by row with Python's
csv module, and shares no code with the product's loader.
"""

import csv
import datetime as dt
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tests.reference.implementation.inferred import infer_terms
from tests.reference.implementation.tables import Record
from tests.reference.implementation.terms import surviving_ids
from tests.reference.salesforce_objects import (
    SOURCES,
    TRUE_WORDS,
    Cells,
    Column,
    Row,
    Source,
    Unreadable,
    calendar_day,
    case_kind,
    local_moment,
    number,
)

SIX_PLACES = Decimal("0.000001")
STAMPS = ("CreatedDate", "LastModifiedDate", "SystemModstamp")


@dataclass(frozen=True)
class Export:
    """What was read: contract tables in the reporting currency, and the last complete day."""

    tables: dict[str, list[Row]]
    as_of: dt.date


def decode(raw: bytes) -> str:
    """The text in the first of three encodings that fits; the last one always does."""
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")


def read_cells(path: Path) -> list[Cells | None]:
    """The rows as text, None for one with too few or too many cells."""
    raw = path.read_bytes()
    header, *rows = csv.reader(io.StringIO(decode(raw), newline=""))
    return [
        dict(zip(header, row, strict=True)) if len(row) == len(header) else None for row in rows
    ]


@dataclass
class Reader:
    """The files of one export by lower-case name, and what the settings say about reading them."""

    files: Mapping[str, list[Cells | None]]
    zone: ZoneInfo
    tables: dict[str, list[Row]] = field(default_factory=dict)
    ids: dict[str, set[str]] = field(default_factory=dict)
    gone: dict[str, set[str]] = field(default_factory=dict)  # the ids of deleted rows
    newest: dt.date = dt.date.min

    def read_table(self, source: Source) -> None:
        """Fill the table with the rows of its file that stand."""
        rows: list[Row] = []
        gone: set[str] = set()
        taken: set[tuple[Any, ...]] = set()
        for cells in self.files[source.file]:
            row = None if cells is None else self.typed(source, cells)
            if cells is None or row is None or source.is_set_aside(cells):
                continue
            key = tuple(row[column] for column in source.key)
            if self.is_gone(source, cells, row):
                gone.add(key[0] if key else "")
            elif self.has_targets(source, row) and source.is_sound(row) and key not in taken:
                taken |= {key} if key else set()
                rows.append(row)
                if not row.get("merged_into_id"):  # it is set aside for the account it went into
                    self.newest = max(self.newest, self.newest_stamp(cells))
        self.tables[source.table], self.gone[source.table] = rows, gone
        if source.table == "customers":
            self.end_merges()
        self.ids[source.table] = {
            row[source.key[0]] for row in self.tables[source.table] if source.key
        }

    def typed(self, source: Source, cells: Cells) -> Row | None:
        """The row in the contract's types, None when a needed value is missing or unreadable."""
        row: Row = {"currency": currency_of(cells)}
        for name, column in source.columns.items():
            try:
                row[name] = self.value(column, cells.get(column.source, ""))
            except Unreadable:
                row[name] = None
            if column.is_needed and row[name] is None:
                return None
        if source.table == "opportunities":
            row["closed_on"] = row["closed_on"] if row["is_closed"] else None
            row |= self.contract_of(cells)
        if source.table == "cases":
            row["kind"] = case_kind(cells)
            if cells.get("IsClosed", "").strip().lower() not in ("", *TRUE_WORDS):
                row["closed_at"] = None
        return row

    def contract_of(self, cells: Cells) -> Row:
        """First day, first day not paid for and months of the contract that an opportunity names."""
        wanted = cells.get("ContractId", "").strip()
        found = [
            each for each in self.files.get("contract", []) if each and each["Id"].strip() == wanted
        ]
        if not wanted or not found or found[0].get("IsDeleted", "") in TRUE_WORDS:
            return {}
        last = calendar_day(found[0].get("EndDate", ""))
        months = number(found[0].get("ContractTerm", ""))
        return {
            "term_starts_on": calendar_day(found[0].get("StartDate", "")),
            "term_ends_on": last + dt.timedelta(days=1) if last else None,
            "term_months": int(months) if months else None,
        }

    def value(self, column: Column, cell: str) -> Any:
        """One cell."""
        if column.read == "money":
            amount = number(cell)
            return None if amount is None else six_places(amount)
        if column.read in ("day", "moment"):
            moment = local_moment(cell, self.zone)
            return moment.date() if moment and column.read == "day" else moment
        assert not isinstance(column.read, str)
        return column.read(cell)

    def is_gone(self, source: Source, cells: Cells, row: Row) -> bool:
        """Marked deleted (unless merged away), or of something deleted."""
        is_marked = cells.get("IsDeleted", "").strip().lower() in TRUE_WORDS
        if source.table == "customers":
            return is_marked and row["merged_into_id"] is None
        targets = source.points_to.items()
        return is_marked or any(
            row[column] in self.gone[table] - self.ids[table] for column, table in targets
        )

    def has_targets(self, source: Source, row: Row) -> bool:
        """Every id that the row gives is one of a row that stands."""
        return all(
            row[column] is None or row[column] in self.ids[table]
            for column, table in source.points_to.items()
        )

    def newest_stamp(self, cells: Cells) -> dt.date:
        """The newest creation or modification of a row, as a day of the business."""
        days = [dt.date.min]
        for column in STAMPS:
            try:
                moment = local_moment(cells.get(column, ""), self.zone)
            except Unreadable:
                continue
            if moment:
                days.append(moment.date())
        return max(days)

    def end_merges(self) -> None:
        """Drop accounts whose chain of merges ends in a deleted one, in none or in a circle."""
        rows, gone = self.tables["customers"], self.gone["customers"]
        masters = {row["customer_id"]: row["merged_into_id"] for row in rows}
        dropped: set[str] = set()
        for customer_id in masters:
            end, passed = customer_id, {customer_id}
            while masters.get(end) is not None and masters[end] not in passed:
                end = masters[end]
                passed.add(end)
            if masters.get(end, end) is not None:
                dropped.add(customer_id)
                gone |= {customer_id} if end in gone else set()
        self.tables["customers"] = [row for row in rows if row["customer_id"] not in dropped]


def six_places(amount: Decimal) -> Decimal:
    """Money as it is kept."""
    return amount.quantize(SIX_PLACES, ROUND_HALF_UP)


def currency_of(cells: Cells) -> str | None:
    """The code of a row's currency; 000 and nothing are no currency."""
    code = cells.get("CurrencyIsoCode", "").strip()
    return None if code in ("", "000") else code


def fiscal_year(day: dt.date, first_month: int) -> int:
    """The calendar year in which the fiscal year of a day ends."""
    return day.year + (first_month > 1 and day.month >= first_month)


def read_rates(files: Mapping[str, list[Cells | None]], year: int) -> dict[str, Decimal]:
    """Currency -> units of the reporting currency for one of it."""
    return {
        cells["currency"]: Decimal(cells["rate"])
        for cells in files.get("exchange_rates", [])
        if cells and int(cells["fiscal_year"]) == year
    }


def convert(
    tables: dict[str, list[Row]], rates: Mapping[str, Decimal], reporting: str
) -> dict[str, list[Row]]:
    """The tables with their money in the reporting currency; money without a rate is refused."""
    converted: dict[str, list[Row]] = {}
    for name, rows in tables.items():
        converted[name] = []
        for row in rows:
            money = {column for column in ("mrr", "amount") if row.get(column) is not None}
            code = row.get("currency") or reporting
            rate = Decimal(1) if code == reporting else rates.get(code)
            if money and rate is None:
                continue
            changed = {column: six_places(row[column] * rate) for column in money}
            converted[name].append({**row, **changed})
    return converted


def read_export(
    folder: Path, settings: Mapping[str, Any], reporting: str, as_of: dt.date | None = None
) -> Export:
    """Read a folder; without an as-of date it is the day before the newest change of a row."""
    known = {source.file for source in SOURCES} | {"exchange_rates", "contract"}
    files = {
        path.stem.lower(): read_cells(path)
        for path in sorted(folder.iterdir())
        if path.stem.lower() in known
    }
    reader = Reader(files, ZoneInfo(settings["time_zone"]))
    for source in SOURCES:
        if source.file in files and reader.ids.keys() >= set(source.points_to.values()):
            reader.read_table(source)
    day = as_of or reader.newest - dt.timedelta(days=1)
    rates = read_rates(files, fiscal_year(day, settings["fiscal_year_first_month"]))
    tables = convert(reader.tables, rates, reporting)
    if not tables.get("subscriptions"):
        ends = surviving_ids(tables)
        won = [
            Record({**row, "customer_id": ends.get(row["customer_id"])})
            for row in tables.get("opportunities", [])
        ]
        tables["subscriptions"] = infer_terms(won, settings.get("assumed_term_months", 12))
    return Export(tables, day)
