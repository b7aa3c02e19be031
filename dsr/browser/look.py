"""Look at a page: locate a control by anything, confirm it by meaning.

Candidates in order: role and known name, then test id. Exactly one must match, and where a test id points elsewhere than
the name the page is not the one that the playbook knows.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from dsr.errors import Drifted
from dsr.playbook import Control, Name, Playbook, label

if TYPE_CHECKING:
    from playwright.async_api import ElementHandle, Locator, Page

_USABLE = "(node) => node.isConnected && !node.closest('[inert]')"
_STATE = """(node) => node.getAttribute("aria-checked") ?? node.getAttribute("aria-pressed")
  ?? (typeof node.checked === "boolean" ? String(node.checked) : null)"""
_DISABLED = "(node) => node.disabled === true || node.getAttribute('aria-disabled') === 'true'"


class Found(Struct, frozen=True):
    """A control on the page, confirmed. `name` is the known name it bears (None where any may); `degraded`: not by the
    first candidate alone."""

    node: ElementHandle
    name: Name | None
    seen: str
    degraded: bool = False


def pattern(names: tuple[Name, ...]) -> re.Pattern[str]:
    """A pattern that matches exactly the known accessible names, white space apart."""
    texts = [r"\s+".join(map(re.escape, name.text.split())) + (r"\b.*" if name.prefix else "") for name in names]
    return re.compile(rf"^\s*(?:{'|'.join(texts)})\s*$")


def scope(page: Page, book: Playbook, key: str) -> Page | Locator:
    """Where to look: the region that a control lies within, else the page."""
    region = book.control[key].within
    return by_name(page, book, region) if region else page


def by_name(page: Page, book: Playbook, key: str) -> Locator:
    """Whatever has one of the roles and one of the names, visible."""
    control = book.control[key]
    place = scope(page, book, key)
    found: Locator | None = None
    for role in control.role:
        known = pattern(control.names) if control.names and not control.any_name else None
        if known and control.by == "text":
            one = place.get_by_role(role).filter(has_text=known)  # type: ignore[arg-type]
        else:
            one = place.get_by_role(role, name=known) if known else place.get_by_role(role)  # type: ignore[arg-type]
        found = found.or_(one) if found else one
    assert found is not None
    if control.any_name and control.testid:
        found = found.and_(place.locator(_testids(control)))
    return found.filter(visible=True)


def _testids(control: Control) -> str:
    return ", ".join(f'[data-testid="{testid}"]' for testid in control.testid)


def anywhere(page: Page, book: Playbook, key: str) -> Locator:
    """By name or by test id: what to wait for."""
    control = book.control[key]
    named = by_name(page, book, key)
    if not control.testid:
        return named
    return named.or_(scope(page, book, key).locator(_testids(control)).filter(visible=True))


async def find(page: Page, book: Playbook, key: str) -> Found | None:
    """The control, confirmed; None where nothing of the kind is there.

    Raises Drifted where something stands in its place: another name, several alike, or a test id that points elsewhere.
    """
    control = book.control[key]
    nodes = await _usable(by_name(page, book, key))
    marked = (
        await _usable(scope(page, book, key).locator(_testids(control)).filter(visible=True)) if control.testid else []
    )
    if not nodes and not marked:
        return None
    if not nodes:
        raise Drifted(f"{label(book, key)} now bears another name: {await _names(marked)}", _hint(book))
    both = [node for node in nodes if await _among(node, marked)]
    if marked and not both:
        seen = await _names(nodes + marked)
        raise Drifted(f"{label(book, key)} and its marker are two different controls: {seen}", _hint(book))
    if len(nodes) > 1 and len(both) != 1 and not (control.any_name and both):
        raise Drifted(f"{len(nodes)} controls are called {label(book, key)}", _hint(book))
    node = (both or nodes)[0]
    seen = await accessible_name(node)
    return Found(node, _known(control, seen), seen, degraded=len(nodes) > 1)


def _hint(book: Playbook) -> str:
    return f"the steps by hand: dsr playbook show {book.id}"


async def _usable(locator: Locator) -> list[ElementHandle]:
    return [node for node in await locator.element_handles() if await node.evaluate(_USABLE)]


async def _among(node: ElementHandle, others: list[ElementHandle]) -> bool:
    for other in others:
        if await node.evaluate("(node, other) => node === other", other):
            return True
    return False


async def accessible_name(node: ElementHandle) -> str:
    """Roughly the accessible name, for telling the person what was seen; never used to authorise."""
    text: str = await node.evaluate(
        """(node) => {
          const ids = (node.getAttribute("aria-labelledby") || "").split(/\\s+/).filter(Boolean);
          const named = ids.map((id) => document.getElementById(id)?.textContent || "").join(" ");
          const labels = [...(node.labels || [])].map((one) => one.textContent).join(" ");
          return named || node.getAttribute("aria-label") || labels || node.textContent || node.title || "";
        }"""
    )
    return " ".join(text.split())[:200]


async def _names(nodes: list[ElementHandle]) -> str:
    return ", ".join([f"'{await accessible_name(node)}'" for node in nodes[:5]])


def _known(control: Control, seen: str) -> Name | None:
    return next((name for name in control.names if pattern((name,)).match(seen)), None)


async def state(found: Found) -> str:
    """What a switch's position means, e.g. `opted-out`. Raises Drifted where it has none or its name is not known."""
    raw = await found.node.evaluate(_STATE)
    if raw not in ("true", "false") or found.name is None:
        raise Drifted(f"'{found.seen}' shows neither on nor off", "do it by hand, and look")
    return found.name.on if raw == "true" else found.name.off


async def disabled(found: Found) -> bool:
    """Whether the control refuses to be pressed."""
    return bool(await found.node.evaluate(_DISABLED))
