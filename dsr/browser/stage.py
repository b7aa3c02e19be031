"""A stage for the mutation matrix: one browser, and for each scene a context of its own with scripts that change the page.

The person's part is played by DOM events, never by trusted ones: every trusted event in a scene is dsr's.
"""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any

from dsr.browser import features
from dsr.browser.find import Browser

if TYPE_CHECKING:
    from playwright.async_api import Browser as Driven
    from playwright.async_api import Page, Request, Route

Heard = Callable[[str, str], Awaitable[str]]

# Each act once per node, and only on what has its words already, as a person would. A press is the whole sequence, since some
# controls act on its first half.
_ACT = """(acts) => {
  const seen = (window.__dsrActed ??= new WeakSet());
  const roots = (root) => [root, ...[...root.querySelectorAll("*")].filter((one) => one.shadowRoot)
    .flatMap((one) => roots(one.shadowRoot))];
  const shown = (css) => roots(document).flatMap((root) => [...root.querySelectorAll(css)])
    .find((one) => one.getClientRects().length > 0 && !one.disabled);
  for (const act of acts) {
    const node = shown(act.control);
    const blank = node && !/^(input|textarea|select)$/.test(node.localName) && !node.textContent.trim();
    if (!node || blank || seen.has(node)) continue;
    seen.add(node);
    node.focus();
    if (act.goes) location.href = act.goes;
    else if (act.types) {
      const proto = node instanceof HTMLTextAreaElement ? HTMLTextAreaElement.prototype : HTMLInputElement.prototype;
      Object.getOwnPropertyDescriptor(proto, "value").set.call(node, act.types);
      for (const kind of ["input", "change"]) node.dispatchEvent(new Event(kind, { bubbles: true }));
    } else {
      for (const kind of ["pointerdown", "mousedown", "pointerup", "mouseup"]) {
        node.dispatchEvent(new PointerEvent(kind, { bubbles: true, composed: true, cancelable: true, button: 0 }));
      }
      node.click();
    }
    return acts.indexOf(act);
  }
  return -1;
}"""

# A document of the same address whose only content is that address again, in a frame.
_OUTER = """<!doctype html><title>Outer</title>
<style>html, body, iframe { margin: 0; border: 0; width: 100%; height: 100% }</style>
<script>
  const inner = document.createElement("iframe");
  inner.src = location.href;
  document.addEventListener("DOMContentLoaded", () => document.body.append(inner));
</script>"""


class Scene:
    """One page in a context of its own. `dialogs` are the JavaScript dialogs that came up; `driven` is called when
    the page is sent to an address from outside, as only dsr does."""

    def __init__(self, page: Page, driven: Callable[[], None]) -> None:
        self.page = page
        self._driven = driven
        self.dialogs: list[str] = []
        self.framed = 0

    async def act(self, acts: Sequence[dict[str, Any]]) -> int:
        """Play the first of the person's acts that is possible now, anywhere on the page, and say which; -1: none is."""
        from playwright.async_api import Error

        for frame in self.page.frames:
            try:
                number = int(await frame.evaluate(_ACT, list(acts))) if acts else -1
            except Error:
                continue  # the page is on its way to another
            if number >= 0:
                return number
        return -1

    async def frame(self, route: Route) -> None:
        """Answer a document of the page with one that holds the same address in a frame; leave everything else alone."""
        request = route.request
        if request.is_navigation_request() and request.frame.parent_frame is None:
            await route.fulfill(body=_OUTER, content_type="text/html; charset=utf-8")
        else:
            self.framed += request.is_navigation_request()
            await route.continue_()

    async def request(self, request: Request) -> None:
        """Tell whether a document was asked for from outside: nothing that a page does is of no site at all."""
        from playwright.async_api import Error

        if request.is_navigation_request() and request.frame.parent_frame is None:
            with suppress(Error):  # it was given up before it was sent
                if (await request.all_headers()).get("sec-fetch-site") == "none":
                    self._driven()

    async def leave(self) -> None:
        """Load the page again from within, as a site does that sends its visitors elsewhere."""
        from playwright.async_api import Error

        try:
            await self.page.evaluate("() => { location.reload(); }")
        except Error:
            return  # it was leaving already


class Stage:
    """One browser for many scenes."""

    def __init__(self, driven: Driven) -> None:
        self._driven = driven

    @asynccontextmanager
    async def scene(
        self, script: str, heard: Heard, driven: Callable[[], None], *, framed: str = "", lax: bool = False
    ) -> AsyncIterator[Scene]:
        """A fresh context. `script` runs first in every document and may call `__dsrMatrix(what, detail)`, which `heard`
        answers; `driven` is called when dsr loads an address. `framed`: documents of that origin come inside a frame; `lax`:
        the site's content policy is not enforced, for a script that frames another site."""

        async def hear(_source: Any, what: str, detail: str) -> str:
            return await heard(what, detail)

        context = await self._driven.new_context(bypass_csp=lax or bool(framed))
        try:
            await context.expose_binding("__dsrMatrix", hear)
            await context.add_init_script(script)
            scene = Scene(await context.new_page(), driven)
            scene.page.on("request", scene.request)
            if framed:
                await context.route(f"{framed}/**", scene.frame)
            scene.page.on("dialog", lambda asked: scene.dialogs.append(asked.message or asked.type))
            yield scene
        finally:
            await context.close()


@asynccontextmanager
async def staged(found: Browser, args: Sequence[str]) -> AsyncIterator[Stage]:
    """A browser for scenes, without a profile. Raises Playwright's error where it does not start."""
    from playwright.async_api import async_playwright

    root = sys.platform != "win32" and os.geteuid() == 0
    async with async_playwright() as playwright:
        driven = await playwright.chromium.launch(
            executable_path=found.path, headless=True, chromium_sandbox=not root, args=[features.SWITCH, *args]
        )
        try:
            yield Stage(driven)
        finally:
            await driven.close()
