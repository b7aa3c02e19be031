"""Counting: civil dates, months clamped to their end, working days, and the roll to the next working day.

Regulation (EEC, Euratom) 1182/71, Art. 3 (https://eur-lex.europa.eu/eli/reg/1971/1182/oj): the day of the event is not
counted; a period of months ends on the day with the same number, or on the last day of the month where it is missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import lru_cache

from dateutil.relativedelta import relativedelta
from msgspec import Struct

from dsr.model import Period

_ONE_DAY = timedelta(days=1)
_WEEKDAYS = {"mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4, "sat": 5, "sun": 6}
_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class Calendar(Struct, frozen=True, eq=False):
    """The days that are not working days: a weekend (Monday is 0) and holidays by date with their names."""

    weekend: frozenset[int]
    holidays: Mapping[date, str]

    @classmethod
    def of(cls, weekend: Iterable[str], holidays: Mapping[date, str]) -> Calendar:
        """A calendar from weekday names (`sat`) and holidays."""
        return cls(frozenset(_WEEKDAYS[name] for name in weekend), holidays)

    def off(self, day: date) -> str:
        """Why a day is not a working day (`Saturday`, `Christmas Day`), or empty if it is one."""
        if name := self.holidays.get(day):
            return name
        number = day.weekday()
        return _NAMES[number] if number in self.weekend else ""

    def roll(self, day: date) -> date:
        """The first working day on or after `day`."""
        weekend, holidays = self.weekend, self.holidays
        while day.weekday() in weekend or day in holidays:
            day += _ONE_DAY
        return day

    def passed(self, day: date) -> tuple[tuple[date, str], ...]:
        """Each day that `roll` passes over, and why (`Saturday`, `Christmas Day`)."""
        found = []
        while why := self.off(day):
            found.append((day, why))
            day += _ONE_DAY
        return tuple(found)


@lru_cache(maxsize=16384)
def moved(calendar: Calendar, day: date) -> str:
    """Why a day is moved, in words: `25 December 2026 is Christmas Day, 26 December 2026 is a Saturday, so it moves to ...`."""
    told = ", ".join(f"{spell(off)} is {_a(why)}" for off, why in calendar.passed(day))
    return f"{told}, so it moves to {spell(calendar.roll(day))}"


def _a(why: str) -> str:
    return f"a {why}" if why in _NAMES else why


@lru_cache(maxsize=16384)
def spell(day: date) -> str:
    """A date in English, independent of the machine's locale: `25 December 2026`."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


_MONTHS = "January February March April May June July August September October November December".split()


@lru_cache(maxsize=16384)
def _months_after(start: date, count: int) -> date:
    return start + relativedelta(months=count)


NOTHING: frozenset[date] = frozenset()


def end(start: date, period: Period, calendar: Calendar, skip: frozenset[date] = NOTHING) -> date:
    """The last day of a period that starts on `start`, before any roll; the day of the start and those in `skip` do not count.

    Months are always added to the start itself, so that the clamp of one month never shortens the next: 31 January and
    three months is 30 April, not 28 April. Hours without an instant run to the end of their last day.
    """
    if not period.working_days:
        if period.months:
            last = _months_after(start, period.months)
        else:
            last = start + timedelta(days=period.days or -(-period.hours // 24))
        return last + timedelta(days=len(skip)) if skip else last
    weekend, holidays = calendar.weekend, calendar.holidays
    day, left = start, period.working_days
    while left:
        day += _ONE_DAY
        if day.weekday() not in weekend and day not in holidays and day not in skip:
            left -= 1
    return day
