"""One question to the clock of a law as it is typed: which law, which right, received when and where, and what happened since.

The words of the laws stand for our kinds of event: `id_requested`, `clarification_received`, `extension_notice` ...
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from msgspec import Struct

from dsr import dates, places
from dsr.errors import BadDate, UnknownName, UsageError
from dsr.law import deadlines, packs
from dsr.law.deadlines import Setting, Timetable
from dsr.law.rules import Pack
from dsr.law.stops import Mark
from dsr.model import EventKind

K = EventKind
WORDS = {
    "id-requested": K.IDENTITY_REQUESTED,
    "id-received": K.IDENTITY_GIVEN,
    "id-given": K.IDENTITY_GIVEN,
    "identity-received": K.IDENTITY_GIVEN,
    "clarification-received": K.CLARIFIED,
    "clarification-given": K.CLARIFIED,
    "extension-notice": K.EXTENDED,
    "reply-received": K.ANSWERED,
    "refusal-received": K.DENIED,
}
_ANSWERS = frozenset({K.IDENTITY_GIVEN, K.FEE_PAID, K.CLARIFIED})
_SUSPENSION = {"granted": False, "denied": True}


class Question(Struct, frozen=True):
    """What is asked of a law: `word` is a right or one clock; the first of the marks is the receipt."""

    pack: Pack
    word: str
    marks: tuple[Mark, ...]
    setting: Setting

    @property
    def received(self) -> date:
        """The civil date of receipt at the company's place."""
        return self.marks[0].on

    def answer(self) -> Timetable:
        """The dates and sentences of the law; raises as `deadlines.answer` does."""
        return deadlines.answer(self.pack, self.word, self.marks, self.setting)


def ask(
    regime: str, word: str, received: str, *, country: str = "", residence: str = "", events: Iterable[str] = ()
) -> Question:
    """A question from what was typed. `received` and the events' dates may be instants: the civil date at the company counts.

    Raises UnknownName, BadDate, and UsageError where the place or an event cannot be understood.
    """
    pack = packs.find(regime)
    place = place_of(pack, country)
    marks, contest = _happened(events, place)
    home = places.parse(residence) if residence.strip() else ""
    first = _mark(K.RECEIVED, received, place)
    return Question(pack, word, (first, *marks), Setting(place, home, contest))


def plain(typed: str) -> str:
    """A word as the laws and we write it: lower case, hyphens."""
    return typed.strip().lower().replace("_", "-")


def place_of(pack: Pack, country: str) -> str:
    """Where the company sits: as typed, else the one country or state of the law. Raises UsageError and UnknownName."""
    if country.strip():
        return places.parse(country)
    if len(pack.territory) == 1 and places.country(pack.territory[0]) in places.COUNTRIES:
        return pack.territory[0]
    why = "the place of the company is missing: its holidays decide the date"
    raise UsageError(why, "add --country IE (or DE-BY, GB-ENG, US-CA)")


def _mark(kind: EventKind, typed: str, place: str) -> Mark:
    """What happened, on the civil date at the company's place, with the instant there if one was given."""
    moment = dates.moment(typed)
    if not isinstance(moment, datetime):
        return Mark(kind, moment)
    try:
        there = moment.astimezone(ZoneInfo(places.zone(place)))
    except OverflowError:
        raise BadDate(typed) from None
    return Mark(kind, there.date(), there)


def _happened(typed: Iterable[str], place: str) -> tuple[list[Mark], bool]:
    """Events as `KIND=DATE`, in order of date, and whether `suspension=denied` contests a pause that is not in the law."""
    marks: list[Mark] = []
    contest = False
    for event in typed:
        word, sign, when = event.partition("=")
        name = plain(word)
        if not sign:
            raise UsageError(f"'{event}' is not KIND=DATE", "for example --event extension-notice=2026-12-01")
        if name == "suspension":
            contest = _suspension(event, when)
        else:
            marks.append(_mark(_kind(word, name), when, place))
    return sorted(marks, key=lambda mark: (mark.on, mark.kind in _ANSWERS)), contest


def _suspension(event: str, when: str) -> bool:
    name = when.strip().lower()
    if name not in _SUSPENSION:
        raise UsageError(f"'{event}': a suspension is denied or granted", "--event suspension=denied")
    return _SUSPENSION[name]


def _kind(word: str, name: str) -> EventKind:
    if name == K.RECEIVED:
        raise UsageError(f"'{word.strip()}' is no event here", "the day of receipt has its own option: --received")
    if name in WORDS:
        return WORDS[name]
    if name not in set(EventKind):
        raise UnknownName("event", word, [*EventKind, *WORDS, "suspension"])
    return EventKind(name)
