"""What own data say of the effect of a programme: a holdout, else a matched comparison, else nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import duckdb

from analyses.budget.case import Assumption, Range
from analyses.budget.programmes import KINDS, Kind
from analyses.budget.talks import find_talk, why_no_talk
from analyses.formats import format_value
from analyses.tier_value.effect import Effect, Matched, find_effects
from analyses.tier_value.ladder import describe_points
from analyses.tier_value.programme import Trial, find_trials
from analyses.tier_value.words import find_claim, why_no_claim
from metrics.intervals import Difference
from metrics.scope import Scope

SHOWN, NOT_SHOWN, HARM = "effect shown", "no effect shown", "harm shown"
NOT_TRIED = "not measured"
LEAST_SHARE = 0.5
YEAR = 52  # weeks
NO_HOLDOUT = "no programme with 30 such customers invited and 30 held out by lot for 26 weeks"


@dataclass(frozen=True)
class Evidence:
    """The share of customers kept beyond those it is compared with, and how it is known.

    found: with its 95 % interval, None where nothing was tried. effect: what a plan may count with: by
    the lower bound where the interval leaves out 0 above, up to what was measured; none (0) where it
    holds 0. counterfactual: what it is compared with, as the end of 'against ..'; empty where nothing is.
    """

    verdict: str
    found: Difference | None = None
    effect: Assumption | None = None
    counterfactual: str = ""
    told: str = ""


def find_evidence(cursor: duckdb.DuckDBPyConnection, week: date) -> dict[str, Evidence]:
    """By key of the programme, of the whole company at the end of a week (a Monday).

    The holdout counts before the matched comparison, whatever it shows: it was drawn by lot.
    """
    move = find_claim(find_effects(cursor, week, Scope()).found)
    sizes = {_name(each): _count(each) for each in find_trials(cursor, week, Scope())}
    found: dict[str, Evidence] = {}
    for kind in KINDS:
        trials = find_trials(cursor, week, Scope(), kind.standings)
        trial = choose_trial(
            [each for each in trials if speaks_for(each, kind, sizes[_name(each)])]
        )
        if trial is not None:
            found[kind.key] = judge_trial(trial, kind)
        elif kind.is_move:
            found[kind.key] = judge_move(move)
        else:
            found[kind.key] = judge_talk(find_talk(cursor, week, kind.standings))
    return found


def speaks_for(trial: Trial, kind: Kind, size: int) -> bool:
    """Whether a programme of the CRM, with size customers, is evidence for a line of the budget.

    It is where half of its customers or more stood where those of the line do; one that invites to
    advocacy (analyses/tier_value) by those of it who do. What it is called says nothing.
    """
    return kind.is_move or _count(trial) >= size * LEAST_SHARE


def choose_trial(trials: Sequence[Trial]) -> Trial | None:
    """Of those with enough customers in both arms, the longest followed, then that of most customers."""
    enough = [each for each in trials if not each.has_few]
    return max(enough, key=lambda each: (each.weeks, _count(each)), default=None)


def judge_trial(trial: Trial, kind: Kind) -> Evidence:
    """Intention to treat: all who were invited against all who were held out, by Newcombe."""
    treated, holdout = trial.treated.customers, trial.holdout.customers
    told = (
        f"{trial.programme}, {treated:,} invited and {holdout:,} held out by lot who were "
        f"{_write_standings(kind)}, {_write_weeks(trial.weeks)}: share kept "
        f"{describe_points(trial.kept)} against theirs"
    )
    return _judge(trial.kept, told, f"{holdout:,} customers held out of {trial.programme} by lot")


def judge_move(move: Effect | None) -> Evidence:
    """The matched comparison of those who rose after an act of advocacy, where it may be claimed."""
    reason = why_no_claim(move, "")
    if reason or move is None or move.matched is None:
        return Evidence(NOT_TRIED, told=f"{NO_HOLDOUT}, and {reason}")
    matched = move.matched
    return _judge_matched(
        move,
        matched,
        "who rose after an act of advocacy",
        f"{matched.others:,} customers alike who did not rise",
    )


def judge_talk(talk: Effect | None) -> Evidence:
    """The matched comparison of those with whom somebody spoke, by the same rules."""
    reason = why_no_talk(talk)
    if reason or talk is None or talk.matched is None:
        return Evidence(NOT_TRIED, told=f"{NO_HOLDOUT}, and {reason}")
    matched = talk.matched
    return _judge_matched(
        talk,
        matched,
        "with whom somebody met or spoke",
        f"{matched.others:,} customers alike with whom nobody spoke",
    )


def _judge_matched(effect: Effect, matched: Matched, who: str, counterfactual: str) -> Evidence:
    told = (
        f"matched comparison, {matched.customers:,} customers {who} and {matched.others:,} alike, "
        f"{_write_weeks(effect.weeks)}: share kept {describe_points(matched.kept_gain)} against theirs"
    )
    return _judge(matched.kept_gain, told, counterfactual)


def _name(trial: Trial) -> tuple[str, int]:
    return trial.programme, trial.weeks


def _count(trial: Trial) -> int:
    return trial.treated.customers + trial.holdout.customers


def _judge(found: Difference, told: str, counterfactual: str) -> Evidence:
    value, low, high = found.value, found.low, found.high
    if value is None or low is None or high is None:
        return Evidence(NOT_TRIED, told=told)
    if low > 0:
        source = f"lower bound of {told}"
        return Evidence(SHOWN, found, _own(low, low, value, source), counterfactual, told)
    if high < 0:
        return Evidence(HARM, found, _own(low, value, high, told), counterfactual, told)
    source = f"{NOT_SHOWN}, counted as none: {told}"
    return Evidence(NOT_SHOWN, found, _own(low, 0.0, high, source), counterfactual, told)


def _own(low: float, base: float, high: float, source: str) -> Assumption:
    return Assumption(Range(low, base, high), "own data", source)


def _write_standings(kind: Kind) -> str:
    return " or ".join(each.replace("_", " ") for each in kind.standings)


def _write_weeks(weeks: int) -> str:
    """'after 26 weeks, taken for that of a year'."""
    return f"after {weeks} weeks" + ("" if weeks >= YEAR else ", taken for that of a year")


def describe_evidence(evidence: Evidence) -> str:
    """'no effect shown: Customer voices, ..', or that nothing was measured and why."""
    return f"{evidence.verdict}: {evidence.told}" if evidence.told else evidence.verdict


def describe_share(kept: int, of: int) -> str:
    """'110 of 138 (79.7 %)'."""
    return f"{kept:,} of {of:,} ({format_value(kept / of, 'percent')})"
