"""The mutation matrix as data: what may change about a page, a server or a machine, and how a run may then end.

`mutations.toml` names each mutation; the scripts beside it change a page before dsr sees it, or under its hands. They know
the playbook's controls from a plan that is put before them, and nothing of any one site.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import quote

from msgspec import Meta, Struct, field, structs, to_builtins

from dsr import resources
from dsr.errors import BadFile
from dsr.playbook.schema import Playbook
from dsr.rehearsal.site import Scalar

FOLDER = Path(__file__).parent
LOOKALIKE = FOLDER.with_name("lookalike")
FOREIGN = "https://look-alike.example"

Want = Literal[
    "done",
    "already-done",
    "accepted",
    "submitted",
    "unknown",
    "drifted",
    "blocked",
    "needs-person",
    "signed-out",
    "stop",
]
Proof = Literal[
    "page",
    "frame",
    "dialog",
    "foreign",
    "pressed",
    "state",
    "session",
    "banner",
    "reached",
    "person",
    "process",
    "none",
]
Need = Literal["press", "testid", "fill", "refuse", "already", "looks-again", "session", "alone", "command"]
Known = Literal["", "norwegian", "sure", "confirm", "leaving"]


class Mutation(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One way in which things are not as expected.

    `row` is the row of the matrix that it belongs to. `script` changes pages, told by `with`; `set` is the server's state at
    the start, `then` its state from the moment `at`: when each step's control shows (`step`; a cell for every step), when the
    target shows or is reached by the pointer (`shown`, `hover`), or when the press was counted (`pressed`); `go` is then
    done to the page. `{vary}`, `{action}` and `{account}` are filled in; `vary` makes one cell for each of its values.
    `knows` is what the playbook is told beside what it says (so that the known form of a question can be tried), `person`
    whether anybody is at the browser (if it does not say: where the flow has a part for a person). `verbs` are the effect
    steps that it applies to, `needs` what the playbook or the flow must have.

    `wants` are the right endings; `presses` how often the flow's own action may reach the server, where that is not what
    the ending says by itself; `shows` must be in the note. `proof` is how the matrix knows that it happened at all.
    """

    name: str
    row: str
    what: str
    kind: Literal["page", "network", "session", "dialog", "origin", "crash", "machine"]
    wants: Annotated[tuple[Want, ...], Meta(min_length=1)]
    proof: Proof
    script: str = ""
    with_: dict[str, Any] = field(default_factory=dict, name="with")
    set: dict[str, Scalar] = {}
    then: dict[str, Scalar] = {}
    at: Literal["start", "step", "shown", "hover", "pressed"] = "start"
    go: Literal["", "reload", "foreign"] = ""
    vary: tuple[Scalar, ...] = ()
    verbs: tuple[str, ...] = ()
    needs: tuple[Need, ...] = ()
    presses: tuple[int, int] | None = None
    shows: str = ""
    person: Literal["", "there", "nobody"] = ""
    knows: Known = ""
    framed: bool = False
    lax: bool = False
    evidence: bool = False
    process: str = ""


class Matrix(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`mutations.toml`: the rows in the order of the table, with the words that are wanted there, and the mutations."""

    schema: int
    row: dict[str, str]
    mutation: tuple[Mutation, ...]


@cache
def matrix() -> Matrix:
    """All mutations, checked. Raises BadFile naming every problem."""
    file = FOLDER / "mutations.toml"
    found = resources.toml(file, Matrix)
    names = [mutation.name for mutation in found.mutation]
    wrong = [f"'{name}' stands there twice" for name in sorted({one for one in names if names.count(one) > 1})]
    for mutation in found.mutation:
        wrong += [f"{mutation.name}: {problem}" for problem in _problems(mutation, found.row)]
    wrong += [f"row '{row}' has no mutation" for row in found.row if all(one.row != row for one in found.mutation)]
    if wrong:
        raise BadFile(file, "; ".join(wrong))
    return found


def _problems(mutation: Mutation, rows: Mapping[str, str]) -> Iterator[str]:
    if mutation.row not in rows:
        yield f"row '{mutation.row}' is not in the table of rows"
    if mutation.script and not (FOLDER / mutation.script).is_file():
        yield f"script '{mutation.script}' is not there"
    if (mutation.at == "start") == bool(mutation.then or mutation.go):
        yield "'then' and 'go' belong to a moment other than the start, and the other way round"
    if (mutation.kind == "crash" or mutation.proof == "process") != bool(mutation.process):
        yield "a mutation with a process of its own has 'process', and no other"
    if "{vary}" in str(structs.asdict(mutation)) and not mutation.vary:
        yield "'{vary}' without values"


def filled(mutation: Mutation, words: Mapping[str, Scalar]) -> Mutation:
    """A mutation with its `{places}` filled in; a value that is nothing but a place takes the type of what fills it."""

    def fill(value: Any) -> Any:
        if isinstance(value, dict):
            return {str(fill(key)): fill(inner) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return type(value)(fill(inner) for inner in value)
        if not isinstance(value, str):
            return value
        for word, put in words.items():
            if value == f"{{{word}}}":
                return put
            value = value.replace(f"{{{word}}}", str(put))
        return value

    return structs.replace(
        mutation,
        with_=fill(mutation.with_),
        set=fill(mutation.set),
        then=fill(mutation.then),
        shows=fill(mutation.shows),
        process=fill(mutation.process),
    )


def look_alike(book: Playbook) -> str:
    """The address of a foreign page that has every control of the playbook."""
    look = [
        {
            "role": one.role[0],
            "name": next((name.text for name in one.names), key),
            "testid": next(iter(one.testid), ""),
        }
        for key, one in book.control.items()
    ]
    return f"{FOREIGN}/?look={quote(json.dumps(look))}"


def script(book: Playbook, target: str, mutation: Mutation, **more: object) -> str:
    """The script of a mutation for the controls of a playbook, to run first in every document. It may call
    `__dsrMatrix(what, detail)`; without a script only what reaches the page by trusted events is told."""
    plan = {
        "origins": book.origins,
        "controls": {key: to_builtins(control) for key, control in book.control.items()},
        "target": target,
        "with": mutation.with_ | more,
        "look": look_alike(book),
    }
    parts = [(FOLDER / name).read_text(encoding="utf-8") for name in ("find.js", "recorder.js")]
    if mutation.script:
        parts += ["if (!ours) return;", (FOLDER / mutation.script).read_text(encoding="utf-8")]
    return "(() => {\nconst plan = " + json.dumps(plan) + ";\n" + "\n".join(parts) + "\n})();"
