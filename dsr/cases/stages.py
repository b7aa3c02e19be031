"""Which stage each date of a case has reached: what a scheduled run announces, each once.

| what | stages, in their order |
|---|---|
| a date | 7 days before, 1 day before, due, the latest plausible date is over |
| the person's own limit | 30 days before as well |
| an instant, as of a link of 24 hours | 12 hours before, 3 hours before, over; due where a later day is plausible too |
| what time alone asks for, as to look again | once, when its day has come |

Only the furthest stage is reached: after days of sleep the earlier ones are moot.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from dsr.cases import history
from dsr.cases.outlook import Item, Stage
from dsr.model import Deadline, Event, EventKind, Request

ORDER = ("month", "week", "day", "12h", "3h", "due", "passed")  # the stages of one date or instant
OWN_LIMIT = timedelta(days=30)
_ONE_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)
_HOURS = ((timedelta(0), "passed"), (timedelta(hours=3), "3h"), (timedelta(hours=12), "12h"))
_NOUNS = {
    "link-expires": "download",
    "export-ready": "export",
    "account-erased": "erasure of your account",
    "extended": "extended response",
    "authority-progress": "word on your complaint",
    "complaint-ack": "acknowledgement of your complaint",
}


class Today:
    """A day of which questions are asked, and the first later day on which one of them has another answer."""

    def __init__(self, on: date) -> None:
        self.on = on
        self.until = date.max

    def reached(self, day: date) -> bool:
        """Whether that day has come."""
        if self.on >= day:
            return True
        self.until = min(self.until, day)
        return False

    def passed(self, day: date) -> bool:
        """Whether that day is over."""
        return self.reached(day + _ONE_DAY)


def own(deadline: Deadline) -> bool:
    """Whether it is a limit that the law sets the person."""
    return deadline.whose == "subject" and deadline.basis == "law"


def to_court(deadline: Deadline) -> bool:
    """Whether an own limit is for a court, else it is for a complaint."""
    return deadline.kind.startswith("court")


def taken(deadline: Deadline, events: Sequence[Event]) -> bool:
    """Whether the step that an own limit is for was taken, given an effective history."""
    return history.last(events, EventKind.APPEALED if to_court(deadline) else EventKind.COMPLAINED) is not None


def of_dates(request: Request, now: Sequence[Event], dates: Sequence[Deadline], today: Today) -> Iterator[Stage]:
    """The furthest stage that each binding date of a case has reached; that of an instant is left open."""
    settled = history.settled(now)
    for deadline in dates if not history.ended(now) else ():
        mine = own(deadline)
        if not history.binding(deadline) or (settled and not mine) or (mine and taken(deadline, now)):
            continue
        stage = "" if deadline.at else _stage(deadline, today)
        if stage or deadline.at:
            yield Stage(
                case=request.id,
                kind=deadline.kind,
                stage=stage,
                due=deadline.due,
                latest=deadline.latest,
                what=_what(request, deadline),
                article=deadline.article,
                at=deadline.at or None,
            )


def _what(request: Request, deadline: Deadline) -> str:
    if own(deadline):
        return f"your limit to {'go to court' if to_court(deadline) else 'complain'} about {request.controller}"
    whose = {"subject": "your", "authority": "the authority's"}.get(deadline.whose, f"{request.controller}'s")
    return f"{whose} {_NOUNS.get(deadline.kind, deadline.kind)}"


def _stage(deadline: Deadline, today: Today) -> str:
    if today.passed(deadline.latest):
        return "passed"
    if today.reached(deadline.due):
        return "due"
    if today.reached(deadline.due - _ONE_DAY):
        return "day"
    if today.reached(deadline.due - _WEEK):
        return "week"
    return "month" if own(deadline) and today.reached(deadline.due - OWN_LIMIT) else ""


def of_items(items: Sequence[Item]) -> Iterator[Stage]:
    """What time alone asked for, of what needs the person."""
    for item in items:
        if item.since:
            yield Stage(case=item.case, kind=item.topic, stage="ask", due=item.since, latest=item.by, what=item.what)


def reached(stage: Stage, at: datetime) -> str:
    """The name of the stage at an instant (aware); empty where an instant is still more than 12 hours away."""
    if stage.at is None:
        return stage.stage
    name = next((name for left, name in _HOURS if at >= stage.at - left), "")
    later = stage.latest is not None and stage.latest > stage.due and at.astimezone().date() <= stage.latest
    return "due" if name == "passed" and later else name
