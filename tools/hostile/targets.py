"""Every place where bytes of somebody else come in: a function that takes them, and a seed that is valid.

What holds for all: a documented exit code, no defect, no traceback, no escape sequence or bidi mark on the way to the terminal.
"""

from __future__ import annotations

import contextlib
import email
import email.policy
import io
import json
import os
import shutil
import sqlite3
import sys
import tempfile
import time
import unicodedata
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from dsr import registry, report, resources
from dsr.browser import states
from dsr.cli import main
from dsr.errors import DsrError
from dsr.model import Result

BIDI = ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
SECONDS = 5  # of work, for one command
CODES = {0, 1, 2, 3, 10, 11, 12, 13, 14, 15, 16, 17}
PLACE = Path(tempfile.gettempdir()) / f"dsr-hostile-{os.getpid()}"
ROOT = Path(__file__).parents[2]


def safe(text: str) -> None:
    """Nothing in it steers a terminal: no control character but newline and tab, no bidi control, no half character."""
    letters = set(text)
    bad = {letter for letter in letters if unicodedata.category(letter) in ("Cc", "Cs") and letter not in "\n\t"}
    bad |= {letter for letter in letters if unicodedata.bidirectional(letter) in BIDI}
    assert not bad, f"reaches the terminal: {sorted(map(ascii, bad))}"


def dsr(*args: str) -> tuple[int, str, str]:
    """One command in this process, with what must hold for all of them."""
    out, err = io.StringIO(), io.StringIO()
    code, began = 0, time.process_time()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main(list(args))
        except SystemExit as ended:
            code = int(ended.code or 0)
    told = out.getvalue(), err.getvalue()
    assert time.process_time() - began < SECONDS, args
    assert code in CODES, code
    assert "defect in dsr" not in told[0] + told[1], told
    assert "Traceback" not in told[1]
    safe(told[0] + told[1])
    return code, *told


def _home() -> Path:
    shutil.rmtree(PLACE, ignore_errors=True)
    home = PLACE / "home"
    home.mkdir(parents=True)
    os.environ["DSR_HOME"] = str(home)
    os.environ.pop("DSR_DEBUG", None)
    return home


def _file(name: str, content: bytes) -> str:
    path = PLACE / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return str(path)


def _profile(content: bytes, name: str) -> None:
    _home()
    if dsr("profile", "init", "--from", _file(name, content))[0] == 0:
        dsr("profile", "show", "--json")
        eml = PLACE / "letter.eml"
        if dsr("letter", "access", "openai", "--out", str(eml))[0] == 0:
            _letter(eml.read_bytes())


def _letter(content: bytes) -> None:
    """A letter's headers are dsr's own, whatever the person's name is."""
    read = email.message_from_bytes(content, policy=email.policy.default)
    assert [name for name in read if name.lower() in ("bcc", "cc", "reply-to")] == []
    assert read["To"].addresses[0].addr_spec == "dsar@openai.com"
    assert len(read["To"].addresses) == len(read.get_all("To", [])) == len(read.get_all("From", [])) == 1


def profile_toml(content: bytes) -> None:
    """`dsr profile init --from FILE.toml`, and the letter that is made of it."""
    _profile(content, "profile.toml")


def profile_json(content: bytes) -> None:
    """`dsr profile init --from FILE.json`."""
    _profile(content, "profile.json")


def config(content: bytes) -> None:
    """`config.toml`."""
    (_home() / "config.toml").write_bytes(content)
    dsr("vault", "wipe", "--expired")


def record(content: bytes) -> None:
    """`vault.json`."""
    (_home() / "vault.json").write_bytes(content)
    dsr("vault", "secret", "list")


def key_file(content: bytes) -> None:
    """A key file; its content never shows."""
    _home()
    path = Path(_file("key", content))
    path.chmod(0o600)
    dsr("vault", "secret", "set", "smtp-password", "--file", str(path))


def playbook(content: bytes) -> None:
    """`dsr playbook lint FILE` and `show FILE`."""
    _home()
    path = _file("acme/training-opt-out.toml", content)
    dsr("playbook", "lint", path)
    dsr("playbook", "show", path)


def service(content: bytes) -> None:
    """The `service.toml` beside a playbook."""
    _home()
    path = _file("openai/training-opt-out.toml", (ROOT / "playbooks/openai/training-opt-out.toml").read_bytes())
    _file("openai/service.toml", content)
    dsr("playbook", "lint", path)


def company(content: bytes) -> None:
    """A record of a company."""
    _home()
    try:
        resources.toml(Path(_file("acme.toml", content)), registry.Controller)
    except DsrError as problem:
        report.fail("x", problem, report.Terminal(as_json=False))


def state(content: bytes) -> None:
    """`--import-state FILE`."""
    _home()
    with contextlib.suppress(DsrError):
        states.read_state(Path(_file("state.json", content)))


def table(content: bytes) -> None:
    """`dsr when --csv FILE`."""
    _home()
    dsr("when", "--csv", _file("table.csv", content), "--json")


def backup(content: bytes) -> None:
    """`dsr restore FILE`."""
    _home()
    dsr("restore", _file("b.zip", content), "--yes")
    assert not (PLACE / "home" / "browser").exists()


