"""Deadlines of a law: a pure function of what happened, where the controller sits and where the person lives.

Three readings of each date: `nominal` (the bare count), `due` (moved to a working day where the law moves it) and
`latest` (the latest plausible one: disputed and regional holidays, contested pauses). Nobody is late before `latest` is over.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import cache

from msgspec import Struct

from dsr import places
from dsr.errors import BadDate
from dsr.law import holidays, periods
from dsr.law.packs import ClockRule, Effect, Pack
from dsr.law.periods import Calendar, spell
from dsr.law.stops import ASKED, NONE, Mark, paused, restarted
from dsr.model import Deadline, EventKind, Period, Right


class Timetable(Struct, frozen=True):
    """All dates of one request, and for each clock that stands still one sentence on what it waits for."""

    deadlines: tuple[Deadline, ...]
    waiting: tuple[str, ...] = ()


class Setting(Struct, frozen=True):
    """Where the clock runs: the controller's place, the person's residence (may be empty), and whether a pause that
    the law itself does not contain is contested."""

    place: str
    residence: str = ""
    contest: bool = False


def timetable(pack: Pack, right: Right, marks: Iterable[Mark], setting: Setting) -> Timetable:
    """Every deadline that the marks have started for that right.

    Raises NoLaw where no holiday table exists for the controller's place, UsageError where the place needs its part,
    BadDate for a date outside the years of the tables.
    """
    ordered = sorted(marks, key=lambda mark: mark.on)
    dates: list[Deadline] = []
    waiting: list[str] = []
    for clock in pack.clock:
        start = next((mark.on for mark in ordered if mark.kind in clock.starts), None)
        if start is None or not clock.serves(right, setting.residence or setting.place):
            continue
        found = run(pack, clock, start, ordered, setting, right)
        dates += found.deadlines
        waiting += found.waiting
    return Timetable(tuple(dates), tuple(waiting))


def run(
    pack: Pack, clock: ClockRule, start: date, marks: Sequence[Mark], setting: Setting, right: Right | None = None
) -> Timetable:
    """One clock from its start. `marks` are in order of date; raises as `timetable` does."""
    _on_file(start, *(mark.on for mark in marks[-1:]))
    frame = _frame(pack, setting)
    stops = NONE
    if any(mark.kind in ASKED for mark in marks):
        restart = restarted(clock, start, marks)
        if isinstance(restart, str):
            return Timetable((), (restart,))
        start = restart
        stops = paused(clock, start, marks, right, frame.plausible, contest=setting.contest)
    count = _Count(frame, pack, clock, start, setting, *stops)
    if count.open_since:
        return Timetable((), (count.standing_still(),))
    first = count.deadline(clock.kind)
    if clock.extension is None:
        return Timetable((first,))
    longer = count.deadline("extended")
    notice = next((mark.on for mark in marks if mark.kind == EventKind.EXTENDED), None)
    return Timetable(_extended(first, longer, notice))


def _on_file(*days: date) -> None:
    """Raises BadDate for a day outside the years of the holiday tables: counting there would guess."""
    first, last = holidays.YEARS
    for day in days:
        if not first <= day.year <= last:
            why = f"cannot be counted with: the holiday tables cover {first}-{last}"
            raise BadDate(day.isoformat(), why, "count the days there by hand; dsr does not guess holidays")


def _extended(first: Deadline, longer: Deadline, notice: date | None) -> tuple[Deadline, Deadline]:
    """The pair of first and extended date, given the notice of extension if there was one."""
    if notice is None:
        return first, _change(
            longer, possible=True, reason=f"only if told with reasons by {spell(first.due)}: {longer.reason}"
        )
    if notice <= first.due:
        return _change(
            first, superseded=True, reason=f"{first.reason}; extended by the notice of {spell(notice)}"
        ), longer
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
    from msgspec.structs import replace

    return replace(deadline, **changes)


class Frame(Struct, frozen=True):
    """The calendars that a clock is counted with. Outside the law's territory only the weekend is firm."""

    within: bool
    firm: Calendar
    plausible: Calendar


def _frame(pack: Pack, setting: Setting) -> Frame:
    return _frame_of(pack.territory, pack.counting.weekend, setting.place, setting.residence)


