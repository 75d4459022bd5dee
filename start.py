"""Install, build and open the dashboard: `python start.py [EXPORTS] [--source FOLDER]`, with or without make.

Only the standard library, and syntax that a much older Python reads, so that whoever starts it
with the wrong Python gets a sentence and not a traceback.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import webbrowser
from pathlib import Path
from typing import Callable, Iterator, Mapping, Sequence

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
POINTER = "current"  # As in warehouse/home.py, and so is the next.
SAMPLE_FOLDER = "sample_company"
SAMPLE = ROOT / "data" / "sample" / "salesforce"
OLDEST_PYTHON = (3, 11)
NEWEST_PYTHON = (3, 14)  # The newest for which every pinned package has a ready-made file.
FIRST_PORT = 8501
START_SECONDS = 120

NO_PYTHON = (
    "Standing needs Python 3.11 to 3.14, and this is Python {version}: install a newer one from "
    "python.org or with your package manager, and run the same command again."
)
NO_VENV = (
    "This Python ({python}) cannot make virtual environments. On Debian or Ubuntu run "
    "`apt-get install python3-venv` as root, then the same command again."
)
NO_INSTALL = (
    "The packages could not be installed: pip says why above. Most often the network or a proxy "
    "is in the way; the same command tries again."
)


class StartError(Exception):
    """What stops the start, in one sentence for the person who can put it right."""


def is_supported(version: Sequence[int]) -> bool:
    """Say whether a Python of this version runs the dashboard."""
    return OLDEST_PYTHON <= tuple(version[:2]) <= NEWEST_PYTHON


def find_python(
    version: Sequence[int] = sys.version_info[:2],
    which: Callable[[str], str | None] = shutil.which,
) -> str:
    """Return a Python that runs the dashboard: this one, else the newest one on the path."""
    if is_supported(version):
        return sys.executable
    for minor in range(NEWEST_PYTHON[1], OLDEST_PYTHON[1] - 1, -1):
        found = which(f"python3.{minor}")
        if found:
            return found
    raise StartError(NO_PYTHON.format(version=".".join(str(part) for part in version[:2])))


def venv_python(venv: Path = VENV, system: str = os.name) -> Path:
    """Return the path of the Python inside a virtual environment."""
    return venv / "Scripts" / "python.exe" if system == "nt" else venv / "bin" / "python"


def fingerprint(files: Sequence[Path]) -> str:
    """Return a hash of the files' contents: installed once, it need not be installed again."""
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()


def prepare(*requirements: str) -> Path:
    """Install these requirement files into `.venv`, if they are not yet, and return its Python."""
    files = [ROOT / name for name in requirements]
    python = venv_python()
    stamp = VENV / f"{files[-1].stem}.installed"
    wanted = fingerprint(files)
    if python.exists() and stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return python
    if not python.exists():
        make_venv(find_python())
    print("Installing packages into .venv: once, about a minute.", flush=True)
    command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    command += ["--no-input", "--only-binary=:all:", "--require-hashes"]
    for path in files:
        command += ["-r", str(path)]
    if subprocess.run(command, check=False).returncode:
        raise StartError(NO_INSTALL)
    stamp.write_text(wanted, encoding="utf-8")
    return python


def make_venv(python: str) -> None:
    """Make `.venv` with this Python."""
    # Debian's python3 has the module venv without the pip that it would put in.
    if subprocess.run([python, "-c", "import ensurepip, venv"], capture_output=True).returncode:
        raise StartError(NO_VENV.format(python=python))
    if subprocess.run([python, "-m", "venv", "--clear", str(VENV)]).returncode:
        raise StartError(f"The virtual environment {VENV} could not be made: see above.")


def is_free(port: int) -> bool:
    """Say whether a server can listen on this port of this machine."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as candidate:
        if os.name != "nt":  # On Windows the option would share a port that is in use.
            candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            candidate.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def choose_port(wanted: int | None, free: Callable[[int], bool] = is_free) -> int:
    """Return the port asked for, or the first free one from 8501."""
    if wanted is not None:
        if not free(wanted):
            raise StartError(
                f"Port {wanted} is in use: leave --port out, or name another one with it."
            )
        return wanted
    for port in range(FIRST_PORT, FIRST_PORT + 100):
        if free(port):
            return port
    raise StartError(f"No port from {FIRST_PORT} to {FIRST_PORT + 99} is free: name one by --port.")


def any_port() -> int:
    """Return a free port that nobody expects: two test runs at a time do not meet on it."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as candidate:
        candidate.bind(("127.0.0.1", 0))
        return candidate.getsockname()[1]


def has_screen(environ: Mapping[str, str], platform: str = sys.platform) -> bool:
    """Say whether there is a person with a screen to open a browser for."""
    if environ.get("CI") or environ.get("SSH_CONNECTION"):
        return False
    if platform.startswith("linux"):
        return bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))
    return True


def choose_warehouse(home: Path, exports: Path | None) -> Path:
    """Return the folder to build in: that of the sample company is apart from one's own data."""
    is_sample = exports.resolve() == SAMPLE if exports else not (home / POINTER).exists()
    return home / SAMPLE_FOLDER if is_sample else home


def build_command(
    python: Path,
    exports: Path | None,
    warehouse: Path,
    source: Path | None = None,
    renewal: Callable[[Path, Path], list[str] | None] | None = None,
) -> list[str] | None:
    """Return the command that builds the warehouse, or None when it stands and nothing is asked.

    What another version built is built again, from what is kept of it.
    """
    if exports is None and source is not None:
        raise StartError("--source says how to read an export: give the folder of the export too.")
    if exports is not None:
        given = [str(exports), *([] if source is None else ["--source", str(source)])]
    elif (warehouse / POINTER).exists():
        found = (renewal or ask_renewal)(python, warehouse)
        if found is None:
            return None
        given = found
    else:
        given = [str(SAMPLE)]
    return [str(python), str(ROOT / "cli.py"), "build", *given, "--warehouse", str(warehouse)]


