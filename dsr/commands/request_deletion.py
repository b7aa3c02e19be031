"""Ask a company to delete what it holds about you."""

from __future__ import annotations

import typer

from dsr import playbook
from dsr.cases import requests
from dsr.commands._desk import sitting
from dsr.commands._options import Controller, DryRun, Headless, Regime, Rehearse, Via, WholeAccount, Yes
from dsr.commands._request import take
from dsr.model import Result, Right


def run(
    ctx: typer.Context,
    controller: Controller,
    via: Via = None,
    regime: Regime = None,
    whole_account: WholeAccount = False,
    rehearse: Rehearse = False,
    headless: Headless = False,
    yes: Yes = False,
    dry_run: DryRun = False,
) -> Result:
    """Ask a company to delete what it holds about you, by the best route. Not legal advice.

    Example: dsr request-deletion openai
    """
    with sitting(ctx, rehearse=rehearse, yes=yes) as desk:
        plan = requests.plan(desk, controller, Right.ERASURE, regime=regime, playbooks=playbook.ids())
        return take(desk, plan, via, headless=headless, dry_run=dry_run, whole_account=whole_account)
