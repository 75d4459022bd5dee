"""Which CRM an export comes from, by its headers; and which table each of its files feeds."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from warehouse.errors import StandingError
from warehouse.reading.plain import load_plain_source
from warehouse.reading.read import RawFile
from warehouse.reading.source import RawTable, Source, load_source, lower

SOURCES = Path(__file__).parents[1] / "sources"


def recognise(files: Sequence[RawFile], export: Path) -> Source:
    """Return the one source whose signature the files bear.

    Raises StandingError, naming the files, where none or more than one does.
    """
    sources = _load_shipped(SOURCES)
    matching = [source for source in sources if source.matches(files)]
    if len(matching) == 1:
        return matching[0]
    seen = list_names(files)
    if not matching:
        *known, last = [source.name for source in sources]
        raise StandingError(
            f"{export} is not {', '.join(known)} or {last}: none of its files has the name and the columns of one."
            f" It holds {seen}. Map them: on the page Map your export, or with"
            f" `python cli.py map {export} --out FOLDER`."
        )
    found = " and ".join(source.name for source in matching)
    raise StandingError(f"{export} looks like {found} at once: keep the files of one ({seen}).")


@cache
def _load_shipped(folder: Path) -> tuple[Source, ...]:
    """The sources of a folder and plain files; they change with the code, which a process reads once."""
    declared = [load_source(path.parent) for path in sorted(folder.glob("*/source.toml"))]
    return (*declared, load_plain_source())


def list_names(files: Sequence[RawFile]) -> str:
    """The first of the files, as a sentence names them."""
    named = [
        f"{raw.file.name} ({raw.file.problem})" if raw.file.problem else raw.file.name
        for raw in files
    ]
    return ", ".join(named[:10])


def assign_files(tables: Iterable[RawTable], files: Sequence[RawFile]) -> dict[str, list[RawFile]]:
    """Return the files of each table by its name; a file belongs to one table or to none.

    The name of a file comes first, then its headers: of several tables the one with the largest set of
    `identified_by`, then the one that reads most of the file's columns. Raises StandingError, naming both, where that
    leaves two.
    """
    tables = list(tables)
    by_stem: defaultdict[str, list[RawTable]] = defaultdict(list)
    for table in tables:
        for stem in table.stems:
            by_stem[stem.lower()].append(table)
    assigned: defaultdict[str, list[RawFile]] = defaultdict(list)
    for raw in files:
        named = by_stem.get(raw.file.stem, [])
        if len(named) == 1:
            assigned[named[0].name].append(raw)
        elif table := _find_by_headers(named or tables, raw):
            assigned[table.name].append(raw)
    return dict(assigned)


def _find_by_headers(tables: Iterable[RawTable], raw: RawFile) -> RawTable | None:
    has = lower(raw.header)
    ranked = [
        (size, sum(table.position(raw, column) is not None for column in table.columns), table)
        for table in tables
        if (size := max((len(s) for s in table.identified_by if lower(s) <= has), default=0))
    ]
    best = max((ranks for *ranks, _ in ranked), default=None)
    found = [table for *ranks, table in ranked if ranks == best]
    if len(found) > 1:
        names = " and ".join(f"[files.{table.name}]" for table in found)
        raise StandingError(
            f"{raw.file.name} has the headers of {names} in source.toml: rename the file as one of them,"
            " or give one more header in identified_by."
        )
    return found[0] if found else None


def check_columns(table: RawTable, raw: RawFile) -> None:
    """Raise StandingError where a file lacks a needed column."""
    for column in table.needed:
        if table.position(raw, column) is None:
            first, *others = table.headers_of(column)
            quoted = ", ".join(f'"{name}"' for name in others)
            or_else = f" (or {quoted})" if others else ""
            raise StandingError(
                f'{raw.file.name} lacks the needed column "{first}"{or_else}: add it to the export,'
                f" or leave the file out. It has {', '.join(raw.header[:12])}."
            )
