"""A marked block in the person's crontab; every other byte of it stays as it is."""

from __future__ import annotations

import os
import shlex
import shutil

from dsr.errors import SchedulerFailed
from dsr.schedule.job import Job, State, called, done


class Cron:
    """The classic scheduler of Unix. It starts at the next full run after the machine was off; `dsr remind` misses nothing."""

    name = "cron"
    note = (
        "cron has no desktop and no keyring: of the channels, 'desktop' and a password in the keyring do not work there"
    )

    def usable(self) -> bool:
        """Whether crontabs can be read."""
        return bool(shutil.which("crontab")) and self._readable()

    def _readable(self) -> bool:
        try:
            self._table()
        except SchedulerFailed:
            return False
        return True

    def where(self, job: Job) -> str:  # noqa: ARG002
        """Crontabs have no path that one may use."""
        return "crontab -l"

    def entry(self, job: Job) -> str:
        """The block, with its marks."""
        return os.fsdecode(self._block(job))

    def state(self, job: Job) -> State:
        """What the crontab holds between our marks."""
        _, ours, _ = self._parts(self._table(), job)
        return State.ABSENT if not ours else State.INSTALLED if ours == self._block(job) else State.DIFFERENT

    def install(self, job: Job) -> None:
        """Put the block at the end, or in the place of the one that is there. Before a table whose last line has no end: behind
        it, the block would become a part of that line."""
        before, ours, after = self._parts(self._table(), job)
        if not ours and before and not before.endswith(b"\n"):
            before, after = b"", before
        if ours != self._block(job):
            done(["crontab", "-"], before + self._block(job) + after)

    def remove(self, job: Job) -> None:
        """Take the block away; a crontab that held nothing else goes with it."""
        before, ours, after = self._parts(self._table(), job)
        if ours and before + after:
            done(["crontab", "-"], before + after)
        elif ours:
            done(["crontab", "-r"])

    def next_run(self, job: Job) -> str:  # noqa: ARG002
        """Cron does not say."""
        return ""

    @staticmethod
    def _marks(job: Job) -> tuple[bytes, bytes]:
        begin = f"# >>> {job.name}: made by dsr schedule install; dsr schedule remove takes it away\n"
        return begin.encode(), f"# <<< {job.name}\n".encode()

    def _block(self, job: Job) -> bytes:
        """Seven minutes past each hour. To cron a `%` is the end of the command unless a backslash stands before it."""
        begin, end = self._marks(job)
        command = os.fsencode(shlex.join(job.program)).replace(b"%", b"\\%")
        return begin + b"7 * * * * " + command + b"\n" + end

    def _parts(self, table: bytes, job: Job) -> tuple[bytes, bytes, bytes]:
        """What stands before our block, the block, and what stands after it. Raises SchedulerFailed for a broken block."""
        begin, end = self._marks(job)
        start = table.find(begin)
        if start < 0 and end not in table:
            return table, b"", b""
        stop = table.find(end, max(start, 0))
        if start < 0 or stop < 0 or table.count(begin) > 1:
            raise SchedulerFailed(
                f"the lines between the marks of {job.name} in your crontab were changed, and dsr leaves them alone",
                "crontab -e: take out what stands between '# >>>' and '# <<<' and both marks, then install again",
            )
        stop += len(end)
        return table[:start], table[start:stop], table[stop:]

    @staticmethod
    def _table() -> bytes:
        answer = called(["crontab", "-l"])
        if answer.returncode == 0:
            return answer.stdout
        if b"no crontab for" in answer.stderr:
            return b""
        said = " ".join(answer.stderr.decode(errors="replace").split())
        raise SchedulerFailed(f"the crontab cannot be read: {said or f'it ended with {answer.returncode}'}")
