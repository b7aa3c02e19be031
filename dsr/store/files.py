"""Evidence files of a person, kept under a name that says their hash."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from dsr import disk
from dsr.disk import write
from dsr.model import Evidence

__all__ = ["keep", "write"]


def keep(home: Path, folder: str, kind: str, content: bytes | Path, suffix: str, at: datetime) -> Evidence:
    """Keep bytes, or a file as it is, as evidence in a folder of the home, e.g. `cases/<case>`; the same bytes are kept once.

    Raises BadFile where a link lies on the way.
    """
    digest = _digest(content)
    path = Path(folder) / f"{kind}-{digest[:12]}{suffix}"
    disk.refuse_links(home, (path.as_posix(),))
    if not (home / path).exists():
        write(home / path, content)
    return Evidence(kind=kind, sha256=digest, path=path.as_posix(), taken_at=at)


def _digest(content: bytes | Path) -> str:
    import hashlib

    if isinstance(content, bytes):
        return hashlib.sha256(content).hexdigest()
    with content.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
