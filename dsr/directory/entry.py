"""The nouns of the directory: a record of a source in our words, all of a source, and the names that lead to a company."""

# Annotations are no text here: msgspec would read their text anew at every start, five milliseconds in all.

from datetime import date
from typing import Literal, NamedTuple

from msgspec import Struct


class Entry(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one source says about one company (or authority). `key` is the record's name in its source, `names` other names it
    answers to, `country` ISO 3166-1 or empty, `on` the record's own date where it has one, `cites` where its facts come from.
    """

    source: str
    key: str
    name: str
    kind: Literal["company", "authority"] = "company"
    names: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    country: str = ""
    address: tuple[str, ...] = ()
    email: str = ""
    erasure_email: str = ""
    form: str = ""
    export_url: str = ""
    deletion_url: str = ""
    difficulty: str = ""
    language: str = ""
    needs_id: bool | None = None
    notes: tuple[str, ...] = ()
    cites: tuple[str, ...] = ()
    on: date | None = None


class Batch(Struct, kw_only=True):
    """What a reader made of the files of one source: entries by key, retired keys with where they lead (or empty) and why,
    and every record that was refused. Of those whose key their file tells, `spoilt` has it; `unread`: a list of all could not be
    read. What was known of them before stays."""

    entries: dict[str, Entry]
    retired: dict[str, tuple[str, str]]
    refused: list[tuple[str, str]]
    spoilt: set[str] = set()
    unread: bool = False


class Ours(Struct, frozen=True, kw_only=True):
    """What the merge must know of a record of dsr's own."""

    slug: str
    name: str
    names: tuple[str, ...]
    domains: tuple[str, ...]
    legal: tuple[str, ...]


class Name(NamedTuple):
    """A name that leads to a company: as shown, folded, and of which kind (slug, name, domain, legal, retired)."""

    slug: str
    shown: str
    folded: str
    kind: str
