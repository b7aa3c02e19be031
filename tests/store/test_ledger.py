"""The ledger: what is written stays, in order, once, and for its owner's eyes only."""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from dsr.cases import history
from dsr.errors import IllegalMove, UnknownName
from dsr.model import Entity, Event, EventKind, Outcome, Request, Right, Route, Subject
from dsr.store import Ledger, files

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def event(kind: EventKind, on: date = date(2026, 11, 20), **more: object) -> Event:
    return Event(kind=kind, on=on, recorded_at=NOW, **more)  # type: ignore[arg-type]


def request(number: int) -> Request:
    return Request(
        id=f"openai-{number}",
        subject="me",
        controller="openai",
        regime="eu-gdpr",
        right=Right.ACCESS,
        entity=Entity(name="OpenAI Ireland Limited", place="IE"),
        residence="DE-BE",
        reference="ABCD-EFGH",
        created_at=NOW,
    )


def add(ledger: Ledger) -> Request:
    return ledger.add(request, lambda _: event(EventKind.DRAFTED, route=Route.EMAIL))


def move(case: str, new: Event) -> Callable[[Sequence[Event]], None]:
    return lambda events: history.check(case, events, new)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger(tmp_path) as opened:
        yield opened


@pytest.fixture
def raw(ledger: Ledger) -> Iterator[sqlite3.Connection]:
    """A connection beside the ledger, as any other program would have it."""
    with contextlib.closing(sqlite3.connect(ledger.path, isolation_level=None)) as db:
        yield db


@pytest.mark.parametrize("statement", ["UPDATE event SET kind = 'denied'", "DELETE FROM event"])
def test_events_are_append_only(ledger: Ledger, raw: sqlite3.Connection, statement: str) -> None:
    """No program can change or delete an event without taking the triggers away first."""
    case = add(ledger)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        raw.execute(statement)
    assert [kept.kind for kept in ledger.events(case.id)] == [EventKind.DRAFTED]


def test_events_come_back_as_written(ledger: Ledger) -> None:
    """An event read is the event written, with the number that the store gave it."""
    case = add(ledger)
    new = event(EventKind.SENT, route=Route.EMAIL, note="über Thunderbird", data={"to": "dsar@openai.com"})
    kept = ledger.append(case.id, new)
    assert ledger.events(case.id)[-1] == kept
    assert (kept.seq, kept.note, kept.recorded_at) == (2, new.note, NOW)


def test_events_are_in_order_of_recording(ledger: Ledger) -> None:
    """Numbers rise over all cases, and a case's events come in that order whatever their dates."""
    first, second = add(ledger), add(ledger)
    ledger.append(second.id, event(EventKind.SENT, date(2026, 11, 20), route=Route.EMAIL))
    ledger.append(first.id, event(EventKind.SENT, date(2026, 11, 1), route=Route.EMAIL))
    ledger.append(second.id, event(EventKind.RECEIVED, date(2026, 11, 19)))
    assert [kept.seq for kept in ledger.events(first.id)] == [1, 4]
    assert [kept.seq for kept in ledger.events(second.id)] == [2, 3, 5]
    assert [(made.id, len(log)) for made, log in ledger.cases()] == [(first.id, 2), (second.id, 3)]


def test_a_correction_leaves_the_old_entry(ledger: Ledger) -> None:
    """Both the mistyped entry and the one that mends it are in the log."""
    case = add(ledger)
    ledger.append(case.id, event(EventKind.SENT, route=Route.EMAIL))
    ledger.append(case.id, event(EventKind.CORRECTED, date(2026, 11, 1), corrects=2, data={"kind": "sent"}))
    assert [kept.on.day for kept in ledger.events(case.id)] == [20, 20, 1]


def test_a_case_is_found_in_any_case(ledger: Ledger) -> None:
    """The id of a case may be typed in capitals and with blanks around it."""
    assert ledger.request(f" {add(ledger).id.upper()} ").id == "openai-1"


def test_an_unknown_case_is_told_with_close_matches(ledger: Ledger) -> None:
    """A mistyped id gets the ids that are like it."""
    add(ledger)
    with pytest.raises(UnknownName) as refused:
        ledger.request("opnai-1")
    assert refused.value.hint == "did you mean openai-1?"


