"""The companies and authorities dsr knows in depth: one TOML record each in `controllers/` and `authorities/`, the file's name
is the slug. README.md beside this file says how to write one.

Every group of a record carries its sources, the date of the newest one, and a confidence; what is not known is absent
with the reason. Nothing of confidence `low` or `recall` is asserted in a letter.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from dsr import resources
from dsr.errors import BadFile, UnknownName
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
    "Statement",
    "authorities",
    "find",
    "names",
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


@cache
def names() -> dict[str, str]:
    """Every name that leads to a controller, lower case, with its slug: slugs, names, aliases, products and domains."""
    return {known: slug for slug in slugs() for known in _head(CONTROLLERS / f"{slug}.toml")}


def _head(path: Path) -> Iterator[str]:
    """The names in the first table of a record. Only this part is read: fifty whole records would take a fifth of a second."""
    text = path.read_text(encoding="utf-8").partition("\n[")[0]
    try:
        head = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise BadFile(path, f"not TOML: {problem}") from problem
    lists = (head.get(key, ()) for key in ("aliases", "products", "domains"))
    for known in (path.stem, head.get("name", ""), *(name for one in lists for name in one)):
        yield str(known).lower()


def find(typed: str) -> Controller:
    """The controller of that slug, alias, product or domain, in any case. Raises UnknownName with close matches."""
    name = typed.strip().lower()
    if (path := CONTROLLERS / f"{name}.toml") in CONTROLLERS.glob("*.toml"):
        return read(path)
    if name in names():
        return read(CONTROLLERS / f"{names()[name]}.toml")
    raise UnknownName("controller", typed, names())
