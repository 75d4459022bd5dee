"""atheris on the reader: an input that reaches a new branch of it is varied further.

Its wheels are for Linux on x86-64 and Python below 3.14 alone (requirements-dev.in).
"""

import sys
from pathlib import Path
from typing import Any

from tests.fuzz.tally import Box, Tally, scratch

try:
    import atheris
except ImportError:
    atheris = None

LONGEST_INPUT = 600
SEEDS = (
    b'"Id","Name"\n"1","Acme"\n"2","x ""y"", z"\n',
    b"Id;Name;Amount\r\n1;Caf\xe9;1,50\r\n",
    b'\xef\xbb\xbfId\tName\n1\t"two\nlines"\n\n2\t\n',
    "Id,Name\n1,é\n".encode("utf-16"),
    b'Id,Name\n1,a"b\n"2,"b"c\n3\n4,5,,\n',
)


def fuzz_guided(box: Box, number: int, found: Path) -> Tally:
    """Vary the seeds until the box is full."""
    assert atheris is not None
    # Its module has no types.
    instrumented: Any = vars(atheris)["instrument_imports"]
    with instrumented(
        include=["warehouse.reading.files", "warehouse.reading.read", "warehouse.reading.records"]
    ):
        from tests.fuzz.reader import reader_trial
    with scratch() as folder:
        trial = reader_trial(folder, "guided", found, box)
        corpus = folder / "corpus"
        corpus.mkdir()
        for place, data in enumerate(SEEDS):
            (corpus / str(place)).write_bytes(data)

        def run(data: bytes) -> None:
            # libFuzzer ends by itself only by ending the process.
            if trial.is_over:
                raise SystemExit
            trial.run(data)

        options = {"max_len": LONGEST_INPUT, "len_control": 20, "seed": number, "verbosity": 0,
                   "artifact_prefix": f"{folder}/"}  # fmt: skip
        atheris.Setup(
            [sys.argv[0], *(f"-{key}={value}" for key, value in options.items()), str(corpus)], run
        )
        try:
            atheris.Fuzz()
        except SystemExit:
            return trial.tally
    raise AssertionError("libFuzzer ended before its time")
