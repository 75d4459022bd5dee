"""A short turn of the fuzzer with a fixed seed, and every input that once failed. `make fuzz` takes longer turns."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, seed

from tests.fuzz import guided
from tests.fuzz.__main__ import run_apart, show
from tests.fuzz.exports import Builder, Export, exports, plain_export
from tests.fuzz.inputs import reader_inputs
from tests.fuzz.kinds import to_kind
from tests.fuzz.layout import LAYOUTS
from tests.fuzz.reader import Reader
from tests.fuzz.tally import Box, Trial, scratch
from tests.fuzz.targets import keep_export, read_export, settle

CASES = Path(__file__).parent / "cases"
FILES = sorted(CASES.glob("*.csv"))


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with scratch() as folder:
        made = Reader(folder)
        yield made
        made.close()


@pytest.fixture(scope="module")
def builder() -> Iterator[Builder]:
    with scratch() as folder:
        yield Builder(folder)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_that_once_failed(reader: Reader, path: Path) -> None:
    reader.check(path.read_bytes())


def test_exports_that_once_failed(builder: Builder) -> None:
    for path in sorted(CASES.iterdir()):
        if path.is_dir():
            builder.check(read_export(path))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_each_layout_builds_where_nothing_is_odd(
    builder: Builder, layout: str, tmp_path: Path
) -> None:
    """Alone, and as the next load; what is kept of an export is the whole of it."""
    export = plain_export(layout)
    keep_export(export, tmp_path / layout)
    assert read_export(tmp_path / layout) == export
    for is_first in (True, False):
        assert builder.check(replace(export, is_first=is_first)) == f"built from {layout}"


def test_files_with_something_odd(reader: Reader) -> None:
    """Nothing but a sentence, every record accounted for, both ways to read agree: 35 times 33 files."""

    @seed(1)
    @settle(35)
    @given(reader_inputs())
    def turn(inputs: list[bytes]) -> None:
        for data in inputs:
            reader.check(data)

    turn()


def test_exports_with_something_odd(builder: Builder) -> None:
    """Nothing but a sentence, every row accounted for, and a refused export leaves no trace."""

    @seed(1)
    @settle(8)
    @given(exports())
    def turn(export: Export) -> None:
        builder.check(export)

    turn()


@pytest.mark.skipif(guided.atheris is None, reason="atheris does not install here")
def test_files_guided_by_branches() -> None:
    tally = run_apart("guided", Box(3), 1)
    assert tally.inputs > 50
    assert not tally.failures


def test_a_failure_is_counted_made_small_and_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def check(data: bytes) -> str:
        assert not (b"a" in data and b"z" in data), f"both in {data!r}"
        return "fine"

    def keep(data: bytes, path: Path) -> None:
        path.write_bytes(data)

    trial = Trial(
        "letters",
        check,
        split=lambda data: [bytes([byte]) for byte in data],
        join=lambda _, parts: b"".join(parts),
        keep=keep,
        found=tmp_path,
        box=Box(inputs=3),
    )
    for data in (b"abc", b"xxaxxxzxx", b"za"):
        assert not trial.is_over
        trial.run(data)
    assert trial.is_over
    assert (tmp_path / "letters_1").read_bytes() == b"az"
    assert "AssertionError: both in" in (tmp_path / "letters_1.txt").read_text(encoding="utf-8")
    again = type(trial.tally).from_json(trial.tally.to_json())
    show([again])
    printed = capsys.readouterr().out
    assert "1  fine" in printed
    assert "2  FAILED: AssertionError in test_fuzz.py:check: both in b…" in printed


def test_sentences_that_differ_in_names_and_numbers_are_one_kind() -> None:
    kinds = {
        to_kind('Account.csv lacks the needed column "Id": add it. The file has a, b.'),
        to_kind('Case.csv lacks the needed column "CreatedDate": add it. The file has c.'),
    }
    assert kinds == {"… lacks the needed column … : add it."}
