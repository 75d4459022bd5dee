"""What a company sets once (settings.toml): read, checked and kept with the build."""

import difflib
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

import duckdb

from warehouse.errors import StandingError
from warehouse.identifiers import quote_identifier
from warehouse.rows import insert_rows

SETTINGS_FILE = Path(__file__).parent.parent / "settings.toml"
DIMENSIONS = ("segment", "persona", "industry", "region", "size_band", "language")

_Value = str | int | float | tuple[str, ...] | dict[str, float]
# Returns the checked value, or None where the value will not do.
Check = Callable[[object], _Value | None]


def _setting(default: Any, check: Check, wanted: str) -> Any:
    return field(default=default, metadata={"check": check, "wanted": wanted})


def _whole(default: int, minimum: int, maximum: int) -> Any:
    def check(value: object) -> int | None:
        if not isinstance(value, int) or isinstance(value, bool):
            return None
        return value if minimum <= value <= maximum else None

    return _setting(default, check, f"a whole number from {minimum} to {maximum}")


def _share(default: float, maximum: float = 1.0) -> Any:
    def check(value: object) -> float | None:
        if not isinstance(value, int | float) or isinstance(value, bool):
            return None
        return float(value) if 0 <= value <= maximum else None

    return _setting(default, check, f"a number from 0 to {maximum:g}")


