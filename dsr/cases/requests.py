"""Open a request: who must answer, under which law, by which route, with which letter; and find the case it continues."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct, structs

from dsr import letters, registry
from dsr.cases import history
from dsr.cases.desk import Desk
from dsr.errors import BadData, MissingField, NoLaw, StoreLocked, UnknownName, UsageError
from dsr.law import packs
from dsr.law.choice import Applies, laws
from dsr.law.rules import Pack
from dsr.letters import Letter
from dsr.model import Entity, Event, EventKind, Request, Right, Route, Subject
from dsr.registry import Controller

_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # no letter that can be read as a digit
PLAYBOOK_OF = {
    Right.ACCESS: "request-export",
    Right.TRAINING_OPT_OUT: "training-opt-out",
    Right.ERASURE: "delete-account",
}


class RouteChoice(Struct, frozen=True, kw_only=True):
    """One route of a request: whether it can be taken, where it leads, which clock it starts, and why (not)."""

    route: Route
    available: bool
    to: str
    clock: str
    why: str
    chosen: bool = False


class Plan(Struct, frozen=True, kw_only=True):
    """Everything known before anything happens. `regime` is None where no law on file applies; `others` may apply too."""

    subject: Subject
    controller: Controller
    right: Right
    regime: Pack | None
    entity: Entity
    routes: tuple[RouteChoice, ...]
    others: tuple[Pack, ...] = ()

    def route(self, wanted: Route) -> RouteChoice:
        """One of the routes."""
        return next(choice for choice in self.routes if choice.route == wanted)


def plan(
    desk: Desk, controller: str, right: Right, *, regime: str | None = None, playbooks: Iterable[str] = ()
) -> Plan:
    """Work out who must answer and how to reach them. `playbooks` are the ids that exist, e.g. `openai/request-export`.

    Raises UnknownName, MissingField (no residence, no profile).
    """
    record = registry.find(controller)
    subject = desk.subject()
    if not subject.residence:
        raise MissingField("residence", "choosing law and company", "residence DE-BE")
    entity = record.entity(subject.residence)
    found = laws(subject.residence, right, desk.today, entity.place)
    pack = packs.find(regime) if regime else next((one.pack for one in found if one.picked), None)
    others = tuple(one.pack for one in found if one.applies is Applies.YES and one.gives and one.pack is not pack)
    routes = tuple(_route(route, record, right, pack, subject, entity, set(playbooks)) for route in Route)
    return Plan(
        subject=subject, controller=record, right=right, regime=pack, entity=entity, routes=routes, others=others
    )


def _route(
    route: Route,
    record: Controller,
    right: Right,
    pack: Pack | None,
    subject: Subject,
    entity: Entity,
    playbooks: set[str],
) -> RouteChoice:
    clock = _CLOCKS[route] if pack or route == Route.SETTINGS else "none; no law is on file for your residence"
    if route == Route.SETTINGS:
        name = f"{record.slug}/{PLAYBOOK_OF.get(right, '')}"
        if name in playbooks:
            return RouteChoice(route=route, available=True, to=name, clock=clock, why="dsr can drive it, you watch")
        return RouteChoice(route=route, available=False, to="", clock=clock, why="there is no playbook for it yet")
    contact = record.contact(route, right, pack.id if pack else None, subject.residence)
    if contact is None or contact.reason:
        why = contact.reason if contact else "no such way is on record"
        return RouteChoice(route=route, available=False, to="", clock=clock, why=why)
    to = contact.to or ", ".join((entity.name, *entity.address))
    if not record.firm(contact):
        why = f"not certain enough to send personal data there: {contact.note or 'unconfirmed'}"
        return RouteChoice(route=route, available=False, to=to, clock=clock, why=why)
    if route == Route.PORTAL:
        return RouteChoice(route=route, available=True, to=to, clock=clock, why=contact.note or "a form of the company")
    if pack is None:
        why = f"no law pack covers {subject.residence}; name a law that applies with --regime"
        return RouteChoice(route=route, available=False, to=to, clock=clock, why=why)
    if not any((law, one) == (pack.id, right) for law, one, _ in letters.available()):
        why = f"there is no {right} letter under {pack.id} yet; other laws that may apply: dsr law which {record.slug}"
        return RouteChoice(route=route, available=False, to=to, clock=clock, why=why)
    return RouteChoice(
        route=route, available=True, to=to, clock=clock, why=contact.note or "a letter with the law's clock"
    )


_CLOCKS = {
    Route.SETTINGS: "the provider's promise only",
    Route.PORTAL: "the law's, from the day the portal accepts",
    Route.EMAIL: "the law's, from the day of sending (assumed receipt)",
    Route.POST: "the law's, from the day of receipt",
}


def choose(made: Plan, via: str | None) -> Route:
    """The route asked for, else the first that is available. Raises UnknownName, BadData where it cannot be taken."""
    if via is not None:
        name = via.strip().lower()
        if name not in set(Route):
            raise UnknownName("route", via, Route)
        choice = made.route(Route(name))
        if not choice.available:
            raise BadData(f"{made.controller.slug} cannot be asked by {name}: {choice.why}", _others(made))
        return choice.route
    for choice in made.routes:
        if choice.available:
            return choice.route
    written = made.regime and any((law, one) == (made.regime.id, made.right) for law, one, _ in letters.available())
    hint = f"dsr letter {made.right} {made.controller.slug} writes the letter, for the address that you find"
    raise BadData(
        f"no route to {made.controller.slug} is open for {made.right}",
        hint if written else "look at the company's own site; dsr has neither a way nor a letter for it yet",
    )


def take(made: Plan, route: Route) -> Plan:
    """The plan with that route marked as the chosen one."""
    routes = tuple(structs.replace(choice, chosen=choice.route == route) for choice in made.routes)
    return structs.replace(made, routes=routes)


def _others(made: Plan) -> str:
    open_routes = [choice.route for choice in made.routes if choice.available]
    return (
        "take " + " or ".join(f"--via {route}" for route in open_routes) if open_routes else "no other route is known"
    )


def current(desk: Desk, made: Plan, *, settled: bool = False) -> tuple[Request, list[Event]] | None:
    """The case that this request continues: the newest one of the same person, company, right and law that is not settled.

    `settled` finds a settled one too: a switch is looked at again in the case that turned it.
    """
    regime = made.regime.id if made.regime else None
    wanted = (made.subject.id, made.controller.slug, made.right, regime)
    found = None
    for request, events in desk.ledger.cases():
        if (request.subject, request.controller, request.right, request.regime) == wanted and (
            settled or not history.settled(history.effective(events))
        ):
            found = request, events
    return found


def reference() -> str:
    """A case reference for letters: eight characters that say nothing about the person."""
    token = "".join(secrets.choice(_ALPHABET) for _ in range(8))
    return f"{token[:4]}-{token[4:]}"


def open_case(desk: Desk, made: Plan, first: Callable[[str], Event], token: str | None = None) -> Request:
    """Add a case; `first` makes its first event, given the new id. Raises StoreLocked where another dsr has just made it."""

    def check() -> None:
        if found := current(desk, made):
            why = f"another dsr has made case {found[0].id} for the same request meanwhile"
            raise StoreLocked(why, f"dsr show {found[0].id}, or run it again to go on in that case")

    return desk.ledger.add(
        lambda number: Request(
            id=f"{made.controller.slug}-{number}",
            subject=made.subject.id,
            controller=made.controller.slug,
            regime=made.regime.id if made.regime else None,
            right=made.right,
            entity=made.entity,
            residence=made.subject.residence,
            reference=token or reference(),
            created_at=desk.now(),
        ),
        first,
        check,
    )


def write(
    desk: Desk, made: Plan, route: Route, token: str, *, whole_account: bool = False, lang: str | None = None
) -> Letter:
    """The letter of a plan. Raises MissingField, UnknownName, NoLaw."""
    if made.regime is None:
        why = f"no law on file applies to residence {made.subject.residence} by itself"
        raise NoLaw(why, "name a law that applies with --regime; all of them: dsr law list")
    return letters.render(
        regime=made.regime.id,
        right=made.right,
        lang=lang or "en",
        subject=made.subject,
        controller=made.controller.slug,
        entity=made.entity,
        service=made.controller.name,
        reference=token,
        on=desk.today,
        route=route,
        whole_account=whole_account,
    )


def drafted(desk: Desk, case: str, letter: Letter, to: str) -> Event:
    """The event of a letter written, with the exact bytes kept: the text, and by e-mail the mail program's draft."""
    kept = [desk.ledger.keep(case, "letter-text", letter.text().encode(), ".txt", desk.now())]
    if letter.route == Route.EMAIL:
        kept.append(desk.ledger.keep(case, "letter-email", letter.eml(to, desk.now()), ".eml", desk.now()))
    data = {"to": to, "letter": letter.subject}
    return desk.event(EventKind.DRAFTED, route=letter.route, data=data, evidence=tuple(kept))


