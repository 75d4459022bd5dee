"""What moved a headline: the effect of each part as a bar from zero, beneath its words."""

from analyses.why.explain import Why
from analyses.why.tables import Part, Split
from analyses.why.words import describe_split, describe_sum, format_exact, name_split
from charts.chart import Chart
from charts.theme import PALETTES, Figure, Mode, frame, news_color, plain

ROW_HEIGHT = 38
MOST_LETTERS = 44


def build_why_chart(why: Why, split: Split, mode: Mode = "light") -> Chart:
    """The parts of one table, largest first; rows are the table's, its sum included."""
    return Chart(
        describe_split(why, split),
        f"{name_split(why, split)}. {describe_sum(why, split)}",
        plot_why(why, split, mode),
        f"{describe_split(why, split)}. {describe_sum(why, split)}",
        (),
        why.headline.metric,
    )


def plot_why(why: Why, split: Split, mode: Mode = "light") -> Figure:
    """Bars to the right for more, to the left for less; colour is good or bad for the headline."""
    palette = PALETTES[mode]
    parts = [part for part in split.parts if part.effect]
    effects = [float(part.effect) for part in parts]
    layout = frame(mode, ROW_HEIGHT * len(parts) + 12, margin=(4, 4, 4, 4))
    reach = 1.02 * max((abs(effect) for effect in effects), default=1.0)
    low, high = (
        (-reach if min(effects, default=0) < 0 else 0),
        (reach if max(effects, default=0) > 0 else 0),
    )
    layout["xaxis"] |= {"range": [low, high], "showticklabels": False}
    # Each bar stands in the lower half of its row, its words in the upper.
    layout["yaxis"] |= {
        "range": [len(parts) - 0.5, -0.5], "showgrid": False, "showticklabels": False,
    }  # fmt: skip
    layout["annotations"] = [
        {
            "text": plain(_word(why, part)), "showarrow": False, "xref": "paper", "x": 0, "xanchor": "left",
            "y": place - 0.22, "yanchor": "middle", "font": {"color": palette.ink, "size": 12},
        }
        for place, part in enumerate(parts)
    ]  # fmt: skip
    trace = {
        "type": "bar",
        "orientation": "h",
        "name": "effect",
        "x": effects,
        "y": [place + 0.24 for place in range(len(parts))],
        "width": 0.3,
        "marker": {
            "color": [
                palette.prior if part.is_rest else news_color(palette, effect, why.headline.good)
                for part, effect in zip(parts, effects, strict=True)
            ]
        },
        "hovertext": [plain(_word(why, part)) for part in parts],
        "hoverinfo": "text",
    }
    return {"data": [trace], "layout": layout}


def _word(why: Why, part: Part) -> str:
    label = part.label if len(part.label) <= MOST_LETTERS else f"{part.label[: MOST_LETTERS - 1]}…"
    return f"{label}  {format_exact(part.effect, why.headline.unit, why.currency)}"
