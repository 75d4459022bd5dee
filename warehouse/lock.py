"""One build at a time in a warehouse: a lock that the system lets go of when its process dies."""

import os
import socket
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from warehouse.errors import StandingError

LOCK = "build.lock"
# Beside the lock, since Windows lets nobody read a locked file.
BUILDER = "build.lock.by"


@contextmanager
def only_build(warehouse: Path) -> Generator[None]:
    """Hold the warehouse's lock; StandingError, naming who holds it, where another build is at work."""
    lock = FileLock(warehouse / LOCK, timeout=0)
    builder = warehouse / BUILDER
    try:
        lock.acquire()
    except Timeout:
        try:
            who = f" ({builder.read_text(encoding='utf-8').strip()})"
        except OSError:
            who = ""
        raise StandingError(
            f"Another build is at work in {warehouse}{who}: wait until it has ended, then run the same command again."
        ) from None
    except (OSError, NotImplementedError) as error:
        raise StandingError(
            f"The folder {warehouse} cannot be written to ({error}): give one of your own with --warehouse."
        ) from None
    try:
        builder.write_text(
            f"process {os.getpid()} on {socket.gethostname()}, since {datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
            encoding="utf-8",
        )
        yield
    finally:
        builder.unlink(missing_ok=True)
        lock.release()
