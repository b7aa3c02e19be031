"""Faults that are not of one moment: bytes that rot, a clock that jumps, many at once, an upgrade cut short."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import sqlite3
import time
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

from dsr.cli import main
from dsr.errors import StoreProblem
from dsr.model import Event, EventKind
from dsr.store import Ledger, upkeep
from dsr.store.migrations import MIGRATIONS, migrate
from fault import forked, job, judge
from fault.kinds import Row, _both, _fresh, _sum


def corrupt_page(place: Path, runs: int, dice: Random) -> Row:
    """Some bytes of the store change. Either everything is still there, or dsr says that it is damaged; a restore mends it."""
    template = _fresh(place)
    acks = judge.acknowledged(forked.heard(*forked.start(template, 0))[0])
    early = [ack for ack in acks if ack["step"] < judge.BACKUP]
    found = []
    for number in range(runs):
        home = place / f"home{number}"
        shutil.copytree(template, home)
        shutil.copy(f"{template}.zip", f"{home}.zip")
        content = bytearray((home / "store.db").read_bytes())
        at = dice.randrange(len(content))
        for offset in range(dice.randint(1, 64)):
            content[(at + offset) % len(content)] ^= dice.randint(1, 255)
        (home / "store.db").write_bytes(content)
        try:
            silent = [] if upkeep.faults(home / "store.db") else judge.judge(home, acks).lost
        except StoreProblem:
            silent = []
        silent += _restored(home, Path(f"{template}.zip"), early)
        found.append(judge.Verdict(silent, []))
    return _sum("bytes of a page changed", found)


def _restored(home: Path, copy: Path, acks: list[judge.Ack]) -> list[str]:
    os.environ["DSR_HOME"] = str(home)
    heard = io.StringIO()
    with contextlib.redirect_stdout(heard), contextlib.redirect_stderr(heard):
        try:
            main(["restore", str(copy), "--yes", "--json"])
        except SystemExit as ended:
            if ended.code:
                return [f"the restore: {heard.getvalue()}"]
    return judge.judge(home, acks).lost


def clock_jumps(place: Path, runs: int, dice: Random) -> Row:
    """The clock jumps by years between two steps, both ways: events keep their order, no stage is announced twice."""
    home = _fresh(place)
    os.environ["DSR_HOME"] = str(home)
    acks = judge.acknowledged(forked.heard(*forked.start(home, 0))[0])
    for number in range(runs):
        at = datetime(2026, 6, 1, tzinfo=UTC) + timedelta(days=dice.randint(-3000, 3000))
        with Ledger(home) as ledger:
            note = f"jump {number}"
            kept = ledger.append("openai-1", Event(kind=EventKind.REMINDED, on=at.date(), recorded_at=at, note=note))
            assert ledger.events("openai-1")[-1].seq == kept.seq
        answer = job.step(home, f"remind --on {date(2099, 1, 1) + timedelta(days=dice.randint(-600, 600))}")
        acks.append({"step": 5, "code": 0, "data": answer["data"]})
    verdict = judge.judge(home, acks)
    with Ledger(home) as ledger:
        notes = [event.note for event in ledger.events("openai-1") if event.note.startswith("jump")]
    lost = [] if notes == [f"jump {number}" for number in range(runs)] else ["the order of events"]
    return Row("the clock jumps", runs, [*verdict.lost, *lost], verdict.doubled)


def writers(place: Path, runs: int, _dice: Random) -> Row:
    """So many processes log to one case at once, three times each."""
    home = _fresh(place)
    os.environ["DSR_HOME"] = str(home)
    forked.heard(*forked.start(home, 0, judge.BACKUP))
    children = []
    for number in range(runs):
        reads, writes = os.pipe()
        if (child := os.fork()) == 0:
            os.close(reads)
            _log_thrice(home, number, writes)
            os._exit(0)
        os.close(writes)
        children.append((child, reads))
    said = ""
    for child, reads in children:
        said += forked.heard(child, reads)[0]
    with Ledger(home) as ledger:
        notes = [event.note for event in ledger.events("openai-1")]
    done = [line.split(" ", 1) for line in said.splitlines()]
    lost = [note for code, note in done if code == "0" and note not in notes]
    lost += [f"{note}: {code}" for code, note in done if code not in ("0", "16")]
    doubled = [note for _, note in done if notes.count(note) > 1]
    return Row(f"{runs} processes write at once", runs * 3, lost, doubled)


def _log_thrice(home: Path, number: int, writes: int) -> None:
    for turn in range(3):
        note = f"writer-{number}-{turn}"
        answer = job.step(home, f"log openai-1 reminded --note {note}")
        os.write(writes, f"{answer['exit_code']} {note}\n".encode())


def upgrade(place: Path, runs: int, dice: Random) -> Row:
    """A store of the first schema is opened by today's dsr, which is killed on the way; the next one finishes."""
    whole = _fresh(place)
    forked.heard(*forked.start(whole, 0))
    old = place / "home-old"
    old.mkdir(mode=0o700)
    with (
        closing(sqlite3.connect(whole / "store.db")) as new,
        closing(sqlite3.connect(old / "store.db", isolation_level=None)) as db,
    ):
        migrate(db, old / "store.db", MIGRATIONS[:1])
        for table in ("subject", "request", "event"):
            known = [name for _, name, *_ in db.execute(f"PRAGMA table_info({table})")]
            for row in new.execute(f"SELECT {', '.join(known)} FROM {table}"):
                db.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)
    with Ledger(whole) as ledger:
        expected = [(request.id, events) for request, events in ledger.cases()]
    lost = []
    for number in range(runs):
        home = place / f"home-{number}"
        shutil.copytree(old, home)
        if (child := os.fork()) == 0:
            with Ledger(home):
                os._exit(0)
        time.sleep(dice.uniform(0, 0.02))
        os.kill(child, 9)
        os.waitpid(child, 0)
        with Ledger(home) as ledger:
            if [(request.id, events) for request, events in ledger.cases()] != expected:
                lost.append("events of the old store")
        lost += [one.what for one in upkeep.faults(home / "store.db")]
        shutil.rmtree(home)
    return Row("an upgrade interrupted", runs, lost, [])


__all__ = ["_both", "clock_jumps", "corrupt_page", "upgrade", "writers"]
