"""A mapping in words, for whoever reads the terminal."""

from warehouse.contract import load_contract
from warehouse.errors import StandingError
from warehouse.mapping.draft import date_format
from warehouse.mapping.look import Look
from warehouse.mapping.mapping import Filled, MappedFile, Mapping
from warehouse.reading.recognise import recognise


def describe(look: Look, mapping: Mapping) -> str:
    """Return which file feeds which table, which header which column, what is doubtful and what is missing."""
    known = find_known_source(look)
    lines = [f"{known}: `python cli.py build` reads it without a mapping.", ""] if known else []
    for file in mapping.files:
        lines += [*_describe_file(look, file), ""]
    for name, reason in mapping.unused:
        lines += [f"{name} -> no table. {reason}", ""]
    lines += list_gaps(mapping)
    lines += list_questions(mapping)
    return "\n".join(lines).rstrip() + "\n"


def find_known_source(look: Look) -> str:
    """Say which CRM the export comes from, where the product knows it; else an empty text."""
    try:
        source = recognise([file.raw for file in look.files], look.export)
    except StandingError:
        return ""
    return f"This looks like {source.name}"


def list_gaps(mapping: Mapping) -> list[str]:
    """What the files do not say, and what stays off for it, a sentence each."""
    gaps: list[str] = []
    if mapping.derived_from:
        gaps.append(
            f"Doubtful: no file lists customers, so those that {mapping.derived_from} names are taken."
        )
    elif not mapping.feeding("customers"):
        gaps.append("Missing: no file looks like customers. Nothing can be counted without them.")
    has_terms = mapping.feeding("subscriptions") or mapping.feeding("orders")
    if not has_terms and mapping.feeding("opportunities"):
        gaps.append(
            "Missing: no file looks like subscriptions. Paid terms are inferred from the deals that were won, and every"
            " number that rests on them says so."
        )
    elif not has_terms:
        gaps.append(
            "Missing: no file looks like subscriptions or orders. Churn, revenue and lifetime value stay off without."
        )
    return gaps


def list_questions(mapping: Mapping) -> list[str]:
    """What must be answered before the mapping can be built, a sentence each."""
    questions: list[str] = []
    for file in mapping.files:
        for column in file.missing:
            what = f" ({column.description.rstrip('.').lower()})" if column.description else ""
            questions.append(
                f"Missing: {file.table} needs {column.name}{what}, and no header of {', '.join(file.stems)} looks"
                f" like it: name one in {file.table}.sql, or take [files.{file.name}] and the file away."
            )
        for header, example in file.ambiguous:
            day, month = (date_format(example, is_day_first) for is_day_first in (True, False))
            questions.append(
                f'Question: is "{header}" of {", ".join(file.stems)} day first ({day}) or month first ({month})?'
                f" No value tells ({example}): answer in source.toml, [files.{file.name}.date_formats]."
            )
        settled = dict(file.decimal_marks)
        questions += [
            f'Question: is the mark in {example} of "{header}" a decimal one, or does it part thousands? Answer in'
            f" source.toml, [files.{file.name}.decimal_marks]."
            for header, example in file.unmarked
            if header not in settled
        ]
    return questions


def refuse_without_customers(mapping: Mapping) -> None:
    """Raise StandingError where a mapping has nobody to count: no draft of it could be built."""
    if not mapping.feeding("customers") and not mapping.derived_from:
        raise StandingError(
            "No file of this export lists customers, or names the customer of a term, an order or a deal; so nothing"
            " was written. Add the file of accounts, clients or companies and run it again, or map it by hand on the"
            " page Map your export."
        )


def _describe_file(look: Look, file: MappedFile) -> list[str]:
    rows = sum(each.rows for each in look.files if each.raw.file.stem in file.stems)
    lines = [f"{', '.join(file.stems)} ({rows:,} rows) -> {file.table}"]
    width = max((len(_source(each)) for each in file.columns), default=0)
    for each in file.columns:
        doubt = f"   ? {each.doubt}" if each.doubt else ""
        lines.append(f"    {_source(each):{width}} -> {each.column}{doubt}")
    lines += [f"    ? {doubt}" for doubt in file.doubts]
    optional = [
        column.name
        for column in load_contract()[file.table].columns
        if not column.is_needed and file.find(column.name) is None
    ]
    if optional:
        lines.append(f"    not found, and not needed: {', '.join(optional)}")
    return lines


def _source(filled: Filled) -> str:
    if filled.reading == "line":
        return "(line of the file)"
    if filled.reading == "constant":
        return f"'{filled.text}'"
    listed = ", ".join(f'"{header}"' for header in filled.headers)
    if filled.words:
        words = ", ".join(f"{word} = {value}" for word, value in filled.words[:6])
        return f"{listed} ({words}{', ...' if len(filled.words) > 6 else ''})"
    return listed
