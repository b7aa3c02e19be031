"""Renew the directory from open ones: fetch or read, compare, say what changes, and only then put it in place."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import date
from pathlib import Path

from dsr.directory import download, files, holdings
from dsr.directory.files import Found
from dsr.directory.holdings import Change
from dsr.directory.sources import SOURCES
from dsr.errors import PersonNeeded, UnknownName
from dsr.model import Person

Bar = Callable[[str], Callable[[int, int], None]]
_FEW = 20  # records: below, a loss needs no question
_SHOWN = 12


def sources(typed: Sequence[str]) -> list[str]:
    """The sources that were named, all where none is. Raises UnknownName."""
    for name in typed:
        if name not in SOURCES:
            raise UnknownName("directory to import", name, SOURCES)
    return list(dict.fromkeys(typed))


def read(
    home: Path, names: Sequence[str], path: Path | None, today: date, state: date | None, bar: Bar
) -> list[Change]:
    """What an import would change: from a path, or fetched. Raises BadFile, SiteDown; nothing is written."""
    if path is not None:
        return holdings.compare(home, files.gather(path, names), str(path.absolute()), today, state)
    changes: list[Change] = []
    for name in names or list(SOURCES):
        source = SOURCES[name]
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dsr-import-")))
            target = folder / (f"{name}.zip" if "/zip/" in source.url else "sites.json")
            download.fetch(source.url, target, bar(name))
            found: list[Found] = files.gather(target, [name])
            changes += holdings.compare(home, found, source.url, today, state)
    return changes


def agreed(person: Person, changes: Sequence[Change], *, yes: bool) -> bool:
    """Whether an import that would lose many records may go on. Raises PersonNeeded where nobody can answer."""
    for change in changes:
        most = change.earlier >= _FEW and 3 * len(change.gone) > change.earlier
        if (most or (change.gone and not change.entries)) and not yes:
            what = f"{len(change.gone):,} of {change.earlier:,} records of {change.source} would be gone"
            if not person.present:
                raise PersonNeeded(f"{what}; is that the whole of it?", "dsr directory import --yes, if it is")
            if not person.confirm(f"{what}. Import it all the same?"):
                return False
    return True


def log(change: Change) -> Iterator[str]:
    """What an import does to one source, line by line; every refused record has its own."""
    stamp = change.stamp
    what = f"{stamp.companies:,} companies"
    what += f", {stamp.authorities:,} authorities" if stamp.authorities else ""
    what += f", {stamp.retired:,} retired names" if stamp.retired else ""
    yield f"{change.source}: {what} (licence {stamp.licence}, state of {stamp.state_on or 'unknown date'})"
    yield f"  new {len(change.new):,}, changed {len(change.changed):,}, gone {len(change.gone):,}"
    for word, keys in (("changed", change.changed), ("gone", change.gone)):
        if keys:
            more = f" and {len(keys) - _SHOWN:,} more" if len(keys) > _SHOWN else ""
            yield f"  {word}: {', '.join(keys[:_SHOWN])}{more}"
    if change.new and change.earlier:
        more = f" and {len(change.new) - _SHOWN:,} more" if len(change.new) > _SHOWN else ""
        yield f"  new: {', '.join(change.new[:_SHOWN])}{more}"
    yield from (f"  refused {place}: {why}" for place, why in change.refused)


def data(change: Change) -> dict[str, object]:
    """The same for a program."""
    import msgspec

    return {
        **msgspec.to_builtins(change.stamp),
        "new": list(change.new),
        "changed": list(change.changed),
        "gone": list(change.gone),
        "refused": [{"record": place, "why": why} for place, why in change.refused],
    }
