"""A PostgreSQL server for the tests of the ledger; `python tests/postgres.py` installs Debian's."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

# PostgreSQL refuses to run as root; Debian's package makes this user.
USER = "postgres"


def find_programs() -> Path | None:
    """The folder of the server's programs, of the newest version that is installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


def is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def install() -> int:
    """Install a server unless there is one; return the exit status."""
    if find_programs():
        return 0
    if not (shutil.which("apt-get") and is_root()):
        print("There is no PostgreSQL here: the tests of the ledger on it will be skipped.")
        return 0
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], env=environ, check=False)
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "postgresql"]
    status = subprocess.run(command, env=environ, check=False).returncode
    if status:
        print("PostgreSQL could not be installed; by hand it is: apt-get install postgresql")
    return status


@contextmanager
def serve(programs: Path) -> Generator[str]:
    """The URL of a new, empty server on a free port; it is gone at the end."""
    with tempfile.TemporaryDirectory(prefix="postgres-") as folder, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        data = Path(folder) / "data"
        if is_root():
            shutil.chown(folder, USER, USER)
        _run(
            programs,
            "initdb",
            "-D",
            str(data),
            "-A",
            "trust",
            "-U",
            USER,
            "--no-sync",
            "-E",
            "UTF8",
        )
        # Its files are thrown away: nothing has to reach the disk.
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c fsync=off -k {folder}"
        log = str(Path(folder) / "log")
        _run(programs, "pg_ctl", "-D", str(data), "-w", "-l", log, "-o", options, "start")
        try:
            yield f"postgresql://{USER}@127.0.0.1:{port}/postgres"
        finally:
            _run(programs, "pg_ctl", "-D", str(data), "-m", "immediate", "-w", "stop")


def _run(programs: Path, program: str, *arguments: str) -> None:
    """As the user of the server where we are root. A failure shows what the program said."""
    user = {"user": USER, "group": USER, "extra_groups": []} if is_root() else {}
    done = subprocess.run(
        [str(programs / program), *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, text=True, cwd="/", check=False, **user,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"{program} failed: {done.stderr}")


if __name__ == "__main__":
    sys.exit(install())
