"""Stop a company from training on your data: turn the switch in your own account."""

from __future__ import annotations

import typer

from dsr import playbook
from dsr.cases import requests
from dsr.commands._desk import sitting
from dsr.commands._options import Controller, DryRun, Headless, Rehearse, Via, Yes
from dsr.commands._request import take
from dsr.model import Result, Right


def run(
    ctx: typer.Context,
    controller: Controller,
    via: Via = None,
    rehearse: Rehearse = False,
    headless: Headless = False,
    yes: Yes = False,
    dry_run: DryRun = False,
) -> Result:
    """Stop a company from training on your data: dsr turns the switch in your own account and looks again.

    Example: dsr opt-out openai
    """
    with sitting(ctx, rehearse=rehearse, yes=yes) as desk:
        plan = requests.plan(desk, controller, Right.TRAINING_OPT_OUT, playbooks=playbook.ids())
        return take(desk, plan, via, headless=headless, dry_run=dry_run)
