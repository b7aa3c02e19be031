"""The directory as one SQLite file: built whole beside the old one, then put in its place; a trigram index finds names.

It is made of what was imported, what dsr brings and what the person added; where the last two have changed since, opening
makes it anew.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from typing import Self

import msgspec
from msgspec import Struct

from dsr import disk
from dsr.directory.entry import Entry, Name, Ours
from dsr.errors import BadFile, StoreProblem

FILE = "index.db"
_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE source (id TEXT PRIMARY KEY, data BLOB) WITHOUT ROWID;
CREATE TABLE entry (source TEXT, key TEXT, company TEXT, data BLOB);
CREATE TABLE retired (slug TEXT PRIMARY KEY, target TEXT, reason TEXT) WITHOUT ROWID;
CREATE TABLE name (id INTEGER PRIMARY KEY, slug TEXT, shown TEXT, folded TEXT, kind TEXT);
CREATE VIRTUAL TABLE near USING fts5(text, tokenize = 'trigram', content = '');
CREATE VIRTUAL TABLE terms USING fts5vocab(near, row);
CREATE TABLE gram (text TEXT PRIMARY KEY, names INTEGER) WITHOUT ROWID;
"""
_LAST = (
    "INSERT INTO gram SELECT term, doc FROM terms",
    "CREATE INDEX by_name ON name (folded)",
    "CREATE INDEX by_company ON entry (company)",
    "COMMIT",
)
_FEW, _MANY = 5, 1500  # trigrams, and names that have them: enough for a good guess
_encode = msgspec.json.Encoder().encode
entry = msgspec.json.Decoder(Entry).decode


class Imported(Struct, frozen=True, kw_only=True):
    """One import: which source, under which licence, from where, when, the state of the files (if known), how many records."""

    source: str
    licence: str
    origin: str
    imported_on: date
    state_on: date | None
    companies: int
    authorities: int = 0
    retired: int = 0
    refused: int = 0


class Stock(Struct, kw_only=True):
    """All that was imported: per source its stamp and its entries by key, encoded; retired slugs."""

    stamps: dict[str, Imported]
    entries: dict[str, dict[str, bytes]]
    retired: dict[str, tuple[str, str]]


def padded(folded: str) -> str:
    """A folded name as the trigram index has it: its start and its end count."""
    return f"  {folded} "


def build(
    folder: Path, stock: Stock, ours: Sequence[Ours], own: Iterable[Entry], edition: str, order: list[str]
) -> int:
    """Write a new index from all of it and put it in place of the old one. Returns the number of companies. Raises StoreProblem
    where the disk does not take it."""
    from dsr.directory import merge

    decoded = [[entry(data) for data in stock.entries.get(source, {}).values()] for source in order]
    merged = merge.merge(ours, decoded, own, stock.retired)
    with _written(folder / FILE) as db:
        db.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _SCHEMA + "BEGIN;")
        db.execute("INSERT INTO meta VALUES ('edition', ?)", (edition,))
        db.executemany("INSERT INTO source VALUES (?, ?)", ((s.source, _encode(s)) for s in stock.stamps.values()))
        db.executemany("INSERT INTO retired VALUES (?, ?, ?)", ((s, *gone) for s, gone in stock.retired.items()))
        db.executemany("INSERT INTO entry VALUES (?, ?, ?, ?)", _rows(merged.companies, stock.entries))
        db.executemany(
            "INSERT INTO name VALUES (?, ?, ?, ?, ?)", ((i, *name) for i, name in enumerate(merged.names, 1))
        )
        db.executemany(
            "INSERT INTO near (rowid, text) VALUES (?, ?)",
            ((i, padded(name.folded)) for i, name in enumerate(merged.names, 1)),
        )
        for statement in _LAST:
            db.execute(statement)
    return len(merged.companies)


def _rows(
    companies: Mapping[str, list[Entry]], known: Mapping[str, Mapping[str, bytes]]
) -> Iterator[tuple[str, str, str, bytes]]:
    for slug, entries in companies.items():
        for one in entries:
            yield one.source, one.key, slug, known.get(one.source, {}).get(one.key) or _encode(one)


