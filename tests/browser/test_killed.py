"""What dsr says after a SIGKILL around the press, and how the person settles it; that each seam presses once is in the matrix."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is of POSIX"),
]
RUN = ("--rehearse", "--headless", "--yes", "--json")


class Machine:
    """A home folder, commands run in processes of their own, and what the played site counted."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.environment = os.environ | {"DSR_HOME": str(home)}

    def killed(self, seam: str, *args: str) -> None:
        command = [sys.executable, "-m", "dsr.cases.matrix.seam", "kill-dsr", seam, *args]
        ended = subprocess.run(command, env=self.environment, capture_output=True, check=False)
        assert ended.returncode == -signal.SIGKILL, ended.stderr

    def dsr(self, *args: str) -> dict[str, Any]:
        command = [sys.executable, "-m", "dsr", *args]
        ended = subprocess.run(
            command, env=self.environment, capture_output=True, check=False, stdin=subprocess.DEVNULL
        )
        answer: dict[str, Any] = json.loads(ended.stdout)
        assert answer["exit_code"] == ended.returncode
        return answer

    def posts(self, name: str) -> int:
        kept = json.loads((self.home / "rehearsal" / "sites" / "openai.json").read_text())
        return int(kept["counts"].get(name, 0)) + int(kept["counts"].get(f"{name}.refused", 0))


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path / "home")


@pytest.mark.parametrize("seam", ["after-intent", "after-click"])
def test_export_killed_after_the_intent(machine: Machine, seam: str) -> None:
    """After the intent only the person can say what happened: unknown, exit 10, a question, and no POST meanwhile."""
    machine.killed(seam, "request-export", "openai", *RUN)
    before = machine.posts("export")
    shown = machine.dsr("next", "--rehearse", "--json")["data"]["rows"]
    assert [row["case"] for row in shown] == ["openai-1"]
    for _ in range(2):
        answer = machine.dsr("request-export", "openai", *RUN)
        assert (answer["data"]["outcome"], answer["exit_code"], answer["data"]["commits"]) == ("unknown", 10, 0)
        assert "?" in answer["data"]["note"]
        assert "dsr log openai-1" in answer["data"]["note"]
    assert machine.posts("export") == before
    assert machine.dsr("next", "--rehearse", "--json")["data"]["rows"][0]["what"] == "settle an unknown run"


def test_export_settled_by_the_person_as_not_sent(machine: Machine) -> None:
    """When the person says that nothing went out, the request is made: one POST in total."""
    machine.killed("after-intent", "request-export", "openai", *RUN)
    assert machine.dsr("request-export", "openai", *RUN)["data"]["outcome"] == "unknown"
    assert machine.dsr("log", "openai-1", "run-stopped", "--rehearse", "--json")["ok"]
    assert machine.dsr("request-export", "openai", *RUN)["data"]["outcome"] == "accepted"
    assert machine.posts("export") == 1


def test_export_settled_by_the_person_as_sent(machine: Machine) -> None:
    """When the person says that it went out, the promise runs and nothing is asked again."""
    machine.killed("before-committed", "request-export", "openai", *RUN)
    assert machine.posts("export") <= 1
    assert machine.dsr("request-export", "openai", *RUN)["data"]["outcome"] == "unknown"
    logged = machine.dsr("log", "openai-1", "accepted", "--via", "settings", "--rehearse", "--json")
    assert [one["kind"] for one in logged["data"]["deadlines"]] == ["export-ready"]
    before = machine.posts("export")
    assert machine.dsr("request-export", "openai", *RUN)["data"]["outcome"] == "already-done"
    assert machine.posts("export") == before


def test_a_press_outlives_its_case(machine: Machine) -> None:
    """With the case wiped, the same request is not made again unasked: unknown, exit 10, and one POST in total."""
    assert machine.dsr("request-export", "openai", *RUN)["data"]["outcome"] == "accepted"
    rehearsal = Machine(machine.home / "rehearsal")
    assert rehearsal.dsr("vault", "wipe", "openai-1", "--yes", "--json")["ok"]
    answer = machine.dsr("request-export", "openai", *RUN)
    assert (answer["data"]["outcome"], answer["exit_code"], answer["data"]["commits"]) == ("unknown", 10, 0)
    assert "not here any more" in answer["data"]["note"]
    assert machine.posts("export") == 1
