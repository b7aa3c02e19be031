"""Write the letter that comes next in a case: a reminder, an answer to what the company said, an appeal."""

from __future__ import annotations

from typing import Annotated

import typer

from dsr.cases import followups, history, ordering, replies
from dsr.cases.story import Said, items, short_items
from dsr.commands import _options as given
from dsr.commands import day
from dsr.commands._desk import sitting
from dsr.commands._reply import finish
from dsr.errors import UsageError
from dsr.letters.kinds import FollowUp
from dsr.model import Person, Result


def run(
    ctx: typer.Context,
    case: given.Case,
    kind: Annotated[str, typer.Argument(help=f"{', '.join(followups.REPLIES)}.")],
    because: given.Because = "",
    quote: given.Quote = "",
    missing: Annotated[
        list[str] | None,
        typer.Option(help="incomplete: what lacks: a to h, 2, 3 (dsr asks, and lists them); repeatable."),
    ] = None,
    extended_to: Annotated[str | None, typer.Option(help="late-extension: the day that the company named.")] = None,
    due_on: given.DueOn = None,
    enclose: given.Enclose = None,
    via: given.ByLetter = None,
    to: Annotated[str | None, typer.Option(help="The company's e-mail address, if it wrote from another one.")] = None,
    lang: given.Lang = None,
    format_: given.Format = None,
    form: given.Form = None,
    signature: given.Signature = None,
    open_it: given.OpenIt = False,
    rehearse: given.Rehearse = False,
    yes: given.Yes = False,
    dry_run: given.DryRun = False,
) -> Result:
    """Write the letter that comes next in a case; you send it, then log it. Not legal advice.

    Example: dsr reply openai-1 reminder
    """
    found = followups.find(kind)
    order = ordering.style(lang, format_, form, signature)
    with sitting(ctx, rehearse=rehearse, yes=yes) as desk:
        request = desk.ledger.request(case)
        events = history.effective(desk.ledger.events(request.id))
        followups.check(request, events, found, desk.today)
        said = Said(
            because=because,
            quoted=quote,
            missing=items(missing or _missing(found, request.regime, desk.person), request.regime),
            extended_to=day(extended_to) if extended_to else None,
            due_on=day(due_on, latest=desk.today) if due_on else None,
            enclosures=tuple(enclose or ()),
        )
        way = replies.route(events, via)
        address = replies.address(request, events, way, to, desk.today)
        written = replies.write(desk, request, events, found, way, address, said, order)
        return finish(desk, written, order, dry_run=dry_run, open_it=open_it)


def _missing(kind: FollowUp, regime: str | None, person: Person) -> list[str]:
    """Which items lack, asked at the terminal. Raises UsageError where nobody answers."""
    if kind != FollowUp.INCOMPLETE:
        return []
    known = short_items(regime)
    if not person.present:
        raise UsageError("what lacks in the answer?", f"add --missing, once for each: {', '.join(known)}")
    person.tell("Art. 15 wants of an answer:" if regime in ("eu-gdpr", "uk-gdpr") else "The request asked for:")
    person.tell("\n".join(f"  {short}  {_ITEMS[short]}" for short in known))
    return person.ask("Which of them lack? Letters or numbers, with spaces between").replace(",", " ").split()


_ITEMS = {
    "a": "the purposes",
    "b": "the kinds of data",
    "c": "who gets them",
    "d": "how long they are kept",
    "e": "the rights to correct, erase and object",
    "f": "the right to complain to an authority",
    "g": "where the data come from",
    "h": "automated decisions, and their logic",
    "2": "the safeguards for data sent abroad",
    "3": "a copy of the data",
}
