"""What stands around a control: what unfolds it, what is there instead of it, what it says. Nothing here confirms anything."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from dsr.browser.look import ABOUT, Found, View, pattern

if TYPE_CHECKING:
    from playwright.async_api import ElementHandle, Frame, Locator

_OPENER = """(node) => {
  const details = node.closest("details:not([open])");
  if (details) return details.querySelector(":scope > summary");
  for (let up = node.parentElement; up; up = up.parentElement) {
    const opener = up.id && document.querySelector(`button[aria-expanded=false][aria-controls~="${CSS.escape(up.id)}"]`);
    if (opener) return opener;
  }
  return null;
}"""

_SCROLL = "() => { const before = scrollY; scrollBy(0, innerHeight * 0.8); return scrollY > before; }"
_SCREENS = 40  # a page that goes on for ever is left at that
_DRAWN = 0.1  # seconds in which a page draws what comes into the window


async def folded(view: View, key: str) -> ElementHandle | None:
    """What unfolds the one collapsed region that holds the control, told by ARIA and HTML alone: the button that says
    that it controls it, or the summary of its details; None where there is not exactly one."""
    found: list[ElementHandle] = []
    control = view.book.control[key]
    known = pattern(control.names) if control.names and not control.any_name else None
    for frame in view.frames() if known and control.by == "name" else ():
        for role in control.role:
            hidden = frame.get_by_role(role, name=known, include_hidden=True)  # type: ignore[arg-type]
            for node in await hidden.element_handles():
                opener = (await node.evaluate_handle(_OPENER)).as_element()
                if opener is not None and await opener.is_visible():
                    found.append(opener)
    return found[0] if len(found) == 1 else None


async def scrolled_to(view: View, key: str) -> Found | None:
    """The control, once the page is scrolled to where it is drawn, since some draw only what is in the window; None where it is
    not there down to the end."""
    for frame in view.frames():
        for _ in range(_SCREENS):
            more = await frame.evaluate(_SCROLL)
            await asyncio.sleep(_DRAWN)
            if await view.there(key):
                return await view.find(key)
            if not more:
                break
    return None


async def instead(view: View, key: str) -> list[str]:
    """The names of what stands where a control should be: of its roles, in its region, else in the topmost dialog or
    the main part of the page."""
    control = view.book.control[key]
    found: list[str] = []
    for frame in view.frames():
        region = view.by_name(frame, control.within) if control.within else await _front(frame)
        for role in control.role if await region.count() else ():
            nodes = await region.get_by_role(role).filter(visible=True).element_handles()  # type: ignore[arg-type]
            found += [one["name"] for one in (await frame.evaluate(ABOUT, [nodes, []]))[0]]
    return [name for name in found if name][:5]


async def texts(view: View, key: str) -> list[str]:
    """What a control says wherever it shows, white space made single."""
    found: list[str] = []
    for frame in view.frames():
        found += [" ".join(said.split()) for said in await view.by_name(frame, key).all_inner_texts()]
    return found


async def text(view: View, key: str) -> str:
    """What a control says where it shows first; empty where it does not."""
    for frame in view.frames():
        shown = view.by_name(frame, key)
        if await shown.count():
            return " ".join((await shown.first.inner_text()).split())
    return ""


async def _front(frame: Frame) -> Locator:
    """What a person looks at: the topmost dialog, else the main part of the page, else all of it."""
    for part in ("[role=dialog], [role=alertdialog], dialog[open]", "main, [role=main]"):
        if await (shown := frame.locator(part).filter(visible=True)).count():
            return shown.last
    return frame.locator("body")
