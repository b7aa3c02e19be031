"""The outlook kept in the store is always the one that would be worked out afresh."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from casework import EMAIL, LAWS, LINK, PORTAL, POST, READY, SETTINGS, K, case, day, happened, histories, log
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from dsr.cases import agenda, outlook
from dsr.cases.desk import Desk
from dsr.cases.outlook import Item, Outlook, Stage
from dsr.model import Event, Request
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


Seen = tuple[tuple[Item, ...], tuple[Stage, ...]]


def afresh(ledger: Ledger, on: str = "11-22") -> list[Seen]:
    found = [agenda.look(request, events, day(on)) for request, events in ledger.cases()]
    return [(one.items, one.stages) for one in found]


def seen(ledger: Ledger, on: str = "11-22") -> list[Seen]:
    return [(one.items, one.stages) for one in outlook.overview(sit(ledger, on))]


def kept(ledger: Ledger) -> int:
    with sqlite3.connect(ledger.path) as db:
        count = int(db.execute("SELECT count(*) FROM outlook").fetchone()[0])
    db.close()
    return count


def test_kept_equals_fresh(ledger: Ledger) -> None:
    """The first look works every case out and keeps it; the second reads the same."""
    assert seen(ledger) == afresh(ledger)
    assert kept(ledger) == 3
    assert seen(ledger) == afresh(ledger)


def test_an_event_makes_it_anew(ledger: Ledger) -> None:
    """An event of a case takes its outlook away, and only its."""
    outlook.overview(sit(ledger))
    ledger.append("openai-1", SENT)
    assert kept(ledger) == 2
    assert seen(ledger) == afresh(ledger)
    assert kept(ledger) == 3


def test_another_day_is_another_outlook(ledger: Ledger) -> None:
    """On another day all is as worked out for it, forwards and back."""
    for on in ("11-22", "12-01", "2027-01-20", "11-22"):
        assert seen(ledger, on) == afresh(ledger, on)


def test_kept_until_it_may_change(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until the week before a date nothing is worked out again; on that day the one case is to which it belongs."""
    worked_out: list[str] = []
    look = agenda.look

    def counted(request: Request, events: list[Event], on: date) -> Outlook:
        worked_out.append(request.id)
        return look(request, events, on)

    monkeypatch.setattr(agenda, "look", counted)
    for on, anew in (("11-22", 3), ("11-23", 0), ("11-24", 0), ("11-25", 1), ("11-30", 0), ("12-01", 1), ("11-30", 1)):
        worked_out.clear()
        assert seen(ledger, on) == afresh(ledger, on)
        assert len(worked_out) - 3 == anew


RUNNING = st.sampled_from(
    [
        (SENT,),
        (happened(K.SENT, "09-20", POST), happened(K.RECEIVED, "09-25")),
        (
            happened(K.DRAFTED, "09-10", PORTAL),
            happened(K.SUBMITTED, "09-10", PORTAL),
            happened(K.ACCEPTED, "09-11", PORTAL),
        ),
        (happened(K.SUBMITTED, "09-30", SETTINGS), happened(K.ACCEPTED, "10-01", SETTINGS, promises=(READY, LINK))),
        (happened(K.SENT, "09-05", EMAIL), happened(K.COMPLAINED, "11-20")),
        (happened(K.SENT, "09-05", POST),),
        (),
    ]
)


@settings(max_examples=120, deadline=None)
@given(RUNNING.flatmap(lambda first: histories(*first)), LAWS, st.integers(0, 200), st.integers(0, 400))
def test_holds_until_it_says(events: list[Event], law: tuple[str | None, str, str], begun: int, later: int) -> None:
    """Whatever was logged, under every law: an outlook is that of each day from its first to the last before it may change."""
    request = case(*law[:2], place=law[2])
    since = date(2026, 9, 1) + timedelta(days=begun)
    for _ in range(4):
        kept = agenda.look(request, events, since)
        last = min(kept.until - timedelta(days=1), since + timedelta(days=400))
        for on in (since, since + timedelta(days=later % ((last - since).days + 1)), last):
            fresh = agenda.look(request, events, on)
            assert kept.holds(on)
            assert (fresh.items, fresh.stages, fresh.until) == (kept.items, kept.stages, kept.until)
        assert not kept.holds(kept.until)
        assert not kept.holds(since - timedelta(days=1))
        since = last + timedelta(days=1)


@pytest.mark.parametrize(
    ("events", "since", "until"),
    [
        ((happened(K.DRAFTED, "11-01", EMAIL),), "11-22", "9999-12-31"),
        ((SENT,), "11-03", "11-25"),
        ((SENT,), "11-25", "12-01"),
        ((SENT,), "12-01", "12-02"),
        ((SENT,), "12-02", "12-03"),
        ((SENT,), "12-03", "9999-12-31"),
        ((SENT, happened(K.REMINDED, "12-05")), "12-06", "12-20"),
        ((happened(K.SENT, "11-02", POST),), "11-03", "11-09"),
        ((SENT, happened(K.ANSWERED, "11-20")), "11-21", "9999-12-31"),
    ],
)
def test_until(events: tuple[Event, ...], since: str, until: str) -> None:
    """A letter waits for nothing; a date changes its face a week before, the day before, on its day and after its latest; a
    reminder is given two weeks; a posted letter is asked after in a week; what is settled stays so."""
    assert agenda.look(case(), log(*events), day(since)).until == day(until)


@pytest.mark.parametrize("at", range(0, 300, 7))
def test_a_changed_byte_makes_it_anew(ledger: Ledger, at: int) -> None:
    """What was worked out and is not that any more is worked out again: no wrong date is told, and no defect."""
    good = seen(ledger)
    with sqlite3.connect(ledger.path) as db:
        data = bytearray(db.execute("SELECT data FROM outlook WHERE request = 'openai-2'").fetchone()[0])
        data[at % len(data)] ^= 1
        db.execute("UPDATE outlook SET data = ? WHERE request = 'openai-2'", (bytes(data),))
    db.close()
    assert seen(ledger) == good


def test_another_edition_makes_it_anew(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """A newer dsr believes nothing that an older one has kept."""
    outlook.overview(sit(ledger))
    with sqlite3.connect(ledger.path) as db:
        db.execute("UPDATE outlook SET data = ?", (b'[["a"],[]]',))
    db.close()
    monkeypatch.setattr(outlook, "__version__", "99.0.0")
    assert seen(ledger) == afresh(ledger)


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
        assert seen(ledger) == afresh(ledger)
    finally:
        other.execute("ROLLBACK")
        other.close()
    assert kept(ledger) == 0
    outlook.overview(sit(ledger))
    assert kept(ledger) == 3
