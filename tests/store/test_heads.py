"""The end of each log is known beside it: what is cut off there is missed, by whoever does not work out everything anew."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from test_ledger import NOW, add, event

from dsr.model import EventKind, Route, Subject
from dsr.store import Ledger, upkeep
from dsr.store.migrations import MIGRATIONS, migrate

KEY = bytes(range(32))
FREED = "DROP TRIGGER event_kept; DROP TRIGGER event_fixed;"
LOCKED = (
    "CREATE TRIGGER event_kept BEFORE DELETE ON event BEGIN SELECT RAISE (ABORT, 'kept'); END;"
    "CREATE TRIGGER event_fixed BEFORE UPDATE ON event BEGIN SELECT RAISE (ABORT, 'fixed'); END;"
)
LAST = "DELETE FROM event WHERE seq = 4;"
BEFORE = "(SELECT mark FROM event WHERE request = 'openai-2' ORDER BY seq DESC LIMIT 1)"
WHOLE = "DELETE FROM event WHERE request = 'openai-2'; DELETE FROM request WHERE id = 'openai-2';"


def filled(home: Path, key: bytes = b"") -> Path:
    """Two cases of two events each; the last is `sent`."""
    with Ledger(home, key) as ledger:
        for _ in range(2):
            ledger.append(add(ledger).id, event(EventKind.SENT, route=Route.EMAIL))
        return ledger.path


def strike(path: Path, script: str) -> None:
    """What somebody does who has the file, takes the locks away and puts them back."""
    with closing(sqlite3.connect(path)) as db:
        db.executescript(FREED + script + LOCKED)


def told(path: Path, key: bytes = b"") -> list[tuple[str, str]]:
    return [(one.about, one.what) for one in upkeep.faults(path, key)]


@pytest.mark.parametrize(
    ("script", "about"),
    [
        (LAST, "openai-2"),
        ("DELETE FROM event WHERE request = 'openai-2';", "openai-2"),
        (f"{LAST} DELETE FROM head WHERE request = 'openai-2';", "openai-2"),
        (f"{LAST} UPDATE head SET events = 1, mark = {BEFORE} WHERE request = 'openai-2';", "store.db"),
        (WHOLE, "openai-2"),
        (f"{WHOLE} DELETE FROM head WHERE request = 'openai-2';", "store.db"),
        (f"{WHOLE} DELETE FROM head WHERE request = 'openai-2'; UPDATE heads SET cases = 1;", "store.db"),
        ("UPDATE head SET events = 3 WHERE request = 'openai-1';", "openai-1"),
        ("UPDATE head SET mark = zeroblob(32) WHERE request = 'openai-1';", "openai-1"),
        ("DELETE FROM heads;", "store.db"),
    ],
)
def test_what_is_cut_off_the_end_is_missed(tmp_path: Path, script: str, about: str) -> None:
    """The last event, every event, a whole case: whoever leaves one of the three places as it was is found out."""
    path = filled(tmp_path)
    assert told(path) == []
    strike(path, script)
    assert about in dict(told(path))


def test_what_follows_does_not_hide_what_is_gone(tmp_path: Path) -> None:
    """An event that dsr writes after one was cut off is chained to that one."""
    path = filled(tmp_path)
    strike(path, LAST)
    with Ledger(tmp_path) as ledger:
        ledger.append("openai-2", event(EventKind.SENT, route=Route.EMAIL))
    assert {about for about, _ in told(path)} == {"openai-2"}
    assert "1 of its 3 events is gone" in dict(told(path)).values()


@pytest.mark.parametrize("lock", ["event_kept", "event_fixed"])
def test_a_lock_that_is_gone_is_told(tmp_path: Path, lock: str) -> None:
    """A store in which events can be changed says so, before one is."""
    path = filled(tmp_path)
    with closing(sqlite3.connect(path)) as db:
        db.execute(f"DROP TRIGGER {lock}")
    assert lock in str(told(path))


def test_doctor_names_the_end_that_is_gone(dsr: Callable[..., Any], home: Path) -> None:
    """The command line says in which case how many events are gone, with the way back, and ends with 1."""
    home.mkdir()
    strike(filled(home), LAST)
    answer = dsr("doctor", "--json")
    [wrong] = [row for row in answer.json()["data"]["rows"] if row["what"] == "store"]
    assert (answer.exit_code, wrong["says"]) == (1, "openai-2: 1 of its 2 events is gone")
    assert wrong["fix"].startswith("dsr restore FILE")


def test_an_older_store_gets_its_heads(tmp_path: Path) -> None:
    """A store of before loses nothing when it is brought up: the same rows, no fault, and from then on its end is watched."""
    old = tmp_path / "old"
    old.mkdir()
    with closing(sqlite3.connect(filled(tmp_path))) as db:
        rows = {table: db.execute(f"SELECT * FROM {table}").fetchall() for table in ("request", "event")}
    path = old / "store.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        migrate(db, path, MIGRATIONS[:4])
        for table, held in rows.items():
            db.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(held[0]))})", held)
    assert told(path) == []  # an older backup has no heads, and is not called damaged
    with Ledger(old), closing(sqlite3.connect(path)) as db:
        assert rows == {table: db.execute(f"SELECT * FROM {table}").fetchall() for table in rows}
    assert told(path) == []
    strike(path, LAST)
    assert "openai-2" in dict(told(path))


def test_a_wiped_case_is_not_missed(tmp_path: Path) -> None:
    """What the person takes out herself is no fault, and the next case is watched as before."""
    path = filled(tmp_path)
    upkeep.wipe(path, "openai-2", NOW)
    with Ledger(tmp_path) as ledger:
        assert add(ledger).id == "openai-3"
    assert told(path) == []
    strike(path, WHOLE.replace("openai-2", "openai-1") + "DELETE FROM head WHERE request = 'openai-1';")
    assert "store.db" in dict(told(path))


def test_an_older_page_in_an_encrypted_store_is_found(tmp_path: Path) -> None:
    """Each page is authentic, also that of yesterday: put back alone, it does not fit to the others."""
    path = filled(tmp_path, KEY)
    before = path.read_bytes()
    with Ledger(tmp_path, KEY) as ledger:
        ledger.append("openai-2", event(EventKind.RECEIVED))
    after = path.read_bytes()
    assert told(path, KEY) == []
    size, found = 4096, 0
    for start in range(0, len(before), size):
        if before[start : start + size] != after[start : start + size]:
            path.write_bytes(after[:start] + before[start : start + size] + after[start + size :])
            page = start // size + 1
            found += page == 1 or bool(told(path, KEY))  # the first holds counters of the file, and nothing of dsr's
            assert page == 1 or told(path, KEY), f"page {page}"
    assert found > 2


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("UPDATE subject SET data = CAST(replace(CAST(data AS TEXT), 'Ada', 'Ida') AS BLOB);", "profile"),
        ("UPDATE journal SET control = 'delete' WHERE seq = 1;", "press 1"),
        ("UPDATE run SET playbook = 'openai/other';", "press 1"),
        ("DELETE FROM journal WHERE seq = 1;", "press 2"),
        ("DELETE FROM journal WHERE seq = 2;", "of 2 entries"),
        ("UPDATE event SET kind = 'denied' WHERE seq = 2;", "event 2"),
        ("UPDATE event SET data = x'ff' WHERE seq = 2;", "event 2"),
        ("UPDATE request SET controller = 'acme' WHERE id = 'openai-1';", "request openai-1"),
    ],
)
def test_a_changed_profile_press_or_name_is_found(tmp_path: Path, script: str, said: str) -> None:
    """Beside the events: who the person is, what was pressed, and under what a row is filed."""
    path = filled(tmp_path)
    with Ledger(tmp_path) as ledger:
        ledger.put_subject(Subject(id="me", name="Ada Lovelace"))
        journal = ledger.begin_run("openai-1", "openai/request-export", lambda: NOW)
        journal.intent(1, "export", "Export data")
        journal.committed(1)
    assert told(path) == []
    strike(path, script)
    assert said in str(told(path))


def test_wiped_and_restored_presses_are_no_fault(tmp_path: Path) -> None:
    """What a wipe leaves of a press, and what a restore notes of one, is as it should be."""
    path = filled(tmp_path)
    with Ledger(tmp_path) as ledger:
        ledger.begin_run("openai-1", "openai/request-export", lambda: NOW).intent(1, "export", "Export data")
    upkeep.wipe(path, "openai-1", NOW)
    upkeep.remember(path, [upkeep.Pressed("openai/opt-out", NOW.isoformat())])
    assert told(path) == []
