"""docs/checks.md says of every check what its file says."""

from pathlib import Path

from warehouse.gate.check import load_checks
from warehouse.gate.freshness import FEWEST_WEEKS
from warehouse.staging.control import MEASURES, TOLERANCE
from warehouse.staging.money import STRAY_SHARE


def test_every_check_stands_in_the_docs_with_its_severity_and_advice(root: Path) -> None:
    text = (root / "docs" / "checks.md").read_text(encoding="utf-8")
    checks = sorted(
        load_checks(), key=lambda each: (each.severity != "error", each.rank, each.name)
    )
    rows = [
        f"| `{each.name}` | {each.severity}{', beside the tiers' if each.beside else ''} |"
        f" {each.description} | {each.advice} |"
        for each in checks
    ]
    assert [line for line in text.splitlines() if line.startswith("| `")] == rows


def test_the_numbers_in_the_docs_are_those_of_the_code(root: Path) -> None:
    text = (root / "docs" / "checks.md").read_text(encoding="utf-8")
    assert f"{TOLERANCE} where it is empty" in text
    assert f"{FEWEST_WEEKS} at least" in text
    assert f"up to {100 * STRAY_SHARE:g} %" in text
    assert all(f"`{name}`" in text for name in MEASURES)
