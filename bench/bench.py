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
from datetime import date, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import cases  # noqa: E402
import directory  # noqa: E402
import journal  # noqa: E402

from dsr import registry  # noqa: E402

CASES = 1000
DEADLINES = 1_000_000
LETTERS = 50
TEXTS = 10_000
PR_SET_CHILD_SUBREAPER = 36
WEASYPRINT = "same by WeasyPrint"
JSON = "json.loads of its files"
DATASETS = os.environ.get("DSR_DATASETS", "")  # the open directories, to measure the directory


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
            (home / "config.toml").write_text("evidence = false\n", encoding="utf-8")
        return run(home, *arguments)


def one_by_one(script: str, services: Sequence[str]) -> Cost:
    """Run a script for each service in turn, with one fresh home folder for all."""
    with tempfile.TemporaryDirectory() as folder:
        costs = [run(Path(folder), script, slug) for slug in services]
    return Cost(sum(cost.cpu for cost in costs), sum(cost.wall for cost in costs))


def on_a_copy(home: Path, *arguments: str) -> Cost:
    """Run `dsr next` on a copy of a store, so that what it keeps is kept for this run only."""
    with tempfile.TemporaryDirectory() as folder:
        return run(shutil.copytree(home, Path(folder) / "home"), "-m", "dsr", "next", *arguments)


class Stores(NamedTuple):
    """Folders: nothing at all; a thousand cases of which nothing is worked out, and the same looked at today; a thousand and
    ten thousand open cases, of which nothing is worked out; ten thousand open cases without a near date, looked at today; one for
    an opt-out that is done; one whose directory holds all imports, where `DSR_DATASETS` names them; `seen`, encrypted."""

    empty: Path
    new: Path
    seen: Path
    thousand: Path
    ten_thousand: Path
    quiet: Path
    done: Path
    stocked: Path
    locked: Path


def stores(folder: Path, today: date) -> Stores:
    """Make them."""
    made = Stores(*(folder / name for name in Stores._fields))
    for home, count, lives in (
        (made.new, CASES, cases.MIXED),
        (made.thousand, CASES, cases.OPEN),
        (made.ten_thousand, 10 * CASES, cases.OPEN),
        (made.quiet, 10 * CASES, cases.QUIET),
    ):
        home.mkdir(mode=0o700)
        cases.fill(home, today, count, lives)
    made.empty.mkdir(mode=0o700)
    made.done.mkdir(mode=0o700)
    made.stocked.mkdir(mode=0o700)
    if DATASETS:
        run(made.stocked, "-m", "dsr", "directory", "import", "--from", DATASETS)
    shutil.copytree(made.new, made.seen)
    run(made.seen, "-m", "dsr", "next")
    run(made.quiet, "-m", "dsr", "remind")
    shutil.copytree(made.seen, made.locked)
    run(made.locked, "-m", "dsr", "vault", "encrypt", "--key-file", str(folder / "key"), "--yes")
    return made


def report_of(homes: Stores, pairs: int) -> Figure:
    """The report of a thousand cases beside the bare loop of its own template."""
    program, rows = str(Path(__file__).with_name("report_page.py")), homes.empty / "rows.json"

    def report() -> Cost:
        return run(homes.seen, "-m", "dsr", "report", "--no-open")

    def template() -> Cost:
        if not rows.exists():
            run(homes.seen, program, "finish", str(homes.seen), str(rows))
        return run(homes.empty, program, "bare", str(rows))

    return Figure(f"dsr report, {CASES:,} cases", "its bare template", 3.0, pairs, report, template)


