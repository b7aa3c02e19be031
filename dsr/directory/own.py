"""What the person added: companies of their own, and better contacts for known ones; `own.json` in the directory's folder."""

from __future__ import annotations

from pathlib import Path

import msgspec

from dsr.directory.entry import Entry
from dsr.errors import BadFile

FILE = "own.json"


def read(folder: Path) -> dict[str, Entry]:
    """The person's records by slug; none where there is no file. Raises BadFile."""
    path = folder / FILE
    try:
        found = msgspec.json.decode(path.read_bytes(), type=list[Entry])
    except FileNotFoundError:
        return {}
    except (msgspec.MsgspecError, ValueError) as problem:
        raise BadFile(path, str(problem)) from problem
    return {one.key: one for one in found}


def encoded(records: dict[str, Entry]) -> bytes:
    """The file's content."""
    return msgspec.json.format(msgspec.json.encode(list(records.values())), indent=2) + b"\n"
