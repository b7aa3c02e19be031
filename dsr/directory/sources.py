"""The open directories that dsr can read: licence, home, which files are records, and how one becomes an Entry.

A source is told by its files alone, so that a folder, a ZIP file and a download are read alike.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from dsr.directory import cleaning
from dsr.directory.entry import Batch, Entry
from dsr.directory.folding import fold

Files = Iterable[tuple[re.Match[str], bytes]]
_Raw = TypeVar("_Raw", bytes, msgspec.Raw)
RECORD_AT_MOST = 1 << 18  # bytes of one record in a file of its own


class Source(Struct, frozen=True, kw_only=True):
    """One directory. `files` matches the paths of its records (with named groups), `url` is where a download comes from."""

    id: str
    title: str
    licence: str
    url: str
    files: re.Pattern[str]
    read: Callable[[Files], Batch]


@cache
def _countries() -> dict[str, str]:
    table = tomllib.loads(Path(__file__).with_name("countries.toml").read_text(encoding="utf-8"))
    return {fold(name): code for code, names in table.items() for name in names}


class _Company(Struct, rename="kebab"):
    """A record of datenanfragen/data, companies and authorities alike: the keys that dsr reads."""

    slug: str
    name: str
    address: str
    sources: tuple[str, ...]
    quality: str = ""
    runs: tuple[str, ...] = ()
    email: str = ""
    webform: str = ""
    web: str = ""
    request_language: str = ""
    complaint_language: str = ""
    comments: tuple[str, ...] = ()
    needs_id_document: bool | None = None


class _Retired(Struct, rename="kebab"):
    slug: str
    reason: str = ""
    redirect_to: str = ""


_company = msgspec.json.Decoder(_Company).decode
_retired = msgspec.json.Decoder(_Retired).decode


def _datenanfragen(files: Files) -> Batch:
    """Companies, authorities and retired slugs."""
    batch = Batch(entries={}, retired={}, refused=[])
    for place, data in files:
        folder, stem = place["folder"], place["stem"].removesuffix(".json")
        with _refusing(batch, f"{folder}/{place['stem']}", stem):
            if folder == "obsolete-records":
                gone = _retired(_sized(data))
                target = cleaning.key(gone.redirect_to) if gone.redirect_to else ""
                batch.retired[cleaning.key(gone.slug)] = target, cleaning.tidy(gone.reason)[:100]
            else:
                _add(batch, _of_datenanfragen(_company(_sized(data)), stem, folder), stem)
    return batch


def _of_datenanfragen(record: _Company, stem: str, folder: str) -> Entry:
    if record.slug != stem:
        raise ValueError(f"the slug '{cleaning.tidy(record.slug)[:60]}' differs from the file's name")
    address = cleaning.lines(record.address)
    site = cleaning.domain(record.web)
    return Entry(
        source="datenanfragen",
        key=cleaning.key(record.slug),
        kind="authority" if folder == "supervisory-authorities" else "company",
        name=cleaning.name(record.name),
        names=tuple(map(cleaning.name, record.runs)),
        domains=(site,) if site else (),
        country=_countries().get(fold(address[-1]), "") if address else "",
        address=address,
        email=cleaning.email(record.email),
        form=cleaning.url(record.webform),
        language=(record.request_language or record.complaint_language)[:3],
        needs_id=record.needs_id_document,
        notes=tuple(map(cleaning.note, record.comments)),
        cites=tuple(filter(None, map(cleaning.url, record.sources))),
    )


class _Site(Struct):
    """An entry of JustDeleteMe."""

    name: str
    url: str = ""
    difficulty: str = ""
    domains: tuple[str, ...] = ()
    notes: str = ""
    email: str = ""


_sites = msgspec.json.Decoder(list[msgspec.Raw]).decode
_site = msgspec.json.Decoder(_Site).decode


def _justdeleteme(files: Files) -> Batch:
    """One list of services."""
    batch = Batch(entries={}, retired={}, refused=[])
    for place, data in files:
        try:
            raws = _sites(data)
        except msgspec.MsgspecError as problem:
            batch.refused.append((place[0].rpartition("/")[2], f"not a list of records: {problem}"))
            batch.unread = True
            continue
        for number, raw in enumerate(raws, 1):
            with _refusing(batch, f"sites.json, record {number}"):
                site = _site(_sized(raw))
                label = cleaning.name(site.name)
                _add(batch, _of_justdeleteme(site, label), f"'{label}'")
    return batch


def _of_justdeleteme(site: _Site, label: str) -> Entry:
    domains = tuple(dict.fromkeys(filter(None, map(cleaning.domain, site.domains))))
    stem = re.sub(r"[^a-z0-9]+", "-", fold(label)).strip("-")[:60].strip("-")
    return Entry(
        source="justdeleteme",
        key="-".join(filter(None, (stem, domains[0].replace(".", "-") if domains else ""))) or "unnamed",
        name=label,
        domains=domains,
        deletion_url=cleaning.url(site.url),
        erasure_email=cleaning.email(site.email),
        difficulty=cleaning.tidy(site.difficulty)[:20],
        notes=(cleaning.note(site.notes),) if site.notes else (),
        cites=(found,) if (found := cleaning.url(site.url)) else (),
    )


class _Service(Struct):
    """A record of unlock-my-data; many of its fields hold an address, false or nothing."""

    name: str
    country_code: str | None = None
    contact_mail_export: Any = ""
    contact_mail_delete: Any = ""
    url_export: Any = ""
    address_export: Any = ""
    need_id_card: Any = None
    comments_en: Any = ""
    confidentiality_policy_url: Any = ""
    confidentiality_policy_url_en: Any = ""
    created_at: str | None = None
    updated_at: str | None = None


_service = msgspec.json.Decoder(_Service).decode


def _unlock(files: Files) -> Batch:
    """One service per file."""
    batch = Batch(entries={}, retired={}, refused=[])
    for place, data in files:
        key = re.sub(r"[^a-z0-9]+", "-", fold(place["stem"].removesuffix(".json"))).strip("-")
        with _refusing(batch, f"manual/{place['stem']}", key):
            _add(batch, _of_unlock(_service(_sized(data)), key), key)
    return batch


def _of_unlock(record: _Service, stem: str) -> Entry:
    policy = cleaning.url(_text(record.confidentiality_policy_url_en)) or cleaning.url(
        _text(record.confidentiality_policy_url)
    )
    country = (record.country_code or "").upper()
    return Entry(
        source="unlock-my-data",
        key=cleaning.key(stem),
        name=cleaning.name(record.name),
        country=country if re.fullmatch("[A-Z]{2}", country) else "",
        address=tuple(filter(None, [cleaning.tidy(_text(record.address_export)[:600])])),
        email=cleaning.email(_text(record.contact_mail_export)),
        erasure_email=cleaning.email(_text(record.contact_mail_delete)),
        export_url=cleaning.url(_text(record.url_export)),
        needs_id=record.need_id_card if isinstance(record.need_id_card, bool) else None,
        notes=tuple(filter(None, [cleaning.note(_text(record.comments_en))])),
        cites=(policy,) if policy else (),
        on=max(filter(None, map(_day, (record.created_at, record.updated_at))), default=None),
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _day(text: str | None) -> date | None:
    found = re.match(r"\d{4}-\d\d-\d\d", text or "")
    try:
        return date.fromisoformat(found[0]) if found else None
    except ValueError:
        return None


def _sized(data: _Raw) -> _Raw:
    """The record, unless it is larger than any. Raises ValueError."""
    if len(memoryview(data)) > RECORD_AT_MOST:
        raise ValueError(f"the record has {len(memoryview(data)):,} bytes, more than {RECORD_AT_MOST:,}")
    return data


@contextmanager
def _refusing(batch: Batch, place: str, key: str = "") -> Iterator[None]:
    """Within it a bad record is noted with its place, and its key if the place tells it, and the next one is read."""
    try:
        yield
    except (msgspec.MsgspecError, ValueError) as problem:
        batch.refused.append((cleaning.tidy(place)[:120], cleaning.tidy(str(problem))[:200]))
        batch.spoilt.add(key)


def _add(batch: Batch, found: Entry, shown: str) -> None:
    """Take an entry; the second of a key is refused, the first one stays."""
    if found.key in batch.entries:
        raise ValueError(f"a second record called {shown}; the first one was taken")
    batch.entries[found.key] = found


DATENANFRAGEN = Source(
    id="datenanfragen",
    title="datenanfragen.de company and authority database",
    licence="CC0 1.0",
    url="https://codeload.github.com/datenanfragen/data/zip/refs/heads/master",
    files=re.compile(r"(?:.*/)?(?P<folder>companies|supervisory-authorities|obsolete-records)/(?P<stem>[^/]+)"),
    read=_datenanfragen,
)
JUSTDELETEME = Source(
    id="justdeleteme",
    title="JustDeleteMe",
    licence="MIT",
    url="https://raw.githubusercontent.com/jdm-contrib/jdm/master/_data/sites.json",
    files=re.compile(r"(?:.*/)?sites\.json"),
    read=_justdeleteme,
)
UNLOCK = Source(  # its slugs.json is a list of names, no record
    id="unlock-my-data",
    title="Unlock My Data",
    licence="MIT",
    url="https://codeload.github.com/les-enovateurs/unlock-my-data/zip/refs/heads/master",
    files=re.compile(r"(?:.*/)?public/data/manual/(?!slugs\.json)(?P<stem>[^/]+)"),
    read=_unlock,
)
SOURCES = {source.id: source for source in (DATENANFRAGEN, JUSTDELETEME, UNLOCK)}