def figures(homes: Stores, tomorrow: date, quick: int, slow: int) -> Sequence[Figure]:
    """Everything that has a bound."""
    job = ("-m", "dsr", "opt-out", "openai", "--rehearse", "--headless", "--yes", "--json")
    by_hand, deadlines = (str(Path(__file__).with_name(name)) for name in ("by_hand.py", "deadlines.py"))
    everywhere, ten = str(Path(__file__).with_name("everywhere.py")), registry.slugs()[:10]
    pdf, text = (str(Path(__file__).with_name(name)) for name in ("letter_pdf.py", "letter_text.py"))

    def dsr_help() -> Cost:
        return run(homes.empty, "-m", "dsr", "--help")

    def remind() -> Cost:
        return run(homes.quiet, "-m", "dsr", "remind")

    def sqlite_utils() -> Cost:
        return run(homes.empty, "-m", "sqlite_utils", "--help")

    def look() -> Cost:
        return run(homes.seen, "-m", "dsr", "next")

    def look_tomorrow() -> Cost:
        return on_a_copy(homes.seen, "--on", tomorrow.isoformat())

    def script() -> Cost:
        return fresh(by_hand)

    def law(what: str) -> Cost:
        return run(homes.empty, deadlines, what, str(DEADLINES))

    def letters(what: str) -> Cost:
        return run(homes.empty, pdf, what, str(LETTERS))

    def texts(what: str) -> Cost:
        return run(homes.empty, text, what, str(TEXTS))

    return (
        Figure("dsr --help", "sqlite-utils --help", 0.6, quick, dsr_help, sqlite_utils),
        Figure(f"dsr next, {CASES:,} cases", "dsr --help", 2.0, quick, look, dsr_help),
        Figure("  encrypted", "plain", 1.5, quick, lambda: run(homes.locked, "-m", "dsr", "next"), look),
        # On the next morning only the cases are worked out that may look different; after an update all are.
        Figure("  on the next morning", "dsr --help", 2.5, quick, look_tomorrow, dsr_help),
        Figure("  after an update", "dsr --help", 4.0, quick, lambda: on_a_copy(homes.new), dsr_help),
        Figure(
            "dsr next, 10,000 cases", "1,000 cases", 8.0, slow,
            lambda: on_a_copy(homes.ten_thousand), lambda: on_a_copy(homes.thousand),
        ),
        *of_the_directory(homes, quick, slow),
        report_of(homes, slow),
        Figure("dsr remind, 10,000 quiet", "dsr --help", 6.0, quick, remind, dsr_help),
        Figure(f"{DEADLINES:,} deadlines", "bare dateutil", 4.0, 1, lambda: law("dsr"), lambda: law("dateutil")),
        Figure(f"{TEXTS:,} letters as text", "bare Jinja2", 2.0, 3, lambda: texts("dsr"), lambda: texts("jinja2")),
        Figure(f"{LETTERS} letters as PDF", WEASYPRINT, 0.2, 3, lambda: letters("dsr"), lambda: letters("weasyprint")),
        Figure("opt-out, no evidence", "written by hand", 1.5, slow, lambda: fresh(*job, evidence=False), script),
        Figure("opt-out, with evidence", "written by hand", 2.0, slow, lambda: fresh(*job), script),
        Figure(
            "opt-out --all, 10 services", "ten single runs", 0.6, 1,
            lambda: fresh(everywhere, "--all"), lambda: one_by_one(everywhere, ten),
        ),
        # Wanted is 0.5: but a browser's start alone is half of the script, and a look needs a browser.
        Figure("opt-out, done already", "written by hand", 1.0, slow, lambda: run(homes.done, *job), script),
    )  # fmt: skip


def of_the_directory(homes: Stores, quick: int, slow: int) -> Sequence[Figure]:
    """What the directory may take, with all imports in it."""

    def show() -> Cost:
        return run(homes.stocked, "-m", "dsr", "directory", "show", "openai")

    def importing() -> Cost:
        return fresh("-m", "dsr", "directory", "import", "--from", DATASETS)

    def loading() -> Cost:
        return run(homes.empty, str(Path(__file__).with_name("directory.py")))

    return (
        Figure("dsr directory show", "dsr --help", 1.5, quick, show, lambda: run(homes.empty, "-m", "dsr", "--help")),
        Figure("import, 5,800 records", JSON, 8.0, slow, importing, loading),
    )


