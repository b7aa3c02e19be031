"""An oracle written apart from the engine: it reads packs and tables with its own eyes, and counts in a plain loop over days."""

from __future__ import annotations

import csv
import tomllib
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from dsr.law import deadlines, packs
from dsr.law.deadlines import Setting
from dsr.law.stops import Mark
from dsr.model import Deadline, EventKind, Right

LAW = Path(__file__).resolve().parents[2] / "dsr" / "law"
EVERY_DAY = [date(2025, 1, 1) + timedelta(days=n) for n in range(2191)]
MEMBER_STATES = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()
ONE = timedelta(days=1)
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# Where a law of a whole country is counted here.
WITHIN = {"CH": "CH-ZH", "CA": "CA-ON", "AU": "AU-NSW", "GB": "GB-SCT", "EEA": "DE"}


@cache
def law(regime: str) -> dict[str, Any]:
    return tomllib.loads((LAW / "regimes" / f"{regime}.toml").read_text(encoding="utf-8"))


@cache
def off(place: str, *, firm: bool) -> frozenset[date]:
    """The holidays at a place, from the table's own rows: `BY BW` keep a day, `-QC` alone does not."""
    country, _, part = place.partition("-")
    days = set()
    with (LAW / "holidays" / f"{country}.csv").open(encoding="utf-8", newline="") as file:
        for day, typed, standing, _ in csv.reader(line for line in file if not line.startswith("#")):
            parts = typed.split()
            minus = [code[1:] for code in parts if code.startswith("-")]
            here = part not in minus if minus else not parts or part in parts
            if (here and standing == "firm") or (not firm and (here or bool(minus) or not part)):
                days.add(date.fromisoformat(day))
    return frozenset(days)


def closed(day: date, counting: dict[str, Any]) -> bool:
    """Whether the law itself takes a day of the year out of its working days."""
    for span in counting.get("closed", ()):
        number = day.strftime("%m-%d")
        first, last = span["first"], span["last"]
        if first <= number <= last if first <= last else number >= first or number <= last:
            return True
    return False


PROVINCES = "AB BC MB NB NL NS NT NU ON PE QC SK YT".split()


@cache
def of_the_country(country: str, *, firm: bool) -> frozenset[date]:
    """The days of the whole country: firm, or plausible in every part of it."""
    days = off(country, firm=firm)
    for province in PROVINCES if country == "CA" and not firm else ():
        days &= off(f"CA-{province}", firm=False)
    return days


def is_off(day: date, weekend: list[str], counting: dict[str, Any], place: str, *, firm: bool) -> bool:
    common = counting.get("holidays") == "country"
    days = of_the_country(place.partition("-")[0], firm=firm) if common else off(place, firm=firm)
    return WEEK[day.weekday()] in weekend or closed(day, counting) or day in days


def months_after(day: date, months: int) -> date:
    """The same number so many months on, or the last day of that month where it is missing."""
    year, month = day.year, day.month + months
    while month > 12:
        year, month = year + 1, month - 12
    number = day.day
    while True:
        try:
            return date(year, month, number)
        except ValueError:
            number -= 1


def reading(
    start: date, period: dict[str, int], roll: str, counting: dict[str, Any], place: str, *, firm: bool
) -> tuple[date, date]:
    """One reading: the last day of the period, and where the law moves it."""
    weekend = counting["weekend"]
    day = months_after(start, period["months"]) if "months" in period else start
    left = period.get("days", 0) or period.get("hours", 0) // 24
    while left:
        day, left = day + ONE, left - 1
    left = period.get("working_days", 0)
    while left:
        day += ONE
        left -= not is_off(day, weekend, counting, place, firm=firm)
    last = day
    rolling = ["sun"] if roll.startswith("sunday") else weekend
    while roll != "none" and is_off(day, rolling, counting, place, firm=firm):
        day += ONE
    return last, day


