"""Counting: civil dates, months clamped to their end, working days, and the roll to the next working day.

Regulation (EEC, Euratom) 1182/71, Art. 3 (https://eur-lex.europa.eu/eli/reg/1971/1182/oj): the day of the event is not
counted; a period of months ends on the day with the same number, or on the last day of the month where it is missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache

from dateutil.relativedelta import relativedelta
from msgspec import Struct

from dsr.model import Period

_ONE_DAY = timedelta(days=1)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class Calendar(Struct, frozen=True):
    """The days that are not working days: a weekend (as weekday names) and holidays by date with their names."""

    weekend: tuple[str, ...]
    holidays: Mapping[date, str]

    def off(self, day: date) -> str:
        """Why a day is not a working day (`Saturday`, `Christmas Day`), or empty if it is one."""
        if name := self.holidays.get(day):
            return name
        number = day.weekday()
        return _NAMES[number] if _WEEKDAYS[number] in self.weekend else ""

    def roll(self, day: date) -> tuple[date, list[str]]:
        """The first working day on or after `day`, and why each day before it was passed over."""
        passed: list[str] = []
        while why := self.off(day):
            passed.append(f"{spell(day)} is {_a(why)}")
            day += _ONE_DAY
        return day, passed


def _a(why: str) -> str:
    return f"a {why}" if why in _NAMES else why


def spell(day: date) -> str:
    """A date in English, independent of the machine's locale: `25 December 2026`."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


_MONTHS = "January February March April May June July August September October November December".split()


@lru_cache(maxsize=8192)
def _months_after(start: date, count: int) -> date:
    return start + relativedelta(months=count)


def end(start: date, period: Period, calendar: Calendar) -> date:
    """The last day of a period that starts on `start`, before any roll; the day of the start is not counted.

    Months are always added to the start itself, so that the clamp of one month never shortens the next:
    31 January and three months is 30 April, not 28 April.
    """
    if period.months:
        return _months_after(start, period.months)
    if period.days:
        return start + timedelta(days=period.days)
    day = start
    for _ in range(period.working_days):
        day += _ONE_DAY
        while calendar.off(day):
            day += _ONE_DAY
    return day
