"""Exports made from the committed sample, for what a page has to bear."""

import csv
from collections.abc import Callable
from pathlib import Path

import start

Rows = list[list[str]]
LINKS = ("Account__c", "AccountId", "WhatId")
# Names of customers that a page might take for markup.
HOSTILE = [
    "<script>alert(1)</script>", "**bold**", "[x](javascript:alert(1))", ":material/home:", "<b>bold</b>",
]  # fmt: skip


def read(name: str) -> Rows:
    """A file of the sample, its header first."""
    with (start.SAMPLE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def write(folder: Path, change: Callable[[str, Rows], Rows]) -> Path:
    """The sample's files after a change of each one's rows."""
    folder.mkdir()
    for path in sorted(start.SAMPLE.glob("*.csv")):
        with (folder / path.name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, quoting=csv.QUOTE_ALL).writerows(change(path.stem, read(path.stem)))
    return folder


def write_empty(folder: Path) -> Path:
    """Headers only."""
    return write(folder, lambda name, rows: rows[:1])


def customers(*ids: str) -> Callable[[str, Rows], Rows]:
    """What keeps these accounts and their rows only."""

    def keep(name: str, rows: Rows) -> Rows:
        column = "Id" if name == "Account" else next((c for c in LINKS if c in rows[0]), None)
        if column is None:
            return rows if name in ("User", "exchange_rates") else rows[:1]
        place = rows[0].index(column)
        return [rows[0], *(row for row in rows[1:] if row[place] in ids)]

    return keep


def first_customers(count: int) -> list[str]:
    """The accounts of the sample's first running terms in the reporting currency."""
    rows = read("Subscription__c")
    at = {name: place for place, name in enumerate(rows[0])}
    found: dict[str, None] = {}
    for row in rows[1:]:
        is_running = not row[at["End_Date__c"]] and row[at["IsDeleted"]] == "0"
        if is_running and row[at["CurrencyIsoCode"]] == "EUR":
            found[row[at["Account__c"]]] = None
    return list(found)[:count]


def write_one_customer(folder: Path) -> Path:
    """The rows of a single account."""
    return write(folder, customers(*first_customers(1)))


def write_named(folder: Path, names: list[str]) -> Path:
    """A few accounts with names, and a segment, that a page might take for markup."""
    ids = first_customers(len(names))
    named = dict(zip(ids, names, strict=True))
    keep = customers(*ids)

    def change(name: str, rows: Rows) -> Rows:
        kept = keep(name, rows)
        if name == "Account":
            at = {column: place for place, column in enumerate(kept[0])}
            for row in kept[1:]:
                row[at["Name"]] = named[row[at["Id"]]]
                row[at["Segment__c"]] = "<img src=x onerror=alert(1)> **bold**"
        return kept

    return write(folder, change)


def write_hostile(folder: Path) -> Path:
    return write_named(folder, HOSTILE)


def write_broken(folder: Path) -> Path:
    """The sample with a subscription file that has unreadable rows in it."""

    def change(name: str, rows: Rows) -> Rows:
        if name == "Subscription__c":
            place = rows[0].index("Start_Date__c")
            for row in rows[1:4]:
                row[place] = "31/31/2026"
        return rows

    return write(folder, change)


def write_silent(folder: Path) -> Path:
    """The sample without the cases of its last two weeks, without answers, acts and renewals."""

    def change(name: str, rows: Rows) -> Rows:
        if name == "Case":
            place = rows[0].index("CreatedDate")
            return [rows[0], *(row for row in rows[1:] if row[place] < "2026-11-02")]
        if name == "Opportunity":
            return [row for row in rows if "Renewal" not in row]
        return rows[:1] if name in ("Survey_Response__c", "Advocacy_Activity__c") else rows

    return write(folder, change)


def write_without(folder: Path, *names: str) -> Path:
    """The sample without some of its files."""
    write(folder, lambda name, rows: rows)
    for name in names:
        (folder / f"{name}.csv").unlink()
    return folder


def write_without_deals(folder: Path) -> Path:
    return write_without(folder, "Opportunity", "OpportunityHistory")


def write_without_terms(folder: Path) -> Path:
    """The sample without subscriptions, and with deals of prospects alone, from which no term can be inferred."""

    def change(name: str, rows: Rows) -> Rows:
        if name != "Opportunity":
            return rows
        place = rows[0].index("AccountId")
        return [rows[0], *([*row[:place], "", *row[place + 1 :]] for row in rows[1:])]

    write(folder, change)
    (folder / "Subscription__c.csv").unlink()
    return folder
