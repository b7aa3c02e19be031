"""The main job end to end, as a person runs it: real processes, a real browser, the server's counters."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from dsr.browser import lock
from dsr.browser.session import profile

pytestmark = pytest.mark.browser
RUN = ("--rehearse", "--headless", "--yes", "--json")


class Cli:
    """dsr in processes of their own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.rehearsal = home / "rehearsal"

    def run(self, *args: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "dsr", *args],
            env=os.environ | {"DSR_HOME": str(self.home)} | environment,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )

    def json(self, *args: str, **environment: str) -> dict[str, Any]:
        ended = self.run(*args, **environment)
        assert "Traceback" not in ended.stderr
        answer: dict[str, Any] = json.loads(ended.stdout)
        assert answer["exit_code"] == ended.returncode
        return answer

    @property
    def counts(self) -> dict[str, int]:
        kept: dict[str, int] = json.loads((self.rehearsal / "sites" / "openai.json").read_text())["counts"]
        return kept

    def site(self, **changes: Any) -> None:
        """Change what the played site remembers, before or between runs."""
        from dsr.rehearsal import Rehearsal
        from dsr.resources import folder

        self.rehearsal.joinpath("sites").mkdir(parents=True, exist_ok=True)
        Rehearsal([folder("playbooks") / "openai" / "rehearsal"], self.rehearsal / "sites" / "openai.json").set(
            **changes
        )


@pytest.fixture
def dsr_cli(tmp_path: Path) -> Cli:
    return Cli(tmp_path / "home")


def test_export_then_letter_in_one_case(dsr_cli: Cli) -> None:
    """The export is accepted with one POST, is pending the second time, and the formal letter joins the same case."""
    first = dsr_cli.json("request-export", "openai", *RUN)
    assert (first["data"]["outcome"], first["data"]["commits"], first["ok"]) == ("accepted", 1, True)
    assert dsr_cli.counts["export"] == 1
    promised = first["data"]["deadlines"]
    assert [(one["kind"], one["basis"], one["whose"]) for one in promised] == [
        ("export-ready", "promise", "controller")
    ]
    again = dsr_cli.json("request-export", "openai", *RUN)
    assert (again["data"]["outcome"], again["data"]["commits"], again["exit_code"]) == ("already-done", 0, 0)
    assert "pending" in again["data"]["note"]
    assert dsr_cli.counts["export"] == 1
    letter = dsr_cli.json("request-export", "openai", "--via", "email", "--rehearse", "--yes", "--json")
    assert letter["data"]["case"] == first["data"]["case"]
    sent = dsr_cli.json("log", first["data"]["case"], "sent", "--via", "email", "--rehearse", "--json")
    assert {one["basis"] for one in sent["data"]["deadlines"]} == {"law", "promise"}


def test_opt_out_twice(dsr_cli: Cli) -> None:
    """The switch is verified with one POST, and a second run finds it done in the same case without a click."""
    first = dsr_cli.json("opt-out", "openai", *RUN)
    assert (first["data"]["outcome"], first["data"]["commits"]) == ("verified", 1)
    again = dsr_cli.json("opt-out", "openai", *RUN)
    assert (again["data"]["outcome"], again["data"]["commits"]) == ("already-done", 0)
    assert again["data"]["case"] == first["data"]["case"]
    assert dsr_cli.counts["training"] == 1


def test_rehearsal_leaves_real_cases_alone(dsr_cli: Cli) -> None:
    """A rehearsal has its own store, browser profile and cases, and every line says that it is one."""
    ended = dsr_cli.run("opt-out", "openai", "--rehearse", "--headless", "--yes")
    assert ended.returncode == 0
    assert all(line.startswith("[rehearsal]") for line in ended.stdout.splitlines())
    assert dsr_cli.json("list", "--json")["data"]["rows"] == []
    assert [row["case"] for row in dsr_cli.json("list", "--rehearse", "--json")["data"]["rows"]] == ["openai-1"]
    outside = {path.name for path in dsr_cli.home.iterdir()} - {"rehearsal"}
    assert not any(path.startswith(("cases", "browser", "sites")) for path in outside)
    assert dsr_cli.json("rehearse", "reset", "--json")["ok"]
    assert dsr_cli.json("list", "--rehearse", "--json")["data"]["rows"] == []


def test_rehearsal_with_a_profile_plays_that_person(dsr_cli: Cli) -> None:
    """With a profile of one's own, the played site knows that account; the real store stays without cases."""
    flags = ("--name", "Grace Hopper", "--email", "grace@example.org", "--residence", "GB-SCT", "--json")
    assert dsr_cli.json("profile", "init", *flags)["ok"]
    answer = dsr_cli.json("request-export", "openai", *RUN)
    assert answer["data"]["rehearsal"]["state"]["account"] == "grace@example.org"
    assert "OpenAI OpCo, LLC" in answer["messages"][0]
    assert dsr_cli.json("list", "--json")["data"]["rows"] == []


