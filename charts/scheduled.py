"""What is scheduled to end: a bar a week."""

from datetime import date

from analyses.formats import format_value
from analyses.scheduled import Scheduled, describe_ending, describe_scheduled, fill_weeks
from charts.bars import Bar, plot_bars
from charts.chart import Chart
from charts.theme import Mode
from metrics.periods import format_date


def chart_scheduled(scheduled: Scheduled, at: date, currency: str, mode: Mode = "light") -> Chart:
    """MRR that ends by week from the boundary `at` on; the marks carry the weeks' Mondays."""
    weeks = fill_weeks(scheduled, at)
    bars = [
        Bar(
            each.week.isoformat(),
            format_date(each.week),
            float(each.lost_mrr + each.smaller_mrr),
            describe_ending(each, currency) if each.lost or each.smaller else "",
        )
        for each in weeks
    ]
    title = describe_scheduled(scheduled, currency)
    money = format_value(float(scheduled.mrr), "currency", currency)
    return Chart(
        title=title,
        subtitle=(
            f"MRR that ends by week, named by its Monday, of customers who have cancelled; beside each bar "
            f"how many of them leave, then the MRR; n = {scheduled.lost:,} customers, {money}. As the terms stand now"
        ),
        figure=plot_bars(bars, mode),
        alt=". ".join([title, *(f"{bar.label}: {bar.words}" for bar in bars if bar.words)]),
        rows=[
            {
                "week": each.week,
                "customers_lost": each.lost,
                "mrr_lost": each.lost_mrr,
                "customers_paying_less": each.smaller,
                "mrr_less": each.smaller_mrr,
            }
            for each in scheduled.endings
        ],
    )