def event(content: bytes) -> None:
    """An event in the store, changed behind dsr's back."""
    home = _home()
    dsr("profile", "init", "--name", "Ada", "--email", "ada@example.org", "--residence", "DE-BE")
    dsr("request-export", "openai", "--via", "email", "--yes")
    with closing(sqlite3.connect(home / "store.db")) as db:
        db.execute("DROP TRIGGER event_fixed")
        db.execute("UPDATE event SET data = ?", (content,))
        db.commit()
    for command in (
        "next",
        "log",
        "list",
        "doctor",
        "show openai-1",
        "remind --json",
        "backup --open --out " + str(PLACE / "open"),
    ):
        dsr(*command.split())


def page(content: bytes) -> None:
    """Text of a page, as it reaches the terminal: in what is told, in an error, in a result, and in JSON."""
    text = content.decode("utf-8", "surrogateescape")
    for as_json in (False, True):
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            terminal = report.Terminal(as_json=as_json)
            terminal.tell(f"the page says '{text}'")
            report.fail("opt-out", DsrError(f"the page says '{text}'", text), terminal)
            report.show("opt-out", Result(text=text, data={"name": text, text: [text]}), terminal)
        safe(out.getvalue() + err.getvalue())
        if as_json:
            assert json.loads(out.getvalue()[: out.getvalue().index("\n}\n") + 2])["exit_code"] == 1
        else:
            assert err.getvalue().count("\n") <= 2  # no line of the page's own among dsr's


def typed(content: bytes) -> None:
    """What is typed as the name of a case, a company and a right."""
    _home()
    words = content.decode("utf-8", "surrogateescape").replace("\0", "")
    dsr("show", "--", words)
    dsr("letter", "--", words[: len(words) // 2], words)
    dsr("log", "--", words, words)


def _backup_seed() -> bytes:
    _home()
    dsr("profile", "init", "--name", "Ada", "--email", "ada@example.org")
    dsr("backup", "--out", str(PLACE / "seed.zip"))
    content = (PLACE / "seed.zip").read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert "store.db" in archive.namelist()
    return content


def _openai(name: str) -> bytes:
    return (ROOT / "playbooks" / "openai" / name).read_bytes()


TARGETS: dict[str, tuple[Callable[[bytes], None], Callable[[], bytes]]] = {
    "profile_toml": (
        profile_toml,
        lambda: b'name = "Ada"\nemails = ["ada@example.org"]\nresidence = "DE-BE"\naddress = ["Street 1", "Berlin"]\n',
    ),
    "profile_json": (profile_json, lambda: b'{"name": "Ada", "emails": ["ada@example.org"], "residence": "DE"}'),
    "config": (config, lambda: b'browser = "/x"\nevidence = false\nkeep_closed_days = 30\n'),
    "record": (record, lambda: b'{"id": "00", "secrets": {"smtp-password": "keyring"}}'),
    "key_file": (key_file, lambda: b"secret\n"),
    "playbook": (playbook, lambda: _openai("training-opt-out.toml")),
    "service": (service, lambda: _openai("service.toml")),
    "company": (company, lambda: (registry.CONTROLLERS / "midjourney.toml").read_bytes()),
    "state": (state, lambda: b'{"cookies": [{"name": "a", "value": "b"}], "origins": []}'),
    "table": (
        table,
        lambda: (
            b"id,regime,right,country,received,events\n1,eu-gdpr,access,IE,2026-11-02,\n2,uk-gdpr,access,GB-ENG,2026-11-02,\n"
        ),
    ),
    "backup": (backup, _backup_seed),
    "event": (
        event,
        lambda: b'{"kind":"sent","on":"2026-11-22","recorded_at":"2026-11-22T10:00:00Z","seq":1,"note":"x"}',
    ),
    "page": (page, lambda: b"Delete account\n\x1b[31mdsr: error\x1b[0m \xe2\x80\xae Continue? [y/n] "),
    "typed": (typed, lambda: b"openai-1"),
}

# What breaks readers: put anywhere into a seed.
DICTIONARY = (
    b"\x00", b"\x1b[2J", b"\xc2\x9b31m", b"\xe2\x80\xae", b"\xff\xfe", b"\xed\xa0\x80", b"[" * 3000, b"{" * 3000, b"a." * 3000,
    b"9" * 400, b"-1", b"1e999", b"nan", b"\r\nBcc: x@example.org\r\n", b"{{ 7*7 }}", b"../" * 8, b'"""', b"\\u0000", b"\\ud800",
    b"9999-12-31", b"0000-00-00", b"x" * 100_000, b"\n" * 1000, "\u0130\ufdfa\u200f".encode(), b"= = =", b"true",
    b"[[a]]\n" * 500,
)  # fmt: skip


def once(name: str, content: bytes) -> None:
    """Feed one input to one target."""
    TARGETS[name][0](content)


if __name__ == "__main__":  # one input in a process of its own, to measure its memory and time
    once(sys.argv[1], sys.stdin.buffer.read())
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    print(
        json.dumps(
            {
                "seconds": used.ru_utime + used.ru_stime,
                "KiB": used.ru_maxrss // (1024 if sys.platform == "darwin" else 1),
            }
        )
    )
