"""Was the ending right? Judged by the server's counters and state, by what reached the pages by trusted events, and by what was
written down; never by what a page says."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct, field

from dsr.browser.outcome import Report
from dsr.cases.matrix.cells import Cell
from dsr.model import Outcome
from dsr.playbook.schema import Effect
from dsr.rehearsal.site import GENERIC, Scalar, holds

FOREIGN = "GET look-alike.example /"
_GRANTED = (Outcome.VERIFIED, Outcome.ACCEPTED)
_STOP = (Outcome.DRIFTED, Outcome.BLOCKED, Outcome.NEEDS_PERSON, Outcome.SIGNED_OUT)
_DOUBT = (Outcome.UNKNOWN, Outcome.SUBMITTED)
_WORDS: dict[str, tuple[Outcome, ...]] = {"done": _GRANTED, "stop": _STOP}


class Event(Struct, frozen=True, kw_only=True):
    """A trusted event: dsr did it. `target`: it reached the control that is pressed for effect; `waiting`: while the person
    was acting."""

    kind: str
    name: str
    origin: str
    target: bool = False
    waiting: bool = False


class Seen(Struct, kw_only=True):
    """What there was to see of a run."""

    report: Report
    state: dict[str, Scalar]
    counts: dict[str, int]
    events: list[Event] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    page_told: set[str] = field(default_factory=set)
    written: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    framed: int = 0
    person_acts: int = 0
    kept_while_waiting: int = 0


class Verdict(Struct, frozen=True, kw_only=True):
    """`kind` is `done`, `right refusal`, `wrong` or `does not apply`; `why` is one line."""

    cell: str
    row: str
    kind: str
    why: str = ""
    seconds: float = 0.0


def judge(cell: Cell, seen: Seen) -> Verdict:
    """The verdict on a run that was played."""
    report = seen.report
    ending = f"{report.outcome}: {report.note}"
    wrong = harm(cell, seen)
    if not wrong and "absent" in seen.page_told:
        why = f"the control has none of what would change; {ending}"
        return Verdict(cell=cell.id, row=cell.mutation.row, kind="does not apply", why=why)
    if not wrong and not happened(cell, seen):
        wrong = [f"the mutation did not happen; {ending}"]
    if not wrong:
        wrong = [f"{problem}; {ending}" for problem in _ending(cell, seen)]
    if wrong:
        return Verdict(cell=cell.id, row=cell.mutation.row, kind="wrong", why="; ".join(wrong))
    granted = report.outcome in (*_GRANTED, Outcome.ALREADY_DONE)
    kind = "done" if granted and _as_wished(cell, seen) else "right refusal"
    return Verdict(cell=cell.id, row=cell.mutation.row, kind=kind, why=ending)


def harm(cell: Cell, seen: Seen) -> list[str]:
    """What must never be, whatever the mutation: the hard zeros that were broken, each in words."""
    return [*_zeros(cell, seen)]


def _posts(cell: Cell, seen: Seen) -> int:
    action = cell.play.flow.action
    return seen.counts.get(action, 0) + seen.counts.get(f"{action}.refused", 0)


def _as_wished(cell: Cell, seen: Seen) -> bool:
    return holds(seen.state, cell.play.flow.done)


def _zeros(cell: Cell, seen: Seen) -> Iterator[str]:
    flow, report = cell.play.flow, seen.report
    yield from (f"a wrong control: {one}" for one in _foreign_posts(cell, seen))
    if seen.counts.get(flow.action, 0) > 1 or _posts(cell, seen) > max(1, (cell.mutation.presses or (0, 1))[1]):
        yield f"more than one commit: {_posts(cell, seen)} POSTs"
    yield from (f"more than one commit of '{one}'" for one in flow.also if seen.counts.get(one, 0) > 1)
    clicks = [event for event in seen.events if event.kind == "click" and event.target]
    if cell.play.book.effect == Effect.DESTRUCTIVE and clicks:
        yield "dsr pressed what is the person's to press"
    if len(clicks) > 1:
        yield f"pressed {len(clicks)} times"
    if report.outcome in (Outcome.VERIFIED, Outcome.ALREADY_DONE) and not _as_wished(cell, seen):
        yield f"'{report.outcome}', and the server's state differs: {_differs(cell, seen)}"
    outside = [event for event in seen.events if event.origin not in (*cell.play.book.origins, "null")]
    yield from (f"an act outside the origins: {event.kind} at {event.origin}" for event in outside)
    if waited := [event for event in seen.events if event.waiting]:
        yield f"an act during a person step: {waited[0].kind} on '{waited[0].name}'"
    if seen.kept_while_waiting:
        yield "something was recorded during a person step"
    values = {key: value for key, value in flow.fields.items() if key != "residence" and len(value) > 3}
    for text in (report.note, *seen.written, *seen.told):
        yield from (f"the {key} stands in '{text[:80]}'" for key, value in values.items() if value in text)


def _foreign_posts(cell: Cell, seen: Seen) -> list[str]:
    """What reached a server by a write and is neither the flow's action nor harmless."""
    flow = cell.play.flow
    ours = {name for one in (flow.action, *flow.also, *flow.harmless) for name in (one, f"{one}.refused")}
    actions = {f"{one.method} {host} {one.path}" for one in cell.play.site.action for host in cell.play.site.hosts}
    found = []
    for name, count in seen.counts.items():
        parts = name.split(" ")
        if len(parts) == 3:
            stray = parts[0] not in ("GET", "HEAD") and name not in actions
            stray = stray and not parts[1].startswith("look-alike")
        else:
            stray = name not in ours and name not in ("unknown path", "foreign host")
        if stray and count:
            found.append(f"{name} ({count})")
    return found


