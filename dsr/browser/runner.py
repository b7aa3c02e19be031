"""Run a playbook: look whether it is done already, walk its steps, press at most once, look again, and say how it ended.

Nothing heals itself: a control that is not known stops the run before anything is pressed. What may have been pressed is
`unknown` until a look at a fresh load, or the person, has settled it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING

from dsr.browser.acts import Acts
from dsr.browser.form import Form
from dsr.browser.look import View
from dsr.browser.outcome import Again, Doubt, Report, Stop, Timing
from dsr.browser.sight import Sight
from dsr.browser.walk import Walk
from dsr.browser.watch import Watch
from dsr.errors import Drifted, SiteDown
from dsr.model import Journal, Outcome, Person
from dsr.playbook.checklist import line
from dsr.playbook.schema import (
    Choose,
    ConfirmText,
    Download,
    Effect,
    Ensure,
    Fill,
    Goto,
    Note,
    Open,
    PersonStep,
    Playbook,
    Press,
    See,
    Service,
    Step,
    Submit,
)

if TYPE_CHECKING:
    from playwright.async_api import Page

_TURNS = 4  # how often a site may ask for the person before dsr gives up
_SETTLED = (Outcome.VERIFIED, Outcome.ACCEPTED, Outcome.SUBMITTED, Outcome.UNKNOWN, Outcome.DECLINED)


class Run:
    """One run on one page. `person` is None where nobody watches (headless): person steps then end the run. `fields` are the
    person's values for the fields that the playbook types or compares. `assisted`: dsr opens the pages, shows each step and
    reads the result, and every press is the person's. `careful`: what is known of the page is old, so that the person says yes
    to each step that presses or types."""

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
        fields: Mapping[str, str] | None = None,
        assisted: bool = False,
        careful: bool = False,
    ) -> None:
        self._book = book
        self._careful = careful
        self._journal = journal
        self._person = person
        self._time = timing or Timing()
        self._watch = Watch(page, book, service.sign_in_at)
        self._view = View(page, book, service.refuse)
        self._report = Report(outcome=Outcome.UNKNOWN)
        self._walk = Walk(self._view, service, self._watch, self._time, person, self._report, assisted=assisted)
        self._acts = Acts(self._walk, journal, self._report, keep_evidence=keep_evidence)
        self._form = Form(self._walk, journal, self._report, fields or {})
        self._sight = Sight(book, self._walk, self._acts)
        self._doubt = ""

    async def perform(self, *, look_only: bool = False) -> Report:
        """Run the playbook once; with `look_only` just look whether what was seen before still holds.

        Never raises for what a site or a page does; that is an outcome.
        """
        from playwright.async_api import Error

        try:
            await self._watch.listen()
            await (self._limited(self._sight.still()) if look_only else self._turns())
        except Stop as stop:
            self._end(stop.outcome, stop.note)
        except Drifted as drift:
            self._end(Outcome.DRIFTED, drift.message)
        except SiteDown as down:
            self._end(Outcome.BLOCKED, down.message)
        except TimeoutError:
            self._end(Outcome.BLOCKED, "the page does not respond any more")
        except Error as problem:
            self._end(Outcome.NEEDS_PERSON, f"the browser stopped: {str(problem).strip().splitlines()[0]}")
        if self._report.skipped:
            self._report.note += f" ({'; '.join(self._report.skipped)})"
        return self._report

    def _pressed(self) -> bool:
        """Whether something was, or may have been, pressed for effect in this run."""
        return bool(self._report.commits) or self._journal.last()[0] in ("intent", "committed")

    def _end(self, outcome: Outcome, note: str) -> None:
        if outcome not in _SETTLED and self._pressed():
            outcome, note = (
                Outcome.UNKNOWN,
                f"{self._doubt or 'it was pressed once'}; then {note}; it is not pressed again",
            )
        self._report.outcome, self._report.note = outcome, note

    async def _turns(self) -> None:
        """Walk the steps and look; anew after the person let dsr in again, as long as nothing was pressed."""
        for _ in range(_TURNS):
            try:
                if not self._pressed():
                    self._acts.already.clear()
                    self._report.skipped.clear()
                    await self._steps()
                await self._limited(self._finish())
            except Again:
                continue
        raise Stop(Outcome.NEEDS_PERSON, "the site asks for you again and again")

    async def _limited(self, work: object) -> None:
        waits = self._time.person if self._person else 0
        async with asyncio.timeout(self._time.stuck + waits):
            await work  # type: ignore[misc]

    async def _steps(self) -> None:
        if self._book.verify.by == "page" and self._book.verify.goto:
            await self._limited(self._done_before())
        for number, step in enumerate(self._book.step):
            if number == 0 and self._there(step):
                continue
            self._ask(step)
            try:
                await self._limited(self._step(number, step))
            except Doubt as doubt:
                self._doubt = str(doubt)
                return
            if self._watch.refused:
                return

    def _there(self, step: Step) -> bool:
        """Whether the look before has just loaded what the first step would load, and stayed there."""
        here = self._walk.page.url
        return isinstance(step, Goto) and not step.until and step.urls[0] == here == self._book.verify.goto

    def _ask(self, step: Step) -> None:
        """In a careful run, the person's yes to this step; asked outside of every limit, for she may think it over."""
        if not self._careful or isinstance(step, See | ConfirmText | PersonStep | Note):
            return
        if self._person is None:
            raise Stop(Outcome.NEEDS_PERSON, "what dsr knows of this page is old, and nobody is there to say yes")
        if not self._person.confirm(f"{line(self._book, step)}. Shall dsr do that?"):
            raise Stop(Outcome.DECLINED, f"you said no to: {line(self._book, step)}")

    async def _done_before(self) -> None:
        await self._walk.goto(Goto(url=self._book.verify.goto, until=self._book.verify.control))
        if not await self._view.there(self._book.verify.control):
            return  # the steps lead there, or stop
        if seen := await self._sight.seen():
            await self._acts.evidence("verified")
            raise Stop(Outcome.ALREADY_DONE, f"{seen} already")

    async def _step(self, number: int, step: Step) -> None:  # noqa: C901  one case for each verb is how it reads best
        self._watch.check()
        if (
            step.needless
            and not isinstance(step, Open)
            and [one for one in step.needless if await self._view.there(one)]
        ):
            return
        match step:
            case Goto() | See() | Open():
                await self._walk.way(step)
            case Ensure():
                await self._acts.ensure(number, step)
            case Press():
                await self._acts.press(number, step)
            case Submit() if self._walk.assisted or self._book.effect == Effect.DESTRUCTIVE:
                await self._acts.by_person(number, step)
            case Submit():
                await self._acts.submit(number, step)
            case Fill():
                await self._form.fill(step)
            case Choose():
                await self._form.choose(step)
            case ConfirmText():
                await self._form.confirm_text(step)
            case Download():
                await self._form.download(step)
            case PersonStep():
                await self._walk.person_step(step)
            case Note() if self._person:
                self._person.tell(step.text)
            case Note():
                return

    async def _finish(self) -> None:
        """Say how it ended; what can be seen is looked at on a fresh load. Always raises Stop (or Again, or an error)."""
        await self._watch.quiet(self._time.answer)
        if not self._pressed() and self._acts.already:
            await self._acts.evidence("verified")
            raise Stop(Outcome.ALREADY_DONE, "; ".join(self._acts.already))
        if not self._pressed():
            nothing = any(isinstance(step, Ensure | Press | Submit) for step in self._book.step)
            note = "there was nothing to switch" if nothing else "everything the playbook looks for was seen"
            raise Stop(Outcome.NEEDS_PERSON if nothing else Outcome.VERIFIED, note)
        refused = f" (the site answered {self._watch.refused[-1]})" if self._watch.refused else ""
        if self._book.verify.by == "page":
            await self._sight.settle(self._doubt, refused)
        if refused:
            raise Stop(
                Outcome.UNKNOWN, f"pressed once, but the site did not take it{refused}; it was not pressed again"
            )
        if self._doubt:
            raise Stop(Outcome.UNKNOWN, f"{self._doubt}; it is not pressed again until that is settled")
        self._watch.check()
        if self._book.verify.by == "account-gone":
            await self._sight.account_gone()
        heard = any([await self._acts.heard(step) for step in self._book.step if isinstance(step, Submit)])
        self._watch.check()
        if heard:
            raise Stop(Outcome.ACCEPTED, "the site says that it took the request")
        if not self._watch.taken:
            what = "the site has not answered" if self._watch.sent else "nothing left the page"
            raise Stop(Outcome.UNKNOWN, f"pressed once, and {what}; it was not pressed again")
        raise Stop(Outcome.SUBMITTED, "pressed once; nothing on the page confirmed it")
