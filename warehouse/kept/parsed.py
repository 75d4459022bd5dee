"""Files that were parsed before are not parsed again: their texts are kept as Parquet.

An entry that is missing or damaged is made again; the folder may be deleted at any time.
"""

import contextlib
import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import duckdb

from warehouse.identifiers import quote_text
from warehouse.kept.contents import hash_file
from warehouse.kept.inputs import Input, Inputs
from warehouse.reading.files import ExportFile, scan_file
from warehouse.reading.read import RawFile, bind_rows, count_rows, load_rows, read_header, rows_path
from warehouse.version import hash_files

# What a RawFile says of its place in one build, and not of the content.
PLACE = {"name", "path", "number", "file", "load_id"}


@dataclass(frozen=True)
class _Entry:
    """What is known of a content: `known` in the JSON file, and the Parquet files that belong to it."""

    key: str
    known: dict[str, Any]
    paths: dict[str, Path]


class Parsed:
    """The reader of one build's files. `inputs.parsed` holds what earlier builds parsed; without it nothing is kept."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        inputs: Inputs,
        progress: Callable[[str], None],
    ) -> None:
        self._connection, self._progress = connection, progress
        self._inputs, self._workspace, self._folder = inputs.files, inputs.workspace, inputs.parsed
        self._texts: dict[int, Path] = {}
        self._entries: list[_Entry] = []
        # Any change of the code makes all entries old: which module a file's texts pass through is not said anywhere.
        self._code = hash_files(sorted(Path(__file__).parents[1].rglob("*.py")))

    def open_file(self, number: int) -> RawFile:
        """A file's encoding, delimiter and header; its `problem` says where it has none."""
        given = self._inputs[number]
        if known := self._recall(number, "header"):
            return _to_raw(known, given, number)
        raw = self._scan(number)
        if not raw.file.problem:
            self._remember(number, "header", _to_known(raw), {})
        return raw

    def load(
        self, raw: RawFile, positions: Sequence[int], table_name: str, *, has_footer: bool = False
    ) -> RawFile:
        """As load_rows; without parsing where the same columns of the same content were loaded before."""
        question = f"rows {[*positions]}{' footer' if has_footer else ''}"
        if known := self._recall(raw.number, question):
            rows, rejects = self._paths(raw.number, question)
            self._progress(f"{raw.file.name} is unchanged and not parsed again")
            loaded = _to_raw(known, self._inputs[raw.number], raw.number)
            bind_rows(self._connection, loaded, positions, rows)
            if loaded.rejected:
                self._connection.execute(
                    f"insert into rejected_rows select $file, line, $table_name, column_name, reason, row_text"
                    f" from read_parquet({quote_text(str(rejects))})",
                    {"file": raw.file.name, "table_name": table_name},
                )
            return loaded
        raw = self.with_text(raw)
        size = raw.file.path.stat().st_size
        self._progress(f"Reading {raw.file.name} ({size / 1e6:,.1f} MB)")
        loaded = load_rows(
            self._connection, raw, positions, table_name, self._workspace, has_footer=has_footer
        )
        made = {"rows": rows_path(self._workspace, loaded)}
        if loaded.rejected:
            made["rejects"] = self._workspace / f"rejects_{raw.number}.parquet"
            self._connection.execute(
                "copy (select line, column_name, reason, row_text from rejected_rows where file = $file)"
                f" to {quote_text(str(made['rejects']))} (format parquet, compression zstd)",
                {"file": raw.file.name},
            )
        self._remember(raw.number, question, _to_known(loaded), made)
        return loaded

    def count(self, raw: RawFile) -> int:
        """The number of records of a file that no table uses."""
        if known := self._recall(raw.number, "count"):
            return known["rows"]
        rows = count_rows(self._connection, self.with_text(raw))
        self._remember(raw.number, "count", {"rows": rows}, {})
        return rows

    def with_text(self, raw: RawFile) -> RawFile:
        """The file with a path at which its text is."""
        if raw.number not in self._texts:
            self._scan(raw.number)
        return replace(raw, file=replace(raw.file, path=self._texts[raw.number]))

    def keep(self) -> None:
        """Put what this build parsed where the next one finds it, and drop what it had no use for.

        Whoever cannot write there only loses time.
        """
        if self._folder is None:
            return
        with contextlib.suppress(OSError):
            self._folder.mkdir(exist_ok=True)
            used: set[str] = set()
            for entry in self._entries:
                for kind, path in entry.paths.items():
                    target = self._folder / f"{entry.key}.{kind}.parquet"
                    used.add(target.name)
                    if path != target:
                        path.replace(target)
                text = json.dumps(entry.known)
                (self._folder / f"{entry.key}.json").write_text(text, encoding="utf-8")
                used.add(f"{entry.key}.json")
            for path in self._folder.iterdir():
                if path.name not in used:
                    path.unlink()

    def _scan(self, number: int) -> RawFile:
        given = self._inputs[number]
        given.fetch()
        file = scan_file(given.file, self._workspace)
        self._texts[number] = file.path
        raw = RawFile(file, number, "", ()) if file.problem else read_header(file, number)
        return replace(raw, load_id=given.load_id)

    def _key(self, number: int, question: str) -> str:
        asked = hashlib.sha256(f"{self._code} {question}".encode()).hexdigest()
        return f"{self._inputs[number].sha256[:32]}-{asked[:16]}"

    def _paths(self, number: int, question: str) -> tuple[Path, Path]:
        assert self._folder is not None, "an entry was found in it"
        key = self._key(number, question)
        return self._folder / f"{key}.rows.parquet", self._folder / f"{key}.rejects.parquet"

    def _recall(self, number: int, question: str) -> dict[str, Any] | None:
        """What an entry says; None where it is not there, or its files are not what they were."""
        if self._folder is None or not self._inputs[number].sha256:
            return None
        key = self._key(number, question)
        try:
            known: dict[str, Any] = json.loads((self._folder / f"{key}.json").read_bytes())
            hashes: dict[str, str] = known["hashes"]
            paths = {kind: self._folder / f"{key}.{kind}.parquet" for kind in hashes}
            if any(hash_file("", paths[kind]).sha256 != hashes[kind] for kind in hashes):
                return None
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None
        self._entries.append(_Entry(key, known, paths))
        return known

    def _remember(
        self, number: int, question: str, known: dict[str, Any], paths: dict[str, Path]
    ) -> None:
        if self._folder is None or not self._inputs[number].sha256:
            return
        hashes = {kind: hash_file("", path).sha256 for kind, path in paths.items()}
        self._entries.append(
            _Entry(self._key(number, question), {**known, "hashes": hashes}, paths)
        )


def _values(of: RawFile | ExportFile) -> Iterator[tuple[str, Any]]:
    return ((each.name, getattr(of, each.name)) for each in fields(of) if each.name not in PLACE)


def _to_known(raw: RawFile) -> dict[str, Any]:
    return {"raw": dict(_values(raw)), "file": dict(_values(raw.file))}


def _to_raw(known: dict[str, Any], given: Input, number: int) -> RawFile:
    file = replace(given.file, **known["file"])
    values: dict[str, Any] = {**known["raw"], "header": tuple(known["raw"]["header"])}
    return RawFile(file=file, number=number, load_id=given.load_id, **values)
