"""Drive a playbook inside a case: settle what an earlier run left open, preview, ask once, run, record the outcome."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec import Struct, field

from dsr import config, resources
from dsr.browser.find import browser
from dsr.browser.outcome import Report, Timing
from dsr.browser.runner import Run
from dsr.browser.session import opened, profile
from dsr.cases import guards, outcomes, requests
from dsr.cases.desk import Desk
from dsr.cases.outcomes import Job
from dsr.cases.routes import Plan
from dsr.errors import BadData, BadFile, PersonNeeded, StoreLocked
from dsr.model import Event, EventKind, Outcome, Request, Route, Subject
from dsr.playbook import read
from dsr.playbook.schema import Effect, Playbook, Service
from dsr.rehearsal import Rehearsal
from dsr.rehearsal.site import read_site
from dsr.store import RunJournal, upkeep

K = EventKind
_T = TypeVar("_T")
Perform = Callable[[Any], Awaitable[Report]]  # a run, given a page


class Ended(Struct, kw_only=True):
    """A run as the command tells it. `request` is None where the person declined before there was a case."""

    report: Report
    request: Request | None
    rehearsal: dict[str, Any] = field(default_factory=dict)


class Piece(Struct, frozen=True, kw_only=True):
    """What is played: a playbook for a person at a service. `profile` names the browser profile, if not the service's;
    `rehearsal` the folder of the played site, if not the service's own; `state` is a storage state to begin with."""

    book: Playbook
    service: Service
    subject: Subject
    slug: str
    headless: bool
    timing: Timing | None = None
    assisted: bool = False
    careful: bool = False
    look_only: bool = False
    evidence: bool = True
    profile: str = ""
    rehearsal: Path | None = None
    state: Path | None = None


Stage = Callable[
    [Desk, Piece, Perform], tuple[Report, dict[str, Any]]
]  # where a run is performed: `on_stage`, or a hall


def drive(
    desk: Desk,
    plan: Plan,
    route: Route,
    *,
    headless: bool,
    timing: Timing | None = None,
    stage: Stage | None = None,
) -> Ended:
    """Run the playbook of a route, on a browser of its own or on that of `stage`.

    Raises UnknownName, BadFile, NoBrowser, StoreLocked, PersonNeeded, Interrupted.
    """
    book = read.chosen(read.load(plan.route(route).playbook), plan.wish)
    service = read.service(plan.controller.slug)
    job = Job(desk, plan, route, book, service)
    gone = requests.current(desk, plan, settled=True) if book.verify.by == "account-gone" else None
    if gone and outcomes.seen_before(job, gone[1]):
        desk.person.tell("That was done and seen before; dsr only looks whether it still holds.")
        return _run(job, gone[0], headless=headless, timing=timing, look_only=True, stage=stage)
    found = requests.current(desk, plan, settled=book.effect == Effect.REVERSIBLE)
    entry = desk.ledger.newest_entry(found[0].id, book.id) if found else 0
    if found and (earlier := outcomes.pending(job, found[0], found[1])):
        note = f"already pending: {earlier.kind} on {earlier.on}; it is not asked for twice"
        return Ended(report=Report(outcome=Outcome.ALREADY_DONE, note=note), request=found[0])
    if doubt := _pressed_before(desk, book, found[1] if found else []):
        return Ended(report=doubt, request=found and found[0])
    guards.preview(desk, plan.subject, plan.controller.slug, book, service)
    if found and outcomes.unsettled(job, found[0], found[1]):
        settled = outcomes.settle(job, found[0])
        if settled is not None:
            return Ended(report=settled, request=found[0])
    consent = guards.agreed(desk, plan.subject, plan.controller.slug, book, service, headless=headless)
    if consent is None:
        return Ended(report=Report(outcome=Outcome.DECLINED, note="nothing was done"), request=found and found[0])
    first = desk.event(K.DRAFTED, route=route, data={"playbook": book.id} | consent.data)
    if found is None:
        request = requests.open_case(desk, plan, lambda _: first)
    else:
        request = found[0]
        agreed_before = {item for event in found[1] for item in event.data.items()}
        if route != Route.SETTINGS or not consent.data.items() <= agreed_before:
            desk.ledger.append(request.id, first)
    return _run(job, request, headless=headless, timing=timing, assisted=consent.assisted, entry=entry, stage=stage)


def _pressed_before(desk: Desk, book: Playbook, events: list[Event]) -> Report | None:
    """Ask before what was pressed in a case that is gone - wiped, or newer than a backup - is pressed again; None: go on."""
    safe = book.effect in (Effect.READ, Effect.REVERSIBLE)
    when = "" if safe else upkeep.pressed_before(desk.ledger.path, book.id, desk.ledger.key)
    if not when or any(
        event.data.get("playbook") == book.id and event.recorded_at.isoformat() > when for event in events
    ):
        return None
    known = f"dsr pressed this on {when[:10]}, in a case that is not here any more"
    try:
        again = desk.person.confirm(f"{known[0].upper()}{known[1:]}. Press it once more?")
    except PersonNeeded:
        return Report(outcome=Outcome.UNKNOWN, note=f"{known}; whether once more, only you can say, at the terminal")
    return None if again else Report(outcome=Outcome.DECLINED, note="nothing was done")


