"""The form of one file: a header for each column, the words of its enums, and how its dates and numbers are read."""

from dataclasses import replace

import streamlit as st

from ui.filters import plain_markdown, to_words
from warehouse.contract import Column, Table
from warehouse.mapping.draft import date_format
from warehouse.mapping.fill import complete, fill
from warehouse.mapping.guess import map_as
from warehouse.mapping.look import Look, LookedAt, Profile
from warehouse.mapping.mapping import (
    BOOK_COLUMNS,
    Filled,
    MappedFile,
    Mapping,
    columns_of,
    mappable_tables,
)
from warehouse.mapping.read_values import know_words

NOTHING = ""
WIDTH = 280
# More words than these are listed in the SELECT alone.
MOST_WORDS = 24
OUTCOMES = {"won": ("true", "true"), "lost": ("true", "false"), "open": ("false", "false")}


def label_file(file: LookedAt) -> str:
    """The name of an uploaded file without the ZIP in which it is kept."""
    return file.name.rpartition("/")[2]


def choose_columns(look: Look, file: LookedAt, table_name: str, guessed: Mapping) -> MappedFile:
    """The columns of a file that is this table, as the form has them."""
    table = mappable_tables()[table_name]
    found = next(
        (
            each
            for each in guessed.files
            if file.raw.file.stem in each.stems and each.table == table_name
        ),
        None,
    ) or map_as(look, file, table_name, guessed)
    key = f"map:{file.name}:{table_name}"
    with st.expander(
        plain_markdown(f"{label_file(file)}: {table_name.replace('_', ' ')}"),
        expanded=True,
        key=f"{key}:open",
    ):
        st.text(table.description)
        columns = _choose_headers(look, file, table, found, key)
        columns = _choose_words(file, table, columns, key)
        columns = _choose_last_day(columns, key)
        mapped = complete(replace(found, columns=tuple(columns)), file)
        mapped = _choose_forms(file, mapped, key)
        doubts = [f"{each.column}: {each.doubt}." for each in mapped.columns if each.doubt]
        if doubts:
            st.text("\n".join(["Doubtful:", *doubts, *found.doubts]))
    return mapped


def _choose_headers(
    look: Look, file: LookedAt, table: Table, found: MappedFile, key: str
) -> list[Filled]:
    """A choice of header for each column, those that nothing fills apart; what nobody changed keeps the guess."""
    given = [column for column in columns_of(table.name) if column not in BOOK_COLUMNS]
    shown = [column for column in given if column.is_needed or found.find(column.name)]
    with st.container(horizontal=True):
        columns = [_choose_header(look, file, table, column, found, key) for column in shown]
    others = [column for column in given if column not in shown]
    if others:
        names = ", ".join(to_words(column.name) for column in others)
        with (
            st.expander(f"Not found, and not needed: {names}", key=f"{key}:others"),
            st.container(horizontal=True),
        ):
            columns += [_choose_header(look, file, table, column, found, key) for column in others]
    books = [found.find(name) for name in ("is_deleted", "set_aside", "modified_at")]
    return [each for each in (*columns, *books) if each]


def _choose_header(
    look: Look, file: LookedAt, table: Table, column: Column, found: MappedFile, key: str
) -> Filled | None:
    guess = found.find(column.name)
    options = [NOTHING, *(each.header for each in file.columns)]
    default = guess.header if guess and guess.header in options else NOTHING
    header = st.selectbox(
        f"{to_words(column.name)}{' (needed)' if column.is_needed else ''}",
        options,
        index=options.index(default),
        format_func=lambda name: _describe(file, name, guess),
        help=_help(column),
        key=f"{key}:{column.name}",
        width=WIDTH,
    )
    return guess if header == default else fill(look, file, table, column, header or NOTHING)


def _describe(file: LookedAt, header: str, guess: Filled | None) -> str:
    """A header with some of its values; st.selectbox shows its options as they are."""
    profile = file.find(header)
    if profile is None and guess and not guess.headers:
        return f"{guess.text} in every row" if guess.text else "the line of the file"
    if profile is None:
        return "nothing"
    examples = ", ".join(example[:20] for example in profile.examples)
    return f"{header} ({examples})" if examples else f"{header} (empty)"


def _help(column: Column) -> str:
    kind = {"id": "An id.", "enum": f"One of {', '.join(column.values)}."}.get(
        column.type, f"A {column.type}."
    )
    return f"{column.description} {kind}".strip()


