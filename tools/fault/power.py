"""A power cut: the system calls of one whole job are recorded, and the disk is built as it could be found at any moment.

What this proves, and what not: POSIX promises of a file only what was synced before, and of a name only what stood in its
folder when that was synced. Every image holds exactly that ("nothing more"), or that and a random part of what was under way
("some more": single writes in any order, cut at 512 bytes, and some of the changes of names). So it shows that nothing
acknowledged rests on an unsynced write. It does not test a disk that lies about syncing, nor a real file system's bugs.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random

from fault import judge

CALLS = (
    "openat,write,pwrite64,writev,pwritev,lseek,fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat,ftruncate,mkdir,rmdir,"
    "copy_file_range,sendfile,fallocate,link,linkat"
)
_LINE = re.compile(r"(?:\d+ +)?(\w+)\((.*)\) += (-?\d+)(?:<((?:\\x..)*)>)?")
_TEXT = re.compile(r'"((?:\\x..)*)"')
_FILE = re.compile(r"^(\d+)<((?:\\x..)*)>")
SECTOR = 512


class File:
    """A file's bytes: as synced, and every change since."""

    def __init__(self, *, folder: bool = False) -> None:
        self.folder = folder
        self.synced = bytearray()
        self.since: list[tuple[int, bytes | None]] = []  # (offset, bytes) written, (length, None) cut

    def sync(self) -> None:
        """Everything is on disk now."""
        for change in self.since:
            _apply(self.synced, *change)
        self.since.clear()


def _apply(content: bytearray, at: int, data: bytes | None) -> None:
    if data is None:
        del content[at:]
        content.extend(bytes(at - len(content)))
        return
    content.extend(bytes(max(at - len(content), 0)))
    content[at : at + len(data)] = data


