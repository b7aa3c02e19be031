"""The encrypted store: nothing in the open, every change of its lock in one step, and a way back from every lost key."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from dsr.cases import locking
from dsr.errors import StoreCorrupt, StoreLocked
from dsr.store import Ledger, files, sealing, sql, switch
from dsr.vault import record
from dsr.vault.record import Way

pytest.importorskip("sqlcipher3", reason="the extra 'encrypt' is not installed")
Dsr = Callable[..., Any]
CANARY = b"ada@example.org"


@pytest.fixture
def full(dsr: Dsr, home: Path, person_profile: None, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with a letter that was sent, on a machine without a keyring."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    assert dsr("request-export", "openai", "--via", "email", "--yes").exit_code == 0
    assert dsr("log", "openai-1", "sent", "--via", "email").exit_code == 0
    return home


@pytest.fixture
def locked(dsr: Dsr, full: Path, tmp_path: Path) -> Path:
    """The same, encrypted with a key file."""
    told = dsr("vault", "encrypt", "--key-file", str(tmp_path / "key"), "--yes")
    assert told.exit_code == 0, told.err
    return full


def everything(home: Path) -> tuple[Any, ...]:
    """What a home holds, however it is locked."""
    key = locking.key(home)
    with Ledger(home, key) as ledger:
        cases = list(ledger.cases())
        names = {kept.path for _, events in cases for event in events for kept in event.evidence}
        held = {name: b"".join(files.pieces(home, name, key)) for name in names}
        return cases, ledger.subjects(), held


def in_the_open(home: Path) -> list[Path]:
    return [path for path in home.rglob("*") if path.is_file() and CANARY in path.read_bytes()]


def test_nothing_lies_in_the_open(dsr: Dsr, full: Path, tmp_path: Path) -> None:
    """Encrypted, no byte of the person is in any file of the home, the write-ahead log and backups included; decrypted, every
    event and file is what it was."""
    before = everything(full)
    assert in_the_open(full)
    assert dsr("vault", "encrypt", "--key-file", str(tmp_path / "key"), "--yes").exit_code == 0
    assert everything(full) == before
    with Ledger(full, locking.key(full)) as ledger:
        me = ledger.subjects()[0]
        ledger.put_subject(structs.replace(me, other_names=("Ada ada@example.org",)))
        assert (full / "store.db-wal").stat().st_size
        assert in_the_open(full) == []
        ledger.put_subject(me)
    assert sql.encrypted(full / "store.db")
    assert list(full.rglob("*.eml")) == []
    assert dsr("vault", "status", "--json").json()["data"] == {"encrypted": True, "key": "file", "in_the_open": []}
    assert dsr("doctor").exit_code == 0
    assert dsr("vault", "decrypt", "--yes").exit_code == 0
    assert everything(full) == before
    assert list(full.rglob("*.sealed")) == []


def test_work_goes_on(dsr: Dsr, locked: Path, tmp_path: Path) -> None:
    """With the key everything works as before: letters are kept sealed, and are written in the open where the person says."""
    told = dsr("request-deletion", "openai", "--via", "email", "--this-data", "--yes")
    assert (told.exit_code, "dsr vault open openai-2" in told.out) == (0, True)
    assert in_the_open(locked) == []
    assert dsr("vault", "open", "openai-2", "--out", str(tmp_path / "letters")).exit_code == 0
    assert any(CANARY in path.read_bytes() for path in (tmp_path / "letters").iterdir())
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "letters").iterdir()} == {0o600}
    assert dsr("vault", "open", "openai-2", "--out", str(tmp_path / "letters")).exit_code == 11
    assert dsr("backup", "--open", "--out", str(tmp_path / "open")).exit_code == 0
    case = json.loads((tmp_path / "open" / "cases" / "openai-1" / "case.json").read_text())
    kept = case["events"][0]["evidence"][0]
    assert files.digest([(tmp_path / "open" / kept["path"]).read_bytes()]) == kept["sha256"]


def test_the_key_is_never_shown(dsr: Dsr, full: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No command and no error shows the key or the passphrase, and no file of the home holds them."""
    told = [dsr("vault", "encrypt", "--key-file", str(tmp_path / "key"), "--copy", str(tmp_path / "copy"), "--yes")]
    key = (tmp_path / "key").read_text().strip()
    assert (tmp_path / "copy").read_text().strip() == key
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "key", tmp_path / "copy")} == {0o600}
    told += [dsr("vault", verb) for verb in ("status", "encrypt", "rekey")] + [dsr("doctor"), dsr("doctor", "--json")]
    secret = "correct horse battery staple"
    monkeypatch.setenv("DSR_NEW_STORE_KEY", secret)
    told += [dsr("vault", "rekey", "--passphrase", "--yes", "--json"), dsr("list")]
    monkeypatch.setenv("DSR_STORE_KEY", secret + "!")
    told += [dsr("list"), dsr("vault", "decrypt", "--yes")]
    assert not [one for one in told if key in one.out + one.err or secret in one.out + one.err]
    held = b"".join(path.read_bytes() for path in full.rglob("*") if path.is_file())
    assert key.encode() not in held
    assert bytes.fromhex(key) not in held
    assert secret.encode() not in held


