"""Which letter may follow in a case: what must have happened first, and what is logged once the letter has gone.

Nobody is reminded, and nothing is complained about, before the latest plausible date is over: a person must never write that a
company is late when it may not be. What the law itself has no letter for is said by `letters.why_not`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from dsr import letters
from dsr.cases import clock, history
from dsr.errors import IllegalMove, UnknownName
from dsr.law.deadlines import Timetable
from dsr.law.periods import spell
from dsr.letters.kinds import KINDS, FollowUp
from dsr.model import Deadline, Event, EventKind, Request, Route

K = EventKind
F = FollowUp

LOGS = {
    F.IDENTITY: K.IDENTITY_GIVEN,
    F.APPEAL: K.APPEALED,
    F.CONTROLLER_COMPLAINT: K.COMPLAINED,
    F.COMPLAINT: K.COMPLAINED,
}
COMPLAINTS = (F.APPEAL, F.CONTROLLER_COMPLAINT, F.COMPLAINT)
REPLIES = tuple(kind for kind in F if kind not in (F.CONTROLLER_COMPLAINT, F.COMPLAINT))
SPOKE = frozenset(
    {K.ACKNOWLEDGED, K.IDENTITY_REQUESTED, K.CLARIFICATION_REQUESTED, K.FEE_REQUESTED, K.EXTENDED, K.ANSWERED, K.DENIED}
)
_ANSWER = frozenset({K.ANSWERED, K.DENIED})
# What must be on record: the newest such event is what the letter answers.
_AFTER: dict[FollowUp, frozenset[EventKind]] = {
    F.IDENTITY: frozenset({K.IDENTITY_REQUESTED}),
    F.USE_OUR_FORM: SPOKE,
    F.ANONYMISED: _ANSWER,
    F.IN_THE_MODEL: _ANSWER,
    F.INCOMPLETE: frozenset({K.ANSWERED, K.DOWNLOADED}),
    F.NO_REASONS: frozenset({K.DENIED}),
    F.LATE_EXTENSION: frozenset({K.EXTENDED}),
    F.APPEAL: _ANSWER,
}
NOT_ARRIVED = "the day on which the letter arrived is not logged, and the law counts from it"


def logs(kind: FollowUp) -> EventKind:
    """The event that says that such a letter was sent; one that insists on the request counts as a reminder."""
    return LOGS.get(kind, K.REMINDED)


def find(typed: str) -> FollowUp:
    """A kind of reply as it is typed. Raises UnknownName with close matches, also for a complaint, which has its command."""
    name = typed.strip().lower().replace("_", "-").replace(" ", "-")
    if name not in set(REPLIES):
        hint = "dsr complain ID" if name in set(F) else ""
        raise UnknownName("kind of reply", typed, () if hint else map(str, REPLIES), hint)
    return FollowUp(name)


def answered(kind: FollowUp, events: Sequence[Event]) -> Event | None:
    """The event that such a letter answers: what the company did last that calls for it."""
    return history.last(events, *_AFTER[kind]) if kind in _AFTER else None


def asked(events: Sequence[Event]) -> Event | None:
    """When and how the request went out for the first time, bounced letters and product buttons apart: those are no request
    under the law."""
    for event in events:
        letter = event.kind == K.SENT and not history.bounced(events, event)
        form = event.kind in (K.SUBMITTED, K.ACCEPTED) and event.route == Route.PORTAL
        if letter or form:
            return event
    return None


def late(found: Timetable, on: date) -> Deadline | None:
    """The company's date under the law that is over by its latest reading; None where none is."""
    over = [one for one in found.deadlines if _counts(one) and one.latest < on]
    return min(over, key=lambda one: (one.kind not in ("extended", "response"), one.due), default=None)


def running(found: Timetable, on: date) -> Deadline | None:
    """The company's date under the law that is not over yet; None where none is."""
    return next((one for one in found.deadlines if _counts(one) and one.latest >= on), None)


def _counts(deadline: Deadline) -> bool:
    return deadline.whose == "controller" and deadline.basis == "law" and history.binding(deadline)


def why_not(request: Request, events: Sequence[Event], kind: FollowUp, on: date) -> str:
    """Why that letter cannot follow now in an effective history, in a few words; empty where it can."""
    if history.ended(events):
        return "the case is closed"
    if asked(events) is None:
        return "no request under the law was logged as sent yet"
    if request.right not in KINDS[kind].rights:
        return f"it does not fit a request of {request.right}"
    for name in (kind, request.right) if request.regime else ():
        if hole := letters.why_not(request.regime or "", name, "en"):
            return hole.rstrip(".")
    if kind in _AFTER and answered(kind, events) is None:
        return f"nothing was logged as {' or '.join(sorted(_AFTER[kind]))} yet"
    return _timing(request, events, kind, on)


def _timing(request: Request, events: Sequence[Event], kind: FollowUp, on: date) -> str:
    """What the dates say against it."""
    found = clock.of_case(request, events)
    if kind == F.REMINDER:
        if history.settled(events):
            return "the company has answered"
        return "" if late(found, on) else not_late(found, on)
    if kind == F.LATE_EXTENSION and not _noticed_late(found, events):
        return "the extension came in time, by the latest reading"
    question = answered(kind, events) if kind == F.IDENTITY else None
    given = history.last(events, K.IDENTITY_GIVEN)
    if question and given and given.seq > question.seq:
        return f"the identity check was answered on {spell(given.on)}"
    return ""


def not_late(found: Timetable, on: date) -> str:
    """Why nobody is late, in a few words."""
    if now := running(found, on):
        return f"by the latest reading the company has time until {spell(now.latest)}"
    if any(one.basis == "estimate" for one in found.deadlines):
        return NOT_ARRIVED
    return found.waiting[0].rstrip(".") if found.waiting else "no date of the law runs"


def _noticed_late(found: Timetable, events: Sequence[Event]) -> bool:
    """Whether the notice of an extension came after the last plausible day of the first period."""
    notice = history.last(events, K.EXTENDED)
    first = next((one for one in found.deadlines if one.kind == "response"), None)
    return bool(notice and first and notice.on > first.latest)


def possible(request: Request, events: Sequence[Event], on: date) -> list[str]:
    """The replies that may follow now."""
    return [str(kind) for kind in REPLIES if not why_not(request, events, kind, on)]


def check(request: Request, events: Sequence[Event], kind: FollowUp, on: date) -> None:
    """Refuse a letter that cannot follow. Raises IllegalMove naming those that can, or what must be logged first."""
    if why := why_not(request, events, kind, on):
        error = IllegalMove(request.id, kind, why, known := possible(request, events, on))
        error.hint = error.hint if known else f"no letter can follow now; where it stands: dsr show {request.id}"
        if why == NOT_ARRIVED:
            error.hint = f"find out when it arrived: dsr log {request.id} received --on DATE"
        if asked(events) is None and not history.ended(events):
            error.hint = f"once it is sent: dsr log {request.id} sent --on DATE"
        raise error
