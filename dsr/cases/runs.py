"""Drive a playbook inside a case: settle what an earlier run left open, preview, ask once, run, record the outcome."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct, field

from dsr import config, playbook, resources
from dsr.browser.find import browser
from dsr.browser.outcome import Report, Timing
from dsr.browser.runner import Run
from dsr.browser.session import opened, profile
from dsr.cases import diary, history, requests
from dsr.cases.desk import Desk
from dsr.cases.requests import Plan
from dsr.errors import BadData, BadFile, PersonNeeded
from dsr.model import Event, EventKind, Outcome, Request, Route
from dsr.playbook import Effect, Playbook, Service
from dsr.rehearsal import Rehearsal
from dsr.store import RunJournal

K = EventKind

EXIT = {
    Outcome.NEEDS_PERSON: 10,
    Outcome.SIGNED_OUT: 10,
    Outcome.UNKNOWN: 10,
    Outcome.DRIFTED: 13,
    Outcome.BLOCKED: 14,
}


_DOUBT = "an earlier run was interrupted while pressing, and dsr cannot see on the page whether the request went out"


class Ended(Struct, kw_only=True):
    """A run as the command tells it. `request` is None where the person declined before there was a case."""

    report: Report
    request: Request | None
    rehearsal: dict[str, Any] = field(default_factory=dict)


def drive(desk: Desk, plan: Plan, name: str, *, headless: bool, timing: Timing | None = None) -> Ended:
    """Run one playbook for a plan. Raises UnknownName, BadFile, NoBrowser, StoreLocked, Interrupted."""
    book = playbook.load(name)
    service = playbook.service(plan.controller.slug)
    found = requests.current(desk, plan, settled=book.effect == Effect.REVERSIBLE)
    if found and (pending := _pending(desk, found[0], found[1], book)):
        note = f"already pending: {pending.kind} on {pending.on}; it is not asked for twice"
        return Ended(report=Report(outcome=Outcome.ALREADY_DONE, note=note), request=found[0])
    if service.terms.automation == "forbidden":
        raise BadData(f"{service.name}'s terms forbid automation: {service.terms.clause}", "--dry-run prints the steps")
    preview(desk, plan, book, service)
    if found and _unsettled(desk, found[0], found[1], book):
        settled = _settle(desk, found[0], book)
        if settled is not None:
            return Ended(report=settled, request=found[0])
    if not desk.agreed(f"Let dsr do this in {service.name}?"):
        return Ended(report=Report(outcome=Outcome.DECLINED, note="nothing was done"), request=found and found[0])
    first = desk.event(K.DRAFTED, route=Route.SETTINGS, data={"playbook": name})
    request = found[0] if found else requests.open_case(desk, plan, lambda _: first)
    return _run(desk, plan, book, service, request, headless=headless, timing=timing)


def preview(desk: Desk, plan: Plan, book: Playbook, service: Service) -> None:
    """What will happen, in whose account, what it does not do, and what the terms say."""
    tell = desk.person.tell
    account = plan.subject.account(plan.controller.slug)
    tell(f"dsr {book.does}" + (f" ({account})." if account else "."))
    for line in book.does_not:
        tell(f"  - {line}")
    if service.terms.automation == "unclear":
        tell(f"  Terms: {service.terms.clause} ({service.terms.source})")
    live = ", ".join(f"{seen.on} ({seen.locale})" for seen in book.verified)
    tell(f"  Seen working live: {live or 'never yet; this playbook is rehearsed only'}.")


def _pending(desk: Desk, request: Request, events: list[Event], book: Playbook) -> Event | None:
    """A settings request that went out and whose promised time is not over: it must not be made twice."""
    if book.effect == Effect.REVERSIBLE:
        return None
    now = [event for event in history.effective(events) if event.route in (Route.SETTINGS, None)]
    turn = history.last(now, K.ACCEPTED, K.SUBMITTED, K.RUN_STOPPED, K.RUN_UNKNOWN, K.LINK_RECEIVED, K.DOWNLOADED)
    if turn is None or turn.kind not in (K.ACCEPTED, K.SUBMITTED):
        return None
    days = max((promise.days for promise in diary.promises(request, K.ACCEPTED, Route.SETTINGS)), default=0)
    return turn if desk.today <= turn.on + timedelta(days=days) else None


def _unsettled(desk: Desk, request: Request, events: list[Event], book: Playbook) -> bool:
    """Whether an earlier run may have pressed for good and neither a look nor the person has settled it."""
    if book.verify.by == "page":
        return False  # the run itself looks first
    turn = history.last(history.effective(events), K.RUN_UNKNOWN, K.RUN_STOPPED, K.ACCEPTED, K.SUBMITTED)
    crashed = desk.ledger.unsettled(request.id, book.id, desk.now)
    return crashed is not None or (turn is not None and turn.kind == K.RUN_UNKNOWN)


def _settle(desk: Desk, request: Request, book: Playbook) -> Report | None:
    """Ask the person whether the earlier press went through; None: it did not, so dsr may go on.

    Where it did, or nobody can answer, that is written into the case and is the outcome.
    """
    journal = desk.ledger.unsettled(request.id, book.id, desk.now)
    if journal is not None:
        _record(desk, request, desk.event(K.RUN_UNKNOWN, route=Route.SETTINGS, note=_DOUBT))
        journal.end(Outcome.UNKNOWN)
    try:
        confirmed = desk.person.confirm(
            f"{_DOUBT[0].upper()}{_DOUBT[1:]}. Did the company confirm it, on the page or by e-mail?"
        )
    except PersonNeeded:
        went = desk.command(f"dsr log {request.id} accepted --via settings")
        failed = desk.command(f"dsr log {request.id} run-stopped")
        how = f"if it confirmed: {went}; if not: {failed}"
        return Report(outcome=Outcome.UNKNOWN, note=f"{_DOUBT}. Did the company confirm it? {how}")
    kind = K.ACCEPTED if confirmed else K.RUN_STOPPED
    promised = diary.promises(request, kind, Route.SETTINGS)
    _record(desk, request, desk.event(kind, by="person", route=Route.SETTINGS, promises=promised))
    return Report(outcome=Outcome.ACCEPTED, note="settled by you: it went through") if confirmed else None


def _record(desk: Desk, request: Request, event: Event) -> None:
    desk.ledger.append(request.id, event)


def _run(
    desk: Desk, plan: Plan, book: Playbook, service: Service, request: Request, *, headless: bool, timing: Timing | None
) -> Ended:
    crashed = desk.ledger.unsettled(request.id, book.id, desk.now)
    journal = desk.ledger.begin_run(request.id, book.id, desk.now)
    report, played = asyncio.run(_play(desk, plan, book, service, journal, headless=headless, timing=timing))
    if crashed is not None and report.outcome == Outcome.ALREADY_DONE:
        report.outcome, report.note = Outcome.VERIFIED, f"an interrupted run is settled: {report.note}"
    if crashed is not None:
        crashed.end(Outcome.UNKNOWN)
    for event in _events(desk, request, book, report):
        _record(desk, request, event)
    journal.end(report.outcome)
    return Ended(report=report, request=request, rehearsal=played)


async def _play(
    desk: Desk,
    plan: Plan,
    book: Playbook,
    service: Service,
    journal: RunJournal,
    *,
    headless: bool,
    timing: Timing | None,
) -> tuple[Report, dict[str, Any]]:
    """The run itself, in a session of the account's own browser profile; in a rehearsal against the played site."""
    settings = config.read(desk.home)
    async with AsyncExitStack() as stack:
        site = stack.enter_context(played(desk, plan.controller.slug)) if desk.rehearsal else None
        folder = profile(desk.home, plan.controller.slug, plan.subject.account(plan.controller.slug))
        args = site.browser_args if site else ()
        context = await stack.enter_async_context(
            opened(browser(settings.browser), folder, headless=headless, args=args)
        )
        page = context.pages[0] if context.pages else await context.new_page()
        watching = None if headless else desk.person
        run = Run(page, book, service, journal, person=watching, timing=timing, keep_evidence=settings.evidence)
        report = await run.perform()
    return report, {"counts": site.counts, "state": site.state} if site else {}


