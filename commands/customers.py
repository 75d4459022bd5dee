"""`customers`: the customers behind the tiers of a period."""

import argparse

from commands.output import write
from commands.parser import Commands, add_format, add_periods, add_warehouse
from commands.published import read_published
from metrics.customers import COLUMNS, list_customers

TEXT = "List the customers behind the tiers of a period."


def add(commands: Commands) -> None:
    command = commands.add("customers", run, TEXT)
    add_warehouse(command)
    command.add_argument(
        "--tier", metavar="TIER", help="only those of one tier; or new, reactivated, churned"
    )
    command.add_argument("--moved", action="store_true", help="only those whose tier changed")
    add_periods(command)
    add_format(command)


def run(given: argparse.Namespace) -> None:
    with read_published(given.warehouse) as connection:
        rows = list_customers(
            connection.cursor(), tier=given.tier, moved=given.moved, period=given.period,
            grain=given.grain,
        )  # fmt: skip
    if given.format == "table":
        rows = [
            {**row, "mrr": None if row["mrr"] is None else f"{row['mrr']:,.2f}"} for row in rows
        ]
    write(rows, COLUMNS, given.format, right=("mrr",))
