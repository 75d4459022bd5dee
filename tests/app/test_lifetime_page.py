"""The lifetime value page, run without a browser on several exports."""

import re
import shutil
from collections.abc import Callable, Hashable
from contextlib import closing
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from analyses.formats import format_value
from metrics.engine import Record, evaluate
from metrics.registry import load_metrics
from tests.app import exports
from tests.app.conftest import AS_OF, Open
from warehouse.build import build
from warehouse.publish import open_published
from warehouse.settings import SETTINGS_FILE, Settings, load_settings

PAGE = "pages/revenue/lifetime_value.py"
COST = "cost and payback"
Build = Callable[[Callable[[Path], Path]], Path]


def write_without_costs(folder: Path) -> Path:
    return exports.write_without(folder, "Cost__c")


def words(app: AppTest) -> str:
    kinds = (app.subheader, app.text, app.markdown, app.caption, app.info)
    drawn = "\n".join(each.value for kind in kinds for each in kind)
    return drawn.replace("\\", "")


def table(app: AppTest, column: str) -> list[dict[Hashable, object]]:
    frame = next(each.value for each in app.dataframe if column in each.value.columns)
    return frame.to_dict("records")


def ask(warehouse: Path, metric: str, breakdown: str | None = None) -> list[Record]:
    with closing(open_published(warehouse)) as opened, closing(opened.cursor()) as cursor:
        return evaluate(
            cursor, load_metrics()[metric], grain="quarter", last=1, breakdown=breakdown
        )


def test_sample(open_page: Open, sample_warehouse: Path) -> None:
    app = open_page(sample_warehouse, PAGE, part="assumptions")
    assert not app.exception
    value = float(str(ask(sample_warehouse, "ltv_km")[0].value))
    shown = words(app)
    assert f"worth {format_value(value, 'currency', 'EUR')} in margin" in words(app)
    for said in ("80 % gross margin", "10 % discount", "60 at most", "projects nothing beyond"):
        assert said.lower() in shown.lower()
    sheet = {str(row["assumption"]): str(row["by survival"]) for row in table(app, "assumption")}
    assert sheet["timing"].startswith("first margin now")
    assert sheet["revenue or margin"] == "margin"
    assert sheet["whose value"] == "a new customer"
    assert sheet["acquisition cost"].startswith("before it")
    assert "version" in sheet["model and version"]


def test_what_is_projected_has_its_ground_and_its_backtest(
    open_page: Open, sample_warehouse: Path
) -> None:
    """As far as its renewals tell, all customers of the sample renew alike: a what if, no value."""
    app = open_page(sample_warehouse, PAGE)
    assert not app.exception
    shown = words(app)
    assert "No lifetime value is projected beyond 33 months: as far as renewals tell" in shown
    # The headline is a reason; the number of the what if stands in its part alone.
    heading = next(each.value for each in app.text if "No lifetime value is" in each.value)
    assert "would bring" not in heading
    for said in (
        "What if all renewed alike beyond 33 months: 60 months would bring EUR",
        "That is no projection",
        "their age is not known",
        "bootstrap",
        "horizon 60 months",
    ):
        assert said in shown
    parts = table(app, "projected")
    assert {row["projected"] for row in parts} == {"n/a"}
    assert all(str(row["remark"]) for row in parts)
    tested = open_page(sample_warehouse, PAGE, part="backtest")
    assert not tested.exception
    rows = table(tested, "by constant churn")
    assert [row["after"] for row in rows] == ["13 weeks", "26 weeks", "39 weeks", "52 weeks"]
    assert f"{rows[-1]['actual']} did; " in words(tested)
    assert f"and {rows[-1]['lost']} were, so 13 % too few. Constant churn was closer" in words(
        tested
    )
    assert "It fails where after 52 weeks" in words(tested)


def test_the_segments_are_those_of_the_engine(open_page: Open, sample_warehouse: Path) -> None:
    app = open_page(sample_warehouse, PAGE, by="persona")
    assert not app.exception
    rows = {row["persona"]: row["by survival"] for row in table(app, "persona")}
    assert rows == {
        record.breakdown: format_value(float(str(record.value)), "currency", "EUR")
        for record in ask(sample_warehouse, "ltv_km", "persona")
    }


