"""The store locked and unlocked: its key found when it is opened; encrypted, decrypted, given another key in one step.

The step is the moment at which the new store bears the name. Before it nothing old is touched, after it nothing old is needed;
`vault.json` says that a change is under way, and whoever comes next finishes it or takes it back.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from msgspec import structs

from dsr import __version__, disk
from dsr.cases import vault
from dsr.errors import BadArchive, NoKeyring, StoreCorrupt, StoreLocked
from dsr.store import archive, files, sealing, sql, switch, upkeep
from dsr.vault import keys, record
from dsr.vault.record import Lock, Record, Way

Ask = Callable[[str], str]
_SHOWN = ("*.html", "*.ics", "preview/*")
_SEALED = ("cases", "runs")  # the folders whose files are sealed: letters and evidence


def key(home: Path, ask: Ask | None = None) -> bytes:
    """The key of the store of a home, none for a plain one; a change that was cut short is settled first.

    Raises NoSecret (10) where it is needed and nowhere, BadData where it is not the right one, StoreLocked during a change.
    """
    if not (home / record.NAME).exists():
        return b""
    own = record.read(home)
    if own.changing:
        with _changing(home):
            own = _settled(home, record.read(home), ask)
    return keys.key(own.store, own.id, sealing.check, ask) if own.store else b""


@contextmanager
def _changing(home: Path) -> Iterator[None]:
    try:
        with disk.locked(home / "vault.lock"):
            yield
    except BlockingIOError:
        raise StoreLocked("another dsr is just changing how the store is locked", "wait for it to end") from None


def _settled(home: Path, own: Record, ask: Ask | None) -> Record:
    """Finish or take back a change, by which store bears the name now."""
    if not own.changing:
        return own
    store = home / archive.STORE
    locks = dict.fromkeys((own.store, own.next))
    found = [lock for lock in locks if (lock is not None) == sql.encrypted(store)]
    if len(found) > 1:
        found = [lock for lock in found if lock and _opens(store, keys.key(lock, own.id, sealing.check, ask))]
    if not found:
        raise StoreCorrupt(f"no key that is known opens {store}", "dsr restore FILE, with your newest backup")
    return _finished(home, own, found[0])


def _opens(store: Path, tried: bytes) -> bool:
    try:
        upkeep.presses(store, tried)
    except StoreCorrupt:
        return False
    return True


def _finished(home: Path, own: Record, now: Lock | None) -> Record:
    """The record says how the store is locked now, and the files of every other state go; so do rehearsals, which hold the
    profile under the store's key."""
    forget_rehearsals(home)
    check = now.check if now else ""
    for path in list(archive.own_files(home)):
        bare, sealed_by = files.plain_name(path)
        inside = path.relative_to(home).parts[0] in _SEALED
        if inside and sealed_by != check and files.placed(bare, check).exists():
            path.unlink()
    return record.write(home, structs.replace(own, store=now, changing=False, next=None))


def forget_rehearsals(home: Path) -> None:
    """Take out the played cases: another key would not open them."""
    if (home / "rehearsal").is_dir():
        shutil.rmtree(home / "rehearsal")


def change(home: Path, old: bytes, make: Callable[[], tuple[bytes, Lock | None]]) -> tuple[bytes, Record]:
    """Give the store and its files another key, or none. `make` makes the key and its lock, and keeps the key safe, before
    anything else is done. Returns the key and what is recorded.

    Raises StoreLocked where another dsr has the store open; after any error all is as it was.
    """
    sql.need_cipher()
    store = home / archive.STORE
    with _changing(home), switch.alone(store, old) as db:
        own = record.read(home)
        new, lock = make()
        own = record.write(home, structs.replace(record.read(home), store=own.store, changing=True, next=lock))
        try:
            for name in _names(home):
                files.put(home, name, files.pieces(home, name, old), new)
            with tempfile.TemporaryDirectory(dir=home, prefix=".new-") as scratch:
                fresh = Path(scratch) / archive.STORE
                switch.copied(db, fresh, new)
                if wrong := upkeep.faults(fresh, new):
                    raise StoreCorrupt(f"the copy of the store: {wrong[0].what}", "nothing was changed")
                switch.replaced(db, store, fresh)
        except BaseException:
            if bool(old) != bool(new):  # else the next dsr settles it: it needs both keys
                _settled(home, own, None)
            raise
        return new, _finished(home, own, lock)


def _names(home: Path) -> list[str]:
    """The letters and evidence of a home, by their paths without what sealing puts behind them."""
    found = (files.plain_name(path)[0].relative_to(home) for path in archive.own_files(home))
    return sorted({path.as_posix() for path in found if path.parts[0] in _SEALED})


def backed_up(home: Path, kept: bytes, at: datetime) -> Path:
    """A backup of a home, named by the instant, as `vault.backup` makes it. Raises as `archive.write`."""
    path = vault.free(home / "backups", f"dsr-{at:%Y%m%d-%H%M%S}")
    archive.write(home, path, at, __version__, kept)
    return path


def of_backup(path: Path, ask: Ask | None) -> tuple[bytes, Record]:
    """The key of a backup that was read, and the record in it. Raises NoSecret, BadData, BadArchive."""
    content = archive.member(path, record.NAME)
    if content is None:
        return b"", Record()
    try:
        own = record.decode(content)
    except ValueError as problem:
        raise BadArchive(path, f"{record.NAME} in it: {problem}") from problem
    return (keys.key(own.store, own.id, sealing.check, ask) if own.store else b""), own


def kept_again(own: Record, kept: bytes) -> list[str]:
    """After a restore: the key back to where the record says that it lies; what the person must know about it."""
    lock = own.store
    if lock is None or lock.way is Way.PASSPHRASE:
        return []
    if lock.way is Way.FILE:
        return (
            []
            if Path(lock.file).exists()
            else [f"The key file {lock.file} is not there: put it back, or: dsr vault rekey"]
        )
    try:
        keys.keep(lock, own.id, kept)
    except NoKeyring as problem:
        return [f"The key is not in the keyring ({problem.message}): dsr vault rekey --key-file FILE"]
    return ["The key is in the keyring again, read back."]


def in_the_open(home: Path) -> list[Path]:
    """What is not encrypted and holds what is in the store: backups, what older versions of dsr left, and pages and letters that
    were made to be looked at."""
    found = [path for path in home.glob("store-v*.bak") if not sql.encrypted(path)]
    opens = {".db": sql.encrypted, ".zip": _encrypted}
    found += [
        path for path in sorted((home / "backups").glob("*.*")) if path.suffix in opens and not opens[path.suffix](path)
    ]
    shown = (path for kind in _SHOWN for path in home.glob(kind))
    return found + sorted(path for path in shown if path.is_file())


def _encrypted(backup: Path) -> bool:
    """Whether a backup is of an encrypted store. One that cannot be read may hold anything in the open."""
    try:
        content = archive.member(backup, record.NAME)
        return content is not None and record.decode(content).store is not None
    except (BadArchive, ValueError):
        return False
