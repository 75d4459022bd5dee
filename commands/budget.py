"""`budget`: what a programme returns, against what, and how wrong that can be."""

import argparse
from dataclasses import asdict
from urllib.parse import parse_qsl

from analyses.budget.case import Case
from analyses.budget.compose import find_base, find_case, find_without, list_asked
from analyses.budget.grounds import Member, list_members
from analyses.budget.numbers import (
    COLUMNS,
    Row,
    list_case_rows,
    list_ground_rows,
    write_row,
)
from analyses.budget.programmes import KEYS
from analyses.budget.scenario import list_lost, read_scenario
from analyses.budget.words import (
    METHOD,
    TORNADO,
    answer_case,
    describe_budget,
    describe_case,
    describe_overlap,
    describe_payback,
)
from commands.lacking import missing_lines
from commands.output import warn, write
from commands.parser import Commands, add_format, add_warehouse
from commands.published import read_published
from metrics.registry import find_metric, load_metrics
from warehouse.errors import StandingError

TEXT = "Say what a programme returns, against what, and how wrong that can be."
SCENARIO = (
    'the link of the page after its question mark, such as "do=win_back&win_back=c50000~60000~75000_e0.02~0.05~0.1"; '
    "several programmes stand in do= in their order with a dot between, do=rescue.win_back; without it, what the data "
    "know of each programme"
)
NAME = "Scenario"
NOTHING = (
    f"Nothing can be computed: name programmes in do=, of {', '.join(KEYS)}, each with its cost (c) and effect (e), "
    "such as do=rescue&rescue=c20000_e0.02~0.05~0.08."
)


def add(commands: Commands) -> None:
    command = commands.add("budget", run, TEXT)
    add_warehouse(command)
    command.add_argument("--scenario", metavar="LINK", help=SCENARIO)
    command.add_argument(
        "--members", action="store_true",
        help="the customers of each pool, and the arm of each, to be loaded as programme_members",
    )  # fmt: skip
    add_format(command)


def run(given: argparse.Namespace) -> None:
    if given.members and given.scenario is None:
        raise StandingError("--members lists whom a scenario reaches: give it with --scenario.")
    with read_published(given.warehouse) as connection:
        absent = missing_lines(connection, [find_metric(load_metrics(), "adv_share")])
        if absent:
            raise StandingError(" ".join(absent))
        cursor = connection.cursor()
        base = find_base(cursor)
        if given.scenario is None:
            print_rows(list_ground_rows(base.grounds), base.currency, given.format)
            return
        pairs = parse_qsl(given.scenario.lstrip("?"))
        scenario, wrong = read_scenario(dict(pairs), KEYS)
        composed = find_case(cursor, scenario, base, NAME)
        for each in (*list_lost(pairs, KEYS), *wrong, *composed.missing, *composed.remarks):
            warn(each)
        if composed.case is None:
            raise StandingError(NOTHING)
        if given.members:
            asked = list_asked(scenario, base.grounds)
            found = list_members(cursor, base.week, asked)
            rows = [asdict(each) | {"arm": each.arm} for each in found]
            write(rows, (*Member.__dataclass_fields__, "arm"), given.format, ("margin",))
            return
        without = {
            each.key: find_without(cursor, scenario, base, composed.case, each.key)
            for each in composed.case.programmes
        }
    rows = list_case_rows(composed.case, composed.reach, without)
    if given.format == "table":
        print_said(composed.case, composed.credited)
    print_rows(rows, base.currency, given.format)


def print_said(case: Case, credited: str) -> None:
    """The message of the page, and what it rests on."""
    answer = answer_case(case)
    print(f"{describe_case(answer)}\n{describe_payback(answer.outcome, case.years)}")
    budget, overlap = describe_budget(case, answer.outcome), describe_overlap(case)
    for told in (credited, budget, overlap, METHOD, TORNADO):
        if told:
            print(told)
    print()


def print_rows(rows: list[Row], currency: str, kind: str) -> None:
    """One table a part for people; all rows with full digits as csv and json."""
    if kind != "table":
        write(rows, COLUMNS, kind)
        return
    for part in dict.fromkeys(str(row["part"]) for row in rows):
        print(f"{part[0].upper()}{part[1:]}:")
        found = [write_row(row, currency) for row in rows if row["part"] == part]
        write(found, tuple(found[0]), "table", ("value", "low", "high"))
        print()
