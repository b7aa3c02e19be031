"""What a profile holds of a sign-in goes to the common browser and comes back: cookies, local storage, IndexedDB."""

from __future__ import annotations

import asyncio
import stat
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from dsr.browser import session, states
from dsr.browser.find import Browser, browser
from dsr.browser.hall import hall

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext

pytestmark = pytest.mark.browser
SITE = "https://app.example"
BASE = """(...given) => new Promise((done, failed) => {
  const asked = indexedDB.open("auth", 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore("tokens");
  asked.onerror = () => failed(asked.error);
  asked.onsuccess = async () => {
    const base = asked.result;
    const value = VALUE;
    const tokens = base.transaction("tokens", "readwrite").objectStore("tokens");
    const turn = value === undefined ? tokens.get("user") : tokens.put(value, "user");
    turn.onsuccess = () => { base.close(); done(READ); };
    turn.onerror = () => failed(turn.error);
  };
})"""
WRITE = BASE.replace("VALUE", "{ token: given[0], at: new Date(7), raw: new Uint8Array([1, 2]) }").replace("READ", "1")
READ = BASE.replace("VALUE", "undefined").replace(
    "READ", "turn.result ? [turn.result.token, turn.result.at?.getTime(), turn.result.raw?.length] : null"
)
WRITE_KEY = BASE.replace(
    "VALUE",
    'await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign"]).then((k) => k.privateKey)',
).replace("READ", "1")
READ_KEY = BASE.replace("VALUE", "undefined").replace("READ", "turn.result instanceof CryptoKey")

Visit = Callable[["BrowserContext"], Awaitable[Any]]


def doing(*scripts: str, given: str = "") -> Visit:
    """A visit to the site, which answers with an empty page, and what the first of the scripts finds there."""

    async def visit(context: BrowserContext) -> Any:
        page = await context.new_page()
        await page.route("**/*", lambda route: route.fulfill(body="<p>app", content_type="text/html"))
        await page.goto(SITE)
        first, *_ = [await page.evaluate(script, given) for script in scripts]
        return first

    return visit


def at_home(folder: Path, visit: Visit) -> Any:
    """A visit in the profile's own browser."""

    async def run() -> Any:
        async with session.opened(browser(), folder, headless=True) as context:
            return await visit(context)

    return asyncio.run(run())


def away(folder: Path, visit: Visit) -> Any:
    """A visit in the common browser."""

    async def run() -> Any:
        async with hall(browser(), headless=True) as common, common.room(folder) as context:
            return await visit(context)

    return asyncio.run(run())


def test_indexed_db_goes_both_ways(tmp_path: Path) -> None:
    """A token in IndexedDB signs in elsewhere, and the newer one that is given there signs in at home."""
    kept = tmp_path / "dsr-signed-in.json"
    at_home(tmp_path, doing(WRITE, given="first"))
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert away(tmp_path, doing(READ, WRITE, given="second")) == ["first", 7, 2]
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert at_home(tmp_path, doing(READ)) == ["second", 7, 2]


def test_a_key_that_cannot_be_carried_stays(tmp_path: Path) -> None:
    """A database with a key that no browser gives out is not carried, and what is written elsewhere does not replace it."""
    at_home(tmp_path, doing(WRITE_KEY))
    assert away(tmp_path, doing(READ, WRITE, given="other")) is None
    assert at_home(tmp_path, doing(READ_KEY)) is True


def test_a_sign_in_by_hand_is_not_undone(tmp_path: Path) -> None:
    """What the common browser left is taken up before the person signs in, and nothing older comes over it afterwards."""
    at_home(tmp_path, doing(WRITE, given="first"))
    away(tmp_path, doing(WRITE, given="second"))
    asyncio.run(session.catch_up(browser(), tmp_path))
    assert not states.ahead(tmp_path)
    assert session.sign_in(Browser(path="true", origin="a program that ends at once"), tmp_path, SITE) == 0
    assert states.kept(tmp_path) is None
    away(tmp_path, doing(WRITE, given="of nobody"))
    assert (states.kept(tmp_path), states.ahead(tmp_path)) == (None, False)


def test_what_is_too_large_to_be_read_again_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database larger than a state may be does not cost the rest of it."""
    monkeypatch.setattr(states, "_MOST", 2000)
    at_home(tmp_path, doing("() => localStorage.setItem('name', 'ada')", WRITE, given="x" * 3000))
    named = "(given) => localStorage.getItem('name')"
    assert away(tmp_path, doing(named)) == "ada"
