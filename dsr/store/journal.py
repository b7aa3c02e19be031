"""The journal of a run: what was about to be pressed, what went out. The answer to "did it happen?" after a crash."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from dsr.model import Evidence, Outcome
from dsr.store import heads
from dsr.store.faults import told


class PastRun(Struct, frozen=True):
    """An earlier run without a case. `outcome` is empty where it never ended, `pressed` whether something may have been pressed;
    `terms` the date of the terms that the person agreed to then."""

    id: int
    started_at: str
    outcome: str
    terms: str
    pressed: bool


class RunJournal:
    """One run's journal in the store; implements `model.Journal`. Each entry is on disk when the call returns."""

    def __init__(
        self,
        db: sqlite3.Connection,
        path: Path,
        run: int,
        now: Callable[[], datetime],
        keep: Callable[[str, bytes | Path, str, datetime], Evidence],
    ) -> None:
        self._db = db
        self._path = path
        self._now = now
        self._keep = keep
        self.run = run

    def _write(self, what: str, step: int, control: str = "", name: str = "") -> None:
        at = self._now().isoformat()
        with told(self._path):
            [playbook] = self._db.execute("SELECT playbook FROM run WHERE id = ?", (self.run,)).fetchone()
            self._db.execute(
                "INSERT INTO journal (run, what, step, control, name, at, mark) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (self.run, what, step, control, name, at, heads.own(playbook, what, step, control, at)),
            )

    def intent(self, step: int, control: str, name: str) -> None:
        self._write("intent", step, control, name)

    def committed(self, step: int) -> None:
        self._write("committed", step)

    def averted(self, step: int, why: str) -> None:
        self._write("averted", step, name=why)

    def keep(self, kind: str, content: bytes | Path, suffix: str) -> Evidence:
        return self._keep(kind, content, suffix, self._now())

    def end(self, outcome: Outcome) -> None:
        """The run is over, and what it may have pressed is settled; later runs need not ask."""
        with told(self._path):
            self._db.execute("UPDATE run SET outcome = ? WHERE id = ?", (outcome, self.run))

    def last(self) -> tuple[str, str]:
        """The newest entry as (what, control): `intent` means that the press may or may not have gone out."""
        with told(self._path):
            row = self._db.execute(
                "SELECT what, control FROM journal WHERE run = ? ORDER BY seq DESC LIMIT 1", (self.run,)
            ).fetchone()
        return (str(row[0]), str(row[1])) if row else ("", "")
