"""How much CPU dsr takes beside tools that one knows: `make bench`, or `python bench/bench.py`.

Measured is user plus system time of everything that a command starts, the browser included; each figure is the median
over pairs of runs made one after the other, each ratio the median over those pairs. Absolute times differ from machine
to machine, the ratios hardly. Ends with 1 where a ratio exceeds its bound.
"""

from __future__ import annotations

import argparse
import compileall
import ctypes
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from dsr import registry  # noqa: E402
from dsr.law import packs  # noqa: E402
from dsr.model import Event, EventKind, Request, Right, Route, Subject  # noqa: E402
from dsr.store import Ledger  # noqa: E402

CASES = 1000
RESIDENCES = ("DE-BE", "FR", "GB-SCT", "US-CA")
PR_SET_CHILD_SUBREAPER = 36
K = EventKind

# Days before today on which things happened, by kind: what becomes of ten cases in a row.
LIVES: tuple[tuple[tuple[EventKind, int], ...], ...] = (
    ((K.DRAFTED, 3),),
    ((K.DRAFTED, 12), (K.SENT, 11)),
    ((K.DRAFTED, 20), (K.SENT, 20), (K.RECEIVED, 19)),
    ((K.DRAFTED, 29), (K.SENT, 28), (K.RECEIVED, 28), (K.ACKNOWLEDGED, 26)),
    ((K.DRAFTED, 60), (K.SENT, 59)),
    ((K.DRAFTED, 45), (K.SENT, 44), (K.RECEIVED, 43), (K.EXTENDED, 20)),
    ((K.DRAFTED, 70), (K.SENT, 70), (K.IDENTITY_REQUESTED, 66)),
    ((K.DRAFTED, 80), (K.SENT, 79), (K.RECEIVED, 78), (K.ANSWERED, 55)),
    ((K.DRAFTED, 40), (K.SENT, 40), (K.ANSWERED, 15)),
    ((K.DRAFTED, 90), (K.SENT, 89), (K.RECEIVED, 88), (K.DENIED, 61)),
)


class Cost(NamedTuple):
    """What one run took, in seconds."""

    cpu: float
    wall: float


class Figure(NamedTuple):
    """One line of the table: two commands, and how much more the first may take than the second."""

    name: str
    against: str
    bound: float
    pairs: int
    job: Callable[[], Cost]
    yardstick: Callable[[], Cost]


def environment(home: Path) -> dict[str, str]:
    """The environment of a measured command: bytecode is used, dsr is this checkout."""
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"DSR_HOME": str(home), "PYTHONPATH": str(ROOT)}


