"""Stores full of made-up cases, for `bench.py` to look at."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from dsr import registry
from dsr.model import Event, EventKind, Request, Right, Route, Subject
from dsr.store import Ledger

RESIDENCES = {"DE-BE": "eu-gdpr", "FR": "eu-gdpr", "GB-SCT": "uk-gdpr", "US-CA": "us-ca-ccpa"}  # and the law of each
K = EventKind
Life = tuple[tuple[EventKind, int], ...]

# Days before today on which things happened, by kind: what becomes of seven cases in a row that stay open, and of three more.
OPEN: tuple[Life, ...] = (
    ((K.DRAFTED, 3),),
    ((K.DRAFTED, 12), (K.SENT, 11)),
    ((K.DRAFTED, 20), (K.SENT, 20), (K.RECEIVED, 19)),
    ((K.DRAFTED, 29), (K.SENT, 28), (K.RECEIVED, 28), (K.ACKNOWLEDGED, 26)),
    ((K.DRAFTED, 60), (K.SENT, 59)),
    ((K.DRAFTED, 45), (K.SENT, 44), (K.RECEIVED, 43), (K.EXTENDED, 20)),
    ((K.DRAFTED, 70), (K.SENT, 70), (K.IDENTITY_REQUESTED, 66)),
)
MIXED: tuple[Life, ...] = (
    *OPEN,
    ((K.DRAFTED, 80), (K.SENT, 79), (K.RECEIVED, 78), (K.ANSWERED, 55)),
    ((K.DRAFTED, 40), (K.SENT, 40), (K.ANSWERED, 15)),
    ((K.DRAFTED, 90), (K.SENT, 89), (K.RECEIVED, 88), (K.DENIED, 61)),
)
# Open, and no date is near under any of the laws: everybody acknowledged, and the answer has weeks.
QUIET: tuple[Life, ...] = (
    ((K.DRAFTED, 9), (K.SENT, 8), (K.ACKNOWLEDGED, 7)),
    ((K.DRAFTED, 6), (K.SENT, 5), (K.RECEIVED, 4), (K.ACKNOWLEDGED, 3)),
    ((K.DRAFTED, 12), (K.SENT, 11), (K.RECEIVED, 10), (K.ACKNOWLEDGED, 9)),
)


def fill(home: Path, today: date, count: int, lives: tuple[Life, ...] = MIXED) -> None:
    """Put cases into a store: four residences under three laws, all controllers, both letters, begun in the last three months."""
    slugs, rights = registry.slugs(), (Right.ACCESS, Right.ERASURE)
    with Ledger(home) as ledger:
        ledger._db.execute("PRAGMA synchronous = OFF")  # nobody misses these cases after a crash
        for place in RESIDENCES:
            subject = Subject(id=place.lower(), name="Ada Example", emails=("ada@example.org",), residence=place)
            ledger.put_subject(subject)
        for number in range(count):
            life, rest = lives[number % len(lives)], number // len(lives)
            place, slug, right = list(RESIDENCES)[rest % 4], slugs[rest // 4 % len(slugs)], rights[rest // 20 % 2]
            events = [
                Event(
                    kind=kind,
                    on=today - timedelta(days=ago + rest % 7),
                    recorded_at=datetime.now(UTC) - timedelta(days=ago),
                    route=Route.EMAIL if kind in (K.DRAFTED, K.SENT) else None,
                )
                for kind, ago in life
            ]
            request = ledger.add(lambda n, p=place, s=slug, r=right: case(n, p, s, r), lambda _, e=events: e[0])  # type: ignore[misc]
            for event in events[1:]:
                ledger.append(request.id, event)


def case(number: int, place: str, slug: str, right: Right) -> Request:
    """One of the cases."""
    return Request(
        id=f"{slug}-{number}",
        subject=place.lower(),
        controller=slug,
        regime=RESIDENCES[place],
        right=right,
        entity=registry.find(slug).entity(place),
        residence=place,
        reference="2345-6789",
        created_at=datetime.now(UTC),
    )
