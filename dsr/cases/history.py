"""What the events of a case amount to: corrections applied, which moves are legal, and the status on a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from msgspec import structs

from dsr.errors import BadDate, IllegalMove
from dsr.model import Deadline, Event, EventKind, Status

K = EventKind

_OUT = frozenset({K.SUBMITTED, K.ACCEPTED, K.SENT})
_ENDED = frozenset({K.WITHDRAWN, K.CLOSED})
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

    A `corrected` event carries the kind it stands for in `data["kind"]`; `void` takes the replaced event away.
    """
    replaced = {event.corrects for event in events if event.kind == K.CORRECTED}
    kept: list[Event] = []
    for event in events:
        if event.seq in replaced:
            continue
        if event.kind == K.CORRECTED:
            if event.data["kind"] == "void":
                continue
            data = {key: value for key, value in event.data.items() if key != "kind"}
            event = structs.replace(event, kind=EventKind(event.data["kind"]), data=data)  # noqa: PLW2901
        kept.append(event)
    return sorted(kept, key=lambda event: (event.on, event.seq))


def last(events: Sequence[Event], *kinds: EventKind) -> Event | None:
    """The latest event of one of the kinds, in an effective history."""
    return next((event for event in reversed(events) if event.kind in kinds), None)


def legal(events: Sequence[Event]) -> set[EventKind]:
    """The kinds of event that may be logged next, given an effective history."""
    seen = {event.kind for event in events}
    if _ended(events):
        return {K.REOPENED, K.CORRECTED}
    possible = {kind for kind, needs in _AFTER.items() if needs & seen and kind != K.REOPENED}
    if last(events, K.ANSWERED, K.DENIED, K.DOWNLOADED, K.VERIFIED):
        possible.add(K.REOPENED)
    return possible | _ANYTIME | {K.CORRECTED}


def _ended(events: Sequence[Event]) -> bool:
    end, again = last(events, *_ENDED), last(events, K.REOPENED)
    return end is not None and (again is None or again.seq < end.seq)


def check(case: str, events: Sequence[Event], new: Event) -> None:
    """Refuse an event that cannot follow. Raises IllegalMove naming the legal ones, BadDate for an impossible order."""
    history = effective(events)
    if new.kind not in (allowed := legal(history)):
        needs = " or ".join(sorted(_AFTER.get(new.kind, ())))
        why = "the case is closed" if _ended(history) else f"nothing was logged as {needs} yet"
        raise IllegalMove(case, new.kind, why, allowed)
    if new.kind == K.SENT:
        _sent_once(case, history, new, allowed)
    earlier = [event for event in history if event.kind in _AFTER.get(new.kind, ())]
    if earlier and new.on < min(event.on for event in earlier):
        first = min(earlier, key=lambda event: event.on)
        raise BadDate(new.on.isoformat(), f"lies before '{first.kind}' on {first.on}", f"dsr show {case}")


def _sent_once(case: str, history: Sequence[Event], new: Event, allowed: set[EventKind]) -> None:
    """The same letter is not sent twice by the same route, unless the first one bounced."""
    for event in history:
        if event.kind == K.SENT and event.route == new.route:
            bounced = any(later.kind == K.BOUNCED and later.seq > event.seq for later in history)
            if not bounced:
                why = f"the letter went by {event.route} on {event.on} already; a wrong date is mended by 'corrected'"
                raise IllegalMove(case, new.kind, why, allowed - {K.SENT})


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
    links = [deadline for deadline in deadlines if deadline.kind == "link-expires"]
    if links and all(deadline.latest < on for deadline in links) and last(events, K.DOWNLOADED) is None:
        return Status.EXPIRED
    if any(deadline.whose == "controller" and binding(deadline) and deadline.latest < on for deadline in deadlines):
        return Status.OVERDUE
    moved = last(events, K.ACKNOWLEDGED, K.IDENTITY_REQUESTED, K.EXTENDED, K.CLARIFICATION_REQUESTED, K.LINK_RECEIVED)
    return Status.IN_PROGRESS if moved else Status.OPEN


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
