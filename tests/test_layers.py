"""The shape of the code: layers import downwards, pages are thin, heavy SQL is portable."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import sqlglot
from sqlglot import exp

ROOT = Path(__file__).resolve().parents[1]

# From the bottom up; `data` (the sample's generator) stands apart and imports none of them.
LAYERS = ["warehouse", "metrics", "ledger", "analyses", "charts", "exports", "ui", "pages"]
STANDS_APART = "data"
# Inside warehouse/, from the bottom up: the modules beside these packages serve all of them, or stand on all.
INSIDE_WAREHOUSE = ["reading", "kept", "staging", "gate"]
STAND_ON_ALL = {"build", "mapping", "publish", "renew", "transform"}
# The command line stands on all but the screens, one command a file.
COMMANDS = "commands"
TOP = {"app": LAYERS, "cli": [*LAYERS[:6], COMMANDS]}
IMPORTS_STREAMLIT = {"app", "pages", "ui"}
PRINTS = {"cli", COMMANDS, "data"}
HEAVY = [ROOT / "warehouse" / folder for folder in ("sources", "facts", "marts")]


def modules() -> Iterator[tuple[str, Path]]:
    """Each Python file of the application with its layer."""
    for layer in [*LAYERS, COMMANDS, STANDS_APART]:
        yield from ((layer, path) for path in sorted((ROOT / layer).rglob("*.py")))
    yield from ((name, ROOT / f"{name}.py") for name in TOP if (ROOT / f"{name}.py").exists())


@cache
def imported_modules(path: Path) -> frozenset[str]:
    """Every module that a file imports, by its whole name."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names.add(node.module)
    return frozenset(names)


def imported(path: Path) -> set[str]:
    """The first names of everything that a file imports."""
    return {name.split(".")[0] for name in imported_modules(path)}


def allowed(layer: str) -> set[str]:
    """The layers that one may import: itself and those below."""
    if layer in TOP:
        return set(TOP[layer])
    if layer == COMMANDS:
        return set(TOP["cli"])
    return {layer} if layer == STANDS_APART else set(LAYERS[: LAYERS.index(layer) + 1])


def named(paths: list[Path]) -> list[Any]:
    """Parameters for pytest, named by their path in the repository."""
    return [pytest.param(path, id=str(path.relative_to(ROOT))) for path in sorted(paths)]


def test_imports_point_one_way() -> None:
    layers = {*LAYERS, *TOP, COMMANDS, STANDS_APART}
    upwards = [
        f"{path.relative_to(ROOT)} imports {name}"
        for layer, path in modules()
        for name in imported(path) & layers - allowed(layer)
    ]
    assert upwards == []


def test_the_parts_of_warehouse_import_one_way() -> None:
    upwards = [
        f"{path.relative_to(ROOT)} imports {module}"
        for position, part in enumerate(INSIDE_WAREHOUSE)
        for path in sorted((ROOT / "warehouse" / part).rglob("*.py"))
        for module in imported_modules(path)
        if module.startswith("warehouse.")
        and module.split(".")[1] in {*INSIDE_WAREHOUSE[position + 1 :], *STAND_ON_ALL}
    ]
    assert upwards == []


def test_every_import_finds_its_module() -> None:
    """Also where it is inside a function: a module that was moved or renamed is named at once."""
    ours = {*LAYERS, COMMANDS, STANDS_APART, "tests", "bench"}
    folders = [path for name in ours for path in sorted((ROOT / name).rglob("*.py"))]
    lost = [
        f"{path.relative_to(ROOT)} imports {module}"
        for path in [*folders, *sorted(ROOT.glob("*.py"))]
        for module in imported_modules(path)
        if module.split(".")[0] in ours and not is_module(module)
    ]
    assert lost == []


def is_module(name: str) -> bool:
    path = ROOT.joinpath(*name.split("."))
    return path.is_dir() or path.with_suffix(".py").exists()


def test_only_the_user_interface_imports_streamlit() -> None:
    others = [path for layer, path in modules() if layer not in IMPORTS_STREAMLIT]
    assert [path for path in others if "streamlit" in imported(path)] == []