def test_a_refused_event_leaves_nothing(ledger: Ledger) -> None:
    """A check that raises undoes the whole write, and the ledger can be written afterwards."""
    case = add(ledger)
    with pytest.raises(IllegalMove):
        ledger.append(case.id, new := event(EventKind.FEE_PAID), move(case.id, new))
    assert len(ledger.events(case.id)) == 1
    assert ledger.append(case.id, event(EventKind.SENT, route=Route.EMAIL)).seq == 2


def test_a_case_whose_first_event_fails_is_not_there(ledger: Ledger) -> None:
    """A letter that cannot be kept leaves no case without events."""

    def full_disk(_: str) -> Event:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        ledger.add(request, full_disk)
    assert list(ledger.cases()) == []
    assert add(ledger).id == "openai-1"


def test_a_subject_is_replaced_not_doubled(ledger: Ledger) -> None:
    """Writing a subject again changes it in its place."""
    ledger.put_subject(Subject(id="me", name="Ada"))
    ledger.put_subject(Subject(id="child", name="Byron"))
    ledger.put_subject(Subject(id="me", name="Ada Lovelace"))
    assert [one.name for one in ledger.subjects()] == ["Ada Lovelace", "Byron"]


def test_every_write_is_durable(ledger: Ledger) -> None:
    """The store writes ahead and waits for the disk: WAL, synchronous FULL, foreign keys on."""
    pragmas = [ledger._rows(f"PRAGMA {name}")[0][0] for name in ("journal_mode", "synchronous", "foreign_keys")]
    assert pragmas == ["wal", 2, 1]


@pytest.mark.skipif(os.name == "nt", reason="modes are POSIX")
def test_files_are_private_whatever_the_umask(tmp_path: Path) -> None:
    """Under umask 000 every file of the store has mode 0600 and every folder made inside it 0700."""
    umask = os.umask(0)
    try:
        with Ledger(tmp_path) as ledger:
            case = add(ledger)
            ledger.keep(case.id, "letter", b"Dear team", ".txt", NOW)
            modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.rglob("*")}
    finally:
        os.umask(umask)
    assert {"store.db", "store.db-wal", "store.db-shm", "cases", "openai-1"} < set(modes)
    assert {mode for name, mode in modes.items() if name in ("cases", "openai-1")} == {0o700}
    assert {mode for name, mode in modes.items() if name not in ("cases", "openai-1")} == {0o600}


def test_threads_racing_are_each_written_once(tmp_path: Path) -> None:
    """Of eight threads that log at once, every acknowledged event is there exactly once; one 'sent' wins."""
    with Ledger(tmp_path) as ledger:
        case = add(ledger)

    def work(name: int) -> list[str]:
        done = []
        with Ledger(tmp_path) as own:
            for turn in range(3):
                own.append(case.id, event(EventKind.ACKNOWLEDGED, note=f"{name}.{turn}"))
                done.append(f"{name}.{turn}")
            new = event(EventKind.SENT, route=Route.POST, note=f"{name}.sent")
            with contextlib.suppress(IllegalMove):
                own.append(case.id, new, move(case.id, new))
                done.append(new.note)
            own.add(request, lambda _: event(EventKind.DRAFTED))
        return done

    with ThreadPoolExecutor(8) as pool:
        acknowledged = [note for notes in pool.map(work, range(8)) for note in notes]
    with Ledger(tmp_path) as ledger:
        log = ledger.events(case.id)
        ids = [made.id for made, _ in ledger.cases()]
    assert sorted(kept.note for kept in log if kept.note) == sorted(acknowledged)
    assert sum(kept.kind == EventKind.SENT for kept in log) == 1
    assert len({kept.seq for kept in log}) == len(log)
    assert sorted(ids) == sorted(f"openai-{n}" for n in range(1, 10))


RACER = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[3])
from test_ledger import EventKind, IllegalMove, Ledger, Route, event, move, request
home, name = Path(sys.argv[1]), sys.argv[2]
sys.stdin.read()  # all start together
with Ledger(home) as ledger:
    made = ledger.add(request, lambda _: event(EventKind.DRAFTED))
    print("case", made.id)
    for turn in range(3):
        ledger.append("openai-1", event(EventKind.ACKNOWLEDGED, note=f"{name}.{turn}"))
        print("note", f"{name}.{turn}")
    new = event(EventKind.SENT, route=Route.EMAIL, note=f"{name}.sent")
    try:
        ledger.append("openai-1", new, move("openai-1", new))
        print("note", new.note)
    except IllegalMove:
        print("refused")
