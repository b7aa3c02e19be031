"""Backup, restore, doctor, wipe: what is given back is what was there; what is wrong is said before anything changes."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dsr.cases import runs, vault
from dsr.cases.desk import Desk
from dsr.model import EventKind, Outcome
from dsr.playbook import read
from dsr.report import Terminal
from dsr.store import Ledger, upkeep

Dsr = Callable[..., Any]


@pytest.fixture
def full(dsr: Dsr, home: Path, person_profile: None) -> Path:
    """A home with a profile, two cases with letters, and a configuration."""
    for command in ("request-export", "request-deletion"):
        more = ("--this-data",) if command == "request-deletion" else ()
        assert dsr(command, "openai", "--via", "email", "--yes", *more).exit_code == 0
    assert dsr("log", "openai-1", "sent", "--via", "email").exit_code == 0
    (home / "config.toml").write_text("evidence = false\n")
    (home / "config.toml").chmod(0o600)
    return home


def everything(home: Path) -> dict[str, Any]:
    """What a home holds, as a person would compare it: cases with events, profile, and the bytes of every other file."""
    with Ledger(home) as ledger:
        cases = list(ledger.cases())
        people = ledger.subjects()
    held = {
        path.relative_to(home).as_posix(): path.read_bytes()
        for path in sorted(home.rglob("*"))
        if path.is_file() and not path.name.startswith("store.db") and path.relative_to(home).parts[0] != "backups"
    }
    return {"cases": cases, "people": people, "files": held}


def backed_up(dsr: Dsr, to: Path) -> Path:
    told = dsr("backup", "--out", str(to), "--json")
    assert told.exit_code == 0, told.out
    assert stat.S_IMODE(to.stat().st_mode) == 0o600
    return to


def test_everything_comes_back(dsr: Dsr, full: Path, tmp_path: Path) -> None:
    """A restore into an empty home gives back every case, event, profile and file, byte for byte, and doctor finds it well."""
    before = everything(full)
    copy = backed_up(dsr, tmp_path / "b.zip")
    os.environ["DSR_HOME"] = str(tmp_path / "new")
    assert dsr("restore", str(copy), "--yes").exit_code == 0
    os.environ["DSR_HOME"] = str(full)
    assert everything(tmp_path / "new") == before
    modes = {stat.S_IMODE(path.stat().st_mode) & 0o077 for path in (tmp_path / "new").rglob("*")}
    assert modes == {0}


def test_what_was_here_is_kept(dsr: Dsr, full: Path, tmp_path: Path) -> None:
    """A restore goes back in time, says where the newer state is, and that one can be restored too."""
    copy = backed_up(dsr, tmp_path / "b.zip")
    older = everything(full)
    assert dsr("log", "openai-2", "sent", "--via", "email").exit_code == 0
    newer = everything(full)
    data = dsr("restore", str(copy), "--yes", "--json").json()["data"]
    assert everything(full) == older
    assert dsr("restore", data["before"], "--yes").exit_code == 0
    assert everything(full) == newer


def test_restore_asks(dsr: Dsr, full: Path, tmp_path: Path) -> None:
    """Nobody there and no --yes: 10, and nothing is changed."""
    copy = backed_up(dsr, tmp_path / "b.zip")
    dsr("log", "openai-2", "sent", "--via", "email")
    before = everything(full)
    assert dsr("restore", str(copy), "--json").exit_code == 10
    assert everything(full) == before


def test_a_backup_overwrites_nothing(dsr: Dsr, full: Path, tmp_path: Path) -> None:
    """A file or folder in the place of a backup is left as it is: 11."""
    (tmp_path / "b.zip").write_bytes(b"mine")
    assert dsr("backup", "--out", str(tmp_path / "b.zip")).exit_code == 11
    assert dsr("backup", "--open", "--out", str(tmp_path / "b.zip")).exit_code == 11
    assert (tmp_path / "b.zip").read_bytes() == b"mine"


def test_a_backup_while_another_dsr_writes(dsr: Dsr, full: Path, tmp_path: Path) -> None:
    """A backup is of one moment, while another process adds events as fast as it can; both succeed."""
    program = (
        "import sys\nfrom pathlib import Path\nfrom datetime import datetime, UTC, date\nfrom dsr.store import Ledger\n"
        "from dsr.model import Event, EventKind\nprint('go', flush=True)\n"
        "with Ledger(Path(sys.argv[1])) as one:\n"
        "    for number in range(400):\n"
        "        one.append('openai-1', Event(kind=EventKind.REMINDED, on=date(2026, 11, 22), recorded_at=datetime.now(UTC)))\n"
    )
    with subprocess.Popen([sys.executable, "-c", program, str(full)], stdout=subprocess.PIPE) as other:
        assert other.stdout
        other.stdout.readline()
        for number in range(3):
            backed_up(dsr, tmp_path / f"b{number}.zip")
    assert other.returncode == 0
    for number in range(3):
        with zipfile.ZipFile(tmp_path / f"b{number}.zip") as archive:
            archive.extract("store.db", tmp_path / str(number))
        assert upkeep.faults(tmp_path / str(number) / "store.db") == []


def test_open_data(dsr: Dsr, full: Path, tmp_path: Path) -> None:
    """Everything in the open: JSON that any program reads, and every file, for its owner's eyes only."""
    assert dsr("backup", "--open", "--out", str(tmp_path / "open")).exit_code == 0
    profile = json.loads((tmp_path / "open" / "profile.json").read_text())
    case = json.loads((tmp_path / "open" / "cases" / "openai-1" / "case.json").read_text())
    assert profile[0]["emails"] == ["ada@example.org"]
    assert [event["kind"] for event in case["events"]] == ["drafted", "sent"]
    for kept in case["events"][0]["evidence"]:
        assert (tmp_path / "open" / kept["path"]).read_bytes() == (full / kept["path"]).read_bytes()
    assert {stat.S_IMODE(path.stat().st_mode) & 0o077 for path in (tmp_path / "open").rglob("*")} == {0}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_damaged_backup_changes_nothing(dsr: Dsr, full: Path, tmp_path: Path, data: st.DataObject) -> None:
    """Whatever byte of a backup is changed, or where it is cut: 17 (or it does not matter to what is given back), no traceback,
    and the home is as it was."""
    copy = tmp_path / "b.zip"
    whole = copy.read_bytes() if copy.exists() else backed_up(dsr, copy).read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    cut = data.draw(st.booleans())
    bad = tmp_path / "bad.zip"
    bad.write_bytes(
        whole[:at] if cut else whole[:at] + bytes([whole[at] ^ data.draw(st.integers(1, 255))]) + whole[at + 1 :]
    )
    before = everything(full)
    told = dsr("restore", str(bad), "--yes", "--json")
    assert told.exit_code in (0, 16, 17), told.out
    assert everything(full) == before
    for kept in (full / "backups").glob("*"):
        kept.unlink()


