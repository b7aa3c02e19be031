"""Write the complaint that is next in a case: to the company where that comes first, else to the authority."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated

import typer
from msgspec.structs import replace

from dsr.cases import companies, history, ladder, ordering, replies
from dsr.cases.desk import Desk
from dsr.cases.ladder import Addressee
from dsr.cases.story import Said
from dsr.commands import _options as given
from dsr.commands import day
from dsr.commands._desk import sitting
from dsr.commands._reply import finish
from dsr.errors import NoLaw
from dsr.law import packs
from dsr.law.rules import Pack
from dsr.letters.kinds import FollowUp
from dsr.model import Event, Request, Result, Route


def run(
    ctx: typer.Context,
    case: given.Case,
    anyway: Annotated[bool, typer.Option("--anyway", help="Also before the company's time is over.")] = False,
    authority_name: Annotated[str, typer.Option(help="Who takes the complaint.")] = "",
    authority_address: Annotated[list[str] | None, typer.Option(help="A line of its address; repeat per line.")] = None,
    authority_email: Annotated[str, typer.Option(help="Its e-mail address.")] = "",
    authority_language: Annotated[
        list[str] | None, typer.Option(help="A language that it reads, e.g. en; may be repeated.")
    ] = None,
    because: given.Because = "",
    quote: given.Quote = "",
    due_on: given.DueOn = None,
    enclose: given.Enclose = None,
    via: given.ByLetter = None,
    lang: given.Lang = None,
    format_: given.Format = None,
    form: given.Form = None,
    signature: given.Signature = None,
    open_it: given.OpenIt = False,
    rehearse: given.Rehearse = False,
    yes: given.Yes = False,
    dry_run: given.DryRun = False,
) -> Result:
    """Write the complaint that is next in a case, with its dates and enclosures; you send it. Not legal advice.

    Example: dsr complain openai-1 --authority-name "Data Protection Commission"

    UK law wants a complaint to the company first, US states an appeal: dsr begins with that.
    """
    order = ordering.style(lang, format_, form, signature)
    with sitting(ctx, rehearse=rehearse, yes=yes) as desk:
        request = desk.ledger.request(case)
        if request.regime is None:
            raise NoLaw(
                f"case {request.id} is under no law on file, so nobody is known who takes a complaint", "dsr law list"
            )
        events = history.effective(desk.ledger.events(request.id))
        kind = ladder.step(request, events, desk.today)
        ladder.check(request, events, kind, desk.today, anyway=anyway)
        pack = packs.find(request.regime)
        who = None
        if kind == FollowUp.COMPLAINT:
            who = _authority(desk, request, pack, authority_name, authority_address or (), authority_email)
            who = replace(who, languages=tuple(authority_language or ()) or who.languages)
        else:
            desk.person.tell(f"{pack.short} wants this first: {pack.complaint.first or kind.replace('-', ' ')}.")
        way, to = _where(request, events, who, via, desk.today)
        said = Said(
            because=because,
            quoted=quote,
            due_on=day(due_on, latest=desk.today) if due_on else None,
            enclosures=tuple(enclose or ()),
            authority=who.party if who else None,
            reads=who.languages if who else (),
        )
        reply = replies.write(desk, request, events, kind, way, to, said, order)
        form_at = (who.form or pack.complaint.site) if who and not to else ""
        return finish(desk, reply, order, dry_run=dry_run, open_it=open_it, form_at=form_at)


def _authority(desk: Desk, request: Request, pack: Pack, name: str, address: Sequence[str], email: str) -> Addressee:
    """The authority as typed, else the one on record, with the reason, else as the person says when asked."""
    company = companies.find(request.controller, today=desk.today)
    known = None if name else ladder.on_record(request, company, desk.today)
    if known is None:
        return ladder.addressee(pack, desk.person, name=name, address=address, email=email)
    who, why = known
    desk.person.tell(f"{who.party.name} takes it: {why}. Another one: --authority-name.")
    return who


def _where(
    request: Request, events: list[Event], who: Addressee | None, via: str | None, on: date
) -> tuple[Route, str]:
    """The way and the address of the complaint; no address where the authority has only a form."""
    if who is None:
        way = replies.route(events, via)
        return way, replies.address(request, events, way, None, on)
    postal = ", ".join((who.party.name, *who.party.address)) if who.party.address else ""
    way = replies.route(events, via or (Route.POST if postal and not who.email else Route.EMAIL))
    return way, postal if way == Route.POST else who.email
