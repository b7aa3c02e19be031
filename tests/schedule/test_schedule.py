"""Entries with the system's schedulers: well formed, with absolute paths, made once, and nobody else's is touched."""

from __future__ import annotations

import os
import plistlib
import re
import shutil
import stat
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dsr.cases import scheduling
from dsr.errors import SchedulerFailed, UnknownName
from dsr.schedule import job as jobs
from dsr.schedule import record
from dsr.schedule.cron import Cron
from dsr.schedule.job import Job, State
from dsr.schedule.launchd import Launchd
from dsr.schedule.record import Last
from dsr.schedule.systemd import Systemd
from dsr.schedule.windows import TaskScheduler

Dsr = Callable[..., Any]
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
ODD = "a b %d $HOME 'q' \"é\" <&> \\x"
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="a scheduler of Unix")


@pytest.fixture
def job(tmp_path: Path) -> Job:
    """A job for a home whose path holds what shells, units and XML take for something else."""
    return jobs.of_home(tmp_path / ODD, usual=False)


def test_a_job_names_absolute_paths_and_its_home(tmp_path: Path) -> None:
    """The usual home has the plain name, another one a name of its own that stays; the program is this Python, by its path."""
    usual, other = (jobs.of_home(tmp_path, usual=flag) for flag in (True, False))
    assert (usual.name, other.name[:11]) == ("dsr-remind", "dsr-remind-")
    assert other == jobs.of_home(tmp_path, usual=False)
    assert usual.program == (sys.executable, "-P", "-m", "dsr", "remind", "--scheduled", str(tmp_path))
    assert Path(usual.program[0]).is_absolute()
    with pytest.raises(SchedulerFailed, match="line break"):
        jobs.of_home(tmp_path / "a\nb", usual=False)


