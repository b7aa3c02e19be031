"""Each stage is announced once on each channel, and never lost: clocks, sleep, failing channels, crashes, locks, full disks."""

from __future__ import annotations

import re
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from casework import EMAIL, LINK, SETTINGS, K, happened
from conftest import SENT, Taker, add, fail, remind
from hypothesis import given, settings
from hypothesis import strategies as st

from dsr.cases import reminding
from dsr.cases import stages as stages_of
from dsr.cases.outlook import Stage
from dsr.errors import StoreLocked, StoreProblem
from dsr.notice import Notice
from dsr.speech import Speech
from dsr.store import Ledger, taken
from dsr.store.migrations import MIGRATIONS, migrate

STAGES = {"2026-11-25": "week", "2026-12-01": "day", "2026-12-02": "due", "2026-12-03": "passed"}


def stages(ledger: Ledger, at: str, *channels: Taker) -> list[str]:
    return [one.stage for one in remind(ledger, at, *channels).news]


def test_each_stage_once_however_often(ledger: Ledger) -> None:
    """Seven days before, one day before, on the day and after it, each once, whatever the number of runs."""
    said = {}
    on = date(2026, 11, 20)
    while on < date(2026, 12, 20):
        for hour in range(0, 24, 6):
            for stage in stages(ledger, f"{on}T{hour:02}:00"):
                assert stage not in said
                said[stage] = on.isoformat()
        on += timedelta(days=1)
    assert said == {stage: on for on, stage in STAGES.items()}


def test_a_channel_that_is_added_later_is_told_where_things_stand(ledger: Ledger) -> None:
    """Each channel announces by itself; a new one gets the stage that holds now, the others nothing again."""
    one, other = Taker("one"), Taker("other")
    remind(ledger, "2026-11-25", one)
    came = remind(ledger, "2026-12-01", one, other)
    assert [len(one.got), len(other.got)] == [2, 1]
    assert [news.channels for news in came.news] == [("one", "other")]
    assert remind(ledger, "2026-12-01", one, other).news == []


def test_a_failing_channel_is_told_again_and_stops_no_other(ledger: Ledger) -> None:
    """A channel that fails is reported, keeps its reminder for the next run, and the channels after it get theirs."""
    broken, well = Taker("broken", fail), Taker("well")
    came = remind(ledger, "2026-11-25", broken, well)
    assert [(one.channel, one.announced, one.failed, bool(one.problem)) for one in came.served] == [
        ("broken", 0, 1, True),
        ("well", 1, 0, False),
    ]
    assert [news.channels for news in came.news] == [("well",)]
    remind(ledger, "2026-11-25T13:00", broken, well)
    broken.before = lambda: None
    remind(ledger, "2026-11-25T14:00", broken, well)
    assert [len(broken.got), len(well.got)] == [1, 1]


def test_a_channel_that_fails_for_days_gets_the_furthest_stage(ledger: Ledger) -> None:
    """What a broken channel missed meanwhile is moot: it gets the stage that holds when it works again."""
    broken = Taker("broken", fail)
    for day in ("2026-11-25", "2026-12-01", "2026-12-02"):
        remind(ledger, day, broken)
    broken.before = lambda: None
    assert stages(ledger, "2026-12-10", broken) == ["passed"]


class Killed(BaseException):
    """The process ends here."""


def die() -> None:
    raise Killed


def test_a_run_that_ends_while_sending_loses_nothing(ledger: Ledger) -> None:
    """A run that ends before the channel has answered is made good by the next one, under the same ids."""
    channel = Taker(before=die)
    with pytest.raises(Killed):
        remind(ledger, "2026-11-25", channel)
    channel.before = lambda: None
    with Ledger(ledger.home) as again:
        remind(again, "2026-11-25T13:00", channel)
        first = channel.got[0]
        assert remind(again, "2026-11-25T14:00", channel).news == []
    assert len(channel.got) == 1
    other = Taker("other")
    remind(ledger, "2026-11-27", other)
    assert (other.got[0].id, list(other.got[0].lines)) == (first.id, list(first.lines))


