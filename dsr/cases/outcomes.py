"""What a run came to, in its case: whether one is pending, what an interrupted one left open, and an outcome as events."""

from __future__ import annotations

from datetime import timedelta

from msgspec import Struct

from dsr.browser.outcome import Report
from dsr.cases import diary, history
from dsr.cases.desk import Desk
from dsr.cases.routes import Plan
from dsr.errors import PersonNeeded
from dsr.model import Event, EventKind, Outcome, Request, Route
from dsr.playbook.schema import Effect, Playbook, Service

K = EventKind

EXIT = {
    Outcome.NEEDS_PERSON: 10,
    Outcome.SIGNED_OUT: 10,
    Outcome.UNKNOWN: 10,
    Outcome.DRIFTED: 13,
    Outcome.BLOCKED: 14,
}
_DOUBT = "an earlier run was interrupted while pressing, and dsr cannot see on the page whether the request went out"
_EVENTS: dict[Outcome, tuple[EventKind, ...]] = {  # DESIGN section 3
    Outcome.ALREADY_DONE: (K.VERIFIED,),
    Outcome.VERIFIED: (K.SUBMITTED, K.VERIFIED),
    Outcome.ACCEPTED: (K.SUBMITTED, K.ACCEPTED),
    Outcome.SUBMITTED: (K.SUBMITTED,),
    Outcome.DECLINED: (K.RUN_STOPPED,),  # said during the run, at the last press; before it there is no run
    Outcome.NEEDS_PERSON: (K.RUN_STOPPED,),
    Outcome.SIGNED_OUT: (K.RUN_STOPPED,),
    Outcome.DRIFTED: (K.RUN_STOPPED,),
    Outcome.BLOCKED: (K.RUN_STOPPED,),
    Outcome.UNKNOWN: (K.RUN_UNKNOWN,),
}


class Job(Struct, frozen=True):
    """A playbook to be driven on a route of a plan."""

    desk: Desk
    plan: Plan
    route: Route
    book: Playbook
    service: Service


def pending(job: Job, request: Request, events: list[Event]) -> Event | None:
    """A request that went out by this route and is not answered, nor its promised time over: it must not be made twice."""
    if job.book.effect == Effect.REVERSIBLE:
        return None
    kinds = (K.ACCEPTED, K.SUBMITTED, K.RUN_STOPPED, K.RUN_UNKNOWN, K.LINK_RECEIVED, K.DOWNLOADED)
    turn = history.last(_own(job, events), *kinds)
    if turn is None or turn.kind not in (K.ACCEPTED, K.SUBMITTED):
        return None
    if job.route == Route.PORTAL:
        return turn  # filed under the law: its clock runs until the case is answered
    days = max((promise.days for promise in diary.promises(request, K.ACCEPTED, Route.SETTINGS)), default=0)
    return turn if job.desk.today <= turn.on + timedelta(days=days) else None


def _own(job: Job, events: list[Event]) -> list[Event]:
    routes = (job.route, None) if job.route == Route.SETTINGS else (job.route,)
    return [event for event in history.effective(events) if event.route in routes]


def seen_before(job: Job, events: list[Event]) -> bool:
    """Whether the newest word on this route is that dsr saw the playbook's wish fulfilled."""
    turn = history.last(_own(job, events), K.VERIFIED, K.RUN_UNKNOWN, K.SUBMITTED, K.REOPENED)
    return turn is not None and turn.kind == K.VERIFIED and turn.data.get("playbook") == job.book.id


def unsettled(job: Job, request: Request, events: list[Event]) -> bool:
    """Whether an earlier run may have pressed for good and neither a look nor the person has settled it."""
    if job.book.verify.by == "page":
        return False  # the run itself looks first
    turn = history.last(_own(job, events), K.RUN_UNKNOWN, K.RUN_STOPPED, K.ACCEPTED, K.SUBMITTED)
    crashed = job.desk.ledger.unsettled(request.id, job.book.id, job.desk.now)
    return crashed is not None or (turn is not None and turn.kind == K.RUN_UNKNOWN)


def settle(job: Job, request: Request) -> Report | None:
    """Ask the person whether the earlier press went through; None: it did not, so dsr may go on.

    Where it did, or nobody can answer, that is written into the case and is the outcome.
    """
    desk, route = job.desk, job.route
    journal = desk.ledger.unsettled(request.id, job.book.id, desk.now)
    if journal is not None:
        desk.ledger.append(request.id, desk.event(K.RUN_UNKNOWN, route=route, note=_DOUBT))
        journal.end(Outcome.UNKNOWN)
    try:
        confirmed = desk.person.confirm(
            f"{_DOUBT[0].upper()}{_DOUBT[1:]}. Did the company confirm it, on the page or by e-mail?"
        )
    except PersonNeeded:
        went = desk.command(f"dsr log {request.id} accepted --via {route}")
        failed = desk.command(f"dsr log {request.id} run-stopped --via {route}")
        how = f"if it confirmed: {went}; if not: {failed}"
        return Report(outcome=Outcome.UNKNOWN, note=f"{_DOUBT}. Did the company confirm it? {how}")
    kind = K.ACCEPTED if confirmed else K.RUN_STOPPED
    promised = diary.promises(request, kind, route)
    desk.ledger.append(request.id, desk.event(kind, by="person", route=route, promises=promised))
    return Report(outcome=Outcome.ACCEPTED, note="settled by you: it went through") if confirmed else None


def events(job: Job, request: Request, report: Report) -> list[Event]:
    """The outcome of a run as events; the last one has its note, its evidence, and when to look again."""
    kinds = _EVENTS[report.outcome]
    found = []
    for kind in kinds:
        last = kind == kinds[-1]
        found.append(
            job.desk.event(
                kind,
                by="site" if kind in (K.ACCEPTED, K.VERIFIED) else "dsr",
                route=job.route,
                note=report.note if last else "",
                data=_data(job, report, kind),
                promises=diary.promises(request, kind, job.route),
                evidence=tuple(report.evidence) if last else (),
            )
        )
    return found


def _data(job: Job, report: Report, kind: EventKind) -> dict[str, str]:
    data = {"playbook": job.book.id, "outcome": str(report.outcome)}
    if report.disclosed:
        data["disclosed"] = ", ".join(report.disclosed)
    if report.reference and kind == K.ACCEPTED:
        data["reference"] = report.reference
    if kind == K.VERIFIED and (after := job.book.verify.recheck_after):
        data["recheck_on"] = (job.desk.today + timedelta(days=int(after[1:-1]))).isoformat()
    return data
