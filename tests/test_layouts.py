"""The same company from Salesforce, from HubSpot and from plain files gives the same numbers.

The generator writes one company in three layouts. Every metric, by every grain, in total and by each dimension, must
have the same value, numerator, denominator and reason from each; what a layout does not carry is named here.
"""

from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import TypeAlias

import pytest

from data.generate_sample import LAYOUTS, generate
from ledger.measure import list_slices, measure
from metrics.engine import missing_tables
from metrics.periods import GRAINS
from metrics.registry import load_metrics
from warehouse.build import build
from warehouse.publish import open_published
from warehouse.settings import Settings

AS_OF = date(2026, 11, 15)
CUSTOMERS, WEEKS = 200, 100
OTHER_LAYOUTS = tuple(layout for layout in LAYOUTS if layout != "salesforce")

# Metric -> why its numbers cannot be the same. Empty: each layout carries what every metric needs.
NOT_CARRIED: dict[str, dict[str, str]] = {"hubspot": {}, "plain": {}}
# What a load warns of beside cases that the company never closed.
OTHER_WARNINGS = (
    "select message from load_notes where severity <> 'info' and message not like '%never closed%'"
)
# Contract tables that a layout does not carry; no metric needs one of them.
MISSING_TABLES: dict[str, dict[str, str]] = {
    "hubspot": {
        "owners": "an export names the owner of a record and lists no users",
        "leads": "no header of an export of HubSpot's leads is known",
        "campaigns": "no header of an export of HubSpot's campaigns is known",
        "campaign_members": "as campaigns",
    },
    "plain": {},
}

# Metric, grain, first day, dimension, its value, member: value, numerator, denominator (digits), reason.
Key: TypeAlias = tuple[str, str, date, str, str, str]
Numbers: TypeAlias = dict[Key, tuple[str | None, ...]]


@pytest.fixture(scope="module")
def warehouses(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """One company, generated and built from each layout."""
    built: dict[str, Path] = {}
    for layout in LAYOUTS:
        folder = tmp_path_factory.mktemp(layout)
        generate(folder / "export", CUSTOMERS, weeks=WEEKS, usage_customers=None, layout=layout)
        build(folder / "export", folder / "warehouse", Settings())
        built[layout] = folder / "warehouse"
    return built


@pytest.fixture(scope="module")
def numbers(warehouses: Mapping[str, Path]) -> Mapping[str, Numbers]:
    """Every number of each warehouse."""
    return {layout: dict(read_numbers(path)) for layout, path in warehouses.items()}


def read_numbers(warehouse: Path) -> Iterator[tuple[Key, tuple[str | None, ...]]]:
    """As the ledger measures them: all at once, and what the engine says (a test of the ledger compares)."""
    with closing(open_published(warehouse)) as published, closing(published.cursor()) as cursor:
        measure(cursor, load_metrics().values(), list_slices(cursor, GRAINS))
        rows = cursor.execute(
            "select metric, grain, period_start, dimension, breakdown, member, value, numerator, denominator, reason"
            " from measured"
        ).fetchall()
    for row in rows:
        yield row[:6], row[6:]


def test_there_is_something_to_compare(numbers: Mapping[str, Numbers]) -> None:
    """Two empty warehouses would be equal too."""
    said = {key[0] for key, (value, *_) in numbers["salesforce"].items() if value and float(value)}
    assert set(load_metrics()) - said <= {"vel_realised"}
    assert len(numbers["salesforce"]) > 10_000


@pytest.mark.parametrize("layout", OTHER_LAYOUTS)
def test_every_metric_is_the_same_from_every_layout(
    layout: str, numbers: Mapping[str, Numbers]
) -> None:
    ours, theirs = numbers["salesforce"], numbers[layout]
    differing: dict[str, str] = {}
    for key in ours.keys() | theirs.keys():
        if ours.get(key) != theirs.get(key):
            differing[key[0]] = f"{key}: {ours.get(key)} and {theirs.get(key)}"
    unexplained = {
        name: text for name, text in differing.items() if name not in NOT_CARRIED[layout]
    }
    assert unexplained == {}
    assert set(NOT_CARRIED[layout]) == set(differing), "a reason is given for what is the same"


@pytest.mark.parametrize("layout", OTHER_LAYOUTS)
def test_what_a_layout_lacks_is_known(layout: str, warehouses: Mapping[str, Path]) -> None:
    query = "select table_name from table_status where is_present"
    lacking = set(rows(warehouses["salesforce"], query)) - set(rows(warehouses[layout], query))
    assert {name for (name,) in lacking} == set(MISSING_TABLES[layout])
    with closing(open_published(warehouses[layout])) as published:
        for metric in load_metrics().values():
            assert missing_tables(published.cursor(), metric) == [], metric.id


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_row_of_every_layout_is_accounted_for(
    layout: str, warehouses: Mapping[str, Path]
) -> None:
    unbalanced = "rows_in <> accepted + rejected + deleted + set_aside"
    assert rows(warehouses[layout], f"select file from load_files where {unbalanced}") == []
    assert rows(warehouses[layout], "select distinct file, reason from rejected_rows") == []
    assert rows(warehouses[layout], OTHER_WARNINGS) == []


@pytest.mark.parametrize("layout", OTHER_LAYOUTS)
@pytest.mark.parametrize(
    "query",
    [
        "select ordered_on, amount, orders from fct_orders order by all",
        "select invited_on, instrument, wave from survey_invitations order by all",
    ],
)
def test_orders_and_invitations_are_the_same_from_every_layout(
    layout: str, query: str, warehouses: Mapping[str, Path]
) -> None:
    """No metric is made of them yet, so the numbers above would not say."""
    ours = rows(warehouses["salesforce"], query)
    assert len(ours) > 100
    assert rows(warehouses[layout], query) == ours


def rows(warehouse: Path, query: str) -> list[tuple[object, ...]]:
    with closing(open_published(warehouse)) as published:
        return published.cursor().execute(query).fetchall()
