"""A chart of a pack beside its data, as one that Excel draws and people can edit."""

from typing import Any

from analyses.board.document import Chart, Series
from exports.workbook.book import COLOURS, FONT, Sheet
from exports.xml import to_xml_text

KINDS = {
    "columns": {"type": "column"},
    "stacked": {"type": "column", "subtype": "stacked"},
    "lines": {"type": "line"},
    "bars": {"type": "bar"},
}
ROLES = {
    "actual": COLOURS.actual, "prior": COLOURS.prior, "target": COLOURS.muted, "forecast": COLOURS.prior,
    "good": COLOURS.good, "bad": COLOURS.bad, "total": COLOURS.actual, **COLOURS.tiers,
}  # fmt: skip
WIDTH, HEIGHT, ROW_PIXELS = 860, 340, 20


def draw_chart(sheet: Sheet, chart: Chart, row: int) -> int:
    """The chart of data whose headings stand in `row`, beneath them; the row after it."""
    last = row + len(chart.categories)
    drawn: Any = sheet.book.workbook.add_chart(dict(KINDS[chart.kind]))
    column = 1
    for series in chart.series:
        drawn.add_series(_list_options(sheet, chart, series, row, column, last))
        column += 1 + bool(series.low) + bool(series.high)
    font = {"name": FONT, "size": 9}
    code = sheet.code_of(chart.unit).replace(".00", "")
    values: dict[str, Any] = {
        "num_font": font,
        "num_format": code,
        "major_gridlines": {"visible": True, "line": {"color": COLOURS.grid}},
    }
    if chart.floor is not None:
        values["min"] = chart.floor
    names = {"num_font": font, "label_position": "low"}
    if chart.kind != "lines" and _is_positive(chart):
        values["min"] = 0  # bars start at zero
    if chart.kind == "bars":
        drawn.set_y_axis({**names, "reverse": True})
        drawn.set_x_axis(values)
    else:
        drawn.set_x_axis(names)
        drawn.set_y_axis(values)
    if len(chart.series) == 1:
        drawn.set_legend({"none": True})
    else:
        hidden = [place for place, each in enumerate(chart.series) if each.role == "hidden"]
        drawn.set_legend({"position": "bottom", "font": font, "delete_series": hidden})
    drawn.set_title({"none": True})
    drawn.set_size({"width": WIDTH, "height": HEIGHT})
    sheet.worksheet.insert_chart(
        last + 2, 0, drawn, {"description": to_xml_text(chart.alt), "object_position": 1}
    )
    return last + 2 + HEIGHT // ROW_PIXELS + 1


def _list_options(
    sheet: Sheet, chart: Chart, series: Series, row: int, column: int, last: int
) -> dict[str, Any]:
    options: dict[str, Any] = {
        "name": [sheet.name, row, column],
        "categories": [sheet.name, row + 1, 0, last, 0],
        "values": [sheet.name, row + 1, column, last, column],
        "gap": 60,
    }
    colour = ROLES.get(series.role, COLOURS.actual)
    if series.role == "hidden":
        options |= {"fill": {"none": True}, "border": {"none": True}}
    elif chart.kind == "lines":
        dash = {"dash_type": "dash"} if series.role in ("target", "forecast") else {}
        options["line"] = {"color": colour, "width": 2, **dash}
    elif series.role == "target":
        options |= {"fill": {"none": True}, "border": {"color": colour}}
    else:
        options["fill"] = {"color": colour}
    if series.low and series.high:
        options["x_error_bars" if chart.kind == "bars" else "y_error_bars"] = _span_errors(series)
    return options


def _is_positive(chart: Chart) -> bool:
    numbers = [value for each in chart.series for value in each.values]
    return all(each >= 0 for each in numbers if each is not None)


def _span_errors(series: Series) -> dict[str, Any]:
    """The interval as bars around each value: how far its bounds are from it."""
    ends: list[tuple[float, float]] = []
    for cell, low, high in zip(series.cells, series.low, series.high, strict=True):
        value = cell.number
        if value is None or low is None or high is None:
            ends.append((0.0, 0.0))
        else:
            ends.append((max(0.0, value - low), max(0.0, high - value)))
    return {
        "type": "custom",
        "minus_values": [low for low, _ in ends],
        "plus_values": [high for _, high in ends],
        "line": {"color": COLOURS.muted},
    }
