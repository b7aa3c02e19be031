"""What was announced on a channel: never twice, and never lost, whenever the process or the disk gives out.

Before a channel is given anything, two things are on disk: a file with the token of what is in flight, and the rows, of that
token, that call it announced. Once the channel has taken it, only the file is removed, which needs no space. A run that finds
such a file does not know what became of those rows: it takes them back, so that they are announced again (at least once).
The file holds nothing of the person's, as nothing seals it.
"""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

from dsr import disk
from dsr.errors import DsrError, StoreProblem
from dsr.store import files


class Mark(NamedTuple):
    """What is announced once: the stage of a date of a case. `due` is a date or an instant in ISO 8601."""

    case: str
    kind: str
    stage: str
    due: str


_marks = msgspec.json.Decoder(list[Mark]).decode
_TOKEN = re.compile(rb"[0-9a-f]{32}")


class Notices:
    """The announcements of one channel, in the store at `path`. `rows` asks it, `writing` opens a transaction."""

    def __init__(
        self,
        channel: str,
        path: Path,
        rows: Callable[..., list[tuple[object, ...]]],
        writing: Callable[[], AbstractContextManager[sqlite3.Connection]],
    ) -> None:
        self._channel = channel
        self._rows = rows
        self._writing = writing
        self._flight = path.with_name(f"remind-{channel}.sending")

    def recover(self) -> None:
        """Take back what an earlier run had in flight when it ended. Raises StoreProblem."""
        if self._flight.exists():
            self._back(self._landed())

    def _landed(self) -> str | list[Mark]:
        """The token of what was in flight; from an older dsr, what it was."""
        try:
            held = self._flight.read_bytes()
            return held.decode() if _TOKEN.fullmatch(held) else _marks(held)
        except (OSError, msgspec.MsgspecError, ValueError) as problem:
            hint = "remove the file: what was in flight counts as announced then"
            raise StoreProblem(f"{self._flight} cannot be read", hint) from problem

    def known(self) -> dict[Mark, date]:
        """What was announced, and on which day."""
        asked = "SELECT request, kind, stage, due, announced_on FROM announced WHERE channel = ?"
        return {
            Mark(str(case), str(kind), str(stage), str(due)): date.fromisoformat(str(on))
            for case, kind, stage, due, on in self._rows(asked, self._channel)
        }

    @contextmanager
    def announcing(self, marks: Sequence[Mark], on: date, at: datetime) -> Iterator[None]:
        """Give the channel something inside this context: it is announced when the context ends, and not if an error of dsr's
        own ends it. Raises StoreProblem before anything is given where it could not be written down."""
        token = os.urandom(16).hex()
        self._begin(token, marks, on, at)
        try:
            yield
        except DsrError:
            self._back(token)
            raise
        self._clear()

    def _begin(self, token: str, marks: Sequence[Mark], on: date, at: datetime) -> None:
        try:
            files.write(self._flight, token.encode())
        except OSError as problem:
            what = f"what is announced cannot be written down: {(problem.strerror or str(problem)).lower()}"
            raise StoreProblem(
                what, "check the disk's space; nothing was announced, the next run tries again"
            ) from problem
        try:
            with self._writing() as db:
                db.executemany(
                    "INSERT INTO announced VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                    [(*mark, self._channel, on.isoformat(), at.isoformat(), token) for mark in marks],
                )
        except StoreProblem:
            with suppress(OSError):  # left behind, it says what is true: that these may not be announced
                self._clear()
            raise

    def _back(self, flown: str | list[Mark]) -> None:
        with self._writing() as db:
            if isinstance(flown, str):
                db.execute("DELETE FROM announced WHERE channel = ? AND piece = ?", (self._channel, flown))
            else:
                db.executemany(
                    "DELETE FROM announced WHERE request = ? AND kind = ? AND stage = ? AND due = ? AND channel = ?",
                    [(*mark, self._channel) for mark in flown],
                )
        self._clear()

    def _clear(self) -> None:
        self._flight.unlink(missing_ok=True)
        disk.settle(self._flight.parent)
