"""Where playbooks stand: dsr's own, and beside them a person's own in a folder of hers; found by id, or by the path of a file."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from dsr import disk, resources
from dsr.errors import BadData, BadFile, UnknownName
from dsr.playbook import read
from dsr.playbook.schema import Playbook, Service


class Entry(Struct, frozen=True):
    """A playbook's file. `own`: it is not one of dsr's; `named`: by its path, so that its id may be anything."""

    id: str
    path: Path
    own: bool = False
    named: bool = False


def every(folder: Path | None = None) -> list[Entry]:
    """Every file, dsr's own first; `folder` is the person's, where an id of dsr's may stand again (see `entries`)."""
    ours = _of(resources.folder("playbooks"), own=False)
    return [*ours, *(_of(folder, own=True) if folder else [])]


def entries(folder: Path | None = None) -> list[Entry]:
    """Every playbook by its id. Raises BadData where one of the person's has the id of one of dsr's: it would take the place of
    something that was reviewed."""
    found = every(folder)
    ours = {entry.id for entry in found if not entry.own}
    if clash := next((entry for entry in found if entry.own and entry.id in ours), None):
        raise BadData(
            f"{clash.path} has the id of one of dsr's own playbooks, '{clash.id}', and must not take its place",
            f"give it another name; or run this one file: dsr playbook run {clash.path}",
        )
    return found


def _of(folder: Path, *, own: bool) -> list[Entry]:
    return [Entry(name, folder / f"{name}.toml", own) for name in read.ids(folder)]


def within(folder: Path) -> list[Entry]:
    """The playbooks of a folder that is named by its path: those that lie in it, and in its folders but for rehearsals."""
    found = [path for path in (*folder.glob("*.toml"), *folder.glob("*/*.toml")) if path.stem not in read.BESIDE]
    return [find(str(path)) for path in sorted(found) if path.parent.name != "rehearsal"]


def is_path(typed: str) -> bool:
    """Whether a file is meant rather than an id."""
    return typed.endswith(".toml") or Path(typed).is_file()


def find(typed: str, folder: Path | None = None) -> Entry:
    """The playbook of that id, or the file of that path. Raises UnknownName with close matches, BadData."""
    if is_path(typed):
        path = disk.named(typed)
        return Entry(path.stem, path, own=not path.is_relative_to(resources.folder("playbooks")), named=True)
    known = entries(folder)
    for entry in known:
        if entry.id == typed:
            return entry
    raise UnknownName("playbook", typed, (entry.id for entry in known))


def opened(entry: Entry) -> tuple[Playbook, Service | None]:
    """The playbook, checked, and the service.toml beside it if there is one. Raises BadFile naming every problem."""
    book, service = read.with_service(entry.path)
    if not entry.named and book.id != entry.id:
        raise BadFile(entry.path, f"id '{book.id}' differs from the file's name '{entry.id}'")
    return book, service
