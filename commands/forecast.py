"""`forecast`: customers lost, MRR and tiers in 13 weeks, and how good such forecasts were."""

import argparse
from typing import Any

from analyses.forecast.backtest import SERIES, Outlook, Track, Trial, find_outlook
from analyses.forecast.model import MRR
from analyses.forecast.tables import list_backtest_rows, list_method_rows, list_series_rows
from analyses.forecast.words import (
    describe_basis,
    describe_few,
    describe_outlook,
    describe_short,
    describe_verdict,
)
from commands.output import write
from commands.parser import Commands, add_format, add_warehouse, read_date
from commands.published import find_closed, read_published, read_settings
from exports import tables
from metrics.engine import missing_tables
from metrics.registry import load_metrics
from metrics.scope import Scope
from warehouse.errors import StandingError

TEXT = "Forecast customers lost, MRR and tiers 13 weeks ahead, with the errors of such forecasts in the past."
COLUMNS = (
    "series", "unit", "origin", "target", "kind", "value", "low", "high", "naive", "second",
    "actual", "windows_pooled", "off_by", "naive_off_by", "second_off_by", "windows", "closer", "inside",
    "reason", "method", "remark",
)  # fmt: skip


def add(commands: Commands) -> None:
    command = commands.add("forecast", run, TEXT)
    add_warehouse(command)
    command.add_argument(
        "--period", type=read_date, metavar="DATE",
        help="Monday of a closed week: the forecast as it was at its end",
    )  # fmt: skip
    add_format(command)


def run(given: argparse.Namespace) -> None:
    with read_published(given.warehouse) as connection:
        settings = read_settings(connection)
        currency = str(settings["reporting_currency"] or "")
        minimum = float(settings["minimum_denominator"])
        cursor = connection.cursor()
        if missing := missing_tables(cursor, load_metrics()["mrr"]):
            raise StandingError(
                f"There is no forecast without {', '.join(missing)}: add it and build again."
            )
        origin = find_closed(connection, "week", given.period).end
        outlook = find_outlook(cursor, origin, Scope())
    if given.format != "table":
        write(to_rows(outlook, minimum), COLUMNS, given.format)
        return
    print(tables.clean(describe_outlook(outlook, currency, minimum)))
    if not outlook.tracks:
        print(describe_short(outlook))
        return
    for rows in (
        list_series_rows(outlook, currency, minimum),
        list_backtest_rows(outlook, currency),
    ):
        print()
        write(rows, tuple(rows[0]), "table")
    print(f"\n{describe_verdict(outlook)}.")
    for row in list_method_rows(outlook, currency):
        print(tables.clean(f"{row['what']}: {row['how']}"))


def to_rows(outlook: Outlook, minimum: float = 0) -> list[dict[str, Any]]:
    """One row a series and origin, the forecast ahead first, then the windows that are over; where
    nothing can be forecast one row a series, with the reason. method: from what, and known when."""
    if not outlook.tracks:
        is_empty = bool(outlook.steps) and not outlook.steps[-1].customers
        told = {
            "origin": outlook.origin, "target": outlook.target, "kind": "forecast",
            "reason": "no_denominator" if is_empty else "short_history",
        }  # fmt: skip
        return [
            dict.fromkeys(COLUMNS) | told | {"series": series, "unit": _unit_of(series)}
            for series in SERIES
        ]
    few = {"remark": describe_few(outlook, minimum) or None}
    return [
        _to_row(track, trial) | few
        for track in outlook.tracks.values()
        for trial in (track.ahead, *reversed(track.trials))
    ]


def _to_row(track: Track, trial: Trial) -> dict[str, Any]:
    """A forecast that is not shown has its reason in place of its numbers."""
    is_ahead = trial is track.ahead
    is_told = not is_ahead or not track.reason
    row: dict[str, Any] = {
        "series": track.series, "unit": _unit_of(track.series),
        "origin": trial.origin, "target": trial.target, "kind": "forecast" if is_ahead else "backtest",
        "value": trial.value if is_told else None, "low": trial.low if is_told else None,
        "high": trial.high if is_told else None, "naive": trial.naive, "second": trial.second, "actual": trial.actual,
        "windows_pooled": trial.pooled, "method": describe_basis(trial),
    }  # fmt: skip
    if is_ahead:
        told = {
            "off_by": track.mae, "naive_off_by": track.naive_mae,
            "second_off_by": track.second_mae, "windows": len(track.trials),
            "closer": track.closer, "inside": track.inside, "reason": track.reason or None,
        }  # fmt: skip
        return dict.fromkeys(COLUMNS) | row | told
    told = {
        "off_by": trial.error, "naive_off_by": trial.naive_error, "second_off_by": trial.second_error,
    }  # fmt: skip
    return dict.fromkeys(COLUMNS) | row | told


def _unit_of(series: str) -> str:
    return "currency" if series == MRR else "count"
