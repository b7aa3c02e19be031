"""What the front doors share: the options, the choice of the route, and a case's answer."""

from __future__ import annotations

from collections.abc import Iterable

from dsr.cases import agenda, clock, companies, history, operators, papers, requests, routes, viewer, wording
from dsr.cases.desk import Desk
from dsr.cases.papers import Format, Order
from dsr.cases.routes import ACCOUNT_ERASURE, Plan
from dsr.commands import rows
from dsr.errors import BadData
from dsr.model import Event, EventKind, Outcome, Request, Result, Right, Route
from dsr.playbook import checklist, offers, read


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


def by_letter(desk: Desk, plan: Plan, route: Route, order: Order, *, dry_run: bool, open_it: bool = False) -> Result:
    """Preview and write a letter into the case, and say how it goes on."""
    to = plan.route(route).to
    if dry_run:
        letter, why = requests.write(desk, plan, route, "XXXX-XXXX", order)
        requests.preview(desk, letter, to, why)
        data = {"outcome": "dry-run", "routes": rows(plan.routes), "letter": letter.text(), "commits": 0}
        return Result(text=f"\n{letter.text()}\nNothing was written (--dry-run).", data=data)
    drafted = requests.draft(desk, plan, route, order)
    if drafted is None:
        return Result(
            text="Nothing was written.", data={"outcome": "declined", "routes": rows(plan.routes), "commits": 0}
        )
    request, notes = drafted
    event = desk.ledger.events(request.id)[-1]
    if order.format == Format.MAILTO and route == Route.EMAIL:
        letter, _ = requests.write(desk, plan, route, request.reference, order)
        notes = (*notes, *papers.link(letter, to))
    log = desk.command(f"dsr log {request.id} sent --via {route} --on DATE")
    said = [*written(desk, event, notes, open_it=open_it), f"Now {HOW[route]}; then: {log}"]
    return answered(desk, request, said, outcome="drafted", routes=rows(plan.routes), commits=0)


HOW = {
    Route.EMAIL: "open the .eml in your mail program and send it",
    Route.POST: "print it, sign it, post it",
}


def written(desk: Desk, event: Event, notes: Iterable[str], *, open_it: bool) -> list[str]:
    """The files of a letter that lies in a case now, and what there is to know about them; the PDF is shown if asked for."""
    if desk.ledger.key:
        case = event.evidence[0].path.split("/")[1]
        said = [
            f"Kept encrypted; to have it in the open: {desk.command(f'dsr vault open {case} --out FOLDER')}",
            *notes,
        ]
        return said if not open_it else [*said, "It is shown once it lies in the open."]
    said = [f"Written: {desk.home / kept.path}" for kept in event.evidence]
    said += notes
    pdfs = [desk.home / kept.path for kept in event.evidence if kept.kind == "letter-pdf"]
    if open_it:
        said.append(viewer.show(pdfs[-1]) if pdfs else "There is no PDF to open: add --format pdf.")
    return said


def by_portal(desk: Desk, plan: Plan, order: Order, *, dry_run: bool) -> Result:
    """The portal as a checklist: dsr opens a case, the person fills the form."""
    choice = plan.route(Route.PORTAL)
    known = routes.steps_of(plan.controller.slug, choice.to)
    steps = [f"Open {choice.to}", *(known or (choice.why,)), "Keep the confirmation and its reference number."]
    log = f"{desk.command('dsr log {case} submitted --via portal')}; when it confirms: the same with accepted"
    question = "Open a case for this portal request? You fill in the form yourself."
    return _by_hand(desk, plan, order, Route.PORTAL, steps, log, question, dry_run=dry_run)


def by_settings(desk: Desk, plan: Plan, order: Order, *, dry_run: bool) -> Result:
    """The person's own settings as a checklist, where dsr knows the way but not the page well enough to act or to show."""
    offered = offers.offer(plan.controller.slug, routes.SETTINGS[plan.wish])
    assert offered is not None  # the route was open
    desk.person.tell(f"By hand, since of the page dsr knows only: {offered.fact} ({offered.on}).")
    steps = [*([f"Open {offered.url}"] if offered.url else []), *offered.steps]
    kind = "submitted" if plan.right == Right.ACCESS else "verified"
    log = desk.command(f"dsr log {{case}} {kind} --via settings")
    question = "Open a case for this? You do the steps yourself, and log it."
    result = _by_hand(desk, plan, order, Route.SETTINGS, steps, log, question, dry_run=dry_run)
    if offered.absent:
        result.text += f"\nIf it is not there: {offered.absent}"
    return result


