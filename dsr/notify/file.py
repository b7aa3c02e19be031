"""Reminders in a text file, newest last. An entry that is there already is not written again."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from dsr import disk
from dsr.errors import BadFile, ChannelFailed
from dsr.notice import Notice

_MOST = 16 << 20  # bytes: it is read whole, to see what it holds already


class File:
    """The channel `file`. `path` is made where there is none, of mode 0600; `on` is the day that stands before the entries."""

    name = "file"

    def __init__(self, path: Path, on: date) -> None:
        self._path = path
        self._on = on

    def send(self, notice: Notice) -> None:
        """Add each entry that the file does not hold yet, all at once or none. Raises ChannelFailed."""
        try:
            held = disk.read(self._path, _MOST) if self._path.exists() else b""
            new = [
                f"{self._on}  {text}  [{key}]\n".encode()
                for key, text in notice.lines.items()
                if f"[{key}]\n".encode() not in held
            ]
            if new:
                gap = b"" if not held or held.endswith(b"\n") else b"\n"
                self._replace(held + gap + b"".join(new))
        except BadFile as problem:
            raise ChannelFailed(self.name, problem.message, problem.hint) from None
        except OSError as problem:
            why = (problem.strerror or str(problem)).lower()
            raise ChannelFailed(self.name, f"{self._path} cannot be written: {why}") from problem

    def _replace(self, content: bytes) -> None:
        """Put a file in the place of the old one, or leave the old one as it is. A link stays a link, and a folder that is not
        there, as on a disk that is not, is not made."""
        target = self._path.resolve()
        target.parent.stat()
        disk.write(target, content, target.stat().st_mode & 0o777 if target.exists() else 0o600)
