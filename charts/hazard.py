"""Churn by tenure: a bar a band of months, with its interval."""

from collections.abc import Sequence

from analyses.hazard import Hazard, describe_hazard, describe_hazards
from charts.chart import Chart
from charts.interval_bars import IntervalBar, plot_interval_bars
from charts.theme import Mode


def chart_hazards(
    hazards: Sequence[Hazard], until: str, minimum: float, mode: Mode = "light", note: str = ""
) -> Chart:
    """Endings a customer-week by months since the start; few customer-weeks show counts alone.

    note: what else a reader must know of the stays.
    """
    bars: list[IntervalBar] = []
    for each in hazards:
        has_few = each.weeks < minimum
        bars.append(
            IntervalBar(
                each.label, each.label.capitalize(), None if has_few else each.rate,
                None if has_few else each.low, None if has_few else each.high,
                describe_hazard(each, minimum),
            )
        )  # fmt: skip
    title = describe_hazards(hazards, minimum)
    ended, weeks = sum(each.ended for each in hazards), sum(each.weeks for each in hazards)
    return Chart(
        title=title,
        subtitle=(
            f"Endings over customer-weeks at risk, by months since the start, all history up to {until}; "
            f"n = {ended:,} endings in {weeks:,.0f} customer-weeks; line: exact 95 % interval{note}. An ending "
            "with the last day of month 12 counts in the band that ends there"
        ),
        figure=plot_interval_bars(bars, ".1~%", mode),
        alt=". ".join([title, *(f"{bar.label}: {bar.words}" for bar in bars)]),
        rows=[
            {
                "months_since_start": each.label,
                "endings": each.ended,
                "customer_weeks": each.weeks,
                "endings_a_customer_week": each.rate,
                "low": each.low,
                "high": each.high,
            }
            for each in hazards
        ],
    )  # fmt: skip
