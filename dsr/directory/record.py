"""An imported company as a controller that letters can be written to, and what the person added laid over any record.

Nothing is claimed that the import does not say: every topic it is silent about is absent with that reason, and its contacts are
confirmed by the person before something personal goes there, unless the record is dated and fresh.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TypedDict

from msgspec import structs

from dsr.directory.entry import Entry
from dsr.directory.index import Imported
from dsr.model import Confidence, Right, Route
from dsr.registry.company import Agents, Contact, Contacts, Controller, Entities, EntityFor, Languages
from dsr.registry.facts import STALE_AFTER
from dsr.registry.topics import (
    AutomationTerms,
    Deletion,
    Export,
    Identity,
    Photos,
    Retention,
    Selling,
    Statements,
    Training,
    Way,
)

_DIFFICULTY = {
    "easy": "It is an easy thing to do.",
    "medium": "It takes some steps.",
    "hard": "It cannot be done without writing to the company.",
    "limited": "It is offered in some places only.",
    "impossible": "It cannot be done, according to this directory.",
}
_SERVICE_FIRST = ("own", "justdeleteme", "unlock-my-data", "datenanfragen")


class _Said(TypedDict):
    source: tuple[str, ...]
    on: date
    confidence: Confidence


class _Silent(_Said):
    absent: str


def where_from(found: Entry, stamps: Mapping[str, Imported]) -> str:
    """One line on where a record comes from: directory, licence, the record's own date or the state of the files."""
    if found.source == "own":
        return f"added by you on {found.on}"
    stamp = stamps[found.source]
    dated = f"record of {found.on}" if found.on else "a record without a date of its own"
    state = f", state of {stamp.state_on}" if stamp.state_on else ""
    return f"directory {found.source} ({stamp.licence}), {dated}{state}, imported {stamp.imported_on}"


def doubt(found: Entry, stamps: Mapping[str, Imported], today: date) -> str:
    """Why a contact of that record must be confirmed by the person; empty where it need not."""
    if found.source == "own":
        return ""
    if found.on is None or today - found.on > STALE_AFTER:
        return f"from {where_from(found, stamps)}"
    return ""


def controller(slug: str, entries: Sequence[Entry], stamps: Mapping[str, Imported], today: date) -> Controller:
    """The company of a slug as its imported records (best first) have it."""
    service = min(entries, key=lambda one: _SERVICE_FIRST.index(one.source)).name
    source = tuple(where_from(one, stamps) for one in entries)
    known = [
        one.on or stamps[one.source].state_on or stamps[one.source].imported_on
        for one in entries
        if one.source in stamps
    ]
    on = max((*known, *(one.on for one in entries if one.source == "own" and one.on)))
    said = _Said(source=source, on=on, confidence=Confidence.LOW)
    silent = _Silent(**said, absent="the imported records say nothing about it")
    return Controller(
        schema=1,
        slug=slug,
        name=service,
        domains=tuple(dict.fromkeys(domain for one in entries for domain in one.domains)),
        aliases=tuple(dict.fromkeys(name for one in entries for name in (one.name, *one.names))),
        entities=Entities(**said, list=(_entity(entries),)),
        contacts=Contacts(**said, list=_contacts(entries, stamps, today)),
        representatives=Agents(**silent),
        officer=Agents(**silent),
        languages=_languages(entries, said, silent),
        statements=Statements(
            photos=Photos(**silent),
            training=Training(**silent),
            selling=Selling(**silent),
            retention=Retention(**silent),
            export=_export(entries, said, silent),
            deletion=_deletion(entries, said, silent),
            identity=_identity(entries, said, silent),
            automation_terms=AutomationTerms(**silent),
        ),
    )


def _entity(entries: Sequence[Entry]) -> EntityFor:
    """The legal entity: of the first record that has an address, else of the first one."""
    legal = next(filter(_postal, entries), entries[0])
    country = next((one.country for one in entries if one.country), "")
    named = next((one for one in entries if one.source == "datenanfragen"), legal)
    address = legal.address if _postal(legal) else ()
    return EntityFor(name=named.name, place=country, residence=("*",), address=address)


def _postal(one: Entry) -> bool:
    """Whether a record has an address that can stand on an envelope: lines, with the country."""
    return len(one.address) > 1 and bool(one.country)


