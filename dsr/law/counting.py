"""One clock, counted: from its start, with its pauses, in the calendars of the place, to the nominal, due and latest date."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cache
from typing import NamedTuple

from msgspec import Struct

from dsr import places
from dsr.law import holidays, periods
from dsr.law.periods import Calendar
from dsr.law.rules import ClockRule, Counting, Extension, Pack, Roll
from dsr.law.stops import Standing
from dsr.model import Period

_ONE_DAY = timedelta(days=1)


class Setting(Struct, frozen=True):
    """Where the clock runs: the controller's place, the person's residence (may be empty), and whether the person denies a
    pause that the law itself does not contain."""

    place: str
    residence: str = ""
    contest: bool = False


class Frame(NamedTuple):
    """The calendars that a clock is counted with: for working days and for the roll of the last day (None: no roll), each for
    the due and for the latest date. Outside the law's territory only the weekend is firm."""

    within: bool
    working: Calendar
    working_late: Calendar
    roll: Calendar | None
    roll_late: Calendar | None


def frame(pack: Pack, clock: ClockRule, setting: Setting) -> Frame:
    """The calendars of a clock. Its own place is the controller's; for the person's limits and the authority, the residence.

    Raises NoLaw where days are counted by holidays and no table covers the place, UsageError where it needs its part.
    """
    place, residence = setting.place, setting.residence
    if clock.whose != "controller" and residence:
        place = residence
    counting = clock.counting or pack.counting
    return _frame(pack.territory, counting, place, residence, clock.period.working_days > 0)


@cache
def _frame(territory: tuple[str, ...], counting: Counting, place: str, residence: str, working_days: bool) -> Frame:  # noqa: FBT001
    within = any(places.covers(group, place) for group in territory)
    late = counting.roll_latest or counting.roll
    if working_days or late != Roll.NONE:
        firm, plausible = _days(counting, place) if within else ({}, _days_at_home(residence))
    else:
        firm, plausible = {}, {}
    return Frame(
        within,
        Calendar.of(counting.weekend, firm),
        Calendar.of(counting.weekend, plausible),
        _rolling(counting, counting.roll, firm),
        _rolling(counting, late, plausible),
    )


def _rolling(counting: Counting, roll: Roll, days: Mapping[date, str]) -> Calendar | None:
    if roll == Roll.NONE:
        return None
    return Calendar.of(("sun",) if roll == Roll.SUNDAY else counting.weekend, days)


def _days(counting: Counting, place: str) -> tuple[Mapping[date, str], Mapping[date, str]]:
    """The firm and the plausible holidays of a place, with the days that the law itself takes out."""
    place = places.country(place) if counting.holidays == "country" else place
    firm = holidays.firm(place)
    plausible = firm if counting.holidays == "country" else holidays.plausible(place)
    closed: dict[date, str] = {}
    for span in counting.closed:
        for year in range(holidays.YEARS[0] - 1, holidays.YEARS[1] + 1):
            first, last = (date.fromisoformat(f"{year}-{day}") for day in (span.first, span.last))
            last = last if first <= last else last.replace(year=year + 1)
            closed |= dict.fromkeys((first + timedelta(days=n) for n in range((last - first).days + 1)), span.name)
    return ({**closed, **firm}, {**closed, **plausible}) if closed else (firm, plausible)


def _days_at_home(residence: str) -> Mapping[date, str]:
    return holidays.plausible(residence) if residence and holidays.covered(residence) else {}


class Walk(NamedTuple):
    """One reading, step by step: counted from `start` over `period`, the days of pause and those passed over at the end."""

    start: date
    period: Period
    pause: tuple[date, ...]
    nominal: date
    passed: tuple[tuple[date, str], ...]
    end: date


class Dates(NamedTuple):
    """A date in its three readings."""

    nominal: date
    due: date
    latest: date


class Count(NamedTuple):
    """One clock with its start and its pauses, ready to be counted to the first or to the extended date.

    `at` is the instant of the start, for periods in hours; `cap` the start of the second period, where the law has one;
    `silent` says that the start is the end of another clock that nobody kept.
    """

    pack: Pack
    clock: ClockRule
    frame: Frame
    setting: Setting
    standing: Standing
    at: datetime | None = None
    cap: date | None = None
    silent: bool = False
    extended: bool = False

    @property
    def rule(self) -> ClockRule | Extension:
        """The rule of the law that gives this date."""
        return self.clock.extension if self.extended and self.clock.extension else self.clock

    @property
    def period(self) -> Period:
        """The period from the start."""
        return self.rule.period or self.clock.period

    @property
    def late_period(self) -> Period:
        """The period of the latest reading."""
        longer = self.clock.longer
        if longer is None:
            return self.period
        return longer.period if not self.extended else longer.extended or self.period

    @property
    def start(self) -> date:
        """The day after which the first day of the main reading counts."""
        begun = self.standing.start
        return begun + _ONE_DAY if self.clock.begins == "day-after" else begun

    @property
    def pause(self) -> frozenset[date]:
        """The days that do not count in the main reading."""
        stand = self.standing
        return stand.firm | stand.contested if stand.contested and not self.setting.contest else stand.firm

    @property
    def late_pause(self) -> frozenset[date]:
        """The days that may not count in the latest reading."""
        stand = self.standing
        return stand.firm | stand.contested | stand.latest_only

    def dates(self) -> Dates:
        """The nominal, the due and the latest date."""
        _, working, working_late, roll, roll_late = self.frame
        start, period, pause = self.start, self.period, self.pause
        nominal = periods.end(start, period, working, pause)
        if self.clock.cap and self.cap:
            nominal = min(nominal, periods.end(self.cap, self.clock.cap.period, working))
        due = roll.roll(nominal) if roll else nominal
        if self.clock.whose == "subject":
            return Dates(nominal, due, due)  # the person's own limit has one reading, the safe one
        late = nominal
        if period.working_days or self.standing.rules or self.clock.longer:
            behind = self.standing.late - self.standing.start
            late = periods.end(start + behind, self.late_period, working_late, self.late_pause)
        latest = roll_late.roll(late) if roll_late else late
        return Dates(nominal, due, max(due, latest))

    def without(self, pause: frozenset[date]) -> date:
        """The due date if only the days of that pause did not count."""
        nominal = periods.end(self.start, self.period, self.frame.working, pause)
        return self.frame.roll.roll(nominal) if self.frame.roll else nominal

    def instant(self) -> datetime | None:
        """When a period of hours ends; None where the hour of the start is not known, or the period is not in hours."""
        return self.at + timedelta(hours=self.period.hours) if self.at and self.period.hours else None

    def walks(self) -> tuple[Walk, Walk]:
        """The main and the latest reading, step by step."""
        dates, frame = self.dates(), self.frame
        passed = frame.roll.passed(dates.nominal) if frame.roll else ()
        main = Walk(self.start, self.period, tuple(sorted(self.pause)), dates.nominal, passed, dates.due)
        if self.clock.whose == "subject":
            return main, main
        start = self.start + (self.standing.late - self.standing.start)
        nominal = periods.end(start, self.late_period, frame.working_late, self.late_pause)
        passed = frame.roll_late.passed(nominal) if frame.roll_late else ()
        return main, Walk(start, self.late_period, tuple(sorted(self.late_pause)), nominal, passed, dates.latest)
