"""What a scheduled run announces, on every channel that the person chose, each stage once on each.

A channel is given all that it has not announced yet, in one piece. It counts as announced once the channel has taken it;
a channel that fails is reported and given it again by the next run. A run that ends in the middle leaves a note, see
`store.notices`: what was in flight is given again, under the same id, rather than lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from math import ceil
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

from dsr.cases import outlook, stages
from dsr.cases.desk import Desk
from dsr.cases.outlook import Item, Stage
from dsr.errors import ChannelFailed
from dsr.notice import Channel, Notice
from dsr.store import Mark

if TYPE_CHECKING:
    from dsr.speech import Speech

_A_DAY = timedelta(days=1)
_AN_HOUR = timedelta(hours=1)


class News(Struct, frozen=True, kw_only=True):
    """A stage as it is announced, once for that due date; `channels` are those that took it in this run."""

    case: str
    kind: str
    stage: str
    due: date
    text: str
    channels: tuple[str, ...]


class Served(Struct, frozen=True, kw_only=True):
    """How a channel fared: how many things it announced, or why it took none of them."""

    channel: str
    announced: int = 0
    failed: int = 0
    problem: str = ""
    hint: str = ""


class Reminded(Struct, frozen=True):
    """What one run came to: the news, all that needs the person, and how each channel fared."""

    news: list[News]
    needs: list[Item]
    served: list[Served]

    @property
    def failed(self) -> list[Served]:
        """The channels that did not take what they were given."""
        return [one for one in self.served if one.problem]


class _Reached(NamedTuple):
    stage: Stage
    name: str
    mark: Mark


def remind(desk: Desk, channels: Iterable[Channel], at: datetime, *, act: bool = True) -> Reminded:
    """Look at every case at an instant and announce what is new, channel by channel; without `act`, tell what would be.

    Raises StoreProblem where it cannot be written down what is announced: then nothing is announced by that channel.
    """
    found = outlook.overview(desk)
    needs = [item for one in found for item in one.items if item.needs_you]
    reached = [_reached(stage, at) for one in found for stage in one.stages]
    current = [one for one in reached if one.name]
    took: dict[Mark, list[str]] = {}
    served = []
    for channel in channels:
        notices = desk.ledger.notices(channel.name)
        if act:
            notices.recover()
        known = notices.known() if current else {}
        pending = [one for one in current if _new(one.mark, known, desk.today)]
        served.append(_serve(desk, channel, pending, at, took, act=act))
    return Reminded(_news(desk, [one for one in current if one.mark in took], took, at), needs, served)


def _serve(
    desk: Desk, channel: Channel, pending: Sequence[_Reached], at: datetime, took: dict[Mark, list[str]], *, act: bool
) -> Served:
    """Give a channel what is pending, and note in `took` that it took it."""
    marks = [one.mark for one in pending]
    if pending and act:
        try:
            with desk.ledger.notices(channel.name).announcing(marks, desk.today, at):
                channel.send(notice(desk, pending, at))
        except ChannelFailed as problem:
            return Served(channel=channel.name, failed=len(marks), problem=problem.message, hint=problem.hint)
    for mark in marks:
        took.setdefault(mark, []).append(channel.name)
    return Served(channel=channel.name, announced=len(marks))


def _reached(stage: Stage, at: datetime) -> _Reached:
    name = stages.reached(stage, at)
    due = stage.at.astimezone(UTC).isoformat(timespec="seconds") if stage.at else stage.due.isoformat()
    return _Reached(stage, name, Mark(stage.case, stage.kind, name, due))


def _new(mark: Mark, known: dict[Mark, date], today: date) -> bool:
    """Whether a stage is to be announced: it never was, and no later stage of the same date was either. An announcement made
    more than a day from now, when the clock was wrong, does not make the true ones moot."""
    if mark in known:
        return False
    later = stages.ORDER[stages.ORDER.index(mark.stage) + 1 :] if mark.stage in stages.ORDER else ()
    days = (known.get(mark._replace(stage=stage)) for stage in later)
    return not any(on and on <= today + _A_DAY for on in days)


def notice(desk: Desk, pending: Sequence[_Reached], at: datetime) -> Notice:
    """What a channel is given. Its id, and that of each line, depend on what is announced alone."""
    speech = desk.speech()
    lines = {_digest([one.mark]): text(one.stage, one.name, desk.today, at, speech) for one in pending}
    number = len(lines)
    return Notice(
        id=_digest([one.mark for one in pending]),
        title="dsr: 1 reminder" if number == 1 else f"dsr: {number} reminders",
        lines=lines,
        closing=f"What needs you, and the command for it: {desk.command('dsr next')}",
    )


def _digest(marks: Sequence[Mark]) -> str:
    from hashlib import sha256

    return sha256("\n".join(sorted("\t".join(mark) for mark in marks)).encode()).hexdigest()[:20]


def _news(desk: Desk, told: Sequence[_Reached], took: dict[Mark, list[str]], at: datetime) -> list[News]:
    if not told:
        return []
    speech = desk.speech()
    return [
        News(
            case=one.stage.case,
            kind=one.stage.kind,
            stage=one.name,
            due=one.stage.due,
            text=text(one.stage, one.name, desk.today, at, speech),
            channels=tuple(took[one.mark]),
        )
        for one in told
    ]


def text(stage: Stage, name: str, today: date, at: datetime, speech: Speech) -> str:
    """A stage in words: case, company, what and by when; dates and ages in the person's language."""
    if name == "ask":
        by = f", by {speech.day(stage.latest)}" if stage.latest and stage.latest >= today else ""
        return f"{stage.case}: {stage.what}{by}"
    return f"{stage.case}: {stage.what} {_when(stage, name, today, at, speech)} ({stage.article})"


def _when(stage: Stage, name: str, today: date, at: datetime, speech: Speech) -> str:
    if stage.at:
        now, then = ("ends", "ended") if stage.kind == "link-expires" else ("is due", "was due")
        left = speech.count("hours_left", ceil((stage.at - at) / _AN_HOUR))
        told = speech.instant(stage.at)
        return f"{then} on {told}" if name in ("due", "passed") else f"{now} on {told}, {left}"
    if name == "passed":
        return f"was due by {speech.day(stage.latest or stage.due)} at the latest"
    if stage.due < today:
        return f"was due on {speech.day(stage.due)}"
    away = speech.away(stage.due, today)
    return f"is due {away}" if (stage.due - today).days <= 1 else f"is due {away}, on {speech.day(stage.due)}"