def expected(clock: dict[str, Any], counting: dict[str, Any], place: str, day: date, leg: str) -> tuple[date, ...]:
    """The nominal, the due and the latest date of a clock's first (`period`) or extended period."""
    counting = clock.get("counting", counting)
    start = day + ONE if clock.get("begins") == "day-after" else day
    period = clock["period"] if leg == "period" else clock["extension"]["period"]
    late = clock.get("longer", {}).get("period" if leg == "period" else "extended", period)
    roll = counting["roll"]
    nominal, due = reading(start, period, roll, counting, place, firm=True)
    _, latest = reading(start, late, counting.get("roll_latest", roll), counting, place, firm=False)
    return nominal, due, max(due, latest)


def found(regime: str, right: str, place: str, day: date) -> tuple[Deadline, ...]:
    marks = [Mark(EventKind.RECEIVED, day)]
    return deadlines.timetable(packs.find(regime), Right(right), marks, Setting(place)).deadlines


def agree(regime: str, right: str, place: str, days: list[date]) -> int:
    """Compares the engine with the oracle on all clocks of the controller; returns how many dates were compared."""
    pack, compared = law(regime), 0
    kinds = {"response": "extended"}
    for day in days:
        engine = {deadline.kind: deadline for deadline in found(regime, right, place, day)}
        for clock in pack.get("clock", ()):
            here = right in clock.get("rights", [right]) and "only_for" not in clock and clock["starts"] == ["received"]
            if not here or clock["whose"] != "controller":
                continue
            first, last = clock.get("in_force_from", date.min), clock.get("in_force_until", date.max)
            if not max(first, pack["in_force_from"]) <= day <= last:
                continue
            legs = [("period", clock["kind"])]
            if "period" in clock.get("extension", {}):
                legs.append(("extension", kinds.get(clock["kind"], f"{clock['kind']}-extended")))
            for leg, kind in legs:
                one = engine[kind]
                want = expected(clock, pack["counting"], place, day, leg)
                assert (one.nominal, one.due, one.latest) == want, (regime, right, place, day, kind)
                compared += 1
    return compared


def test_every_day() -> None:
    """The oracle looks at each day of the six years."""
    assert EVERY_DAY[-1] == date(2030, 12, 31)
    assert all(second - first == ONE for first, second in pairwise(EVERY_DAY))


@pytest.mark.parametrize("place", MEMBER_STATES)
def test_member_states(place: str) -> None:
    """For every receipt date of six years the engine and the oracle agree on all readings of both dates of the GDPR."""
    assert agree("eu-gdpr", "access", place, EVERY_DAY) == 2 * len(EVERY_DAY)


@pytest.mark.parametrize("place", ["GB-ENG", "GB-SCT", "GB-NIR"])
def test_united_kingdom(place: str) -> None:
    """The same for the three calendars of the United Kingdom, before and after February 2026."""
    assert agree("uk-gdpr", "access", place, EVERY_DAY) == 2 * len(EVERY_DAY)


def test_california() -> None:
    """The same for the 45 and 90 days, the ten working days of the acknowledgement and the fifteen of an opt-out."""
    assert agree("us-ca-ccpa", "access", "US-CA", EVERY_DAY) == 3 * len(EVERY_DAY)
    assert agree("us-ca-ccpa", "sale-opt-out", "US-CA", EVERY_DAY) == len(EVERY_DAY)


@pytest.mark.parametrize("regime", [one for one in packs.ids() if one not in ("eu-gdpr", "uk-gdpr", "us-ca-ccpa")])
def test_the_other_laws(regime: str) -> None:
    """Every law, every right, on each fifth day of the same years: all weekdays, all ends of months and of years."""
    pack = law(regime)
    place = WITHIN.get(pack["territory"][0], pack["territory"][0])
    compared = sum(agree(regime, right, place, EVERY_DAY[::5]) for right in pack["rights"])
    own = [clock for clock in pack.get("clock", ()) if clock["starts"] == ["received"] and "only_for" not in clock]
    assert compared or not own
