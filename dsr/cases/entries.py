"""The entries of a calendar: one for each date of each case that there is or ever was, from the events and the law alone.

An entry says the case, the company, the right, the date with its article and how it was counted: nothing else about the person.
Where the count names the country of residence, the entry says "where you live".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID, uuid5

from dsr import places
from dsr.calendar import Alarm, Entry, State, render
from dsr.cases import clock, history, names
from dsr.cases.desk import Desk
from dsr.errors import BadFile
from dsr.model import Deadline, Event, Request
from dsr.speech import Speech
from dsr.store import files

_SPACE = UUID("6b0c6a0a-4f4f-5a53-9d2c-5f0f7d1d6c11")  # of dsr's entries: made once, never changed
_MORNING = timedelta(hours=9)
_DAYS_BEFORE = (7, 1, 0)
_HOURS_BEFORE = (12, 3)


def entries(desk: Desk) -> list[Entry]:
    """Every entry, in the order of cases and of their dates."""
    speech = desk.speech()
    found = []
    for request, events in desk.ledger.cases():
        found += list(_of_case(request, events, speech, real=not desk.rehearsal))
    return found


def _of_case(request: Request, events: Sequence[Event], speech: Speech, *, real: bool) -> Iterator[Entry]:
    """The entries of one case. Its number of events is the SEQUENCE: it grows with every event and never goes back."""
    revised = max(event.recorded_at for event in events)
    now = history.effective(events)
    dates = _named(clock.of_case(request, now).deadlines)
    for key, deadline in (_ever(request, events) | dates).items():
        state, word = _state(deadline, now) if key in dates else (State.CANCELLED, "replaced")
        title = f"{names.company(request.controller)}: {_noun(deadline, speech)} ({request.id})"
        title = title if word == "" else speech.say("calendar", word, title=title)
        title = title if real else f"[rehearsal] {title}"
        yield Entry(
            uid=str(uuid5(_SPACE, f"{request.id} {request.reference} {request.created_at.isoformat()} {key}")),
            sequence=len(events),
            revised_at=revised,
            state=state,
            start=deadline.at or deadline.due,
            title=title,
            says=_says(request, deadline, speech),
            url=deadline.url,
            categories=(speech.term("right", request.right),),
            alarms=tuple(_alarms(deadline, title, speech)) if state == State.CONFIRMED else (),
        )


def _ever(request: Request, events: Sequence[Event]) -> dict[str, Deadline]:
    """Every date that the case ever had, as it last stood, by its name: also those that a correction has taken away."""
    found: dict[str, Deadline] = {}
    for count in range(1, len(events)):
        found |= _named(clock.of_case(request, history.effective(events[:count])).deadlines)
    return found


def _named(dates: Sequence[Deadline]) -> dict[str, Deadline]:
    """Dates by a name that stays theirs: the kind, and a number where a case has several of it."""
    found: dict[str, Deadline] = {}
    for deadline in dates:
        number = sum(key.partition(" ")[0] == deadline.kind for key in found)
        found[f"{deadline.kind} {number + 1}" if number else deadline.kind] = deadline
    return found


def _state(deadline: Deadline, now: Sequence[Event]) -> tuple[State, str]:
    """What is known of a date, and the text of `calendar` that its title stands in, or nothing."""
    own = deadline.whose == "subject" and deadline.basis == "law"
    if deadline.superseded:
        return State.CANCELLED, "done" if clock.met(deadline.kind, now) else "replaced"
    if history.ended(now) or (history.settled(now) and not own):
        return State.CANCELLED, "done"
    if deadline.possible or deadline.basis == "estimate":
        return State.TENTATIVE, "perhaps" if deadline.possible else "estimate"
    return State.CONFIRMED, ""


def _noun(deadline: Deadline, speech: Speech) -> str:
    return speech.term("deadline", deadline.kind)


def _says(request: Request, deadline: Deadline, speech: Speech) -> str:
    """The description: the right, article and reason, the latest reading, and what the date rests on."""
    reason = deadline.reason.replace(
        f"the holidays of {places.country(request.residence)}", "the holidays where you live"
    )
    lines = [
        f"{speech.term('right', request.right)}, {request.entity.name}",
        speech.say("basis", deadline.basis),
        f"{deadline.article}: {reason}.",
    ]
    if deadline.latest != deadline.due:
        lines.append(speech.say("calendar", "latest", day=speech.day(deadline.latest)))
    if not deadline.confidence.firm:
        lines.append(speech.say("calendar", "unverified"))
    lines.append(f"dsr show {request.id}")
    return "\n".join(lines)


def _alarms(deadline: Deadline, title: str, speech: Speech) -> Iterator[Alarm]:
    """When a calendar rings: at the stages of `dsr remind`. A day rings at nine in the morning, wherever one is."""
    if deadline.at:
        for hours in _HOURS_BEFORE:
            yield Alarm(-timedelta(hours=hours), f"{title}: {speech.count('hours_left', hours)}")
        return
    for days in _DAYS_BEFORE:
        said = speech.away(date.min + timedelta(days=days), date.min)
        yield Alarm(_MORNING - timedelta(days=days), f"{title}: {said}")
    if deadline.whose != "subject":
        over = (deadline.latest - deadline.due).days + 1
        yield Alarm(timedelta(days=over) + _MORNING, speech.say("calendar", "over", title=title))


def written(desk: Desk, path: Path) -> list[Entry]:
    """Write the calendar of all cases, in place of the one that was written there before. Returns its entries.

    Raises MissingExtra without icalendar; BadData where the file is not dsr's; BadFile where it cannot be read or written.
    """
    found, speech = entries(desk), desk.speech()
    try:
        previous = path.read_bytes() if path.exists() else b""
        name, gone = speech.term("calendar", "name"), speech.term("calendar", "gone")
        files.write(path, render(found, name=name, gone=gone, previous=previous))
    except OSError as problem:
        raise BadFile(
            path, (problem.strerror or "it cannot be written").lower(), "name another file with --out"
        ) from None
    return found
