"""The calendar file: imported again it updates and closes what it brought before; it says nothing about the person."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import vobject
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from dsr.calendar import Alarm, Entry, State, render
from dsr.errors import BadData

Dsr = Callable[..., Any]
GERMAN_TITLE = "OpenAI: Antwort (openai-1)"


def stored(content: bytes, before: dict[str, Any] | None = None) -> dict[str, Any]:
    """What a calendar program holds after importing a file over what it held: by UID, the higher SEQUENCE wins (RFC 5545)."""
    held = dict(before or {})
    for event in vobject.readOne(content.decode()).contents.get("vevent", []):
        known = held.get(event.uid.value)
        if known is None or int(event.sequence.value) > int(known.sequence.value):
            held[event.uid.value] = event
    return held


def titles(held: dict[str, Any]) -> dict[str, str]:
    """Title and status of all entries."""
    return {event.summary.value: event.status.value for event in held.values()}


@pytest.fixture
def sent(dsr: Dsr, person_profile: None) -> None:
    """A letter to OpenAI, sent on 2 November 2026."""
    assert dsr("request-export", "openai", "--via", "email", "--yes").exit_code == 0
    assert dsr("log", "openai-1", "sent", "--via", "email", "--on", "2026-11-02").exit_code == 0


def test_a_second_program_reads_every_date(dsr: Dsr, sent: None, tmp_path: Path) -> None:
    """vobject finds the date of the law as a whole day with its alarms, article and reason, and the possible one as tentative."""
    out = tmp_path / "cases.ics"
    told = dsr("calendar", "--out", str(out), "--json")
    assert told.exit_code == 0
    assert [row["state"] for row in told.json()["data"]["rows"]] == ["CONFIRMED", "TENTATIVE"]
    first, second = vobject.readOne(out.read_text()).vevent_list
    assert (first.dtstart.value, first.dtend.value) == (date(2026, 12, 2), date(2026, 12, 3))
    assert first.status.value == "CONFIRMED"
    assert "Art. 12(3) GDPR: 1 month from 2 November 2026" in first.description.value
    assert first.url.value.startswith("https://eur-lex.europa.eu/")
    rings = [alarm.trigger.value for alarm in first.valarm_list]
    assert rings == [timedelta(days=days, hours=9) for days in (-7, -1, 0, 1)]
    assert (second.status.value, second.dtstart.value) == ("TENTATIVE", date(2027, 2, 2))
    assert "valarm" not in second.contents


def test_a_link_ends_at_an_instant(dsr: Dsr, person_profile: None, tmp_path: Path) -> None:
    """The end of a download link is an instant in UTC, 24 hours after the link, and rings 12 and 3 hours before."""
    dsr("request-export", "openai", "--via", "email", "--yes")
    for kind in ("submitted", "accepted", "link-received"):
        assert dsr("log", "openai-1", kind, "--via", "settings").exit_code == 0
    link = dsr("show", "openai-1", "--json").json()["data"]["events"][-1]
    dsr("calendar", "--out", str(tmp_path / "x.ics"))
    events = vobject.readOne((tmp_path / "x.ics").read_text()).vevent_list
    (ends,) = [event for event in events if "link" in event.summary.value]
    at = datetime.fromisoformat(link["recorded_at"]) + timedelta(hours=24)
    assert ends.dtstart.value == at.replace(microsecond=0)
    assert [alarm.trigger.value for alarm in ends.valarm_list] == [timedelta(hours=-12), timedelta(hours=-3)]


def test_importing_again_updates_and_closes(dsr: Dsr, sent: None, tmp_path: Path) -> None:
    """After an extension, an answer, and a correction that takes all back, the calendar program holds what holds now, by the
    SEQUENCE alone; nothing is doubled and nothing cancelled rings."""
    out = tmp_path / "cases.ics"

    def after(*event: str) -> dict[str, str]:
        nonlocal held
        assert dsr("log", "openai-1", *event).exit_code == 0
        assert dsr("calendar", "--out", str(out)).exit_code == 0
        held = stored(out.read_bytes(), held)
        assert all("valarm" not in one.contents for one in held.values() if one.status.value != "CONFIRMED")
        return titles(held)

    dsr("calendar", "--out", str(out))
    held = stored(out.read_bytes())
    assert after("extended", "--on", "2026-11-20") == {
        "No longer counts: OpenAI: answer (openai-1)": "CANCELLED",
        "OpenAI: answer, extended (openai-1)": "CONFIRMED",
    }
    assert after("answered", "--on", "2026-11-21") == {
        "Done: OpenAI: answer (openai-1)": "CANCELLED",
        "Done: OpenAI: answer, extended (openai-1)": "CANCELLED",
    }
    number = dsr("show", "openai-1", "--json").json()["data"]["events"][1]["seq"]
    assert after("correct", "--event", "4", "--as", "void")["OpenAI: answer, extended (openai-1)"] == "CONFIRMED"
    dsr("log", "openai-1", "correct", "--event", "3", "--as", "void")
    assert after("bounced", "--on", "2026-11-05") == {
        "No longer counts: OpenAI: answer (openai-1)": "CANCELLED",
        "No longer counts: OpenAI: answer, extended (openai-1)": "CANCELLED",
    }
    assert number == 2
    assert len(held) == 2


def test_the_same_cases_are_the_same_bytes(dsr: Dsr, sent: None, tmp_path: Path) -> None:
    """Written twice, over itself or elsewhere, the file is the same, and only its owner may read it."""
    one, other = tmp_path / "one.ics", tmp_path / "other.ics"
    for path in (one, one, other):
        assert dsr("calendar", "--out", str(path)).exit_code == 0
    assert one.read_bytes() == other.read_bytes()
    assert stat.S_IMODE(one.stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home", "one.ics", "other.ics"]


def test_nothing_of_the_person_but_case_company_and_right(dsr: Dsr, home: Path, tmp_path: Path) -> None:
    """Neither name, mail, residence nor notes are in the file, though the count asks where the person lives."""
    dsr("profile", "init", "--name", "Ada Lovelace", "--email", "ada@home.example", "--residence", "GB-SCT")
    dsr("request-export", "openai", "--via", "email", "--yes")
    dsr("log", "openai-1", "sent", "--via", "email", "--on", "2026-11-24", "--note", "my secret is 4711")
    dsr("log", "openai-1", "received", "--on", "2026-11-25")
    assert "the holidays of GB could move it" in dsr("show", "openai-1").out
    dsr("calendar", "--out", str(tmp_path / "x.ics"))
    text = (tmp_path / "x.ics").read_text().replace("\r\n ", "")
    assert "the holidays where you live could move it" in text
    found = [word for word in ("Ada", "Lovelace", "home.example", "4711", "GB", "SCT", "Scotland") if word in text]
    assert found == []


def test_a_wiped_case_leaves_a_cancelled_day(dsr: Dsr, sent: None, tmp_path: Path) -> None:
    """After `vault wipe` the next file closes the entries and keeps nothing of them but their days."""
    out = tmp_path / "cases.ics"
    dsr("calendar", "--out", str(out))
    held = stored(out.read_bytes())
    dsr("vault", "wipe", "openai-1", "--yes")
    dsr("calendar", "--out", str(out))
    assert titles(stored(out.read_bytes(), held)) == {"No longer in dsr": "CANCELLED"}
    assert b"openai" not in out.read_bytes().lower()
    closed = out.read_bytes()
    dsr("calendar", "--out", str(out))
    assert out.read_bytes() == closed


def test_a_file_of_somebody_else_is_never_overwritten(dsr: Dsr, sent: None, tmp_path: Path) -> None:
    """A calendar that dsr did not write stays as it is; so does one that is damaged."""
    theirs = b"BEGIN:VCALENDAR\r\nPRODID:-//Somebody//EN\r\nEND:VCALENDAR\r\n"
    for number, content in enumerate([theirs, b"x", b"PRODID:-//dsr//dsr-toolkit//EN\nBEGIN:VEVENT\nEND:VTODO"]):
        path = tmp_path / f"{number}.ics"
        path.write_bytes(content)
        told = dsr("calendar", "--out", str(path))
        assert (told.exit_code, path.read_bytes()) == (11, content)
        assert "dsr: hint: name another file" in told.err
    assert dsr("calendar", "--out", str(tmp_path)).exit_code == 11


def test_without_the_library_the_extra_is_named(home: Path, tmp_path: Path) -> None:
    """Without icalendar the error says what to install, and nothing is written."""
    program = "import sys; sys.modules['icalendar'] = None; from dsr.cli import main; main(sys.argv[1:])"
    run = subprocess.run(
        [sys.executable, "-c", program, "calendar", "--out", "x.ics", "--json"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    error = json.loads(run.stdout)["error"]
    assert (run.returncode, error["kind"]) == (11, "missing-extra")
    assert "dsr-toolkit[ics]" in error["hint"]
    assert list(tmp_path.glob("*.ics")) == []


def test_titles_and_dates_are_in_the_language_of_the_person(dsr: Dsr, sent: None, tmp_path: Path) -> None:
    """With German in the profile, titles, the right and the days are German; article and reason are the law room's."""
    dsr("profile", "set", "language", "de")
    dsr("calendar", "--out", str(tmp_path / "x.ics"))
    event = vobject.readOne((tmp_path / "x.ics").read_text()).vevent
    assert event.summary.value == GERMAN_TITLE
    assert [alarm.description.value for alarm in event.valarm_list][:2] == [
        f"{GERMAN_TITLE}: in 7 Tagen",
        f"{GERMAN_TITLE}: morgen",
    ]


