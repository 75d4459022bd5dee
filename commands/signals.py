"""`signals`: whether the numbers of a week are a signal or within their normal range, and why."""

import argparse
from functools import cache
from typing import Any

from analyses.formats import format_range, format_value
from analyses.judged import COLUMNS, FLOWS, Judge, Judged, list_resets
from analyses.sentences import Finding, describe_briefly, describe_factor
from commands.lacking import missing_lines
from commands.output import write
from commands.parser import Commands, add_format, add_warehouse, read_date
from commands.published import find_closed, read_published, read_settings
from metrics.engine import Record, evaluate
from metrics.periods import label_iso_week
from metrics.registry import find_metric, load_metrics

TEXT = "Say which numbers of the last closed week are signals, and which are within normal range."
SHOWN = (
    "metric", "judged", "member", "value", "n", "center", "normal_range", "spread", "baseline", "verdict", "why",
)  # fmt: skip


def add(commands: Commands) -> None:
    command = commands.add("signals", run, TEXT)
    add_warehouse(command)
    command.add_argument(
        "metrics", nargs="*", metavar="METRIC", help="ids; every weekly flow when left out"
    )
    command.add_argument("--period", type=read_date, metavar="DATE", help="Monday of a closed week")
    add_format(command)


def run(given: argparse.Namespace) -> None:
    metrics = load_metrics()
    names = dict.fromkeys(given.metrics or [name for name in metrics if name in FLOWS])
    chosen = [find_metric(metrics, name) for name in names]
    with read_published(given.warehouse) as connection:
        settings = read_settings(connection)
        week = find_closed(connection, "week", given.period).start

        @cache
        def read(name: str) -> list[Record]:
            return evaluate(connection.cursor(), metrics[name])

        resets = list_resets(connection.cursor())
        judge = Judge(read, resets, metrics, week, float(settings["minimum_denominator"]))
        found = [each for metric in chosen for each in judge.judge(metric)]
        if given.format != "table":
            write([each.to_dict() for each in found], COLUMNS, given.format)
            return
        currency = settings["reporting_currency"]
        rows = [to_row(each, currency) for each in found]
        write(rows, SHOWN, "table", right=("value", "n", "center", "normal_range"))
        print(
            f"Week of {week} ({label_iso_week(week)}). docs/signals.md says how often each rings."
        )
        for line in missing_lines(connection, chosen):
            print(line)


def to_row(judged: Judged, currency: str) -> dict[str, Any]:
    """A line of the table; a verdict on another series leaves its range to that series' line."""
    row = judged.to_dict()
    shown: dict[str, Any] = dict.fromkeys(SHOWN) | {
        "metric": judged.metric.id,
        "judged": row["judged"],
        "member": judged.member,
        "value": format_value(judged.point.value, judged.unit, currency),
        "n": "" if row["n"] is None else format_value(row["n"], "count"),
        "verdict": judged.head.lower(),
        "why": f"by {judged.driver.id}",
    }
    if not judged.is_own:
        return shown
    finding = judged.to_finding(currency)
    shown["why"] = describe_briefly(finding)
    limits, baseline = judged.verdict.limits, judged.verdict.baseline
    if baseline is None:
        return shown
    seasons = ", seasonal" if baseline.is_seasonal else ""
    shown["baseline"] = f"{row['baseline_from']} to {row['baseline_to']}{seasons}"
    if limits is None:
        return shown
    return shown | {
        "center": format_value(limits.center, finding.unit, currency),
        "normal_range": format_range(limits.lower, limits.upper, finding.unit, currency),
        "spread": describe_spread(finding, row),
        "why": shown["why"] if judged.verdict.kind != "within" else "",
    }


def describe_spread(finding: Finding, row: dict[str, Any]) -> str:
    """What made the range: sigma z, mean moving range or exact binomial limits, and the season."""
    if row["expected"] is not None:
        spread = f"binomial, {row['expected']:.2f} expected"
    elif row["sigma_z"] is not None:
        spread = f"sigma z {row['sigma_z']:.2f}"
    else:
        spread = f"mR {format_value(row['moving_range'], finding.unit)}"
    factor = describe_factor(finding)
    return f"{spread}, season {factor}" if factor else spread
