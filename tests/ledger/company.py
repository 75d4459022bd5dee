"""Published builds of a company of a few rows, without export files: contract tables as a load leaves them."""

import datetime as dt
import hashlib
import shutil
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
from sqlalchemy import text

from ledger.database import ledger_url, read_ledger
from ledger.freeze import Frozen, freeze
from ledger.restated import Restatement, list_restatements
from metrics.registry import Metric
from tests.tiny import Rows, fill_tables
from warehouse.publish import build_path, publish, published_build_id
from warehouse.settings import Settings, store_settings
from warehouse.transform import build_facts
from warehouse.version import LAYOUT_VERSION

# Enough to cover every kind of number and interval; all of them would take seconds a test.
METRICS = (
    "adv_nps", "adv_share", "churn_logo", "churn_rev_gross", "cust_active", "ltv_km", "mrr",
    "mrr_expansion", "vel_won",
)  # fmt: skip
# Most tests begin with the same build, and each runs on two databases: it is made once.
MADE = TemporaryDirectory(prefix="standing-companies-")


@dataclass
class Company:
    """A warehouse whose builds are published one after the other, on days that a test chooses."""

    warehouse: Path
    metrics: Mapping[str, Metric] | None = None
    code: str = "code 1"

    def build(self, tables: Mapping[str, Rows], as_of: str, known_on: str, **settings: Any) -> str:
        """Publish a build; return its id. One dimension is enough, and quicker."""
        settings = {"dimensions": ("segment",), **settings}
        number = len(list(self.warehouse.glob("build_*.duckdb"))) + 1
        build_id = f"{number:06}-abcdef"
        given = repr((tables, as_of, known_on, self.code, settings))
        made = Path(MADE.name) / hashlib.sha256(given.encode()).hexdigest()
        if not made.exists():
            self._make(made, tables, as_of, known_on, Settings(**settings))
        shutil.copyfile(made, build_path(self.warehouse, build_id))
        publish(self.warehouse, build_id)
        return build_id

    def _make(
        self, path: Path, tables: Mapping[str, Rows], as_of: str, known_on: str, settings: Settings
    ) -> None:
        with duckdb.connect(str(path)) as connection:
            fill_tables(connection, tables)
            store_settings(connection, settings)
            connection.execute(
                "create table build_info as select cast($as_of as date) as as_of, $load as load_id,"
                " cast($known as timestamp) as known_at, 'EUR' as reporting_currency, 'a test' as source_name,"
                " '1.0' as code_version, $code as code_hash, $layout as layout_version,"
                " 'recorded' as terms",
                {"as_of": as_of, "load": f"load_{known_on}", "known": f"{known_on} 12:00", "code": self.code,
                 "layout": LAYOUT_VERSION},
            )  # fmt: skip
            build_facts(connection, settings, dt.date.fromisoformat(as_of))

    def freeze(self) -> Frozen:
        """Freeze what is published."""
        return freeze(self.warehouse, metrics=self.metrics)

    def report(
        self, tables: Mapping[str, Rows], as_of: str, known_on: str, **settings: Any
    ) -> Frozen:
        """Publish a build and freeze it."""
        self.build(tables, as_of, known_on, **settings)
        return self.freeze()

    def restatements(self, metric: str = "", grain: str = "week") -> Sequence[Restatement]:
        """All restatements of the published build, of a metric or of all, in total."""
        build_id = published_build_id(self.warehouse)
        assert build_id
        return [
            each
            for each in list_restatements(self.warehouse, build_id)
            if each.metric == (metric or each.metric)
            and each.grain == grain
            and each.dimension is None
        ]

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a query of the ledger."""
        with read_ledger(ledger_url(self.warehouse)) as ledger:
            assert ledger is not None
            return [tuple(row) for row in ledger.execute(text(sql))]

    def cursor_rows(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a query of the published build."""
        build_id = published_build_id(self.warehouse)
        assert build_id
        path = str(build_path(self.warehouse, build_id))
        with closing(duckdb.connect(path, read_only=True)) as connection:
            return connection.execute(sql).fetchall()
