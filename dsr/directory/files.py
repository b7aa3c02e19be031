"""The files of an import: a folder, a ZIP file or one JSON file, walked once and handed to the source that knows them."""

from __future__ import annotations

import codecs
import os
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import IO

from msgspec import Struct, field

from dsr.directory.sources import RECORD_AT_MOST, SOURCES, Source
from dsr.errors import BadFile

LIST_AT_MOST = 64 << 20  # bytes of a list of all records in one file
_WHOLE_AT_MOST = 512 << 20  # bytes of all records of a ZIP file, unpacked
_DEEP = 8  # folders below the one that was named
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)


class Found(Struct, kw_only=True):
    """The records of one source: each with the match of its path; files that could not be read; the state, if the files tell."""

    source: Source
    files: list[tuple[re.Match[str], bytes]] = field(default_factory=list)
    unread: list[tuple[str, str]] = field(default_factory=list)
    state_on: date | None = None


def gather(path: Path, among: Iterable[str] = ()) -> list[Found]:
    """The sources whose records lie at a path. Raises BadFile where there is nothing to read, or a ZIP file is broken."""
    wanted = [SOURCES[name] for name in among] or list(SOURCES.values())
    if not path.exists():
        raise BadFile(path, "there is no such file or folder", "name a folder, a .zip or a .json file")
    zipped = path.is_file() and zipfile.is_zipfile(path)
    if path.suffix.lower() == ".zip" and path.is_file() and not zipped:
        raise BadFile(path, "this is no whole ZIP file", "download it again; nothing was changed")
    found = _zipped(path, wanted) if zipped else _walked(path, wanted)
    if not found:
        names = ", ".join(source.id for source in wanted)
        raise BadFile(
            path, f"holds no records of {names}", "name the folder that holds companies/, sites.json or manual/"
        )
    return found


def _matching(name: str, wanted: list[Source]) -> tuple[Source, re.Match[str]] | None:
    tail = "/".join(name.rsplit("/", 4)[-4:])  # no source tells its records by more
    for source in wanted:
        if match := source.files.fullmatch(tail):
            return source, match
    return None


def _walked(path: Path, wanted: list[Source]) -> list[Found]:
    found: dict[str, Found] = {}
    for name in [str(path.absolute())] if path.is_file() else _names(str(path.absolute()), _DEEP):
        if (hit := _matching(name.replace(os.sep, "/"), wanted)) is None:
            continue
        source, match = hit
        here = found.setdefault(source.id, Found(source=source))
        try:
            with open(name, "rb") as file:  # noqa: PTH123  three thousand paths are faster as text
                here.files.append((match, _bounded(file, match)))
        except OSError as problem:
            here.unread.append((name.rpartition(os.sep)[2], (problem.strerror or "cannot be read").lower()))
    return list(found.values())


def _names(folder: str, deep: int) -> Iterator[str]:
    """The files below a folder in order; links and hidden folders are left out."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except PermissionError:
        return
    for entry in entries:
        if entry.is_file(follow_symlinks=False):
            yield entry.path
        elif deep and not entry.name.startswith(".") and entry.is_dir(follow_symlinks=False):
            yield from _names(entry.path, deep - 1)


def _bounded(file: IO[bytes], match: re.Match[str]) -> bytes:
    """A file's content without a byte order mark; of one that is too large just enough for the reader to see that."""
    content = file.read((RECORD_AT_MOST if "stem" in match.groupdict() else LIST_AT_MOST) + 1)
    return content.removeprefix(codecs.BOM_UTF8)


def _zipped(path: Path, wanted: list[Source]) -> list[Found]:
    found: dict[str, Found] = {}
    whole = 0
    try:
        with zipfile.ZipFile(path) as archive:
            for member in sorted(archive.infolist(), key=lambda one: one.filename):
                if member.is_dir() or (hit := _matching(member.filename, wanted)) is None:
                    continue
                source, match = hit
                here = found.setdefault(source.id, Found(source=source))
                with archive.open(member) as file:
                    here.files.append((match, _bounded(file, match)))
                whole += len(here.files[-1][1])
                if whole > _WHOLE_AT_MOST:
                    raise BadFile(path, "unpacks to more than any directory holds", "take another copy of the file")
                here.state_on = max(filter(None, (here.state_on, _day(member.date_time))), default=None)
    except _BROKEN as problem:
        raise BadFile(
            path, f"the ZIP file is broken ({problem})", "download it again; nothing was changed"
        ) from problem
    return list(found.values())


def _day(moment: tuple[int, int, int, int, int, int]) -> date | None:
    try:
        day = date(*moment[:3])
    except ValueError:
        return None
    return day if day.year > 2000 else None
