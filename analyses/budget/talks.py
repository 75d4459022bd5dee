"""What came after somebody spoke with customers of a standing, against others alike with whom nobody did."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import duckdb

from analyses.tier_value.effect import FEWEST_RISEN, HORIZONS, Effect, compare_rises
from analyses.tier_value.words import FEW_ALIKE, TOO_FEW, find_claim, find_obstacle
from analyses.weekly import WEEK

QUERY = Path(__file__).with_name("talks.sql")


def find_talk(
    cursor: duckdb.DuckDBPyConnection, week: date, standings: Sequence[str]
) -> Effect | None:
    """The comparison to be claimed of those who stood so, known at the end of a week (a Monday): over 52
    weeks where 30 were followed for so long and find others alike, else over 26. None without any."""
    cursor.execute("set variable until = ?::date", [week + WEEK])
    cursor.execute("set variable standings = ?::varchar[]", [list(standings)])
    cursor.execute(f"create or replace temp table compared as {QUERY.read_text('utf-8')}")
    found = find_claim([compare_rises(cursor, weeks, is_act=True) for weeks in HORIZONS])
    cursor.execute("drop table compared")
    return found


def why_no_talk(talk: Effect | None) -> str:
    """What keeps the comparison from being claimed, or ""; the rules of a move (decision 36)."""
    obstacle = find_obstacle(talk)
    if not obstacle:
        return ""
    matched = talk.matched.customers if talk and talk.matched else 0
    told = f"of the customers with whom somebody spoke {matched:,} find others alike"
    if obstacle == TOO_FEW:
        return f"{told}, fewer than {FEWEST_RISEN}"
    if obstacle == FEW_ALIKE:
        return f"{told}, less than half of them"
    return "the margin of those with whom somebody spoke moved differently before already"