def run(home: Path, *arguments: str) -> Cost:
    """Run Python with these arguments and add up what it and everything it started took."""
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment(home), capture_output=True, text=True, check=False
    )
    wall = time.perf_counter() - began
    if done.returncode != 0:
        sys.exit(f"{' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    with suppress(ChildProcessError):
        while True:  # what a browser left behind is ours to collect; see `adopt_orphans`
            os.waitpid(-1, 0)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(cpu, wall)


def adopt_orphans() -> None:
    """Have the kernel hand us processes whose parent ended first, so that their CPU is counted too (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def fresh(*arguments: str, evidence: bool = True) -> Cost:
    """Run with a home folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        if not evidence:
            (home / "rehearsal").mkdir(mode=0o700)
            (home / "rehearsal" / "config.toml").write_text("evidence = false\n", encoding="utf-8")
        return run(home, *arguments)


def first_of_the_day(full: Path) -> Cost:
    """`dsr next` on a copy of the store in which nothing is worked out yet, as on every morning and after every update."""
    with tempfile.TemporaryDirectory() as folder:
        return run(shutil.copytree(full, Path(folder) / "home"), "-m", "dsr", "next")


def fill(home: Path, today: date) -> None:
    """Put the cases into a store: four residences under three laws, all controllers, both letters."""
    slugs, rights = registry.slugs(), (Right.ACCESS, Right.ERASURE)
    with Ledger(home) as ledger:
        for place in RESIDENCES:
            subject = Subject(id=place.lower(), name="Ada Example", emails=("ada@example.org",), residence=place)
            ledger.put_subject(subject)
        for number in range(CASES):
            life, rest = LIVES[number % 10], number // 10
            place, slug, right = RESIDENCES[rest % 4], slugs[rest // 4 % len(slugs)], rights[rest // 20 % 2]
            events = [
                Event(
                    kind=kind,
                    on=today - timedelta(days=ago + rest % 7),
                    recorded_at=datetime.now(UTC) - timedelta(days=ago),
                    route=Route.EMAIL if kind in (K.DRAFTED, K.SENT) else None,
                )
                for kind, ago in life
            ]
            request = ledger.add(lambda n, p=place, s=slug, r=right: case(n, p, s, r), lambda _, e=events: e[0])  # type: ignore[misc]
            for event in events[1:]:
                ledger.append(request.id, event)


def case(number: int, place: str, slug: str, right: Right) -> Request:
    """One case of the thousand."""
    return Request(
        id=f"{slug}-{number}",
        subject=place.lower(),
        controller=slug,
        regime=packs.of_residence(place).id,
        right=right,
        entity=registry.find(slug).entity(place),
        residence=place,
        reference="2345-6789",
        created_at=datetime.now(UTC),
    )


def figures(full: Path, again: Path, empty: Path, quick: int, slow: int) -> Sequence[Figure]:
    """Everything that has a bound."""
    job = ("-m", "dsr", "opt-out", "openai", "--rehearse", "--headless", "--yes", "--json")
    by_hand = str(Path(__file__).with_name("by_hand.py"))

    def dsr_help() -> Cost:
        return run(empty, "-m", "dsr", "--help")

    def sqlite_utils() -> Cost:
        return run(empty, "-m", "sqlite_utils", "--help")

    def script() -> Cost:
        return fresh(by_hand)

    return (
        Figure("dsr --help", "sqlite-utils --help", 0.6, quick, dsr_help, sqlite_utils),
        Figure(
            f"dsr next, {CASES:,} cases", "dsr --help", 2.0, quick, lambda: run(again, "-m", "dsr", "next"), dsr_help
        ),
        # On the first look of a day every case is worked out; later ones read what was kept. The bound is a regression's.
        Figure("  first time that day", "dsr --help", 4.0, quick, lambda: first_of_the_day(full), dsr_help),
        Figure("opt-out, no evidence", "written by hand", 1.7, slow, lambda: fresh(*job, evidence=False), script),
        Figure("opt-out, with evidence", "written by hand", 2.5, slow, lambda: fresh(*job), script),
    )


def measure(figure: Figure) -> bool:
    """Measure one figure, print its line, and tell whether it keeps its bound."""
    figure.job(), figure.yardstick()
    pairs = [(figure.job(), figure.yardstick()) for _ in range(figure.pairs)]
    ratio = median(ours.cpu / theirs.cpu for ours, theirs in pairs)
    cells = [f"{1000 * median(pair[side].cpu for pair in pairs):7.0f} ms" for side in (0, 1)]
    walls = [f"{median(pair[side].wall for pair in pairs):6.2f} s" for side in (0, 1)]
    verdict = "ok" if ratio <= figure.bound else "OVER"
    print(
        f"{figure.name:<24}{figure.against:<22}{cells[0]:>11}{cells[1]:>11}{walls[0]:>10}{walls[1]:>10}"
        f"{ratio:8.2f}{figure.bound:7.1f}  {verdict}",
        flush=True,
    )
    return ratio <= figure.bound


def main(argv: list[str]) -> int:
    """Print the table."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--quick", type=int, default=15, metavar="N", help="pairs of the commands without a browser")
    asked.add_argument("--slow", type=int, default=7, metavar="N", help="pairs of the commands with a browser")
    given = asked.parse_args(argv)
    adopt_orphans()
    compileall.compile_dir(ROOT / "dsr", quiet=2)
    with tempfile.TemporaryDirectory() as full, tempfile.TemporaryDirectory() as empty:
        fill(Path(full), datetime.now().astimezone().date())
        again = shutil.copytree(full, Path(empty) / "again")
        print(
            f"{'figure':<24}{'beside':<22}{'CPU':>11}{'beside':>11}{'wall':>10}{'beside':>10}{'ratio':>8}{'bound':>7}"
        )
        kept = [measure(figure) for figure in figures(Path(full), again, Path(empty), given.quick, given.slow)]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
