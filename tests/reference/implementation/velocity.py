"""Sales velocity at a boundary date from the open pipeline and 91 days of closed deals."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from tests.reference.implementation.tables import Record, Settings, day_of

WINDOW_DAYS = 91


@dataclass(frozen=True)
class Velocity:
    """Counts, amounts and days at one boundary."""

    open_count: int
    won: int
    lost: int
    won_amounts: list[Decimal]
    lost_amounts: list[Decimal]
    cycles: list[int]

    def pipeline(self) -> float | None:
        """N x D x W / L per day; 0 without wins, None without closed deals or without D or L."""
        if self.won + self.lost == 0:
            return None
        if self.won == 0:
            return 0.0
        if not self.won_amounts or not self.cycles:
            return None
        deal = float(sum(self.won_amounts)) / len(self.won_amounts)
        cycle = sum(self.cycles) / len(self.cycles)
        return self.open_count * deal * (self.won / (self.won + self.lost)) / cycle


def velocity_at(
    boundary: dt.date,
    opportunities: list[Record],
    stages: list[Record],
    is_latest: bool,
    settings: Settings,
) -> Velocity:
    """N, W, D and L at a boundary from opportunities of kind new or unknown."""
    window_start = boundary - dt.timedelta(days=WINDOW_DAYS)
    deals = [row for row in opportunities if row["kind"] in ("new", None)]
    still_open = [
        row
        for row in deals
        if row["created_on"] < boundary
        and (
            row["is_closed"] is not True
            or (row["closed_on"] is not None and row["closed_on"] >= boundary)
        )
        and is_qualified(row, stages, boundary, is_latest, settings)
    ]
    closed = [
        row
        for row in deals
        if row["is_closed"] is True
        and row["closed_on"] is not None
        and window_start <= row["closed_on"] < boundary
    ]
    won = [row for row in closed if row["is_won"] is True]
    lost = [row for row in closed if row["is_won"] is not True]
    days = [(row["closed_on"] - row["created_on"]).days for row in won]
    return Velocity(
        open_count=len(still_open),
        won=len(won),
        lost=len(lost),
        won_amounts=amounts_of(won),
        lost_amounts=amounts_of(lost),
        cycles=[max(1, length) for length in days if length >= 0],
    )


def won_in(opportunities: list[Record], start: dt.date, end: dt.date) -> list[Decimal]:
    """The amounts of the deals of kind new or unknown that were won in [start, end)."""
    return amounts_of(
        [
            row
            for row in opportunities
            if row["kind"] in ("new", None)
            and row["is_closed"] is True
            and row["is_won"] is True
            and row["closed_on"] is not None
            and start <= row["closed_on"] < end
        ]
    )


def amounts_of(deals: list[Record]) -> list[Decimal]:
    """The amounts above 0."""
    amounts = [row["amount"] for row in deals]
    return [amount for amount in amounts if amount is not None and amount > 0]


def is_qualified(
    row: Record, stages: list[Record], boundary: dt.date, is_latest: bool, settings: Settings
) -> bool:
    """Whether the deal was in a qualified stage at the boundary; without a list all stages are."""
    qualified = settings["qualified_stages"]
    if not qualified:
        return True
    if not stages:
        return not is_latest or row["stage"] in qualified
    entries = [
        entry
        for entry in stages
        if entry["opportunity_id"] == row["opportunity_id"]
        and day_of(entry["entered_at"]) < boundary
    ]
    if not entries:
        return False
    return max(entries, key=lambda entry: entry["entered_at"])["stage"] in qualified
