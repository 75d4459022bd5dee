"""Spend by purpose over quarters as stacked columns, and of one quarter by channel."""

from collections.abc import Sequence
from typing import Any

from analyses.formats import format_value
from analyses.spend import METRIC, NO_CHANNEL, PURPOSES, Spend
from charts.bars import Bar, plot_bars
from charts.chart import Chart
from charts.theme import PALETTES, Mode, Palette, annotate, frame
from metrics.periods import label_period

HEIGHT = 300
LABEL_PIXELS = 15  # a label needs so much of the height
LABELS_TO = 0.82  # of the width the columns take


def chart_spend(
    spend: Spend, title: str, currency: str, first_month: int = 1, mode: Mode = "light"
) -> Chart:
    """A column a quarter from zero; each purpose is named beside the last one."""
    palette = PALETTES[mode]
    names = [label_period("quarter", each, first_month) for each in spend.quarters]
    totals = [float(spend.total(each)) for each in spend.quarters]
    top = 1.12 * max(totals, default=0.0) or 1.0
    layout = frame(mode, HEIGHT, margin=(8, 4, 8, 30))
    layout["barmode"], layout["bargap"] = "stack", 0.3
    layout["xaxis"] |= {"type": "category", "domain": [0, LABELS_TO], "tickfont": {"size": 11}}
    layout["yaxis"] |= {"range": [0, top], "visible": False, "tickformat": "~s"}
    layout["annotations"] = [
        *_name_purposes(spend, palette, top),
        *(
            annotate(
                format_value(total, "currency"), x=name, y=total, yanchor="bottom",
                font={"color": palette.ink, "size": 11},
            )
            for name, total in zip(names, totals, strict=True)
        ),
    ]  # fmt: skip
    count = spend.costs[spend.quarters[-1]]
    last = ", ".join(
        f"{name} {format_value(total, 'currency')}"
        for name, total in zip(names, totals, strict=True)
    )
    return Chart(
        title,
        f"Costs in {currency or 'one currency'} by purpose and quarter, n = {count:,} costs in {names[-1]}; "
        "a column is the sum of what is known.",
        {"data": [_stack(spend, each, names, palette) for each in PURPOSES], "layout": layout},
        f"{title}. In total {last}.",
        [
            {
                "quarter": name,
                **{purpose: spend.amounts[purpose][start] for purpose in PURPOSES},
                "known in total": spend.total(start),
            }
            for name, start in zip(names, spend.quarters, strict=True)
        ],
        METRIC,
    )


def chart_channels(
    spend: Spend, currency: str, first_month: int = 1, mode: Mode = "light"
) -> Chart:
    """A bar a channel and purpose of the newest quarter, the largest first; a click returns the channel."""
    quarter = spend.quarters[-1]
    name = label_period("quarter", quarter, first_month)
    shown = sorted(
        (each for each in spend.channels if each.amounts.get(quarter)),
        key=lambda each: (-each.amounts[quarter], each.name, each.purpose),
    )
    bars = [
        Bar(
            each.name,
            f"{each.name} ({each.purpose})",
            float(each.amounts[quarter]),
            format_value(float(each.amounts[quarter]), "currency", currency),
            each.name != NO_CHANNEL,
        )
        for each in shown
    ]
    whole = format_value(sum(bar.value for bar in bars), "currency", currency)
    title = (
        f"Most went to {bars[0].label} in {name}: {bars[0].words} of {whole}"
        if bars
        else f"No channel took anything in {name}"
    )
    rows = [
        {
            "channel": each.name,
            "purpose": each.purpose,
            **{
                label_period("quarter", start, first_month): each.amounts.get(start)
                for start in spend.quarters
            },
        }
        for each in spend.channels
    ]
    return Chart(
        title,
        f"Costs by channel and purpose in {name}, n = {spend.costs[quarter]:,} costs; "
        "what they took, not what they brought.",
        plot_bars(bars, mode),
        ". ".join([title, *(f"{bar.label}: {bar.words}" for bar in bars)]),
        rows,
    )


def _stack(spend: Spend, purpose: str, names: Sequence[str], palette: Palette) -> dict[str, Any]:
    amounts = [spend.amounts[purpose][each] for each in spend.quarters]
    return {
        "type": "bar",
        "name": purpose,
        "x": list(names),
        "y": [None if each is None else float(each) for each in amounts],
        "marker": {"color": _shade(purpose, palette)},
        "customdata": [f"{purpose} {name}" for name in names],
        "text": [
            format_value(None if each is None else float(each), "currency") for each in amounts
        ],
        "textposition": "none",
        "hovertemplate": f"%{{x}}, {purpose}: %{{text}}<extra></extra>",
    }


def _name_purposes(spend: Spend, palette: Palette, top: float) -> list[dict[str, Any]]:
    """Each beside its part of the last column, moved up where it would stand on the one below."""
    quarter, floor, below = spend.quarters[-1], 0.0, -top
    gap = top * LABEL_PIXELS / HEIGHT
    labels: list[dict[str, Any]] = []
    for purpose in PURPOSES:
        amount = float(spend.amounts[purpose][quarter] or 0)
        if not amount:
            continue
        below = max(floor + amount / 2, below + gap)
        floor += amount
        labels.append(
            annotate(
                purpose, xref="paper", x=LABELS_TO + 0.01, xanchor="left", y=below, yanchor="middle",
                font={"color": palette.ink, "size": 11},
            )
        )  # fmt: skip
    return labels


def _shade(purpose: str, palette: Palette) -> str:
    """A shade of one hue: no purpose is good or bad."""
    shades = (palette.actual, palette.muted, palette.prior, palette.tiers["neutral"])
    return shades[PURPOSES.index(purpose)]
