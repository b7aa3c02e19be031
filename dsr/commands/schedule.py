"""Have reminders come by themselves: a scheduler of this machine runs dsr remind every hour."""

from __future__ import annotations

from typing import Annotated

import typer

from dsr import config
from dsr.cases import scheduling
from dsr.commands import now, rows
from dsr.model import Result
from dsr.schedule.job import State

With = Annotated[
    str | None, typer.Option("--with", help="systemd, cron, launchd or task-scheduler; else the one of this machine.")
]


def install(scheduler: With = None) -> Result:
    """Have dsr remind run every hour. Doing it again changes nothing.

    Example: dsr schedule install
    """
    home = config.private(config.home())
    job = scheduling.of_home(home)
    one = scheduling.chosen(scheduler)
    before = scheduling.install(job, one)
    did = {State.ABSENT: "Installed", State.INSTALLED: "Already installed", State.DIFFERENT: "Renewed"}[before]
    lines = [f"{did}: {one.name} runs dsr remind every hour ({one.where(job)})."]
    lines += [f"Note: {one.note}.", scheduling.warning(home)]
    others = [held for held in scheduling.held(job) if held.scheduler != one.name and held.state != State.ABSENT]
    lines += [f"{held.scheduler} has an entry too: dsr schedule remove --with {held.scheduler}" for held in others]
    data = {"scheduler": one.name, "before": before, "where": one.where(job), "job": job.name}
    return Result(text="\n".join(filter(None, lines)), data=data)


def status() -> Result:
    """What is scheduled, when it ran last and what came of it.

    Example: dsr schedule status
    """
    home = config.home()
    job = scheduling.of_home(home)
    found = scheduling.held(job)
    lines = []
    for one in found:
        told = {
            State.ABSENT: "nothing of dsr",
            State.INSTALLED: "dsr remind, every hour",
            State.DIFFERENT: "an entry that is not the one of this dsr, or is switched off; dsr schedule install renews it",
        }[one.state]
        lines.append(f"{one.scheduler}: {told}{f', next {one.next_run}' if one.next_run else ''}")
    if not found:
        lines.append("No scheduler of this system answers: dsr schedule print --with cron")
    last = scheduling.last_run(home)
    if last:
        lines.append(f"Last run: {last.at.astimezone():%Y-%m-%d %H:%M}: {scheduling.outcome(last)}.")
    else:
        lines.append("No scheduled run yet.")
    silent = scheduling.silent(last, now())
    if silent and any(one.state != State.ABSENT for one in found):
        lines.append(
            "That is not within the last 3 hours: was the machine off, or the clock set? dsr remind runs one by hand."
        )
    return Result(text="\n".join(lines), data={"rows": rows(found), "last": rows(last), "silent": silent})


def remove(scheduler: With = None) -> Result:
    """Take dsr's own entry away, and nothing else.

    Example: dsr schedule remove
    """
    gone = scheduling.remove(scheduling.of_home(config.home()), scheduler)
    lines = [f"Removed from {name}." for name in gone] or ["Nothing of dsr was scheduled."]
    return Result(text="\n".join(lines), data={"removed": gone})


def print_(scheduler: With = None) -> Result:
    """Show the entry as it would be installed, and install nothing.

    Example: dsr schedule print --with cron
    """
    one, job = scheduling.chosen(scheduler), scheduling.of_home(config.home())
    entry = one.entry(job)
    return Result(text=entry, data={"scheduler": one.name, "where": one.where(job), "entry": entry})


VERBS = (install, status, remove, print_)
