"""A change in words: what moved, the parts that matter most, and that the parts add up."""

from decimal import Decimal

from analyses.formats import format_value
from analyses.velocity.snapshot import FEW
from analyses.why.explain import Why
from analyses.why.pair import describe_before
from analyses.why.tables import EFFECT, By, Part, Split

# The nearest to a person first, each with what leads to its name in a sentence.
NAMED: dict[By, str] = {"account": "", "segment": " in", "driver": ":"}
BASE = (
    "Each kind: the change in how many there are, as a share of the customers, the share taken at either end and "
    "averaged. More or fewer customers: what their number alone did to the rate."
)
HOW_MANY = (
    "How many: what more or fewer of them did, each of the average size of both ends. How large: what their size did, "
    "at the average number of both ends. Where one end has none, all of it is how many."
)
METHODS = {
    "churn": BASE,
    "advocacy": BASE,
    "revenue_lost": HOW_MANY,
    "won": HOW_MANY,
    "movement": "Customers who moved on evidence, by the tier that they reached.",
    "velocity": "What the change of each driver did, by logarithmic mean (LMDI), by Shapley value where one is 0.",
    "lifetime_value": "MRR per customer and the multiple of it by logarithmic mean (LMDI); months beyond the "
    "shorter of the two histories stand apart from survival within it.",
}
OF_QUOTIENT = (
    "An account that does as all do on average takes no part in a change; one that does better or worse takes the "
    "more, the further it is from the average."
)
OF_DEALS = (
    "Each open deal counts as one, each that was won or lost by how far it is from the average of all in size, "
    "outcome and days."
)
OF_SLICE = "A segment's effect is the sum of its accounts'."
OF_SUM = "What an account came to, less what it came to before."
OF_SLICED_SUM = "What each came to, less what it came to before."
OF_FLOW = (
    "Own rate: what the change of its own rate did, at the average of its size before and after."
)
OF_SPEED = (
    "The change of each one's own velocity. Velocity is a product of averages over all deals and no sum of its parts: "
    "the shift is the rest of the change of the whole, and moves when deals of one take the place of another's."
)
OF_COLUMNS = {
    "rate": "Own rate: what the change of its own rate did, at the average of its share of all before and after.",
    "mix": "Mix: what the change of its share did, by how far its rate is from that of all.",
    "size": "Size: what the change of its size did, at the average of its rate before and after.",
    "other": "All together: what is one for all and no segment's own.",
}


def format_exact(number: Decimal, unit: str, currency: str = "", is_change: bool = True) -> str:
    """All digits that a part is kept with: '-0.242 pp', '+EUR 1,234.56', '0.403 %' where it is no change."""
    sign = "-" if number < 0 else "+" if number > 0 and is_change else ""
    size = abs(number)
    if unit == "percent":
        return f"{sign}{100 * size:.3f} {'pp' if is_change else '%'}"
    if unit == "points":
        return f"{sign}{size:.3f} points"
    if unit == "count":
        return f"{sign}{size:,.0f}" if size == size.to_integral_value() else f"{sign}{size:,.2f}"
    per = " / day" if unit == "currency_per_day" else ""
    return f"{sign}{f'{currency} {size:,.2f}'.strip()}{per}"


def describe_unit(why: Why) -> str:
    """The unit of an effect as a heading says it: 'pp', 'EUR', 'EUR / day'; empty for a count."""
    units = {"percent": "pp", "points": "points", "count": ""}
    per = " / day" if why.headline.unit == "currency_per_day" else ""
    return units.get(why.headline.unit, f"{why.currency}{per}".strip(" /"))


def format_cell(number: Decimal, unit: str) -> str:
    """An effect where a heading says the unit: '-0.242', '+1,234.56'."""
    sign = "-" if number < 0 else "+" if number > 0 else ""
    size = abs(100 * number) if unit == "percent" else abs(number)
    return f"{sign}{size:,.3f}" if unit in ("percent", "points") else f"{sign}{size:,.2f}"


def describe_change(why: Why) -> str:
    """'Customer churn 0.2 %, 0.24 pp less than the week before', or why there is nothing to explain."""
    headline = why.headline
    if why.before is None or why.after is None:
        return f"{headline.label}: {why.reason}."
    # A net number without its sign reads as one that cannot be below 0.
    is_net = headline.key == "movement"
    value = format_value(float(why.after), headline.unit, why.currency, is_change=is_net)
    return f"{headline.label} {value}, {_compare(why)}"


def describe_why(why: Why) -> str:
    """The change and, of each table, the part that took most of it in its direction."""
    parts = describe_parts(why)
    return " ".join(filter(None, [f"{describe_change(why).rstrip('.')}.", parts]))


