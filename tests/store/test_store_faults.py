"""A store that cannot be used is said to be so, and stays as it was."""

from __future__ import annotations

import contextlib
import functools
import shutil
import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from test_ledger import NOW, add, event

from dsr.errors import DsrError, StoreCorrupt, StoreLocked, StoreNewer
from dsr.model import EventKind, Route, Subject
from dsr.store import Ledger
from dsr.store.migrations import MIGRATIONS, migrate, version


def connect(path: Path) -> contextlib.closing[sqlite3.Connection]:
    return contextlib.closing(sqlite3.connect(path, isolation_level=None))


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with a person and thirty cases, closed; made once, to be copied."""
    folder = tmp_path_factory.mktemp("made")
    with Ledger(folder) as ledger:
        ledger.put_subject(Subject(id="me", name="Ada Lovelace"))
        for _ in range(30):
            ledger.append(add(ledger).id, event(EventKind.SENT, route=Route.EMAIL, note="as agreed on the phone"))
    return folder


@pytest.fixture
def store(home: Path, made: Path) -> Path:
    """A copy of that store in the home of this test."""
    shutil.copytree(made, home)
    return home / "store.db"


def test_a_locked_store_is_read_and_not_written(store: Path) -> None:
    """While another dsr writes, reading works and writing ends with StoreLocked, exit 16, and nothing is lost."""
    with connect(store) as other, Ledger(store.parent, timeout=0.1) as ledger:
        other.execute("BEGIN IMMEDIATE")
        assert len(list(ledger.cases())) == 30
        with pytest.raises(StoreLocked) as refused:
            add(ledger)
        other.execute("ROLLBACK")
        assert refused.value.exit_code == 16
        assert add(ledger).id == "openai-31"


def test_a_new_store_waits_for_its_first_writer(home: Path) -> None:
    """A store that another process is just making is locked, not damaged."""
    home.mkdir()
    with connect(home / "store.db") as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreLocked):
            Ledger(home, timeout=0.1)


def test_a_locked_store_is_told_in_two_lines(
    store: Path, dsr: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command line says that another dsr is writing, with exit 16."""
    monkeypatch.setattr(sqlite3, "connect", functools.partial(_hasty, sqlite3.connect))
    with connect(store) as other:
        other.execute("BEGIN IMMEDIATE")
        told = dsr("log", "openai-1", "received")
    assert told.exit_code == 16
    assert told.err.splitlines() == [
        f"dsr: error: another dsr is writing to {store}",
        "dsr: hint: wait for it to end, then run it again",
    ]


def _hasty(real: Callable[..., sqlite3.Connection], path: Path, **options: Any) -> sqlite3.Connection:
    return real(path, **options | {"timeout": 0.1})


@pytest.mark.parametrize("mode", ["wal", "delete"])
def test_a_newer_store_is_refused_and_untouched(store: Path, dsr: Callable[..., Any], mode: str) -> None:
    """A store of a newer dsr is refused with exit 16, and not one byte of it changes."""
    with connect(store) as db:
        db.execute("PRAGMA user_version = 99")
        db.execute(f"PRAGMA journal_mode = {mode}")
    before = store.read_bytes()
    with pytest.raises(StoreNewer):
        Ledger(store.parent)
    for command in (["list"], ["profile", "show"], ["log", "openai-1", "received"], ["next"], ["remind"]):
        told = dsr(*command)
        assert (told.exit_code, "schema 99" in told.err, told.out) == (16, True, "")
    assert store.read_bytes() == before


def garble(store: Path) -> None:
    store.write_bytes(b"This is no database. " * 500)