@contextmanager
def _written(target: Path) -> Iterator[sqlite3.Connection]:
    try:
        with beside(target) as path, closing(sqlite3.connect(path, isolation_level=None)) as db:
            yield db
    except (sqlite3.Error, OSError) as problem:
        raise StoreProblem(
            f"{target} cannot be written: {problem}", "make room; what was there before is whole"
        ) from problem


@contextmanager
def beside(target: Path) -> Iterator[Path]:
    """A new file (mode 0600) that takes the place of the target when all went well, and is gone when not."""
    for left in target.parent.glob(".new-*"):  # of an import that was killed; one that runs now holds the lock
        left.unlink(missing_ok=True)
    with disk.beside(target) as fresh:
        yield fresh


class Index:
    """The index of a directory, opened for reading. Use it as a context manager. Raises BadFile where it is damaged."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._db = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, isolation_level=None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def _all(self, sql: str, *values: object) -> list[tuple[str, ...]]:
        try:
            return self._db.execute(sql, values).fetchall()
        except sqlite3.OperationalError as problem:
            if "locked" in str(problem):
                raise StoreProblem(f"{self.path} is in use", "run the command again") from problem
            raise _damaged(self.path, problem) from problem
        except sqlite3.DatabaseError as problem:
            raise _damaged(self.path, problem) from problem

    def edition(self) -> str:
        """From which records of ours and of the person it was made."""
        return next((row[0] for row in self._all("SELECT value FROM meta WHERE key = 'edition'")), "")

    def stamps(self) -> dict[str, Imported]:
        """The imports, by source."""
        found = [msgspec.json.decode(row[0], type=Imported) for row in self._all("SELECT data FROM source")]
        return {stamp.source: stamp for stamp in found}

    def stock(self) -> Stock:
        """Everything imported, to build the next index from."""
        stock = Stock(stamps=self.stamps(), entries={}, retired={})
        for source, key, data in self._all("SELECT source, key, data FROM entry WHERE source != 'own'"):
            stock.entries.setdefault(source, {})[key] = data  # type: ignore[assignment]
        stock.retired = {slug: (to, why) for slug, to, why in self._all("SELECT slug, target, reason FROM retired")}
        return stock

    def entries(self, slug: str) -> list[Entry]:
        """The imported (and own) records of a company, best first."""
        return [entry(row[0]) for row in self._all("SELECT data FROM entry WHERE company = ? ORDER BY rowid", slug)]

    def exact(self, folded: str) -> list[Name]:
        """The names that are exactly this."""
        rows = self._all("SELECT slug, shown, folded, kind FROM name WHERE folded = ?", folded)
        return [Name(*row) for row in rows]

    def near(self, folded: str, limit: int) -> list[Name]:
        """The names that share most with this, by their trigrams; the rarest ones are asked for, as common ones only cost."""
        text = padded(folded)
        grams = msgspec.json.encode([text[at : at + 3] for at in range(len(text) - 2)]).decode()
        rarest: list[str] = []
        many = 0
        for gram, names in self._all(
            "SELECT text, names FROM gram WHERE text IN (SELECT value FROM json_each(?)) ORDER BY names", grams
        ):
            many += int(names)
            if len(rarest) >= _FEW and many > _MANY:
                break
            rarest.append('"' + gram + '"')
        if not rarest:
            return []
        rows = self._all(
            """SELECT slug, shown, folded, kind FROM name WHERE id IN (
               SELECT rowid FROM near WHERE near MATCH ? ORDER BY rank LIMIT ?)""",
            " OR ".join(rarest),
            limit,
        )
        return [Name(*row) for row in rows]

    def names(self) -> list[Name]:
        """Every name there is."""
        return [Name(*row) for row in self._all("SELECT slug, shown, folded, kind FROM name")]

    def retired(self, slug: str) -> tuple[str, str] | None:
        """Where a retired slug leads, and why it was retired."""
        rows = self._all("SELECT target, reason FROM retired WHERE slug = ?", slug)
        return (rows[0][0], rows[0][1]) if rows else None

    def counts(self) -> tuple[int, int]:
        """How many companies have imported records, and how many names lead to any."""
        return (
            int(self._all("SELECT count(DISTINCT company) FROM entry")[0][0]),
            int(self._all("SELECT count(*) FROM name")[0][0]),
        )


def _damaged(path: Path, problem: Exception) -> BadFile:
    return BadFile(path, f"the directory is damaged ({problem})", "dsr directory import makes it anew")
