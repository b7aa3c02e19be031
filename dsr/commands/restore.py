"""Put everything back from a backup, after checking it whole."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dsr import config, disk
from dsr.cases import locking, vault
from dsr.commands._desk import sitting
from dsr.commands._options import Yes
from dsr.errors import BadData, NoSecret, StoreCorrupt
from dsr.model import Result
from dsr.report import Terminal
from dsr.store import archive


def run(
    ctx: typer.Context, file: Annotated[Path, typer.Argument(help="The file that dsr backup wrote.")], yes: Yes = False
) -> Result:
    """Put everything back from a backup, after checking it whole. What is there now is backed up first.

    Example: dsr restore dsr-20261122-120000.zip
    """
    path = disk.named(file)
    contents = archive.read(path)
    made = f"{contents.made_at:%Y-%m-%d %H:%M} UTC"
    said = [f"Restored: {len(contents.files)} files of {made}."]
    terminal = ctx.find_root().obj
    assert isinstance(terminal, Terminal)
    key, own = locking.of_backup(path, terminal.hidden if terminal.present else None)
    home = config.private(config.home())
    here: bytes | None = None
    try:
        with sitting(ctx, yes=yes) as desk:
            desk.person.tell(f"The backup is of {made} and is whole: {len(contents.files)} files.")
            if not desk.agreed("Put it in the place of what is here now? What is here now is backed up first."):
                return Result(text="Nothing was changed.", data={"outcome": "declined"})
            before, _ = vault.backup(desk, None)
            here = desk.ledger.key
            said.append(f"What was here before: {before}")
    except (StoreCorrupt, NoSecret, BadData) as problem:
        if not yes and not terminal.confirm(
            f"{problem.message[:1].upper()}{problem.message[1:]}. Put it aside and go on?"
        ):
            return Result(text="Nothing was changed.", data={"outcome": "declined"})
        before = archive.set_aside(home)
        said.append(
            f"The store that cannot be opened was put aside: {before}. What was pressed since the backup is not known."
        )
    archive.restore(path, home, key, here)
    if key != here:
        locking.forget_rehearsals(home)
    said += locking.kept_again(own, key)
    data = {"outcome": "restored", "files": len(contents.files), "made_at": made, "before": str(before)}
    return Result(text="\n".join(said), data=data)
