"""What became of the last scheduled run, in `remind.json` of the home folder; it names no case and no person."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import msgspec
from msgspec import Struct

from dsr import disk
from dsr.errors import BadFile

_NAME = "remind.json"


class Last(Struct, frozen=True, kw_only=True):
    """The last scheduled run: when it ended, with which exit code, how many things were announced, and what went wrong."""

    at: datetime
    exit_code: int
    news: int = 0
    told: str = ""


def write(home: Path, last: Last) -> bool:
    """Keep it in place of the one before; False where it cannot be written, as on a full disk: a run is not ended by that."""
    try:
        disk.write(home / _NAME, msgspec.json.encode(last))
    except (OSError, BadFile):
        return False
    return True


def read(home: Path) -> Last | None:
    """The last scheduled run; None where there was none, or its record cannot be read."""
    try:
        return msgspec.json.decode((home / _NAME).read_bytes(), type=Last)
    except (OSError, msgspec.MsgspecError):
        return None
