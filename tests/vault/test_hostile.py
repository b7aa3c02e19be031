"""Hostile input, fuzzed: whatever comes in, dsr answers in words and in time. `make fuzz` goes on longer."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tools"))
from hostile import targets  # noqa: E402  a tool beside the package

EXAMPLES = {"event": 12, "backup": 25, "typed": 25}


@cache
def seed(name: str) -> bytes:
    return targets.TARGETS[name][1]()


@pytest.fixture(autouse=True)
def place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """A folder of this test's own; the environment is put back afterwards."""
    monkeypatch.setenv("DSR_HOME", "")
    monkeypatch.setattr(targets, "PLACE", tmp_path / "hostile")
    yield
    shutil.rmtree(tmp_path / "hostile", ignore_errors=True)


def mutated(data: st.DataObject, content: bytes) -> bytes:
    """The seed with up to four changes: a piece taken out, doubled, or replaced by what breaks readers."""
    for _ in range(data.draw(st.integers(0, 4))):
        start = data.draw(st.integers(0, len(content)))
        end = data.draw(st.integers(start, min(start + 40, len(content))))
        piece = data.draw(
            st.sampled_from(targets.DICTIONARY) | st.binary(max_size=30) | st.text(max_size=10).map(str.encode)
        )
        content = content[:start] + piece + content[end:]
    return content


@pytest.mark.parametrize("name", sorted(targets.TARGETS))
def test_whatever_comes_in(name: str) -> None:
    """Files, tables, archives, events, texts of pages and what is typed: changed at random, the promises of `targets` hold."""

    @settings(max_examples=EXAMPLES.get(name, 50), deadline=5000, database=None, derandomize=True)
    @given(st.data())
    def strike(data: st.DataObject) -> None:
        targets.once(name, mutated(data, seed(name)))

    strike()


def bomb() -> bytes:
    """A backup whose one file unpacks to 400 MB."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("backup.json", "w") as file:
            for _ in range(400):
                file.write(bytes(1 << 20))
        archive.writestr("store.db", b"x")
    return held.getvalue()


LARGE = [
    ("profile_toml", lambda: b'name = "' + b"x" * 5_000_000 + b'"'),
    ("profile_toml", lambda: b'name = "' + b"x" * 1_000_000 + b'"'),
    ("profile_json", lambda: b"[" * 1_000_000),
    ("config", lambda: b"a." * 20_000 + b"b = 1"),
    ("config", lambda: b"\n".join(b"[t%d]" % number for number in range(60_000))),
    ("playbook", lambda: b"x = " + b"[" * 500_000),
    ("playbook", lambda: b'schema = 1\nid = "' + b"x/" * 400_000 + b'"'),
    ("table", lambda: b"id,regime,right,country,received,events\n" + b'"' * 1_000_001),
    ("table", lambda: b"id,regime,right,country,received,events\n" + b"1,eu-gdpr,access,IE,2026-11-02,\n" * 3_000),
    ("state", lambda: b'{"cookies": [' + b"{}," * 1_000_000 + b"{}]}"),
    ("page", lambda: b"Delete account " * 70_000),
    ("page", lambda: ("\u202e\x1b]0;x\x07" * 100_000).encode()),
    ("typed", lambda: b"openai" * 150_000),
    ("backup", bomb),
    ("backup", lambda: b"PK\x05\x06" + b"\xff" * 18),
]


@pytest.mark.skipif(sys.platform == "win32", reason="memory is asked as POSIX does")
@pytest.mark.parametrize(("name", "make"), LARGE, ids=[f"{name}-{number}" for number, (name, _) in enumerate(LARGE)])
def test_size(name: str, make: object) -> None:
    """The largest and the deepest input: no hang over 5 seconds of work, no memory over 300 MB, and the same promises."""
    import resource

    assert callable(make)
    ended = subprocess.run(
        [sys.executable, str(Path(targets.__file__)), name],
        input=make(), capture_output=True, check=False, timeout=60,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (8, 8)),
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr[-2000:].decode(errors="replace")
    used = json.loads(ended.stdout.splitlines()[-1])
    assert used["seconds"] < 5
    assert used["KiB"] < 300 << 10


@pytest.mark.skipif(sys.platform == "win32", reason="devices are of POSIX")
@pytest.mark.parametrize("command", ["profile init --from /dev/zero", "when --csv /dev/zero", "restore /dev/zero"])
def test_a_file_without_end(command: str, tmp_path: Path) -> None:
    """A device that gives bytes for ever in the place of a file is refused at once."""
    began = time.monotonic()
    ended = subprocess.run(
        [sys.executable, "-m", "dsr", *command.split()], capture_output=True, text=True, check=False, timeout=30,
        env={"DSR_HOME": str(tmp_path / "home"), "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert ended.returncode in (1, 11), ended.stderr
    assert ended.stderr.startswith("dsr: error: ") or "/dev/zero" in ended.stdout
    assert time.monotonic() - began < 20
