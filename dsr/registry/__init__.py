"""The companies and authorities dsr knows in depth: one TOML record each in `controllers/` and `authorities/`, the file's name
is the slug. README.md beside this file says how to write one.

Every group of a record carries its sources, the date of the newest one, and a confidence; what is not known is absent
with the reason. Nothing of confidence `low` or `recall` is asserted in a letter.
"""

from __future__ import annotations

import itertools
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from dsr import resources
from dsr.errors import BadFile, UnknownName
from dsr.model import Entity
from dsr.registry import competent
from dsr.registry.authority import Authority
from dsr.registry.company import Agent, Contact, Controller, EntityFor
from dsr.registry.facts import Group
from dsr.registry.topics import Statement

__all__ = [
    "AUTHORITIES",
    "CONTROLLERS",
    "Agent",
    "Authority",
    "Contact",
    "Controller",
    "EntityFor",
    "Group",
    "Outline",
    "Statement",
    "authorities",
    "authority_for",
    "competent",
    "find",
    "find_authority",
    "names",
    "outline",
    "read",
    "read_authority",
    "slugs",
]

CONTROLLERS = Path(__file__).parent / "controllers"
AUTHORITIES = Path(__file__).parent / "authorities"


def slugs() -> tuple[str, ...]:
    """The slugs of all controllers, sorted."""
    return tuple(sorted(path.stem for path in CONTROLLERS.glob("*.toml")))


@cache
def read(path: Path) -> Controller:
    """One controller from its file. Raises BadFile with the place and the problem."""
    record = resources.toml(path, Controller)
    if record.slug != path.stem:
        raise BadFile(path, f"slug '{record.slug}' differs from the file's name")
    return record


@cache
def read_authority(path: Path) -> Authority:
    """One authority from its file. Raises BadFile with the place and the problem."""
    record = resources.toml(path, Authority)
    if record.slug != path.stem:
        raise BadFile(path, f"slug '{record.slug}' differs from the file's name")
    return record


@cache
def authorities() -> tuple[Authority, ...]:
    """All authorities, by slug. Raises BadFile."""
    return tuple(read_authority(path) for path in sorted(AUTHORITIES.glob("*.toml")))


def find_authority(typed: str) -> Authority:
    """The authority of that slug, acronym or name, in any case. Raises UnknownName with close matches."""
    wanted = typed.strip().lower()
    known = {
        name.lower(): one for one in authorities() for name in (one.slug, one.short, one.name, one.english) if name
    }
    if wanted not in known:
        raise UnknownName("authority", typed, known)
    return known[wanted]


def authority_for(
    residence: str, regime: str, entity: Entity | None = None, *, work: str = "", controller: str = ""
) -> tuple[Authority, str]:
    """The authority to complain to under a law, and why it is that one; all of them: `competent.competent`.

    Raises NoLaw where none is on file, UsageError where the residence must name its part of the country.
    """
    first = competent.competent(authorities(), residence, regime, entity, work=work, controller=controller)[0]
    return first.authority, first.why


class Outline(Struct, frozen=True, kw_only=True):
    """The names of a record, without the rest: `legal` are those of its legal entities."""

    slug: str
    name: str
    aliases: tuple[str, ...]
    products: tuple[str, ...]
    domains: tuple[str, ...]
    legal: tuple[str, ...]


@cache
def names() -> dict[str, str]:
    """Every name that leads to a controller, lower case, with its slug: slugs, names, aliases, products and domains."""
    found: dict[str, str] = {}
    for slug in slugs():
        head = _start(slug, "\n[")
        lists = (head.get(key, ()) for key in ("aliases", "products", "domains"))
        found |= {str(known).lower(): slug for known in (slug, head.get("name", ""), *itertools.chain(*lists))}
    return found


def outline(slug: str) -> Outline:
    """The names of one record. Raises BadFile."""
    head = _start(slug, "\n[contacts]")
    try:
        legal = tuple(str(one["name"]) for one in head.get("entities", {}).get("list", ()))
        return msgspec.convert({"legal": legal, "aliases": (), "products": (), **head, "slug": slug}, Outline)
    except (KeyError, TypeError, msgspec.ValidationError) as problem:
        raise BadFile(CONTROLLERS / f"{slug}.toml", str(problem)) from problem


def _start(slug: str, end: str) -> dict[str, Any]:
    """The tables of a record before some mark: all names stand in front, and fifty whole records would take a fifth of a
    second."""
    path = CONTROLLERS / f"{slug}.toml"
    try:
        return tomllib.loads(path.read_text(encoding="utf-8").partition(end)[0])
    except ValueError as problem:
        raise BadFile(path, f"not TOML: {problem}") from problem


def find(typed: str) -> Controller:
    """The controller of that slug, alias, product or domain, in any case. Raises UnknownName with close matches."""
    name = typed.strip().lower()
    if (path := CONTROLLERS / f"{name}.toml") in CONTROLLERS.glob("*.toml"):
        return read(path)
    if name in names():
        return read(CONTROLLERS / f"{names()[name]}.toml")
    raise UnknownName("controller", typed, names())
