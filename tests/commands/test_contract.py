"""What every command keeps to, found by listing the folder: help, examples, JSON, imports, no network."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dsr import cli as line
from dsr import errors

Dsr = Callable[..., Any]
HEAVY = ("playwright", "rich", "asyncio", "keyring")


def leaves() -> Iterator[tuple[str, ...]]:
    """Every command and verb, as it is typed."""
    for name in line.names():
        verbs = getattr(line.load(name), "functions", None)
        yield from ((name, verb) for verb in verbs) if verbs else [(name,)]


LEAVES = list(leaves())


def leaf(words: tuple[str, ...]) -> Any:
    command = line.load(words[0])
    return command.get_command(None, words[1]) if len(words) > 1 else command


@pytest.mark.parametrize("name", line.names())
def test_a_command_says_what_it_is_in_one_line(name: str) -> None:
    """The first line of a command's file is a sentence of at most 110 columns, ready for `dsr --help`."""
    summary = line.summary(name)
    assert summary.endswith((".", ")."))
    assert len(summary) <= 110
    assert summary[0].isupper()


def test_help_lists_every_command(dsr: Dsr) -> None:
    """`dsr --help` names every command of the folder with its line, and that this is not legal advice."""
    told = dsr("--help")
    text = " ".join(told.out.split())
    assert told.exit_code == 0
    assert all(f"{name} {line.summary(name)}" in text for name in line.names())
    assert "Not legal advice." in text


@pytest.mark.parametrize("words", LEAVES, ids=" ".join)
def test_help_has_an_example_that_parses(dsr: Dsr, words: tuple[str, ...]) -> None:
    """Every verb's help shows an example of that very verb, and what it shows parses."""
    told = dsr(*words, "--help")
    assert told.exit_code == 0
    assert "Example: dsr " in told.out
    doc = leaf(words).callback.__doc__ or ""
    examples = [row.partition("Example: ")[2] for row in doc.splitlines() if "Example: " in row]
    for example in examples:
        args = shlex.split(example)
        assert tuple(args[: len(words) + 1]) == ("dsr", *words)
        assert dsr(*args[1:], "--help").exit_code == 0
        leaf(words).make_context(words[-1], args[len(words) + 1 :])


@pytest.mark.parametrize("words", LEAVES, ids=" ".join)
def test_every_verb_and_option_is_explained(words: tuple[str, ...]) -> None:
    """Each option and argument has a help text that is a sentence, and --json is among them."""
    command = leaf(words)
    assert "--json" in [name for param in command.params for name in param.opts]
    for param in command.params:
        assert getattr(param, "help", None), (words, param.name)


