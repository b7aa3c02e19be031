"""One command per file: parse, call the use cases, return a Result. The commands are the only readers of the clock."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from dsr import dates
from dsr.errors import BadDate


def now() -> datetime:
    """This instant, UTC."""
    return datetime.now(UTC)


def today() -> date:
    """Today's civil date where the person is."""
    return datetime.now().astimezone().date()


def day(typed: str | None, *, latest: date | None = None) -> date:
    """A date as typed (YYYY-MM-DD), today where none is given. Raises BadDate, also for one after `latest`."""
    if typed is None:
        return today()
    parsed = dates.civil(typed)
    if latest is not None and parsed > latest:
        raise BadDate(typed, "lies in the future", "log what has happened, on the day it happened")
    return parsed


def instant(on: str | None) -> datetime:
    """This instant; with a date as typed, the same time of that day, where the person is. Raises BadDate."""
    return now() if on is None else datetime.combine(day(on), now().astimezone().timetz())


def rows(things: Any) -> Any:
    """Frozen structs as plain data for the JSON envelope."""
    import msgspec

    return msgspec.to_builtins(things)
