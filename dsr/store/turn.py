"""One run at a time: a lock of a home folder, waited for, and freed by the system when its process ends, however it ends."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from dsr.errors import StoreLocked
from dsr.store.faults import told


@contextmanager
def taken(home: Path, name: str, *, timeout: float) -> Iterator[None]:
    """Hold the lock `<name>.lock` of a home folder, waiting so many seconds for it. It is SQLite's own lock on an empty
    database: the same on every system, and no child process inherits it. Raises StoreLocked, StoreProblem."""
    path = home / f"{name}.lock"
    path.touch(mode=0o600)
    with closing(sqlite3.connect(path, timeout=timeout, isolation_level=None)) as db:
        try:
            with told(path):
                db.execute("BEGIN EXCLUSIVE")
        except StoreLocked:
            what = f"another dsr {name} has been at work for {timeout:g} seconds"
            raise StoreLocked(what, "wait for it to end; it does the same work") from None
        yield
