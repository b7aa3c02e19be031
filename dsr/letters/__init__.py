"""Write a letter: one template per family of laws, letter and language, filled with what the person chose to say.

A letter discloses what stands in it and nothing else; `Letter.discloses` names that. Values are cleaned to
one line before they reach a template, so that no name can forge a line or a header.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from dsr.errors import MissingField, NoLaw, UsageError
from dsr.law import packs
from dsr.letters import cleaning, families, filling, words
from dsr.letters.asks import ITEMS, Asks, Happened, Party, Story, asked_items
from dsr.letters.families import available, check
from dsr.letters.kinds import KINDS, FollowUp, Form, Kind
from dsr.letters.laws import cited, law
from dsr.letters.letter import Letter
from dsr.model import Entity, Right, Route, Subject

__all__ = [
    "ITEMS", "KINDS", "Asks", "FollowUp", "Form", "Happened", "Kind", "Letter", "Party", "Story", "asked_items", "available",
    "render", "why_not",
]  # fmt: skip


_NEEDS = {
    "asked_on": "when the request was sent",
    "due_on": "when the answer was due",
    "missing": "what the answer lacks",
}


def why_not(regime: str, name: str, lang: str, folder: Path | None = None) -> str:
    """Why there is no such letter, in one sentence; empty where there is one. Raises UnknownName for an unknown law or name."""
    return families.reason(regime, name, lang, folder)


def render(
    *,
    regime: str,
    right: Right,
    lang: str,
    subject: Subject,
    controller: str,
    entity: Entity,
    service: str,
    reference: str,
    on: date,
    route: Route,
    name: str = "",
    asks: Asks = Asks(),  # noqa: B008  frozen
    story: Story | None = None,
    folder: Path | None = None,
) -> Letter:
    """Write a letter of `subject` to `entity`; `controller` is the slug, `service` the name people know.

    `name` is the letter: that of the right, unless told otherwise; `right` is what the request is about. `folder` holds a
    person's own templates, which go before ours.

    Raises MissingField for the profile, UsageError for what a follow-up must know, UnknownName where there is no such letter,
    NoLaw for a law that is not in force on that day, TooLong, and BadFile where a template does not render.
    """
    name = name or right.value
    _allowed(regime, name, right, lang, on, folder)
    asks, story = asks.clean(), _story(name, story, regime, lang)
    if not (writer := cleaning.line(subject.name, "name")):
        raise MissingField("name", "a letter", 'name "Ada Lovelace"')
    account = cleaning.email(subject.accounts.get(controller, ""))
    email = account or cleaning.email(subject.account(controller))
    if route is Route.EMAIL and not email:
        raise MissingField("e-mail", "a letter by e-mail", "email ada@example.org")
    address = _postal(subject, _place(name, entity, story), lang) if route is Route.POST else ()
    facts: dict[str, Any] = {"name": writer, "account": "" if asks.photos_of_others else account, "email": email}
    facts |= {"service": cleaning.line(service, "name of the service"), "company": cleaning.line(entity.name)}
    facts |= {"reference": cleaning.line(reference, "reference"), "route": route.value, "address": address}
    facts |= {"asks": asks, "story": story, "right": right.value, "today": on, **_speech(regime, right, lang, name, on)}
    title, body = filling.fill(families.template(regime, name, lang, folder), facts, folder)
    head = asks.acting_for if name == Form.AUTHORISATION else writer
    sender = (head, *(address or filter(None, (email,))))
    return Letter(
        regime=regime,
        right=right,
        lang=lang,
        route=route,
        reference=facts["reference"],
        subject=title,
        body=body,
        email=email,
        sender=sender,
        recipient=_recipient(name, entity, story, lang),
        dated=facts["dated"](on),
        discloses=_told(facts, "\n".join((*sender, title, body))),
        enclosures=_enclosures(asks, story, facts["dated"]),
        name="" if name == right else name,
    )


def _told(facts: dict[str, Any], seen: str) -> tuple[str, ...]:
    """The fields of the person whose values stand in what is seen."""
    asks: Asks = facts["asks"]
    said = {"name": facts["name"], "account e-mail" if facts["account"] else "e-mail": facts["email"]}
    said |= {"postal address": "\n".join(facts["address"])}
    said |= {"child's name": asks.for_child, "principal's name": asks.mandate}
    told = tuple(field for field, value in said.items() if value and value in seen)
    return (*told, "own words") if any(one in seen for one in asks.texts()) else told


def _allowed(regime: str, name: str, right: Right, lang: str, on: date, folder: Path | None) -> None:
    """Raise unless there is such a letter, about that right, under a law in force."""
    check(regime, name, lang, folder)
    if right not in KINDS[name].rights:
        known = ", ".join(KINDS[name].rights)
        raise NoLaw(f"the {name} letter does not follow a request of '{right}'", f"it follows: {known}")
    if (
        name != right
        and (why := families.reason(regime, right, lang, folder))
        and right not in packs.find(regime).rights
    ):
        raise NoLaw(f"there is no {right} request under {regime}", why)
    if on < (pack := packs.find(regime)).in_force_from:
        raise NoLaw(f"{pack.short} is in force only from {pack.in_force_from}", "dsr law list")


def _story(name: str, story: Story | None, regime: str, lang: str) -> Story | None:
    """The case as the letter may tell it. Raises MissingField, naming what a follow-up must know."""
    for need in KINDS[name].needs:
        if not getattr(story, need, None):
            raise UsageError(f"the {name} letter needs to know: {_NEEDS[need]}", "dsr show lists what the case holds")
    return replace(story.clean(), due_article=cited(story.due_article, regime, lang)) if story else None


@lru_cache(1_000)
def _speech(regime: str, right: Right, lang: str, name: str, on: date) -> dict[str, Any]:
    """What the language and the law lend to every template; the same for all letters of a kind."""
    said, mine = words.read(lang).under(regime), law(regime, right, lang, on)
    return {
        "law": mine,
        "words": said,
        "request": said.request[name if name == Form.PHOTOS else right],
        "dated": said.dated,
        "within": said.in_time,
        "cite": lru_cache(lambda *refs: said.cited(mine.short, *refs)),
        "art": lru_cache(lambda *refs: said.cited("", *refs)),
        "stop": cleaning.stop,
        "item": lru_cache(lambda key: said.item[key].format(authority=mine.authority)),
        "section": lru_cache(lambda number: said.cite.section.format(n=number, act=mine.act)),
    }


def _recipient(name: str, entity: Entity, story: Story | None, lang: str) -> tuple[str, ...]:
    """Who gets the letter, as on the envelope; the authority for a complaint, by a general name where none is known."""
    if name != FollowUp.COMPLAINT:
        return tuple(filter(None, map(cleaning.line, (entity.name, *entity.address))))
    if story and story.authority:
        return (story.authority.name, *story.authority.address)
    return (words.read(lang).authority_heading,)


def _enclosures(asks: Asks, story: Story | None, dated: Callable[[date], str]) -> tuple[str, ...]:
    """What goes with the letter: the paper that shows an authority, the letters before, and what the person adds."""
    told = (*(f"{title} ({dated(on)})" for title, on in story.letters), *story.enclosures) if story else ()
    return tuple(filter(None, (asks.authority if asks.acting_for else "", *told)))


def _place(name: str, entity: Entity, story: Story | None) -> str:
    """Where the letter goes, in ISO 3166; empty where that is not known of an authority."""
    if name != FollowUp.COMPLAINT:
        return entity.place
    return story.authority.place if story and story.authority else ""


def _postal(subject: Subject, place: str, lang: str) -> tuple[str, ...]:
    """The sender's address, with the country where the answer must cross a border: by its name in the language of the letter,
    which whoever answers it reads."""
    lines = tuple(filter(None, map(cleaning.line, subject.address.lines))) if subject.address else ()
    if not lines or not subject.address:
        raise MissingField("address", "a letter by post", 'address "Kastanienallee 1" "10435 Berlin"')
    home = cleaning.line(subject.address.country)
    return lines if not home or place.startswith(home) else (*lines, _country(home, lang))


@lru_cache(1_000)
def _country(code: str, lang: str) -> str:
    """The name of a country in a language, as Unicode's CLDR has it; the code itself where it has none."""
    from babel import Locale, UnknownLocaleError

    try:
        return str(Locale.parse(lang).territories.get(code, code))
    except (UnknownLocaleError, ValueError):
        return code
