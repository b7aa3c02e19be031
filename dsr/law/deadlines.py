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
from dsr.law.counting import Count
from dsr.law.counting import Setting as Setting
from dsr.law.periods import spell
from dsr.law.rules import ClockRule, Pack
from dsr.law.stops import ASKED, Mark, Standing
from dsr.model import Confidence, Deadline, EventKind, Right

_ANYWHERE = ("*",)
_SURE = {confidence: number for number, confidence in enumerate(Confidence)}


class Timetable(Struct, frozen=True):
    """All dates of one request, and how each was counted, in the same order; and sentences: on a clock that stands still and
    what it waits for, on a right without a number, on a law that is not in force."""

    deadlines: tuple[Deadline, ...]
    waiting: tuple[str, ...] = ()
    counts: tuple[Count, ...] = ()


class _Found:
    """What has been counted so far, and for each kind of clock the day on which it ends."""

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
    first: dict[EventKind, Mark] = {}
    for mark in ordered:
        first.setdefault(mark.kind, mark)
    found = _Found()
    for clock in pack.serving[right]:
        if clock.residence != _ANYWHERE and not clock.lives(setting.residence or setting.place):
            continue
        start, silent = _start(clock, first, found)
        if start is None:
            continue
        _on_file(start.on)
        if pack.in_force(start.on) and clock.in_force(start.on):
            _run(pack, clock, start, ordered, setting, right, found, silent=silent)
    received = first.get(EventKind.RECEIVED)
    if received is not None and "response" not in found.ends:
        found.waiting += sentences.no_answer_date(pack, right, received.on, setting, waiting=bool(found.waiting))
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
    if not clocks:
        return timetable(pack, pack.right(word), ordered, setting)
    received = next(mark for mark in ordered if mark.kind == EventKind.RECEIVED)
    found = _Found()
    for clock in clocks:
        start = next((mark for mark in ordered if mark.kind in clock.starts), received)
        _on_file(start.on)
        if pack.in_force(start.on) and clock.in_force(start.on):
            _run(pack, clock, start, ordered, setting, None, found)
    if not found.deadlines and not found.waiting:
        found.waiting.append(sentences.not_in_force(pack, clocks[0], received.on))
    return found.table()


def _on(mark: Mark) -> date:
    return mark.on


def _start(clock: ClockRule, first: dict[EventKind, Mark], found: _Found) -> tuple[Mark | None, bool]:
    """What started a clock, and whether that is only the silent end of another one."""
    if any(kind in first for kind in clock.unless):
        return None, False
    starts = [first[kind] for kind in clock.starts if kind in first]
    if starts:
        return min(starts, key=_on), False
    if clock.after_silence in found.ends:
        return Mark(EventKind.RECEIVED, found.ends[clock.after_silence]), True
    return None, False


def _run(
    pack: Pack,
    clock: ClockRule,
    start: Mark,
    marks: Sequence[Mark],
    setting: Setting,
    right: Right | None,
    found: _Found,
    *,
    silent: bool = False,
) -> None:
    """One clock from its start. `marks` are in order of date; raises as `timetable` does."""
    if marks:
        _on_file(marks[-1].on)
    calendars = counting.frame(pack, clock, setting)
    if any(mark.kind in ASKED for mark in marks):
        stand = stops.standing(
            clock, start.on, marks, right, setting.place, calendars.working_late, deny=setting.contest
        )
        if isinstance(stand, str):
            found.waiting.append(stand)
            return
    else:
        stand = Standing(start.on, start.on)
    capped = next((mark.on for mark in marks if clock.cap and mark.kind in clock.cap.starts), None)
    count = Count(pack, clock, calendars, setting, stand, start.at, capped, silent)
    if stand.open:
        found.waiting.append(sentences.standing_still(count, stand.open))
        return
    _pair(count, next((m.on for m in marks if m.kind == EventKind.EXTENDED and m.on >= start.on), None), found)