def measure(figure: Figure) -> bool:
    """Measure one figure, print its line, and tell whether it keeps its bound."""
    if figure.pairs > 1:
        figure.job(), figure.yardstick()
    pairs = [(figure.job(), figure.yardstick()) for _ in range(figure.pairs)]
    ratio = median(ours.cpu / theirs.cpu for ours, theirs in pairs)
    cells = [f"{1000 * median(pair[side].cpu for pair in pairs):7.0f} ms" for side in (0, 1)]
    walls = [f"{median(pair[side].wall for pair in pairs):6.2f} s" for side in (0, 1)]
    verdict = "ok" if ratio <= figure.bound else "OVER"
    print(
        f"{figure.name:<28}{figure.against:<22}{cells[0]:>11}{cells[1]:>11}{walls[0]:>10}{walls[1]:>10}"
        f"{ratio:8.2f}{figure.bound:7.1f}  {verdict}",
        flush=True,
    )
    return ratio <= figure.bound


def searching(home: Path) -> bool:
    """Measure the search in this process, print its lines, and tell whether it keeps its bounds."""
    ours, share = directory.searched(home)
    print(f"{'directory search, first':<24}{share:.3f} of {directory.QUERIES} mistyped names, at least 0.97")
    if not find_spec("rapidfuzz"):
        print(f"{'directory search, p95':<24}{ours:.2f} ms; rapidfuzz is not installed (pip install rapidfuzz)")
        return share >= 0.97
    theirs = directory.rapidfuzz(home)
    verdict = "ok" if ours <= 10 * theirs and share >= 0.97 else "OVER"
    print(
        f"{'directory search, p95':<24}{ours:.2f} ms, rapidfuzz {theirs:.2f} ms: {ours / theirs:.2f}, bound 10  {verdict}"
    )
    return verdict == "ok"


def encrypted_entries(folder: Path) -> bool:
    """Whether a journal entry in an encrypted store takes at most three times as long; pairs, as a disk has its moods."""
    pairs = []
    for number in range(5):
        homes = (folder / f"journal-{number}", folder / f"journal-{number}-locked")
        pairs.append([journal.milliseconds(home, key=key) for home, key in zip(homes, (b"", bytes(32)), strict=True)])
    plain, locked = (median(pair[side] for pair in pairs) for side in (0, 1))
    ratio = median(pair[1] / pair[0] for pair in pairs)
    verdict = "ok" if ratio <= 3 else "OVER"
    print(
        f"{'  in an encrypted store':<24}{locked:.2f} ms, plain {plain:.2f} ms, ratio {ratio:.2f}, bound 3  {verdict}"
    )
    return ratio <= 3


def main(argv: list[str]) -> int:
    """Print the table."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--quick", type=int, default=15, metavar="N", help="pairs of the commands without a browser")
    asked.add_argument("--slow", type=int, default=7, metavar="N", help="pairs of the commands with a browser")
    asked.add_argument("--only", default="", metavar="TEXT", help="only the figures whose name holds this")
    given = asked.parse_args(argv)
    adopt_orphans()
    compileall.compile_dir(ROOT / "dsr", quiet=2)
    today = datetime.now().astimezone().date()
    with tempfile.TemporaryDirectory() as folder:
        homes = stores(Path(folder), today)
        print(
            f"{'figure':<28}{'beside':<22}{'CPU':>11}{'beside':>11}{'wall':>10}{'beside':>10}{'ratio':>8}{'bound':>7}"
        )
        chosen = [
            one for one in figures(homes, today + timedelta(days=1), given.quick, given.slow) if given.only in one.name
        ]
        if not DATASETS:
            for figure in [one for one in chosen if one.against == JSON]:
                chosen.remove(figure)
                print(f"{figure.name:<24}not measured: DSR_DATASETS does not name the open directories")
        if not find_spec("weasyprint"):
            for figure in [one for one in chosen if one.against == WEASYPRINT]:
                chosen.remove(figure)
                print(f"{figure.name:<28}not measured: WeasyPrint is not installed (pip install weasyprint, and Pango)")
        kept = [measure(figure) for figure in chosen]
        if DATASETS and given.only in "directory search":
            kept.append(searching(homes.stocked))
        if given.only in "journal entry":
            taken = journal.milliseconds(homes.empty)
            print(f"{'journal entry, on disk':<24}{taken:.2f} ms, bound 1 ms  {'ok' if taken < 1 else 'OVER'}")
            kept.append(taken < 1)
            kept.append(encrypted_entries(homes.locked.parent))
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
