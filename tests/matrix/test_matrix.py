"""The mutation matrix: every flow under changed pages, networks, sessions and machines, judged by the server's counters.

At every change each mutation is tried once in each flow, with another of its values and steps in each; `make matrix` plays
them all.
"""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from dsr.browser import guard
from dsr.cases.matrix import machine
from dsr.cases.matrix.cells import Cell
from dsr.cases.matrix.run import selected
from dsr.cases.matrix.table import REFUSED, WRONG, table
from dsr.rehearsal.mutations import matrix

FLOWS = ("training-opt-out", "request-export", "portal-request", "delete-account")
CELLS = {flow: selected(f"openai/{flow}") for flow in FLOWS}
ROWS = """baseline moved unmarked native wrapper shadow-root same-origin-frame right-to-left known-locale reworded unknown-locale
  changed-before-click replaced-before-click marker-elsewhere twins gone inverted already locked collapsed are-you-sure banner
  overlay first-byte-late answer-late answer-never answer-500 reverted swallowed session-ends asks-again redirect window
  foreign-frame confirm leaving killed browser-killed second-dsr profile-locked disk-full too-many""".split()


def one_each(number: int, flow: str) -> list[Cell]:
    """Of each mutation one cell that can be played in a scene: another of its values and steps for each flow."""
    kept = []
    played = [cell for cell in CELLS[flow] if not cell.idle and not cell.mutation.process]
    for _, group in groupby(played, key=lambda cell: cell.mutation.name):
        found = list(group)
        kept.append(found[number % len(found)])
    return kept


SCENES = [cell for number, flow in enumerate(FLOWS) for cell in one_each(number, flow)]
PROCESSES = [cell for flow in FLOWS for cell in CELLS[flow] if cell.mutation.process and not cell.idle]


@pytest.mark.browser
@pytest.mark.parametrize("cell", SCENES, ids=lambda cell: cell.id)
def test_scene(house: Any, cell: Cell) -> None:
    """Under a mutation a flow is done, or refused for the right reason, and nothing else was done to the account."""
    verdict = house.verdict(cell)
    assert verdict.kind != WRONG, verdict.why


@pytest.mark.browser
@pytest.mark.parametrize("cell", PROCESSES, ids=lambda cell: cell.id)
def test_machine(tmp_path: Path, cell: Cell) -> None:
    """Killed at any seam, crowded or short of room: before the click one request after all, after it never a second one."""
    verdict = machine.verdict(cell, tmp_path / "home")
    assert verdict.kind != WRONG, verdict.why


@pytest.mark.browser
def test_a_guard_that_compares_nothing_is_found_out(house: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the guard's comparison taken out, the matrix turns red: its refusals are not given away."""
    cells = [cell for cell in SCENES if cell.mutation.row in ("changed-before-click", "replaced-before-click")]
    assert all(house.verdict(cell).kind == REFUSED for cell in cells[:2])
    blind = guard._ARM.replace("named(node) === print[1]", "true").replace("includes(node)", "includes(document)")
    assert blind != guard._ARM
    monkeypatch.setattr(guard, "_ARM", blind)
    assert any(house.verdict(cell).kind == WRONG for cell in cells)


def test_every_row_is_there() -> None:
    """The rows that were asked for are in the matrix, and nothing is in it that no row explains."""
    assert list(matrix().row) == ROWS
    assert {mutation.row for mutation in matrix().mutation} == set(ROWS)


def test_every_row_is_played() -> None:
    """Each row has a cell that is played in some flow at every change."""
    assert {cell.mutation.row for cell in (*SCENES, *PROCESSES)} == set(ROWS)


def test_twenty_kill_points() -> None:
    """dsr and its browser are killed at each seam of the journal, in both flows that run by themselves."""
    assert sum(cell.mutation.row in ("killed", "browser-killed") for cell in PROCESSES) >= 20


def test_what_does_not_apply_says_why() -> None:
    """A cell that is not played gives its reason."""
    idle = [cell for flow in FLOWS for cell in CELLS[flow] if cell.idle]
    assert idle
    assert all(len(cell.idle) > 10 for cell in idle)


@pytest.mark.browser
def test_table(house: Any) -> None:
    """The table shows a wrong cell below it, with its reason."""
    verdict = house.verdict(SCENES[0])
    text = table([verdict, structs.replace(verdict, kind=WRONG, why="it pressed the neighbour")])
    assert "done 1, WRONG 1" in text
    assert text.splitlines()[-1] == f"WRONG {verdict.cell}: it pressed the neighbour"
