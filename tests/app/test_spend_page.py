"""The page of spend, run without a browser: what it says, what a mark opens, and what a filter takes away."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

from tests.app.conftest import Open

PAGE = "pages/budget/spend.py"


def words(app: AppTest) -> str:
    kinds = (app.text, app.markdown, app.caption, app.info)
    return "\n".join(each.value for kind in kinds for each in kind).replace("\\", "")


def test_sample(open_page: Open, sample_warehouse: Path) -> None:
    """Spend first, then CAC with its lag, and what spend by channel cannot say."""
    app = open_page(sample_warehouse, PAGE, purpose="advocacy", quarter="Q1 2026")
    assert not app.exception
    said = words(app)
    assert "was spent in Q3 2026, EUR 21.9 k more than in Q2 2026: acquisition EUR 266 k" in said
    assert "The export has no cost for advocacy in Jul 2024 to Sep 2025: unknown, not free." in said
    assert "2 months earlier, since the median won deal took 57 days" in said
    assert "here the median won deal took 57 days" in said
    assert "So no channel here has a return." in said
    assert "Lifetime value: gross margin 80 %, discount 10 % a year, horizon 60 months" in said
    rows = app.dataframe[0].value
    assert set(rows["purpose"]) == {"advocacy"}
    assert len(rows) == 3


def test_a_part_of_the_company_has_no_costs(open_page: Open, sample_warehouse: Path) -> None:
    app = open_page(sample_warehouse, PAGE, segment="enterprise")
    assert not app.exception
    assert "remove the filters" in words(app)
    assert not app.get("plotly_chart")
