"""Opt out of training everywhere: the services of the profile one by one in one browser, a plan first; no failure ends it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from dsr import registry
from dsr.cases import history, operators, requests, routes
from dsr.cases.desk import Desk
from dsr.errors import BadData, DsrError, Interrupted, MissingField, PersonNeeded
from dsr.model import Event, EventKind, Outcome, Right, Route
from dsr.playbook import offers, read
from dsr.playbook.offers import State

if TYPE_CHECKING:
    from dsr.cases.tour import Tour

K = EventKind
ACTION = "training-opt-out"
DONE = "done"
BEFORE = "already done"
YOU = "needs you"
LETTER = "letter written"
FAILED = "failed"
_WORDS = {Outcome.VERIFIED: DONE, Outcome.ALREADY_DONE: BEFORE}


class Stop(Struct, frozen=True, kw_only=True):
    """One service of the way. `does` is what dsr means to do there, `became` what came of it (empty before), `note` why."""

    controller: str
    name: str
    state: State
    does: str
    became: str = ""
    note: str = ""
    case: str = ""

    @property
    def settled(self) -> bool:
        """Whether nothing is left to do here, as far as dsr and the person can."""
        return self.became in (DONE, BEFORE, LETTER)


def services(desk: Desk) -> list[str]:
    """The services in which the person has an account, by the profile; in a rehearsal every one that is played. Raises BadData
    where there is none."""
    known = offers.controllers()
    accounts = desk.subject().accounts
    found = [slug for slug in known if slug in accounts or (desk.rehearsal and _played(slug))]
    if not found:
        raise BadData(
            "your profile names no account at a service whose settings are on record",
            "dsr profile set account openai=you@example.org; the services: dsr opt-out --list",
        )
    return found


def _played(slug: str) -> bool:
    return f"{slug}/{ACTION}" in read.ids()


def _harmless(slug: str) -> bool:
    return registry.find(slug).statements.training.nothing_to_do


_NOTHING = "there is nothing to switch off"
_DOES = {
    State.AUTOMATIC: "dsr turns the switch and looks again",
    State.ASSISTED: "dsr shows you the switch, you turn it",
    State.CHECKLIST: "the steps are told, and the letter is written",
    State.NONE: "there is no switch; the letter is written",
}


def planned(desk: Desk, slugs: Sequence[str], *, resume: bool = False) -> list[Stop]:
    """What would be done at each service. With `resume`, what an earlier run settled is left as it is."""
    found = []
    for slug in slugs:
        record = offers.find(slug)
        state = record.offer[ACTION].state
        stop = Stop(controller=slug, name=record.name, state=state, does=_NOTHING if _harmless(slug) else _DOES[state])
        before = _settled_before(desk, slug) if resume else None
        found.append(structs.replace(stop, **before) if before else stop)
    return found


def _settled_before(desk: Desk, slug: str) -> dict[str, str] | None:
    """How the newest case about training at a service stands, where nothing is left to do in it today."""
    for request, events in reversed(list(desk.ledger.cases())):
        if (request.controller, request.right) == (slug, Right.TRAINING_OPT_OUT) and not history.ended(events):
            became = _became(history.effective(events), desk.today)
            return {"became": became, "case": request.id, "note": "by an earlier run"} if became else None
    return None


def _became(events: Sequence[Event], today: date) -> str:
    turn = history.last(events, K.VERIFIED, K.RUN_STOPPED, K.RUN_UNKNOWN, K.DRAFTED, K.SENT, K.SUBMITTED, K.ACCEPTED)
    if turn is None or (turn.kind == K.SENT and history.bounced(events, turn)):
        return ""
    if turn.kind == K.VERIFIED:
        again = turn.data.get("recheck_on", "")
        return BEFORE if not again or date.fromisoformat(again) > today else ""
    if turn.kind in (K.SUBMITTED, K.ACCEPTED):  # by a form: what the company says to it is told by `dsr next`
        return BEFORE if turn.route == Route.PORTAL else ""
    return LETTER if turn.kind in (K.DRAFTED, K.SENT) and turn.route in (Route.EMAIL, Route.POST) else ""


def perform(desk: Desk, plan: Sequence[Stop], *, headless: bool) -> Iterator[Stop]:
    """Go to each service that is not settled and yield how it ended, in the order of the plan. The person has agreed to the plan;
    what needs her at a service is left to her where she is not there."""
    from dsr.cases.tour import Tour  # brings the browser's room, which a list does without

    touring = [stop.controller for stop in plan if stop.state in (State.AUTOMATIC, State.ASSISTED) and not stop.settled]
    with Tour(desk, touring, headless=headless) as tour:
        for stop in plan:
            if stop.settled:
                yield stop
                continue
            desk.person.tell(f"{stop.name}: {stop.does}.")
            try:
                ended = _visit(desk, stop, tour, headless=headless)
            except Interrupted:
                raise
            except (PersonNeeded, MissingField) as needed:
                ended = structs.replace(stop, became=YOU, note=_sentence(needed))
            except DsrError as problem:
                ended = structs.replace(stop, became=FAILED, note=_sentence(problem))
            desk.person.tell(f"  {ended.became}: {ended.note}")
            yield ended


def _sentence(problem: DsrError) -> str:
    return f"{problem.message} ({problem.hint})" if problem.hint else problem.message


def _visit(desk: Desk, stop: Stop, tour: Tour, *, headless: bool) -> Stop:
    if elsewhere := operators.elsewhere(desk, stop.controller, stop.name):
        return structs.replace(stop, became=YOU, note=elsewhere)
    if _harmless(stop.controller):
        offer = offers.find(stop.controller).offer[ACTION]
        return structs.replace(stop, became=BEFORE, note="; ".join(filter(None, (offer.default, offer.instead))))
    plan = routes.plan(desk, stop.controller, Right.TRAINING_OPT_OUT, playbooks=read.ids())
    if stop.state in (State.AUTOMATIC, State.ASSISTED):
        return _driven(desk, stop, plan, tour, headless=headless)
    return _told(desk, stop, plan)


def _driven(desk: Desk, stop: Stop, plan: routes.Plan, tour: Tour, *, headless: bool) -> Stop:
    from dsr.cases import runs

    if stop.state is State.ASSISTED and (headless or desk.yes or not desk.person.present):
        note = f"dsr only shows this one; at the terminal: {desk.command(f'dsr opt-out {stop.controller}')}"
        return structs.replace(stop, became=YOU, note=note)
    agreed = structs.replace(desk, yes=stop.state is State.AUTOMATIC or desk.yes)
    ended = runs.drive(agreed, plan, Route.SETTINGS, headless=headless, stage=tour.stage)
    report = ended.report
    if report.outcome == Outcome.SIGNED_OUT:
        note = f"sign in with {desk.command(f'dsr login {stop.controller}')}, then run this again with --resume"
    else:
        note = report.note
    became = _WORDS.get(report.outcome)
    if became is None:
        waits = report.outcome in (Outcome.NEEDS_PERSON, Outcome.SIGNED_OUT, Outcome.UNKNOWN, Outcome.DECLINED)
        became = YOU if waits else FAILED
    return structs.replace(stop, became=became, note=note, case=ended.request.id if ended.request else "")


def _told(desk: Desk, stop: Stop, plan: routes.Plan) -> Stop:
    """Tell the steps, and write the letter that asks for the same where there is a way to send one."""
    offer = offers.find(stop.controller).offer[ACTION]
    steps = [*([f"open {offer.url}"] if offer.url and offer.steps else []), *offer.steps]
    for number, step in enumerate(steps, 1):
        desk.person.tell(f"  {number}. {step}")
    if offer.instead or offer.absent:
        desk.person.tell(f"  {offer.instead or f'If it is not there: {offer.absent}'}")
    agreed = structs.replace(desk, yes=True)  # to the plan, of which letters are a part; none is sent by dsr
    for route in (Route.EMAIL, Route.POST):
        if plan.route(route).available:
            made = requests.draft(agreed, plan, route)
            if made is None:
                break
            request, _ = made
            how = desk.command(f"dsr log {request.id} sent --via {route} --on DATE")
            return structs.replace(stop, became=LETTER, note=f"send it, then: {how}", case=request.id)
    why = plan.route(Route.EMAIL).why
    note = f"the steps are yours; no letter, since {why}" if steps else f"no letter, since {why}"
    return structs.replace(stop, became=YOU, note=note)


def exit_code(ended: Sequence[Stop]) -> int:
    """0 where all is settled, 3 where some is, else 10 where the person is needed, and 1 where everything failed."""
    if all(stop.settled for stop in ended):
        return 0
    if any(stop.settled for stop in ended):
        return 3
    return PersonNeeded.exit_code if any(stop.became == YOU for stop in ended) else 1
