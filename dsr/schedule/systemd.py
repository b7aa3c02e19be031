"""A user timer of systemd: every hour, and once after any time in which the machine was off."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from dsr import disk
from dsr.schedule.job import DESCRIPTION, Job, State, called, done, held, put

_MARK = b"# Made by `dsr schedule install`"
_SERVICE = """\
# Made by `dsr schedule install`; `dsr schedule remove` takes it away.
[Unit]
Description={description}

[Service]
Type=oneshot
ExecStart=:{command}
SuccessExitStatus=10
TimeoutStartSec=15min
UMask=0077
Nice=10
"""
_TIMER = """\
# Made by `dsr schedule install`; `dsr schedule remove` takes it away.
[Unit]
Description={description}

[Timer]
OnCalendar=hourly
Persistent=true

[Install]
WantedBy=timers.target
"""


def _quoted(word: str) -> str:
    """A word of a command line in a unit file; `:` before the command has switched variables off, `%` stays to be doubled."""
    inner = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{inner}"'


class Systemd:
    """The scheduler of most Linux systems, as the person's own instance."""

    name = "systemd"
    note = "it runs while you are signed in and makes up for what it slept through; always: loginctl enable-linger"

    def usable(self) -> bool:
        """Whether the person's own instance of systemd answers."""
        return bool(shutil.which("systemctl")) and called(["systemctl", "--user", "show-environment"]).returncode == 0

    def _files(self, job: Job) -> dict[Path, bytes]:
        folder = disk.named(os.environ.get("XDG_CONFIG_HOME") or "~/.config") / "systemd" / "user"
        command = " ".join(_quoted(word) for word in job.program)
        return {
            folder / f"{job.name}.service": _SERVICE.format(description=DESCRIPTION, command=command).encode(),
            folder / f"{job.name}.timer": _TIMER.format(description=DESCRIPTION).encode(),
        }

    def where(self, job: Job) -> str:
        """The file of the timer."""
        return str(list(self._files(job))[1])

    def entry(self, job: Job) -> str:
        """Both unit files."""
        return "\n".join(f"# {path}\n{content.decode()}" for path, content in self._files(job).items())

    def state(self, job: Job) -> State:
        """Whether both files are ours of today and the timer waits."""
        found = {held(path, content, _MARK) for path, content in self._files(job).items()}
        if found == {State.ABSENT}:
            return State.ABSENT
        if found == {State.INSTALLED} and self._shown(job, "ActiveState") == "active":
            return State.INSTALLED
        return State.DIFFERENT

    def install(self, job: Job) -> None:
        """Write both files and start the timer, now and at each sign-in."""
        for path, content in self._files(job).items():
            if held(path, content, _MARK) != State.INSTALLED:
                put(path, content)
        done(["systemctl", "--user", "daemon-reload"])
        done(["systemctl", "--user", "enable", "--now", f"{job.name}.timer"])

    def remove(self, job: Job) -> None:
        """Stop the timer and take both files away."""
        if self.state(job) == State.ABSENT:
            return
        called(["systemctl", "--user", "disable", "--now", f"{job.name}.timer"])
        for path in self._files(job):
            path.unlink(missing_ok=True)
        called(["systemctl", "--user", "daemon-reload"])

    def next_run(self, job: Job) -> str:
        """As systemd says it."""
        return self._shown(job, "NextElapseUSecRealtime")

    def _shown(self, job: Job, key: str) -> str:
        answer = called(["systemctl", "--user", "show", f"{job.name}.timer", f"--property={key}"])
        return answer.stdout.decode(errors="replace").strip().partition("=")[2]