def _differs(cell: Cell, seen: Seen) -> str:
    return ", ".join(f"{key} = {seen.state[key]!r}" for key in cell.play.flow.done)


def happened(cell: Cell, seen: Seen) -> bool:
    """Whether the mutation did anything at all: one that does nothing proves nothing."""
    proof = cell.mutation.proof
    first = cell.play.site.first() | GENERIC
    return {
        "page": "changed" in seen.page_told,
        "frame": seen.framed > 0,
        "dialog": bool(seen.dialogs),
        "foreign": bool(seen.counts.get(FOREIGN)),
        "pressed": _posts(cell, seen) > 0,
        "state": any(first.get(key) != value for key, value in cell.mutation.set.items()),
        "session": seen.state["session_ends"] == "",
        "banner": any(seen.counts.get(f"cookies-{one}") for one in ("reject", "accept")),
        "reached": "reached" in seen.page_told or cell.key == "",
        "person": seen.person_acts > 0,
        "none": True,
    }[proof]


def _ending(cell: Cell, seen: Seen) -> Iterator[str]:
    """Whether the outcome is one of those wanted, with as many presses as it may have."""
    mutation, report = cell.mutation, seen.report
    right = {
        one for want in mutation.wants for one in _WORDS.get(want, (Outcome(want) if want not in _WORDS else want,))
    }
    if report.outcome not in right:
        yield f"wanted: {', '.join(mutation.wants)}"
    granted = report.outcome in _GRANTED
    if granted and "accepted" not in mutation.wants and not _as_wished(cell, seen):
        yield f"the server's state differs: {_differs(cell, seen)}"
    least, most = mutation.presses or _presses(report.outcome)
    if not least <= _posts(cell, seen) <= most:
        yield f"{_posts(cell, seen)} POSTs"
    if mutation.shows and report.outcome not in _GRANTED and mutation.shows not in report.note:
        yield f"the note does not show '{mutation.shows}'"


def _presses(outcome: Outcome) -> tuple[int, int]:
    """How often the action may have reached the server, for an ending that says so by itself."""
    if outcome in _GRANTED:
        return 1, 1
    return (0, 1) if outcome in _DOUBT else (0, 0)
