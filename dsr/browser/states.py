"""Storage states: the cookies and the local storage of a profile as a file, taken in from outside or carried between browsers.

A profile is used by a browser of its own, or, where many services are visited at once, through a context of one browser that
is given the profile's state. Each use leaves the state beside the profile; a use in a context also leaves a mark, and the next
browser of the profile's own takes up what is newer than itself.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from dsr import disk
from dsr.errors import BadFile

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext

_MOST = 32 << 20  # bytes of a storage state: local storage can be large
_WRITES_ONE = "playwright codegen --save-storage=FILE writes one"
_KEEP = 5.0  # seconds that a browser may take to tell its state
_KEPT = "dsr-signed-in.json"
_AHEAD = "dsr-signed-in.ahead"


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
    try:
        found = msgspec.json.decode(disk.read(path, _MOST), type=State)
    except OSError as problem:
        raise BadFile(path, (problem.strerror or "cannot be read").lower(), "--import-state names a file") from problem
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as problem:
        raise BadFile(path, "not a Playwright storage state", _WRITES_ONE) from problem
    for one in found.origins:
        if not one.origin.startswith(("https://", "http://")):
            raise BadFile(path, f"its storage is of '{one.origin[:60]}', which is no site", _WRITES_ONE)
    return found


async def put(context: BrowserContext, state: State, path: Path) -> None:
    """Put the cookies and the local storage of a state, read from `path`, into a context; no site is asked for anything.

    Raises BadFile where the browser does not take them.
    """
    from playwright.async_api import Error

    try:
        await context.add_cookies(state.cookies)  # type: ignore[arg-type]
        if not state.origins:
            return
        page = await context.new_page()
        await page.route("**/*", lambda route: route.fulfill(body="", content_type="text/html"))
        for one in state.origins:
            await page.goto(one.origin)
            pairs = [[stored.name, stored.value] for stored in one.localStorage]
            await page.evaluate("(pairs) => pairs.forEach(([name, value]) => localStorage.setItem(name, value))", pairs)
        await page.close()
    except Error as problem:
        raise BadFile(path, "not a Playwright storage state", _WRITES_ONE) from problem


def kept(folder: Path) -> Path | None:
    """The state that the last use of a profile left, or None where there was none."""
    path = folder / _KEPT
    return path if path.is_file() else None


async def keep(context: BrowserContext, folder: Path, *, ahead: bool = False) -> None:
    """Leave the state of a context beside the profile, for its owner only; `ahead`: it is newer than the profile itself. A
    browser that is gone, or hangs, leaves what was there."""
    from playwright.async_api import Error

    with suppress(Error, TimeoutError):
        async with asyncio.timeout(_KEEP):
            state = await context.storage_state()
        fresh = folder / f"{_KEPT}.new"
        fresh.touch(mode=0o600)
        fresh.write_bytes(msgspec.json.encode(state))
        fresh.replace(folder / _KEPT)
        if ahead:
            (folder / _AHEAD).touch(mode=0o600)


async def take_up(context: BrowserContext, folder: Path) -> None:
    """Put in what a use elsewhere has left that is newer than the profile. A state that cannot be read is left out."""
    if (folder / _AHEAD).exists() and (path := kept(folder)):
        with suppress(BadFile):  # the sign-in is then the profile's own, perhaps older; the site says so if it is over
            await put(context, read_state(path), path)
        (folder / _AHEAD).unlink()
