"""`why`: what moved a headline, by driver, by segment and by account; each column sums to the change."""

import argparse
import sys
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from analyses.changes import AGAINST
from analyses.why.explain import Asked, Why, find_why
from analyses.why.headlines import HEADLINES
from analyses.why.tables import Split
from analyses.why.words import COLUMNS as HEADINGS
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
    if given.format != "table":
        write(to_rows(why), COLUMNS, given.format)
        return
    lines = [describe_why(why), describe_caution(why)]
    print(tables.clean("\n".join(line for line in lines if line)))
    for split in why.splits:
        print(f"\n{name_split(why, split)}")
        show_split(why, split)
        print(tables.clean(describe_sum(why, split)))
        print(describe_method(why, split))


def show_split(why: Why, split: Split) -> None:
    """The table of a split, exact, with its sum as the last row."""
    many = split.columns if len(split.columns) > 1 else ()

    def to_row(label: str, effects: Mapping[str, Decimal], total: Decimal) -> dict[str, Any]:
        cells = {
            HEADINGS[name]: format_exact(effects[name], why.headline.unit, why.currency)
            for name in many
            if name in effects
        }
        exact = format_exact(total, why.headline.unit, why.currency)
        return {"part": label, **dict.fromkeys(headings), **cells, "effect": exact}

    headings = [HEADINGS[name] for name in many]
    rows = [
        {**to_row(part.label, part.effects, part.effect),
         "before": part.before, "after": part.after, "note": part.note}
        for part in split.parts
    ]  # fmt: skip
    rows.append({**to_row("Sum", split.totals, split.total), "before": "", "after": "", "note": ""})
    shown = ("part", *headings, "effect", "before", "after", "note")
    sys.stdout.write(tables.to_text(rows, shown, right=(*headings, "effect")))


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
            "label": part.label, "customer_id": part.customer_id, "total": part.effect,
            "before": part.before, "after": part.after, "note": part.note,
        }
        for split in why.splits
        for part in split.parts
    ]  # fmt: skip
    return rows or [{**empty, **asked}]
