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
from typing import TYPE_CHECKING

from msgspec import Struct

from dsr import disk
from dsr.browser import lock
from dsr.browser.find import Browser
from dsr.errors import BadFile, SiteDown

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext

_MOST = 32 << 20  # bytes of a storage state: local storage can be large
_WRITES_ONE = "playwright codegen --save-storage=FILE writes one"
_QUIET = (
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    # As Playwright starts it. Cookies that the plain window wrote with a key of the system's keyring would be unreadable for the
    # driven one, and the login lost.
    "--password-store=basic",
    "--use-mock-keychain",
    "--disable-save-password-bubble",  # a password is nothing that dsr's profile should keep
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
        async with async_playwright() as playwright:
            try:
                context = await playwright.chromium.launch_persistent_context(
                    folder,
                    executable_path=browser.path,
                    headless=headless,
                    chromium_sandbox=not _root(),
                    args=[*_QUIET, *args],
                    env={**_environment()},
                )
            except Error as problem:
                first = str(problem).strip().splitlines()[0]
                raise SiteDown(
                    f"the browser {browser.path} did not start: {first}", _start_hint(headless=headless)
                ) from problem
            try:
                if state is not None:
                    await _import(context, state)
                yield context
            finally:
                await _close(context)


async def _close(context: BrowserContext) -> None:
    """Close the browser; after Ctrl-C at the terminal it and Playwright's driver have got the signal too and are gone."""
    from playwright.async_api import Error

    try:
        await context.close()
    except Error:
        # The driver leaves a future that nobody can await any more; its complaint is no news.
        asyncio.get_running_loop().set_exception_handler(lambda _loop, _context: None)


def _environment() -> dict[str, str]:
    """What a browser inherits: nothing of dsr's own, as a password may be among it."""
    return {name: value for name, value in os.environ.items() if not name.startswith("DSR_")}


def _start_hint(*, headless: bool) -> str:
    if (
        not headless
        and sys.platform == "linux"
        and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    ):
        return "there is no screen here; run it on a desktop, or with --headless"
    return "dsr browser status"


def _root() -> bool:
    return sys.platform != "win32" and os.geteuid() == 0


class _Stored(Struct):
    name: str
    value: str


class _Origin(Struct):
    origin: str
    localStorage: list[_Stored] = []  # noqa: N815  Playwright's name


class State(Struct):
    """A Playwright storage state, as far as a profile takes it."""

    cookies: list[dict[str, object]]
    origins: list[_Origin] = []


def read_state(path: Path) -> State:
    """A storage state from its file. Raises BadFile where it is none."""
    import msgspec

    try:
        return msgspec.json.decode(disk.read(path, _MOST), type=State)
    except OSError as problem:
        raise BadFile(path, (problem.strerror or "cannot be read").lower(), "--import-state names a file") from problem
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as problem:
        raise BadFile(path, "not a Playwright storage state", _WRITES_ONE) from problem


async def _import(context: BrowserContext, path: Path) -> None:
    """Put the cookies and the local storage of a storage state into the profile; no site is asked for anything."""
    from playwright.async_api import Error

    state = read_state(path)
    try:
        await context.add_cookies(state.cookies)  # type: ignore[arg-type]
        page = await context.new_page()
        await page.route("**/*", lambda route: route.fulfill(body="", content_type="text/html"))
        for one in state.origins:
            await page.goto(one.origin)
            pairs = [[stored.name, stored.value] for stored in one.localStorage]
            await page.evaluate("(pairs) => pairs.forEach(([name, value]) => localStorage.setItem(name, value))", pairs)
        await page.close()
    except Error as problem:
        raise BadFile(path, "not a Playwright storage state", _WRITES_ONE) from problem


def sign_in(browser: Browser, folder: Path, url: str, args: Sequence[str] = ()) -> int:
    """Open the plain browser (not driven) on that profile, and wait until the person closes its window.

    A browser killed right after a login loses the cookie, so it is never ended from here. Returns its exit code.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    command = [browser.path, f"--user-data-dir={folder}", *_QUIET, *args]
    if _root():
        command.append("--no-sandbox")
    with lock.held(folder):
        quiet = subprocess.DEVNULL
        command += ["--new-window", url]
        return subprocess.run(command, check=False, stdout=quiet, stderr=quiet, env=_environment()).returncode
