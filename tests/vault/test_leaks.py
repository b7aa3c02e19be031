"""Leaks: a canary for every personal field and for secrets goes through every command; it shows only where the design says."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dsr import cli as line
from dsr.browser import session
from dsr.browser.find import Browser

Dsr = Callable[..., Any]
CANARIES = {
    "name": "Kanarina Vogelsang",
    "other-name": "Piepina Altname",
    "email": "kanari@canary.example",
    "address": "Zwitschergasse 77",
    "account": "konto@canary.example",
    "secret": "s3cr3t-tschilp",
}
PROFILE = [
    "profile", "init", "--name", CANARIES["name"], "--email", CANARIES["email"], "--residence", "DE-BE",
    "--address", CANARIES["address"], "--account", f"openai={CANARIES['account']}",
]  # fmt: skip
EVERYTHING = {"name", "other-name", "email", "address", "account"}
NOTHING: set[str] = set()

# Every command: what of the person it may show. What is not named is a leak, and so is anything on stderr.
TABLE: list[tuple[str, set[str]]] = [
    ("profile show", EVERYTHING),
    ("profile set language en", EVERYTHING),
    ("request-export openai --dry-run", {"account"}),
    ("request-export openai --via email --yes", NOTHING),
    ("request-export openai --via post --yes", NOTHING),
    ("request-export openai --via portal --yes", NOTHING),
    ("request-deletion openai --via email --this-data --yes", NOTHING),
    ("opt-out openai --dry-run", {"account"}),
    ("letter access openai", {"name", "account"}),
    ("letter access openai --via post", {"name", "address", "account"}),
    ("letter access openai --out {out}/letter.eml", NOTHING),
    ("log openai-1 sent --via email --on 2026-11-02", NOTHING),
    ("log openai-1 correct --event 1 --note x", NOTHING),
    ("log", NOTHING), ("list", NOTHING), ("show openai-1", NOTHING), ("next", NOTHING), ("remind --on 2099-01-01", NOTHING),
    ("when eu-gdpr access --received 2026-11-02 --country IE", NOTHING),
    ("law list", NOTHING), ("law which openai", NOTHING), ("law show eu-gdpr", NOTHING),
    ("playbook list", NOTHING), ("playbook show openai/training-opt-out", NOTHING),
    ("rehearse list", NOTHING), ("rehearse reset", NOTHING), ("browser status", NOTHING), ("doctor", NOTHING),
    ("vault secret list", NOTHING),
    ("status", NOTHING), ("calendar --out {out}/c.ics", NOTHING), ("report --out {out}/r.html", NOTHING),
    ("request objection openai --via email --yes", NOTHING), ("reply openai-1 reminder --yes", NOTHING),
    ("complain openai-1 --anyway --authority-name DPC --yes", {"name", "account"}),
    ("directory show openai", NOTHING), ("directory search openai", NOTHING), ("directory authority openai", NOTHING),
    ("schedule status", NOTHING), ("schedule print --with cron", NOTHING), ("remind --dry-run", NOTHING),
    ("opt-out --list", NOTHING),
    ("backup --out {out}/b.zip", NOTHING), ("backup --open --out {out}/open", NOTHING),
    ("vault status", NOTHING),
    ("vault encrypt --key-file {out}/key --copy {out}/copy --yes", NOTHING),
    ("vault open openai-2 --out {out}/letters", NOTHING),
    ("vault rekey --key-file {out}/key2 --yes", NOTHING),
    ("vault decrypt --yes", NOTHING),
    ("restore {out}/b.zip --yes", NOTHING), ("vault wipe openai-1 --yes", NOTHING),
    # errors
    ("profile init --name X", NOTHING), ("show openai-9", NOTHING), ("log openai-2 downloaded", NOTHING),
    ("log openai-2 nonsense", NOTHING), ("request-export openai --via email", NOTHING), ("letter access nobody", NOTHING),
    ("restore {out}/letter.eml --yes", NOTHING), ("backup --out {out}/b.zip", NOTHING), ("profile set email x", NOTHING),
    ("letter access openai --regime nowhere", NOTHING), ("vault wipe openai-9 --yes", NOTHING), ("vault secret set x", NOTHING),
    ("login openai --import-state {out}/letter.eml", NOTHING), ("playbook lint {out}/letter.eml", NOTHING),
    ("profile init --from {out}/letter.eml", NOTHING), ("--nonsense", NOTHING),
]  # fmt: skip


def shown(text: str) -> set[str]:
    """Which canaries a text holds, also as JSON, as a URL or without spaces would write them."""
    plain = re.sub(r"\s+", " ", text.replace("%40", "@").replace("%20", " ").replace("+", " "))
    return {field for field, canary in CANARIES.items() if canary in plain}


@pytest.fixture
def caged(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Dsr:
    """dsr as a process under umask 000, with a temporary folder, a HOME and a working folder that are searched afterwards."""
    for name in ("HOME", "TMPDIR", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        (tmp_path / name).mkdir()
        monkeypatch.setenv(name, str(tmp_path / name))
    for name in ("out", "cwd"):
        (tmp_path / name).mkdir()
    monkeypatch.setenv("DSR_SMTP_PASSWORD", CANARIES["secret"])
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")

    def call(*args: str, **more: Any) -> subprocess.CompletedProcess[str]:
        words = [word.format(out=tmp_path / "out") for word in args]
        return subprocess.run(
            [sys.executable, "-m", "dsr", *words],
            capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, cwd=tmp_path / "cwd", umask=0, **more,
        )  # fmt: skip

    made = call(*PROFILE)
    assert made.returncode == 0, made.stderr
    assert call("profile", "set", "other-name", CANARIES["other-name"]).returncode == 0
    return call


def test_the_leak_table(caged: Dsr, home: Path, tmp_path: Path) -> None:
    """Every command and error path shows exactly what the table says, as text and as JSON; files of the person lie in the home
    and where she asked, for her eyes only even under umask 000; the temporary folder is empty afterwards."""
    lines: list[list[str]] = []
    found, expected = {}, {}
    for number, (command, allowed) in enumerate(TABLE):
        args = [*command.format(out=tmp_path / "out").split(), *(["--json"] if number % 2 else [])]
        lines.append(args)
        expected[command] = (sorted(allowed), [])
    ended = subprocess.run(
        [sys.executable, "-c", ALL, json.dumps(lines)],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path / "cwd",
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    for (command, _), (out, err) in zip(TABLE, json.loads(ended.stdout), strict=True):
        assert "Traceback" not in err
        found[command] = (sorted(shown(out)), sorted(shown(err)))
    assert found == expected
    assert {name for name in line.names() if not any(command.startswith(name) for command, _ in TABLE)} == set()
    held: dict[str, set[str]] = {}
    for path in (path for path in tmp_path.rglob("*") if path.is_file()):
        if fields := shown(path.read_bytes().decode(errors="replace")):
            held.setdefault(path.relative_to(tmp_path).parts[0], set()).update(fields)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    assert set(held) <= {"home", "out"}
    assert "secret" not in set().union(*held.values())
    assert list((tmp_path / "TMPDIR").iterdir()) == list((tmp_path / "cwd").iterdir()) == []
    inside = {path for folder in ("home", "out/open") for path in (tmp_path / folder).rglob("*") if path.is_dir()}
    assert {stat.S_IMODE(path.stat().st_mode) for path in inside} == {0o700}


ALL = """
import contextlib, io, json, os, sys
from dsr.cli import main
heard = []
for args in json.loads(sys.argv[1]):
    os.umask(0)
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), contextlib.suppress(SystemExit):
        main(args)
    heard.append([out.getvalue(), err.getvalue()])
