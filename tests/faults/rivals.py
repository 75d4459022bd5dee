"""Two builds at once."""

from tests.faults.registry import fault
from tests.faults.scene import MRR_AFTER, MRR_BEFORE, Scene, check_refusal, end


@fault("two builds at once")
def build_twice(scene: Scene) -> str:
    both = [scene.start_build(scene.later), scene.start_build(scene.export)]
    ended = [end(process) for process in both]
    mrr = {MRR_AFTER: 0, MRR_BEFORE: 1}[scene.read()[1]]
    assert ended[mrr].status == 0, ended[mrr].err
    loser = ended[1 - mrr]
    said = "the other waited its turn"
    if loser.status:
        said = f"the other said: {check_refusal(loser, 'build')}"
    scene.check_heals()
    return f"one of them is published whole; {said}".replace(str(scene.folder), "…")
