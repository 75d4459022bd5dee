"""What a freeze writes down: exactly what `show` shows, once, for ever."""

from contextlib import closing
from pathlib import Path

import duckdb
import pytest
from sqlalchemy import text

from ledger.database import ledger_url, read_ledger
from ledger.digits import to_number
from ledger.freeze import Frozen, freeze
from ledger.measure import list_slices, measure
from ledger.writer import write_ledger
from metrics.engine import evaluate
from metrics.periods import GRAINS
from metrics.registry import load_metrics
from tests.ledger.company import Company
from tests.tiny import term
from warehouse.errors import StandingError
from warehouse.publish import open_published

TERMS = [
    term("a", "2026-01-05", mrr="100.25"),
    term("b", "2026-01-05", "2026-02-10", mrr="33.333333"),
    term("c", "2026-02-02", "2026-03-01"),
]
TABLES = {
    "subscriptions": TERMS,
    "customers": [
        {"customer_id": "a", "segment": "large"},
        {"customer_id": "b", "segment": "small"},
    ],
    "survey_responses": [
        {"customer_id": "a", "responded_on": "2026-02-03", "instrument": "nps", "score": 10},
        {"customer_id": "b", "responded_on": "2026-02-04", "instrument": "nps", "score": 3},
    ],
}


def test_every_number_is_that_of_the_engine(sample_warehouse: Path) -> None:
    """Two ways to one number, digit by digit: set by set in SQL, and one by one in Python."""
    metrics = load_metrics()
    with closing(open_published(sample_warehouse)) as published:
        cursor = published.cursor()
        slices = [("week", ""), ("quarter", "segment")]
        assert set(slices) < set(list_slices(cursor, GRAINS))
        measure(cursor, list(metrics.values()), slices)
        for grain, dimension in slices:
            expected = {
                (each.metric, each.breakdown or "", each.member or "", each.period_start): (
                    each.value, each.numerator, each.denominator, each.low, each.high, each.reason,
                )
                for metric in metrics.values()
                for each in evaluate(
                    published.cursor(), metric, grain=grain, breakdown=dimension or None
                )
            }  # fmt: skip
            found = cursor.execute(
                "select metric, breakdown, member, period_start, value, numerator, denominator,"
                " kinds, low, high, reason from measured where grain = ? and dimension = ?",
                [grain, dimension],
            ).fetchall()
            numbers = {
                key: tuple(map(to_number, digits, kinds)) + rest
                for *key_, value, numerator, denominator, kinds, low, high, reason in found
                for key, digits, rest in [
                    (tuple(key_), (value, numerator, denominator), (low, high, reason))
                ]
            }
            assert len(found) == len(numbers)
            assert numbers == expected, (grain, dimension)
            assert all(
                type(one) is type(other)
                for key in expected
                for one, other in zip(numbers[key], expected[key], strict=True)
            )


@pytest.mark.parametrize("breakdown", [None, "segment"])
def test_a_few_periods_read_as_all_of_them_do(
    sample_warehouse: Path, breakdown: str | None
) -> None:
    """All are frozen at once and `show --last` asks for a few: doubles in another order would tell."""
    with closing(open_published(sample_warehouse)) as published:
        metrics = load_metrics()
        for metric in (metrics["ltv_km"], metrics["ltv_simple"]):
            every = evaluate(published.cursor(), metric, grain="week", breakdown=breakdown)
            for last in (30, 7, 1):
                few = evaluate(
                    published.cursor(), metric, grain="week", breakdown=breakdown, last=last
                )
                assert few
                assert few == every[-len(few) :], (metric.id, last)


def test_numbers_come_back_as_they_were_written(company: Company) -> None:
    assert company.report(TABLES, "2026-03-15", "2026-03-16").numbers > 500
    found = company.rows(
        "select metric, value, kinds from numbers"
        " join series on numbers.series = series.series"
        " join definitions on series.definition = definitions.definition"
        " where grain = 'month' and dimension = '' and metric in ('mrr', 'churn_logo')"
        " order by metric, period_start"
    )
    assert found == [
        ("churn_logo", None, "-ii"), ("churn_logo", "0.5", "fii"),
        ("mrr", "133.583333", "d--"), ("mrr", "200.250000", "d--"),
    ]  # fmt: skip


def test_freezing_twice_adds_nothing(company: Company) -> None:
    company.report(TABLES, "2026-03-15", "2026-03-16")
    before = company.rows("select count(*) from numbers")
    assert company.freeze() == Frozen()
    assert company.report(TABLES, "2026-03-15", "2026-03-17") == Frozen(0, 0)
    assert company.rows("select count(*) from numbers") == before
    assert company.rows("select count(*) from builds") == [(2,)]


def test_a_new_week_adds_its_numbers_alone(company: Company) -> None:
    company.report(TABLES, "2026-03-15", "2026-03-16")
    assert company.report(TABLES, "2026-03-22", "2026-03-23").restatements == 0
    added = company.rows("select distinct grain, period_start from numbers, series where"
                         " numbers.series = series.series and build = 2")  # fmt: skip
    assert [(grain, str(start)) for grain, start in added] == [("week", "2026-03-16")]


