"""Amounts with symbols and separators: the decimal mark is found over a whole column and never guessed."""

import duckdb

from warehouse.errors import StandingError
from warehouse.identifiers import quote_text
from warehouse.reading.dates import Column, Found
from warehouse.reading.undecided import Question, UndecidedError

# Thin, narrow and no-break spaces and typographic apostrophes part thousands as blanks and apostrophes do.
SPACES, APOSTROPHES = "\u00a0\u2009\u202f", "\u2019\u02bc"
NAMED = (
    "kr|Kr|z\u0142|K\u010d|Ft|lei|Fr[.]?|SFr[.]?|Rs[.]?|RM|Rp|TL|S/[.]?|[A-Z]{3}|[A-Z]{0,3}\\p{Sc}"
)
# Three capitals that are no currency: to drop them would drop a factor.
FACTORS = ("MIO", "MLN", "MRD", "TSD", "BLN", "MIL")
AMOUNT = (
    rf"^(?P<open>\()?\s*(?P<sign>[-+\x{{2212}}])?\s*(?P<before>{NAMED})?\s*(?P<inner>[-\x{{2212}}])?\s*"
    r"(?P<number>(?:\d(?:[\d.,' ]*[\d.,])?|[.,]\d+)(?:[eE][+-]?\d{1,3})?)\s*(?P<factor>[kK])?\s*"
    rf"(?P<after>{NAMED}|%)?\s*(?P<close>\))?(?P<minus>-)?$"
)
GROUPS = ("open", "sign", "before", "inner", "number", "factor", "after", "close", "minus")


def _number(decimal: str, thousands: str) -> str:
    """The pattern of a number whose mark is `decimal`; a grouped one never begins with 0."""
    groups = "|".join(
        [
            r"\d+",
            *(rf"[1-9]\d{{0,2}}({mark}\d{{3}})+" for mark in (thousands, "'", " ")),
            rf"[1-9]\d?({thousands}\d{{2}})+{thousands}\d{{3}}",
        ]
    )
    return rf"(({groups})({decimal}\d*)?|{decimal}\d+)([eE][+-]?\d{{1,3}})?"


PATTERNS = {".": _number("[.]", ","), ",": _number(",", "[.]")}


def find_amount_form(
    connection: duckdb.DuckDBPyConnection,
    column: Column,
    mark: str,
    given_mark: str = "",
    *,
    is_machine: bool = False,
) -> Found:
    """Return how a column's amounts are read: its decimal mark, found over all of its cells.

    `given_mark` settles it; `mark` is the setting decimal_mark. A column of plain numbers is left alone unless one of
    them says that the mark is a comma, or all that have a point may have it for thousands; `is_machine`: a program
    wrote them, and its point is the decimal mark. Raises UndecidedError where the mark cannot be told and neither says,
    StandingError where the column proves both marks, and where it holds symbols of two currencies.
    """
    (cell,) = column.cells
    plain = f"({cell} is null or try_cast({cell} as double) is not null)"
    if "," not in (mark, given_mark):
        suspect = "" if mark or given_mark or is_machine else f" or trim({cell}) like '%.___'"
        odd = connection.execute(
            f"select 1 from {column.table} where (not {plain}{suspect}) and trim({cell}) <> '' limit 1"
        ).fetchone()
        if not odd:
            return Found(lambda cell: cell)
    only_point, only_comma, commas, points, point, comma, first, last, symbols = _count(
        connection, column
    )
    where = f"{column.file}: the amounts of {column.header}"
    if len(symbols) > 1:
        raise StandingError(
            f"{where} are in {' and '.join(sorted(symbols))}: give the currency in a column of its own,"
            " or export them in one."
        )
    note = ""
    if given_mark:
        chosen = given_mark
    elif only_point and only_comma:
        raise StandingError(
            f"{where} have a decimal point in {point} and a decimal comma in {comma}: mend the file,"
            f" or settle it with {column.line} in source.toml."
        )
    elif only_point or only_comma:
        chosen = "." if only_point else ","
        name = "point" if only_point else "comma"
        note = f"{where} have a decimal {name}, as {point or comma} proves." if only_comma else ""
    elif mark:
        chosen = mark
        note = f"{where} are read with decimal_mark of settings.toml." if commas or points else ""
    elif commas or (points and not is_machine):
        examples = first if first == last else f"{first}, {last}"
        name = "comma" if commas else "point"
        asked = f"{where} may have a {name} for decimals or for thousands ({examples})"
        raise UndecidedError([Question(asked, 'decimal_mark = "," or "."', column.line)])
    else:
        chosen = "."
    return Found(lambda cell: _read(cell, chosen), note)


