"""The stage funnel, by hand: what a visit is, who got further, how long they stayed."""

import datetime as dt
from collections.abc import Sequence
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

from analyses.stages import (
    Funnel,
    Stage,
    describe_absence,
    describe_cohort,
    describe_funnel,
    describe_stay,
    find_stages,
    list_funnel_rows,
    list_stage_deals,
)
from charts.funnel import build_funnel_chart
from metrics.scope import Scope
from tests.tiny import build_tiny
from warehouse.publish import open_published

BOUNDARY = dt.date(2026, 1, 12)
MATURE = dt.date(2025, 6, 2)  # 224 days before the boundary
Entry = tuple[str, int]

# (name, entries as (stage, days after creation), outcome and the day of it)
DEALS: list[tuple[str, list[Entry], str, int]] = [
    # Two rows of one stage are one visit: an amount was changed on day 5.
    ("whole way", [("Lead", 0), ("Lead", 5), ("Talk", 10), ("Offer", 30), ("Won", 40)], "won", 40),
    ("skips", [("Lead", 0), ("Offer", 20), ("Won", 28)], "won", 28),
    ("goes back", [("Lead", 0), ("Talk", 4), ("Lead", 8), ("Lost", 14)], "lost", 14),
    ("lost at once", [("Lead", 0), ("Lost", 28)], "lost", 28),
    ("starts late", [("Talk", 0), ("Lost", 7)], "lost", 7),
    ("still there", [("Lead", 0)], "open", 0),
]


def tables(deals: Sequence[tuple[str, list[Entry], str, int]], created: dt.date) -> dict[str, Any]:
    opportunities: list[dict[str, Any]] = []
    entries: list[dict[str, Any]] = []
    for name, visits, outcome, closed in deals:
        opportunities.append(
            {
                "opportunity_id": name,
                "stage": visits[-1][0],
                "created_on": created,
                "closed_on": created + dt.timedelta(days=closed) if outcome != "open" else None,
                "is_closed": outcome != "open",
                "is_won": outcome == "won",
                "kind": "new",
                "amount": Decimal(100),
            }
        )
        entries += [
            {
                "opportunity_id": name,
                "stage": stage,
                "entered_at": dt.datetime.combine(created, dt.time(9)) + dt.timedelta(days=day),
            }
            for stage, day in visits
        ]
    return {"opportunities": opportunities, "opportunity_stages": entries}


def funnel(deals: Any = DEALS, created: dt.date = MATURE, at: dt.date = BOUNDARY) -> Funnel:
    with closing(build_tiny(tables(deals, created), "2026-01-11")) as connection:
        return find_stages(connection.cursor(), at, Scope())


def by_name(found: Funnel) -> dict[str, Stage]:
    return {stage.name: stage for stage in found.stages}


def test_stages_stand_in_the_order_of_first_entry() -> None:
    """Outcomes are no stages; 'goes back' entered Lead first, too."""
    assert [stage.name for stage in funnel().stages] == ["Lead", "Talk", "Offer"]


def test_the_order_outlives_skips() -> None:
    """Offer is the second entry of most deals, and still behind Talk."""
    deals = [DEALS[0], *((f"skips {n}", *DEALS[1][1:]) for n in range(4))]
    assert [stage.name for stage in funnel(deals).stages] == ["Lead", "Talk", "Offer"]


def test_skips_count_as_passed_and_moving_back_undoes_nothing() -> None:
    found = by_name(funnel())
    counts = {name: (each.entered, each.passed, each.won) for name, each in found.items()}
    # Lead: all but 'starts late'; 'whole way', 'skips' and 'goes back' reached a later stage.
    # Talk: 'skips' never entered it; of three, only 'whole way' got to Offer.
    assert counts == {"Lead": (5, 3, 2), "Talk": (3, 1, 1), "Offer": (2, 2, 2)}
    assert found["Lead"].waiting == 1
    assert found["Lead"].share == 0.6
    assert (round(found["Lead"].low or 0, 4), round(found["Lead"].high or 0, 4)) == (0.2307, 0.8824)


def test_time_in_a_stage_sums_visits_and_cuts_off_open_ones() -> None:
    """Lead: 10, 20, 4 + 6, 28 days, and 'still there' 224 days and counting.

    S after 10 days is 3/5, after 20 days 2/5: the median is 20; without the open deal it were 15.
    Talk: 20, 4 and 7 days, so 7. Offer: 10 and 8, so 8.
    """
    found = by_name(funnel())
    assert {name: each.median_days for name, each in found.items()} == {
        "Lead": 20, "Talk": 7, "Offer": 8,
    }  # fmt: skip
    assert (found["Lead"].stays, found["Lead"].running) == (5, 1)
    assert describe_stay(found["Offer"]) == "8 days, a guess"


def test_a_reopened_deal_ends_when_it_is_closed_last() -> None:
    """Lost on day 20, taken up again on day 50, won on day 60: the days it was closed are in no stage."""
    visits = [("Lead", 0), ("Talk", 12), ("Lost", 20), ("Talk", 50), ("Won", 60)]
    found = by_name(funnel([("reopened", visits, "won", 60), *DEALS[:2], *DEALS[3:]]))
    assert (found["Talk"].entered, found["Talk"].passed, found["Talk"].won) == (3, 2, 2)
    # Talk: 8 + 10, 20 and 7 days, so 18; Lead of the reopened deal: 12.
    assert found["Talk"].median_days == 18
    assert (found["Lead"].entered, found["Lead"].won) == (5, 3)


def test_a_median_that_is_not_reached() -> None:
    deals = [DEALS[3], *((f"open {n}", *DEALS[5][1:]) for n in range(3))]
    lead = by_name(funnel(deals))["Lead"]
    assert lead.median_days is None
    assert describe_stay(lead) == "n/a: fewer than half have left it"


