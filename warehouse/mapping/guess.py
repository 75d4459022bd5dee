"""Which file is which table and which header which column: from words, shapes, keys and overlaps of values."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from warehouse.contract import Column, Table
from warehouse.mapping.fill import complete, fill
from warehouse.mapping.look import Look, LookedAt, Profile
from warehouse.mapping.mapping import (
    BOOK_COLUMNS,
    LINE_KEYS,
    MappedFile,
    Mapping,
    mappable_tables,
    to_name,
)
from warehouse.mapping.read_values import suits
from warehouse.mapping.terms import settle_last_day
from warehouse.mapping.words import score_file, score_header
from warehouse.reading.source import COMPANY_FILES

# Under it a header is no sign of a column.
LEAST_HEADER_SCORE = 0.35
# A file whose name and columns together say less than this is left alone.
LEAST_FILE_SCORE = 0.42
# What a table loses that needs nothing but ids, days and names, and what one loses where the file is named as another.
COMMON = 0.22
OTHER_NAME = 0.1
# Under this it is used, and a person should look.
UNSURE_FILE_SCORE = 0.55
# One that lacks a needed column must say more.
SURE_FILE_SCORE = 0.6
# Two tables this near to each other are worth a question.
NEAR = 0.08
# So large a share of a column's values found among the keys of another file makes it a reference, whatever its header.
LEAST_OVERLAP = 0.8
# What a status says besides, from one header.
SHARING = {"stage", "is_closed", "is_won", "customer_name", "owner_name"}
# A list of links between records has keys of customers too, and says nothing about them.
DESCRIBING = {
    "customer_name", "created_on", "segment", "industry", "region", "language", "persona", "owner_id", "parent_id",
}  # fmt: skip
# A key whose name is at once the only name may be both.
NAMED_BY_KEY = {"customer_id", "owner_id"}


@dataclass(frozen=True)
class Fit:
    """How well a file fits a table, and which header then fills which column."""

    table: str
    score: float
    headers: dict[str, tuple[str, float]]


def guess(look: Look) -> Mapping:
    """Return the likeliest mapping of an export, with its doubts."""
    readable = [file for file in look.files if file.columns and not file.raw.file.problem]
    unknown = [file for file in readable if file.raw.file.stem not in COMPANY_FILES]
    customers = _find_customers(look, unknown)
    unused = [
        (file.name, file.raw.file.problem or "It has no header.")
        for file in look.files
        if file not in readable
    ]
    mapped: list[MappedFile] = []
    for file in unknown:
        fits = [
            _fit(look, file, table, customers)
            for table in mappable_tables().values()
            if table.name != "customers" or (customers and file == customers[0])
        ]
        fits.sort(key=lambda fit: -fit.score)
        if customers and file == customers[0]:
            fits.sort(key=lambda fit: fit.table != "customers")
        best, second = fits[0], fits[1]
        found = _map_file(look, file, best, second, mapped)
        if best.table == "customers" or best.score >= (
            LEAST_FILE_SCORE if not found.missing else SURE_FILE_SCORE
        ):
            mapped.append(found)
        else:
            unused.append((file.name, _why_unused(found)))
    return derive_customers(Mapping(look.export.stem, tuple(mapped), tuple(unused)))


def derive_customers(mapping: Mapping) -> Mapping:
    """Where no file lists customers, take them from a file that names the customer of its rows."""
    naming = [file.name for file in mapping.files if file.find("customer_id")]
    is_listed = bool(mapping.feeding("customers"))
    return replace(mapping, derived_from="" if is_listed or not naming else naming[0])


def _why_unused(found: MappedFile) -> str:
    lacking = " and no ".join(column.name for column in found.missing)
    without = f", and it has no {lacking}" if lacking else ""
    return f"It looks like no table of the contract; the nearest is {found.table}{without}."


def _find_customers(look: Look, files: Sequence[LookedAt]) -> tuple[LookedAt, str] | None:
    """The file of customers and the header of their key: the one that the other files point to."""
    table = mappable_tables()["customers"]
    ranked: list[tuple[float, LookedAt, str]] = []
    for file in files:
        for profile in file.columns:
            score = score_header(profile.header, "customers", "customer_id")
            is_unique = profile.filled == profile.distinct == file.rows
            if score < LEAST_HEADER_SCORE or not (is_unique or not file.rows):
                continue
            pointing = [
                share
                for (_, header, name, key), share in look.overlaps.items()
                if (name, key) == (file.name, profile.header)
                and score_header(header, "cases", "customer_id") >= LEAST_HEADER_SCORE
            ]
            fit = _fit(look, file, table, (file, profile.header))
            about = [name for name in fit.headers if name in DESCRIBING]
            if len(about) < 2 and not (about and score_file(file.raw.file.stem, "customers") == 1):
                continue
            others = max(
                (
                    _fit(look, file, other, None).score
                    for other in mappable_tables().values()
                    if other.name != "customers"
                ),
                default=0.0,
            )
            if fit.score >= max(LEAST_FILE_SCORE, others - 2 * NEAR):
                ranked.append((fit.score + score * 0.2 + 0.5 * sum(pointing), file, profile.header))
    if not ranked:
        return None
    _, file, header = max(ranked, key=lambda each: each[0])
    return file, header


def map_as(look: Look, file: LookedAt, table: str, mapping: Mapping) -> MappedFile:
    """Return the guess for a file that a person says is this table, beside the rest of a mapping."""
    others = [each for each in mapping.files if file.raw.file.stem not in each.stems]
    key = next((each.find("customer_id") for each in mapping.feeding("customers")), None)
    listed = next((look.of_stems(each.stems) for each in mapping.feeding("customers")), None)
    customers = (listed, key.header) if listed and key and listed != file else None
    fit = _fit(look, file, mappable_tables()[table], customers)
    return _map_file(look, file, fit, fit, others)


def _fit(look: Look, file: LookedAt, table: Table, customers: tuple[LookedAt, str] | None) -> Fit:
    """Give every column of a table its likeliest header, no header to two, and say how well that fits."""
    scored: list[tuple[float, str, str]] = []
    for column in (*table.columns, *BOOK_COLUMNS):
        for profile in file.columns:
            score = _score(look, file, table, column, profile, customers)
            if score >= LEAST_HEADER_SCORE:
                scored.append((score, column.name, profile.header))
    chosen: dict[str, tuple[str, float]] = {}
    for score, column, header in sorted(scored, key=lambda each: -each[0]):
        used = {name for name, (other, _) in chosen.items() if other == header} - {"modified_at"}
        is_free = not used or column == "modified_at" or {column, *used} - NAMED_BY_KEY <= SHARING
        if column not in chosen and is_free:
            chosen[column] = (header, score)
    return Fit(table.name, _score_table(file, table, chosen), chosen)


def _score_table(file: LookedAt, table: Table, chosen: dict[str, tuple[str, float]]) -> float:
    needed = [column.name for column in table.columns if column.is_needed]
    lenient = {"is_closed", "is_won"} | LINE_KEYS
    found = [chosen[name][1] if name in chosen else 0.3 * (name in lenient) for name in needed]
    optional = [
        score
        for name, (_, score) in chosen.items()
        if name not in needed and name not in {each.name for each in BOOK_COLUMNS}
    ]
    named = score_file(file.raw.file.stem, table.name)
    of_needed = sum(found) / len(found)
    score = 0.35 * named + 0.45 * of_needed + 0.2 * min(1.0, sum(optional) / 3)
    return score if named else score - _doubt_name(file, table)


def _doubt_name(file: LookedAt, table: Table) -> float:
    """What a table loses whose name the file does not bear: every file has ids and days, and many a name."""
    common = {*table.key, "customer_id", "name", "owner_name", table.dated_by, *LINE_KEYS}
    needed = {column.name for column in table.columns if column.is_needed}
    others = any(score_file(file.raw.file.stem, name) for name in mappable_tables())
    return (0.0 if needed - common else COMMON) + (OTHER_NAME if others else 0.0)


def _score(
    look: Look,
    file: LookedAt,
    table: Table,
    column: Column,
    profile: Profile,
    customers: tuple[LookedAt, str] | None,
) -> float:
    by_name = score_header(profile.header, table.name, column.name)
    if table.name == "customers" and column.name == "customer_id" and customers:
        return 1.0 if profile.header == customers[1] else 0.0
    if column.references == "customers" and customers and customers[0].rows and profile.filled:
        share = look.overlaps.get((file.name, profile.header, customers[0].name, customers[1]), 0.0)
        if by_name:
            return by_name * (0.3 + 0.7 * share)
        return 0.6 * share if share >= LEAST_OVERLAP and profile.distinct > 2 else 0.0
    if not by_name or (column.is_needed and file.rows and not profile.filled):
        return 0.0
    is_key = (column.name,) == table.key
    if is_key and profile.filled and profile.distinct < profile.filled:
        # Quirk 43 and history files: a key that repeats is no key.
        return by_name * (0.3 if profile.distinct < 0.98 * profile.filled else 0.9)
    bonus = 0.04 if column.type == "id" and profile.guids == 1 else 0.0
    return min(1.0, by_name * suits(table, column, profile) + bonus)


def _map_file(
    look: Look, file: LookedAt, best: Fit, second: Fit, mapped: Sequence[MappedFile]
) -> MappedFile:
    table = mappable_tables()[best.table]
    columns = [
        filled
        for column in (*table.columns, *BOOK_COLUMNS)
        if (filled := fill(look, file, table, column, *best.headers.get(column.name, ("", 0.0))))
    ]
    result = MappedFile(
        name=to_name(file.raw.file.stem, [each.name for each in mapped]),
        stems=(file.raw.file.stem,),
        table=best.table,
        columns=tuple(columns),
    )
    doubts: list[str] = []
    if best is not second and (best.score - second.score < NEAR or best.score < UNSURE_FILE_SCORE):
        doubts.append(f"{file.name} was taken for {best.table}; it could also be {second.table}.")
    result = settle_last_day(look, file, complete(result, file))
    return replace(result, doubts=tuple(doubts))
