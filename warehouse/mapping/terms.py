"""Whether a term's last date is the last day paid for or the first one that is not: the terms that follow tell."""

from dataclasses import replace

from warehouse.mapping.look import Look, LookedAt
from warehouse.mapping.mapping import MappedFile


def settle_last_day(look: Look, file: LookedAt, mapped: MappedFile) -> MappedFile:
    """Read ended_on as the last day paid for where a customer's next term begins the day after it, and say why."""
    ended = mapped.find("ended_on")
    if mapped.table != "subscriptions" or ended is None:
        return mapped
    same_day, day_after = _count_successions(look, file, mapped)
    header = f'"{ended.header}"'
    if day_after > same_day:
        doubt = f"{day_after:,} terms begin the day after {header} of another: taken as the last day paid for"
        changed = replace(ended, reading="day_after", doubt=doubt)
    elif same_day:
        doubt = (
            f"{same_day:,} terms begin on {header} of another: taken as the first day not paid for"
        )
        changed = replace(ended, doubt=doubt)
    else:
        doubt = (
            f"taken as the first day not paid for; if {header} is the last day paid for, add a day"
        )
        changed = replace(ended, doubt=doubt)
    columns = tuple(changed if each is ended else each for each in mapped.columns)
    return replace(mapped, columns=columns)


def _count_successions(look: Look, file: LookedAt, mapped: MappedFile) -> tuple[int, int]:
    """Count the ends on which, and after which, another term of the customer begins."""
    cells: list[str] = []
    for name in ("customer_id", "started_on", "ended_on"):
        filled = mapped.find(name)
        profile = file.find(filled.header) if filled else None
        if profile is None:
            return 0, 0
        cells.append(f"c{profile.position}")
    customer, started, ended = cells
    found = (
        look.connection.cursor()
        .execute(f"""
        with terms as (
            select {customer} as customer, {_to_day(started)} as started, {_to_day(ended)} as ended
            from {file.raw.table}
        )
        select
            count(*) filter (where following.started = terms.ended),
            count(*) filter (where following.started = terms.ended + 1)
        from terms
        inner join terms as following
            on terms.customer = following.customer
            and following.started between terms.ended and terms.ended + 1
    """)
        .fetchone()
    )
    return (int(found[0]), int(found[1])) if found else (0, 0)


def _to_day(cell: str) -> str:
    """A day in any of the usual shapes; which of day and month comes first does not matter within a file."""
    shapes = [f"%d{mark}%m{mark}{year}" for mark in "./-" for year in ("%Y", "%y")]
    shapes += [f"%m{mark}%d{mark}{year}" for mark in "./-" for year in ("%Y", "%y")]
    listed = ", ".join(f"'{shape}'" for shape in shapes)
    first = f"split_part(replace(trim({cell}), ',', ' '), ' ', 1)"
    return f"coalesce(try_cast(left({cell}, 10) as date), cast(try_strptime({first}, [{listed}]) as date))"
