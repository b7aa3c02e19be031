"""Cases written by hand: a request, and events numbered in the order in which they are given."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from hypothesis import strategies as st
from msgspec import structs

from dsr.cases import clock, history
from dsr.errors import BadDate, IllegalMove
from dsr.model import Deadline, Entity, Event, EventKind, Promise, Request, Right, Route, Status

K = EventKind
EMAIL, POST, PORTAL, SETTINGS = Route.EMAIL, Route.POST, Route.PORTAL, Route.SETTINGS
READY = Promise(kind="export-ready", source="help article", days=7, after=K.ACCEPTED)
LINK = Promise(kind="link-expires", source="help article", hours=24, after=K.LINK_RECEIVED, whose="subject")


def day(text: str) -> date:
    """`11-20` or `2027-01-20`; the year is 2026 where none is given."""
    return date.fromisoformat(text if len(text) > 5 else f"2026-{text}")


def happened(kind: EventKind, on: str, route: Route | None = None, **more: Any) -> Event:
    """An event, noted at noon of its day, wherever the machine is."""
    at = datetime.combine(day(on), time(12)).astimezone(UTC)
    return structs.replace(Event(kind=kind, on=day(on), recorded_at=at, route=route), **more)


def corrected(number: int, kind: str, on: str, route: Route | None = None) -> Event:
    """The correction of the entry of that number: what it really was."""
    return happened(K.CORRECTED, on, route, corrects=number, data={"kind": kind})


def log(*events: Event) -> list[Event]:
    """Events as the store returns them: numbered from 1."""
    return [structs.replace(event, seq=number) for number, event in enumerate(events, 1)]


def case(
    regime: str | None = "eu-gdpr", residence: str = "DE-BE", right: Right = Right.ACCESS, place: str = "IE"
) -> Request:
    """The case openai-1."""
    return Request(
        id="openai-1",
        subject="me",
        controller="openai",
        regime=regime,
        right=right,
        entity=Entity(name="OpenAI", place=place),
        residence=residence,
        reference="ABCD-EFGH",
        created_at=datetime(2026, 11, 1, tzinfo=UTC),
    )


def dates(events: list[Event], request: Request | None = None) -> dict[str, Deadline]:
    """The dates of a case by their kind."""
    return {one.kind: one for one in clock.of_case(request or case(), history.effective(events)).deadlines}


def status(events: list[Event], on: str, request: Request | None = None) -> Status:
    """Where a case stands on a day."""
    now = history.effective(events)
    return history.status(now, clock.of_case(request or case(), now).deadlines, day(on))


KINDS = st.sampled_from([kind for kind in K if kind != K.CORRECTED])


@st.composite
def histories(draw: st.DrawFn, *first: Event) -> list[Event]:
    """A history in which every event was legal when it was logged, corrections included, after some given ones."""
    events = log(*first)
    for number in range(len(first) + 1, draw(st.integers(0, 12)) + len(first) + 1):
        on = date(2026, 9, 1) + timedelta(days=draw(st.integers(0, 90)))
        at = datetime(2026, 12, 1, 12, tzinfo=UTC)
        route = draw(st.sampled_from([*Route, None]))
        promises = (READY, LINK) if draw(st.booleans()) else ()
        free = [event.seq for event in events if event.seq not in {other.corrects for other in events}]
        if free and draw(st.integers(0, 3)) == 0:
            to = draw(st.sampled_from([*(kind for kind in K if kind != K.CORRECTED), "void"]))
            new = Event(
                kind=K.CORRECTED,
                on=on,
                recorded_at=at,
                route=route,
                corrects=draw(st.sampled_from(free)),
                data={"kind": str(to)},
            )
        else:
            new = Event(kind=draw(KINDS), on=on, recorded_at=at, route=route, promises=promises)
        try:
            history.check("openai-1", events, new)
        except (IllegalMove, BadDate):
            continue
        events.append(structs.replace(new, seq=number))
    return events


# A law, a residence and the place of the company.
LAWS = st.sampled_from(
    [
        ("eu-gdpr", "DE-BE", "IE"),
        ("eu-gdpr", "AT", "AT"),
        ("uk-gdpr", "GB-SCT", "US-CA"),
        ("us-ca-ccpa", "US-CA", "US-CA"),
        (None, "CH", "IE"),
    ]
)
