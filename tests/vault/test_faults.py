"""Faults by injection, as many as a check of every change can bear; `make faults` strikes longer and with every fault."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

FAULTS = Path(__file__).parents[2] / "tools" / "faults.py"


@pytest.mark.skipif(sys.platform == "win32", reason="signals and fork are of POSIX")
@pytest.mark.parametrize(
    ("faults", "runs"),
    [
        (["kill", "kill_at_press"], 20),
        (["power_cut"], 20),
        (["corrupt_page", "upgrade", "clock_jumps"], 20),
        (["writers"], 20),
        (["disk_full", "read_only"], 10),
    ],
    ids=lambda value: "+".join(value) if isinstance(value, list) else "",
)
def test_nothing_is_lost_or_doubled(faults: list[str], runs: int, tmp_path: Path) -> None:
    """After any fault every acknowledged event is there, nothing is sent twice, and the job can go on to its end."""
    only = [word for name in faults for word in ("--only", name)]
    call = [sys.executable, str(FAULTS), "--json", "--runs", str(runs), *only]
    ended = subprocess.run(
        call, capture_output=True, text=True, check=False, env=os.environ | {"TMPDIR": str(tmp_path)}
    )
    assert ended.returncode == 0, ended.stdout[-3000:] + ended.stderr[-3000:]
    rows = json.loads(ended.stdout.splitlines()[-1])
    assert len(rows) == len(faults)
    assert all(row["lost"] == row["doubled"] == [] for row in rows)
    if not any(row["runs"] for row in rows):
        pytest.skip("; ".join(row["note"] for row in rows))
