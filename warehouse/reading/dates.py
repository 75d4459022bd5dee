"""Dates in other forms than ISO: the form is found over a whole column, and day and month are never guessed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import duckdb

from warehouse.errors import StandingError
from warehouse.identifiers import quote_text
from warehouse.reading.undecided import Question, UndecidedError

# Turns the SQL of a cell into the SQL of its text in a form that the contract reads.
Template = Callable[[str], str]

DAY_FIRST, MONTH_FIRST = "day first", "month first"
SEPARATORS = {"/": "slash", "-": "dash", ".": "dot"}
TIMES = ("%H:%M", "%H:%M:%S", "%H:%M:%S.%f", "%I:%M %p", "%I:%M:%S %p")
TIME = r"\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?( ?[AaPp][Mm])?"
ZONE = r" ?(Z|UTC|GMT|[+-]\d{2}:?\d{2})"
YEAR_FIRST = rf"\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}([T ]+{TIME}({ZONE})?)?"
COMPACT = r"(19|20|21)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])"
# Days since 1899-12-30, Excel's system of 1900: 10000 is 1927, 99999 is 2173, 2958465 is 9999-12-31.
SERIAL = r"([1-9]\d{4}|2958465)(\.\d+)?"


@dataclass(frozen=True)
class Column:
    """A column of a file in which dates are sought: the SQL of its cells, and what messages call it.

    `line` is the line of source.toml that would settle its form.
    """

    table: str
    cells: Sequence[str]
    file: str
    header: str
    line: str


@dataclass(frozen=True)
class Found:
    """How a column's cells are read, and a sentence on it where anything was found out."""

    template: Template
    note: str = ""


def is_plain(cell: str) -> str:
    """The SQL of whether a cell needs no second look: ISO, or empty. Cheap, since it is asked of every cell."""
    return (
        f"({cell} is null or ({cell} like '____-__-__%'"
        f" and (strlen({cell}) = 10 or (substring({cell}, 14, 1) = ':' and not ends_with({cell}, 'C')))))"
    )


def find_date_form(connection: duckdb.DuckDBPyConnection, column: Column, date_order: str) -> Found:
    """Return how a column's dates are read, found over all of its cells.

    Raises UndecidedError where day and month cannot be told apart and `date_order` does not say, StandingError where
    the column proves both orders.
    """
    shapes = _count_shapes(connection, column)
    if not shapes:
        return Found(lambda cell: cell)
    branches: list[tuple[str, Template]] = []
    if "year first" in shapes:
        branches.append((YEAR_FIRST, _read_year_first))
    if "compact" in shapes:
        branches.append((COMPACT, lambda text: _read(text, ["%Y%m%d"], [])))
    if "serial" in shapes:
        branches.append((SERIAL, _read_serial))
    reasons: list[str] = []
    proven: dict[str, str] = {}
    for separator, shape in SEPARATORS.items():
        if shape in shapes:
            order, reason = _choose_order(column, separator, shapes[shape], date_order, proven)
            reasons.append(reason)
            branches.append((_shape(separator), _reader_of(order, separator)))
    return Found(_join(branches), " ".join(reason for reason in reasons if reason))


def read_given_format(connection: duckdb.DuckDBPyConnection, column: Column, form: str) -> Found:
    """Return how a column is read whose strptime format source.toml gives; ISO is read beside it.

    A format that begins with the year is the only one, since a text in it looks like ISO.
    """
    try:
        connection.execute(
            "select strptime(strftime(timestamp '2026-11-15 08:30:00', ?), ?)", [form] * 2
        )
    except duckdb.Error:
        raise StandingError(
            f'{column.line.split("] ")[0]}]: "{form}" is no strptime format; write one such as "%d.%m.%Y".'
        ) from None
    has_time = any(directive in form for directive in ("%H", "%I"))

    def read(cell: str) -> str:
        read_as = _read(f"trim({cell})", [] if has_time else [form], [form] if has_time else [])
        iso = "false" if form.startswith("%Y") else is_plain(cell)
        other = f"trim({cell}) || {quote_text(f' (not {form})')}"
        return f"coalesce({read_as}, case when {iso} then {cell} else {other} end)"

    return Found(read)


def _shape(separator: str) -> str:
    mark = "[.]" if separator == "." else separator
    return rf"\d{{1,2}}{mark}\d{{1,2}}{mark}(\d{{4}}|\d{{2}})(,? +{TIME})?"


def _formats(order: str, separator: str) -> tuple[list[str], list[str]]:
    """The strptime formats of days, and of moments."""
    parts = ("%d", "%m") if order == DAY_FIRST else ("%m", "%d")
    # The short year first: `%Y` takes 24 for the year 24, and `%y` does not take 2024.
    days = [separator.join((*parts, year)) for year in ("%y", "%Y")]
    moments = [f"{day}{comma} {time}" for day in days for comma in ("", ",") for time in TIMES]
    return days, moments


def _all_formats(order: str, separator: str) -> list[str]:
    days, moments = _formats(order, separator)
    return [*days, *moments]


