"""Watch a page while it is driven: where it goes, what it opens and asks, what is still loading, what the site refused."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from dsr.browser.outcome import Stop
from dsr.errors import Drifted
from dsr.model import Outcome
from dsr.playbook.checks import origin_of
from dsr.playbook.schema import Dialog, Playbook

if TYPE_CHECKING:
    from playwright.async_api import Dialog as Asked
    from playwright.async_api import Frame, Page, Request, Response

_LOADING = ("document", "script", "xhr", "fetch")
_WRITES = ("POST", "PUT", "PATCH", "DELETE")
_TICK = 0.03


class Watch:
    """Listens to one page. `sent` counts the writes and page loads since the last `press`, `taken` those that the site answered
    below 400; `refused` holds its other answers to a write, `retry_after` what it said about coming back; `loads` counts
    documents, and `status` is the last one's, which the browser keeps to itself where a refusal is empty. While the person
    acts, nothing of what happens counts."""

    def __init__(self, page: Page, book: Playbook, sign_in_at: Sequence[str] = ()) -> None:
        self._page = page
        self._origins = book.origins
        self._sign_in_at = sign_in_at
        self._dialogs: Sequence[Dialog] = book.dialog
        self._pending: set[Request] = set()
        self._paused = self._counts = False
        self._odd = ""
        self.refused: list[int] = []
        self.retry_after = ""
        self.sent = self.taken = self.loads = self.status = 0
        page.on("request", self._begin)
        page.on("requestfinished", self._over)
        page.on("requestfailed", self._over)
        page.on("response", self._answer)
        page.on("framenavigated", self._moved)
        page.on("domcontentloaded", self._loaded)
        page.on("dialog", self._asked)
        page.context.on("page", self._opened)

    async def listen(self) -> None:
        """Hear of a window when the page asks for it: Playwright tells of one only once it has loaded, which on a slow machine
        was after the site's answer to the press."""
        session = await self._page.context.new_cdp_session(self._page)
        session.on("Page.windowOpen", lambda _: self._window())
        await session.send("Page.enable")

    def _begin(self, request: Request) -> None:
        if request.resource_type in _LOADING:
            self._pending.add(request)
        self.sent += _carries(request)

    def _over(self, request: Request) -> None:
        self._pending.discard(request)

    def _answer(self, response: Response) -> None:
        if response.status == 429:
            self.retry_after = response.headers.get("retry-after", "")[:40]
        if response.request.is_navigation_request() and response.frame == self._page.main_frame:
            self.status = response.status
        if response.status < 400:
            self.taken += _carries(response.request)
        if response.request.method not in _WRITES:
            return
        self._pending.discard(response.request)  # a page that never reads the answer's body leaves it unfinished
        if response.status >= 400 and (self._counts or not self._paused):
            self.refused.append(response.status)

    def _loaded(self, _: Page) -> None:
        self.loads += 1

    def _moved(self, frame: Frame) -> None:
        if frame != self._page.main_frame or self._paused or origin_of(frame.url) in self._sign_in_at:
            return
        if not self.allowed(frame.url):
            self._odd = self._odd or f"the page went to {origin_of(frame.url)}, where dsr does nothing"

    def _window(self) -> None:
        if not self._paused:
            self._odd = self._odd or "the site opened another window, where dsr does nothing"

    def _opened(self, page: Page) -> None:
        if not self._paused:
            self._window()
            _soon(page.close())

    def _asked(self, dialog: Asked) -> None:
        if self._paused:
            return  # it is the person's
        known = next((one for one in self._dialogs if one.kind == dialog.type and _same(one, dialog.message)), None)
        if known is None:
            text = " ".join(dialog.message.split())[:120]
            said = f"'{text}'" if dialog.type != "beforeunload" else "whether to leave the page"
            self._odd = self._odd or f"the site asked something that dsr does not know, and got no: {said}"
        _soon(dialog.accept() if known and known.answer == "accept" else dialog.dismiss())

    @property
    def astray(self) -> bool:
        """Whether the page did something that ends the run (`check`)."""
        return bool(self._odd)

    def pressed(self) -> None:
        """A press for good is about to go out: what the page sends counts from here."""
        self.sent = self.taken = 0

    def allowed(self, url: str) -> bool:
        """Whether dsr may act at that address."""
        return url == "about:blank" or origin_of(url) in self._origins

    def check(self) -> None:
        """Raise Drifted if the page is, or was since, outside the origins, or did something else that dsr does not know; Stop
        where it is at the place to which the service sends who is signed out."""
        if not self._odd and (origin := origin_of(self._page.url)) in self._sign_in_at:
            raise Stop(Outcome.SIGNED_OUT, f"you are signed out: the service sends to {origin}")
        if not self.allowed(self._page.url):
            self._odd = self._odd or f"the page went to {origin_of(self._page.url)}, where dsr does nothing"
        if self._odd:
            raise Drifted(self._odd, "look at the site yourself")

    @contextmanager
    def paused(self, *, counts: bool = False) -> Iterator[None]:
        """While the person acts: windows, dialogs and other origins are theirs. `counts`: what the site refuses still counts,
        because the press is the one that the run is about."""
        self._paused, self._counts = True, counts
        try:
            yield
        finally:
            self._paused = self._counts = False

    async def quiet(self, limit: float) -> bool:
        """Wait until nothing is loading, two ticks in a row; False where that took longer than `limit` seconds."""
        calm = 0

        def busy() -> bool:
            nonlocal calm
            calm = 0 if self._pending else calm + 1
            return calm < 2

        return await until(lambda: not busy(), limit)


def _carries(request: Request) -> bool:
    """Whether a request can carry what a press was for: a write, or a form sent as the address of a page."""
    return request.method in _WRITES or request.is_navigation_request()


def _same(known: Dialog, message: str) -> bool:
    # Chromium gives a beforeunload dialog no text of the site's.
    return known.kind == "beforeunload" or " ".join(known.text.split()) == " ".join(message.split())


_tasks: set[asyncio.Task[None]] = set()  # the loop itself holds its tasks only weakly


def _soon(answer: object) -> None:
    """Give an answer from a listener, which may not wait; the page it was for may be gone by then."""
    from playwright.async_api import Error

    async def give() -> None:
        try:
            await answer  # type: ignore[misc]
        except Error:
            return

    task = asyncio.get_running_loop().create_task(give())
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)


async def until(true: Callable[[], bool], limit: float) -> bool:
    """Wait until a condition holds; False where it did not within `limit` seconds."""
    loop = asyncio.get_running_loop()
    end = loop.time() + limit
    while not true():
        if loop.time() > end:
            return False
        await asyncio.sleep(_TICK)
    return True
