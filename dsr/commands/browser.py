"""Which browser dsr drives, and how to get one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from dsr import config
from dsr.browser import find
from dsr.errors import DsrError, NoBrowser
from dsr.model import Result


def status() -> Result:
    """Show which browser dsr would drive, and where it was found.

    Example: dsr browser status
    """
    found = find.browser(config.read(config.home()).browser)
    return Result(text=f"{found.path}  ({found.origin})", data={"path": found.path, "origin": found.origin})


def install() -> Result:
    """Get a browser if there is none: the system's package when root on Debian, else Playwright's own Chromium.

    Example: dsr browser install
    """
    try:
        found = find.browser(config.read(config.home()).browser)
    except NoBrowser:
        for command in _commands():
            # What the installer says goes to stderr, so that stdout holds only the answer.
            code = subprocess.run(command, check=False, stdout=sys.stderr, env=_environment()).returncode
            if code != 0:
                raise DsrError(
                    f"'{' '.join(command)}' ended with {code}", "install Chromium or Chrome yourself"
                ) from None
        found = find.browser()
        return Result(text=f"Installed: {found.path}", data={"path": found.path, "origin": found.origin})
    return Result(text=f"There is one already: {found.path}", data={"path": found.path, "origin": found.origin})


VERBS = (status, install)


def _commands() -> list[list[str]]:
    apt = shutil.which("apt-get")
    if apt and sys.platform == "linux" and os.geteuid() == 0 and Path("/etc/debian_version").exists():
        return [
            [apt, "update", "-q"],
            [apt, "install", "-qy", "--no-install-recommends", "chromium", "fonts-dejavu-core"],
        ]
    return [[sys.executable, "-m", "playwright", "install", "chromium"]]


def _environment() -> dict[str, str]:
    return os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