def test_value_of_a_tier_carries_n_bands_assumptions_and_backtest(
    open_page: Open, sample_warehouse: Path
) -> None:
    app = open_page(sample_warehouse, PAGE, part="value of a tier")
    assert not app.exception
    rows = {str(row["tier"]): row for row in table(app, "value over 52 weeks")}
    assert list(rows) == ["Advocate", "Loyal", "Neutral", "Dissatisfied", "Actively dissatisfied"]
    assert all(" to " in str(row["value without an end"]) for row in rows.values())
    assert rows["Neutral"]["beyond neutral, 52 weeks"] == ""
    assert "gross margin 80 %, discount 10 % a year" in str(rows["Loyal"]["assumptions"])
    kept = {str(row["tier"]): row for row in table(app, "beyond neutral, retention")}
    assert str(kept["Neutral"]["retention"]).endswith("%)")
    assert {row["currency"] for row in (*rows.values(), *kept.values())} == {"EUR"}
    tested = {str(row["tier a year ago"]): row for row in table(app, "tier a year ago")}
    assert {row["verdict"] for row in tested.values()} <= {"holds", "failed"}
    assert "All customers" in tested
    shown = words(app)
    assert "not a proven effect" in shown
    assert " stands on rung 1 of 4: a difference between groups. The next part" in shown
    assert "Backtest: a year ago the chain expected" in shown
    assert "chi-square" in shown
    assert "churn on the tiers page is by calendar quarter" in shown
    assert "values: from the moves as counted" in shown


def test_value_of_a_tier_of_few_customers_says_why_there_is_none(
    open_page: Open, sample_warehouse: Path
) -> None:
    app = open_page(
        sample_warehouse, PAGE, part="value of a tier", segment="enterprise", region="LATAM"
    )
    assert not app.exception
    shown = words(app)
    assert "left this tier in 52 weeks, fewer than 30" in shown or "No value by tier" in shown


def test_value_of_a_tier_waits_for_52_weeks(open_page: Open, sample_warehouse: Path) -> None:
    app = open_page(sample_warehouse, PAGE, part="value of a tier", week="2024-02-05")
    assert not app.exception
    shown = words(app)
    assert "over 52 weeks is n/a: the data begin on 20 Nov 2023, so there are no 52 weeks" in shown
    assert "over the 52 weeks up to 31 Dec 2023" not in shown
    assert {row["margin of 52 weeks"] for row in table(app, "margin of 52 weeks")} == {"n/a"}


def test_a_move_up_is_claimed_to_pay_only_on_its_rung(
    open_page: Open, sample_warehouse: Path
) -> None:
    app = open_page(sample_warehouse, PAGE, part="does a move pay")
    assert not app.exception
    shown = words(app)
    assert "This is a difference between groups, not a proven effect. Matched comparison" in shown
    assert " stands on rung 1 of 4: a difference between groups. What a move does: rung" in shown
    assert ": rung 4, a holdout drawn by lot" in shown
    assert "Advocacy cost EUR" in shown
    assert [row["rung"] for row in table(app, "rung")] == [1, 2, 3, 4]
    rows = {(str(row["rose"]), row["weeks"]): row for row in table(app, "verdict") if "rose" in row}
    # All rises together show a gain; who rose had grown before, so it is none.
    late = rows["on any evidence", 52]
    assert late["verdict"] == "not claimed: trends before differ"
    assert len(table(app, "arm")) % 3 == 0
    app.session_state.move_customers_behind = True
    assert not app.run().exception
    assert len(table(app, "rose on")) == table(app, "margin before")[3]["customers"]


def test_the_margins_are_those_that_were_entered(open_page: Open, tmp_path: Path) -> None:
    """Not the mean of the segments, which nobody entered."""
    keep = exports.customers(*exports.first_customers(25))
    export, warehouse = exports.write(tmp_path / "export", keep), tmp_path / "warehouse"
    own = Settings(gross_margin=0.75, gross_margin_by_segment={"enterprise": 0.85})
    build(export, warehouse, own, AS_OF, lambda _: None)
    for part in ("value of a tier", "does a move pay"):
        assert "Gross margin 75 % (enterprise 85 %), " in words(
            open_page(warehouse, PAGE, part=part)
        )
    sheet = table(open_page(warehouse, PAGE, part="assumptions"), "assumption")
    (margin,) = (row["by survival"] for row in sheet if row["assumption"] == "gross margin")
    assert margin == "75 % (enterprise 85 %)"