def _by_hand(
    desk: Desk, plan: Plan, order: Order, route: Route, steps: list[str], log: str, question: str, *, dry_run: bool
) -> Result:
    """Numbered steps that the person does herself; a case, if she wants one. `log` says how it goes on."""
    lines = [f"  {number}. {step}" for number, step in enumerate(steps, 1)]
    data: dict[str, object] = {"routes": rows(plan.routes), "commits": 0, "rows": steps}
    if not dry_run:
        desk.person.tell("\n".join(lines))
    choice = plan.route(route)
    sure = dry_run or companies.confirmed(desk.person, plan.controller.slug, choice.to, choice.doubt)
    if dry_run or not sure or not desk.agreed(question):
        outcome = "dry-run" if dry_run else "declined"
        return Result(text="\n".join(lines) if dry_run else "No case was opened.", data={"outcome": outcome} | data)
    found = requests.current(desk, plan, order=order)
    kept = {"to": choice.to, "hand": "yes", "scope": requests.scope(order)}
    event = desk.event(EventKind.DRAFTED, route=route, data={key: value for key, value in kept.items() if value})
    if found is None:
        request = requests.open_case(desk, plan, lambda _: event, order=order)
    else:
        request = found[0]
        desk.ledger.append(request.id, event)
    return answered(desk, request, [f"When you have done it: {log.format(case=request.id)}"], outcome="drafted", **data)


def take(
    desk: Desk,
    plan: Plan,
    via: str | None,
    *,
    order: Order = Order(),  # noqa: B008  frozen
    headless: bool = False,
    dry_run: bool = False,
    open_it: bool = False,
) -> Result:
    """Show who must answer and the routes, take the chosen one, and answer with the case."""
    if elsewhere := operators.elsewhere(desk, plan.controller.slug, plan.controller.name):
        return Result(text=elsewhere, data={"outcome": "other-controller", "routes": [], "commits": 0})
    law = plan.regime.short if plan.regime else f"no law on file for {plan.subject.residence}"
    desk.person.tell(f"{plan.entity.name} must answer ({law}, your residence {plan.subject.residence}). Routes:")
    try:
        route = routes.choose(plan, via, letter=order.by_letter, only=order.own_words)
    except BadData:
        desk.person.tell(wording.routes(plan))
        raise
    plan = routes.take(plan, route)
    desk.person.tell(wording.routes(plan))
    if plan.others:
        names = " or ".join(f"{pack.short} (--regime {pack.id})" for pack in plan.others)
        desk.person.tell(f"Another law may apply, if you choose it: {names}. Why: dsr law which {plan.controller.slug}")
    first = "the first of these that carries your own words" if order.by_letter else "the first of these that is open"
    why = "as you asked" if via else f"{first}: {plan.route(route).why.rstrip('.')}"
    desk.person.tell(f"Taking {route}, {why}.")
    alone = (
        not desk.person.present and not headless
    )  # a portal wants a person: where nobody is, its steps are written down
    if plan.route(route).playbook and not (route == Route.PORTAL and alone and not dry_run):
        return by_playbook(desk, plan, route, headless=headless, dry_run=dry_run)
    if route == Route.PORTAL:
        return by_portal(desk, plan, order, dry_run=dry_run)
    if route == Route.SETTINGS:
        return by_settings(desk, plan, order, dry_run=dry_run)
    return by_letter(desk, plan, route, order, dry_run=dry_run, open_it=open_it)


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
        drafted = requests.draft(desk, plan, Route.EMAIL)
    except BadData as problem:
        return f"The letter was not written: {problem.message} ({problem.hint})"
    if drafted is None:
        return "No letter was written."
    request, _ = drafted
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
    scope = " --whole-account" if plan.wish == ACCOUNT_ERASURE else ""
    return desk.command(f"{agenda.door(plan.right, plan.controller.slug)}{scope} --via {route}")
