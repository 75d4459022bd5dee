"""The page of the next 13 weeks, run without a browser."""

from collections.abc import Hashable
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from analyses.forecast.backtest import Outlook, find_outlook
from analyses.forecast.model import CHURNED, MRR
from analyses.forecast.words import format_series
from metrics.periods import list_periods, select_periods
from metrics.scope import Scope
from tests.app.conftest import Open
from warehouse.publish import open_published

PAGE = "pages/revenue/forecast.py"


def words(app: AppTest) -> str:
    kinds = (app.subheader, app.text, app.markdown, app.caption, app.info)
    return "\n".join(each.value for kind in kinds for each in kind).replace("\\", "")


def table(app: AppTest, column: str) -> list[dict[Hashable, object]]:
    frame = next(each.value for each in app.dataframe if column in each.value.columns)
    return frame.to_dict("records")


def ask(warehouse: Path, scope: Scope = Scope()) -> Outlook:
    with closing(open_published(warehouse)) as opened, closing(opened.cursor()) as cursor:
        (week,) = select_periods(list_periods(cursor), last=1)
        return find_outlook(cursor, week.end, scope)


def test_sample(open_page: Open, sample_warehouse: Path) -> None:
    app = open_page(sample_warehouse, PAGE)
    outlook = ask(sample_warehouse)
    assert not app.exception
    assert len(outlook.tracks[MRR].trials) >= 8
    said = words(app)
    for series in (CHURNED, MRR):
        track = outlook.tracks[series]
        value = format_series(series, track.ahead.value, "EUR")
        assert (f"{value} expected" in said) == (not track.reason)
    assert "the 13 weeks before by" in said
    assert "the last value by" in said
    rows = {str(row["ahead"]): row for row in table(app, "expected to leave")}
    assert outlook.churned is not None
    assert [row["customers"] for row in rows.values()] == [
        each.customers for each in outlook.churned.ahead
    ]


@pytest.mark.parametrize("place", [-2, -4])
def test_a_bar_of_the_past_opens_those_who_left(
    place: int, open_page: Open, sample_warehouse: Path
) -> None:
    """The rows behind a bar are as many as it counts."""
    step = ask(sample_warehouse).steps[place]
    app = open_page(sample_warehouse, PAGE, ahead=step.start.isoformat())
    lost = step.count(lambda flow: flow.has_left)
    assert f"{lost} customers, MRR EUR" in words(app)
    assert len(table(app, "customer_name")) == lost


def test_who_has_cancelled_is_listed(open_page: Open, sample_warehouse: Path) -> None:
    outlook = ask(sample_warehouse)
    app = open_page(sample_warehouse, PAGE, ahead="cancelled")
    assert outlook.churned is not None
    count = outlook.churned.ahead[0].customers
    assert len(table(app, "customer_name")) == count
    assert "(Cancelled, ends in 13 weeks)" in words(app)


def test_a_scope_without_forecast_says_why(open_page: Open, sample_warehouse: Path) -> None:
    """A series that the last value told as well has no number; the page says by how much."""
    scope = Scope(segment=("enterprise",))
    outlook = ask(sample_warehouse, scope)
    refused = [track for track in outlook.tracks.values() if track.reason == "naive_is_closer"]
    assert refused
    app = open_page(sample_warehouse, PAGE, segment="enterprise", part="tiers")
    rows = {str(row["number"]).lower(): row for row in table(app, "remark")}
    for track in refused:
        row = rows[track.series.replace("_", " ")]
        expected = next(name for name in row if str(name).startswith("expected"))
        assert (row[expected], row["95 % interval"]) == ("n/a", "")
        assert "was as close or closer" in str(row["remark"])


def test_the_backtest_names_the_naive_forecast(open_page: Open, sample_warehouse: Path) -> None:
    app = open_page(sample_warehouse, PAGE, part="how good it was", series="loyal")
    rows = table(app, "naive off by, mean")
    assert len(rows) == 7
    assert all(int(str(row["windows"])) >= 8 for row in rows)
    assert "Loyal: off by" in words(app)
    assert "beyond chance" in words(app)
    app = open_page(sample_warehouse, PAGE, part="how it is made")
    assert "the windows do not overlap" in words(app)


def test_a_week_near_the_beginning_has_too_little_history(
    open_page: Open, sample_warehouse: Path
) -> None:
    app = open_page(sample_warehouse, PAGE, week=date(2024, 3, 4).isoformat())
    assert not app.exception
    assert "2 to learn from and 4 to be tested on" in words(app)
    app = open_page(sample_warehouse, PAGE, week=date(2025, 1, 6).isoformat())
    assert not app.exception
    assert "No forecast" in words(app)
