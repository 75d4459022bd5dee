"""Make a sample company as a CRM exports it, from one seed.

    python data/generate_sample.py        # the committed sample, data/sample/salesforce
    python data/generate_sample.py --customers 100000 --out path/to/large
    python data/generate_sample.py --layout hubspot --out path/to/folder

Customers are made in chunks and written at once, so any number fits into memory. The same
arguments give the same bytes on every platform, and every layout holds the same company. Without
`--customers`, usage is written for a part of the customers, to keep the sample small.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from data.sample_world.calendar import Calendar  # noqa: E402
from data.sample_world.hubspot_layout import HubSpotLayout  # noqa: E402
from data.sample_world.plain_layout import PlainLayout  # noqa: E402
from data.sample_world.world import World  # noqa: E402
from data.sample_world.writer import Export, Layout  # noqa: E402

SAMPLE = ROOT / "data" / "sample" / "salesforce"
CUSTOMERS = 1_750
USAGE_CUSTOMERS = 70
SEED = 20261115
WEEKS = 156
# The world is made in Salesforce's objects, which need no layout: a weekly export of them.
LAYOUTS: dict[str, Callable[[], Layout | None]] = {
    "salesforce": lambda: None,
    "hubspot": HubSpotLayout,
    "plain": PlainLayout,
}


def generate(
    out: Path,
    customers: int = CUSTOMERS,
    seed: int = SEED,
    weeks: int = WEEKS,
    usage_customers: int | None = USAGE_CUSTOMERS,
    layout: str = "salesforce",
) -> dict[str, int]:
    """Write the export of a company that ever had so many customers; return rows by Salesforce's objects.

    `usage_customers` limits the usage file to so many customers, spread over all; None means all.
    """
    with Export(out, LAYOUTS[layout]()) as export:
        World(export, Calendar(weeks), customers, seed).write(usage_customers)
        return export.row_counts()


def main() -> None:
    """Read the arguments and write the files."""
    parser = argparse.ArgumentParser(description="Make a sample company as a CRM exports it.")
    parser.add_argument("--customers", type=int, help=f"default {CUSTOMERS}, with little usage")
    parser.add_argument("--layout", choices=LAYOUTS, default="salesforce")
    parser.add_argument("--out", type=Path, help=f"default {SAMPLE.relative_to(ROOT)}")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--weeks", type=int, default=WEEKS)
    options = parser.parse_args()
    if options.weeks < 1 or (options.customers is not None and options.customers < 1):
        parser.error("--customers and --weeks are whole numbers of at least 1")
    if options.out is None and options.layout != "salesforce":
        parser.error("--out is needed: only the sample in Salesforce's layout has its place")
    out = options.out or SAMPLE
    customers = options.customers or CUSTOMERS
    usage_customers = USAGE_CUSTOMERS if options.customers is None else None
    rows = generate(out, customers, options.seed, options.weeks, usage_customers, options.layout)
    print(f"{sum(rows.values()):,} rows of {customers:,} customers in {out}")


if __name__ == "__main__":
    main()
