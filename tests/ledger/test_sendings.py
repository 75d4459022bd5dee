"""What was sent is kept step by step, and of two who send at once only one does."""

from concurrent.futures import ThreadPoolExecutor

from ledger.sendings import begin, end, find_steps
from tests.ledger.company import Company


def test_of_two_at_once_one_sends(company: Company) -> None:
    assert find_steps(company.warehouse, "brief 2026-W46") == {}

    def claim(_: int) -> list[str]:
        return begin(company.warehouse, "brief 2026-W46", ["Board", "Chat"], "hash", ())

    with ThreadPoolExecutor(4) as pool:
        claimed = [name for names in pool.map(claim, range(4)) for name in names]
    assert sorted(claimed) == ["Board", "Chat"]
    end(company.warehouse, "brief 2026-W46", "Board", "hash", "")
    end(company.warehouse, "brief 2026-W46", "Chat", "hash", "refused")
    assert claim(0) == ["Chat"]
    found = find_steps(company.warehouse, "brief 2026-W46")
    assert {name: step.state for name, step in found.items()} == {"Board": "done", "Chat": "begun"}
    assert find_steps(company.warehouse, "brief 2026-W47") == {}
