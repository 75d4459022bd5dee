"""The page of notes: the headline numbers of a quarter, who wrote what beside them, who approved, what dropped."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

import streamlit as st

from analyses.board.headlines import COUNTED, NO_INTERVAL
from analyses.board.names import HEADLINES
from analyses.formats import format_value, to_float
from analyses.lifetime.tables import describe_bounds
from analyses.reviewed import Source, find_lifetime
from analyses.sentences import describe_reason
from analyses.signed import describe_state
from ledger.approvals import ApprovalRow
from ledger.notes import NoteRow
from metrics.engine import Record
from metrics.periods import format_date, label_period
from metrics.scope import Scope
from ui.address import choose
from ui.assumed import assumed_of
from ui.cache import ask, evaluate_metric, read_metrics, read_periods, remember
from ui.catalogue import describe_counts, name_number
from ui.definitions import format_interval
from ui.filters import View
from ui.tables import show_table
from ui.written.beside import show_written
from ui.written.reading import find_approvals, find_notes

ALL = "all"
TEXT_COLUMNS = {"text": st.column_config.TextColumn(width=420)}


@dataclass(frozen=True)
class Written:
    """All that people wrote, or why it cannot be read."""

    notes: Sequence[NoteRow]
    approvals: Sequence[ApprovalRow]
    problem: str


@dataclass(frozen=True)
class Chosen:
    """A period: its grain and first day."""

    grain: str
    start: date

    def holds(self, row: NoteRow | ApprovalRow) -> bool:
        return (row.grain, row.period_start) == (self.grain, self.start)


def read_written(view: View) -> Written:
    """Everything, of all periods."""
    notes, problem = find_notes(view)
    approvals, other = find_approvals(view)
    return Written(notes, approvals, problem or other)


def choose_period(written: Written, view: View) -> Chosen | None:
    """A closed quarter, the newest by default, or a period with something written; None for all of them."""
    quarters = [each.start for each in read_periods(view.warehouse, "quarter") if each.is_closed]
    others = {(row.grain, row.period_start) for row in (*written.notes, *written.approvals)}
    newest_first = sorted(others, key=lambda each: (each[1], each[0]), reverse=True)
    options = [f"quarter {start}" for start in reversed(quarters)]
    options += [
        name for grain, start in newest_first if (name := f"{grain} {start}") not in options
    ]
    chosen = choose(
        st.selectbox, "Period", [*options, ALL], "period", options[0] if options else ALL,
        format_func=lambda name: _label(_to_chosen(name), view), width=260,
    )  # fmt: skip
    return _to_chosen(chosen or ALL)


def show_heading(written: Written, chosen: Chosen | None, view: View) -> None:
    """What is approved and what is not, as a message."""
    if written.problem:
        st.subheader("What people wrote cannot be shown", anchor=False)
        st.text(written.problem)
        return
    notes = [row for row in written.notes if chosen is None or chosen.holds(row)]
    signed = [row for row in written.approvals if chosen is None or chosen.holds(row)]
    standing = {row.metric for row in signed if not row.is_dropped}
    dropped = {row.metric for row in signed if row.is_dropped} - standing
    parts = [f"{len(standing)} numbers are approved"]
    if chosen and chosen.grain == "quarter":
        parts = [f"{len(standing & {*HEADLINES})} of {len(HEADLINES)} headline numbers approved"]
    if dropped:
        parts.append(f"{len(dropped)} dropped since their number changed")
    parts.append(f"{len(notes)} note{'' if len(notes) == 1 else 's'}")
    st.subheader(f"{_label(chosen, view)}: {', '.join(parts)}", anchor=False)
    st.text(
        "Numbers of all customers. An approval stands while its number is what was approved, and drops by itself."
    )


def show_numbers(written: Written, chosen: Chosen | None, view: View) -> None:
    """The headline numbers first, then those with something written; and what stands beside the one picked."""
    if chosen is None:
        return
    named = dict.fromkeys([*HEADLINES] if chosen.grain == "quarter" else [])
    named |= dict.fromkeys(
        row.metric for row in (*written.notes, *written.approvals) if chosen.holds(row)
    )
    metrics = read_metrics()
    shown = [name for name in named if name in metrics]
    show_table(
        [row for name in shown for row in _to_rows(name, written, chosen, view)], "signed",
        "Numbers of the period, who approved them, and how much is written",
    )  # fmt: skip
    options = [*shown, *(name for name in metrics if name not in named)]
    picked = choose(
        st.selectbox, "Write beside", options, "number", options[0], width=420,
        format_func=lambda name: f"{metrics[name].label} ({name})",
    )  # fmt: skip
    show_written(view, picked or options[0], chosen.grain, chosen.start, "board")


def show_lists(written: Written, chosen: Chosen | None, view: View) -> None:
    """Every note and approval of the period, to be taken home."""
    labels = {metric.id: metric.label for metric in read_metrics().values()}
    st.markdown("**All notes**")
    show_table(
        [
            {
                "number": labels.get(row.metric, row.metric),
                "period": _label(Chosen(row.grain, row.period_start), view),
                "kind": row.kind,
                "text": row.text,
                "author": row.author,
                "written_at": f"{row.written_at:%Y-%m-%d %H:%M} UTC",
                "note": row.note,
            }
            for row in written.notes
            if chosen is None or chosen.holds(row)
        ],
        "notes", "Notes, the newest first", TEXT_COLUMNS,
    )  # fmt: skip
    st.markdown("**All approvals**")
    show_table(
        [
            {
                "number": labels.get(row.metric, row.metric),
                "period": _label(Chosen(row.grain, row.period_start), view),
                "name": row.name,
                "approved_at": f"{row.approved_at:%Y-%m-%d %H:%M} UTC",
                "state": describe_state(row),
            }
            for row in written.approvals
            if chosen is None or chosen.holds(row)
        ],
        "approvals", "Approvals, the newest first",
    )  # fmt: skip


def _to_rows(
    name: str, written: Written, chosen: Chosen, view: View
) -> Iterator[dict[str, object]]:
    """One row a number, several for a metric with members; who signed stands in each of them."""
    metric = read_metrics()[name]
    signed = [row for row in written.approvals if row.metric == name and chosen.holds(row)]
    standing = [row for row in signed if not row.is_dropped]
    dropped = [row for row in signed if row.is_dropped]
    for record in evaluate_metric(view.warehouse, name, chosen.grain):
        if record.period_start != chosen.start:
            continue
        yield {
            "number": name_number(metric, record.member),
            "value": format_value(to_float(record.value), record.unit, view.currency),
            "counts": describe_counts(record) or _describe_size(record, view),
            "95 % interval": _describe_interval(record, view),
            "why missing": describe_reason(record.reason),
            "approved by": ", ".join(
                f"{row.name} ({format_date(row.approved_at.date())})" for row in standing
            ),
            "dropped": ", ".join(
                f"{row.name} ({describe_state(row).removeprefix('dropped: ')})" for row in dropped
            ),
            "notes": sum(row.metric == name and chosen.holds(row) for row in written.notes),
            "owner": metric.owner,
            "assumptions": assumed_of(name, view) or "",
        }


def _describe_size(record: Record, view: View) -> str:
    """'n = 1,193': how many customers or deals a headline number rests on; nothing for others."""
    if record.metric not in HEADLINES:
        return ""
    metric, part = COUNTED.get(record.metric, (record.metric, "denominator"))
    for each in evaluate_metric(view.warehouse, metric, record.grain):
        if (each.period_start, each.member) == (record.period_start, None):
            size = getattr(each, part)
            return "" if size is None else f"n = {format_value(to_float(size), 'count')}"
    return ""


def _describe_interval(record: Record, view: View) -> str:
    """That of the record; that of lifetime value is not in its record, and computed for a quarter."""
    quarters = read_periods(view.warehouse, "quarter")
    quarter = next((each for each in quarters if each.start == record.period_start), None)
    if (record.metric, record.grain) != ("ltv_km", "quarter") or quarter is None:
        return format_interval(record, view.currency) or NO_INTERVAL.get(record.metric, "")
    source = Source(partial(ask, view.warehouse), partial(evaluate_metric, view.warehouse))
    found = remember(
        view.warehouse, find_lifetime, quarter, source, quarter, Scope(), view.settings
    )
    return describe_bounds(found, view.currency)


def _to_chosen(name: str) -> Chosen | None:
    if name == ALL:
        return None
    grain, _, start = name.partition(" ")
    return Chosen(grain, date.fromisoformat(start))


def _label(chosen: Chosen | None, view: View) -> str:
    if chosen is None:
        return "All periods"
    label = label_period(chosen.grain, chosen.start, view.first_month)
    return f"Week of {label}" if chosen.grain == "week" else label
