"""One browser for many services: each is visited in a context of its own, with the state of its own profile, under its lock."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from dsr.browser import features, lock, session, states
from dsr.browser.find import Browser

if TYPE_CHECKING:
    from playwright.async_api import Browser as Driven
    from playwright.async_api import BrowserContext


class Hall:
    """A driven browser without a profile of its own."""

    def __init__(self, driven: Driven) -> None:
        self._driven = driven

    @property
    def alive(self) -> bool:
        """Whether the browser still runs."""
        return self._driven.is_connected()

    @asynccontextmanager
    async def room(self, folder: Path) -> AsyncIterator[BrowserContext]:
        """A context with the sign-in of a profile, which it hands back when it is left. Raises StoreLocked while another dsr uses
        the profile, BadFile for a state that cannot be read."""
        with lock.held(folder):
            path = states.kept(folder)
            lent = states.read_state(path) if path else states.State(cookies=[])
            context = await self._driven.new_context()
            try:
                if path is not None:
                    await states.put(context, lent, path)
                yield context
            finally:
                if path is not None or not session.used(folder):  # else the profile holds a sign-in that nobody lent
                    await states.keep(context, folder, lent=lent)
                await session.close(context)


@asynccontextmanager
async def hall(browser: Browser, *, headless: bool, args: Sequence[str] = ()) -> AsyncIterator[Hall]:
    """Start the browser, and end it. Raises SiteDown if it will not start."""
    from playwright.async_api import Error, async_playwright

    async with async_playwright() as playwright:
        try:
            driven = await playwright.chromium.launch(
                executable_path=browser.path,
                headless=headless,
                chromium_sandbox=session.sandboxed(),
                args=[*session.QUIET, features.SWITCH, *args],
                env={**session.environment()},
            )
        except Error as problem:
            raise session.not_started(browser, problem, headless=headless) from problem
        try:
            yield Hall(driven)
        finally:
            await session.close(driven)
