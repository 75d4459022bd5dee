"""A budget case as plain numbers, one a row, from which somebody else can compute it again."""

from collections.abc import Iterator, Mapping

from analyses.budget.case import Assumption, Case
from analyses.budget.evidence import describe_evidence
from analyses.budget.grounds import Ground, Reach
from analyses.budget.model import Outcome, compute_cut, compute_next, compute_outcome, take
from analyses.budget.uncertainty import draw_npvs, list_assumptions, list_bars
from analyses.formats import format_value
from metrics.periods import label_period

Row = dict[str, object]
COLUMNS = ("part", "programme", "name", "value", "low", "high", "unit", "kind", "source")
UNITS = {
    "cost": "currency", "effect": "percent", "margin": "currency", "persistence": "percent",
    "discount": "percent", "npv": "currency", "gain": "currency", "kept": "customers",
    "worth": "currency", "irr": "percent", "roi": "ratio", "payback": "years",
    "break_even": "customers", "break_even_customers": "customers",
}  # fmt: skip
OUTCOMES = tuple(UNITS)[5:]


def list_ground_rows(grounds: Mapping[str, Ground]) -> list[Row]:
    """What the data know of each programme; value is empty where they do not, source says why."""
    return [row for each in grounds.values() for row in _list_ground(each)]


def list_case_rows(
    case: Case, reach: Reach | None = None, without: Mapping[str, Case] | None = None
) -> list[Row]:
    """What was assumed, what follows, and how wrong it can be. value of a range is its base.

    reach adds the customers that two programmes share, without (the case without each key) what is
    lost if a line is cut: of a case that was saved, neither is known.
    """
    return [
        *_list_assumed(case),
        *_list_outcomes(case),
        *_list_uncertain(case),
        *_list_next(case),
        *_list_shared(reach),
        *_list_cuts(case, without or {}),
    ]


def write_row(row: Row, currency: str) -> Row:
    """The same for people: its numbers in the words of their unit."""

    def say(value: object) -> str:
        if not isinstance(value, int | float):
            return ""
        unit = str(row["unit"])
        shown = (
            unit
            if unit in ("currency", "percent")
            else "count"
            if isinstance(value, int)
            else "ratio"
        )
        return f"{format_value(value, shown, currency)}{' years' if unit == 'years' else ''}"

    numbers = {name: say(row[name]) for name in ("value", "low", "high")}
    told = {name: str(row[name]).replace("_", " ") for name in ("programme", "name")}
    return told | numbers | {"kind": row["kind"], "source": row["source"]}


def _list_ground(ground: Ground) -> Iterator[Row]:
    key, evidence, spent = ground.kind.key, ground.evidence, ground.spent
    yield _row(
        "programme", key, "pool", ground.pool, "customers", source=ground.lacking or ground.kind.who
    )
    if not ground.pool:
        return
    yield _row(
        "programme",
        key,
        "reachable",
        ground.reachable,
        "customers",
        source="of the pool, in a year",
    )
    for name, known in (("margin", ground.margin), ("persistence", ground.persistence)):
        yield _assumed("programme", key, name, known)
    left = ground.left
    yield _row(
        "programme", key, "left", left.value, "percent", left.low, left.high, "own data",
        ground.anyway or "nobody stood so 52 weeks ago",
    )  # fmt: skip
    told = describe_evidence(evidence)
    found = evidence.found
    if found is None:
        yield _row("programme", key, "effect", None, "percent", source=told)
    else:
        yield _row(
            "programme",
            key,
            "effect",
            found.value,
            "percent",
            found.low,
            found.high,
            "own data",
            told,
        )
    told = f"no cost with the purpose {ground.kind.purpose} in twelve months"
    if spent:
        first, last = (
            label_period("month", each) for each in (spent.first_month, spent.last_month)
        )
        told = f"purpose {spent.purpose}, {first} to {last}, {spent.cost_months} months with a cost"
    yield _row("programme", key, "spent", spent.amount if spent else None, "currency", source=told)


def _list_assumed(case: Case) -> Iterator[Row]:
    yield _row("case", "", "budget", case.budget, "currency")
    yield _row("case", "", "years", case.years, "years")
    for each in case.programmes:
        yield _row("case", each.key, "pool", each.pool, "customers")
        yield _row("case", each.key, "reached", each.reached, "customers", source="by lot")
        yield _row(
            "case", each.key, "counted", each.counted, "customers",
            source="of reached, by no programme before",
        )  # fmt: skip
        yield _row("case", each.key, "counterfactual", None, "", source=each.counterfactual)
    for _, key, part, assumption in list_assumptions(case):
        yield _assumed("case", key or "", part, assumption)


def _list_outcomes(case: Case) -> Iterator[Row]:
    cases = {"": case} | {each.key: take(case, each.key) for each in case.programmes}
    for key, part in cases.items():
        yield from _list_outcome(key, compute_outcome(part))


def _list_outcome(key: str, outcome: Outcome) -> Iterator[Row]:
    for name in OUTCOMES:
        yield _row("outcome", key, name, getattr(outcome, name), UNITS[name])
    for year, flow in enumerate(outcome.flows):
        yield _row("outcome", key, f"cash flow of year {year}", flow, "currency")


def _list_uncertain(case: Case) -> Iterator[Row]:
    for bar in list_bars(case):
        yield _row(
            "tornado", bar.key or "", bar.part, bar.width, "currency", bar.at_low, bar.at_high
        )
    found = draw_npvs(case)
    told = f"{len(found.npvs):,} seeded draws from triangles"
    yield _row(
        "draws",
        "",
        "npv",
        found.median,
        "currency",
        found.low,
        found.high,
        source=f"{told}, 5 to 95 %",
    )
    yield _row("draws", "", "mean npv", found.mean, "currency", source=told)
    yield _row("draws", "", "npv below 0", found.loss_share, "percent", source=told)


def _list_next(case: Case) -> Iterator[Row]:
    for each in case.programmes:
        found = compute_next(case, each.key)
        if found is None:
            yield _row(
                "next 10,000", each.key, "npv", None, "currency", source="a customer has no cost"
            )
            continue
        for name, unit in (
            ("customers", "customers"), ("spent", "currency"), ("gain", "currency"), ("npv", "currency"),
        ):  # fmt: skip
            yield _row("next 10,000", each.key, name, getattr(found, name), unit)


def _list_shared(reach: Reach | None) -> Iterator[Row]:
    for (key, other), customers in (reach.both if reach else {}).items():
        yield _row("reached by both", key, other, customers, "customers")


def _list_cuts(case: Case, without: Mapping[str, Case]) -> Iterator[Row]:
    for key, rest in without.items():
        cut = compute_cut(case, rest)
        for name, unit in (
            ("kept", "customers"), ("gain", "currency"), ("saved", "currency"), ("npv", "currency"),
        ):  # fmt: skip
            yield _row("lost if cut", key, name, getattr(cut, name), unit)


def _assumed(part: str, key: str, name: str, known: Assumption | None) -> Row:
    if known is None:
        return _row(part, key, name, None, UNITS[name], source="the data do not tell")
    found = known.range
    return _row(
        part, key, name, found.base, UNITS[name], found.low, found.high, known.kind, known.source
    )


def _row(
    part: str, programme: str, name: str, value: object, unit: str, low: float | None = None,
    high: float | None = None, kind: str = "", source: str = "",
) -> Row:  # fmt: skip
    values = (part, programme, name, value, low, high, unit, kind, source)
    return dict(zip(COLUMNS, values, strict=True))
