"""Whatever is typed, the answer is two lines and a documented exit code, and nothing stored is lost."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dsr.model import Subject
from dsr.store import Ledger

Dsr = Callable[..., Any]

NO_PROFILE_FIELD = {"name": "a letter", "e-mail": "a letter by e-mail", "address": "a letter by post"}

BAD = [
    ([], 2, None),
    (["lst"], 2, "dsr list"),
    (["lst", "--json"], 2, "dsr list"),
    (["--bogus"], 2, "dsr --help"),
    (["list", "--bogus"], 2, "dsr list --help"),
    (["list", "surplus"], 2, "dsr list --help"),
    (["show"], 2, "dsr show --help"),
    (["log", "openai-1", "correct", "--event", "two"], 2, "dsr log --help"),
    (["show", "opnai-1"], 12, "did you mean openai-1?"),
    (["show", "OPENAI-7"], 12, "did you mean openai-1?"),
    (["log", "zzz", "sent"], 12, "known: openai-1"),
    (["request-export", "opnai"], 12, "did you mean openai"),
    (["request-export", "opena1.com"], 12, "openai.com"),
    (["request-export", ""], 12, "dsr directory search"),
    (["request-export", "../openai"], 12, "openai"),
    (["request-export", "openai", "--via", "emial"], 12, "did you mean email?"),
    (["request-export", "openai", "--regime", "eu-gpdr"], 12, "did you mean"),
    (["request-export", "botpress", "--via", "post"], 11, "take --via email"),
    (["letter", "acces", "openai"], 12, "did you mean access?"),
    (["letter", "sale-opt-out", "openai"], 12, "dsr law which openai"),
    (["letter", "access", "openai", "--lang", "xx"], 12, "known: "),
    (["letter", "access", "openai", "--via", "settings"], 12, "known: email, post"),
    (["letter", "access", "openai", "--out", "letter.doc"], 2, "letter.txt, letter.eml or letter.pdf"),
    (["letter", "access", "openai", "--out", "letter.txt", "--format", "pdf"], 2, "leave --format out"),
    (["letter", "access", "openai", "--format", "pdf"], 2, "--out letter.pdf"),
    (["letter", "access", "openai", "--format", "fax"], 12, "known: eml, mailto, pdf, text"),
    (["letter", "access", "openai", "--open", "--format", "eml"], 2, "--format pdf --open"),
    (["letter", "access", "openai", "--via", "post", "--out", "letter.eml"], 2, "--via email"),
    (["letter", "access", "openai", "--via", "post"], 11, "dsr profile set address"),
    (["letter", "access", "openai", "--form", "a4"], 12, "known: din-5008, uk, us"),
    (["letter", "access", "openai", "--signature", "nowhere.png"], 11, "correct the file"),
    (["letter", "access"], 2, "dsr letter --list"),
    (["letter"], 2, "dsr letter access openai"),
    (["letter", "reminder", "openai"], 2, "dsr reply ID reminder"),
    (["letter", "complaint", "openai"], 2, "dsr complain ID"),
    (["letter", "access", "openai", "--correct", "a=b"], 2, "it goes with: rectification"),
    (["letter", "access", "openai", "--proof", "birth certificate"], 2, "--child NAME"),
    (["letter", "access", "openai", "--child", "A", "--on-behalf-of", "B"], 2, "leave one of them out"),
    (["letter", "erasure", "openai", "--whole-account", "--only", "x"], 2, "leave one of them out"),
    (["letter", "rectification", "openai", "--correct", "nothing"], 2, "--correct"),
    (["letter", "access", "openai", "--child", "x" * 10_000], 11, "shorten it"),
    (["letter", "--list", "--regime", "eu-gpdr"], 12, "did you mean eu-gdpr"),
    (["letter", "acces", "--list"], 12, "did you mean access?"),
    (["letter", "--check", "nowhere.j2"], 11, "dsr letter --check"),
    (["request", "acces", "openai"], 12, "did you mean access?"),
    (["request", "access", "opnai"], 12, "did you mean openai"),
    (["request", "reminder", "openai"], 2, "dsr reply ID reminder"),
    (["request", "authorisation", "openai"], 2, "dsr letter authorisation openai"),
    (["request", "rectification", "openai", "--via", "email"], 2, "--correct"),
    (["request", "photos", "openai", "--via", "settings"], 2, "--via email or --via post"),
    (["request", "erasure", "openai", "--only", "x", "--via", "portal"], 2, "--via email or --via post"),
    (["request", "objection", "openai", "--via", "email", "--grounds", "x" * 10_000, "--yes"], 11, "shorten it"),
    (["reply", "openai-1", "remindr"], 12, "did you mean reminder?"),
    (["reply", "openai-1", "complaint"], 12, "dsr complain ID"),
    (["reply", "openai-7", "reminder"], 12, "did you mean openai-1?"),
    (["reply", "openai-1", "no-reasons"], 2, "dsr show openai-1"),
    (["reply", "openai-1", "appeal"], 2, "dsr show openai-1"),
    (["reply", "openai-1"], 2, "dsr reply --help"),
    (["complain", "openai-7"], 12, "did you mean openai-1?"),
    (["complain", "openai-1", "--via", "fax"], 2, "--anyway"),
    (["complain", "openai-1", "--anyway", "--authority-name", "A", "--via", "fax"], 12, "known: email, post"),
    (["list", "--on", "tomorrow"], 2, "YYYY-MM-DD"),
    (["list", "--on", "2026-02-30"], 2, "YYYY-MM-DD"),
    (["list", "--on", "22.11.2026"], 2, "YYYY-MM-DD"),
    (["list", "--on", "20261122"], 2, "YYYY-MM-DD"),
    (["list", "--on", "2026-W47-7"], 2, "YYYY-MM-DD"),
    (["list", "--on", ""], 2, "YYYY-MM-DD"),
    (["next", "--on", "9999-12-31"], 2, "YYYY-MM-DD"),
    (["remind", "--on", "0001-01-01"], 2, "YYYY-MM-DD"),
    (["schedule", "install", "--with", "crom"], 12, "did you mean cron?"),
    (["schedule", "print", "--with", ""], 12, "known: cron, launchd, systemd, task-scheduler"),
    (["remind", "--on", "9999-01-01"], 2, "YYYY-MM-DD"),
    (["log", "openai-1", "received", "--on", "2899-12-31"], 2, "log what has happened"),
    (["when", "gdrp", "access", "--received", "2026-11-02", "--country", "IE"], 12, "did you mean gdpr"),
    (["when", "gdpr", "acess", "--received", "2026-11-02", "--country", "IE"], 12, "did you mean access?"),
    (["when", "gdpr", "access", "--received", "2026-13-02", "--country", "IE"], 2, "YYYY-MM-DD"),
    (["when", "gdpr", "access", "--received", "2026-11-02", "--country", "Eire"], 12, "ISO 3166"),
    (["when", "gdpr", "access", "--received", "2026-11-02"], 2, "--country IE"),
    (["when", "zzz", "access", "--received", "2026-11-02"], 12, "dsr law list"),
    (["when", "gdpr", "access", "--received", "2026-11-02", "--csv", "rows.csv"], 2, "dsr when --csv FILE"),
    (["when", "--csv", "nowhere.csv"], 11, "correct the file"),
    (["law", "show", "eu-gpdr"], 12, "did you mean eu-gdpr"),
    (["law", "show", "zzz"], 12, "dsr law list"),
    (["law", "which", "opnai", "--residence", "DE"], 12, "did you mean openai"),
    (["law", "which", "openai", "--residence", "Atlantis"], 12, "ISO 3166"),
    (["law", "which", "--country", "Atlantis"], 12, "ISO 3166"),
    (["law", "which", "openai", "--right", "acces"], 12, "did you mean access?"),
    (["law", "which", "openai", "--on", "2026-02-30"], 2, "YYYY-MM-DD"),
    (["playbook", "show", "openai/trainig-opt-out"], 12, "openai/training-opt-out"),
    (["rehearse", "reset", "opnai"], 12, "openai"),
    (["profile", "set", "residence", "Atlantis"], 12, "ISO 3166"),
]


@pytest.fixture
def open_case(dsr: Dsr, person_profile: None) -> Dsr:
    dsr("request-export", "openai", "--via", "email", "--yes")
    assert dsr("log", "openai-1", "sent", "--on", "2026-11-02").exit_code == 0
    return dsr


def stored(home: Path) -> list[str]:
    with contextlib.closing(sqlite3.connect(home / "store.db")) as db:
        return list(db.iterdump())


@pytest.mark.parametrize(("args", "code", "hint"), BAD)
def test_bad_input_is_told_in_two_lines(
    open_case: Dsr, home: Path, args: list[str], code: int, hint: str | None
) -> None:
    """The error names what was typed, the hint helps, the exit code is the documented one, and nothing changes."""
    before = stored(home)
    told = open_case(*args)
    assert told.exit_code == code, told
    if hint is None:
        assert (told.err, told.out.split()[0]) == ("", "Usage:")
    elif "--json" in args:
        assert hint in told.json()["error"]["hint"]
    else:
        lines = told.err.splitlines()
        assert [line.split(": ")[1] for line in lines] == ["error", "hint"]
        assert hint in lines[1]
        assert "defect" not in lines[0]
    assert stored(home) == before


@pytest.mark.parametrize(
    ("subject", "args", "missing"),
    [
        (Subject(id="me", residence="DE-BE", emails=("a@example.org",)), ["--via", "email"], "name"),
        (Subject(id="me", residence="DE-BE", name="Ada"), ["--via", "email"], "e-mail"),
        (Subject(id="me", residence="DE-BE", name="Ada"), ["--via", "post"], "address"),
        (Subject(id="me", name="Ada", emails=("a@example.org",)), ["--via", "email"], "residence"),
        (Subject(id="me", name="Ada", emails=("a@example.org",)), [], "residence"),
    ],
)
def test_a_missing_field_is_named(dsr: Dsr, home: Path, subject: Subject, args: list[str], missing: str) -> None:
    """A letter that lacks a field of the profile names it and the command that adds it; no case is opened."""
    home.mkdir()
    with Ledger(home) as ledger:
        ledger.put_subject(subject)
    for act in (["--yes"], ["--dry-run"]):
        told = dsr("request-export", "openai", *args, *act, "--json").json()
        assert (told["exit_code"], told["error"]["kind"]) == (11, "missing-field")
        assert f"the profile has no {missing}, and " in told["error"]["message"]
        assert told["error"]["hint"].startswith(f"dsr profile set {missing.replace('e-mail', 'email')} ")
    assert dsr("list", "--json").json()["data"]["rows"] == []


@pytest.mark.parametrize("residence", ["PE", "US", "US-NY", "EG", "AQ"])
@pytest.mark.parametrize("via", ["email", "post"])
def test_an_unknown_law_is_not_guessed(dsr: Dsr, residence: str, via: str) -> None:
    """Where dsr has no law for a residence it says so, and offers to name one."""
    dsr(
        "profile",
        "init",
        "--name",
        "Ada",
        "--email",
        "a@example.org",
        "--residence",
        residence,
        "--address",
        "Street 1",
    )
    told = dsr("request-export", "openai", "--via", via, "--yes")
    assert told.exit_code == 11
    assert f"no law pack covers {residence}; name a law that applies with --regime" in told.err


def test_bytes_that_are_no_text_are_refused(cli: Dsr, dsr: Dsr, person_profile: None) -> None:
    """Bytes that are not UTF-8 are refused as such, in text and in JSON, and are never stored."""
    for args in (["show", b"\xff"], ["log", "openai-1", "sent", "--note", b"\xff\xfe"], [b"\xff"]):
        told = cli(*args)
        assert (told.exit_code, told.err.splitlines()[0]) == (
            2,
            "dsr: error: what was typed holds bytes that are not text",
        )
    assert cli(b"\xff", "--json").json()["error"]["kind"] == "usage-error"


def test_a_terminal_without_the_letters_shows_their_codes(home: Path, dsr: Dsr) -> None:
    """A name that the terminal cannot show does not end a command."""
    made = subprocess.run(
        [sys.executable, "-m", "dsr", "profile", "init", "--name", "Łukasz", "--residence", "PL"],
        env=os.environ | {"PYTHONIOENCODING": "ascii"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (made.returncode, made.stderr) == (0, "")
    assert "\\u0141ukasz" in made.stdout
    assert dsr("profile", "show", "--json").json()["data"]["profile"]["name"] == "Łukasz"


def test_a_closed_pipe_ends_quietly(home: Path) -> None:
    """A reader that goes away ends dsr without a traceback."""
    with subprocess.Popen(
        [sys.executable, "-m", "dsr", "playbook", "show", "openai/request-export"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as run:  # fmt: skip
        assert run.stdout
        assert run.stderr
        run.stdout.close()
        assert run.stderr.read() == ""
    assert run.returncode in (0, 1)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_told(home: Path) -> None:
    """Output that cannot be written is an error of its own, not a traceback."""
    with Path("/dev/full").open("w") as full:
        run = subprocess.run(
            [sys.executable, "-m", "dsr", "list"], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert (run.returncode, run.stderr.splitlines()[0]) == (
        1,
        "dsr: error: no space left on device: the system refused",
    )


def test_a_home_that_is_a_file_is_told(dsr: Dsr, home: Path) -> None:
    """A home folder that cannot be one is named."""
    home.write_text("not a folder")
    told = dsr("list")
    assert (told.exit_code, told.err.splitlines()[1]) == (11, "dsr: hint: set DSR_HOME to a folder")
    assert home.read_text() == "not a folder"


def test_a_bad_configuration_is_told(dsr: Dsr, home: Path) -> None:
    """A key of the configuration that dsr does not know is named with its file."""
    home.mkdir()
    (home / "config.toml").write_text('brwoser = "/usr/bin/chromium"\n')
    told = dsr("browser", "status")
    assert (told.exit_code, "brwoser" in told.err, str(home / "config.toml") in told.err) == (11, True, True)


HOSTILE = {
    "colours": "\x1b[31mred\x1b[0m",
    "title": "\x1b]0;pwned\x07",
    "c1": "\x9b31m",
    "bidi": "\u202egnp.exe\u202c",
    "isolates": "\u2066a\u2069\u200f",
    "carriage": "real\rfake",
    "backspace": "a\x08\x08b",
    "lines": "one\nCase openai-1: fulfilled.\n\tdsr: error: two",
}
RAW = "\x1b\x9b\x07\x08\r\u202e\u202c\u2066\u2069\u200f"


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_reaches_the_terminal_tamed(open_case: Dsr, home: Path, text: str) -> None:
    """Escape sequences, bidi marks and line breaks in a note, a name or an argument never reach the terminal raw."""
    assert open_case("log", "openai-1", "identity-requested", "--note", text, "--on", "2026-11-03").exit_code == 0
    open_case("log", "openai-1", "correct", "--event", "3", "--note", text)
    with Ledger(home) as ledger:
        ledger.put_subject(
            Subject(id="me", name=text, emails=("a@example.org",), residence="DE-BE", other_names=(text,))
        )
    calls = [
        ["log"], ["log", "openai-1"], ["show", "openai-1"], ["next"], ["list"], ["profile", "show"], ["show", text],
        ["request-export", text], ["request-export", "openai", "--via", text], ["profile", "set", "name", text, "x"],
        ["profile", "set", "email", text], ["list", "--on", text], ["letter", "access", "openai"], [text], ["list", text],
        ["log", "openai-1", text], ["log", "openai-1", "received", "--event", text], ["playbook", "show", text],
        ["request-deletion", "openai", "--via", "email", "--dry-run"], ["when", "gdpr", text, "--received", text],
        ["when", "gdpr", "access", "--received", "2026-11-02", "--event", text], ["when", "--csv", text],
        ["law", "show", text], ["law", "which", text, "--right", text], ["law", "which", "--residence", text],
    ]  # fmt: skip
    for args in calls:
        told = open_case(*args)
        shown = told.out + told.err
        assert not set(RAW) & set(shown), (args, shown)
        assert "Case openai-1: fulfilled." not in shown.splitlines(), args
        assert len(told.err.splitlines()) in (0, 2), (args, told.err)
        assert "defect" not in told.err, (args, told.err)


@pytest.mark.parametrize("text", [text for key, text in HOSTILE.items() if key not in ("lines", "carriage")])
def test_a_name_that_cannot_be_printed_is_refused(dsr: Dsr, text: str) -> None:
    """The profile takes no name with characters that cannot be seen."""
    told = dsr("profile", "init", "--name", f"Ada {text}")
    assert (told.exit_code, "cannot be printed" in told.err) == (2, True)


def test_json_keeps_a_note_as_it_is(open_case: Dsr) -> None:
    """For a program the note is exact: what is tamed is the terminal, not the record."""
    open_case("log", "openai-1", "acknowledged", "--note", HOSTILE["lines"], "--on", "2026-11-03")
    assert open_case("log", "openai-1", "--json").json()["data"]["rows"][-1]["note"] == HOSTILE["lines"]
