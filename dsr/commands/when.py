"""Work out by when a company must answer, with the article of every date."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from dsr import places
from dsr.cases import wording
from dsr.commands import day, rows
from dsr.errors import BadDate, UnknownName, UsageError
from dsr.law import deadlines, packs
from dsr.law.deadlines import Setting, Timetable
from dsr.law.rules import Pack
from dsr.law.stops import Mark
from dsr.model import EventKind, Result

_WORDS = {
    "id-requested": EventKind.IDENTITY_REQUESTED,
    "id-received": EventKind.IDENTITY_GIVEN,
    "identity-received": EventKind.IDENTITY_GIVEN,
    "clarification-received": EventKind.CLARIFIED,
    "extension-notice": EventKind.EXTENDED,
    "reply-received": EventKind.ANSWERED,
}


def run(
    regime: Annotated[str, typer.Argument(help="A law: eu-gdpr, uk-gdpr, us-ca-ccpa.")],
    right: Annotated[str, typer.Argument(help="access, erasure ... or one clock: acknowledgement, complaint-ack.")],
    received: Annotated[str, typer.Option(help="When it reached the company: a date, or an instant with offset.")],
    country: Annotated[str | None, typer.Option(help="Where the company sits: IE, DE-BY, GB-ENG, US-CA.")] = None,
    residence: Annotated[str | None, typer.Option(help="Where you live, if the company sits elsewhere.")] = None,
    event: Annotated[list[str] | None, typer.Option(help="KIND=DATE, e.g. extension-notice=2026-12-01.")] = None,
) -> Result:
    """Work out by when a company must answer, with the article of every date. Not legal advice.

    Example: dsr when eu-gdpr access --received 2026-11-25 --country IE
    """
    pack = packs.find(regime)
    place = _place(pack, country)
    setting = Setting(place, places.parse(residence) if residence else "")
    start = _received(received, place)
    found = _when(pack, right, start, event or [], setting)
    heading = f"{pack.short}, {right}, received {start} at {place}"
    waiting = "".join(f"\n  {sentence}" for sentence in found.waiting)
    return Result(
        text=f"{heading}\n{wording.deadlines(found.deadlines)}{waiting}",
        data={
            "regime": pack.id,
            "right": right,
            "received": start.isoformat(),
            "deadlines": rows(found.deadlines),
            "waiting": list(found.waiting),
        },
    )


def _when(pack: Pack, right: str, start: date, events: list[str], setting: Setting) -> Timetable:
    marks = [mark for mark in map(_mark, events) if mark]
    if any(event.replace("_", "-").strip().lower() == "suspension=denied" for event in events):
        setting = Setting(setting.place, setting.residence, contest=True)
    return deadlines.answer(pack, right, [Mark(EventKind.RECEIVED, start), *marks], setting)


def _mark(typed: str) -> Mark | None:
    word, sign, when = typed.partition("=")
    name = word.strip().lower().replace("_", "-")
    if not sign:
        raise UsageError(f"'{typed}' is not KIND=DATE", "for example --event extension-notice=2026-12-01")
    if name == "suspension":
        if when.strip().lower() not in ("denied", "granted"):
            raise UsageError(f"'{typed}': a suspension is denied or granted", "--event suspension=denied")
        return None
    if name in _WORDS:
        return Mark(_WORDS[name], day(when))
    if name not in set(EventKind):
        raise UnknownName("event", word, [*EventKind, *_WORDS])
    return Mark(EventKind(name), day(when))


def _received(typed: str, place: str) -> date:
    """A civil date at the controller's place; an instant with its offset is converted to the date there."""
    if len(typed.strip()) <= 10:
        return day(typed)
    try:
        instant = datetime.fromisoformat(typed.strip())
    except ValueError:
        raise BadDate(typed) from None
    if instant.date().isoformat() != typed.strip()[:10]:
        raise BadDate(typed)
    if instant.tzinfo is None:
        raise BadDate(typed, "has a time but no offset from UTC", "add it, for example 2026-11-22T18:30+01:00")
    try:
        return instant.astimezone(ZoneInfo(places.zone(place))).date()
    except OverflowError:
        raise BadDate(typed) from None


def _place(pack: Pack, country: str | None) -> str:
    if country:
        return places.parse(country)
    if len(pack.territory) == 1 and "-" in pack.territory[0]:
        return pack.territory[0]
    why = "the place of the company is missing: its holidays decide the date"
    raise UsageError(why, "add --country IE (or DE-BY, GB-ENG, US-CA)")
