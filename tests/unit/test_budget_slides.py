"""A budget case in words and on slides: never more than its ranges bear, every number told."""

from dataclasses import replace

from analyses.board.document import Slide
from analyses.board.writing import write_cell
from analyses.budget.case import INSTEAD, Assumption, Case, Programme, Range
from analyses.budget.evidence import HARM, NOT_SHOWN
from analyses.budget.slides import list_case_slides
from analyses.budget.words import answer_case, describe_case, describe_overlap
from tests.packs import HOSTILE, make_case

CASE = make_case()
(PROGRAMME,) = CASE.programmes


def with_programme(**more: object) -> Case:
    return replace(CASE, programmes=(replace(PROGRAMME, **more),))


def measured(low: float, base: float, high: float) -> Assumption:
    return Assumption(Range(low, base, high), "own data", "a holdout")


def rows(slide: Slide) -> list[list[str]]:
    assert slide.table is not None
    return [[write_cell(cell, "EUR") for cell in row] for row in slide.table.rows]


def test_the_worked_case_may_or_may_not_pay() -> None:
    """metrics.md 8.1: NPV 21,547.71, break-even at 45; its draws hold 0."""
    said = describe_case(answer_case(CASE))
    assert said.startswith("May or may not pay: NPV EUR 21.5 k in 3 years (-EUR")
    assert "in 9 of 10 draws, below 0 in 13" in said
    assert "pays back if it keeps 45 customers who would have left" in said
    assert said.endswith("The effect is assumed, not measured.")


def test_a_case_is_never_stronger_than_its_ranges() -> None:
    sure = with_programme(cost=measured(5e3, 6e3, 7e3), effect=measured(0.5, 0.6, 0.7))
    assert describe_case(answer_case(sure)).startswith("Returns EUR 75.5 k in 3 years (EUR")
    assert describe_case(answer_case(sure)).endswith("The effect is taken from own data.")
    assumed = with_programme(cost=measured(5e3, 6e3, 7e3))
    assert describe_case(answer_case(assumed)).startswith("Would return EUR 75.5 k in 3 years (EUR")
    none = with_programme(cost=measured(10, 20, 30), effect=measured(0, 0.6, 0.7))
    assert describe_case(answer_case(none)).startswith("No effect is shown, so no return: NPV")
    vain = with_programme(cost=measured(1e5, 1e5, 1e5), effect=measured(-0.01, 0, 0.01))
    assert "so no return: NPV -EUR 100 k in 3 years (-EUR" in describe_case(answer_case(vain))
    harm = with_programme(effect=measured(-0.3, -0.2, -0.1))
    assert describe_case(answer_case(harm)).startswith("Harm is shown, so no return: NPV -EUR")
    assert "harm shown" in rows(list_case_slides(harm, "EUR")[1])[0]
    dear = with_programme(cost=measured(5e5, 6e5, 7e5))
    said = describe_case(answer_case(dear))
    assert said.startswith("Would lose EUR 518 k in 3 years (-EUR")
    assert "would have to keep 442 customers who would have left, and reaches 100" in said
    free = with_programme(margin=measured(0, 0, 0))
    assert "no number of customers pays it back" in describe_case(answer_case(free))


