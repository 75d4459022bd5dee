"""From which header of which file each column comes."""

from pathlib import Path

import duckdb
import pytest

from tests.unit.loading import TERMS_HEADER, load, rows, write_export
from warehouse.staging.lineage import find_origins


@pytest.mark.parametrize(
    ("sql", "column", "origins"),
    [
        ('select "Id" as case_id from raw_case', "case_id", {"Id"}),
        ("select nullif(trim(a), b) as c from raw_x", "c", {"a", "b"}),
        ("with one as (select lower(a) as b from raw_x) select one.b as c from one", "c", {"a", "b"}),
        ("select a as c from raw_x union all select b as c from raw_y", "c", {"a", "b"}),
        ("select amount from raw_x", "amount", {"amount"}),
        ("select null as c from raw_x", "c", set()),
    ],
)  # fmt: skip
def test_a_column_is_followed_through_the_steps(sql: str, column: str, origins: set[str]) -> None:
    with duckdb.connect() as connection:
        assert find_origins(connection, sql)[column] == origins


def test_a_build_keeps_the_headers_as_the_file_has_them(tmp_path: Path) -> None:
    files = {
        "Subscription__c": TERMS_HEADER.replace("MRR__c", "mrr__C"),
        "targets": "Metric,period_start,value\nmrr,2026-01-01,5\n",
    }
    connection = load(write_export(tmp_path / "export", files))
    found = "select column_name, file, header from mapped_columns where table_name = "
    assert rows(connection, f"{found} 'subscriptions' and column_name in ('mrr', 'product')") == [
        ("mrr", "Subscription__c.csv", "mrr__C")
    ]
    assert rows(connection, f"{found} 'targets' and column_name = 'metric'") == [
        ("metric", "targets.csv", "Metric")
    ]
    assert rows(
        connection, "select count(*) from mapping_selects where sql like '%raw_subscription%'"
    ) == [(1,)]
