"""`vault.json` of a home: which secrets there are and where each lies - never a secret itself."""

from __future__ import annotations

from pathlib import Path

import msgspec
from msgspec import Struct, field

from dsr import disk
from dsr.errors import BadFile

NAME = "vault.json"
KEYRING = "keyring"


class Record(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`id` tells this home's entries in a keyring from another's, also after a restore elsewhere. `secrets` maps a name to
    `keyring` or to the absolute path of its key file."""

    id: str = ""
    secrets: dict[str, str] = field(default_factory=dict)


def read(home: Path) -> Record:
    """The record of a home; an empty one where there is none. Raises BadFile."""
    path = home / NAME
    disk.refuse_links(home, (NAME,))
    try:
        return msgspec.json.decode(disk.read(path), type=Record)
    except FileNotFoundError:
        return Record()
    except (msgspec.MsgspecError, ValueError, RecursionError) as problem:
        raise BadFile(path, str(problem), "put it back from your newest backup: dsr restore FILE") from problem


def write(home: Path, record: Record) -> Record:
    """Write the record, with an id of its own where it has none; what was written."""
    import secrets

    if not record.id:
        record = msgspec.structs.replace(record, id=secrets.token_hex(8))
    disk.write(home / NAME, msgspec.json.format(msgspec.json.encode(record), indent=2) + b"\n")
    return record
