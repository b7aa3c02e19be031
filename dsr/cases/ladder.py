"""Which complaint is next in a case, whether it is time for it, and who takes it.

The ladder is the law's: where it has an appeal to the company (US states) or a complaint to the company (UK), that comes before
the authority. Nothing is complained about before the company has had its time, by the latest reading, or has given its word.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from dsr.cases import clock, complaints, followups, history
from dsr.cases.followups import why_not
from dsr.errors import NoLaw, UnknownName, UsageError
from dsr.law.periods import spell
from dsr.law.rules import Pack
from dsr.letters.asks import Party
from dsr.letters.kinds import FollowUp
from dsr.model import Event, EventKind, Person, Request
from dsr.registry.company import Controller

K = EventKind
F = FollowUp


class Addressee(Struct, frozen=True, kw_only=True):
    """Who takes a complaint; the e-mail address, if there is one; the languages it reads (ISO 639-1), where that is known; the
    address of its form."""

    party: Party
    email: str = ""
    languages: tuple[str, ...] = ()
    form: str = ""


def step(request: Request, events: Sequence[Event], on: date) -> FollowUp:
    """The next rung: the appeal or the complaint to the company where the law has one and it was not taken yet, else the
    authority. `events` is the effective history. Silence cannot be appealed against: there is no decision yet."""
    complained = history.last(events, K.COMPLAINED)
    if not history.last(events, K.APPEALED) and not why_not(request, events, F.APPEAL, on):
        return F.APPEAL
    if not complained and not why_not(request, events, F.CONTROLLER_COMPLAINT, on):
        return F.CONTROLLER_COMPLAINT
    return F.COMPLAINT


def check(request: Request, events: Sequence[Event], kind: FollowUp, on: date, *, anyway: bool) -> None:
    """Refuse a complaint that cannot be or comes too early. `anyway`: the person has said that it shall be written.

    Raises IllegalMove where the case has nothing to complain about, UsageError where the company still has time.
    """
    followups.check(request, events, kind, on)
    if anyway:
        return
    if why := too_early(request, events, kind, on):
        anyway_ = f"dsr complain {request.id} --anyway writes it all the same"
        raise UsageError(f"case {request.id}: it is too early for a complaint: {why}", anyway_)


def may_follow(request: Request, events: Sequence[Event], on: date) -> list[str]:
    """The commands of the letters that may follow now, in an effective history; none where no law is on file."""
    if request.regime is None:
        return []
    found = [f"dsr reply {request.id} {kind}" for kind in followups.possible(request, events, on)]
    kind = step(request, events, on)
    timely = not why_not(request, events, kind, on) and not too_early(request, events, kind, on)
    return [*found, f"dsr complain {request.id}"] if timely else found


def too_early(request: Request, events: Sequence[Event], kind: FollowUp, on: date) -> str:
    """Why it is too early, in a few words; empty where it is time."""
    found = clock.of_case(request, events)
    word = _word(events)
    taken = history.last(events, K.APPEALED, K.COMPLAINED)
    now = followups.running(found, on)
    if taken and (word is None or word.seq < taken.seq):
        if taken.kind == K.COMPLAINED and kind == F.COMPLAINT and not _to_company(request, events, on):
            return f"your complaint went on {spell(taken.on)}, and nothing was logged since"
        return f"the company has time until {spell(now.latest)} ({now.kind.replace('-', ' ')})" if now else ""
    if word or followups.late(found, on):
        return ""
    return followups.not_late(found, on)


def _word(events: Sequence[Event]) -> Event | None:
    """The company's last word: a refusal, or an answer that it gave as whole."""
    for event in reversed(events):
        if event.kind == K.DENIED or (event.kind == K.ANSWERED and event.data.get("extent") != "partial"):
            return event
    return None


def _to_company(request: Request, events: Sequence[Event], on: date) -> bool:
    """Whether the only complaint so far went to the company, as the law wants it first."""
    complaints = [event for event in events if event.kind == K.COMPLAINED]
    return len(complaints) == 1 and not why_not(request, events, F.CONTROLLER_COMPLAINT, on)


def on_record(request: Request, company: Controller, on: date) -> tuple[Addressee, str] | None:
    """The first authority on record that can take the complaint and whose address is known well enough, with the reason; None
    where there is none, or where only the person can say which (a residence without its Land)."""
    asked = complaints.Asked(residence=request.residence, regime=request.regime, work="", company=company)
    try:
        _, found = complaints.choices(asked, on)
    except (NoLaw, UnknownName, UsageError):
        return None
    for one in found:
        how = one.authority.complaint
        if how.confidence.firm:
            party = Party(name=one.authority.name, address=how.address, place=one.authority.place)
            who = Addressee(party=party, email=how.email, languages=how.languages, form=how.form or how.web)
            return who, f"{one.why} (address of {how.on}, {how.source[0]})" if how.source else one.why
    return None


def addressee(pack: Pack, person: Person, *, name: str, address: Sequence[str], email: str) -> Addressee:
    """Who takes the complaint, from what was typed, else asked for at the terminal.

    Raises UsageError naming the missing fact where nobody answers: which authority it is, dsr does not guess.
    """
    who = pack.complaint
    if not name and person.present:
        person.tell(f"Under {pack.short} it is {who.authority}. Which one, and its address: {who.site}")
        name = person.ask("The authority's name")
        if name and not (address or email):
            where = person.ask("Its e-mail address, or its postal address with ';' between the lines (empty: its form)")
            email, address = (where, ()) if "@" in where else ("", [line.strip() for line in where.split(";") if line])
    if not name.strip():
        why = f"the authority's name is missing; under {pack.short} it is {who.authority}, see {who.site}"
        raise UsageError(why, "add --authority-name NAME, and --authority-email or --authority-address")
    return Addressee(party=Party(name=name, address=tuple(address)), email=email.strip())
