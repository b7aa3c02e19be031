"""A browser session: one persistent profile per service and account, driven by Playwright; and the plain sign-in window."""

from __future__ import annotations

import asyncio
import hashlib
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from dsr import disk
from dsr.browser import features, lock, states
from dsr.browser.find import Browser
from dsr.errors import SiteDown

if TYPE_CHECKING:
    from playwright.async_api import Browser as Driven
    from playwright.async_api import BrowserContext

QUIET = (
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    # As Playwright starts it. Cookies that the plain window wrote with a key of the system's keyring would be unreadable for the
    # driven one, and the login lost.
    "--password-store=basic",
    "--use-mock-keychain",
)


def profile(home: Path, service: str, account: str) -> Path:
    """The folder of a service's and account's browser profile; its name does not tell the account."""
    mark = hashlib.sha256(account.lower().encode()).hexdigest()[:10]
    return home / "browser" / f"{service}-{mark}"


@asynccontextmanager
async def opened(
    browser: Browser, folder: Path, *, headless: bool, args: Sequence[str] = (), state: Path | None = None
) -> AsyncIterator[BrowserContext]:
    """A driven browser on that profile. `state` is a Playwright storage state whose cookies are put in first.

    Raises StoreLocked while another dsr uses the profile, BadFile for a bad state, SiteDown if the browser will not start.
    """
    from playwright.async_api import Error, async_playwright

    with lock.held(folder):
        _keep_no_password(folder)
        async with async_playwright() as playwright:
            try:
                context = await playwright.chromium.launch_persistent_context(
                    folder,
                    executable_path=browser.path,
                    headless=headless,
                    chromium_sandbox=sandboxed(),
                    args=[*QUIET, features.SWITCH, *args],
                    env={**environment()},
                )
            except Error as problem:
                raise not_started(browser, problem, headless=headless) from problem
            try:
                await states.take_up(context, folder)
                if state is not None:
                    await states.put(context, states.read_state(state), state)
                yield context
            finally:
                await states.keep(context, folder)
                await close(context)


def used(folder: Path) -> bool:
    """Whether a browser of the profile's own was ever started."""
    return (folder / "Local State").exists()


def _keep_no_password(folder: Path) -> None:
    """Have the browser not offer to keep passwords: they are nothing that dsr's profile should hold, and the offer lies over the
    page. Said in the profile's preferences, since the command line has no word for it any more (measured with Chromium 156)."""
    path = folder / "Default" / "Preferences"
    try:
        known = msgspec.json.decode(path.read_bytes(), type=dict[str, Any]) if path.exists() else {}
    except msgspec.MsgspecError:
        return  # the browser itself decides what to do with preferences that it cannot read
    profile = known.get("profile")
    wanted = known | {"credentials_enable_service": False}
    wanted["profile"] = (profile if isinstance(profile, dict) else {}) | {"password_manager_enabled": False}
    if wanted != known:
        disk.write(path, msgspec.json.encode(wanted))


async def catch_up(browser: Browser, folder: Path, args: Sequence[str] = ()) -> None:
    """Have the profile take up what a use elsewhere has left. Raises as `opened`."""
    if states.ahead(folder):
        async with opened(browser, folder, headless=True, args=args):
            return


async def close(thing: BrowserContext | Driven) -> None:
    """Close a context or a browser; after Ctrl-C at the terminal it and Playwright's driver have got the signal too and are
    gone."""
    from playwright.async_api import Error

    try:
        await thing.close()
    except Error:
        # The driver leaves a future that nobody can await any more; its complaint is no news.
        asyncio.get_running_loop().set_exception_handler(lambda _loop, _context: None)


def environment() -> dict[str, str]:
    """What a browser inherits: nothing of dsr's own, as a password may be among it."""
    return {name: value for name, value in os.environ.items() if not name.startswith("DSR_")}


def not_started(browser: Browser, problem: Exception, *, headless: bool) -> SiteDown:
    """What a person is told where the browser does not start."""
    screen = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    hint = "dsr browser status"
    if not headless and sys.platform == "linux" and not screen:
        hint = "there is no screen here; run it on a desktop, or with --headless"
    first = str(problem).strip().splitlines()[0]
    return SiteDown(f"the browser {browser.path} did not start: {first}", hint)


def sandboxed() -> bool:
    """Whether Chromium's sandbox can be used: not by root."""
    return sys.platform == "win32" or os.geteuid() != 0


def sign_in(browser: Browser, folder: Path, url: str, args: Sequence[str] = ()) -> int:
    """Open the plain browser (not driven) on that profile, and wait until the person closes its window.

    A browser killed right after a login loses the cookie, so it is never ended from here. Returns its exit code.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    command = [browser.path, f"--user-data-dir={folder}", *QUIET, *args]
    if not sandboxed():
        command.append("--no-sandbox")
    with lock.held(folder):
        _keep_no_password(folder)
        states.forget(folder)
        quiet = subprocess.DEVNULL
        command += ["--new-window", url]
        return subprocess.run(command, check=False, stdout=quiet, stderr=quiet, env=environment()).returncode
