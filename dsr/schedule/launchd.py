"""An agent of macOS's launchd: every hour, and once after the machine slept."""

from __future__ import annotations

import os
import plistlib
import shutil
from pathlib import Path
from typing import Any

from dsr import disk
from dsr.schedule.job import Job, State, called, done, held, put


class Launchd:
    """The scheduler of macOS, in the person's own session."""

    name = "launchd"
    note = "it runs while you are signed in"

    def usable(self) -> bool:
        """Whether this is a Mac."""
        return bool(shutil.which("launchctl"))

    def _path(self, job: Job) -> Path:
        return disk.named("~/Library") / "LaunchAgents" / f"{job.name}.plist"

    def _plist(self, job: Job) -> bytes:
        described: dict[str, Any] = {
            "Label": job.name,
            "ProgramArguments": list(job.program),
            "StartCalendarInterval": {"Minute": 7},
            "RunAtLoad": True,
            "ProcessType": "Background",
            "Nice": 10,
            "Umask": 0o077,
        }
        return plistlib.dumps(described, sort_keys=False)

    def where(self, job: Job) -> str:
        """The file of the agent."""
        return str(self._path(job))

    def entry(self, job: Job) -> str:
        """The property list."""
        return self._plist(job).decode()

    def _target(self, job: Job) -> str:
        return f"gui/{os.getuid()}/{job.name}"

    def state(self, job: Job) -> State:
        """Whether the file is ours of today and the agent is loaded."""
        found = held(self._path(job), self._plist(job), b"<string>--scheduled</string>")
        loaded = called(["launchctl", "print", self._target(job)]).returncode == 0
        return State.DIFFERENT if found == State.INSTALLED and not loaded else found

    def install(self, job: Job) -> None:
        """Write the file and load the agent anew."""
        put(self._path(job), self._plist(job))
        called(["launchctl", "bootout", self._target(job)])
        done(["launchctl", "bootstrap", f"gui/{os.getuid()}", str(self._path(job))])

    def remove(self, job: Job) -> None:
        """Unload the agent and take the file away."""
        called(["launchctl", "bootout", self._target(job)])
        self._path(job).unlink(missing_ok=True)

    def next_run(self, job: Job) -> str:  # noqa: ARG002
        """Launchd does not say."""
        return ""
