"""What the front doors share: the options, the choice of the route, and a case's answer."""

from __future__ import annotations

from dsr import playbook
from dsr.cases import clock, history, requests, wording
from dsr.cases.desk import Desk
from dsr.cases.requests import Plan
from dsr.commands import rows
from dsr.errors import BadData
from dsr.model import EventKind, Outcome, Request, Result, Right, Route


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


def by_letter(desk: Desk, plan: Plan, route: Route, *, whole_account: bool, dry_run: bool) -> Result:
    """Preview and write a letter into the case, and say how it goes on."""
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


def take(
    desk: Desk,
    plan: Plan,
    via: str | None,
    *,
    headless: bool = False,
    dry_run: bool = False,
    whole_account: bool = False,
) -> Result:
    """Show who must answer and the routes, take the chosen one, and answer with the case."""
    law = plan.regime.short if plan.regime else f"no law on file for {plan.subject.residence}"
    desk.person.tell(f"{plan.entity.name} must answer ({law}, your residence {plan.subject.residence}). Routes:")
    try:
        route = requests.choose(plan, via)
    except BadData:
        desk.person.tell(wording.routes(plan))
        raise
    plan = requests.take(plan, route)
    desk.person.tell(wording.routes(plan))
    if plan.others:
        names = " or ".join(f"{pack.short} (--regime {pack.id})" for pack in plan.others)
        desk.person.tell(f"Another law may apply, if you choose it: {names}. Why: dsr law which {plan.controller.slug}")
    why = "as you asked" if via else f"the first of these that is open: {plan.route(route).why}"
    desk.person.tell(f"Taking {route}, {why}.")
    if route == Route.SETTINGS:
        return by_settings(desk, plan, headless=headless, dry_run=dry_run)
    if route == Route.PORTAL:
        return by_portal(desk, plan, dry_run=dry_run)
    return by_letter(desk, plan, route, whole_account=whole_account, dry_run=dry_run)


def by_settings(desk: Desk, plan: Plan, *, headless: bool, dry_run: bool) -> Result:
    """Run the playbook of a settings route, or print its steps; then say what it did and what is left."""
    from dsr.cases import runs  # brings asyncio, which the letter routes and the log do without

    name = plan.route(Route.SETTINGS).to
    if dry_run:
        steps = playbook.checklist(playbook.load(name), plan.subject.language or "en")
        runs.preview(desk, plan, playbook.load(name), playbook.service(plan.controller.slug))
        data = {"outcome": "dry-run", "routes": rows(plan.routes), "commits": 0, "rows": steps}
        return Result(text="\n".join(["By hand:", *steps, "Nothing was done (--dry-run)."]), data=data)
    ended = runs.drive(desk, plan, name, headless=headless)
    report = ended.report
    more = {
        "outcome": report.outcome,
        "commits": report.commits,
        "routes": rows(plan.routes),
        "note": report.note,
        "degraded": report.degraded,
    }
    if ended.rehearsal:
        more["rehearsal"] = ended.rehearsal
    if ended.request is None:
        return Result(text=f"{report.outcome}: {report.note}.", data=more)
    said = [f"{report.outcome}: {report.note}.", *_left(desk, plan, report.outcome)]
    if report.outcome == Outcome.ACCEPTED and _can_offer_letter(desk, plan):
        desk.person.tell("\n".join(said))  # before the question, so that leaving it does not hide what was done
        said = [_formal_letter(desk, plan)]
    result = answered(desk, ended.request, said, **more)
    result.exit_code = runs.EXIT.get(report.outcome, 0)
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


def _left(desk: Desk, plan: Plan, outcome: Outcome) -> list[str]:
    """What a person should do or know after a run."""
    slug = plan.controller.slug
    hints = {
        Outcome.SIGNED_OUT: [f"Sign in with: {desk.command(f'dsr login {slug}')}, then run this again."],
        Outcome.NEEDS_PERSON: ["Run it again without --headless and be at the browser."],
        Outcome.DRIFTED: ["Nothing was pressed. The steps by hand: the same command with --dry-run."],
        Outcome.BLOCKED: ["Nothing was pressed. Try again later, or take another route with --via."],
    }
    if plan.right == Right.ACCESS and outcome in (Outcome.ACCEPTED, Outcome.SUBMITTED, Outcome.ALREADY_DONE):
        return [
            "This is the provider's own button: only its promise runs. The law's clock starts with a formal request, in the",
            f"same case: {desk.command(f'dsr request-export {slug} --via email')}",
        ]
    return hints.get(outcome, [])
