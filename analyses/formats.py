"""Numbers as people read them, by unit. Inside, a percent is a share from 0 to 1."""

from decimal import Decimal

from analyses.number_text import NumberText

TIMES = ("days", "weeks", "months")


def to_float(value: int | float | Decimal | None) -> float | None:
    """A number of a record as a chart takes it; money is Decimal until here."""
    return None if value is None else float(value)


def format_value(
    value: float | None, unit: str, currency: str = "", is_change: bool = False
) -> NumberText:
    """Text of a value: 0.0191 percent -> '1.9 %', 1240000 currency -> 'EUR 1.24 M', None -> 'n/a'.

    A change carries its sign, and a change of a percentage is in percentage points ('+0.4 pp').
    """
    text = "n/a" if value is None else _write_value(value, unit, currency, is_change)
    return NumberText(text, name_unit(unit, currency), value=value)


def name_unit(unit: str, currency: str = "") -> str:
    """The unit as the heading of a column of plain numbers says it; nothing for counts and ratios."""
    if unit == "percent":
        return "share"
    if unit in ("points", *TIMES):
        return unit
    named = {"currency": currency, "currency_per_day": f"{currency} a day", "per_week": "a week"}
    return named.get(unit, "").strip()


def _write_value(value: float, unit: str, currency: str, is_change: bool) -> str:
    value += 0.0  # a negated 0 is no "-0"
    sign = "+" if is_change and value > 0 else ""
    if unit == "percent":
        return f"{sign}{_trim(100 * value)} {'pp' if is_change else '%'}"
    if unit == "points":
        return f"{'+' if value > 0 else ''}{_trim(value)} points"
    if unit in ("currency", "currency_per_day"):
        per = " / day" if unit == "currency_per_day" else ""
        money = f"{currency} {_compact(abs(value))}".strip()
        return f"{'-' if value < 0 else sign}{money}{per}"
    if unit in TIMES:
        return f"{sign}{_trim(value)} {unit}"
    if unit == "per_week":
        return f"{sign}{value:,.4f} / week"
    if unit == "count":
        return f"{sign}{value:,.0f}"
    return f"{sign}{value:,.2f}"


def format_range(
    low: float | None, high: float | None, unit: str, currency: str = ""
) -> NumberText:
    """A range with the unit said once: '0.3-2.6 %'. A missing low bound is 0."""
    floor = 0.0 if low is None else low
    text = _write_range(floor, high, unit, currency)
    return NumberText(text, name_unit(unit, currency), low=floor, high=high)


def format_band(
    value: float | None, low: float | None, high: float | None, unit: str, currency: str = ""
) -> NumberText:
    """'EUR 58.1 k (EUR 53.0 k to 63.4 k)', 'n/a' without a value."""
    text = format_value(value, unit, currency)
    if value is not None and low is not None:
        text = f"{text} ({format_range(low, high, unit, currency)})"
    return NumberText(text, name_unit(unit, currency), value=value, low=low, high=high)


def format_number(value: float | None, digits: int = 1) -> NumberText:
    """'1,234.5', 'n/a'."""
    return NumberText("n/a" if value is None else f"{value:,.{digits}f}", value=value)


def format_of(part: int, whole: int) -> NumberText:
    """'373 of 404'."""
    return NumberText(f"{part:,} of {whole:,}", value=part, out_of=whole)


def _write_range(floor: float, high: float | None, unit: str, currency: str) -> str:
    if high is None:
        return f"at least {format_value(floor, unit, currency)}"
    first, last = (str(format_value(bound, unit, currency)) for bound in (floor, high))
    if unit == "currency":
        first, last = (
            _scale_like(last, floor, currency) or first,
            _scale_like(first, high, currency) or last,
        )
    if unit == "ratio" and floor == 0:
        first = "0"
    if unit in ("percent", "points", *TIMES):
        first = first.rsplit(" ", 1)[0]
    elif unit == "per_week":
        first = first.removesuffix(" / week")
    elif currency:
        last = last.removeprefix(f"{currency} ")
        first = first.removesuffix(" / day")
    is_plain = floor >= 0 and unit in ("percent", "count", *TIMES, "per_week", "ratio")
    return f"{first}-{last}" if is_plain else f"{first} to {last}"


def _scale_like(last: str, amount: float, currency: str) -> str:
    """The amount in the thousands or millions of the text beside it ('9.9 k' beside '10.4 k'), with its
    decimals; nothing where that would leave less than two digits, or none are dropped."""
    number, _, scale = last.rpartition(" ")
    unit = {"k": 1e3, "M": 1e6}.get(scale)
    if unit is None or not unit / 10 <= abs(amount) < unit * 10:
        return ""
    decimals = max(1, len(number.partition(".")[2]))
    money = f"{currency} {abs(amount) / unit:,.{decimals}f} {scale}".strip()
    return f"-{money}" if amount < 0 else money


def _trim(number: float) -> str:
    """One decimal, none from 100 on, two for what would else read 0.0."""
    size = abs(number)
    if size >= 100 or size == 0:
        return f"{number:,.0f}"
    if 0 < size < 0.1:
        return f"{number:.2f}"
    return f"{number:.1f}"


def _compact(amount: float) -> str:
    size = abs(amount)
    if size >= 9_999_500:
        return f"{amount / 1e6:,.1f} M"
    if size >= 999_500:
        return f"{amount / 1e6:,.2f} M"
    if size >= 9_999.5:
        return f"{amount / 1e3:,.0f} k" if size >= 99_950 else f"{amount / 1e3:,.1f} k"
    return f"{amount:,.0f}"
