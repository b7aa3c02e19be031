"""Show a file to the person with whatever program their system has for it; nothing leaves the machine."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def show(path: Path) -> str:
    """Open a file, and say so; where there is no screen or no program for it, say where the file lies instead."""
    if sys.platform not in ("win32", "darwin") and not (
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or os.environ.get("BROWSER")
    ):
        return f"There is no screen here to open it on; it lies in {path}"
    import webbrowser

    try:
        opened = webbrowser.open(path.absolute().as_uri())
    except (webbrowser.Error, OSError):
        opened = False
    return f"Opened: {path}" if opened else f"No program was found to open it; it lies in {path}"
