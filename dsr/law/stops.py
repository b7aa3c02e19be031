"""What an identity check, a fee or a question does to a running clock: restart it, let it pause, or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from msgspec import Struct

from dsr.law import periods
from dsr.law.packs import ClockRule, Effect, Stop
from dsr.law.periods import Calendar, spell
from dsr.model import EventKind, Right

_ASKED_GIVEN = {
    "identity": (EventKind.IDENTITY_REQUESTED, EventKind.IDENTITY_GIVEN),
    "fee": (EventKind.FEE_REQUESTED, EventKind.FEE_PAID),
    "clarification": (EventKind.CLARIFICATION_REQUESTED, EventKind.CLARIFIED),
}
ASKED = frozenset(asked for asked, _ in _ASKED_GIVEN.values())
Stops = tuple[frozenset[date], frozenset[date], tuple[Effect, date] | None]
NONE: Stops = (frozenset(), frozenset(), None)


class Mark(Struct, frozen=True):
    """One thing that happened, as far as a clock cares: an event kind and its civil date at the controller."""

    kind: EventKind
    on: date


def restarted(clock: ClockRule, start: date, marks: Sequence[Mark]) -> date | str:
    """The latest of receipt, identity information and fee where these restart the period; a sentence while one is
    awaited (UK GDPR Art. 12A(2))."""
    for name in ("identity", "fee"):
        effect: Effect | None = getattr(clock, name)
        if effect is None or effect.effect != Stop.RESTART:
            continue
        asked, given = _ASKED_GIVEN[name]
        answers = [mark.on for mark in marks if mark.kind == given]
        asks = [mark.on for mark in marks if mark.kind == asked]
        if not asks:
            continue  # what was given unasked restarts nothing
        if not answers or answers[-1] < asks[-1]:
            return (
                f"{clock.kind}: no date yet; the period begins when the {name} asked for on {spell(asks[-1])}"
                f" has reached the controller ({effect.article})"
            )
        start = max(start, *answers)
    return start


def paused(
    clock: ClockRule, start: date, marks: Sequence[Mark], right: Right | None, calendar: Calendar, *, contest: bool
) -> Stops:
    """The days that do not count, those among them that are contested, and the pause that is still open.

    Both ends of a pause are left out (UK GDPR Art. 12A(5)); the day of the start was never counted. A question asked
    after the period is over stops nothing.
    """
    firm: set[date] = set()
    contested: set[date] = set()
    for asked, given, effect in sorted(_stops(clock, marks, right), key=lambda stop: stop[0]):
        over = periods.end(start, clock.period, calendar) + timedelta(days=len(firm | contested))
        if asked > over:
            continue
        if given is None:
            if not (effect.contested and contest):
                return frozenset(firm), frozenset(contested), (effect, asked)
            continue
        first = max(asked, start + timedelta(days=1))
        days = {first + timedelta(days=n) for n in range((given - first).days + 1)}
        (contested if effect.contested else firm).update(days)
    return frozenset(firm), frozenset(contested - firm), None


def _stops(clock: ClockRule, marks: Sequence[Mark], right: Right | None) -> Iterable[tuple[date, date | None, Effect]]:
    for name, (asked, given) in _ASKED_GIVEN.items():
        effect: Effect | None = getattr(clock, name)
        if effect is None or effect.effect != Stop.PAUSE or (effect.rights and right not in effect.rights):
            continue
        open_on: date | None = None
        for mark in marks:
            if mark.kind == asked and open_on is None:
                open_on = mark.on
            elif mark.kind == given and open_on is not None:
                yield open_on, mark.on, effect
                open_on = None
        if open_on is not None:
            yield open_on, None, effect
