"""`dsr playbook lint`: read files as text, apply every rule, and name each place where one is not kept. No browser, no network.

A file that cannot be read is one finding, and the others go on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct, structs

from dsr import disk, resources
from dsr.errors import BadFile
from dsr.playbook import read, rules
from dsr.playbook.checks import ID, of_service, problems
from dsr.playbook.rules import FILL_IN, Found, Look
from dsr.playbook.schema import Playbook, Service
from dsr.playbook.shelf import Entry

_PLACE = re.compile(
    r"(step\[\d+\](?:\.\w+)?|(?:verify|control|choice)\.[\w.-]+|dialog\[\d+\]\.text|after|effect|id|destructive_for|origins?|signed_(?:in|out)|refuse)[:\s]+(.*)",
    re.S,
)
_AT = re.compile(r"(.*) - at `\$\.?(.*)`", re.S)


class Finding(Struct, frozen=True, kw_only=True):
    """A place in a file where a rule is not kept. A notice is advice and makes nothing unclean."""

    file: str
    where: str
    rule: str
    message: str
    notice: bool = False


def lint(entries: Iterable[Entry]) -> list[Finding]:
    """What is to be said of these playbooks and of the service files beside them, each looked at once, in the order given.
    Never raises for what a file holds."""
    found: list[Finding] = []
    services: dict[Path, Service | None] = {}
    for entry in dict.fromkeys(entries):
        beside = entry.path.with_name("service.toml")
        if beside not in services:
            services[beside], told = _service(beside)
            found += _told(beside, told)
        broken = beside.is_file() and services[beside] is None
        found += _told(entry.path, _playbook(entry, services[beside], broken=broken))
    return found


def _told(path: Path, told: Iterable[Found]) -> list[Finding]:
    return [Finding(file=str(path), **one._asdict()) for one in dict.fromkeys(told)]


def _unreadable(problem: BadFile, path: Path) -> Found:
    message = problem.message.removeprefix(f"{path}: ")
    at = _AT.fullmatch(message)
    return Found(at[2] if at else "file", "unreadable", at[1] if at else message)


def _service(path: Path) -> tuple[Service | None, list[Found]]:
    if not path.is_file():
        return None, []
    try:
        service = resources.toml(path, Service)
    except BadFile as problem:
        return None, [_unreadable(problem, path)]
    return service, [*_blanks(path), *map(_unsound, of_service(service)), *rules.of_controls(service.control)]


def _playbook(entry: Entry, service: Service | None, *, broken: bool) -> list[Found]:
    path = entry.path
    try:
        book = resources.toml(path, Playbook)
    except BadFile as problem:
        return [_unreadable(problem, path)]
    found = [*_id(entry, book, foldered=service is not None or broken), *_blanks(path)]
    found += rules.of_controls(book.control)
    if broken:
        return found  # what its controls are cannot be known: the service file's own finding says so
    own = frozenset(book.control)
    if service:
        book = structs.replace(book, control=service.control | book.control, dialog=service.dialog + book.dialog)
    found += rules.of_book(Look(book, own, service, not entry.own))
    # What a rule has said in its own words is not said again.
    told = {one.where for one in found if one.rule in ("effect-control", "person-end", "id", "personal")}
    return found + [
        one for one in map(_unsound, problems(book)) if not {one.where, one.where.rpartition(".")[0]} & told
    ]


def _id(entry: Entry, book: Playbook, *, foldered: bool) -> Iterator[Found]:
    path = entry.path
    if entry.own and not entry.named and entry.id in read.ids():
        yield Found("id", "id", f"'{entry.id}' is one of dsr's own playbooks; give yours another name")
    if not ID.fullmatch(book.id):
        yield Found("id", "id", f"'{book.id[:100]}' is not controller/action, in a-z, 0-9 and -")
    elif (foldered or not entry.named) and book.id != f"{path.parent.name}/{path.stem}":
        yield Found("id", "id", f"'{book.id}' differs from the file's place, {path.parent.name}/{path.stem}")


def _unsound(problem: str) -> Found:
    place = _PLACE.match(problem)
    return Found(place[1], "unsound", place[2]) if place else Found("playbook", "unsound", problem)


def _blanks(path: Path) -> Iterator[Found]:
    """What the skeleton left to its author, wherever in the file it stands."""
    for where, text in _strings("", resources.decode(disk.read(path), dict)):
        if FILL_IN in text:
            yield Found(where, "fill-in", text.partition(FILL_IN)[2].strip(" :") or "nothing is filled in yet")


def _strings(where: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _strings(f"{where}.{key}" if where else str(key), inner)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _strings(f"{where}[{number}]", inner)
