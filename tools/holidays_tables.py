"""Make the holiday tables anew: `python tools/holidays_tables.py`; `--check` only shows what would change.

The `holidays` library takes 150 ms to import, so dsr ships tables and never loads it. This tool asks the
library for each country and each of its parts, applies `holiday_corrections.toml` (every entry with its
reason and source, repeated at the head of the table that it touches) and writes `dsr/law/holidays/<CC>.csv`.
A correction that changes nothing is an error: then the library has caught up, and the entry can go.

Rows are `date,parts,standing,name`: a firm day moves a due date, a disputed one only the latest plausible
date. Their reader is `dsr/law/holidays.py`.
"""

from __future__ import annotations

import difflib
import re
import sys
import textwrap
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

import holidays
import msgspec
from holidays.version import __version__ as version

ROOT = Path(__file__).resolve().parent.parent
TABLES = ROOT / "dsr" / "law" / "holidays"
CORRECTIONS = Path(__file__).with_name("holiday_corrections.toml")
COUNTRIES = (
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT",
    "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK", "IS", "LI", "NO", "GB", "US",
)  # fmt: skip
FIRST, LAST = 2020, 2035
WRAP = textwrap.TextWrapper(
    110, initial_indent="# - ", subsequent_indent="#   ", break_long_words=False, break_on_hyphens=False
)
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
EVERYWHERE: frozenset[str] = frozenset()


@dataclass(frozen=True, order=True)
class Row:
    """One holiday by one name: everywhere in the country when `parts` is empty."""

    on: date
    firm: bool
    parts: frozenset[str]
    name: str


