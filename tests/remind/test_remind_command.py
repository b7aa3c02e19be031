"""`dsr remind` as a process: its channels by the configuration, its exit codes, killed, twice at once, on a full disk."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

Dsr = Callable[..., Any]
LATE = "2027-01-15"
APPEND = "open(sys.argv[1], 'ab').write(os.environ['DSR_REMINDER_ID'].encode() + b' ' + sys.stdin.buffer.readline())"


@pytest.fixture
def sent(dsr: Dsr, person_profile: None) -> Dsr:
    """A letter that was sent on 2 November 2026."""
    dsr("request-export", "openai", "--via", "email", "--yes")
    dsr("log", "openai-1", "sent", "--via", "email", "--on", "2026-11-02")
    return dsr


OWN = (
    "store.db",
    "STORE.DB-wal",
    "config.toml",
    "./vault.json",
    "cases/openai-1/x.txt",
    "x/../remind.json",
    "backups/x",
    ".",
)


def channels(home: Path, names: list[str], script: str = APPEND, taken: Path | None = None, **mail: str | int) -> None:
    """Write the configuration; the command is a script of Python that may append to `taken`, in the home or elsewhere."""
    command = [sys.executable, "-c", f"import os, signal, sys, time\n{script}", str(taken or home / "taken")]
    lines = [
        "[remind]",
        f"channels = {json.dumps(names)}",
        'file = "reminders.txt"',
        f"command = {json.dumps(command)}",
    ]
    lines += ["[mail]", *(f"{key} = {json.dumps(value)}" for key, value in mail.items())]
    (home / "config.toml").write_text("\n".join(lines), encoding="utf-8")


def lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def test_each_channel_gets_it_once(sent: Dsr, home: Path) -> None:
    """Terminal, file and command each get the stage once; nothing personal is in what they get."""
    channels(home, ["terminal", "file", "command"])
    first = sent("remind", "--on", "2026-11-26", "--json").json()
    assert [(one["channel"], one["announced"]) for one in first["data"]["channels"]] == [
        ("terminal", 1), ("file", 1), ("command", 1),
    ]  # fmt: skip
    assert first["data"]["rows"][0]["channels"] == ["terminal", "file", "command"]
    assert sent("remind", "--on", "2026-11-26").out == ""
    for name in ("reminders.txt", "taken"):
        [line] = lines(home / name)
        assert "openai-1: openai's response is due in 6 days, on 2 December 2026" in line
        assert "Ada" not in line
        assert "ada@example.org" not in line
    assert (home / "reminders.txt").stat().st_mode & 0o777 == 0o600


def test_quiet_leaves_the_terminal_out(sent: Dsr, home: Path) -> None:
    """Quiet says nothing and serves the other channels; the terminal's news wait for a run that is not quiet."""
    channels(home, ["terminal", "file"])
    quiet = sent("remind", "--on", LATE, "--quiet")
    assert (quiet.exit_code, quiet.out, quiet.err, len(lines(home / "reminders.txt"))) == (10, "", "", 1)
    assert "was due by 2 December 2026" in sent("remind", "--on", LATE).out
    assert len(lines(home / "reminders.txt")) == 1


def test_a_dry_run_touches_nothing(sent: Dsr, home: Path) -> None:
    """What would be announced by which channel is told; no channel gets it, and it is news afterwards."""
    channels(home, ["file"])
    told = sent("remind", "--on", LATE, "--dry-run")
    assert told.out.startswith("would be announced by file: openai-1: openai's response was due by")
    assert not (home / "reminders.txt").exists()
    sent("remind", "--on", LATE)
    assert len(lines(home / "reminders.txt")) == 1


