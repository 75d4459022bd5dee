"""What start.py builds by itself: a published build that other code made, again from what it was made from."""

from pathlib import Path

import duckdb

from warehouse.errors import StandingError
from warehouse.kept.loads import list_loads
from warehouse.publish import build_path, is_current, published_build_id


def find_renewal(warehouse: Path) -> list[str] | None:
    """Return what `cli.py build` must be given to bring the published build up to this code.

    Nothing ([]) where the newest loads will do, the folder of the export where none is kept; None where there is
    nothing to do, or nothing that can be done: another company's sample never takes the place of one's own data.
    """
    if is_current(warehouse):
        return None
    try:
        if list_loads(warehouse):
            return []
    except StandingError:
        return None
    export = _read_origin(warehouse)
    return [str(export)] if export and export.exists() else None


def _read_origin(warehouse: Path) -> Path | None:
    """The export of the published build, whatever version made it."""
    path = build_path(warehouse, published_build_id(warehouse) or "")
    if not path.exists():
        return None
    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            found = connection.execute("select built_from from build_info").fetchone()
    except duckdb.Error:
        return None
    return Path(found[0]) if found and found[0] else None
