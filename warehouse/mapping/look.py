"""An unknown export as texts, and what its columns hold: asked of DuckDB in a few statements, never row by row."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from warehouse.identifiers import quote_text
from warehouse.reading.files import find_files, scan_file
from warehouse.reading.read import RawFile, load_rows, read_header
from warehouse.staging.books import BOOKS
from warehouse.staging.cast import ISO_MOMENT, NUMBER

# Names that a raw view gives to where a row comes from.
TAKEN = {"source_file", "source_line"}
# So many different values at most are shown as words of an enum.
MOST_WORDS = 40
EXAMPLES = 3
DAY = r"\d{1,2}[./-]\d{1,2}[./-](\d{4}|\d{2})([ T,]+\d{1,2}:\d{2}.*)?"
SYMBOL = r"([A-Z]{3}|[A-Z]{0,2}[$€£¥]|zł|kr|Kč)?"
MONEY = rf"[+-]?\s?{SYMBOL}\s?[+-]?\s?\d[\d.,'\s]*{SYMBOL}"
COMMA = r"(.*,(\d{1,2}|\d{4,})|\D{0,5}0,\d{3})\D{0,4}"
POINT = r"(.*\.(\d{1,2}|\d{4,})|\D{0,5}0\.\d{3})\D{0,4}"
THOUSANDS = r"\D{0,5}[1-9]\d{0,2}[.,]\d{3}\D{0,4}"
PARTS = r"^(\d{1,2})[./-](\d{1,2})"
# 1960 to 2099 as Excel counts days.
SERIAL = r"[2-7]\d{4}(\.\d+)?"
GUID = r"\{?[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}\}?"

COUNTED = (
    "filled", "distinct", "dates", "serials", "numbers", "amounts", "guids", "codes", "first_part", "second_part",
    "commas", "points", "thousands",
)  # fmt: skip


@dataclass(frozen=True)
class Profile:
    """What a column holds. Shares are of the filled cells; `words` are all its values where they are few.

    `first_part` and `second_part` are the largest numbers in the first and second place of dates that do not begin
    with the year. `commas` and `points` are the shares of numbers that end in that mark and other than three digits,
    or begin with 0, `thousands` of those such as 1.250, whose mark may be either, with `unmarked` as their example.
    """

    header: str
    position: int
    filled: int = 0
    distinct: int = 0
    dates: float = 0.0
    serials: float = 0.0
    numbers: float = 0.0
    amounts: float = 0.0
    guids: float = 0.0
    codes: float = 0.0
    first_part: int = 0
    second_part: int = 0
    commas: float = 0.0
    points: float = 0.0
    thousands: float = 0.0
    unmarked: str = ""
    examples: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    has_braces: bool = False
    has_zoho_prefix: bool = False


@dataclass(frozen=True)
class LookedAt:
    """A file of the export with its columns; `raw` is where its texts stand."""

    raw: RawFile
    columns: tuple[Profile, ...] = ()

    @property
    def name(self) -> str:
        return self.raw.file.name

    @property
    def rows(self) -> int:
        return self.raw.rows

    def find(self, header: str) -> Profile | None:
        """Return the column of a header."""
        return next((each for each in self.columns if each.header == header), None)


@dataclass(frozen=True)
class Look:
    """An export that was looked at: its files, the database that shows their texts, and the folder that holds them.

    `overlaps` gives for (file, header, other file, other header) the share of the first's different values that the
    second has, where the second tells the rows of its file apart.
    """

    connection: duckdb.DuckDBPyConnection
    folder: "TemporaryDirectory[str]"
    export: Path
    files: tuple[LookedAt, ...]
    overlaps: dict[tuple[str, str, str, str], float]

    @property
    def has_zoho_prefix(self) -> bool:
        """Whether some ids bear Zoho's prefix: those of another file or of the next export may not."""
        return any(each.has_zoho_prefix for file in self.files for each in file.columns)

    def find(self, name: str) -> LookedAt | None:
        """Return a file by its name."""
        return next((file for file in self.files if file.name == name), None)

    def of_stems(self, stems: Collection[str]) -> LookedAt | None:
        """Return the first file that bears one of these names without ending."""
        return next((file for file in self.files if file.raw.file.stem in stems), None)

    def close(self) -> None:
        self.connection.close()
        self.folder.cleanup()


def look_at(export: Path) -> Look:
    """Load every file of an export as texts and profile it; to be closed. Raises StandingError where it has none."""
    folder = TemporaryDirectory(prefix="look-", ignore_cleanup_errors=True)
    try:
        return _look_at(export, folder)
    except BaseException:
        folder.cleanup()
        raise


def _look_at(export: Path, folder: "TemporaryDirectory[str]") -> Look:
    workspace = Path(folder.name)
    connection = duckdb.connect()
    connection.execute("set timezone = 'UTC'")
    connection.execute("attach ':memory:' as scratch")
    connection.execute(BOOKS)
    files: list[LookedAt] = []
    for number, found in enumerate(find_files(export, workspace)):
        file = scan_file(found, workspace)
        raw = RawFile(file, number, "", ()) if file.problem else read_header(file, number)
        if not raw.file.problem:
            raw = load_rows(connection, raw, range(len(raw.header)), "", workspace)
        files.append(_profile(connection, LookedAt(raw)))
    return Look(connection, folder, export, tuple(files), _overlaps(connection, files))


