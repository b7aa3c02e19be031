"""Press once: resolve to a node, confirm it, arm the guard, hover, write down the intent, press, write down that it went.

After the intent nothing is tried again: a click can time out after its request has left (measured: three tries posted
three times). What cannot be known is `unknown`, and the verification or the person decides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsr.browser import guard, look
from dsr.browser.watch import Watch
from dsr.errors import Drifted
from dsr.model import Journal
from dsr.playbook import Playbook, label

if TYPE_CHECKING:
    from playwright.async_api import Page

_PRESS_MS = 5000


class Unknown(Exception):
    """The press may or may not have gone out."""


async def once(
    page: Page, book: Playbook, key: str, step: int, watch: Watch, journal: Journal, wanted: str = ""
) -> str:
    """Press a control for effect, exactly once, and return the name it bore. `wanted` is the state a switch must have now.

    Raises Drifted if nothing was pressed, for certain; Unknown if that is not certain.
    """
    from playwright.async_api import Error

    found = await look.find(page, book, key)
    if found is None:
        raise Drifted(f"{label(book, key)} is not there any more", "nothing was pressed; run it again")
    try:
        print_ = await found.node.evaluate(guard.PRINT)
        again = await look.find(page, book, key)
        if again is None or not await found.node.evaluate("(node, other) => node === other", again.node):
            raise Drifted(
                f"{label(book, key)} was replaced while dsr looked at it", "nothing was pressed; run it again"
            )
        if wanted and await look.state(found) != wanted:
            raise Drifted(
                f"{label(book, key)} changed by itself while dsr looked at it", "nothing was pressed; run it again"
            )
        armed = await guard.arm(found.node, print_)
        # Not click(trial=True): measured with Playwright 1.65, it sends pointerdown and click, and a page whose listener
        # was on the window first acts on them. A hover makes the same checks and sends nothing but moves.
        await found.node.hover(timeout=_PRESS_MS)
        watch.check()
    except Error as problem:
        raise Drifted(f"{label(book, key)} cannot be pressed: {_first(problem)}", "nothing was pressed") from problem
    journal.intent(step, key, found.seen)
    failure = ""
    try:
        await found.node.click(timeout=_PRESS_MS)
    except Error as problem:
        failure = _first(problem)
    await _settle(armed, failure, step, book, key, journal)
    return found.seen


def _first(problem: Exception) -> str:
    return str(problem).strip().splitlines()[0]


async def _settle(armed: guard.Guard, failure: str, step: int, book: Playbook, key: str, journal: Journal) -> None:
    """Decide from the guard what the press came to: committed, averted, or unknown."""
    seen = await armed.read()
    if seen.clicked:
        journal.committed(step)
        await armed.disarm()
        return
    if seen.lost or seen.passed:
        raise Unknown(f"{label(book, key)} may have been pressed: {seen.stopped or failure or 'the page went away'}")
    why = seen.stopped or failure or "no press arrived"
    journal.averted(step, why)
    await armed.disarm()
    raise Drifted(
        f"{label(book, key)} was not pressed: {why}", "nothing was pressed; look at the page, then run it again"
    )