class Disk:
    """A folder as the running system sees it, and as it would be found after a power cut."""

    def __init__(self) -> None:
        self.live: dict[str, File] = {}
        self.names: dict[str, File] = {}  # on disk
        self.renamed: list[tuple[str, File | None]] = []  # not on disk yet: a name, and what it stands for
        self.places: dict[str, int] = {}  # where the next plain write of an open file goes

    def name(self, path: str, file: File | None) -> None:
        """A name is made, changed or taken away."""
        if file is None:
            self.live.pop(path, None)
        else:
            self.live[path] = file
        self.renamed.append((path, file))

    def sync(self, path: str) -> None:
        """A file's bytes, or a folder's names, are on disk."""
        file = self.live.get(path)
        if file is not None and not file.folder:
            file.sync()
            return
        for name, meant in [one for one in self.renamed if os.path.dirname(one[0]) == path]:  # noqa: PTH120  text
            self._settle(name, meant)
        self.renamed = [one for one in self.renamed if os.path.dirname(one[0]) != path]  # noqa: PTH120  text

    def _settle(self, name: str, meant: File | None) -> None:
        if meant is None:
            self.names.pop(name, None)
        else:
            self.names[name] = meant

    def found(self, more: Random | None) -> dict[str, bytes | None]:
        """What a power cut leaves; with `more`, also some of what was under way. None is a folder."""
        names = dict(self.names)
        for name, meant in self.renamed if more else ():
            if more and more.random() < 0.5:
                names.pop(name, None) if meant is None else names.update({name: meant})
        content: dict[str, bytes | None] = {}
        for name, file in sorted(names.items()):
            if name.endswith("-shm"):
                continue  # shared memory: nothing of it outlives the processes
            content[name] = None if file.folder else bytes(self._bytes(file, more))
        for name, file in self.live.items():
            if name.endswith(".site"):  # not of this disk: what the other side has counted
                content[name] = b"".join(data or b"" for _, data in file.since) or bytes(file.synced)
        return content

    def _bytes(self, file: File, more: Random | None) -> bytearray:
        content = bytearray(file.synced)
        for at, data in file.since if more else ():
            assert more
            if more.random() < 0.5:
                torn = data is not None and more.random() < 0.5
                _apply(content, at, data[: len(data) // 2 // SECTOR * SECTOR] if data and torn else data)
        return content


def _words(text: str) -> str:
    return bytes.fromhex(text.replace("\\x", "")).decode("utf-8", "surrogateescape")


def record(home: Path, log: Path) -> None:
    """Do one whole job with its system calls written to a log."""
    call = ["strace", "-f", "-y", "-xx", "-s", "16000000", "-e", f"trace={CALLS}", "-o", str(log)]
    subprocess.run([*call, sys.executable, judge.JOB, str(home), "0"], check=True, stdout=subprocess.DEVNULL)


def moments(log: Path, root: Path) -> Iterator[tuple[Disk, str]]:
    """The disk before each sync and after each acknowledgement, with all that was acknowledged by then."""
    disk = Disk()
    acks = ""
    disk.live[str(root)] = File(folder=True)
    with log.open() as lines:
        for line in lines:
            match = _LINE.match(line)
            if match is None or int(match[3]) < 0:
                continue
            call, args, result, opened = match[1], match[2], int(match[3]), match[4]
            file = _FILE.match(args)
            path = _words(file[2]) if file else ""
            if call == "write" and file and file[1] == "1":
                text = _TEXT.search(args)
                acks += _words(text[1]) if text else ""
                yield disk, acks
                continue
            if call in ("fsync", "fdatasync") and path.startswith(str(root)):
                yield disk, acks
            _follow(disk, call, args, result, path, _words(opened) if opened else "", str(root))
    yield disk, acks


def _follow(disk: Disk, call: str, args: str, result: int, path: str, opened: str, root: str) -> None:
    """Do to the disk what one system call did."""
    texts = [_words(one) for one in _TEXT.findall(args)] if call not in ("write", "pwrite64") else []
    if call == "openat" and opened.startswith(root + "/"):
        disk.places[opened] = 0
        if opened not in disk.live and "O_CREAT" in args:
            disk.name(opened, File())
        if "O_TRUNC" in args:
            disk.live[opened].since.append((0, None))
    elif call in ("rename", "mkdir", "unlink", "rmdir") and texts[0].startswith(root + "/"):
        _named(disk, call, texts)
    elif call == "unlinkat" and path.startswith(root):
        disk.name(f"{path}/{texts[0]}", None)
    elif call in ("fsync", "fdatasync"):
        disk.sync(path)
    elif path.startswith(root + "/") and path in disk.live:
        _changed(disk, call, args, result, path)


def _changed(disk: Disk, call: str, args: str, result: int, path: str) -> None:
    """A file's bytes, or where its next bytes go."""
    since = disk.live[path].since
    if call == "pwrite64":
        since.append((int(args.rsplit(", ", 1)[1]), _data(args)[:result]))
    elif call == "write":
        at = disk.places[path]
        since.append((at, _data(args)[:result]))
        disk.places[path] = at + result
    elif call == "lseek":
        disk.places[path] = result
    elif call == "ftruncate":
        since.append((int(args.rsplit(", ", 1)[1]), None))
    else:
        raise NotImplementedError(f"{call}({args[:200]}) is not followed")


def _named(disk: Disk, call: str, texts: list[str]) -> None:
    if call == "mkdir":
        disk.name(texts[0], File(folder=True))
    elif call == "rename":
        file = disk.live[texts[0]]
        disk.name(texts[0], None)
        disk.name(texts[1], file)
    else:
        disk.name(texts[0], None)


def _data(args: str) -> bytes:
    text = _TEXT.search(args)
    return bytes.fromhex(text[1].replace("\\x", "")) if text else b""


def build(found: dict[str, bytes | None], root: Path, place: Path) -> Path:
    """Write an image to a place; a file whose folder was not on disk is lost with it. The home in it."""
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(mode=0o700)
    for name, content in found.items():
        path = place / Path(name).relative_to(root)
        if not path.parent.is_dir():
            continue
        if content is None:
            path.mkdir(mode=0o700, exist_ok=True)
        else:
            path.touch(mode=0o600)
            path.write_bytes(content)
    return place / "home"