@pytest.mark.parametrize(
    ("state", "outcome", "code"),
    [
        ({"signed_in": False}, "signed-out", 10),
        ({"captcha": True}, "needs-person", 10),
        ({"fault_export": "500"}, "unknown", 10),
    ],
)
def test_outcomes_have_their_exit_codes(dsr_cli: Cli, state: dict[str, Any], outcome: str, code: int) -> None:
    """Each outcome ends with its documented code, stands in the case, and shows in `dsr next`."""
    dsr_cli.site(**state)
    answer = dsr_cli.json("request-export", "openai", *RUN)
    assert (answer["data"]["outcome"], answer["exit_code"]) == (outcome, code)
    assert dsr_cli.json("next", "--rehearse", "--json")["data"]["rows"][0]["needs_you"]
    assert dsr_cli.json("remind", "--rehearse", "--json")["exit_code"] == 10


def test_dry_run_opens_no_browser(dsr_cli: Cli) -> None:
    """A dry run prints the steps, makes no case and needs no browser."""
    answer = dsr_cli.json("opt-out", "openai", "--rehearse", "--dry-run", "--json", DSR_BROWSER="/nowhere")
    assert answer["data"]["outcome"] == "dry-run"
    assert len(answer["data"]["rows"]) == 6
    assert dsr_cli.json("list", "--rehearse", "--json")["data"]["rows"] == []


def test_no_browser(dsr_cli: Cli, tmp_path: Path) -> None:
    """Without a browser the error names how to get one, and the case is not lost."""
    nowhere = {"PATH": str(tmp_path), "PLAYWRIGHT_BROWSERS_PATH": str(tmp_path)}
    ended = dsr_cli.run("opt-out", "openai", "--rehearse", "--headless", "--yes", **nowhere)
    assert ended.returncode == 11
    lines = ended.stderr.splitlines()
    assert [line[:11] for line in lines] == ["dsr: error:", "dsr: hint: "]
    assert "dsr browser install" in lines[1]


def test_no_screen(dsr_cli: Cli) -> None:
    """A visible browser without a screen is refused with a hint, not with a traceback."""
    ended = dsr_cli.run("opt-out", "openai", "--rehearse", "--yes", DISPLAY="", WAYLAND_DISPLAY="")
    assert ended.returncode == 14
    assert "--headless" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_second_dsr_on_the_same_account_is_refused(dsr_cli: Cli) -> None:
    """While one dsr uses an account's browser profile, another is refused and nothing is posted."""
    with lock.held(profile(dsr_cli.rehearsal, "openai", "ada@example.org")):
        answer = dsr_cli.json("opt-out", "openai", *RUN)
    assert (answer["exit_code"], answer["error"]["kind"]) == (16, "store-locked")
    assert dsr_cli.json("opt-out", "openai", *RUN)["data"]["outcome"] == "verified"
    assert dsr_cli.counts["training"] == 1


def test_login_looks_and_tells(dsr_cli: Cli) -> None:
    """`dsr login` tells by a look whether one is signed in."""
    assert dsr_cli.json("login", "openai", "--rehearse", "--headless", "--json")["data"]["outcome"] == "signed-in"
    dsr_cli.site(signed_in=False)
    answer = dsr_cli.json("login", "openai", "--rehearse", "--headless", "--json")
    assert (answer["data"]["outcome"], answer["exit_code"]) == ("signed-out", 10)


def test_login_imports_a_storage_state(dsr_cli: Cli, tmp_path: Path) -> None:
    """A storage state is taken into the profile; a file that is none is refused with exit 11."""
    state = tmp_path / "state.json"
    cookie = {"name": "a", "value": "b", "domain": "chatgpt.com", "path": "/", "secure": True}
    state.write_text(json.dumps({"cookies": [cookie], "origins": []}))
    command = ("login", "openai", "--rehearse", "--headless", "--json", "--import-state")
    assert dsr_cli.json(*command, str(state))["data"]["outcome"] == "signed-in"
    for wrong in ("{}", "not json", '{"cookies": [{"name": 1}]}'):
        state.write_text(wrong)
        answer = dsr_cli.json(*command, str(state))
        assert (answer["exit_code"], answer["error"]["kind"]) == (11, "bad-file")


def test_plain_answer_reads_well(dsr_cli: Cli) -> None:
    """What a person reads names who answers, what was done, what it does not do, and the promise."""
    ended = dsr_cli.run("request-export", "openai", "--rehearse", "--headless", "--yes")
    for words in ("OpenAI Ireland Limited", "accepted:", "no legal period runs", "[promise]", "never yet"):
        assert words in ended.stdout, ended.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_ctrl_c_while_the_browser_runs(dsr_cli: Cli) -> None:
    """Ctrl-C at the terminal, which reaches the browser too, ends with 130, two lines, and a case that can go on."""
    command = [sys.executable, "-m", "dsr", "opt-out", "openai", "--rehearse", "--headless", "--yes"]
    environment = os.environ | {"DSR_HOME": str(dsr_cli.home)}
    dsr_cli.site(first_byte_late=20.0)
    running = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    state = dsr_cli.rehearsal / "sites" / "openai.json"
    deadline = time.monotonic() + 30
    while "GET chatgpt.com" not in state.read_text() and time.monotonic() < deadline:
        select.select([], [], [], 0.05)
    os.killpg(running.pid, signal.SIGINT)
    _, told = running.communicate(timeout=30)
    assert running.returncode == 130
    assert [line[:11] for line in told.splitlines()] == ["dsr: error:", "dsr: hint: "], told
    dsr_cli.site(first_byte_late=0.0)
    assert dsr_cli.json("opt-out", "openai", *RUN)["data"]["outcome"] == "verified"
    assert dsr_cli.counts["training"] == 1
