"""The report of all cases: gathered from the store, rendered, written to a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dsr.cases import dials, holders, names, outlook, portrait
from dsr.cases.desk import Desk
from dsr.cases.dials import Dated, View
from dsr.dossier import MARK, Figure, Page, Running, Todo, render
from dsr.dossier.bars import Scale, draw
from dsr.errors import BadFile
from dsr.model import Status
from dsr.speech import Speech
from dsr.store import files

_COUNTS = ("late", "soon", "run")  # the dates that are drawn among the running clocks
_MOST = 40  # running clocks that are drawn together


def written(desk: Desk, path: Path) -> Page:
    """Write the report, in place of an earlier one. Returns what stands on it.

    Raises BadFile where the file cannot be written, or is there already and no report.
    """
    page = gather(desk)
    try:
        if path.exists() and not _earlier(path):
            raise BadFile(path, "it is there already, and it is no report of dsr", "name another file with --out")
        files.write(path, render(page).encode())
    except OSError as problem:
        raise BadFile(
            path, (problem.strerror or "it cannot be written").lower(), "name another file with --out"
        ) from None
    return page


def _earlier(path: Path) -> bool:
    """Whether a file is a report that dsr wrote."""
    with path.open("rb") as file:
        return MARK.encode() in file.read(1000)


def gather(desk: Desk) -> Page:
    """Everything that stands on the page, on the desk's day."""
    speech, people = desk.speech(), desk.ledger.subjects()
    views = [dials.view(request, events, desk.today, desk.home, speech) for request, events in desk.ledger.cases()]
    dated = [dials.dated(one) for one in views]
    groups = holders.by_company(views)
    todos = _todos(desk, speech)
    running = _running(views, dated)
    shown, scale = running[:_MOST], _scale(running[:_MOST], desk)
    name = people[0].name if len(people) == 1 else ""
    return Page(
        lang=speech.lang,
        words=speech.group("page"),
        title=speech.say("page", "of", name=name) if name else speech.say("page", "title"),
        as_of=speech.say("page", "as_of", day=speech.day(desk.today)),
        rehearsal=desk.rehearsal,
        figures=_figures(views, len(groups), len(running), len(todos), speech),
        todos=todos,
        running=tuple(_drawn(one, found, scale) for one, found in shown),
        ticks=dials.ticks(scale, speech) if shown else (),
        more=speech.count("more", len(running) - _MOST) if len(running) > _MOST else "",
        cases=tuple(portrait.part(one, found) for one, found in zip(views, dated, strict=True)),
        companies=tuple(holders.part(slug, found) for slug, found in groups.items()),
        answers=holders.answers(groups, desk.today, speech),
    )


def _todos(desk: Desk, speech: Speech) -> tuple[Todo, ...]:
    """What needs the person, as `dsr next` has it."""
    found = [item for one in outlook.overview(desk) for item in one.items if item.needs_you]
    found.sort(key=lambda item: (item.by is None, item.by))
    return tuple(
        Todo(
            case=item.case,
            what=item.what,
            why=item.why,
            command=desk.command(item.command),
            by=speech.say("page", "since_day" if item.by < desk.today else "by_day", day=speech.day(item.by))
            if item.by
            else "",
            late=item.by is not None and item.by < desk.today,
        )
        for item in found
    )


def _running(views: Sequence[View], dated: Sequence[Sequence[Dated]]) -> list[tuple[View, Dated]]:
    """The dates that count, of all cases, the next one first."""
    found = [(one, date) for one, dates in zip(views, dated, strict=True) for date in dates if date.tone in _COUNTS]
    return sorted(found, key=lambda pair: (pair[1].deadline.due, pair[0].request.id))


def _scale(found: Sequence[tuple[View, Dated]], desk: Desk) -> Scale:
    stretches = [date.stretch for _, date in found]
    first = min((one.start for one in stretches), default=desk.today)
    return Scale(min(first, desk.today), max([desk.today, *(one.latest for one in stretches)]))


def _drawn(one: View, found: Dated, scale: Scale) -> Running:
    return Running(
        case=one.request.id,
        company=names.company(one.request.controller),
        right=one.speech.term("right", one.request.right),
        clock=dials.told(one, found, scale),
        bar=draw(found.stretch, scale, one.today),
    )


def _figures(views: Sequence[View], firms: int, running: int, needs: int, speech: Speech) -> tuple[Figure, ...]:
    """The numbers at the head, each with its word in the right plural."""
    late = sum(one.status == Status.OVERDUE for one in views)
    done = sum(one.status == Status.FULFILLED for one in views)
    counted = (
        ("cases", len(views), ""),
        ("companies", firms, ""),
        ("running", running, ""),
        ("need", needs, "soon" if needs else ""),
        ("overdue", late, "late" if late else ""),
        ("answered", done, "done" if done else ""),
    )
    found = []
    for name, number, tone in counted:
        shown = speech.number(number)
        found.append(Figure(shown, speech.count(name, number).replace(shown, "", 1).strip(), tone))
    return tuple(found)