def truncate(store: Path) -> None:
    store.write_bytes(store.read_bytes()[: store.stat().st_size // 2])


def flip_a_record(store: Path) -> None:
    content = store.read_bytes()
    assert content.count(b'"kind":"sent"') >= 30
    store.write_bytes(content.replace(b'"kind":"sent"', b'"kind":"\xff\xfe\xfd."', 1))


@pytest.mark.parametrize("damage", [garble, truncate, flip_a_record])
def test_a_damaged_store_is_told_and_untouched(
    store: Path, dsr: Callable[..., Any], damage: Callable[[Path], None]
) -> None:
    """A damaged store ends every command that needs it with exit 16 and two lines, and is not overwritten."""
    damage(store)
    before = store.read_bytes()
    for command in (["list"], ["next"], ["remind"], ["log"]):
        told = dsr(*command)
        assert told.exit_code == 16, (command, told)
        assert [line.split(": ")[:2] for line in told.err.splitlines()] == [["dsr", "error"], ["dsr", "hint"]]
        assert "damaged" in told.err
    assert store.read_bytes() == before
    assert dsr("list", "--json").json()["error"]["kind"] == "store-corrupt"


def test_any_page_may_be_damaged(store: Path, dsr: Callable[..., Any]) -> None:
    """Whichever page is damaged, a command either does not need it or ends with exit 16; none shows a defect."""
    good = store.read_bytes()
    size = 4096
    codes = set()
    for start in range(0, len(good), size):
        page = bytes(byte ^ 0xFF for byte in good[start : start + size])
        store.write_bytes(good[:start] + page + good[start + size :])
        for command in (["list"], ["log", "openai-7", "acknowledged"], ["profile", "show"]):
            told = dsr(*command)
            codes.add(told.exit_code)
            assert told.exit_code in (0, 16), (start, command, told)
    assert codes == {0, 16}


def test_a_store_with_a_record_of_another_shape_is_damaged(store: Path) -> None:
    """A record that is not what dsr wrote is damage, not a defect of dsr."""
    with connect(store) as db:
        db.execute("UPDATE subject SET data = CAST('[1, 2]' AS BLOB)")
    with Ledger(store.parent) as ledger, pytest.raises(StoreCorrupt):
        ledger.subjects()


def second(db: sqlite3.Connection) -> None:
    db.execute("ALTER TABLE subject ADD COLUMN since TEXT")


def failing(db: sqlite3.Connection) -> None:
    second(db)
    db.execute("DELETE FROM subject")
    raise KeyboardInterrupt


def dump(path: Path) -> list[str]:
    with connect(path) as db:
        return list(db.iterdump())


def test_a_backup_precedes_a_migration(store: Path) -> None:
    """Before the first step a private copy with all data is made beside the store."""
    before = dump(store)
    with connect(store) as db:
        migrate(db, store, (*MIGRATIONS, second))
        assert version(db) == len(MIGRATIONS) + 1
    copy = store.with_name(f"store-v{len(MIGRATIONS)}.bak")
    assert dump(copy) == before != dump(store)
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600


def test_a_migration_may_be_interrupted_twice(store: Path) -> None:
    """A step that fails leaves version and data as they were, and the third attempt goes through."""
    before = dump(store)
    for _ in range(2):
        with connect(store) as db:
            with pytest.raises(KeyboardInterrupt):
                migrate(db, store, (*MIGRATIONS, failing))
            assert version(db) == len(MIGRATIONS)
        assert dump(store) == before
    with connect(store) as db:
        migrate(db, store, (*MIGRATIONS, second))
        assert version(db) == len(MIGRATIONS) + 1
        assert db.execute("SELECT count(*) FROM subject").fetchone() == (1,)
    assert [path.name for path in store.parent.iterdir() if path.name.startswith(".")] == []


def test_a_backup_is_as_new_as_the_last_attempt(store: Path) -> None:
    """What was logged between two attempts at a migration is in the backup of the second one."""
    with connect(store) as db, pytest.raises(KeyboardInterrupt):
        migrate(db, store, (*MIGRATIONS, failing))
    with Ledger(store.parent) as ledger:
        add(ledger)
    before = dump(store)
    with connect(store) as db:
        migrate(db, store, (*MIGRATIONS, second))
    assert dump(store.with_name(f"store-v{len(MIGRATIONS)}.bak")) == before


def test_a_migration_is_made_once(store: Path) -> None:
    """Opening a store of today's schema writes nothing and makes no backup."""
    before = store.read_bytes()
    with Ledger(store.parent) as ledger:
        assert ledger.notices("terminal").known() == {}
    assert store.read_bytes() == before
    assert not list(store.parent.glob("*.bak"))


def test_a_backup_is_a_store(store: Path, tmp_path: Path) -> None:
    """A copy put in the place of a lost store opens and holds everything."""
    with connect(store) as db:
        migrate(db, store, (*MIGRATIONS, second))
    other = tmp_path / "other"
    other.mkdir()
    shutil.copy(store.with_name(f"store-v{len(MIGRATIONS)}.bak"), other / "store.db")
    with Ledger(other) as ledger:
        assert len(list(ledger.cases())) == 30


def test_every_fault_is_exit_16() -> None:
    """All problems of the store share one exit code and have names of their own."""
    faults: list[DsrError] = [StoreLocked("a", "b"), StoreNewer("a", "b"), StoreCorrupt("a", "b")]
    assert {fault.exit_code for fault in faults} == {16}
    assert [fault.kind for fault in faults] == ["store-locked", "store-newer", "store-corrupt"]
    assert NOW.tzinfo is not None
