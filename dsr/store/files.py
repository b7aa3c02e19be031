"""Evidence files of a person, kept under a name that says their hash; sealed where the store has a key.

A plain file lies at its path, a sealed one at the same path with the key's check and `.sealed` behind it. So a store can be
encrypted, decrypted or given another key while the old files stay until the new ones are all there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from dsr import disk
from dsr.disk import write
from dsr.model import Evidence
from dsr.store import sealing

__all__ = ["digest", "keep", "pieces", "place", "placed", "plain_name", "put", "write"]


def place(path: Path, key: bytes) -> Path:
    """Where the file of that path lies for a key; the path itself for none."""
    return placed(path, sealing.check(key) if key else "")


def placed(path: Path, check: str) -> Path:
    """Where the file of that path lies for the key of a check; the path itself for an empty one."""
    return path.with_name(f"{path.name}.{check}.sealed") if check else path


def plain_name(path: Path) -> tuple[Path, str]:
    """The path without what sealing puts behind it, and the check of the key; an empty one for a plain file."""
    if path.suffix != ".sealed":
        return path, ""
    bare = path.with_suffix("")
    return bare.with_suffix(""), bare.suffix.removeprefix(".")


def keep(
    home: Path, folder: str, kind: str, content: bytes | Path, suffix: str, at: datetime, key: bytes = b""
) -> Evidence:
    """Keep bytes, or a file as it is, as evidence in a folder of the home, e.g. `cases/<case>`; the same bytes are kept once.

    Raises BadFile where a link lies on the way.
    """
    sha256 = digest(_through(content))
    path = Path(folder) / f"{kind}-{sha256[:12]}{suffix}"
    put(home, path.as_posix(), content, key)
    return Evidence(kind=kind, sha256=sha256, path=path.as_posix(), taken_at=at)


def put(home: Path, name: str, content: bytes | Path | Iterable[bytes], key: bytes) -> None:
    """Write a file of the home, sealed where there is a key, unless it is there. Pieces are of `sealing.PIECE` bytes."""
    disk.refuse_links(home, (place(Path(name), key).as_posix(),))
    target = place(home / name, key)
    if target.exists():
        return
    if key:
        disk.write(target, sealing.sealed(_through(content), key, name))
    else:
        disk.write(target, content)


def pieces(home: Path, name: str, key: bytes) -> Iterator[bytes]:
    """The bytes of a file of the home. Raises StoreCorrupt where a sealed one was changed, OSError where it is missing."""
    path = place(home / name, key)
    if not key:
        yield from _through(path)
        return
    with path.open("rb") as file:
        yield from sealing.opened(file, key, name)


def _through(content: bytes | Path | Iterable[bytes]) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield from (content[at : at + sealing.PIECE] for at in range(0, max(len(content), 1), sealing.PIECE))
        return
    if not isinstance(content, Path):
        yield from content
        return
    with content.open("rb") as file:
        while piece := file.read(sealing.PIECE):
            yield piece


def digest(content: Iterable[bytes]) -> str:
    """The SHA-256 of pieces, hexadecimal."""
    import hashlib

    found = hashlib.sha256()
    for piece in content:
        found.update(piece)
    return found.hexdigest()
