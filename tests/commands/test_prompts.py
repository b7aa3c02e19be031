"""Questions at a real terminal: asked again until answered, and Ctrl-C or Ctrl-D at each of them."""

from __future__ import annotations

import contextlib
import os
import select
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from dsr.model import Address, Entity, Event, EventKind, Request, Right, Route
from dsr.store import Ledger

if sys.platform == "win32":
    pytest.skip("pseudo-terminals are POSIX", allow_module_level=True)

import fcntl
import pty
import termios

Dsr = Callable[..., Any]
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
CTRL_C, CTRL_D = b"\x03", b"\x04"

QUESTIONS = [
    ("Your name: ", b"Ada Lovelace\n"),
    ("Your e-mail address: ", b"ada@example.org\n"),
    ("Where you live (DE, DE-BE, GB-SCT, US-CA): ", b"de-be\n"),
    ("Postal address, lines separated by ';' (only for letters by post): ", b"Kastanienallee 1; 10435 Berlin\n"),
    ("E-mail of your ChatGPT account, if another: openai=ADDRESS: ", b"\n"),
]


class Terminal:
    """dsr at a pseudo-terminal of its own, with a person who reads a question before answering it."""

    def __init__(self, *args: str) -> None:
        self.screen = ""
        self._master, slave = pty.openpty()

        def take_terminal() -> None:
            os.setsid()
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)

        self._run = subprocess.Popen(
            [sys.executable, "-m", "dsr", *args], stdin=slave, stdout=slave, stderr=slave, preexec_fn=take_terminal
        )
        os.close(slave)

    def _read(self, until: float) -> bool:
        ready, _, _ = select.select([self._master], [], [], max(0.0, until - time.monotonic()))
        if not ready:
            raise AssertionError(f"nothing more came; the screen shows:\n{self.screen}")
        try:
            piece = os.read(self._master, 65536)
        except OSError:  # EIO: the other end is closed
            return False
        self.screen += piece.decode(errors="replace").replace("\r\n", "\n")
        return bool(piece)

    def answer(self, question: str, typed: bytes) -> None:
        """Wait for the question at the end of the screen, then type."""
        until = time.monotonic() + 20
        while not self.screen.endswith(question):
            assert self._read(until), self.screen
        os.write(self._master, typed)
        self.screen += "\u241e"  # what comes now is a new question, even if it reads the same

    def leave(self, question: str, key: bytes) -> int:
        """Press the key at the question, once dsr waits for the answer: a signal that comes in the moment between the
        question and the reading is noticed at the next key only, by every Python program."""
        self.answer(question, b"")
        state = Path(f"/proc/{self._run.pid}/stat")
        until = time.monotonic() + 20
        while state.exists() and state.read_text().rpartition(")")[2].split()[0] != "S" and time.monotonic() < until:
            pass
        os.write(self._master, key)
        while time.monotonic() < until:
            if not select.select([self._master], [], [], 3)[0]:
                os.write(self._master, key)
            elif not self._read(until):
                break
        return self._run.wait(20)

    def end(self) -> int:
        """Read to the end; the exit code."""
        until = time.monotonic() + 20
        while self._read(until):
            pass
        return self._run.wait(20)

    def close(self) -> None:
        if self._run.poll() is None:
            self._run.kill()
            self._run.wait()
        os.close(self._master)


@pytest.fixture
def at_terminal(home: Path) -> Iterator[Callable[..., Terminal]]:
    opened: list[Terminal] = []

    def start(*args: str) -> Terminal:
        opened.append(Terminal(*args))
        return opened[-1]

    yield start
    for terminal in opened:
        terminal.close()


def stored(home: Path) -> list[str]:
    """What the stores of a home hold, schema aside, and the count of it."""
    found = []
    for path in sorted(home.rglob("store.db")):
        with contextlib.closing(sqlite3.connect(path)) as db:
            found += [line for line in db.iterdump() if line.startswith("INSERT")]
        found = [line for line in found if not line.startswith('INSERT INTO "heads"')]
    return found


