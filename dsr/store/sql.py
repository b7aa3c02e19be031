"""One way to open a store: SQLite where it is plain, SQLCipher (the extra `encrypt`) where there is a key."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path
from typing import cast

import msgspec

from dsr.errors import MissingExtra
from dsr.store import sealing

PLAIN = b"SQLite format 3\0"


def connect(path: Path, key: bytes = b"", *, mode: str = "rw", timeout: float = 10.0) -> sqlite3.Connection:
    """A connection in autocommit mode; `mode` is `ro`, `rw` or `rwc`, `key` 32 bytes or none for a plain store.

    Raises MissingExtra where a key is given and SQLCipher is not installed; errors of the library as it has them (see `told`).
    """
    place = f"{path.absolute().as_uri()}?mode={mode}"
    if not key:
        return sqlite3.connect(place, uri=True, timeout=timeout, isolation_level=None)
    db = cipher(place, timeout)
    db.execute(f"PRAGMA key = {literal(key)}")
    return db


def cipher(place: str, timeout: float = 10.0) -> sqlite3.Connection:
    """A connection of SQLCipher's before it is given a key; it says nothing on stderr. Raises MissingExtra."""
    try:
        from sqlcipher3 import dbapi2
    except ImportError:
        raise MissingExtra("an encrypted store", "encrypt") from None
    db = dbapi2.connect(place, uri=True, timeout=timeout, isolation_level=None)
    db.execute("PRAGMA cipher_log_level = NONE")
    return cast("sqlite3.Connection", db)


def need_cipher() -> None:
    """Raises MissingExtra where SQLCipher is not installed."""
    cipher("file::memory:").close()


def literal(key: bytes) -> str:
    """A raw key as SQLCipher wants it in a statement; empty for a plain store."""
    return f"\"x'{sealing.part(key, 'store').hex()}'\"" if key else "''"


def operational() -> tuple[type[Exception], ...]:
    """The errors of a store that cannot be used just now: SQLCipher's are not those of `sqlite3`."""
    loaded = sys.modules.get("sqlcipher3.dbapi2")
    return (sqlite3.OperationalError, *([loaded.OperationalError] if loaded else []))


def damaged() -> tuple[type[Exception], ...]:
    """The errors of a store that is damaged, or is given the wrong key, or holds what cannot be read."""
    loaded = sys.modules.get("sqlcipher3.dbapi2")
    own = (sqlite3.DatabaseError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
    return (*own, *([loaded.DatabaseError] if loaded else []))


def encrypted(path: Path) -> bool:
    """Whether a file is there that is no plain store: an encrypted one starts with random bytes."""
    try:
        with path.open("rb") as file:
            start = file.read(len(PLAIN))
    except FileNotFoundError:
        return False
    return bool(start) and start != PLAIN
