"""How a column is filled from a header, or without one; and what follows for the whole file."""

from dataclasses import replace

from warehouse.contract import Column, Table, load_contract
from warehouse.mapping.look import Look, LookedAt, Profile
from warehouse.mapping.mapping import LINE_KEYS, Filled, MappedFile, columns_of
from warehouse.mapping.read_values import (
    find_decimal_mark,
    find_duplicates,
    has_both_orders,
    is_ambiguous,
    read_name,
    read_words,
    suits,
)
from warehouse.mapping.words import read_currency, read_meaning, score_header

# A header that speaks less clearly than this is one that a person should look at.
SURE = 0.8
NEAR = 0.1
MOST_OTHERS = 3
DUPLICATE = "a duplicate, closed as lost"
# Their dates may lie ahead, so they say nothing of when the export was made.
PLANNED = {"subscriptions", "activities", "campaigns", "programme_members", "targets"}
NUMBERS = ("money", "number", "integer", "rate")


def fill(
    look: Look, file: LookedAt, table: Table, column: Column, header: str, score: float = 1.0
) -> Filled | None:
    """Say how a column is read from a header, or without one; None where nothing fills it.

    `score` is how sure the guess is: a column that a person has chosen has no doubt.
    """
    profile = file.find(header)
    if profile is None:
        return _fill_without(file, table, column)
    reading, words = read_words(table, column, profile)
    doubt = _doubt(file, table, column, header, score)
    if column.type == "id" and profile.guids == 1:
        reading = "guid"
    elif column.type == "id" and look.has_zoho_prefix:
        reading = "id"
    if column.name == "closed_on" and table.name == "opportunities":
        reading = "when_closed"
    if column.name == "mrr" and "yearly" in read_meaning(header):
        reading, doubt = "yearly", f'a twelfth of "{header}", which says that it is for a year'
    unknown = [word for word in profile.words if word.lower() not in dict(words)]
    if reading == "words" and column.type == "enum" and unknown:
        doubt = _join(doubt, f"these words are not known: {', '.join(unknown[:5])}")
    return Filled(column.name, (header,), reading, words, doubt=doubt)


def _doubt(file: LookedAt, table: Table, column: Column, header: str, score: float) -> str:
    if score >= 1.0 or column.name == "modified_at":
        return ""
    doubt = f'guessed from the header "{header}"' if score < SURE else ""
    if "estimated" in read_meaning(header):
        doubt = _join(doubt, f'"{header}" is an estimate')
    others = [
        f'"{each.header}"'
        for each in file.columns
        if each.header != header
        and score_header(each.header, table.name, column.name) * suits(table, column, each)
        > score - NEAR
    ]
    return _join(doubt, f"could also be {', '.join(others[:MOST_OTHERS])}" if others else "")


def _join(*parts: str) -> str:
    return "; ".join(part for part in parts if part)


def _fill_without(file: LookedAt, table: Table, column: Column) -> Filled | None:
    """What can be said of a column that no header fills."""
    if column.name in LINE_KEYS and (column.name,) == table.key:
        doubt = "no column tells its rows apart, so the line of the file does"
        return Filled(column.name, (), "line", doubt=doubt)
    said = read_name(table, column, file.raw.file.stem) if column.type == "enum" else ""
    if said and column.is_needed:
        doubt = "the name of the file says so of all its rows"
        return Filled(column.name, (), "constant", text=said, doubt=doubt)
    if column.name == "currency":
        named = {read_currency(each.header) for each in file.columns} - {""}
        if len(named) == 1:
            doubt = "the name of a header says so of all its rows"
            return Filled(column.name, (), "constant", text=named.pop(), doubt=doubt)
    if column.name == "set_aside" and table.name == "opportunities":
        for each in file.columns:
            if found := find_duplicates(each):
                words = tuple((word, DUPLICATE) for word in found)
                return Filled("set_aside", (each.header,), "words", words)
    return None


def complete(mapped: MappedFile, file: LookedAt) -> MappedFile:
    """Add what follows from the columns: how dates and numbers are read, and when the rows were last changed."""
    mapped = _add_moments(mapped, file)
    types = {column.name: column.type for column in columns_of(mapped.table)}
    of_type: dict[str, list[str]] = {"dates": [], "amounts": []}
    for each in mapped.columns:
        if types[each.column] in ("date", "timestamp"):
            of_type["dates"] += each.headers
        elif types[each.column] in NUMBERS:
            of_type["amounts"] += each.headers
    dates = [_profile(file, header) for header in dict.fromkeys(of_type["dates"])]
    amounts = [_profile(file, header) for header in dict.fromkeys(of_type["amounts"])]
    settled = dict(mapped.date_formats)
    return replace(
        mapped,
        dates=tuple(each.header for each in dates),
        amounts=tuple(each.header for each in amounts),
        ambiguous=tuple(
            (each.header, each.examples[0])
            for each in dates
            if (is_ambiguous(each) or has_both_orders(each)) and each.header not in settled
        ),
        unmarked=tuple(
            (each.header, each.unmarked) for each in amounts if find_decimal_mark(each) == "?"
        ),
    )


def _profile(file: LookedAt, header: str) -> Profile:
    return file.find(header) or Profile(header, -1)


def _add_moments(mapped: MappedFile, file: LookedAt) -> MappedFile:
    """modified_at is the latest of what a row says of its past: of that the as-of date is made."""
    given = mapped.find("modified_at")
    headers = list(given.headers[:1]) if given and given.reading != "moments" else []
    headers += [each for each in (given.headers if given else ()) if each in _modified(file)]
    dated_by = load_contract()[mapped.table].dated_by
    past = [dated_by] if dated_by and mapped.table not in PLANNED else []
    past += {"cases": ["closed_at"], "opportunities": ["closed_on"]}.get(mapped.table, [])
    for name in past:
        filled = mapped.find(name)
        headers += filled.headers if filled else ()
    rest = tuple(each for each in mapped.columns if each.column != "modified_at")
    if not headers:
        return replace(mapped, columns=rest)
    moments = Filled("modified_at", tuple(dict.fromkeys(headers)), "moments")
    return replace(mapped, columns=(*rest, moments))


def _modified(file: LookedAt) -> set[str]:
    return {
        each.header
        for each in file.columns
        if score_header(each.header, "any", "modified_at") > SURE
    }
