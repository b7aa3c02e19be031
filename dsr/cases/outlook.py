"""The outlook over all cases on a day: what needs the person, what is waited for, which stages are reached.

It is worked out by `agenda` from the events and today's law, and kept in the store until an event comes, the day is reached
on which it may change, or this dsr is another edition: a scheduler asks every hour, and little has changed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import msgspec
from msgspec import Struct

from dsr import __version__
from dsr.cases.desk import Desk
from dsr.errors import StoreLocked

_PACKAGE = Path(__file__).parent.parent


class Item(Struct, frozen=True, kw_only=True):
    """One line of `dsr next`. `needs_you` is False for what is only waited for; `command` does it. Where time alone asked for
    it, `since` is the day on which it did, and `topic` names what it asked for. `at` is the instant where `by` is one."""

    case: str
    what: str
    why: str
    command: str
    by: date | None = None
    needs_you: bool = True
    topic: str = ""
    since: date | None = None
    at: datetime | None = None


class Stage(Struct, frozen=True, kw_only=True):
    """A stage that something has reached; `what` says whose and which. Of a date: `month`, `week`, `day`, `due` or `passed`. Of
    an instant, `at`: which stage it is depends on the hour, and `stage` is empty until `stages.reached` is asked. What time
    alone asked for has the stage `ask`; its `latest` is the day by which, if there is one."""

    case: str
    kind: str
    stage: str
    due: date
    latest: date | None
    what: str
    article: str = ""
    at: datetime | None = None


class Outlook(Struct, frozen=True):
    """One case from a day on, and until (not on) the next day on which it may look different."""

    items: tuple[Item, ...]
    stages: tuple[Stage, ...]
    since: date
    until: date

    def holds(self, on: date) -> bool:
        """Whether it is the outlook of that day."""
        return self.since <= on < self.until


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Outlook).decode


def overview(desk: Desk) -> list[Outlook]:
    """Every case on the desk's day, in the order in which the cases were made."""
    edition = _edition()
    found: dict[str, Outlook | None] = {}
    for case, data in desk.ledger.outlooks(edition).items():
        kept = _decode(data) if data is not None else None
        found[case] = kept if kept and kept.holds(desk.today) else None
    missing = [case for case, kept in found.items() if kept is None]
    if missing:
        found.update(_work_out(desk, missing, edition))
    return [one for one in found.values() if one]


def _work_out(desk: Desk, missing: list[str], edition: str) -> dict[str, Outlook]:
    from dsr.cases import agenda  # with the law and its tables: only where something is to be worked out

    found: dict[str, Outlook] = {}
    seqs: dict[str, int] = {}
    for request, events in desk.ledger.cases(missing):
        found[request.id] = agenda.look(request, events, desk.today)
        seqs[request.id] = max(event.seq for event in events)
    try:
        desk.ledger.keep_outlooks(edition, {case: (seqs[case], _encode(one)) for case, one in found.items()})
    except StoreLocked:
        return found  # another dsr is writing: the next run works it out again
    return found


def _edition() -> str:
    """What an outlook depends on beside the events and the day: the version, the newest change of the law's own files, and the
    machine's time zone, in which a promise of hours becomes a date."""
    newest = max(changed for room in ("law", "cases") for changed in _changes(_PACKAGE / room))
    zone = [datetime(2026, month, 1).astimezone().utcoffset() for month in (1, 7)]
    return f"{__version__} {newest} {zone[0]} {zone[1]}"


def _changes(folder: Path) -> Iterator[int]:
    """When each file of our own below a folder was changed, in nanoseconds."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                yield from _changes(Path(entry.path))
            elif entry.name.endswith((".py", ".toml", ".csv")):
                yield entry.stat().st_mtime_ns
