"""Stop companies from training on your data: turn the switch in your own account."""

from __future__ import annotations

from typing import Annotated

import typer

from dsr.cases import ordering, routes, sweep, wording
from dsr.cases.desk import Desk
from dsr.commands import rows
from dsr.commands._desk import sitting
from dsr.commands._options import DryRun, Format, Headless, Lang, Rehearse, Via, Yes
from dsr.commands._request import take
from dsr.errors import UsageError
from dsr.letters.asks import Asks
from dsr.letters.kinds import kind
from dsr.model import Result, Right
from dsr.playbook import offers, read


def run(
    ctx: typer.Context,
    controller: Annotated[str | None, typer.Argument(help="The company: openai, midjourney ...")] = None,
    via: Via = None,
    everything: Annotated[
        bool, typer.Option("--everything", help="Every such switch: audio, video, memory too.")
    ] = False,
    all_: Annotated[bool, typer.Option("--all", help="Every service in which your profile has an account.")] = False,
    resume: Annotated[bool, typer.Option("--resume", help="With --all: only what is not settled yet.")] = False,
    list_: Annotated[
        bool, typer.Option("--list", help="Show every service, what dsr does there, the default.")
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

    Everywhere at once: dsr opt-out --all
    """
    if (controller is not None) + all_ + list_ != 1:
        raise UsageError("name one company, or --all, or --list", "dsr opt-out openai")
    if resume and not all_:
        raise UsageError("--resume belongs to --all", "dsr opt-out --all --resume")
    if all_ and (via or everything):
        raise UsageError("--via and --everything are for one company", "dsr opt-out openai --everything")
    with sitting(ctx, rehearse=rehearse, yes=yes) as desk:
        if list_:
            return _listed(desk)
        if all_:
            return _everywhere(desk, resume=resume, headless=headless, dry_run=dry_run)
        order = ordering.order(kind(Right.TRAINING_OPT_OUT), Asks(), ordering.style(lang, format_, None, None))
        plan = routes.plan(
            desk,
            controller or "",
            Right.TRAINING_OPT_OUT,
            playbooks=read.ids(),
            wish=routes.EVERYTHING if everything else "",
        )
        return take(desk, plan, via, order=order, headless=headless, dry_run=dry_run)


def _listed(desk: Desk) -> Result:
    """Every service, how far dsr goes there, what holds if nobody does anything, and how old the fact is."""
    found = []
    for slug in offers.controllers():
        record = offers.find(slug)
        one = record.offer[sweep.ACTION]
        age = one.age(desk.today)
        shown = {
            "controller": slug,
            "name": record.name,
            "state": one.state,
            "default": one.default,
            "grade": one.grade,
        }
        found.append(shown | {"on": one.on.isoformat(), "age": age, "fact": one.fact, "instead": one.instead})
    table = [("SERVICE", "DSR", "FACT OF", "IF YOU DO NOTHING")]
    for row in found:
        aged = "" if row["age"] == "fresh" else f" ({row['age']})"
        table.append((row["controller"], row["state"], f"{row['on']}{aged}", row["default"] or row["instead"]))
    legend = (
        "automatic: dsr presses; assisted: it shows, you press; checklist: the steps and the letter; none: the letter."
    )
    return Result(text=f"{wording.columns(table)}\n{legend}", data={"rows": found})


def _everywhere(desk: Desk, *, resume: bool, headless: bool, dry_run: bool) -> Result:
    """The plan, one yes, then service by service; the last lines say what is left."""
    plan = sweep.planned(desk, sweep.services(desk), resume=resume)
    left = [stop for stop in plan if not stop.settled]
    desk.person.tell("\n".join(f"  {stop.name}: {stop.became or stop.does}" for stop in plan))
    if dry_run or not left:
        outcome = "dry-run" if dry_run else "already-done"
        text = "Nothing was done (--dry-run)." if dry_run else "All of it is settled."
        return Result(text=text, data={"outcome": outcome, "rows": rows(plan)})
    if not desk.agreed(f"Go through these {len(left)} one by one? Letters are written, not sent."):
        return Result(text="Nothing was done.", data={"outcome": "declined", "rows": rows(plan)})
    ended = list(sweep.perform(desk, plan, headless=headless))
    code = sweep.exit_code(ended)
    lines = [f"{stop.name}: {stop.became}" + ("" if stop.settled else f" - {stop.note}") for stop in ended]
    lines += ["", f"What is left: {desk.command('dsr opt-out --all --resume')}"] if code else []
    outcome = "done" if code == 0 else "partly-done"
    return Result(text="\n".join(lines), data={"outcome": outcome, "rows": rows(ended)}, exit_code=code)
