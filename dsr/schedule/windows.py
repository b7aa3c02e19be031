"""A task of the Windows Task Scheduler, described in XML: every hour, and as soon as possible after a missed one.

The elements and their order are those of the Task Scheduler schema ([MS-TSCH] 2.5).
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path
from xml.sax.saxutils import escape

from dsr.schedule.job import DESCRIPTION, Job, State, called, done

_XML = """\
<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>{description}; made by dsr schedule install</Description>
  </RegistrationInfo>
  <Triggers>
    <TimeTrigger>
      <Enabled>true</Enabled>
      <StartBoundary>2026-01-01T00:07:00</StartBoundary>
      <Repetition>
        <Interval>PT1H</Interval>
        <StopAtDurationEnd>false</StopAtDurationEnd>
      </Repetition>
    </TimeTrigger>
  </Triggers>
  <Principals>
    <Principal id="Author">
      <LogonType>InteractiveToken</LogonType>
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <StartWhenAvailable>true</StartWhenAvailable>
    <ExecutionTimeLimit>PT15M</ExecutionTimeLimit>
    <Enabled>true</Enabled>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>{command}</Command>
      <Arguments>{arguments}</Arguments>
    </Exec>
  </Actions>
</Task>
"""


class TaskScheduler:
    """The scheduler of Windows, as the person, while signed in."""

    name = "task-scheduler"
    note = "it runs while you are signed in"

    def usable(self) -> bool:
        """Whether this is Windows."""
        return bool(shutil.which("schtasks"))

    def where(self, job: Job) -> str:
        """The name of the task."""
        return job.name

    def entry(self, job: Job) -> str:
        """The task as XML."""
        arguments = subprocess.list2cmdline(job.program[1:])
        return _XML.format(description=DESCRIPTION, command=escape(job.program[0]), arguments=escape(arguments))

    def state(self, job: Job) -> State:
        """Whether there is a task of that name that runs exactly this."""
        answer = called(["schtasks", "/Query", "/TN", job.name, "/XML"])
        if answer.returncode:
            return State.ABSENT
        encoding = "utf-16" if answer.stdout[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
        shown = answer.stdout.decode(encoding, errors="replace")
        arguments = escape(subprocess.list2cmdline(job.program[1:]))
        same = (
            f"<Arguments>{arguments}</Arguments>" in shown and f"<Command>{escape(job.program[0])}</Command>" in shown
        )
        return State.INSTALLED if same else State.DIFFERENT

    def install(self, job: Job) -> None:
        """Register the task, in place of one of that name."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "task.xml"
            path.write_text(self.entry(job), encoding="utf-16")
            done(["schtasks", "/Create", "/TN", job.name, "/XML", str(path), "/F"])

    def remove(self, job: Job) -> None:
        """Delete the task."""
        if self.state(job) != State.ABSENT:
            done(["schtasks", "/Delete", "/TN", job.name, "/F"])

    def next_run(self, job: Job) -> str:  # noqa: ARG002
        """Not asked: what it answers is in the language of the system."""
        return ""
