"""The command line on a Salesforce export against the second reader and the second implementation."""

import contextlib
import datetime as dt
import io
import json
import math
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import pytest

import cli
from data.generate_sample import generate
from tests.reference.implementation.company import Company, build_company
from tests.reference.implementation.periods import GRAINS, closed_periods
from tests.reference.implementation.terms import mrr_at
from tests.reference.measured import Key, Numbers, measured_numbers
from tests.reference.nasty_export import nasty_files, vary, without_terms, write_files
from tests.reference.salesforce import read_export
from tests.reference.test_against_product import reference_numbers
from warehouse.publish import open_published

pytestmark = pytest.mark.usefixtures("few_metrics")

View: TypeAlias = tuple[str, str | None, int]  # grain, dimension, number of periods

# Of weeks the newest only, to be quick: what lies before them shows in the coarser grains.
WEEKS: View = ("week", None, 60)
MORE: tuple[View, ...] = (
    ("quarter", "segment", 1000),
    ("month", None, 1000),
    ("week", "segment", 20),
    ("year", "segment", 1000),
)
# What cannot be said without a file, by the first letters of the metric's name.
RESTS_ON = {
    "vel_": "opportunity",
    "vel_aided": "advocacy_activity__c",
    "adv_nps": "survey_response__c",
    "adv_csat": "survey_response__c",
    "adv_ces": "survey_response__c",
    "eco_spend": "cost__c",
}
VARIANTS: tuple[dict[str, Any], ...] = (
    {},
    {"time_zone": "Europe/Berlin", "renewal_grace_days": 30},
    {"reporting_currency": "GBP", "fiscal_year_first_month": 4, "close_lag_days": 3},
    {"time_zone": "America/Los_Angeles", "qualified_stages": ["Proposal"]},
)


@dataclass(frozen=True)
class Built:
    """A warehouse, and the same export as the second implementation sees it."""

    warehouse: Path
    company: Company
    files: frozenset[str]


def run(*arguments: object) -> str:
    """What a command prints; it must succeed."""
    output, errors = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors):
        status = cli.main([str(argument) for argument in arguments])
    assert status == 0, errors.getvalue()[-2000:]
    return output.getvalue()


def write_settings(path: Path, chosen: Mapping[str, Any]) -> Path:
    """A settings file with these keys and no other."""
    path.write_text("".join(f"{key} = {json.dumps(value)}\n" for key, value in chosen.items()))
    return path


def build(
    folder: Path, work: Path, chosen: Mapping[str, Any], reporting: str, as_of: dt.date | None
) -> Built:
    """Build with the product, and read with the second reader."""
    settings = write_settings(work / "settings.toml", chosen)
    given = () if as_of is None else ("--as-of", as_of)
    run("build", folder, "--warehouse", work / "warehouse", "--settings", settings, *given)
    export = read_export(
        folder, {"time_zone": "UTC", "fiscal_year_first_month": 1, **chosen}, reporting, as_of
    )
    company = build_company(export.tables, dict(chosen), export.as_of)
    files = frozenset(path.stem.lower() for path in folder.iterdir())
    return Built(work / "warehouse", company, files)


def shown_numbers(built: Built, view: View) -> dict[Key, Numbers]:
    """What `show` prints."""
    grain, dimension, last = view
    by = () if dimension is None else ("--by", dimension)
    text = run(
        "show", "--grain", grain, "--format", "json", "--last", last,
        "--warehouse", built.warehouse, *by,
    )  # fmt: skip
    numbers: dict[Key, Numbers] = {}
    for row in json.loads(text):
        start = dt.date.fromisoformat(row["period_start"])
        key = (row["metric"], start, row["breakdown"], row["member"])
        assert key not in numbers, f"two records of {key}"
        assert (row["grain"], row["dimension"]) == (grain, dimension), row
        assert (row["value"] is None) == (row["reason"] is not None), row
        numbers[key] = (row["value"], row["numerator"], row["denominator"])
    return numbers


def is_equal(theirs: Any, ours: Any) -> bool:
    """Equal to 1e-9, or both undefined."""
    if theirs is None or ours is None:
        return theirs is None and ours is None
    return math.isclose(float(theirs), float(ours), rel_tol=1e-9, abs_tol=1e-9)


def is_same(theirs: Numbers, ours: Numbers) -> bool:
    """Equal values, and equal counts where both give any.

    The second implementation gives none where a metric is no ratio, the product none where a value
    is undefined for another reason than its denominator.
    """
    counts = zip(theirs[1:], ours[1:], strict=True)
    return is_equal(theirs[0], ours[0]) and all(
        is_equal(one, other)
        for one, other in counts
        if other is not None and (one is not None or theirs[0] is not None)
    )


