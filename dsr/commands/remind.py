"""Announce what time has changed, once per stage; for a scheduler (0 nothing is due, 10 something needs you)."""

from __future__ import annotations

from typing import Annotated

import typer

from dsr.cases import outlook
from dsr.commands import day, rows
from dsr.commands._desk import sitting
from dsr.errors import PersonNeeded
from dsr.model import Result


def run(
    ctx: typer.Context,
    on: Annotated[str | None, typer.Option(help="Run as if it were this date.")] = None,
    rehearse: Annotated[bool, typer.Option("--rehearse", help="The rehearsal's cases.")] = False,
) -> Result:
    """Announce what time has changed: each stage of a deadline once. Exit 0 nothing is due, 10 something needs you.

    Example: dsr remind
    """
    with sitting(ctx, rehearse=rehearse, on=day(on)) as desk:
        news, needs = outlook.announce(desk)
    lines = [stage.text for stage in news]
    if needs:
        lines.append(f"{len(needs)} {'thing needs' if len(needs) == 1 else 'things need'} you: dsr next")
    data = {"rows": rows(news), "needs_you": rows(needs)}
    return Result(text="\n".join(lines), data=data, exit_code=PersonNeeded.exit_code if needs else 0)
