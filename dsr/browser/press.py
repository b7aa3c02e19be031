"""Press once: resolve to a node, hover, confirm it there, arm the guard, write down the intent, press, write down that it went.

After the intent nothing is tried again: a click can time out after its request has left (measured: three tries posted
three times). What cannot be known is `unknown`, and the verification or the person decides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dsr.browser import guard, look
from dsr.browser.look import Found, View
from dsr.browser.outcome import Doubt
from dsr.browser.watch import Watch
from dsr.errors import Drifted
from dsr.model import Journal
from dsr.playbook.checklist import label

if TYPE_CHECKING:
    from playwright.async_api import ElementHandle

_AGAIN = "nothing was pressed; run it again"
_REASONS = {  # the first of these that the browser's log speaks of
    "not attached": "it is not there any more",
    "intercepts pointer events": "something lies over it",
    "outside of the viewport": "it lies outside of the window",
    "not visible": "it does not show any more",
    "not stable": "it does not stand still",
    "not enabled": "it is disabled",
}


class Covered(Drifted):
    """Something lies over the control; nothing was pressed, for certain."""


async def once(
    view: View, key: str, step: int, watch: Watch, journal: Journal, *, wanted: str = "", limit: float = 5.0
) -> str:
    """Press a control for effect, exactly once, and return the name it bore. `wanted` is the state a switch must have now,
    `limit` the seconds that it may take to become one that can be pressed.

    Raises Drifted (or Covered) if nothing was pressed, for certain; Doubt if that is not certain.
    """
    from playwright.async_api import Error

    called = label(view.book, key)
    found, place, armed = await _armed(view, key, wanted, hover=limit)
    watch.check()
    journal.intent(step, key, found.seen)
    watch.pressed()
    failure = ""
    try:
        await place.click(timeout=limit * 1000)
    except Error as problem:
        failure = why_not(problem)
    await _settle(armed, failure, step, called, journal)
    return found.seen


async def opener(view: View, key: str, limit: float) -> None:
    """Press a control that changes nothing: under the same guard, but without the journal.

    Raises Drifted where it was not the known control any more; Playwright's Error where it could not be pressed.
    """
    from playwright.async_api import Error

    _, place, armed = await _armed(view, key)
    failure: Error | None = None
    try:
        await place.click(timeout=limit * 1000)
    except Error as problem:
        failure = problem
    seen = await armed.read()
    await armed.disarm()
    if seen.stopped and seen.stopped != guard.ELSEWHERE:
        raise Drifted(f"{label(view.book, key)} was not pressed: {seen.stopped}", _AGAIN)
    if failure and not seen.passed:
        raise failure


async def _armed(
    view: View, key: str, wanted: str = "", *, hover: float = 0.0
) -> tuple[Found, ElementHandle, guard.Guard]:
    """The control, held by its node, confirmed after its print was taken, and guarded; and where to press it, which for a box
    may be its label. `hover`: the pointer rests there by then, and the seconds that this may take. Raises Drifted, or Covered."""
    from playwright.async_api import Error

    called = label(view.book, key)
    found = await view.find(key)
    if found is None:
        raise Drifted(f"{called} is not there any more", _AGAIN)
    try:
        place = (await found.node.evaluate_handle(guard.COVER)).as_element() or found.node
        before = await found.node.evaluate(guard.PRINT)
        if hover:
            # Not click(trial=True): measured with Playwright 1.65, it sends pointerdown and click, and a page whose listener
            # was on the window first acts on them. A hover makes the same checks and sends nothing but moves; what a page
            # changes at them, a hint that shows or a word that is put in, is seen by the look that follows.
            await place.hover(timeout=hover * 1000)
        print_ = await found.node.evaluate(guard.PRINT) if hover else before
        if print_[0] != before[0]:
            raise Drifted(f"what {called} lies in changed its name while dsr looked at it", _AGAIN)
        again = await view.find(key)
        if again is None or not await found.node.evaluate("(node, other) => node === other", again.node):
            raise Covered(f"{called} was replaced, or hidden, while dsr looked at it", _AGAIN)
        if wanted and await look.state(found) != wanted:
            raise Drifted(f"{called} changed by itself while dsr looked at it", _AGAIN)
        return found, place, await guard.arm(found.node, print_)
    except Error as problem:
        kind = Covered if "intercepts pointer events" in str(problem) else Drifted
        raise kind(f"{called} cannot be pressed: {why_not(problem)}", "nothing was pressed") from problem


def why_not(problem: Exception) -> str:
    """Why a control could not be reached, in a person's words where the browser's say it."""
    text = str(problem)
    for sign, why in _REASONS.items():
        if sign in text:
            return why
    return _first(problem)


def _first(problem: Exception) -> str:
    return str(problem).strip().splitlines()[0]


async def _settle(armed: guard.Guard, failure: str, step: int, called: str, journal: Journal) -> None:
    """Decide from the guard what the press came to: committed, averted, or in doubt."""
    seen = await armed.read()
    if seen.clicked:
        journal.committed(step)
        await armed.disarm()
        return
    if seen.lost or seen.passed:
        gone = "the page went away" if seen.lost else "its click did not arrive"
        raise Doubt(f"{called} may have been pressed: {seen.stopped or failure or gone}")
    why = seen.stopped or failure or "no press arrived"
    journal.averted(step, why)
    await armed.disarm()
    kind = Covered if not seen.stopped or seen.stopped == guard.ELSEWHERE else Drifted
    raise kind(f"{called} was not pressed: {why}", "nothing was pressed; look at the page, then run it again")
