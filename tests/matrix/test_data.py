"""The matrix is data: mutations and flows are checked when they are read, and nothing in them is idle."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from dsr import resources
from dsr.cases import guards
from dsr.cases.matrix.run import selected
from dsr.errors import BadData, BadFile
from dsr.playbook import read
from dsr.playbook.checks import acts
from dsr.rehearsal import mutations
from dsr.rehearsal.flows import read_flows
from dsr.rehearsal.mutations import FOLDER, Mutation, filled, matrix

REHEARSAL = resources.folder("playbooks") / "openai" / "rehearsal"
PLAYED = [
    name
    for name in read.ids()
    if acts(read.load(name)) and not guards.only_shown(read.load(name), read.service(name.partition("/")[0]))
]  # what dsr only shows, the person presses: tests/browser/test_assisted.py plays it


@pytest.mark.parametrize("name", PLAYED)
def test_every_playbook_that_acts_has_a_flow(name: str) -> None:
    """Each of our playbooks that presses something can be tried, and its baseline is among the cells."""
    assert any(cell.mutation.name == "baseline" and not cell.idle for cell in selected(name))


def test_cells_have_names_of_their_own() -> None:
    """No two cells share a name."""
    names = [cell.id for name in PLAYED for cell in selected(name, everything=True)]
    assert len(names) == len(set(names))


def test_no_script_lies_about() -> None:
    """Every script belongs to a mutation or comes with all of them."""
    used = {mutation.script for mutation in matrix().mutation} | {"find.js", "recorder.js", "leave.js"}
    assert {path.name for path in FOLDER.glob("*.js")} == used - {""}


def test_scripts_know_no_site() -> None:
    """Scripts know a page by the playbook's plan only: no test id, host or label of a site stands in one."""
    for path in FOLDER.glob("*.js"):
        assert not re.search(
            r"chatgpt|openai|improve|accounts-profile", path.read_text(encoding="utf-8"), re.IGNORECASE
        ), path


def test_places_keep_their_type() -> None:
    """A value that is nothing but a place takes the type of what fills it; within a text it becomes text."""
    one = next(mutation for mutation in matrix().mutation if mutation.name == "answer-late")
    got = filled(one, {"vary": 4, "action": "export"})
    assert got.set == {"fault_export": "late:4"}
    assert filled(structs.replace(one, set={"first_byte_late": "{vary}"}), {"vary": 4}).set == {"first_byte_late": 4}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"row": "nowhere"}, "not in the table of rows"),
        ({"script": "nothing.js"}, "is not there"),
        ({"at": "step"}, "a moment other than the start"),
        ({"then": {"locale": "de"}}, "a moment other than the start"),
        ({"process": "second"}, "a process of its own"),
        ({"set": {"locale": "{vary}"}}, "without values"),
    ],
)
def test_bad_mutations_are_refused(change: dict[str, Any], why: str) -> None:
    """A mutation that could not do what it says is refused by name."""
    whole = Mutation(name="x", row="moved", what="", kind="page", wants=("done",), proof="page")
    assert [*mutations._problems(whole, matrix().row)] == []
    assert any(why in problem for problem in mutations._problems(structs.replace(whole, **change), matrix().row))


FLOW = """schema = 1
[[flow]]
playbook = "openai/training-opt-out"
action = "training"
done = { training = "off" }
"""


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('"training"', '"nothing"', "is no action"),
        ('"off"', "3", "does not fit"),
        ('training = "off"', 'training = "on"', "holds from the start"),
        ("schema = 1", 'schema = 1\nharmless = ["nothing"]', "is no action"),
        ("schema = 1", "schema = 1\nunknown = 1", "unknown"),
    ],
)
def test_bad_flows_are_refused(tmp_path: Path, old: str, new: str, why: str) -> None:
    """A flow whose action or state the rehearsal does not have is refused, naming it."""
    for file in REHEARSAL.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "flows.toml").write_text(FLOW, encoding="utf-8")
    assert read_flows(tmp_path, "openai/training-opt-out")[0].action == "training"
    (tmp_path / "flows.toml").write_text(FLOW.replace(old, new), encoding="utf-8")
    with pytest.raises(BadFile, match=why):
        read_flows(tmp_path, "openai/training-opt-out")


def test_playbook_without_a_flow(tmp_path: Path) -> None:
    """A playbook of which the rehearsal says nothing is told what to write."""
    with pytest.raises(BadData, match="says nothing of"):
        read_flows(REHEARSAL, "openai/other")
    with pytest.raises(BadData, match=r"no flows\.toml"):
        read_flows(tmp_path, "openai/other")