def _pair(count: Count, notice: date | None, found: _Found) -> None:
    """The date of a clock and the extended one, given the notice of extension if there was one."""
    clock = count.clock
    first = deadline(count)
    found.ends[clock.kind] = first.due
    if clock.extension is None:
        found.deadlines.append(first)
        found.counts.append(count)
        return
    if clock.extension.period is None:
        first, waiting = _open_ended(count, first, notice)
        found.deadlines.append(first)
        found.counts.append(count)
        found.waiting += waiting
        return
    longer_count = count._replace(extended=True)
    first, longer = _extended(first, deadline(longer_count), notice, clock.extension.tell)
    if first.superseded:
        found.ends[clock.kind] = longer.due
    found.deadlines += (first, longer)
    found.counts += (count, longer_count)


def _open_ended(count: Count, first: Deadline, notice: date | None) -> tuple[Deadline, tuple[str, ...]]:
    """The date where the controller may name a later one by itself."""
    extension = count.rule.extension if isinstance(count.rule, ClockRule) else None
    article = extension.article if extension else first.article
    if notice is None or notice > first.latest:
        told = f"a notice {extension.tell} by then may name a later date ({article})" if extension else ""
        return _change(first, reason=f"{first.reason}; {told}"), ()
    reason = f"{first.reason}; extended by the notice of {spell(notice)}"
    return _change(first, superseded=True, reason=reason), (
        f"{first.kind}: extended by the notice of {spell(notice)}, to the date that it names ({article})",
    )


def _on_file(day: date) -> None:
    """Raises BadDate for a day outside the years of the holiday tables: counting there would guess."""
    first, last = holidays.YEARS
    if not first <= day.year <= last:
        why = f"cannot be counted with: the holiday tables cover {first}-{last}"
        raise BadDate(day.isoformat(), why, "count the days there by hand; dsr does not guess holidays")


def _extended(first: Deadline, longer: Deadline, notice: date | None, tell: str) -> tuple[Deadline, Deadline]:
    """The pair of first and extended date, given the notice of extension if there was one."""
    if notice is None:
        reason = f"only if told {tell} by {spell(first.due)}: {longer.reason}"
        return first, _change(longer, possible=True, reason=reason)
    if notice <= first.due:
        reason = f"{first.reason}; extended by the notice of {spell(notice)}"
        return _change(first, superseded=True, reason=reason), longer
    late = f"the notice of {spell(notice)} came after {spell(first.due)} and extends nothing"
    if notice <= first.latest:
        late = (
            f"the notice of {spell(notice)} came after {spell(first.due)}; by the latest reading it was still in time"
        )
        first = _change(first, latest=max(first.latest, longer.latest))
    return _change(first, reason=f"{first.reason}; {late}"), _change(
        longer, possible=True, reason=f"{late}: {longer.reason}"
    )


def _change(deadline: Deadline, **changes: object) -> Deadline:
    return structs.replace(deadline, **changes)


def deadline(count: Count) -> Deadline:
    """One date in all three readings, with its sentence. Raises BadDate where it lies beyond the holiday tables."""
    dates = count.dates()
    nominal, due, latest = dates
    clock, rule = count.clock, count.rule
    if count.frame.roll_late or count.period.working_days:
        _on_file(latest)
    kind = clock.kind
    if count.extended:
        kind = "extended" if kind == "response" else f"{kind}-extended"
    at = count.instant() if count.period.hours else None
    if at is not None:
        due = latest = nominal = at.date()
    return Deadline(
        kind=kind,
        whose=clock.whose,
        basis="law",
        nominal=nominal,
        due=due,
        latest=latest,
        article=rule.article,
        url=rule.url,
        reason=sentences.reason(count, dates, at),
        confidence=_confidence(count, moved=due != nominal),
        at=at or UNSET,
    )


def _confidence(count: Count, *, moved: bool) -> Confidence:
    """How well a date is founded: as well as the weakest rule that made it."""
    pack, clock = count.pack, count.clock
    sure = pack.sure(clock)
    rules = [*count.standing.rules]
    if count.extended:
        rules.append(count.rule)
    if moved or count.period.working_days:
        rules.append(clock.counting or pack.counting)
    for rule in rules:
        sure = max(sure, pack.sure(rule), key=_SURE.__getitem__)
    return sure
