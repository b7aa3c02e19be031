"""Ask a company to delete what it holds about you."""

from __future__ import annotations

import typer

from dsr.cases import ordering, routes
from dsr.commands._desk import sitting
from dsr.commands._options import Controller, DryRun, Format, Headless, Lang, Regime, Rehearse, Via, WholeAccount, Yes
from dsr.commands._request import take
from dsr.letters.asks import Asks
from dsr.letters.kinds import kind
from dsr.model import Result, Right
from dsr.playbook import read


def run(
    ctx: typer.Context,
    controller: Controller,
    via: Via = None,
    regime: Regime = None,
    whole_account: WholeAccount = None,
    lang: Lang = None,
    format_: Format = None,
    rehearse: Rehearse = False,
    headless: Headless = False,
    yes: Yes = False,
    dry_run: DryRun = False,
) -> Result:
    """Ask a company to delete what it holds about you, by the best route. Not legal advice.

    Example: dsr request-deletion openai
    """
    with sitting(ctx, rehearse=rehearse, yes=yes) as desk:
        asks = ordering.scope(Asks(), desk.person, whole_account=whole_account, yes=yes)
        order = ordering.order(kind(Right.ERASURE), asks, ordering.style(lang, format_, None, None))
        plan = routes.plan(
            desk,
            controller,
            Right.ERASURE,
            regime=regime,
            playbooks=read.ids(),
            wish=routes.ACCOUNT_ERASURE if asks.whole_account else "",
        )
        return take(desk, plan, via, order=order, headless=headless, dry_run=dry_run)
