"""The outlook over all cases on a day: what needs the person, what is waited for, which stages are reached.

It is worked out by `agenda` from the events and today's law, and kept in the store until an event comes, the day changes or
this dsr is another edition: a scheduler asks every hour, and little has changed.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import msgspec
from msgspec import Struct

from dsr import __version__
from dsr.cases.desk import Desk
from dsr.errors import StoreLocked

_PACKAGE = Path(__file__).parent.parent


class Item(Struct, frozen=True, kw_only=True):
    """One line of `dsr next`. `needs_you` is False for what is only waited for; `command` does it."""

    case: str
    what: str
    why: str
    command: str
    by: date | None = None
    needs_you: bool = True


class Stage(Struct, frozen=True, kw_only=True):
    """A stage that a deadline has reached: `week`, `day`, `due` or `passed`; announced once for that due date."""

    case: str
    kind: str
    stage: str
    due: date
    text: str


class Outlook(Struct, frozen=True):
    """One case on one day."""

    items: tuple[Item, ...]
    stages: tuple[Stage, ...]


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Outlook).decode


def overview(desk: Desk) -> list[Outlook]:
    """Every case on the desk's day, in the order in which the cases were made."""
    edition = _edition(desk.today)
    kept = desk.ledger.outlooks(edition)
    missing = {case for case, data in kept.items() if data is None}
    fresh = _work_out(desk, missing, edition) if missing else {}
    return [_decode(data) if data is not None else fresh[case] for case, data in kept.items() if data or case in fresh]


def _work_out(desk: Desk, missing: set[str], edition: str) -> dict[str, Outlook]:
    from dsr.cases import agenda  # with the law and its tables: only where something is to be worked out

    found: dict[str, Outlook] = {}
    seqs: dict[str, int] = {}
    for request, events in desk.ledger.cases():
        if request.id in missing:
            items, stages = agenda.look(request, events, desk.today)
            found[request.id] = Outlook(tuple(items), tuple(stages))
            seqs[request.id] = max(event.seq for event in events)
    try:
        desk.ledger.keep_outlooks(edition, {case: (seqs[case], _encode(one)) for case, one in found.items()})
    except StoreLocked:
        return found  # another dsr is writing: the next run works it out again
    return found


def _edition(on: date) -> str:
    """What an outlook depends on beside the events: the day, the version, and the newest change of the law's own files."""
    files = (path for room in ("law", "cases") for path in (_PACKAGE / room).rglob("*.*"))
    newest = max(path.stat().st_mtime_ns for path in files if path.suffix in (".py", ".toml", ".csv"))
    return f"{on} {__version__} {newest}"


def announce(desk: Desk) -> tuple[list[Stage], list[Item]]:
    """What a scheduled run has to say: the stages reached and never announced before, and all that needs the person."""
    known = desk.ledger.announced()
    found = overview(desk)
    news = []
    for stage in (stage for one in found for stage in one.stages):
        mark = (stage.case, stage.kind, stage.stage, stage.due.isoformat())
        if mark not in known and desk.ledger.announce(stage.case, stage.kind, stage.stage, stage.due, desk.now()):
            news.append(stage)
    return news, [item for one in found for item in one.items if item.needs_you]