class Source(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """How a country is asked: only which of the library's subdivisions, their ISO 3166-2 codes, and why."""

    only: list[str]
    reason: str
    source: str
    rename: dict[str, list[str]] = msgspec.field(default_factory=dict)


class Correction(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """One change to what the library says, with its reason and source.

    `called` says which days are meant. `drop` and `dispute` choose rows by date (`on`; `yearly` as `05-05`,
    or `09-FR4` for the fourth Friday), `name` (a regular expression), `weekday` and `parts`. `add` takes such
    dates and names them as `called`; without dates it takes the days of the library's `category` and
    `subdivision`. It gives them `parts` and a `standing`. `since` and `until` are years.
    """

    country: str
    what: Literal["drop", "dispute", "add"]
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
    category: str = "public"
    subdivision: str = ""
    standing: Literal["", "firm", "disputed"] = ""

    def dates(self) -> set[date]:
        """The dates that the entry names itself; none when it chooses by name or asks the library."""
        years = range(self.since, self.until + 1)
        return {*self.on, *(nth(self.yearly, year) for year in years if self.yearly)}

    def chooses(self, row: Row) -> bool:
        """Whether a `drop` or `dispute` means this row."""
        dates = self.dates()
        return (
            (not dates or row.on in dates)
            and self.since <= row.on.year <= self.until
            and (not self.weekday or WEEKDAYS[row.on.weekday()] == self.weekday)
            and (not self.parts or not row.parts.isdisjoint(self.parts))
            and re.search(self.name, row.name) is not None
        )

    def adds(self) -> set[Row]:
        """The rows of an `add`."""
        firm, parts = self.standing == "firm", frozenset(self.parts)
        if dates := self.dates():
            return {Row(day, firm, parts, self.called) for day in dates}
        found = ask(self.country, self.subdivision or None, self.category)
        years = range(self.since, self.until + 1)
        rows = {Row(day, firm, parts, name) for day, names in found.items() for name in names}
        return {row for row in rows if row.on.year in years and re.search(self.name, row.name)}

    def sentence(self) -> str:
        """What the entry does, why and says who, for the head of the table."""
        what = {"drop": "dropped", "dispute": "disputed", "add": f"added as {self.standing}"}[self.what]
        when = ", ".join([day.isoformat() for day in self.on] or [self.yearly] * bool(self.yearly))
        years = "" if (self.since, self.until) == (FIRST, LAST) else f"{self.since}-{self.until}"
        where = f"in {' '.join(self.parts)}" if self.parts else ""
        which = " ".join(filter(None, [self.called, when, years, where]))
        return f"{what}: {which}: {self.reason} ({self.source})"


class Review(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The file of corrections."""

    source: dict[str, Source]
    correction: list[Correction]


def nth(yearly: str, year: int) -> date:
    """`05-05`, or `09-FR4` for the fourth Friday of September, in a year."""
    month, rule = int(yearly[:2]), yearly[3:]
    if rule.isdigit():
        return date(year, month, int(rule))
    first = date(year, month, 1)
    return first + timedelta((WEEKDAYS.index(rule[:2]) - first.weekday()) % 7 + 7 * (int(rule[2:]) - 1))


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
    if country == "US":
        return american()
    nationwide = {} if country == "GB" else ask(country)
    rows = {Row(day, True, EVERYWHERE, name) for day, names in nationwide.items() for name in names}
    offered = how.only if how else getattr(holidays, country).subdivisions
    for code in filter(re.compile("[A-Z0-9]{1,3}").fullmatch, offered):
        parts = frozenset(how.rename.get(code, [code]) if how else [code])
        for day, names in ask(country, code).items():
            rows |= {Row(day, True, parts, name) for name in names if day not in nationwide}
    return rows


def american() -> set[Row]:
    """Federal days, disputed where California does not keep them, and the days of California alone."""
    federal, state = ask("US"), ask("US", "CA")
    rows = {Row(day, day in state, EVERYWHERE, name) for day, names in federal.items() for name in names}
    return rows | {
        Row(day, True, frozenset({"CA"}), name) for day, names in state.items() for name in names if day not in federal
    }


def corrected(rows: set[Row], corrections: Iterable[Correction]) -> set[Row]:
    """The rows after every correction, in order. Raises SystemExit for a correction that changes nothing."""
    for entry in corrections:
        before = rows
        if entry.what == "add":
            rows = rows | {row for row in entry.adds() if not held(row, rows)}
        else:
            chosen = {row for row in rows if entry.chooses(row)}
            kept = {replace(row, firm=False) for row in chosen} if entry.what == "dispute" else set()
            rows = (rows - chosen) | kept
        if rows == before:
            raise SystemExit(f"this correction changes nothing, so it can go: {entry.sentence()}")
    return rows


def held(row: Row, rows: Iterable[Row]) -> bool:
    """Whether another row already gives this day at least the same standing in at least the same parts."""
    return any(
        other.on == row.on
        and other != row
        and other.firm >= row.firm
        and (not other.parts or (bool(row.parts) and row.parts <= other.parts))
        and (other.firm > row.firm or other.parts != row.parts)
        for other in rows
    )


def folded(rows: set[Row], country: str) -> Iterator[Row]:
    """One row for each date, standing and set of parts, in order, without what another row says anyway."""
    parts_of: dict[tuple[date, bool, str], set[frozenset[str]]] = defaultdict(set)
    for row in rows:
        parts_of[row.on, row.firm, row.name].add(row.parts)
    together = {
        Row(on, firm, EVERYWHERE if EVERYWHERE in parts else frozenset().union(*parts), name)
        for (on, firm, name), parts in parts_of.items()
    }
    if country == "GB":
        together = britain(together)
    by_date: dict[date, list[Row]] = defaultdict(list)
    for row in together:
        by_date[row.on].append(row)
    names: dict[tuple[date, bool, str], list[str]] = defaultdict(list)
    for row in together:
        if not held(row, by_date[row.on]):
            names[row.on, not row.firm, " ".join(sorted(row.parts))].append(row.name)
    for (on, disputed, parts), called in sorted(names.items()):
        yield Row(on, not disputed, frozenset(parts.split()), " / ".join(sorted(called)))


def britain(rows: set[Row]) -> set[Row]:
    """A day that all four parts keep is a day of the whole country, whatever each of them calls it."""
    parts_on: dict[date, frozenset[str]] = defaultdict(frozenset)
    for row in rows:
        parts_on[row.on] |= row.parts
    return {replace(row, parts=EVERYWHERE) if len(parts_on[row.on]) == 4 else row for row in rows}


def head(country: str, review: Review) -> Iterator[str]:
    """The comment at the top of a table: its origin, and each correction with its reason and source."""
    yield f"# generated from holidays {version}, years {FIRST}-{LAST}; see tools/holidays_tables.py"
    notes = [f"parts: {how.reason} ({how.source})" for cc, how in review.source.items() if cc == country]
    notes += [entry.sentence() for entry in review.correction if entry.country == country]
    yield "# corrections:" if notes else "# corrections: none"
    for note in notes:
        yield from WRAP.wrap(note)
    yield "# date,parts,standing,name"


def tables() -> dict[Path, str]:
    """Every table file as it should be."""
    review = msgspec.toml.decode(CORRECTIONS.read_bytes(), type=Review)
    made = {}
    for country in COUNTRIES:
        mine = [entry for entry in review.correction if entry.country == country]
        rows = folded(corrected(raw(country, review.source.get(country)), mine), country)
        lines = [*head(country, review), *(line(row) for row in rows)]
        made[TABLES / f"{country}.csv"] = "\n".join(lines) + "\n"
    return made


def line(row: Row) -> str:
    """A row as the table spells it."""
    return f"{row.on},{' '.join(sorted(row.parts))},{'firm' if row.firm else 'disputed'},{row.name}"


def differences(made: dict[Path, str]) -> Iterator[str]:
    """A unified diff from the files on disk to the files as they should be; nothing when they agree."""
    for path in sorted({*made, *TABLES.glob("*.csv")}):
        old = path.read_text(encoding="utf-8") if path.exists() else ""
        name = path.relative_to(ROOT).as_posix()
        new = made.get(path, "")
        yield from difflib.unified_diff(
            old.splitlines(keepends=True), new.splitlines(keepends=True), name, f"{name} (made anew)"
        )


def main(words: list[str]) -> int:
    """Write the tables, or with `--check` show what would change. Returns the exit code."""
    if words not in ([], ["--check"]):
        print("usage: python tools/holidays_tables.py [--check]", file=sys.stderr)
        return 2
    made = tables()
    if words == ["--check"]:
        changes = list(differences(made))
        sys.stdout.writelines(changes)
        return 1 if changes else 0
    TABLES.mkdir(parents=True, exist_ok=True)
    for path in set(TABLES.glob("*.csv")) - set(made):
        path.unlink()
    for path, text in made.items():
        path.write_text(text, encoding="utf-8", newline="\n")
    print(f"{len(made)} tables written to {TABLES.relative_to(ROOT).as_posix()}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