def _run(
    job: Job,
    request: Request,
    *,
    headless: bool,
    timing: Timing | None,
    assisted: bool = False,
    look_only: bool = False,
    entry: int | None = None,
    stage: Stage | None = None,
) -> Ended:
    ledger, now = job.desk.ledger, job.desk.now
    crashed = ledger.unsettled(request.id, job.book.id, now)
    journal = ledger.begin_run(request.id, job.book.id, now)
    piece = Piece(
        book=job.book,
        service=job.service,
        subject=job.plan.subject,
        slug=job.plan.controller.slug,
        headless=headless,
        timing=timing,
        assisted=assisted,
        careful=guards.careful(job.book, job.desk.today),
        look_only=look_only,
    )
    seen = ledger.newest_entry(request.id, job.book.id) if entry is None else entry
    alone = partial(unpressed, job.desk, request.id, job.book.id, seen)
    report, played = (stage or on_stage)(job.desk, piece, performer(job.desk, piece, journal, alone))
    if crashed is not None and report.outcome == Outcome.ALREADY_DONE:
        report.outcome, report.note = Outcome.VERIFIED, f"an interrupted run is settled: {report.note}"
    if crashed is not None:
        crashed.end(Outcome.UNKNOWN)
    for event in outcomes.events(job, request, report):
        ledger.append(request.id, event)
    journal.end(report.outcome)
    return Ended(report=report, request=request, rehearsal=played)


def unpressed(desk: Desk, of: str, playbook: str, entry: int) -> None:
    """Raise StoreLocked where another dsr has pressed in that case (or under that key) since journal entry `entry`: what the
    person was asked then is not what is so now."""
    if desk.ledger.newest_entry(of, playbook) != entry:
        raise StoreLocked(
            f"another dsr ran {playbook} while this one waited; nothing was pressed here",
            "run it again: it looks at what the other one did first",
        )


def performer(desk: Desk, piece: Piece, journal: RunJournal, alone: Callable[[], None]) -> Perform:
    """The run itself, given a page. `alone` is asked once the account's profile is locked, and raises where another dsr was
    there before."""

    async def perform(page: Any) -> Report:
        alone()
        run = Run(
            page,
            piece.book,
            piece.service,
            journal,
            person=None if piece.headless else desk.person,
            timing=piece.timing,
            keep_evidence=piece.evidence and config.read(config.home()).evidence,
            fields=guards.fields(piece.subject, piece.slug),
            assisted=piece.assisted,
            careful=piece.careful,
        )
        return await run.perform(look_only=piece.look_only)

    return perform


def on_stage(desk: Desk, piece: Piece, perform: Callable[[Any], Awaitable[_T]]) -> tuple[_T, dict[str, Any]]:
    """Do something with a page, in a session of the account's own browser profile; in a rehearsal against the played site, with
    what it then remembers and counts."""
    return asyncio.run(_on_stage(desk, piece, perform))


async def _on_stage(desk: Desk, piece: Piece, perform: Callable[[Any], Awaitable[_T]]) -> tuple[_T, dict[str, Any]]:
    slug = piece.slug
    async with AsyncExitStack() as stack:
        site = stack.enter_context(played(desk, slug, piece.rehearsal)) if desk.rehearsal else None
        folder = profile(desk.home, piece.profile or slug, piece.subject.account(slug))
        found = browser(config.read(config.home()).browser)
        args = site.browser_args if site else ()
        session = opened(found, folder, headless=piece.headless, args=args, state=piece.state)
        context = await stack.enter_async_context(session)
        done = await perform(context.pages[0] if context.pages else await context.new_page())
    return done, told(site) if site else {}


def told(site: Rehearsal) -> dict[str, Any]:
    """What a played site remembers and counts."""
    return {"counts": site.counts, "state": site.state}


def played(desk: Desk, controller: str, folder: Path | None = None) -> Rehearsal:
    """The played site of a controller, or that of a folder, remembering under the rehearsal's home. Raises BadData where there
    is none."""
    folder = folder or resources.folder("playbooks") / controller / "rehearsal"
    if not (folder / "site.toml").is_file():
        raise BadData(f"there is no rehearsal of {controller}: no {folder / 'site.toml'}", "dsr rehearse list")
    subject = desk.subject()
    account = subject.account(controller)
    known = read_site(folder).first()
    start: dict[str, str] = {"account": account, "account_name": subject.name} if account else {}
    start = {key: value for key, value in start.items() if key in known}
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
