"""The profile: who the person is, checked at the door so that no letter is written on a mistyped fact."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import msgspec
from msgspec import Struct, structs

from dsr import disk, places, resources
from dsr.cases import companies
from dsr.errors import BadFile, DsrError, UnknownName, UsageError
from dsr.model import Address, Person, Subject

FIELDS = ("name", "other-name", "email", "address", "country", "residence", "language", "account")
_EMAIL = re.compile(r"[^\s@<>,;\"]+@[^\s@<>,;\"]+\.[^\s@<>,;\".]+")


class Given(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The fields of a profile as a person gives them; also the schema of the file for `--from`."""

    name: str | None = None
    other_names: tuple[str, ...] | None = None
    emails: tuple[str, ...] | None = None
    address: tuple[str, ...] | None = None
    country: str | None = None
    residence: str | None = None
    language: str | None = None
    accounts: dict[str, str] | None = None


def read(path: Path) -> Given:
    """A profile file, TOML or JSON. Raises BadFile with the key that is wrong."""
    try:
        content = disk.read(path)
        return msgspec.json.decode(content, type=Given) if path.suffix == ".json" else resources.decode(content, Given)
    except OSError as problem:
        raise BadFile(path, (problem.strerror or "cannot be read").lower()) from problem
    except (msgspec.MsgspecError, ValueError, RecursionError) as problem:
        raise BadFile(path, str(problem)) from problem


def email(typed: str) -> str:
    """An e-mail address as typed. Raises UsageError for what cannot be one."""
    if not _EMAIL.fullmatch(typed.strip()):
        raise UsageError(f"'{typed}' is not an e-mail address", "for example ada@example.org")
    return typed.strip()


def language(typed: str) -> str:
    """An ISO 639-1 code. Raises UsageError."""
    if not re.fullmatch(r"[a-z]{2}", typed.strip().lower()):
        raise UsageError(f"'{typed}' is not a language code", "two letters, for example de, en or pt")
    return typed.strip().lower()


def one_line(field: str, typed: str) -> str:
    """A name or a line of an address: printable, one line, not empty. Raises UsageError."""
    text = " ".join(typed.split())
    if not text or not text.isprintable():
        raise UsageError(
            f"the {field} is empty or holds characters that cannot be printed", f"dsr profile set {field} VALUE"
        )
    return text


def apply(subject: Subject, given: Given) -> Subject:
    """The subject with the given fields, checked; None leaves a field as it was. Raises UsageError or UnknownName."""
    changes: dict[str, object] = {}
    if given.name is not None:
        changes["name"] = one_line("name", given.name)
    if given.other_names is not None:
        changes["other_names"] = tuple(one_line("other-name", name) for name in given.other_names)
    if given.emails is not None:
        changes["emails"] = tuple(email(typed) for typed in given.emails)
    if given.residence is not None:
        changes["residence"] = places.parse(given.residence)
    if given.language is not None:
        changes["language"] = language(given.language)
    if given.accounts is not None:
        named = {companies.slug(typed): email(account) for typed, account in given.accounts.items()}
        changes["accounts"] = subject.accounts | named
    if given.address is not None or given.country is not None:
        changes["address"] = _address(subject, given, str(changes.get("residence", subject.residence)))
    return structs.replace(subject, **changes)


def _address(subject: Subject, given: Given, residence: str) -> Address:
    old = subject.address
    lines = given.address if given.address is not None else old.lines if old else ()
    country = given.country or (old.country if old else "") or places.country(residence)
    if not lines:
        raise UsageError("a country alone is no address", 'dsr profile set address "Street 1" "12345 Town"')
    if not country:
        raise UsageError("the address has no country", "add --country DE")
    return Address(tuple(one_line("address", line) for line in lines), places.country(places.parse(country)))


def one_field(field: str, values: list[str]) -> Given:
    """`dsr profile set FIELD VALUE...` as given fields. Raises UnknownName, UsageError."""
    if field not in FIELDS:
        raise UnknownName("field of the profile", field, FIELDS)
    if field == "account":
        pairs = [value.partition("=") for value in values]
        if not all(sign for _, sign, _ in pairs):
            raise UsageError(
                "an account is written CONTROLLER=E-MAIL", "dsr profile set account openai=ada@example.org"
            )
        return Given(accounts={name: account for name, _, account in pairs})
    many = {"other-name": "other_names", "email": "emails", "address": "address"}
    if field in many:
        return msgspec.convert({many[field]: tuple(values)}, Given)
    if len(values) != 1:
        raise UsageError(f"{field} takes one value", f'dsr profile set {field} "..."')
    return msgspec.convert({field: values[0]}, Given)


def repeat_until(question: str, ask: Person, check: Callable[[str], object]) -> str:
    """Ask until the answer is good or empty; what is wrong is said at once."""
    while True:
        answer = ask.ask(question)
        if not answer:
            return ""
        try:
            check(answer)
        except DsrError as problem:
            ask.tell(f"{problem.message}; {problem.hint}")
        else:
            return answer
