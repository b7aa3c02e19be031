"""Evidence of a run: what the region said, and a picture with personal fields masked; each kept with its hash."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsr.browser import look
from dsr.model import Evidence, Journal
from dsr.playbook import Playbook

if TYPE_CHECKING:
    from playwright.async_api import Page


async def take(page: Page, book: Playbook, journal: Journal, moment: str) -> list[Evidence]:
    """A role-and-name snapshot of the topmost dialog (else of the page) and a masked picture; `moment` is in their kind.

    Masked: input fields, and controls whose name is personal. A picture that fails is no reason to fail the run: it is
    left out, and the snapshot tells.
    """
    from playwright.async_api import Error

    kept: list[Evidence] = []
    try:
        dialogs = page.get_by_role("dialog").filter(visible=True)
        region = dialogs.last if await dialogs.count() else page.locator("body")
        kept.append(journal.keep(f"snapshot-{moment}", (await region.aria_snapshot()).encode(), ".txt"))
        personal = [look.by_name(page, book, key) for key, control in book.control.items() if control.any_name and control.testid]
        fields = page.locator("input:not([type=checkbox]):not([type=radio]), textarea")
        picture = await page.screenshot(mask=[fields, *personal], animations="disabled", caret="hide", timeout=5000)
        kept.append(journal.keep(f"screenshot-{moment}", picture, ".png"))
    except Error:
        return kept
    return kept
