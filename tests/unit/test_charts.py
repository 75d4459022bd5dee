"""Figures as data: what is drawn, and what it says in words."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations

import plotly.graph_objects as go
import pytest

from analyses.signals import Limits, Point
from analyses.weekly import TIERS, MovementRow, TierRow
from charts.movement import describe_movement, plot_movement
from charts.sparkline import describe_sparkline, plot_sparkline
from charts.theme import PALETTES, TIER_LABELS, news_color, plain
from charts.tier_spread import describe_tier_spread, plot_tier_spread
from charts.trend import (
    Trend,
    chart_trend,
    describe_marks,
    describe_trend,
    plot_trend,
    to_trend_rows,
)

MONDAY = date(2026, 1, 5)
VALUES = [0.010, 0.012, None, 0.011, 0.040]
POINTS = [Point(MONDAY + timedelta(weeks=n), value) for n, value in enumerate(VALUES)]
LIMITS = [Limits(0.011, None, 0.03)] * 5
TREND = Trend(
    "Churn rose to 4.0 %, above its normal range",
    "Customer churn rate, % a week, n = 472",
    "percent",
    POINTS,
    limits=LIMITS,
    rules=[None, 3, 2, None, 1],
    prior_year=[0.02, 0.02, 0.02, None, 0.03],
    targets=[0.02, 0.015, 0.015, 0.015, 0.015],
    events=[(date(2026, 1, 20), "New <b>price</b>")],
)
ROWS = [TierRow(tier, n, 100.0 * n, n - 3, None, "up") for n, tier in enumerate(TIERS, start=1)]
MOVES = [
    MovementRow("Moved up", 24, 1, "up"),
    MovementRow("Moved down", 20, -1, "down"),
    MovementRow("By expiry", 3, 0, "none"),
    MovementRow("Churned", None, -1, "down"),
]


def named(figure):
    return {trace["name"]: trace for trace in figure["data"]}


def texts(figure):
    return [each["text"] for each in figure["layout"].get("annotations", [])]


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize(
    "plot",
    [
        lambda mode: plot_trend(TREND, mode),
        lambda mode: plot_sparkline(POINTS, LIMITS, mode),
        lambda mode: plot_tier_spread(ROWS, "EUR", mode),
        lambda mode: plot_movement(MOVES, mode),
    ],
)
def test_every_figure_is_valid_plotly(plot, mode):
    go.Figure(plot(mode))


def test_trend_draws_actual_prior_year_and_range():
    traces = named(plot_trend(TREND))
    assert traces["actual"]["y"] == VALUES
    assert traces["actual"]["text"][0] == "1.0 %"
    assert traces["a year before"]["y"][0] == 0.02
    assert traces["normal range, low"]["y"][0] == 0
    assert traces["normal range, high"]["y"][0] == 0.03


def test_trend_marks_the_weeks_that_were_signals_by_their_rule():
    marks = named(plot_trend(TREND))["signal"]
    assert marks["y"] == [VALUES[1], VALUES[2], VALUES[4]]
    assert marks["marker"]["symbol"] == ["square-open", "diamond-open", "circle-open"]
    assert marks["text"][-1] == "signal, rule 1: outside of the normal range"
    assert to_trend_rows(TREND)[0]["signal"] == "rule 1: outside of the normal range"
    assert describe_marks([None, 3, 1]) == (
        "; ring: signal, outside of the normal range; square: signal, 8 weeks on one side of the centre"
    )
    assert describe_marks([None]) == ""
    assert "signal" not in named(plot_trend(replace(TREND, rules=())))


def test_trend_has_the_interval_of_its_last_value():
    trend = replace(TREND, intervals=[None, (0.01, 0.02), None, None, (0.02, 0.07)])
    bar = named(plot_trend(trend))["95 % interval"]
    assert (bar["x"], bar["y"]) == ([POINTS[-1].period_start], [0.040])
    assert bar["error_y"]["array"] == pytest.approx([0.03])
    assert bar["error_y"]["arrayminus"] == pytest.approx([0.02])
    first, *_ = to_trend_rows(trend)
    assert (first["interval_low, %"], first["interval_high, %"]) == (2, 7)
    assert "95 % interval" not in named(plot_trend(replace(trend, intervals=[None] * 5)))


def test_trend_has_its_words_outside_of_the_figure():
    """Plotly cuts a title off on a narrow screen."""
    chart = chart_trend(TREND, "churn_logo")
    assert (chart.title, chart.subtitle) == (TREND.title, TREND.subtitle)
    assert "title" not in chart.figure["layout"]


def test_trend_has_targets_and_events():
    figure = plot_trend(TREND)
    assert figure["layout"]["yaxis"]["rangemode"] == "tozero"
    assert named(figure)["target"]["y"] == TREND.targets
    assert texts(figure) == ["1", "4.0 %", "target 1.5 %"]
    assert len(figure["layout"]["shapes"]) == 1


def test_an_axis_has_no_milli():
    """Plotly's SI prefixes say 500m for a half, and 0 has no half."""
    small = Trend("Effort", "", "ratio", [Point(MONDAY, 0.5)])
    assert plot_trend(small)["layout"]["yaxis"]["tickformat"] == ",.4~f"
    large = plot_trend(replace(small, points=[Point(MONDAY, 12_000.0)]))
    assert large["layout"]["yaxis"]["tickformat"] == "~s"
    nothing = plot_trend(replace(small, points=[Point(MONDAY, 0.0)]))
    assert nothing["layout"]["yaxis"]["tickvals"] == [0]