def called(*args: str) -> dict[str, Any]:
    """The modules that one call of dsr has loaded, asked of a fresh process."""
    program = (
        "import sys, json\nfrom dsr.cli import main\ntry:\n    main(sys.argv[1:])\nexcept SystemExit as ended:\n"
        "    print(json.dumps({'code': ended.code, 'modules': sorted(sys.modules)}))"
    )
    run = subprocess.run([sys.executable, "-c", program, *args], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    found: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize(
    "args",
    [
        ["--help"], ["list"], ["next"], ["remind"], ["show", "openai-1"], ["log", "openai-1"], ["profile", "show"],
        ["letter", "access", "openai"], ["request-export", "openai", "--via", "email", "--yes"],
        ["when", "eu-gdpr", "access", "--received", "2026-11-02", "--country", "IE"], ["law", "list"],
        ["request", "photos", "openai", "--yes"], ["reply", "openai-1", "reminder"], ["complain", "openai-1"],
        ["letter", "--list"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_a_command_loads_only_what_it_needs(person_profile: None, args: list[str]) -> None:
    """Help, letters, the log and the clock never load the browser, rich, asyncio or the keyring."""
    told = called(*args)
    assert told["code"] in (0, 12)
    roots = {name.partition(".")[0] for name in told["modules"]}
    assert not roots & set(HEAVY)
    if args[0] in ("--help", "list", "next", "remind"):
        assert "jinja2" not in roots
    commands = {
        name for name in told["modules"] if name.startswith("dsr.commands.") and not name.startswith("dsr.commands._")
    }
    assert commands == ({f"dsr.commands.{args[0].replace('-', '_')}"} if args[0] != "--help" else set())


ENVELOPE = ["dsr", "command", "ok", "exit_code", "data", "messages", "error"]


@pytest.mark.parametrize(
    "args",
    [
        ["list"], ["next"], ["remind"], ["log"], ["profile", "show"], ["playbook", "list"], ["rehearse", "list"],
        ["playbook", "show", "openai/training-opt-out"], ["letter", "access", "openai"],
        ["request-export", "openai", "--dry-run"], ["request-deletion", "openai", "--via", "email", "--yes"],
        ["opt-out", "openai", "--dry-run"], ["profile", "set", "language", "de"], ["rehearse", "reset"],
        ["when", "eu-gdpr", "access", "--received", "2026-11-02", "--country", "IE"],
        ["law", "which", "openai"], ["law", "list"], ["law", "show", "eu-gdpr"], ["doctor"], ["letter", "--list"],
        ["letter", "access", "openai", "--format", "eml"],
        ["request", "training-opt-out", "openai", "--via", "email", "--yes"], ["request", "photos", "openai", "--dry-run"],
        ["status"], ["opt-out", "--list"],
        ["directory", "show", "chatgpt"], ["directory", "search", "opnai"], ["directory", "authority", "openai"],
        ["directory", "add", "Example Shop", "--email", "privacy@shop.example"],
        ["schedule", "print", "--with", "cron"], ["schedule", "status"], ["remind", "--dry-run"], ["next", "--plain"],
        ["calendar"], ["report"], ["vault", "secret", "list"], ["vault", "status"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_success_is_one_envelope(dsr: Dsr, person_profile: None, args: list[str]) -> None:
    """With --json stdout holds one envelope with the same seven keys, wherever --json stands, and stderr is empty."""
    told = dsr(*args, "--json")
    envelope = told.json()
    assert (list(envelope), told.err) == (ENVELOPE, "")
    assert (envelope["dsr"], envelope["command"], envelope["ok"]) == (1, args[0], True)
    assert (envelope["exit_code"], envelope["error"], told.exit_code) == (0, None, 0)
    assert isinstance(envelope["data"], dict)
    assert all(isinstance(message, str) for message in envelope["messages"])


ERRORS = [
    (["nonsense"], 2, "usage-error"),
    (["list", "--bogus"], 2, "usage-error"),
    (["show"], 2, "usage-error"),
    (["list", "--on", "x"], 2, "bad-date"),
    (["log", "openai-1", "downloaded"], 2, "illegal-move"),
    (["request-export", "openai", "--via", "email"], 10, "person-needed"),
    (["request-export", "botpress", "--via", "post"], 11, "bad-data"),
    (["profile", "init", "--from", "x.toml"], 2, "usage-error"),
    (["letter", "access", "openai", "--via", "post"], 11, "missing-field"),
    (["show", "x"], 12, "unknown-name"),
    (["request-export", "zzz"], 12, "unknown-name"),
    (["directory", "show", "opnai"], 12, "unknown-name"),
    (["directory", "import", "--from", "nowhere"], 11, "bad-file"),
    (["reply", "openai-1", "reminder"], 2, "illegal-move"),
    (["complain", "openai-1"], 2, "illegal-move"),
    (["request", "photos", "openai"], 10, "person-needed"),
]


@pytest.mark.parametrize(("args", "code", "kind"), ERRORS)
def test_an_error_is_one_envelope(dsr: Dsr, person_profile: None, args: list[str], code: int, kind: str) -> None:
    """Every error has its envelope on stdout: kind, message and hint; the process ends with its exit code."""
    dsr("request-deletion", "openai", "--via", "email", "--yes")
    told = dsr(*args, "--json")
    envelope = told.json()
    assert (list(envelope), told.err) == (ENVELOPE, "")
    assert (envelope["ok"], envelope["exit_code"], told.exit_code) == (False, code, code)
    assert (envelope["error"]["kind"], set(envelope["error"])) == (kind, {"kind", "message", "hint"})
    assert envelope["error"]["message"]
    assert envelope["error"]["hint"]


def test_every_error_has_a_documented_code() -> None:
    """Each error has an exit code of the published table, and each code of `errors` is drawn in its docstring."""

    def below(kind: type[errors.DsrError]) -> Iterator[type[errors.DsrError]]:
        for child in kind.__subclasses__():
            yield child
            yield from below(child)

    assert {kind.exit_code for kind in below(errors.DsrError)} <= {1, 2, 3, 10, 11, 12, 13, 14, 15, 16, 17, 130}
    drawn = dict(re.findall(r"^(?:[├└]── )?(\w+) +(\d+) ", errors.__doc__ or "", re.MULTILINE))
    kinds = [errors.DsrError, *(kind for kind in errors.DsrError.__subclasses__() if kind.__module__ == "dsr.errors")]
    assert drawn == {kind.__name__: str(kind.exit_code) for kind in kinds}


OFFLINE = """
import json, socket, sys

class Forbidden(socket.socket):
    def __init__(self, *args, **more):
        raise AssertionError("a socket was opened")

def forbidden(*args, **more):
    raise AssertionError("a name was looked up")

socket.socket = Forbidden
socket.create_connection = socket.getaddrinfo = socket.gethostbyname = socket.socketpair = forbidden

import os
os.environ["DSR_DEBUG"] = "1"
from dsr.cli import main

for args in json.loads(sys.argv[1]):
    try:
        main(args)
    except SystemExit as ended:
        if ended.code not in (0, 10):
            raise SystemExit(f"{args}: {ended.code}")
print("all done")
"""

ALL = [
    ["--help"], ["--version"],
    ["profile", "init", "--name", "Ada", "--email", "ada@example.org", "--residence", "DE-BE", "--address", "Street 1"],
    ["profile", "show"], ["profile", "set", "language", "de"],
    ["request-export", "openai", "--dry-run"], ["request-export", "openai", "--via", "email", "--yes"],
    ["request-export", "openai", "--via", "post", "--yes"], ["request-export", "openai", "--via", "portal", "--yes"],
    ["request-deletion", "openai", "--via", "email", "--yes"], ["opt-out", "openai", "--dry-run"],
    ["letter", "access", "openai"], ["letter", "--list"], ["letter", "access", "openai", "--via", "post", "--out", "letter.pdf"],
    ["request", "photos", "openai", "--yes"], ["log", "openai-1", "sent", "--via", "email", "--on", "2026-08-03"],
    ["reply", "openai-1", "reminder", "--yes"], ["complain", "openai-1", "--authority-name", "The DPC", "--yes"],
    ["log", "openai-1", "correct", "--event", "1", "--note", "x"], ["log"], ["list"], ["show", "openai-1"], ["next"], ["remind"],
    ["next", "--plain"], ["remind", "--quiet"], ["schedule", "status"], ["schedule", "print", "--with", "systemd"],
    ["when", "eu-gdpr", "access", "--received", "2026-11-02", "--country", "IE"],
    ["when", "eu-gdpr", "access", "--received", "2026-11-02", "--country", "IE", "--explain"],
    ["law", "which", "openai"], ["law", "list"], ["law", "show", "eu-gdpr"],
    ["playbook", "list"], ["playbook", "show", "openai/training-opt-out"], ["rehearse", "list"], ["rehearse", "reset"],
    ["status"], ["opt-out", "--list"],
    ["directory", "show", "chatgpt"], ["directory", "search", "opnai"], ["directory", "authority", "openai"],
    ["directory", "add", "Example Shop", "--email", "privacy@shop.example"], ["directory", "show", "example shop"],
    ["calendar", "--out", "cases.ics"], ["report", "--out", "report.html"],
    ["backup", "--out", "copy.zip"], ["backup", "--open", "--out", "open"], ["doctor"],
    ["vault", "status"], ["vault", "encrypt", "--key-file", "key", "--yes"], ["next"],
    ["vault", "open", "openai-1", "--out", "letters"],
    ["vault", "rekey", "--key-file", "key2", "--yes"], ["doctor"], ["vault", "decrypt", "--yes"],
    ["vault", "secret", "list"], ["vault", "wipe", "openai-1", "--yes"], ["restore", "copy.zip", "--yes"],
]  # fmt: skip


def test_nothing_but_the_browser_needs_a_network(home: Path, tmp_path: Path) -> None:
    """Every command that drives no browser works with sockets forbidden."""
    call = [sys.executable, "-c", OFFLINE, json.dumps(ALL)]
    run = subprocess.run(call, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.endswith("all done\n")
    covered = {args[0] for args in ALL}
    assert covered | {"browser", "login"} >= set(line.names())