def interrupted(terminal: Terminal, question: str, key: bytes, *, rehearsal: bool = False) -> None:
    """The exit code is 130, and the last two lines are the error, marked in a rehearsal, and the hint."""
    mark = "[rehearsal] " if rehearsal else ""
    assert terminal.leave(question, key) == 130, terminal.screen
    assert terminal.screen.splitlines()[-2:] == [
        f"dsr: error: {mark}interrupted; nothing more was done",
        "dsr: hint: dsr next shows where things stand",
    ]
    assert "Traceback" not in terminal.screen
    assert terminal.screen.count("dsr: ") == 2


def test_the_profile_is_asked_for(at_terminal: Callable[..., Terminal], home: Path) -> None:
    """`profile init` asks each question once and stores what was answered."""
    terminal = at_terminal("profile", "init")
    for question, typed in QUESTIONS:
        terminal.answer(question, typed)
    assert terminal.end() == 0
    assert "Profile made." in terminal.screen
    with Ledger(home) as ledger:
        [subject] = ledger.subjects()
    assert (subject.name, subject.emails, subject.residence) == ("Ada Lovelace", ("ada@example.org",), "DE-BE")
    assert subject.address == Address(("Kastanienallee 1", "10435 Berlin"), "DE")
    assert subject.accounts == {}


def test_a_wrong_answer_is_asked_again(at_terminal: Callable[..., Terminal], home: Path) -> None:
    """What is wrong is said at once, the question comes again, and an empty line skips it."""
    terminal = at_terminal("profile", "init")
    terminal.answer(QUESTIONS[0][0], b"Ada\x01\n")
    terminal.answer(QUESTIONS[0][0], b"Ada\n")
    terminal.answer(QUESTIONS[1][0], b"ada at example\n")
    terminal.answer(QUESTIONS[1][0], b"\n")
    terminal.answer(QUESTIONS[2][0], b"Berlin\n")
    terminal.answer(QUESTIONS[2][0], b"DE-XX\n")
    terminal.answer(QUESTIONS[2][0], b"DE\n")
    terminal.answer(QUESTIONS[3][0], b"\n")
    terminal.answer(QUESTIONS[4][0], b"ada@example.org\n")
    terminal.answer(QUESTIONS[4][0], b"opnai=ada@example.org\n")
    terminal.answer(QUESTIONS[4][0], b"chatgpt=ada@example.org\n")
    assert terminal.end() == 0, terminal.screen
    for said in (
        "'ada at example' is not an e-mail address",
        "no place is called 'Berlin'",
        "no controller is called 'opnai'",
    ):
        assert said in terminal.screen
    with Ledger(home) as ledger:
        [subject] = ledger.subjects()
    assert (subject.name, subject.emails, subject.accounts) == ("Ada", (), {"openai": "ada@example.org"})


@pytest.mark.parametrize(
    ("residence", "head", "items"),
    [("DE", "Art. 15 wants", "abcdefgh23"), ("US-VA", "The request asked for:", "abcg3")],
)
def test_what_lacks_is_asked_for(
    dsr: Dsr, at_terminal: Callable[..., Terminal], residence: str, head: str, items: str
) -> None:
    """After half an answer dsr lists what the request asked for, and takes letters and numbers."""
    dsr("profile", "init", "--name", "Ada Lovelace", "--email", "ada@example.org", "--residence", residence)
    dsr("request", "access", "openai", "--via", "email", "--yes")
    for event in (["sent", "--on", "2026-08-03"], ["answered", "--on", "2026-09-01"]):
        assert dsr("log", "openai-1", *event).exit_code == 0
    terminal = at_terminal("reply", "openai-1", "incomplete", "--dry-run")
    terminal.answer("Which of them lack? Letters or numbers, with spaces between: ", b"g, 3\n")
    assert terminal.end() == 0, terminal.screen
    assert head in terminal.screen
    listed = [line[2] for line in terminal.screen.splitlines() if line[:2] == "  " and line[3:5] == "  "]
    assert listed == list(items)
    assert "Incomplete answer" in terminal.screen


def test_no_answer_makes_no_profile(at_terminal: Callable[..., Terminal], home: Path) -> None:
    """A person who skips everything has no profile: exit 10."""
    terminal = at_terminal("profile", "init")
    for question, _ in [*QUESTIONS[:3], QUESTIONS[4]]:  # without a residence no address is asked for
        terminal.answer(question, b"\n")
    assert terminal.end() == 10
    assert stored(home) == []