def test_before_what_is_not_over_the_last_label_stands_clear_of_the_hatch():
    hatched = replace(TREND, targets=(), not_over=(date(2026, 2, 9), date(2026, 2, 16)))
    label = plot_trend(hatched)["layout"]["annotations"][-1]
    assert (label["text"], label["xanchor"], label["yshift"]) == ("4.0 %", "right", 12)
    assert plot_trend(replace(TREND, targets=()))["layout"]["annotations"][-1]["xanchor"] == "left"


def test_of_too_few_the_last_label_is_the_counts():
    rate = Trend("Win rate", "", "percent", [Point(MONDAY, 0.4, 5, 12)], minimum=20)
    assert texts(plot_trend(rate)) == ["5 of 12"]
    assert "Last value 5 of 12 on" in describe_trend(rate)
    assert texts(plot_trend(replace(rate, minimum=12))) == ["40.0 %"]


def test_trend_hatches_what_is_not_over():
    open_week = (date(2026, 2, 9), date(2026, 2, 16))
    traces = named(plot_trend(replace(TREND, not_over=open_week)))
    hatched = traces["not over yet"]
    assert hatched["marker"]["pattern"]["shape"] == "/"
    assert hatched["x"] == [date(2026, 2, 12)]
    assert hatched["width"] == [7 * 86_400_000]
    assert "not over yet" not in named(plot_trend(TREND))


def test_trend_rows_hold_what_is_drawn():
    first, *_, last = to_trend_rows(TREND)
    assert first == {
        "period": date(2026, 2, 2), "value, %": 4, "n": None, "year_before, %": 3,
        "target, %": 1.5, "centre, %": 1.1, "normal_high, %": 3,
        "signal": "rule 1: outside of the normal range",
    }  # fmt: skip
    assert last["target, %"] == 2
    bare = to_trend_rows(Trend("Customers", "count", "count", POINTS[:1]))
    assert bare == [{"period": MONDAY, "value": 0.010, "n": None}]


def test_trend_rows_of_a_quotient_hold_its_two_sides():
    churn = Trend("Churn", "percent", "percent", [Point(MONDAY, 2 / 1246, 2, 1246)])
    assert to_trend_rows(churn) == [
        {"period": MONDAY, "value, %": 0.1605, "numerator": 2, "denominator": 1246}
    ]
    lost = Trend("Lost", "EUR", "currency", [Point(MONDAY, 3232, 3232, 1246)], "EUR")
    assert to_trend_rows(lost) == [{"period": MONDAY, "value, EUR": 3232, "n": 1246}]
    rate = Trend("Hazard", "a week", "per_week", [Point(MONDAY, 2 / 500, 2, 500)])
    assert to_trend_rows(rate)[0]["value"] == "0.004000"


