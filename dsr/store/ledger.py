"""The ledger: subjects, cases and their append-only events in one SQLite file.

Every write is on disk when the call returns (`synchronous=FULL`); a check that a write depends on runs inside its
transaction, so that two processes can never both pass it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar
from zlib import crc32

import msgspec

from dsr import disk
from dsr.errors import StoreCorrupt, UnknownName
from dsr.model import Event, Evidence, Outcome, Request, Subject
from dsr.store import files, heads, sql, switch
from dsr.store.faults import told
from dsr.store.journal import PastRun, RunJournal
from dsr.store.migrations import mark, migrate, refuse_newer
from dsr.store.notices import Notices

_T = TypeVar("_T")
_encode = msgspec.json.Encoder().encode
_subject = msgspec.json.Decoder(Subject).decode
_request = msgspec.json.Decoder(Request).decode
_event = msgspec.json.Decoder(Event).decode


def _summed(case: str, data: bytes) -> bytes:
    """A checksum of what was worked out for a case: cheap, as all of them are read every hour."""
    return crc32(data, crc32(case.encode())).to_bytes(4, "big")


def _unchanged(case: str, kept: bytes) -> bytes | None:
    data = kept[4:]
    return data if kept[:4] == _summed(case, data) else None


def _refuse_lost(path: Path) -> None:
    """An empty store is a new one, unless letters of cases lie beside it: no case is begun before the store holds its tables."""
    cases = path.with_name("cases")
    begun = cases.is_dir() and any(cases.iterdir())
    if begun and not (path.exists() and path.stat().st_size):  # looked at after the cases: another dsr may just begin
        raise StoreCorrupt(
            f"the store {path} is empty or gone, but files of its cases are there",
            f"dsr restore FILE, with your newest backup; to begin anew, move '{cases}' away first",
        )


class Ledger:
    """The store of one home folder. Use it as a context manager; opening creates or migrates it. `key` are the 32 bytes of an
    encrypted store.

    Raises StoreLocked, StoreNewer, StoreCorrupt or StoreProblem; BadFile where a link lies in its place.
    """

    def __init__(self, home: Path, key: bytes = b"", *, timeout: float = 10.0) -> None:
        self.home = home
        self.key = key
        self.path = home / "store.db"
        disk.refuse_links(home, ("store.db", "store.db-wal", "store.db-shm"))
        _refuse_lost(self.path)
        if not self.path.exists():
            self.path.touch(mode=0o600)
            disk.settle(home)
        file = self.path.stat().st_ino
        with told(self.path):
            self._db = sql.connect(self.path, key, timeout=timeout)
            try:
                if switch.moved(self._db):
                    switch.heal(self._db, self.path, file)
                refuse_newer(self._db, self.path)
                self._db.execute("PRAGMA journal_mode = WAL")
                self._db.execute("PRAGMA synchronous = FULL")
                self._db.execute("PRAGMA foreign_keys = ON")
                migrate(self._db, self.path)
            except BaseException:
                self._db.close()
                raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.close()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with told(self.path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    def _rows(self, sql: str, *values: object) -> list[tuple[object, ...]]:
        with told(self.path):
            return self._db.execute(sql, values).fetchall()

    def _blobs(self, sql: str, *values: object) -> list[bytes]:
        return [row[0] for row in self._rows(sql, *values) if isinstance(row[0], bytes)]

    def _decoded(self, decode: Callable[[bytes], _T], blobs: Sequence[bytes]) -> list[_T]:
        with told(self.path):
            return [decode(data) for data in blobs]

    def subjects(self) -> list[Subject]:
        """Every data subject, the first one being the person at the terminal."""
        return self._decoded(_subject, self._blobs("SELECT data FROM subject ORDER BY rowid"))

    def put_subject(self, subject: Subject) -> None:
        """Add a subject or replace the one of that id."""
        with self._writing() as db:
            db.execute(
                """INSERT INTO subject VALUES (?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET data = excluded.data, mark = excluded.mark""",
                (subject.id, data := _encode(subject), heads.own(subject.id, data)),
            )

    def add(
        self, make: Callable[[int], Request], first: Callable[[str], Event], check: Callable[[], None] | None = None
    ) -> Request:
        """Add a case with its first event. `make` gets a number that no case has yet, `first` the new case's id; both run
        inside the transaction, so that a letter kept by `first` and the case appear together, and so does `check`, which
        may raise to refuse it."""
        with self._writing() as db:
            if check is not None:
                check()
            made = "SELECT (SELECT count(*) FROM request) + (SELECT count(*) FROM wiped)"
            request = make(int(db.execute(made).fetchone()[0]) + 1)
            db.execute(
                "INSERT INTO request VALUES (?, ?, ?, ?, ?)",
                (request.id, request.subject, request.controller, request.right, _encode(request)),
            )
            self._insert(db, request.id, first(request.id))
        return request

    def _insert(self, db: sqlite3.Connection, case: str, event: Event) -> Event:
        seq = int(db.execute("SELECT coalesce(max(seq), 0) FROM event").fetchone()[0]) + 1
        event = msgspec.structs.replace(event, seq=seq)
        before = heads.mark(db, case)  # not that of the last event: after one was cut off, the next must not hide it
        if before is None:
            before = db.execute("SELECT data FROM request WHERE id = ?", (case,)).fetchone()[0]
        data = _encode(event)
        after = mark(before, data)
        db.execute("INSERT INTO event VALUES (?, ?, ?, ?, ?)", (seq, case, event.kind, data, after))
        heads.move(db, case, after)
        db.execute("DELETE FROM outlook WHERE request = ?", (case,))
        return event

    def append(self, case: str, event: Event, check: Callable[[Sequence[Event]], None] | None = None) -> Event:
        """Append one event; `check` sees the case's events inside the transaction and may raise to refuse it."""
        with self._writing() as db:
            if check is not None:
                check(self.events(case))
            return self._insert(db, case, event)

    def request(self, typed: str) -> Request:
        """The case of that id, in any case. Raises UnknownName with close matches."""
        found = self._blobs("SELECT data FROM request WHERE id = ?", typed.strip().lower())
        if not found:
            raise UnknownName("case", typed, (str(row[0]) for row in self._rows("SELECT id FROM request")))
        return self._decoded(_request, found)[0]

    def events(self, case: str) -> list[Event]:
        """All events of a case in the order in which they were recorded."""
        return self._decoded(_event, self._blobs("SELECT data FROM event WHERE request = ? ORDER BY seq", case))

    def cases(self, among: Sequence[str] | None = None) -> Iterator[tuple[Request, list[Event]]]:
        """Every case, or those of these ids, with its events, in the order in which the cases were made."""
        if among is None:
            among = [str(row[0]) for row in self._rows("SELECT id FROM request")]
        ids = msgspec.json.encode(among).decode()
        blobs: dict[str, list[bytes]] = {}
        for case, data in self._rows(
            "SELECT request, data FROM event WHERE request IN (SELECT value FROM json_each(?)) ORDER BY seq", ids
        ):
            if isinstance(data, bytes):
                blobs.setdefault(str(case), []).append(data)
        requests = self._blobs(
            "SELECT data FROM request WHERE id IN (SELECT value FROM json_each(?)) ORDER BY rowid", ids
        )
        for request in self._decoded(_request, requests):
            yield request, self._decoded(_event, blobs.get(request.id, []))

    def of_controller(self, slug: str) -> list[str]:
        """The ids of the cases with one company."""
        return [str(row[0]) for row in self._rows("SELECT id FROM request WHERE controller = ? ORDER BY rowid", slug)]

    def begin_run(self, case: str, playbook: str, now: Callable[[], datetime]) -> RunJournal:
        """Start the journal of a run."""
        return self._journal(self._begun(now, request=case, playbook=playbook), f"cases/{case}", now)

    def begin_solo(self, key: str, playbook: str, terms: str, now: Callable[[], datetime]) -> RunJournal:
        """Start the journal of a run without a case; its evidence is kept under `runs/<key>/`."""
        return self._journal(self._begun(now, solo=key, playbook=playbook, terms=terms), f"runs/{key}", now)

    def _begun(self, now: Callable[[], datetime], **columns: str) -> int:
        names = ", ".join((*columns, "started_at"))
        with self._writing() as db:
            run = db.execute(
                f"INSERT INTO run ({names}) VALUES ({', '.join('?' * (len(columns) + 1))})",  # noqa: S608  names of columns
                (*columns.values(), now().isoformat()),
            ).lastrowid
        assert run is not None
        return run

    def _journal(self, run: int, folder: str, now: Callable[[], datetime]) -> RunJournal:
        def keep(kind: str, content: bytes | Path, suffix: str, at: datetime) -> Evidence:
            return files.keep(self.home, folder, kind, content, suffix, at, self.key)

        return RunJournal(self._db, self.path, run, now, keep)

    def solo_runs(self, key: str) -> list[PastRun]:
        """The earlier runs of that key, oldest first."""
        rows = self._rows(
            """SELECT id, started_at, coalesce(outcome, ''), coalesce(terms, ''), EXISTS (
              SELECT 1 FROM journal WHERE run = run.id AND (what = 'committed' OR what = 'intent' AND NOT EXISTS (
                SELECT 1 FROM journal AS later WHERE later.run = run.id AND later.step = journal.step
                AND later.what = 'averted' AND later.seq > journal.seq))
            ) FROM run WHERE solo = ? ORDER BY id""",
            key,
        )
        return [PastRun(int(str(run)), str(at), str(how), str(terms), bool(hit)) for run, at, how, terms, hit in rows]

    def end_solo(self, run: int, outcome: Outcome) -> None:
        """Settle an earlier run without a case: what it may have pressed is known now."""
        with self._writing() as db:
            db.execute("UPDATE run SET outcome = ? WHERE id = ? AND solo IS NOT NULL", (outcome, run))

    def unsettled(self, case: str, playbook: str, now: Callable[[], datetime]) -> RunJournal | None:
        """The last run of that playbook that never ended and may have pressed something; None if there is none."""
        found = self._rows(
            """SELECT run.id FROM run JOIN journal ON journal.run = run.id
            WHERE run.request = ? AND run.playbook = ? AND run.outcome IS NULL AND (what = 'committed' OR what = 'intent'
              AND NOT EXISTS (SELECT 1 FROM journal AS later WHERE later.run = run.id AND later.step = journal.step
                AND later.what = 'averted' AND later.seq > journal.seq))
            ORDER BY journal.seq DESC LIMIT 1""",
            case,
            playbook,
        )
        if not found:
            return None
        return self._journal(int(str(found[0][0])), f"cases/{case}", now)

    def newest_entry(self, of: str, playbook: str) -> int:
        """The number of the newest journal entry of that playbook in a case, or under a key; 0 if there is none. It grows with
        every press, whichever dsr makes it."""
        found = self._rows(
            """SELECT coalesce(max(journal.seq), 0) FROM run JOIN journal ON journal.run = run.id
            WHERE (run.request = ?1 OR run.solo = ?1) AND run.playbook = ?2""",
            of,
            playbook,
        )
        return int(str(found[0][0]))

    def keep(self, case: str, kind: str, content: bytes | Path, suffix: str, at: datetime) -> Evidence:
        """Keep bytes as evidence of a case."""
        return files.keep(self.home, f"cases/{case}", kind, content, suffix, at, self.key)

    def outlooks(self, edition: str) -> dict[str, bytes | None]:
        """For every case, in the order in which they were made, what `keep_outlooks` kept of it for that edition; None
        where an event came since, nothing was kept, or a byte of it is another."""
        rows = self._rows(
            """SELECT request.id, outlook.data FROM request
            LEFT JOIN outlook ON outlook.request = request.id AND outlook.edition = ? ORDER BY request.rowid""",
            edition,
        )
        return {str(case): _unchanged(str(case), data) if isinstance(data, bytes) else None for case, data in rows}

    def keep_outlooks(self, edition: str, found: dict[str, tuple[int, bytes]]) -> None:
        """Keep what was worked out from each case's events up to a `seq`; one that has a newer event is left out."""
        with self._writing() as db:
            db.executemany(
                """INSERT INTO outlook SELECT ?1, ?2, ?4
                WHERE (SELECT max(seq) FROM event WHERE request = ?1) = ?3
                ON CONFLICT (request) DO UPDATE SET edition = excluded.edition, data = excluded.data""",
                [(case, edition, seq, _summed(case, data) + data) for case, (seq, data) in found.items()],
            )

    def notices(self, channel: str) -> Notices:
        """What was announced on a channel, and what may be."""
        return Notices(channel, self.path, self._rows, self._writing)
