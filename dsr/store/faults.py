"""SQLite's errors in dsr's words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dsr.errors import StoreCorrupt, StoreLocked, StoreProblem


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into dsr's: locked, damaged, or another problem of the store."""
    try:
        yield
    except sqlite3.OperationalError as problem:
        text = str(problem)
        if "locked" in text or "busy" in text:
            raise StoreLocked(f"another dsr is writing to {path}", "wait for it to end, then run the command again") from problem
        raise StoreProblem(f"the store {path} cannot be used: {text}", "check the disk's space and the folder's permissions") from problem
    except sqlite3.DatabaseError as problem:
        raise StoreCorrupt(
            f"the store {path} is damaged: {problem}", "nothing was changed; put a copy from your backup in its place"
        ) from problem


