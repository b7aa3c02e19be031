"""`vault.json` of a home: which secrets there are and where each lies - never a secret itself."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Struct, field

from dsr import disk
from dsr.errors import BadFile

NAME = "vault.json"
KEYRING = "keyring"


class Way(StrEnum):
    """Where the key of an encrypted store comes from."""

    KEYRING = "keyring"
    FILE = "file"
    PASSPHRASE = "passphrase"  # noqa: S105  the word, not one


class Lock(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a store is locked. `check` tells whether a key is the right one, `file` is the absolute path of the key file, `salt`
    (hexadecimal) belongs to a passphrase."""

    way: Way
    check: str
    file: str = ""
    salt: Annotated[str, Meta(pattern="^([0-9a-f]{2})*$")] = ""


class Record(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`id` tells this home's entries in a keyring from another's, also after a restore elsewhere. `secrets` maps a name to
    `keyring` or to the absolute path of its key file. `store` is how the store is locked, None for a plain one; while that is
    being changed, `changing` is true and `next` is what it becomes."""

    id: str = ""
    secrets: dict[str, str] = field(default_factory=dict)
    store: Lock | None = None
    changing: bool = False
    next: Lock | None = None


def read(home: Path) -> Record:
    """The record of a home; an empty one where there is none. Raises BadFile."""
    path = home / NAME
    disk.refuse_links(home, (NAME,))
    try:
        return decode(disk.read(path))
    except FileNotFoundError:
        return Record()
    except (msgspec.MsgspecError, ValueError, RecursionError) as problem:
        raise BadFile(path, str(problem), "put it back from your newest backup: dsr restore FILE") from problem


def decode(content: bytes) -> Record:
    """A record from its bytes. Raises MsgspecError."""
    return msgspec.json.decode(content, type=Record)


def write(home: Path, record: Record) -> Record:
    """Write the record, with an id of its own where it has none; what was written."""
    import secrets

    if not record.id:
        record = msgspec.structs.replace(record, id=secrets.token_hex(8))
    disk.write(home / NAME, msgspec.json.format(msgspec.json.encode(record), indent=2) + b"\n")
    return record