def test_the_layers_are_there() -> None:
    """Without it, a folder that was renamed would pass every other test here."""
    assert {layer for layer, _ in modules()} == {*LAYERS, *TOP, COMMANDS, STANDS_APART}


def test_no_page_lies_directly_in_pages() -> None:
    """Streamlit would take them for the older kind of multipage app and run them without app.py."""
    assert list((ROOT / "pages").glob("*.py")) == []


def test_pages_are_short() -> None:
    lengths = {
        path.name: len(path.read_text(encoding="utf-8").splitlines())
        for layer, path in modules()
        if layer == "pages"
    }
    assert {name: length for name, length in lengths.items() if length >= 60} == {}


def test_only_the_command_line_prints() -> None:
    prints = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for layer, path in modules()
        if layer not in PRINTS
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "print"
    ]
    assert prints == []


@pytest.mark.parametrize(
    "path", named([*(ROOT / "warehouse").rglob("*.sql"), *(ROOT / "metrics").rglob("*.sql")])
)
def test_sql_never_asks_for_the_time(path: Path) -> None:
    """Periods come from the as-of date, so that an old report can be made again."""
    asked = r"current_(date|time|timestamp)|localtime|\b(now|today|get_current_\w+)\s*\("
    assert re.findall(asked, path.read_text(encoding="utf-8"), re.IGNORECASE) == []


@pytest.mark.parametrize(
    "path", named([file for folder in HEAVY for file in folder.rglob("*.sql")])
)
def test_heavy_sql_runs_on_spark(path: Path) -> None:
    """What grows with the customers must be able to move to an engine that grows."""
    sql = path.read_text(encoding="utf-8")
    assert sqlglot.transpile(
        sql, read="duckdb", write="spark", unsupported_level=sqlglot.ErrorLevel.RAISE
    )
    found = [name for tree in sqlglot.parse(sql, read="duckdb") for name in unportable(tree)]
    assert found == []


def unportable(tree: exp.Expr | None) -> Iterator[str]:
    """The constructs that Spark or Sail refuse, or answer differently without saying so."""
    for node in tree.walk() if tree else ():
        if isinstance(node, exp.Join) and str(node.args.get("method")).upper() == "ASOF":
            yield "asof join"
        elif isinstance(node, exp.Group) and node.args.get("all") is not None:
            yield "group by all"
        elif isinstance(node, exp.Quantile | exp.PercentileCont | exp.PercentileDisc):
            yield "quantile or percentile"
        elif isinstance(node, exp.ArrayAgg | exp.GroupConcat) and node.find(exp.Order):
            yield "ordered list"
        elif isinstance(node, exp.Pivot):
            yield "pivot"
        elif isinstance(node, exp.Star) and (node.args.get("except_") or node.args.get("replace")):
            yield "star except or replace"
        elif isinstance(node, exp.Week | exp.WeekOfYear) or (
            isinstance(node, exp.Anonymous) and node.name.lower() in ("isoyear", "week")
        ):
            yield "number of a week"


@pytest.mark.parametrize(
    ("sql", "name"),
    [
        ("select * from wins asof join rates on wins.day >= rates.day", "asof join"),
        ("select region, sum(mrr) from terms group by all", "group by all"),
        ("select quantile_cont(mrr, 0.9) from terms", "quantile or percentile"),
        (
            "select percentile_cont(0.9) within group (order by mrr) from terms",
            "quantile or percentile",
        ),
        ("select list(mrr order by day) from terms", "ordered list"),
        ("pivot terms on region using sum(mrr)", "pivot"),
        ("select * exclude (mrr) from terms", "star except or replace"),
        ("select * replace (1 as mrr) from terms", "star except or replace"),
        ("select isoyear(day) from terms", "number of a week"),
        ("select week(day) from terms", "number of a week"),
    ],
)
def test_what_is_not_portable_is_seen(sql: str, name: str) -> None:
    assert name in list(unportable(sqlglot.parse_one(sql, read="duckdb")))
