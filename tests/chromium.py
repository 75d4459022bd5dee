"""Find a Chromium for the browser tests and the screenshots; `python tests/chromium.py` gets one.

Debian's package where that is possible, since Playwright's own download needs its own host.
"""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

# Root (in a container, say) has no sandbox, and the rest keeps Chromium from calling out.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def chromium_path() -> str | None:
    """Return the system's Chromium, or None to let Playwright start its own."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def install() -> int:
    """Install a Chromium unless there is one; return the exit status."""
    if chromium_path():
        return 0
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], env=environ, check=False)
        command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"]
        if subprocess.run(command, env=environ, check=False).returncode == 0:
            return 0
    return subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"]).returncode


if __name__ == "__main__":
    sys.exit(install())
