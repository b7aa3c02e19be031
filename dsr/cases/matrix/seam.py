"""dsr in this process, with something that happens at one seam of the journal:
`python -m dsr.cases.matrix.seam WHAT SEAM ARGUMENTS`.

`kill-dsr` ends this process by SIGKILL, `kill-browser` the browser that it drives, and `full` lets no byte be written to the
evidence. The seams: `before-intent`, `after-intent`, `after-click`, `before-committed`, `after-committed`. POSIX only.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dsr.browser import guard
from dsr.store import RunJournal

_PROCESSES = Path("/proc")


def main() -> None:
    """Arrange what shall happen, then be dsr."""
    what, seam, *arguments = sys.argv[1:]
    if what == "full":
        _no_room()
    else:
        _at(seam, {"kill-dsr": _end_this, "kill-browser": _end_browser}[what])
    sys.argv = ["dsr", *arguments]
    runpy.run_module("dsr", run_name="__main__", alter_sys=True)


def _end_this() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _end_browser() -> None:
    """End every process that has this home's browser profile in its command line, and wait until the first is gone."""
    mark = f"--user-data-dir={os.environ['DSR_HOME']}".encode()
    for folder in _PROCESSES.iterdir():
        try:
            if folder.name.isdigit() and mark in (folder / "cmdline").read_bytes():
                os.kill(int(folder.name), signal.SIGKILL)
        except OSError:
            continue  # it has ended meanwhile


def _at(seam: str, happen: Callable[[], None]) -> None:
    """Let it happen at a seam, once."""
    if seam == "after-click":
        _after_click(happen)
        return
    when, name = seam.split("-")
    write = getattr(RunJournal, name)

    def written(self: RunJournal, *what: Any) -> None:
        if when == "before":
            happen()
        write(self, *what)
        if when == "after":
            happen()

    setattr(RunJournal, name, written)


def _after_click(happen: Callable[[], None]) -> None:
    """Between the press for effect and its entry: at the first click that is read after an intent was written."""
    meant = []
    intent, read = RunJournal.intent, guard.Guard.read

    def intended(self: RunJournal, *what: Any) -> None:
        intent(self, *what)
        meant.append(what)

    async def read_then(self: guard.Guard) -> Any:
        seen = await read(self)
        if seen.clicked and meant:
            happen()
        return seen

    setattr(RunJournal, "intent", intended)  # noqa: B010  mypy knows no assignment to a method
    guard.Guard.read = read_then  # type: ignore[method-assign]


def _no_room() -> None:
    """The kernel refuses every write of the process while evidence is kept."""
    import resource

    keep = RunJournal.keep

    def kept(self: RunJournal, *what: Any) -> Any:
        _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, most))
        try:
            return keep(self, *what)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    setattr(RunJournal, "keep", kept)  # noqa: B010


if __name__ == "__main__":
    main()
