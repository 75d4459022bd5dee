"""What the slides of the sample's pack say: each number is kept, each sum adds up, nothing is overclaimed."""

import re
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from analyses.board.compose import list_cells
from analyses.board.document import Cell, Pack, Slide
from analyses.board.stacked import rise_first, stack
from analyses.board.writing import write_cell
from metrics.engine import evaluate
from metrics.registry import load_metrics
from warehouse.publish import open_published

NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
# Dates, quarters, spans of days and levels of confidence are no numbers of a metric; nor is what is assumed.
NO_NUMBERS = (
    r"\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4}", r"Q\d (?:FY)?\d{4}", r"95 %", r"52 weeks",
    r"13 weeks", r"91 days", r"Assumes: .*first margin now", r"build [\w-]+",
)  # fmt: skip


@pytest.fixture(scope="module")
def cursor(sample_warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with closing(open_published(sample_warehouse)) as published:
        yield published.cursor()


@pytest.fixture(scope="module")
def pack(sample_pack: Pack) -> Pack:
    return sample_pack


def find_slide(pack: Pack, key: str) -> Slide:
    return next(each for each in pack.slides if each.key == key)


def test_every_number_that_a_slide_states_is_kept(pack: Pack) -> None:
    for slide in pack.slides:
        # People name a case, and its slides have a file of their own: test_budget_slides.py.
        if slide.key in ("title", "assumptions", "definitions") or slide.key.startswith("case_"):
            continue
        known = " ".join(write_cell(cell, pack.currency) for cell in list_cells(slide))
        # '34.0 months' of a cell reads '34 months' in a sentence.
        kept = {form for each in NUMBER.findall(known) for form in (each, each.removesuffix(".0"))}
        text = " ".join((slide.title, slide.subtitle, *slide.lines))
        for pattern in NO_NUMBERS:
            text = re.sub(pattern, "", text)
        assert set(NUMBER.findall(text)) <= kept, slide.key


@pytest.mark.parametrize("key", ["mrr", "velocity"])
def test_a_bridge_hangs_together(pack: Pack, key: str) -> None:
    """Each movement begins where the one before ended; together they come to the closing, to the cent."""
    chart = find_slide(pack, key).chart
    assert chart is not None
    rows = {series.role: [to_decimal(cell) for cell in series.cells] for series in chart.series}
    level = rows["total"][0]
    for place in range(1, len(chart.categories) - 1):
        change = rows["good"][place] - rows["bad"][place]
        assert rows["hidden"][place] == min(level, level + change)
        level += change
    assert level == rows["total"][-1].quantize(Decimal("0.01"))
    assert chart.floor is not None
    assert chart.floor < min(each for each in rows["hidden"] if each)


def test_a_bridge_of_large_opposite_steps_never_goes_below_0() -> None:
    """From 100 by -300 and +310 to 110: a column cannot hang at -200."""
    steps = [(name, Cell(abs(by)), by) for name, by in (("N", Decimal(-300)), ("W", Decimal(310)))]
    ends = [(name, Cell(at), Decimal(at)) for name, at in (("before", 100), ("after", 110))]
    names, series = stack(ends[0], rise_first(steps), ends[1])
    assert names == ("before", "W", "N", "after")
    assert [cell.value for cell in series[0].cells] == [None, 100, 110, None]


def to_decimal(cell: Cell) -> Decimal:
    return Decimal(str(cell.value or 0)).quantize(Decimal("0.01"))


def test_movement_adds_up(pack: Pack) -> None:
    table = find_slide(pack, "movement").table
    assert table is not None
    *states, total = [[to_count(cell) for cell in row[1:]] for row in table.rows]
    assert all(sum(row[:-1]) == row[-1] for row in (*states, total))
    assert [sum(column) for column in zip(*states, strict=True)] == total


def to_count(cell: Cell) -> int:
    return cell.value if isinstance(cell.value, int) else 0


def test_tiers_of_each_quarter_are_all_customers(
    pack: Pack, cursor: duckdb.DuckDBPyConnection
) -> None:
    chart = find_slide(pack, "tiers").chart
    assert chart is not None
    assert {each.role for each in chart.series} >= {"advocate", "loyal", "neutral", "prior"}
    sums = [
        sum(to_count(cell) for cell in column)
        for column in zip(*(each.cells for each in chart.series), strict=True)
    ]
    records = evaluate(cursor, load_metrics()["adv_net"], grain="quarter", last=9)
    assert sums == [record.denominator for record in records]


def test_titles_are_no_stronger_than_the_numbers(pack: Pack) -> None:
    """37 of 1,193 against 54 of 1,154 is beyond chance; the tiers hold mostly the same customers."""
    assert find_slide(pack, "headlines").title == (
        "Customer churn fell to 3.1 %; short of target: net revenue retention 96.6 % (target 100.4 %), net advocacy"
        " +2.9 points (target +9.0 points)"
    )
    assert (
        find_slide(pack, "churn").title
        == "Customer churn 3.1 % (2.3-4.2 %), down from 4.7 % in Q2 2026"
    )
    assert "after -4.1 points in Q2 2026" in find_slide(pack, "tiers").title
    assert "(chance alone may have made it)" in find_slide(pack, "velocity").title
    # No slide for nothing: the sentence stands beneath who approved.
    assert not [each for each in pack.slides if each.key == "restated"]
    none = "No number of a closed quarter was restated since first reported."
    assert none in find_slide(pack, "signoff").lines


def test_a_target_of_a_week_is_held_against_the_quarter_that_it_makes(pack: Pack) -> None:
    """0.32 % a week: 1 - 0.9968 ^ (92 / 7) = 4.13 % over the 92 days of the third quarter."""
    table = find_slide(pack, "headlines").table
    assert table is not None
    churn = table.rows[0]
    assert churn[3].value == pytest.approx(1 - 0.9968 ** (92 / 7))
    assert churn[1].tone == ""  # 2.3 to 4.2 % holds it
    assert [row[1].tone for row in table.rows] == ["", "bad", "", "", "bad"]
    told = [write_cell(row[3], pack.currency) for row in table.rows]
    assert told[:2] == ["4.1 %: not distinguishable", "100.4 %: missed"]
    assert (
        "The target of customer churn, 0.32 % a week, compounded over the 13 weeks and 1 day of Q3 2026, makes 4.1 %."
        in find_slide(pack, "headlines").lines
    )


def test_notes_of_a_slide_say_definition_n_interval_source_and_day(pack: Pack) -> None:
    told = " ".join(find_slide(pack, "churn").notes)
    for part in (
        "Customers lost during the period",
        "n = 1,193",
        "2.3-4.2 %",
        "ChartMogul",
        "15 Nov 2026",
    ):
        assert part in told


def test_the_speaker_hears_what_each_n_counts_and_why_an_interval_is_missing_once(
    pack: Pack,
) -> None:
    """Won value a day is divided by 91 days, which are no cases."""
    notes = find_slide(pack, "velocity").notes
    won = next(each for each in notes if each.startswith("Won value per day"))
    assert re.search(r"n = \d+ won deals\.", won)
    velocity = next(each for each in notes if each.startswith("Sales velocity"))
    assert re.search(r"n = \d+ won deals\.", velocity)
    assert sum("No interval" in each for each in notes) == 1
    mrr = find_slide(pack, "mrr").notes
    assert "customers at the end" in mrr[0]
    shares = find_slide(pack, "tiers").notes[0]
    assert "95 % interval actively dissatisfied" in shares


def test_definitions_are_told_in_words(pack: Pack) -> None:
    """Chapters, files and ids of metrics are for analysts; the pack keeps them beside the SQL."""
    table = find_slide(pack, "definitions").table
    assert table is not None
    told = " ".join(str(cell.value) for row in table.rows for cell in row)
    assert not re.search(r"metrics\.md|docs/|\b(?:eco|ltv|vel|ret|adv)_", told)
    assert "lifetime value, survival curve / customer acquisition cost, blended" in told
    kept = next(each for each in pack.definitions if each.metric == "eco_ltvcac")
    assert kept.formula == "ltv_km / eco_cac"


def test_moves_of_the_matrix_and_of_the_title_are_told_apart(pack: Pack) -> None:
    """Moves by expiry stand in the matrix and not in the title; churn counts by days, not by Sundays."""
    slide = find_slide(pack, "movement")
    found = re.search(
        r"holds (\d+) moves up and (\d+) down: (\d+) and (\d+) of them", " ".join(slide.lines)
    )
    assert found
    assert slide.table
    up, down, up_expired, down_expired = map(int, found.groups())
    assert slide.title.startswith(
        f"{up - up_expired} customers moved up, {down - down_expired} down"
    )
    counts = [[to_count(cell) for cell in row[1:6]] for row in slide.table.rows[:5]]
    assert down == sum(sum(row[at + 1 :]) for at, row in enumerate(counts))
    assert up == sum(sum(row[:at]) for at, row in enumerate(counts))
    assert "Churn counts 37 lost" in slide.lines[-1]


def test_two_spans_of_a_lifetime_value_are_explained_without_the_name_of_a_model(
    pack: Pack,
) -> None:
    slide = find_slide(pack, "lifetime")
    told = " ".join(slide.lines)
    assert "beyond 33 months" in told
    assert "within 34 months" in slide.title
    assert "Up to 33 months 10 customers or more were watched" in told
    assert "the few watched up to 34 months" in told
    assert "sBG" not in told
    assert "identifiable" not in told


def test_every_chart_says_its_values_to_those_who_do_not_see_it(pack: Pack) -> None:
    charts = {each.key: each.chart for each in pack.slides if each.chart}
    assert set(charts) >= {"churn", "mrr", "velocity", "tiers", "lifetime"}
    for key, chart in charts.items():
        last = chart.shown[0].cells[0]
        assert last.value is None or write_cell(last, pack.currency) in chart.alt, key


def test_short_names_of_the_trailing_quarters_are_spelled_out(pack: Pack) -> None:
    lines = " ".join(find_slide(pack, "trailing").lines)
    assert all(f"{name}: " in lines for name in ("MRR", "GRR", "NRR", "CAC", "NPS"))