def test_bare_trend_has_one_line():
    figure = plot_trend(Trend("Customers", "count", "count", POINTS[:2]))
    assert list(named(figure)) == ["actual"]
    assert figure["layout"]["shapes"] == []


def test_trend_in_words():
    assert "Last value 4.0 % on 2026-02-02" in describe_trend(TREND)
    empty = Trend("Churn", "percent", "percent", [Point(MONDAY, None)])
    assert describe_trend(empty).endswith("No values.")
    assert texts(plot_trend(empty)) == []


def test_sparkline_marks_a_signal_by_shape():
    traces = named(plot_sparkline(POINTS, LIMITS, is_signal=True))
    assert traces["last"]["marker"]["symbol"] == "diamond"
    assert named(plot_sparkline(POINTS[:2], LIMITS[:2]))["last"]["marker"]["symbol"] == "circle"
    assert traces["high"]["fill"] == "tonexty"


def test_sparkline_without_limits_or_points():
    assert list(named(plot_sparkline(POINTS))) == ["actual", "last"]
    assert list(named(plot_sparkline([]))) == ["actual"]


def test_sparkline_in_words():
    assert describe_sparkline("Churn", POINTS, LIMITS, "percent", "") == (
        "Churn: 4 values from 1.0 % to 4.0 %, 1 outside of the normal range; the last is 4.0 %."
    )
    assert describe_sparkline("Churn", [], [], "percent", "") == "Churn: no values."


def test_tier_spread_keeps_order_and_starts_at_zero():
    figure = plot_tier_spread(ROWS, "EUR")
    bars = figure["data"][0]
    assert bars["y"] == [TIER_LABELS[tier] for tier in TIERS]
    assert bars["x"] == [1, 2, 3, 4, 5]
    assert figure["layout"]["xaxis"]["rangemode"] == "tozero"
    assert texts(figure)[4:8] == ["1", "100", "-2", "n/a"]
    assert describe_tier_spread(ROWS, "EUR").startswith(
        "Customers by tier: Advocate 1 customers, MRR EUR 100;"
    )


def test_movement_has_signs_and_hatches_expiry():
    figure = plot_movement(MOVES)
    bars = figure["data"][0]
    assert bars["x"] == [24, -20, 3, 0]
    assert bars["marker"]["pattern"]["shape"] == ["", "", "/", ""]
    assert texts(figure) == ["+24", "-20", "3", "n/a"]
    expected = "Movement: Moved up +24, Moved down -20, By expiry 3, Churned n/a."
    assert describe_movement(MOVES) == expected
    assert plot_movement([])["data"][0]["x"] == []


def test_colour_follows_the_direction_of_good():
    palette = PALETTES["light"]
    assert news_color(palette, 3, "up") == news_color(palette, -3, "down") == palette.good
    assert news_color(palette, -3, "up") == news_color(palette, 3, "down") == palette.bad
    assert news_color(palette, 0, "up") == news_color(palette, 3, "none") == palette.muted


def luminance(color):
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(("mode", "background"), [("light", "#FFFFFF"), ("dark", "#12181F")])
def test_text_colours_reach_the_contrast_of_wcag(mode, background):
    palette = PALETTES[mode]
    for color in (palette.ink, palette.muted, palette.good, palette.bad):
        assert contrast(color, background) >= 4.5


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_tiers_differ_in_lightness_where_hue_may_be_lost(mode):
    colors = list(PALETTES[mode].tiers.values())
    for side in (colors[:3], colors[2:]):
        for one, other in combinations(side, 2):
            assert contrast(one, other) >= 1.3


def test_plain_text_is_no_markup():
    assert plain("<a href='x'>b</a> & c") == "&lt;a href='x'&gt;b&lt;/a&gt; &amp; c"
