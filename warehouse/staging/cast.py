"""Texts into the contract's types, row by row judged: generated SQL, one statement a table."""

from collections.abc import Collection
from dataclasses import dataclass

from warehouse.contract import SQL_TYPES, Column, Table
from warehouse.identifiers import quote_identifier, quote_text

# Only what can be read in one way: the year first, and nothing before 1900. 9999-12-31 is a usual open end.
ISO_MOMENT = (
    r"(19|[2-9]\d)\d{2}-\d{2}-\d{2}"
    r"([ T]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?(Z|[+-]\d{2}(:?\d{2})?)?)?"
)
NUMBER = r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?"
# What a staged row carries until it is accepted.
BOOKS = ("modified_at", "unreadable", "is_derived", "status", "reason", "problem_column")
# Between the parts of the list of unreadable optional values, which is unpacked for the notes.
UNIT_SEPARATOR, RECORD_SEPARATOR = "chr(31)", "chr(30)"


@dataclass(frozen=True)
class Verdict:
    """What befalls a row for which a condition holds: `status`, the column at fault, and the reason as SQL."""

    condition: str
    status: str
    column: str
    reason: str


def to_type(column: Column, text: str) -> str:
    """Return the SQL that turns a text into a column's type, null where it cannot be read."""
    kind = SQL_TYPES[column.type]
    if column.type == "enum":
        values = ", ".join(quote_text(value) for value in column.values)
        return f"case when lower({text}) in ({values}) then lower({text}) end"
    if column.type == "currency":
        return f"upper({text})"
    if kind == "varchar":
        return f"lower({text})" if column.is_lower else text
    if column.type == "date":
        day = f"try_cast(left({text}, 10) as date)"
        return f"case when regexp_full_match({text}, {quote_text(ISO_MOMENT)}) then {day} end"
    if column.type == "timestamp":
        moment = f"try_cast({text} as timestamp)"
        return f"case when regexp_full_match({text}, {quote_text(ISO_MOMENT)}) then {moment} end"
    if column.type == "boolean":
        return (
            f"case when lower({text}) in ('1', 'true', 'yes') then true"
            f" when lower({text}) in ('0', 'false', 'no') then false end"
        )
    return _to_number(column, text, kind)


def _to_number(column: Column, text: str, kind: str) -> str:
    exact = SQL_TYPES["number"] if column.type == "integer" else kind
    value = f"try_cast({text} as {exact})"
    limits = [f"regexp_full_match({text}, {quote_text(NUMBER)})"]
    if column.minimum is not None:
        limits.append(f"{value} >= {column.minimum}")
    if column.maximum is not None:
        limits.append(f"{value} <= {column.maximum}")
    if column.type == "integer":
        limits.append(f"{value} = floor({value})")
    return f"case when {' and '.join(limits)} then try_cast({value} as {kind}) end"


def staged(table: Table) -> str:
    """Where a table's rows wait for their end, as SQL.

    What has no money waits where it will stay, since 16 million rows are better not written twice.
    """
    return f"scratch.staged_{table.name}" if table.money else quote_identifier(table.name)


def linked_columns(table: Table) -> list[Column]:
    """The columns that point to another table."""
    return [column for column in table.columns if column.references]


