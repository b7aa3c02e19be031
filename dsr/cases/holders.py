"""What each company holds and said, and how long it took: over all cases of a person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from statistics import median

from msgspec import Struct

from dsr import registry
from dsr.cases import clock, names, portrait
from dsr.cases.dials import View
from dsr.dossier import Answers, CompanyPart, Said, Topic
from dsr.model import Event, EventKind
from dsr.registry import Statement
from dsr.speech import Speech

K = EventKind
_TOPICS = ("photos", "training", "retention", "selling", "deletion", "export", "identity")
_WORDS = frozenset(
    {
        K.ACKNOWLEDGED,
        K.IDENTITY_REQUESTED,
        K.FEE_REQUESTED,
        K.CLARIFICATION_REQUESTED,
        K.EXTENDED,
        K.ANSWERED,
        K.DENIED,
        K.LINK_RECEIVED,
    }
)
_REPLIES = frozenset({K.ANSWERED, K.DENIED, K.LINK_RECEIVED, K.DOWNLOADED})
_ARRIVED = frozenset({K.ACCEPTED, K.SUBMITTED})


class Taken(Struct, frozen=True):
    """How one request went: the day it arrived, the day of the first reply, the last day that the law left for it."""

    arrived: date
    replied: date | None
    latest: date | None

    @property
    def days(self) -> int | None:
        """From the one to the other."""
        return (self.replied - self.arrived).days if self.replied else None


def by_company(views: Sequence[View]) -> dict[str, list[View]]:
    """The cases of each company, in the order in which the companies came."""
    found: dict[str, list[View]] = {}
    for one in views:
        found.setdefault(one.request.controller, []).append(one)
    return found


def part(slug: str, views: Sequence[View]) -> CompanyPart:
    """A company as a part of the page."""
    known = slug in registry.slugs()
    entities = dict.fromkeys(one.request.entity.name for one in views)
    return CompanyPart(
        name=names.company(slug),
        entities=", ".join(entities),
        got=tuple(proof for one in views for proof in portrait.proofs(one, [e for e in one.now if e.kind in _REPLIES])),
        said=tuple(said for one in views for said in _said(one)),
        topics=tuple(_topics(dict(registry.find(slug).statements.items()), views[0].speech)) if known else (),
        known=known,
    )


def _said(one: View) -> Iterator[Said]:
    for event in one.now:
        if event.kind in _WORDS:
            partial = event.data.get("extent") == "partial"
            yield Said(
                on=event.on.isoformat(),
                day=one.speech.brief(event.on),
                case=one.request.id,
                what=one.speech.term("event", "answered-partial" if partial else event.kind),
                note=event.note.strip(),
            )


def _topics(statements: dict[str, Statement], speech: Speech) -> Iterator[Topic]:
    for name in _TOPICS:
        if (found := statements.get(name)) is not None:
            says = tuple(filter(None, (found.short, *found.says)))
            confidence = speech.term("confidence", found.confidence)
            yield Topic(
                name=speech.term("topic", name),
                count=speech.count("statements", len(says)),
                says=says,
                unknown=found.absent,
                source=speech.say("page", "source", day=speech.brief(found.on), confidence=confidence),
                sources=found.source,
            )


def taken(one: View) -> Taken | None:
    """How long the company took in a case; nothing where no request is known to have arrived (a letter may be on its way)."""
    arrived, how = clock.received(one.now)
    if arrived is None or how.startswith("estimate"):
        arrived = next((event.on for event in one.now if event.kind in _ARRIVED), None)
    if arrived is None:
        return None
    replied = next((event.on for event in one.now if _replies(event) and event.on >= arrived), None)
    lawful = [
        date.latest for date in one.table.deadlines if date.kind in ("response", "extended") and not date.possible
    ]
    return Taken(arrived, replied, max(lawful, default=None))


def _replies(event: Event) -> bool:
    return event.kind in _REPLIES


def answers(companies: dict[str, list[View]], today: date, speech: Speech) -> tuple[Answers, ...]:
    """How long each company took: a row for each that a request has reached."""
    rows = {slug: [one for one in map(taken, views) if one] for slug, views in companies.items()}
    longest = max((one.days or 0 for found in rows.values() for one in found), default=0)
    return tuple(_row(names.company(slug), found, longest, today, speech) for slug, found in rows.items() if found)


def _row(company: str, found: Sequence[Taken], scale: int, today: date, speech: Speech) -> Answers:
    none = "–"
    days = sorted(one.days for one in found if one.days is not None)
    open_since = min((one.arrived for one in found if one.replied is None), default=None)
    judged = [one for one in found if one.replied and one.latest]
    kept = sum(1 for one in judged if one.replied and one.latest and one.replied <= one.latest)
    return Answers(
        company=company,
        requests=speech.number(len(found)),
        answered=speech.number(len(days)),
        median=speech.span(round(median(days))) if days else none,
        longest=speech.span(days[-1]) if days else none,
        in_time=f"{speech.number(kept)}/{speech.number(len(judged))}" if judged else none,
        waiting=speech.span((today - open_since).days) if open_since else none,
        share=round(100 * median(days) / scale, 1) if days and scale else 0,
    )
