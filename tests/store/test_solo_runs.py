"""Runs without a case: kept under a key, told apart by what they may have pressed, and brought over from older stores."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dsr.model import Outcome
from dsr.store import Ledger
from dsr.store.migrations import MIGRATIONS, migrate, version

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
KEY = "acme-opt-out-0123456789ab"


def now() -> datetime:
    return NOW


@pytest.mark.parametrize(
    ("entries", "pressed"),
    [
        ([], False),
        (["intent"], True),
        (["intent", "committed"], True),
        (["intent", "averted"], False),
        (["intent", "averted", "intent"], True),
        (["intent", "committed", "intent", "averted"], True),
    ],
)
def test_what_a_run_may_have_pressed(tmp_path: Path, entries: list[str], pressed: bool) -> None:
    """An intent counts until it is averted; what was committed counts for good."""
    with Ledger(tmp_path) as ledger:
        journal = ledger.begin_solo(KEY, "acme/opt-out", "2026-01-01", now)
        for entry in entries:
            if entry == "intent":
                journal.intent(1, "training", "Use my content")
            elif entry == "committed":
                journal.committed(1)
            else:
                journal.averted(1, "it changed")
        (run,) = ledger.solo_runs(KEY)
        assert (run.pressed, run.outcome, run.terms) == (pressed, "", "2026-01-01")
        ledger.end_solo(run.id, Outcome.UNKNOWN)
        assert ledger.solo_runs(KEY)[0].outcome == "unknown"
        assert ledger.solo_runs("another-key") == []


def test_evidence_without_a_case(tmp_path: Path) -> None:
    """Evidence of a run without a case lies under its key, and no case comes of it."""
    with Ledger(tmp_path) as ledger:
        kept = ledger.begin_solo(KEY, "acme/opt-out", "", now).keep("snapshot-before", b"seen", ".txt")
        assert (tmp_path / kept.path).read_bytes() == b"seen"
        assert kept.path.startswith(f"runs/{KEY}/snapshot-before-")
        assert list(ledger.cases()) == []


def test_an_older_store_keeps_its_runs(tmp_path: Path) -> None:
    """A store that knew runs of cases only is brought over whole: an unsettled run of a case is still unsettled."""
    store = tmp_path / "store.db"
    with closing(sqlite3.connect(store, isolation_level=None)) as db:
        migrate(db, store, MIGRATIONS[:1])
        assert version(db) == 1
        db.execute("INSERT INTO request VALUES ('openai-1', 'me', 'openai', 'access', x'00')")
        db.execute("INSERT INTO run VALUES (7, 'openai-1', 'openai/request-export', '2026-11-22T12:00:00+00:00', NULL)")
        db.execute("INSERT INTO journal VALUES (3, 7, 'intent', 5, 'confirm-export', 'Confirm export', '2026-11-22')")
    with Ledger(tmp_path) as ledger:
        journal = ledger.unsettled("openai-1", "openai/request-export", now)
        assert journal is not None
        assert (journal.run, journal.last()) == (7, ("intent", "confirm-export"))
        journal.committed(5)
        assert ledger.solo_runs("openai-1") == []
    with closing(sqlite3.connect(store)) as db:
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        assert db.execute("SELECT \"table\" FROM pragma_foreign_key_list('journal')").fetchall() == [("run",)]
    assert (tmp_path / "store-v1.bak").is_file()
