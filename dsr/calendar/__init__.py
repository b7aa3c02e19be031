"""Dates as an iCalendar file (RFC 5545 and RFC 7986), which any calendar program imports, again and again.

A program that imports an entry whose UID it holds already takes the one with the higher SEQUENCE (RFC 5545 3.8.7.4). So a UID
stays, and a SEQUENCE grows with every change and never goes back, whatever became of the store since: `render` is given the
file of last time. DTSTAMP says when the entry was last revised, as it must in a file without METHOD (3.8.7.2); no clock is
read, so the same entries are the same bytes.

An entry is a VEVENT: many programs leave VTODO out when they import. What a VEVENT may say of itself is TENTATIVE, CONFIRMED or
CANCELLED (3.8.1.11); `done` exists for a VTODO alone, and RFC 7986 adds nothing to it. A date that is met, or replaced by
another, takes place no more: it is CANCELLED, loses its alarms and says why in its title, for programs that show it still.

The library is the extra `ics`; it is imported when the first file is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import ModuleType
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from dsr.errors import BadData, MissingExtra

if TYPE_CHECKING:
    from icalendar import Component, Event

_MAKER = "-//dsr//dsr-toolkit//EN"
_UNSEEN = {code: None for code in (*range(0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000)) if code != 0x0A}
_UNSEEN |= dict.fromkeys([0x061C, *range(0x200E, 0x2010), *range(0x2028, 0x202F), *range(0x2066, 0x206A)])
_LAST_YEAR = 9000  # a day further on was not written by dsr, and cannot be counted from
_LONGEST = 2000  # characters of one text: some programs refuse a file with longer ones


class State(StrEnum):
    """What is known of a date, in the words of RFC 5545."""

    CONFIRMED = "CONFIRMED"
    TENTATIVE = "TENTATIVE"
    CANCELLED = "CANCELLED"


class Alarm(Struct, frozen=True):
    """A display `after` the start (negative: before it), and what it says."""

    after: timedelta
    says: str


class Entry(Struct, frozen=True, kw_only=True):
    """One date. `start` is a civil date, for a day wherever one is, or an aware instant; `sequence` and `revised_at` are those
    of the last change that the entry's own history knows."""

    uid: str
    sequence: int
    revised_at: datetime
    state: State
    start: date | datetime
    title: str
    says: str
    url: str = ""
    categories: tuple[str, ...] = ()
    alarms: tuple[Alarm, ...] = ()


def render(entries: Sequence[Entry], *, name: str, gone: str, previous: bytes = b"") -> bytes:
    """The file. `name` is shown as the calendar's name; `previous` is the file that this one replaces, or empty.

    An entry of `previous` that is not given any more (its case was wiped) becomes CANCELLED: of it only the day is kept, under
    the title `gone`. Raises MissingExtra without icalendar, BadData where `previous` was not written by `render`.
    """
    ical = _library()
    before = _read(ical, previous) if previous else {}
    calendar = ical.Calendar()
    for key, value in (("prodid", _MAKER), ("version", "2.0"), ("calscale", "GREGORIAN")):
        calendar.add(key, value)
    calendar.add("name", _safe(name))
    calendar.add("x-wr-calname", _safe(name))
    for entry in (*entries, *_closed(entries, before, gone)):
        calendar.add_component(_numbered(ical, entry, before.get(entry.uid)))
    return bytes(calendar.to_ical())


def _library() -> ModuleType:
    try:
        import icalendar
    except ImportError as missing:
        raise MissingExtra("a calendar file", "ics") from missing
    return icalendar


class _Kept(Struct, frozen=True):
    """An entry of an earlier file: what it is numbered by, its start, and all of it as bytes."""

    sequence: int
    revised_at: datetime
    start: date | datetime
    content: bytes


def _read(ical: ModuleType, content: bytes) -> dict[str, _Kept]:
    """The entries of an earlier file by UID."""
    hint = "name another file with --out, or take this one away"
    if f"PRODID:{_MAKER}".encode() not in content.splitlines():
        raise BadData("there is a file of that name already, and it is no calendar that dsr wrote", hint)
    try:
        return {str(event["uid"]): _kept(event) for event in ical.Calendar.from_ical(content).walk("VEVENT")}
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as problem:
        raise BadData("the calendar of last time cannot be read any more", hint) from problem


def _kept(event: Component) -> _Kept:
    """Raises ValueError, KeyError, TypeError or AttributeError for an entry that `_event` did not make."""
    sequence, revised, start = (event.decoded(name) for name in ("sequence", "dtstamp", "dtstart"))
    if not isinstance(sequence, int) or not isinstance(start, date) or start.year > _LAST_YEAR:
        raise TypeError("an entry without its number or its day")
    if not isinstance(revised, datetime) or revised.tzinfo is None:
        raise TypeError("an entry that was never revised")
    return _Kept(sequence, revised, start, event.to_ical())


def _closed(entries: Iterable[Entry], before: dict[str, _Kept], gone: str) -> list[Entry]:
    """What the earlier file holds and no case any more."""
    now = {entry.uid for entry in entries}
    return [
        Entry(
            uid=uid,
            sequence=0,
            revised_at=kept.revised_at,
            state=State.CANCELLED,
            start=kept.start,
            title=gone,
            says="",
        )
        for uid, kept in before.items()
        if uid not in now
    ]


def _numbered(ical: ModuleType, entry: Entry, before: _Kept | None) -> Event:
    """The entry with its own number, or a higher one where the earlier file has that number for something else."""
    if before is None:
        return _event(ical, entry)
    same = _event(ical, structs.replace(entry, sequence=before.sequence, revised_at=before.revised_at))
    if same.to_ical() == before.content:
        return same
    revised = max(entry.revised_at, before.revised_at)
    return _event(ical, structs.replace(entry, sequence=max(entry.sequence, before.sequence + 1), revised_at=revised))


def _event(ical: ModuleType, entry: Entry) -> Event:
    event: Event = ical.Event()
    day = not isinstance(entry.start, datetime)
    facts: dict[str, object] = {
        "uid": entry.uid,
        "sequence": entry.sequence,
        "dtstamp": entry.revised_at.replace(microsecond=0),
        "dtstart": entry.start,
        "dtend": entry.start + timedelta(days=1) if day else None,
        "summary": _safe(entry.title),
        "description": _safe(entry.says) or None,
        "status": entry.state,
        "transp": "TRANSPARENT",  # a date is no appointment: nobody is busy because of it
        "class": "PRIVATE",
        "url": entry.url or None,
        "categories": [_safe(word) for word in entry.categories] or None,
    }
    for key, value in facts.items():
        if value is not None:
            event.add(key, value)
    for alarm in entry.alarms:
        bell = ical.Alarm()
        bell.add("action", "DISPLAY")
        bell.add("description", _safe(alarm.says))
        bell.add("trigger", alarm.after)
        event.add_component(bell)
    return event


def _safe(text: str) -> str:
    """Text without control characters and marks that turn the direction of what follows, at most so long."""
    text = text.translate(_UNSEEN)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
