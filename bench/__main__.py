"""Measure the build, the pages and the load against baselines taken in the same run: `make bench`.

Seconds on one machine vary by a factor of two within an hour, so only the ratios are to be
compared. The goals are those of a machine with two cores, this program included.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import start
from bench import ROOT
from bench.load import Load, measure_load
from bench.pages import PageCosts, measure_pages
from bench.shares import SHOWN
from bench.stages import STAGES, run_apart, run_here
from bench.table import compute_percentile, format_bytes, format_table

CACHE = Path(tempfile.gettempdir()) / "standing-bench"
VIEWERS = (1, 10, 50, 100)


def make_export(customers: int) -> Path:
    """Return an export of this many customers, generated once and kept outside the repository."""
    export = CACHE / f"export-{customers}"
    if not export.is_dir():
        partial = CACHE / f"partial-{customers}"
        shutil.rmtree(partial, ignore_errors=True)
        generator = [sys.executable, str(ROOT / "data" / "generate_sample.py")]
        command = [*generator, "--customers", str(customers), "--out", str(partial)]
        print(f"Generating {customers:,} customers into {export} (kept for the next time).")
        subprocess.run(command, check=True, cwd=ROOT)
        partial.rename(export)
    return export


def show_build(export: Path, customers: int, folder: Path, warehouse: Path) -> None:
    """Build the large company, beside the mere reading of its files."""
    for path in export.iterdir():  # Both read from the system's cache, or neither does.
        with path.open("rb") as file:
            while file.read(1 << 24):
                pass
    # Before and after the build, since the machine's speed drifts.
    read = run_apart("read", export, folder)
    build = run_apart("build", export, warehouse)
    reading = (read["seconds"] + run_apart("read", export, folder)["seconds"]) / 2
    size = sum(path.stat().st_size for path in export.iterdir())
    built = sum(path.stat().st_size for path in warehouse.rglob("*") if path.is_file())
    rows = [
        ("customers", f"{customers:,}"),
        ("rows", f"{read['rows']:,}"),
        ("export", format_bytes(size)),
        ("warehouse", format_bytes(built)),
        ("reading as text", f"{reading:.1f} s, peak {format_bytes(read['peak'])}"),
        ("build", f"{build['seconds']:.1f} s, peak {format_bytes(build['peak'])}"),
        ("build / reading", f"{build['seconds'] / reading:.2f} (goal: at most 4)"),
    ]
    print(*(f"{label:<16} {value}" for label, value in rows), sep="\n", flush=True)


def show_pages(costs: PageCosts, shares: dict[str, dict[str, float]], customers: int) -> None:
    """One row a page."""
    unit, bare = costs.empty.warm_median, costs.empty_uncollected.warm_median
    print(
        f"\nA rerun of an empty page: {unit * 1000:.1f} ms with Streamlit's collection of garbage, "
        f"{bare * 1000:.1f} ms without.\n"
        "warm: nothing changed. week: one that nobody has looked at since the build. "
        f"Large: {customers:,} customers.\n"
        "Goals: warm at most 4 empty pages, large / sample at most 1.3."
    )
    head = ["page", "warm ms", "/ empty", "/ empty without", "large / sample", "week / warm",
            "large week / week", *SHOWN]  # fmt: skip
    rows = []
    for name, page in costs.sample.items():
        large = costs.large[name]
        rows.append([
            name, f"{page.warm_median * 1000:.0f}", f"{page.warm_median / unit:.1f}",
            f"{page.warm_median / bare:.1f}", f"{large.warm_median / page.warm_median:.2f}",
            f"{page.fresh_median / page.warm_median:.1f}",
            f"{large.fresh_median / page.fresh_median:.1f}",
            *(f"{100 * shares[name][part]:.0f} %" for part in SHOWN),
        ])  # fmt: skip
    print(format_table(head, rows), flush=True)


def show_load(loads: list[Load]) -> None:
    """One row a number of viewers; the first is the viewer who has the server alone."""
    alone = compute_percentile(loads[0].clicks, 50)
    print(
        "\nViewers who click every 5 s (one alone: every 0.5 s): a week, a page or a segment; with "
        "more than one, a new build is published half-way.\n"
        "Goal: 50 viewers with p95 under 10 times the p50 of one alone, and no error."
    )
    rows = []
    for load in loads:
        p50, p95 = (compute_percentile(load.clicks, percent) for percent in (50, 95))
        rows.append([
            str(load.viewers), str(len(load.clicks)), f"{p50 * 1000:.0f}", f"{p95 * 1000:.0f}",
            f"{p50 / alone:.1f}", f"{p95 / alone:.1f}", str(load.errors),
            format_bytes(load.memory),
        ])  # fmt: skip
    head = ["viewers", "clicks", "p50 ms", "p95 ms", "p50 / alone", "p95 / alone", "errors",
            "memory"]  # fmt: skip
    print(format_table(head, rows), flush=True)


def bench(customers: int) -> None:
    """Measure, and print each table as soon as it is known."""
    CACHE.mkdir(exist_ok=True)
    export = make_export(customers)
    with tempfile.TemporaryDirectory(dir=CACHE) as scratch:
        folder = Path(scratch)
        large, sample = folder / "large", folder / "sample"
        show_build(export, customers, folder, large)
        run_apart("build", start.SAMPLE, sample)
        shares: dict[str, Any] = run_apart("shares", sample, folder)["pages"]
        show_pages(measure_pages(sample, large), shares, customers)
        show_load([
            measure_load(sample, start.SAMPLE, viewers, is_published=viewers > 1)
            for viewers in VIEWERS
        ])  # fmt: skip


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--customers", type=int, default=100_000, help="of the large company")
    parser.add_argument("--stage", nargs=3, metavar=tuple(STAGES), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.stage:
        run_here(*options.stage)
    else:
        bench(options.customers)


if __name__ == "__main__":
    main()
