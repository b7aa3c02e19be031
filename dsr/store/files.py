"""Files of a person: written whole or not at all, readable by their owner only."""

from __future__ import annotations

import os
import sys
from datetime import datetime
from pathlib import Path

from dsr.model import Evidence

_PIECE = 1 << 20  # bytes at a time: an export may be larger than the memory


def write(path: Path, content: bytes | Path) -> None:
    """Write a file of mode 0600 so that after a crash it is either absent, the old one, or the new one in full. A path as
    `content` is a file to copy."""
    import shutil
    import tempfile

    for folder in reversed([folder for folder in path.parents if not folder.exists()]):
        folder.mkdir(exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            if isinstance(content, bytes):
                file.write(content)
            else:
                with content.open("rb") as source:
                    shutil.copyfileobj(source, file, _PIECE)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    settle(path.parent)


def settle(folder: Path) -> None:
    """Have the folder's own entry on disk too, where the system lets a folder be opened (Windows does not)."""
    if sys.platform != "win32":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def keep(home: Path, folder: str, kind: str, content: bytes | Path, suffix: str, at: datetime) -> Evidence:
    """Keep bytes, or a file as it is, as evidence in a folder of the home, e.g. `cases/<case>`; the same bytes are kept once."""
    digest = _digest(content)
    path = Path(folder) / f"{kind}-{digest[:12]}{suffix}"
    if not (home / path).exists():
        write(home / path, content)
    return Evidence(kind=kind, sha256=digest, path=path.as_posix(), taken_at=at)


def _digest(content: bytes | Path) -> str:
    import hashlib

    if isinstance(content, bytes):
        return hashlib.sha256(content).hexdigest()
    with content.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
