"""Look whether everything is as dsr left it, and say how to mend what is not."""

from __future__ import annotations

import typer

from dsr.cases import checkup
from dsr.commands import rows
from dsr.commands._desk import sitting
from dsr.model import Result


def run(ctx: typer.Context) -> Result:
    """Look whether everything is as dsr left it: store, evidence, permissions, clock, browser, keyring. Changes nothing.

    Example: dsr doctor
    """
    with sitting(ctx) as desk:
        found = checkup.findings(desk)
    lines = []
    for one in found:
        lines.append(f"  {one.state:<6}{one.what:<12} {one.says}")
        if one.fix:
            lines.append(f"{'':<21}fix: {one.fix}" if one.state == "wrong" else f"{'':<21}{one.fix}")
    wrong = sum(one.state == "wrong" for one in found)
    lines.append(f"{wrong} things are wrong." if wrong else "All is well.")
    return Result(text="\n".join(lines), data={"rows": rows(found), "wrong": wrong}, exit_code=1 if wrong else 0)
