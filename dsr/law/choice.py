"""Which laws may apply to a request, from residence, company, right and date; several may, and then the person chooses.

A law applies where the person lives in its territory, or where the company is established there and the law protects whoever
the person is (GDPR Art. 3(1), https://eur-lex.europa.eu/eli/reg/2016/679/oj#art_3). dsr's pick is the law of the residence
that is in force, binds companies in general, gives the right, is verified, and is the nearest to the person, in this order.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from msgspec import Struct, structs

from dsr import places
from dsr.law import packs
from dsr.law.periods import spell
from dsr.law.rules import ClockRule, Pack
from dsr.model import Confidence, Right


class Applies(StrEnum):
    """How far a law applies to the request, best first."""

    YES = "applies"
    NARROW = "only-for-some"
    NOT_YET = "not-yet-in-force"
    NO_LONGER = "no-longer-in-force"


class Choice(Struct, frozen=True, kw_only=True):
    """One law that may apply: how far and why, what it gives for the right, by when, and how well that is known.

    `gives` is False where the law does not give the right; `answer` then says what it gives instead. `picked` marks the
    law that dsr takes where the person names none.
    """

    pack: Pack
    applies: Applies
    why: str
    gives: bool
    answer: str
    article: str
    url: str
    confidence: Confidence
    picked: bool = False


def laws(residence: str, right: Right, on: date, place: str = "") -> tuple[Choice, ...]:
    """Every law on file that may apply to that right on that day, the picked one first.

    `place` is where the company sits; empty where it is not known. Reads all packs.
    """
    found = [_choice(pack, residence, right, on, place) for pack in map(packs.find, packs.ids())]
    ordered = sorted(filter(None, found), key=lambda choice: _order(choice, residence))
    if ordered and ordered[0].applies is Applies.YES:
        ordered[0] = structs.replace(ordered[0], picked=True)
    return tuple(ordered)


def pick(residence: str, right: Right, on: date, place: str = "") -> Pack | None:
    """The law that dsr takes where the person names none; None where no law on file applies."""
    return next((choice.pack for choice in laws(residence, right, on, place) if choice.picked), None)


def _order(choice: Choice, residence: str) -> tuple[object, ...]:
    pack = choice.pack
    nearest = residence in pack.territory
    here = pack.within(residence)
    return (
        list(Applies).index(choice.applies),
        not here,
        not choice.gives,
        not choice.confidence.firm,
        not nearest,
        pack.id,
    )


def _choice(pack: Pack, residence: str, right: Right, on: date, place: str) -> Choice | None:
    here = pack.within(residence)
    seated = bool(place) and any(places.covers(group, place) for group in pack.establishment)
    if not here and not seated:
        return None
    gives, answer = right in pack.rights, instead(pack, right)
    rule = pack.rights.get(right) or pack.absent.get(right)
    confidence = pack.sure(rule) if rule else pack.confidence
    article, url = (rule.article, rule.url) if rule else ("", "")
    if gives:
        clock = clock_of(pack, right, residence, on)
        answer = period_of(pack, right, clock)
        if clock:
            article, url, confidence = clock.article, clock.url, pack.sure(clock)
    applies, when = _standing(pack, on)
    return Choice(
        pack=pack, applies=applies, why=_why(pack, residence, place, here=here) + when, gives=gives,
        answer=answer, article=article, url=url, confidence=confidence,
    )  # fmt: skip


def _standing(pack: Pack, on: date) -> tuple[Applies, str]:
    if on < pack.in_force_from:
        return Applies.NOT_YET, f"; in force from {spell(pack.in_force_from)}"
    if pack.in_force_until and on > pack.in_force_until:
        return Applies.NO_LONGER, f"; in force until {spell(pack.in_force_until)}"
    return (Applies.NARROW, f"; only for some: {pack.narrow.rstrip('.')}") if pack.narrow else (Applies.YES, "")


def _why(pack: Pack, residence: str, place: str, *, here: bool) -> str:
    rule = f" ({pack.establishment_rule.article})" if pack.establishment_rule else ""
    if not here:
        return f"the company is established in {place}: that law binds it wherever you live{rule}"
    if not place or pack.within(place):
        return f"you live in {residence}" + (
            f", and the company sits in this law's territory too ({place})" if place else ""
        )
    return f"you live in {residence}; the company, in {place}, is bound if it serves people where you live"


def clock_of(pack: Pack, right: Right, residence: str, on: date) -> ClockRule | None:
    """The clock that answers a right on that day; None where the law has no number for it, or not on that day."""
    own = (clock for clock in pack.serving[right] if clock.kind == "response" and right in clock.rights)
    return next((clock for clock in own if clock.lives(residence) and clock.in_force(on)), None)


def period_of(pack: Pack, right: Right, clock: ClockRule | None) -> str:
    """The answer period in words: `1 month, 3 months if extended`, or the law's own word where it has no number."""
    if clock is None:
        return _without_clock(pack, right)
    if clock.extension is None:
        return str(clock.period)
    longer = f"{clock.extension.period}" if clock.extension.period else "a later day that the company names,"
    return f"{clock.period}, {longer} if extended"


def _without_clock(pack: Pack, right: Right) -> str:
    rule = pack.rights[right]
    dated = [clock for clock in pack.serving[right] if right in clock.rights and clock.in_force_from]
    if not rule.answer and dated:
        return (
            f"no period yet or any more: {dated[-1].period} from {spell(dated[-1].in_force_from or pack.in_force_from)}"
        )
    said = rule.answer or "no number in the law"
    return f"{said} (as a guide: {rule.guide.period})" if rule.guide else said


def instead(pack: Pack, right: Right) -> str:
    """What a law without that right has to offer: its own sentence, else the rights that it gives."""
    if right in pack.absent:
        return pack.absent[right].says
    return f"{pack.short} gives no right of {right}; it gives: {', '.join(pack.rights)}"