def staging_sql(
    table: Table, select: str, given: Collection[str], load_id: str, *, has_moments: bool
) -> str:
    """Return the SQL of a table's staged rows: one for every row of its files.

    `given` are the columns that the select has, `load_id` is SQL over its source_file.

    A row has the table's columns, with its money unconverted, and BOOKS:
    status (null: accepted; else rejected, deleted or set_aside), reason, problem_column, unreadable (optional values
    that became null), modified_at and is_derived (the SELECT makes the row beside those of its file); and
    merged_<column> where the row it pointed to was merged into another.
    """
    columns = table.columns
    cleaned = [
        _clean(column.name, f"given_{column.name}", given, is_id=column.type == "id")
        for column in columns
    ]
    modified_at = "modified_at" if has_moments and "modified_at" in given else "null"
    meta = [
        _clean("is_deleted", "is_deleted_text", given),
        _clean("set_aside", "set_aside", given),
        f"try_cast({modified_at} as timestamp) as modified_at",
        f"{'is_derived' if 'is_derived' in given else 'false'} as is_derived",
        "source_file",
        "source_line",
    ]
    typed = [
        f"{to_type(column, f'given_{column.name}')} as {quote_identifier(column.name)}"
        for column in columns
    ]
    is_deleted = to_type(Column("is_deleted", "boolean"), "is_deleted_text")
    linked = linked_columns(table)
    joins = [
        f"left join scratch.keys_{column.references} as parent_{column.name}"
        f" on typed.given_{column.name} = parent_{column.name}.given_id"
        for column in linked
    ]
    final = [
        f"parent_{column.name}.final_id as {quote_identifier(column.name)}"
        if column in linked
        else f"typed.{quote_identifier(column.name)}"
        for column in columns
    ]
    verdicts = list_verdicts(table, linked)
    number = " ".join(f"when {verdict.condition} then {n}" for n, verdict in enumerate(verdicts))
    status = " ".join(f"when {n} then '{verdict.status}'" for n, verdict in enumerate(verdicts))
    reason = " ".join(f"when {n} then {verdict.reason}" for n, verdict in enumerate(verdicts))
    at_fault = " ".join(
        f"when {n} then {quote_text(verdict.column)}"
        for n, verdict in enumerate(verdicts)
        if verdict.column
    )
    merged = [
        f"case when parent_{column.name}.final_id <> typed.given_{column.name} then typed.given_{column.name} end"
        f" as merged_{column.name}"
        for column in linked
    ]
    kept = ", ".join([*final, *merged])
    return f"""
        with source as ({select}),
        cleaned as (select {", ".join([*meta, *cleaned])} from source),
        typed as (
            select
                *, coalesce({is_deleted}, false) as is_deleted, {", ".join(typed)}
            from cleaned
        ),
        judged as (
            select
                {kept}, typed.source_file, typed.source_line, typed.modified_at, typed.is_derived,
                {_unreadable(table)} as unreadable,
                typed.set_aside,
                {", ".join(f"typed.given_{column.name} as text_{column.name}" for column in columns)},
                case {number} end as verdict
            from typed {" ".join(joins)}
        )
        select
            {", ".join(quote_identifier(column.name) for column in columns)},
            source_file,
            cast(source_line as bigint) as source_line,
            {load_id} as load_id,
            {"".join(f"merged_{column.name}, " for column in linked)}
            modified_at,
            unreadable,
            is_derived,
            case verdict {status} end as status,
            case verdict {reason} end as reason,
            case verdict {at_fault} end as problem_column
        from judged
    """


def _clean(name: str, alias: str, given: Collection[str], *, is_id: bool = False) -> str:
    """A cell as trimmed text; empty and Salesforce's #N/A are null, and 17850.0 is the id 17850 saved by a program."""
    if name not in given:
        return f"cast(null as varchar) as {alias}"
    text = f"trim(cast({quote_identifier(name)} as varchar))"
    if is_id:
        is_float = f"ends_with({text}, '.0') and regexp_full_match({text}, '[0-9]+[.]0')"
        text = f"case when {is_float} then left({text}, length({text}) - 2) else {text} end"
    return f"nullif(nullif({text}, ''), '#N/A') as {alias}"


def list_verdicts(table: Table, linked: Collection[Column]) -> list[Verdict]:
    """Return what may befall a row, the first that holds first."""
    verdicts = [
        Verdict("typed.set_aside is not null", "set_aside", "", "set_aside"),
        Verdict("typed.is_deleted", "deleted", "", "'marked as deleted'"),
    ]
    for column in table.columns:
        if column.is_needed:
            name, text = column.name, f"text_{column.name}"
            verdicts += [
                Verdict(f"typed.given_{name} is null", "rejected", name, f"'{name} is missing'"),
                Verdict(
                    f"typed.{quote_identifier(name)} is null",
                    "rejected",
                    name,
                    f"{quote_text(_expectation(column))} || left({text}, 80) || '\"'",
                ),
            ]
    for column in linked:
        name, text = column.name, f"text_{column.name}"
        verdicts += [
            Verdict(
                f"parent_{name}.is_deleted",
                "deleted",
                name,
                f"'its {name.removesuffix('_id')} is deleted'",
            ),
            Verdict(
                f"typed.given_{name} is not null and parent_{name}.given_id is null",
                "rejected",
                name,
                f"'{name} matches no row of {column.references}: \"' || left({text}, 80) || '\"'",
            ),
        ]
    verdicts += [
        Verdict(f"({rule.condition})", "rejected", "", quote_text(rule.reason))
        for rule in table.rules
    ]
    return verdicts


def _expectation(column: Column) -> str:
    if column.type == "enum":
        return f'{column.name} is none of {", ".join(column.values)}: "'
    if column.type in ("date", "timestamp"):
        return f'{column.name} is no date of the form 2026-11-15: "'
    limits = [
        f"{word} {limit:g}"
        for word, limit in (("from", column.minimum), ("to", column.maximum))
        if limit is not None
    ]
    return f'{column.name} is no {" ".join([column.type, *limits])}: "'


def _unreadable(table: Table) -> str:
    """The optional values of a row that are there and cannot be read, as one text, null where there is none."""
    parts = [
        f"case when typed.given_{column.name} is not null and typed.{quote_identifier(column.name)} is null"
        f" then concat('{column.name}', {UNIT_SEPARATOR}, left(typed.given_{column.name}, 80)) end"
        for column in table.columns
        if not column.is_needed and column.type not in ("id", "text", "currency")
    ]
    return (
        f"nullif(concat_ws({RECORD_SEPARATOR}, {', '.join(parts)}), '')"
        if parts
        else "cast(null as varchar)"
    )
