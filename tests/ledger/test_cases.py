"""Budget cases in the ledger: versions, those for the pack, and what is approved stays."""

from datetime import date

import pytest

from analyses.board.codec import case_from_json, case_to_json
from ledger.cases import (
    approve_case,
    list_approved,
    list_cases,
    list_cases_for_pack,
    save_case,
)
from tests.ledger.company import Company
from tests.packs import HOSTILE, make_case
from warehouse.errors import StandingError


def test_a_case_is_saved_by_versions_and_approved_once(company: Company) -> None:
    warehouse = company.warehouse
    assert list_cases(warehouse) == [] == list_approved(warehouse)
    content = case_to_json(make_case())
    first = save_case(warehouse, " Win-back\n2027 ", content, "Ada", True)
    second = save_case(warehouse, "Win-back 2027", content, "Grace", False)
    other = save_case(warehouse, HOSTILE, content, HOSTILE, True)
    assert [(each.name, each.version) for each in list_cases(warehouse)] == [
        (HOSTILE, 1),
        ("Win-back 2027", 2),
    ]
    assert (first.version, second.version) == (1, 2)
    # The newest version was taken out of the pack.
    assert list_cases_for_pack(warehouse) == [other]
    assert case_from_json(first.content) == make_case()

    approved = approve_case(warehouse, first.key, "Grace", date(2027, 1, 1), '["promise"]')
    assert list_approved(warehouse) == [approved]
    assert approved.case == first
    with pytest.raises(StandingError, match="approved already, by Grace"):
        approve_case(warehouse, first.key, "Ada", date(2027, 4, 1), "[]")
    with pytest.raises(StandingError, match="no saved budget case number 99"):
        approve_case(warehouse, 99, "Ada", date(2027, 4, 1), "[]")
    assert list_approved(warehouse) == [approved]


@pytest.mark.parametrize(
    ("name", "wrong"), [(" \n", "has no name"), ("x" * 81, "at most 80 characters")]
)
def test_a_name_is_one_line_of_some_length(
    name: str, wrong: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with pytest.raises(StandingError, match=wrong):
        save_case(tmp_path_factory.mktemp("warehouse"), name, "{}", "Ada", False)
