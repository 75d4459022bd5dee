"""Hypothesis draws inputs for the reader and for whole builds, until their box is full."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import hypothesis
from hypothesis import HealthCheck, Phase, given, seed

from tests.fuzz.exports import Builder, Export, exports
from tests.fuzz.inputs import reader_inputs
from tests.fuzz.reader import reader_trial
from tests.fuzz.tally import Box, Tally, Trial, scratch

# Examples a round: long enough for Hypothesis to vary what it drew, short enough to look at the clock.
ROUND = 50


def settle(examples: int) -> hypothesis.settings:
    """Only making examples: what fails is made smaller by Trial, which goes on with the next."""
    return hypothesis.settings(
        max_examples=examples,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        phases=[Phase.generate],
    )


def run_rounds(strategy: Any, run: Any, trial: Trial[Any], number: int) -> None:
    """Draw from a strategy until the trial is over."""
    while not trial.is_over:

        @seed(number)
        @settle(ROUND)
        @given(strategy)
        def round_(drawn: Any) -> None:
            if not trial.is_over:
                run(drawn)

        round_()
        number += 1


def fuzz_reader(box: Box, number: int, found: Path) -> Tally:
    """Hypothesis on the reader."""
    with scratch() as folder:
        trial = reader_trial(folder, "reader", found, box)

        def run(inputs: list[bytes]) -> None:
            for data in inputs:
                trial.run(data)

        run_rounds(reader_inputs(), run, trial, number)
        return trial.tally


def fuzz_builds(box: Box, number: int, found: Path) -> Tally:
    """Hypothesis on whole builds."""
    with scratch() as folder:
        builder = Builder(folder)
        trial = Trial(
            "builds",
            builder.check,
            split=split_export,
            join=join_export,
            keep=keep_export,
            found=found,
            box=box,
        )
        run_rounds(exports(), trial.run, trial, number)
        return trial.tally


def split_export(export: Export) -> list[tuple[str, bytes]]:
    """An export's lines, each with the name of its file."""
    return [
        (name, line)
        for name, data in export.files.items()
        for line in data.splitlines(keepends=True)
    ]


def join_export(export: Export, parts: Sequence[Any]) -> Export:
    """The export with only these lines."""
    files: dict[str, bytes] = {}
    for name, line in parts:
        files[name] = files.get(name, b"") + line
    return replace(export, files=files)


def keep_export(export: Export, path: Path) -> None:
    """Write an export and how it is built as a folder."""
    path.mkdir(exist_ok=True)
    for name, data in export.files.items():
        (path / name).write_bytes(data)
    for name, data in export.mapping.items():
        (path / f"mapping_{name}").write_bytes(data)
    facts = {"layout": export.layout, "as_of": str(export.as_of), "is_zipped": export.is_zipped,
             "is_first": export.is_first, "is_delta": export.is_delta, "zip_code": list(export.zip_code),
             "settings": export.settings}  # fmt: skip
    (path / "export.json").write_text(json.dumps(facts, indent=1), encoding="utf-8")


def read_export(path: Path) -> Export:
    """The export that keep_export wrote."""
    facts = json.loads((path / "export.json").read_text(encoding="utf-8"))
    as_of = None if facts["as_of"] == "None" else date.fromisoformat(facts["as_of"])
    data = {file.name: file.read_bytes() for file in path.iterdir() if file.name != "export.json"}
    mapping = {
        name.removeprefix("mapping_"): data.pop(name)
        for name in list(data)
        if name.startswith("mapping_")
    }
    more = {**facts, "as_of": as_of, "zip_code": bytes(facts["zip_code"]), "mapping": mapping}
    return Export(data, **more)