@pytest.mark.parametrize(
    "name",
    [
        *("../evil", "/etc/evil", "a/../../evil", "browser/Default/Cookies", "c:evil", "a\\b", "a//b"),
        *("Browser/x", "STORE.DB", "store.db-wal", "store.db-journal", "vault.lock", "remind-file.sending", ".new-x/y"),
        *("store-v1.bak", "config.toml/x", "store.db/x", "cases"),
    ],
)
def test_a_backup_that_reaches_out(dsr: Dsr, full: Path, tmp_path: Path, name: str) -> None:
    """A path that leads out of the home, into a browser profile, beside the store or through a file is refused whole: 17."""
    copy = backed_up(dsr, tmp_path / "b.zip")
    with zipfile.ZipFile(copy) as archive:
        held = {one: archive.read(one) for one in archive.namelist()}
    contents = json.loads(held.pop("backup.json"))
    contents["files"][name] = {"size": 1, "sha256": "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"}
    with zipfile.ZipFile(tmp_path / "bad.zip", "w") as archive:
        for one, content in (*held.items(), (name, b"x"), ("backup.json", json.dumps(contents).encode())):
            archive.writestr(one, content)
    before = everything(full)
    assert dsr("restore", str(tmp_path / "bad.zip"), "--yes").exit_code == 17
    assert everything(full) == before
    assert not list(tmp_path.rglob("evil"))


def test_links_are_not_followed(dsr: Dsr, full: Path, tmp_path: Path) -> None:
    """A link in the home leads nowhere: what it points at is not backed up."""
    (tmp_path / "secret").write_text("not of dsr")
    (full / "cases" / "link").symlink_to(tmp_path)
    (full / "cases" / "file").symlink_to(tmp_path / "secret")
    copy = backed_up(dsr, tmp_path / "b.zip")
    with zipfile.ZipFile(copy) as archive:
        assert not [one for one in archive.namelist() if "secret" in one or "link" in one or one.endswith("file")]


