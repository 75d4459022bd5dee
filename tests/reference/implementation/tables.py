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
    "gross_margin_by_segment": {},
    "discount_rate_yearly": 0.1,
    "ltv_horizon_months": 60,
    "qualified_stages": [],
    "vocal_window_days": 90,
    "public_negative_window_days": 180,
    "open_case_window_days": 365,
    "silent_window_days": 90,
    "attitude_window_days": 365,
    "positive_window_days": 365,
    "growth_window_days": 365,
    "vocal_memory_days": 365,
    "shrink_lookback_days": 364,
    "advocate_tenure_days": 364,
    "hold_weeks": 4,
    "expiry_window_days": 35,
    "usage_drop_ratio": 0.70,
    "usage_rearm_ratio": 0.80,
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
