"""A timeline of all dates of one answer, in plain characters and at most 80 columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from dsr.cases.asking import Question
from dsr.law.counting import Count
from dsr.law.deadlines import Timetable
from dsr.model import Deadline, EventKind

_WIDTH = 80
_LEGEND = "R start  - counted  ~ pause  = day off  D due  . up to  L latest  ! event"


def draw(question: Question, found: Timetable) -> Iterator[str]:
    """One bar per date on a common scale, a row of events, and the legend; nothing where there is no date."""
    pairs = list(zip(found.deadlines, found.counts, strict=True))
    if not pairs:
        return
    starts = [count.walks()[0].start for _, count in pairs]
    first = min([question.received, *starts])
    last = max(*(deadline.latest for deadline, _ in pairs), first + timedelta(days=1))
    label = max(len("events"), *(len(deadline.kind) for deadline, _ in pairs))
    scale = _Scale(first, last, _WIDTH - label - 6)
    yield f"  timeline, {first} to {last}"
    for deadline, count in pairs:
        yield f"    {deadline.kind:<{label}} {_bar(scale, deadline, count)}"
    if happened := [mark.on for mark in question.marks if mark.kind != EventKind.RECEIVED and mark.on <= last]:
        yield f"    {'events':<{label}} {scale.draw([('!', happened)])}"
    yield f"    {_LEGEND}"


def _bar(scale: _Scale, deadline: Deadline, count: Count) -> str:
    """One period as a bar; what is drawn later lies on top."""
    walk = count.walks()[0]
    counted = span(walk.start, walk.nominal)
    off = [day for day in counted if walk.period.working_days and count.frame.working.off(day)]
    return scale.draw([
        ("-", counted), ("=", off), ("~", walk.pause), ("=", span(walk.nominal, deadline.due)),
        (".", span(deadline.due, deadline.latest)), ("R", [walk.start]),
        ("L", [deadline.latest]), ("D", [deadline.due]),
    ])  # fmt: skip


class _Scale:
    """Days as columns of one line; several days may share a column."""

    def __init__(self, first: date, last: date, width: int) -> None:
        self.first = first
        self.per_day = min(1.0, width / (last - first).days)

    def draw(self, layers: Iterable[tuple[str, Iterable[date]]]) -> str:
        """One line: each layer is a character and the days that it covers."""
        columns: dict[int, str] = {}
        for letter, days in layers:
            columns.update((round((day - self.first).days * self.per_day), letter) for day in days)
        return "".join(columns.get(column, " ") for column in range(max(columns) + 1))


def span(first: date, last: date) -> list[date]:
    """Every day from `first` to `last`, both included; empty where the last lies before the first."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
