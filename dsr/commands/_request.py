"""What the front doors share: the options, the choice of the route, and a case's answer."""

from __future__ import annotations

from dsr.cases import clock, history, requests, routes, wording
from dsr.cases.desk import Desk
from dsr.cases.routes import ACCOUNT_ERASURE, Plan
from dsr.commands import rows
from dsr.errors import BadData
from dsr.model import EventKind, Outcome, Request, Result, Right, Route
from dsr.playbook import checklist, read


def answered(desk: Desk, request: Request, said: list[str], **more: object) -> Result:
    """The case, its dates and its evidence, after what was said."""
    events = history.effective(desk.ledger.events(request.id))
    table = clock.of_case(request, events)
    status = history.status(events, table.deadlines, desk.today)
    lines = [*said, f"Case {request.id}: {status}."]
    if table.deadlines:
        lines.append(wording.deadlines(table.deadlines))
    lines += [f"  {sentence}" for sentence in table.waiting]
    evidence = [kept for event in events for kept in event.evidence]
    data = {
        "case": request.id,
        "status": status,
        "deadlines": rows(table.deadlines),
        "waiting": list(table.waiting),
        "evidence": rows(evidence),
        "home": str(desk.home),
    }
    return Result(text="\n".join(lines), data=data | more)


def by_letter(desk: Desk, plan: Plan, route: Route, *, dry_run: bool) -> Result:
    """Preview and write a letter into the case, and say how it goes on."""
    whole_account = plan.wish == ACCOUNT_ERASURE
    if dry_run:
        letter = requests.write(desk, plan, route, "XXXX-XXXX", whole_account=whole_account)
        requests.preview(desk, letter, plan.route(route).to)
        data = {"outcome": "dry-run", "routes": rows(plan.routes), "letter": letter.text(), "commits": 0}
        return Result(text=f"\n{letter.text()}\nNothing was written (--dry-run).", data=data)
    request = requests.draft(desk, plan, route, whole_account=whole_account)
    if request is None:
        return Result(
            text="Nothing was written.", data={"outcome": "declined", "routes": rows(plan.routes), "commits": 0}
        )
    event = desk.ledger.events(request.id)[-1]
    said = [f"Written: {desk.home / kept.path}" for kept in event.evidence]
    if desk.ledger.key:
        said = [f"Kept encrypted; to have it in the open: {desk.command(f'dsr vault open {request.id} --out FOLDER')}"]
    how = "open the .eml in your mail program and send it" if route == Route.EMAIL else "print it, sign it, post it"
    said.append(f"Now {how}; then: {desk.command(f'dsr log {request.id} sent --via {route} --on DATE')}")
    return answered(desk, request, said, outcome="drafted", routes=rows(plan.routes), commits=0)


def by_portal(desk: Desk, plan: Plan, *, dry_run: bool) -> Result:
    """The portal as a checklist: dsr opens a case, the person fills the form."""
    choice = plan.route(Route.PORTAL)
    steps = [f"  1. Open {choice.to}", f"  2. {choice.why}", "  3. Keep the confirmation and its reference number."]
    if dry_run or not desk.agreed("Open a case for this portal request? You fill in the form yourself."):
        outcome = "dry-run" if dry_run else "declined"
        return Result(text="\n".join(steps), data={"outcome": outcome, "routes": rows(plan.routes), "commits": 0})
    found = requests.current(desk, plan)
    event = desk.event(EventKind.DRAFTED, route=Route.PORTAL, data={"to": choice.to})
    if found is None:
        request = requests.open_case(desk, plan, lambda _: event)
    else:
        request = found[0]
        desk.ledger.append(request.id, event)
    log = desk.command(f"dsr log {request.id} submitted --via portal")
    steps.append(f"  4. {log}; when it confirms: the same with accepted")
    return answered(desk, request, steps, outcome="drafted", routes=rows(plan.routes), commits=0)


def take(desk: Desk, plan: Plan, via: str | None, *, headless: bool = False, dry_run: bool = False) -> Result:
    """Show who must answer and the routes, take the chosen one, and answer with the case."""
    law = plan.regime.short if plan.regime else f"no law on file for {plan.subject.residence}"
    desk.person.tell(f"{plan.entity.name} must answer ({law}, your residence {plan.subject.residence}). Routes:")
    try:
        route = routes.choose(plan, via)
    except BadData:
        desk.person.tell(wording.routes(plan))
        raise
    plan = routes.take(plan, route)
    desk.person.tell(wording.routes(plan))
    if plan.others:
        names = " or ".join(f"{pack.short} (--regime {pack.id})" for pack in plan.others)
        desk.person.tell(f"Another law may apply, if you choose it: {names}. Why: dsr law which {plan.controller.slug}")
    why = "as you asked" if via else f"the first of these that is open: {plan.route(route).why}"
    desk.person.tell(f"Taking {route}, {why}.")
    alone = (
        not desk.person.present and not headless
    )  # a portal wants a person: where nobody is, its steps are written down
    if plan.route(route).playbook and not (route == Route.PORTAL and alone and not dry_run):
        return by_playbook(desk, plan, route, headless=headless, dry_run=dry_run)
    if route == Route.PORTAL:
        return by_portal(desk, plan, dry_run=dry_run)
    return by_letter(desk, plan, route, dry_run=dry_run)


