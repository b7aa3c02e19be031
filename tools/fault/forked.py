"""The job in a process of its own, forked from one that has everything loaded already, so that many runs are cheap."""

from __future__ import annotations

import os
import select
import signal
import sys
import time
import traceback
from pathlib import Path

from fault import job


def start(home: Path, first: int, last: int = len(job.STEPS)) -> tuple[int, int]:
    """Start the job from a step on, up to another: the process, and the end of the pipe on which it acknowledges."""
    reads, writes = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.close(reads)
            os.dup2(writes, 1)
            job.run(home, first, last)
            status = 0
        except BaseException:
            traceback.print_exc(file=sys.stderr)
            raise
        finally:
            os._exit(status)  # a child ends here, whatever happens
    os.close(writes)
    return child, reads


def heard(child: int, reads: int, kill_after: float | None = None) -> tuple[str, int]:
    """Everything that the job acknowledged until it ended, or until it was killed after so many seconds; its exit code."""
    ends_at = None if kill_after is None else time.monotonic() + kill_after
    out = b""
    while True:
        left = None if ends_at is None else max(ends_at - time.monotonic(), 0)
        if not select.select([reads], [], [], left)[0]:
            os.kill(child, signal.SIGKILL)
            ends_at = None
            continue
        if not (piece := os.read(reads, 65536)):
            break
        out += piece
    os.close(reads)
    return out.decode(), os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
