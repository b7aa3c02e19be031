"""Show one case: who, which law, every event with its evidence, every date with its article."""

from __future__ import annotations

from typing import Annotated

import typer

from dsr.cases import agenda, clock, history, wording
from dsr.commands import day, rows
from dsr.commands._desk import sitting
from dsr.commands._options import On
from dsr.model import Result


def run(
    ctx: typer.Context,
    case: Annotated[str, typer.Argument(help="The case, e.g. openai-1.")],
    on: On = None,
    rehearse: Annotated[bool, typer.Option("--rehearse", help="A case of the rehearsal.")] = False,
) -> Result:
    """Show one case: who, which law, every event with its evidence, every date with its article.

    Example: dsr show openai-1
    """
    with sitting(ctx, rehearse=rehearse, on=day(on)) as desk:
        request = desk.ledger.request(case)
        events = desk.ledger.events(request.id)
        now = history.effective(events)
        table = clock.of_case(request, now)
        status = history.status(now, table.deadlines, desk.today)
        todo = [item for item in agenda.items(request, events, desk.today) if item.needs_you]
        lines = [
            f"Case {request.id} ({request.reference}): {request.right} at {request.entity.name}",
            f"  law {request.regime or 'none on file'}, your residence {request.residence}, status {status}",
            "Events",
            *(wording.event(event, str(desk.home)) for event in events),
        ]
        if table.deadlines or table.waiting:
            lines += ["Dates", wording.deadlines(table.deadlines), *(f"  {text}" for text in table.waiting)]
        lines += [f"Next: {item.what} - {item.why}\n      {desk.command(item.command)}" for item in todo]
        data = {
            "case": request.id,
            "request": rows(request),
            "status": status,
            "events": rows(events),
            "deadlines": rows(table.deadlines),
            "waiting": list(table.waiting),
            "evidence": rows([kept for event in events for kept in event.evidence]),
            "rows": rows(todo),
        }
        return Result(text="\n".join(line for line in lines if line), data=data)
