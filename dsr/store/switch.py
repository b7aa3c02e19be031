"""Another store in the place of the one that is there, in one step: encrypted, decrypted, with another key, or restored.

Whoever has the old file open must never write into it once it is replaced. So the change needs the store for itself: it leaves
the write-ahead log, which SQLite refuses while another connection is open, and holds the lock until the new file bears the
name. Whoever opens the old file in between waits for that lock and then finds in it that it was `moved`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from dsr import disk
from dsr.errors import MissingExtra, StoreCorrupt, StoreLocked
from dsr.store import sql
from dsr.store.faults import told
from dsr.store.migrations import version

_MOVED = 1 << 30  # added to the schema's version in a store that has been replaced
_WAIT = 2.0  # seconds for another dsr to end


def moved(db: sqlite3.Connection) -> bool:
    """Whether this is a store that has been replaced by another, or was about to be."""
    return version(db) >= _MOVED


def heal(db: sqlite3.Connection, path: Path, file: int) -> None:
    """Take the mark back from a store that still bears the name: the change was cut short before its last step. `file` is the
    number of the file as it was just before it was opened. Raises StoreLocked where another one bears the name by now."""
    if path.stat().st_ino != file:
        raise StoreLocked(f"another dsr has just changed {path} over", "run it again")
    db.execute("BEGIN IMMEDIATE")
    if moved(db):
        db.execute(f"PRAGMA user_version = {version(db) - _MOVED}")
    db.execute("COMMIT")


@contextmanager
def alone(path: Path, key: bytes) -> Iterator[sqlite3.Connection]:
    """The store, with nobody else in it until the end of the block. Raises StoreLocked where another dsr has it open."""
    with told(path), closing(sql.connect(path, key, timeout=_WAIT) if key else _plain(path)) as db:
        try:
            db.execute("PRAGMA locking_mode = EXCLUSIVE")
            mode = str(db.execute("PRAGMA journal_mode = DELETE").fetchone()[0])
        except sql.operational() as problem:
            mode = str(problem)
        if mode != "delete":
            raise StoreLocked(f"another dsr has {path} open", "end it, then run this again; nothing was changed")
        db.execute("BEGIN EXCLUSIVE")
        db.execute("COMMIT")
        yield db


def _plain(path: Path) -> sqlite3.Connection:
    """A plain store, opened by SQLCipher where that is installed: only it can write an encrypted copy."""
    try:
        return sql.cipher(f"{path.absolute().as_uri()}?mode=rw", _WAIT)
    except MissingExtra:
        return sql.connect(path)


def copied(db: sqlite3.Connection, fresh: Path, key: bytes) -> None:
    """Copy the store of an `alone` block into a new file with another key, none for a plain one; every row is compared.

    Raises StoreCorrupt where the copy is not the same.
    """
    fresh.touch(mode=0o600)
    db.execute(f"ATTACH DATABASE ? AS fresh KEY {sql.literal(key)}", (str(fresh),))
    db.execute("SELECT sqlcipher_export('fresh')")
    db.execute(f"PRAGMA fresh.user_version = {version(db) % _MOVED}")
    tables = [
        str(row[0]) for row in db.execute("SELECT name FROM main.sqlite_master WHERE type = 'table' ORDER BY name")
    ]
    for table in tables:
        both = [db.execute(f'SELECT * FROM {one}."{table}"').fetchall() for one in ("main", "fresh")]  # noqa: S608
        if both[0] != both[1]:
            raise StoreCorrupt(f"the copy of the store differs in {table}", "nothing was changed")
    db.execute("DETACH DATABASE fresh")


def replaced(db: sqlite3.Connection, path: Path, fresh: Path) -> None:
    """Let a new file bear the name of the store of an `alone` block: from here on it is the store."""
    db.execute(f"PRAGMA user_version = {version(db) % _MOVED + _MOVED}")
    fresh.replace(path)
    disk.settle(path.parent)
