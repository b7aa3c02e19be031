"""Deadlines of a law: a pure function of what happened, where the controller sits and where the person lives.

Three readings of each date: `nominal` (the bare count), `due` (moved to a working day where the law moves it) and
`latest` (the latest plausible one: disputed and regional holidays, contested pauses). Nobody is late before `latest` is over.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from msgspec import UNSET, Struct, structs

from dsr.errors import BadDate
from dsr.law import counting, holidays, sentences, stops
from dsr.law.counting import Count, Lane
from dsr.law.frames import Setting as Setting
from dsr.law.periods import spell
from dsr.law.rules import ClockRule, Extension, Pack
from dsr.law.stops import ASKED, Mark, Standing
from dsr.model import Deadline, EventKind, Right

_RECEIVED, _EXTENDED = EventKind.RECEIVED, EventKind.EXTENDED  # looked up once: a million times over it matters


_LAST = date(holidays.YEARS[1], 12, 31)


class Timetable(Struct, frozen=True):
    """All dates of one request, and how each was counted, in the same order; and sentences: on a clock that stands still and
    what it waits for, on a right without a number, on a law that is not in force."""

    deadlines: tuple[Deadline, ...]
    waiting: tuple[str, ...] = ()
    counts: tuple[Count, ...] = ()


class _Found:
    """What has been counted so far, and for each kind of clock the day on which it ends."""

    __slots__ = ("counts", "deadlines", "ends", "waiting")

    def __init__(self) -> None:
        self.deadlines: list[Deadline] = []
        self.waiting: list[str] = []
        self.counts: list[Count] = []
        self.ends: dict[str, date] = {}

    def table(self) -> Timetable:
        return Timetable(tuple(self.deadlines), tuple(self.waiting), tuple(self.counts))


def timetable(pack: Pack, right: Right, marks: Iterable[Mark], setting: Setting) -> Timetable:
    """Every deadline that the marks have started for that right, and the sentences where the law has no date.

    Raises NoLaw where no holiday table exists for the controller's place, UsageError where the place needs its part,
    BadDate for a date outside the years of the tables.
    """
    ordered = sorted(marks, key=_on)
    first = _first(ordered)
    found = _Found()
    for lane in counting.lanes(pack, right, setting.place, setting.residence):
        silent = False
        if lane.started_by:
            start = first.get(lane.started_by)
        else:
            start, silent = _start(lane.clock, first, found.ends)
        if start is not None and lane.begins <= start.on <= lane.ends:
            _run(lane, start, ordered, first, setting, right, found, silent=silent)
    if "response" not in found.ends and _RECEIVED in first:
        on = first[_RECEIVED].on
        found.waiting += sentences.no_answer_date(pack, right, on, setting, waiting=bool(found.waiting))
    return found.table()


def answer(pack: Pack, word: str, marks: Iterable[Mark], setting: Setting) -> Timetable:
    """The dates for a word as a person types it: a right, or one clock by its name or alias. One mark is the receipt.

    A clock asked for by name starts on the event that starts it, or else on the receipt. Raises UnknownName for a word that
    the law does not know, BadDate for a history that cannot have been, and as `timetable` does.
    """
    ordered = sorted(marks, key=_on)
    stops.in_order(ordered)
    name = word.strip().lower().replace("_", "-")
    clocks = () if name in pack.words else pack.clocks(name)
    if name in pack.duties:
        return Timetable((), (f"{name}: {pack.duties[name].says} ({pack.duties[name].article})",))
    if not clocks:
        return timetable(pack, pack.right(word), ordered, setting)
    first = _first(ordered)
    found = _Found()
    for clock in clocks:
        lane = counting.lane(pack, clock, setting.place, setting.residence)
        start = next((mark for mark in ordered if mark.kind in clock.starts), first[_RECEIVED])
        if lane.begins <= start.on <= lane.ends:
            _run(lane, start, ordered, first, setting, None, found, silent=False)
    if not found.deadlines and not found.waiting:
        found.waiting.append(sentences.not_in_force(pack, clocks[0], first[_RECEIVED].on))
    return found.table()


def _on(mark: Mark) -> date:
    return mark.on


def _first(ordered: Sequence[Mark]) -> dict[EventKind, Mark]:
    """The first mark of each kind. Raises BadDate where one lies beyond the holiday tables."""
    if ordered:
        _on_file(ordered[0].on)
        _on_file(ordered[-1].on)
    first: dict[EventKind, Mark] = {}
    for mark in ordered:
        first.setdefault(mark.kind, mark)
    return first


_NO_START: tuple[Mark | None, bool] = (None, False)


def _start(clock: ClockRule, first: dict[EventKind, Mark], ends: dict[str, date]) -> tuple[Mark | None, bool]:
    """What started a clock, and whether that is only the silent end of another one."""
    if clock.unless and any(kind in first for kind in clock.unless):
        return _NO_START
    starts = [first[kind] for kind in clock.starts if kind in first]
    if starts:
        return (starts[0] if len(starts) == 1 else min(starts, key=_on)), False
    if clock.after_silence in ends:
        return Mark(_RECEIVED, ends[clock.after_silence]), True
    return _NO_START


def _run(
    lane: Lane,
    start: Mark,
    marks: Sequence[Mark],
    first: dict[EventKind, Mark],
    setting: Setting,
    right: Right | None,
    found: _Found,
    *,
    silent: bool,
) -> None:
    """One clock from its start. `marks` are in order of date; raises as `timetable` does."""
    clock = lane.clock
    if ASKED.isdisjoint(first):
        stand = Standing(start.on, start.on)
    else:
        calendar = lane.frame.working_late
        stopped = stops.standing(clock, start.on, marks, right, setting.place, calendar, deny=setting.contest)
        if isinstance(stopped, str):
            found.waiting.append(stopped)
            return
        stand = stopped
    cap = None
    if clock.cap:
        cap = next((mark.on for mark in marks if mark.kind in clock.cap.starts), None)
    count = Count(lane, lane.first, setting, stand, start.at, cap, silent)
    if stand.open:
        found.waiting.append(sentences.standing_still(count, stand.open))
        return
    notice = None
    if _EXTENDED in first:
        notice = next((mark.on for mark in marks if mark.kind == _EXTENDED and mark.on >= start.on), None)
    _count(count, notice, found)


def _count(count: Count, notice: date | None, found: _Found) -> None:
    """The date of a clock and the extended one, given the notice of extension if there was one."""
    lane = count.lane
    extension = lane.clock.extension
    first = deadline(count)
    found.ends[lane.first.kind] = first.due
    found.counts.append(count)
    if extension is None:
        found.deadlines.append(first)
        return
    if lane.longer is None:
        found.deadlines.append(_open_ended(first, notice, extension, found.waiting))
        return
    other = Count(lane, lane.longer, *count[2:])
    if notice is None:
        longer = deadline(other, f"only if told {extension.tell} by {spell(first.due)}: ")
    else:
        first, longer = _extended(first, deadline(other), notice)
        if first.superseded:
            found.ends[lane.first.kind] = longer.due
    found.deadlines += (first, longer)
    found.counts.append(other)


def _open_ended(first: Deadline, notice: date | None, extension: Extension, waiting: list[str]) -> Deadline:
    """The date where the controller may name a later one by itself."""
    if notice is None or notice > first.latest:
        told = f"a notice {extension.tell} by then may name a later date ({extension.article})"
        return structs.replace(first, reason=f"{first.reason}; {told}")
    reason = f"extended by the notice of {spell(notice)}"
    waiting.append(f"{first.kind}: {reason}, to the date that it names ({extension.article})")
    return structs.replace(first, superseded=True, reason=f"{first.reason}; {reason}")


def _on_file(day: date) -> None:
    """Raises BadDate for a day outside the years of the holiday tables: counting there would guess."""
    first, last = holidays.YEARS
    if not first <= day.year <= last:
        why = f"cannot be counted with: the holiday tables cover {first}-{last}"
        raise BadDate(day.isoformat(), why, "count the days there by hand; dsr does not guess holidays")


def _extended(first: Deadline, longer: Deadline, notice: date) -> tuple[Deadline, Deadline]:
    """The pair of first and extended date, given the notice of extension."""
    if notice <= first.due:
        reason = f"{first.reason}; extended by the notice of {spell(notice)}"
        return structs.replace(first, superseded=True, reason=reason), longer
    late = f"the notice of {spell(notice)} came after {spell(first.due)}"
    if notice <= first.latest:
        late = f"{late}; by the latest reading it was still in time"
        first = structs.replace(first, latest=max(first.latest, longer.latest))
    else:
        late = f"{late} and extends nothing"
    first = structs.replace(first, reason=f"{first.reason}; {late}")
    return first, structs.replace(longer, possible=True, reason=f"{late}: {longer.reason}")


def deadline(count: Count, only_if: str = "") -> Deadline:
    """One date in all three readings, with its sentence. `only_if` opens the sentence of a date that is only possible.

    Raises BadDate where it lies beyond the holiday tables.
    """
    dates = count.dates()
    nominal, due, latest = dates
    lane, leg = count.lane, count.leg
    if latest > _LAST and (lane.frame.roll_late or leg.working_days):
        _on_file(latest)
    at = count.instant() if leg.period.hours else None
    if at is not None:
        due = latest = nominal = at.date()
    return Deadline(
        kind=leg.kind,
        whose=lane.clock.whose,
        basis="law",
        nominal=nominal,
        due=due,
        latest=latest,
        article=leg.rule.article,
        url=leg.rule.url,
        reason=only_if + sentences.reason(count, dates, at),
        confidence=count.sure(moved=due != nominal)
        if count.standing.rules
        else leg.sure
        if due == nominal
        else leg.sure_moved,
        possible=bool(only_if),
        at=at or UNSET,
    )
