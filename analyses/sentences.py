"""What changed this week, in at most five sentences computed from the numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

from analyses.formats import format_range, format_value
from analyses.signals import Verdict
from metrics.periods import label_period
from metrics.reasons import REASONS

MOST = 5
HEADS = {"signal": "Signal", "within": "Within normal range", "partial": "Not over"}
MOVED = "an event that resets the baseline starts a new one"
RULES = {
    1: "outside of the normal range",
    2: "3 of 4 weeks near the same edge",
    3: "8 weeks on one side of the centre",
}
QUIET = "Nothing left its normal range this week."


@dataclass(frozen=True)
class Finding:
    """One weekly measure with its verdict.

    size is what stands in brackets ('9 of 472'), because what follows the verdict, text what
    stands for the value where it needs another form; each may be empty. good is up, down or none.
    reason says in words why the value is missing.
    """

    label: str
    value: float | None
    unit: str
    good: str
    verdict: Verdict
    currency: str = ""
    size: str = ""
    because: str = ""
    reason: str | None = None
    text: str = ""


def compute_sentences(findings: Sequence[Finding], most: int = MOST) -> list[str]:
    """Sentences, most important first: bad signals, good ones, then the rest as they come.

    Says first that nothing left its normal range when at least half have one and nothing did: of
    a week that mostly has no numbers it would be no news.
    """
    if not findings:
        return []
    ranked = sorted(findings, key=_rank)
    told = [compute_sentence(finding) for finding in ranked]
    kinds = [finding.verdict.kind for finding in findings]
    if "signal" not in kinds and 2 * kinds.count("within") >= len(kinds):
        told.insert(0, QUIET)
    return told[:most]


def compute_sentence(finding: Finding) -> str:
    """'Churn 1.9 % (9 of 472): within its normal range 0.3-2.6 %; 6 of them in segment small.'"""
    value = finding.text or format_value(finding.value, finding.unit, finding.currency)
    size = f" ({finding.size})" if finding.size else ""
    because = f"; {finding.because}" if finding.because else ""
    return f"{finding.label} {value}{size}: {describe_verdict(finding)}{because}."


def describe_verdict(finding: Finding) -> str:
    """The verdict with its size, as the end of a sentence."""
    verdict = finding.verdict
    if verdict.kind == "signal":
        return _describe_signal(finding)
    if verdict.kind == "within" and verdict.limits is not None:
        if verdict.limits.is_flat:
            return f"as in every week of its baseline, {_center(finding)}"
        return f"within its normal range {_range(finding)}"
    if verdict.kind == "no_value":
        return finding.reason or "no value"
    return {
        "too_few_customers": "too few customers for a verdict",
        "too_few_deals": "too few deals won in 91 days for a verdict",
        "too_few_events": f"too few events for a verdict ({_describe_rarity(verdict)})",
        "too_few_weeks": "no normal range before 12 closed weeks",
        "partial": "the week is not over",
    }[verdict.kind]


def head_verdict(verdict: Verdict) -> str:
    """The verdict in a word or three: signal, within normal range, or too few; or not over."""
    return HEADS.get(verdict.kind, "Too few")


def describe_briefly(finding: Finding) -> str:
    """What follows the head of a verdict on a card: the rule of a signal, the range, of what too few."""
    verdict = finding.verdict
    if verdict.kind == "signal" and verdict.limits is not None:
        if verdict.rule == 1:
            return f"rule 1, outside {_range(finding)}"
        if verdict.rule == 2:
            return f"rule 2, near the edge of {_range(finding)}"
        return f"rule 3, 8 weeks {verdict.side} {_center(finding)}"
    if verdict.kind == "within" and verdict.limits is not None:
        return "no variation in baseline" if verdict.limits.is_flat else _range(finding)
    return {
        "too_few_customers": "customers",
        "too_few_deals": "deals",
        "too_few_events": f"events: {_describe_rarity(verdict)}",
        "too_few_weeks": "weeks: 12 make a range",
    }.get(verdict.kind, describe_verdict(finding))


def describe_baseline(finding: Finding) -> str:
    """Which weeks the normal range comes from and what they gave; empty without a baseline.

    'Normal range from 26 weeks, 6 Nov 2023 to 5 May 2024, frozen: centre 0.3 %, sigma z 1.02.'
    """
    baseline, limits = finding.verdict.baseline, finding.verdict.limits
    if baseline is None:
        return ""
    weeks = (
        f"{baseline.weeks} weeks, {label_period('week', baseline.first)} to"
        f" {label_period('week', baseline.last_day)}, frozen"
    )
    if baseline.is_bare:
        return f"Baseline of {weeks}: {_describe_rarity(finding.verdict)}, so no range; {MOVED}."
    center = format_value(baseline.center, finding.unit, finding.currency)
    spread = f"sigma z {baseline.spread:.2f}"
    if baseline.chart == "xmr":
        moving_range = format_value(baseline.spread, finding.unit, finding.currency)
        spread = f"mean moving range {moving_range}"
    if limits is not None and limits.expected is not None:
        spread = f"exact binomial limits, since only {limits.expected:.2f} are expected this week"
    seasons = ", without its seasons" if baseline.is_seasonal else ""
    jump = "; the change from the week before is larger than weekly changes normally are"
    return (
        f"Normal range from {weeks}{seasons}: centre {center}, {spread}{_describe_season(finding)}"
        f"{_describe_chance(finding)}{jump if finding.verdict.has_jumped else ''}."
    )


def describe_reason(reason: str | None, missing: Sequence[str] = ()) -> str:
    """Why a value is missing, in words: a missing table by its name ('the export has no surveys')."""
    if reason == "missing_table" and missing:
        return f"the export has no {' and no '.join(missing)}"
    return REASONS.get(reason or "", "")


def is_good(finding: Finding) -> bool | None:
    """Whether a signal is good news; None without a signal or a direction."""
    side = finding.verdict.side
    if side is None or finding.good == "none":
        return None
    return (side == "above") == (finding.good == "up")


def _rank(finding: Finding) -> tuple[int, int]:
    """A signal before none, bad before good, the sharper rule first; sorting keeps the rest."""
    if finding.verdict.kind != "signal":
        return (3 if finding.verdict.kind == "within" else 4, 0)
    news = {False: 0, True: 1, None: 2}[is_good(finding)]
    return (news, finding.verdict.rule or 0)


def describe_factor(finding: Finding) -> str:
    """'x 1.12' or '+3' that the season makes of the centre; empty without a season."""
    limits = finding.verdict.limits
    if limits is None or limits.season is None:
        return ""
    if limits.is_ratio:
        return f"x {limits.season:.3f}"
    return format_value(limits.season, finding.unit, finding.currency, is_change=True)


def _describe_season(finding: Finding) -> str:
    factor = describe_factor(finding)
    return f"; this week's season {factor}, so its centre is {_center(finding)}" if factor else ""


def _describe_chance(finding: Finding) -> str:
    limits = finding.verdict.limits
    if limits is None or limits.chance is None:
        return ""
    return f"; up to {limits.chance} in a week come by chance (Poisson, 0.135 %); {MOVED}"


def _describe_rarity(verdict: Verdict) -> str:
    """Why events are too few: none in the baseline, always all, few, or nothing they come from."""
    baseline = verdict.baseline
    if baseline is None or not (baseline.is_bare or verdict.limits):
        return "none was possible"
    if not baseline.is_bare:
        return "under 1 a week"
    return "none in baseline" if baseline.center == 0 else "always all in baseline"


def _describe_signal(finding: Finding) -> str:
    verdict = finding.verdict
    if verdict.limits is None:
        return "outside of its normal range"
    if verdict.limits.is_flat:
        return f"{verdict.side} the {_center(finding)} of every week of its baseline"
    if verdict.rule == 1:
        return f"{verdict.side} its normal range {_range(finding)}"
    if verdict.rule == 2:
        edge = "upper" if verdict.side == "above" else "lower"
        return f"three of four weeks near the {edge} end of its normal range {_range(finding)}"
    return f"eight weeks in a row {verdict.side} its usual {_center(finding)}"


def _range(finding: Finding) -> str:
    limits = finding.verdict.limits
    if limits is None:
        return ""
    return format_range(limits.lower, limits.upper, finding.unit, finding.currency)


def _center(finding: Finding) -> str:
    limits = finding.verdict.limits
    return format_value(limits.center if limits else None, finding.unit, finding.currency)
