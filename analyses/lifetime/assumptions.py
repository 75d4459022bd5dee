"""What lifetime value is computed with, as settings.toml has it, and how it is said."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import cast

import duckdb

from analyses.formats import format_value
from analyses.number_text import NumberText
from metrics.registry import Metric
from metrics.scope import Scope, set_variables

NOW = "now"
# What the definition of a metric that depends on assumptions fixes, whatever the settings say.
FIXED = {
    "eco_ltvcac": "first margin now, before acquisition cost",
    "eco_payback": "not discounted",
    "eco_payback_simple": "not discounted",
    "ltv_km": "first margin now, before acquisition cost",
    "ltv_simple": "no horizon, first margin at the end of month 1 if retained, before acquisition cost",
}
TIMINGS = {
    NOW: "first margin now, then each month while the customer stays",
    "end of month": "first margin at the end of month 1, if the customer is still there",
}
NOT_DEDUCTED = "before it: not deducted"
# The margin of those who pay at the end of a period; one who pays nothing has no share in it.
MARGINS = """
select
    customer_periods.breakdown,
    -- the share as it was set, not the last digits of a quotient
    coalesce(
        round(customer_periods.closing_margin / nullif(cast(customer_periods.closing_mrr as double), 0), 9),
        settings.gross_margin
    ) as gross_margin
