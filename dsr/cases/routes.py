"""Who must answer, under which law, and by which routes a request can travel: settings, portal, e-mail, post."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from msgspec import Struct, structs

from dsr import letters
from dsr.cases import companies
from dsr.cases.desk import Desk
from dsr.errors import BadData, MissingField, UnknownName, UsageError
from dsr.law import packs
from dsr.law.choice import Applies, laws
from dsr.law.rules import Pack
from dsr.model import Entity, Right, Route, Subject
from dsr.playbook import offers, read
from dsr.registry import Contact, Controller

ACCOUNT_ERASURE = "account-erasure"
EVERYTHING = "everything"
# What a person would do in the settings for each wish.
SETTINGS = {
    Right.ACCESS: "request-export",
    Right.TRAINING_OPT_OUT: "training-opt-out",
    EVERYTHING: "opt-out-everything",
    Right.ERASURE: "delete-all-chats",
    ACCOUNT_ERASURE: "delete-account",
}


class RouteChoice(Struct, frozen=True, kw_only=True):
    """One route of a request: whether it can be taken, where it leads, which clock it starts, why (not), and the playbook
    that drives it, if there is one. With a `doubt` the person must confirm the address first."""

    route: Route
    available: bool
    to: str
    clock: str
    why: str
    chosen: bool = False
    playbook: str = ""
    doubt: str = ""


class Plan(Struct, frozen=True, kw_only=True):
    """Everything known before anything happens. `wish` is the right, or a special form of it (`account-erasure`); `regime` is
    None where no law on file applies; `others` may apply too."""

    subject: Subject
    controller: Controller
    right: Right
    wish: str
    regime: Pack | None
    entity: Entity
    routes: tuple[RouteChoice, ...]
    others: tuple[Pack, ...] = ()

    def route(self, wanted: Route) -> RouteChoice:
        """One of the routes."""
        return next(choice for choice in self.routes if choice.route == wanted)


def plan(
    desk: Desk,
    controller: str,
    right: Right,
    *,
    regime: str | None = None,
    playbooks: Iterable[str] = (),
    wish: str = "",
    letter: str = "",
) -> Plan:
    """Work out who must answer and how to reach them. `playbooks` are the ids that exist, e.g. `openai/request-export`; `wish`
    is a special form of the right, `letter` the letter's name where it is not that of the right.

    Raises UnknownName, MissingField (no residence, no profile).
    """
    known = companies.find(controller, today=desk.today, person=desk.person)
    record = companies.healthy(desk.ledger, known)
    subject = desk.subject()
    if not subject.residence:
        raise MissingField("residence", "choosing law and company", "residence DE-BE")
    entity = record.entity(subject.residence)
    found = laws(subject.residence, right, desk.today, entity.place)
    pack = packs.find(regime) if regime else next((one.pack for one in found if one.picked), None)
    others = tuple(one.pack for one in found if one.applies is Applies.YES and one.gives and one.pack is not pack)
    asked = _Asked(record, right, wish or right, pack, subject, entity, frozenset(playbooks), desk.today, letter)
    routes = tuple(_route(route, asked) for route in Route)
    return Plan(
        subject=subject,
        controller=record,
        right=right,
        wish=asked.wish,
        regime=pack,
        entity=entity,
        routes=routes,
        others=others,
    )


class _Asked(Struct, frozen=True):
    record: Controller
    right: Right
    wish: str
    pack: Pack | None
    subject: Subject
    entity: Entity
    playbooks: frozenset[str]
    today: date
    letter: str = ""


def _route(route: Route, asked: _Asked) -> RouteChoice:
    clock = _CLOCKS[route] if asked.pack or route == Route.SETTINGS else "none; no law is on file for your residence"
    if route == Route.SETTINGS:
        return _settings(asked, clock)
    contact = _contact(route, asked)
    if contact is None or contact.reason:
        why = contact.reason if contact else "no such way is on record"
        return RouteChoice(route=route, available=False, to="", clock=clock, why=why)
    to = contact.to or ", ".join((asked.entity.name, *asked.entity.address))
    firm = asked.record.firm(contact)
    doubt = "" if firm else contact.note or "nobody has confirmed it"
    if route == Route.PORTAL:
        why = contact.note or "a form of the company"
        return RouteChoice(
            route=route,
            available=True,
            to=to,
            clock=clock,
            why=why,
            playbook=_portal(asked) if firm else "",
            doubt=doubt,
        )
    if asked.pack is None:
        why = f"no law pack covers {asked.subject.residence}; name a law that applies with --regime"
        return RouteChoice(route=route, available=False, to=to, clock=clock, why=why)
    if hole := letters.why_not(asked.pack.id, asked.letter or asked.right, "en"):
        why = f"no {asked.letter or asked.right} letter: {hole.rstrip('.')}; other laws: dsr law which {asked.record.slug}"
        return RouteChoice(route=route, available=False, to=to, clock=clock, why=why)
    why = contact.note or "a letter with the law's clock"
    if firm and asked.record.contacts.stale(asked.today):
        why = f"{why} (last checked on {asked.record.contacts.on})"
    return RouteChoice(route=route, available=True, to=to, clock=clock, why=why, doubt=doubt)


def _settings(asked: _Asked, clock: str) -> RouteChoice:
    """The person's own settings: a playbook where there is one, else the steps by hand where they are known. What the company has
    as a form for requests is none of them: it goes by the portal, and has the law's clock."""
    action = SETTINGS.get(asked.wish, "")
    name = f"{asked.record.slug}/{action}"
    offered = offers.offer(asked.record.slug, action)
    if name in asked.playbooks:
        shown = offered is not None and offered.state is offers.State.ASSISTED and asked.wish != ACCOUNT_ERASURE
        why = "dsr shows you each step, you press, dsr reads the result" if shown else "dsr can drive it, you watch"
        return RouteChoice(route=Route.SETTINGS, available=True, to=name, clock=clock, why=why, playbook=name)
    if offered is not None and offered.url in _forms(asked.record):
        contact = _contact(Route.PORTAL, asked)
        here = contact is not None and contact.to == offered.url
        why = "it is done by a form of the company, not in the settings: --via portal"
        why = why if here else f"its form is not for {asked.subject.residence}: {offered.absent}".rstrip(": ")
        return RouteChoice(route=Route.SETTINGS, available=False, to="", clock=clock, why=why)
    if offered is not None and offered.state is offers.State.CHECKLIST:
        to = offered.url or offered.steps[0]
        return RouteChoice(route=Route.SETTINGS, available=True, to=to, clock=clock, why="the steps are known, by hand")
    why = f"{offered.fact}; instead: {offered.instead}" if offered is not None else "there is no playbook for it yet"
    return RouteChoice(route=Route.SETTINGS, available=False, to="", clock=clock, why=why)