def preview(desk: Desk, letter: Letter, to: str) -> None:
    """Say which facts about the person go to whom."""
    desk.person.tell(f"To:       {to}")
    desk.person.tell(f"Subject:  {letter.subject}")
    *more, last = letter.discloses
    desk.person.tell(
        f"It tells them your {' and '.join(filter(None, (', '.join(more), last)))}, and nothing else about you."
    )


def draft(desk: Desk, made: Plan, route: Route, *, whole_account: bool = False) -> Request | None:
    """Preview a letter, ask once, make or continue the case and keep the letter. None where the person said no.

    A letter that went by this route already is not written again: raises UsageError naming when it was sent.
    """
    found = current(desk, made)
    if found:
        _refuse_second(found[0], history.effective(found[1]), route)
    letter = write(desk, made, route, found[0].reference if found else reference(), whole_account=whole_account)
    to = made.route(route).to
    preview(desk, letter, to)
    if not desk.agreed("Write this letter into a case? dsr does not send it; you do."):
        return None
    if found is None:
        return open_case(desk, made, lambda case: drafted(desk, case, letter, to), letter.reference)
    desk.ledger.append(found[0].id, drafted(desk, found[0].id, letter, to))
    return found[0]


def _refuse_second(request: Request, events: Sequence[Event], route: Route) -> None:
    sent = history.last([event for event in events if event.route == route], EventKind.SENT)
    if sent and not history.bounced(events, sent):
        raise UsageError(f"case {request.id}: this letter went by {route} on {sent.on}", f"dsr show {request.id}")
