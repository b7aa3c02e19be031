"""Dates and instants as a person types them: ISO 8601, nothing else, so that 03/04 is never guessed at."""

from __future__ import annotations

from datetime import date, datetime

from dsr.errors import BadDate

_DATE_LENGTH = len("2026-11-22")


def civil(typed: str) -> date:
    """A date written YYYY-MM-DD. Raises BadDate, also for years that dsr does not count with."""
    try:
        parsed = date.fromisoformat(typed.strip())
    except ValueError:
        raise BadDate(typed) from None
    if parsed.isoformat() != typed.strip():
        raise BadDate(typed)
    if not 1900 <= parsed.year < 2900:
        raise BadDate(typed, "lies outside of what dsr counts with")
    return parsed


def moment(typed: str) -> date | datetime:
    """A date, or an aware instant where a time of day is given. Raises BadDate, also for a time without its offset."""
    word = typed.strip()
    if len(word) <= _DATE_LENGTH:
        return civil(word)
    try:
        instant = datetime.fromisoformat(word)
    except ValueError:
        raise BadDate(typed) from None
    if instant.date().isoformat() != word[:_DATE_LENGTH]:
        raise BadDate(typed)
    civil(word[:_DATE_LENGTH])
    if instant.tzinfo is None:
        raise BadDate(typed, "has a time but no offset from UTC", "add it, for example 2026-11-22T18:30+01:00")
    return instant
