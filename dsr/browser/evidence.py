"""Evidence of a run: what the region said, and a picture of it with personal fields masked; each kept with its hash."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsr.browser.look import View
from dsr.model import Evidence, Journal

if TYPE_CHECKING:
    from playwright.async_api import Locator


async def take(view: View, journal: Journal, moment: str, sign: str = "") -> list[Evidence]:
    """A role-and-name snapshot and a masked picture of what matters; `moment` is in their kind.

    What matters is the control `sign` if it shows, else the topmost dialog, else the page: chats and other private
    things around it are not kept. Masked: input fields, and controls whose name is personal. A picture that cannot be taken is no
    reason to fail a run, which may have pressed already: it is left out, and the snapshot tells.
    """
    from playwright.async_api import Error

    kept: list[Evidence] = []
    try:
        region = await _region(view, sign)
        kept.append(journal.keep(f"snapshot-{moment}", (await region.aria_snapshot()).encode(), ".txt"))
        hidden = [
            frame.locator(selector)
            for frame in view.frames()
            for selector in ("input:not([type=checkbox]):not([type=radio]), textarea", *_personal(view))
        ]
        picture = await region.screenshot(mask=hidden, animations="disabled", caret="hide", timeout=5000)
        kept.append(journal.keep(f"screenshot-{moment}", picture, ".png"))
    except Error:
        return kept
    return kept


def _personal(view: View) -> list[str]:
    """Selectors of what bears a personal name."""
    controls = (control for control in view.book.control.values() if control.any_name)
    return [f'[data-testid="{testid}"]' for control in controls for testid in control.testid]


async def _region(view: View, sign: str) -> Locator:
    """The control `sign` if it shows, else the topmost dialog, else the page."""
    for frame in view.frames() if sign else ():
        if await view.by_name(frame, sign).count():
            return view.by_name(frame, sign).first
    for frame in view.frames():
        dialogs = frame.get_by_role("dialog").or_(frame.get_by_role("alertdialog")).filter(visible=True)
        if await dialogs.count():
            return dialogs.last
    return view.page.locator("body")
