"""Public holidays by place and date, read from reviewed tables that ship with dsr.

For the European Union the law is Regulation (EEC, Euratom) 1182/71, Art. 2(1): a public holiday is a day that
the member state designates, as listed in the Official Journal: https://eur-lex.europa.eu/eli/reg/1971/1182/oj

A table is `holidays/<CC>.csv`, made by `tools/holidays_tables.py`; its head says which library it came from
and which days were corrected, why and on what source. The rows are `date,parts,standing,name`: `parts` is
empty for the whole country; `standing` is `firm` (the day moves a due date) or `disputed` (it only moves the
latest plausible one).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from dsr import places
from dsr.errors import BadFile, NoLaw, UsageError

YEARS = (2020, 2035)

_FOLDER = Path(__file__).with_suffix("")
_ONLY_BY_PART = {"GB"}
_FIRM = {"firm": True, "disputed": False}


class Day(NamedTuple):
    """One holiday: its date, the parts of the country that keep it (none: all of them), standing and name."""

    on: date
    parts: frozenset[str]
    firm: bool
    name: str


def covered(place: str) -> bool:
    """Whether there is a table for the country of this place."""
    return _file(places.country(place)) is not None


@cache
def table(country: str) -> Mapping[date, tuple[Day, ...]]:
    """Every row for a country (`DE`), by date and in the order of dates.

    Raises NoLaw for a country without a table, and BadFile when the table is malformed.
    """
    path = _file(country)
    if path is None:
        raise NoLaw(
            f"no holiday table covers '{country}'",
            "count the working days there by hand; dsr does not guess holidays",
        )
    return read(path)


def read(path: Path) -> Mapping[date, tuple[Day, ...]]:
    """A table file, by date. Raises BadFile naming the file and the line that is malformed."""
    days: dict[date, tuple[Day, ...]] = {}
    parts_of: dict[str, frozenset[str]] = {}
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as problem:
        raise BadFile(path, "cannot be read as UTF-8 text") from problem
    for number, line in enumerate(lines, 1):
        if line[:1] == "#":
            continue
        try:
            typed, parts, standing, name = line.split(",")
            on, is_firm = date.fromisoformat(typed), _FIRM[standing]
        except (ValueError, KeyError) as problem:
            raise BadFile(path, f"line {number} is not date,parts,standing,name: '{line}'") from problem
        if parts not in parts_of:
            parts_of[parts] = frozenset(parts.split())
        day = tuple.__new__(Day, (on, parts_of[parts], is_firm, name))  # a third of the time of Day(...)
        days[on] = (*days[on], day) if on in days else (day,)
    return MappingProxyType(days)


@cache
def firm(place: str) -> Mapping[date, str]:
    """The days that move a due date at `DE`, `DE-BY`, `GB-SCT` or `US-CA`, from date to name.

    They are the firm days of the whole country and of the part, if one is named. Of the American states only
    California's days are on file. Raises UsageError for a country without a common list (`GB`), NoLaw where
    there is no table, and BadFile.
    """
    country, part = places.country(place), places.part(place)
    if country in _ONLY_BY_PART and part not in places.PARTS[country]:
        choices = ", ".join(f"{country}-{known}" for known in sorted(places.PARTS[country]))
        raise UsageError(f"'{place}' has no common list of holidays", f"name the part: {choices}")
    return _named(day for day in _days(country) if day.firm and (not day.parts or part in day.parts))


@cache
def plausible(place: str) -> Mapping[date, str]:
    """The days that may move a due date at a place, firm or disputed, from date to name.

    When only the country is named, the days of every part count. Raises NoLaw where there is no table, and
    BadFile.
    """
    country, part = places.country(place), places.part(place)
    return _named(day for day in _days(country) if not part or not day.parts or part in day.parts)


def _days(country: str) -> Iterable[Day]:
    return (day for days in table(country).values() for day in days)


def _named(days: Iterable[Day]) -> Mapping[date, str]:
    names: dict[date, list[str]] = {}
    for day in days:
        known = names.setdefault(day.on, [])
        if day.name not in known:
            known.append(day.name)
    return MappingProxyType({on: " / ".join(known) for on, known in names.items()})


def _file(country: str) -> Path | None:
    path = _FOLDER / f"{country}.csv"
    return path if country in places.COUNTRIES and path.is_file() else None
