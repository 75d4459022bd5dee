"""Customers by tier: how many now, and how they are spread within each value of a dimension."""

from collections.abc import Sequence
from typing import Any

from analyses.formats import format_value
from analyses.tier_spread import (
    TIERS,
    Measure,
    Spread,
    SpreadRow,
    format_share,
)
from charts.chart import Chart
from charts.theme import PALETTES, TIER_LABELS, Mode, Palette, annotate, frame, news_color, plain

# Where the columns of text end, as shares of the width.
COLUMNS = (("now", 0.66), ("1 wk", 0.82), ("13 wk", 1.0))
BARS_TO = 0.36
ROW_PIXELS = 34
MOST_VALUES = 12
LABEL_FROM = 0.08  # a narrower segment has no room for its label


def build_spread_chart(
    rows: Sequence[SpreadRow],
    measure: Measure,
    title: str,
    day: str,
    customers: int,
    currency: str,
    mode: Mode = "light",
) -> Chart:
    """Five bars from zero, solid with evidence and hatched without, with their changes."""
    palette = PALETTES[mode]
    unit = "Customers" if measure == "customers" else f"MRR in {currency}".removesuffix(" in ")
    what = "count" if measure == "customers" else "currency"
    labels = [TIER_LABELS[row.tier] for row in rows]
    layout = frame(mode, 28 + ROW_PIXELS * len(rows), margin=(122, 4, 22, 4))
    layout["barmode"] = "stack"
    layout["bargap"] = 0.35
    layout["xaxis"] |= {
        "domain": [0, BARS_TO], "visible": False, "rangemode": "tozero", "tickformat": "~s"
    }  # fmt: skip
    layout["yaxis"] |= {
        "autorange": "reversed", "showgrid": False, "ticks": "",
        "tickfont": {"color": palette.ink, "size": 12},
    }  # fmt: skip
    layout["annotations"] = [
        annotate(
            name, xref="paper", x=x, xanchor="right", yref="paper", y=1, yanchor="bottom",
            font={"color": palette.muted, "size": 11},
        )
        for name, x in COLUMNS
    ]  # fmt: skip
    for row, label in zip(rows, labels, strict=True):
        layout["annotations"] += _row_texts(row, label, what, palette)
    traces = [_bars(rows, labels, palette, what, is_silent) for is_silent in (False, True)]
    silent = sum(row.silent for row in rows)
    total = sum(row.amount for row in rows)
    texts = "; ".join(f"{TIER_LABELS[row.tier]} {_now(row, what)}" for row in rows)
    return Chart(
        title,
        f"{unit} at the end of {day}, n = {customers:,}. Hatched: without evidence, "
        f"{format_share(silent / total) if total else 'n/a'} of all. "
        "Changes against 1 and 13 weeks before.",
        {"data": traces, "layout": layout},
        f"{title}. {texts}.",
        [_to_row(row, measure) for row in rows],
        "adv_share" if measure == "customers" else "adv_mrr",
    )


def _bars(
    rows: Sequence[SpreadRow], labels: Sequence[str], palette: Palette, what: str, is_silent: bool
) -> dict[str, Any]:
    amounts = [row.silent if is_silent else row.amount - row.silent for row in rows]
    colors = [palette.tiers[row.tier] for row in rows]
    pattern = {"shape": "/", "fillmode": "overlay", "fgcolor": palette.ink, "size": 6}
    name = "without evidence" if is_silent else "with evidence"
    return {
        "type": "bar",
        "orientation": "h",
        "name": name,
        "y": list(labels),
        "x": amounts,
        "customdata": [row.tier for row in rows],
        "text": [format_value(amount, what) for amount in amounts],
        "textposition": "none",
        "marker": {"color": colors, **({"pattern": pattern} if is_silent else {})},
        "hovertemplate": f"%{{y}}, {name}: %{{text}}<extra></extra>",
    }


def _row_texts(row: SpreadRow, label: str, what: str, palette: Palette) -> list[dict[str, Any]]:
    texts = [(_now(row, what), palette.ink)]
    for change in (row.change_1w, row.change_13w):
        color = news_color(palette, change or 0, row.good)
        texts.append((format_value(change, what, is_change=True), color))
    return [
        annotate(
            text, xref="paper", x=x, xanchor="right", y=label, font={"color": color, "size": 12}
        )
        for (text, color), (_, x) in zip(texts, COLUMNS, strict=True)
    ]


def _now(row: SpreadRow, what: str) -> str:
    share = "" if row.share is None else f", {format_share(row.share)}"
    return f"{format_value(row.amount, what)}{share}"


