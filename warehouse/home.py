"""The folder of a warehouse: it holds one company, so the sample has a folder of its own in it."""

import os
import shlex
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HOME = ROOT / "warehouse_data"
SAMPLE = ROOT / "data" / "sample"
SAMPLE_FOLDER = "sample_company"
VARIABLE = "STANDING_WAREHOUSE"
POINTER = "current"


def given_folder() -> Path:
    """The folder that STANDING_WAREHOUSE names, else warehouse_data."""
    return Path(os.environ.get(VARIABLE) or HOME)


def is_sample(warehouse: Path) -> bool:
    """Whether a folder is the one of the sample company."""
    return warehouse.name == SAMPLE_FOLDER


def own_folder(warehouse: Path) -> Path:
    """The folder for one's own data, whichever of the two is shown."""
    return warehouse.parent if is_sample(warehouse) else warehouse


def shown_folder(warehouse: Path) -> Path:
    """The folder itself; while nothing is published in it, the sample in it where there is one."""
    sample = warehouse / SAMPLE_FOLDER
    is_empty = not (warehouse / POINTER).exists()
    return sample if is_empty and (sample / POINTER).exists() else warehouse


def target_folder(export: Path) -> Path:
    """Where an export is built when nobody names a folder."""
    return HOME / SAMPLE_FOLDER if export.resolve().is_relative_to(SAMPLE) else HOME


def build_command(warehouse: Path, given: str = "") -> str:
    """The command that builds into a folder, which is named where it is not the default."""
    export = f" {given}" if given else ""
    named = "" if warehouse.resolve() == HOME else f" --warehouse {shlex.quote(str(warehouse))}"
    return f"`python cli.py build{export}{named}`"