def test_systemd_accepts_the_units(tmp_path: Path, job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    """`systemd-analyze verify` finds nothing to say about them, also with odd signs in the path."""
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not installed")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    paths = list(Systemd()._files(job).items())
    for path, content in paths:
        jobs.put(path, content)
    environment = os.environ | {"XDG_RUNTIME_DIR": str(tmp_path), "SYSTEMD_LOG_LEVEL": "warning"}
    told = subprocess.run(
        ["systemd-analyze", "--user", "verify", *(str(path) for path, _ in paths)],
        capture_output=True, text=True, env=environment, check=False,
    )  # fmt: skip
    about = [line for line in told.stderr.splitlines() if job.name in line]
    assert (told.returncode, about) == (0, [])


def test_the_timer_is_hourly_and_makes_up_for_sleep(job: Job) -> None:
    """The timer is hourly and persistent; 10 is no failure; variables are off and `%` is doubled in the command."""
    entry = Systemd().entry(job)
    for line in ("OnCalendar=hourly", "Persistent=true", "SuccessExitStatus=10", "Type=oneshot", "UMask=0077"):
        assert line in entry.splitlines()
    [command] = [line for line in entry.splitlines() if line.startswith("ExecStart=")]
    assert command.startswith(f'ExecStart=:"{sys.executable}" "-P" "-m" "dsr" "remind" "--scheduled" "/')
    assert command.endswith(r"""/a b %%d $HOME 'q' \"é\" <&> \\x" """.strip())


def test_the_plist_is_a_property_list(job: Job) -> None:
    """It reads back as the agent that is meant; every key is one of launchd.plist(5) and has its type."""
    described = plistlib.loads(Launchd().entry(job).encode())
    types = {
        "Label": str, "ProgramArguments": list, "StartCalendarInterval": dict, "RunAtLoad": bool, "ProcessType": str,
        "Nice": int, "Umask": int,
    }  # fmt: skip
    assert {key: type(value) for key, value in described.items()} == types
    assert described["ProgramArguments"] == list(job.program)
    assert described["StartCalendarInterval"] == {"Minute": 7}
    assert described["ProcessType"] in ("Background", "Standard", "Adaptive", "Interactive")
    assert described["Umask"] == 0o077


@pytest.mark.parametrize("tool", [["plutil", "-lint", "-"], ["plistutil", "-i", "-"]], ids=["plutil", "plistutil"])
def test_a_second_program_reads_the_plist(job: Job, tool: list[str]) -> None:
    """Apple's plutil, or libplist's plistutil, accepts it."""
    if not shutil.which(tool[0]):
        pytest.skip(f"{tool[0]} is not installed")
    told = subprocess.run(tool, input=Launchd().entry(job).encode(), capture_output=True, check=False)
    assert (told.returncode, told.stderr) == (0, b"")


NAMESPACE = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"
# Of the Task Scheduler schema ([MS-TSCH] 2.5): the children of an element; in a sequence their order counts.
SEQUENCES = {
    "TimeTrigger": ["Enabled", "StartBoundary", "EndBoundary", "Repetition", "ExecutionTimeLimit", "RandomDelay"],
    "Exec": ["Command", "Arguments", "WorkingDirectory"],
}
ALL = {
    "Task": {"RegistrationInfo", "Triggers", "Settings", "Data", "Principals", "Actions"},
    "RegistrationInfo": {"URI", "SecurityDescriptor", "Source", "Date", "Author", "Version", "Description", "Documentation"},
    "Triggers": {"TimeTrigger", "CalendarTrigger", "LogonTrigger"},
    "Repetition": {"Interval", "Duration", "StopAtDurationEnd"},
    "Principals": {"Principal"},
    "Principal": {"UserId", "LogonType", "GroupId", "DisplayName", "RunLevel"},
    "Settings": {
        "AllowStartOnDemand", "RestartOnFailure", "MultipleInstancesPolicy", "DisallowStartIfOnBatteries", "Enabled",
        "StopIfGoingOnBatteries", "AllowHardTerminate", "StartWhenAvailable", "RunOnlyIfNetworkAvailable", "WakeToRun",
        "DeleteExpiredTaskAfter", "IdleSettings", "NetworkSettings", "ExecutionTimeLimit", "Priority", "RunOnlyIfIdle", "Hidden",
    },
    "Actions": {"Exec"},
}  # fmt: skip
VALUES = {
    "Enabled": "true|false", "StopAtDurationEnd": "true|false", "StartWhenAvailable": "true|false",
    "DisallowStartIfOnBatteries": "true|false", "StopIfGoingOnBatteries": "true|false",
    "StartBoundary": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", "Interval": r"PT\d+[HM]", "ExecutionTimeLimit": r"PT\d+[HM]",
    "MultipleInstancesPolicy": "Parallel|Queue|IgnoreNew|StopExisting", "RunLevel": "LeastPrivilege|HighestAvailable",
    "LogonType": "S4U|Password|InteractiveToken|InteractiveTokenOrPassword", "Command": ".+", "Arguments": ".+",
    "Description": ".+",
}  # fmt: skip


def test_the_task_keeps_to_its_schema(job: Job) -> None:
    """Every element of the task is one that the schema has at that place, in its order, with a value of its type."""
    root = ET.fromstring(TaskScheduler().entry(job).encode("utf-16"))
    assert (root.tag, root.get("version")) == (f"{NAMESPACE}Task", "1.2")
    for element in root.iter():
        name = element.tag.removeprefix(NAMESPACE)
        children = [child.tag.removeprefix(NAMESPACE) for child in element]
        assert len(set(children)) == len(children)
        if name in SEQUENCES:
            assert children == [one for one in SEQUENCES[name] if one in children]
        elif name in ALL:
            assert set(children) <= ALL[name]
        else:
            assert children == []
            assert re.fullmatch(VALUES[name], element.text or ""), name
    [principal] = root.iter(f"{NAMESPACE}Principal")
    [actions] = root.iter(f"{NAMESPACE}Actions")
    assert actions.get("Context") == principal.get("id")
    [command], [arguments] = root.iter(f"{NAMESPACE}Command"), root.iter(f"{NAMESPACE}Arguments")
    assert command.text == job.program[0]
    assert arguments.text == subprocess.list2cmdline(job.program[1:])


CRONTAB = """#!/bin/sh
# As crontab(1) does: -l shows, - replaces, -r removes.
case $1 in
  -l) if [ -f "$TABLE" ]; then cat "$TABLE"; else echo "no crontab for ada" >&2; exit 1; fi ;;
  -r) rm "$TABLE" ;;
  -)  cat > "$TABLE"; echo x >> "$TABLE.writes" ;;
esac
"""


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A crontab in a file, kept by a program of the name and manners of crontab(1); the person's own is left alone."""
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "crontab").write_text(CRONTAB)
    (tools / "crontab").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}:/usr/bin:/bin")
    monkeypatch.setenv("TABLE", str(tmp_path / "table"))
    return tmp_path / "table"


