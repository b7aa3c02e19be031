"""The switch and the export as competent people write them by hand, to stand beside dsr in the matrix (`make matrix`).

Three ways: locators by role and name; what a recorder writes (test ids, texts, one after the other); and the first match of an
ordered list of fallbacks, tried three times. Each presses, waits for the network, loads afresh and reads, as dsr does.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from dsr.browser.outcome import Report
from dsr.cases.matrix.play import Part
from dsr.model import Outcome

if TYPE_CHECKING:
    from playwright.async_api import Locator, Page

SETTINGS = "https://chatgpt.com/settings/data-controls"
TRAINING = "Improve the model for everyone"
PATIENCE = 3000  # milliseconds


def role(page: Page, what: str) -> Locator:
    """Plain role locators."""
    return {
        "row": page.get_by_role("button", name=TRAINING),
        "switch": page.get_by_role("switch", name=TRAINING),
        "export": page.get_by_role("button", name="Export", exact=True),
        "confirm": page.get_by_role("button", name="Confirm export"),
    }[what]


def recorded(page: Page, what: str) -> Locator:
    """What a recorder writes down."""
    return {
        "row": page.get_by_test_id("improve-model-open-modal-button"),
        "switch": page.get_by_test_id("improve-model-toggle"),
        "export": page.get_by_text("Export", exact=True),
        "confirm": page.get_by_text("Confirm export"),
    }[what]


def fallbacks(page: Page, what: str) -> Locator:
    """The first match of an ordered list of fallbacks."""
    word = {"row": "Improve", "switch": "Improve", "export": "Export", "confirm": "Confirm|Export|Continue"}[what]
    by_name = page.get_by_role("switch" if what == "switch" else "button", name=re.compile(word))
    more = page.locator("[role=switch], [role=checkbox]") if what == "switch" else page.locator("[role=dialog] button")
    return role(page, what).or_(recorded(page, what)).or_(by_name).or_(more).first


WAYS: dict[str, Callable[[Page, str], Locator]] = {"role locators": role, "recorded": recorded, "fallbacks": fallbacks}


def performer(way: str) -> Callable[[Part], Awaitable[Report]]:  # noqa: C901  three small closures
    """A script of that way, as a performer of the matrix: `verified` or `submitted` where it believes itself done."""
    find = WAYS[way]
    tries = 3 if way == "fallbacks" else 1

    async def click(page: Page, what: str) -> None:
        from playwright.async_api import Error

        for left in reversed(range(tries)):
            try:
                await find(page, what).click(timeout=PATIENCE)
            except Error:
                if not left:
                    raise
            else:
                return

    async def on(page: Page) -> bool:
        await page.goto(SETTINGS)
        await click(page, "row")
        return await find(page, "switch").get_attribute("aria-checked", timeout=PATIENCE) == "true"

    async def perform(part: Part) -> Report:
        from playwright.async_api import Error

        page = part.scene.page
        try:
            if part.book.id.endswith("request-export"):
                await page.goto(SETTINGS)
                await click(page, "export")
                await click(page, "confirm")
                return Report(outcome=Outcome.SUBMITTED, commits=1)
            if not await on(page):
                return Report(outcome=Outcome.ALREADY_DONE)
            await click(page, "switch")
            await page.wait_for_load_state("networkidle", timeout=PATIENCE)
            return Report(outcome=Outcome.UNKNOWN if await on(page) else Outcome.VERIFIED, commits=1)
        except Error as problem:
            return Report(outcome=Outcome.NEEDS_PERSON, note=str(problem).splitlines()[0])

    return perform