print(json.dumps(heard))
"""
CRASH = """
import sys
from dsr.cli import main
sys.setrecursionlimit(int(sys.argv.pop(1)))
main(sys.argv[1:])
"""


@pytest.mark.parametrize("debug", [False, True])
def test_a_crash_tells_nothing(caged: Dsr, debug: bool) -> None:
    """A defect, wherever it strikes, is told by its kind alone; with DSR_DEBUG=1 by where it struck; never
    with what is personal."""
    environment = os.environ | ({"DSR_DEBUG": "1"} if debug else {})
    seen = set()
    for depth in range(60, 150, 18):
        call = [sys.executable, "-c", CRASH, str(depth), "letter", "access", "openai"]
        told = subprocess.run(call, capture_output=True, text=True, check=False, env=environment)
        if told.returncode:
            seen.add("RecursionError" in told.stderr)
            assert shown(told.stderr) == set()
            assert debug or "Traceback" not in told.stderr, told.stderr
    assert True in seen


def test_the_process_list(home: Path) -> None:
    """No process that dsr starts has a personal field in its arguments: the browser's profile is named by a hash."""
    assert shown(str(session.profile(home, "openai", CANARIES["account"]))) == set()


@pytest.mark.skipif(sys.platform == "win32", reason="the browser is a shell script")
def test_what_a_browser_inherits(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of a browser that dsr starts holds no secret of dsr's; what a desktop needs is in it."""
    monkeypatch.setenv("DSR_SMTP_PASSWORD", CANARIES["secret"])
    script = tmp_path / "browser"
    script.write_text(f"#!/bin/sh\nenv > {tmp_path / 'seen'}\n")
    script.chmod(0o700)
    session.sign_in(Browser(path=str(script), origin="a script"), tmp_path / "profile", "https://example.org/")
    seen = (tmp_path / "seen").read_text()
    assert "secret" not in shown(seen)
    assert "PATH=" in seen


@pytest.mark.skipif(sys.platform == "win32", reason="links are of POSIX")
@pytest.mark.parametrize(
    "name",
    [
        "store.db",
        "store.db-wal",
        "config.toml",
        "vault.json",
        "cases",
        "backups",
        "browser",
        "rehearsal",
        "runs",
        "sites",
    ],
)
def test_a_link_in_the_home_is_refused(cli: Dsr, home: Path, tmp_path: Path, name: str) -> None:
    """A link in the place of what dsr keeps is refused by name, 11, and what it leads to is neither read nor written."""
    home.mkdir()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("not of dsr") if "." in name else elsewhere.mkdir()
    (home / name).symlink_to(elsewhere)
    told = cli(*PROFILE)
    assert (told.exit_code, f"{home / name}: it is a symbolic link" in told.err) == (11, True), told.err
    assert elsewhere.read_text() == "not of dsr" if "." in name else not list(elsewhere.iterdir())


@pytest.mark.skipif(sys.platform == "win32", reason="links are of POSIX")
def test_a_link_in_a_case_is_refused(cli: Dsr, home: Path, tmp_path: Path, person_profile: None) -> None:
    """A link where a case's folder will be: no letter is written through it, and there is no case without its letter."""
    (tmp_path / "elsewhere").mkdir()
    (home / "cases").mkdir()
    (home / "cases" / "openai-1").symlink_to(tmp_path / "elsewhere")
    assert cli("request-export", "openai", "--via", "email", "--yes").exit_code == 11
    assert not list((tmp_path / "elsewhere").iterdir())
    assert json.loads(cli("list", "--json").out)["data"]["rows"] == []