def _forms(record: Controller) -> set[str]:
    return {contact.to for contact in record.contacts.list if contact.route == Route.PORTAL and contact.to}


def _contact(route: Route, asked: _Asked) -> Contact | None:
    return asked.record.contact(route, asked.right, asked.pack.id if asked.pack else None, asked.subject.residence)


def steps_of(slug: str, form: str) -> tuple[str, ...]:
    """What a person does in a form of a company, as far as that is known."""
    known = offers.find(slug).offer.values() if slug in offers.controllers() else ()
    return next((one.steps for one in known if one.url == form), ())


def _portal(asked: _Asked) -> str:
    """The playbook that files this wish in the company's portal, if there is one; empty if not."""
    name = f"{asked.record.slug}/portal-request"
    offered = name in asked.playbooks and any(asked.wish in one for one in read.load(name).choice.values())
    return name if offered else ""


_CLOCKS = {
    Route.SETTINGS: "the provider's promise only",
    Route.PORTAL: "the law's, from the day the portal accepts",
    Route.EMAIL: "the law's, from the day of sending (assumed receipt)",
    Route.POST: "the law's, from the day of receipt",
}


_LETTERS = (Route.EMAIL, Route.POST)


def choose(made: Plan, via: str | None, *, letter: bool = False, only: bool = False) -> Route:
    """The route asked for, else the first that is available. `letter`: the first that is a letter; `only`: none but a letter
    can say what the person wants to say.

    Raises UnknownName, UsageError, BadData where it cannot be taken.
    """
    if via is not None:
        name = via.strip().lower()
        if name not in set(Route):
            raise UnknownName("route", via, Route)
        if (only and name not in _LETTERS) or (letter and name == Route.SETTINGS):
            raise UsageError(f"only a letter carries what you ask for; {name} does not", "--via email or --via post")
        choice = made.route(Route(name))
        if not choice.available:
            raise BadData(f"{made.controller.slug} cannot be asked by {name}: {choice.why}", _others(made))
        return choice.route
    for choice in (*(one for one in made.routes if not one.doubt), *made.routes):
        if choice.available and (choice.route in _LETTERS or not letter):
            return choice.route
    written = made.regime and not letters.why_not(made.regime.id, made.right, "en")
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
