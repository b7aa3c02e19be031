"""Write down what happened to a case: sent, received, answered, denied ...; or show the log."""

from __future__ import annotations

from typing import Annotated

import typer

from dsr.cases import diary, history, wording
from dsr.cases.desk import Desk
from dsr.commands import day, rows, today
from dsr.commands._desk import sitting
from dsr.commands._request import answered
from dsr.errors import UnknownName, UsageError
from dsr.model import Event, EventKind, Request, Result

_SPOKEN = (
    EventKind.IDENTITY_REQUESTED,
    EventKind.CLARIFICATION_REQUESTED,
    EventKind.EXTENDED,
    EventKind.ANSWERED,
    EventKind.DENIED,
)
_WORDS = {"correct": EventKind.CORRECTED, "close": EventKind.CLOSED, "reopen": EventKind.REOPENED}


def run(
    ctx: typer.Context,
    case: Annotated[str | None, typer.Argument(help="The case, e.g. openai-1.")] = None,
    what: Annotated[str | None, typer.Argument(help="What happened; 'correct' mends an earlier entry.")] = None,
    on: Annotated[str | None, typer.Option(help="On which date; today if not given.")] = None,
    via: Annotated[str | None, typer.Option(help="By which route: email, post, portal, settings.")] = None,
    note: Annotated[str, typer.Option(help="A note of yours.")] = "",
    event: Annotated[int | None, typer.Option(help="For 'correct': the number of the entry.")] = None,
    to: Annotated[
        str | None, typer.Option("--as", help="For 'correct': what it really was; 'void' removes it.")
    ] = None,
    reason: Annotated[str | None, typer.Option(help="For 'denied': why, e.g. no-match.")] = None,
    partial: Annotated[bool, typer.Option("--partial", help="For 'answered': something is missing.")] = False,
    contest: Annotated[
        bool, typer.Option("--contest", help="For 'identity-requested': you contest the pause.")
    ] = False,
    rehearse: Annotated[bool, typer.Option("--rehearse", help="A case of the rehearsal.")] = False,
) -> Result:
    """Write down what happened to a case; without WHAT, show its log; without a case, the log of all.

    Example: dsr log openai-1 sent --on 2026-11-22

    To mend entry 2: dsr log openai-1 correct --event 2 --on 2026-11-21
    """
    with sitting(ctx, rehearse=rehearse) as desk:
        if case is None or what is None:
            shown = [desk.ledger.request(case)] if case else [request for request, _ in desk.ledger.cases()]
            logs = {request.id: desk.ledger.events(request.id) for request in shown}
            lines = [f"{key}\n" + "\n".join(wording.event(e, str(desk.home)) for e in log) for key, log in logs.items()]
            found = [{"case": key, **row} for key, log in logs.items() for row in rows(log)]
            return Result(text="\n".join(lines) or "No cases yet.", data={"rows": found})
        request = desk.ledger.request(case)
        kind = _kind(what)
        when = day(on, latest=today())
        if kind == EventKind.CORRECTED:
            diary.details(kind, reason=reason, partial=partial, contest=contest)
            new = diary.correction(desk, request, event, to, when if on else None, via, note)
        else:
            if event is not None or to is not None:
                raise UsageError(f"--event and --as belong to 'correct', not to '{what}'", "leave them out")
            details = diary.details(kind, reason=reason, partial=partial, contest=contest)
            new = diary.entry(desk, request, kind, when, via, note, details)
        kept = desk.ledger.append(request.id, new, lambda events: history.check(request.id, events, new))
        was = f"entry {kept.corrects} is now {kept.data['kind']}" if kept.corrects else str(kept.kind)
        said = [f"Logged as number {kept.seq}: {was} on {kept.on}."]
        follows = _follows(desk, request, kept) if kind in _SPOKEN else []
        said += ["What may follow:", *(f"  {desk.command(command)}" for command in follows)] if follows else []
        return answered(desk, request, said, logged=rows(kept), follows=follows)


def _follows(desk: Desk, request: Request, kept: Event) -> list[str]:
    """The commands of the letters that answer what the company has just said."""
    from dsr.cases import ladder  # brings the letters, which most entries do without

    return ladder.may_follow(request, history.effective(desk.ledger.events(request.id)), max(desk.today, kept.on))


def _kind(typed: str) -> EventKind:
    name = typed.strip().lower().replace("_", "-")
    if name in _WORDS:
        return _WORDS[name]
    if name not in set(EventKind):
        raise UnknownName("kind of event", typed, [*EventKind, *_WORDS])
    return EventKind(name)
