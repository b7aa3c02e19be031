"""What is scheduled, and what every scheduler can do with it."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from dsr import disk
from dsr.errors import SchedulerFailed

DESCRIPTION = "dsr remind: the dates of your data requests"
_NO_TEXT = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]"
)  # what XML or a unit file cannot hold
_PATIENCE = 60.0  # seconds that a system's own program is given


class State(StrEnum):
    """What a scheduler holds of ours: nothing, exactly this entry, or an entry that runs something else."""

    ABSENT = "absent"
    INSTALLED = "installed"
    DIFFERENT = "different"


class Job(Struct, frozen=True):
    """An entry: its name with every scheduler, and the program with its arguments; all paths are absolute."""

    name: str
    program: tuple[str, ...]


class Scheduler(Protocol):
    """A scheduler of a system. It touches no entry but that of the job's name. Its methods raise SchedulerFailed."""

    name: str
    note: str

    def usable(self) -> bool:
        """Whether it is there and answers."""

    def where(self, job: Job) -> str:
        """Where its entry lies."""

    def entry(self, job: Job) -> str:
        """The entry as text, as it is installed."""

    def state(self, job: Job) -> State:
        """What it holds of ours."""

    def install(self, job: Job) -> None:
        """Put the entry there, in place of one of that name."""

    def remove(self, job: Job) -> None:
        """Take the entry of that name away; nothing happens where there is none."""

    def next_run(self, job: Job) -> str:
        """When it runs next, in the scheduler's own words; empty where it does not say."""


def of_home(home: Path, *, usual: bool) -> Job:
    """The job that reminds the person of one home folder; one that is not the usual one has a name of its own."""
    name = "dsr-remind" if usual else f"dsr-remind-{hashlib.sha256(os.fsencode(home)).hexdigest()[:8]}"
    python = Path(sys.executable)
    windowless = python.with_name("pythonw.exe")
    program = str(windowless if windowless.exists() else python)
    if _NO_TEXT.search(program + str(home)):
        what = "a path with a line break, or another sign that is no text, cannot be scheduled"
        raise SchedulerFailed(what, "set DSR_HOME to another folder")
    return Job(name, (program, "-P", "-m", "dsr", "remind", "--scheduled", str(home)))


def called(arguments: Sequence[str], given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run a system's own program, in no language but its first. Raises SchedulerFailed where it is not there or hangs."""
    environment = os.environ | {"LC_ALL": "C"}
    try:
        return subprocess.run(
            list(arguments), input=given, capture_output=True, check=False, timeout=_PATIENCE, env=environment
        )
    except subprocess.TimeoutExpired:
        raise SchedulerFailed(f"'{arguments[0]}' does not answer") from None
    except OSError as problem:
        raise SchedulerFailed(f"'{arguments[0]}' cannot be run: {(problem.strerror or '').lower()}") from None


def done(arguments: Sequence[str], given: bytes = b"") -> bytes:
    """Run it and return what it says. Raises SchedulerFailed with its own words where it fails."""
    answer = called(arguments, given)
    if answer.returncode:
        said = " ".join(answer.stderr.decode(errors="replace").split()) or f"it ended with {answer.returncode}"
        raise SchedulerFailed(f"'{' '.join(arguments[:3])}' failed: {said}")
    return answer.stdout


def put(path: Path, content: bytes) -> None:
    """Write a file whole or not at all. Raises SchedulerFailed."""
    try:
        disk.write(path, content)
    except OSError as problem:
        raise SchedulerFailed(f"{path} cannot be written: {(problem.strerror or '').lower()}") from None


def held(path: Path, content: bytes, mark: bytes) -> State:
    """What a file of ours holds. Raises SchedulerFailed where there is another's file, which lacks our mark."""
    try:
        found = path.read_bytes()
    except FileNotFoundError:
        return State.ABSENT
    except OSError as problem:
        raise SchedulerFailed(f"{path} cannot be read: {(problem.strerror or '').lower()}") from None
    if found != content and mark not in found:
        raise SchedulerFailed(f"{path} is not dsr's, and dsr leaves it alone", "move it away, then try again")
    return State.INSTALLED if found == content else State.DIFFERENT
