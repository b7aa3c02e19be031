"""Stop a company from training on your data: turn the switch in your own account."""

from __future__ import annotations

from typing import Annotated

import typer

from dsr import playbook
from dsr.cases import requests
from dsr.commands._desk import sitting
from dsr.commands._request import take
from dsr.model import Result, Right


def run(
    ctx: typer.Context,
    controller: Annotated[str, typer.Argument(help="The company: openai ...")],
    via: Annotated[str | None, typer.Option(help="settings or portal; else the best one.")] = None,
    rehearse: Annotated[bool, typer.Option("--rehearse", help="Play it on this machine; nothing is real.")] = False,
    headless: Annotated[
        bool, typer.Option("--headless", help="No browser window; needs nobody, stops if it does.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Answer the one question beforehand.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would happen, do nothing.")] = False,
) -> Result:
    """Stop a company from training on your data: dsr turns the switch in your own account and looks again.

    Example: dsr opt-out openai
    """
    with sitting(ctx, rehearse=rehearse, yes=yes) as desk:
        plan = requests.plan(desk, controller, Right.TRAINING_OPT_OUT, playbooks=playbook.ids())
        return take(desk, plan, via, headless=headless, dry_run=dry_run)
