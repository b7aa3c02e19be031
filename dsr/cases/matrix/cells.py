"""The cells of the matrix: each mutation that applies to a playbook, once for every value and every step that it varies over."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct, structs

from dsr.cases.matrix.knowing import norwegian_texts
from dsr.playbook.checks import acts
from dsr.playbook.schema import Effect, Fill, Goto, Note, PersonStep, Playbook, Service, Step
from dsr.rehearsal import mutations
from dsr.rehearsal.flows import Flow
from dsr.rehearsal.mutations import Mutation
from dsr.rehearsal.site import GENERIC, Scalar, Site, fits


class Play(Struct, frozen=True, kw_only=True):
    """What is put on the stage: a playbook for one wish, its service, its flow and the rehearsal's site."""

    book: Playbook
    service: Service
    flow: Flow
    site: Site

    @property
    def act(self) -> Step:
        """The step with effect that the mutations are about: the last one, unless the flow names another."""
        named = [act for act in acts(self.book) if act.control == self.flow.control]
        return (named or acts(self.book))[-1]

    @property
    def target(self) -> str:
        """The control of that step."""
        return str(self.act.control)  # type: ignore[union-attr]


class Cell(Struct, frozen=True, kw_only=True):
    """One mutation on one playbook. `step` is the step at which it happens, if it is one of the mutations of steps, and `key`
    the control of that moment. `idle` says why the mutation does not apply; such a cell is not played."""

    play: Play
    mutation: Mutation
    value: Scalar = ""
    step: int = -1
    key: str = ""
    idle: str = ""

    @property
    def id(self) -> str:
        """A name that is unique in the matrix, e.g. `openai/training-opt-out:redirect[302,step 4]`."""
        where = [str(self.value)] if self.value != "" else []
        if self.step >= 0:
            where.append(f"step {self.step + 1}")
        return f"{self.play.flow.name}:{self.mutation.name}" + (f"[{', '.join(where)}]" if where else "")


def cells(play: Play) -> list[Cell]:
    """Every cell of a playbook, in the order of the table."""
    return [cell for mutation in mutations.matrix().mutation for cell in _cells(play, mutation)]


def _cells(play: Play, mutation: Mutation) -> Iterator[Cell]:
    lacks = _lacks(play, mutation)
    if lacks:
        yield Cell(play=play, mutation=mutation, idle=lacks)
        return
    for value in mutation.vary or ("",):
        ready = mutations.filled(mutation, _words(play, value))
        if mutation.name == "already":
            ready = structs.replace(ready, set=ready.set | play.flow.already)
        idle = _unknown(play, ready) or _no_locale(play, ready)
        one = Cell(play=play, mutation=ready, value=value, idle=idle, key=play.target)
        if mutation.at != "step" or idle:
            yield one
            continue
        for number, key in _moments(play.book, alone=mutation.person == "nobody"):
            yield structs.replace(one, step=number, key=key)


def bounded(found: list[Cell]) -> list[Cell]:
    """The part of the cells that is played at every change: of a mutation of steps each step once, with its values in turn."""
    kept = []
    for cell in found:
        values = cell.mutation.vary
        turn = values[cell.step % len(values)] if values and cell.step >= 0 else cell.value
        if cell.value == turn or cell.idle:
            kept.append(cell)
    return kept


def _words(play: Play, value: Scalar) -> dict[str, Any]:
    """What the places of a mutation are filled with."""
    refuse = play.book.control[play.service.refuse[0]].names if play.service.refuse else ()
    return {
        "vary": value,
        "action": play.flow.action.replace("-", "_"),
        "look": mutations.look_alike(play.book),
        "target": play.target,
        "field": next((step.control for step in play.book.step if isinstance(step, Fill)), ""),
        "reject": next((name.text for name in refuse if name.locale == "en"), ""),
        "norwegian": norwegian_texts(play.book),
    }


def _lacks(play: Play, mutation: Mutation) -> str:
    """What a mutation needs and this playbook or flow has not; empty if nothing."""
    book, act = play.book, play.act
    verb = act.__struct_config__.tag
    if mutation.verbs and verb not in mutation.verbs:
        return f"the playbook does not {' or '.join(mutation.verbs)}, it {verb}s"
    has = {
        "press": (book.effect != Effect.DESTRUCTIVE, "the last press is the person's"),
        "testid": (bool(book.control[play.target].testid), "no test id of the control is known"),
        "fill": (any(isinstance(step, Fill) for step in book.step), "the playbook types nothing"),
        "refuse": (bool(play.service.refuse), "the service's record knows no banner"),
        "already": (bool(play.flow.already), "no page shows that it was asked for"),
        "looks-again": (book.verify.by == "page", "nothing is loaded after the press"),
        "session": (bool(play.site.session), "the rehearsal knows no session"),
        "alone": (not play.flow.attended, "the person has a part in it anyway"),
        "command": (bool(play.flow.command), "no command of its own starts it"),
    }
    return next((why for need in mutation.needs for there, why in [has[need]] if not there), "")


def _unknown(play: Play, mutation: Mutation) -> str:
    """Which state the rehearsal cannot be in, or would not show; empty if none."""
    site = play.site
    known = {key: value for key, value in (site.first() | GENERIC).items() if key not in play.flow.lacks}
    for key, value in (mutation.set | mutation.then).items():
        if key not in known or not fits(value, known[key]) or value not in site.choice.get(key, [value]):
            return f"the rehearsal has no {key} = {value!r}"
    return ""


def _no_locale(play: Play, mutation: Mutation) -> str:
    wanted = str(mutation.set.get("locale", ""))
    known = {name.locale for name in play.book.control[play.target].names}
    return (
        f"the playbook knows no name in '{wanted}'"
        if mutation.row == "known-locale" and wanted not in (*known, "")
        else ""
    )


def _moments(book: Playbook, *, alone: bool) -> Iterator[tuple[int, str]]:
    """The steps at which something on the page can be waited for, each with its control; the first address has none. Where
    nobody is there, only those before the person's first part."""
    for number, step in enumerate(book.step):
        if isinstance(step, PersonStep) and alone:
            return
        if isinstance(step, Note | PersonStep):
            continue
        key = step.until if isinstance(step, Goto) else step.control
        if number == 0 or key:
            yield number, "" if number == 0 else key
