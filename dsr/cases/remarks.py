"""What a person should know beside the dates: events that change none of them, and a law that nobody re-read."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import structs

from dsr.cases import asking
from dsr.cases.asking import Question
from dsr.law.deadlines import Timetable
from dsr.law.stops import Mark
from dsr.model import EventKind

_STOPS = {
    "identity": (EventKind.IDENTITY_REQUESTED, EventKind.IDENTITY_GIVEN),
    "fee": (EventKind.FEE_REQUESTED, EventKind.FEE_PAID),
    "clarification": (EventKind.CLARIFICATION_REQUESTED, EventKind.CLARIFIED),
}
_ALONE = [
    kind for kind in EventKind if kind != EventKind.RECEIVED and not any(kind in pair for pair in _STOPS.values())
]
_TOGETHER = [*_STOPS.values(), *((kind,) for kind in _ALONE)]


def idle(question: Question, found: Timetable) -> list[str]:
    """A sentence for each kind of event that was given and changes no date, so that nobody relies on it."""
    said = []
    for kinds in _TOGETHER:
        given = [mark for mark in question.marks if mark.kind in kinds]
        if given and _dates(structs.replace(question, marks=_without(question, kinds)).answer()) == _dates(found):
            names = " and ".join(dict.fromkeys(f"'{mark.kind}'" for mark in given))
            said.append(f"{names}: changes no date here{_reserved(question, given[0].kind)}")
    return said


def unverified(question: Question) -> list[str]:
    """A sentence for a law that nobody re-read for dsr, with the source to check; none for another."""
    pack = question.pack
    if pack.confidence.firm:
        return []
    rule = pack.rights.get(pack.words.get(asking.plain(question.word), next(iter(pack.rights))))
    source = f"{rule.article}, {rule.url}" if rule else pack.complaint.url
    return [f"unverified: {pack.short} is on file with confidence '{pack.confidence}'; the source to check is {source}"]


def _without(question: Question, kinds: Iterable[EventKind]) -> tuple[Mark, ...]:
    return tuple(mark for mark in question.marks if mark.kind not in kinds)


def _dates(found: Timetable) -> object:
    return found.waiting, [(one.kind, one.due, one.latest, one.superseded, one.possible) for one in found.deadlines]


def _reserved(question: Question, kind: EventKind) -> str:
    """The article that keeps a stop of the clock for other rights than the one asked for, if there is one."""
    name = next((name for name, kinds in _STOPS.items() if kind in kinds), "")
    right = question.pack.words.get(asking.plain(question.word))
    for clock in question.pack.clock:
        effect = getattr(clock, name, None)
        if effect and effect.rights and right not in effect.rights:
            return f"; {effect.article} is for {', '.join(effect.rights)} only"
    return ""
