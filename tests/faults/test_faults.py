"""The faults in their short forms; `make faults` has the long ones too."""

from pathlib import Path

import pytest

from tests.faults import few_metrics
from tests.faults.faults import FAULTS
from tests.faults.registry import Fault
from tests.faults.scene import Scene


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    folder = tmp_path_factory.mktemp("faults") / "base"
    return Scene.prepare(folder, Path(few_metrics.__file__))


@pytest.mark.parametrize(
    "fault", [fault for fault in FAULTS if not fault.is_long], ids=lambda fault: fault.name
)
def test_the_warehouse_stands(base: Scene, tmp_path: Path, fault: Fault) -> None:
    assert fault.run(base.copy(tmp_path / "scene"))
