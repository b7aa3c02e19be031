"""Write all your cases as one HTML page that loads nothing, with clocks drawn as bars, and open it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dsr import disk
from dsr.commands import day
from dsr.commands._desk import sitting
from dsr.commands._options import On, Rehearse
from dsr.model import Result


def run(
    ctx: typer.Context,
    out: Annotated[Path | None, typer.Option(help="The file to write; else report.html in dsr's folder.")] = None,
    no_open: Annotated[bool, typer.Option("--no-open", help="Only write it.")] = False,
    on: On = None,
    rehearse: Rehearse = False,
) -> Result:
    """Write all your cases as one HTML page and open it: clocks, what happened, evidence, what each company holds and said.

    The page is one file that loads nothing; it holds personal data. It is opened only where somebody sits at the terminal.

    Example: dsr report --out report.html
    """
    from dsr.cases import page

    with sitting(ctx, rehearse=rehearse, on=day(on)) as desk:
        path = disk.named(out or desk.home / "report.html")
        made = page.written(desk, path)
        opened = not no_open and desk.person.present and _open(path)
    data = {"path": str(path), "opened": opened, "rows": [{"case": one.id, "status": one.status} for one in made.cases]}
    return Result(text=f"Written: {path}" + ("" if opened else " (open it in any browser)"), data=data)


def _open(path: Path) -> bool:
    """Show the file in the person's browser; whether one was found."""
    import webbrowser

    return webbrowser.open(path.as_uri())