"""


def test_processes_racing_are_each_written_once(tmp_path: Path) -> None:
    """Of four processes that open a store that is not there yet and log at once, none fails and nothing is lost."""
    command = [sys.executable, "-c", RACER, str(tmp_path)]
    racers = [
        subprocess.Popen(
            [*command, str(name), str(Path(__file__).parent)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for name in range(4)
    ]
    for racer in racers:
        assert racer.stdin
        racer.stdin.close()
        racer.stdin = None
    said = [line for racer in racers for line in racer.communicate()[0].splitlines()]
    assert [racer.returncode for racer in racers] == [0, 0, 0, 0]
    with Ledger(tmp_path) as ledger:
        log, ids = ledger.events("openai-1"), [made.id for made, _ in ledger.cases()]
    assert sorted(kept.note for kept in log if kept.note) == sorted(
        line[5:] for line in said if line.startswith("note")
    )
    assert sorted(ids) == sorted(line[5:] for line in said if line.startswith("case"))
    assert said.count("refused") == 3


PRESSER = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from dsr.store import Ledger
ledger = Ledger(Path(sys.argv[1]))
journal = ledger.begin_run("openai-1", "openai/request-export", lambda: datetime.now(UTC))
journal.intent(3, "confirm", "Confirm export")
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is POSIX")
def test_an_intent_survives_a_kill(tmp_path: Path) -> None:
    """What was about to be pressed is on disk before the press: the next process sees it after a SIGKILL."""
    with Ledger(tmp_path) as ledger:
        add(ledger)
    killed = subprocess.run([sys.executable, "-c", PRESSER, str(tmp_path)], check=False)
    assert killed.returncode == -signal.SIGKILL
    with Ledger(tmp_path) as ledger:
        journal = ledger.unsettled("openai-1", "openai/request-export", lambda: NOW)
        assert journal is not None
        assert journal.last() == ("intent", "confirm")


@pytest.mark.parametrize(
    ("entries", "open_afterwards"),
    [
        ([], False),
        (["intent"], True),
        (["intent", "committed"], True),
        (["intent", "averted"], False),
        (["intent", "averted", "intent"], True),
        (["intent", "committed", "end"], False),
        (["intent", "end"], False),
    ],
)
def test_a_run_is_unsettled_while_it_may_have_pressed(
    ledger: Ledger, entries: list[str], open_afterwards: bool
) -> None:
    """Unsettled is a run that did not end and may have pressed; one that certainly pressed nothing is not."""
    case = add(ledger)
    journal = ledger.begin_run(case.id, "openai/request-export", lambda: NOW)
    acts: dict[str, Callable[[], None]] = {
        "intent": lambda: journal.intent(1, "confirm", "Confirm export"),
        "committed": lambda: journal.committed(1),
        "averted": lambda: journal.averted(1, "another name"),
        "end": lambda: journal.end(Outcome.ACCEPTED),
    }
    for entry in entries:
        acts[entry]()
    found = ledger.unsettled(case.id, "openai/request-export", lambda: NOW)
    assert (found is not None) is open_afterwards
    assert ledger.unsettled(case.id, "openai/training-opt-out", lambda: NOW) is None
    assert journal.last()[0] == next((entry for entry in reversed(entries) if entry != "end"), "")


def test_kept_bytes_are_kept_once(ledger: Ledger, tmp_path: Path) -> None:
    """The same bytes are one file, named by their SHA-256, and other bytes another."""
    kept = [ledger.keep("openai-1", "letter", text, ".txt", NOW) for text in (b"one", b"one", b"two")]
    assert kept[0] == kept[1] != kept[2]
    assert (tmp_path / kept[2].path).read_bytes() == b"two"
    assert len(list((tmp_path / "cases").rglob("*.txt"))) == 2


def test_a_write_is_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A write that fails half-way leaves the old file and nothing beside it."""
    target = tmp_path / "letter.txt"
    files.write(target, b"old")

    def fail(_: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="Input"):
        files.write(target, b"new and longer")
    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]
