"""A metric's definition as text: what it means, how it is computed, on what it depends."""

from collections.abc import Mapping

from exports.tables import clean
from metrics.registry import Metric

INTERVALS = {
    "wilson": "95 %, Wilson score",
    "poisson": "95 %, exact Poisson",
    "nps": "95 %, normal, by the variance of one answer",
}
# Of a metric whose SQL computes it, by id: a test holds that each has its words.
RETURNED = {
    "churn_logo_13w_cum": "95 %, by Greenwood's variance, log(-log)",
    "churn_logo_ann": "95 %, Wilson score of the period's rate, its ends compounded as the rate is",
    "flow_net": "95 %, normal, of customers who each count 1, 0 or -1",
    "ret_km": "95 %, by Greenwood's variance, log(-log)",
    "ret_rmst": "95 %, normal, by Greenwood's variance",
    "vel_win_cif": "95 %, by the variance of Aalen and Johansen's curve (delta method), log(-log)",
}
# Why a metric of this unit has none, where it has none.
NO_INTERVAL = {
    "percent": "none: a share of money, which is no number of independent cases",
    "count": "none: counted in full; whether it moved is for its normal range to say",
    "months": "none: a quotient of money",
    "days": "none: a mean of times, whose median has one where a page shows it",
    "ratio": "none: a mean of a scale",
    "currency": "none: money is no number of independent cases",
    "currency_per_day": "none: money is no number of independent cases",
}
# Where the number itself has none, but what stands around it on the pages does.
ELSEWHERE = {
    "eco_ltvcac": "none in `show`; its page computes 95 % from that of the value, CAC taken as given",
    "ltv_km": "none in `show`; its card and page compute 95 % from the survival curve behind it",
}
_GOOD = {"up": "up is good", "down": "down is good", "none": "neither way is good"}


def describe_interval(metric: Metric) -> str:
    """How the metric's interval is computed, or why it has none."""
    if metric.id in ELSEWHERE:
        return ELSEWHERE[metric.id]
    known = (
        RETURNED.get(metric.id) if metric.interval == "returned" else INTERVALS.get(metric.interval)
    )
    return known or NO_INTERVAL.get(metric.unit, "none")


def to_text(metric: Metric, settings: Mapping[str, str] | None, basis: str | None = None) -> str:
    """The definition for a terminal. settings: those of the build by key, None without a build.

    basis is on what its numbers rest in this build, where that is to be said.
    """
    lines = [f"{metric.label} ({metric.id}, version {metric.version})", "", metric.definition, ""]
    if basis:
        lines += [f"In this build: {basis} (docs/decisions.md, 15).", ""]
    lines += [f"{name:11}{text}" for name, text in _facts(metric)]
    lines += ["", "Settings of the build that it depends on:"]
    lines += [f"    {line}" for line in _settings(metric, settings)]
    lines += ["", "Worked example:"]
    for view, text in metric.example.tables:
        lines += [f"    {view}", *(f"        {line}" for line in text.strip().splitlines())]
    for member, start, value in metric.example.expect:
        name = metric.id if member is None else f"{metric.id}, {member}"
        lines.append(f"    {name}, {start}: {'n/a' if value is None else f'{value:.10g}'}")
    lines += [
        "",
        "SQL, which runs as it is in a DuckDB shell on the published file:",
        "",
        metric.sql,
    ]
    return clean("\n".join(lines)) + "\n"


def _facts(metric: Metric) -> list[tuple[str, str]]:
    by_member = [f"{member}: {_GOOD[good]}" for member, good in metric.good_by_member]
    return [
        ("Formula", metric.formula),
        ("Unit", metric.unit + (" (shown as 100 x a share)" if metric.unit == "percent" else "")),
        ("Direction", ", ".join(by_member) or _GOOD[metric.good]),
        ("Interval", describe_interval(metric)),
        ("Not for", metric.caveat),
        ("Views", ", ".join(metric.views)),
        ("Tables", ", ".join(metric.tables)),
        ("Source", metric.source),
        ("Owner", metric.owner),
    ]


def _settings(metric: Metric, settings: Mapping[str, str] | None) -> list[str]:
    if not metric.settings:
        return ["none"]
    if settings is None:
        return [f"{key} (nothing is built yet)" for key in metric.settings]
    return [f"{key} = {settings.get(key, 'not set')}" for key in metric.settings]