@pytest.mark.parametrize("key", [CTRL_C, CTRL_D], ids=["ctrl-c", "ctrl-d"])
@pytest.mark.parametrize("number", range(len(QUESTIONS)))
def test_the_profile_can_be_left_at_each_question(
    at_terminal: Callable[..., Terminal], home: Path, number: int, key: bytes
) -> None:
    """Ctrl-C and Ctrl-D at any question end with 130 and two lines, and store nothing."""
    terminal = at_terminal("profile", "init")
    for question, typed in QUESTIONS[:number]:
        terminal.answer(question, typed)
    interrupted(terminal, QUESTIONS[number][0], key)
    assert stored(home) == []


LETTER = "Write this letter into a case? dsr does not send it; you do. [y/n] "
TERMS = "Let dsr do this in ChatGPT? Its terms, above, are not clear on that. [y/n] "
SCOPE = "This data, or the whole account? (data/account) [data]: "
EXPORT = "No finished export of this account is on record. Go on without one? [y/n] "
ACCOUNT = "This cannot be undone. Type your account at ChatGPT to go on: "
FRONT_DOORS = [
    (["request-export", "openai", "--via", "email"], LETTER),
    (["request-deletion", "openai", "--this-data", "--via", "email"], LETTER),
    (["request-export", "openai", "--via", "portal"], TERMS),
    (["opt-out", "openai", "--rehearse"], "Let dsr do this in ChatGPT? [y/n] "),
    (["request-export", "openai", "--rehearse"], "Let dsr do this in ChatGPT? [y/n] "),
]  # fmt: skip


@pytest.mark.parametrize("key", [CTRL_C, CTRL_D], ids=["ctrl-c", "ctrl-d"])
@pytest.mark.parametrize(
    ("args", "question"), FRONT_DOORS, ids=lambda value: "-".join(value) if isinstance(value, list) else ""
)
def test_a_request_can_be_left_at_its_question(
    at_terminal: Callable[..., Terminal], home: Path, person_profile: None, args: list[str], question: str, key: bytes
) -> None:
    """Ctrl-C and Ctrl-D at the one question of a request leave cases, files and profile as they were."""
    before = stored(home)
    terminal = at_terminal(*args)
    terminal.answer(question, b"perhaps\n")
    interrupted(terminal, question, key, rehearsal="--rehearse" in args)
    assert set(stored(home)) == set(before)
    assert not (home / "cases").exists()


@pytest.mark.parametrize("key", [CTRL_C, CTRL_D], ids=["ctrl-c", "ctrl-d"])
def test_an_unknown_run_stays_unknown_when_its_question_is_left(
    at_terminal: Callable[..., Terminal], home: Path, person_profile: None, key: bytes
) -> None:
    """Ctrl-C and Ctrl-D at the question whether an interrupted press went through settle nothing."""
    case = Request(
        id="openai-1", subject="me", controller="openai", regime="eu-gdpr", right=Right.ACCESS, residence="DE-BE",
        entity=Entity(name="OpenAI Ireland Limited", place="IE"), reference="ABCD-EFGH", created_at=NOW,
    )  # fmt: skip
    with Ledger(home) as ledger:
        ledger.add(lambda _: case, lambda _: settings_event(EventKind.DRAFTED))
        ledger.append("openai-1", settings_event(EventKind.RUN_UNKNOWN))
    before = stored(home)
    terminal = at_terminal("request-export", "openai", "--via", "settings")
    interrupted(terminal, "Did the company confirm it, on the page or by e-mail? [y/n] ", key)
    assert stored(home) == before


def settings_event(kind: EventKind) -> Event:
    return Event(kind=kind, on=NOW.date(), recorded_at=NOW, by="dsr", route=Route.SETTINGS)


@pytest.mark.parametrize(
    ("args", "question"), FRONT_DOORS, ids=lambda value: "-".join(value) if isinstance(value, list) else ""
)
def test_no_means_no(
    at_terminal: Callable[..., Terminal], home: Path, person_profile: None, args: list[str], question: str
) -> None:
    """A person who says no has lost nothing: exit 0, no case, no file."""
    terminal = at_terminal(*args)
    terminal.answer(question, b"n\n")
    assert terminal.end() == 0, terminal.screen
    assert not [line for line in stored(home) if line.startswith(('INSERT INTO "event"', 'INSERT INTO "request"'))]
    assert not (home / "cases").exists()