def _count_shapes(
    connection: duckdb.DuckDBPyConnection, column: Column
) -> dict[str, tuple[int, int, int, str, str, str, str]]:
    """Count what is not plain by shape: day first alone, month first alone, either; and examples of each."""
    texts = " union all ".join(
        f"select trim({cell}) as text from {column.table} where not {is_plain(cell)}"
        for cell in column.cells
    )
    shapes = {"year first": YEAR_FIRST, "compact": COMPACT, "serial": SERIAL}
    shapes |= {name: _shape(separator) for separator, name in SEPARATORS.items()}
    whens = " ".join(
        f"when regexp_full_match(text, {quote_text(pattern)}) then {quote_text(name)}"
        for name, pattern in shapes.items()
    )
    fits = {
        order: " ".join(
            f"when {quote_text(name)} then try_strptime(text, {_list(_all_formats(order, separator))})"
            for separator, name in SEPARATORS.items()
        )
        for order in (DAY_FIRST, MONTH_FIRST)
    }
    rows = connection.execute(f"""
        with texts as ({texts}),
        shaped as (
            select distinct text, case {whens} end as shape from texts where text <> ''
        ),
        fitted as (
            select
                text,
                shape,
                case shape {fits[DAY_FIRST]} end as day_first,
                case shape {fits[MONTH_FIRST]} end as month_first
            from shaped
            where shape is not null
        )
        select
            shape,
            count(*) filter (where day_first is not null and month_first is null),
            count(*) filter (where month_first is not null and day_first is null),
            count(*) filter (where day_first <> month_first),
            min(text) filter (where day_first is not null and month_first is null),
            min(text) filter (where month_first is not null and day_first is null),
            min(text) filter (where day_first <> month_first),
            max(text) filter (where day_first <> month_first)
        from fitted
        group by shape
    """).fetchall()
    return {shape: tuple(counts) for shape, *counts in rows}


def _choose_order(
    column: Column,
    separator: str,
    counts: tuple[int, int, int, str, str, str, str],
    date_order: str,
    proven: dict[str, str],
) -> tuple[str, str]:
    """Return the order of day and month, and the sentence that says why; `proven` keeps one example an order."""
    only_day, only_month, either, day_example, month_example, first, last = counts
    if only_day:
        proven[DAY_FIRST] = day_example
    if only_month:
        proven[MONTH_FIRST] = month_example
    where = f"{column.file}: the dates of {column.header}"
    if len(proven) > 1:
        raise StandingError(
            f"{where} are day first in {proven[DAY_FIRST]} and month first in {proven[MONTH_FIRST]}:"
            f" mend the file, or settle it with {column.line} in source.toml."
        )
    if only_day or only_month:
        order = DAY_FIRST if only_day else MONTH_FIRST
        return order, f"{where} are read {order}, as {proven[order]} proves."
    if not either:
        return DAY_FIRST, ""
    if date_order:
        return date_order, f"{where} are read {date_order}, as date_order in settings.toml says."
    if separator == ".":
        return DAY_FIRST, f"{where} are read day first, as dates with points are written."
    examples = first if first == last else f"{first}, {last}"
    asked = f"{where} may be day first or month first ({examples})"
    setting = f'date_order = "{DAY_FIRST}" or "{MONTH_FIRST}"'
    raise UndecidedError([Question(asked, setting, column.line)])


def _list(formats: Sequence[str]) -> str:
    return f"[{', '.join(map(quote_text, formats))}]"


def _read(text: str, days: Sequence[str], moments: Sequence[str]) -> str:
    parts: list[str] = []
    if days:
        parts.append(f"strftime(try_strptime({text}, {_list(days)}), '%Y-%m-%d')")
    if moments:
        parts.append(f"cast(try_strptime({text}, {_list(moments)}) as varchar)")
    return f"coalesce({', '.join(parts)})" if len(parts) > 1 else parts[0]


def _reader_of(order: str, separator: str) -> Template:
    days, moments = _formats(order, separator)
    return lambda text: _read(text, days, moments)


def _read_year_first(text: str) -> str:
    days = [f"%Y{separator}%m{separator}%d" for separator in SEPARATORS]
    moments = [f"{day} {time}" for day in days for time in TIMES]
    zone = f"regexp_extract({text}, {quote_text(f'{TIME}({ZONE})$')}, 4)"
    bare = f"replace(left({text}, length({text}) - length({zone})), 'T', ' ')"
    mark = f"regexp_replace(trim({zone}), '^(UTC|GMT)$', 'Z')"
    return f"{_read(bare, days, moments)} || {mark}"


def _read_serial(text: str) -> str:
    # To the second: the fraction of a day has no more digits than that.
    moment = f"timestamp '1899-12-30' + to_seconds(cast(round(try_cast({text} as double) * 86400) as bigint))"
    return f"case when contains({text}, '.') then cast({moment} as varchar) else strftime({moment}, '%Y-%m-%d') end"


def _join(branches: Sequence[tuple[str, Template]]) -> Template:
    def read(cell: str) -> str:
        text = f"trim({cell})"
        whens = " ".join(
            f"when regexp_full_match({text}, {quote_text(pattern)}) then {template(text)}"
            for pattern, template in branches
        )
        return f"case when {is_plain(cell)} then {cell} else coalesce(case {whens} end, {cell}) end"

    return read
