"""A change by its drivers: the reasons, the kinds of loss, the factors of a product, the moves."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import log

from analyses.formats import format_value, to_float
from analyses.lifetime.assumptions import find_assumptions, find_margins
from analyses.lifetime.observed import compute_months, find_curves, list_weights
from analyses.reasons import describe_reason_code
from analyses.velocity.snapshot import LABELS, METRICS
from analyses.why.exact import Ends, add_up, divide, split_product
from analyses.why.rows import count_moves, sum_by
from analyses.why.setting import Setting, find_factors
from analyses.why.tables import EFFECT, Row
from metrics.drills import span_of

MOVE_LABELS = {
    "up": "Moved up on evidence",
    "down": "Moved down on evidence",
    "expired": "Moved as old evidence ran out",
    "new": "New customers",
    "reactivated": "Won back",
    "churned": "Left",
}
KIND_LABELS = {
    "churned": ("How many left", "MRR of each who left"),
    "contraction": ("How many came to pay less", "By how much each came to pay less"),
}
DEAL_LABELS = ("How many deals were won", "Amount of each won deal")


def list_drivers(setting: Setting) -> list[Row]:
    """The rows of a headline; their effects sum to its change."""
    return FINDERS[setting.headline.key](setting)


def _list_reasons(setting: Setting) -> list[Row]:
    """Customers lost by stated reason, at the mean base; and what the base itself did to the rate."""
    found = sum_by(setting.cursor, setting.pair, "losses", "reason", "lost")
    groups: dict[str, Ends] = {}
    for name, (_, lost) in found.items():
        # A CRM may hold one reason in two spellings.
        label = f"Lost, {describe_reason_code(name).lower()}"
        groups[label] = add_up([groups[label], lost] if label in groups else [lost])
    return _over_base(setting, groups, "More or fewer customers at the start")


def _list_sides(setting: Setting) -> list[Row]:
    """What moves, arrivals and departures did to those for us less those against us, and the base."""
    spans = [
        span_of(setting.cursor, setting.pair.grain, each.start)
        for each in (setting.pair.before, setting.pair.after)
    ]
    moves = count_moves(setting.cursor, setting.pair, spans[0].closing_week, spans[1].closing_week)
    groups: dict[str, Ends] = {}
    for kind, _, _, net in moves:
        label = MOVE_LABELS[kind]
        known = groups.get(label, Ends(Fraction(0), Fraction(0)))
        groups[label] = Ends(Fraction(0), known.after + net)
    rows = _over_base(setting, groups, "More or fewer customers in all")
    return [
        Row(row.label, row.effects, "", f"{int(groups[row.label].after):+,}")
        if row.label in groups
        else row
        for row in rows
    ]


def _over_base(setting: Setting, groups: Mapping[str, Ends], base: str) -> list[Row]:
    """Effects of the parts of a numerator at the mean of 1 / n, and of n at the mean numerator."""
    factor = setting.headline.factors[0]
    assert factor.per is not None, "only a quotient has a base"
    amount, per = setting.numbers.ends(factor.amount), setting.numbers.ends(factor.per)
    inverse = Ends(1 / per.before, 1 / per.after)
    weight = setting.weights[factor.key]
    rows = [
        _row(label, ends.change * inverse.mean * weight, [_count(ends.before), _count(ends.after)])
        for label, ends in groups.items()
        if ends.before or ends.after
    ]
    effect = amount.mean * inverse.change * weight
    return [*rows, _row(base, effect, [_count(per.before), _count(per.after)])]


def _list_kinds(setting: Setting) -> list[Row]:
    """Losses by kind: how many there were, and how large each was."""
    found = sum_by(setting.cursor, setting.pair, "lost_revenue", "kind", "amount")
    return [
        row
        for kind, ends in found.items()
        for row in _count_and_size(KIND_LABELS[kind], ends, setting)
    ]


def _list_deals(setting: Setting) -> list[Row]:
    """How many deals were won, and how large each was."""
    found = sum_by(setting.cursor, setting.pair, "period_won_deals", "kind", "amount").values()
    ends = add_up(count for count, _ in found), add_up(amount for _, amount in found)
    return _count_and_size(DEAL_LABELS, ends, setting)


def _count_and_size(
    labels: tuple[str, str], ends: tuple[Ends, Ends], setting: Setting
) -> list[Row]:
    """How many and how large; where one end has none, all of the change is how many."""
    count, amount = ends
    of_size, of_count = split_product(amount, count)
    texts = [_count(count.before), _count(count.after)]
    rows = [_row(labels[0], of_count, texts)]
    if count.before and count.after:
        size = divide(amount, count)
        assert size is not None, "there are some at both ends"
        rows.append(_row(labels[1], of_size, _money(size, setting)))
    return rows


def _list_factors(setting: Setting) -> list[Row]:
    """The four drivers of velocity, each at what its change comes to."""
    ends = find_factors(setting.numbers, setting.headline)
    rows: list[Row] = []
    for factor in setting.headline.factors:
        texts = [
            format_value(to_float(each.value), each.unit, setting.currency) if each else ""
            for each in setting.numbers.records(METRICS[factor.key])
        ]
        effect = ends[factor.key].change * setting.weights[factor.key]
        rows.append(_row(LABELS[factor.key], effect, texts))
    return rows


def _list_lifetime(setting: Setting) -> list[Row]:
    """MRR per customer; its margin, where segments have their own; how long customers stay; and the
    months that are observed for the first time.

    The multiple of MRR is the margin times a sum over months. Those beyond the shorter of the two
    histories are the longer history's; the rest is survival. The order is forced: nobody knows a
    survival unobserved.
    """
    mrr = find_factors(setting.numbers, setting.headline)["mrr"]
    months, multiples, sums, share = _read_multiples(setting)
    margins = _read_margins(setting)
    mixed = setting.rest * _share_of_margin(margins, sums)
    longer = (setting.rest - mixed) * share
    stays = [f"{each:.2f} months of margin" for each in multiples]
    of_margin = [
        _row(
            "Gross margin of the mix of segments",
            mixed,
            [f"{100 * each:.2f} %" for each in margins],
        )
    ]
    return [
        _row("MRR per customer", mrr.change * setting.weights["mrr"], _money(mrr, setting)),
        *(of_margin if margins[0] != margins[1] else []),
        _row("How long customers stay", setting.rest - mixed - longer, stays),
        _row("Months observed for the first time", longer, [f"{each} months" for each in months]),
    ]


def _read_margins(setting: Setting) -> list[float]:
    """The mean gross margin, weighted by MRR, at both ends."""
    pair = setting.pair
    return [
        find_margins(setting.cursor, pair.grain, period.start, pair.scope, None)[None]
        for period in (pair.before, pair.after)
    ]


def _share_of_margin(margins: Sequence[float], sums: Sequence[float]) -> Fraction:
    """What share of the change of margin x sum of months is the margin's, by logarithms as in LMDI."""
    if min(*margins, *sums) <= 0:
        return Fraction(0)
    of_margin, of_months = log(margins[1] / margins[0]), log(sums[1] / sums[0])
    whole = of_margin + of_months
    return Fraction(of_margin / whole) if whole else Fraction(0)


