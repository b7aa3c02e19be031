"""Copy everything of yours into one checked file, or lay it all open as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dsr import disk
from dsr.cases import vault
from dsr.commands import rows
from dsr.commands._desk import sitting
from dsr.model import Result


def run(
    ctx: typer.Context,
    out: Annotated[Path | None, typer.Option(help="The file, or with --open the folder, to write.")] = None,
    open_: Annotated[bool, typer.Option("--open", help="A folder of JSON and files, for any program.")] = False,
) -> Result:
    """Copy everything of yours into one checked file, or lay it all open as JSON. An encrypted store stays so in it.

    Example: dsr backup --out /media/stick/dsr.zip
    """
    with sitting(ctx) as desk:
        if open_:
            folder = disk.named(out or f"dsr-{desk.today}")
            count = vault.opened(desk, folder)
            return Result(text=f"Written: {folder} ({count} files)", data={"path": str(folder), "files": count})
        path, contents = vault.backup(desk, out and disk.named(out))
        how = (
            "It is encrypted as your store is" if desk.ledger.key else "It is not encrypted: keep it where only you can"
        )
    size = path.stat().st_size
    text = f"Written and read back: {path} ({len(contents.files)} files, {size} bytes)"
    text += f"\n{how}. Sign-ins of the browser are not in it."
    return Result(text=text, data={"path": str(path), "bytes": size, "contents": rows(contents)})