def by_playbook(desk: Desk, plan: Plan, route: Route, *, headless: bool, dry_run: bool) -> Result:
    """Run the playbook of a route, or print its steps; then say what it did and what is left."""
    from dsr.cases import guards, outcomes, runs  # brings asyncio, which the letter routes and the log do without

    if dry_run:
        book = read.chosen(read.load(plan.route(route).playbook), plan.wish)
        steps = checklist.checklist(book, plan.subject.language or "en")
        guards.preview(desk, plan.subject, plan.controller.slug, book, read.service(plan.controller.slug))
        data = {"outcome": "dry-run", "routes": rows(plan.routes), "commits": 0, "rows": steps}
        return Result(text="\n".join(["By hand:", *steps, "Nothing was done (--dry-run)."]), data=data)
    ended = runs.drive(desk, plan, route, headless=headless)
    report = ended.report
    more = {
        "outcome": report.outcome,
        "commits": report.commits,
        "routes": rows(plan.routes),
        "note": report.note,
        "degraded": report.degraded,
        "disclosed": report.disclosed,
        "reference": report.reference,
    }
    if ended.rehearsal:
        more["rehearsal"] = ended.rehearsal
    if ended.request is None:
        exit_code = outcomes.EXIT.get(report.outcome, 0)
        return Result(text=f"{report.outcome}: {report.note}.", data=more, exit_code=exit_code)
    said = [f"{report.outcome}: {report.note}."]
    said += [f"Its number for your request: {report.reference}."] if report.reference else []
    said += _left(desk, plan, route, report.outcome)
    if report.outcome == Outcome.ACCEPTED and route == Route.SETTINGS and _can_offer_letter(desk, plan):
        desk.person.tell("\n".join(said))  # before the question, so that leaving it does not hide what was done
        said = [_formal_letter(desk, plan)]
    result = answered(desk, ended.request, said, **more)
    result.exit_code = outcomes.EXIT.get(report.outcome, 0)
    return result


def _can_offer_letter(desk: Desk, plan: Plan) -> bool:
    return not desk.yes and desk.person.present and plan.route(Route.EMAIL).available


def _formal_letter(desk: Desk, plan: Plan) -> str:
    """Offer the formal request, whose clock is the law's, and write it into the case if it is wanted and can be."""
    if not desk.person.confirm("Write the formal request by e-mail too? Its clock is the law's."):
        return "No letter was written."
    try:
        request = requests.draft(desk, plan, Route.EMAIL)
    except BadData as problem:
        return f"The letter was not written: {problem.message} ({problem.hint})"
    if request is None:
        return "No letter was written."
    return f"The letter is written; when it is sent: {desk.command(f'dsr log {request.id} sent --via email --on DATE')}"


def _left(desk: Desk, plan: Plan, route: Route, outcome: Outcome) -> list[str]:
    """What a person should do after a run, and which rungs of the ladder are left in the same case."""
    slug = plan.controller.slug
    hints = {
        Outcome.SIGNED_OUT: f"Sign in with: {desk.command(f'dsr login {slug}')}, then run this again.",
        Outcome.NEEDS_PERSON: "Run it again without --headless and be at the browser.",
        Outcome.DRIFTED: "Nothing was pressed. The steps by hand: the same command with --dry-run.",
        Outcome.BLOCKED: "Nothing was pressed. Try again later, or take another route with --via.",
    }
    lines = [hints[outcome]] if outcome in hints else []
    went = (Outcome.ACCEPTED, Outcome.SUBMITTED, Outcome.ALREADY_DONE)
    if plan.right == Right.ACCESS and route == Route.SETTINGS and outcome in went:
        lines.append(
            "This is the provider's own button: only its promise runs. The law's clock starts with a formal request."
        )
    if outcome == Outcome.DECLINED or (outcome == Outcome.VERIFIED and plan.right == Right.ERASURE):
        return lines
    later = [
        choice
        for choice in plan.routes
        if choice.available and list(Route).index(choice.route) > list(Route).index(route)
    ]
    return [
        *lines,
        *(f"Left in the same case: {_again(desk, plan, choice.route)} ({choice.clock})" for choice in later),
    ]


def _again(desk: Desk, plan: Plan, route: Route) -> str:
    """The command that takes another route of the same request."""
    door = {Right.ACCESS: "request-export", Right.ERASURE: "request-deletion", Right.TRAINING_OPT_OUT: "opt-out"}[
        plan.right
    ]
    scope = " --whole-account" if plan.wish == ACCOUNT_ERASURE else ""
    return desk.command(f"dsr {door} {plan.controller.slug}{scope} --via {route}")
