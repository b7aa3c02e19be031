"""Files of a person: one way to write them whole, and to read what is typed as their name."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dsr import disk
from dsr.errors import BadFile


@pytest.mark.parametrize("kind", ["folder", "pipe", "link to a pipe"])
def test_what_is_no_file_is_not_replaced(tmp_path: Path, kind: str) -> None:
    """A folder, a pipe or a device stays what it is, and nothing half written is left."""
    path = tmp_path / "there"
    if kind == "folder":
        path.mkdir()
    else:
        os.mkfifo(tmp_path / "pipe")
        path = tmp_path / "pipe"
    if kind == "link to a pipe":
        path = tmp_path / "link"
        path.symlink_to("pipe")
    before = path.lstat()
    with pytest.raises(BadFile, match="not a file"):
        disk.write(path, b"x")
    assert (path.lstat().st_ino, path.lstat().st_mode) == (before.st_ino, before.st_mode)
    assert not list(tmp_path.glob(".new-*"))


def test_what_fails_leaves_the_old_file(tmp_path: Path) -> None:
    """An error while a file is filled leaves the old one, and nothing beside it; else the new one has the mode that was asked."""
    path = tmp_path / "file"
    disk.write(path, b"old", 0o640)
    with pytest.raises(ZeroDivisionError), disk.beside(path) as fresh:
        fresh.write_bytes(b"new" * (1 // 0))
    assert (path.read_bytes(), path.stat().st_mode & 0o777, list(tmp_path.iterdir())) == (b"old", 0o640, [path])


@pytest.mark.parametrize(
    "words",
    [
        ("report", "--no-open", "--out"),
        ("backup", "--out"),
        ("backup", "--open", "--out"),
        ("calendar", "--out"),
        ("restore",),
        ("letter", "--check"),
        ("vault", "secret", "set", "smtp-password", "--file"),
    ],
)
def test_the_home_of_nobody(dsr: Callable[..., Any], person_profile: None, words: tuple[str, ...]) -> None:
    """`~name` of a person who has no home on this machine is told, whatever it was typed for: 11, in words."""
    told = dsr(*words, "~nobody-at-all/x")
    assert (told.exit_code, "there is no home folder for '~nobody-at-all'" in told.err) == (11, True), told


def test_a_home_of_nobody(dsr: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """So it is for DSR_HOME."""
    monkeypatch.setenv("DSR_HOME", "~nobody-at-all/x")
    assert dsr("next").exit_code == 11