def test_a_mail_server_that_is_down(sent: Dsr, home: Path) -> None:
    """Exit 3, the channel and the reason are told, the others are served, and the next run tries again."""
    channels(home, ["email", "file"], host="localhost", port=1, to="ada@example.org")
    for announced in (1, 0):
        told = sent("remind", "--on", LATE, "--json").json()
        assert (told["exit_code"], told["ok"], told["error"]) == (3, False, None)
        mail, file = told["data"]["channels"]
        assert (mail["announced"], mail["failed"]) == (0, 1)
        assert "'localhost': it cannot be reached" in mail["problem"]
        assert file["announced"] == announced
        assert "ada@example.org" not in json.dumps(told)
    text = sent("remind", "--on", LATE)
    assert "not announced by email: the mail server 'localhost': it cannot be reached" in text.out
    assert "(1 kept for the next run)" in text.out


@pytest.mark.parametrize(
    ("config", "code", "why"),
    [
        ('[remind]\nchannels = ["pigeon"]', 11, "Invalid enum value 'pigeon'"),
        ('[remind]\nchannels = ["file"]', 3, "no 'file' in [remind]"),
        ('[remind]\nchannels = ["command"]', 3, "no 'command' in [remind]"),
        ('[remind]\nchannels = ["email"]', 3, "no 'host' in [mail]"),
        *((f'[remind]\nchannels = ["file"]\nfile = "{one}"', 3, "dsr's own") for one in OWN),
        ('[remind]\nchannels = ["file"]\nfile = "a\\u0000b"', 3, "no path holds such a sign"),
        ('[remind]\nchannels = ["file"]\nfile = "~nobody-at-all/x"', 3, "there is no home folder for '~nobody-at-all'"),
        ('[mail]\nsecurity = "maybe"', 11, "Invalid enum value 'maybe'"),
    ],
)
def test_a_wrong_setting_is_named(sent: Dsr, home: Path, config: str, code: int, why: str) -> None:
    """A word that dsr does not know ends the command; a setting that is missing fails its channel, and nothing is lost."""
    (home / "config.toml").write_text(config, encoding="utf-8")
    told = sent("remind", "--on", LATE)
    assert (told.exit_code, why in told.out + told.err) == (code, True)


def test_a_rehearsal_reaches_the_terminal_alone(sent: Dsr, home: Path) -> None:
    """Nothing of a rehearsal goes over a channel that tells others or the desktop."""
    channels(home, ["file"])
    sent("request-export", "openai", "--via", "email", "--yes", "--rehearse")
    sent("log", "openai-1", "sent", "--via", "email", "--on", "2026-11-02", "--rehearse")
    told = sent("remind", "--on", LATE, "--rehearse")
    assert told.out.startswith("[rehearsal] openai-1: openai's response was due by")
    assert not (home / "reminders.txt").exists()


