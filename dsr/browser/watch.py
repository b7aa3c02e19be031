"""Watch a page while it is driven: where it goes, what is still loading, what the site refused."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from dsr.errors import Drifted
from dsr.playbook import origin_of

if TYPE_CHECKING:
    from playwright.async_api import Frame, Page, Request, Response

_LOADING = ("document", "script", "xhr", "fetch")
_TICK = 0.03


class Watch:
    """Listens to one page. `refused` holds the statuses of 400 and above that the site gave to a POST, PUT or PATCH."""

    def __init__(self, page: Page, origins: tuple[str, ...]) -> None:
        self._page = page
        self._origins = origins
        self._pending: set[Request] = set()
        self.strayed = ""
        self.refused: list[int] = []
        page.on("request", self._begin)
        page.on("requestfinished", self._over)
        page.on("requestfailed", self._over)
        page.on("response", self._answer)
        page.on("framenavigated", self._moved)

    def _begin(self, request: Request) -> None:
        if request.resource_type in _LOADING:
            self._pending.add(request)

    def _over(self, request: Request) -> None:
        self._pending.discard(request)

    def _answer(self, response: Response) -> None:
        if response.request.method not in ("POST", "PUT", "PATCH"):
            return
        self._pending.discard(response.request)  # a page that never reads the answer's body leaves it unfinished
        if response.status >= 400:
            self.refused.append(response.status)

    def _moved(self, frame: Frame) -> None:
        if frame == self._page.main_frame and not self.allowed(frame.url):
            self.strayed = origin_of(frame.url)

    def allowed(self, url: str) -> bool:
        """Whether dsr may act at that address."""
        return url == "about:blank" or origin_of(url) in self._origins

    def check(self) -> None:
        """Raise Drifted if the page is, or was since, anywhere outside the playbook's origins."""
        if not self.allowed(self._page.url):
            self.strayed = origin_of(self._page.url)
        if self.strayed:
            raise Drifted(f"the page went to {self.strayed}, where dsr does nothing", "look at the site yourself")

    async def quiet(self, limit: float) -> bool:
        """Wait until nothing is loading, two ticks in a row; False where that took longer than `limit` seconds."""
        calm = 0

        def busy() -> bool:
            nonlocal calm
            calm = 0 if self._pending else calm + 1
            return calm < 2

        return await until(lambda: not busy(), limit)


async def until(true: Callable[[], bool], limit: float) -> bool:
    """Wait until a condition holds; False where it did not within `limit` seconds."""
    loop = asyncio.get_running_loop()
    end = loop.time() + limit
    while not true():
        if loop.time() > end:
            return False
        await asyncio.sleep(_TICK)
    return True
