"""A clock that jumps back between two builds."""

import sys

from tests.faults.registry import fault
from tests.faults.scene import AS_OF, MRR_AFTER, MRR_BEFORE, Scene, end, start

# The clock of our own modules, so many days ago: pandas does not import with another datetime.
PRELUDE = """
import datetime, runpy, sys, time
import cli
shift = datetime.timedelta(days=int(sys.argv.pop(1)))
class Shifted(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return datetime.datetime.now(tz) - shift
for name, module in list(sys.modules.items()):
    if name.split(".")[0] in ("cli", "commands", "warehouse", "ledger") and hasattr(module, "datetime"):
        module.datetime = Shifted
now = time.time
time.time = lambda: now() - shift.total_seconds()
runpy.run_path(sys.argv.pop(1), run_name="__main__")
"""


@fault("a clock that jumps back a day between two builds")
def jump_a_day(scene: Scene) -> str:
    return jump(scene, 1)


@fault("a clock that jumps back 400 days between two builds", is_long=True)
def jump_a_year(scene: Scene) -> str:
    return jump(scene, 400)


def jump(scene: Scene, days: int) -> str:
    """What is built last is published, whatever the clock says, and so is what is built after it."""
    build = ["build", str(scene.later), "--as-of", AS_OF, "--warehouse", str(scene.warehouse)]
    ended = end(start([sys.executable, "-c", PRELUDE, str(days), str(scene.program), *build]))
    assert ended.status == 0, ended.err
    assert scene.read()[1] == MRR_AFTER, "the build of the earlier hour is not published"
    scene.build_here(scene.export)
    assert scene.read()[1] == MRR_BEFORE, "the build after it is not published"
    scene.check_heals()
    said = [line for line in (ended.out + ended.err).splitlines() if "clock" in line]
    return "the newest export is published each time" + (f"; it said: {said[0]}" if said else "")
