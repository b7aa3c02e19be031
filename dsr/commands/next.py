"""What needs you now, why, by when, and the command that does it."""

from __future__ import annotations

from typing import Annotated

import typer

from dsr.cases import outlook
from dsr.cases.outlook import Item
from dsr.commands import day
from dsr.commands._desk import sitting
from dsr.commands._options import On
from dsr.model import Result


def run(
    ctx: typer.Context,
    on: On = None,
    rehearse: Annotated[bool, typer.Option("--rehearse", help="The rehearsal's cases.")] = False,
) -> Result:
    """What needs you now, why, by when, and the command that does it.

    Example: dsr next
    """
    with sitting(ctx, rehearse=rehearse, on=day(on)) as desk:
        found = [item for one in outlook.overview(desk) for item in one.items]
    found.sort(key=lambda item: (not item.needs_you, item.by is None, item.by))
    needs, waits = ([item for item in found if item.needs_you is flag] for flag in (True, False))
    lines = ["Needs you:" if needs else "Nothing needs you now."]
    lines += [_shown(item, rehearse=rehearse) for item in needs]
    if waits:
        lines += ["Waiting:", *(f"  {item.case}: {item.what}, until {item.by}" for item in waits)]
    return Result(text="\n".join(lines), data={"rows": found})


def _shown(item: Item, *, rehearse: bool) -> str:
    by = f", by {item.by}" if item.by else ""
    command = item.command + (" --rehearse" if rehearse else "")
    return f"  {item.case}: {item.what}{by}\n      {item.why}\n      {command}"