def test_a_run_that_ends_after_sending_sends_the_same_again(ledger: Ledger) -> None:
    """A run that ends after the channel took it, before dsr knows, gives it again: at least once, with the same id."""

    class Deadly(Taker):
        def send(self, notice: Notice) -> None:
            self.got.append(notice)
            self.before()

    channel = Deadly(before=die)
    with pytest.raises(Killed):
        remind(ledger, "2026-11-25", channel)
    channel.before = lambda: None
    remind(ledger, "2026-11-25T13:00", channel)
    remind(ledger, "2026-11-25T14:00", channel)
    assert len(channel.got) == 2
    assert channel.got[0].id == channel.got[1].id


def test_the_clock_set_forth_and_back(ledger: Ledger) -> None:
    """A clock that jumps a year ahead and back: what it made dsr say is not said again, the true stages are all said."""
    said = stages(ledger, "2027-12-01")
    for day in ("2026-11-20", "2026-11-25", "2026-12-01", "2026-12-02", "2026-12-03", "2027-12-01"):
        said += stages(ledger, day)
    assert said == ["passed", "week", "day", "due"]


def test_the_clock_set_back_and_forth(ledger: Ledger) -> None:
    """A clock that falls back to an earlier year, or a day by a time zone, says nothing twice and nothing that is moot."""
    said = stages(ledger, "2026-12-01")
    for day in ("1999-01-01", "2026-11-30", "2026-12-01", "2026-11-30T23:59", "2026-12-01"):
        said += stages(ledger, day)
    assert said == ["day"]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(-40, 60), st.integers(0, 23), st.booleans()), min_size=1, max_size=12))
def test_whatever_the_clock_does(tmp_path_factory: pytest.TempPathFactory, runs: list[tuple[int, int, bool]]) -> None:
    """Runs at any instants in any order, with the channel failing at some: no stage twice, and the last run that the channel
    took leaves nothing unsaid."""
    with Ledger(tmp_path_factory.mktemp("home")) as ledger:
        ledger._db.execute("PRAGMA synchronous = OFF")
        add(ledger, *SENT)
        channel = Taker()
        for days, hour, broken in runs:
            channel.before = fail if broken else lambda: None
            at = datetime(2026, 12, 2, hour) + timedelta(days=days)
            remind(ledger, at.isoformat(), channel)
            if not broken:
                assert remind(ledger, at.isoformat(), channel).news == []
        ids = [key for notice in channel.got for key in notice.lines]
        assert len(ids) == len(set(ids))


