"""The controllers dsr knows in depth: one TOML record per company in `controllers/`, the file's name is its slug.

Every group of a record carries its sources, the date of the newest one, and a confidence; what is not known is absent
with the reason. Nothing of confidence `low` or `recall` is asserted in a letter.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

from msgspec import Struct

from dsr import places, resources
from dsr.errors import BadFile, UnknownName
from dsr.model import Confidence, Entity, Promise, Right, Route

CONTROLLERS = Path(__file__).parent / "controllers"
ALL = ("*",)


class Group(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a group of facts comes from: sources in words, date of the newest, confidence."""

    source: tuple[str, ...]
    date: date
    confidence: Confidence


class EntityFor(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A legal entity and the residences (groups of `places.covers`) for which it is the controller."""

    name: str
    place: str
    residence: tuple[str, ...]
    address: tuple[str, ...] = ()
    note: str = ""


class Entities(Group, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The legal entities, first match wins; `["*"]` last is everybody else."""

    list: tuple[EntityFor, ...]


class Contact(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A way to reach the controller with some rights, under some regimes, from some residences.

    `to` is an e-mail address or a URL; for `post` it is empty and the entity's address counts. With `reason` instead
    of `to` the record says why there is no such way.
    """

    route: Route
    to: str = ""
    rights: tuple[str, ...] = ALL
    regimes: tuple[str, ...] = ALL
    residence: tuple[str, ...] = ALL
    note: str = ""
    reason: str = ""
    confidence: Confidence | None = None


class Contacts(Group, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All ways to reach the controller, best first within a route."""

    list: tuple[Contact, ...]


class Statement(Group, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the controller (or an observer, named in the source) says about one topic, in our words."""

    says: tuple[str, ...] = ()
    unknown: str = ""


class Promised(Group, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the provider promises about one of its own buttons."""

    promise: Promise
    action: str
    says: str


class Controller(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One record. `aliases` are names people use, `statements` are keyed by topic; `languages` are those in which it is known
    to answer (ISO 639-1), empty where that is not on record."""

    schema: int
    slug: str
    name: str
    domains: tuple[str, ...]
    entities: Entities
    contacts: Contacts
    statements: dict[str, Statement]
    aliases: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    role: str = ""
    promises: tuple[Promised, ...] = ()

    def entity(self, residence: str) -> Entity:
        """The legal entity that answers to a person of that residence. Raises BadFile where the record has none."""
        for candidate in self.entities.list:
            if any(places.covers(group, residence) for group in candidate.residence):
                return Entity(name=candidate.name, place=candidate.place, address=candidate.address)
        raise BadFile(f"{self.slug}.toml", f"no legal entity for residence {residence}")

    def contact(self, route: Route, right: Right, regime: str | None, residence: str) -> Contact | None:
        """The first contact that takes this right; one with a `reason` means that there is none, and why."""

        def fits(contact: Contact) -> bool:
            return (
                contact.route == route
                and ("*" in contact.rights or right in contact.rights)
                and ("*" in contact.regimes or regime in contact.regimes)
                and any(places.covers(group, residence) for group in contact.residence)
            )

        return next(filter(fits, self.contacts.list), None)

    def firm(self, contact: Contact) -> bool:
        """Whether a contact is founded well enough to send something personal to it."""
        return (contact.confidence or self.contacts.confidence).firm


def slugs() -> tuple[str, ...]:
    """The slugs of all records, sorted."""
    return tuple(sorted(path.stem for path in CONTROLLERS.glob("*.toml")))


@cache
def read(path: Path) -> Controller:
    """One record from its file. Raises BadFile with the place and the problem."""
    record = resources.toml(path, Controller)
    if record.slug != path.stem:
        raise BadFile(path, f"slug '{record.slug}' differs from the file's name")
    return record


def find(typed: str) -> Controller:
    """The controller of that slug, alias or domain, in any case. Raises UnknownName with close matches."""
    name = typed.strip().lower()
    if (path := CONTROLLERS / f"{name}.toml") in CONTROLLERS.glob("*.toml"):
        return read(path)
    names: dict[str, Controller] = {}
    for slug in slugs():
        record = read(CONTROLLERS / f"{slug}.toml")
        names.update({known.lower(): record for known in (slug, record.name, *record.aliases, *record.domains)})
    if name in names:
        return names[name]
    raise UnknownName("controller", typed, names)