def _contacts(entries: Sequence[Entry], stamps: Mapping[str, Imported], today: date) -> tuple[Contact, ...]:
    found: list[Contact] = []
    for one in entries:
        found += _ways(one, doubt(one, stamps, today))
    for route, what in ((Route.PORTAL, "web form"), (Route.EMAIL, "e-mail address")):
        found.append(Contact(route=route, reason=f"no {what} is in the imported records"))
    if legal := next(filter(_postal, entries), None):
        found.append(_post(doubt(legal, stamps, today)))
    found.append(Contact(route=Route.POST, reason="no postal address is in the imported records"))
    return tuple(found)


def _ways(one: Entry, unsure: str) -> list[Contact]:
    """A record's own contacts; one for deletions only goes before the general one."""
    confidence = Confidence.LOW if unsure else Confidence.HIGH if one.source == "own" else Confidence.MEDIUM
    note = unsure or ("you wrote it down" if one.source == "own" else "")
    erasure, access = (Right.ERASURE.value,), (Right.ACCESS.value, Right.PORTABILITY.value)
    ways = (
        (Route.PORTAL, one.form, ("*",)),
        (Route.PORTAL, one.export_url, access),
        (Route.EMAIL, one.erasure_email, erasure),
        (Route.EMAIL, one.email, ("*",)),
    )
    return [
        Contact(route=route, to=to, rights=rights, confidence=confidence, note=note) for route, to, rights in ways if to
    ]


def _post(unsure: str) -> Contact:
    return Contact(route=Route.POST, note=unsure, confidence=Confidence.LOW if unsure else Confidence.MEDIUM)


def _languages(entries: Sequence[Entry], said: _Said, silent: _Silent) -> Languages:
    found = tuple(dict.fromkeys(one.language for one in entries if one.language))
    return Languages(**said, list=found) if found else Languages(**silent)


def _export(entries: Sequence[Entry], said: _Said, silent: _Silent) -> Export:
    ways = tuple(
        Way(route=Route.SETTINGS, where="the page for it", url=one.export_url) for one in entries if one.export_url
    )
    if not ways:
        return Export(**silent)
    return Export(**said, short="There is a page for it, according to an open directory.", ways=ways)


def _deletion(entries: Sequence[Entry], said: _Said, silent: _Silent) -> Deletion:
    found = next((one for one in entries if one.source == "justdeleteme"), None)
    if found is None:
        return Deletion(**silent)
    url = found.deletion_url
    ways = (Way(route=Route.SETTINGS, where="the page for it", url=url),) if url else ()
    short = _DIFFICULTY.get(found.difficulty, "An open directory describes it.")
    return Deletion(**said, short=short, says=found.notes, ways=ways)


def _identity(entries: Sequence[Entry], said: _Said, silent: _Silent) -> Identity:
    if not any(one.needs_id for one in entries):
        return Identity(**silent)
    short = "An open directory says that it asks for an identity document; offer less first."
    return Identity(**said, short=short, asks=("id-document",))


def laid_over(record: Controller, own: Entry) -> Controller:
    """A record with what the person added in front: their contacts are tried first."""
    ways = tuple(_ways(own, ""))
    contacts = structs.replace(record.contacts, list=(*ways, *record.contacts.list))
    entities = record.entities
    if _postal(own):
        legal = EntityFor(name=own.name or record.name, place=own.country, residence=("*",), address=own.address)
        entities = structs.replace(entities, list=(legal,))
        post = Contact(route=Route.POST, note="you wrote it down", confidence=Confidence.HIGH)
        contacts = structs.replace(contacts, list=(post, *contacts.list))
    return structs.replace(record, contacts=contacts, entities=entities)


def marked(record: Controller, bounces: Mapping[str, date]) -> Controller:
    """A record in which contacts to which a letter bounced come last, with the day; `bounces` is keyed by where it went."""
    if not bounces:
        return record
    posts = {", ".join((one.name, *one.address)) for one in record.entities.list}
    good: list[Contact] = []
    bad: list[Contact] = []
    for one in record.contacts.list:
        when = bounces.get(one.to) if one.to else max((day for to, day in bounces.items() if to in posts), default=None)
        if when is None or one.reason or (one.route == Route.POST) == bool(one.to):
            good.append(one)
        else:
            note = f"a letter to it came back on {when}; {one.note}".rstrip("; ")
            bad.append(structs.replace(one, confidence=Confidence.LOW, note=note))
    reasons = [one for one in good if one.reason]
    usable = [one for one in good if not one.reason]
    return structs.replace(record, contacts=structs.replace(record.contacts, list=(*usable, *bad, *reasons)))
