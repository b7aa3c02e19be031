"""What the person writes into a case: an event with its route, promises and details, or the correction of one."""

from __future__ import annotations

from datetime import date

from msgspec import structs

from dsr import registry
from dsr.cases import history, pending
from dsr.cases.desk import Desk
from dsr.errors import UnknownName, UsageError
from dsr.model import DenialReason, Event, EventKind, Promise, Request, Right, Route

K = EventKind
_ROUTED = (K.SENT, K.SUBMITTED, K.ACCEPTED, K.BOUNCED, K.DRAFTED)


def details(kind: EventKind, *, reason: str | None, partial: bool, contest: bool) -> dict[str, str]:
    """What an event of that kind carries beside its date. Raises UnknownName, UsageError for what does not fit it."""
    found: dict[str, str] = {}
    if reason is not None:
        if kind != K.DENIED:
            raise UsageError(f"--reason belongs to 'denied', not to '{kind}'", "use --note for a remark")
        if reason not in set(DenialReason):
            raise UnknownName("reason", reason, DenialReason)
        found["reason"] = reason
    if partial:
        if kind != K.ANSWERED:
            raise UsageError(f"--partial belongs to 'answered', not to '{kind}'", "leave it out")
        found["extent"] = "partial"
    if contest:
        if kind != K.IDENTITY_REQUESTED:
            raise UsageError(f"--contest belongs to 'identity-requested', not to '{kind}'", "leave it out")
        found["suspension"] = "denied"
    return found


def entry(
    desk: Desk, request: Request, kind: EventKind, on: date, via: str | None, note: str, data: dict[str, str]
) -> Event:
    """An event as the person logs it. The route of a letter is the one that was drafted last, unless it is named."""
    route = _route(desk, request, kind, via)
    _by_letter(kind, route)
    return desk.event(kind, on, by="person", route=route, note=note, data=data, promises=promises(request, kind, route))


def promises(request: Request, kind: EventKind, route: Route | None) -> tuple[Promise, ...]:
    """What the provider promised for an event of that kind on a settings request, as its record has it today."""
    actions = {Right.ACCESS: "request-export", Right.ERASURE: "delete-account"}
    if kind not in (K.ACCEPTED, K.SUBMITTED, K.LINK_RECEIVED) or route not in (None, Route.SETTINGS):
        return ()
    if request.controller not in registry.slugs():  # an imported company promises nothing that we know
        return ()
    kept = registry.find(request.controller).promises
    return tuple(p.promise for p in kept if p.action == actions.get(request.right) and p.promise.after == kind)


def _by_letter(kind: EventKind, route: Route | None) -> None:
    """Only letters are sent and bounce; a form is submitted, and a switch too."""
    if kind in (K.SENT, K.BOUNCED) and route in (Route.SETTINGS, Route.PORTAL):
        raise UsageError(
            f"'{kind}' is for letters, not for {route}", "--via email or --via post; a form is 'submitted'"
        )


def _named(via: str) -> Route:
    if via not in set(Route):
        raise UnknownName("route", via, Route)
    return Route(via)


def _route(desk: Desk, request: Request, kind: EventKind, via: str | None) -> Route | None:
    if via is not None:
        return _named(via)
    if kind not in _ROUTED:
        return None
    events = history.effective(desk.ledger.events(request.id))
    if kind == K.BOUNCED:
        sent = {event.route for event in events if event.kind == K.SENT and not history.bounced(events, event)}
        if len(sent) > 1:
            raise UsageError("'bounced' needs its route", "add --via email or --via post")
        return sent.pop() if sent else None
    drafted = history.last(pending.without(events), K.DRAFTED)
    if drafted is None or drafted.route is None:
        raise UsageError(f"'{kind}' needs its route", "add --via email or --via post")
    return drafted.route


def correction(
    desk: Desk, request: Request, number: int | None, to: str | None, on: date | None, via: str | None, note: str
) -> Event:
    """An event that replaces another: with another date, kind or route, or `void` to take it away."""
    events = {event.seq: event for event in desk.ledger.events(request.id)}
    if number is None:
        raise UsageError("a correction needs the number of the entry", f"dsr log {request.id} shows the numbers")
    if number not in events:
        raise UnknownName(f"entry of {request.id}", str(number), map(str, events))
    if number in {event.corrects for event in events.values()}:
        raise UsageError(f"entry {number} was corrected already", f"correct the newer one; dsr log {request.id}")
    old = events[number]
    if to is None and on is None and via is None and not note:
        raise UsageError("a correction must say what was wrong", "--on DATE, --via ROUTE, --as KIND or --as void")
    kinds = [*(kind for kind in K if kind != K.CORRECTED), "void"]
    if to is not None and to not in kinds:
        raise UnknownName("kind of event", to, kinds)
    if _opened(events, old) and to == "void":
        raise UsageError("the entry that opened the case stays", f"dsr log {request.id} withdrawn ends the case")
    was = old.data.get("kind", "") if old.kind == K.CORRECTED else old.kind
    route = _named(via) if via is not None else old.route
    if (name := to or was) != "void":
        _by_letter(EventKind(name), route)
    return structs.replace(
        desk.event(K.CORRECTED, on or old.on, by="person", route=route, note=note, corrects=number),
        data={**old.data, "kind": to or str(was)},
        promises=old.promises,
        evidence=old.evidence,
    )


def _opened(events: dict[int, Event], entry: Event) -> bool:
    """Whether an entry, or the one it corrects, is the first of the case."""
    while entry.corrects is not None:
        entry = events[entry.corrects]
    return entry.seq == min(events)
