"""Change values in settings.toml and leave its comments and everything else as they are."""

import contextlib
import json
import os
import re
import shutil
import tempfile
import tomllib
from collections.abc import Mapping
from pathlib import Path

from warehouse import settings as read
from warehouse.errors import StandingError
from warehouse.settings import Settings, check_settings, load_settings

Change = str | int | float | bool | Mapping[str, float]
BOM = "\ufeff"


def is_writable(path: Path | None = None) -> bool:
    """Whether the settings file can be replaced by another: its folder is written to."""
    path = (path or read.SETTINGS_FILE).resolve()
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)


def change_settings(changes: Mapping[str, Change], path: Path | None = None) -> Settings:
    """Write these values into a settings file, by default that at the top level; return all of it.

    The file is replaced at once or not at all. Raises StandingError where a value will not do, the
    file cannot be read or written, or a key stands in it as no line of its own.
    """
    path = (path or read.SETTINGS_FILE).resolve()
    now = load_settings(path)
    changes = {key: value for key, value in changes.items() if getattr(now, key) != value}
    text = path.read_bytes().decode("utf-8")
    wanted = {**tomllib.loads(text.removeprefix(BOM)), **changes}
    settings = check_settings(wanted, path.name)
    for key, value in changes.items():
        text = _replace(text, key, value)
    if _parse(text) != wanted:
        keys = ", ".join(changes)
        raise StandingError(
            f"{path.name} holds {keys} in another form than one line each: change it there by hand."
        )
    _write(path, text)
    return settings


def _replace(text: str, key: str, value: Change) -> str:
    """The line of a key with its new value; a key that is not there comes before all others."""
    line = f"{key} = {_to_toml(value)}"
    # A comment after the value stays; no value that is written here holds the sign before it.
    pattern = re.compile(
        rf"^{re.escape(key)}[ \t]*=[^\r\n#]*?([ \t]+#[^\r\n]*)?(?=\r?$)", re.MULTILINE
    )
    changed, count = pattern.subn(lambda found: line + (found[1] or ""), text, count=1)
    if count:
        return changed
    end = "\r\n" if "\r\n" in text else "\n"
    mark = BOM if text.startswith(BOM) else ""
    return f"{mark}{line}{end}{text.removeprefix(BOM)}"


def _parse(text: str) -> dict[str, object] | None:
    try:
        return tomllib.loads(text.removeprefix(BOM))
    except tomllib.TOMLDecodeError:
        return None


def _to_toml(value: Change) -> str:
    if isinstance(value, Mapping):
        pairs = ", ".join(f"{_to_toml(key)} = {_to_toml(each)}" for key, each in value.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    # A text of JSON is one of TOML.
    return json.dumps(value, ensure_ascii=False)


def _write(path: Path, text: str) -> None:
    written: Path | None = None
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
        written = Path(name)
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        shutil.copymode(path, written)
        written.replace(path)
    except OSError as error:
        if written is not None:
            with contextlib.suppress(OSError):
                written.unlink()
        raise StandingError(
            f"The settings file {path} cannot be written ({error.strerror}): change it where it can."
        ) from None
