"""Write a letter that follows in a case: tell the case's story, preview it, ask once, keep the bytes, record the draft."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from dsr import letters
from dsr.cases import companies, followups, history, language, requests, story
from dsr.cases.desk import Desk
from dsr.cases.papers import Order, message_id, papers
from dsr.cases.story import Said
from dsr.errors import BadData, NoLaw, UnknownName, UsageError
from dsr.law import packs
from dsr.letters import Letter
from dsr.letters.kinds import KINDS, FollowUp
from dsr.model import Event, EventKind, Request, Route

K = EventKind
_LETTERS = (Route.EMAIL, Route.POST)
_OPTIONS = {"due_on": "--due-on DATE", "missing": "--missing g"}


class Reply(Struct, frozen=True, kw_only=True):
    """A letter that follows, ready to be agreed to: in which case, which one, where it goes, and why in that language."""

    request: Request
    kind: FollowUp
    letter: Letter
    to: str
    why: str


def route(events: Sequence[Event], via: str | None) -> Route:
    """The way of the letter: as typed, else that of the last letter, else e-mail. Raises UnknownName."""
    if via is not None:
        name = via.strip().lower()
        if name not in _LETTERS:
            raise UnknownName("way to send a letter", via, _LETTERS)
        return Route(name)
    sent = history.last([event for event in events if event.route in _LETTERS], K.SENT)
    return sent.route if sent and sent.route else Route.EMAIL


def address(request: Request, events: Sequence[Event], way: Route, typed: str | None, on: date) -> str:
    """Where a letter to the company goes: as typed, else where the last one went, else what its record has.

    Raises BadData where there is no such address, or none that is certain enough.
    """
    if typed:
        return typed.strip()
    if way == Route.POST:
        return ", ".join((request.entity.name, *request.entity.address))
    if before := [event.data["to"] for event in history.drafts(events, way) if "to" in event.data]:
        return before[-1]
    record = companies.find(request.controller, today=on)
    contact = record.contact(way, request.right, request.regime, request.residence)
    if contact is None or not contact.to or not record.firm(contact):
        raise BadData(f"no certain e-mail address of {request.controller} is on record", "--to ADDRESS, or --via post")
    return contact.to


def write(
    desk: Desk, request: Request, events: Sequence[Event], kind: FollowUp, way: Route, to: str, said: Said, order: Order
) -> Reply:
    """The letter of a case that follows now, from its effective history.

    Raises UsageError for a fact that the letter needs and nobody has given, and NoLaw, UnknownName, MissingField as `render`.
    """
    if request.regime is None:
        raise NoLaw(f"case {request.id} is under no law on file, so no letter can cite one", f"dsr show {request.id}")
    told = story.tell(request, events, kind, desk.today, said)
    for need in KINDS[kind].needs:
        if not getattr(told, need):
            why = f"the {kind} letter must name the {need.replace('_', ' ')}, which the case does not know"
            raise UsageError(why, f"add {_OPTIONS.get(need, '--help')}")
    own, record = requests.own_templates(desk), companies.find(request.controller, today=desk.today)
    there = language.written(request.regime, kind, own)
    language.check(request.regime, kind, order.lang, own)
    subject = desk.subject()
    if kind == FollowUp.COMPLAINT:
        lang, why = language.choose(
            there, wanted=order.lang, own=subject.language, company=said.reads, reader="the authority"
        )
    else:
        before = requests.spoken(events)
        lang, why = language.choose(
            there, wanted=order.lang, before=before, own=subject.language, company=record.languages.list
        )
    letter = letters.render(
        regime=request.regime,
        right=request.right,
        name=kind,
        lang=lang,
        subject=subject,
        controller=request.controller,
        entity=request.entity,
        service=record.name,
        reference=request.reference,
        on=max(desk.today, packs.find(request.regime).in_force_from),
        route=way,
        asks=replace(requests.asked_for(events), grounds=said.because),  # those of the request stay in the request
        story=told,
        folder=own,
    )
    letter = replace(letter, before=story.thread(events) if kind != FollowUp.COMPLAINT else ())
    return Reply(request=request, kind=kind, letter=letter, to=to, why=why)


def keep(desk: Desk, reply: Reply, order: Order) -> tuple[Event, tuple[str, ...]] | None:
    """Preview the letter, ask once, keep its files and record the draft; the event, and what to know about the files.

    None where the person said no. The case is looked at again before the draft is recorded. Raises IllegalMove.
    """
    request, letter = reply.request, reply.letter
    mail = reply.to if letter.route == Route.EMAIL else ""
    home = desk.subject().residence or request.residence
    files, notes = papers(letter, to=mail, at=desk.now(), on=desk.today, home=home, order=order)
    requests.preview(desk, letter, reply.to, reply.why)
    if reply.kind in followups.COMPLAINTS:
        desk.person.tell("It also tells what happened in this case, as the letter shows; your notes stay here.")
    desk.person.tell(f"\n{letter.text()}")
    if not desk.agreed("Write this letter into the case? dsr does not send it; you do."):
        return None
    data = {"to": reply.to, "letter": letter.subject, "lang": letter.lang, **message_id(letter, files)}
    data |= {"reply": str(reply.kind), "logs": str(followups.logs(reply.kind))}
    kept = requests.kept(desk, request.id, files)
    new = desk.event(K.DRAFTED, route=letter.route, data={k: v for k, v in data.items() if v}, evidence=kept)

    def check(events: Sequence[Event]) -> None:
        followups.check(request, history.effective(events), reply.kind, desk.today)

    return desk.ledger.append(request.id, new, check if reply.kind not in followups.COMPLAINTS else None), notes
