"""What a page shows of the wish: before anything is pressed, on a fresh load afterwards, and weeks later."""

from __future__ import annotations

from dsr.browser.acts import Acts
from dsr.browser.outcome import Stop
from dsr.browser.walk import Walk
from dsr.model import Outcome
from dsr.playbook.checks import origin_of
from dsr.playbook.schema import Ensure, Goto, Open, Playbook, See


class Sight:
    """The looks of one run, for the playbook's `verify`. They press nothing but openers."""

    def __init__(self, book: Playbook, walk: Walk, acts: Acts) -> None:
        self._steps = book.step
        self._wish = book.verify
        self._walk = walk
        self._acts = acts

    async def settle(self, doubt: str, refused: str) -> None:
        """Say by a look on a fresh load what a press came to. `doubt` is why it may not have been one, `refused` how the site
        answered. Always raises Stop."""
        pressed = f"{doubt}; " if doubt else "pressed once, yet "
        seen = await self._look()
        await self._acts.evidence("verified" if seen else "not-as-wished")
        if seen:
            raise Stop(Outcome.VERIFIED, f"{seen}, seen on a fresh load")
        raise Stop(Outcome.UNKNOWN, f"{pressed}a fresh load does not show it{refused}; it was not pressed again")

    async def _look(self) -> str:
        return await (self._seen_at() if self._wish.goto else self._seen_on_the_way())

    async def _seen_at(self) -> str:
        """Load the address of `verify` and say what it shows, if that is as wished; empty if not. Where it does not show the
        control by itself, the way of the steps leads on from there."""
        await self._walk.goto(Goto(url=self._wish.goto, until=self._wish.control))
        if not await self._walk.view.there(self._wish.control):
            for step in self._steps:
                if isinstance(step, See | Open):
                    await self._walk.way(step)
        return await self.seen()

    async def _seen_on_the_way(self) -> str:
        """The same, by walking the way of the steps again; every switch on it must be as wished."""
        seen = []
        for step in self._steps:
            if isinstance(step, Goto | See | Open):
                await self._walk.way(step)
            if isinstance(step, Ensure) and not (step.optional and not await self._walk.shows(step.control, 0)):
                if await self._acts.read(step.control, step.state) != step.state:
                    return ""
                seen.append(f"{self._walk.called(step.control)} is {step.state}")
        return ", ".join(seen) or await self.seen()

    async def seen(self) -> str:
        """What the page shows of the control of `verify`, if that is as wished; empty if not."""
        wish = self._wish
        called = self._walk.called(wish.control)
        if wish.state:
            now = await self._acts.read(wish.control, wish.state)
            return f"{called} is {now}" if now == wish.state else ""
        if await self._walk.shows(wish.control, self._walk.time.probe):
            await self._walk.wait(wish.control)
            return f"{called} is there"
        await self._walk.admitted()
        return ""

    async def still(self) -> None:
        """Look whether what was seen before still holds. Always raises Stop."""
        if self._wish.by == "page":
            seen = await self._look()
            raise Stop(
                *((Outcome.ALREADY_DONE, f"{seen} still") if seen else (Outcome.NEEDS_PERSON, "it is no longer so"))
            )
        await self._walk.load(self._wish.goto or self._walk.service.sign_in)
        sign = self._wish.control
        if sign and await self._walk.view.first([sign], self._walk.time.probe):
            raise Stop(Outcome.ALREADY_DONE, "the site still says that the account is gone")
        note = "nobody is signed in, and the site does not say whether the account exists: only a sign-in would tell"
        raise Stop(Outcome.NEEDS_PERSON, note)

    async def account_gone(self) -> None:
        """Nobody signed in on a fresh load, and there the site's own word for it; its word on the page before is one less. Always
        raises Stop."""
        sign_in, sign = self._walk.service.sign_in, self._wish.control
        inside, out = self._walk.service.signed_in, self._walk.service.signed_out
        await self._walk.load(f"{origin_of(sign_in)}/")
        if await self._walk.view.first([inside, out], self._walk.time.step) == inside:
            raise Stop(Outcome.UNKNOWN, "a fresh load still shows you signed in; look whether the account exists")
        await self._walk.load(self._wish.goto or sign_in)
        gone = bool(sign) and bool(await self._walk.view.first([sign], self._walk.time.probe))
        await self._acts.evidence("verified", sign if gone else "")
        if gone:
            raise Stop(Outcome.VERIFIED, "the site says that the account is gone, seen on a fresh load")
        if self._acts.accepted:
            raise Stop(Outcome.ACCEPTED, "the site said that the account is deleted, and nobody is signed in any more")
        note = "you are signed out, but no word of the site that dsr knows confirms that the account is gone"
        raise Stop(Outcome.SUBMITTED, note)
