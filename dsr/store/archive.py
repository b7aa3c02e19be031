"""A backup: the store and every file of a home in one ZIP file, with a list of hashes, checked after it is written.

Left out, as no data of a case or as sign-ins: browser profiles, rehearsals, other backups, and what is being written.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import IO

import msgspec
from msgspec import Struct

from dsr import disk
from dsr.errors import BadArchive, BadFile, StoreNewer, StoreProblem
from dsr.store import files, sql, switch, upkeep
from dsr.store.faults import told
from dsr.store.ledger import Ledger
from dsr.store.migrations import MIGRATIONS, version

FORMAT = 1
LIST = "backup.json"
STORE = "store.db"
_LEFT_OUT = ("browser", "rehearsal", "backups", "sites", "preview")
_PASSING = (".new-", ".restore-")  # what is being written just now
_PIECE = 1 << 20  # bytes
_LIST_MOST = 16 << 20  # bytes
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, RuntimeError, NotImplementedError, msgspec.MsgspecError)


class Member(Struct, frozen=True, forbid_unknown_fields=True):
    """One file of a backup: its length in bytes and its SHA-256."""

    size: int
    sha256: str


class Contents(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The list in a backup. `schema` is the store's; `files` are paths relative to the home."""

    format: int
    dsr: str
    schema: int
    made_at: datetime
    files: dict[str, Member]


def own_files(home: Path) -> Iterator[Path]:
    """The files of a home that a backup holds, but for the store, in order. A link is no file of the person's and is left out."""
    for folder, names, found in os.walk(home):
        here = Path(folder)
        names[:] = sorted(name for name in names if _kept((here / name).relative_to(home)))
        names[:] = [name for name in names if not (here / name).is_symlink()]
        for name in sorted(found):
            path = here / name
            if _kept(path.relative_to(home)) and path.is_file() and not path.is_symlink():
                yield path


def _kept(path: PurePosixPath | Path) -> bool:
    """Whether a backup holds what lies at a path relative to the home, beside the store; capitals make no other name, as they
    make none on every disk."""
    parts = [part.lower() for part in path.parts]
    if not parts or any(part.startswith(_PASSING) for part in parts) or parts[0] in _LEFT_OUT:
        return False
    return len(parts) > 1 or not (parts[0].startswith(STORE) or parts[0].endswith((".bak", ".lock", ".sending")))


def write(home: Path, target: Path, now: datetime, dsr: str, key: bytes = b"") -> Contents:
    """Write a backup of a home and read it back; another dsr may go on working. The file is of mode 0600 and there whole or not
    at all. What is encrypted in the home is so in the backup, with the same key. Raises BadFile where something is in its
    place, BadArchive, StoreProblem."""
    if target.exists():
        raise BadFile(
            target, "there is a file already, and a backup overwrites nothing", "name another file with --out"
        )
    with tempfile.TemporaryDirectory(dir=home, prefix=".new-") as scratch:
        copy = Path(scratch) / STORE
        schema = _copied(home / STORE, copy, key)
        whole = Path(scratch) / "whole.zip"
        whole.touch(mode=0o600)
        members: dict[str, Member] = {}
        with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
            members[STORE] = _added(archive, copy, STORE)
            for path in own_files(home):
                name = path.relative_to(home).as_posix()
                members[name] = _added(archive, path, name)
            contents = Contents(format=FORMAT, dsr=dsr, schema=schema, made_at=now, files=members)
            archive.writestr(LIST, msgspec.json.encode(contents))
        read(whole)
        files.write(target, whole)
    return read(target)


def _copied(store: Path, copy: Path, key: bytes) -> int:
    """A consistent copy of the store, whoever writes to it meanwhile; its schema."""
    copy.touch(mode=0o600)
    with told(store), closing(sql.connect(store, key, mode="ro")) as db:
        db.execute("VACUUM INTO ?", (str(copy),))
        return version(db)


def _added(archive: zipfile.ZipFile, path: Path, name: str) -> Member:
    if not name.isprintable() or not _plain(name):
        raise BadFile(path, "a file of that name cannot be put back on every system", "rename it, then back up again")
    info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    with path.open("rb") as source, archive.open(info, "w", force_zip64=True) as target:
        return _through(source, target)


def _through(source: IO[bytes], target: IO[bytes] | None, most: int | None = None) -> Member:
    """Read to the end, writing what is read; `most` bytes at most, so that no archive fills the disk."""
    digest, size = sha256(), 0
    while piece := source.read(_PIECE):
        digest.update(piece)
        size += len(piece)
        if most is not None and size > most:
            break
        if target is not None:
            target.write(piece)
    return Member(size, digest.hexdigest())


