"""Verdicts on screen: a badge with its rule, for cards that are no cards of the weekly page too."""

from datetime import date

from analyses.card_text import describe_ground, head_finding
from analyses.judged import Judge, Judged
from analyses.sentences import Finding, is_good
from ui.cache import evaluate_metric, read_metrics, read_resets, remember
from ui.filters import View

BELOW = "  \n"  # Markdown's line break


def describe_badge(finding: Finding, is_own: bool = True, gap: str = " ") -> str:
    """Markdown of a small badge, a gap, and what it rests on in few words; the details say it in full.

    A verdict on another number than the one shown (is_own False) says whose, and not its range,
    which would be read as this one's.
    """
    head, text = head_finding(finding), describe_ground(finding, is_own)
    badge = f":small[:{_color(finding)}-badge[{head}]]"
    return f"{badge}{gap}:small[{text}]" if text else badge


def find_verdict(metric: str, week: date, view: View) -> Judged | None:
    """The verdict on a closed week of a metric, or of the flow that drives it, within the filters.

    None where the week has no value.
    """
    found = remember(view.warehouse, _judge, (view.key, metric, week), metric, week, view)
    return found[0] if found and found[0].verdict.kind != "no_value" else None


def _judge(metric: str, week: date, view: View) -> list[Judged]:
    judge = Judge(
        lambda name: evaluate_metric(view.warehouse, name, "week", view.scope),
        read_resets(view.warehouse),
        read_metrics(),
        week,
        view.minimum,
    )
    return judge.judge(read_metrics()[metric])


def _color(finding: Finding) -> str:
    return {True: "green", False: "red", None: "gray"}[is_good(finding)]
