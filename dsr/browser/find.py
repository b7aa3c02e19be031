"""Which browser to drive: the configured one, Playwright's own, an installed Chrome or Edge, the system's Chromium."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from msgspec import Struct

from dsr.errors import BadData, NoBrowser

_SYSTEM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge", "brave-browser")
_FOLDERS = {
    "linux": ("~/.cache/ms-playwright",),
    "darwin": ("~/Library/Caches/ms-playwright",),
    "win32": ("~/AppData/Local/ms-playwright",),
}
_OWN = (
    "chromium-*/chrome-linux*/chrome",
    "chromium-*/chrome-mac*/*.app/Contents/MacOS/*",
    "chromium-*/chrome-win*/chrome.exe",
)
_APPS = {
    "darwin": (
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
    ),
    "win32": (
        "C:/Program Files/Google/Chrome/Application/chrome.exe",
        "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
    ),
}


class Browser(Struct, frozen=True):
    """A browser on this machine: its executable, and where it comes from in words."""

    path: str
    origin: str


def browser(configured: str = "") -> Browser:
    """The browser to drive. Raises BadData for a configured path that is no file, NoBrowser where there is none."""
    for path, origin in ((os.environ.get("DSR_BROWSER", ""), "DSR_BROWSER"), (configured, "config.toml")):
        if path:
            if not Path(path).is_file():
                raise BadData(f"the browser '{path}' from {origin} does not exist", "dsr browser status")
            return Browser(path, origin)
    if own := _own():
        return Browser(own, "Playwright's own Chromium")
    for app in _APPS.get(sys.platform, ()):
        if Path(app).is_file():
            return Browser(app, "installed browser")
    for name in _SYSTEM:
        if found := shutil.which(name):
            return Browser(found, "installed browser")
    raise NoBrowser("DSR_BROWSER, config.toml, Playwright's Chromium, " + ", ".join(_SYSTEM))


def _own() -> str:
    """The newest Chromium that `playwright install` has put on this machine, or empty."""
    chosen = os.environ.get("PLAYWRIGHT_BROWSERS_PATH")
    folders = (chosen,) if chosen else _FOLDERS.get(sys.platform, ())
    found = [path for folder in folders for pattern in _OWN for path in Path(folder).expanduser().glob(pattern)]
    return str(max(found, key=lambda path: path.stat().st_mtime)) if found else ""
