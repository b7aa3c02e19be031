"""Run cells one after another, whatever they need: scenes on one browser, or processes of their own."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

from dsr.browser.find import Browser
from dsr.cases.matrix import machine
from dsr.cases.matrix.cells import Cell, bounded, cells
from dsr.cases.matrix.oracle import Verdict
from dsr.cases.matrix.play import plays, theatre

Tell = Callable[[Verdict], None]


def selected(name: str, folder: Path | None = None, *, everything: bool = False) -> list[Cell]:
    """The cells of a playbook: all of them, or the part that is run at every change. Raises as `plays`."""
    found = [cell for play in plays(name, folder) for cell in cells(play)]
    return found if everything else bounded(found)


def run(chosen: Sequence[Cell], found: Browser, tell: Tell = lambda _: None) -> list[Verdict]:
    """Play and judge cells in their order; `tell` hears of each verdict as it falls."""
    verdicts: list[Verdict] = []
    for folder, group in groupby(chosen, key=lambda cell: Path(cell.play.site.folder)):
        verdicts += _played(folder, list(group), found, tell)
    return verdicts


def _played(folder: Path, chosen: list[Cell], found: Browser, tell: Tell) -> Iterator[Verdict]:
    scenes = [cell for cell in chosen if not cell.mutation.process or cell.idle]
    verdicts = {verdict.cell: verdict for verdict in asyncio.run(_scenes(folder, scenes, found, tell))}
    for cell in chosen:
        if cell.id not in verdicts:
            with tempfile.TemporaryDirectory() as home:
                verdicts[cell.id] = machine.verdict(cell, Path(home) / "home")
            tell(verdicts[cell.id])
        yield verdicts[cell.id]


async def _scenes(folder: Path, chosen: list[Cell], found: Browser, tell: Tell) -> list[Verdict]:
    verdicts: list[Verdict] = []
    with tempfile.TemporaryDirectory() as scratch:
        async with theatre(folder, Path(scratch), found) as stage:
            for cell in chosen:
                verdicts.append(await stage.verdict(cell))
                tell(verdicts[-1])
    return verdicts