def test_only_mature_deals_are_judged() -> None:
    """Nine in ten closed within 40 days: six weeks, so the cohort ends 42 days before."""
    found = funnel()
    assert found.maturity_days == 42
    assert (found.cohort_start, found.cohort_end) == (
        dt.date(2024, 12, 2),
        dt.date(2025, 12, 1),
    )
    told = describe_cohort(found)
    assert "from 2 Dec 2024 to 30 Nov 2025, 364 days" in told
    assert "within the 6 weeks since" in told
    young = funnel(created=dt.date(2025, 12, 1))
    assert not young.has_cohort
    assert "long enough ago" in describe_absence(young, True)
    on_the_last_day = funnel(created=dt.date(2025, 11, 30))
    assert by_name(on_the_last_day)["Lead"].entered == 5


def test_an_earlier_boundary_knows_nothing_of_later_rows() -> None:
    """On day 6 nothing is closed, and 'goes back' is the only one in Talk but the late starter."""
    found = funnel(at=MATURE + dt.timedelta(days=6))
    assert found.maturity_days is None
    assert {name: each.stays for name, each in by_name(found).items()} == {"Lead": 5, "Talk": 2}
    assert "no deal of this selection was closed" in describe_absence(found, True)


def test_without_history_or_deals() -> None:
    nothing = funnel([])
    assert nothing.stages == ()
    assert "has no opportunity_stages" in describe_absence(nothing, False)
    assert "has entered a stage yet" in describe_absence(nothing, True)
    assert describe_absence(funnel(), True) == ""


def test_the_deals_of_a_stage_are_those_counted() -> None:
    with closing(build_tiny(tables(DEALS, MATURE), "2026-01-11")) as connection:
        for stage in find_stages(connection.cursor(), BOUNDARY, Scope()).stages:
            deals = list_stage_deals(connection.cursor(), BOUNDARY, Scope(), stage.name)
            assert len(deals) == stage.entered
            assert sum(deal["got_further"] for deal in deals) == stage.passed
            assert sum(deal["outcome"] == "won" for deal in deals) == stage.won


def test_renewals_are_in_no_funnel() -> None:
    rows = tables(DEALS, MATURE)
    rows["opportunities"][0]["kind"] = "renewal"
    with closing(build_tiny(rows, "2026-01-11")) as connection:
        found = find_stages(connection.cursor(), BOUNDARY, Scope())
    assert by_name(found)["Lead"].entered == 4


def test_the_message_names_the_leakiest_stage_with_enough_deals() -> None:
    found = funnel()
    assert describe_funnel(found, 20) == "Too few deals to say at which stage they are lost"
    lead = Stage("Lead", 400, 256, 100, 0, 0.59, 0.69, 400, 0, 30)
    offer = Stage("Offer", 200, 180, 90, 0, 0.85, 0.93, 200, 0, 30)
    assert describe_funnel(Funnel(BOUNDARY, (lead, offer), 90), 20) == (
        "Lead loses the most: 64.0 % of its deals get further (256 of 400)"
    )


def test_stages_that_cannot_be_told_apart_are_named_together() -> None:
    """64.0 against 65.9 %: Newcombe's interval of the difference holds 0; 64 against 90 % does not."""
    lead = Stage("Lead", 400, 256, 100, 0, 0.59, 0.69, 400, 0, 30)
    talk = Stage("Talk", 410, 270, 100, 0, 0.61, 0.7, 410, 0, 30)
    offer = Stage("Offer", 200, 180, 90, 0, 0.85, 0.93, 200, 0, 30)
    assert describe_funnel(Funnel(BOUNDARY, (lead, talk, offer), 90), 20) == (
        "Fewest get further from Lead 64.0 % (256 of 400) and Talk 65.9 % (270 of 410): "
        "not distinguishable"
    )


def test_rows_of_the_funnel_carry_n_and_interval() -> None:
    found = funnel()
    rows = list_funnel_rows(found)
    assert rows[0]["95 % interval"] == "23.1-88.2 %"
    assert rows[0]["n of days"] == "5 (1 still in it)"


def test_the_chart_has_counts_and_interval_where_few_entered() -> None:
    chart = build_funnel_chart(funnel(), 20)
    bars = chart.figure["data"][0]
    assert bars["customdata"] == ["Lead", "Talk", "Offer"]
    assert bars["x"][0] == 0.6
    assert chart.figure["layout"]["xaxis"]["range"][0] == 0
    assert bars["text"][0] == "3 of 5 (23.1-88.2 %)"
    assert (
        build_funnel_chart(funnel(), 3).figure["data"][0]["text"][0] == "60.0 % (3 of 5), 20 days"
    )
    assert chart.title in chart.alt


def test_the_sample(sample_warehouse: Path) -> None:
    """Every deal of the sample starts in its first stage, and wins add up where nothing skips."""
    boundary = dt.date(2026, 11, 16)
    with closing(open_published(sample_warehouse)) as opened, closing(opened.cursor()) as cursor:
        found = find_stages(cursor, boundary, Scope())
        segments = [
            find_stages(cursor, boundary, Scope(segment=(name,)))
            for name in ("enterprise", "mid-market", "small business", "unknown")
        ]
    assert [stage.name for stage in found.stages] == [
        "Prospecting", "Qualification", "Proposal", "Negotiation",
    ]  # fmt: skip
    for place, stage in enumerate(found.stages):
        assert 0 <= stage.won <= stage.passed <= stage.entered
        recent = sum(each.stages[place].stays for each in segments if len(each.stages) == 4)
        assert recent == stage.stays
