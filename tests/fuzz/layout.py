"""A few customers as each system would export them (folder layouts), and a mapping for the files of none."""

import csv
from pathlib import Path

from tests.fuzz.inputs import Table
from tests.small_export import FILES

FOLDER = Path(__file__).parent / "layouts"
OWN = "own"
LAYOUTS = ("salesforce", "hubspot", "pipedrive", "plain", "salesforce_report", OWN)


def layout_tables(layout: str) -> dict[str, Table]:
    """The files of a layout as tables with their headers."""
    if layout == "salesforce":
        return {
            f"{name}.csv": [list(rows[0]), *([str(cell) for cell in row.values()] for row in rows)]
            for name, rows in FILES.items()
        }
    tables: dict[str, Table] = {}
    for path in sorted((FOLDER / layout).iterdir()):
        with path.open(encoding="utf-8", newline="") as opened:
            tables[path.name] = list(csv.reader(opened))
    return tables


def layout_mapping(layout: str) -> dict[str, bytes]:
    """The files of the mapping that a layout needs, none for those that are known."""
    if layout != OWN:
        return {}
    return {path.name: path.read_bytes() for path in (FOLDER / "mapping_of_own").iterdir()}
