"""Each date of a case as a clock on the page: what becomes of it on the day, its words, its bar."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from msgspec import Struct

from dsr.cases import clock, history
from dsr.dossier import Clock
from dsr.dossier.bars import Scale, Stretch, Tick, draw
from dsr.law.deadlines import Timetable
from dsr.model import Deadline, Event, EventKind, Request, Status
from dsr.speech import Speech

K = EventKind
_SOON = 7  # days before a date from which it is shown as near: the first stage of `dsr remind`
_SINCE: dict[str, tuple[EventKind, ...]] = {
    "export-ready": (K.ACCEPTED,),
    "account-erased": (K.ACCEPTED,),
    "link-expires": (K.LINK_RECEIVED,),
    "appeal": (K.APPEALED,),
    "appeal-extended": (K.APPEALED,),
    "complaint-ack": (K.COMPLAINED,),
    "authority-progress": (K.COMPLAINED,),
}


class View(Struct, frozen=True, kw_only=True):
    """One case worked out on a day: what the parts of the page are made from."""

    request: Request
    events: list[Event]
    now: list[Event]
    table: Timetable
    status: Status
    today: date
    home: Path
    speech: Speech


class Dated(Struct, frozen=True):
    """A date, what becomes of it, and what is to be drawn of it; `met` is the event that ended it."""

    deadline: Deadline
    tone: str
    stretch: Stretch
    met: Event | None = None


def view(request: Request, events: list[Event], today: date, home: Path, speech: Speech) -> View:
    """Work a case out on a day."""
    now = history.effective(events)
    table = clock.of_case(request, now)
    status = history.status(now, table.deadlines, today)
    return View(
        request=request, events=events, now=now, table=table, status=status, today=today, home=home, speech=speech
    )


def dated(seen: View) -> list[Dated]:
    """The dates of a case, with what becomes of each on the day; a date that was only possible is left out once all is over."""
    found = []
    for deadline in seen.table.deadlines:
        tone = _tone(seen, deadline)
        done = clock.met(deadline.kind, seen.now) if tone in ("done", "tardy") else None
        if deadline.possible and tone != "maybe":
            continue
        start = min(_begun(seen, deadline), deadline.due)
        stretch = Stretch(
            start=start,
            due=deadline.due,
            latest=deadline.latest,
            met=done.on if done else None,
            off=tone in ("off", "maybe"),
        )
        found.append(Dated(deadline, tone, stretch, done))
    return found


def _tone(seen: View, deadline: Deadline) -> str:
    """What becomes of a date: `done`, `tardy` (done, but late), `off` (it counts no more), `maybe`, `late`, `soon` or `run`."""
    own = deadline.whose == "subject" and deadline.basis == "law"
    if deadline.superseded:
        done = clock.met(deadline.kind, seen.now)
        return "off" if done is None else "done" if done.on <= deadline.latest else "tardy"
    if history.ended(seen.now) or (history.settled(seen.now) and not own):
        return "off"
    over = seen.today > deadline.latest
    if deadline.possible or (over and deadline.basis == "estimate"):
        return "maybe"
    if over:
        return "late"
    return "soon" if (deadline.due - seen.today).days <= _SOON else "run"


def _begun(seen: View, deadline: Deadline) -> date:
    """From which day a date is drawn: that of the event which started its clock, else of the receipt, else of the first event."""
    own = deadline.whose == "subject" and deadline.basis == "law"
    kinds = (K.DENIED, K.ANSWERED) if own else _SINCE.get(deadline.kind, ())
    if kinds and (event := history.last(seen.now, *kinds)):
        return event.on
    received, _ = clock.received(seen.now)
    return received or seen.now[0].on


def scale_of(seen: View, dates: Sequence[Dated]) -> Scale:
    """The scale of a case, from the first day that one of its dates is counted from."""
    stretches = [one.stretch for one in dates]
    ends = [one.latest for one in stretches] + [one.met for one in stretches if one.met]
    if any(one.tone == "late" for one in dates):
        ends.append(seen.today)
    return Scale(min((one.start for one in stretches), default=seen.today), max(ends, default=seen.today))


def ticks(scale: Scale, speech: Speech) -> tuple[Tick, ...]:
    """The months of a scale with their names."""
    return tuple(Tick(scale.x(day), speech.month(day)) for day in scale.months())


def told(seen: View, one: Dated, scale: Scale) -> Clock:
    """A date in words, with its bar on a scale."""
    speech, deadline = seen.speech, one.deadline
    what = speech.term("deadline", deadline.kind)
    headline, aside = _words(seen, one)
    start = speech.brief(one.stretch.start)
    alt = speech.say(
        "page", "bar", what=what, start=start, due=speech.brief(deadline.due), state=f"{headline}. {aside}"
    )
    return Clock(
        what=what,
        tone=one.tone,
        headline=_beside(headline),
        aside=aside,
        tags=tuple(_tags(deadline, speech)),
        alt=alt.replace("\u00a0", " "),
        bar=draw(one.stretch, scale, seen.today),
        reason=deadline.reason,
        article=deadline.article,
        url=deadline.url if deadline.url.startswith("https://") else "",
    )


def _words(seen: View, one: Dated) -> tuple[str, str]:
    """The headline of a date, and what stands beside it."""
    speech, deadline = seen.speech, one.deadline
    due = speech.instant(deadline.at) if deadline.at else speech.day(deadline.due)
    latest = [speech.say("page", "latest", day=speech.day(deadline.latest))] if deadline.latest != deadline.due else []
    if one.met:
        done = f"{event(one.met, speech)} {speech.day(one.met.on)}"
        return done, _beside(speech.say("page", "was_due", day=due), *latest)
    if one.tone == "off":
        return speech.say("page", "replaced"), speech.say("page", "was_due", day=due)
    away = speech.away(deadline.latest if one.tone == "late" else deadline.due, seen.today)
    if one.tone == "late":
        return speech.say("page", "was_due", day=due), _beside(*latest, away)
    return speech.say("page", "due", day=due), _beside(away, *latest)


def _beside(*parts: str) -> str:
    """Parts on one line that is broken between them only."""
    return " · ".join(part.replace(" ", "\u00a0") for part in parts)


def _tags(deadline: Deadline, speech: Speech) -> Iterator[str]:
    if deadline.possible:
        yield speech.say("page", "possible")
    if deadline.basis in ("promise", "estimate"):
        yield speech.say("page", deadline.basis)
    if deadline.whose == "authority":
        yield speech.say("page", "authority")
    if deadline.whose == "subject":
        yield speech.say("page", "yours")
    if not deadline.confidence.firm:
        yield speech.say("page", "unverified")


def event(happened: Event, speech: Speech) -> str:
    """What an event is called."""
    kind = happened.data.get("kind", "") if happened.kind == K.CORRECTED else str(happened.kind)
    if kind == "void":
        return speech.say("page", "void")
    return speech.term("event", f"{kind}-partial" if happened.data.get("extent") == "partial" else kind)
