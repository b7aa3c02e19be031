"""What a playbook does to an account: switches, presses, the last press; each at most once in a run."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from contextlib import suppress

from dsr.browser import around, evidence, look, press
from dsr.browser.outcome import Doubt, Report, Stop
from dsr.browser.walk import Walk
from dsr.errors import Drifted, PersonNeeded, StoreProblem
from dsr.model import Journal, Outcome, Person
from dsr.playbook.schema import Ensure, Press, Submit

_NUMBER = re.compile(r"\b(?=[A-Z0-9-]*[0-9])[A-Z0-9][A-Z0-9-]{3,}\b")


class Acts:
    """The acts of one run. `accepted` is whether the site's word for it was seen, `already` what needed no press."""

    def __init__(self, walk: Walk, journal: Journal, report: Report, *, keep_evidence: bool) -> None:
        self._walk = walk
        self._view = walk.view
        self._watch = walk.watch
        self._journal = journal
        self._report = report
        self._keep = keep_evidence
        self._old: Counter[str] = (
            Counter()
        )  # what the control of `accepted` said before the press, which is no answer to it
        self.accepted = False
        self.already: list[str] = []

    async def evidence(self, moment: str, sign: str = "") -> None:
        """Keep what the region says and looks like. Before a press a store that cannot keep it ends the run; after one it
        must not hide the outcome."""
        if not self._keep:
            return
        try:
            self._report.evidence += await evidence.take(self._view, self._journal, moment, sign)
        except (StoreProblem, OSError):
            if not self._report.commits:
                raise
            self._report.skipped.append("evidence could not be kept")

    async def read(self, key: str, wished: str) -> str:
        """The state of a switch. As wished is believed only when it stayed so for `settle` seconds on a quiet page."""
        await self._watch.quiet(self._walk.time.quiet)
        loop = asyncio.get_running_loop()
        end = loop.time() + self._walk.time.settle
        while True:
            now = await look.state(await self._walk.wait(key))
            if now != wished or loop.time() > end:
                return now
            await asyncio.sleep(0.2)

    async def _once(self, number: int, key: str, wanted: str = "") -> None:
        """Press for effect; where a known banner lay over it and nothing was pressed, send that away and press then."""
        for last in (False, True):
            try:
                await press.once(
                    self._view, key, number, self._watch, self._journal, wanted=wanted, limit=self._walk.time.press
                )
            except press.Covered:
                if last or not await self._walk.send_banner_away():
                    raise
            else:
                return

    async def _confirm(self, number: int, key: str) -> None:
        """Answer the question that may follow a press, where it is the known one."""
        if key and await self._view.first([key], self._walk.time.reopen):
            await self._once(number, key)

    async def ensure(self, number: int, step: Ensure) -> None:
        """Bring a switch into its state, with at most one press."""
        called = self._walk.called(step.control)
        if step.optional and not await self._walk.shows(step.control, self._walk.time.probe):
            await self._walk.admitted()
            self._report.skipped.append(f"{called} is not there")
            return
        now = await self.read(step.control, step.state)
        if now == step.state:
            self.already.append(f"{called} is {step.state} already")
            return
        await self._usable(step.control)
        await self.evidence("before")
        if self._walk.assisted:
            await self._switched_by_person(number, step)
            return
        await self._once(number, step.control, wanted=now)
        self._report.commits += 1
        await self._confirm(number, step.confirm)
        await self._watch.quiet(self._walk.time.answer)

    async def _switched_by_person(self, number: int, step: Ensure) -> None:
        async def done() -> bool:
            found = await self._view.find(step.control)
            return found is not None and await look.state(found) == step.state

        self._journal.intent(number, step.control, "the person")
        await self._walk.shown_to_person(step.control, "switch", done)
        self._journal.committed(number)

    async def _usable(self, key: str) -> None:
        if await look.disabled(await self._walk.wait(key)):
            raise Stop(Outcome.NEEDS_PERSON, f"{self._walk.called(key)} is locked, perhaps by an admin")

    async def press(self, number: int, step: Press) -> None:
        """Press once on the way, and wait for what follows."""
        await self._usable(step.control)
        await self.evidence("before")
        if self._walk.assisted:
            self._journal.intent(number, step.control, "the person")
            await self._walk.shown_to_person(step.control, "press", lambda: self._view.there(step.until, named=True))
            self._journal.committed(number)
            return
        new = bool(step.until) and not await self._view.there(step.until)
        try:
            await self._once(number, step.control)
        except (
            Doubt
        ):  # the page went away with the press; where it leads to what was to come, the press has brought it there
            if not new or not await self._view.first([step.until], self._walk.time.step):
                raise
            self._journal.committed(number)
        self._report.commits += 1
        await self._confirm(number, step.confirm)
        await self._watch.quiet(self._walk.time.answer)
        if step.until:
            await self._walk.wait(step.until)

    async def submit(self, number: int, step: Submit) -> None:
        """Press once for good, and wait for the site's word."""
        await self._usable(step.control)
        await self.evidence("before")
        await self._listen(step)
        try:
            await self._once(number, step.control)
        except Doubt:  # as with a form whose answer is another page; the site's own word settles it
            await self._answer(step)
            if not self.accepted:
                raise
            self._journal.committed(number)
        self._report.commits += 1
        await self._confirm(number, step.confirm)
        await self._answer(step)
        await self.evidence("after", step.accepted)

    async def by_person(self, number: int, step: Submit) -> None:
        """The last press of a destructive playbook: the person's own, in the window. dsr waits and acts on nothing."""
        person = self._walk.person
        called = self._walk.called(step.control)
        if person is None:
            raise Stop(Outcome.NEEDS_PERSON, f"the last press, {called}, is yours, and nobody is at the browser")
        if not await self._ahead(step):
            self._watch.pressed()
            await self.evidence("before")
        self._journal.intent(number, step.control, "the person")
        before = f"{step.text}, then " if step.text else ""
        loop = asyncio.get_running_loop()
        last = loop.time()

        async def done() -> bool:
            """The site has said so, or its button has been gone for a while: a page on its way shows nothing for a moment."""
            nonlocal last
            self.accepted = await self._word(step)
            if await self._view.there(step.control, named=True):
                last = loop.time()
            return self.accepted or loop.time() - last > self._walk.time.settle

        with suppress(Stop):  # its time is over: the person is asked
            why = f"the last press is yours: {before}{called}, if you still want it"
            await self._walk.hand_over("review", why, done, counts=True)
        if not self.accepted and not self._watch.refused and not self._went(person, called):
            self._journal.averted(number, "the person did not press")
            raise Stop(Outcome.DECLINED, "you did not press; nothing was done")
        self._journal.committed(number)
        await self.evidence("after", step.accepted)

    async def _ahead(self, step: Submit) -> bool:
        """Wait for the control, or for the site's yes to it: true where the person was quicker than dsr. What the site says while
        the control is there is no answer to it. Raises Drifted."""
        yes = step.accepted
        if yes and await self._view.first([step.control, yes], self._walk.time.step) == yes:
            return True
        try:
            await self._walk.wait(step.control)
            await self._listen(step)
        except Drifted:
            if yes and await self._view.first([yes], self._walk.time.answer):
                return True
            raise
        if yes and not await self._view.there(step.control, named=True):
            self._old.clear()  # it was pressed while dsr listened
        return False

    def _went(self, person: Person, called: str) -> bool:
        """What the person says where the page says nothing. Raises Stop (unknown) where nobody answers."""
        try:
            return person.confirm(f"Did you press {called}, and did the site take it?")
        except PersonNeeded:
            raise Stop(Outcome.UNKNOWN, f"{called} may have been pressed; only you can tell") from None

    async def _listen(self, step: Submit) -> None:
        """Hear what the site says before the press: the same words again are no answer."""
        self._old = Counter(await around.texts(self._view, step.accepted)) if step.accepted else Counter()

    async def _word(self, step: Submit) -> bool:
        """Whether the site says now that it took it, beside what it said before."""
        from playwright.async_api import Error

        try:
            now = await around.texts(self._view, step.accepted) if step.accepted else []
        except Error:
            return False  # the page is on its way to another, and says nothing for a moment
        return bool(Counter(now) - self._old)

    async def _answer(self, step: Submit) -> None:
        """Wait for the site's answer: the control that says yes, or a refusal that ends the wait."""
        loop = asyncio.get_running_loop()
        end = loop.time() + self._walk.time.answer
        while step.accepted and not self.accepted and loop.time() < end:
            if self._watch.refused or self._watch.astray:
                break
            await asyncio.sleep(0.05)
            self.accepted = await self._word(step)
        await self._watch.quiet(self._walk.time.answer)
        await self.heard(step)

    async def heard(self, step: Submit) -> bool:
        """Whether the site's word is there, also if it came late; its number is kept."""
        self.accepted = self.accepted or await self._word(step)
        if self.accepted and step.reference and not self._report.reference:
            number = _NUMBER.search(await around.text(self._view, step.reference))
            self._report.reference = number.group() if number else ""
        return self.accepted
