"""A ledger that is locked, damaged or out of reach when a build has been published."""

import sqlite3
from contextlib import closing

from tests.faults.registry import fault
from tests.faults.scene import MRR_AFTER, Ended, Scene

OUT_OF_REACH = "postgresql://standing:secret@127.0.0.1:1/ledger"


@fault("a ledger that is no database")
def damage_ledger(scene: Scene) -> str:
    path = scene.warehouse / "ledger.sqlite"
    path.write_bytes(b"This is no database. " * 400)
    ended = scene.build_apart(scene.later)
    path.unlink()
    return check_published(scene, ended)


@fault("a ledger that is out of reach", is_long=True)
def lose_ledger(scene: Scene) -> str:
    ended = scene.build_apart(scene.later, env={"STANDING_LEDGER": OUT_OF_REACH})
    assert "secret" not in ended.out + ended.err
    return check_published(scene, ended)


@fault("a ledger that another program has locked", is_long=True)
def lock_ledger(scene: Scene) -> str:
    """It is waited for, half a minute."""
    path = scene.warehouse / "ledger.sqlite"
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("create table if not exists mine (i integer)")
        other.execute("begin exclusive")
        ended = scene.build_apart(scene.later)
        other.execute("rollback")
        other.execute("drop table mine")
    return check_published(scene, ended)


def check_published(scene: Scene, ended: Ended) -> str:
    """The build stands, and a sentence says that its numbers are not frozen; the next build freezes them."""
    assert ended.status == 2, f"status {ended.status}: {ended.err}"
    assert "ledger" in ended.sentence, ended.err
    assert scene.read()[1] == MRR_AFTER
    again = scene.build_apart(scene.later)
    assert again.status == 0, again.err
    assert "rozen" in again.out + again.err
    scene.check_heals()
    return f"the build is published, the next freezes; it said: {ended.sentence}".replace(
        str(scene.folder), "…"
    )
