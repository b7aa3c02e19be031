"""The scripted person and the notebook of a cell: who acts when dsr hands over, and where a run writes what it does."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from msgspec import to_builtins

from dsr.browser.stage import Scene
from dsr.model import Evidence
from dsr.rehearsal.flows import Flow

_POLL = 0.05
_HANDED_OVER = "dsr waits"


class Scripted:
    """A person who does what `flows.toml` says when dsr hands over, by DOM events; implements `model.Person`.

    The turn is the person's from then until dsr acts again. `untouched` is true while it is the person's and she has done
    nothing yet: whatever dsr does meanwhile is a fault.
    """

    present = True

    def __init__(self, flow: Flow, scene: Scene) -> None:
        self._acts: list[dict[str, Any]] = [to_builtins(act) for act in flow.person]
        self._account = flow.fields.get("account", "")
        self._scene = scene
        self._turn = False
        self.untouched = False
        self.told: list[str] = []
        self.acts = 0

    def tell(self, text: str) -> None:
        self.told.append(text)
        if _HANDED_OVER in text:
            self._turn = self.untouched = True

    def confirm(self, question: str) -> bool:
        self.told.append(question)
        return self.acts > 0

    def ask(self, question: str, default: str = "") -> str:
        self.told.append(question)
        return default or self._account

    def interrupted(self) -> bool:
        """dsr has acted: whether that was a fault. Unless it was, the person's turn is over."""
        if not self.untouched:
            self._turn = False
        return self.untouched

    async def live(self) -> None:
        """Act whenever it is the person's turn; runs beside the playbook until it is cancelled."""
        while True:
            await asyncio.sleep(_POLL)
            while self._turn and (number := await self._scene.act(self._acts)) >= 0:
                self.untouched = False
                self.acts += 1
                if self._acts[number]["last"]:
                    self._turn = False
                if self._acts[number]["goes"]:
                    del self._acts[number]


class Notebook:
    """A journal in memory; implements `model.Journal`. Crashes are tried with the real one, in processes of their own."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str]] = []
        self.written: list[str] = []
        self.kept: list[datetime] = []

    def intent(self, step: int, control: str, name: str) -> None:  # noqa: ARG002  the Protocol's signature
        self._write("intent", control, name)

    def committed(self, step: int) -> None:  # noqa: ARG002
        self._write("committed", "")

    def averted(self, step: int, why: str) -> None:  # noqa: ARG002
        self._write("averted", "", why)

    def _write(self, what: str, control: str, text: str = "") -> None:
        self.lines.append((what, control))
        self.written.append(text)

    def last(self) -> tuple[str, str]:
        return self.lines[-1] if self.lines else ("", "")

    def keep(self, kind: str, content: bytes | Path, suffix: str) -> Evidence:
        plain = content.read_bytes() if isinstance(content, Path) else content
        return Evidence(
            kind=kind,
            sha256=hashlib.sha256(plain).hexdigest(),
            path=f"{kind}{suffix}",
            taken_at=datetime.fromtimestamp(0, UTC),
        )
