"""The calendars that a clock is counted with: whose holidays, which weekend, and whether the last day rolls."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from msgspec import Struct

from dsr import places
from dsr.law import holidays
from dsr.law.periods import Calendar
from dsr.law.rules import ClockRule, Counting, Pack, Roll


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
    return _frame(pack.territory, counting, place, residence, working_days=clock.period.working_days > 0)


@cache
def _frame(territory: tuple[str, ...], counting: Counting, place: str, residence: str, *, working_days: bool) -> Frame:
    within = any(places.covers(group, place) for group in territory)
    late = counting.roll_latest or counting.roll
    if working_days or late != Roll.NONE:
        firm, plausible = _days(counting, place) if within else ({}, _days_at_home(residence))
    else:
        firm, plausible = {}, {}
    working, roll = Calendar.of(counting.weekend, firm), _rolling(counting, counting.roll, firm)
    if late == counting.roll and firm == plausible:
        return Frame(within, working, working, roll, roll)  # one object: nobody rolls twice
    return Frame(within, working, Calendar.of(counting.weekend, plausible), roll, _rolling(counting, late, plausible))


def _rolling(counting: Counting, roll: Roll, days: Mapping[date, str]) -> Calendar | None:
    if roll == Roll.NONE:
        return None
    return Calendar.of(("sun",) if roll == Roll.SUNDAY else counting.weekend, days)


def _days(counting: Counting, place: str) -> tuple[Mapping[date, str], Mapping[date, str]]:
    """The firm and the plausible holidays of a place, with the days that the law itself takes out."""
    if counting.holidays == "country":
        country = places.country(place)
        firm, plausible = holidays.firm(country), _common(country)
    else:
        firm, plausible = holidays.firm(place), holidays.plausible(place)
    closed: dict[date, str] = {}
    for span in counting.closed:
        for year in range(holidays.YEARS[0] - 1, holidays.YEARS[1] + 1):
            first, last = (date.fromisoformat(f"{year}-{day}") for day in (span.first, span.last))
            last = last if first <= last else last.replace(year=year + 1)
            closed |= dict.fromkeys((first + timedelta(days=n) for n in range((last - first).days + 1)), span.name)
    return ({**closed, **firm}, {**closed, **plausible}) if closed else (firm, plausible)


def _common(country: str) -> Mapping[date, str]:
    """The days that may be holidays in every part of a country; a day of some parts only is none of the whole country."""
    days = holidays.plausible(country)
    parts = [holidays.plausible(f"{country}-{part}") for part in places.PARTS.get(country, ())]
    return {day: name for day, name in days.items() if all(day in part for part in parts)}


def _days_at_home(residence: str) -> Mapping[date, str]:
    return holidays.plausible(residence) if residence and holidays.covered(residence) else {}