@pytest.fixture
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine in Berlin, where the clocks go back on 25 October 2026 and forth on 28 March 2027."""
    if sys.platform == "win32":
        pytest.skip("Windows sets no time zone for one process")
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("came", "runs"),
    [
        ("2026-11-20T12:00", ["2026-11-20T23:00", "2026-11-21T00:00", "2026-11-21T09:00", "2026-11-21T12:00"]),
        # Twenty-four hours over the night in which the clocks go back end an hour earlier by the clock, and an hour later in
        # the night in which they go forth.
        ("2026-10-24T12:00", ["2026-10-24T23:00", "2026-10-25T00:00", "2026-10-25T08:00", "2026-10-25T11:00"]),
        ("2027-03-27T12:00", ["2027-03-27T23:00", "2027-03-28T01:00", "2027-03-28T10:00", "2027-03-28T13:00"]),
    ],
    ids=["no change", "clocks go back", "clocks go forth"],
)
def test_a_link_of_24_hours(tmp_path: Path, berlin: None, came: str, runs: list[str]) -> None:
    """Twelve and three true hours before the link ends, and when it has ended: each once, also over a change of the clock."""
    at = datetime.fromisoformat(came).astimezone()
    with Ledger(tmp_path) as ledger:
        add(
            ledger,
            happened(K.ACCEPTED, at.date().isoformat(), SETTINGS),
            happened(K.LINK_RECEIVED, at.date().isoformat(), recorded_at=at, promises=(LINK,)),
        )
        said = [stages(ledger, run) for run in (came, *runs, runs[-1])]
    assert said == [[], [], ["12h"], ["3h"], ["passed"], []]


def test_an_instant_calls_nobody_late_before_the_latest_day_is_over(berlin: None) -> None:
    """Where a law counts hours and a later day is plausible, the instant is `due` until that day is over, then `passed`."""
    at = datetime(2026, 11, 5, 9).astimezone()
    one = Stage(
        case="a-1",
        kind="response",
        stage="",
        due=at.date(),
        latest=date(2026, 11, 7),
        what="a's response",
        article="Art. 1",
        at=at,
    )
    names = [(hours, stages_of.reached(one, at + timedelta(hours=hours))) for hours in (-13, -12, -3, 0, 62, 63)]
    assert names == [(-13, ""), (-12, "12h"), (-3, "3h"), (0, "due"), (62, "due"), (63, "passed")]
    told = reminding.text(one, "due", at.date(), at, Speech(""))
    assert told == "a-1: a's response was due on 5 November 2026, 09:00 (UTC+0100) (Art. 1)"


def test_a_link_says_how_many_hours_are_left(ledger: Ledger, berlin: None) -> None:
    """A link's line names the company's case, the instant and the hours that are left."""
    at = datetime.fromisoformat("2026-11-20T12:00").astimezone()
    link = happened(K.LINK_RECEIVED, "11-20", recorded_at=at, promises=(LINK,))
    case = add(ledger, happened(K.ACCEPTED, "11-19", SETTINGS), link)
    channel = Taker()
    remind(ledger, "2026-11-21T01:30", channel)
    assert channel.lines == [
        f"{case}: your download ends on 21 November 2026, 12:00 (UTC+0100), 11 hours left (Promise of the provider, not a law)"
    ]
    ledger.append(case, happened(K.DOWNLOADED, "11-21"))
    assert remind(ledger, "2026-11-21T10:00", channel).news == []


def test_to_look_again_is_announced_when_its_day_comes(tmp_path: Path) -> None:
    """What was seen is to be looked at again from the day that its playbook names: announced once."""
    seen = happened(
        K.VERIFIED, "11-01", SETTINGS, data={"recheck_on": "2026-12-01", "playbook": "openai/training-opt-out"}
    )
    with Ledger(tmp_path) as ledger:
        add(ledger, happened(K.DRAFTED, "11-01", SETTINGS), happened(K.SUBMITTED, "11-01", SETTINGS), seen)
        assert stages(ledger, "2026-11-30") == []
        channel = Taker()
        assert stages(ledger, "2026-12-05", channel) == ["ask"]
        assert stages(ledger, "2026-12-06", channel) == []
    assert channel.lines == ["openai-1: look again whether it stayed so"]


def test_an_own_limit_is_announced_from_a_month_before(tmp_path: Path) -> None:
    """The limit that the law sets the person is announced 30 and 7 days and 1 day before, and on the day; a complaint ends it."""
    denied = (*SENT, happened(K.DENIED, "11-05"))
    with Ledger(tmp_path) as ledger:
        add(ledger, *denied, residence="AT-9")
        taken_up = add(ledger, *denied, residence="AT-9")
        days = ("2027-10-05", "2027-10-06", "2027-10-29", "2027-11-04", "2027-11-05", "2027-11-06")
        ledger.append(taken_up, happened(K.COMPLAINED, "2027-10-01"))
        said = [
            (one.case, one.stage)
            for day in days
            for one in remind(ledger, day).news
            if one.kind != "authority-progress"
        ]
    assert [stage for case, stage in said if case == "openai-1"] == ["month", "week", "day", "due", "passed"]
    assert [one for one in said if one[0] == taken_up and "limit" in one[1]] == []


def test_a_dry_run_tells_and_keeps_nothing(ledger: Ledger) -> None:
    """What would be announced is told, no channel is given anything, and it is still news afterwards."""
    channel = Taker()
    assert [one.stage for one in remind(ledger, "2026-11-25", channel, act=False).news] == ["week"]
    assert channel.got == []
    assert stages(ledger, "2026-11-25", channel) == ["week"]


def test_a_store_that_another_run_locks_is_told_before_anything_is_sent(ledger: Ledger) -> None:
    """While another program holds the store, nothing is sent and StoreLocked says so; afterwards it is sent once."""
    channel = Taker()
    with closing(sqlite3.connect(ledger.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        for _ in range(3):
            with pytest.raises(StoreLocked):
                remind(ledger, "2026-11-25", channel)
        other.execute("ROLLBACK")
    assert channel.got == []
    remind(ledger, "2026-11-25", channel)
    remind(ledger, "2026-11-25", channel)
    assert len(channel.got) == 1


def test_a_store_that_is_locked_while_sending_sends_nothing_twice(ledger: Ledger) -> None:
    """Once the channel has it, nothing more need be written to the store: a lock taken meanwhile changes nothing."""
    with closing(sqlite3.connect(ledger.path, isolation_level=None)) as other:
        channel = Taker(before=lambda: other.execute("BEGIN IMMEDIATE"))
        remind(ledger, "2026-11-25", channel)
        channel.before = lambda: None
        other.execute("ROLLBACK")
    assert remind(ledger, "2026-11-25", channel).news == []
    assert len(channel.got) == 1


def test_a_lock_is_waited_for_and_then_told(tmp_path: Path) -> None:
    """Only one run has its turn; another one waits, and says so when it waited in vain; a freed turn is taken at once."""
    with (
        taken(tmp_path, "remind", timeout=0),
        pytest.raises(StoreLocked, match="another dsr remind"),
        taken(tmp_path, "remind", timeout=0.05),
    ):
        raise AssertionError
    with taken(tmp_path, "remind", timeout=0):
        assert (tmp_path / "remind.lock").stat().st_mode & 0o777 == 0o600


def test_a_damaged_note_of_what_was_in_flight_is_told(ledger: Ledger) -> None:
    """What was in flight cannot be known from a damaged note: the file is named, and nothing is guessed."""
    (ledger.home / "remind-taker.sending").write_bytes(b"[[1, 2")
    with pytest.raises(StoreProblem, match=r"remind-taker\.sending"):
        remind(ledger, "2026-11-25", Taker())


def test_a_wiped_or_closed_case_is_not_announced(ledger: Ledger) -> None:
    """After a case was closed its stages are no news any more, on no channel."""
    ledger.append("openai-1", happened(K.CLOSED, "11-20"))
    assert stages(ledger, "2026-12-10") == []


def test_many_are_one_message(ledger: Ledger) -> None:
    """What is new at the same time goes over a channel in one piece, each line with an id of its own."""
    for _ in range(4):
        add(ledger, *SENT, happened(K.RECEIVED, "11-02", EMAIL))
    channel = Taker()
    remind(ledger, "2026-11-25", channel)
    [notice] = channel.got
    assert notice.title == "dsr: 5 reminders"
    assert len(notice.lines) == 5
    assert notice.text.splitlines()[-1] == "What needs you, and the command for it: dsr next"


def test_what_an_older_dsr_announced_is_not_announced_again(tmp_path: Path) -> None:
    """A store of before the channels: what was announced was told at the terminal; other channels start afresh."""
    path = tmp_path / "store.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        migrate(db, path, MIGRATIONS[:3])
        db.execute(
            "INSERT INTO announced VALUES ('openai-1', 'response', 'week', '2026-12-02', '2026-11-25T10:00:00+00:00')"
        )
    with Ledger(tmp_path) as ledger:
        add(ledger, *SENT)
        assert stages(ledger, "2026-11-25", Taker("terminal")) == []
        assert stages(ledger, "2026-11-25", Taker("email")) == ["week"]


def test_what_is_in_flight_is_no_news_to_others(ledger: Ledger) -> None:
    """While a channel works, no file beside the store says which company, case or date it is about: nothing seals it."""
    seen = []
    channel = Taker(before=lambda: seen.append((ledger.home / "remind-taker.sending").read_bytes()))
    remind(ledger, "2026-11-25", channel)
    assert channel.got
    assert re.fullmatch(rb"[0-9a-f]{32}", seen[0])


def test_what_an_older_dsr_had_in_flight_is_announced_again(ledger: Ledger) -> None:
    """A note of an older dsr, which names what was in flight, is still understood."""
    channel = Taker()
    remind(ledger, "2026-11-25", channel)
    [row] = ledger.notices("taker").known()
    (ledger.home / "remind-taker.sending").write_bytes(msgspec.json.encode([row]))
    remind(ledger, "2026-11-25T13:00", channel)
    remind(ledger, "2026-11-25T14:00", channel)
    assert [list(one.lines) for one in channel.got] == [list(channel.got[0].lines)] * 2
