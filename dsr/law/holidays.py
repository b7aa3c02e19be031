"""Public holidays by place and date, read from reviewed tables that ship with dsr.

For the European Union the law is Regulation (EEC, Euratom) 1182/71, Art. 2(1): a public holiday is a day that
the member state designates, as listed in the Official Journal: https://eur-lex.europa.eu/eli/reg/1971/1182/oj

A table is `holidays/<CC>.csv`, made by `tools/holidays_tables.py`; its head says which library it came from
and which days were corrected, why and on what source. The rows are `date,parts,standing,name`: `parts` is
empty for the whole country, names those that keep the day (`BY BW`), or those that alone do not (`-QC`); `standing` is
`firm` (the day moves a due date) or `disputed` (it only moves the latest plausible one, as does a firm day for the parts
that do not keep it).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from dsr import places
from dsr.errors import BadFile, NoLaw, UsageError

YEARS = (2017, 2035)

_FOLDER = Path(__file__).with_suffix("")
_ONLY_BY_PART = {"GB"}
_FIRM = {"firm": True, "disputed": False}


class Day(NamedTuple):
    """One holiday: its date, the parts of the country that keep it (none: all but those in `without`), standing, name."""

    on: date
    parts: frozenset[str]
    without: frozenset[str]
    firm: bool
    name: str

    def is_firm(self, part: str) -> bool:
        """Whether the day moves a due date in a part, or (empty) by the list of the whole country."""
        return self.firm and part not in self.without and (not self.parts or part in self.parts)


def covered(place: str) -> bool:
    """Whether there is a table for the country of this place."""
    return _file(places.country(place)) is not None


def read(path: Path, part: str = "") -> Iterator[Day]:
    """The days of a table file in the order of dates; with a part, those that are plausible there.

    Raises BadFile naming the file and the line that is malformed.
    """
    kept_by: dict[str, tuple[frozenset[str], frozenset[str]] | None] = {"": (frozenset(), frozenset())}
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as problem:
        raise BadFile(path, "cannot be read as UTF-8 text") from problem
    for number, line in enumerate(lines, 1):
        if line[:1] == "#":
            continue
        try:
            typed, codes, standing, name = line.split(",")
            if codes not in kept_by:
                kept_by[codes] = _kept_by(codes.split(), part)
            kept = kept_by[codes]
            if kept:
                yield Day(date.fromisoformat(typed), *kept, _FIRM[standing], name)
        except (ValueError, KeyError) as problem:
            raise BadFile(path, f"line {number} is not date,parts,standing,name: '{line}'") from problem


def _kept_by(codes: list[str], part: str) -> tuple[frozenset[str], frozenset[str]] | None:
    """Which parts keep a day, and which alone do not; None where that is no matter for the part that is asked for."""
    without = frozenset(code[1:] for code in codes if code[0] == "-")
    if without:
        return frozenset(), without
    return (frozenset(codes), without) if not part or part in codes else None


@cache
def firm(place: str) -> Mapping[date, str]:
    """The days that move a due date at `DE`, `DE-BY`, `GB-SCT` or `US-CA`, from date to name.

    They are the firm days of the whole country and of the part, if one is named. Raises UsageError for a country
    without a common list (`GB`), NoLaw where there is no table, and BadFile.
    """
    country, part = places.country(place), places.part(place)
    if country in _ONLY_BY_PART and part not in places.PARTS[country]:
        choices = ", ".join(f"{country}-{known}" for known in sorted(places.PARTS[country]))
        raise UsageError(f"'{place}' has no common list of holidays", f"name the part: {choices}")
    return _named(day for day in _days(place) if day.is_firm(part))


@cache
def plausible(place: str) -> Mapping[date, str]:
    """The days that may move a due date at a place, firm or disputed, from date to name.

    When only the country is named, the days of every part count. Raises NoLaw where there is no table, and
    BadFile.
    """
    return _named(_days(place))


@cache
def _days(place: str) -> tuple[Day, ...]:
    path = _file(places.country(place))
    if path is None:
        raise NoLaw(
            f"no holiday table covers '{places.country(place)}'",
            "count the working days there by hand; dsr does not guess holidays",
        )
    return tuple(read(path, places.part(place)))


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