def test_yes_writes_the_letter(at_terminal: Callable[..., Terminal], home: Path, person_profile: None) -> None:
    """The preview comes before the question, and a yes writes the case."""
    terminal = at_terminal("request-export", "openai", "--via", "email")
    terminal.answer(LETTER, b"YES\n")
    assert "It tells them your name and e-mail, and nothing else about you." in terminal.screen
    assert terminal.end() == 0
    assert "Case openai-1: draft." in terminal.screen
    with Ledger(home) as ledger:
        assert [made.id for made, _ in ledger.cases()] == ["openai-1"]


def test_bytes_that_are_no_text_are_refused_at_a_prompt(at_terminal: Callable[..., Terminal], home: Path) -> None:
    """Bytes that are not UTF-8, typed at a question, are refused as such."""
    terminal = at_terminal("profile", "init")
    terminal.answer(QUESTIONS[0][0], b"\xff\xfe\n")
    assert terminal.end() == 2, terminal.screen
    assert "dsr: error: what was typed holds bytes that are not text" in terminal.screen
    assert stored(home) == []


@pytest.mark.parametrize("args", [*(front for front, _ in FRONT_DOORS), ["profile", "init"]], ids="-".join)
def test_without_a_terminal_nobody_is_asked(cli: Dsr, dsr: Dsr, home: Path, args: list[str]) -> None:
    """With nobody at the terminal and no --yes, a command that must ask ends with 10 and does nothing."""
    if args[0] != "profile":
        dsr("profile", "init", "--name", "Ada", "--email", "ada@example.org", "--residence", "DE-BE")
    told = cli(*args)
    assert told.exit_code == 10
    mark = "[rehearsal] " if "--rehearse" in args else ""
    assert told.err.startswith(f"dsr: error: {mark}a person must answer: ")
    assert len(told.err.splitlines()) == 2
    assert not [line for line in stored(home) if line.startswith(('INSERT INTO "event"', 'INSERT INTO "request"'))]


@pytest.mark.browser
@pytest.mark.parametrize("key", [CTRL_C, CTRL_D], ids=["ctrl-c", "ctrl-d"])
def test_an_export_stands_when_the_offer_of_a_letter_is_left(
    at_terminal: Callable[..., Terminal], home: Path, person_profile: None, key: bytes
) -> None:
    """Ctrl-C and Ctrl-D at the offer after an accepted export end with 130, and the export is in the case."""
    terminal = at_terminal("request-export", "openai", "--rehearse", "--headless")
    terminal.answer("Let dsr do this in ChatGPT? [y/n] ", b"y\n")
    interrupted(terminal, "Write the formal request by e-mail too? Its clock is the law's. [y/n] ", key, rehearsal=True)
    with Ledger(home / "rehearsal") as ledger:
        assert [event.kind for event in ledger.events("openai-1")] == ["drafted", "submitted", "accepted"]


@pytest.mark.parametrize("typed", [b"somebody@example.org\n", b"\n", b"yes\n"], ids=["other", "nothing", "yes"])
def test_a_deletion_wants_the_account_typed(
    at_terminal: Callable[..., Terminal], home: Path, person_profile: None, typed: bytes
) -> None:
    """Deleting asks what is meant, whether an export is waived, and the account: anything else ends it, nothing done."""
    terminal = at_terminal("request-deletion", "openai", "--via", "settings", "--rehearse")
    terminal.answer(SCOPE, b"account\n")
    terminal.answer(EXPORT, b"y\n")
    assert "a subscription bought through Apple or Google goes on" in terminal.screen
    terminal.answer(ACCOUNT, typed)
    assert terminal.end() == 0, terminal.screen
    assert "declined" in terminal.screen
    assert not (home / "rehearsal" / "browser").exists()


