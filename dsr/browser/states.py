"""Storage states: the cookies, local storage and IndexedDB of a profile as a file, taken in from outside or carried between
browsers.

A profile is used by a browser of its own, or, where many services are visited at once, through a context of one browser that
is given the profile's state. Each use leaves the state beside the profile; a use in a context also leaves a mark, and the next
browser of the profile's own takes up what is newer than itself.

Playwright writes IndexedDB as text, which cannot hold everything (a key that the browser never gives out, a file: measured, they
become an empty object), and putting it in deletes what is there. So it is carried by origin, whole or not at all, and only what
was carried out comes back: what could not be is still in the profile, and stays.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import UNSET, Struct, UnsetType

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
    localStorage: list[_Stored] = []  # noqa: N815  Playwright's names
    indexedDB: list[dict[str, Any]] | UnsetType = UNSET  # noqa: N815  unset: not carried


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
    """Put the cookies and the storage of a state, read from `path`, into a context; no site is asked for anything. What the
    context holds beside them stays, but for the storage of an origin of which the state has all.

    Raises BadFile where the browser does not take them.
    """
    from playwright.async_api import Error

    whole = [one for one in state.origins if one.indexedDB is not UNSET]
    try:
        if whole:  # this sets all cookies anew
            cookies = [*await context.cookies(), *state.cookies]
            await context.set_storage_state(msgspec.to_builtins({"cookies": cookies, "origins": whole}))
        else:
            await context.add_cookies(state.cookies)  # type: ignore[arg-type]
        if len(whole) < len(state.origins):
            await _put_items(context, [one for one in state.origins if one.indexedDB is UNSET])
    except Error as problem:
        raise BadFile(path, "not a Playwright storage state", _WRITES_ONE) from problem


async def _put_items(context: BrowserContext, origins: list[_Origin]) -> None:
    page = await context.new_page()
    await page.route("**/*", lambda route: route.fulfill(body="", content_type="text/html"))
    for one in origins:
        await page.goto(one.origin)
        pairs = [[stored.name, stored.value] for stored in one.localStorage]
        await page.evaluate("(pairs) => pairs.forEach(([name, value]) => localStorage.setItem(name, value))", pairs)
    await page.close()


def kept(folder: Path) -> Path | None:
    """The state that the last use of a profile left, or None where there was none."""
    path = folder / _KEPT
    return path if path.is_file() else None


async def keep(context: BrowserContext, folder: Path, *, lent: State | None = None) -> None:
    """Leave the state of a context beside the profile, for its owner only. `lent` is the state that a context elsewhere began
    with: what it leaves is newer than the profile itself. A browser that is gone, or hangs, leaves what was there."""
    state = await _told(context)
    if state is None:
        return
    carried = None if lent is None else {one.origin for one in lent.origins if one.indexedDB is not UNSET}
    for one in state.origins:
        if not _whole(one) or (carried is not None and one.origin not in carried):
            one.indexedDB = UNSET
    disk.write(folder / _KEPT, msgspec.json.encode(state))
    if lent is not None:
        (folder / _AHEAD).touch(mode=0o600)


async def _told(context: BrowserContext) -> State | None:
    """The state of a context; without IndexedDB where that cannot be written, or is larger than is read again."""
    from playwright.async_api import Error

    for databases in (True, False):
        with suppress(Error, TimeoutError):
            async with asyncio.timeout(_KEEP):
                told = await context.storage_state(indexed_db=databases)
            if len(data := msgspec.json.encode(told)) <= _MOST:
                return msgspec.json.decode(data, type=State)
    return None


def _whole(one: _Origin) -> bool:
    """Whether all of an origin's databases are in the state: nothing in it became an empty object."""
    records = [r for base in one.indexedDB or () for store in base["stores"] for r in store["records"]]
    return not any(_emptied(record.get(part)) for record in records for part in ("keyEncoded", "valueEncoded"))


def _emptied(value: Any) -> bool:
    if isinstance(value, list):
        return any(map(_emptied, value))
    return isinstance(value, dict) and (value.get("o") == [] or any(map(_emptied, value.values())))


def ahead(folder: Path) -> bool:
    """Whether a use elsewhere has left something newer than the profile."""
    return (folder / _AHEAD).exists()


async def take_up(context: BrowserContext, folder: Path) -> None:
    """Put in what a use elsewhere has left that is newer than the profile. A state that cannot be read is left out."""
    if ahead(folder) and (path := kept(folder)):
        with suppress(BadFile):  # the sign-in is then the profile's own, perhaps older; the site says so if it is over
            await put(context, read_state(path), path)
        (folder / _AHEAD).unlink()


def forget(folder: Path) -> None:
    """Before a browser that cannot tell its state uses the profile: what was kept of it is out of date from then on."""
    for name in (_AHEAD, _KEPT):
        (folder / name).unlink(missing_ok=True)
