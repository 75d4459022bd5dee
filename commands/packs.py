"""`packs`: the board packs that were frozen."""

import argparse
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from analyses.board.document import Pack, Today
from analyses.board.freeze import read_frozen, read_today
from analyses.board.restated import is_other, subtract
from analyses.formats import format_value
from commands.output import write
from commands.parser import Commands, add_format, add_warehouse
from ledger.packs import COLUMNS, list_packs
from warehouse.errors import StandingError

TEXT = "List the board packs that were frozen, the newest first; or the numbers of one beside those of now."
THEN_AND_NOW = (
    "metric", "period_start", "dimension", "breakdown", "member", "unit", "then", "now", "change", "is_other",
)  # fmt: skip


def add(commands: Commands) -> None:
    command = commands.add("packs", run, TEXT)
    add_warehouse(command)
    command.add_argument("--pack", metavar="NAME", help="its numbers, and what they would be now")
    command.add_argument(
        "--changed", action="store_true", help="with --pack: only those that differ"
    )
    add_format(command)


def run(given: argparse.Namespace) -> None:
    if given.pack:
        show_pack(given)
        return
    if given.changed:
        raise StandingError("--changed needs --pack: it tells what differs from one.")
    write([asdict(each) for each in list_packs(given.warehouse)], COLUMNS, given.format)


def show_pack(given: argparse.Namespace) -> None:
    """Every number as it was frozen and as it would be now; a table writes them with their units."""
    pack = read_frozen(given.warehouse, given.pack)
    today = read_today(given.warehouse, pack)
    rows = [row for row in list_rows(pack, today) if row["is_other"] or not given.changed]
    if given.format == "table":
        print(
            f"{pack.title}: {pack.quarter}, frozen {pack.frozen_at:%Y-%m-%d %H:%M} UTC by {pack.frozen_by}."
        )
        rows = [{**row, **_write(row, pack.currency)} for row in rows]
    write(rows, THEN_AND_NOW, given.format, right=("then", "now", "change"))
    if given.format == "table" and today is not None:
        print("\n".join((f"{today.slide.title}.", *today.slide.lines)))


def list_rows(pack: Pack, today: Today | None) -> Iterator[dict[str, Any]]:
    """One row a number of the pack; now is empty where nothing is published."""
    numbers = today.numbers if today else (None,) * len(pack.numbers)
    for then, now in zip(pack.numbers, numbers, strict=True):
        yield {
            "metric": then.metric, "period_start": then.period_start, "dimension": then.dimension,
            "breakdown": then.breakdown, "member": then.member, "unit": then.unit,
            "then": then.value, "now": now.value if now else None,
            "change": subtract(then.value, now.value if now else None),
            "is_other": now is not None and is_other(then, now),
        }  # fmt: skip


def _write(row: dict[str, Any], currency: str) -> dict[str, str]:
    return {
        name: format_value(
            None if row[name] is None else float(row[name]), row["unit"], currency, name == "change"
        )
        for name in ("then", "now", "change")
    }
