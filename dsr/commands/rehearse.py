"""The played sites: which there are, what was done on them, and a fresh start."""

from __future__ import annotations

import shutil
from typing import Annotated

import typer

from dsr import config, resources
from dsr.cases import runs
from dsr.commands import rows
from dsr.errors import UnknownName
from dsr.model import Result


def list_() -> Result:
    """List the played sites with what they remember and count.

    Example: dsr rehearse list
    """
    home = config.home(rehearsal=True)
    found = [{"controller": slug, **runs.remembered(home, slug)} for slug in _sites()]
    lines = []
    for row in found:
        counts = {key: count for key, count in row["counts"].items() if " " not in key}
        lines.append(f"  {row['controller']:<12} " + (", ".join(f"{k} {n}" for k, n in counts.items()) or "untouched"))
    return Result(text="\n".join(["Played sites, and what was done on them:", *lines]), data={"rows": rows(found)})


def reset(controller: Annotated[str | None, typer.Argument(help="One site; all if not given.")] = None) -> Result:
    """Start over: the played site's memory, and (for all) the rehearsal's cases and browser profiles.

    Example: dsr rehearse reset
    """
    if controller is not None and controller not in _sites():
        raise UnknownName("played site", controller, _sites())
    home = config.home(rehearsal=True)
    if controller is None:
        if home.is_dir() and home.name == "rehearsal":
            shutil.rmtree(home)
        return Result(text="All rehearsals start over; your real cases are untouched.", data={"rows": list(_sites())})
    runs.state_file(home, controller).unlink(missing_ok=True)
    return Result(text=f"{controller} starts over.", data={"rows": [controller]})


VERBS = (list_, reset)


def _sites() -> tuple[str, ...]:
    return tuple(
        sorted(path.parent.parent.name for path in resources.folder("playbooks").glob("*/rehearsal/site.toml"))
    )
