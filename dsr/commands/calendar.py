"""Write every date of your cases as a calendar file; written and imported again, it updates what it brought."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dsr import disk
from dsr.commands import rows
from dsr.commands._desk import sitting
from dsr.commands._options import Rehearse
from dsr.model import Result


def run(
    ctx: typer.Context,
    out: Annotated[Path | None, typer.Option(help="The file to write; else calendar.ics in dsr's folder.")] = None,
    rehearse: Rehearse = False,
) -> Result:
    """Write every date of your cases as a calendar file, with alarms; write it again and import it again to update it.

    It tells whoever reads it the case, the company, the right and the law, and nothing else about you.

    Example: dsr calendar --out cases.ics
    """
    from dsr.cases import entries

    with sitting(ctx, rehearse=rehearse) as desk:
        path = disk.named(out or desk.home / "calendar.ics")
        found = entries.written(desk, path)
    running = sum(entry.state == "CONFIRMED" for entry in found)
    text = f"Written: {path} ({len(found)} dates, {running} of them running)"
    return Result(text=text, data={"path": str(path), "rows": rows(found)})
