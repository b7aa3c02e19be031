"""What needs you now, why, by when, and the command that does it."""

from __future__ import annotations

from typing import Annotated

import typer

from dsr.cases import outlook
from dsr.cases.upnext import Words
from dsr.commands import day, instant
from dsr.commands._desk import sitting
from dsr.commands._options import On
from dsr.model import Result
from dsr.report import Terminal


def run(
    ctx: typer.Context,
    on: On = None,
    plain: Annotated[bool, typer.Option("--plain", help="In full sentences, for a screen reader.")] = False,
    rehearse: Annotated[bool, typer.Option("--rehearse", help="The rehearsal's cases.")] = False,
) -> Result:
    """What needs you now, why, by when, and the command that does it.

    Example: dsr next
    """
    with sitting(ctx, rehearse=rehearse, on=day(on)) as desk:
        found = [item for one in outlook.overview(desk) for item in one.items]
        found.sort(key=lambda item: (not item.needs_you, item.by is None, item.by))
        words = Words(desk, instant(on))
        terminal = ctx.find_root().obj
        assert isinstance(terminal, Terminal)
        terminal.wraps = not plain
        lines = words.sentences(found) if plain else words.grouped(found)
    return Result(text="\n".join(lines), data={"rows": found})
