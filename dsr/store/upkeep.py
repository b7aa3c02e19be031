"""The store looked at and cleared by its owner: is it whole, and is a case that was wiped really gone."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from dsr.errors import StoreLocked
from dsr.model import Event, Evidence
from dsr.store import heads, sql
from dsr.store.faults import told
from dsr.store.migrations import FIXED, HEADS, KEPT, mark, version

WIPED = "wiped"  # the key of runs whose case was wiped: what they pressed must not be pressed again unasked


class Fault(Struct, frozen=True):
    """Something in the store that is not as it was written: what it is about, and what is wrong."""

    about: str
    what: str


@contextmanager
def _opened(path: Path, key: bytes, *, write: bool) -> Iterator[sqlite3.Connection]:
    with told(path), closing(sql.connect(path, key, mode="rw" if write else "ro")) as db:
        yield db


def faults(path: Path, key: bytes = b"") -> list[Fault]:
    """What is wrong in a store: SQLite's own check, every event that is not byte for byte what was written, and every log that
    does not end where it did. Never writes.

    Raises StoreProblem, StoreCorrupt.
    """
    with _opened(path, key, write=False) as db:
        found = [Fault("store.db", str(row[0])) for row in db.execute("PRAGMA integrity_check") if row[0] != "ok"]
        found += [
            Fault("store.db", f"a row of {row[0]} belongs to nothing") for row in db.execute("PRAGMA foreign_key_check")
        ]
        found += _unlocked(db)
        blob = "CAST(ifnull({}, '') AS BLOB)".format  # a damaged row may hold anything, or nothing
        marks: dict[str, bytes] = dict(db.execute(f"SELECT id, {blob('data')} FROM request"))  # noqa: S608
        ends: dict[str, tuple[int, bytes]] = {}
        found += _misfiled(db)
        asked = f"SELECT seq, ifnull(request, ''), {blob('data')}, {blob('mark')} FROM event ORDER BY seq"  # noqa: S608
        for seq, case, data, kept in db.execute(asked):
            if case in marks and kept != (due := mark(marks[case], data)):
                found.append(Fault(case, f"event {seq} is not what was written, or one before it is gone"))
                due = kept
            if case in marks:
                marks[case] = due
            ends[case] = (ends[case][0] + 1 if case in ends else 1, kept)
        if version(db) >= HEADS:  # an older backup has none
            found += [Fault(about, what) for about, what in heads.faults(db, ends)]
    return found


def _misfiled(db: sqlite3.Connection) -> Iterator[Fault]:
    """Rows that are filed under another name than the one in them: they would not be found, or found in the wrong place."""
    for filed, table in ((("seq", "kind"), "event"), (("id", "subject", "controller", "right"), "request")):
        for *names, data in db.execute(f"SELECT {', '.join(filed)}, data FROM {table}"):  # noqa: S608  names of columns
            try:
                held = msgspec.json.decode(data, type=dict[str, Any])
            except (msgspec.MsgspecError, UnicodeDecodeError, TypeError):
                held = {}
            if [held.get(key) for key in filed] != names:
                yield Fault("store.db", f"{table} {names[0]} is not filed under what it is")


def _unlocked(db: sqlite3.Connection) -> list[Fault]:
    """The locks on events that somebody took away: with them SQLite itself refuses to change or delete one."""
    held = {str(row[0]) for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")}
    gone = sorted({"event_kept", "event_fixed"} - held)
    return [Fault("store.db", f"the lock '{one}', which keeps events as they are, is gone") for one in gone]


def evidence(path: Path, key: bytes = b"") -> Iterator[tuple[str, Evidence]]:
    """The evidence that the events of a store name, each with its case. Raises StoreCorrupt."""
    decode = msgspec.json.Decoder(Event).decode
    with _opened(path, key, write=False) as db:
        for case, data in db.execute("SELECT request, data FROM event ORDER BY seq"):
            for kept in decode(data).evidence:
                yield str(case), kept


def wipe(path: Path, case: str, at: datetime, key: bytes = b"") -> None:
    """Take a case out of the store for good: its events, its texts, its place in every list. What stays: its number, so that no
    later case gets it, and which playbook pressed when, without names. The freed pages are overwritten."""
    with _opened(path, key, write=True) as db:
        db.execute("PRAGMA secure_delete = ON")
        db.execute("BEGIN IMMEDIATE")
        try:
            for statement in ("DROP TRIGGER event_kept", "DROP TRIGGER event_fixed"):
                db.execute(statement)
            db.execute("UPDATE journal SET name = '' WHERE run IN (SELECT id FROM run WHERE request = ?)", (case,))
            db.execute("UPDATE run SET request = NULL, solo = ? WHERE request = ?", (WIPED, case))
            heads.drop(db, case)
            for table in ("event", "outlook", "announced"):
                db.execute(f"DELETE FROM {table} WHERE request = ?", (case,))  # noqa: S608  names of tables
            db.execute("DELETE FROM request WHERE id = ?", (case,))
            db.execute("INSERT OR REPLACE INTO wiped VALUES (?, ?)", (case, at.isoformat()))
            for statement in (KEPT, FIXED):
                db.execute(statement)
            db.execute("COMMIT")
        except BaseException:
            if db.in_transaction:
                db.execute("ROLLBACK")
            raise
        _emptied(db, path)


def forget_people(path: Path, key: bytes = b"") -> None:
    """Take every profile out of the store, and what it worked out. Overwrites the freed pages."""
    with _opened(path, key, write=True) as db:
        db.execute("PRAGMA secure_delete = ON")
        db.execute("DELETE FROM subject")
        db.execute("UPDATE journal SET name = ''")
        _emptied(db, path)


def _emptied(db: sqlite3.Connection, path: Path) -> None:
    """Take what was wiped out of the write-ahead log too. Raises StoreLocked while another dsr reads the store."""
    if db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
        raise StoreLocked(
            f"it is gone from the store, but another dsr still reads {path}, so its bytes are not all overwritten",
            "end the other dsr; then any dsr next overwrites them",
        )


def pressed_before(path: Path, playbook: str, key: bytes = b"") -> str:
    """When a playbook last pressed in a case that was wiped since, as an ISO instant; empty if it never did."""
    with _opened(path, key, write=False) as db:
        row = db.execute(
            """SELECT max(at) FROM journal JOIN run ON run.id = journal.run
            WHERE run.solo = ? AND run.playbook = ? AND journal.what IN ('intent', 'committed')""",
            (WIPED, playbook),
        ).fetchone()
    return str(row[0] or "")


class Pressed(Struct, frozen=True):
    """A press that a store knows of: by which playbook and when, as an ISO instant."""

    playbook: str
    at: str


def presses(path: Path, key: bytes = b"") -> list[Pressed]:
    """What playbooks pressed, or may have pressed, in order; nothing where there is no store yet."""
    if not path.exists() or not path.stat().st_size:
        return []
    with _opened(path, key, write=False) as db:
        rows = db.execute(
            """SELECT run.playbook, journal.at FROM journal JOIN run ON run.id = journal.run
            WHERE journal.what IN ('intent', 'committed') ORDER BY journal.seq"""
        ).fetchall()
    return [Pressed(str(playbook), str(when)) for playbook, when in rows]


def remember(path: Path, presses: Sequence[Pressed], key: bytes = b"") -> None:
    """Note presses of which nothing else is known any more, as those of a wiped case are."""
    with _opened(path, key, write=True) as db:
        db.execute("BEGIN IMMEDIATE")
        for one in presses:
            run = db.execute(
                "INSERT INTO run (solo, playbook, started_at) VALUES (?, ?, ?)", (WIPED, one.playbook, one.at)
            ).lastrowid
            db.execute(
                "INSERT INTO journal (run, what, step, control, name, at, mark) VALUES (?, 'committed', 0, '', '', ?, ?)",
                (run, one.at, heads.own(one.playbook, "committed", 0, "", one.at)),
            )
        db.execute("COMMIT")


def solo_journal(path: Path, key: bytes = b"") -> list[dict[str, object]]:
    """The runs without a case, with their journal, as plain data."""
    with _opened(path, key, write=False) as db:
        runs = _named(db.execute("SELECT * FROM run WHERE solo IS NOT NULL ORDER BY id"))
        for run in runs:
            entries = db.execute(
                "SELECT what, step, control, name, at FROM journal WHERE run = ? ORDER BY seq", (run["id"],)
            )
            run["journal"] = _named(entries)
    return runs


def _named(cursor: sqlite3.Cursor) -> list[dict[str, object]]:
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]
