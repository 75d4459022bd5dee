"""A pack comes back from its text digit by digit, and equal packs are equal texts."""

from dataclasses import replace
from decimal import Decimal

from analyses.board.codec import case_from_json, case_to_json, from_json, to_json
from tests.packs import make_case, make_pack


def test_a_pack_comes_back_as_it_was() -> None:
    pack = make_pack()
    assert from_json(to_json(pack)) == pack
    assert to_json(from_json(to_json(pack))) == to_json(pack)


def test_money_keeps_its_digits_and_its_kind() -> None:
    pack = make_pack()
    money = replace(pack.numbers[0], value=Decimal("1.50"), denominator=0.1 + 0.2)
    back = from_json(to_json(replace(pack, numbers=(money,)))).numbers[0]
    assert str(back.value) == "1.50"
    assert isinstance(back.value, Decimal)
    assert back.denominator == 0.1 + 0.2
    assert isinstance(back.numerator, int)


def test_a_case_comes_back_as_it_was() -> None:
    assert case_from_json(case_to_json(make_case())) == make_case()