def test_own_data_that_show_nothing_stand_beside_an_effect_that_is_entered() -> None:
    effect = Assumption(
        Range(0.4, 0.6, 0.8), "assumption", f"{INSTEAD}, {NOT_SHOWN}: a holdout, share kept -1.0 pp"
    )
    case = with_programme(effect=effect, cost=measured(5e3, 6e3, 7e3))
    said = describe_case(answer_case(case))
    # Whatever its low end: the evidence first, then what would follow.
    assert said.startswith(
        "No effect is shown by own data; if what is assumed held, NPV EUR 75.5 k in 3 years (EUR"
    )
    value, lines, _ = list_case_slides(case, "EUR")
    assert value.title.startswith("Win-back 2027: no effect is shown by own data; if what is")
    assert list_case_slides(CASE, "EUR")[0].title.endswith(", its effect assumed, not measured")
    assert lines.title.endswith(", its effect assumed against own data")
    assert rows(lines)[0][5] == "assumption, against own data"
    harm = replace(effect, source=f"{INSTEAD}, {HARM}: a holdout, share kept -9.0 pp")
    against = describe_case(answer_case(with_programme(effect=harm)))
    assert against.startswith("Harm is shown by own data; if what is assumed held, NPV")
    assert against.endswith("own data show harm of Win back the actively dissatisfied.")
    # Of two, how much of it is against own data; and that without it nothing is returned.
    other = replace(PROGRAMME, key="b", name="B", cost=measured(5e3, 6e3, 7e3))
    both = replace(case, programmes=(*case.programmes, other))
    share = "; EUR 75.5 k of it on effects assumed against own data, EUR 75.5 k on the rest"
    assert share in describe_case(answer_case(both))
    vain = replace(other, cost=measured(1e5, 1e5, 1e5))
    none = replace(case, programmes=(*case.programmes, vain))
    assert list_case_slides(none, "EUR")[0].title.startswith(
        "Win-back 2027: returns nothing without the effects assumed against own data (NPV -EUR 18.5 k); "
        "if they held, NPV EUR 57.1 k in 3 years"
    )
    assert said.endswith(
        "The effect is assumed; own data show no effect of Win back the actively dissatisfied."
    )


def test_the_slides_tell_what_they_state() -> None:
    value, lines, assumed = list_case_slides(CASE, "EUR")
    told = {write_cell(cell, "EUR") for cell in value.told}
    # 54,000 in the first year, 27,000 in the second: paid back after 1 + 6 / 27 years.
    assert {"EUR 21.5 k", "45", "EUR 60.0 k", "3", "1.22", "13.2 %"} <= told
    assert value.chart is not None
    assert value.chart.categories == ("effect", "margin", "persistence", "cost", "discount")
    low, high = (
        [write_cell(cell, "EUR") for cell in series.cells] for series in value.chart.series
    )
    assert low == ["-EUR 27.2 k", "-EUR 27.2 k", "-EUR 15.4 k", "+EUR 10.0 k", "+EUR 2,317"]
    assert high == ["+EUR 27.2 k", "+EUR 27.2 k", "+EUR 18.7 k", "-EUR 15.0 k", "-EUR 4,292"]
    assert rows(lines)[0][1:] == [
        "120", "100", "100", "EUR 60.0 k", "assumption", "60.00", "EUR 21.5 k", "1.22", "45"
    ]  # fmt: skip
    assert rows(assumed)[1] == ["effect", "40.0 %", "60.0 %", "80.0 %", "assumption", "a guess"]
    assert assumed.title == "Win-back 2027 rests on 5 ranges; 5 are assumed, not measured"


def test_two_programmes_count_each_customer_once() -> None:
    second = Programme(
        "rescue", "Rescue", 80, 50, 30, PROGRAMME.cost, measured(-0.1, 0.1, 0.2), PROGRAMME.margin,
        PROGRAMME.persistence, "what those held out did",
    )  # fmt: skip
    case = replace(CASE, name=HOSTILE, programmes=(PROGRAMME, second))
    said = "20 of 150 customers reached are in a programme before as well: each counts once, 130 in all."
    assert describe_overlap(case) == said
    assert describe_case(answer_case(case)).endswith(" No effect is shown of Rescue.")
    slides = list_case_slides(case, "USD")
    assert said in slides[1].lines
    assert slides[0].subtitle.endswith("in EUR, not in USD")
    assert "Rescue (no effect shown): against what those held out did." in slides[1].lines
    assert slides[0].lines[-1].endswith("Of 1 of 2 programmes no effect shown.")
    assert rows(slides[1])[1][5] == "no effect shown"
    assert rows(slides[1])[2][:4] == ["All", "n/a (pools overlap)", "150", "130"]
    names = [slide.table.name for slide in slides if slide.table]
    other = [slide.table.name for slide in list_case_slides(CASE, "EUR") if slide.table]
    assert len({*names, *other}) == 4
    assert max(map(len, names)) <= 31
