"""Every figure of every page keeps the grammar: words, an honest zero, few hues, one scale."""

import colorsys
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.app.conftest import Open, first_customer
from ui import cache

# Pages as they open, and what they show only when it is chosen.
VIEWS: list[tuple[str, dict[str, str]]] = [
    ("review/weekly", {}),
    ("customers/tiers", {}),
    ("customers/tiers", {"measure": "mrr"}),
    ("customers/movement", {}),
    ("customers/account", {"customer": "?"}),
    ("customers/list", {"behind": "lost_customers"}),
    ("revenue/churn", {}),
    ("revenue/churn", {"grain": "quarter"}),
    ("revenue/churn", {"part": "how long they stay", "cohort": "tier"}),
    ("revenue/churn", {"part": "retention and price"}),
    ("revenue/churn", {"part": "scheduled ahead"}),
    ("revenue/churn", {"part": "definitions compared", "definition": "exposure"}),
    ("revenue/velocity", {}),
    ("revenue/velocity", {"part": "win rate"}),
    ("revenue/velocity", {"part": "cycle and stages"}),
    ("revenue/lifetime_value", {}),
    ("revenue/lifetime_value", {"part": "orders"}),
    ("revenue/lifetime_value", {"part": "margin so far"}),
    ("revenue/lifetime_value", {"part": "value of a tier"}),
    ("revenue/forecast", {"part": "tiers"}),
    ("revenue/forecast", {"part": "how good it was", "series": "mrr"}),
    ("revenue/lifetime_value", {"part": "does a move pay"}),
    ("board/notes", {}),
    ("board/pack", {}),
    ("board/present", {}),
    ("budget/case", {"do": "rescue", "rescue": "c40000_r60_e0.05~0.1~0.15"}),
    ("budget/spend", {}),
    ("reference/metrics", {"metric": "adv_share"}),
    ("reference/metrics", {"metric": "churn_logo", "grain": "month"}),
    ("reference/data_health", {}),
    ("reference/mapping", {}),
]
# Pages that are tables only.
WITHOUT_FIGURES = {
    "board/notes",
    "board/pack",
    "board/present",
    "customers/list",
    "reference/data_health",
    "reference/mapping",
}
HEX = re.compile(r"#[0-9a-fA-F]{6}")
N = re.compile(r"\bn = [\d,]+|[\d,]+ of [\d,]+|[\d,]+ (customers|deals|open|wins)\b")


def figures(app: AppTest) -> list[dict[str, Any]]:
    """The figures that a page has drawn, each with its text alternative."""
    drawn = []
    for element in app.get("plotly_chart"):
        proto = element.proto  # type: ignore[attr-defined]
        figure = json.loads(proto.spec)
        drawn.append({**figure, "alt": proto.alt})
    return drawn


@pytest.fixture(params=VIEWS, ids=lambda view: "-".join([view[0], *view[1].values()]))
def page(request: pytest.FixtureRequest, open_page: Open, sample_warehouse: Path) -> AppTest:
    """A page of the app on the sample, with all its figures."""
    name, query = request.param
    if query.get("customer") == "?":
        query = {"customer": first_customer(sample_warehouse)}
    app = open_page(sample_warehouse, f"pages/{name}.py", **query)
    assert not app.exception
    assert bool(figures(app)) != (name in WITHOUT_FIGURES)
    return app


def test_all_pages_are_walked(root: Path) -> None:
    pages = {f"{path.parent.name}/{path.stem}" for path in (root / "pages").glob("*/*.py")}
    assert pages == {name for name, _ in VIEWS}


def test_the_grammar(page: AppTest) -> None:
    words = "\n".join(each.value for each in (*page.markdown, *page.text, *page.subheader))
    words = words.replace("\\", "")
    for figure in figures(page):
        meta = figure["layout"]["meta"]
        name = meta["title"]
        assert name.strip(), figure["alt"]
        assert N.search(meta["subtitle"]), f"{name}: no n in {meta['subtitle']!r}"
        assert len(figure["alt"].split()) >= 4, f"{name}: {figure['alt']!r} is no message"
        assert "title" not in figure["layout"], f"{name}: the title belongs to the page"
        if not is_sparkline(figure):
            assert name in words, f"{name} does not stand on the page"
        assert_bars_start_at_zero(figure, name)
        assert len(hues(figure)) <= 7, f"{name}: {hues(figure)}"


