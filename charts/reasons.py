"""Why customers left: a bar a reason."""

from collections.abc import Sequence

from analyses.formats import format_value
from analyses.reasons import NOT_STATED, Reason, describe_reason_code, describe_reasons
from charts.bars import Bar, plot_bars
from charts.chart import Chart
from charts.theme import Mode


def chart_reasons(
    reasons: Sequence[Reason], when: str, currency: str, mode: Mode = "light"
) -> Chart:
    """Customers lost by reason, with the MRR that ended; what is not stated is lighter, and last."""
    lost = sum(each.lost for each in reasons)
    mrr = sum(float(each.mrr) for each in reasons)
    bars = [
        Bar(
            each.reason,
            describe_reason_code(each.reason),
            each.lost,
            f"{each.lost:,} · {format_value(float(each.mrr), 'currency', currency)}",
            each.reason != NOT_STATED,
        )
        for each in reasons
    ]
    title = describe_reasons(reasons)
    return Chart(
        title=title,
        subtitle=(
            f"Customers lost, and the MRR that ended, by reason given, in {when}; "
            f"n = {lost:,} lost, {format_value(mrr, 'currency', currency)}"
        ),
        figure=plot_bars(bars, mode),
        alt=". ".join([title, *(f"{bar.label}: {bar.words}" for bar in bars)]),
        rows=[
            {"reason": each.reason, "lost_customers": each.lost, "mrr_that_ended": each.mrr}
            for each in reasons
        ],
        metric="cust_lost",
    )
