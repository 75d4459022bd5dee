"""Contract tables as lists of dictionaries, and the settings with their defaults."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, TypeAlias, overload

import pandas as pd

Row: TypeAlias = dict[str, Any]
Tables: TypeAlias = Mapping[str, pd.DataFrame | list[Row]]
Settings: TypeAlias = dict[str, Any]

DEFAULT_SETTINGS: Settings = {
    "fiscal_year_first_month": 1,
    "close_lag_days": 0,
    "renewal_grace_days": 0,
    "gross_margin": 0.8,
    "discount_rate": 0.1,
    "horizon_months": 60,
    "qualified_stages": [],
    "evidence_window_days": 365,
    "vocal_window_days": 90,
    "public_window_days": 180,
    "silent_window_days": 90,
    "established_days": 364,
    "shrinking_days": 364,
    "hold_weeks": 4,
    "usage_drop_share": "0.7",
    "usage_recovered_share": "0.8",
    "expiry_days": 35,
}


class Record(dict[str, Any]):
    """A row in which a missing column reads as None."""

    def __missing__(self, key: str) -> None:
        return None


def rows_of(tables: Tables, name: str) -> list[Record]:
    """The rows of a table, empty when it is missing; NaN and NaT become None."""
    table = tables.get(name, [])
    records = table.to_dict("records") if isinstance(table, pd.DataFrame) else table
    return [
        Record({str(key): None if pd.isna(value) else value for key, value in record.items()})
        for record in records
    ]


@overload
def day_of(value: dt.date) -> dt.date: ...
@overload
def day_of(value: None) -> None: ...
def day_of(value: dt.date | None) -> dt.date | None:
    """The calendar day of a date or a timestamp."""
    return value.date() if isinstance(value, dt.datetime) else value
