"""What was restated is said beside the number, as a bridge, and on data health; or nobody could look."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import cli
from ledger.database import FILE, VARIABLE
from tests.ledger.test_as_known import write_company

HEALTH, METRICS = "pages/reference/data_health.py", "pages/reference/metrics.py"
Open = Callable[..., AppTest]


@pytest.fixture(scope="module")
def restated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Customer 17's cancellation comes in late."""
    folder = tmp_path_factory.mktemp("restated")
    warehouse = folder / "warehouse"
    for name, lost, as_of, known_on in (
        ("first", range(1, 9), "2026-05-17", "2026-05-18"),
        ("second", [*range(1, 9), 17], "2026-05-31", "2026-06-01"),
    ):
        export = write_company(folder / name, *lost)
        status = cli.main(
            [
                "build",
                str(export),
                "--warehouse",
                str(warehouse),
                "--as-of",
                as_of,
                "--known-on",
                known_on,
            ]
        )
        assert status == 0
    return warehouse


def everything(app: AppTest) -> str:
    assert not app.exception
    return "\n".join(str(each.value) for each in (*app.text, *app.caption, *app.markdown))


def test_a_number_says_what_it_was_and_why(open_page: Open, restated: Path) -> None:
    app = open_page(restated, METRICS, metric="churn_logo", week="2026-05-04")
    assert "restated: reported 4.0 %, now 4.5 % (late data)" in everything(app)
    told = [frame.value for frame in app.dataframe if "restated" in frame.value]
    assert "restated: reported 4.0 %, now 4.5 %" in set(told[0]["restated"])
    (bridge,) = [frame.value for frame in app.dataframe if "exact change" in frame.value]
    assert list(bridge["step"]) == ["as reported", "late data", "now"]
    assert bridge["exact change"][1] == "0.005"


def test_the_weekly_page_opens_with_restated_numbers(open_page: Open, restated: Path) -> None:
    everything(open_page(restated, week="2026-05-04"))


def test_data_health_lists_all_of_them(open_page: Open, restated: Path) -> None:
    app = open_page(restated, HEALTH)
    everything(app)
    (table,) = [frame.value for frame in app.dataframe if "causes" in frame.value]
    assert set(table["causes"]) == {"late data"}
    assert "Customer churn rate" in set(table["metric"])
    headlines = [
        name == "churn_logo" or name == "mrr" or name == "ret_nrr" or name.startswith("cust_")
        for name in table["id"]
    ]
    assert headlines == sorted(headlines, reverse=True)
    (line,) = [each.value for each in app.text if "restated by the newest build" in each.value]
    assert "(late data " in line
    assert "First of all: Customer churn rate, week" in line
    assert "restated: reported 4.0 %, now 4.5 %" in line
    app.selectbox(key="restated_bridge").select_index(0).run()
    assert any("exact change" in frame.value for frame in app.dataframe)
    app.pills(key="restated_causes").set_value(["rates"]).run()
    assert "0 of" in everything(app)


def test_without_a_ledger_pages_say_so(
    open_page: Open, sample_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not (sample_warehouse / FILE).exists()
    assert "There is no ledger yet" in everything(open_page(sample_warehouse, HEALTH))
    monkeypatch.setenv(VARIABLE, "postgresql://me:secret@127.0.0.1:1/ledger")
    told = everything(open_page(sample_warehouse, HEALTH))
    assert "cannot be used" in told
    assert "secret" not in told
    everything(open_page(sample_warehouse, METRICS, metric="mrr"))


def test_pages_say_it_beside_their_own_numbers(open_page: Open, restated: Path) -> None:
    week = {"week": "2026-05-04"}
    churn = everything(open_page(restated, "pages/revenue/churn.py", **week))
    assert "restated: reported 4.0 %" in churn
    tiers = everything(open_page(restated, "pages/customers/tiers.py", **week, measure="mrr"))
    assert "restated: neutral reported" in tiers
    assert "restated" not in everything(
        open_page(restated, "pages/revenue/churn.py", week="2026-03-02")
    )


def test_a_card_says_it_of_the_amount_that_it_shows(open_page: Open, restated: Path) -> None:
    """Revenue lost is an amount: that its share of MRR was another is no answer."""
    app = open_page(restated, week="2026-05-04")
    labels = [each.proto.popover.label for each in app.get("popover")]
    assert any(each.startswith("restated: reported 4.0 % · ") for each in labels), labels
    assert any(each.startswith("restated: reported 800 · ") for each in labels), labels