def _is_share(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


def _check_shares(value: object) -> dict[str, float] | None:
    if not isinstance(value, dict):
        return None
    given = cast("dict[str, object]", value)
    shares = {
        name: float(cast("float", share))
        for name, share in sorted(given.items())
        if re.fullmatch(r"[^\n]*\S[^\n]*", name) and _is_share(share)
    }
    return shares if len(shares) == len(given) else None


def _check_flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _text(default: str, pattern: str, wanted: str) -> Any:
    def check(value: object) -> str | None:
        return value if isinstance(value, str) and re.fullmatch(pattern, value) else None

    return _setting(default, check, wanted)


def _free_text(default: str) -> Any:
    return _text(default, r"[^\n]*", "a text of one line")


def _check_time_zone(value: object) -> str | None:
    try:
        ZoneInfo(str(value))
    except (KeyError, OSError, ValueError):
        return None
    return str(value)


def _check_texts(value: object) -> tuple[str, ...] | None:
    if not isinstance(value, list):
        return None
    items = cast("list[object]", value)
    texts = tuple(item.strip() for item in items if isinstance(item, str) and item.strip())
    return texts if len(texts) == len(items) == len(set(texts)) else None


def _check_dimensions(value: object) -> tuple[str, ...] | None:
    chosen = _check_texts(value)
    return chosen if chosen and set(chosen) <= set(DIMENSIONS) else None


_DAYS = {"minimum": 1, "maximum": 3660}


@dataclass(frozen=True)
class Settings:
    """One field a key of settings.toml; that file says what each means."""

    reporting_currency: str = _text("", "([A-Z]{3})?", 'a code such as "EUR", or empty')
    gross_margin: float = _share(0.8)
    discount_rate_yearly: float = _share(0.10)
    ltv_horizon_months: int = _whole(60, 1, 600)
    ltv_timing: str = _text("now", "now|end of month", '"now" or "end of month"')
    ltv_after_cac: bool = _setting(False, _check_flag, "true or false")
    gross_margin_by_segment: dict[str, float] = field(
        default_factory=dict[str, float],
        hash=False,
        metadata={
            "check": _check_shares,
            "wanted": "a table of segments, each with a number from 0 to 1",
        },
    )
    time_zone: str = _setting("UTC", _check_time_zone, 'a time zone such as "Europe/Berlin"')
    date_order: str = _text(
        "", "(day first|month first)?", 'one of "day first" and "month first", or empty'
    )
    decimal_mark: str = _text("", "[,.]?", 'one of "," and ".", or empty')
    fiscal_year_first_month: int = _whole(1, 1, 12)
    close_lag_days: int = _whole(0, 0, 366)
    renewal_grace_days: int = _whole(0, 0, 366)
    customer_level: str = _text(
        "account", "account|ultimate_parent", '"account" or "ultimate_parent"'
    )
    assumed_term_months: int = _whole(12, 1, 600)
    dimensions: tuple[str, ...] = _setting(
        ("segment", "persona", "industry", "region"),
        _check_dimensions,
        f"a list of one or more of {', '.join(DIMENSIONS)}, each once",
    )
    minimum_denominator: int = _whole(20, 0, 100_000)
    qualified_stages: tuple[str, ...] = _setting(
        (), _check_texts, "a list of names of stages, each once"
    )
    record_url: str = _text(
        "", r"(https?://[^\s<>\"']*\{id\}[^\s<>\"']*)?", "a web address that holds {id}, or empty"
    )
    retired_files: tuple[str, ...] = _setting(
        (), _check_texts, 'a list of names of files such as "Case.csv", each once'
    )
    vocal_window_days: int = _whole(90, **_DAYS)
    public_negative_window_days: int = _whole(180, **_DAYS)
    open_case_window_days: int = _whole(365, **_DAYS)
    silent_window_days: int = _whole(90, **_DAYS)
    attitude_window_days: int = _whole(365, **_DAYS)
    positive_window_days: int = _whole(365, **_DAYS)
    growth_window_days: int = _whole(365, **_DAYS)
    vocal_memory_days: int = _whole(365, **_DAYS)
    shrink_lookback_days: int = _whole(364, **_DAYS)
    advocate_tenure_days: int = _whole(364, **_DAYS)
    hold_weeks: int = _whole(4, 1, 52)
    expiry_window_days: int = _whole(35, **_DAYS)
    usage_drop_ratio: float = _share(0.70)
    usage_rearm_ratio: float = _share(0.80, 10.0)
    actively_dissatisfied_action: str = _free_text(
        "Call within two days, name one person who solves it, and say by when"
    )
    actively_dissatisfied_owner: str = _free_text("Customer support")
    dissatisfied_action: str = _free_text(
        "Ask what is wrong before the renewal, and agree on one thing to mend"
    )
    dissatisfied_owner: str = _free_text("Customer success")
    neutral_action: str = _free_text(
        "Ask them: a short survey or a call, since silence is not contentment"
    )
    neutral_owner: str = _free_text("Customer success")
    loyal_action: str = _free_text(
        "Offer a reference call or a case study, and show what others like them gain"
    )
    loyal_owner: str = _free_text("Marketing")
    advocate_action: str = _free_text(
        "Thank them, give them a stage, and do not ask the same one too often"
    )
    advocate_owner: str = _free_text("Marketing")


def load_settings(path: Path | None = None) -> Settings:
    """Return the settings of a file, by default those at the top level.

    Raises StandingError, naming the file and the key, where the file cannot be read, a key is unknown or a value will
    not do.
    """
    path = path or SETTINGS_FILE
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise StandingError(f"There is no settings file {path}: give the path of one.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise StandingError(f"The settings file {path} cannot be read: {error}.") from None
    except tomllib.TOMLDecodeError as error:
        raise StandingError(f"The settings file {path} is not valid TOML: {error}.") from None

    return check_settings(given, path.name)


def check_settings(given: Mapping[str, object], name: str) -> Settings:
    """The settings with these values, the others with their defaults.

    Raises StandingError, naming the file and the key, where a key is unknown or a value will not do.
    """
    known = {setting.name: setting.metadata for setting in fields(Settings)}
    checked: dict[str, Any] = {}
    for key, value in given.items():
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1, cutoff=0.0)[0]
            raise StandingError(
                f'{name} has the unknown key "{key}"; the nearest known key is "{near}".'
            )
        checked[key] = known[key]["check"](value)
        if checked[key] is None:
            raise StandingError(f"{name}: {key} must be {known[key]['wanted']}, not {value!r}.")

    settings = Settings(**checked)
    if settings.usage_rearm_ratio < settings.usage_drop_ratio:
        raise StandingError(
            f"{name}: usage_rearm_ratio must not be below usage_drop_ratio "
            f"({settings.usage_drop_ratio:g})."
        )
    if settings.gross_margin_by_segment and "segment" not in settings.dimensions:
        raise StandingError(f"{name}: gross_margin_by_segment needs segment among dimensions.")
    return settings


def read_comments() -> dict[str, str]:
    """Return what settings.toml says of each key: the comment lines right above it."""
    comments: dict[str, str] = {}
    above: list[str] = []
    for line in SETTINGS_FILE.read_text(encoding="utf-8").splitlines():
        assignment = re.match(r"(\w+)\s*=", line)
        if line.startswith("#"):
            above.append(line.lstrip("# "))
        elif assignment:
            comments[assignment[1]] = " ".join(above)
        if not line.startswith("#"):
            above = []
    return comments


def store_settings(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Write `settings` (one row, one column a key) and `setting_values` (one row a key)."""
    values = {item.name: _to_sql(getattr(settings, item.name)) for item in fields(Settings)}
    kinds = {
        str: "varchar", bool: "boolean", int: "integer", float: "double", list: "varchar[]",
        dict: "map(varchar, double)",
    }  # fmt: skip
    columns = [f"{quote_identifier(key)} {kinds[type(value)]}" for key, value in values.items()]
    connection.execute(f"create table settings ({', '.join(columns)})")
    connection.execute(
        f"insert into settings values ({', '.join('?' for _ in values)})", list(values.values())
    )

    comments, defaults = read_comments(), Settings()
    connection.execute(
        "create table setting_values"
        " (key varchar, value varchar, default_value varchar, comment varchar)"
    )
    insert_rows(
        connection,
        "setting_values",
        [
            [
                item.name,
                _show(values[item.name]),
                _show(_to_sql(getattr(defaults, item.name))),
                comments.get(item.name, ""),
            ]
            for item in fields(Settings)
        ],
    )


def _to_sql(value: _Value) -> str | int | float | list[str] | dict[str, float]:
    return list(value) if isinstance(value, tuple) else value


def _show(value: str | int | float | list[str] | dict[str, float]) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {share:g}" for name, share in value.items())
    return ", ".join(value) if isinstance(value, list) else str(value)
