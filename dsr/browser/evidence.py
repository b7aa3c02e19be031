"""Evidence of a run: what the region said, and a picture of it with personal fields masked; each kept with its hash."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsr.browser import look
from dsr.model import Evidence, Journal
from dsr.playbook import Playbook

if TYPE_CHECKING:
    from playwright.async_api import Locator, Page


async def take(page: Page, book: Playbook, journal: Journal, moment: str, sign: str = "") -> list[Evidence]:
    """A role-and-name snapshot and a masked picture of what matters; `moment` is in their kind.

    What matters is the control `sign` if it shows, else the topmost dialog, else the page: chats and other private
    things around it are not kept. Masked: input fields, and controls whose name is personal. A picture that cannot be taken is no
    reason to fail a run, which may have pressed already: it is left out, and the snapshot tells.
    """
    from playwright.async_api import Error

    kept: list[Evidence] = []
    try:
        region = await _region(page, book, sign)
        kept.append(journal.keep(f"snapshot-{moment}", (await region.aria_snapshot()).encode(), ".txt"))
        hidden = [page.locator("input:not([type=checkbox]):not([type=radio]), textarea")]
        for control in book.control.values():
            if control.any_name and control.testid:
                hidden += [page.locator(f'[data-testid="{testid}"]') for testid in control.testid]
        picture = await region.screenshot(mask=hidden, animations="disabled", caret="hide", timeout=5000)
        kept.append(journal.keep(f"screenshot-{moment}", picture, ".png"))
    except Error:
        return kept
    return kept


async def _region(page: Page, book: Playbook, sign: str) -> Locator:
    if sign and await look.by_name(page, book, sign).count():
        return look.by_name(page, book, sign).first
    dialogs = page.get_by_role("dialog").or_(page.get_by_role("alertdialog")).filter(visible=True)
    return dialogs.last if await dialogs.count() else page.locator("body")