from customer_periods
cross join settings
where customer_periods.period_start = $start
"""


@dataclass(frozen=True)
class Assumptions:
    """Shares of revenue and of a year, and whole months.

    gross_margin: of all, or the mean of a part, weighted by MRR (find_margins), where segments have
    their own (margin_by_segment). timing: one of TIMINGS, for what is projected; ltv_km counts the
    first margin now, ltv_simple at the end of month 1, whatever is set. after_cac: whether projected
    value is shown less acquisition cost.
    """

    gross_margin: float
    discount_yearly: float
    horizon_months: int
    timing: str = NOW
    after_cac: bool = False
    margin_by_segment: tuple[tuple[str, float], ...] = ()

    @property
    def discount_monthly(self) -> float:
        """(1 + yearly rate) ^ (1 / 12) - 1."""
        return (1 + self.discount_yearly) ** (1 / 12) - 1


def read_assumptions(settings: Mapping[str, object]) -> Assumptions:
    """From the row of the table `settings` that the build was made with."""
    by_segment = cast("dict[str, float]", settings["gross_margin_by_segment"])
    return Assumptions(
        float(str(settings["gross_margin"])),
        float(str(settings["discount_rate_yearly"])),
        int(str(settings["ltv_horizon_months"])),
        str(settings["ltv_timing"]),
        bool(settings["ltv_after_cac"]),
        tuple(by_segment.items()),
    )


def find_assumptions(cursor: duckdb.DuckDBPyConnection) -> Assumptions:
    """Those of a build, by its cursor."""
    values = cursor.execute("select * from settings").fetchone()
    assert values is not None, "a build has one row of settings"
    names = [column[0] for column in cursor.description or []]
    return read_assumptions(dict(zip(names, values, strict=True)))


def find_margins(
    cursor: duckdb.DuckDBPyConnection, grain: str, start: date, scope: Scope, breakdown: str | None
) -> dict[str | None, float]:
    """Gross margin, a share, of each value of a dimension (None: of all) at the end of the period
    that begins at start: sum of margin x MRR / sum of MRR; the general one where nobody pays."""
    set_variables(cursor, grain, scope, breakdown)
    return dict(cursor.execute(MARGINS, {"start": start}).fetchall())


def describe_assumptions(assumptions: Assumptions) -> str:
    """One line for pages, commands and files: 'gross margin 80 % (SMB 70 %), discount 10 % a year, ...'."""
    deducted = "after" if assumptions.after_cac else "before"
    return (
        f"{describe_margin(assumptions)}, discount {_percent(assumptions.discount_yearly)} a year, "
        f"horizon {assumptions.horizon_months} months, projected: first margin {assumptions.timing}, "
        f"{deducted} acquisition cost"
    )


def describe_assumed(metric: Metric, assumptions: Assumptions) -> str | None:
    """What a metric's numbers are computed with, for every file and table that holds one; None for
    a metric whose header names none of these settings."""
    said = {
        "gross_margin": describe_margin(assumptions),
        "discount_rate_yearly": f"discount {_percent(assumptions.discount_yearly)} a year",
        "ltv_horizon_months": f"horizon {assumptions.horizon_months} months",
    }
    used = [text for key, text in said.items() if key in metric.settings]
    if not used:
        return None
    return ", ".join([*used, *(fixed for name, fixed in FIXED.items() if name == metric.id)])


def describe_margin(assumptions: Assumptions) -> str:
    """'gross margin 80 %', with the segments that have another one."""
    others = ", ".join(f"{name} {_percent(share)}" for name, share in assumptions.margin_by_segment)
    return f"gross margin {_percent(assumptions.gross_margin)}" + (f" ({others})" if others else "")


def list_assumptions(
    assumptions: Assumptions, months: int | None, mrr: float | None, customers: int, currency: str,
    versions: tuple[int, int],
) -> list[dict[str, str]]:  # fmt: skip
    """What each model assumes, one row an assumption; versions are those of the two metrics."""
    monthly = f"a year ({100 * assumptions.discount_monthly:.3f} % a month)"
    counted = "n/a" if months is None else format_months(months)
    paid = "n/a: no customer at the end of the quarter"
    if mrr is not None:
        average = f"a month: the average of today, n = {customers:,} customers"
        paid = _say(format_value(mrr, "currency", currency), average)
    longest = NumberText(
        format_months(assumptions.horizon_months), "months", value=assumptions.horizon_months
    )
    level = NumberText("95 %,", "share", value=0.95)
    short = months is not None and months < assumptions.horizon_months
    treated = "after it: deducted, where it is known" if assumptions.after_cac else NOT_DEDUCTED
    # An empty cell says what the one before it says.
    rows = [
        ("model and version", f"Kaplan-Meier over observed tenure (ltv_km, version {versions[0]})",
         "the same, beyond it shifted-beta-geometric (sBG)",
         f"constant retention m r / (1 + d - r) (ltv_simple, version {versions[1]})"),
        ("revenue or margin", "margin", "", ""),
        ("gross margin", _say_margin(assumptions), "", ""),
        ("MRR of a customer", paid, "", ""),
        ("discount rate", _say(format_value(assumptions.discount_yearly, "percent"), monthly), "", ""),
        ("horizon", _say(longest, f"at most; {counted} counted, since no customer was watched longer"
         if short else "at most"), longest, "none: for ever"),
        ("timing", TIMINGS[NOW], TIMINGS[assumptions.timing],
         "first margin at the end of month 1, if retained"),
        ("acquisition cost", NOT_DEDUCTED, treated, NOT_DEDUCTED),
        ("whose value", "a new customer", "", "a customer of today: what is still to come"),
        ("beyond what was observed", "nothing is projected, so there is nothing to backtest",
         "projected where the model can be told and its backtest holds",
         "the churn of the last 13 weeks lasts for ever"),
        ("interval", _say(level, "sampling of the survival curve (Greenwood) and of the mean margin: not of "
         "margin share, discount or horizon"),
         _say(level, "bootstrap over customers: curve, fit and mean margin"), "none"),
    ]  # fmt: skip
    return [
        {
            "assumption": name,
            "by survival": one,
            "projected": two or one,
            "constant retention": three or two or one,
        }
        for name, one, two, three in rows
    ]


def _say(number: NumberText, words: str) -> NumberText:
    """'10 % a year': the number, and words that a file keeps beside it."""
    text = f"{number} {words}"
    return NumberText(text, number.unit, value=number.parts["value"], note=words)


def _say_margin(assumptions: Assumptions) -> NumberText:
    text = describe_margin(assumptions).removeprefix("gross margin ")
    others = ", ".join(f"{name} {_percent(share)}" for name, share in assumptions.margin_by_segment)
    note = f"but {others}" if others else None
    return NumberText(text, "share", value=assumptions.gross_margin, note=note)


def format_months(count: int) -> str:
    """'1 month', '34 months'."""
    return f"{count} month{'' if count == 1 else 's'}"


def _percent(share: float) -> str:
    return f"{round(100 * share, 6):g} %"
