"""What tests of every folder share: a home of one's own, and dsr called in process or as a process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec import Struct

from dsr.cli import main


class Answer(Struct, frozen=True):
    """What a call of dsr came to."""

    exit_code: int
    out: str
    err: str

    def json(self) -> Any:
        """The envelope of a call with `--json`."""
        return json.loads(self.out)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder for dsr's things."""
    folder = tmp_path / "home"
    monkeypatch.setenv("DSR_HOME", str(folder))
    monkeypatch.delenv("DSR_DEBUG", raising=False)
    return folder


@pytest.fixture
def dsr(home: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Answer]:
    """Call dsr in this process: `dsr("log", "openai-1")`."""

    def call(*args: str) -> Answer:
        capsys.readouterr()
        umask = os.umask(0o077)
        with pytest.raises(SystemExit) as ended:
            main(list(args))
        os.umask(umask)
        captured = capsys.readouterr()
        return Answer(int(ended.value.code or 0), captured.out, captured.err)

    return call


@pytest.fixture
def cli(home: Path) -> Callable[..., Answer]:
    """Call dsr as a process of its own; nobody sits at its terminal."""

    def call(*args: str | bytes) -> Answer:
        run = subprocess.run(
            [sys.executable, "-m", "dsr", *args], capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
        )
        return Answer(run.returncode, run.stdout, run.stderr)

    return call


@pytest.fixture
def person_profile(dsr: Callable[..., Answer]) -> None:
    """The profile of Ada Lovelace, who lives in Berlin."""
    made = dsr("profile", "init", "--name", "Ada Lovelace", "--email", "ada@example.org", "--residence", "DE-BE")
    assert made.exit_code == 0, made.err
