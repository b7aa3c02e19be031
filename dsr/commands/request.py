"""Ask a company for any of your rights, by the best route."""

from __future__ import annotations

import typer

from dsr.cases import ordering, routes
from dsr.commands import _options as given
from dsr.commands._desk import sitting
from dsr.commands._request import take
from dsr.errors import UsageError
from dsr.letters.asks import Asks
from dsr.letters.kinds import Form
from dsr.model import Result, Right, Route
from dsr.playbook import read


def run(
    ctx: typer.Context,
    right: given.Letter,
    controller: given.Controller,
    via: given.Via = None,
    regime: given.Regime = None,
    only: given.Only = "",
    whole_account: given.WholeAccount = None,
    keep_account: given.KeepAccount = False,
    grounds: given.Grounds = "",
    correct: given.Correct = None,
    to_controller: given.ToController = "",
    consent: given.Consent = None,
    decision: given.Decision = "",
    no_account: given.NoAccount = False,
    child: given.Child = "",
    on_behalf_of: given.OnBehalfOf = "",
    proof: given.Proof = "",
    lang: given.Lang = None,
    format_: given.Format = None,
    form: given.Form = None,
    signature: given.Signature = None,
    open_it: given.OpenIt = False,
    rehearse: given.Rehearse = False,
    headless: given.Headless = False,
    yes: given.Yes = False,
    dry_run: given.DryRun = False,
) -> Result:
    """Ask a company for any of your rights, by the best route; your own words go by letter. Not legal advice.

    Example: dsr request training-opt-out openai --via email --grounds "I write about my illness"
    """
    name = ordering.letter(right)
    if name.name == Form.AUTHORISATION:
        why = "the authorisation is a form that somebody signs for you, and no request"
        raise UsageError(why, f"dsr letter authorisation {controller} --on-behalf-of NAME")
    asks = Asks(
        keep_account=keep_account, only=only, grounds=grounds, correct=ordering.corrections(correct or ()),
        transmit_to=to_controller, consents=tuple(consent or ()), decision=decision, photos_of_others=no_account,
        for_child=child, mandate=on_behalf_of, authority=proof, whole_account=bool(whole_account),
    )  # fmt: skip
    ordering.check(name, asks)
    with sitting(ctx, rehearse=rehearse, yes=yes) as desk:
        if name.name == Right.ERASURE:
            asks = ordering.scope(asks, desk.person, whole_account=whole_account, yes=yes)
        weighed = name.name == Right.OBJECTION or via in (Route.EMAIL, Route.POST)
        asks = ordering.complete(name, asks, desk.person, ask=weighed and not yes)
        order = ordering.order(name, asks, ordering.style(lang, format_, form, signature))
        plan = routes.plan(
            desk,
            controller,
            name.rights[0],
            regime=regime,
            playbooks=read.ids(),
            wish=routes.ACCOUNT_ERASURE if asks.whole_account else order.name,
            letter=order.name,
        )
        return take(desk, plan, via, order=order, headless=headless, dry_run=dry_run, open_it=open_it)
