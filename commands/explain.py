"""`explain`: the definition of a metric, with the settings and the basis of the published build."""

import argparse
import sys
from contextlib import suppress

from commands.parser import Commands, add_warehouse
from commands.published import read_published, read_settings
from exports import definitions
from metrics.basis import basis_of
from metrics.registry import find_metric, load_metrics
from warehouse.errors import StandingError


def add(commands: Commands) -> None:
    command = commands.add("explain", run, "Say how a metric is defined and computed.")
    add_warehouse(command)
    command.add_argument("metric", metavar="METRIC")


def run(given: argparse.Namespace) -> None:
    metric = find_metric(load_metrics(), given.metric)
    settings, basis = None, None
    # A definition can be read before anything is built.
    with suppress(StandingError), read_published(given.warehouse) as connection:
        settings, basis = read_settings(connection), basis_of(connection.cursor(), metric)
    sys.stdout.write(definitions.to_text(metric, settings, basis))