def test_doctor_finds_one_byte(dsr: Dsr, full: Path) -> None:
    """One changed byte of evidence, of an event or of a case is found, with what to do; before that all is well."""
    assert dsr("doctor").exit_code == 0
    letter = next((full / "cases" / "openai-1").glob("*.txt"))
    letter.write_bytes(letter.read_bytes().replace(b"a", b"e", 1))
    told = dsr("doctor", "--json")
    wrong = [row for row in told.json()["data"]["rows"] if row["state"] == "wrong"]
    assert (told.exit_code, [row["what"] for row in wrong]) == (1, ["evidence"])
    assert letter.name in wrong[0]["says"]
    assert "dsr restore" in wrong[0]["fix"]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE event SET data = replace(data, 'email', 'eMail') WHERE seq = 1",
        "UPDATE event SET data = cast(replace(cast(data AS TEXT), '2026', '2025') AS BLOB) WHERE seq = 3",
        "DELETE FROM event WHERE seq = 1",
        "UPDATE request SET data = cast(replace(cast(data AS TEXT), 'Ireland', 'Iceland') AS BLOB) WHERE id = 'openai-1'",
    ],
)
def test_doctor_finds_a_changed_event(dsr: Dsr, full: Path, change: str) -> None:
    """An event changed or taken out behind dsr's back is found, even by somebody who took the triggers away."""
    with closing(sqlite3.connect(full / "store.db")) as db:
        db.executescript("DROP TRIGGER event_kept; DROP TRIGGER event_fixed;")
        if change.startswith("UPDATE event SET data = replace"):
            change = change.replace("replace(data", "cast(replace(cast(data AS TEXT)").replace(
                "'eMail')", "'eMail') AS BLOB)"
            )
        assert db.execute(change).rowcount == 1
        db.commit()
    told = dsr("doctor", "--json")
    assert told.exit_code == 1
    assert "openai-1" in str([row for row in told.json()["data"]["rows"] if row["what"] == "store"])


@pytest.mark.skipif(sys.platform == "win32", reason="modes are of POSIX")
def test_doctor_finds_what_others_may_read(dsr: Dsr, full: Path) -> None:
    """A file that others may read is named with the command that closes it."""
    (full / "config.toml").chmod(0o644)
    rows = dsr("doctor", "--json").json()["data"]["rows"]
    assert [row["fix"] for row in rows if row["state"] == "wrong"] == [f"chmod go-rwx '{full / 'config.toml'}'"]


def test_a_store_that_cannot_be_read(dsr: Dsr, full: Path, tmp_path: Path) -> None:
    """With the store overwritten by something else, dsr says which command brings it back, and it does."""
    before = everything(full)
    copy = backed_up(dsr, tmp_path / "b.zip")
    for name in ("store.db-wal", "store.db-shm"):
        (full / name).unlink(missing_ok=True)
    (full / "store.db").write_bytes(b"not a database" * 1000)
    told = dsr("next")
    assert (told.exit_code, "dsr restore" in told.err) == (16, True)
    data = dsr("restore", str(copy), "--yes", "--json").json()["data"]
    assert Path(data["before"]).read_bytes() == b"not a database" * 1000
    Path(data["before"]).unlink()
    assert everything(full) == before


def test_wipe(dsr: Dsr, full: Path) -> None:
    """A wiped case is gone from the store's bytes and from the disk; the other stays, and no case gets its number again."""
    store = full / "store.db"
    with Ledger(full) as ledger:
        token = ledger.request("openai-1").reference.encode()
    assert dsr("vault", "wipe", "openai-1", "--json").exit_code == 10
    assert dsr("vault", "wipe", "openai-1", "--yes").exit_code == 0
    assert token not in store.read_bytes()
    assert not (full / "cases" / "openai-1").exists()
    assert [row["case"] for row in dsr("list", "--json").json()["data"]["rows"]] == ["openai-2"]
    assert dsr("request-export", "openai", "--via", "email", "--yes", "--json").json()["data"]["case"] == "openai-3"
    assert dsr("doctor").exit_code == 0
    assert dsr("vault", "wipe", "openai-1", "--yes").exit_code == 12


def test_wipe_everything(dsr: Dsr, full: Path) -> None:
    """With --all no byte of the person is left in the home but in backups of hers."""
    (full / "browser" / "x").mkdir(parents=True)
    assert dsr("vault", "wipe", "--all", "--yes").exit_code == 0
    left = b"".join(path.read_bytes() for path in full.rglob("*") if path.is_file())
    assert b"ada@example.org" not in left
    assert b"Lovelace" not in left
    assert not (full / "browser").exists()


