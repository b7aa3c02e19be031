"""How long one entry of the journal takes until it is on disk: the median of many, in milliseconds."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median

from dsr.model import Entity, Event, EventKind, Request, Right
from dsr.store import Ledger

ENTRIES = 1000


def milliseconds(home: Path, now: Callable[[], datetime] = lambda: datetime.now(UTC), key: bytes = b"") -> float:
    """The median over a run's entries in a new store in that folder, encrypted where there is a key."""
    home.mkdir(exist_ok=True, mode=0o700)
    entity = Entity("OpenAI Ireland Limited", "IE")
    request = Request("openai-1", "me", "openai", "eu-gdpr", Right.ACCESS, entity, "DE-BE", "AAAA-AAAA", now())
    first = Event(kind=EventKind.DRAFTED, on=date(2026, 11, 22), recorded_at=now())
    taken = []
    with Ledger(home, key) as ledger:
        journal = ledger.begin_run(ledger.add(lambda _: request, lambda _: first).id, "openai/request-export", now)
        for step in range(ENTRIES):
            began = time.perf_counter()
            journal.intent(step, "confirm-export", "Confirm export")
            taken.append(time.perf_counter() - began)
    return 1000 * median(taken)
