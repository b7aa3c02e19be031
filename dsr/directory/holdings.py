"""The directory of a home: opened, searched, added to, and renewed by imports that leave it whole whatever happens."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from dsr import registry
from dsr.directory import index, own
from dsr.directory.entry import Entry, Ours
from dsr.directory.index import Imported, Index, Stock
from dsr.errors import BadFile, StoreLocked, StoreProblem

if TYPE_CHECKING:
    from dsr.directory.files import Found

FOLDER = "directory"
_MADE_BY = "2"  # a change of how the index is made, or read, changes this
# Whose record comes first where several speak of a company.
_ORDER = ["datenanfragen", "unlock-my-data", "justdeleteme"]
_encode = msgspec.json.Encoder().encode


class Change(Struct, frozen=True, kw_only=True):
    """What an import does to the records of one source: keys that are new, changed and gone, and every refused record."""

    source: str
    stamp: Imported
    new: tuple[str, ...]
    changed: tuple[str, ...]
    gone: tuple[str, ...]
    earlier: int
    refused: tuple[tuple[str, str], ...]
    entries: dict[str, bytes]
    retired: dict[str, tuple[str, str]]


def folder(home: Path) -> Path:
    """Where the directory of a home lies; it may not exist yet."""
    return home / FOLDER


def _edition(at: Path) -> str:
    """The state of what an index is made from beside imports: our records and the person's own."""
    paths = [*sorted(registry.CONTROLLERS.glob("*.toml")), at / own.FILE]
    states = [(path.name, stat.st_mtime_ns, stat.st_size) for path in paths if path.exists() for stat in [path.stat()]]
    return repr((_MADE_BY, states))


def ours() -> list[Ours]:
    """dsr's own records as the merge sees them."""
    return [
        Ours(slug=one.slug, name=one.name, names=(*one.aliases, *one.products), domains=one.domains, legal=one.legal)
        for one in map(registry.outline, registry.slugs())
    ]


@contextmanager
def _writing(at: Path) -> Iterator[None]:
    """One dsr at a time makes an index; the lock goes with its process."""
    at.mkdir(mode=0o700, parents=True, exist_ok=True)
    with closing(sqlite3.connect(at / "lock.db", timeout=20.0, isolation_level=None)) as lock:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as problem:
            if "locked" not in str(problem):
                raise StoreProblem(f"{at} cannot be written: {problem}", "look at the folder and its disk") from problem
            raise StoreLocked("another dsr is renewing the directory", "wait for it, then run this again") from problem
        yield


@contextmanager
def opened(home: Path) -> Iterator[Index]:
    """The index, made first where there is none or it is out of date. Raises BadFile, StoreLocked."""
    at = folder(home)
    if not _fresh(at):
        with _writing(at):
            if not _fresh(at):
                _build(at, _stock(at))
    with Index(at / index.FILE) as found:
        yield found


def _fresh(at: Path) -> bool:
    if not (at / index.FILE).exists():
        return False
    with Index(at / index.FILE) as found:
        return found.edition() == _edition(at)


def _stock(at: Path) -> Stock:
    if not (at / index.FILE).exists():
        return Stock(stamps={}, entries={}, retired={})
    with Index(at / index.FILE) as found:
        return found.stock()


def _build(at: Path, stock: Stock) -> int:
    return index.build(at, stock, ours(), own.read(at).values(), _edition(at), _ORDER)


def about(home: Path, slug: str) -> tuple[list[Entry], dict[str, Imported]]:
    """What imports and the person say about a company, and the imports; nothing where nothing was ever imported or added."""
    if not (folder(home) / index.FILE).exists() and not (folder(home) / own.FILE).exists():
        return [], {}
    with opened(home) as found:
        said = found.entries(slug)
        return said, found.stamps() if said else {}


def entries(home: Path, slug: str) -> list[Entry]:
    """What imports and the person say about a company."""
    return about(home, slug)[0]


def stamps(home: Path) -> dict[str, Imported]:
    """The imports so far, by source."""
    if not (folder(home) / index.FILE).exists():
        return {}
    with Index(folder(home) / index.FILE) as found:
        return found.stamps()


def compare(home: Path, found: Sequence[Found], origin: str, on: date, state_on: date | None) -> list[Change]:
    """Read what was found and say what it would change; nothing is written."""
    at = folder(home)
    try:
        before = _stock(at)
    except BadFile:  # damaged: an import makes it anew
        before = Stock(stamps={}, entries={}, retired={})
    return [_change(one, before, origin, on, state_on or one.state_on) for one in found]


def _change(found: Found, before: Stock, origin: str, on: date, state_on: date | None) -> Change:
    batch = found.source.read(found.files)
    old = before.entries.get(found.source.id, {})
    encoded = {key: _encode(one) for key, one in batch.entries.items()}
    spoilt = {*batch.spoilt, *(name.removesuffix(".json") for name, _ in found.unread)}
    kept = {key: data for key, data in old.items() if key not in encoded and (batch.unread or key in spoilt)}
    encoded |= kept
    authorities = sum(one.kind == "authority" for one in (*batch.entries.values(), *map(index.entry, kept.values())))
    refused = (*found.unread, *batch.refused)
    return Change(
        source=found.source.id,
        stamp=Imported(
            source=found.source.id,
            licence=found.source.licence,
            origin=origin,
            imported_on=on,
            state_on=state_on,
            companies=len(encoded) - authorities,
            authorities=authorities,
            retired=len(batch.retired),
            refused=len(refused),
        ),
        new=tuple(key for key in encoded if key not in old),
        changed=tuple(key for key, data in encoded.items() if key in old and old[key] != data),
        gone=tuple(key for key in old if key not in encoded),
        earlier=len(old),
        refused=refused,
        entries=encoded,
        retired=batch.retired,
    )


def apply(home: Path, changes: Sequence[Change]) -> int:
    """Renew the directory, whole or not at all. Returns the number of companies in it."""
    at = folder(home)
    with _writing(at):
        try:
            stock = _stock(at)
        except BadFile:
            stock = Stock(stamps={}, entries={}, retired={})
        for change in changes:
            stock.stamps[change.source] = change.stamp
            stock.entries[change.source] = change.entries
            if change.source == "datenanfragen":  # the only one that retires names
                stock.retired = change.retired
        return _build(at, stock)


def add(home: Path, record: Entry) -> None:
    """Write a record of the person's own; it comes first, whatever an import says."""
    at = folder(home)
    with _writing(at):
        records = own.read(at) | {record.key: record}
        with index.beside(at / own.FILE) as path:
            path.write_bytes(own.encoded(records))
        _build(at, _stock(at))