def describe_parts(why: Why) -> str:
    """'Largest part by driver: how many left (-EUR 8,418.83); by segment: ...'; empty without any, and
    where too few deals were won to name one."""
    if why.doubt == FEW:
        return ""
    parts = [
        f"{name_split(why, split).lower()}: {_lower(part.label) if split.by == 'driver' else part.label}"
        f" ({format_exact(part.effect, why.headline.unit, why.currency)})"
        for split in why.splits
        if (part := _find_largest(why, split)) is not None
    ]
    return f"Largest part {'; '.join(parts)}." if parts else ""


def describe_caution(why: Why) -> str:
    """Why the change must be read with care; empty where it need not."""
    if why.few:
        return f"Beware: {why.few}."
    return f"Beware: {why.doubt}." if why.doubt else ""


def describe_step(why: Why) -> str:
    """'EUR 17.7 k less than the week before', 'as the week before', or why there is no telling."""
    return why.reason if why.change is None else _compare(why)


def describe_because(why: Why) -> str:
    """'EUR 17.7 k less than the week before, above all Acme (-EUR 15.7 k)' to end a sentence with.

    Named is the part nearest to a person that takes more than half of the change: an account, else a segment,
    else a driver; nobody where chance alone may have made the change. Empty where there is no value.
    """
    if why.change is None:
        return ""
    if why.doubt:
        return f"{_compare(why)} (not distinguishable)"
    for split in sorted(why.splits, key=lambda each: list(NAMED).index(each.by)):
        part = _find_largest(why, split)
        if why.change and part is not None and abs(part.effect) > abs(why.change) / 2:
            size = format_value(float(part.effect), why.headline.unit, why.currency, is_change=True)
            name = _lower(part.label) if split.by == "driver" else part.label
            return f"{_compare(why)}, above all{NAMED[split.by]} {name} ({size})"
    return _compare(why)


def describe_sum(why: Why, split: Split) -> str:
    """That the rows sum to the change, as they are printed; or by how much they do not."""
    headline, currency = why.headline, why.currency
    before, after = (
        format_exact(each or Decimal(0), headline.unit, currency, is_change=False)
        for each in (why.before, why.after)
    )
    total = format_exact(split.total, headline.unit, currency)
    rows = f"{len(split.parts):,} rows sum" if len(split.parts) != 1 else "1 row comes"
    if split.holds:
        return f"The {rows} to {total}, exactly the change from {before} to {after}."
    missing = format_exact(split.change - split.total, headline.unit, currency)
    return (
        f"The {rows} to {total}; the change from {before} to {after} is {missing} away from that."
    )


def describe_split(why: Why, split: Split) -> str:
    """'By segment: enterprise -EUR 15,725.38 of -EUR 17,726.16', the message of one table."""
    part = _find_largest(why, split)
    name = name_split(why, split)
    if part is None or not why.change:
        return f"{name}: the parts cancel out" if split.parts else f"{name}: nothing moved"
    sizes = [
        format_exact(each, why.headline.unit, why.currency) for each in (part.effect, why.change)
    ]
    return f"{name}: {part.label} {sizes[0]} of {sizes[1]}"


def describe_method(why: Why, split: Split) -> str:
    """What an effect of this table is, column by column."""
    headline = why.headline
    is_quotient = any(factor.per for factor in headline.factors)
    if split.by == "driver":
        return METHODS[headline.key]
    if split.by == "account":
        if headline.key == "velocity":
            return OF_DEALS
        return f"{OF_QUOTIENT if is_quotient else OF_SUM} {OF_SLICE}"
    if split.columns == (EFFECT,):
        return OF_SPEED
    if len(split.columns) == 1:
        return OF_SLICED_SUM
    told = [text for column, text in OF_COLUMNS.items() if column in split.columns]
    if "mix" not in split.columns and "rate" in split.columns:
        told[0] = OF_FLOW
    return " ".join(told)


def name_split(why: Why, split: Split) -> str:
    """'By driver', 'By segment', 'By account'."""
    return f"By {(why.dimension or '').replace('_', ' ') if split.by == 'segment' else split.by}"


def _find_largest(why: Why, split: Split) -> Part | None:
    """The part with the largest effect in the direction of the change; no row of all others."""
    sign = -1 if why.change is not None and why.change < 0 else 1
    named = [part for part in split.parts if not part.is_rest and sign * part.effect > 0]
    return max(named, key=lambda part: sign * part.effect, default=None)


def _compare(why: Why) -> str:
    """'0.24 pp less than the week before', 'as the week before'."""
    change, held = why.change, describe_before(why.pair)
    if not change:
        return f"as {held}"
    unit = why.headline.unit
    size = format_value(abs(float(change)), unit, why.currency, is_change=True).removeprefix("+")
    return f"{size} {'less' if change < 0 else 'more'} than {held}"


def _lower(label: str) -> str:
    """A driver's label inside a sentence; 'MRR per customer' stays as it is."""
    return label if label[:2].isupper() else f"{label[:1].lower()}{label[1:]}"