def test_a_page_changes_nothing_that_all_sessions_share(page: AppTest) -> None:
    def kept() -> dict[Any, str]:
        return {key: repr(answer.result()) for key, answer in cache._answers.items()}

    before = kept()
    page.session_state.tier_spread_behind = page.session_state.details_churn = True
    assert not page.run().exception
    after = kept()
    assert before
    assert {key: after[key] for key in before} == before


def test_a_metric_has_one_scale_on_a_page(page: AppTest) -> None:
    scales: dict[tuple[str, str], set[str]] = defaultdict(set)
    for figure in figures(page):
        if figure["layout"]["meta"]["metric"] and not is_sparkline(figure):
            axis = value_axis(figure)
            unit = str(figure["layout"][axis].get("tickformat"))
            key = (figure["layout"]["meta"]["metric"], unit)
            scales[key].add(str(figure["layout"][axis].get("range", "own")))
    alone = {key: ranges for key, ranges in scales.items() if len(ranges) > 1}
    assert alone == {}


@pytest.mark.parametrize(("grain", "has_target"), [("week", True), ("quarter", False)])
def test_a_target_of_a_week_is_not_drawn_over_quarters(
    open_page: Open, sample_warehouse: Path, grain: str, has_target: bool
) -> None:
    app = open_page(
        sample_warehouse, "pages/reference/metrics.py", metric="churn_logo", grain=grain
    )
    (figure,) = figures(app)
    assert ("target" in {each["name"] for each in figure["data"]}) == has_target


def is_sparkline(figure: dict[str, Any]) -> bool:
    """A line in a card, whose words and numbers stand around it."""
    return figure["layout"]["height"] < 50


def value_axis(figure: dict[str, Any]) -> str:
    """The axis on which values are read."""
    bars = [trace for trace in figure["data"] if trace["type"] == "bar"]
    return "xaxis" if any(trace.get("orientation") == "h" for trace in bars) else "yaxis"


def assert_bars_start_at_zero(figure: dict[str, Any], name: str) -> None:
    for trace in figure["data"]:
        if trace["type"] != "bar":
            continue
        side = "x" if trace.get("orientation") == "h" else "y"
        number = trace.get(f"{side}axis", side).removeprefix(side)
        axis = figure["layout"].get(f"{side}axis{number}", {})
        assert axis.get("type") != "log", name
        if "range" in axis:
            low, high = axis["range"]
            assert low <= 0 <= high, f"{name}: the axis is {axis['range']}"


def hues(figure: dict[str, Any]) -> set[int]:
    """The hues of all marks, in steps of 30 degrees; greys are one."""
    return {hue for color in colors(figure["data"]) for hue in [to_hue(color)]}


def colors(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for each in value.values():
            yield from colors(each)
    elif isinstance(value, list):
        for each in value:
            yield from colors(each)
    elif isinstance(value, str):
        yield from HEX.findall(value)


def to_hue(color: str) -> int:
    red, green, blue = (int(color[place : place + 2], 16) / 255 for place in (1, 3, 5))
    hue, lightness, saturation = colorsys.rgb_to_hls(red, green, blue)
    return -1 if saturation < 0.15 or lightness > 0.97 else round(hue * 12) % 12


def test_the_grammar_is_able_to_fail() -> None:
    bar = {"type": "bar", "orientation": "h", "x": [5], "marker": {"color": "#C2410C"}}
    cut = {"data": [bar], "layout": {"xaxis": {"range": [4, 6]}}}
    with pytest.raises(AssertionError, match="the axis is"):
        assert_bars_start_at_zero(cut, "cut")
    assert hues({"data": [bar, {"line": {"color": "#0B6FA4"}}, {"color": "#888888"}]}) == {1, 7, -1}