@contextmanager
def _readable(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except _BROKEN as problem:
        raise BadArchive(path, f"it is no backup of dsr, or a damaged one: {problem}") from problem


def read(path: Path, into: Path | None = None) -> Contents:
    """Check a backup whole - its list, each file's length and hash - and unpack it into an empty folder where one is given.

    Raises BadArchive, StoreNewer, BadFile where there is no such file.
    """
    if not path.is_file():
        raise BadFile(path, "there is no such file", "name the file that dsr backup wrote")
    with _readable(path) as archive:
        contents = msgspec.json.decode(_short(archive, LIST), type=Contents)
        if contents.format != FORMAT or contents.schema > len(MIGRATIONS):
            raise StoreNewer(
                f"the backup {path} was written by a newer dsr ({contents.dsr})", "update dsr; nothing was changed"
            )
        names = archive.namelist()
        if sorted(names) != sorted((*contents.files, LIST)) or STORE not in contents.files:
            raise BadArchive(path, "its list and its files do not agree")
        if into and sum(one.size for one in contents.files.values()) > shutil.disk_usage(into).free:
            raise BadArchive(path, "what is in it needs more room than this disk has")
        _check_names(path, contents.files)
        for name, member in contents.files.items():
            with archive.open(name) as source:
                if _unpacked(source, into and into / name, member) != member:
                    raise BadArchive(path, f"{name} in it is not what was backed up")
    return contents


def _short(archive: zipfile.ZipFile, name: str) -> bytes:
    """A file of an archive that is read into memory: of a size that a list can have, whatever it unpacks to."""
    with archive.open(name) as file:
        content = file.read(_LIST_MOST + 1)
    if len(content) > _LIST_MOST:
        raise zipfile.BadZipFile(f"{name} in it is too large")
    return content


def member(path: Path, name: str) -> bytes | None:
    """One short file of a backup that `read` found whole; None where it has none of that name. Raises BadArchive."""
    with _readable(path) as archive:
        return _short(archive, name) if name in archive.namelist() else None


def _unpacked(source: IO[bytes], target: Path | None, member: Member) -> Member:
    if target is None:
        return _through(source, None, member.size)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with target.open("xb") as file:
        target.chmod(0o600)
        found = _through(source, file, member.size)
        file.flush()
        os.fsync(file.fileno())
        return found


def set_aside(home: Path) -> Path:
    """Rename a store that cannot be read, with what belongs to it, so that another can take its place; its new name."""
    folder = home / "backups"
    folder.mkdir(exist_ok=True, mode=0o700)
    number = 1
    while (aside := folder / f"damaged-{number}.db").exists():
        number += 1
    for end in ("", "-wal", "-shm"):
        part = home / f"{STORE}{end}"
        if part.exists():
            part.replace(aside.with_name(f"{aside.name}{end}"))
    return aside


def _plain(name: str) -> bool:
    """Whether a name is a relative path that leads nowhere else, on any system."""
    parts = PurePosixPath(name).parts
    return name == "/".join(parts) and ".." not in parts and not name.startswith("/") and not set(name) & set("\\:\0")


def _check_names(path: Path, names: Iterable[str]) -> None:
    """A name in a backup is a plain relative path below the home, of what a backup holds. Raises BadArchive."""
    folders: set[str] = set()
    for name in names:
        if not _plain(name) or not (name == STORE or _kept(PurePosixPath(name))):
            raise BadArchive(path, f"it holds a file that no backup has: '{name}'")
        folders.update(folder.as_posix() for folder in PurePosixPath(name).parents)
    if both := folders.intersection(names):
        raise BadArchive(path, f"'{min(both)}' in it is a file and a folder")


def restore(path: Path, home: Path, key: bytes = b"", here: bytes | None = b"") -> Contents:
    """Put a home back to what a backup holds. Everything is unpacked and checked beside it first; then the files are put in
    place, the store in one step, and what the backup does not know is taken out. Interrupted, it can be run again. What was
    pressed since the backup was made stays known, so that nothing goes out twice. `key` is the backup's, `here` that of the
    store that is here now, None where it is unknown.

    Raises as `read`; BadArchive where the backup's own store is damaged; StoreLocked where another dsr works.
    """
    with tempfile.TemporaryDirectory(dir=home, prefix=".restore-") as scratch:
        fresh = Path(scratch)
        contents = read(path, fresh)
        try:
            wrong = upkeep.faults(fresh / STORE, key)
        except StoreProblem as problem:
            raise BadArchive(path, f"the store in it cannot be read: {problem.__cause__}") from problem
        if wrong:
            raise BadArchive(path, f"the store in it is damaged: {wrong[0].about}: {wrong[0].what}")
        with Ledger(fresh, key):  # brings it to this dsr's schema
            known = set(
                upkeep.presses(fresh / STORE, key)
            )  # told apart one by one: a clock may have been set back since
            pressed = upkeep.presses(home / STORE, here) if here is not None else []
            upkeep.remember(fresh / STORE, [one for one in pressed if one not in known], key)
        disk.refuse_links(home, tuple(contents.files))
        for name in contents.files:
            if name != STORE:
                disk.make((home / name).parent)
                (fresh / name).replace(home / name)
                disk.settle((home / name).parent)
        _in_place(home, fresh / STORE, key, here)
    if here is not None:  # else there is no backup of what was here, and it stays
        for left in [one for one in own_files(home) if one.relative_to(home).as_posix() not in contents.files]:
            left.unlink()
    return contents


def _in_place(home: Path, fresh: Path, key: bytes, here: bytes | None) -> None:
    store = home / STORE
    if here is not None and store.exists() and here != key:
        with switch.alone(store, here) as old:
            switch.replaced(old, store, fresh)
        return
    if not store.exists():
        store.touch(mode=0o600)
        disk.settle(home)
    with told(store), closing(sql.connect(fresh, key)) as kept, closing(sql.connect(store, key)) as live:
        kept.backup(live)
