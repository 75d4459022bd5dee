"""What several files of unit tests share."""

from pathlib import Path

import pytest

import cli


@pytest.fixture
def run(
    sample_warehouse: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    """Run a command on the sample: (exit status, standard output, standard error)."""
    monkeypatch.setenv("STANDING_WAREHOUSE", str(sample_warehouse))

    def _run(*arguments: str) -> tuple[int, str, str]:
        status = cli.main(arguments)
        out, err = capsys.readouterr()
        return status, out, err

    return _run