OTHERS = b'# mine\nMAILTO=""\n0 5 * * 1 echo 100\\% \xff # >>> not dsr\n\n'


@POSIX
@pytest.mark.parametrize("before", [OTHERS, b""], ids=["others", "nothing"])
def test_the_crontab_of_others_stays(table: Path, job: Job, before: bytes) -> None:
    """The block comes and goes, once however often, and every other byte stays."""
    if before:
        table.write_bytes(before)
    cron = Cron()
    for _ in range(3):
        assert scheduling.install(job, cron) in (State.ABSENT, State.INSTALLED)
        assert table.read_bytes() == before + cron.entry(job).encode()
    assert len(table.with_name("table.writes").read_text().splitlines()) == 1
    table.write_bytes(table.read_bytes() + b"# later\n")
    other = Job("dsr-remind", ("/usr/bin/python3",))
    cron.install(other)
    cron.remove(job)
    assert table.read_bytes() == before + b"# later\n" + cron.entry(other).encode()
    cron.remove(other)
    cron.remove(other)
    assert table.read_bytes() == before + b"# later\n"


@POSIX
@pytest.mark.parametrize("before", [b"* * * * * mine", b"# mine", b"A=b\r\n* * * * * mine\r", b"\xff"])
def test_a_last_line_without_an_end_stays_what_it_is(table: Path, job: Job, before: bytes) -> None:
    """Where the crontab does not end in a line end, nothing is put behind its last line: it would become another command."""
    table.write_bytes(before)
    cron = Cron()
    for _ in range(2):
        scheduling.install(job, cron)
        assert table.read_bytes() == cron.entry(job).encode() + before
    cron.remove(job)
    assert table.read_bytes() == before


@pytest.mark.parametrize("sign", ["\n", "\x01", "\x1b", "\x7f", "\x85", "\u2028", "\udcff", "\uffff"])
def test_a_path_that_is_no_text_is_refused(sign: str) -> None:
    """What XML, a unit file or a line of a crontab cannot hold is told in words, whichever scheduler it would be."""
    with pytest.raises(SchedulerFailed, match="cannot be scheduled"):
        jobs.of_home(Path(f"/home/a{sign}b"), usual=False)


@POSIX
def test_a_crontab_that_held_only_ours_goes(table: Path, job: Job) -> None:
    """Where dsr made the crontab, nothing is left of it."""
    Cron().install(job)
    Cron().remove(job)
    assert not table.exists()


