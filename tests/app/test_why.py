"""Why a card moved, in its details: the answer first, one table at a time, and its sum in words."""

from pathlib import Path

from tests.app.conftest import Open


def texts(app) -> list[str]:
    """All plain text of the page."""
    return [each.value for each in app.text]


def test_details_of_a_card_say_why_it_moved(open_page: Open, sample_warehouse: Path) -> None:
    """Against what the card compares with: revenue lost shows last year, so does its explanation."""
    app = open_page(sample_warehouse, revenue_lost_by="account")
    app.session_state["details_revenue_lost"] = True
    app.run()
    assert not app.exception
    titles = [each.value for each in app.markdown]
    (title,) = (each for each in titles if "Why it moved" in each)
    assert "than the week of 10 Nov 2025" in title
    (told,) = (each for each in texts(app) if each.startswith("Largest part by driver"))
    assert "; by segment: " in told
    assert "; by account: " in told
    assert any(
        "rows sum to" in each and "exactly the change from EUR" in each for each in texts(app)
    )
    tables = [each.value for each in app.dataframe]
    (accounts,) = (each for each in tables if "account" in each.columns)
    assert accounts["account"].iloc[-1] == "Sum"


def test_the_sentences_of_the_week_say_what_moved(open_page: Open, sample_warehouse: Path) -> None:
    app = open_page(sample_warehouse)
    (told,) = (each for each in texts(app) if "Revenue lost" in each)
    (lost,) = (line for line in told.splitlines() if line.startswith("Revenue lost"))
    assert "less than the week before, above all Julisody Pumps GmbH (-EUR" in lost


def test_an_address_chooses_what_it_is_held_against(
    open_page: Open, sample_warehouse: Path
) -> None:
    app = open_page(sample_warehouse, churn_against="previous", churn_by="region")
    app.session_state["details_churn"] = True
    app.run()
    assert not app.exception
    assert any("than the week before" in each.value for each in app.markdown)
    (regions,) = (
        each.value for each in app.dataframe if {"segment", "mix"} <= set(each.value.columns)
    )
    assert "Germany" in set(regions["segment"])


def test_the_first_week_has_nothing_to_be_held_against(
    open_page: Open, sample_warehouse: Path
) -> None:
    """A sentence in place of a table, and no traceback."""
    first = _first_week(sample_warehouse)
    app = open_page(sample_warehouse, week=first)
    app.session_state["details_revenue_lost"] = True
    app.run()
    assert not app.exception
    assert any("none to be held against" in each for each in texts(app))


def _first_week(warehouse: Path) -> str:
    from warehouse.publish import open_published

    opened = open_published(warehouse)
    row = opened.connection.execute(
        "select min(period_start) from periods where grain = 'week'"
    ).fetchone()
    opened.close()
    assert row is not None
    return row[0].isoformat()
