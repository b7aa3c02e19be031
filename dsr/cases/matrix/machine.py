"""Cells of the machine: dsr in processes of its own, killed, crowded or short of room, and run again; the server counts."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import msgspec
from msgspec import structs

from dsr.browser import lock, session
from dsr.cases.matrix.cells import Cell
from dsr.cases.matrix.oracle import Verdict
from dsr.rehearsal.site import holds

_RUN = ("--rehearse", "--headless", "--yes", "--json")
_LIMIT = 120.0  # seconds for one run
_ENDED = ("done", "already-done", "verified", "accepted")


class Machine:
    """A home folder of one cell, and the runs in it."""

    def __init__(self, cell: Cell, home: Path) -> None:
        self._cell = cell
        self._home = home
        self._environment = os.environ | {"DSR_HOME": str(home)}
        self._controller = cell.play.book.id.partition("/")[0]

    def start(self, *module: str) -> subprocess.Popen[str]:
        """Start dsr's command for the playbook, or the module named before it."""
        command = [sys.executable, "-m", *(module or ("dsr",)), *self._cell.play.flow.command, *_RUN]
        return self._popen(command)

    def _popen(self, command: list[str]) -> subprocess.Popen[str]:
        pipe = subprocess.PIPE
        return subprocess.Popen(
            command, env=self._environment, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, text=True
        )

    def run(self, *module: str) -> dict[str, Any]:
        """One run to its end: its envelope, with `exit_code`; where it was killed, only that."""
        return _ended(self.start(*module))

    def settle(self, case: str) -> None:
        """Say as a person would who looked into her mailbox whether the request went out."""
        word = ("accepted", "--via", "settings") if self.posts else ("run-stopped",)
        _ended(self._popen([sys.executable, "-m", "dsr", "log", case, *word, "--rehearse", "--json"]))

    def _kept(self) -> dict[str, Any]:
        file = self._home / "rehearsal" / "sites" / f"{self._controller}.json"
        found: dict[str, Any] = msgspec.json.decode(file.read_bytes()) if file.exists() else {"state": {}, "counts": {}}
        return found

    @property
    def posts(self) -> int:
        """How often the action reached the server, taken or refused."""
        counts, action = self._kept()["counts"], self._cell.play.flow.action
        return int(counts.get(action, 0)) + int(counts.get(f"{action}.refused", 0))

    @property
    def others(self) -> list[str]:
        """The actions of the site that were caused beside the playbook's own."""
        flow = self._cell.play.flow
        names = {action.name for action in self._cell.play.site.action} - {flow.action, *flow.also, *flow.harmless}
        return [name for name in self._kept()["counts"] if name.removesuffix(".refused") in names]

    @property
    def granted(self) -> bool:
        """Whether the server's state is as wished."""
        state = self._kept()["state"]
        return bool(state) and holds(state, self._cell.play.flow.done)

    @property
    def profiles(self) -> list[Path]:
        """The browser profiles that the runs may use: of nobody in particular, and of the rehearsal's account."""
        accounts = ("", self._cell.play.flow.fields.get("account", ""))
        return [session.profile(self._home / "rehearsal", self._controller, one) for one in dict.fromkeys(accounts)]


def _ended(process: subprocess.Popen[str]) -> dict[str, Any]:
    out, err = process.communicate(timeout=_LIMIT)
    if process.returncode == -signal.SIGKILL:
        return {"exit_code": process.returncode, "data": {}}
    try:
        answer: dict[str, Any] = msgspec.json.decode(out)
    except msgspec.DecodeError:
        return {"exit_code": process.returncode, "data": {}, "fault": (err or out).strip().splitlines()[-1:]}
    if "Traceback" in err:
        answer["fault"] = err.strip().splitlines()[-1:]
    return answer


def verdict(cell: Cell, home: Path) -> Verdict:
    """Play a cell of the machine in an empty folder, and judge it."""
    what, _, seam = cell.mutation.process.partition(" ")
    if sys.platform == "win32" or (what == "kill-browser" and not Path("/proc/self").exists()):
        return Verdict(cell=cell.id, row=cell.mutation.row, kind="does not apply", why="this system has no such signal")
    began = time.perf_counter()
    machine = Machine(cell, home)
    play = {"second": _second, "locked": _locked, "full": _full}.get(what)
    problem, ending, done = play(machine) if play else _killed(machine, what, seam)
    if machine.others:
        problem = f"a wrong control: {', '.join(machine.others)}"
    kind = "wrong" if problem else "done" if done else "right refusal"
    found = Verdict(cell=cell.id, row=cell.mutation.row, kind=kind, why="; ".join(filter(None, (problem, ending))))
    return structs.replace(found, seconds=time.perf_counter() - began)


def _says(answer: dict[str, Any]) -> str:
    error = (answer.get("error") or {}).get("message", "")
    data = answer.get("data") or {}
    return f"exit {answer['exit_code']}, {data.get('outcome', '')} {data.get('note', error)} {answer.get('fault', '')}".strip()


def _killed(machine: Machine, what: str, seam: str) -> tuple[str, str, bool]:
    """Killed at a seam, then run again; where dsr asks whether it went out, the person answers truly, and it is run again."""
    first = machine.run("dsr.cases.matrix.seam", what, seam)
    before = machine.posts
    if what == "kill-dsr" and first["exit_code"] != -signal.SIGKILL:
        return "the seam was never reached", _says(first), False
    again = machine.run()
    asked = again.get("data", {}).get("outcome") == "unknown"
    ending = f"at first {before} POSTs, then {_says(again)}"
    if asked:
        if machine.posts != before:
            return "a second POST while nobody had answered", ending, False
        machine.settle(str(again["data"]["case"]))
        again = machine.run()
        ending += f"; the person answers, then {_says(again)}"
    if first.get("fault") or again.get("fault"):
        return "it ended with a traceback", f"{_says(first)}; {ending}", False
    if machine.posts != 1 or not machine.granted:
        return f"{machine.posts} POSTs in total", ending, False
    if again.get("data", {}).get("outcome") not in _ENDED:
        return "it did not end", ending, False
    return "", ending, not asked


def _second(machine: Machine) -> tuple[str, str, bool]:
    """Two at once: one does it, the other is refused or finds it done."""
    answers = [_ended(process) for process in (machine.start(), machine.start())]
    ending = " | ".join(map(_says, answers))
    if any(answer.get("fault") for answer in answers):
        return "one ended with a traceback", ending, False
    if machine.posts != 1:
        return f"{machine.posts} POSTs", ending, False
    if not any(answer["exit_code"] == 0 for answer in answers):
        return "neither did it", ending, False
    return "", ending, True


def _locked(machine: Machine) -> tuple[str, str, bool]:
    """The profile is held by another dsr."""
    with ExitStack() as held:
        for profile in machine.profiles:
            held.enter_context(lock.held(profile))
        answer = machine.run()
    refused = answer["exit_code"] == 16 and not answer.get("fault")
    return "" if refused and not machine.posts else f"not refused, {machine.posts} POSTs", _says(answer), False


def _full(machine: Machine) -> tuple[str, str, bool]:
    """No evidence can be kept: nothing is pressed."""
    answer = machine.run("dsr.cases.matrix.seam", "full", "keep")
    refused = answer["exit_code"] != 0 and not answer.get("fault")
    return "" if refused and not machine.posts else f"not refused, {machine.posts} POSTs", _says(answer), False
