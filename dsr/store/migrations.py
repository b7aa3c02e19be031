"""The store's schema, step by step. Each step runs in one transaction with its own version number."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

from dsr.errors import StoreNewer
from dsr.store import heads

_FIRST = """
CREATE TABLE subject (id TEXT PRIMARY KEY, data BLOB NOT NULL) STRICT;
CREATE TABLE request (
  id TEXT PRIMARY KEY, subject TEXT NOT NULL, controller TEXT NOT NULL, right TEXT NOT NULL, data BLOB NOT NULL
) STRICT;
CREATE TABLE event (
  seq INTEGER PRIMARY KEY, request TEXT NOT NULL REFERENCES request (id), kind TEXT NOT NULL, data BLOB NOT NULL
) STRICT;
CREATE INDEX event_request ON event (request, seq);
CREATE TRIGGER event_kept BEFORE DELETE ON event BEGIN SELECT RAISE (ABORT, 'events are append-only'); END;
CREATE TRIGGER event_fixed BEFORE UPDATE ON event BEGIN SELECT RAISE (ABORT, 'events are append-only'); END;
CREATE TABLE run (
  id INTEGER PRIMARY KEY, request TEXT NOT NULL REFERENCES request (id), playbook TEXT NOT NULL,
  started_at TEXT NOT NULL, outcome TEXT
) STRICT;
CREATE TABLE journal (
  seq INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES run (id), what TEXT NOT NULL, step INTEGER NOT NULL,
  control TEXT NOT NULL, name TEXT NOT NULL, at TEXT NOT NULL
) STRICT;
CREATE TABLE announced (
  request TEXT NOT NULL, kind TEXT NOT NULL, stage TEXT NOT NULL, due TEXT NOT NULL, at TEXT NOT NULL,
  PRIMARY KEY (request, kind, stage, due)
) STRICT;
CREATE TABLE outlook (request TEXT PRIMARY KEY, edition TEXT NOT NULL, data BLOB NOT NULL) STRICT;
"""


# A run that belongs to no case: `solo` is the key of what was run, `terms` the date of the terms that the person agreed to.
_SOLO = """
CREATE TABLE new_run (
  id INTEGER PRIMARY KEY, request TEXT REFERENCES request (id), solo TEXT, playbook TEXT NOT NULL,
  started_at TEXT NOT NULL, outcome TEXT, terms TEXT, CHECK ((request IS NULL) <> (solo IS NULL))
) STRICT;
INSERT INTO new_run SELECT id, request, NULL, playbook, started_at, outcome, NULL FROM run;
CREATE TABLE new_journal (
  seq INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES new_run (id), what TEXT NOT NULL, step INTEGER NOT NULL,
  control TEXT NOT NULL, name TEXT NOT NULL, at TEXT NOT NULL
) STRICT;
INSERT INTO new_journal SELECT seq, run, what, step, control, name, at FROM journal;
DROP TABLE journal;
DROP TABLE run;
ALTER TABLE new_run RENAME TO run;
ALTER TABLE new_journal RENAME TO journal;
"""

# Each event's mark is the hash of the one before it and of the event itself, so that a changed byte is found. `wiped` holds
# the numbers of cases that the person wiped: no later case gets one of them.
_MARKS = """
DROP TRIGGER event_fixed;
ALTER TABLE event ADD COLUMN mark BLOB;
CREATE TABLE wiped (request TEXT PRIMARY KEY, at TEXT NOT NULL) STRICT;
"""
# Each channel announces by itself: what it took is noted for it alone, with the day that it then was.
_CHANNELS = """
CREATE TABLE new_announced (
  request TEXT NOT NULL, kind TEXT NOT NULL, stage TEXT NOT NULL, due TEXT NOT NULL, channel TEXT NOT NULL,
  announced_on TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (channel, request, kind, stage, due)
) STRICT;
INSERT INTO new_announced SELECT request, kind, stage, due, 'terminal', substr(at, 1, 10), at FROM announced;
DROP TABLE announced;
ALTER TABLE new_announced RENAME TO announced;
"""
# What was given to a channel in one piece bears the token of that piece: the file that says so holds no more than the token.
_PIECES = "ALTER TABLE announced ADD COLUMN piece TEXT NOT NULL DEFAULT ''"
KEPT = "CREATE TRIGGER event_kept BEFORE DELETE ON event BEGIN SELECT RAISE (ABORT, 'events are append-only'); END"
FIXED = "CREATE TRIGGER event_fixed BEFORE UPDATE ON event BEGIN SELECT RAISE (ABORT, 'events are append-only'); END"


def mark(before: bytes, event: bytes) -> bytes:
    """The mark of an event, given that of the case's event before it; a case's own data stands before its first event."""
    from hashlib import sha256

    return sha256(sha256(before).digest() + event).digest()


def _first(db: sqlite3.Connection) -> None:
    for statement in _statements(_FIRST):
        db.execute(statement)


def _solo(db: sqlite3.Connection) -> None:
    for statement in _statements(_SOLO):
        db.execute(statement)


def _marks(db: sqlite3.Connection) -> None:
    for statement in _statements(_MARKS):
        db.execute(statement)
    before = dict(db.execute("SELECT id, data FROM request"))
    for seq, case, data in db.execute("SELECT seq, request, data FROM event ORDER BY seq").fetchall():
        before[case] = mark(before[case], data)
        db.execute("UPDATE event SET mark = ? WHERE seq = ?", (before[case], seq))
    db.execute(FIXED)


def _channels(db: sqlite3.Connection) -> None:
    for statement in _statements(_CHANNELS):
        db.execute(statement)


def _heads(db: sqlite3.Connection) -> None:
    for statement in _statements(heads.SCHEMA):
        db.execute(statement)
    heads.first(db)
    db.execute(_PIECES)


def _statements(script: str) -> list[str]:
    """The statements of a script, one by one: `executescript` would commit on its own."""
    found: list[str] = []
    pending = ""
    for line in script.splitlines():
        pending += line + "\n"
        if sqlite3.complete_statement(pending):
            found.append(pending)
            pending = ""
    return found


MIGRATIONS: tuple[Callable[[sqlite3.Connection], None], ...] = (_first, _solo, _marks, _channels, _heads)
HEADS = 5  # the version from which a store has heads


def version(db: sqlite3.Connection) -> int:
    """The schema version of a store; 0 is an empty one. Never writes."""
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def refuse_newer(
    db: sqlite3.Connection, path: Path, steps: Sequence[Callable[[sqlite3.Connection], None]] = MIGRATIONS
) -> int:
    """The schema version of a store that this dsr knows. Never writes. Raises StoreNewer where it is ahead."""
    found = version(db)
    if found > len(steps):
        raise StoreNewer(
            f"the store {path} has schema {found}, this dsr knows {len(steps)}", "update dsr; nothing was changed"
        )
    return found


def _back_up(db: sqlite3.Connection, copy: Path) -> None:
    """Copy the whole store: in full or not at all, readable by its owner only, in place of an earlier attempt's copy."""
    import tempfile

    with tempfile.TemporaryDirectory(dir=copy.parent, prefix=".new-") as folder:
        whole = Path(folder) / copy.name
        whole.touch(mode=0o600)
        db.execute("VACUUM INTO ?", (str(whole),))
        whole.replace(copy)


def migrate(
    db: sqlite3.Connection, path: Path, steps: Sequence[Callable[[sqlite3.Connection], None]] = MIGRATIONS
) -> None:
    """Bring a store to the newest schema; a copy `store-vN.bak` precedes the first step of a store that holds data.

    Raises StoreNewer where the store is ahead of this dsr.
    """
    found = refuse_newer(db, path, steps)
    if 0 < found < len(steps):
        _back_up(db, path.with_name(f"{path.stem}-v{found}.bak"))
    for number in range(found, len(steps)):
        db.execute("BEGIN IMMEDIATE")
        try:
            if version(db) == number:
                steps[number](db)
                db.execute(f"PRAGMA user_version = {number + 1}")
            db.execute("COMMIT")
        except BaseException:
            db.execute("ROLLBACK")
            raise
