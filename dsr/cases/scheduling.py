"""Have `dsr remind` run by itself: which scheduler, what it holds of ours, and what became of the last run."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from msgspec import Struct

from dsr import config
from dsr.errors import SchedulerFailed, UnknownName
from dsr.schedule import job as jobs
from dsr.schedule import record
from dsr.schedule.cron import Cron
from dsr.schedule.job import Job, Scheduler, State
from dsr.schedule.launchd import Launchd
from dsr.schedule.record import Last
from dsr.schedule.systemd import Systemd
from dsr.schedule.windows import TaskScheduler

SCHEDULERS: dict[str, Scheduler] = {one.name: one for one in (Systemd(), Cron(), Launchd(), TaskScheduler())}
_QUIET = timedelta(hours=3)  # an hourly run that is not heard of for longer is told


class Held(Struct, frozen=True, kw_only=True):
    """What a scheduler holds of ours, where, and when it runs next, as far as it says."""

    scheduler: str
    state: State
    where: str
    next_run: str = ""


def of_home(home: Path) -> Job:
    """The job for a home folder."""
    return jobs.of_home(home, usual=config.usual(home))


def chosen(name: str | None) -> Scheduler:
    """The scheduler of that name, else the first that answers on this system. Raises UnknownName, SchedulerFailed."""
    if name is not None:
        if name not in SCHEDULERS:
            raise UnknownName("scheduler", name, SCHEDULERS)
        return SCHEDULERS[name]
    for one in _own():
        if one.usable():
            return one
    raise SchedulerFailed(
        f"none of the schedulers of this system answers ({', '.join(one.name for one in _own())})",
        "dsr schedule print --with cron shows a line to put into a crontab by hand",
    )


def _own() -> list[Scheduler]:
    """The schedulers that this kind of system may have, the best first."""
    names = {"darwin": ("launchd", "cron"), "win32": ("task-scheduler",)}.get(sys.platform, ("systemd", "cron"))
    return [SCHEDULERS[name] for name in names]


def held(job: Job) -> list[Held]:
    """What each scheduler of this system that answers holds of ours."""
    found = []
    for one in _own():
        if one.usable():
            state = one.state(job)
            soon = one.next_run(job) if state == State.INSTALLED else ""
            found.append(Held(scheduler=one.name, state=state, where=one.where(job), next_run=soon))
    return found


def install(job: Job, scheduler: Scheduler) -> State:
    """Put the entry there; what was there before. Doing it again changes nothing. Raises SchedulerFailed."""
    if not scheduler.usable():
        raise SchedulerFailed(f"{scheduler.name} does not answer on this machine")
    before = scheduler.state(job)
    if before != State.INSTALLED:
        scheduler.install(job)
    return before


def remove(job: Job, name: str | None) -> list[str]:
    """Take our entry out of one scheduler, or of every one that holds it; the names of those that did. Raises
    SchedulerFailed, UnknownName."""
    asked = [chosen(name)] if name is not None else _own()
    gone = [one for one in asked if one.usable() and one.state(job) != State.ABSENT]
    for one in gone:
        one.remove(job)
    return [one.name for one in gone]


def last_run(home: Path) -> Last | None:
    """What became of the last scheduled run."""
    return record.read(home)


def silent(last: Last | None, now: datetime) -> bool:
    """Whether hourly runs are not heard of any more."""
    return last is not None and not timedelta(0) <= now - last.at <= _QUIET


def health(held: Sequence[Held], last: Last | None, now: datetime) -> tuple[str, str, str]:
    """How the reminders that should come by themselves are: `ok`, `note` or `wrong`, in words, and what to do about it."""
    ours = [one for one in held if one.state != State.ABSENT]
    names = ", ".join(one.scheduler for one in ours)
    if not ours:
        return "note", "nothing runs dsr remind by itself", "dsr schedule install"
    if any(one.state == State.DIFFERENT for one in ours):
        says = f"the entry of {names} is not the one of this dsr, or is switched off"
        return "wrong", says, "dsr schedule install"
    if last and silent(last, now):
        says = f"{names} should run dsr remind every hour, and last did on {last.at:%Y-%m-%d %H:%M} UTC"
        return "wrong", says, "dsr schedule status"
    if last and last.exit_code not in (0, 3, 10):
        return "wrong", f"the last run of {names}: {outcome(last)}", "dsr schedule status"
    return "ok", f"{names} runs dsr remind every hour", ""


def outcome(last: Last) -> str:
    """How a run ended, in words."""
    told = {
        0: "nothing needed you",
        3: "a channel failed",
        10: "something needs you: dsr next",
        16: "the store could not be used",
    }
    words = told.get(last.exit_code, f"it failed with exit code {last.exit_code}")
    news = "" if last.exit_code not in (0, 3, 10) else f"; {last.news} announced" if last.news else "; nothing new"
    return f"{words}{news}{f' ({last.told})' if last.told else ''}"


def warning(home: Path) -> str:
    """What a person should know whose reminders would reach nobody; empty where they reach somebody."""
    own: Any = config.read(home)
    if set(own.remind.channels) - {"terminal"}:
        return ""
    return (
        "No channel is set that reaches you from the background: dsr next shows what is due. "
        'To be told, write this line into config.toml, or email, file or command in its place:  remind.channels = ["desktop"]'
    )
