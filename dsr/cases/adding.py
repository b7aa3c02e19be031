"""What the person adds to the directory, and the look whether a company's contacts still live."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from dsr import places, registry
from dsr.cases import companies
from dsr.directory import check as health
from dsr.directory import cleaning, holdings
from dsr.directory.check import Finding
from dsr.directory.entry import Entry
from dsr.directory.folding import fold
from dsr.errors import UnknownName, UsageError
from dsr.model import Person, Route
from dsr.registry.company import Controller

if TYPE_CHECKING:
    from dns.resolver import Resolver

_URL = re.compile(r"https://[^\s,;\"]+[^\s,;\".)]")


class Given(Struct, frozen=True):
    """What was typed about a company; None or empty where nothing was."""

    email: str | None = None
    form: str | None = None
    domains: tuple[str, ...] = ()
    country: str | None = None
    address: tuple[str, ...] = ()
    note: str = ""


def add(home: Path, name: str, given: Given, today: date) -> Entry:
    """Keep a company of the person's own, or what they know better of a known one. Raises UsageError, UnknownName."""
    try:
        slug, called = companies.slug(name, home=home), ""
    except UnknownName:
        slug, called = _slug(name), _checked("name", name, cleaning.name)
    before = next((one for one in holdings.entries(home, slug) if one.source == "own"), None)
    record = _record(slug, called or (before.name if before else _called(home, slug, today)), given, today)
    if before:
        record = _merged(before, record)
    known = slug in registry.slugs() or len(holdings.entries(home, slug)) > (1 if before else 0)
    if not (record.email or record.form or record.address) and not known:
        raise UsageError("a company needs a way to reach it", f'dsr directory add "{record.name}" --email ADDRESS')
    holdings.add(home, record)
    return record


def _called(home: Path, slug: str, today: date) -> str:
    return companies.load(slug, today=today, home=home).company.name


def _record(slug: str, name: str, given: Given, today: date) -> Entry:
    if given.address and not given.country:
        raise UsageError("an address needs its country", "add --country DE")
    return Entry(
        source="own",
        key=slug,
        name=name,
        domains=tuple(_checked("domain", one, cleaning.domain) for one in given.domains),
        country=places.parse(given.country) if given.country else "",
        address=tuple(_checked("address", one, cleaning.tidy) for one in given.address),
        email=_checked("email", given.email, cleaning.email) if given.email is not None else "",
        form=_checked("form", given.form, cleaning.url) if given.form is not None else "",
        notes=(_checked("note", given.note, cleaning.note),) if given.note else (),
        on=today,
    )


def _merged(old: Entry, new: Entry) -> Entry:
    """The newer values, and the older ones where nothing new was said."""
    from msgspec import structs

    kept = {name: value for name, value in structs.asdict(old).items() if value and not getattr(new, name)}
    return structs.replace(new, **kept)


def _checked(what: str, typed: str, clean: Callable[[str], str]) -> str:
    """A value as `entry` takes it. Raises UsageError naming what was typed."""
    try:
        found = clean(typed)
    except ValueError as problem:
        raise UsageError(f"that {what} cannot be used: {problem}", "dsr directory add --help") from problem
    if not found:
        raise UsageError(f"'{cleaning.tidy(typed)[:80]}' cannot be used as {what}", "dsr directory add --help")
    return found


def _slug(name: str) -> str:
    if any(sign in name for sign in "/\\<>"):
        raise UsageError(
            f"'{cleaning.tidy(name)[:80]}' is a path or markup, not a name", 'dsr directory add "Example Shop" ...'
        )
    slug = re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-")[:60].strip("-")
    if not slug:
        raise UsageError(
            f"'{cleaning.tidy(name)[:80]}' has no letter or digit that a short name could be made of",
            "add another name",
        )
    return slug


def check(
    found: Controller,
    pause: Callable[[], None],
    person: Person,
    asked: Resolver | None = None,
    context: health.Trust | None = None,
) -> list[Finding]:
    """Look at a company's mail domains and pages, one by one; `asked` and `context` are the system's where none is given.

    Raises MissingExtra.
    """
    emails = [one.to for one in found.contacts.list if one.route == Route.EMAIL and one.to]
    emails += [one.email for one in (*found.officer.list, *found.representatives.list) if one.email]
    pages = [one.to for one in found.contacts.list if one.route == Route.PORTAL and one.to]
    groups = (found.entities, found.contacts, *(said for _, said in found.statements.items()))
    pages += [url for group in groups for source in group.source for url in _URL.findall(source)]
    resolver = asked or health.resolver()
    person.tell(
        f"{found.name}: looking at {len(set(emails))} addresses and {len(set(pages))} pages, slowly; nothing is sent."
    )
    return list(health.look(emails, pages, pause, resolver, context))