def differences(built: Built, product: Mapping[Key, Numbers], view: View) -> list[str]:
    """One line for each number on which the two do not agree, of as many periods as the view has."""
    grain, dimension, last = view
    company = built.company
    absent = tuple(start for start, file in RESTS_ON.items() if file not in built.files)
    first_day = min([start for _, start, _, _ in product])
    known = closed_periods(grain, company.first_day, company.as_of, company.settings)
    periods = closed_periods(
        grain, min(first_day, company.first_day), company.as_of, company.settings
    )
    reference = reference_numbers(company, periods[-last:], dimension)
    names = {name for name, _, _, _ in reference}
    nothing: Numbers = (None, None, None)
    found: list[str] = []
    for key in sorted(reference.keys() | {key for key in product if key[0] in names}, key=str):
        theirs, ours = product.get(key, nothing), reference.get(key, nothing)
        if absent and key[0].startswith(absent):
            agree = theirs[0] is None
        elif key in product and key in reference:
            agree = is_same(theirs, ours)
        else:
            # An empty part of the company, or a time before it began, may be left out.
            is_empty = dimension is not None or key[1] < known[0].start
            agree = is_empty and not theirs[0] and not ours[0]
        if not agree:
            found.append(f"{grain} {dimension} {key}: product {theirs}, reference {ours}")
    return found


def keep_last(numbers: Mapping[Key, Numbers], last: int) -> dict[Key, Numbers]:
    """Those of the last periods."""
    starts = sorted({start for _, start, _, _ in numbers})[-last:]
    return {key: value for key, value in numbers.items() if key[1] in starts}


def customer_differences(built: Built) -> list[str]:
    """Differences in `customers` of the last closed week."""
    company = built.company
    week = closed_periods("week", company.first_day, company.as_of, company.settings)[-1]
    reference = {}
    for customer_id, customer in company.customers.items():
        now = customer.tier_weeks.get(week.start)
        before = customer.tier_weeks.get(week.start - dt.timedelta(days=7))
        if now is not None:
            mrr = float(mrr_at(customer.terms, week.end))
            reference[customer_id] = (
                now.tier,
                before and before.tier,
                now.raw.rule,
                pytest.approx(mrr),
            )
    rows = json.loads(run("customers", "--format", "json", "--warehouse", built.warehouse))
    product = {
        row["customer_id"]: (row["tier"], row["previous_tier"], row["rule"], row["mrr"])
        for row in rows
    }
    assert len(rows) == len(product)
    return [
        f"{key}: product {product.get(key)}, reference {reference.get(key)}"
        for key in sorted(product.keys() | reference.keys())
        if product.get(key) != reference.get(key)
    ]


def check(built: Built, views: Sequence[View], shown: Sequence[View] = ()) -> None:
    """Both say the same in these views, and `show` prints so."""
    with closing(open_published(built.warehouse)) as published:
        measured = measured_numbers(published.cursor(), [(grain, by) for grain, by, _ in views])
    found: list[str] = []
    for view in views:
        found += differences(built, keep_last(measured[view[:2]], view[2]), view)
    for view in shown:
        found += differences(built, shown_numbers(built, view), view)
    found += customer_differences(built)
    assert not found, "\n".join([f"{len(found)} differences", *found[:40]])


def test_generated_company(tmp_path: Path) -> None:
    folder = tmp_path / "export"
    generate(folder, customers=45, usage_customers=None)
    built = build(folder, tmp_path, {}, "EUR", None)
    views = [(grain, by, 1000) for grain in GRAINS for by in (None, "segment")]
    check(built, views, shown=[("quarter", None, 1000)])


@pytest.mark.parametrize("number", range(len(VARIANTS)))
def test_nasty_export(tmp_path: Path, number: int) -> None:
    files, as_of = nasty_files(1)
    chosen = VARIANTS[number]
    reporting = chosen.get("reporting_currency", "EUR")
    folder = write_files(tmp_path / "export", files, reporting)
    check(build(folder, tmp_path, chosen, reporting, as_of), [WEEKS], shown=[MORE[number]])


@pytest.mark.parametrize("seed", range(6))
def test_varied_export(tmp_path: Path, seed: int) -> None:
    files, as_of = nasty_files(seed)
    reporting = ("EUR", "USD", "GBP")[seed % 3]
    chosen = {**VARIANTS[seed % len(VARIANTS)], "reporting_currency": reporting}
    folder = write_files(tmp_path / "export", vary(files, seed), reporting)
    built = build(folder, tmp_path, chosen, reporting, as_of if seed % 2 else None)
    check(built, [WEEKS, MORE[seed % len(MORE)]])


@pytest.mark.parametrize("seed", range(3))
def test_inferred_terms(tmp_path: Path, seed: int) -> None:
    """A stock org: won opportunities, some of them with a contract, and no subscriptions."""
    files, as_of = without_terms(seed)
    chosen = ({}, {"assumed_term_months": 6, "renewal_grace_days": 30}, {"close_lag_days": 3})[seed]
    folder = write_files(tmp_path / "export", files, "EUR")
    built = build(folder, tmp_path, chosen, "EUR", as_of)
    assert any(customer.terms for customer in built.company.customers.values())
    check(built, [WEEKS, MORE[seed % len(MORE)]])
