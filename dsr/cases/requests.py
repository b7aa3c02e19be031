"""Open a request's case, or find the one that it continues; write its letter into it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from dsr import letters
from dsr.cases import companies, history, language
from dsr.cases.desk import Desk
from dsr.cases.papers import Order, Paper, message_id, papers
from dsr.cases.routes import Plan
from dsr.errors import BadData, NoLaw, StoreLocked, UsageError
from dsr.letters import Letter
from dsr.letters.asks import Asks
from dsr.model import Event, EventKind, Evidence, Request, Route

_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # no letter that can be read as a digit


def current(
    desk: Desk, made: Plan, *, settled: bool = False, order: Order | None = None
) -> tuple[Request, list[Event]] | None:
    """The case that this request continues: the newest one of the same person, company, right, law and scope that is not settled.

    `settled` finds a settled one too: a switch is looked at again in the case that turned it. A letter about other data, or in
    another person's name, has another scope and so a case of its own.
    """
    regime = made.regime.id if made.regime else None
    wanted = (made.subject.id, made.controller.slug, made.right, regime)
    found = None
    for request, events in desk.ledger.cases():
        if (
            (request.subject, request.controller, request.right, request.regime) == wanted
            and events[0].data.get("scope", "") == scope(order)
            and (settled or not history.settled(history.effective(events)))
        ):
            found = request, events
    return found


def reference() -> str:
    """A case reference for letters: eight characters that say nothing about the person."""
    token = "".join(secrets.choice(_ALPHABET) for _ in range(8))
    return f"{token[:4]}-{token[4:]}"


def scope(order: Order | None) -> str:
    """What sets a request apart from another one of the same right: the letter, the data meant, the person in whose name."""
    if order is None:
        return ""
    asks = order.asks
    own = (order.name, asks.only, asks.acting_for, asks.decision, *asks.consents, *(wrong for wrong, _ in asks.correct))
    return "; ".join(" ".join(word.split()) for word in own if word)


def open_case(
    desk: Desk, made: Plan, first: Callable[[str], Event], token: str | None = None, order: Order | None = None
) -> Request:
    """Add a case; `first` makes its first event, given the new id. Raises StoreLocked where another dsr has just made it,
    BadData where the company's country is not known."""

    if not made.entity.place:
        raise BadData(
            f"dsr does not know in which country {made.entity.name} sits, and its law and holidays decide the dates",
            f"dsr directory add {made.controller.slug} --country US (or DE, IE ...)",
        )

    def check() -> None:
        if found := current(desk, made, order=order):
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


def own_templates(desk: Desk) -> Path | None:
    """The folder of the person's own templates, which go before ours; None where there is none."""
    folder = (desk.home.parent if desk.rehearsal else desk.home) / "templates"
    return folder if folder.is_dir() else None


def write(desk: Desk, made: Plan, route: Route, token: str, order: Order) -> tuple[Letter, str]:
    """The letter of a plan, and a sentence on its language. Raises MissingField, UnknownName, NoLaw, and as `render` does."""
    if made.regime is None:
        why = f"no law on file applies to residence {made.subject.residence} by itself"
        raise NoLaw(why, "name a law that applies with --regime; all of them: dsr law list")
    own, name = own_templates(desk), order.name or made.right.value
    there = language.written(made.regime.id, name, own)
    if not there:
        raise NoLaw(
            f"there is no {name} letter under {made.regime.short}: {letters.why_not(made.regime.id, name, 'en', own)}",
            f"other laws: dsr law which {made.controller.slug}; all letters: dsr letter --list",
        )
    language.check(made.regime.id, name, order.lang, own)
    lang, why = language.choose(
        there, wanted=order.lang, own=made.subject.language, company=made.controller.languages.list
    )
    letter = letters.render(
        regime=made.regime.id,
        right=made.right,
        name=name,
        lang=lang,
        subject=made.subject,
        controller=made.controller.slug,
        entity=made.entity,
        service=made.controller.name,
        reference=token,
        on=desk.today,
        route=route,
        asks=order.asks,
        folder=own,
    )
    return letter, why


def kept(desk: Desk, case: str, files: Sequence[Paper]) -> tuple[Evidence, ...]:
    """The files of a letter, kept in the case."""
    return tuple(desk.ledger.keep(case, one.kind, one.content, one.suffix, desk.now()) for one in files)


def remembered(order: Order, letter: Letter) -> dict[str, str]:
    """What the draft's event keeps of a letter, so that the next one speaks the same language in the same name."""
    found = {"letter": letter.subject, "lang": letter.lang, "scope": scope(order)}
    if order.asks != Asks():
        found["asks"] = msgspec.json.encode(order.asks).decode()
    return {key: value for key, value in found.items() if value}


def asked_for(events: Sequence[Event]) -> Asks:
    """The person's own words in the first letter of a case."""
    said = next((event.data["asks"] for event in events if "asks" in event.data), None)
    return msgspec.json.decode(said, type=Asks) if said else Asks()


def spoken(events: Sequence[Event]) -> str:
    """The language of the first letter of a case; empty where it is not on record."""
    return next((event.data["lang"] for event in events if "lang" in event.data), "")


def preview(desk: Desk, letter: Letter, to: str, why: str = "") -> None:
    """Say which facts about the person go to whom, and in which language."""
    desk.person.tell(f"To:       {to or ', '.join(letter.recipient)}")
    desk.person.tell(f"Subject:  {letter.subject}")
    if why:
        desk.person.tell(f"Language: {why}")
    *more, last = letter.discloses
    desk.person.tell(
        f"It tells them your {' and '.join(filter(None, (', '.join(more), last)))}, and nothing else about you."
    )


def draft(desk: Desk, made: Plan, route: Route, order: Order = Order()) -> tuple[Request, tuple[str, ...]] | None:  # noqa: B008
    """Preview a letter, ask once, make or continue the case and keep the letter; the case, and what to know about the files.

    None where the person said no. A letter that went by this route already is not written again: raises UsageError naming when.
    """
    found = current(desk, made, order=order)
    if found:
        _refuse_second(found[0], history.effective(found[1]), route)
    letter, why = write(desk, made, route, found[0].reference if found else reference(), order)
    to = made.route(route).to
    mail = to if route == Route.EMAIL else ""
    files, notes = papers(letter, to=mail, at=desk.now(), on=desk.today, home=made.subject.residence, order=order)
    preview(desk, letter, to, why)
    if not companies.confirmed(desk.person, made.controller.slug, to, made.route(route).doubt):
        return None
    if not desk.agreed("Write this letter into a case? dsr does not send it; you do."):
        return None

    def event(case: str) -> Event:
        data = {"to": to, **remembered(order, letter), **message_id(letter, files)}
        return desk.event(EventKind.DRAFTED, route=route, data=data, evidence=kept(desk, case, files))

    if found is None:
        return open_case(desk, made, event, letter.reference, order), notes
    desk.ledger.append(found[0].id, event(found[0].id))
    return found[0], notes


def _refuse_second(request: Request, events: Sequence[Event], route: Route) -> None:
    sent = history.last([event for event in events if event.route == route], EventKind.SENT)
    if sent and not history.bounced(events, sent):
        raise UsageError(f"case {request.id}: this letter went by {route} on {sent.on}", f"dsr show {request.id}")