ENTRIES = st.builds(
    Entry,
    uid=st.sampled_from("abc"),
    sequence=st.integers(0, 5),
    revised_at=st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)).map(lambda at: at.replace(tzinfo=UTC)),
    state=st.sampled_from(State),
    start=st.dates(date(2026, 1, 1), date(2027, 1, 1)),
    title=st.text(max_size=20),
    says=st.text(max_size=20),
    alarms=st.lists(st.builds(Alarm, st.timedeltas(timedelta(-9), timedelta(9)), st.text(max_size=5)), max_size=2).map(
        tuple
    ),
)
FILES = st.lists(st.lists(ENTRIES, max_size=3, unique_by=lambda entry: entry.uid), min_size=2, max_size=4)


@settings(max_examples=60, deadline=None)
@given(FILES)
def test_a_sequence_grows_with_every_change_and_never_goes_back(files: list[list[Entry]]) -> None:
    """Whatever entries follow each other, a program that goes by SEQUENCE holds those of the last file; written twice, a file
    is the same."""
    previous, held = b"", {}
    for entries in files:
        content = render(entries, name="n", gone="gone", previous=previous)
        assert render(entries, name="n", gone="gone", previous=content) == content
        held = stored(content, held)
        alone = stored(render(entries, name="n", gone="gone"))
        for uid, entry in alone.items():
            assert (held[uid].summary.value, held[uid].status.value) == (entry.summary.value, entry.status.value)
            assert held[uid].dtstart.value == entry.dtstart.value
        assert {uid for uid, one in held.items() if one.status.value != "CANCELLED"} <= set(alone)
        previous = content


