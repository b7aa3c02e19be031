"""What the `holidays` library says, as rows: a day by one name, in the whole country or in some of its parts.

Only the tools use the library: it takes 150 ms to import. Parts are ISO 3166-2 codes without the country; a code with a
minus says that the day is kept in the whole country but in that part.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

import holidays
import msgspec

FIRST, LAST = 2017, 2035
EVERYWHERE: frozenset[str] = frozenset()


@dataclass(frozen=True, order=True)
class Row:
    """One holiday by one name: everywhere in the country when `parts` is empty."""

    on: date
    firm: bool
    parts: frozenset[str]
    name: str

    @property
    def whole(self) -> bool:
        """Whether the whole country keeps the day, perhaps but for some parts."""
        return all(code.startswith("-") for code in self.parts)

    def covers(self, other: Row) -> bool:
        """Whether every place that `other` names keeps this row's day."""
        if not self.parts:
            return True
        if self.whole:
            return bool(other.parts) and not other.whole and self.parts.isdisjoint(f"-{code}" for code in other.parts)
        return bool(other.parts) and other.parts <= self.parts


class Source(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """How a country is asked, and why: which of the library's subdivisions (`only`; without it all that are written like
    ISO codes), their ISO 3166-2 codes where they differ, and which of the library's categories is nationwide."""

    reason: str
    source: str
    only: list[str] | None = None
    rename: dict[str, list[str]] = msgspec.field(default_factory=dict)
    category: str = "public"


def ask(country: str, subdivision: str | None = None, category: str = "public") -> dict[date, list[str]]:
    """The library's days for all years, each with its names in English and without commas."""
    found = holidays.country_holidays(
        country, subdivision, years=range(FIRST, LAST + 1), language="en_US", categories=category
    )
    in_years = (day for day in sorted(found) if FIRST <= day.year <= LAST)
    return {day: [plain(name) for name in found.get_list(day)] for day in in_years}


def plain(name: str) -> str:
    """A name that can stand in a table: no comma, and dates as ISO 8601 writes them."""
    name = re.sub(r"\b(\d\d)/(\d\d)/(\d{4})", r"\3-\1-\2", name)
    return name.replace(", and ", " and ").replace(", ", " / ").replace(",", " ")


def raw(country: str, how: Source | None) -> set[Row]:
    """What the library says about a country and its parts, before any correction."""
    nationwide = {} if country == "GB" else ask(country, category=how.category if how else "public")
    rows = {Row(day, True, EVERYWHERE, name) for day, names in nationwide.items() for name in names}
    offered = how.only if how and how.only is not None else getattr(holidays, country).subdivisions
    for code in filter(re.compile("[A-Z0-9]{1,3}").fullmatch, offered):
        parts = frozenset(how.rename.get(code, [code]) if how else [code])
        for day, names in ask(country, code).items():
            rows |= {Row(day, True, parts, name) for name in names if day not in nationwide}
    return rows
