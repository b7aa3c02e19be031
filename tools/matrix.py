"""Play the whole mutation matrix, print its table, and beside it what scripts written by hand do on the same pages.

`make matrix`, or `python tools/matrix.py [--quick] [ACTION ...]`. Ends with 1 where a cell of dsr is wrong.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections import Counter
from pathlib import Path

from compare import WAYS, performer

from dsr import config, resources
from dsr.browser.find import Browser, browser
from dsr.cases.matrix.cells import Cell
from dsr.cases.matrix.oracle import Verdict, harm
from dsr.cases.matrix.play import theatre
from dsr.cases.matrix.run import run, selected
from dsr.cases.matrix.table import WRONG, reasons, table

FLOWS = ("training-opt-out", "request-export", "portal-request", "delete-account")
BY_HAND = ("training-opt-out", "request-export")


def tell(verdict: Verdict) -> None:
    """A dot for each cell, a line for a wrong one."""
    text = f"\nWRONG {verdict.cell}: {verdict.why}\n" if verdict.kind == WRONG else "."
    print(text, end="", flush=True)


async def by_hand(way: str, cells: list[Cell], found: Browser) -> Counter[str]:
    """How often a script was done, stopped in time, or did harm (a hard zero of the matrix)."""
    counts: Counter[str] = Counter()
    site = resources.folder("playbooks") / "openai" / "rehearsal"
    with tempfile.TemporaryDirectory() as scratch:
        async with theatre(site, Path(scratch), found, performer(way)) as stage:
            for cell in cells:
                seen = await stage.play(cell)
                done = all(seen.state[key] == value for key, value in cell.play.flow.done.items())
                counts["harm" if harm(cell, seen) else "done" if done else "not done"] += 1
    return counts


def main(argv: list[str]) -> int:
    """Play, and print."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("flows", nargs="*", metavar="ACTION", help=f"some of: {', '.join(FLOWS)}")
    asked.add_argument("--quick", action="store_true", help="of the mutations of steps each step once")
    given = asked.parse_args(argv)
    found = browser(config.read(config.home()).browser)
    chosen = [cell for flow in given.flows or FLOWS for cell in selected(f"openai/{flow}", everything=not given.quick)]
    print(f"{len(chosen)} cells")
    verdicts = run(chosen, found, tell)
    print(f"\n{table(verdicts)}\n\nWhat does not apply, and why\n{reasons(verdicts)}\n")
    shared = [
        cell
        for cell in chosen
        if cell.play.flow.playbook.partition("/")[2] in BY_HAND and not cell.idle and not cell.mutation.process
    ]
    print(f"Beside it, {len(shared)} cells of {' and '.join(BY_HAND)} played by scripts written by hand")
    for way in WAYS if shared else ():
        counts = asyncio.run(by_hand(way, shared, found))
        print(f"  {way:<16}" + ", ".join(f"{kind} {counts[kind]}" for kind in ("done", "not done", "harm")), flush=True)
    return 1 if any(verdict.kind == WRONG for verdict in verdicts) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