def _profile(connection: duckdb.DuckDBPyConnection, file: LookedAt) -> LookedAt:
    """Describe every column that has a name of its own."""
    columns: dict[str, Profile] = {}
    for position, header in enumerate(file.raw.header):
        if header and header.lower() not in {*TAKEN, *(each.lower() for each in columns)}:
            columns[header] = Profile(header, position)
    if file.raw.file.problem or not columns:
        return replace(file, columns=tuple(columns.values()))
    _store_values(connection, file.raw, [each.position for each in columns.values()])
    found = {row[0]: row[1:] for row in connection.execute(_profile_sql(file.raw)).fetchall()}
    filled = [
        _describe(profile, found[profile.position]) if profile.position in found else profile
        for profile in columns.values()
    ]
    return replace(file, columns=tuple(filled))


def _values(raw: RawFile) -> str:
    return f"scratch.values_{raw.number}"


def _store_values(
    connection: duckdb.DuckDBPyConnection, raw: RawFile, positions: Sequence[int]
) -> None:
    """Leave each column's different values with their number: (position, value, cells)."""
    names = ", ".join(f"c{position}" for position in positions)
    connection.execute(
        f"""
        create table {_values(raw)} as
        with cells as (unpivot (select {names} from {raw.table}) on {names} into name cell value given)
        select cast(cell[2:] as integer) as position, trim(given) as value, count(*) as cells
        from cells
        where trim(given) <> ''
        group by all
        """
    )


def _profile_sql(raw: RawFile) -> str:
    def share(pattern: str, options: str = "") -> str:
        matches = f"regexp_full_match(value, {quote_text(pattern)}{options})"
        return f"sum(cells) filter (where {matches}) / sum(cells)"

    def largest_part(number: int) -> str:
        part = f"regexp_extract(value, {quote_text(PARTS)}, {number})"
        return f"coalesce(max(try_cast({part} as integer)), 0)"

    return f"""
        select
            position,
            sum(cells) as filled,
            count(*) as distinct_values,
            {share(f"({ISO_MOMENT}|{DAY}).*")} as dates,
            {share(SERIAL)} as serials,
            {share(NUMBER)} as numbers,
            {share(MONEY)} as amounts,
            {share(GUID, ", 'i'")} as guids,
            {share("[A-Za-z]{3}")} as codes,
            {largest_part(1)} as first_part,
            {largest_part(2)} as second_part,
            {share(COMMA)} as commas,
            {share(POINT)} as points,
            {share(THOUSANDS)} as thousands,
            min(value) filter (where regexp_full_match(value, {quote_text(THOUSANDS)})) as unmarked,
            min_by(value, -cells, {EXAMPLES}) as examples,
            case when count(*) <= {MOST_WORDS} then list(value order by cells desc, value) end as words,
            coalesce(bool_or(value like '{{%}}'), false) as has_braces,
            coalesce(bool_or(value like 'zcrm\\_%' escape '\\'), false) as has_zoho_prefix
        from {_values(raw)}
        group by position
    """


def _describe(profile: Profile, row: Sequence[Any]) -> Profile:
    *numbers, unmarked, examples, words, has_braces, has_zoho_prefix = row
    return replace(
        profile,
        **dict(zip(COUNTED, [each or 0 for each in numbers], strict=True)),
        unmarked=unmarked or "",
        examples=_to_texts(examples),
        words=_to_texts(words),
        has_braces=has_braces,
        has_zoho_prefix=has_zoho_prefix,
    )


def _to_texts(values: list[str] | None) -> tuple[str, ...]:
    return tuple(values or ())


def _overlaps(
    connection: duckdb.DuckDBPyConnection, files: Sequence[LookedAt]
) -> dict[tuple[str, str, str, str], float]:
    """Compare every column with the columns that tell the rows of another file apart."""
    readable = [file for file in files if file.rows and file.columns]
    if not readable:
        return {}
    keys = [
        (file.raw.number, each.position)
        for file in readable
        for each in file.columns
        if each.filled == each.distinct == file.rows and each.dates < 0.5
    ]
    every = " union all ".join(
        f"select {file.raw.number} as file, position, {normal('value')} as value from {_values(file.raw)}"
        for file in readable
    )
    listed = ", ".join(f"({file}, {position})" for file, position in keys) or "(-1, -1)"
    rows = connection.execute(f"""
        with every_value as ({every}),
        key_values as (
            select file, position, value from every_value
            where (file, position) in (select * from (values {listed}) as keys (file, position))
        ),
        met as (
            select
                ours.file, ours.position, theirs.file as key_file, theirs.position as key_position,
                count(distinct ours.value) as met
            from every_value as ours
            inner join key_values as theirs on ours.value = theirs.value and ours.file <> theirs.file
            group by all
        ),
        counted as (select file, position, count(distinct value) as different from every_value group by all)
        select met.file, met.position, met.key_file, met.key_position, met.met / counted.different
        from met inner join counted on met.file = counted.file and met.position = counted.position
    """).fetchall()
    by_number = {file.raw.number: file for file in readable}

    def name(number: int, position: int) -> tuple[str, str]:
        file = by_number[number]
        return file.name, file.raw.header[position]

    return {
        (*name(file, position), *name(key_file, key_position)): float(share)
        for file, position, key_file, key_position, share in rows
    }


def normal(value: str) -> str:
    """SQL of an id as it is compared: without Zoho's prefix, a GUID without its braces and in lower case."""
    bare = f"regexp_replace({value}, '^zcrm_', '')"
    is_guid = f"regexp_full_match({bare}, {quote_text(GUID)}, 'i')"
    return f"case when {is_guid} then lower(trim({bare}, '{{}}')) else {bare} end"
