"""Sign in to a service by hand, in a plain browser on dsr's own profile; dsr never sees the password."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dsr.cases import logins
from dsr.commands._desk import sitting
from dsr.errors import PersonNeeded
from dsr.model import Result


def run(
    ctx: typer.Context,
    controller: Annotated[str, typer.Argument(help="The service: openai ...")],
    import_state: Annotated[Path | None, typer.Option(help="Take the cookies of a Playwright storage state.")] = None,
    rehearse: Annotated[bool, typer.Option("--rehearse", help="Sign in to the played site.")] = False,
    headless: Annotated[bool, typer.Option("--headless", help="Only look whether you are signed in.")] = False,
) -> Result:
    """Sign in to a service by hand, in a plain browser on dsr's own profile. Close the window when you are done.

    Example: dsr login openai
    """
    with sitting(ctx, rehearse=rehearse) as desk:
        signed_in, name = logins.sign_in(desk, controller, state=import_state, window=not headless)
    outcome = "unknown" if signed_in is None else "signed-in" if signed_in else "signed-out"
    data = {"outcome": outcome, "service": name}
    if signed_in is None:
        text = f"dsr keeps this browser profile for {name}. Whether you are signed in, only the next run shows."
        return Result(text=text, data=data)
    if signed_in:
        return Result(text=f"Signed in at {name}; dsr keeps this browser profile for it.", data=data)
    text = f"Not signed in at {name}: the page still offers to sign in. Try again: dsr login {controller}"
    return Result(text=text, data=data, exit_code=PersonNeeded.exit_code)
