"""What the events of a case amount to: corrections applied, which moves are legal, and the status on a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from msgspec import structs

from dsr.errors import BadDate, IllegalMove
from dsr.model import Deadline, Event, EventKind, Route, Status

K = EventKind

_OUT = frozenset({K.SUBMITTED, K.ACCEPTED, K.SENT})
_ENDED = frozenset({K.WITHDRAWN, K.CLOSED})
_MOVED = frozenset(  # the company has begun to deal with it; `answered` gets here only in part, or reopened
    {
        K.ACKNOWLEDGED,
        K.IDENTITY_REQUESTED,
        K.FEE_REQUESTED,
        K.CLARIFICATION_REQUESTED,
        K.EXTENDED,
        K.LINK_RECEIVED,
        K.ANSWERED,
    }
)
_ANYTIME = frozenset({K.SENT, K.SUBMITTED, K.RUN_STOPPED, K.RUN_UNKNOWN, K.VERIFIED, K.DRAFTED, K.WITHDRAWN, K.CLOSED})

# What must have happened before an event of this kind makes sense: any one of the set.
_AFTER: dict[EventKind, frozenset[EventKind]] = {
    K.ACCEPTED: frozenset({K.SUBMITTED, K.RUN_UNKNOWN}),
    K.RECEIVED: _OUT,
    K.ACKNOWLEDGED: _OUT,
    K.IDENTITY_REQUESTED: _OUT,
    K.IDENTITY_GIVEN: frozenset({K.IDENTITY_REQUESTED}),
    K.FEE_REQUESTED: _OUT,
    K.FEE_PAID: frozenset({K.FEE_REQUESTED}),
    K.CLARIFICATION_REQUESTED: _OUT,
    K.CLARIFIED: frozenset({K.CLARIFICATION_REQUESTED}),
    K.EXTENDED: _OUT,
    K.ANSWERED: _OUT,
    K.DENIED: _OUT,
    K.LINK_RECEIVED: _OUT,
    K.DOWNLOADED: frozenset({K.LINK_RECEIVED, K.ANSWERED}),
    K.BOUNCED: frozenset({K.SENT}),
    K.REMINDED: _OUT,
    K.APPEALED: _OUT,
    K.COMPLAINED: _OUT,
    K.RECHECK_DUE: frozenset({K.VERIFIED}),
    K.REOPENED: _ENDED | {K.ANSWERED, K.DENIED, K.DOWNLOADED, K.VERIFIED},
}


def effective(events: Sequence[Event]) -> list[Event]:
    """The events as corrected, in order of date: a replaced event is gone, its replacement stands at its place.

    A `corrected` event carries the kind it stands for in `data["kind"]`; `void` takes the replaced event away. The
    replacement keeps the number of the entry it stands for, so that what was logged after it still comes after it.
    """
    place: dict[int, int] = {}
    for event in events:
        if event.kind == K.CORRECTED and event.corrects is not None:
            place[event.seq] = place.get(event.corrects, event.corrects)
    replaced = {event.corrects for event in events if event.kind == K.CORRECTED}
    kept: list[Event] = []
    for event in events:
        if event.seq in replaced:
            continue
        if event.kind == K.CORRECTED:
            if event.data["kind"] == "void":
                continue
            data = {key: value for key, value in event.data.items() if key != "kind"}
            event = structs.replace(
                event, kind=EventKind(event.data["kind"]), data=data, seq=place.get(event.seq, event.seq)
            )
        kept.append(event)
    return sorted(kept, key=lambda event: (event.on, event.seq))


def last(events: Sequence[Event], *kinds: EventKind) -> Event | None:
    """The latest event of one of the kinds, in an effective history."""
    for event in reversed(events):
        if event.kind in kinds:
            return event
    return None


def bounced(events: Sequence[Event], sent: Event) -> Event | None:
    """The bounce that takes a sent letter back: logged after it, by the same route or without one."""
    later = (event for event in events if event.kind == K.BOUNCED and event.seq > sent.seq)
    return next((event for event in later if event.route in (None, sent.route)), None)


def drafts(events: Sequence[Event], *ways: Route | None) -> list[Event]:
    """The letters to the company, by these routes or all: those to an authority are not among them."""
    return [
        event
        for event in events
        if event.kind == K.DRAFTED and event.data.get("reply") != "complaint" and (not ways or event.route in ways)
    ]


def legal(events: Sequence[Event]) -> set[EventKind]:
    """The kinds of event that may be logged next, given an effective history."""
    seen = {event.kind for event in events}
    if ended(events):
        return {K.REOPENED, K.CORRECTED}
    possible: set[EventKind] = {kind for kind, needs in _AFTER.items() if needs & seen and kind != K.REOPENED}
    if last(events, K.ANSWERED, K.DENIED, K.DOWNLOADED, K.VERIFIED):
        possible.add(K.REOPENED)
    return possible | _ANYTIME | {K.CORRECTED}


def ended(events: Sequence[Event]) -> bool:
    """Whether the person has withdrawn or closed the case, and not reopened it since."""
    end, again = last(events, *_ENDED), last(events, K.REOPENED)
    return end is not None and (again is None or again.seq < end.seq)


def check(case: str, events: Sequence[Event], new: Event) -> None:
    """Refuse an event that cannot follow. Raises IllegalMove naming the legal ones, BadDate for an impossible order."""
    history = effective(events)
    if new.kind not in (allowed := legal(history)):
        needs = " or ".join(sorted(_AFTER.get(new.kind, ())))
        why = "the case is closed" if ended(history) else f"nothing was logged as {needs} yet"
        raise IllegalMove(case, new.kind, why, allowed)
    number = max((event.seq for event in events), default=0) + 1
    after = effective([*events, structs.replace(new, seq=number)])
    _sent_once(case, history, after, allowed)
    known = _unfounded(history)
    for seq, (event, first) in _unfounded(after).items():
        if seq in known:
            continue
        if first is None:
            why = f"'{event.kind}' on {event.on} would have nothing before it"
            raise IllegalMove(case, new.kind, why, allowed)
        raise BadDate(event.on.isoformat(), f"lies before '{first.kind}' on {first.on}", f"dsr show {case}")


def _unfounded(history: Sequence[Event]) -> dict[int, tuple[Event, Event | None]]:
    """The entries that nothing explains, by number: none of what must precede them is there, or it lies after them."""
    found: dict[int, tuple[Event, Event | None]] = {}
    for event in history:
        if needs := _AFTER.get(event.kind):
            first = min((one for one in history if one.kind in needs), key=lambda one: one.on, default=None)
            if first is None or event.on < first.on:
                found[event.seq] = event, first
    return found


def _sent_once(case: str, before: Sequence[Event], after: Sequence[Event], allowed: set[EventKind]) -> None:
    """The same letter is not sent twice by the same route, unless the first one bounced."""
    known = {(event.seq, event.route) for event in before if event.kind == K.SENT}
    for event in after:
        if event.kind != K.SENT or (event.seq, event.route) in known:
            continue
        for other in before:
            same = other.kind == K.SENT and other.route == event.route and other.seq != event.seq
            if same and not bounced(before, other):
                why = f"the letter went by {other.route} on {other.on} already; a wrong date is mended by 'correct'"
                raise IllegalMove(case, K.SENT, why, allowed - {K.SENT})


def status(events: Sequence[Event], deadlines: Sequence[Deadline], on: date) -> Status:
    """Where the case stands on a day, given its effective history and its deadlines."""
    last_turn = last(
        events, K.WITHDRAWN, K.DENIED, K.DOWNLOADED, K.ANSWERED, K.VERIFIED, K.CLOSED, K.REOPENED, K.RUN_UNKNOWN, *_OUT
    )
    if last_turn is None:
        return Status.DRAFT
    ended = _ending(events, last_turn)
    if ended is not None:
        return ended
    if not any(event.kind in _OUT for event in events):
        return Status.IN_PROGRESS if last(events, K.RUN_UNKNOWN) else Status.DRAFT
    links = [deadline for deadline in deadlines if deadline.kind == "link-expires" and binding(deadline)]
    if links and all(deadline.latest < on for deadline in links):
        return Status.EXPIRED
    if any(deadline.whose == "controller" and binding(deadline) and deadline.latest < on for deadline in deadlines):
        return Status.OVERDUE
    return Status.IN_PROGRESS if last(events, *_MOVED) else Status.OPEN


def _ending(events: Sequence[Event], turn: Event) -> Status | None:
    if turn.kind == K.CLOSED:
        before = last(events, K.DENIED, K.WITHDRAWN)
        done = last(events, K.ANSWERED, K.DOWNLOADED, K.VERIFIED)
        return Status.FULFILLED if done else Status.DENIED if before and before.kind == K.DENIED else Status.REVOKED
    if turn.kind == K.ANSWERED:
        return None if turn.data.get("extent") == "partial" else Status.FULFILLED
    simple = {
        K.WITHDRAWN: Status.REVOKED,
        K.DENIED: Status.DENIED,
        K.DOWNLOADED: Status.FULFILLED,
        K.VERIFIED: Status.FULFILLED,
    }
    return simple.get(turn.kind)


def binding(deadline: Deadline) -> bool:
    """Whether a date holds now: not merely possible, not replaced by an extension, not an estimate."""
    return not (deadline.possible or deadline.superseded) and deadline.basis != "estimate"


def settled(events: Sequence[Event]) -> bool:
    """Whether nothing more is expected: fulfilled, denied, withdrawn or closed, and not reopened since."""
    turn = last(
        events, K.WITHDRAWN, K.DENIED, K.DOWNLOADED, K.ANSWERED, K.VERIFIED, K.CLOSED, K.REOPENED, K.RUN_UNKNOWN, *_OUT
    )
    return turn is not None and _ending(events, turn) is not None
