"""A frozen pack stays what it was, whatever is loaded later."""

import datetime as dt
from typing import Any

import pytest

from analyses.board.freeze import Given, freeze_pack, read_frozen, read_today
from analyses.board.restated import is_other
from ledger.packs import list_packs, read_pack
from tests.ledger.company import Company
from tests.tiny import term
from warehouse.errors import StandingError

QUARTER = dt.date(2026, 7, 1)
GIVEN = Given("2026Q3", "Board pack of the summer", by="Ada")


def make_terms(lost: int) -> list[dict[str, Any]]:
    """Forty customers; some of them leave in the third quarter of 2026, and one pays from June on."""
    ended = ["2026-08-10"] * lost + [None] * (40 - lost)
    return [
        *(term(f"c{place}", "2025-01-06", end) for place, end in enumerate(ended)),
        term("late", "2026-06-01"),
    ]


def test_a_pack_is_the_same_after_a_load_that_changes_its_quarter(company: Company) -> None:
    company.build({"subscriptions": make_terms(2)}, "2026-10-11", "2026-10-12")
    pack = freeze_pack(company.warehouse, GIVEN)
    frozen = read_pack(company.warehouse)
    company.build({"subscriptions": make_terms(4)}, "2026-10-25", "2026-10-26")
    assert read_pack(company.warehouse, "2026q3") == frozen
    assert read_frozen(company.warehouse) == pack
    (row,) = list_packs(company.warehouse)
    assert (row.name, row.frozen_by, row.quarter_start) == ("2026q3", "Ada", QUARTER)
    churn = next(
        each
        for each in pack.numbers
        if (each.metric, each.period_start, each.dimension) == ("churn_logo", QUARTER, None)
    )
    assert (churn.numerator, churn.denominator) == (2, 41)
    today = read_today(company.warehouse, pack)
    assert today is not None
    now = dict(zip(pack.numbers, today.numbers, strict=True))[churn]
    assert (now.numerator, now.denominator) == (4, 41)
    assert "customer churn of Q3 2026 9.8 % in place of 4.9 %" in today.slide.title
    assert today.changed == sum(
        is_other(each, other) for each, other in zip(pack.numbers, today.numbers, strict=True)
    )
    with pytest.raises(StandingError, match="There is a pack 2026q3 already"):
        freeze_pack(company.warehouse, GIVEN)


def test_a_quarter_that_is_not_over_or_not_there_is_refused(company: Company) -> None:
    company.build({"subscriptions": make_terms(2)}, "2026-10-11", "2026-10-12")
    with pytest.raises(StandingError, match="2026Q4 is not over"):
        freeze_pack(company.warehouse, Given("2026Q4", "Too early"))
    with pytest.raises(StandingError, match="no quarter '2031Q1': the closed ones are"):
        freeze_pack(company.warehouse, Given("2031Q1", "Too late"))
    with pytest.raises(StandingError, match=r"cannot be named '\.\./etc'"):
        freeze_pack(company.warehouse, Given("2026Q3", "Elsewhere", name="../etc"))
    assert not list_packs(company.warehouse)
