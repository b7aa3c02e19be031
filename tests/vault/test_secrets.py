"""Secrets: where one is looked up, in which order, what is refused, and that none is ever shown."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dsr import vault
from dsr.errors import BadFile, NoSecret, UnknownName, UsageError

Dsr = Callable[..., Any]
CANARY = "kanarienvogel-7"
posix = pytest.mark.skipif(sys.platform == "win32", reason="modes, pipes and terminals are of POSIX")


def key_file(folder: Path, content: bytes = f"{CANARY}\n".encode(), mode: int = 0o600) -> Path:
    path = folder / "key"
    path.write_bytes(content)
    path.chmod(mode)
    return path


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch, home: Path) -> Path:
    """A home on a machine without a keyring."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    home.mkdir()
    return home


def test_order(nowhere: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key file wins over a noted one, this over the environment; a person is asked only where none of them says it."""
    asked: list[str] = []

    def ask(question: str) -> str:
        asked.append(question)
        return "typed"

    assert vault.secret("smtp-password", nowhere, ask) == "typed"
    monkeypatch.setenv("DSR_SMTP_PASSWORD", "of the environment")
    assert vault.secret("smtp-password", nowhere, ask) == "of the environment"
    (tmp_path / "noted").mkdir()
    vault.secrets.note_file("smtp-password", nowhere, key_file(tmp_path / "noted", b"noted"))
    assert vault.secret("smtp-password", nowhere, ask) == "noted"
    monkeypatch.setenv("DSR_SMTP_PASSWORD_FILE", str(key_file(tmp_path)))
    assert vault.secret("smtp-password", nowhere, ask) == CANARY
    assert len(asked) == 1


def test_a_descriptor(nowhere: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A secret may come by a file descriptor, which is named by its number."""
    with key_file(tmp_path).open() as file:
        monkeypatch.setenv("DSR_SMTP_PASSWORD_FD", str(file.fileno()))
        assert vault.secret("smtp-password", nowhere) == CANARY
    monkeypatch.setenv("DSR_SMTP_PASSWORD_FD", "nine")
    with pytest.raises(BadFile, match="DSR_SMTP_PASSWORD_FD"):
        vault.secret("smtp-password", nowhere)


@posix
@pytest.mark.parametrize(
    ("content", "mode"),
    [(b"", 0o600), (b"\n", 0o600), (b"\xff", 0o600), (b"x" * 70_000, 0o600), (b"x", 0o640), (b"x", 0o604)],
)
def test_a_key_file_that_is_none(
    nowhere: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, mode: int
) -> None:
    """A key file that others may read, that is empty, too long or no text is refused, and its content is not in the error."""
    monkeypatch.setenv("DSR_A_FILE", str(key_file(tmp_path, content, mode)))
    with pytest.raises(BadFile) as refused:
        vault.secret("a", nowhere)
    assert "xxx" not in refused.value.message


@posix
def test_a_variable_that_is_no_text(nowhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes that are no text in a variable are refused by its name; what is in it is not in the error."""
    monkeypatch.setenv("DSR_A", "xxx\udcff")
    with pytest.raises(BadFile, match=r"DSR_A: .*no text") as refused:
        vault.secret("a", nowhere)
    assert "xxx" not in refused.value.message


@posix
def test_a_key_file_that_hangs(nowhere: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pipe in the place of a key file is refused at once instead of waited for; so is a folder."""
    os.mkfifo(tmp_path / "pipe", 0o600)
    for path in (tmp_path / "pipe", tmp_path, tmp_path / "none"):
        monkeypatch.setenv("DSR_A_FILE", str(path))
        with pytest.raises(BadFile):
            vault.secret("a", nowhere)


def test_nowhere(nowhere: Path) -> None:
    """A secret that is nowhere, with nobody there: 10, and the three ways to give it."""
    with pytest.raises(NoSecret) as refused:
        vault.secret("smtp-password", nowhere)
    assert refused.value.exit_code == 10
    assert refused.value.hint.split(", or ")[1:] == ["DSR_SMTP_PASSWORD_FILE=FILE", "DSR_SMTP_PASSWORD"]


@pytest.mark.parametrize("name", ["", "Smtp", "a b", "../x", "a--b", "x" * 61, "ä"])
def test_names(nowhere: Path, name: str) -> None:
    """What is no name is refused before anything is looked up."""
    with pytest.raises(UsageError):
        vault.secret(name, nowhere)


PLAIN = """
from keyring.backend import KeyringBackend

class {name}(KeyringBackend):
    priority = 5
    kept = {{}}

    def get_password(self, service, user):
        return self.kept.get(user)

    def set_password(self, service, user, value):
        {set}

    def delete_password(self, service, user):
        del self.kept[user]
"""


def keyring_of_kind(folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, set_: str) -> str:
    """A keyring of another maker, as a package beside dsr would bring it."""
    (folder / f"ring_{name.lower()}.py").write_text(PLAIN.format(name=name, set=set_))
    monkeypatch.setenv("PYTHONPATH", str(folder))
    return f"ring_{name.lower()}.{name}"


@pytest.mark.parametrize(
    ("name", "set_", "says"),
    [
        ("PlaintextKeyring", "self.kept[user] = value", "where other programs can read them"),
        ("Forgetful", "pass", "does not give it back"),
        ("Refusing", "raise RuntimeError('locked')", "refuses: locked"),
        ("fail", "", "keeps anything"),
        ("null", "", "keeps anything"),
    ],
)
def test_a_keyring_that_is_refused(
    cli: Dsr, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, set_: str, says: str
) -> None:
    """A keyring that keeps nothing, forgets, refuses or keeps in the open: 11 with the way out, and no secret in what is said."""
    backend = f"keyring.backends.{name}.Keyring" if not set_ else keyring_of_kind(tmp_path, monkeypatch, name, set_)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", backend)
    told = piped_in("vault", "secret", "set", "smtp-password", "--stdin")
    assert (told.returncode, says in told.stderr, "--file" in told.stderr) == (11, True, True), told.stderr
    assert CANARY not in told.stdout + told.stderr
    assert vault.known(home) == {}


def piped_in(*args: str) -> subprocess.CompletedProcess[str]:
    call = [sys.executable, "-m", "dsr", *args]
    return subprocess.run(call, input=CANARY, capture_output=True, text=True, check=False)


def test_a_keyring_in_the_open_if_told(cli: Dsr, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Told so, dsr takes a keyring that keeps in the open."""
    ring = keyring_of_kind(tmp_path, monkeypatch, "PlaintextKeyring", "self.kept[user] = value")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", ring)
    monkeypatch.setenv("DSR_KEYRING_IN_THE_OPEN", "1")
    assert piped_in("vault", "secret", "set", "smtp-password", "--stdin").returncode == 0


def test_the_command(dsr: Dsr, nowhere: Path, tmp_path: Path) -> None:
    """Set by file, listed by name and place only, removed; and what is wrong is refused."""
    path = key_file(tmp_path)
    assert dsr("vault", "secret", "set", "smtp-password", "--file", str(path)).exit_code == 0
    told = dsr("vault", "secret", "list", "--json")
    assert told.json()["data"]["rows"] == [{"name": "smtp-password", "where": str(path)}]
    assert CANARY not in told.out
    assert dsr("vault", "secret", "remove", "smtp-pasword").exit_code == 12
    assert dsr("vault", "secret", "remove", "smtp-password").exit_code == 0
    assert dsr("vault", "secret", "set", "x").exit_code == 10  # nobody is there to type it
    assert dsr("vault", "secret", "show", "x").exit_code == 2
    with pytest.raises(UnknownName):
        vault.remove("smtp-password", nowhere)


@posix
def test_typed_without_echo(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is typed at the prompt is not shown on the terminal; two different answers are refused."""
    import pty

    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    seen = b""
    child, terminal = pty.fork()
    if child == 0:
        os.execv(sys.executable, [sys.executable, "-m", "dsr", "vault", "secret", "set", "a"])
    for typed, prompt in ((CANARY, b"(not shown): "), ("another", b"again: ")):
        while not seen.endswith(prompt):
            seen += os.read(terminal, 4096)
        os.write(terminal, f"{typed}\n".encode())
    while True:
        try:
            if not (piece := os.read(terminal, 4096)):
                break
        except OSError:
            break
        seen += piece
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 2
    assert CANARY.encode() not in seen
    assert b"not the same" in seen


BUS = [shutil.which(name) for name in ("dbus-run-session", "gnome-keyring-daemon")]
REAL = """
set -e
eval "$(echo -n password | gnome-keyring-daemon --unlock --components=secrets)" >/dev/null
printf %s "$CANARY" | "$PYTHON" -m dsr vault secret set smtp-password --stdin
"$PYTHON" -m dsr vault secret list --json
"$PYTHON" -c "$READ"
"$PYTHON" -m dsr doctor --json | grep -A2 keyring || true
"$PYTHON" -m dsr vault secret remove smtp-password
"$PYTHON" -m dsr vault secret list
"""
READ = """
import os, pathlib, dsr.vault
print("same:", dsr.vault.secret("smtp-password", pathlib.Path(os.environ["DSR_HOME"])) == os.environ["CANARY"])
"""
LOCKED = """
gnome-keyring-daemon --start --components=secrets >/dev/null 2>&1
printf %s "$CANARY" | timeout 60 "$PYTHON" -m dsr vault secret set smtp-password --stdin
echo "exit $?"
"""


def in_a_session(script: str, tmp_path: Path, home: Path) -> subprocess.CompletedProcess[str]:
    if None in BUS:
        pytest.skip("no dbus-run-session or gnome-keyring-daemon here")
    session = {
        "HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "data"),
        "PATH": os.environ["PATH"], "READ": READ, "DSR_HOME": str(home), "CANARY": CANARY, "PYTHON": sys.executable,
    }  # fmt: skip
    tmp_path.chmod(0o700)
    call = ["dbus-run-session", "--", "sh", "-c", script]
    return subprocess.run(call, env=session, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2])


def test_a_real_keyring(tmp_path: Path, home: Path) -> None:
    """With a real gnome-keyring: kept and read back, listed by name, found again, removed; the secret is in no file of dsr's."""
    told = in_a_session(REAL, tmp_path, home)
    assert told.returncode == 0, told.stderr
    assert "Kept, and read back: smtp-password in SecretService.Keyring." in told.stdout
    assert "same: True" in told.stdout
    assert told.stdout.endswith("Removed: smtp-password.\nNo secrets yet.\n")
    assert CANARY not in told.stdout + told.stderr
    held = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert CANARY.encode() not in held  # gnome-keyring's own file is encrypted


def test_a_locked_keyring(tmp_path: Path, home: Path) -> None:
    """A real keyring that is locked, with nobody to unlock it: 11 in words, not a wait without end."""
    told = in_a_session(LOCKED, tmp_path, home)
    assert "exit 11" in told.stdout, told.stdout + told.stderr
    assert "keyring" in told.stderr
    assert "Traceback" not in told.stderr
