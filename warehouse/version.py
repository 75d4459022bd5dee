"""What made a build: the layout of its tables, the version, and a hash of the code behind the numbers."""

import hashlib
import tomllib
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Goes up by one where a published file of before can no longer be read by the pages.
LAYOUT_VERSION = 6
ENDINGS = {".py", ".sql", ".toml"}


@cache
def code_version() -> str:
    """The version of pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"][
        "version"
    ]


@cache
def code_hash() -> str:
    """Sixteen digits over all code and SQL of warehouse/ and metrics/, and the contract.

    The same on every system: line ends do not count.
    """
    files = [
        path
        for folder in ("warehouse", "metrics")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in ENDINGS and path.is_file()
    ]
    return hash_files([*files, ROOT / "data" / "contract.toml"])


def hash_files(files: list[Path]) -> str:
    """Sixteen digits over the names and texts of files."""
    digest = hashlib.sha256()
    for path in sorted(files, key=lambda path: path.relative_to(ROOT).as_posix()):
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0")
        digest.update(path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()[:16]
