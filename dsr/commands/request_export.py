"""Ask a company for everything it holds about you."""

from __future__ import annotations

import typer

from dsr.cases import routes
from dsr.commands._desk import sitting
from dsr.commands._options import Controller, DryRun, Headless, Regime, Rehearse, Via, Yes
from dsr.commands._request import take
from dsr.model import Result, Right
from dsr.playbook import read


def run(
    ctx: typer.Context,
    controller: Controller,
    via: Via = None,
    regime: Regime = None,
    rehearse: Rehearse = False,
    headless: Headless = False,
    yes: Yes = False,
    dry_run: DryRun = False,
) -> Result:
    """Ask a company for everything it holds about you, by the best route. Not legal advice.

    Example: dsr request-export openai
    """
    with sitting(ctx, rehearse=rehearse, yes=yes) as desk:
        plan = routes.plan(desk, controller, Right.ACCESS, regime=regime, playbooks=read.ids())
        return take(desk, plan, via, headless=headless, dry_run=dry_run)
