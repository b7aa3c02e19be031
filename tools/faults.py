"""Strike the main job with every fault and print what was lost and what happened twice: `make faults`.

`--runs` is how often a kill strikes; the other faults follow it. `--json` prints rows for a test. Ends with 1 where anything
acknowledged was lost or anything was sent twice.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path
from random import Random

from fault import kinds, others

# Each fault, and how often it strikes for 200 kills.
FAULTS: tuple[tuple[kinds.Fault, int], ...] = (
    (kinds.kill, 200),
    (kinds.kill_at_press, 60),
    (kinds.kill_at_writes, 100),
    (kinds.power_cut, 240),
    (kinds.disk_full, 80),
    (kinds.refused_writes, 60),
    (kinds.read_only, 12),
    (others.corrupt_page, 100),
    (others.clock_jumps, 60),
    (others.writers, 20),
    (others.upgrade, 100),
)


def main() -> int:
    """Strike, print, and say by the exit code whether all is well."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=200, help="how often a kill strikes; the others in proportion")
    parser.add_argument(
        "--only", action="append", default=[], help="a fault by the name of its function; may be repeated"
    )
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    os.umask(0o077)
    rows = []
    for strike, often in FAULTS:
        if given.only and strike.__name__ not in given.only:
            continue
        runs = often if strike is others.writers else max(often * given.runs // 200, 4)
        with kinds.scratch() as place:
            row = strike(Path(place), runs, Random(given.seed))
        rows.append(row)
        if not given.json:
            told = row.note or f"{row.runs:>6} {len(row.lost):>6} {len(row.doubled):>8}"
            if len(rows) == 1:
                print(f"seed {given.seed}\n{'fault':<38} {'runs':>6} {'lost':>6} {'doubled':>8}")
            print(f"{row.fault:<38} {told}", flush=True)
            for one in [*row.lost, *row.doubled][:10]:
                print(f"    {one}")
    if given.json:
        print(json.dumps([row._asdict() for row in rows]))
    return int(any(row.lost or row.doubled for row in rows))


if __name__ == "__main__":
    sys.exit(main())
