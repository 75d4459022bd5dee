"""What a restatement says in words and in rows."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from analyses.formats import format_value, to_float
from analyses.weekly import Card
from ledger.bridge import DEFINITION
from ledger.restated import Restatement, rank
from metrics.engine import Number
from metrics.periods import label_period

AS_REPORTED, NOW = "as reported", "now"
PREFIX, NOW_READS = "restated: ", ", now "


def describe_restated(restated: Restatement, currency: str) -> str:
    """'restated: reported 4.0 %, now 4.5 %'; a change too small for these digits is said by itself."""
    reported = _format(restated.reported, restated.unit, currency)
    now = _format(restated.now, restated.unit, currency)
    if reported != now or restated.delta is None:
        return f"{PREFIX}reported {reported}{NOW_READS}{now}"
    if not restated.delta:
        return f"{PREFIX}still {now}, but the counts behind it changed"
    return f"{PREFIX}{now}, by less than is shown"


def describe_restated_amount(restated: Restatement, unit: str, currency: str) -> str:
    """The same of the numerator, where that is shown: 'restated: reported EUR 900, now EUR 950'.

    Nothing where the numerator is what was reported, and only what it is divided by has changed.
    """
    before, after = restated.reported_counts[0], restated.now_counts[0]
    if before == after:
        return ""
    reported, now = _format(before, unit, currency), _format(after, unit, currency)
    if reported == now:
        return f"{PREFIX}{now}, by less than is shown"
    return f"{PREFIX}reported {reported}{NOW_READS}{now}"


def describe_on_card(restated: Restatement, card: Card) -> str:
    """'restated: reported 4.0 %' of what a card shows: in its unit, of the numerator where that is on it."""
    if card.is_metric:
        return shorten(describe_restated(restated, card.currency))
    return shorten(describe_restated_amount(restated, card.unit, card.currency))


def shorten(text: str) -> str:
    """'restated: reported 4.0 %', where what it is now stands beside it."""
    return text.split(NOW_READS)[0]


def describe_restated_members(restatements: Sequence[Restatement], currency: str) -> str:
    """'restated: advocate reported 4.4 %, now 4.1 %; loyal reported 18 %, now 17 %'; nothing of none."""
    told = [
        f"{(each.member or '').replace('_', ' ')} {describe_restated(each, currency).removeprefix(PREFIX)}"
        for each in restatements
    ]
    return f"{PREFIX}{'; '.join(told)}" if told else ""


def describe_causes(restated: Restatement) -> str:
    """'late data, source correction', or 'definition change: settings differ' where they do."""
    settings = ": settings differ" if restated.has_other_settings else ""
    return ", ".join(
        f"{cause}{settings if cause == DEFINITION else ''}" for cause in restated.causes
    )


def describe_newest(
    restatements: Sequence[Restatement], labels: Mapping[str, str], currency: str, first_month: int
) -> str:
    """How many numbers the newest build restated, why, and the largest change of the first headline; '' of none."""
    newest = [each for each in restatements if each.is_new]
    if not newest:
        return ""
    causes = Counter(cause for each in newest for cause in each.causes)
    told = ", ".join(f"{cause} {count:,}" for cause, count in causes.most_common())
    noun = "number of a closed period was" if len(newest) == 1 else "numbers of closed periods were"
    first = min(
        newest, key=lambda each: (rank(each.metric), bool(each.dimension), -abs(each.delta or 0))
    )
    period = label_period(first.grain, first.period_start, first_month)
    part = f", {first.breakdown}" if first.breakdown else ""
    largest = f"{_name(first, labels)}, {first.grain} {period}{part}, {describe_restated(first, currency)}"
    return f"{len(newest):,} {noun} restated by the newest build ({told}). First of all: {largest}."


def to_bridge(restated: Restatement, currency: str) -> list[dict[str, Any]]:
    """Rows from 'as reported' through every cause to 'now'; the changes add up exactly.

    The exact numbers stand beside the words: a change in percentage points is of a share from 0 to 1.
    """
    unit = restated.unit
    rows: list[dict[str, Any]] = [_row(AS_REPORTED, restated.reported, None, unit, currency)]
    for step in restated.steps:
        change = (
            None if step.delta is None else format_value(float(step.delta), unit, currency, True)
        )
        row = _row(step.cause, step.after, change, unit, currency)
        rows.append({**row, "exact change": None if step.delta is None else f"{step.delta:f}"})
    return [*rows, _row(NOW, restated.now, None, unit, currency)]


def to_rows(
    restatements: Sequence[Restatement], labels: Mapping[str, str], currency: str
) -> list[dict[str, Any]]:
    """One row a restatement, as a table and a download show it."""
    return [
        {
            "metric": _name(each, labels),
            "grain": each.grain,
            "period": each.period_start,
            "slice": f"{each.dimension}: {each.breakdown}" if each.dimension else "all",
            "reported": _format(each.reported, each.unit, currency),
            "now": _format(each.now, each.unit, currency),
            "change": "n/a"
            if each.delta is None
            else format_value(float(each.delta), each.unit, currency, is_change=True),
            "causes": describe_causes(each),
            "footnote": "yes" if each.is_material else "",
            "reported on": each.reported_at.date(),
            "restated on": each.restated_at.date(),
            "definition": _versions(each),
            "id": each.metric,
        }
        for each in restatements
    ]


def _row(
    step: str, number: Number | None, change: str | None, unit: str, currency: str
) -> dict[str, Any]:
    return {
        "step": step,
        "change": change,
        "number": _format(number, unit, currency),
        "exact change": None,
        "exact number": None if number is None else str(number),
    }


def _name(restated: Restatement, labels: Mapping[str, str]) -> str:
    label = labels.get(restated.metric, restated.metric)
    return f"{label}, {restated.member.replace('_', ' ')}" if restated.member else label


def _versions(restated: Restatement) -> str:
    first, last = restated.versions
    return f"version {last}" if first == last else f"version {first}, now {last}"


def _format(number: Number | None, unit: str, currency: str) -> str:
    return format_value(to_float(number), unit, currency)