@settings(max_examples=150, deadline=None)
@given(st.data())
@pytest.mark.filterwarnings("ignore::Warning")
def test_a_damaged_file_is_refused_or_replaced(data: st.DataObject) -> None:
    """Whatever happened to the file of last time, byte by byte, it is taken or refused with an error of ours."""
    entries = [
        Entry(
            uid=str(number),
            sequence=1,
            revised_at=datetime(2026, 1, 1, tzinfo=UTC),
            state=State.CONFIRMED,
            start=start,
            title="a, b; c",
            says="x" * 100,
            alarms=(Alarm(timedelta(hours=-3), "soon"),),
        )
        for number, start in enumerate((date(2026, 2, 2), datetime(2026, 2, 2, 3, tzinfo=UTC)))
    ]
    content = bytearray(render(entries, name="n", gone="gone"))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(content) - 1))
        until = min(len(content), at + data.draw(st.integers(1, 60)))
        new = data.draw(st.sampled_from([b"", bytes(content[at:until]) * 2, b"\xff", b"\r\n", b"0", b"9" * 8, b":;"]))
        content[at:until] = new
    try:
        made = render(entries[:1], name="n", gone="gone", previous=bytes(content))
    except BadData:
        return
    assert made.count(b"BEGIN:VEVENT") >= 1


def test_a_hostile_title_stays_one_line() -> None:
    """Line ends, escapes, turned directions and a megabyte in a name add no property and no entry to the file."""
    entry = Entry(
        uid="u",
        sequence=0,
        revised_at=datetime(2026, 1, 1, tzinfo=UTC),
        state=State.CONFIRMED,
        start=date(2026, 1, 2),
        title="a\r\nATTACH:evil\nEND:VEVENT\x1b[31m\u202e\u2028\u2066",
        says="x" * 1_000_000,
    )
    content = render([entry, structs.replace(entry, uid="v")], name="n", gone="gone")
    first, _ = vobject.readOne(content.decode()).vevent_list
    assert first.summary.value == "a\nATTACH:evil\nEND:VEVENT[31m"
    assert "attach" not in first.contents
    assert len(content) < 10_000
    with pytest.raises(BadData):
        render([entry], name="n", gone="gone", previous=b"BEGIN:VCALENDAR")
