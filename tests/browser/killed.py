"""Run dsr in this process and kill it with SIGKILL at one seam of the journal: `python killed.py SEAM dsr-arguments`."""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

from dsr.browser import guard
from dsr.browser.watch import Watch
from dsr.cli import main
from dsr.store import RunJournal


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def at(seam: str) -> None:
    """Arrange the end: before or after an entry is written, or between the press and its entry."""
    entry = {
        "before-intent": "intent",
        "after-intent": "intent",
        "before-committed": "committed",
        "after-committed": "committed",
    }
    if seam == "after-click":
        read, pressed, effect = guard.Guard.read, Watch.pressed, []

        def note(self: Watch) -> None:
            effect.append(True)
            pressed(self)

        Watch.pressed = note  # type: ignore[method-assign]

        async def read_and_die(self: guard.Guard) -> Any:
            seen = await read(self)
            if seen.clicked and effect:  # an opener is guarded too
                die()
            return seen

        guard.Guard.read = read_and_die  # type: ignore[method-assign]
        return
    name = entry[seam]
    written = getattr(RunJournal, name)

    def write(self: RunJournal, *what: Any) -> None:
        if seam.startswith("before"):
            die()
        written(self, *what)
        die()

    setattr(RunJournal, name, write)


if __name__ == "__main__":
    at(sys.argv[1])
    main(sys.argv[2:])
