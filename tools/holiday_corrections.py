"""The corrections of `holiday_corrections.toml`: what they say, which rows they mean, what they make of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Literal

import msgspec
from holiday_library import EVERYWHERE, FIRST, LAST, Row, Source, ask

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_SAID = {
    "drop": "dropped",
    "dispute": "disputed",
    "only": "disputed but in some parts",
    "except": "disputed in some parts only",
}


class Correction(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """One change to what the library says about a country (or several, `AE ES`), with its reason and source.

    `called` says which days are meant. All but `add` choose rows by date (`on`; `yearly` as `05-05`, or `09-FR4` for the
    fourth Friday), `name` (a regular expression) and `weekday`; `drop` and `dispute` also by `parts`. `only` leaves them
    firm in `parts` and disputed elsewhere, `except` makes them disputed in `parts`.
    `add` takes such dates and names them as `called`; without dates it takes the days that the library has in `category`
    for `subdivision` (of the country `like`). It gives them `parts` and a `standing`. `since` and `until` are years.
    """

    country: str
    what: Literal["drop", "dispute", "add", "only", "except"]
    called: str
    reason: str
    source: str
    on: list[date] = msgspec.field(default_factory=list)
    yearly: str = ""
    since: int = FIRST
    until: int = LAST
    name: str = ""
    weekday: Literal["", "MO", "TU", "WE", "TH", "FR", "SA", "SU"] = ""
    parts: list[str] = msgspec.field(default_factory=list)
    like: str = ""
    category: str = "public"
    subdivision: str = ""
    standing: Literal["", "firm", "disputed"] = ""

    def dates(self) -> set[date]:
        """The dates that the entry names itself; none when it chooses by name or asks the library."""
        years = range(self.since, self.until + 1)
        return {*self.on, *(nth(day, year) for day in self.yearly.split() for year in years)}

    def chooses(self, row: Row) -> bool:
        """Whether an entry that is no `add` means this row."""
        dates = self.dates()
        return (
            (not dates or row.on in dates)
            and self.since <= row.on.year <= self.until
            and (not self.weekday or WEEKDAYS[row.on.weekday()] == self.weekday)
            and (not self.parts or self.what in ("only", "except") or not row.parts.isdisjoint(self.parts))
            and re.search(self.name, row.name) is not None
        )

    def made_of(self, row: Row) -> set[Row]:
        """What becomes of a row that is chosen."""
        parts = frozenset(self.parts)
        if self.what == "dispute":
            return {replace(row, firm=False)}
        if self.what == "only":
            return {replace(row, firm=False, parts=EVERYWHERE), replace(row, firm=True, parts=parts)}
        if self.what == "except" and row.firm:
            kept = row.parts | {f"-{code}" for code in parts} if row.whole else row.parts - parts
            return {replace(row, parts=kept)} if kept else set()
        return {row} if self.what == "except" else set()

    def adds(self, country: str) -> set[Row]:
        """The rows of an `add`."""
        firm, parts = self.standing == "firm", frozenset(self.parts)
        if dates := self.dates():
            return {Row(day, firm, parts, self.called) for day in dates}
        found = ask(self.like or country, self.subdivision or None, self.category)
        years = range(self.since, self.until + 1)
        rows = {Row(day, firm, parts, name) for day, names in found.items() for name in names}
        return {row for row in rows if row.on.year in years and re.search(self.name, row.name)}

    def sentence(self) -> str:
        """What the entry does, why and says who, for the head of the table."""
        what = f"added as {self.standing}" if self.what == "add" else _SAID[self.what]
        when = ", ".join([*(day.isoformat() for day in self.on), *self.yearly.split()])
        years = "" if (self.since, self.until) == (FIRST, LAST) else f"{self.since}-{self.until}"
        where = f"in {' '.join(self.parts)}" if self.parts else ""
        which = " ".join(filter(None, [self.called, when, years, where]))
        return f"{what}: {which}: {self.reason} ({self.source})"


class Review(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The file of corrections."""

    source: dict[str, Source]
    correction: list[Correction]

    def of(self, country: str) -> list[Correction]:
        """The corrections of one country, in their order."""
        return [entry for entry in self.correction if country in entry.country.split()]


def nth(yearly: str, year: int) -> date:
    """`05-05`, or `09-FR4` for the fourth Friday of September, in a year."""
    month, rule = int(yearly[:2]), yearly[3:]
    if rule.isdigit():
        return date(year, month, int(rule))
    first = date(year, month, 1)
    return first + timedelta((WEEKDAYS.index(rule[:2]) - first.weekday()) % 7 + 7 * (int(rule[2:]) - 1))


def corrected(rows: set[Row], corrections: Iterable[Correction], country: str) -> set[Row]:
    """The rows of a country after every correction, in order. Raises SystemExit for one that changes nothing."""
    for entry in corrections:
        before = rows
        if entry.what == "add":
            rows = rows | {row for row in entry.adds(country) if not held(row, rows)}
        else:
            chosen = {row for row in rows if entry.chooses(row)}
            rows = (rows - chosen).union(*(entry.made_of(row) for row in chosen))
        if rows == before:
            raise SystemExit(f"this correction changes nothing in {country}, so it can go: {entry.sentence()}")
    return rows


def held(row: Row, rows: Iterable[Row]) -> bool:
    """Whether another row already gives this day at least the same standing in at least the same parts."""
    return any(
        other.on == row.on
        and other != row
        and other.firm >= row.firm
        and other.covers(row)
        and (other.firm > row.firm or other.parts != row.parts)
        for other in rows
    )
