"""The definitions that a pack keeps, and the slides of its appendix that print them."""

from collections.abc import Iterable, Mapping

from analyses.board.document import Cell, Definition, Slide, Table
from analyses.board.plain import say_plainly
from analyses.board.speaker import INTERVALS
from ledger.builds import hash_definition
from metrics.registry import Metric


def list_definitions(metrics: Mapping[str, Metric]) -> tuple[Definition, ...]:
    """Every definition in force, with its SQL."""
    return tuple(
        Definition(
            metric=metric.id,
            label=metric.label,
            definition=metric.definition,
            formula=metric.formula,
            unit=metric.unit,
            good=metric.good,
            owner=metric.owner,
            source=metric.source,
            caveat=metric.caveat,
            interval=INTERVALS[metric.interval],
            version=metric.version,
            hash=hash_definition(metric),
            sql=metric.sql,
        )
        for metric in metrics.values()
    )


def make_definitions(
    definitions: Iterable[Definition], shown: Iterable[str], metrics: Mapping[str, Metric]
) -> Slide:
    """One row a metric that a slide shows, in words; the pack keeps them as they are written."""
    wanted = set(shown)
    rows = tuple(
        tuple(
            Cell(say_plainly(text, metrics))
            for text in (each.label, each.definition, each.formula, each.source, each.caveat)
        )
        for each in definitions
        if each.metric in wanted
    )
    table = Table(
        "definitions", "Definitions", ("number", "definition", "formula", "after", "mind"), rows
    )
    return Slide(
        "definitions", "table", "What each number means",
        f"Definitions of the {len(rows)} numbers shown, as they were when this pack was frozen",
        table=table, told=(Cell(len(rows), "count"),), is_appendix=True,
    )  # fmt: skip
