"""What a person does with the whole of her store: a backup, everything in the open, and taking things out for good."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import msgspec

from dsr import __version__
from dsr.cases import history
from dsr.cases.desk import Desk
from dsr.errors import BadFile
from dsr.store import archive, files, upkeep

_READ_ME = """Everything that dsr keeps about you, in the open.

profile.json          what you told dsr about yourself
cases/<case>/case.json  each request with its events, in the order in which they were recorded
cases/<case>/...      letters and evidence; case.json names each with its SHA-256
runs.json             the runs of playbooks without a case
The other files are yours as they lay in dsr's folder. Browser profiles (sign-ins) are not in here.
"""


def backup(desk: Desk, target: Path | None) -> tuple[Path, archive.Contents]:
    """Write a backup, by default into `backups/` of the home, named by this instant. Returns where it is, and its list.

    Raises BadFile, BadArchive, StoreProblem.
    """
    path = target or free(desk.home / "backups", f"dsr-{desk.now():%Y%m%d-%H%M%S}")
    return path, archive.write(desk.home, path, desk.now(), __version__, desk.ledger.key)


def free(folder: Path, stem: str) -> Path:
    """A name in a folder for a backup that no file has yet: two backups may be made in one second."""
    path, number = folder / f"{stem}.zip", 1
    while path.exists():
        number += 1
        path = folder / f"{stem}-{number}.zip"
    return path


def opened(desk: Desk, folder: Path) -> int:
    """Write everything as JSON and files into a folder that is not there yet (GDPR Art. 20: structured, commonly used,
    machine-readable). Returns how many files it wrote; there whole or not at all. Raises BadFile."""
    if folder.exists():
        raise BadFile(folder, "it is there already, and nothing is overwritten", "name another folder with --out")
    fresh = folder.with_name(f".new-{folder.name}")
    shutil.rmtree(fresh, ignore_errors=True)
    _write(fresh / "READ-ME.txt", _READ_ME.encode())
    _write(fresh / "profile.json", _json(desk.ledger.subjects()))
    for request, events in desk.ledger.cases():
        _write(fresh / "cases" / request.id / "case.json", _json({"request": request, "events": events}))
    _write(fresh / "runs.json", _json(upkeep.solo_journal(desk.ledger.path, desk.ledger.key)))
    for path in archive.own_files(desk.home):
        bare, sealed_by = files.plain_name(path)
        name = bare.relative_to(desk.home).as_posix()
        files.write(fresh / name, files.pieces(desk.home, name, desk.ledger.key) if sealed_by else path)
    count = sum(path.is_file() for path in fresh.rglob("*"))
    fresh.replace(folder)
    return count


def _write(path: Path, content: bytes) -> None:
    files.write(path, content)


def _json(thing: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(thing), indent=2)


def laid_open(desk: Desk, case: str, folder: Path) -> list[Path]:
    """Write the letters and evidence of a case into a folder, readable by their owner: to send a letter, or to show a proof.

    Raises BadFile where one of them is there already, StoreCorrupt where one is not what was sealed.
    """
    names = {kept.path for event in desk.ledger.events(case) for kept in event.evidence}
    targets = {name: folder / Path(name).name for name in sorted(names)}
    if there := next((path for path in targets.values() if path.exists()), None):
        raise BadFile(there, "it is there already, and nothing is overwritten", "name another folder with --out")
    for name, target in targets.items():
        files.write(target, files.pieces(desk.home, name, desk.ledger.key))
    return list(targets.values())


def expired(desk: Desk, days: int) -> list[str]:
    """The settled cases whose last event is longer ago than the days that the person set."""
    limit = desk.today - timedelta(days=days)
    found = []
    for request, events in desk.ledger.cases():
        now = history.effective(events)
        if history.settled(now) and max(event.on for event in now) < limit:
            found.append(request.id)
    return found


def wipe(desk: Desk, cases: Sequence[str]) -> None:
    """Take cases out for good, with their letters and evidence, and the copies of the store that older versions of dsr left.
    What a playbook pressed in them stays known, without names. Interrupted, it can be run again: a case goes last.

    Raises StoreLocked where another dsr still reads what is to go; OSError where a file cannot be taken out.
    """
    for copy in desk.home.glob("store-v*.bak"):
        copy.unlink()
    for start in (".new-*", ".restore-*"):  # what a dsr that was killed was just writing
        for left in desk.home.glob(start):
            _gone(left)
    for case in cases:
        _gone(desk.home / "cases" / case)
        upkeep.wipe(desk.ledger.path, case, desk.now(), desk.ledger.key)


def _gone(folder: Path) -> None:
    if folder.is_symlink() or folder.is_file():
        folder.unlink()
    elif folder.exists():
        shutil.rmtree(folder)


def wipe_all(desk: Desk) -> None:
    """Take out every case, every profile, the evidence of every run, the browser profiles with their sign-ins, and rehearsals.
    The configuration and playbooks of one's own stay, and so do backups."""
    wipe(desk, [request.id for request, _ in desk.ledger.cases()])
    upkeep.forget_people(desk.ledger.path, desk.ledger.key)
    for name in ("cases", "runs", "preview", "browser", "rehearsal"):
        _gone(desk.home / name)
