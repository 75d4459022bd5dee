"""What one build reads: the files of the loads in use, at hand or taken from what is kept."""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from warehouse.errors import StandingError
from warehouse.kept.contents import KeptFile, unpack
from warehouse.kept.loads import (
    Load,
    choose_state,
    contents_folder,
    customers_path,
    parsed_folder,
)
from warehouse.reading.files import ExportFile, find_files


@dataclass(frozen=True)
class Input:
    """A file of a load under a name of its own. It is at its path once `fetch` was called.

    `sha256` is empty where it is not known.
    """

    file: ExportFile
    load_id: str = "load_1"
    sha256: str = ""
    fetch: Callable[[], None] = lambda: None


@dataclass(frozen=True)
class Inputs:
    """The files of a build, and what is known of their loads.

    `loads` are all loads up to the newest in use and `state` those in use, oldest first. `source` is the folder of
    the mapping, None where the CRM is recognised, and `source_folder` what the person calls it. `parsed` is the folder
    of what earlier builds parsed.
    """

    files: Sequence[Input]
    workspace: Path
    made_from: str
    loads: Sequence[Load] = ()
    state: Sequence[Load] = ()
    before: Load | None = None
    customers_before: Path | None = None
    source: Path | None = None
    source_folder: str = ""
    parsed: Path | None = None

    @property
    def previous(self) -> Load | None:
        """The full load whose files the newest load's can be compared with; none for a delta."""
        if not self.state or self.state[-1].is_delta:
            return None
        older = [load for load in self.loads[:-1] if not load.is_delta]
        return older[-1] if older else None


def read_folder(export: Path, workspace: Path, source: Path | None = None) -> Inputs:
    """The files of an export, read where they lie and not kept."""
    files = [Input(file) for file in find_files(export, workspace)]
    return Inputs(files, workspace, str(export), source=source, source_folder=str(source or ""))


def read_loads(
    warehouse: Path, loads: Sequence[Load], workspace: Path, at_hand: dict[str, Path] | None = None
) -> Inputs:
    """The files of the newest state of some loads; `at_hand` are paths of contents by their hash.

    The files of older loads than the newest bear the load's id before their name, so that each name stands for one
    file.
    """
    state = choose_state(loads)
    newest = state[-1]
    paths = at_hand or {}
    files: list[Input] = []
    for load in state:
        for kept in load.files:
            name = kept.name if load is newest else f"{load.load_id}/{kept.name}"
            files.append(_find(warehouse, kept, name, load.load_id, workspace, paths))
    place = list(loads).index(state[0])
    before = loads[place - 1] if place else None
    mapped = [load for load in state if load.source_folder]
    return Inputs(
        files,
        workspace,
        newest.made_from,
        loads=loads,
        state=state,
        before=before,
        customers_before=customers_path(warehouse, before) if before else None,
        source=_restore_source(warehouse, mapped[-1], workspace, paths) if mapped else None,
        source_folder=mapped[-1].source_folder if mapped else "",
        parsed=parsed_folder(warehouse),
    )


def _find(
    warehouse: Path,
    kept: KeptFile,
    name: str,
    load_id: str,
    workspace: Path,
    at_hand: dict[str, Path],
) -> Input:
    if path := at_hand.get(kept.sha256):
        return Input(ExportFile(name, path), load_id, kept.sha256)
    path = workspace / f"kept_{kept.sha256[:32]}.csv"

    def fetch() -> None:
        if not path.exists():
            unpack(contents_folder(warehouse), kept, path)

    return Input(ExportFile(name, path), load_id, kept.sha256, fetch)


def _restore_source(warehouse: Path, load: Load, workspace: Path, at_hand: dict[str, Path]) -> Path:
    folder = workspace / "source"
    if not folder.exists():
        folder.mkdir()
        for kept in load.source:
            if Path(kept.name).name != kept.name:
                raise StandingError(f"The load {load.load_id} names a file {kept.name}: delete it.")
            if path := at_hand.get(kept.sha256):
                shutil.copyfile(path, folder / kept.name)
            else:
                unpack(contents_folder(warehouse), kept, folder / kept.name)
    return folder