def test_costs_are_those_of_the_whole_company(open_page: Open, sample_warehouse: Path) -> None:
    app = open_page(sample_warehouse, PAGE, part=COST)
    names = [row["measure"] for row in table(app, "measure")]
    assert names[1:3] == ["LTV to CAC, observed", "LTV less CAC, observed"]
    assert names[3] == "LTV to CAC, observed, at what new ones pay"
    assert names[5:7] == ["LTV to CAC, projected", "LTV less CAC, projected"]
    assert "At what new ones pay it is EUR" in words(app)
    assert names[-3:] == [
        "Payback, simple", "Payback, simple, at what new ones pay", "Payback with churn"
    ]  # fmt: skip
    assert "months earlier, since the median won deal took" in words(app)
    part = open_page(sample_warehouse, PAGE, part=COST, segment="enterprise")
    assert not part.exception
    assert "Costs are those of the whole company" in words(part)
    assert all("measure" not in each.value.columns for each in part.dataframe)


def test_the_assumptions_are_changed_in_one_place(
    open_page: Open, build_export: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The form writes settings.toml, builds the kept loads again and says what is restated."""
    warehouse = Path(shutil.copytree(build_export(exports.write_one_customer), tmp_path / "own"))
    settings = Path(shutil.copy(SETTINGS_FILE, tmp_path / "settings.toml"))
    monkeypatch.setattr("warehouse.settings.SETTINGS_FILE", settings)
    app = open_page(warehouse, PAGE, part="assumptions")
    app.number_input(key="assumptions:margin").set_value(70.0)
    app.number_input(key="assumptions:horizon").set_value(36)
    app.radio(key="assumptions:timing").set_value("end of month")
    app = next(each for each in app.button if "save" in str(each.key)).click().run()
    assert not app.exception
    assert not app.error
    assert "reported numbers are restated" in app.success[0].value
    now = load_settings(settings)
    assert (now.gross_margin, now.ltv_horizon_months, now.ltv_timing) == (0.7, 36, "end of month")
    assert now.discount_rate_yearly == 0.1
    sheet = {str(row["assumption"]): str(row["by survival"]) for row in table(app, "assumption")}
    assert sheet["gross margin"] == "70 %"
    assert sheet["horizon"].startswith("36 months at most")
    assert "It counts the first margin now, by its definition" in words(app)


def test_a_settings_file_that_is_not_writable_says_where_to_change_it(
    open_page: Open, build_export: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warehouse.change_settings.os.access", lambda *_: False)
    app = open_page(build_export(exports.write_one_customer), PAGE, part="assumptions")
    assert "which cannot be written from here" in words(app)
    assert not app.number_input


def test_without_costs(open_page: Open, build_export: Build) -> None:
    app = open_page(build_export(write_without_costs), PAGE, part=COST)
    assert not app.exception
    assert "This export has no costs" in words(app)


def test_without_deals_there_is_no_lag(open_page: Open, build_export: Build) -> None:
    app = open_page(build_export(exports.write_without_deals), PAGE, part=COST)
    assert not app.exception
    assert "no lag, since no deal was won" in words(app)


def test_without_terms(open_page: Open, build_export: Build) -> None:
    app = open_page(build_export(exports.write_without_terms), PAGE)
    assert not app.exception
    assert "subscriptions" in app.info[0].value


def test_empty(open_page: Open, build_export: Build) -> None:
    app = open_page(build_export(exports.write_empty), PAGE)
    assert not app.exception
    assert "No quarter is over" in app.info[0].value


def test_one_customer(open_page: Open, build_export: Build) -> None:
    app = open_page(build_export(exports.write_one_customer), PAGE)
    assert not app.exception
    assert "Lifetime value n/a" in words(app)
    assert "too few to draw a curve" in words(app)


def test_before_the_first_quarter_was_over(open_page: Open, sample_warehouse: Path) -> None:
    app = open_page(sample_warehouse, PAGE, week="2023-11-20")
    assert not app.exception
    assert "No quarter is over" in app.info[0].value
    after_one = open_page(sample_warehouse, PAGE, week="2024-01-01")
    assert not after_one.exception
    assert "Too short to be a lifetime value: in the 1 month observed a new" in words(after_one)
    assert "No interval: nobody has left" in words(after_one)


def test_orders_have_a_message_with_their_assumptions(
    open_page: Open, sample_warehouse: Path
) -> None:
    app = open_page(sample_warehouse, PAGE, part="orders")
    assert not app.exception
    shown = words(app)
    assert re.search(
        r"\d+ customers who order will bring EUR [\d,.]+ k in margin in the next 52 weeks", shown
    )
    assert "Gross margin 80 % of an order, discount 10 % a year" in shown
    assert "95 % interval of what will come" in shown
    assert "Expected too much in both years tested" in shown
    assert re.search(r"repeat orders expected \([\d,]+-[\d,]+\), [\d,]+ came.*Passed", shown)
    customers = table(app, "p_alive")
    assert customers == sorted(customers, key=lambda row: -float(str(row["value_52w"])))
    assert sum(int(str(row["customers"])) for row in table(app, "repeat_orders_before")) > 300


def test_orders_of_a_scope_are_a_part_of_all(open_page: Open, sample_warehouse: Path) -> None:
    every = table(open_page(sample_warehouse, PAGE, part="orders"), "p_alive")
    some = table(open_page(sample_warehouse, PAGE, part="orders", segment="enterprise"), "p_alive")
    assert 0 < len(some) < len(every)
    assert all(row in every for row in some)


def test_what_a_customer_bought_is_the_sum_of_its_orders(
    open_page: Open, sample_warehouse: Path
) -> None:
    """The list opens the account at its orders; those of the open quarter are not in the list yet."""
    first = table(open_page(sample_warehouse, PAGE, part="orders"), "p_alive")[0]
    account = open_page(
        sample_warehouse, "pages/customers/account.py", customer=str(first["customer_id"]), records="orders"
    )  # fmt: skip
    assert not account.exception
    rows = [row for row in table(account, "margin") if str(row["day"]) < "2026-10-01"]
    assert sum(float(str(row["amount"])) for row in rows) == float(str(first["bought_so_far"]))


def test_the_margin_so_far_has_no_cell_that_is_half_observed(
    open_page: Open, sample_warehouse: Path
) -> None:
    app = open_page(sample_warehouse, PAGE, part="margin so far", acquired_by="order")
    assert not app.exception
    assert "acquired by an order has brought EUR" in words(app)
    rows = table(app, "quarter_from")
    assert rows[0]["week_52"] is not None
    assert all(
        str(value) == "nan" for name, value in rows[-1].items() if str(name).startswith("week_")
    )


def test_orders_alone_are_shown_without_contracts(open_page: Open, tmp_path: Path) -> None:
    """A shop has no subscriptions, and so no value by survival, but its orders."""
    export, warehouse = tmp_path / "export", tmp_path / "warehouse"
    export.mkdir()
    buyers = [f"c{number}" for number in range(30)]
    lines = [
        f"o{number}-{month},{buyer},2025-{month:02}-{1 + number % 27:02},20.50"
        for number, buyer in enumerate(buyers)
        for month in range(1, 13, 1 + number % 4)
    ]
    (export / "customers.csv").write_text("\n".join(["customer_id", *buyers, ""]))
    (export / "orders.csv").write_text(
        "\n".join(["order_id,customer_id,ordered_on,amount", *lines, ""])
    )
    build(export, warehouse, Settings(gross_margin_by_segment={"SMB*": 0.7}))
    app = open_page(warehouse, PAGE)
    assert not app.exception
    assert "subscriptions" in app.info[0].value
    assert "No value of orders: only 30 customers have ordered" in words(app)
    history = open_page(warehouse, PAGE, part="margin so far")
    assert "acquired by an order has brought" in words(history)
    # A segment keeps its letters, and its name is no markup.
    assert any(
        r"Gross margin 80 % (SMB\* 70 %)" in each.value.replace(r"\(", "(").replace(r"\)", ")")
        for each in history.caption
    )