def test_retention(dsr: Dsr, full: Path) -> None:
    """A time that the person sets: only cases that have been settled for longer are offered, and go."""
    assert dsr("vault", "wipe", "--expired").exit_code == 11
    (full / "config.toml").write_text("keep_closed_days = 30\n")
    assert dsr("log", "openai-1", "closed").exit_code == 0
    assert dsr("vault", "wipe", "--expired", "--yes", "--json").json()["data"]["rows"] == []
    with Ledger(full) as ledger:
        today = ledger.events("openai-1")[-1].on
        for days, expected in ((30, []), (31, ["openai-1"])):
            person = Terminal(as_json=True)
            later = today + timedelta(days=days)
            desk = Desk(home=full, ledger=ledger, person=person, now=lambda: datetime.now(UTC), today=later)
            assert vault.expired(desk, 30) == expected


@pytest.mark.parametrize("args", [(), ("openai-1", "--all"), ("--all", "--expired")])
def test_wipe_wants_one_thing(dsr: Dsr, full: Path, args: tuple[str, ...]) -> None:
    """Nothing named, or two things: 2, and nothing is wiped."""
    assert dsr("vault", "wipe", *args, "--yes").exit_code == 2
    assert len(dsr("list", "--json").json()["data"]["rows"]) == 2


def test_a_press_is_remembered(dsr: Dsr, full: Path, tmp_path: Path) -> None:
    """A press in a wiped case, or one newer than the backup that was restored, is still known."""
    copy = backed_up(dsr, tmp_path / "b.zip")
    with Ledger(full) as ledger:
        journal = ledger.begin_run("openai-1", "openai/request-export", lambda: datetime.now(UTC))
        journal.intent(0, "export", "Confirm export of Ada")
        journal.committed(0)
    assert upkeep.pressed_before(full / "store.db", "openai/request-export") == ""
    assert dsr("restore", str(copy), "--yes").exit_code == 0
    restored = upkeep.pressed_before(full / "store.db", "openai/request-export")
    assert restored
    with Ledger(full) as ledger:
        ledger.begin_run("openai-1", "openai/portal-request", lambda: datetime.now(UTC)).intent(
            0, "send", "Send as Ada"
        )
    assert dsr("vault", "wipe", "openai-1", "--yes").exit_code == 0
    assert upkeep.pressed_before(full / "store.db", "openai/portal-request")
    assert b"as Ada" not in (full / "store.db").read_bytes()


def test_a_press_under_another_clock(dsr: Dsr, full: Path, tmp_path: Path) -> None:
    """A press that bears a time before the backup, because the clock was set back, is still known after a restore."""
    copy = backed_up(dsr, tmp_path / "b.zip")
    with Ledger(full) as ledger:
        journal = ledger.begin_run("openai-1", "openai/request-export", lambda: datetime(2026, 1, 2, tzinfo=UTC))
        journal.intent(0, "export", "Confirm export")
    assert dsr("restore", str(copy), "--yes").exit_code == 0
    assert upkeep.pressed_before(full / "store.db", "openai/request-export").startswith("2026-01-02")


def test_only_a_run_of_its_own_settles_a_press(dsr: Dsr, full: Path, tmp_path: Path) -> None:
    """After a restore dsr asks before it presses again, also where something else was logged since; a run of that playbook that
    the person agreed to has settled it."""
    copy = backed_up(dsr, tmp_path / "b.zip")
    with Ledger(full) as ledger:
        ledger.begin_run("openai-1", "openai/request-export", lambda: datetime.now(UTC)).intent(0, "export", "Export")
    assert dsr("restore", str(copy), "--yes").exit_code == 0
    assert dsr("log", "openai-1", "acknowledged").exit_code == 0
    book = read.load("openai/request-export")
    with Ledger(full) as ledger:
        person = Terminal(as_json=True)
        today = datetime.now(UTC).date()
        desk = Desk(home=full, ledger=ledger, person=person, now=lambda: datetime.now(UTC), today=today)
        report = runs._pressed_before(desk, book, ledger.events("openai-1"))
        assert report
        assert report.outcome == Outcome.UNKNOWN
        again = desk.event(EventKind.DRAFTED, data={"playbook": book.id})
        assert runs._pressed_before(desk, book, [*ledger.events("openai-1"), again]) is None


def test_a_wipe_takes_copies_too(dsr: Dsr, full: Path) -> None:
    """What an older dsr left of the store, and what a killed one was writing, goes with a wiped case; doctor names it."""
    (full / "store-v1.bak").write_bytes(b"ada@example.org")
    (full / ".new-half").mkdir()
    (full / ".new-half" / "store.db").write_bytes(b"ada@example.org")
    rows = dsr("doctor", "--json").json()["data"]["rows"]
    assert [row["what"] for row in rows if ".new-half" in row["says"] and row["state"] == "note"] == ["leftovers"]
    assert dsr("vault", "wipe", "openai-1", "--yes").exit_code == 0
    assert not (full / "store-v1.bak").exists()
    assert not (full / ".new-half").exists()


