"""The rungs of evidence as a table, and the comparisons behind rungs 2 and 3 as another."""

from collections.abc import Sequence

from analyses.formats import format_band, format_of, format_value
from analyses.number_text import NumberText
from analyses.tier_value.effect import Effect, Matched, Risen
from analyses.tier_value.evidence import Evidence
from analyses.tier_value.programme import Arm, Trial
from analyses.tier_value.words import (
    RUNGS,
    Gap,
    describe_money,
    find_claim,
    find_obstacle,
    why_no_claim,
)
from metrics.intervals import NO_DIFFERENCE, Band, Difference

GROUPS = {True: "after an act", False: "on any evidence"}
COMPARED = (
    "others", "gain (95 % CI)", "trend before (95 % CI)", "verdict", "more stayed (95 % CI)", "stayed",
    "others stayed", "change", "change of others", "strata",
)  # fmt: skip
MODELLED = "modelled: 52 weeks to come, discounted"
Row = dict[str, object]


def list_rungs(gap: Gap, found: Sequence[Effect], trial: Trial | None, currency: str) -> list[Row]:
    """One row a rung: what it compares, in which measure, what it finds, on how many, and what it may
    say. The measures differ, so the numbers of two rungs are no sum and no check of each other."""
    claim = find_claim(found)
    between = Difference(gap.value, gap.low, gap.high)
    rows: list[tuple[str, str, str, str]] = [
        (describe_money(between, currency) if gap.value is not None else "n/a",
         MODELLED, "advocates less neutral customers", gap.reason or "describes; selection is in it"),
    ]  # fmt: skip
    if claim is None:
        nobody = "nobody rose after an act and was followed for 26 weeks"
        rows += [("n/a", _observe(None), nobody, "nothing")] * 2
    else:
        matched = claim.matched
        rows.append(
            (describe_money(claim.change, currency), _observe(claim.weeks),
             NumberText(f"{claim.customers:,} customers", value=claim.customers),
             "removes what stays the same in a customer, not the times")
        )  # fmt: skip
        others = _count_matched(matched) if matched else "nobody"
        reason = why_no_claim(claim, currency)
        rows.append(
            (describe_money(matched.gain, currency) if matched else "n/a", _observe(claim.weeks), others,
             f"not claimed: {reason}" if reason else "removes the times too; who rises is not drawn by lot")
        )  # fmt: skip
    if trial is None:
        rows.append(("n/a", _observe(None), "no programme with a holdout", "nothing"))
    else:
        told = "too few in an arm" if trial.has_few else "proves what the invitation did"
        rows.append(
            (describe_money(trial.gain, currency), _observe(trial.weeks),
             _count_arms(trial), told)
        )  # fmt: skip
    return [
        {"rung": number, "compares": name, "margin of a customer": money, "measure": measure, "n": n,
         "says": says}
        for number, (name, (money, measure, n, says)) in enumerate(
            zip(RUNGS, rows, strict=True), start=1
        )
    ]  # fmt: skip


def _count_matched(matched: Matched) -> NumberText:
    text = f"{matched.customers:,} against {matched.others:,} others"
    return NumberText(text, value=matched.customers, others=matched.others)


def _count_arms(trial: Trial) -> NumberText:
    treated, held_out = trial.treated.customers, trial.holdout.customers
    text = f"{treated:,} invited, {held_out:,} held out"
    return NumberText(text, value=treated, others=held_out)


def _observe(weeks: int | None) -> str:
    span = "26 or 52" if weeks is None else weeks
    return f"observed: {span} weeks, not discounted"


def list_changes(found: Sequence[Effect], currency: str) -> list[Row]:
    """Rung 2, one row a group and horizon: margin and retention of those who rose, before and after."""
    return [
        {
            "rose": GROUPS[each.is_act],
            "weeks": each.weeks,
            "customers": each.customers,
            "margin before": format_value(each.before, "currency", currency),
            "margin after": format_value(each.after, "currency", currency),
            "change (95 % CI)": describe_money(each.change, currency),
            "still customers before": NumberText(
                "100 %, by choice", "share", value=1, note="by choice"
            ),
            "still customers after": describe_kept(each.kept),
        }
        for each in found
        if each.customers
    ]


def list_comparisons(found: Sequence[Effect], currency: str) -> list[Row]:
    """Rung 3, one row a group and horizon: those who rose against others alike."""
    return [_compare(each, currency) for each in found if each.customers]


def _compare(effect: Effect, currency: str) -> Row:
    row: Row = {
        "rose": GROUPS[effect.is_act],
        "weeks": effect.weeks,
        "with others alike": format_of(
            effect.matched.customers if effect.matched else 0, effect.customers
        ),
    }
    matched = effect.matched
    if matched is None:
        return row | dict.fromkeys(COMPARED, "n/a") | {"others": 0, "verdict": _judge(effect)}
    return row | {
        "others": matched.others,
        "gain (95 % CI)": describe_money(matched.gain, currency),
        "trend before (95 % CI)": describe_money(matched.trend, currency),
        "verdict": _judge(effect),
        "more stayed (95 % CI)": describe_points(matched.kept_gain),
        "stayed": describe_kept(matched.kept),
        "others stayed": describe_kept(matched.other_kept),
        "change": format_value(matched.after - matched.before, "currency", currency),
        "change of others": format_value(
            matched.other_after - matched.other_before, "currency", currency
        ),
        "strata": matched.strata,
    }


def _judge(effect: Effect) -> str:
    obstacle = find_obstacle(effect)
    if obstacle or effect.matched is None:
        return f"not claimed: {obstacle}"
    gain = effect.matched.gain
    if not gain.is_distinguishable:
        return "no gain shown"
    return "a gain" if (gain.value or 0) > 0 else "a loss"