def ask_renewal(python: Path, warehouse: Path) -> list[str] | None:
    """Ask warehouse/renew.py, which needs the packages, what to build again; None for nothing."""
    ask = (
        "import json, sys; from pathlib import Path; from warehouse.renew import find_renewal; "
        "print(json.dumps(find_renewal(Path(sys.argv[1]))))"
    )
    answer = subprocess.run(
        [str(python), "-c", ask, str(warehouse)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    return json.loads(answer.stdout) if answer.returncode == 0 else None


def server_command(python: Path, port: int) -> list[str]:
    """Return the command that serves the dashboard on this machine alone."""
    return [
        str(python), "-m", "streamlit", "run", str(ROOT / "app.py"),
        "--server.address=localhost", f"--server.port={port}",
        "--server.headless=true", "--browser.gatherUsageStats=false", "--logger.level=warning",
    ]  # fmt: skip


def wait_until_healthy(server: subprocess.Popen[bytes], url: str) -> None:
    """Return when the server answers; raise StartError when it ends or takes too long."""
    for _ in range(START_SECONDS * 10):
        if server.poll() is not None:
            raise StartError("The dashboard's server ended at once: its own words are above.")
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise StartError(f"The dashboard's server did not answer within {START_SECONDS} seconds.")


def open_session(url: str) -> None:
    """Run the app once, as a visitor of the landing page would. Needs the packages of `.venv`.

    Until st.navigation has run once in the process, Streamlit takes the folder `pages` for the
    older kind of multipage app, and a deep link shows "Page not found" over the right page
    (measured in Chromium with 1.67; asking for the page over HTTP does not run the app).
    """
    from streamlit.proto.BackMsg_pb2 import BackMsg
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
    from websockets.sync.client import connect

    stream = url.replace("http", "ws", 1) + "/_stcore/stream"
    with connect(stream, subprotocols=["streamlit"], max_size=None) as session:  # type: ignore
        ask = BackMsg()
        ask.rerun_script.query_string = ""
        session.send(ask.SerializeToString())
        answer = ForwardMsg()
        while answer.WhichOneof("type") != "script_finished":
            answer.ParseFromString(session.recv(timeout=START_SECONDS, decode=False))


@contextlib.contextmanager
def serve(
    python: Path, port: int, warehouse: Path
) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Start the server, give its URL once it is ready for any link, and end it at the end."""
    url = f"http://localhost:{port}"
    environ = {**os.environ, "STANDING_WAREHOUSE": str(warehouse)}
    # In a session of its own, so that Ctrl+C reaches start.py alone, which kills the server: it
    # only reads, and DuckDB prints a page of harmless warnings when it is interrupted.
    server = subprocess.Popen(
        server_command(python, port),
        cwd=ROOT,
        env=environ,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        wait_until_healthy(server, url)
        visit = "import sys, start; start.open_session(sys.argv[1])"
        subprocess.run([str(python), "-c", visit, url], cwd=ROOT, check=False)
        if server.poll() is not None:  # Someone else's server answered on the port meanwhile.
            raise StartError(f"Port {port} was taken while the dashboard started: start it again.")
        yield url, server
    finally:
        server.kill()
        server.wait()


def parse_arguments(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="start.py", description="Open the dashboard.")
    parser.add_argument(
        "exports", nargs="?", type=Path,
        help="a folder of CSV files, or the ZIP file, that the CRM exported; "
        "without it, your own that was built last, or the sample company",
    )  # fmt: skip
    parser.add_argument(
        "--source", type=Path, metavar="FOLDER", help="a mapping of your own for these files"
    )
    parser.add_argument("--no-browser", action="store_true", help="only print the address")
    parser.add_argument("--port", type=int, help="instead of the first free one from 8501")
    parser.add_argument(
        "--warehouse", type=Path, default=ROOT / "warehouse_data", help="where the builds are kept"
    )
    parser.add_argument(
        "--install-dev", action="store_true", help="only install what tests and checks need"
    )
    return parser.parse_args(arguments)


def run(options: argparse.Namespace) -> int:
    """Install, build, serve; return the exit status."""
    if options.install_dev:
        prepare("requirements.txt", "requirements-dev.txt")
        return 0
    python = prepare("requirements.txt")
    port = choose_port(options.port)
    home = options.warehouse.resolve()
    warehouse = choose_warehouse(home, options.exports)
    build = build_command(python, options.exports, warehouse, options.source)
    if build:
        status = subprocess.run(build, check=False).returncode
        # A renewal that fails has said why, and what is published is shown as far as it can be read.
        if status and (options.exports or not (warehouse / POINTER).exists()):
            return status
    # Without EXPORTS the sample gives way to one's own data as soon as these are built.
    with serve(python, port, warehouse if options.exports else home) as (url, server):
        print(f"Standing is ready at {url} (Ctrl+C ends it).", flush=True)
        if not options.no_browser and has_screen(os.environ):
            webbrowser.open(url)
        return server.wait()


def main(arguments: Sequence[str]) -> int:
    """Run with these arguments; return the exit status, 2 for what the person can put right."""
    for name in ("SIGTERM", "SIGHUP"):  # Windows has no SIGHUP.
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda *_: sys.exit(0))
    try:
        return run(parse_arguments(arguments))
    except StartError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
