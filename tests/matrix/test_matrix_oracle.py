"""What the matrix calls wrong: every hard zero, a mutation that did nothing, and an ending that was not wanted."""

from __future__ import annotations

from typing import Any

import pytest

from dsr.browser.outcome import Report
from dsr.cases.matrix.cells import Cell
from dsr.cases.matrix.oracle import Event, Seen, judge
from dsr.cases.matrix.run import selected
from dsr.cases.matrix.table import DONE, IDLE, REFUSED, WRONG
from dsr.model import Outcome
from dsr.rehearsal.site import GENERIC

SITE = "https://chatgpt.com"
CELLS = {cell.id.partition(":")[2]: cell for cell in selected("openai/training-opt-out", everything=True)}
DELETION = {cell.id.partition(":")[2]: cell for cell in selected("openai/delete-account")}
PRESS = Event(kind="click", name="Improve the model for everyone", origin=SITE, target=True)


def seen(cell: Cell, outcome: Outcome = Outcome.VERIFIED, note: str = "", **more: Any) -> Seen:
    """A run that pressed once and was granted, but for what is said otherwise."""
    state = cell.play.site.first() | GENERIC | cell.play.flow.done | more.pop("state", {})
    counts = {cell.play.flow.action: 1, f"POST chatgpt.com /rehearsal/{cell.play.flow.action}": 1} | more.pop(
        "counts", {}
    )
    given: dict[str, Any] = {"events": [PRESS], "page_told": {"changed"}} | more
    return Seen(report=Report(outcome=outcome, note=note, commits=1), state=state, counts=counts, **given)


def test_done() -> None:
    """Pressed once, granted by the server, seen: done."""
    assert judge(CELLS["moved"], seen(CELLS["moved"])).kind == DONE


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"counts": {"delete-chats": 1}}, "a wrong control"),
        ({"counts": {"audio.refused": 1}}, "a wrong control"),
        ({"counts": {"POST chatgpt.com /dsr-matrix/wrong-press": 1}}, "a wrong control"),
        ({"counts": {"stolen-press": 1}}, "a wrong control"),
        ({"counts": {"stolen-fill": 1}}, "a wrong control"),
        ({"counts": {"cookies-accept": 1}}, "a wrong control"),
        ({"counts": {"training": 2}}, "more than one commit"),
        ({"counts": {"training.refused": 1}}, "more than one commit"),
        ({"events": [PRESS, PRESS]}, "pressed 2 times"),
        ({"state": {"training": "on"}}, "the server's state differs"),
        ({"events": [Event(kind="keydown", name="", origin="https://look-alike.example")]}, "outside the origins"),
        ({"events": [Event(kind="click", name="x", origin=SITE, waiting=True)]}, "during a person step"),
        ({"kept_while_waiting": 1}, "recorded during a person step"),
        ({"note": "ada@example.org is signed in"}, "the email stands in"),
        ({"written": ["Ada Lovelace"]}, "the name stands in"),
        ({"told": ["Ada Lovelace, it is your turn"]}, "the name stands in"),
        ({"page_told": set()}, "did not happen"),
    ],
)
def test_hard_zeros(more: dict[str, Any], why: str) -> None:
    """Each hard zero, once broken, makes a cell wrong, however well the run ended."""
    verdict = judge(CELLS["moved"], seen(CELLS["moved"], **more))
    assert verdict.kind == WRONG
    assert why in verdict.why


def test_the_last_press_is_the_persons() -> None:
    """A trusted press on the last button of a deletion is dsr's, and wrong."""
    cell = DELETION["moved"]
    assert judge(cell, seen(cell, events=[])).kind == DONE
    assert "person's to press" in judge(cell, seen(cell)).why


@pytest.mark.parametrize(
    ("name", "outcome", "presses", "kind"),
    [
        ("reworded", Outcome.DRIFTED, 0, REFUSED),
        ("reworded", Outcome.DRIFTED, 1, WRONG),
        ("reworded", Outcome.BLOCKED, 0, WRONG),
        ("moved", Outcome.DRIFTED, 0, WRONG),
        ("gone", Outcome.VERIFIED, 1, WRONG),
        ("answer-500", Outcome.UNKNOWN, 1, REFUSED),
        ("answer-500", Outcome.SUBMITTED, 1, WRONG),
        ("relabelled[pointermove]", Outcome.UNKNOWN, 1, WRONG),
    ],
)
def test_endings(name: str, outcome: Outcome, presses: int, kind: str) -> None:
    """An ending is right only if the mutation wants it, and with as many requests as it may have."""
    cell = CELLS[name]
    counts = {"training": 0, "training.refused": presses} if kind == REFUSED else {"training": presses}
    granted = {"training": "on"} if outcome != Outcome.VERIFIED else {}
    found = seen(cell, outcome, f"'{cell.mutation.shows}'", counts=counts, state=granted)
    assert judge(cell, found).kind == kind, judge(cell, found).why


def test_the_seen_name_is_shown() -> None:
    """A refusal that does not tell what stood there is wrong where the row asks for it."""
    cell = CELLS["reworded"]
    found = seen(cell, Outcome.DRIFTED, "it bears another name", counts={"training": 0}, state={"training": "on"})
    assert "does not show" in judge(cell, found).why


def test_nothing_to_change() -> None:
    """Where a page has nothing of what would change, the cell does not apply; harm is wrong all the same."""
    cell = CELLS["id-gone"]
    assert judge(cell, seen(cell, page_told={"absent"})).kind == IDLE
    assert judge(cell, seen(cell, page_told={"absent"}, counts={"audio": 1})).kind == WRONG
