"""The directory beside what one knows, over the real open directories: `DSR_DATASETS=FOLDER python bench/directory.py WHAT`.

WHAT is `json` (json.loads of every file of the import), `search` or `rapidfuzz` (500 names with one or two typing errors, looked
for in a home that holds all of them), or `score` (how many of these are found, first).
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
from pathlib import Path

QUERIES = 500
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"


def loads(folder: Path) -> int:
    """Read and decode every file that an import reads; how many there were."""
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    count = 0
    places = ("datenanfragen/companies", "datenanfragen/supervisory-authorities", "datenanfragen/obsolete-records")
    names = [
        entry.path for place in (*places, "unlock-my-data/public/data/manual") for entry in os.scandir(folder / place)
    ]
    for name in [*names, str(folder / "justdeleteme" / "sites.json")]:
        with open(name, "rb") as file:  # noqa: PTH123  as the import does
            json.loads(file.read())
        count += 1
    return count


def mistyped(name: str, errors: int, dice: random.Random) -> str:
    """A name with so many typing errors: a sign left out, changed, added, or two swapped."""
    for _ in range(errors):
        at, kind = dice.randrange(len(name)), dice.randrange(4)
        if kind == 0 and len(name) > 1:
            name = name[:at] + name[at + 1 :]
        elif kind == 1:
            name = name[:at] + dice.choice(_ALPHABET) + name[at + 1 :]
        elif kind == 2:
            name = name[:at] + dice.choice(_ALPHABET) + name[at:]
        else:
            name = name[:at] + name[at + 1 : at + 2] + name[at : at + 1] + name[at + 2 :]
    return name


def queries(index: object) -> list[tuple[str, str, str]]:
    """What is typed, the slug that was meant, and its name folded: of names with six signs or more."""
    from dsr.directory.index import Index

    assert isinstance(index, Index)
    dice = random.Random(20261125)
    pool = [name for name in index.names() if name.kind == "name" and len(name.folded) >= 6]
    meant = [dice.choice(pool) for _ in range(QUERIES)]
    return [(mistyped(one.shown.lower(), 1 + n % 2, dice), one.slug, one.folded) for n, one in enumerate(meant)]


def searched(home: Path) -> tuple[float, float]:
    """The 95th percentile of a search in milliseconds of CPU, and the share of names found first."""
    from dsr.directory import holdings, search
    from dsr.directory.folding import fold

    with holdings.opened(home) as index:
        took, hits = [], 0
        for typed, slug, folded in queries(index):
            began = time.process_time()
            found = search.search(index, typed)
            took.append(time.process_time() - began)
            hits += bool(found) and (found[0].slug == slug or fold(found[0].shown) == folded)
    return 1000 * sorted(took)[int(0.95 * QUERIES)], hits / QUERIES


def rapidfuzz(home: Path) -> float:
    """The same by rapidfuzz over the same names in memory: the 95th percentile in milliseconds of CPU."""
    from rapidfuzz import fuzz, process

    from dsr.directory import holdings
    from dsr.directory.folding import fold

    with holdings.opened(home) as index:
        names = [name.folded for name in index.names()]
        took = []
        for typed, _, _ in queries(index):
            folded = fold(typed)
            began = time.process_time()
            process.extract(folded, names, scorer=fuzz.ratio, limit=10)
            took.append(time.process_time() - began)
    return 1000 * sorted(took)[int(0.95 * QUERIES)]


if __name__ == "__main__":
    loads(Path(os.environ["DSR_DATASETS"]))