def list_arms(trials: Sequence[Trial], currency: str) -> list[Row]:
    """Two rows a programme and horizon, invited and held out, and a third with their difference."""
    rows: list[Row] = []
    for trial in trials:
        for name, arm in (("invited", trial.treated), ("held out", trial.holdout)):
            rows.append(_arm(trial, name, arm, currency))
        rows.append(
            {
                "programme": trial.programme, "weeks": trial.weeks, "arm": "difference (95 % CI)",
                "customers": trial.treated.customers + trial.holdout.customers,
                "margin at the start": "", "margin that came": "",
                "change": describe_money(trial.gain, currency),
                "still customers": describe_points(trial.kept),
                "loyal or advocate": describe_points(trial.for_us),
            }
        )  # fmt: skip
    return rows


def _arm(trial: Trial, name: str, arm: Arm, currency: str) -> Row:
    return {
        "programme": trial.programme,
        "weeks": trial.weeks,
        "arm": name,
        "customers": arm.customers,
        "margin at the start": format_value(arm.level, "currency", currency),
        "margin that came": format_value(arm.after, "currency", currency),
        "change": format_value(arm.change.mean, "currency", currency),
        "still customers": format_value(arm.kept / arm.customers, "percent"),
        "loyal or advocate": format_value(arm.for_us / arm.customers, "percent"),
    }


def list_risen(risen: Sequence[Risen], currency: str) -> list[Row]:
    """One row a customer who rose."""
    return [
        {
            "customer": each.customer_name,
            "rose on": each.rose_on,
            "from": each.tier_before.replace("_", " "),
            "after an act": "yes" if each.has_acted else "no",
            "others alike": each.others,
            f"margin of 26 weeks before, {currency}": round(each.before, 2),
            f"margin of 26 weeks after, {currency}": round(each.after, 2),
            "still a customer": "yes" if each.is_kept else "no",
            "customer_id": each.customer_id,
        }
        for each in risen
    ]


def list_records(evidence: Evidence, margin: str) -> list[Row]:
    """One plain row a comparison and programme, for csv and json: numbers, not words.

    margin: the line of the assumption; money is the margin of one customer over the horizon.
    """
    rows = [_record_effect(each) for each in evidence.effects.found]
    rows += [_record_trial(each) for each in evidence.trials]
    told = describe_assumed(margin)
    return [
        {
            "week": evidence.week,
            # Sums of floats differ in their last digits from run to run.
            **{name: round(x, 6) if isinstance(x, float) else x for name, x in row.items()},
            "assumptions": told,
        }
        for row in rows
    ]


def describe_assumed(margin: str) -> str:
    """What the money of every rung but the first rests on: the line of the margin, and the rest."""
    return f"{margin}, margin of paid terms, not discounted, before acquisition cost"


def describe_ladder(margin: str) -> str:
    """The same for the whole ladder, whose first rung is modelled."""
    return f"{describe_assumed(margin)}; rung 1: modelled and discounted, as the value of a tier"


def _record_effect(effect: Effect) -> Row:
    matched = effect.matched
    return {
        "rung": 3, "measure": _observe(effect.weeks),
        "group": GROUPS[effect.is_act], "weeks": effect.weeks,
        "customers": effect.customers, "matched": matched.customers if matched else 0,
        "others": matched.others if matched else 0, "strata": matched.strata if matched else 0,
        "before": matched.before if matched else None, "after": matched.after if matched else None,
        "other_before": matched.other_before if matched else None,
        "other_after": matched.other_after if matched else None,
        **_spread("own_change", effect.change),
        **_spread("gain", matched.gain if matched else NO_DIFFERENCE),
        **_spread("trend_before", matched.trend if matched else NO_DIFFERENCE),
        "kept": effect.kept.value, "other_kept": matched.other_kept.value if matched else None,
        **_spread("kept_more", matched.kept_gain if matched else NO_DIFFERENCE),
        "not_claimed": why_no_claim(effect, ""),
    }  # fmt: skip


def _record_trial(trial: Trial) -> Row:
    one, other = trial.treated, trial.holdout
    return {
        "rung": 4, "measure": _observe(trial.weeks),
        "group": trial.programme, "weeks": trial.weeks, "customers": one.customers,
        "matched": one.customers, "others": other.customers, "strata": 1,
        "before": one.level, "after": one.after,
        "other_before": other.level, "other_after": other.after,
        **_spread("own_change", Difference(one.change.mean, None, None)),
        **_spread("gain", trial.gain), **_spread("trend_before", NO_DIFFERENCE),
        "kept": one.kept / one.customers, "other_kept": other.kept / other.customers,
        **_spread("kept_more", trial.kept),
        "not_claimed": "too few in an arm" if trial.has_few else "",
    }  # fmt: skip


def _spread(name: str, found: Difference) -> Row:
    return {name: found.value, f"{name}_low": found.low, f"{name}_high": found.high}


def describe_kept(kept: Band) -> str:
    """'94.3 % (91.1-96.4 %)'."""
    return format_band(kept.value, kept.low, kept.high, "percent")


def describe_points(found: Difference) -> str:
    """'+4.4 pp (+0.4 pp to +7.8 pp)'."""
    if found.value is None or found.low is None or found.high is None:
        return "n/a"
    value, low, high = (
        format_value(each, "percent", is_change=True)
        for each in (found.value, found.low, found.high)
    )
    text = f"{value} ({low} to {high})"
    return NumberText(text, "share", value=found.value, low=found.low, high=found.high)
