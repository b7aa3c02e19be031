"""Your store as a whole: take cases out of it for good."""

from __future__ import annotations

from typing import Annotated

import typer

from dsr import config
from dsr.cases import vault
from dsr.commands._desk import sitting
from dsr.commands._options import Yes
from dsr.errors import BadData, UsageError
from dsr.model import Result


def wipe(
    ctx: typer.Context,
    case: Annotated[str | None, typer.Argument(help="The case, e.g. openai-1.")] = None,
    all_: Annotated[bool, typer.Option("--all", help="Every case, your profile, and the sign-ins.")] = False,
    expired: Annotated[bool, typer.Option("--expired", help="What is settled longer than keep_closed_days.")] = False,
    yes: Yes = False,
) -> Result:
    """Take a case, or everything, out for good. What was pressed stays known, so that nothing goes out twice.

    Example: dsr vault wipe openai-1
    """
    if (case is not None) + all_ + expired != 1:
        raise UsageError("name one case, or --all, or --expired", "dsr vault wipe openai-1")
    with sitting(ctx, yes=yes) as desk:
        if case is not None:
            found = [desk.ledger.request(case).id]
        elif expired:
            days = config.read(desk.home).keep_closed_days
            if not days:
                raise BadData(
                    "no time is set after which settled cases go",
                    f"keep_closed_days = 730 in {desk.home / 'config.toml'}",
                )
            found = vault.expired(desk, days)
        else:
            found = [request.id for request, _ in desk.ledger.cases()]
        what = "everything: all cases, your profile, and the browser's sign-ins" if all_ else ", ".join(found)
        if not what:
            return Result(text="There is nothing to wipe.", data={"rows": []})
        desk.person.tell(
            "This cannot be undone. What stays: which button dsr pressed at which company when, and your backups."
        )
        if not desk.agreed(f"Wipe {what}?"):
            return Result(text="Nothing was wiped.", data={"rows": []})
        if all_:
            vault.wipe_all(desk)
        else:
            vault.wipe(desk, found)
    return Result(text=f"Wiped: {what}.", data={"rows": found})


VERBS = (wipe,)
