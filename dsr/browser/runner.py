"""Run a playbook: walk its steps, press at most once, look again on a fresh load, and say how it ended.

Nothing heals itself: a control that is not known stops the run before anything is pressed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from dsr.browser import evidence, look, press
from dsr.browser.outcome import Report, Stop, Timing
from dsr.browser.watch import Watch
from dsr.errors import Drifted, SiteDown
from dsr.model import Journal, Outcome, Person
from dsr.playbook import Ensure, Goto, Note, Open, PersonStep, Playbook, See, Service, Step, Submit, label

if TYPE_CHECKING:
    from playwright.async_api import Page

Done = Callable[[], Awaitable[bool]]


class Run:
    """One run on one page. `person` is None where nobody watches (headless): person steps then end the run."""

    def __init__(
        self,
        page: Page,
        book: Playbook,
        service: Service,
        journal: Journal,
        *,
        person: Person | None = None,
        timing: Timing | None = None,
        keep_evidence: bool = True,
    ) -> None:
        self._page = page
        self._book = book
        self._service = service
        self._journal = journal
        self._person = person
        self._time = timing or Timing()
        self._keep = keep_evidence
        self._watch = Watch(page, book.origins)
        self._report = Report(outcome=Outcome.UNKNOWN)

    async def perform(self) -> Report:
        """Run the playbook once. Never raises for what a site or a page does; that is an outcome."""
        from playwright.async_api import Error

        try:
            for number, step in enumerate(self._book.step):
                waits = self._time.person if isinstance(step, Goto | PersonStep) else 0
                async with asyncio.timeout(self._time.stuck + waits):
                    await self._step(number, step)
            self._end(Outcome.VERIFIED, "everything the playbook looks for was seen")
        except Stop as stop:
            self._end(stop.outcome, stop.note)
        except press.Unknown as doubt:
            self._end(Outcome.UNKNOWN, f"{doubt}; it is not pressed again until that is settled")
        except Drifted as drift:
            self._end(Outcome.DRIFTED, drift.message)
        except SiteDown as down:
            self._end(Outcome.BLOCKED, down.message)
        except TimeoutError:
            self._end(self._pressed() or Outcome.BLOCKED, "the page does not respond any more")
        except Error as problem:
            first = str(problem).strip().splitlines()[0]
            self._end(self._pressed() or Outcome.NEEDS_PERSON, f"the browser stopped: {first}")
        return self._report

    def _pressed(self) -> Outcome | None:
        """Unknown, where something may have been pressed in this run."""
        return Outcome.UNKNOWN if self._journal.last()[0] in ("intent", "committed") else None

    def _end(self, outcome: Outcome, note: str) -> None:
        self._report.outcome, self._report.note = outcome, note

    async def _step(self, number: int, step: Step) -> None:
        self._watch.check()
        match step:
            case Goto():
                await self._goto(step)
            case See():
                await self._wait(step.control)
            case Open():
                await self._open(step)
            case Ensure():
                await self._ensure(number, step)
            case Submit():
                await self._submit(number, step)
            case PersonStep():
                await self._hand_over(step)
            case Note():
                if self._person:
                    self._person.tell(step.text)

    async def _goto(self, step: Goto) -> None:
        for url in step.urls:
            await self._load(url)
            if not step.until or await self._shows(step.until, self._time.probe):
                return
            await self._signed_in()

    async def _load(self, url: str) -> None:
        """Load an address freshly. Raises SiteDown; Stop where a challenge page asks for a person."""
        from playwright.async_api import Error

        try:
            await self._page.goto("about:blank")  # an address that differs by its hash only would not load anew
            response = await self._page.goto(url, wait_until="load", timeout=self._time.load * 1000)
        except Error as problem:
            raise SiteDown(f"{url} cannot be reached: {str(problem).strip().splitlines()[0]}", "") from problem
        self._watch.check()
        await self._watch.quiet(self._time.quiet)
        if await self._page.title() in self._service.challenges:
            await self._person_or_stop("captcha", "the site asks whether you are human", self._no_challenge)
        elif response is not None and (response.status >= 500 or response.status in (403, 429)):
            raise SiteDown(f"{url} answered with status {response.status}", "")

    async def _no_challenge(self) -> bool:
        return await self._page.title() not in self._service.challenges

    async def _shows(self, key: str, limit: float) -> bool:
        """Whether a control, or something with its marker, shows within a limit."""
        from playwright.async_api import TimeoutError as Late

        signs = look.anywhere(self._page, self._book, key).or_(
            look.by_name(self._page, self._book, self._service.signed_out)
        )
        try:
            await signs.first.wait_for(state="visible", timeout=limit * 1000)
        except Late:
            return False
        return await look.anywhere(self._page, self._book, key).count() > 0

    async def _signed_in(self) -> None:
        """Raise Stop where the page offers to sign in and shows no account."""
        out = await look.by_name(self._page, self._book, self._service.signed_out).count()
        if out and not await look.by_name(self._page, self._book, self._service.signed_in).count():
            raise Stop(Outcome.SIGNED_OUT, f"you are signed out at {self._service.name}")

    async def _wait(self, key: str) -> look.Found:
        """The control, confirmed, as soon as it is there. Raises Drifted or Stop."""
        await self._shows(key, self._time.step)
        self._watch.check()
        found = await look.find(self._page, self._book, key)
        if found is None:
            await self._signed_in()
            why = self._book.control[key].absent
            raise Drifted(f"{label(self._book, key)} is not on the page{': ' + why if why else ''}", "")
        if found.degraded:
            self._report.degraded.append(key)
        return found

    async def _open(self, step: Open) -> None:
        """Press an opener until what it opens shows. It has no effect, so a press that a page slept through is repeated."""
        from playwright.async_api import Error

        for shown in filter(None, (step.until, step.unless)):
            if await look.anywhere(self._page, self._book, shown).count():
                return
        loop = asyncio.get_running_loop()
        end = loop.time() + self._time.step
        while loop.time() < end:
            found = await self._wait(step.control)
            self._watch.check()
            try:
                await found.node.click(timeout=2000)
            except Error:
                continue  # replaced or covered meanwhile: look again, within the limit
            if await self._shows(step.until, self._time.reopen):
                return
        await self._signed_in()
        why = self._book.control[step.until].absent
        raise Drifted(f"{label(self._book, step.until)} did not open{': ' + why if why else ''}", "")

    async def _read(self, key: str, wished: str) -> str:
        """The state of a switch. As wished is believed only when it stayed so for `settle` seconds on a quiet page."""
        await self._watch.quiet(self._time.quiet)
        loop = asyncio.get_running_loop()
        end = loop.time() + self._time.settle
        while True:
            found = await self._wait(key)
            now = await look.state(found)
            if now != wished or loop.time() > end:
                return now
            await asyncio.sleep(0.1)

    async def _ensure(self, number: int, step: Ensure) -> None:
        if await self._read(step.control, step.state) == step.state:
            await self._evidence("verified")
            raise Stop(Outcome.ALREADY_DONE, f"{label(self._book, step.control)} is {step.state} already")
        found = await self._wait(step.control)
        if await look.disabled(found):
            raise Stop(Outcome.NEEDS_PERSON, f"{label(self._book, step.control)} is locked, perhaps by an admin")
        before = await look.state(found)
        await self._evidence("before")
        doubt = ""
        try:
            await press.once(self._page, self._book, step.control, number, self._watch, self._journal, wanted=before)
            self._report.commits += 1
        except press.Unknown as unknown:
            doubt = f"{unknown}; "
        await self._watch.quiet(self._time.answer)
        await self._verify(number, step, doubt or "pressed once, yet ")

    async def _verify(self, number: int, step: Ensure, pressed: str) -> None:
        """Walk the way to the control again on a fresh load, and believe only what it then shows."""
        refused = self._refused()
        for earlier in self._book.step[:number]:
            if isinstance(earlier, Goto | Open | See):
                await self._step(number, earlier)
        now = await self._read(step.control, step.state)
        await self._evidence("verified" if now == step.state else "not-as-wished")
        if now == step.state:
            raise Stop(Outcome.VERIFIED, f"{label(self._book, step.control)} is {now}, seen on a fresh load")
        raise Stop(Outcome.UNKNOWN, f"{pressed}a fresh load shows {now}{refused}; it was not pressed again")

    def _refused(self) -> str:
        return f" (the site answered {self._watch.refused[-1]})" if self._watch.refused else ""

    async def _submit(self, number: int, step: Submit) -> None:
        await self._wait(step.control)
        await self._evidence("before")
        await press.once(self._page, self._book, step.control, number, self._watch, self._journal)
        self._report.commits += 1
        accepted = bool(step.accepted) and await self._accepted(step.accepted)
        await self._watch.quiet(self._time.answer)
        await self._evidence("after", step.accepted)
        if refused := self._refused():
            raise Stop(
                Outcome.UNKNOWN, f"pressed once, but the site did not take it{refused}; it was not pressed again"
            )
        if accepted:
            raise Stop(Outcome.ACCEPTED, "the site says that it took the request")
        raise Stop(Outcome.SUBMITTED, "pressed once; nothing on the page confirmed it")

    async def _accepted(self, key: str) -> bool:
        """Wait for the site's answer: the control that says yes, or a refusal that ends the wait."""
        sign = look.by_name(self._page, self._book, key)
        loop = asyncio.get_running_loop()
        end = loop.time() + self._time.answer
        while loop.time() < end and not self._watch.refused:
            if await sign.count():
                return True
            await asyncio.sleep(0.05)
        return False

    async def _hand_over(self, step: PersonStep) -> None:
        async def done() -> bool:
            return await look.by_name(self._page, self._book, step.done_when).count() > 0

        if not await done():
            await self._person_or_stop(step.what, f"{self._service.name} needs you: {step.what}", done)

    async def _person_or_stop(self, what: str, why: str, done: Done) -> None:
        """Wait for the person at the browser, acting on nothing; Stop where nobody is there or the time is over."""
        if self._person is None:
            raise Stop(Outcome.NEEDS_PERSON, f"{why} ({what}), and nobody is at the browser")
        self._person.tell(f"{why}. Please do it in the browser window; dsr waits and records nothing.")
        loop = asyncio.get_running_loop()
        end = loop.time() + self._time.person
        while not await done():
            if loop.time() > end:
                raise Stop(Outcome.NEEDS_PERSON, f"{why} ({what}), and it was not done in time")
            await asyncio.sleep(0.5)

    async def _evidence(self, moment: str, sign: str = "") -> None:
        if self._keep:
            self._report.evidence += await evidence.take(self._page, self._book, self._journal, moment, sign)
