"""Whether everything of a home is as dsr left it: the store, the evidence, who may read it, and what dsr needs to work."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct

from dsr import config
from dsr.browser import find
from dsr.cases import locking, vault
from dsr.cases.desk import Desk
from dsr.errors import BadFile, DsrError, NoKeyring, StoreCorrupt, StoreProblem
from dsr.store import archive, files, upkeep
from dsr.vault import keyrings, record

_RESTORE = "dsr restore FILE, with your newest backup from before"
_EARLIEST = datetime(2026, 1, 1, tzinfo=UTC)  # no dsr was written before; a clock that says so is wrong


class Finding(Struct, frozen=True):
    """One thing that was looked at. `state` is `ok`, `note` or `wrong`; `fix` is what to do about it."""

    what: str
    state: str
    says: str
    fix: str = ""


def findings(desk: Desk) -> list[Finding]:
    """Look at everything; changes nothing."""
    found: dict[Finding, None] = {}
    try:
        own = config.read(desk.home)
    except BadFile as problem:
        own = config.Config()
        found[Finding("config", "wrong", problem.message, problem.hint)] = None
    looks = (
        _store(desk),
        _evidence(desk),
        _permissions(desk.home),
        _clock(desk),
        _browser(own.browser),
        _keyring(),
        _encryption(desk),
        _backups(desk.home),
        _leftovers(desk.home),
        _scheduler(desk),
    )
    for look in (*looks, _retention(desk, own.keep_closed_days)):
        try:
            found |= dict.fromkeys(look)
        except StoreProblem as problem:
            found[Finding("store", "wrong", problem.message, _RESTORE)] = None
    return list(found)


def _store(desk: Desk) -> Iterator[Finding]:
    wrong = upkeep.faults(desk.ledger.path, desk.ledger.key)
    for one in wrong:
        yield Finding("store", "wrong", f"{one.about}: {one.what}", _RESTORE)
    if not wrong:
        yield Finding("store", "ok", "every event is what was written")


def _evidence(desk: Desk) -> Iterator[Finding]:
    good = 0
    for case, kept in upkeep.evidence(desk.ledger.path, desk.ledger.key):
        path = files.place(desk.home / kept.path, desk.ledger.key)
        fix = f"put {kept.path} back from a backup: dsr restore FILE"
        if not path.is_file():
            yield Finding("evidence", "wrong", f"{case}: {kept.path} is missing", fix)
        elif path.is_symlink() or _digest(desk, kept.path) != kept.sha256:
            yield Finding("evidence", "wrong", f"{case}: {kept.path} is not what was kept", fix)
        else:
            good += 1
    yield Finding("evidence", "ok", f"{good} files are what was kept")


def _digest(desk: Desk, name: str) -> str:
    try:
        return files.digest(files.pieces(desk.home, name, desk.ledger.key))
    except StoreCorrupt:
        return ""  # a sealed file that cannot be opened is not what was kept


def _permissions(home: Path) -> Iterator[Finding]:
    if sys.platform == "win32":
        yield Finding("permissions", "note", "Windows keeps them by itself; dsr cannot look")
        return
    bare = []
    for folder, names, found in os.walk(home):
        names[:] = [name for name in names if name != "browser"]  # Chromium's own; the folder itself is closed
        here = (Path(folder), *(Path(folder) / name for name in found))
        bare += [path for path in here if not path.is_symlink() and path.exists() and path.stat().st_mode & 0o077]
    for path in bare:
        yield Finding("permissions", "wrong", f"others may read {path}", f"chmod go-rwx '{path}'")
    if not bare:
        yield Finding("permissions", "ok", "nobody else can read your files")


def _leftovers(home: Path) -> Iterator[Finding]:
    """What a dsr that was killed was just writing; it may hold what is personal, and another dsr may be writing it now."""
    found = [path for start in (".new-*", ".restore-*") for path in home.rglob(start)]
    for path in found:
        yield Finding("leftovers", "note", f"half written: {path}", f"if no other dsr is running: rm -r '{path}'")


def _backups(home: Path) -> Iterator[Finding]:
    """Whether the backups that lie here could be put back; those elsewhere `dsr restore` checks before it does anything."""
    good = 0
    for path in sorted((home / "backups").glob("*.zip")):
        try:
            archive.read(path)
            good += 1
        except DsrError as problem:
            yield Finding("backups", "wrong", problem.message, f"dsr backup, then: rm '{path}'")
    if good:
        yield Finding("backups", "ok", f"{good} {'backup is' if good == 1 else 'backups are'} whole")


def _clock(desk: Desk) -> Iterator[Finding]:
    newest = max((event.recorded_at for _, events in desk.ledger.cases() for event in events), default=_EARLIEST)
    if desk.now() < newest:
        says = f"it is {desk.now():%Y-%m-%d %H:%M} UTC here, but something was recorded at {newest:%Y-%m-%d %H:%M} UTC"
        yield Finding("clock", "wrong", says, "set this machine's clock; deadlines are counted from it")
    else:
        yield Finding("clock", "ok", f"{desk.now():%Y-%m-%d %H:%M} UTC")


def _browser(configured: str) -> Iterator[Finding]:
    try:
        found = find.browser(configured)
    except DsrError as problem:
        yield Finding("browser", "note", f"{problem.message}; letters and deadlines work without", problem.hint)
    else:
        yield Finding("browser", "ok", f"{found.path} ({found.origin})")


def _keyring() -> Iterator[Finding]:
    try:
        yield Finding("keyring", "ok", keyrings.usable())
    except NoKeyring as problem:
        yield Finding("keyring", "note", f"{problem.message}; passwords then lie in key files", problem.hint)


def _encryption(desk: Desk) -> Iterator[Finding]:
    lock = record.read(desk.home).store
    if lock is None:
        yield Finding(
            "encryption", "note", "the store is plain: who has this disk or account reads it", "dsr vault encrypt"
        )
        return
    yield Finding("encryption", "ok", f"the store, letters and evidence are encrypted; the key: {lock.way}")
    for path in locking.in_the_open(desk.home):
        yield Finding("encryption", "note", f"a copy that is not encrypted: {path}", f"rm '{path}'")


def _scheduler(desk: Desk) -> Iterator[Finding]:
    """Whether reminders come by themselves, and whether the last ones came."""
    from dsr.cases import scheduling

    try:
        held = scheduling.held(scheduling.of_home(desk.home))
    except DsrError as problem:
        yield Finding("scheduler", "note", problem.message, problem.hint)
    else:
        yield Finding("scheduler", *scheduling.health(held, scheduling.last_run(desk.home), desk.now()))


def _retention(desk: Desk, days: int) -> Iterator[Finding]:
    if not days:
        says = "no time is set: settled cases stay until you wipe them"
        yield Finding("retention", "note", says, f"keep_closed_days = 730 in {desk.home / 'config.toml'}")
    elif late := vault.expired(desk, days):
        says = f"settled for more than {days} days: {', '.join(late)}"
        yield Finding("retention", "note", says, "dsr vault wipe --expired")
    else:
        yield Finding("retention", "ok", f"no case is settled for more than {days} days")