def test_rehearsals(dsr: Dsr, full: Path, tmp_path: Path) -> None:
    """A rehearsal holds the profile, so it is under the store's key too; it starts over whenever that changes."""
    play = ("request-export", "openai", "--via", "email", "--yes", "--rehearse")
    assert dsr(*play).exit_code == 0
    assert dsr("vault", "encrypt", "--key-file", str(tmp_path / "key"), "--yes").exit_code == 0
    assert dsr(*play).exit_code == 0
    assert in_the_open(full) == []
    assert dsr("vault", "rekey", "--key-file", str(tmp_path / "key2"), "--yes").exit_code == 0
    assert dsr(*play).exit_code == 0
    assert dsr("vault", "decrypt", "--yes").exit_code == 0
    assert dsr(*play).exit_code == 0


def test_without_the_key(dsr: Dsr, locked: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the key a scheduled run ends with 10 and says what is missing; with a wrong one, 11; nothing is changed."""
    (tmp_path / "key").rename(tmp_path / "elsewhere")
    before = (locked / "store.db").read_bytes()
    told = dsr("remind")
    assert (told.exit_code, "store-key" in told.err, "DSR_STORE_KEY_FILE" in told.err) == (10, True, True)
    monkeypatch.setenv("DSR_STORE_KEY", "00" * 32)
    assert dsr("remind").exit_code == 11
    assert (locked / "store.db").read_bytes() == before
    monkeypatch.setenv("DSR_STORE_KEY_FILE", str(tmp_path / "elsewhere"))
    assert dsr("remind").exit_code in (0, 10)
    assert dsr("list").exit_code == 0


def test_another_key(dsr: Dsr, locked: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another key, here a passphrase: the old one opens nothing any more, a short passphrase is refused, the salt differs."""
    before = everything(locked)
    monkeypatch.setenv("DSR_NEW_STORE_KEY", "short")
    assert dsr("vault", "rekey", "--passphrase", "--yes").exit_code == 2
    assert everything(locked) == before
    monkeypatch.setenv("DSR_NEW_STORE_KEY", "correct horse battery staple")
    assert dsr("vault", "rekey", "--passphrase", "--yes").exit_code == 0
    monkeypatch.setenv("DSR_STORE_KEY_FILE", str(tmp_path / "key"))
    assert dsr("list").exit_code == 11
    monkeypatch.delenv("DSR_STORE_KEY_FILE")
    assert dsr("list").exit_code == 10
    monkeypatch.setenv("DSR_STORE_KEY", "correct horse battery staple")
    assert everything(locked) == before
    assert len(record.read(locked).store.salt) == 32  # type: ignore[union-attr]


def test_a_backup_stays_encrypted(dsr: Dsr, locked: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A backup of an encrypted store holds nothing in the open; a new home takes it with the key, and changes nothing without."""
    before = everything(locked)
    assert dsr("backup", "--out", str(tmp_path / "b.zip")).exit_code == 0
    assert CANARY not in (tmp_path / "b.zip").read_bytes()
    monkeypatch.setenv("DSR_HOME", str(tmp_path / "new"))
    (tmp_path / "key").rename(tmp_path / "copy")
    assert dsr("restore", str(tmp_path / "b.zip"), "--yes").exit_code == 10
    assert not (tmp_path / "new" / "store.db").exists()
    monkeypatch.setenv("DSR_STORE_KEY_FILE", str(tmp_path / "copy"))
    told = dsr("restore", str(tmp_path / "b.zip"), "--yes")
    assert (told.exit_code, "The key file" in told.out) == (0, True)
    assert everything(tmp_path / "new") == before
    assert dsr("doctor").exit_code == 0


def test_a_plain_backup_into_an_encrypted_home(dsr: Dsr, full: Path, tmp_path: Path) -> None:
    """What comes back is as it was backed up, plain too; what was there is backed up, and comes back the same way."""
    before = everything(full)
    assert dsr("backup", "--out", str(tmp_path / "plain.zip")).exit_code == 0
    assert dsr("vault", "encrypt", "--key-file", str(tmp_path / "key"), "--yes").exit_code == 0
    assert dsr("log", "openai-1", "acknowledged").exit_code == 0
    newer = everything(full)
    data = dsr("restore", str(tmp_path / "plain.zip"), "--yes", "--json").json()["data"]
    assert everything(full) == before
    assert not dsr("vault", "status", "--json").json()["data"]["encrypted"]
    assert dsr("restore", data["before"], "--yes").exit_code == 0
    assert everything(full) == newer
    assert dsr("doctor").exit_code == 0


def test_one_byte(dsr: Dsr, locked: Path) -> None:
    """One changed byte of a sealed letter or of the encrypted store is found; a letter under another's name is, too."""
    letters = sorted((locked / "cases" / "openai-1").glob("*.sealed"))
    first, second = (path.read_bytes() for path in letters)
    for changed in (first[:-1] + bytes([first[-1] ^ 1]), first[:-20], second, b"", first + b"x"):
        letters[0].write_bytes(changed)
        assert [row["what"] for row in dsr("doctor", "--json").json()["data"]["rows"] if row["state"] == "wrong"] == [
            "evidence"
        ]
    letters[0].write_bytes(first)
    assert dsr("doctor").exit_code == 0
    content = bytearray((locked / "store.db").read_bytes())
    content[len(content) // 2] ^= 1
    (locked / "store.db").write_bytes(content)
    told = dsr("doctor")
    assert told.exit_code in (1, 16), told.out
    assert "dsr restore" in told.out + told.err


def test_large_files() -> None:
    """A sealed file of several pieces comes back; pieces cannot be cut off, doubled or swapped."""
    key, plain = bytes(range(32)), os.urandom(2 * sealing.PIECE + 5)
    cut = [plain[at : at + sealing.PIECE] for at in range(0, len(plain), sealing.PIECE)]
    head, *boxes = sealing.sealed(cut, key, "a")

    def opened(*parts: bytes) -> bytes:
        import io

        return b"".join(sealing.opened(io.BytesIO(b"".join(parts)), key, "a"))

    assert opened(head, *boxes) == plain
    for wrong in ((head, *boxes[:2]), (head, boxes[1], boxes[0], boxes[2]), (head, boxes[0], *boxes), (head, boxes[2])):
        with pytest.raises(StoreCorrupt):
            opened(*wrong)


def test_another_dsr_has_it_open(dsr: Dsr, full: Path, tmp_path: Path) -> None:
    """While another dsr has the store open, its lock is not changed: 16, and nothing is lost of what that one writes."""
    before = everything(full)
    program = (
        "import sys\nfrom pathlib import Path\nfrom dsr.store import Ledger\nwith Ledger(Path(sys.argv[1])) as one:\n"
        "    one.subjects()\n    print('open', flush=True)\n    sys.stdin.read()\n    one.put_subject(one.subjects()[0])\n"
    )
    call = [sys.executable, "-c", program, str(full)]
    with subprocess.Popen(call, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout
        other.stdout.readline()
        told = dsr("vault", "encrypt", "--key-file", str(tmp_path / "key"), "--yes")
        assert (told.exit_code, "another dsr has" in told.err) == (16, True), told.err
        other.communicate(b"")
    assert other.returncode == 0
    assert everything(full) == before
    assert dsr("vault", "encrypt", "--key-file", str(tmp_path / "key2"), "--yes").exit_code == 0


def test_who_comes_late(full: Path, tmp_path: Path) -> None:
    """Whoever opened the old file just before it was replaced is told so instead of writing into nothing."""
    old = tmp_path / "old"
    old.mkdir()
    os.link(full / "store.db", old / "store.db")  # as a process that has opened it already keeps it
    with switch.alone(full / "store.db", b"") as db:
        fresh = tmp_path / "fresh.db"
        switch.copied(db, fresh, bytes(32))
        switch.replaced(db, full / "store.db", fresh)
    late = sql.connect(old / "store.db")
    assert switch.moved(late)
    with pytest.raises(StoreLocked, match="just changed"):
        switch.heal(late, full / "store.db", (old / "store.db").stat().st_ino)
    late.close()


CHANGES = {
    "encrypt": ["vault", "encrypt", "--key-file", "{new}", "--yes"],
    "rekey": ["vault", "rekey", "--key-file", "{new}", "--yes"],
    "decrypt": ["vault", "decrypt", "--yes"],
}


@pytest.mark.skipif(sys.platform == "win32", reason="fork and signals are of POSIX")
@pytest.mark.parametrize("change", list(CHANGES))
def test_killed_on_the_way(change: str, dsr: Dsr, full: Path, tmp_path: Path) -> None:
    """Killed at any moment of a change, the store opens with the key that its record names, and everything is there."""
    from dsr.cli import main

    if change != "encrypt":
        assert dsr("vault", "encrypt", "--key-file", str(tmp_path / "key"), "--yes").exit_code == 0
    before, dice, took = everything(full), random.Random(7), 0.0
    states = set()
    for number in range(8):
        args = [word.format(new=tmp_path / f"new-{number}") for word in CHANGES[change]]
        copy = tmp_path / f"home-{number}"
        subprocess.run(["cp", "-r", str(full), str(copy)], check=True)
        began = time.monotonic()
        if (child := os.fork()) == 0:
            os.environ["DSR_HOME"] = str(copy)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            try:
                main(args)
            finally:
                os._exit(0)
        if number:
            time.sleep(dice.uniform(0.1, 1) * took if number > 1 else 0)  # the first one before anything has changed
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        took = took or time.monotonic() - began
        assert everything(copy) == before
        own = record.read(copy)
        assert not own.changing
        states.add(own.store is not None and own.store.file)
        sealed_by = {files.plain_name(path)[1] for path in (copy / "cases").rglob("letter-*")}
        assert sealed_by == {own.store.check if own.store else ""}
    assert len(states) > 1  # the first change was finished, the second not begun, the others fell as the clock had it


def test_without_the_extra(home: Path, tmp_path: Path, person_profile: None) -> None:
    """Where SQLCipher is not installed, encrypting says which extra is missing and changes nothing."""
    program = "import sys\nsys.modules['sqlcipher3'] = None\nfrom dsr.cli import main\nmain(sys.argv[1:])"
    call = [sys.executable, "-c", program, "vault", "encrypt", "--key-file", str(tmp_path / "key"), "--yes"]
    told = subprocess.run(call, capture_output=True, text=True, check=False)
    assert (told.returncode, 'pip install "dsr-toolkit[encrypt]"' in told.stderr) == (11, True), told.stderr
    assert not (tmp_path / "key").exists()
    assert not sql.encrypted(home / "store.db")


LOST = """
set -e
unlock() { eval "$(echo -n password | gnome-keyring-daemon --unlock --components=secrets)" >/dev/null; }
unlock
dsr() { echo "$ dsr $*"; "$PYTHON" -m dsr "$@" || echo "exit $?"; }
dsr vault encrypt --yes --copy "$WORK/stick.key"
dsr list
dsr backup --out "$WORK/backup.zip"
echo "# a new machine: no keyring, no home; the stick and the backup are left"
export DSR_HOME="$WORK/new" HOME="$WORK/newhome" XDG_DATA_HOME="$WORK/newhome/data"
mkdir -p "$XDG_DATA_HOME"
exec dbus-run-session -- sh -c '
eval "$(echo -n other | gnome-keyring-daemon --unlock --components=secrets)" >/dev/null
dsr() { echo "$ dsr $*"; "$PYTHON" -m dsr "$@" || echo "exit $?"; }
dsr restore "$WORK/backup.zip" --yes
echo "$ export DSR_STORE_KEY_FILE=$WORK/stick.key"
export DSR_STORE_KEY_FILE="$WORK/stick.key"
dsr restore "$WORK/backup.zip" --yes
unset DSR_STORE_KEY_FILE
dsr list
dsr doctor
'
"""


def test_the_keyring_is_lost(full: Path, tmp_path: Path) -> None:
    """With a real gnome-keyring: the key lies there; that lost, the copy of the key and a backup bring everything back, and the
    key is in the new keyring."""
    import shutil

    if not all(shutil.which(name) for name in ("dbus-run-session", "gnome-keyring-daemon")):
        pytest.skip("no dbus-run-session or gnome-keyring-daemon here")
    before = everything(full)
    tmp_path.chmod(0o700)
    session = {
        "HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "data"),
        "PATH": os.environ["PATH"], "DSR_HOME": str(full), "PYTHON": sys.executable, "WORK": str(tmp_path),
    }  # fmt: skip
    call = ["dbus-run-session", "--", "sh", "-c", LOST]
    told = subprocess.run(call, env=session, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2])
    if place := os.environ.get("DSR_TRANSCRIPT"):
        Path(place).write_text(told.stdout + told.stderr)
    assert told.stdout.count("exit 10") == 1, told.stdout + told.stderr
    assert "The key is in the keyring again, read back." in told.stdout
    assert told.stdout.count("openai-1  access  eu-gdpr") == 2
    assert "All is well." in told.stdout
    os.environ["DSR_STORE_KEY_FILE"] = str(tmp_path / "stick.key")
    try:
        assert everything(tmp_path / "new") == before
        assert record.read(tmp_path / "new").store.way is Way.KEYRING  # type: ignore[union-attr]
    finally:
        del os.environ["DSR_STORE_KEY_FILE"]


def test_pages_to_look_at_are_named(dsr: Dsr, locked: Path) -> None:
    """A report of an encrypted store is not sealed, as a browser must read it: it is named, with the way to be rid of it."""
    assert dsr("report", "--no-open").exit_code == 0
    assert dsr("vault", "status", "--json").json()["data"]["in_the_open"] == [str(locked / "report.html")]
    assert f"rm '{locked / 'report.html'}'" in dsr("doctor").out


def test_a_salt_that_is_none(dsr: Dsr, full: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A record with a salt that is not hexadecimal is a bad file, named, and no defect."""
    monkeypatch.setenv("DSR_STORE_KEY", "correct horse battery staple")
    lock = {"way": "passphrase", "check": "0" * 16, "salt": "zz"}
    (full / "vault.json").write_text(json.dumps({"id": "x", "store": lock}))
    told = dsr("next")
    assert (told.exit_code, "vault.json" in told.err) == (11, True), told
