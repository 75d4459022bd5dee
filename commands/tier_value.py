"""`tier-value`: what a customer of each tier is worth, with n, intervals and the backtest."""

import argparse
from datetime import timedelta

from analyses.lifetime.assumptions import Assumptions, describe_margin, find_assumptions
from analyses.tier_value.answer import TierValue, find_gap, find_tier_value
from analyses.tier_value.evidence import find_evidence
from analyses.tier_value.tables import (
    describe_assumptions,
    describe_backtest,
    describe_homogeneity,
    describe_retention,
    list_backtest_rows,
    list_group_rows,
    list_move_rows,
    list_reach_rows,
    list_worth_rows,
    to_records,
)
from analyses.tier_value.words import describe_gap
from analyses.weekly import find_last_week
from commands.lacking import missing_lines
from commands.output import write
from commands.parser import Commands, add_format, add_quarter, add_warehouse
from commands.published import find_closed, read_published, read_settings
from commands.tier_moves import print_moves
from exports.tables import clean
from metrics.periods import format_date
from metrics.registry import find_metric, load_metrics
from metrics.scope import Scope
from warehouse.errors import StandingError

TEXT = "Say what a customer of each tier is worth, beyond a neutral one, and how sure that is."


def add(commands: Commands) -> None:
    command = commands.add("tier-value", run, TEXT)
    add_warehouse(command)
    add_quarter(command)
    command.add_argument(
        "--moves", action="store_true",
        help="whether a move up pays, by rung of evidence, in place of the tiers",
    )  # fmt: skip
    add_format(command)


def run(given: argparse.Namespace) -> None:
    with read_published(given.warehouse) as connection:
        settings = read_settings(connection)
        quarter = find_closed(connection, "quarter", given.period)
        absent = missing_lines(connection, [find_metric(load_metrics(), "adv_share")])
        if absent:
            raise StandingError(" ".join(absent))
        assumptions = find_assumptions(connection.cursor())
        value = find_tier_value(
            connection.cursor(), find_last_week(quarter.end), Scope(),
            assumptions.discount_yearly, float(settings["minimum_denominator"]),
        )  # fmt: skip
        currency, minimum = settings["reporting_currency"], float(settings["minimum_denominator"])
        if given.moves:
            evidence = find_evidence(connection.cursor(), value.week, Scope())
            print_moves(evidence, find_gap(value), assumptions, currency, given.format)
            return
        if given.format != "table":
            records = to_records(value, describe_assumptions(assumptions))
            write(records, list(records[0]), given.format)
            return
        print_value(value, assumptions, currency, minimum)


def print_value(value: TierValue, assumptions: Assumptions, currency: str, minimum: float) -> None:
    """The tables and the lines that belong to them."""
    margin, told = describe_margin(assumptions), describe_assumptions(assumptions)
    print(f"{describe_gap(find_gap(value), currency)}\n")
    for rows in (
        list_group_rows(value.groups, currency, minimum, margin),
        list_worth_rows(value.worth, currency, minimum, told),
        list_backtest_rows(value.backtests, currency, margin),
        list_reach_rows(value.worth),
        list_move_rows(value),
    ):
        if rows:
            # Said once, beneath.
            write(rows, [name for name in rows[0] if name != "assumptions"], "table")
            print()
    sunday = format_date(value.week + timedelta(days=6))
    print(f"{describe_retention(value.groups)}.")
    print(f"{describe_backtest(value.backtests)}.")
    print(describe_homogeneity(value))
    print(clean(f"Tiers of {sunday}. {told[0].upper()}{told[1:]}."))
