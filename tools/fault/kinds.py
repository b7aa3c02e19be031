"""The faults: each strikes the job a number of times and says what it found."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import NamedTuple

from fault import forked, job, judge, power

SIZE = 3 << 20  # bytes of a small disk
FULL = 700 << 10  # bytes that the job needs at most
_WRITES = "pwrite64,write,fsync,fdatasync,rename,unlink,ftruncate"


class Row(NamedTuple):
    """A fault, how often it struck, what was lost and what happened twice; `note` says why it could not be tried."""

    fault: str
    runs: int
    lost: list[str]
    doubled: list[str]
    note: str = ""


Fault = Callable[[Path, int, Random], Row]


def _sum(name: str, verdicts: list[judge.Verdict], note: str = "") -> Row:
    lost = [one for verdict in verdicts for one in verdict.lost]
    return Row(name, len(verdicts), lost, [one for verdict in verdicts for one in verdict.doubled], note)


def _both(home: Path, out: str) -> judge.Verdict:
    """Judge what is left, go on to the end of the job, judge again."""
    acks = judge.acknowledged(out)
    left = judge.judge(home, acks)
    end = judge.judge(home, judge.go_on(home, acks))
    return judge.Verdict([*left.lost, *end.lost, *judge.defects(out)], [*left.doubled, *end.doubled])


def _fresh(place: Path) -> Path:
    for old in place.glob("home*"):
        shutil.rmtree(old) if old.is_dir() else old.unlink()
    return place / "home"


def kill(place: Path, runs: int, dice: Random) -> Row:
    """SIGKILL at a random moment of the job."""
    began = time.monotonic()
    forked.heard(*forked.start(_fresh(place), 0))
    whole = time.monotonic() - began
    found = []
    for _ in range(runs):
        home = _fresh(place)
        out, _code = forked.heard(*forked.start(home, 0), kill_after=dice.uniform(0, whole))
        found.append(_both(home, out))
    return _sum("SIGKILL at a random moment", found)


def kill_at_press(place: Path, runs: int, dice: Random) -> Row:
    """SIGKILL as soon as the press has gone out, or a moment later: before or after the journal knows."""
    found = []
    for _ in range(runs):
        home = _fresh(place)
        child, reads = forked.start(home, 0)
        site = Path(f"{home}.site")
        while not (site.exists() and site.stat().st_size):
            pass  # no moment is to be lost
        time.sleep(dice.choice((0, 0, dice.uniform(0, 0.002))))
        os.kill(child, signal.SIGKILL)
        out, _code = forked.heard(child, reads)
        found.append(_both(home, out))
    return _sum("SIGKILL just after the press", found)


def _injected(place: Path, runs: int, strike: Callable[[list[str]], list[str]], name: str) -> Row:
    """Strike at calls that write, spread over all of the job, and at each one around the press. `strike` makes strace's words
    of the calls up to one: strace counts each kind of call by itself."""
    if not shutil.which("strace"):
        return Row(name, 0, [], [], "needs strace")
    log = place / "log"
    home = _fresh(place)
    call = ["strace", "-f", "-o", str(log), "-e", f"trace={_WRITES}"]
    subprocess.run([*call, sys.executable, judge.JOB, str(home), "0"], check=True, stdout=subprocess.DEVNULL)
    found = [
        (match[1], "pressed" in match[2]) for match in re.finditer(r"^(?:\d+ +)?(\w+)\((.*)$", log.read_text(), re.M)
    ]
    calls = [one for one, _ in found]
    press = [pressed for _, pressed in found].index(True) + 1
    points = {1 + len(calls) * number // runs for number in range(runs)} | set(range(press - 4, press + 12))
    verdicts = []
    for at in sorted(points):
        home = _fresh(place)
        words = [word for one in strike(calls[:at]) for word in ("-e", f"inject={one}")]
        struck = [*call, *words, sys.executable, judge.JOB, str(home), "0"]
        verdicts.append(_both(home, subprocess.run(struck, capture_output=True, text=True, check=False).stdout))
    return _sum(name, verdicts)


def kill_at_writes(place: Path, runs: int, _dice: Random) -> Row:
    """SIGKILL on entering one system call that writes, spread over all of the job."""
    return _injected(
        place, runs, lambda calls: [f"{calls[-1]}:signal=KILL:when={calls.count(calls[-1])}"], "SIGKILL at a write"
    )


def refused_writes(place: Path, runs: int, _dice: Random) -> Row:
    """From one write on, each one fails with an input/output error."""

    def strike(calls: list[str]) -> list[str]:
        return [f"{one}:error=EIO:when={calls[:-1].count(one) + 1}+" for one in _WRITES.split(",")]

    return _injected(place, runs, strike, "every write fails from one on")


def power_cut(place: Path, runs: int, dice: Random) -> Row:
    """A power cut at moments spread over the job, half of them with some unsynced writes that made it."""
    name = "power cut, unsynced writes dropped"
    if not shutil.which("strace"):
        return Row(name, 0, [], [], "needs strace")
    root = place / "root"
    root.mkdir(mode=0o700)
    power.record(root / "home", place / "log")
    points = sum(1 for _ in power.moments(place / "log", root))
    chosen = {points * number // max(runs // 2, 1) for number in range(runs // 2)}
    found: list[judge.Verdict] = []
    for number, (disk, out) in enumerate(power.moments(place / "log", root)):
        for more in (None, Random(dice.random())) if number in chosen else ():
            home = power.build(disk.found(more), root, place / "image")
            if len(found) % 8:
                found.append(judge.judge(home, judge.acknowledged(out)))
            else:
                found.append(_both(home, out))
    return _sum(name, found)


@contextmanager
def _small_disk(place: Path) -> Iterator[Path | None]:
    """A disk of its own in memory; None where this system does not let us mount one."""
    disk = place / "disk"
    disk.mkdir(mode=0o700)
    mounted = (
        shutil.which("mount")
        and not subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=0700", "tmpfs", str(disk)],
            capture_output=True,
            check=False,
        ).returncode
    )
    try:
        yield disk if mounted else None
    finally:
        if mounted:
            subprocess.run(["umount", str(disk)], check=True)


def disk_full(place: Path, runs: int, _dice: Random) -> Row:
    """A disk that becomes full after so many bytes, spread over what the job needs."""
    found: list[judge.Verdict] = []
    with _small_disk(place) as disk:
        if disk is None:
            return Row("disk full", 0, [], [], "needs the right to mount a tmpfs")
        for number in range(runs):
            home = _fresh(disk)
            room = os.statvfs(disk)
            ballast = disk / "ballast"
            ballast.write_bytes(bytes(room.f_bavail * room.f_bsize - FULL * number // runs))
            out, _code = forked.heard(*forked.start(home, 0))
            ballast.unlink()
            found.append(_both(home, out))
    return _sum("disk full", found)


def read_only(place: Path, runs: int, _dice: Random) -> Row:
    """The disk becomes read-only between two steps; later it can be written again."""
    found: list[judge.Verdict] = []
    with _small_disk(place) as disk:
        if disk is None:
            return Row("read-only mount", 0, [], [], "needs the right to mount a tmpfs")
        for number in range(runs):
            home = _fresh(disk)
            child = [sys.executable, judge.JOB, str(home)]
            until = str(1 + number % (len(job.STEPS) - 1))
            before = subprocess.run([*child, "0", until], capture_output=True, text=True, check=True).stdout
            subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
            refused, _code = forked.heard(*forked.start(home, int(until)))
            subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
            found.append(_both(home, before + refused))
    return _sum("read-only mount", found)


def scratch() -> tempfile.TemporaryDirectory[str]:
    """A place for one fault."""
    return tempfile.TemporaryDirectory(prefix="dsr-faults-")
