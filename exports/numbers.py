"""Rows of a page as rows of a file: what says numbers in words becomes the numbers."""

from collections.abc import Mapping, Sequence
from typing import Any

from analyses.number_text import MEASURED, NOTE, VALUE, NumberText

Row = Mapping[str, Any]
EMPTY = (None, "", "n/a")


def to_numbers(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The rows with a column for each part of their figures, in full digits; other cells as they are.

    'margin' of figures in EUR becomes 'margin (EUR)', 'margin low (EUR)', 'margin high (EUR)'; where
    a column mixes units, the column 'unit' has that of the row. What is n/a is an empty cell; other
    words in a column of figures stand in its column 'note'.
    """
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    wide: dict[str, list[Any]] = {}
    units: list[str] = [""] * len(rows)
    for name, cells in columns.items():
        figures = [cell for cell in cells if isinstance(cell, NumberText)]
        if not figures:
            wide[name] = cells
            continue
        used = {each.unit for each in figures if set(MEASURED) & set(each.parts)}
        if len(used) > 1:
            units = [_find_unit(cell) or unit for cell, unit in zip(cells, units, strict=True)]
        unit = used.pop() if len(used) == 1 else ""
        for part in _list_parts(cells):
            wide[_name_column(name, part, unit)] = [_read(cell, part) for cell in cells]
    if any(units):
        wide["unit"] = units
    return [dict(zip(wide, values, strict=True)) for values in zip(*wide.values(), strict=True)]


def _list_parts(cells: Sequence[Any]) -> list[str]:
    """The parts that any cell has, in the order in which they come, the note last."""
    parts = {part: None for cell in cells if isinstance(cell, NumberText) for part in cell.parts}
    parts.pop(NOTE, None)
    return [*parts, *([NOTE] if any(_read(cell, NOTE) for cell in cells) else [])]


def _name_column(name: str, part: str, unit: str) -> str:
    unit = "" if unit == name else unit
    named = name if part == VALUE else f"{name} {part.replace('_', ' ')}"
    return f"{named} ({unit})" if unit and part in MEASURED else named


def _read(cell: Any, part: str) -> Any:
    if isinstance(cell, NumberText):
        return cell.parts.get(part)
    if part == NOTE:
        return None if cell in EMPTY else cell
    return None


def _find_unit(cell: Any) -> str:
    return cell.unit if isinstance(cell, NumberText) else ""
