"""Announce what time has changed, once per stage and channel; for a scheduler (10: something needs you)."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from dsr import config
from dsr.cases import channels, reminding
from dsr.cases.reminding import Reminded
from dsr.commands import day, instant, now, rows
from dsr.commands._desk import sitting
from dsr.commands._options import DryRun
from dsr.errors import ChannelFailed, DsrError, PersonNeeded, StoreProblem
from dsr.model import Result
from dsr.report import Terminal
from dsr.schedule import record
from dsr.store import taken

_BY_HAND, _SCHEDULED = 10.0, 60.0  # seconds that a run waits for another one, or for the store


def run(
    ctx: typer.Context,
    on: Annotated[str | None, typer.Option(help="Run as if it were this date.")] = None,
    quiet: Annotated[
        bool, typer.Option("--quiet", help="Say nothing here; only the other channels are served.")
    ] = False,
    dry_run: DryRun = False,
    rehearse: Annotated[bool, typer.Option("--rehearse", help="The rehearsal's cases.")] = False,
    scheduled: Annotated[
        str | None, typer.Option(hidden=True, help="The home folder that a scheduler runs this for.")
    ] = None,
) -> Result:
    """Announce what time has changed: each stage of a deadline once on each channel that config.toml names.

    Ends with 0 when nothing needs you, 10 when something does, 3 when a channel failed: it is tried again by the next run.

    Example: dsr remind
    """
    if scheduled is not None:
        _choose(scheduled)
    timeout = _BY_HAND if scheduled is None else _SCHEDULED
    home = config.private(config.home())
    try:
        with (
            taken(home, "remind", timeout=timeout),
            sitting(ctx, rehearse=rehearse, on=day(on), timeout=timeout) as desk,
        ):
            at = instant(on)
            terminal = ctx.find_root().obj
            assert isinstance(terminal, Terminal)
            silent = quiet or scheduled is not None
            ways = channels.chosen(desk, config.read(desk.home), at, quiet=silent, as_json=terminal.as_json)
            came = reminding.remind(desk, ways, at, act=not dry_run)
        result = _told(came, quiet=silent, dry_run=dry_run)
    except DsrError as error:
        if scheduled is not None:
            record.write(home, record.Last(at=now(), exit_code=error.exit_code, told=error.message))
        raise
    if scheduled is not None:
        told = "; ".join(one.problem for one in came.failed)
        record.write(home, record.Last(at=now(), exit_code=result.exit_code, told=told, news=len(came.news)))
    return result


def _choose(home: str) -> None:
    """Take the home that a scheduler names. Raises StoreProblem where it is gone, as with a disk: none is made in its place."""
    config.choose(home)
    if not (config.home() / "store.db").exists():
        raise StoreProblem(f"there is no store in '{home}', which a scheduler looks after", "dsr schedule remove")


def _told(came: Reminded, *, quiet: bool, dry_run: bool) -> Result:
    """The result; at the terminal the news were told already, unless this is a dry run."""
    lines = [f"would be announced by {', '.join(one.channels)}: {one.text}" for one in came.news if dry_run]
    for one in came.failed:
        lines += [f"not announced by {one.problem} ({one.failed} kept for the next run)", f"  {one.hint}"]
    if came.needs and not quiet:
        lines.append(f"{len(came.needs)} {'thing needs' if len(came.needs) == 1 else 'things need'} you: dsr next")
    needed = PersonNeeded.exit_code if came.needs else 0
    code = ChannelFailed.exit_code if came.failed else needed
    return Result(text="\n".join(lines), data=_data(came), exit_code=code)


def _data(came: Reminded) -> dict[str, Any]:
    return {"rows": rows(came.news), "needs_you": rows(came.needs), "channels": rows(came.served)}
