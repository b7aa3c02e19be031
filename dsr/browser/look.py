"""Look at a page: locate a control by anything, confirm it by meaning.

Candidates in order: role and known name, then test id. Exactly one must match, and where a test id points elsewhere than
the name the page is not the one that the playbook knows. Looked at are the page and those of its frames that lie within the
playbook's origins; a foreign frame does not exist for dsr.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from dsr.browser.saying import SAYING
from dsr.errors import Drifted
from dsr.playbook.checklist import label
from dsr.playbook.checks import origin_of
from dsr.playbook.schema import Control, Name, Playbook

if TYPE_CHECKING:
    from playwright.async_api import ElementHandle, Frame, Locator, Page

_TICK = 0.05
_SLICE = 0.4  # seconds after which a wait looks whether frames have come
# The name is roughly the accessible one, for telling the person what was seen; it never authorises.
ABOUT = (
    "([named, marked]) => {"
    + SAYING
    + """
  const inert = (node) => !!node && (!!node.closest("[inert]") || inert(node.getRootNode().host));
  const says = (node) => spoken(node) || tidy(node.textContent || "");
  const called = (node) => {
    const by = pointed(node, "aria-labelledby").map(says).join(" ");
    const labels = [...(node.labels || [])].map(says).join(" ");
    const name = by || node.getAttribute("aria-label") || labels || says(node) || node.title || "";
    return tidy(name).slice(0, 200);
  };
  const about = (node, others) => ({ usable: node.isConnected && !inert(node), twin: others.indexOf(node), name: called(node) });
  return [named.map((node) => about(node, marked)), marked.map((node) => about(node, named))];
}"""
)
# A native box knows its own state; where an attribute says otherwise, nobody can tell which of the two the site means.
_STATE = """(node) => {
  const said = node.getAttribute("aria-checked") ?? node.getAttribute("aria-pressed");
  if (!["checkbox", "radio"].includes(node.type) || typeof node.checked !== "boolean") return said;
  const own = node.indeterminate ? "mixed" : String(node.checked);
  return said === null || said === own ? own : "torn";
}"""
_DISABLED = "(node) => node.matches(':disabled') || !!node.closest('[aria-disabled=true]')"


class Found(Struct, frozen=True):
    """A control on the page, confirmed. `name` is the known name it bears (None where any may); `degraded`: not by the
    first candidate alone."""

    node: ElementHandle
    name: Name | None
    seen: str
    degraded: bool = False


class _Candidate(Struct, frozen=True):
    node: ElementHandle
    seen: str
    first_role: bool
    marked: bool


def pattern(names: Sequence[Name]) -> re.Pattern[str]:
    """A pattern that matches exactly the known accessible names, white space apart."""
    texts = [r"\s+".join(map(re.escape, name.text.split())) + _more(name) for name in names]
    return re.compile(rf"^\s*(?:{'|'.join(texts)})\s*$")


def _more(name: Name) -> str:
    """What may follow a name that is a prefix: a new word. No word boundary of regular expressions: the browser's knows only
    ASCII, and some scripts put nothing between words."""
    if not name.prefix:
        return ""
    return r"(?:[\s.,:;!?()…–—-].*)?" if name.text[-1:] < "\u2e80" else ".*"


class View:
    """One page as a playbook sees it. `overlays` are controls of banners, which lie over a dialog and are yet hidden from
    assistive technology by it."""

    def __init__(self, page: Page, book: Playbook, overlays: Sequence[str] = ()) -> None:
        self.page = page
        self.book = book
        self._overlays = frozenset(overlays)

    def frames(self) -> list[Frame]:
        """The page and its frames, as far as they lie within the origins."""
        return [frame for frame in self.page.frames if self._ours(frame)]

    def _ours(self, frame: Frame) -> bool:
        if frame.url in ("", "about:blank", "about:srcdoc"):
            return frame.parent_frame is None or self._ours(frame.parent_frame)
        inside = frame.parent_frame is None or self._ours(frame.parent_frame)
        return inside and origin_of(frame.url) in self.book.origins

    def by_role(self, frame: Frame, key: str) -> list[Locator]:
        """Whatever has a role and one of the names, visible; one locator for each role, in order."""
        control = self.book.control[key]
        region = control.within
        places: list[Frame | Locator] = list(self.by_role(frame, region)) if region else [frame]
        known = pattern(control.names) if control.names and not control.any_name else None
        found = []
        for role in control.role:
            for place in places:
                hidden = key in self._overlays
                if known and control.by == "text":
                    one = place.get_by_role(role).filter(has_text=known)  # type: ignore[arg-type]
                else:
                    one = place.get_by_role(role, name=known, include_hidden=hidden)  # type: ignore[arg-type]
                if control.any_name and control.testid:
                    one = one.and_(frame.locator(_testids(control)))
                found.append(one.filter(visible=True))
        return found

    def by_name(self, frame: Frame, key: str) -> Locator:
        """The same as one locator."""
        return _either(self.by_role(frame, key))

    def marked(self, frame: Frame, key: str) -> Locator | None:
        """Whatever bears one of the control's test ids, visible."""
        control = self.book.control[key]
        if not control.testid:
            return None
        place = self.by_name(frame, control.within) if control.within else frame
        return place.locator(_testids(control)).filter(visible=True)

    def anywhere(self, frame: Frame, key: str) -> Locator:
        """By name or by test id: what to wait for."""
        marked = self.marked(frame, key)
        named = self.by_name(frame, key)
        return named.or_(marked) if marked else named

    async def there(self, key: str, *, named: bool = False) -> bool:
        """Whether a control shows now, by name or (unless only `named` counts) by its marker."""
        for frame in self.frames():
            if await (self.by_name if named else self.anywhere)(frame, key).count():
                return True
        return False

    async def first(self, keys: Sequence[str], limit: float) -> str:
        """Wait until one of the controls shows and return which, in their order; empty after `limit` seconds."""
        from playwright.async_api import TimeoutError as Late

        loop = asyncio.get_running_loop()
        end = loop.time() + limit
        while True:
            frames = self.frames()
            left = end - loop.time()
            if len(frames) == 1 and left > 0:
                signs = _either([self.anywhere(frames[0], key) for key in keys])
                try:
                    await signs.first.wait_for(state="visible", timeout=min(left, _SLICE) * 1000)
                except Late:
                    continue
            for key in keys:
                if await self.there(key):
                    return key
            if left <= 0:
                return ""
            await asyncio.sleep(_TICK)

    async def find(self, key: str) -> Found | None:
        """The control, confirmed; None where nothing of the kind is there.

        Raises Drifted where something stands in its place: another name, several alike, or a test id that points elsewhere.
        """
        control, book = self.book.control[key], self.book
        nodes: list[_Candidate] = []
        marked: list[str] = []
        lone = False
        for frame in self.frames():
            here, strangers, alone = await self._candidates(frame, key)
            nodes += here
            marked += strangers
            lone = lone or alone
        if not nodes and not marked:
            return None
        if not nodes:
            raise Drifted(f"{label(book, key)} now bears another name: {_quoted(marked)}", hint(book))
        both = [node for node in nodes if node.marked]
        if lone and not both:
            seen = _quoted([*(node.seen for node in nodes), *marked])
            raise Drifted(f"{label(book, key)} and its marker are two different controls: {seen}", hint(book))
        if len(nodes) > 1 and len(both) != 1 and not (control.any_name and both):
            raise Drifted(f"{len(nodes)} controls are called {label(book, key)}", hint(book))
        best = (both or nodes)[0]
        return Found(best.node, _known(control, best.seen), best.seen, degraded=len(nodes) > 1 or not best.first_role)

    async def _candidates(self, frame: Frame, key: str) -> tuple[list[_Candidate], list[str], bool]:
        """In one frame: what has the name, the names of what has only the marker, and whether anything has the marker."""
        handles: list[ElementHandle] = []
        ranks: list[int] = []
        for rank, locator in enumerate(self.by_role(frame, key)):
            same = await locator.element_handles()
            handles += same
            ranks += [rank] * len(same)
        locator_ = self.marked(frame, key)
        marked = await locator_.element_handles() if locator_ else []
        if not handles and not marked:
            return [], [], False
        named: list[dict[str, Any]]
        others: list[dict[str, Any]]
        named, others = await frame.evaluate(ABOUT, [handles, marked])
        nodes = [
            _Candidate(handle, one["name"], rank == 0, one["twin"] >= 0)
            for handle, one, rank in zip(handles, named, ranks, strict=True)
            if one["usable"]
        ]
        strangers = [one["name"] for one in others if one["usable"] and one["twin"] < 0]
        return nodes, strangers, any(one["usable"] for one in others)


def _testids(control: Control) -> str:
    return ", ".join(f'[data-testid="{testid}"]' for testid in control.testid)


def _either(locators: Sequence[Locator]) -> Locator:
    found, *more = locators
    for one in more:
        found = found.or_(one)
    return found


def hint(book: Playbook) -> str:
    """What to do where a page has changed."""
    return f"the steps by hand: dsr playbook show {book.id}"


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f"'{name}'" for name in names[:5])


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