@POSIX
def test_the_line_of_cron_runs_as_meant(table: Path, job: Job) -> None:
    """What /bin/sh makes of the line, after cron has read its percent signs, are the words of the program."""
    line = Cron().entry(job).splitlines()[1].removeprefix("7 * * * * ")
    assert re.search(r"(?<!\\)%", line) is None
    shown = subprocess.run(
        ["/bin/sh", "-c", f"printf '%s\\n' {line.replace(chr(92) + '%', '%')}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert tuple(shown.stdout.splitlines()) == job.program


@POSIX
def test_a_block_that_was_changed_is_left_alone(table: Path, job: Job) -> None:
    """Where a mark of ours was lost, dsr changes nothing and says how to mend it; a changed line is renewed."""
    cron = Cron()
    cron.install(job)
    whole = table.read_bytes()
    table.write_bytes(whole.replace(b"7 * * * *", b"9 * * * *"))
    assert scheduling.install(job, cron) == State.DIFFERENT
    assert table.read_bytes() == whole
    for broken in (whole.replace(b"# <<<", b"# <"), whole.replace(b"# >>>", b"# >"), whole + whole):
        table.write_bytes(broken)
        for act in (cron.install, cron.remove):
            with pytest.raises(SchedulerFailed, match="leaves them alone"):
                act(job)
        assert table.read_bytes() == broken


SYSTEMCTL = """#!/bin/sh
# As systemctl(1) answers for a timer that is on or off.
shift
case $1 in
  enable) touch "$STATE" ;;
  disable) rm -f "$STATE" ;;
  show) case $3 in
    *ActiveState) if [ -f "$STATE" ]; then echo ActiveState=active; else echo ActiveState=inactive; fi ;;
    *) echo "NextElapseUSecRealtime=Thu 2026-11-26 00:00:00 UTC" ;;
  esac ;;
esac
"""


@pytest.fixture
def units(table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of unit files, and a program of the name of systemctl that answers for the timer."""
    (tmp_path / "tools" / "systemctl").write_text(SYSTEMCTL)
    (tmp_path / "tools" / "systemctl").chmod(0o755)
    monkeypatch.setenv("STATE", str(tmp_path / "on"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path / "config" / "systemd" / "user"


@POSIX
def test_units_come_and_go(units: Path, job: Job) -> None:
    """Both files are written and the timer is started, once however often; removed, nothing is left; others' files stay."""
    units.mkdir(parents=True)
    (units / "other.timer").write_text("[Timer]\n")
    systemd = Systemd()
    assert scheduling.install(job, systemd) == State.ABSENT
    assert scheduling.install(job, systemd) == State.INSTALLED
    (units / f"{job.name}.service").write_text("# Made by `dsr schedule install` of an older dsr\n")
    assert scheduling.install(job, systemd) == State.DIFFERENT
    assert systemd.state(job) == State.INSTALLED
    systemd.remove(job)
    systemd.remove(job)
    assert [path.name for path in units.iterdir()] == ["other.timer"]


@POSIX
def test_a_unit_that_is_not_ours_stays(units: Path, job: Job) -> None:
    """A unit file of the person's that bears our name is neither replaced nor removed."""
    units.mkdir(parents=True)
    own = units / f"{job.name}.timer"
    own.write_text("[Timer]\nOnCalendar=daily\n")
    for act in (lambda: scheduling.install(job, Systemd()), lambda: Systemd().remove(job)):
        with pytest.raises(SchedulerFailed, match="is not dsr's"):
            act()
    assert own.read_text() == "[Timer]\nOnCalendar=daily\n"


@POSIX
def test_the_command_installs_tells_and_removes(units: Path, table: Path, dsr: Dsr, home: Path) -> None:
    """The first scheduler that answers is taken; status tells what is there and what the last run came to; remove takes all."""
    told = dsr("schedule", "install")
    assert told.out.startswith("Installed: systemd runs dsr remind every hour")
    assert "No channel is set" in told.out
    assert dsr("schedule", "install").out.startswith("Already installed: systemd")
    assert (
        "systemd has an entry too: dsr schedule remove --with systemd"
        in dsr("schedule", "install", "--with", "cron").out
    )
    record.write(home, Last(at=datetime.now(UTC), exit_code=10, news=2))
    status = dsr("schedule", "status")
    assert status.out.splitlines()[:2] == [
        "systemd: dsr remind, every hour, next Thu 2026-11-26 00:00:00 UTC",
        "cron: dsr remind, every hour",
    ]
    assert status.out.splitlines()[2].endswith(": something needs you: dsr next; 2 announced.")
    assert dsr("schedule", "status", "--json").json()["data"]["silent"] is False
    assert dsr("schedule", "remove").out == "Removed from systemd.\nRemoved from cron.\n"
    assert dsr("schedule", "remove").out == "Nothing of dsr was scheduled.\n"
    assert (table.exists(), list(units.iterdir())) == (False, [])


def test_without_a_scheduler_it_is_told(dsr: Dsr, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where none answers, the error names them and the way that is left; an unknown one is named with the known."""
    monkeypatch.setenv("PATH", str(tmp_path))
    told = dsr("schedule", "install")
    assert (told.exit_code, "none of the schedulers" in told.err, "print --with cron" in told.err) == (1, True, True)
    assert dsr("schedule", "install", "--with", "cron").exit_code == 1
    assert dsr("schedule", "install", "--with", "at").exit_code == UnknownName.exit_code
    assert "No scheduler of this system answers" in dsr("schedule", "status").out
    assert dsr("schedule", "print", "--with", "cron").out.count("* * * *") == 1


@pytest.mark.parametrize(
    ("last", "told", "silent"),
    [
        (Last(at=NOW - timedelta(hours=1), exit_code=0), "nothing needed you; nothing new", False),
        (Last(at=NOW, exit_code=3, told="email: down"), "a channel failed; nothing new (email: down)", False),
        (Last(at=NOW - timedelta(hours=4), exit_code=16, told="x"), "the store could not be used (x)", True),
        (Last(at=NOW + timedelta(days=1), exit_code=11, told="x"), "it failed with exit code 11 (x)", True),
    ],
)
def test_the_last_run_in_words(tmp_path: Path, last: Last, told: str, silent: bool) -> None:
    """What a run came to is kept and told; hours of silence, or a run in the future, are noticed."""
    assert record.read(tmp_path) is None
    record.write(tmp_path, last)
    kept = record.read(tmp_path)
    assert kept == last
    assert stat.S_IMODE((tmp_path / "remind.json").stat().st_mode) == 0o600
    assert (scheduling.outcome(last), scheduling.silent(kept, NOW)) == (told, silent)


def test_a_damaged_record_is_no_record(tmp_path: Path) -> None:
    """What cannot be read counts as not there."""
    (tmp_path / "remind.json").write_bytes(b"{")
    assert record.read(tmp_path) is None


@pytest.mark.parametrize(
    ("held", "last", "state", "fix"),
    [
        ([], None, "note", "dsr schedule install"),
        ([State.INSTALLED], None, "ok", ""),
        ([State.DIFFERENT], None, "wrong", "dsr schedule install"),
        ([State.INSTALLED], (timedelta(days=3), 0), "wrong", "dsr schedule status"),
        ([State.INSTALLED], (timedelta(minutes=30), 16), "wrong", "dsr schedule status"),
        ([State.INSTALLED], (timedelta(minutes=30), 10), "ok", ""),
    ],
)
def test_doctor_looks_at_the_scheduler(
    held: list[State], last: tuple[timedelta, int] | None, state: str, fix: str
) -> None:
    """Doctor says whether reminders come by themselves, whether the entry is ours, and how the last run went."""
    found = [scheduling.Held(scheduler="cron", state=one, where="the crontab") for one in held]
    ran = Last(at=NOW - last[0], exit_code=last[1]) if last else None
    assert scheduling.health(found, ran, NOW)[::2] == (state, fix)


def test_doctor_names_the_scheduler(dsr: Dsr) -> None:
    """The scheduler stands among what doctor looks at."""
    told = dsr("doctor", "--json").json()["data"]["rows"]
    assert [row["what"] for row in told].count("scheduler") == 1
