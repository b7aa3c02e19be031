"""Finding a browser: in a fixed order, with an error that names how to get one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dsr.browser import find
from dsr.browser.session import profile
from dsr.errors import BadData, NoBrowser


@pytest.fixture
def nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without any browser."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "own"))
    monkeypatch.delenv("DSR_BROWSER", raising=False)
    monkeypatch.setattr(find, "_APPS", {})
    return tmp_path


def program(path: Path, age: int = 0) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    os.utime(path, (1_700_000_000 - age, 1_700_000_000 - age))
    return str(path)


def test_order(nothing: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment comes before the configuration, then Playwright's newest own, then an installed one."""
    with pytest.raises(NoBrowser) as told:
        find.browser()
    assert told.value.hint == "dsr browser install"
    installed = program(nothing / "google-chrome")
    assert find.browser().path == installed
    old = program(nothing / "own" / "chromium-1000" / "chrome-linux" / "chrome", age=10)
    assert find.browser().path == old
    new = program(nothing / "own" / "chromium-1001" / "chrome-linux64" / "chrome")
    assert find.browser().path == new
    mine = program(nothing / "mine")
    assert find.browser(mine).path == mine
    chosen = program(nothing / "chosen")
    monkeypatch.setenv("DSR_BROWSER", chosen)
    assert find.browser(mine).path == chosen


@pytest.mark.usefixtures("nothing")
def test_configured_path_that_is_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """A configured browser that does not exist is told, not silently replaced by another."""
    with pytest.raises(BadData, match="/no/such/browser"):
        find.browser("/no/such/browser")
    monkeypatch.setenv("DSR_BROWSER", "/no/other")
    with pytest.raises(BadData, match="DSR_BROWSER"):
        find.browser()


def test_profile_tells_no_account(tmp_path: Path) -> None:
    """Each account has its own browser profile, whose name does not tell it."""
    ada, grace = (profile(tmp_path, "openai", account) for account in ("ada@example.org", "grace@example.org"))
    assert ada != grace
    assert "ada" not in str(ada.relative_to(tmp_path))
    assert profile(tmp_path, "openai", "ADA@example.org") == ada
