"""The outlook kept in the store is always the one that would be worked out afresh."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from casework import EMAIL, K, case, day, happened
from msgspec import structs

from dsr.cases import agenda, outlook
from dsr.cases.desk import Desk
from dsr.cases.outlook import Outlook
from dsr.report import Terminal
from dsr.store import Ledger

SENT = happened(K.SENT, "11-02", EMAIL)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger(tmp_path, timeout=0.05) as opened:
        for _ in range(3):
            opened.add(
                lambda number: structs.replace(case(), id=f"openai-{number}"),
                lambda _: happened(K.DRAFTED, "11-01", EMAIL),
            )
        opened.append("openai-2", SENT)
        yield opened


def sit(ledger: Ledger, on: str = "11-22") -> Desk:
    now = datetime(2026, 11, 22, 12, tzinfo=UTC)
    return Desk(home=ledger.home, ledger=ledger, person=Terminal(as_json=True), now=lambda: now, today=day(on))


def afresh(ledger: Ledger, on: str = "11-22") -> list[Outlook]:
    return [
        Outlook(tuple(agenda.items(request, events, day(on))), tuple(agenda.stages(request, events, day(on))))
        for request, events in ledger.cases()
    ]


def kept(ledger: Ledger) -> int:
    with sqlite3.connect(ledger.path) as db:
        count = int(db.execute("SELECT count(*) FROM outlook").fetchone()[0])
    db.close()
    return count


def test_kept_equals_fresh(ledger: Ledger) -> None:
    """The first look works every case out and keeps it; the second reads the same."""
    assert outlook.overview(sit(ledger)) == afresh(ledger)
    assert kept(ledger) == 3
    assert outlook.overview(sit(ledger)) == afresh(ledger)


def test_an_event_makes_it_anew(ledger: Ledger) -> None:
    """An event of a case takes its outlook away, and only its."""
    outlook.overview(sit(ledger))
    ledger.append("openai-1", SENT)
    assert kept(ledger) == 2
    assert outlook.overview(sit(ledger)) == afresh(ledger)
    assert kept(ledger) == 3


def test_another_day_makes_it_anew(ledger: Ledger) -> None:
    """On another day everything is worked out again, forwards and back."""
    for on in ("11-22", "12-01", "2027-01-20", "11-22"):
        assert outlook.overview(sit(ledger, on)) == afresh(ledger, on)


def test_another_edition_makes_it_anew(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """A newer dsr believes nothing that an older one has kept."""
    outlook.overview(sit(ledger))
    with sqlite3.connect(ledger.path) as db:
        db.execute("UPDATE outlook SET data = ?", (b'[["a"],[]]',))
    db.close()
    monkeypatch.setattr(outlook, "__version__", "99.0.0")
    assert outlook.overview(sit(ledger)) == afresh(ledger)


def test_outlook_of_older_events_is_not_kept(ledger: Ledger) -> None:
    """What was worked out before an event came in meanwhile is not kept after it."""
    ledger.append("openai-1", SENT)
    ledger.keep_outlooks("edition", {"openai-1": (1, b"old"), "openai-2": (4, b"new")})
    assert ledger.outlooks("edition") == {"openai-1": None, "openai-2": b"new", "openai-3": None}


def test_locked_store_is_no_hindrance(ledger: Ledger) -> None:
    """While another dsr writes, the outlook is told all the same and kept the next time."""
    other = sqlite3.connect(ledger.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        assert outlook.overview(sit(ledger)) == afresh(ledger)
    finally:
        other.execute("ROLLBACK")
        other.close()
    assert kept(ledger) == 0
    outlook.overview(sit(ledger))
    assert kept(ledger) == 3
