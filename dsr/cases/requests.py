"""Open a request's case, or find the one that it continues; write its letter into it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence

from dsr import letters
from dsr.cases import companies, history
from dsr.cases.desk import Desk
from dsr.cases.routes import Plan
from dsr.errors import BadData, NoLaw, StoreLocked, UsageError
from dsr.letters import Letter
from dsr.model import Event, EventKind, Request, Route

_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # no letter that can be read as a digit


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
    """Add a case; `first` makes its first event, given the new id. Raises StoreLocked where another dsr has just made it,
    BadData where the company's country is not known."""

    if not made.entity.place:
        raise BadData(
            f"dsr does not know in which country {made.entity.name} sits, and its law and holidays decide the dates",
            f"dsr directory add {made.controller.slug} --country US (or DE, IE ...)",
        )

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
    if not companies.confirmed(desk.person, made.controller.slug, to, made.route(route).doubt):
        return None
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
