"""Files of a person on the disk: written whole or not at all, readable by their owner only, never through a link."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from dsr.errors import BadFile

_PIECE = 1 << 20  # bytes at a time: an export may be larger than the memory


def named(typed: str | Path) -> Path:
    """The absolute path that a person means. Raises BadFile for the home of nobody, or for what is no path."""
    try:
        path = Path(typed).expanduser()
    except RuntimeError:
        who = Path(typed).parts[0]
        raise BadFile(typed, f"there is no home folder for '{who}'", "name the path in full, from / on") from None
    if "\0" in str(path):
        raise BadFile(typed, "no path holds such a sign", "name another one")
    return path.absolute()


def write(path: Path, content: bytes | Path | Iterable[bytes], mode: int = 0o600) -> None:
    """Write a file so that after a crash it is either absent, the old one, or the new one in full. A path as `content` is a
    file to copy; it may come in pieces."""
    import shutil

    with beside(path, mode) as fresh, fresh.open("wb") as file:
        if isinstance(content, bytes):
            file.write(content)
        elif isinstance(content, Path):
            with content.open("rb") as source:
                shutil.copyfileobj(source, file, _PIECE)
        else:
            file.writelines(content)


@contextmanager
def beside(path: Path, mode: int = 0o600) -> Iterator[Path]:
    """A new file for a block to fill: it takes the place of the path, synced, when the block ends well, and is gone when not.

    Raises BadFile where a folder, a pipe or a device bears that name: who may do anything would replace `/dev/null`.
    """
    import tempfile

    if path.exists() and not path.is_file():
        raise BadFile(path, "it is a folder, a pipe or a device, not a file", "name another file")
    make(path.parent)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    os.close(handle)
    fresh = Path(name)
    try:
        yield fresh
        if mode != 0o600:  # as it was made
            fresh.chmod(mode)
        _settle(fresh, os.O_RDWR)
        fresh.replace(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    settle(path.parent)


def read(path: Path, most: int = 1 << 20, *, pipes: bool = False) -> bytes:
    """A file that somebody hands over, of at most so many bytes. A pipe or device in its place is refused, unless pipes are
    welcome: it could give bytes for ever, or none.

    Raises BadFile for what is no file or too large, OSError where it cannot be read.
    """
    handle = os.open(path, os.O_RDONLY if pipes else os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    try:
        if not pipes and not stat.S_ISREG(os.fstat(handle).st_mode):
            raise BadFile(path, "it is a folder, a pipe or a device, not a file", "name a file")
        content = bytearray()
        while len(content) <= most and (piece := os.read(handle, _PIECE)):
            content += piece
    finally:
        os.close(handle)
    if len(content) > most:
        raise BadFile(path, f"it is larger than {most >> 10} KiB", "name another file")
    return bytes(content)


def make(folder: Path) -> None:
    """Make a folder and those above it that are missing, mode 0700, their names on disk when this returns."""
    for missing in reversed([one for one in (folder, *folder.parents) if not one.exists()]):
        missing.mkdir(exist_ok=True, mode=0o700)
        settle(missing.parent)


def settle(folder: Path) -> None:
    """Have a folder's own entries on disk too, where the system lets a folder be opened (Windows does not)."""
    if sys.platform != "win32":
        _settle(folder, os.O_RDONLY)


def _settle(path: Path, flags: int) -> None:
    handle = os.open(path, flags)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def refuse_links(home: Path, names: tuple[str, ...]) -> None:
    """Refuse a home in which one of these names, relative to it, or a folder on the way there, is a symbolic link: somebody
    could have laid it so that what is private is written, read or made readable elsewhere. The home itself may be one.

    Raises BadFile with the name.
    """
    for name in names:
        path = home
        for part in Path(name).parts:
            path = path / part
            if path.is_symlink():
                raise BadFile(
                    path,
                    "it is a symbolic link, and dsr follows none inside its folder",
                    f"look where it leads: ls -l '{path}'; then move what it leads to here, or set DSR_HOME to that folder",
                )


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a lock file for a block; it ends with the process, however that ends. Raises BlockingIOError where it is held."""
    with path.open("a") as file:
        if sys.platform == "win32":
            import msvcrt

            try:
                msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            except OSError:
                raise BlockingIOError from None
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