def test_a_scheduled_run_is_quiet_and_recorded(sent: Dsr, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A scheduler names the home; the run says nothing, and what came of it is kept, also when it failed."""
    channels(home, ["terminal", "file"])
    monkeypatch.setenv("DSR_HOME", "/nowhere/at/all")
    told = sent("remind", "--on", LATE, "--scheduled", str(home))
    assert (told.exit_code, told.out, len(lines(home / "reminders.txt"))) == (10, "", 1)
    last = json.loads((home / "remind.json").read_text())
    assert (last["exit_code"], last["news"], last["told"]) == (10, 1, "")
    (home / "config.toml").write_text("remind = 1", encoding="utf-8")
    assert sent("remind", "--scheduled", str(home)).exit_code == 11
    last = json.loads((home / "remind.json").read_text())
    assert (last["exit_code"], "config.toml" in last["told"]) == (11, True)


def test_a_home_that_is_gone_is_not_made_again(dsr: Dsr, tmp_path: Path) -> None:
    """A scheduled run for a folder that is not there, as on a disk that is not, says so and makes nothing in its place."""
    gone = tmp_path / "gone"
    told = dsr("remind", "--scheduled", str(gone))
    assert (told.exit_code, "there is no store in" in told.err, gone.exists()) == (16, True, False)


@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
def test_killed_in_the_middle(sent: Dsr, cli: Dsr, home: Path) -> None:
    """Killed while the second channel works: the first one's entry is not written again, the second gets the same reminder
    under the same id, and after that nobody gets anything."""
    channels(home, ["file", "command"], f"{APPEND}\nos.kill(os.getppid(), signal.SIGKILL)")
    assert cli("remind", "--on", LATE).exit_code == -signal.SIGKILL
    assert (home / "remind-command.sending").exists()
    channels(home, ["file", "command"])
    for _ in range(2):
        assert cli("remind", "--on", LATE).exit_code == 10
    assert len(lines(home / "reminders.txt")) == 1
    ids = [line.split()[0] for line in lines(home / "taken")]
    assert (len(ids), len(set(ids))) == (2, 1)
    assert not list(home.glob("*.sending"))


@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
def test_killed_before_it_was_taken(sent: Dsr, cli: Dsr, home: Path) -> None:
    """Killed before the channel took it: nothing is lost, and it is told once."""
    channels(home, ["command"], "os.kill(os.getppid(), signal.SIGKILL)")
    assert cli("remind", "--on", LATE).exit_code == -signal.SIGKILL
    channels(home, ["command"])
    for _ in range(2):
        cli("remind", "--on", LATE)
    assert len(lines(home / "taken")) == 1


def test_two_schedulers_at_once(sent: Dsr, home: Path) -> None:
    """Four runs that start together: one announces, the others wait for it and find nothing new."""
    channels(home, ["file", "command"], f"time.sleep(0.2)\n{APPEND}")
    call = [sys.executable, "-m", "dsr", "remind", "--on", LATE, "--scheduled", str(home)]
    runs = [subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(4)]
    said = [run.communicate(timeout=60) for run in runs]
    assert [run.returncode for run in runs] == [10] * 4
    assert said == [(b"", b"")] * 4
    assert (len(lines(home / "taken")), len(lines(home / "reminders.txt"))) == (1, 1)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of eight megabytes."""
    if sys.platform != "linux" or os.geteuid() != 0 or not shutil.which("mount"):
        pytest.skip("only root on Linux can mount a small disk")
    place = tmp_path / "disk"
    place.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", place], capture_output=True, check=False
    ).returncode:
        pytest.skip("a tmpfs cannot be mounted here")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


def fill(disk: Path) -> Path:
    """Leave no room at all on a disk; the file that takes it."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (1 << 16, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                continue
    return ballast


@pytest.fixture
def on_small_disk(small_disk: Path, sent: Dsr, home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home of the sent letter, on the small disk."""
    monkeypatch.setenv("DSR_HOME", str(shutil.copytree(home, small_disk / "home")))
    return small_disk / "home"


def test_a_full_disk(small_disk: Path, on_small_disk: Path, cli: Dsr, tmp_path: Path) -> None:
    """On a full disk nothing is announced, because it could not be noted: exit 16, said plainly; with room, it is told once."""
    channels(on_small_disk, ["command"], taken=tmp_path / "taken")
    ballast = fill(small_disk)
    for _ in range(2):
        told = cli("remind", "--on", LATE)
        assert (told.exit_code, told.out, len(told.err.splitlines())) == (16, "", 2)
        assert "disk" in told.err
    assert lines(tmp_path / "taken") == []
    ballast.unlink()
    for _ in range(2):
        assert cli("remind", "--on", LATE).exit_code == 10
    assert len(lines(tmp_path / "taken")) == 1


def test_a_disk_that_fills_meanwhile(small_disk: Path, on_small_disk: Path, cli: Dsr, tmp_path: Path) -> None:
    """A disk that fills up while the channel works: that it was taken needs no room to be noted, nothing is told twice."""
    ballast = small_disk / "ballast"
    filling = f"{APPEND}\ntry:\n    open({str(ballast)!r}, 'wb', 0).write(b'x' * 64_000_000)\nexcept OSError:\n    pass"
    channels(on_small_disk, ["command"], filling, taken=tmp_path / "taken")
    assert cli("remind", "--on", LATE).exit_code == 10
    assert not list(on_small_disk.glob("*.sending"))
    assert cli("remind", "--on", LATE).exit_code in (10, 16)
    ballast.unlink()
    assert cli("remind", "--on", LATE).exit_code == 10
    assert len(lines(tmp_path / "taken")) == 1
