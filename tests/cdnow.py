"""CDNOW's sample of 2,357 customers, published purchase histories that the package lifetimes ships."""

import importlib.util
from pathlib import Path

import duckdb
import pytest

VIEW = Path(__file__).parents[1] / "warehouse" / "views" / "order_histories.sql"


def connect_cdnow() -> duckdb.DuckDBPyConnection:
    """fct_orders of CDNOW, and the view that reads it. Skips the test where the package is absent."""
    spec = importlib.util.find_spec("lifetimes")
    if spec is None or spec.origin is None:
        pytest.skip("the package lifetimes, which ships CDNOW, is not installed")
    path = Path(spec.origin).parent / "datasets" / "CDNOW_sample.txt"
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
