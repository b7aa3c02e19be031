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
import sys
import textwrap
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import msgspec
from holiday_corrections import Review, corrected, held
from holiday_library import EVERYWHERE, FIRST, LAST, Row, raw
from holidays.version import __version__ as version

ROOT = Path(__file__).resolve().parent.parent
TABLES = ROOT / "dsr" / "law" / "holidays"
CORRECTIONS = Path(__file__).with_name("holiday_corrections.toml")
COUNTRIES = """AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK IS LI NO CH GB US CA BR AR MX
    CO CL NZ AU JP KR IN CN SG HK TW TH VN ID TR ZA KE NG SA AE IL RS UA""".split()
WRAP = textwrap.TextWrapper(
    110, initial_indent="# - ", subsequent_indent="#   ", break_long_words=False, break_on_hyphens=False
)


def folded(rows: set[Row], country: str) -> Iterator[Row]:
    """One row for each date, standing and set of parts, in order, without what another row says anyway."""
    parts_of: dict[tuple[date, bool, bool, str], set[frozenset[str]]] = defaultdict(set)
    for row in rows:
        parts_of[row.on, row.firm, row.whole, row.name].add(row.parts)
    together = {
        Row(on, firm, EVERYWHERE if EVERYWHERE in parts else frozenset().union(*parts), name)
        for (on, firm, _, name), parts in parts_of.items()
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
    notes += [entry.sentence() for entry in review.of(country)]
    yield "# corrections:" if notes else "# corrections: none"
    for note in notes:
        yield from WRAP.wrap(note)
    yield "# date,parts,standing,name"


def tables() -> dict[Path, str]:
    """Every table file as it should be."""
    review = msgspec.toml.decode(CORRECTIONS.read_bytes(), type=Review)
    made = {}
    for country in COUNTRIES:
        rows = folded(corrected(raw(country, review.source.get(country)), review.of(country), country), country)
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