def test_a_backup_with_a_file_without_a_name(dsr: Dsr, full: Path, tmp_path: Path) -> None:
    """A ZIP file may hold a file of no name at all: 17."""
    copy = backed_up(dsr, tmp_path / "b.zip")
    with zipfile.ZipFile(copy) as archive:
        held = {one: archive.read(one) for one in archive.namelist()}
    contents = json.loads(held["backup.json"])
    contents["files"][""] = {"size": 0, "sha256": "0" * 64}
    held["backup.json"] = json.dumps(contents).encode()
    with zipfile.ZipFile(tmp_path / "bad.zip", "w") as archive:
        for one, content in (*held.items(), ("?", b"")):
            archive.writestr(one, content)
        archive.filelist[-1].filename = ""
    told = dsr("restore", str(tmp_path / "bad.zip"), "--yes")
    assert told.exit_code == 17, told


@pytest.mark.parametrize("content", [b"", b"no store " * 900])
def test_a_backup_whose_store_is_none(dsr: Dsr, full: Path, tmp_path: Path, content: bytes) -> None:
    """With a list that fits and a store that is none: 17, naming the backup and no passing file, and all is as it was."""
    copy = backed_up(dsr, tmp_path / "b.zip")
    with zipfile.ZipFile(copy) as archive:
        held = {one: archive.read(one) for one in archive.namelist()}
    contents = json.loads(held["backup.json"])
    contents["files"]["store.db"] = {"size": len(content), "sha256": sha256(content).hexdigest()}
    held |= {"store.db": content, "backup.json": json.dumps(contents).encode()}
    with zipfile.ZipFile(tmp_path / "bad.zip", "w") as archive:
        for one, inside in held.items():
            archive.writestr(one, inside)
    before = everything(full)
    told = dsr("restore", str(tmp_path / "bad.zip"), "--yes")
    assert (told.exit_code, "bad.zip" in told.err, ".restore-" in told.err) == (17, True, False), told
    assert everything(full) == before


@pytest.mark.parametrize("name", [b"a:b.txt", b"\xff.txt", b"a\nb.txt"])
def test_a_name_that_no_backup_can_hold(dsr: Dsr, full: Path, name: bytes) -> None:
    """A file of the person's with such a name ends the backup in words that name it: 11, and no backup is left behind."""
    (full / os.fsdecode(name)).touch()
    told = dsr("backup")
    assert (told.exit_code, "rename it" in told.err) == (11, True), told
    assert not list(full.rglob("*.zip"))


def test_a_lock_that_is_changing_into_itself(dsr: Dsr, full: Path) -> None:
    """A record that says that a change is under way from plain to plain is settled, not a store without a key."""
    (full / "vault.json").write_bytes(b'{"id": "x", "changing": true}')
    (full / "vault.json").chmod(0o600)
    assert dsr("next").exit_code == 0
    assert not json.loads((full / "vault.json").read_bytes())["changing"]


def test_doctor_looks_at_backups_and_the_configuration(dsr: Dsr, full: Path) -> None:
    """A damaged backup and a bad configuration are findings among the others: nothing ends the look at the rest."""
    assert dsr("backup").exit_code == 0
    assert "1 backup is whole" in dsr("doctor").out
    [kept] = (full / "backups").glob("*.zip")
    kept.write_bytes(kept.read_bytes()[:-40])
    (full / "config.toml").write_text("evidence = [")
    told = dsr("doctor", "--json")
    rows = told.json()["data"]["rows"]
    wrong = {row["what"]: row for row in rows if row["state"] == "wrong"}
    assert (told.exit_code, set(wrong)) == (1, {"backups", "config"})
    assert kept.name in wrong["backups"]["says"]
    assert [row for row in rows if row["what"] == "retention"]


@pytest.mark.parametrize("lost", ["emptied", "gone"])
def test_a_lost_store_is_not_taken_for_a_new_one(dsr: Dsr, full: Path, tmp_path: Path, lost: str) -> None:
    """Without its store, or with an empty one, a home with letters of cases is not begun anew: 16; a backup brings it back."""
    copy = backed_up(dsr, tmp_path / "b.zip")
    before = everything(full)
    for path in full.glob("store.db*"):
        path.write_bytes(b"") if lost == "emptied" and path.name == "store.db" else path.unlink()
    for command in (("next",), ("doctor",), ("list",), ("remind",)):
        told = dsr(*command)
        assert (told.exit_code, "dsr restore FILE" in told.err) == (16, True), told
    assert dsr("restore", str(copy), "--yes").exit_code == 0
    (full / "remind.lock").unlink()
    assert everything(full) == before
