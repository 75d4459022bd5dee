"""Published purchase histories that the package lifetimes ships: CDNOW's 2,357 customers, and others."""

import importlib.util
from pathlib import Path

import duckdb
import pytest

VIEW = Path(__file__).parents[1] / "warehouse" / "views" / "order_histories.sql"


def find_published(name: str) -> Path:
    """A data file of the package. Skips the test where the package, a test-only one, is absent."""
    spec = importlib.util.find_spec("lifetimes")
    if spec is None or spec.origin is None:
        pytest.skip(f"the package lifetimes, which ships {name}, is not installed")
    return Path(spec.origin).parent / "datasets" / name


def connect_cdnow() -> duckdb.DuckDBPyConnection:
    """fct_orders of CDNOW, and the view that reads it."""
    path = find_published("CDNOW_sample.txt")
    connection = duckdb.connect()
    connection.execute(
        r"""
        create table fct_orders as
        with fields as (
            select regexp_split_to_array(trim(content), '\s+') as field
            from (select unnest(string_split(content, chr(10))) as content from read_text(?))
            where trim(content) <> ''
        )
        select
            field[2] as customer_id,
            1 as slice_id,
            cast(strptime(field[3], '%Y%m%d') as date) as ordered_on,
            sum(cast(field[5] as decimal(38, 6))) as amount,
            cast(null as decimal(38, 6)) as margin,
            count(*) as orders
        from fields
        group by all
        """,
        [str(path)],
    )
    connection.execute(f"create view order_histories as {VIEW.read_text(encoding='utf-8')}")
    return connection
