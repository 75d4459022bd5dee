"""The SELECT of a contract table, as a person would write it, with the doubts of the guess as comments."""

import re
from collections.abc import Collection, Sequence

from warehouse.contract import Column, load_contract
from warehouse.identifiers import quote_identifier, quote_text
from warehouse.mapping.mapping import BOOK_COLUMNS, Filled, MappedFile, Mapping, columns_of

TRUE = "('1', 'true', 'yes')"


def to_select(mapping: Mapping, table: str) -> str:
    """Return the SELECT of a table: one part for each file that feeds it."""
    files = mapping.feeding(table)
    stems = ", ".join(to_remark(stem) for file in files for stem in file.stems)
    # A UNION needs the same columns in every part.
    given = {each.column for file in files for each in file.columns}
    parts = "\nunion all\n".join(_select_file(file, given) for file in files)
    return f"/* {load_contract()[table].description} From {stems}. */\n{parts}\n"


def _select_file(file: MappedFile, given: Collection[str]) -> str:
    lines: list[str] = []
    not_found: list[str] = []
    for column in columns_of(file.table):
        filled = file.find(column.name)
        if filled is None and column.name in given:
            lines.append(f"    cast(null as varchar) as {column.name},")
        elif filled is None and column not in BOOK_COLUMNS:
            not_found.append(_explain_missing(column))
        elif filled is not None:
            if filled.doubt:
                lines.append(f"    -- {column.name}: {to_remark(filled.doubt)}.")
            lines.append(f"    {to_sql(file, filled)} as {column.name},")
    body = ["select", *not_found, *lines, "    source_file,", "    source_line"]
    return "\n".join([*body, f"from raw_{file.name}"])


def _explain_missing(column: Column) -> str:
    what = f" ({column.description.rstrip('.')})" if column.description else ""
    if column.is_needed:
        return f'    -- NEEDED and not found: {column.name}{what}. Write: "<header of the file>" as {column.name},'
    return f"    -- not found: {column.name}{what}"


def to_sql(file: MappedFile, filled: Filled) -> str:
    """Return the SQL that reads a column of a file."""
    if filled.reading == "moments":
        return _latest(file, filled)
    if filled.reading == "line":
        return "source_file || ':' || source_line"
    if filled.reading == "constant":
        return quote_text(filled.text)
    cell = quote_identifier(filled.header)
    if filled.reading == "words":
        return _case(filled, cell, load_contract()[file.table].columns)
    if filled.reading == "when_closed":
        closed = file.find("is_closed")
        return f"case when {_is_true(closed)} then {cell} end" if closed else cell
    forms = {
        "id": f"trim(regexp_replace({cell}, '^zcrm_', ''), '{{}}')",
        "guid": f"lower(trim({cell}, '{{}}'))",
        "yearly": f"cast(try_cast({cell} as decimal(18, 6)) / 12 as varchar)",
        "day_after": f"cast(try_cast(left({cell}, 10) as date) + 1 as varchar)",
    }
    return forms.get(filled.reading, cell)


def _latest(file: MappedFile, filled: Filled) -> str:
    """The latest of several moments; until a deal is over, the day on which it closes is a forecast."""
    closed = file.find("closed_on")
    cells = [
        to_sql(file, closed) if closed and header in closed.headers else quote_identifier(header)
        for header in filled.headers
    ]
    return cells[0] if len(cells) == 1 else f"greatest({', '.join(cells)})"


def _is_true(filled: Filled) -> str:
    cell = f"lower(trim({quote_identifier(filled.header)}))"
    words = [quote_text(word) for word, value in filled.words if value == "true"]
    return f"{cell} in ({', '.join(words)})" if words else f"{cell} in {TRUE}"


def _case(filled: Filled, cell: str, columns: Sequence[Column]) -> str:
    """A visible list of words; one that is not in it is passed on where a type can report it."""
    lines = [f"case lower(trim({cell}))"]
    lines += [
        f"        when {quote_text(word)} then {quote_text(value)}" for word, value in filled.words
    ]
    if any(each.name == filled.column for each in columns):
        lines.append(f"        else {cell}")
    return "\n".join([*lines, "    end"])


def derive_customers(mapping: Mapping) -> str:
    """The SELECT of customers that no file lists: whoever another file names is one."""
    file = next((each for each in mapping.files if each.name == mapping.derived_from), None)
    key = file.find("customer_id") if file else None
    if file is None or key is None:
        return ""
    cell = to_sql(file, key)
    stems = to_remark(", ".join(file.stems))
    return f"""/* No file lists customers, so whoever {stems} names is one, without a name or a segment. */
with numbered as (
    select
        {cell} as customer_id,
        source_file,
        source_line,
        row_number() over (partition by {cell} order by source_file, source_line) as number
    from raw_{file.name}
    where trim({cell}) <> ''
)
select customer_id, source_file, source_line
from numbered
where number = 1
"""


def to_remark(text: str) -> str:
    """A text that cannot end the comment in which it stands."""
    return re.sub(r"[\x00-\x1f\x7f\s]+", " ", text).replace("*/", "* /").replace("/*", "/ *")[:300]
