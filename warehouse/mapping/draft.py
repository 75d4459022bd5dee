"""A mapping as a folder: source.toml and one SELECT for each table, its doubts and questions as comments."""

import json
import re
from collections.abc import Sequence
from pathlib import Path

from warehouse.contract import load_contract
from warehouse.errors import StandingError
from warehouse.mapping.mapping import MappedFile, Mapping
from warehouse.mapping.selects import derive_customers, to_remark, to_select

DAY_FIRST = ("%d{0}%m{0}%Y", "%d{0}%m{0}%y")
MONTH_FIRST = ("%m{0}%d{0}%Y", "%m{0}%d{0}%y")


def write_mapping(mapping: Mapping, folder: Path) -> list[Path]:
    """Write the mapping's files into a folder; return them.

    Raises StandingError where the folder holds another mapping, which is never overwritten, or cannot be written.
    """
    files = to_files(mapping)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise StandingError(
                f"{folder} is not empty, and a mapping that was edited is never overwritten: name another folder."
            )
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise StandingError(
            f"The mapping cannot be written to {folder}: {error.strerror}."
        ) from None
    return [folder / name for name in files]


def save_mapping(mapping: Mapping, mappings: Path) -> Path:
    """Write a mapping into a folder of its name, or of the next free one where another mapping has it; return it."""
    files = to_files(mapping)
    number, folder = 1, mappings / mapping.name
    while folder.exists() and _read_folder(folder) != files:
        number += 1
        folder = mappings / f"{mapping.name}_{number}"
    if not folder.exists():
        write_mapping(mapping, folder)
    return folder


def _read_folder(folder: Path) -> dict[str, str]:
    return {
        path.name: path.read_text(encoding="utf-8") for path in folder.iterdir() if path.is_file()
    }


def to_files(mapping: Mapping) -> dict[str, str]:
    """Return the files of a mapping by name."""
    tables = dict.fromkeys(file.table for file in mapping.files)
    selects = {f"{table}.sql": to_select(mapping, table) for table in tables}
    if derived := derive_customers(mapping):
        selects["customers.sql"] = derived
    return {"source.toml": to_toml(mapping), **selects}


def to_toml(mapping: Mapping) -> str:
    """Return source.toml: which file feeds which table, and how its columns are read."""
    lines = [
        "# Which file of the export feeds which table, and how its cells are read; the SELECTs beside it say",
        "# which column is which. A line that begins with # is a remark, or a question: take the # away to answer.",
        "",
        f"name = {_toml(mapping.name)}",
    ]
    for name, reason in mapping.unused:
        lines.append(f"# Not used: {to_remark(name)}. {to_remark(reason)}")
    for file in mapping.files:
        lines += ["", *_file_lines(file)]
    return "\n".join(lines) + "\n"


def _file_lines(file: MappedFile) -> list[str]:
    has_date = any(re.search(r"\d{4}", stem) for stem in file.stems)
    lines = [f"# {to_remark(doubt)}" for doubt in file.doubts]
    lines += [f"[files.{file.name}]", f"feeds = {_toml(file.table)}"]
    if has_date:
        # The name of the next export's file will be another.
        lines.append(f"identified_by = [{_list(file.headers)}]")
    else:
        lines.append(f"file = {_list(file.stems)}")
    lines += [
        f"needed = {_list(_needed(file))}",
        f"optional = {_list([each for each in file.headers if each not in _needed(file)])}",
        f"dates = {_list(file.dates)}",
        f"amounts = {_list(file.amounts)}",
    ]
    if file.date_formats or file.ambiguous:
        lines.append(f"[files.{file.name}.date_formats]")
        lines += [f"{_toml(header)} = {_toml(form)}" for header, form in file.date_formats]
        lines += [line for question in file.ambiguous for line in _ask_order(*question)]
    if file.decimal_marks or file.unmarked:
        lines.append(f"[files.{file.name}.decimal_marks]")
        lines += [f"{_toml(header)} = {_toml(mark)}" for header, mark in file.decimal_marks]
        settled = dict(file.decimal_marks)
        for header, example in file.unmarked:
            if header not in settled:
                lines.append(f"# Is the last mark of {to_remark(example)} a decimal one?")
                lines += [f"# {_toml(header)} = {_toml(mark)}" for mark in ",."]
    return lines


def _needed(file: MappedFile) -> list[str]:
    """The headers without which the file is refused: those of needed columns."""
    needed = {each.name for each in load_contract()[file.table].columns if each.is_needed}
    return list(
        dict.fromkeys(
            header for each in file.columns if each.column in needed for header in each.headers
        )
    )


def _ask_order(header: str, example: str) -> list[str]:
    """The two answers to a question that no value of the column answers."""
    day, month = (date_format(example, is_day_first) for is_day_first in (True, False))
    return [
        f"# Is {to_remark(example)} day first or month first? No value tells. Take the # from the right line:",
        f"# {_toml(header)} = {_toml(day)}  # day first",
        f"# {_toml(header)} = {_toml(month)}  # month first",
    ]


def date_format(example: str, is_day_first: bool) -> str:
    """Return the format of a date such as 03/04/2024 09:00, for one of the two orders."""
    found = re.match(r"\d{1,2}([./-])\d{1,2}[./-](\d{4}|\d{2})(.*)", example)
    if not found:
        return ""
    mark, year, clock = found.groups()
    order = DAY_FIRST if is_day_first else MONTH_FIRST
    return order[len(year) == 2].format(mark) + _clock_format(clock)


def _clock_format(clock: str) -> str:
    """The format of what follows the day: ` 09:00`, `, 9:00:15 PM`."""
    found = re.fullmatch(r"([ T,]+)\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?( ?[AaPp][Mm])?", clock)
    if not found:
        return ""
    before, seconds, fraction, half = found.groups()
    hours = "%I:%M" if half else "%H:%M"
    ending = (":%S" if seconds else "") + (".%f" if fraction else "")
    return f"{before}{hours}{ending}{(' %p' if half.startswith(' ') else '%p') if half else ''}"


def _list(texts: Sequence[str]) -> str:
    return f"[{', '.join(_toml(text) for text in texts)}]"


def _toml(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