def test_a_deletion_without_an_export_is_left(
    at_terminal: Callable[..., Terminal], home: Path, person_profile: None
) -> None:
    """Who does not waive the export is asked nothing more."""
    terminal = at_terminal("request-deletion", "openai", "--whole-account", "--rehearse")
    terminal.answer(EXPORT, b"n\n")
    assert terminal.end() == 0, terminal.screen
    assert ACCOUNT not in terminal.screen


@pytest.mark.parametrize("scope", ["--whole-account", "--this-data"])
@pytest.mark.parametrize("option", ["--yes", "--headless"])
def test_a_deletion_is_never_answered_beforehand(dsr: Dsr, person_profile: None, option: str, scope: str) -> None:
    """`--yes` and `--headless` delete nothing: exit 10."""
    told = dsr("request-deletion", "openai", scope, "--via", "settings", "--rehearse", option)
    assert told.exit_code == 10
    assert "cannot be undone" in told.err


def test_an_unclear_wish_is_refused(at_terminal: Callable[..., Terminal], home: Path, person_profile: None) -> None:
    """Neither 'data' nor 'account': nothing is guessed."""
    terminal = at_terminal("request-deletion", "openai")
    terminal.answer(SCOPE, b"all of it\n")
    assert terminal.end() == 2
    assert "'all of it' is neither 'data' nor 'account'" in terminal.screen


GROUNDS = "Your own grounds, in your words; the law weighs them (empty: none given): "
WRITE = "Write this letter into a case? dsr does not send it; you do. [y/n] "
COMPLAINT = [
    ("The authority's name: ", b"Data Protection Commission\n"),
    ("Its e-mail address, or its postal address with ';' between the lines (empty: its form): ", b"dpc@example.org\n"),
    ("Write this letter into the case? dsr does not send it; you do. [y/n] ", b"y\n"),
]


def test_ones_own_grounds_are_asked_for(dsr: Dsr, person_profile: None, at_terminal: Callable[..., Terminal]) -> None:
    """An objection asks for one's own grounds, which then stand in the letter; the one yes is asked for after it."""
    terminal = at_terminal("request", "objection", "openai")
    terminal.answer(GROUNDS, b"I write about my illness.\n")
    terminal.answer(WRITE, b"y\n")
    assert terminal.end() == 0, terminal.screen
    [kept] = [
        path for path in dsr("show", "openai-1", "--json").json()["data"]["evidence"] if path["kind"] == "letter-text"
    ]
    home = Path(os.environ["DSR_HOME"])
    assert "I write about my illness." in " ".join((home / kept["path"]).read_text(encoding="utf-8").split())


@pytest.mark.parametrize("number", range(len(COMPLAINT) + 1))
def test_a_complaint_asks_for_the_authority(
    dsr: Dsr, person_profile: None, home: Path, at_terminal: Callable[..., Terminal], number: int
) -> None:
    """Where the residence does not say which authority it is, it is asked for; left at any question, nothing is written."""
    dsr("profile", "set", "residence", "DE")
    dsr("request", "access", "openai", "--via", "email", "--yes")
    dsr("log", "openai-1", "sent", "--on", "2026-08-03")
    before = stored(home)
    terminal = at_terminal("complain", "openai-1")
    for question, typed in COMPLAINT[:number]:
        terminal.answer(question, typed)
    if number < len(COMPLAINT):
        interrupted(terminal, COMPLAINT[number][0], CTRL_C)
        assert stored(home) == before
    else:
        assert terminal.end() == 0, terminal.screen
        assert "dsr log openai-1 complained --on" in " ".join(terminal.screen.split())


def test_what_is_wrong_is_asked_for(dsr: Dsr, person_profile: None, at_terminal: Callable[..., Terminal]) -> None:
    """A rectification asks what is wrong and what is right, and takes both as they are typed."""
    terminal = at_terminal("request", "rectification", "openai", "--dry-run")
    terminal.answer("What is wrong, as the company has it: ", b"a=b\n")
    terminal.answer("What is right: ", b"c\n")
    assert terminal.end() == 0, terminal.screen
    assert '"a=b"' in terminal.screen
    empty = at_terminal("request", "rectification", "openai", "--dry-run")
    empty.answer("What is wrong, as the company has it: ", b"\n")
    empty.answer("What is right: ", b"c\n")
    assert empty.end() == 2
