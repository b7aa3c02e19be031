"""The clocks of a case: which event starts which, by law, by the provider's promise, or as an estimate only.

| route | clock |
|---|---|
| settings | the provider's promise only: a product button is not a statutory request |
| portal, accepted | law, received that day |
| e-mail, sent | law, received = sent, marked as assumed until proven; a bounce takes it back |
| post, sent | an estimate; law from `received` |
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache

from msgspec import structs

from dsr.cases import history
from dsr.errors import DsrError
from dsr.law import packs
from dsr.law.deadlines import Setting, Timetable, timetable
from dsr.law.periods import spell
from dsr.law.stops import Mark
from dsr.model import Confidence, Deadline, Event, EventKind, Request, Right, Route

K = EventKind
_REPLY = frozenset({K.ANSWERED, K.DENIED})
# How the request travelled: the one date of receipt stands for all of it.
_TRAVEL = frozenset({K.DRAFTED, K.SUBMITTED, K.ACCEPTED, K.SENT, K.RECEIVED, K.RUN_STOPPED, K.RUN_UNKNOWN, K.VERIFIED})

# The person's own limits that end with a complaint.
_COMPLAINTS = ("complaint-limit", "complaint-limit-at", "complaint-after-reply", "complaint-if-silent")

# What keeps a date that is not kept by the end of the case: what must have come first, and what then does it.
_KEPT: dict[str, tuple[EventKind | None, frozenset[EventKind]]] = {
    "response": (None, _REPLY),
    "extended": (None, _REPLY),
    "acknowledgement": (None, _REPLY | {K.ACKNOWLEDGED, K.EXTENDED}),
    "appeal": (K.APPEALED, _REPLY),
    "appeal-extended": (K.APPEALED, _REPLY),
    "complaint-ack": (K.COMPLAINED, _REPLY | {K.ACKNOWLEDGED}),
    "export-ready": (K.ACCEPTED, _REPLY | {K.LINK_RECEIVED, K.DOWNLOADED}),
    "account-erased": (K.ACCEPTED, _REPLY | {K.VERIFIED}),
    "link-expires": (K.LINK_RECEIVED, frozenset({K.DOWNLOADED})),
    "clarification-limit": (K.CLARIFICATION_REQUESTED, frozenset({K.CLARIFIED})),
    "court-limit-nl": (None, frozenset({K.APPEALED})),
    **dict.fromkeys(_COMPLAINTS, (None, frozenset({K.COMPLAINED}))),
}


def of_case(request: Request, events: Sequence[Event]) -> Timetable:
    """All dates of a case from its effective history. Where a fact is missing, it is named in `waiting` instead."""
    table = _running(request, events)
    return Timetable(tuple(_kept(deadline, events) for deadline in table.deadlines), table.waiting)


def met(kind: str, events: Sequence[Event]) -> Event | None:
    """What a date of that kind was waiting for, in an effective history: the first event that does it, if it has happened."""
    since, kinds = _KEPT.get(kind, (None, frozenset()))
    done: Event | None = None
    for event in events:
        if event.kind == since:
            done = None
        elif event.kind in kinds and event.data.get("extent") != "partial":
            done = done or event
    return done


def _kept(deadline: Deadline, events: Sequence[Event]) -> Deadline:
    """The date, marked as over where what it was waiting for has happened: nobody is late with it any more."""
    done = met(deadline.kind, events)
    if done is None:
        return deadline
    return structs.replace(deadline, superseded=True, reason=f"{deadline.reason}; '{done.kind}' on {spell(done.on)}")


def _running(request: Request, events: Sequence[Event]) -> Timetable:
    """All dates as the law and the provider count them, kept or not."""
    promised = _promises(events)
    if request.regime is None:
        return Timetable(promised, (f"no law pack covers residence {request.residence}: no legal date is stated",))
    start, how = received(events)
    if start is None:
        return Timetable(promised, (how,) if how else ())
    setting = Setting(request.entity.place, request.residence, contest=_contested(events))
    found = _legal(request.regime, request.right, tuple(_marks(events, start)), setting)
    return Timetable(tuple(_assumed(deadline, how) for deadline in found.deadlines) + promised, found.waiting)


@lru_cache(maxsize=8192)
def _legal(regime: str, right: Right, marks: tuple[Mark, ...], setting: Setting) -> Timetable:
    """The law's dates; remembered, since many cases share their days and everything here is a function of its arguments."""
    try:
        return timetable(packs.find(regime), right, marks, setting)
    except DsrError as problem:
        return Timetable((), (f"no legal date: {problem.message}",))


def _assumed(deadline: Deadline, how: str) -> Deadline:
    if not how:
        return deadline
    basis = "estimate" if how.startswith("estimate") else deadline.basis
    return structs.replace(deadline, basis=basis, reason=f"{deadline.reason}; {how}")


def received(events: Sequence[Event]) -> tuple[date | None, str]:
    """The civil date of receipt that counts, and how it is known (empty: proven)."""
    if proven := next((event for event in events if event.kind == K.RECEIVED), None):
        return proven.on, ""
    if portal := next((e for e in events if e.kind == K.ACCEPTED and e.route == Route.PORTAL), None):
        return portal.on, ""
    sent = [event for event in events if event.kind == K.SENT and not history.bounced(events, event)]
    if mail := next((event for event in sent if event.route == Route.EMAIL), None):
        return mail.on, "receipt on the day of sending is assumed until proven"
    if post := next((event for event in sent if event.route == Route.POST), None):
        return (
            post.on,
            "estimate: counted from the day of posting; the law counts from receipt, which is not logged yet",
        )
    return None, ""


def _contested(events: Sequence[Event]) -> bool:
    return any(event.data.get("suspension") == "denied" for event in events)


def _marks(events: Sequence[Event], start: date) -> list[Mark]:
    marks = [Mark(event.kind, event.on) for event in events if event.kind not in _TRAVEL]
    return [Mark(K.RECEIVED, start), *marks]


def _promises(events: Sequence[Event]) -> tuple[Deadline, ...]:
    """The provider's own words, kept in the event at which they were given: hours from the instant it was recorded."""
    found = []
    promises = [promise for event in events for promise in event.promises]
    for promise in dict.fromkeys(promises):
        event = next(
            (event for event in reversed(events) if promise in event.promises and event.kind == promise.after), None
        )
        if event is None:
            continue
        at = _instant(event) + timedelta(days=promise.days, hours=promise.hours)
        due = event.on + timedelta(days=promise.days) if promise.days else at.astimezone().date()
        length = f"{promise.days} days" if promise.days else f"{promise.hours} hours"
        deadline = Deadline(
            kind=promise.kind,
            whose=promise.whose,
            basis="promise",
            nominal=due,
            due=due,
            latest=due,
            article="Promise of the provider, not a law",
            url="",
            reason=f"{length} from '{event.kind}' on {event.on}: {promise.source}",
            confidence=Confidence.HIGH,
        )
        found.append(structs.replace(deadline, at=at) if promise.hours else deadline)
    return tuple(found)


def _instant(event: Event) -> datetime:
    """When the event happened, as closely as known: the instant at which it was noted, if that was on its day, else the
    beginning of its day, so that dsr never takes hours for left that are over."""
    recorded = event.recorded_at.astimezone()
    if recorded.date() == event.on:
        return event.recorded_at
    return datetime(event.on.year, event.on.month, event.on.day, tzinfo=recorded.tzinfo)