def played(desk: Desk, controller: str) -> Rehearsal:
    """The played site of a controller, remembering under the rehearsal's home. Raises BadData where there is none."""
    folder = resources.folder("playbooks") / controller / "rehearsal"
    if not (folder / "site.toml").is_file():
        raise BadData(f"there is no rehearsal of {controller}", "dsr rehearse list")
    subject = desk.subject()
    account = subject.account(controller)
    start: dict[str, str] = {"account": account, "account_name": subject.name} if account else {}
    return Rehearsal([folder], state_file(desk.home, controller), start)


def remembered(home: Path, controller: str) -> dict[str, Any]:
    """What a played site keeps: `state` and `counts`, empty before its first use."""
    file = home / "sites" / f"{controller}.json"
    if not file.exists():
        return {"state": {}, "counts": {}}
    try:
        kept: dict[str, Any] = msgspec.json.decode(file.read_bytes())
    except msgspec.MsgspecError as problem:
        raise BadFile(file, str(problem), "dsr rehearse reset") from problem
    return {"state": kept["state"], "counts": kept["counts"]}


def state_file(home: Path, controller: str) -> Path:
    """Where a played site keeps what it remembers."""
    return config.private(home / "sites") / f"{controller}.json"


def _events(desk: Desk, request: Request, book: Playbook, report: Report) -> list[Event]:
    """The outcome of a run as events (DESIGN section 3)."""
    kinds: dict[Outcome, tuple[EventKind, ...]] = {
        Outcome.ALREADY_DONE: (K.VERIFIED,),
        Outcome.VERIFIED: (K.SUBMITTED, K.VERIFIED),
        Outcome.ACCEPTED: (K.SUBMITTED, K.ACCEPTED),
        Outcome.SUBMITTED: (K.SUBMITTED,),
        Outcome.NEEDS_PERSON: (K.RUN_STOPPED,),
        Outcome.SIGNED_OUT: (K.RUN_STOPPED,),
        Outcome.DRIFTED: (K.RUN_STOPPED,),
        Outcome.BLOCKED: (K.RUN_STOPPED,),
        Outcome.UNKNOWN: (K.RUN_UNKNOWN,),
    }
    found = []
    for kind in kinds.get(report.outcome, ()):
        by = "site" if kind in (K.ACCEPTED, K.VERIFIED) else "dsr"
        last = kind == kinds[report.outcome][-1]
        found.append(
            desk.event(
                kind,
                by=by,
                route=Route.SETTINGS,
                note=report.note if last else "",
                data={"playbook": book.id, "outcome": report.outcome},
                promises=diary.promises(request, kind, Route.SETTINGS),
                evidence=tuple(report.evidence) if last else (),
            )
        )
    return found
