"""Every page on a stock org: a CRM with only its standard objects, and one with headers alone."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.app.conftest import Open
from ui.tables import to_download
from warehouse.build import build
from warehouse.errors import StandingError
from warehouse.settings import Settings

Write = Callable[[Path], Path]
Build = Callable[[Write], Path]

TERMS = "inferred terms"
PAGES = {
    "customers/tiers": "Customers by tier",
    "customers/movement": "Movement between tiers",
    "revenue/churn": "Churn",
    "revenue/lifetime_value": "Lifetime value",
    "revenue/forecast": "Next 13 weeks",
    "budget/case": "Budget case",
}


def write_stock(folder: Path) -> Path:
    """24 customers with a first deal and a renewal; cases that nobody marks; migrated: all created on one day."""
    files = {
        "Account": "Id,Name,Industry,CreatedDate\n"
        + "".join(f"001{n:02},Customer {n},Energy,2026-11-01 09:00:00\n" for n in range(24)),
        "Opportunity": "Id,AccountId,StageName,IsClosed,IsWon,CreatedDate,CloseDate,Amount,Type\n"
        + "".join(
            f"006{n:02},001{n:02},Won,1,1,2026-11-01 09:00:00,"
            f"{'2026-10' if n > 17 else f'2025-{n % 12 + 1:02}'}-15,{1200 + n},New Customer\n"
            for n in range(24)
        )
        + "".join(
            f"007{n:02},001{n:02},Won,1,1,2026-11-01 09:00:00,2026-{n % 10 + 1:02}-10,1500,Renewal\n"
            for n in range(18)
        )
        + "00899,,Talks,0,0,2026-11-02 09:00:00,2026-12-01,500,New Customer\n",
        "Case": "Id,AccountId,CreatedDate,IsClosed,ClosedDate,Type,IsEscalated\n"
        "5001,00103,2026-10-10 10:00:00,0,,Electrical,0\n"
        "5002,00104,2025-01-10 10:00:00,0,,Electrical,0\n",
        "OpportunityHistory": "Id,OpportunityId,StageName,FromOpportunityStageName,CreatedDate\n"
        "0081,00600,Won,Won,2026-11-01 09:00:00\n",
    }
    folder.mkdir()
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def write_headers(folder: Path) -> Path:
    """The same files without a row."""
    write_stock(folder)
    for path in folder.glob("*.csv"):
        path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    return folder


def words(app: AppTest) -> str:
    """Everything that is said in texts, captions, headings and boxes."""
    parts = [app.subheader, app.caption, app.text, app.markdown, app.info, app.warning]
    return "\n".join(str(each.value) for part in parts for each in part)


@pytest.mark.parametrize("page", PAGES)
def test_titles_say_that_terms_are_inferred(
    page: str, open_page: Open, build_export: Build
) -> None:
    app = open_page(build_export(write_stock), f"pages/{page}.py")
    assert not app.exception
    assert app.subheader[0].value == f"{PAGES[page]} ({TERMS})"
    assert "or of 12 months" in words(app)
    assert app.session_state.basis == TERMS


def test_velocity_reads_no_terms_and_says_nothing_of_them(
    open_page: Open, build_export: Build
) -> None:
    app = open_page(build_export(write_stock), "pages/revenue/velocity.py")
    assert not app.exception
    assert "inferred" not in words(app)
    assert app.session_state.basis is None
    # The records were migrated: no cycle, and so what was won stands in its place.
    assert "were all closed before they were created, so there is no cycle" in words(app)
    assert "was won; velocity itself has no value" in words(app)
    stages = open_page(
        build_export(write_stock), "pages/revenue/velocity.py", part="cycle and stages"
    )
    assert "1 row of OpportunityHistory.csv is set aside: not a stage move." in words(stages)


def test_each_card_that_rests_on_terms_says_so(open_page: Open, build_export: Build) -> None:
    app = open_page(build_export(write_stock))
    assert not app.exception
    labels = [each.proto.popover.label for each in app.get("popover")]
    assert len([label for label in labels if label.startswith(f"{TERMS} · ")]) == 5  # not velocity
    assert "Customers and revenue rest on inferred terms." in words(app)
    titles = [each.value for each in app.markdown if TERMS in each.value]
    assert len(titles) == 3  # spread, movement, five names


def test_details_of_a_card_say_what_was_inferred(open_page: Open, build_export: Build) -> None:
    app = open_page(build_export(write_stock))
    app.session_state["details_churn"] = True
    app.run()
    assert not app.exception
    assert "Terms are inferred: each won opportunity counts as a term" in words(app)
    assert "**Inferred terms.**" in words(app)


def test_an_account_says_it(open_page: Open, build_export: Build) -> None:
    app = open_page(build_export(write_stock), "pages/customers/account.py", customer="00103")
    assert not app.exception
    assert f"Customer 3 ({TERMS})" in [each.value for each in app.subheader]


def test_tiers_say_what_they_cannot_know(open_page: Open, build_export: Build) -> None:
    app = open_page(build_export(write_stock), "pages/customers/tiers.py")
    said = words(app)
    assert "Nobody could look angry: no field of the 2 cases marks a complaint" in said
    assert "1 case has been open for longer than 365 days (674 days)" in said
    assert "What customers say is not known." in said
    missing = lacking(app)
    assert missing["cases: kind"].startswith("warehouse/sources/salesforce/cases.sql, line ")
    assert missing["survey responses"].startswith(
        "warehouse/sources/salesforce/survey_responses.sql; source.toml, line "
    )
    assert "subscriptions" in missing
    assert "cases" not in missing


def lacking(app: AppTest) -> dict[str, str]:
    """What is missing, and which line to edit."""
    tables = [each.value for each in app.dataframe if "it would show" in each.value.columns]
    assert len(tables) == 1
    return dict(zip(tables[0]["missing"], tables[0]["edit"], strict=True))


@pytest.mark.parametrize(
    "page",
    ["review/weekly", *PAGES, "revenue/velocity", "customers/account", "reference/metrics",
     "reference/data_health"],
)  # fmt: skip
def test_pages_on_headers_alone_say_what_to_export(
    page: str, build_export: Build, open_page: Open
) -> None:
    app = open_page(build_export(write_headers), f"pages/{page}.py")
    assert not app.exception
    if page == "review/weekly":
        assert "no week has a number" in words(app)
        assert not app.metric
        assert "opportunities" in lacking(app)


def test_headers_alone_are_refused_without_a_day(tmp_path: Path) -> None:
    export = write_headers(tmp_path / "export")
    with pytest.raises(StandingError, match="No file of the export has a row"):
        build(export, tmp_path / "warehouse", Settings(), None, lambda _: None)


def test_the_whole_sample_lacks_nothing(open_page: Open, sample_warehouse: Path) -> None:
    for page in (*PAGES, "revenue/velocity", "review/weekly"):
        app = open_page(sample_warehouse, f"pages/{page}.py")
        assert not app.exception
        assert "What it would take to see more" not in words(app), page
        assert "inferred" not in words(app), page


def test_a_download_says_on_what_it_rests() -> None:
    rows = [{"tier": "loyal", "customers": 3}]
    assert list(csv.DictReader(io.StringIO(to_download(rows, TERMS)))) == [
        {"tier": "loyal", "customers": "3", "basis": TERMS}
    ]
    assert to_download(rows, None) == "tier,customers\r\nloyal,3\r\n"
    assumed = "gross margin 80 %, discount 10 % a year"
    assert to_download(rows, TERMS, assumed) == (
        f'tier,customers,basis,assumptions\r\nloyal,3,{TERMS},"{assumed}"\r\n'
    )
    said = [{"value": "1", "basis": None}]
    assert to_download(said, TERMS) == "value,basis\r\n1,\r\n"


def write_ended(folder: Path) -> Path:
    """Two years after the last deal: every inferred term has ended."""
    write_stock(folder)
    deals = folder / "Opportunity.csv"
    deals.write_text(
        deals.read_text(encoding="utf-8").replace(",2026-", ",2024-").replace(",2025-", ",2023-"),
        encoding="utf-8",
    )
    return folder


@pytest.mark.parametrize("page", ["review/weekly", *PAGES])
def test_pages_say_that_all_terms_have_ended(
    page: str, open_page: Open, build_export: Build
) -> None:
    app = open_page(build_export(write_ended), f"pages/{page}.py")
    assert not app.exception
    said = words(app)
    assert (
        "Nobody is a customer in this week: the inferred terms of the 24 customers there were have ended"
        in said
    )
    assert "Choose a week before that day" in said
    assert "raise assumed_term_months in settings.toml" in said
