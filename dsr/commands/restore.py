"""Put everything back from a backup, after checking it whole."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dsr import config
from dsr.cases import vault
from dsr.commands._desk import sitting
from dsr.commands._options import Yes
from dsr.errors import StoreCorrupt
from dsr.model import Result
from dsr.store import archive


def run(
    ctx: typer.Context, file: Annotated[Path, typer.Argument(help="The file that dsr backup wrote.")], yes: Yes = False
) -> Result:
    """Put everything back from a backup, after checking it whole. What is there now is backed up first.

    Example: dsr restore dsr-20261122-120000.zip
    """
    path = file.expanduser().absolute()
    contents = archive.read(path)
    made = f"{contents.made_at:%Y-%m-%d %H:%M} UTC"
    said = [f"Restored: {len(contents.files)} files of {made}."]
    try:
        with sitting(ctx, yes=yes) as desk:
            desk.person.tell(f"The backup is of {made} and is whole: {len(contents.files)} files.")
            if not desk.agreed("Put it in the place of what is here now? What is here now is backed up first."):
                return Result(text="Nothing was changed.", data={"outcome": "declined"})
            before, _ = vault.backup(desk, None)
            said.append(f"What was here before: {before}")
    except StoreCorrupt:
        before = archive.set_aside(config.home())
        said.append(f"The damaged store was put aside: {before}. What was pressed since the backup is not known.")
    archive.restore(path, config.home())
    data = {"outcome": "restored", "files": len(contents.files), "made_at": made, "before": str(before)}
    return Result(text="\n".join(said), data=data)
