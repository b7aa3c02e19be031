"""Ask a company to delete what it holds about you."""

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
    controller: Annotated[str, typer.Argument(help="The company: openai, midjourney ...")],
    via: Annotated[str | None, typer.Option(help="settings, portal, email or post; else the best one.")] = None,
    regime: Annotated[str | None, typer.Option(help="The law, if not that of your residence.")] = None,
    whole_account: Annotated[bool, typer.Option("--whole-account", help="Delete the account too.")] = False,
    rehearse: Annotated[bool, typer.Option("--rehearse", help="Play it on this machine; nothing is real.")] = False,
    headless: Annotated[
        bool, typer.Option("--headless", help="No browser window; needs nobody, stops if it does.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Answer the one question beforehand.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would happen, do nothing.")] = False,
) -> Result:
    """Ask a company to delete what it holds about you, by the best route. Not legal advice.

    Example: dsr request-deletion openai
    """
    with sitting(ctx, rehearse=rehearse, yes=yes) as desk:
        plan = requests.plan(desk, controller, Right.ERASURE, regime=regime, playbooks=playbook.ids())
        return take(desk, plan, via, headless=headless, dry_run=dry_run, whole_account=whole_account)
