"""See how things stand at each of your services: training, export, deletion, photos."""

from __future__ import annotations

import typer

from dsr.cases import overview
from dsr.commands import rows
from dsr.commands._desk import sitting
from dsr.commands._options import Rehearse
from dsr.model import Result


def run(ctx: typer.Context, rehearse: Rehearse = False) -> Result:
    """See how things stand at each of your services: training, export, deletion, photos, and what is next.

    Example: dsr status
    """
    with sitting(ctx, rehearse=rehearse) as desk:
        found = overview.rows(desk)
        lines = []
        for row in found:
            lines += [
                row.name,
                f"  training  {row.training}",
                f"  export    {row.export}",
                f"  deletion  {row.deletion}",
            ]
            lines += [f"  photos    {row.photos}"] if row.photos else []
            lines += [f"  last seen by dsr on {row.verified_on}"] if row.verified_on else []
            lines += [f"  next      {desk.command(row.next)}"] if row.next else []
    hint = "No account and no case yet: dsr profile set account openai=you@example.org"
    return Result(text="\n".join(lines) or hint, data={"rows": rows(found)})
