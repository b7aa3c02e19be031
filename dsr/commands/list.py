"""List your cases: where each stands and by when something is due."""

from __future__ import annotations

from typing import Annotated

import typer

from dsr.cases import clock, history, wording
from dsr.commands import day
from dsr.commands._desk import sitting
from dsr.commands._options import On
from dsr.model import Result


def run(
    ctx: typer.Context,
    on: On = None,
    rehearse: Annotated[bool, typer.Option("--rehearse", help="The rehearsal's cases.")] = False,
) -> Result:
    """List your cases: where each stands and by when something is due.

    Example: dsr list
    """
    with sitting(ctx, rehearse=rehearse, on=day(on)) as desk:
        found = []
        for request, events in desk.ledger.cases():
            now = history.effective(events)
            dates = clock.of_case(request, now).deadlines
            open_dates = [d.latest for d in dates if history.binding(d) and not history.settled(now)]
            found.append(
                {
                    "case": request.id,
                    "controller": request.controller,
                    "right": request.right,
                    "regime": request.regime,
                    "status": history.status(now, dates, desk.today),
                    "next_due": min(open_dates).isoformat() if open_dates else None,
                }
            )
    if not found:
        return Result(text="No cases yet. Begin with: dsr request-export openai", data={"rows": []})
    table = [("CASE", "RIGHT", "LAW", "STATUS", "NEXT DATE")]
    table += [
        (str(r["case"]), str(r["right"]), str(r["regime"] or "-"), str(r["status"]), str(r["next_due"] or "-"))
        for r in found
    ]
    return Result(text=wording.columns(table), data={"rows": found})
