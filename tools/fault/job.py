"""The main job that faults strike: letters, log, a press, reminders, backups and the change of locks. Each step is
acknowledged on a pipe once it is done.

Run as a program: `python job.py HOME FIRST [LAST]` does the steps from FIRST on and prints one line of JSON after each.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

PROFILE = "profile init --name Ada --email ada@example.org --residence DE-BE"
STEPS = (
    PROFILE,
    "request-export openai --via email --yes",
    "log openai-1 sent --via email --note step-2",
    "press",
    "log openai-1 acknowledged --note step-4",
    "remind --on 2099-01-20",
    "backup --out {home}.zip",
    "request-deletion openai --via email --this-data --yes",
    "log openai-2 sent --via email --note step-8",
    "remind --on 2099-02-20",
    "log openai-1 answered --note step-10",
    "vault encrypt --key-file {home}.key-{attempt} --yes",
    "log openai-1 closed --note step-12",
    "vault wipe openai-2 --yes",
    "vault rekey --key-file {home}.key2-{attempt} --yes",
    "vault decrypt --yes",
)
BOOK = "openai/request-export"


def press(home: Path) -> dict[str, Any]:
    """What a run does around its one press, with a file as the site's counter: journal, press, journal."""
    from dsr.store import Ledger

    def now() -> datetime:
        return datetime.now(UTC)

    with Ledger(home) as ledger:  # before it is encrypted
        if ledger.unsettled("openai-1", BOOK, now) or ledger.newest_entry("openai-1", BOOK):
            return {"exit_code": 0, "data": {"outcome": "unknown"}}
        journal = ledger.begin_run("openai-1", BOOK, now)
        journal.intent(0, "export", "Confirm export")
        handle = os.open(f"{home}.site", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.write(handle, b"pressed\n")
        os.fsync(handle)
        os.close(handle)
        journal.committed(0)
    return {"exit_code": 0, "data": {"outcome": "submitted"}}


def step(home: Path, line: str) -> dict[str, Any]:
    """One step; the envelope that dsr answered with."""
    from dsr.cli import main
    from dsr.errors import DsrError

    if line == "press":
        try:
            return press(home)
        except DsrError as error:
            return {"exit_code": error.exit_code, "data": {}, "error": {"message": error.message}}
    heard = io.StringIO()
    with contextlib.redirect_stdout(heard), contextlib.suppress(SystemExit):
        main([*line.format(home=home, attempt=os.getpid()).split(), "--json"])
    envelope: dict[str, Any] = json.loads(heard.getvalue())
    return envelope


def run(home: Path, first: int, last: int = len(STEPS)) -> None:
    """The steps from `first` on; each is acknowledged by a line on standard output once it came back."""
    os.environ["DSR_HOME"] = str(home)
    for number in range(first, last):
        answer = step(home, STEPS[number])
        told = {"step": number, "code": answer["exit_code"], "data": answer["data"], "error": answer.get("error")}
        os.write(1, (json.dumps(told) + "\n").encode())
        if answer["exit_code"] not in (0, 10):
            return


if __name__ == "__main__":
    run(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else len(STEPS))
