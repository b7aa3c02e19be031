"""Where each case's log ends, kept beside the log: so an event that is cut off its end is missed, as one from its middle is.

A case's head holds how many events it has and the mark of the last; the store's own row holds how many heads there are and one
digest over all of them, so that a case which is gone with its head is missed too. Both are written in the transaction of the
event. They find what was taken out by somebody who does not know of them all; not somebody who works them out anew, and not a
whole older store in the place of the newer one. In an encrypted store SQLCipher authenticates these pages as all others.

Rows that stand alone, the person's profile and the journal of presses, have a mark of their own, so that a changed byte is
found; the store's row counts those of the journal, of which none is ever taken out.
"""

from __future__ import annotations

import sqlite3

SCHEMA = """
CREATE TABLE head (request TEXT PRIMARY KEY, events INTEGER NOT NULL, mark BLOB NOT NULL) STRICT;
CREATE TABLE heads (
  one INTEGER PRIMARY KEY CHECK (one = 1), cases INTEGER NOT NULL, digest BLOB NOT NULL, pressed INTEGER NOT NULL
) STRICT;
INSERT INTO head SELECT request, count(*), (
  SELECT mark FROM event AS last WHERE last.request = event.request ORDER BY seq DESC LIMIT 1
) FROM event GROUP BY request;
INSERT INTO heads SELECT 1, 0, zeroblob(32), count(*) FROM journal;
CREATE TRIGGER journal_counted AFTER INSERT ON journal BEGIN UPDATE heads SET pressed = pressed + 1; END;
ALTER TABLE subject ADD COLUMN mark BLOB;
ALTER TABLE journal ADD COLUMN mark BLOB;
"""
_NONE = bytes(32)
_Head = tuple[int, bytes]


_JOURNAL = """SELECT journal.seq, playbook, what, step, control, at, mark FROM journal LEFT JOIN run ON run.id = journal.run
ORDER BY journal.seq"""


def first(db: sqlite3.Connection) -> None:
    """Make the store's own row of the heads that there are, and the marks of the rows that stand alone."""
    for case, events, mark in db.execute("SELECT request, events, mark FROM head").fetchall():
        _count(db, case, None, (events, mark))
    for id_, data in db.execute("SELECT id, data FROM subject").fetchall():
        db.execute("UPDATE subject SET mark = ? WHERE id = ?", (own(id_, data), id_))
    for seq, *values, _ in db.execute(_JOURNAL).fetchall():
        db.execute("UPDATE journal SET mark = ? WHERE seq = ?", (own(*values), seq))


def own(*values: str | int | bytes | None) -> bytes:
    """The mark of a row that stands alone. Of a profile: its id and data; of an entry of the journal: the playbook of its run,
    what, step, control and instant - not the name that was pressed, which goes when its case is wiped."""
    from hashlib import sha256

    return sha256(b"\0".join(one if isinstance(one, bytes) else str(one).encode() for one in values)).digest()


def mark(db: sqlite3.Connection, case: str) -> bytes | None:
    """The mark on which the next event of a case is chained; None where it has no event yet."""
    head = _head(db, case)
    return head[1] if head else None


def move(db: sqlite3.Connection, case: str, mark: bytes) -> None:
    """A case has one more event, with that mark. Inside the transaction of the event."""
    old = _head(db, case)
    new = (old[0] + 1 if old else 1, mark)
    db.execute("INSERT OR REPLACE INTO head VALUES (?, ?, ?)", (case, *new))
    _count(db, case, old, new)


def drop(db: sqlite3.Connection, case: str) -> None:
    """A case is wiped. Inside the transaction that takes its events out."""
    old = _head(db, case)
    db.execute("DELETE FROM head WHERE request = ?", (case,))
    _count(db, case, old, None)


def faults(db: sqlite3.Connection, found: dict[str, _Head]) -> list[tuple[str, str]]:
    """What is wrong with the heads of a store whose cases have so many events, the last with that mark: about what, and what."""
    asked = "SELECT ifnull(request, ''), CAST(ifnull(events, 0) AS INTEGER), CAST(ifnull(mark, '') AS BLOB) FROM head"
    kept: dict[str, _Head] = {case: (events, mark) for case, events, mark in db.execute(asked)}
    wrong = []
    for case in sorted(kept.keys() | found.keys()):
        was, now = kept.get(case, (0, b""))[0], found.get(case, (0, b""))[0]
        if was > now:
            wrong.append((case, f"{was - now} of its {was} events {'is' if was - now == 1 else 'are'} gone"))
        elif kept.get(case) != found.get(case):
            wrong.append((case, "its log does not end where it was said to end"))
    digest = _NONE
    for case, head in kept.items():
        digest = _with(digest, case, head)
    rows = db.execute("SELECT cases, digest, pressed FROM heads").fetchall()
    cases, total, pressed = rows[0] if len(rows) == 1 else (-1, _NONE, -1)
    if (cases, total) != (len(kept), digest):
        wrong.append(
            ("store.db", "the cases in it are not those that were written: one is gone, or its end was changed")
        )
    return wrong + _alone(db, pressed)


def _alone(db: sqlite3.Connection, pressed: int) -> list[tuple[str, str]]:
    rows = db.execute("SELECT id, data, mark FROM subject")
    wrong = [("profile", "it is not what was written") for id_, data, mark in rows if own(id_, data) != mark]
    journal = db.execute(_JOURNAL).fetchall()
    for number, (seq, *values, mark) in enumerate(journal, 1):
        if number != seq or own(*values) != mark:
            wrong.append(("store.db", f"press {seq} in its journal is not what was written, or one before it is gone"))
            break
    if len(journal) != pressed:
        wrong.append(("store.db", f"of {pressed} entries in its journal of presses {len(journal)} are there"))
    return wrong


def _head(db: sqlite3.Connection, case: str) -> _Head | None:
    row = db.execute("SELECT events, mark FROM head WHERE request = ?", (case,)).fetchone()
    return (row[0], row[1]) if row else None


def _count(db: sqlite3.Connection, case: str, old: _Head | None, new: _Head | None) -> None:
    row = db.execute("SELECT digest FROM heads").fetchone()
    digest = _with(_with(row[0] if row else _NONE, case, old), case, new)
    more = (new is not None) - (old is not None)
    db.execute("UPDATE heads SET cases = cases + ?, digest = ?", (more, digest))


def _with(digest: bytes, case: str, head: _Head | None) -> bytes:
    """The digest with a head put in, or taken out: whichever it is not, in whatever order."""
    from hashlib import sha256

    if head is None:
        return digest
    one = sha256(b"%s\0%d\0%s" % (case.encode(), head[0], head[1])).digest()
    return (int.from_bytes(digest, "big") ^ int.from_bytes(one, "big")).to_bytes(32, "big")
