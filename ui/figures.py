"""Figures that Plotly takes as they are: to check and copy one again costs it 2 ms a rerun."""

import json
from functools import cache
from typing import Any

import plotly.graph_objects as go
import plotly.io
from plotly.basedatatypes import BaseFigure

from charts.theme import Figure


class Ready(BaseFigure):
    """A figure that is drawn as it stands; the tests check that Plotly would accept it."""

    def __init__(self, figure: Figure) -> None:
        # Not BaseFigure's own __init__, which is what costs.
        object.__setattr__(self, "_ready", add_template(figure))

    def to_dict(self) -> Figure:
        """The dictionary itself, not a copy."""
        return self.__dict__["_ready"]


def to_plain(figure: Figure) -> Figure:
    """The figure as JSON holds it: its dates, which are slow to write, are text already."""
    return json.loads(str(plotly.io.to_json(figure, validate=False)))


def add_template(figure: Figure) -> Figure:
    """The figure with Streamlit's template, which Plotly would add."""
    return {**figure, "layout": {"template": _template(), **figure["layout"]}}


@cache
def _template() -> dict[str, Any]:
    return go.Figure().to_dict()["layout"]["template"]
