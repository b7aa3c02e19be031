"""SQLite's errors in dsr's words, and those of what it holds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dsr.errors import StoreCorrupt, StoreLocked, StoreProblem
from dsr.store import sql


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn the errors of SQLite and SQLCipher into dsr's: locked, damaged, or another problem of the store."""
    try:
        yield
    except sql.operational() as problem:
        text = str(problem)
        if "locked" in text or "busy" in text:
            raise StoreLocked(f"another dsr is writing to {path}", "wait for it to end, then run it again") from problem
        hint = "check the disk's space and the folder's permissions"
        raise StoreProblem(f"the store {path} cannot be used: {text}", hint) from problem
    except sql.damaged() as problem:
        raise StoreCorrupt(
            f"the store {path} is damaged: {problem}",
            "nothing was changed; put your newest backup in its place: dsr restore FILE",
        ) from problem
