"""The definitions of customer churn as bars, each with its interval and its counts."""

from analyses.variants import Variant, describe_variant, describe_variants
from charts.chart import Chart
from charts.interval_bars import IntervalBar, plot_interval_bars
from charts.theme import Mode


def chart_variants(variants: tuple[Variant, ...], when: str, mode: Mode = "light") -> Chart:
    """One bar a definition, on one scale; the marks carry the definitions' keys."""
    bars = [
        IntervalBar(
            each.definition.key, each.definition.label, None if each.has_few else each.value,
            each.low, each.high, describe_variant(each),
        )
        for each in variants
    ]  # fmt: skip
    title = describe_variants(variants)
    own = variants[0]
    return Chart(
        title=title,
        subtitle=(
            f"Customer churn by six definitions, {when}; n = {own.base or 0:,.0f} customers at the start; "
            "line: 95 % interval, Wilson's of lost of the start, exact Poisson's of endings, which may outnumber "
            "their base: so the same counts have two"
        ),
        figure=plot_interval_bars(bars, ".1~%", mode),
        alt=". ".join([title, *(f"{bar.label}: {bar.words}" for bar in bars)]),
        rows=[
            {
                "definition": each.definition.label,
                "used_by": each.definition.who,
                "counted": each.counted,
                "what_is_counted": each.definition.counted,
                "base": each.base,
                "what_is_the_base": each.definition.base,
                "churn": None if each.has_few else each.value,
                "low": each.low,
                "high": each.high,
                "metric": each.definition.metric,
            }
            for each in variants
        ],
    )
