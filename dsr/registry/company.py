"""One company that must answer: names, legal entities by residence, contacts, representatives, officer, topics, promises."""

# Annotations are no text here: msgspec would read their text anew at every start, five milliseconds in all.

from msgspec import Struct

from dsr.errors import BadFile
from dsr.model import Confidence, Entity, Right, Route
from dsr.registry.facts import ALL, Group, fits
from dsr.registry.topics import Promised, Statements


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
    of `to` the record says why there is no such way. `only` says that the company takes these rights in no other way, and in
    whose words.
    """

    route: Route
    to: str = ""
    rights: tuple[str, ...] = ALL
    regimes: tuple[str, ...] = ALL
    residence: tuple[str, ...] = ALL
    only: str = ""
    note: str = ""
    reason: str = ""
    confidence: Confidence | None = None


class Contacts(Group, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All ways to reach the controller, best first within a route."""

    list: tuple[Contact, ...]


class Agent(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody who stands in for the company: a representative (GDPR Art. 27) or the data protection officer (Art. 37)."""

    name: str = ""
    residence: tuple[str, ...] = ALL
    address: tuple[str, ...] = ()
    email: str = ""
    url: str = ""
    note: str = ""
    confidence: Confidence | None = None


class Agents(Group, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The representatives, or the officers, by residence; with `absent` there is none, or none is known."""

    list: tuple[Agent, ...] = ()

    def of(self, residence: str) -> Agent | None:
        """The one for a person of that residence."""
        return next((agent for agent in self.list if fits(agent.residence, residence)), None)


class Languages(Group, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The languages (ISO 639-1) in which the company says, or is known, to answer requests."""

    list: tuple[str, ...] = ()


class Controller(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One record. `aliases` are names people use, `products` what else the record covers; both lead to it."""

    schema: int
    slug: str
    name: str
    domains: tuple[str, ...]
    entities: Entities
    contacts: Contacts
    representatives: Agents
    officer: Agents
    languages: Languages
    statements: Statements
    aliases: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    role: str = ""
    promises: tuple[Promised, ...] = ()

    def entity(self, residence: str) -> Entity:
        """The legal entity that answers to a person of that residence. Raises BadFile where the record has none."""
        for candidate in self.entities.list:
            if fits(candidate.residence, residence):
                return Entity(name=candidate.name, place=candidate.place, address=candidate.address)
        raise BadFile(f"{self.slug}.toml", f"no legal entity for residence {residence}")

    def contact(self, route: Route, right: Right, regime: str | None, residence: str) -> Contact | None:
        """The first contact that takes this right; one with a `reason` means that there is none, and why."""

        def takes(contact: Contact) -> bool:
            return (
                contact.route == route
                and ("*" in contact.rights or right in contact.rights)
                and ("*" in contact.regimes or regime in contact.regimes)
                and fits(contact.residence, residence)
            )

        return next(filter(takes, self.contacts.list), None)

    def firm(self, contact: Contact) -> bool:
        """Whether a contact is founded well enough to send something personal to it."""
        return (contact.confidence or self.contacts.confidence).firm