def _read_multiples(setting: Setting) -> tuple[list[int], list[float], list[float], Fraction]:
    """Months at both ends, multiples over the months of both and over those of each, and what share
    of the whole multiple's change is months of one end only."""
    assumptions = find_assumptions(setting.cursor)
    months: list[int] = []
    weights: list[list[float]] = []
    for period in (setting.pair.before, setting.pair.after):
        curve = find_curves(setting.cursor, period.end, setting.pair.scope, None)[None]
        months.append(compute_months(curve, assumptions))
        weights.append(list_weights(curve, assumptions))
    multiples = [sum(each[: min(months)]) for each in weights]
    sums = [sum(each) for each in weights]
    change = sums[1] - sums[0]
    longer = change - (multiples[1] - multiples[0])
    return months, multiples, sums, Fraction(longer / change) if change else Fraction(0)


def _list_moves(setting: Setting) -> list[Row]:
    """Moves on evidence by the tier that was reached."""
    spans = [
        span_of(setting.cursor, setting.pair.grain, each.start)
        for each in (setting.pair.before, setting.pair.after)
    ]
    groups: dict[str, list[int]] = {}
    for place, span in enumerate(spans):
        moves = count_moves(setting.cursor, setting.pair, span.opening_week, span.closing_week)
        for kind, state, customers, _ in moves:
            if kind in ("up", "down"):
                verb = "Rose" if kind == "up" else "Fell"
                counts = groups.setdefault(f"{verb} to {state.replace('_', ' ')}", [0, 0])
                counts[place] += customers
    return [
        _row(
            label,
            Fraction((after - before) * (1 if label.startswith("Rose") else -1)),
            [f"{before:,}", f"{after:,}"],
        )
        for label, (before, after) in groups.items()
    ]


def _row(label: str, effect: Fraction, texts: Sequence[str]) -> Row:
    return Row(label, {EFFECT: effect}, texts[0], texts[1])


def _money(ends: Ends, setting: Setting) -> list[str]:
    return [
        format_value(float(each), "currency", setting.currency)
        for each in (ends.before, ends.after)
    ]


def _count(number: Fraction) -> str:
    return f"{int(number):,}"


FINDERS: dict[str, Callable[[Setting], list[Row]]] = {
    "churn": _list_reasons,
    "revenue_lost": _list_kinds,
    "velocity": _list_factors,
    "lifetime_value": _list_lifetime,
    "advocacy": _list_sides,
    "movement": _list_moves,
    "won": _list_deals,
}
