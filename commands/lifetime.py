"""`lifetime`: the projected lifetime value of a new customer, what it rests on, and its backtest."""

import argparse
from dataclasses import replace
from datetime import date

import duckdb

from analyses.formats import to_float
from analyses.lifetime.assumptions import describe_assumptions, find_assumptions
from analyses.lifetime.margins import find_start
from analyses.lifetime.projected import (
    COLUMNS,
    INTERVAL,
    PRESENT,
    RESIDUAL,
    describe_backtest,
    describe_fit,
    describe_ground,
    describe_projection,
    describe_rule,
    describe_what_if,
    find_deducted,
    list_backtest_rows,
    list_projection_numbers,
    list_projection_rows,
    list_residual_rows,
)
from analyses.lifetime.projection import find_projections
from commands.output import write
from commands.parser import Commands, add_format, add_quarter, add_warehouse
from commands.published import find_closed, read_published, read_settings
from exports import tables
from metrics.engine import evaluate
from metrics.registry import load_metrics
from metrics.scope import Scope, check_chosen
from warehouse.errors import StandingError

TEXT = "Project the lifetime value of a new customer, with its fit, interval and backtest."
BEFORE = "Of present customers: before it."
BY_TIER = (
    "Lifetime value is not projected by tier, since customers change theirs; `cli.py tier-value` gives the "
    "value of a customer of each tier."
)


def add(commands: Commands) -> None:
    command = commands.add("lifetime", run, TEXT)
    add_warehouse(command)
    add_quarter(command)
    command.add_argument("--by", metavar="DIMENSION", help="break down, for example by segment")
    add_format(command)


def run(given: argparse.Namespace) -> None:
    if given.by == "tier":
        raise StandingError(BY_TIER)
    with read_published(given.warehouse) as connection:
        cursor = connection.cursor()
        check_chosen(cursor, (given.by,) if given.by else ())
        quarter = find_closed(connection, "quarter", given.period)
        assumptions = find_assumptions(cursor)
        currency = read_settings(connection)["reporting_currency"]
        found = find_projections(cursor, quarter.end, Scope(), given.by, assumptions)
        start = None if given.by else find_start(cursor, "quarter", quarter.start, Scope())
        # Cost is that of the whole company, so it is deducted from the value of all alone.
        cac = None if given.by else find_cac(connection, quarter.start)
    if given.format != "table":
        write(list_projection_numbers(found, assumptions, cac), COLUMNS, given.format)
        return
    if given.by:
        rows = list_projection_rows(found, given.by, currency)
        write(rows, tuple(rows[0]) if rows else (given.by,), "table")
    else:
        print(f"{describe_projection(found.get(None), assumptions, currency, cac)}.")
        if start:
            print(f"All at today's average MRR: {start.describe(currency)}.")
        for each in found.values():
            if what_if := describe_what_if(each, assumptions, currency, cac):
                print(f"{what_if}.")
            print(tables.clean(f"{describe_ground(each)} Fit: {describe_fit(each)}."))
            print(f"\n{describe_backtest(each.backtest)}. {describe_rule(each.backtest)}")
            for title, rows in (
                ("Customers still there", list_backtest_rows(each.backtest)),
                (PRESENT, list_residual_rows(each, assumptions, currency)),
            ):
                if rows:
                    print(f"\n{title}:")
                    write(rows, tuple(rows[0]), "table", right=tuple(rows[0])[1:])
    told = replace(assumptions, after_cac=find_deducted(assumptions, cac) is not None)
    note = f" {BEFORE}" if told.after_cac else ""
    print(f"\n{INTERVAL}. {RESIDUAL}.\nAssumed: {tables.clean(describe_assumptions(told))}.{note}")


def find_cac(connection: duckdb.DuckDBPyConnection, start: date) -> float | None:
    """Acquisition cost of a new customer of a quarter; None where it is not known."""
    metric = load_metrics()["eco_cac"]
    (record,) = evaluate(connection.cursor(), metric, grain="quarter", period=start)
    return to_float(record.value)
