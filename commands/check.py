"""`check`: the promises of the published data, and whether they hold."""

import argparse

from commands.parser import Commands, add_warehouse
from commands.published import read_published
from exports import tables
from warehouse.errors import CheckFailed
from warehouse.gate.bridges import describe_bridges
from warehouse.gate.check import describe_verdict, run_checks


def add(commands: Commands) -> None:
    command = commands.add("check", run, "Check the promises of the published data.")
    add_warehouse(command)


def run(given: argparse.Namespace) -> None:
    with read_published(given.warehouse) as connection:
        results = run_checks(connection.cursor())
        bridges = describe_bridges(connection.cursor())
    for line in [*(result.to_text() for result in results), *bridges, describe_verdict(results)]:
        print(tables.clean(line))
    broken = [each.name for each in results if each.is_broken and each.severity == "error"]
    if broken:
        raise CheckFailed(f"{len(broken)} of {len(results)} checks failed: {', '.join(broken)}.")
