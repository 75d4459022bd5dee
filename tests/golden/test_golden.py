"""The numbers of the sample are those of the golden file, or somebody has to say why they are not.

To renew it: python -m tests.golden.renew
"""

import csv
import io
from pathlib import Path

import pytest

from metrics.registry import load_metrics
from tests.golden.renew import ASKED, GOLDEN, show

NUMBERS = ("value", "numerator", "denominator", "low", "high")
Row = dict[str, str]


def read(text: str) -> dict[tuple[str, ...], Row]:
    """Rows by everything that is no number."""
    rows: dict[tuple[str, ...], Row] = {}
    for row in csv.DictReader(io.StringIO(text, newline="")):
        key = tuple(cell for name, cell in row.items() if name not in (*NUMBERS, "reason"))
        assert key not in rows, f"two rows of {key}"
        rows[key] = row
    return rows


def is_same(one: str, other: str) -> bool:
    """The same number to 1e-9, or both missing."""
    if not one or not other:
        return one == other
    return float(one) == pytest.approx(float(other), rel=1e-9, abs=1e-9)


def test_the_sample_shows_its_golden_numbers(sample_warehouse: Path) -> None:
    assert GOLDEN.exists(), "The golden file is missing: python -m tests.golden.renew"
    golden = read(GOLDEN.read_bytes().decode("utf-8"))
    shown = read(show(sample_warehouse))
    assert shown.keys() == golden.keys()
    differences = [
        f"{', '.join(filter(None, key))}: {name} was {was[name] or 'none'}, is {row[name] or 'none'}"
        for key, row in shown.items()
        for was in [golden[key]]
        for name in (*NUMBERS, "reason")
        if (row[name] != was[name] if name == "reason" else not is_same(row[name], was[name]))
    ]
    assert differences == []


def test_the_golden_file_has_every_metric_and_period() -> None:
    golden = read(GOLDEN.read_bytes().decode("utf-8")).values()
    assert {row["metric"] for row in golden} == set(load_metrics())
    for grain, last in ASKED:
        starts = {row["period_start"] for row in golden if row["grain"] == grain}
        assert len(starts) == int(last)