def _to_row(row: SpreadRow, measure: Measure) -> dict[str, Any]:
    return {
        "tier": TIER_LABELS[row.tier],
        measure: row.amount,
        "with_evidence": row.amount - row.silent,
        "without_evidence": row.silent,
        "share": row.share,
        "change_1_week": row.change_1w,
        "change_13_weeks": row.change_13w,
    }


def build_value_chart(
    spreads: Sequence[Spread],
    dimension: str,
    measure: Measure,
    title: str,
    day: str,
    minimum: float,
    mode: Mode = "light",
) -> Chart:
    """A bar of 100 % for each value of the dimension; with few customers, counts instead."""
    palette = PALETTES[mode]
    shown = spreads[:MOST_VALUES]
    labels = [plain(f"{_short(each.name)} ({each.customers:,})") for each in shown]
    layout = frame(mode, 54 + 28 * len(shown), margin=(8, 4, 38, 4))
    layout["barmode"] = "stack"
    layout["bargap"] = 0.25
    layout["xaxis"] |= {"range": [0, 1], "visible": False}
    layout["yaxis"] |= {
        "autorange": "reversed", "showgrid": False, "automargin": True,
        # places, not names: two long names may be cut to the same one
        "tickvals": list(range(len(shown))),
        "ticktext": labels,
        "tickfont": {"color": palette.ink, "size": 12},
    }  # fmt: skip
    layout["annotations"] = [_key(palette)]
    traces = [_segments(shown, labels, tier, palette, minimum, measure) for tier in TIERS]
    cut = f" The {MOST_VALUES} largest of {len(spreads)}." if len(spreads) > len(shown) else ""
    unit = "customers" if measure == "customers" else "MRR"
    texts = "; ".join(
        f"{each.name}: "
        + ", ".join(f"{TIER_LABELS[t].lower()} {format_share(each.share(t))}" for t in TIERS)
        for each in shown
        if each.customers >= minimum
    )
    return Chart(
        title,
        f"Share of {unit} in each tier by {dimension.replace('_', ' ')}, percent, at the end of "
        f"{day}; n in brackets. Below {minimum:.0f} customers: pale, with counts.{cut}",
        {"data": traces, "layout": layout},
        f"{title}. {texts or 'Too few customers for shares'}.",
        [{dimension: each.name, "customers": each.customers, **each.amounts} for each in spreads],
        "adv_share" if measure == "customers" else "adv_mrr",
    )


def _segments(
    shown: Sequence[Spread],
    labels: Sequence[str],
    tier: str,
    palette: Palette,
    minimum: float,
    measure: Measure,
) -> dict[str, Any]:
    what = "count" if measure == "customers" else "currency"
    texts = [
        ""
        if each.share(tier) < LABEL_FROM
        else f"{100 * each.share(tier):.0f} %"
        if each.customers >= minimum
        else format_value(each.amounts[tier], what)
        for each in shown
    ]
    return {
        "type": "bar",
        "orientation": "h",
        "name": TIER_LABELS[tier],
        "y": list(range(len(shown))),
        "x": [each.share(tier) for each in shown],
        "text": texts,
        "textposition": "inside",
        "insidetextanchor": "middle",
        "insidetextfont": {
            "color": [
                ink_on(palette.tiers[tier]) if each.customers >= minimum else palette.ink
                for each in shown
            ],
            "size": 11,
        },
        "textangle": 0,
        "constraintext": "none",
        "marker": {
            "color": palette.tiers[tier],
            "opacity": [1 if each.customers >= minimum else 0.55 for each in shown],
        },
        "customdata": [
            [label, format_value(each.amounts[tier], what)]
            for each, label in zip(shown, labels, strict=True)
        ],
        "hovertemplate": f"%{{customdata[0]}}: {TIER_LABELS[tier].lower()} %{{customdata[1]}}<extra></extra>",
    }


def _key(palette: Palette) -> dict[str, Any]:
    """The tiers' colours in their order, in two lines so that a phone has room for them."""
    marks = [
        f'<span style="color:{palette.tiers[tier]}">\u25a0</span> {TIER_LABELS[tier]}'
        for tier in TIERS
    ]
    return {
        "text": f"{'  '.join(marks[:3])}<br>{'  '.join(marks[3:])}", "showarrow": False,
        "xref": "paper", "x": 1, "xanchor": "right", "align": "right",
        "yref": "paper", "y": 1, "yanchor": "bottom", "font": {"size": 11},
    }  # fmt: skip


def _short(name: str) -> str:
    return name if len(name) <= 20 else f"{name[:19]}…"


def ink_on(color: str) -> str:
    """Black or white, whichever stands out more on a colour '#RRGGBB' (relative luminance)."""
    parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#111111" if luminance > 0.179 else "#FFFFFF"
