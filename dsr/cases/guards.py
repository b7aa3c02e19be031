"""What stands between a wish and a press: the preview, the terms, the order of things, and the person's yes.

The effect of a playbook decides (DESIGN section 5): reversible and submit ask once; destructive wants the export done or
waived, and the account typed by the person, and never takes `--yes` for an answer.
"""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from dsr.cases import history, terms
from dsr.cases.desk import Desk
from dsr.errors import BadData, PersonNeeded
from dsr.model import EventKind, Right, Subject
from dsr.playbook import offers
from dsr.playbook.schema import Effect, Fill, Playbook, Service

_DONE = (EventKind.DOWNLOADED, EventKind.ANSWERED)
_RIGHT_OF = {"request-export": Right.ACCESS}  # which case shows that a playbook of `after` was done


class Consent(Struct, frozen=True):
    """What the person agreed to: `data` goes into the case, `assisted` is dsr showing the steps and the person pressing."""

    data: dict[str, str]
    assisted: bool = False


def fields(subject: Subject, controller: str) -> dict[str, str]:
    """The person's values that a playbook may type or compare, by name; empty ones are left out."""
    address = ", ".join((*subject.address.lines, subject.address.country)) if subject.address else ""
    known = {
        "name": subject.name,
        "email": subject.emails[0] if subject.emails else "",
        "account": subject.account(controller),
        "address": address,
        "residence": subject.residence,
    }
    return {name: value for name, value in known.items() if value}


def preview(desk: Desk, subject: Subject, slug: str, book: Playbook, service: Service) -> None:
    """What will happen, in whose account, what is told to whom, what it does not do, and what the terms say."""
    tell = desk.person.tell
    account = subject.account(slug)
    tell(f"dsr {book.does}" + (f" ({account})." if account else "."))
    for line in (*book.warns, *book.does_not):
        tell(f"  - {line}")
    known = fields(subject, slug)
    for step in book.step:
        if isinstance(step, Fill):
            hosts = ", ".join(origin.partition("://")[2] for origin in book.origins)
            tell(f"  It tells {hosts} your {step.field}: {known.get(step.field, 'missing in your profile')}")
    said = terms.of(service)
    if said.automation != "allowed":
        tell(f"  Terms: {said.clause} ({said.source})")
    live = ", ".join(f"{seen.on} ({seen.locale})" for seen in book.verified)
    tell(f"  Seen working live: {live or 'never yet; this playbook is rehearsed only'}.")
    if (offered := _offered(book)) and offered.age(desk.today) is not offers.Age.FRESH:
        ask = "; so dsr asks you before each step" if careful(book, desk.today) else ""
        tell(f"  What is known of the page is of {offered.on}, {(desk.today - offered.on).days} days old{ask}.")


def agreed(
    desk: Desk,
    subject: Subject,
    slug: str,
    book: Playbook,
    service: Service,
    *,
    headless: bool,
    confirmed: bool = False,
) -> Consent | None:
    """Ask what must be asked; None where the person says no. `confirmed`: she has agreed to these unclear terms before.

    Raises PersonNeeded where nobody can answer, BadData where the terms forbid automation and the person cannot take the
    assisted way."""
    if why := only_shown(book, service):
        return _assisted(desk, book, service, why, headless=headless)
    if careful(book, desk.today) and (headless or desk.yes or not desk.person.present):
        why = f"what dsr knows of the page of {book.id} is more than {offers.OLD.days} days old, so each step wants your yes"
        raise PersonNeeded(why, "run it at a terminal, without --yes and --headless")
    if book.effect == Effect.DESTRUCTIVE:
        return _destructive(desk, subject, slug, book, service, headless=headless)
    question = f"Let dsr do this in {service.name}?"
    said = terms.of(service)
    data = {"terms": said.date.isoformat()} if said.automation == "unclear" else {}
    if data and not desk.rehearsal and not (confirmed or _confirmed_before(desk, subject, slug, data["terms"])):
        # `--yes` answers what a person has answered before; the terms are read by a person once.
        yes = desk.person.confirm(f"{question} Its terms, above, are not clear on that.")
    else:
        yes = book.effect == Effect.READ or desk.agreed(question)
    return Consent(data) if yes else None


def _confirmed_before(desk: Desk, subject: Subject, slug: str, dated: str) -> bool:
    return any(
        event.data.get("terms") == dated
        for request, events in desk.ledger.cases()
        if (request.controller, request.subject) == (slug, subject.id)
        for event in events
    )


def _offered(book: Playbook) -> offers.Offer | None:
    slug, _, action = book.id.partition("/")
    return offers.offer(slug, action)


def careful(book: Playbook, today: date) -> bool:
    """Whether what is known of the page is too old to submit or delete there without a yes to each step."""
    offered = _offered(book)
    grave = book.effect in (Effect.SUBMIT, Effect.DESTRUCTIVE)
    return grave and offered is not None and offered.age(today) is offers.Age.OLD


def only_shown(book: Playbook, service: Service) -> str:
    """Why dsr presses nothing of a playbook by itself, but shows each step; empty where it may press."""
    said = terms.of(service)
    if said.automation == "forbidden":
        return f"{service.name}'s terms forbid automation: {said.clause}"
    offered = _offered(book)
    if offered is None or offered.state is not offers.State.ASSISTED or book.effect == Effect.DESTRUCTIVE:
        return ""
    return (
        f"what is known of {service.name}'s page is enough to find the control, not to press it unseen: {offered.fact}"
    )


def _assisted(desk: Desk, book: Playbook, service: Service, why: str, *, headless: bool) -> Consent | None:
    forbidden = terms.of(service).automation == "forbidden"
    if headless or desk.yes or not desk.person.present:
        if forbidden:
            raise BadData(why, f"the steps by hand: dsr playbook show {book.id}; or --via another route")
        raise PersonNeeded(why, "run it at a terminal, without --yes and --headless")
    if not forbidden:
        desk.person.tell(f"  {why[0].upper()}{why[1:]}.")
    question = f"So dsr presses nothing in {service.name}. Show you each step in a window, and read the result?"
    return Consent({"assisted": "yes"}, assisted=True) if desk.person.confirm(question) else None


def _destructive(
    desk: Desk, subject: Subject, slug: str, book: Playbook, service: Service, *, headless: bool
) -> Consent | None:
    if headless or desk.yes or not desk.person.present:
        why = f"{book.id} cannot be undone, so you must be at the terminal and at the browser"
        raise PersonNeeded(why, "run it at a terminal, without --yes and --headless")
    data = {}
    for name in book.after:
        if not _done(desk, subject, slug, name):
            if not desk.person.confirm("No finished export of this account is on record. Go on without one?"):
                return None
            data["waived"] = name
    account = subject.account(slug)
    typed = desk.person.ask(f"This cannot be undone. Type your account at {service.name} to go on")
    if not account or typed.strip().casefold() != account.casefold():
        desk.person.tell("That is not the account in your profile.")
        return None
    return Consent(data)


def _done(desk: Desk, subject: Subject, slug: str, name: str) -> bool:
    """Whether a case shows that what a playbook asks for has come back to the person."""
    right = _RIGHT_OF.get(name.partition("/")[2])
    return any(
        history.last(history.effective(events), *_DONE) is not None
        for request, events in desk.ledger.cases()
        if (request.controller, request.subject, request.right) == (slug, subject.id, right)
    )