@cache
def _frame_of(territory: tuple[str, ...], weekend: tuple[str, ...], place: str, residence: str) -> Frame:
    if any(places.covers(group, place) for group in territory):
        firm, plausible = holidays.firm(place), holidays.plausible(place)
        return Frame(True, Calendar(weekend, firm), Calendar(weekend, plausible))
    home = holidays.plausible(residence) if residence and holidays.covered(residence) else {}
    return Frame(False, Calendar(weekend, {}), Calendar(weekend, home))


class _Count(Struct, frozen=True):
    """One start with its pauses, ready to be counted to the first and to the extended date."""

    frame: Frame
    pack: Pack
    clock: ClockRule
    start: date
    setting: Setting
    paused: frozenset[date]
    contested: frozenset[date]
    open_pause: tuple[Effect, date] | None

    @property
    def open_since(self) -> date | None:
        return self.open_pause[1] if self.open_pause else None

    def standing_still(self) -> str:
        """One sentence on the pause that is open, naming the date that would hold without it."""
        effect, asked = self.open_pause or (None, self.start)
        article = effect.article if effect else ""
        may = "may stand" if effect and effect.contested else "stands"
        bare = self._without_pause("", len(self.paused) + (0 if self.setting.contest else len(self.contested)))
        return (
            f"{self.clock.kind}: no date yet; the period {may} still since {spell(asked)}, until the controller has your"
            f" answer ({article}); without the pause it would end on {spell(bare)}"
        )

    def _without_pause(self, kind: str, days: int) -> date:
        return self.frame.firm.roll(self._nominal(kind, self.frame.firm, days))[0]

    def _period(self, kind: str) -> Period:
        extension = self.clock.extension
        return extension.period if kind == "extended" and extension else self.clock.period

    def _nominal(self, kind: str, calendar: Calendar, pause: int) -> date:
        return periods.end(self.start, self._period(kind), calendar) + timedelta(days=pause)

    def deadline(self, kind: str) -> Deadline:
        """The date of that kind in all three readings, with its sentence."""
        firm, plausible = self.frame.firm, self.frame.plausible
        everything = len(self.paused | self.contested)
        counted = len(self.paused) if self.setting.contest else everything
        nominal = self._nominal(kind, firm, counted)
        rolls = self.pack.counting.roll and self.clock.whose != "subject"
        due, passed = firm.roll(nominal) if rolls else (nominal, [])
        latest = due
        if self.clock.whose != "subject":
            same = counted == everything and not self._period(kind).working_days
            late = nominal if same else self._nominal(kind, plausible, everything)
            latest = max(due, plausible.roll(late)[0] if rolls else late)
            _on_file(latest)
        rule = self.clock.extension if kind == "extended" and self.clock.extension else self.clock
        return Deadline(
            kind=kind,
            whose=self.clock.whose,
            basis="law",
            nominal=nominal,
            due=due,
            latest=latest,
            article=rule.article,
            url=rule.url,
            reason=self._reason(kind, nominal, due, latest, passed),
            confidence=self.pack.confidence,
        )

    def _reason(self, kind: str, nominal: date, due: date, latest: date, passed: list[str]) -> str:
        period = self._period(kind)
        text = f"{period} from {spell(self.start)}"
        if pause := len(self.paused) + (0 if self.setting.contest else len(self.contested)):
            text += f" and {pause} days of pause"
        text += f" end on {spell(nominal)}" if period.length > 1 or pause else f" ends on {spell(nominal)}"
        if passed:
            text += f"; {', '.join(passed)}, so it moves to {spell(due)} ({self.pack.counting.article})"
        if self.contested and not self.setting.contest:
            bare = self._without_pause(kind, len(self.paused))
            text += f"; the pause is contested, without it {spell(bare)}"
        if not self.frame.within:
            text += (
                f"; the controller sits outside the law's territory ({self.setting.place}): only weekends move the date"
            )
        if latest != due:
            text += f"; {self._mover()} could move it to {spell(latest)}"
        return text

    def _mover(self) -> str:
        """What sets the latest reading apart from the due date."""
        if self.contested and self.setting.contest:
            return "the contested pause"
        if self.frame.within:
            return "disputed or regional holidays"
        return f"the holidays of {places.country(self.setting.residence)}"