def _parts(cell: str) -> str:
    """The SQL of the parts of a cell's amount, as a struct of GROUPS; all are empty where it is none."""
    text = f"translate(trim({cell}), {quote_text(SPACES + APOSTROPHES)}, '   ''''')"
    names = ", ".join(map(quote_text, GROUPS))
    return f"regexp_extract({text}, {quote_text(AMOUNT)}, [{names}])"


def _count(
    connection: duckdb.DuckDBPyConnection, column: Column
) -> tuple[int, int, int, int, str, str, str, str, list[str]]:
    """Count the numbers that fit one mark alone, and those that fit both; examples, and the symbols."""
    (cell,) = column.cells
    found = connection.execute(f"""
        with parts as (select trim({cell}) as text, {_parts(cell)} as part from {column.table}),
        numbers as (
            select
                text,
                part.number as number,
                nullif(concat(part.before, nullif(part.after, '%')), '') as symbol,
                regexp_full_match(part.number, {quote_text(PATTERNS["."])}) as fits_point,
                regexp_full_match(part.number, {quote_text(PATTERNS[","])}) as fits_comma
            from parts
            where part.number <> ''
        )
        select
            count(*) filter (where fits_point and not fits_comma),
            count(*) filter (where fits_comma and not fits_point),
            count(*) filter (where fits_point and fits_comma and contains(number, ',')),
            count(*) filter (where fits_point and fits_comma and contains(number, '.')),
            min(text) filter (where fits_point and not fits_comma),
            min(text) filter (where fits_comma and not fits_point),
            coalesce(
                min(text) filter (where fits_point and fits_comma and contains(number, ',')),
                min(text) filter (where fits_point and fits_comma and contains(number, '.'))
            ),
            coalesce(
                max(text) filter (where fits_point and fits_comma and contains(number, ',')),
                max(text) filter (where fits_point and fits_comma and contains(number, '.'))
            ),
            coalesce(list(distinct symbol) filter (where symbol is not null), [])
        from numbers
    """).fetchone()
    assert found is not None, "an aggregate gives one row"
    return found


def _read(cell: str, mark: str) -> str:
    part = _parts(cell)
    thousands = "," if mark == "." else "."
    bare = (
        f"replace(translate({part}.number, {quote_text(thousands + ' ' + chr(39))}, ''), ',', '.')"
    )
    in_thousands = f"cast(try_cast({bare} as decimal(24, 6)) * 1000 as varchar)"
    number = f"case when {part}.factor <> '' then {in_thousands} else {bare} end"
    minus = "('-', '\u2212')"
    is_negative = (
        f"({part}.open <> '' and {part}.close <> '') or {part}.sign in {minus} or {part}.inner in {minus}"
        f" or {part}.minus <> ''"
    )
    factors = ", ".join(map(quote_text, FACTORS))
    is_amount = (
        f"regexp_full_match({part}.number, {quote_text(PATTERNS[mark])})"
        f" and {part}.before not in ({factors}) and {part}.after not in ({factors})"
        f" and ({part}.open = '') = ({part}.close = '')"
    )
    return f"case when {is_amount} then if({is_negative}, '-', '') || {number} else {cell} end"
