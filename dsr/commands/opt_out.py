"""Stop a company from training on your data: turn the switch in your own account."""

from __future__ import annotations

from typing import Annotated

import typer

from dsr.cases import ordering, routes
from dsr.commands._desk import sitting
from dsr.commands._options import Controller, DryRun, Format, Headless, Lang, Rehearse, Via, Yes
from dsr.commands._request import take
from dsr.letters.asks import Asks
from dsr.letters.kinds import kind
from dsr.model import Result, Right
from dsr.playbook import read


def run(
    ctx: typer.Context,
    controller: Controller,
    via: Via = None,
    everything: Annotated[
        bool, typer.Option("--everything", help="Every such switch: audio, video, memory too.")
    ] = False,
    lang: Lang = None,
    format_: Format = None,
    rehearse: Rehearse = False,
    headless: Headless = False,
    yes: Yes = False,
    dry_run: DryRun = False,
) -> Result:
    """Stop a company from training on your data: dsr turns the switch in your own account and looks again.

    Example: dsr opt-out openai
    """
    with sitting(ctx, rehearse=rehearse, yes=yes) as desk:
        order = ordering.order(kind(Right.TRAINING_OPT_OUT), Asks(), ordering.style(lang, format_, None, None))
        plan = routes.plan(
            desk,
            controller,
            Right.TRAINING_OPT_OUT,
            playbooks=read.ids(),
            wish=routes.EVERYTHING if everything else "",
        )
        return take(desk, plan, via, order=order, headless=headless, dry_run=dry_run)
