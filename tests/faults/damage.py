"""Warehouse files that are old, new, damaged or gone, and pointers to nothing."""

import struct
from collections.abc import Callable
from pathlib import Path

import duckdb

from tests.faults.registry import fault
from tests.faults.scene import MRR_AFTER, MRR_BEFORE, Scene, check_refusal

# In DuckDB's main header: a checksum of 8 bytes, "DUCK", then the version of the storage.
STORAGE_VERSION = 12


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def zero(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


def zero_middle(path: Path) -> None:
    """Opens, since its headers are whole."""
    data = path.read_bytes()
    third = len(data) // 3
    path.write_bytes(data[:third] + bytes(third) + data[2 * third :])


def write_text(path: Path) -> None:
    path.write_text("This is no database.\n", encoding="utf-8")


def empty(path: Path) -> None:
    path.write_bytes(b"")


def remove(path: Path) -> None:
    path.unlink()


def set_layout(change: int) -> Callable[[Path], None]:
    def apply(path: Path) -> None:
        with duckdb.connect(str(path)) as connection:
            connection.execute(
                "update build_info set layout_version = layout_version + ?", [change]
            )

    return apply


def set_storage(path: Path) -> None:
    """As a later DuckDB would write it."""
    data = bytearray(path.read_bytes())
    data[STORAGE_VERSION : STORAGE_VERSION + 8] = struct.pack("<Q", 9_999)
    path.write_bytes(data)


def older_storage(path: Path) -> None:
    """The file as DuckDB 1.0 wrote it, from before layouts had numbers."""
    old = path.with_suffix(".old")
    with duckdb.connect() as connection:
        connection.execute(f"attach '{old}' as old (storage_version 'v1.0.0')")
        connection.execute(
            "create table old.build_info as select '1' as build_id, date '2026-11-15' as as_of"
        )
    old.replace(path)


DAMAGES: dict[str, Callable[[Path], None]] = {
    "cut in half": cut,
    "full of zeros": zero,
    "with zeros in its middle": zero_middle,
    "that is a text": write_text,
    "that is empty": empty,
    "that is gone": remove,
    "of an older layout": set_layout(-1),
    "of a newer layout": set_layout(1),
    "in the storage of a newer DuckDB": set_storage,
    "in the storage of DuckDB 1.0": older_storage,
}
POINTERS = (
    b"",
    b"\n",
    b"gone",
    b"\xff\xfe\x00",
    b"../first",
    b"\0" * 6,
    b"000001-abcdef\n000002-abcdef",
)


# The others have tests of their own (tests/unit/test_publish.py).
SHORT = (zero_middle,)


def add(name: str, damage: Callable[[Path], None]) -> None:
    @fault(f"a warehouse file {name}", is_long=damage not in SHORT)
    def alone(scene: Scene) -> str:
        """The only build there is: a sentence says what to do."""
        damage(scene.published)
        sentence = refuse_all(scene)
        scene.check_heals()
        return f"it said: {sentence}".replace(str(scene.folder), "…")

    @fault(f"the newer of two warehouse files {name}", is_long=True)
    def second(scene: Scene) -> str:
        """With a build before it: that one is shown, and said so, or the sentence says what to do."""
        scene.build_here(scene.later)
        damage(scene.published)
        ended = scene.run_here("show", "mrr")
        if ended.status == 0:
            assert scene.run_here("show", "mrr", "--format", "csv").out.count(str(MRR_BEFORE)) >= 1
            assert str(MRR_AFTER) not in ended.out
            said = f"the build before it is shown; it said: {ended.sentence}"
            assert "python cli.py build" in ended.err, (
                f"shown without a word: {ended.out}{ended.err}"
            )
        else:
            said = f"it said: {check_refusal(ended, 'python cli.py build')}"
        scene.check_heals()
        return said.replace(str(scene.folder), "…")

    del alone, second


def refuse_all(scene: Scene) -> str:
    """Every command that reads says in one sentence what to do."""
    sentence = ""
    for command in (("show",), ("customers",), ("check",)):
        sentence = check_refusal(scene.run_here(*command), "python cli.py build")
    return sentence


for each, damaging in DAMAGES.items():
    add(each, damaging)


@fault("a pointer to nothing")
def break_pointer(scene: Scene) -> str:
    pointer = scene.warehouse / "current"
    sentence = ""
    for content in POINTERS:
        pointer.write_bytes(content)
        ended = scene.run_here("show", "mrr")
        if ended.status:
            sentence = check_refusal(ended, "python cli.py build")
    scene.check_heals()
    return f"{len(POINTERS)} pointers; it said: {sentence}".replace(str(scene.folder), "…")
