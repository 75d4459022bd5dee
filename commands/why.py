"""`why`: what moved a headline, by driver, by segment and by account; each column sums to the change."""

import argparse
import sys
from decimal import Decimal
from typing import Any

from analyses.changes import AGAINST
from analyses.lifetime.assumptions import describe_assumed, find_assumptions
from analyses.why.explain import Asked, Why, find_why
from analyses.why.headlines import HEADLINES
from analyses.why.tables import EFFECT, HEADINGS, Split
from analyses.why.words import (
    describe_caution,
    describe_method,
    describe_sum,
    describe_why,
    format_exact,
    name_split,
)
from commands.output import write
from commands.parser import Commands, add_format, add_periods, add_warehouse
from commands.published import read_published
from exports import tables
from metrics.registry import load_metrics

TEXT = (
    "Say what moved a headline: by driver, by segment and by account, each summing to the change."
)
COLUMNS = (
    "headline", "grain", "period_start", "against", "by", "label", "customer_id",
    *HEADINGS, "total", "unit", "before", "after", "note", "reason",
)  # fmt: skip


def add(commands: Commands) -> None:
    command = commands.add("why", run, TEXT)
    add_warehouse(command)
    command.add_argument("headline", metavar="HEADLINE", help=", ".join(HEADLINES))
    add_periods(command)
    command.set_defaults(grain=None)
    command.add_argument(
        "--against", choices=AGAINST, default="previous",
        help="the period before, or the same a year before (default: %(default)s)",
    )  # fmt: skip
    command.add_argument("--by", metavar="DIMENSION", help="instead of the first of the settings")
    add_format(command)


def run(given: argparse.Namespace) -> None:
    asked = Asked(given.headline, given.grain, given.period, given.against, given.by)
    with read_published(given.warehouse) as connection:
        why = find_why(connection.cursor(), asked)
        assumptions = find_assumptions(connection.cursor())
    assumed = describe_assumed(load_metrics()[why.headline.metric], assumptions)
    if given.format != "table":
        said = {"assumptions": assumed} if assumed else {}
        rows = [{**row, **said} for row in to_rows(why)]
        write(rows, (*COLUMNS, *said), given.format)
        return
    told = f"Assumptions: {assumed}." if assumed else ""
    lines = [describe_why(why), describe_caution(why), told]
    print(tables.clean("\n".join(line for line in lines if line)))
    for split in why.splits:
        print(f"\n{name_split(why, split)}")
        show_split(why, split)
        print(tables.clean(describe_sum(why, split)))
        print(describe_method(why, split))


def show_split(why: Why, split: Split) -> None:
    """The table of a split, exact, with its sum as the last row."""
    unit, currency = why.headline.unit, why.currency
    rows = [
        {
            name: format_exact(each, unit, currency) if isinstance(each, Decimal) else each
            for name, each in row.items()
        }
        for row in split.list_rows()
    ]
    effects = (*(HEADINGS[name] for name in split.shown), EFFECT)
    sys.stdout.write(tables.to_text(rows, tuple(rows[0]), right=effects))


def to_rows(why: Why) -> list[dict[str, Any]]:
    """One row a part, a share for percent; one without a part, with the reason, where there is none."""
    asked = {
        "headline": why.headline.key, "grain": why.pair.grain, "period_start": why.pair.after.start,
        "against": why.pair.before.start, "unit": why.headline.unit, "reason": why.reason or None,
    }  # fmt: skip
    empty = dict.fromkeys(COLUMNS)
    rows = [
        {
            **empty, **asked, **part.effects, "by": why.dimension if split.by == "segment" else split.by,
            "label": part.label, "customer_id": part.customer_id, "total": part.effect if part.effects else None,
            "before": part.before, "after": part.after, "note": part.note,
        }
        for split in why.splits
        for part in split.parts
    ]  # fmt: skip
    return rows or [{**empty, **asked}]
