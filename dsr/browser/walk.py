"""Find the way to a control: load addresses, press openers, send banners away, and hand over where the site wants a person.

Nothing here has an effect on the account, so a press that a page slept through is repeated.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from dsr.browser import around, press
from dsr.browser.look import Found, View
from dsr.browser.outcome import Again, Report, Stop, Timing
from dsr.browser.watch import Watch
from dsr.errors import Drifted, SiteDown
from dsr.model import Outcome, Person
from dsr.playbook.checklist import asked, label
from dsr.playbook.schema import Goto, Open, PersonStep, See, Service

if TYPE_CHECKING:
    from playwright.async_api import Page

Done = Callable[[], Awaitable[bool]]

_OPENER_TAKES = 2.0  # seconds until a covered opener is looked at again
_SIGN_IN = "input[type=password], input[autocomplete=current-password]"
_CODE = "input[autocomplete=one-time-code]"
_CAPTCHA = ", ".join(
    f'iframe[src*="{one}"]' for one in ("challenges.cloudflare.com", "hcaptcha.com", "recaptcha", "arkoselabs.com")
)


class Walk:
    """The way on one page. `person` is None where nobody watches (headless): what needs one then ends the run."""

    def __init__(
        self,
        view: View,
        service: Service,
        watch: Watch,
        timing: Timing,
        person: Person | None,
        report: Report,
        *,
        assisted: bool = False,
    ) -> None:
        self.assisted = assisted
        self.view = view
        self.service = service
        self.watch = watch
        self.time = timing
        self.person = person
        self.report = report

    @property
    def page(self) -> Page:
        """The page that is driven."""
        return self.view.page

    def called(self, key: str) -> str:
        """A control's name, for a sentence."""
        return label(self.view.book, key)

    async def way(self, step: Goto | See | Open) -> None:
        """One step of the way, whichever it is."""
        match step:
            case Goto():
                await self.goto(step)
            case See():
                await self.wait(step.control)
            case Open():
                await self.open(step)

    async def goto(self, step: Goto) -> None:
        """Load the first of the addresses that shows what it should."""
        for url in step.urls:
            await self.load(url)
            if not step.until or await self.shows(step.until, self.time.probe):
                return
            await self.admitted()

    async def load(self, url: str) -> None:
        """Load an address freshly. Raises SiteDown; Stop or Again where a challenge page asks for a person."""
        from playwright.async_api import Error

        self.watch.status = 0
        try:
            if "#" in url and self.page.url.partition("#")[0] == url.partition("#")[0]:
                await self.page.goto("about:blank")  # an address that differs by its hash only would not load anew
            response = await self.page.goto(url, wait_until="domcontentloaded", timeout=self.time.load * 1000)
        except Error as problem:
            self.watch.check()
            self._refused(url, self.watch.status)
            raise SiteDown(f"{url} cannot be reached: {str(problem).strip().splitlines()[0]}", "") from problem
        self.watch.check()
        await self.watch.quiet(self.time.quiet)
        status = response.status if response is not None else 0
        if status == 429 or (status and await self.page.title() not in self.service.challenges):
            self._refused(url, status)
        elif self.service.challenges:
            await self.asks_for_person()

    def _refused(self, url: str, status: int) -> None:
        """Raise SiteDown where a document was refused."""
        if status == 429:
            wait = f"; it says when to come back: {self.watch.retry_after}" if self.watch.retry_after else ""
            raise SiteDown(f"{url} answers that there were too many requests (429){wait}", "")
        if status >= 500 or status == 403:
            raise SiteDown(f"{url} answered with status {status}", "")

    async def shows(self, key: str, limit: float) -> bool:
        """Whether a control, or something with its marker, shows within a limit; a page to sign in at ends the wait."""
        out = self.service.signed_out
        return await self.view.first([key, out] if out else [key], limit) == key

    async def admitted(self) -> None:
        """Raise where the page wants a person before it goes on: to sign in, to prove who or what she is."""
        await self.asks_for_person()
        out, inside = self.service.signed_out, self.service.signed_in
        if not out or not await self.view.there(out, named=True) or await self.view.there(inside, named=True):
            return
        why = f"you are signed out at {self.service.name}"
        if self.person is None:
            raise Stop(Outcome.SIGNED_OUT, why)
        await self.hand_over("login", f"{why}: sign in", lambda: self.view.there(inside, named=True))
        raise Again

    async def asks_for_person(self) -> None:
        """Raise Stop or, once the person has done it, Again where the page asks for a password, a code or a human."""
        if what := await self._demand():

            async def done() -> bool:
                return not await self._demand()

            why = {"login": "asks for your password", "second-factor": "asks for a code"}.get(
                what, "asks whether you are human"
            )
            await self.hand_over(what, f"{self.service.name} {why}", done)
            raise Again

    async def _demand(self) -> str:
        """What the page asks of a person, told from what such fields are in HTML, not from their words; empty if nothing."""
        if await self.page.title() in self.service.challenges:
            return "captcha"
        for frame in self.view.frames():
            for what, selector in (("login", _SIGN_IN), ("second-factor", _CODE), ("captcha", _CAPTCHA)):
                if await frame.locator(selector).filter(visible=True).count():
                    return what
        return ""

    async def wait(self, key: str) -> Found:
        """The control, confirmed, as soon as it is there. Raises Drifted or Stop."""
        await self.shows(key, self.time.step)
        self.watch.check()
        await self.send_banner_away()
        found = await self.view.find(key) or await self.unfolded(key)
        if found is None:
            await self.admitted()
            found = await around.scrolled_to(self.view, key)
        if found is None:
            raise Drifted(f"{self.called(key)} is not on the page{await self._absent(key)}", "")
        if found.degraded and key not in self.report.degraded:
            self.report.degraded.append(key)
        return found

    async def open(self, step: Open) -> None:
        """Press an opener until what it opens shows."""
        from playwright.async_api import Error

        ways = [*step.enough, step.control, *filter(None, [self.service.signed_out])]
        if await self.view.first(ways, self.time.step) in step.enough:
            return
        if self.assisted:
            await self.shown_to_person(step.control, "press", partial(self._any, step.enough))
            return
        if step.until and not await self.view.there(step.control) and await self.unfolded(step.until):
            return
        await self.wait(step.control)
        loop = asyncio.get_running_loop()
        end = loop.time() + self.time.step
        while loop.time() < end and await self.view.there(step.control, named=True):
            self.watch.check()
            with suppress(Error, Drifted):  # covered or drawn anew meanwhile: nothing was pressed, look again
                await press.opener(self.view, step.control, _OPENER_TAKES)
            if not step.until:
                await self.watch.quiet(self.time.quiet)
                return
            if await self.view.first(step.enough, self.time.reopen) or await self.unfolded(step.until):
                return
        await self.admitted()
        raise Drifted(f"{self.called(step.until)} did not open{await self._absent(step.until)}", "")

    async def unfolded(self, key: str) -> Found | None:
        """The control, once the collapsed region that holds it is opened; None where there is no such region."""
        region = await around.folded(self.view, key)
        if region is None or self.assisted:
            return None
        await region.click(timeout=_OPENER_TAKES * 1000)
        await self.view.first([key], self.time.reopen)
        return await self.view.find(key)

    async def _absent(self, key: str) -> str:
        """Why a control may be missing, and what stands there instead."""
        why = self.view.book.control[key].absent
        seen = ", ".join(f"'{name}'" for name in await around.instead(self.view, key))
        return (f": {why}" if why else "") + (f"; instead: {seen}" if seen else "")

    async def send_banner_away(self) -> bool:
        """Press the refusing button of a banner that the service's record knows; True where there was one."""
        from playwright.async_api import Error

        for key in self.service.refuse:
            if await self.view.there(key, named=True):
                with suppress(Error, Drifted):  # it went away by itself
                    await press.opener(self.view, key, _OPENER_TAKES)
                    return True
        return False

    async def person_step(self, step: PersonStep) -> None:
        """Let the person act until one of `done_when` shows; nothing is recorded meanwhile. Raises Again after a login, for the
        page may be another then."""
        loop = asyncio.get_running_loop()
        before = loads = self.watch.loads
        since = loop.time()

        async def done() -> bool:
            """A sign shows; or the person has come back to a page that has shown nothing known for `back` seconds."""
            nonlocal loads, since
            if step.gone and await self.view.there(step.gone, named=True):
                return False
            if loads != self.watch.loads:
                loads, since = self.watch.loads, loop.time()
            return await self._any(step.signs) or (loads > before and loop.time() - since > self.time.back)

        if not await done():
            await self.hand_over(step.what, f"{self.service.name} needs you: {asked(step)}", done)
            if step.what in ("login", "second-factor", "captcha"):
                raise Again

    async def _any(self, keys: Sequence[str]) -> bool:
        return any([await self.view.there(key, named=True) for key in keys])

    async def shown_to_person(self, key: str, verb: str, done: Done) -> None:
        """Outline a control, say what to do with it, and wait until the person has done it (assisted mode)."""
        found = await self.wait(key)
        await found.node.evaluate(
            """(node) => {
              // A colour of its own: the text's may be the page's.
              node.style.setProperty("outline", "4px solid #d9480f", "important");
              node.style.setProperty("outline-offset", "3px", "important");
              node.scrollIntoView({block: "center"});
            }"""
        )
        await self.hand_over("review", f"{verb} {self.called(key)}, which is outlined", done)

    async def hand_over(self, what: str, why: str, done: Done, *, counts: bool = False) -> None:
        """Wait for the person at the browser, acting on nothing; Stop where nobody is there or the time is over."""
        from playwright.async_api import Error

        if self.person is None:
            raise Stop(Outcome.NEEDS_PERSON, f"{why} ({what}), and nobody is at the browser")
        loop = asyncio.get_running_loop()
        end = loop.time() + self.time.person
        with self.watch.paused(counts=counts):
            self.person.tell(f"{why}. Please do it in the browser window; dsr waits and records nothing.")
            over = False
            while not over:
                if loop.time() > end:
                    raise Stop(Outcome.NEEDS_PERSON, f"{why} ({what}), and it was not done in time")
                await asyncio.sleep(0.25)
                with suppress(Error):  # the page is on its way to another
                    over = self.watch.allowed(self.page.url) and await done()
        self.watch.check()
