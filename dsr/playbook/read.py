"""Playbooks from their files: ours, and those of a folder of the person's own."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from msgspec import structs

from dsr import resources
from dsr.errors import BadData, BadFile, UnknownName
from dsr.playbook.checks import of_service, problems
from dsr.playbook.schema import Effect, Playbook, Service

BESIDE = ("service", "offers")  # files of a service's folder that are no playbooks


def ids(folder: Path | None = None) -> tuple[str, ...]:
    """Every playbook of a folder (ours, if none is named) as `controller/action`, sorted."""
    found = (folder or resources.folder("playbooks")).glob("*/*.toml")
    return tuple(sorted(f"{path.parent.name}/{path.stem}" for path in found if path.stem not in BESIDE))


@cache
def service(controller: str, folder: Path | None = None) -> Service:
    """The shared part of a controller's playbooks. Raises UnknownName, BadFile."""
    root = folder or resources.folder("playbooks")
    path = root / controller / "service.toml"
    if not path.is_file():
        raise UnknownName("service with playbooks", controller, (one.partition("/")[0] for one in ids(folder)))
    return _service(path)


def _service(path: Path) -> Service:
    found = resources.toml(path, Service)
    if wrong := of_service(found):
        raise BadFile(path, "; ".join(wrong))
    return found


@cache
def load(name: str, folder: Path | None = None) -> Playbook:
    """A playbook with its service's controls joined in, checked. Raises UnknownName, BadFile naming every problem."""
    if name not in ids(folder):
        raise UnknownName("playbook", name, ids(folder))
    path = (folder or resources.folder("playbooks")) / f"{name}.toml"
    book = with_service(path)[0]
    if book.id != name:
        raise BadFile(path, f"id '{book.id}' differs from the file's name '{name}'")
    return book


def with_service(path: Path) -> tuple[Playbook, Service | None]:
    """A playbook from any file, and the service.toml beside it if there is one. Raises BadFile naming every problem."""
    book = resources.toml(path, Playbook)
    beside = path.with_name("service.toml")
    shared = _service(beside) if beside.is_file() else None
    if shared:
        book = structs.replace(book, control=shared.control | book.control, dialog=shared.dialog + book.dialog)
    if wrong := problems(book):
        raise BadFile(path, "; ".join(wrong))
    return book, shared


def chosen(book: Playbook, wish: str) -> Playbook:
    """The playbook for one wish, where it offers several (`choice`). Raises BadData where it does not offer that one."""
    if not book.choice:
        return book
    control = dict(book.control)
    for key, meanings in book.choice.items():
        if wish not in meanings:
            raise BadData(f"{book.id} does not offer '{wish}'", f"it offers: {', '.join(sorted(meanings))}")
        control[key] = book.control[meanings[wish]]
    effect = Effect.DESTRUCTIVE if wish in book.destructive_for else book.effect
    return structs.replace(book, control=control, effect=effect)