CHANGES = [
    "update numbers set value = '0'",
    "delete from numbers",
    "update builds set build_id = 'other'",
    "delete from restatements",
    "update steps set cause = 'code change'",
    "delete from definitions",
    "update series set member = 'x'",
    "delete from uses",
]


def test_nothing_is_ever_changed(company: Company) -> None:
    company.report(TABLES, "2026-03-15", "2026-03-16")
    company.report({**TABLES, "subscriptions": TERMS[:2]}, "2026-03-15", "2026-03-17")
    before = company.rows("select count(*), min(value), max(value) from numbers")
    for statement in CHANGES:
        with (
            pytest.raises(StandingError, match="append-only"),
            write_ledger(ledger_url(company.warehouse)) as ledger,
        ):
            ledger.execute(text(statement))
    assert company.rows("select count(*), min(value), max(value) from numbers") == before


def test_viewers_cannot_write(company: Company) -> None:
    company.report(TABLES, "2026-03-15", "2026-03-16")
    with pytest.raises(StandingError, match=r"read-?only"):
        company.rows("insert into uses values ('churn_logo', 1, null)")


def test_a_freeze_that_fails_leaves_no_trace(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed before its end, the ledger is as it was, and the next freeze makes up for it."""
    company.build(TABLES, "2026-03-15", "2026-03-16")
    with monkeypatch.context() as patch:
        patch.setattr("ledger.freeze.build_bridges", _stop)
        with pytest.raises(KeyboardInterrupt):
            company.freeze()
    with read_ledger(ledger_url(company.warehouse)) as ledger:
        assert ledger is None
    assert company.freeze().numbers > 500


def _stop(*given: object) -> None:
    raise KeyboardInterrupt


def test_the_view_for_audits_has_its_columns(company: Company) -> None:
    company.report(TABLES, "2026-03-15", "2026-03-16")
    found = company.rows(
        "select metric_id, definition_version, value, numerator, denominator, ci_low, ci_high,"
        " as_known_at, source_manifest_hash, code_version from metric_snapshot"
        " where grain = 'month' and dimension is null and metric_id = 'churn_logo' and value > 0"
    )
    ((metric, version, value, numerator, denominator, low, high, known_at, source, code),) = found
    assert (metric, version, float(value), int(numerator), int(denominator)) == (
        "churn_logo", 1, 0.5, 1, 2,
    )  # fmt: skip
    assert 0 < low < 0.5 < high < 1
    assert str(known_at).startswith("2026-03-16 12:00")
    assert (len(source), code) == (64, "1.0")


def test_a_metric_without_its_tables_is_frozen_with_its_reason(tmp_path: Path) -> None:
    company = Company(tmp_path, {"mrr": load_metrics()["mrr"]})
    company.build(TABLES, "2026-03-15", "2026-03-16")
    with duckdb.connect(str(next(tmp_path.glob("build_*.duckdb")))) as connection:
        connection.execute("update table_status set is_present = false")
    freeze(tmp_path, metrics=company.metrics)
    assert set(company.rows("select reason from numbers")) == {("missing_table",)}


@pytest.mark.parametrize("address", ["mysql://me:secret@host/x", "nonsense secret", "sqlite://"])
def test_a_wrong_address_is_refused_without_its_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("STANDING_LEDGER", address)
    with pytest.raises(StandingError, match="STANDING_LEDGER") as refused:
        ledger_url(tmp_path)
    assert "secret" not in str(refused.value)


def test_an_unreachable_database_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STANDING_LEDGER", "postgresql://me:secret@127.0.0.1:1/ledger")
    with (
        pytest.raises(StandingError, match="cannot be used") as refused,
        read_ledger(ledger_url(tmp_path)),
    ):
        pass
    assert "secret" not in str(refused.value)


def test_a_build_that_was_not_frozen_is_frozen_with_the_next_one(company: Company) -> None:
    """As after a kill between the two."""
    company.report(TABLES, "2026-03-15", "2026-03-16")
    missed = company.build(TABLES, "2026-03-22", "2026-03-23")
    company.build(TABLES, "2026-03-29", "2026-03-30")
    freeze(company.warehouse, missed=missed, metrics=company.metrics)
    assert company.rows("select build, count(*) > 0 from numbers group by 1 order by 1") == [
        (1, True), (2, True), (3, True),
    ]  # fmt: skip


def test_a_missed_build_of_another_layout_stops_nothing(company: Company) -> None:
    with duckdb.connect(str(company.warehouse / "build_old.duckdb")) as connection:
        connection.execute("create table build_info (as_of date)")
    company.build(TABLES, "2026-03-15", "2026-03-16")
    told: list[str] = []
    freeze(company.warehouse, told.append, missed="old", metrics=company.metrics)
    assert any("old before this one cannot be frozen" in each for each in told)
    assert company.rows("select build_id from builds") == [("000002-abcdef",)]