def _choose_words(file: LookedAt, table: Table, columns: list[Filled], key: str) -> list[Filled]:
    """What each word of an enum or a boolean means; a deal's outcome is asked once for both of its columns."""
    types = {column.name: column for column in table.columns}
    chosen: list[Filled] = []
    outcomes: dict[str, dict[str, str]] = {}
    for filled in columns:
        column = types.get(filled.column)
        profile = file.find(filled.header)
        if column is None or profile is None or not _has_words(column, filled, profile):
            chosen.append(filled)
        elif column.name in ("is_closed", "is_won"):
            if filled.header not in outcomes:
                outcomes[filled.header] = _choose_outcomes(columns, filled, profile, key)
            position = ("is_closed", "is_won").index(column.name)
            words = {
                word: OUTCOMES[outcome][position]
                for word, outcome in outcomes[filled.header].items()
            }
            chosen.append(_with_words(filled, words))
        else:
            values = column.values if column.type == "enum" else ("true", "false")
            known = {**know_words(table, column, profile), **dict(filled.words)}
            title = f"{column.name}: what the words mean"
            chosen.append(
                _with_words(
                    filled, _ask_words(title, profile, values, known, f"{key}:{column.name}")
                )
            )
    return chosen


def _has_words(column: Column, filled: Filled, profile: Profile) -> bool:
    """Whether a column holds words that the contract does not know by themselves."""
    if column.type not in ("enum", "boolean") or not profile.words:
        return False
    own = column.values or ("1", "0", "true", "false", "yes", "no")
    return len(profile.words) <= MOST_WORDS and (
        filled.reading == "words" or any(word.lower() not in own for word in profile.words)
    )


def _choose_outcomes(
    columns: list[Filled], filled: Filled, profile: Profile, key: str
) -> dict[str, str]:
    words = {each.column: dict(each.words) for each in columns if each.header == filled.header}
    closed, won = words.get("is_closed", {}), words.get("is_won", {})
    known = {
        word.lower(): "won"
        if won.get(word.lower()) == "true"
        else "lost"
        if closed.get(word.lower()) == "true"
        else "open"
        for word in profile.words
    }
    title = "What each word says of a deal"
    return _ask_words(title, profile, tuple(OUTCOMES), known, f"{key}:outcome:{filled.header}")


def _ask_words(
    title: str, profile: Profile, values: tuple[str, ...], known: dict[str, str], key: str
) -> dict[str, str]:
    """One choice a word, in lower case; words that nobody knows are left out, so that the load reports them."""
    st.text(title)
    options = [NOTHING, *values]
    answers: dict[str, str] = {}
    with st.container(horizontal=True):
        for word in dict.fromkeys(each.lower() for each in profile.words):
            value = known.get(word, NOTHING)
            answer = st.selectbox(
                plain_markdown(word[:60]),
                options,
                index=options.index(value) if value in options else 0,
                format_func=lambda name: name.replace("_", " ") or "unknown",
                key=f"{key}:{word}",
                width=170,
            )
            if answer:
                answers[word] = answer
    return answers


def _with_words(filled: Filled, words: dict[str, str]) -> Filled:
    return replace(filled, reading="words", words=tuple(words.items()))


def _choose_last_day(columns: list[Filled], key: str) -> list[Filled]:
    """Whether a term's last date is paid for."""
    ended = next((each for each in columns if each.column == "ended_on" and each.header), None)
    if ended is None or ended.reading not in ("as_is", "day_after"):
        return columns
    readings = {
        "as_is": "the first day not paid for",
        "day_after": "the last day paid for",
    }
    reading = st.radio(
        "ended_on is", list(readings), format_func=lambda name: readings[name],
        index=list(readings).index(ended.reading), horizontal=True, key=f"{key}:last_day",
    )  # fmt: skip
    changed = replace(ended, reading=reading or ended.reading)
    return [changed if each is ended else each for each in columns]


def _choose_forms(file: LookedAt, mapped: MappedFile, key: str) -> MappedFile:
    """Day first or month first, decimal comma or point: asked where no value tells, and kept as an answer."""
    formats = dict(mapped.date_formats)
    for header, example in mapped.ambiguous:
        options = {
            order: date_format(example, order == "day first")
            for order in ("day first", "month first")
        }
        order = st.radio(
            plain_markdown(f"{header}: is {example} day first or month first? No value tells."),
            list(options), index=None, horizontal=True, key=f"{key}:order:{header}",
        )  # fmt: skip
        if order:
            formats[header] = options[order]
    marks = dict(mapped.decimal_marks)
    for header, example in mapped.unmarked:
        mark = st.radio(
            plain_markdown(f"{header}: which is the decimal mark in {example}? No value tells."),
            [".", ","], index=None, horizontal=True, key=f"{key}:mark:{header}",
            format_func=lambda each: {".": "the point", ",": "the comma"}[each],
        )  # fmt: skip
        if mark:
            marks[header] = mark
    settled = replace(
        mapped, date_formats=tuple(formats.items()), decimal_marks=tuple(marks.items())
    )
    return complete(settled, file)
