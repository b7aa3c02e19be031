"""The one-shot guard on a node: at the moment of the click it is still that node, with that name, or the event is stopped.

A locator resolves again when it clicks; measured, a re-render between check and click made one press "Delete account"
instead of "Export data". So the node is held by a handle, and a capture-phase listener on its window lets the events of
one press through only where they hit that node and what its name is made of has not changed.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from dsr.browser.saying import SAYING

if TYPE_CHECKING:
    from playwright.async_api import ElementHandle, JSHandle

_DISARM = 2.0  # seconds
ELSEWHERE = "the press hit something else"

# What the names of the regions around a node, its own accessible name and its state can come from, as three strings. Text is
# taken twice, as it is written and as it is rendered, since a name may change by either.
_PRINT = (
    SAYING
    + """
const text = (node) => (node ? [(node.textContent || "").replace(/\\s+/g, " ").trim(), spoken(node)] : null);
const region = (node) => [node.getAttribute("role"), node.getAttribute("aria-label"), pointed(node, "aria-labelledby").map(text),
  node.localName === "fieldset" ? text(node.querySelector(":scope > legend")) : null];
const placed = (node) => {
  const found = [];
  for (let one = around(node); one; one = around(one)) {
    if (one.matches("[aria-label],[aria-labelledby],fieldset,dialog,[role=dialog],[role=alertdialog]")) found.push(region(one));
  }
  return JSON.stringify(found);
};
const named = (node) => JSON.stringify([
  node.localName, node.getAttribute("role"), node.getAttribute("type"), node.getAttribute("aria-label"),
  pointed(node, "aria-labelledby").map(text), text(node), node.getAttribute("title"), node.getAttribute("alt"),
  node.type === "submit" || node.type === "button" ? node.value : "", [...(node.labels || [])].map(text),
  [...node.querySelectorAll("img,svg,[aria-label]")].map((n) => n.getAttribute("alt") || n.getAttribute("aria-label")).join(" "),
]);
const stated = (node) => JSON.stringify([
  node.getAttribute("aria-checked"), node.getAttribute("aria-pressed"), node.checked ?? null,
  node.disabled ?? null, node.getAttribute("aria-disabled"),
]);
"""
)

# What of a box's own label lies over it, as over one that a style sheet draws; null where the box itself can be reached.
COVER = """(node) => {
  if (!["checkbox", "radio"].includes(node.type) || !node.labels?.length) return null;
  node.scrollIntoView({ block: "center", inline: "nearest" });
  const box = node.getBoundingClientRect();
  const hit = node.getRootNode().elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  return hit && hit !== node && [...node.labels].some((label) => label.contains(hit)) ? hit : null;
}"""
PRINT = "(node) => {" + _PRINT + " return [placed(node), named(node), stated(node)]; }"

_ARM = (
    "(node, print) => {"
    + _PRINT
    + """
  const kinds = ["pointerdown", "mousedown", "pointerup", "mouseup", "touchstart", "touchend", "keydown", "click"];
  const seen = { passed: 0, clicked: false, stopped: "" };
  const same = (first) => node.isConnected && placed(node) === print[0] && named(node) === print[1]
    && (!first || stated(node) === print[2]);
  if (!same(true)) return { seen: { passed: 0, clicked: false, stopped: "changed before it was pressed" }, disarm() {} };
  // A press on a box's own label is one on the box, which then gets a click of its own; one on a link in the label is not.
  const labels = [...(node.labels || [])];
  const other = "a[href], button, input, select, textarea, summary, [role], [tabindex], [contenteditable]";
  const labelled = (path) => {
    const end = path.findIndex((one) => labels.includes(one));
    return end >= 0 && !path.slice(0, end).some((one) => one.matches?.(other));
  };
  let handed = false;
  const check = (event) => {
    if (!event.isTrusted) return;
    const path = event.composedPath();
    const direct = path.includes(node);
    if (!seen.stopped && !direct && !labelled(path)) seen.stopped = "ELSEWHERE";
    if (!seen.stopped && !same(seen.passed === 0)) seen.stopped = "it changed between look and press";
    if (!seen.stopped && (seen.clicked || (handed && !direct))) seen.stopped = "it was pressed already";
    if (seen.stopped) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    seen.passed += 1;
    if (event.type !== "click") return;
    if (direct) seen.clicked = true;
    else handed = true;
  };
  for (const kind of kinds) window.addEventListener(kind, check, { capture: true });
  return { seen, disarm() { for (const kind of kinds) window.removeEventListener(kind, check, { capture: true }); } };
}""".replace("ELSEWHERE", ELSEWHERE)
)


class Seen(Struct, frozen=True):
    """What the guard let through. `lost`: the page is gone, nobody can tell."""

    passed: int = 0
    clicked: bool = False
    stopped: str = ""
    lost: bool = False


class Guard:
    """An armed guard; read it after the press, then disarm it."""

    def __init__(self, state: JSHandle) -> None:
        self._state = state

    async def read(self) -> Seen:
        """What happened so far."""
        from playwright.async_api import Error

        try:
            seen: dict[str, Any] = await self._state.evaluate("(guard) => guard.seen")
        except Error:
            return Seen(lost=True)
        return Seen(int(seen["passed"]), bool(seen["clicked"]), str(seen["stopped"]))

    async def disarm(self) -> None:
        """Let events through again, where the page still is."""
        from playwright.async_api import Error

        try:
            async with asyncio.timeout(_DISARM):
                await self._state.evaluate("(guard) => guard.disarm()")
        except (Error, TimeoutError):
            return  # the page with its listeners is gone, or hangs


async def arm(node: ElementHandle, fingerprint: list[str]) -> Guard:
    """Arm the guard on a node whose print was taken before its name was confirmed."""
    return Guard(await node.evaluate_handle(_ARM, fingerprint))
