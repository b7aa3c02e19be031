"""Ask a company to delete what it holds about you."""

from __future__ import annotations

import typer

from dsr.cases import routes
from dsr.cases.desk import Desk
from dsr.commands._desk import sitting
from dsr.commands._options import Controller, DryRun, Headless, Regime, Rehearse, Via, WholeAccount, Yes
from dsr.commands._request import take
from dsr.errors import UsageError
from dsr.model import Result, Right
from dsr.playbook import read


def run(
    ctx: typer.Context,
    controller: Controller,
    via: Via = None,
    regime: Regime = None,
    whole_account: WholeAccount = None,
    rehearse: Rehearse = False,
    headless: Headless = False,
    yes: Yes = False,
    dry_run: DryRun = False,
) -> Result:
    """Ask a company to delete what it holds about you, by the best route. Not legal advice.

    Example: dsr request-deletion openai
    """
    with sitting(ctx, rehearse=rehearse, yes=yes) as desk:
        if whole_account is None:
            whole_account = _asked(desk)
        plan = routes.plan(
            desk,
            controller,
            Right.ERASURE,
            regime=regime,
            playbooks=read.ids(),
            wish=routes.ACCOUNT_ERASURE if whole_account else "",
        )
        return take(desk, plan, via, headless=headless, dry_run=dry_run)


def _asked(desk: Desk) -> bool:
    """Whether the whole account is meant. Where nobody answers, it is the lesser act. Raises UsageError for another answer."""
    if desk.yes or not desk.person.present:
        desk.person.tell("Only this data, not the account: nobody was asked (--whole-account asks for that).")
        return False
    typed = desk.person.ask("This data, or the whole account? (data/account)", "data").strip().lower()
    if typed in ("data", "account"):
        return typed == "account"
    raise UsageError(f"'{typed}' is neither 'data' nor 'account'", "--this-data or --whole-account says it beforehand")
