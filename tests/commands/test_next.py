"""`dsr next`, the front door: grouped by how soon, in the person's dates, and in full sentences for the ear."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from dsr.model import Entity, Event, EventKind, Promise, Request, Right, Route
from dsr.store import Ledger

Dsr = Callable[..., Any]
K = EventKind
LINK = Promise(kind="link-expires", source="help", hours=48, after=K.LINK_RECEIVED, whose="subject")


def happened(kind: EventKind, on: str, route: Route | None = None, **more: Any) -> Event:
    at = datetime.fromisoformat(f"{on}T12:00").astimezone()
    return Event(kind=kind, on=at.date(), recorded_at=at.astimezone(UTC), route=route, **more)


@pytest.fixture
def cases(home: Path, person_profile: None) -> None:
    """A letter that is late, one that is waited for, one not sent, a download link, and a switch to look at again."""
    lives = (
        [happened(K.DRAFTED, "2026-10-01", Route.EMAIL), happened(K.SENT, "2026-10-02", Route.EMAIL)],
        [happened(K.DRAFTED, "2026-11-20", Route.EMAIL), happened(K.SENT, "2026-11-20", Route.EMAIL)],
        [happened(K.DRAFTED, "2026-11-20", Route.POST)],
        [happened(K.ACCEPTED, "2026-11-20", Route.SETTINGS), happened(K.LINK_RECEIVED, "2026-11-24", promises=(LINK,))],
        [happened(K.VERIFIED, "2026-10-26", Route.SETTINGS, data={"recheck_on": "2026-11-25"})],
    )
    with Ledger(home) as ledger:
        for life in lives:
            made = ledger.add(
                lambda number: Request(
                    id=f"openai-{number}", subject="me", controller="openai", regime="eu-gdpr", right=Right.ACCESS,
                    entity=Entity("OpenAI", "IE"), residence="DE-BE", reference="AB", created_at=datetime.now(UTC),
                ),
                lambda _, life=life: life[0],  # type: ignore[misc]
            )  # fmt: skip
            for event in life[1:]:
                ledger.append(made.id, event)


def shape(out: str) -> list[str]:
    """The titles as they are, and the first word of each item."""
    lines = [line for line in out.splitlines() if not line.startswith("      ")]
    return [line if not line.startswith(" ") else line.split(":")[0].strip() for line in lines]


def test_what_needs_you_is_grouped_by_how_soon(dsr: Dsr, cases: None) -> None:
    """Overdue, today, soon, without a date, then what is waited for; each with its command."""
    told = dsr("next", "--on", "2026-11-25")
    assert " ".join(shape(told.out)) == (
        "Needs you, overdue: openai-1 Needs you today: openai-5 Needs you within 7 days: openai-4 Needs you: openai-3 "
        "Waiting: openai-2"
    )
    assert "openai-1: remind openai: its time is over, since 2 November 2026 (23 days ago)" in told.out
    assert "openai-2: wait for openai (response), until 21 December 2026 (in 26 days)" in told.out
    assert "      dsr reply openai-1 reminder\n" in told.out


def test_a_link_says_until_which_hour(dsr: Dsr, cases: None) -> None:
    """A date that is an instant is told with its time; over, it is told to have ended."""
    assert "download the export, by 26 November 2026, 12:00 (UTC" in dsr("next", "--on", "2026-11-25").out
    late = dsr("next", "--on", "2026-11-27").out
    assert "download the export, ended 26 November 2026, 12:00 (UTC" in late


def test_dates_are_in_the_language_of_the_profile(dsr: Dsr, cases: None) -> None:
    """Dates and ages follow the language of the profile; commands do not."""
    dsr("profile", "set", "language", "de")
    told = dsr("next", "--on", "2026-11-25").out
    assert "since 2. November 2026 (vor 23 Tagen)" in told
    assert "dsr reply openai-1 reminder" in told
    dsr("profile", "set", "language", "fr")
    assert "2 novembre 2026 (il y a 23 jours)" in dsr("next", "--on", "2026-11-25").out


def test_plain_is_full_sentences(dsr: Dsr, cases: None) -> None:
    """No indentation, no brackets around words, no colon; every line is a sentence or a command; nothing is left out."""
    told = dsr("next", "--plain", "--on", "2026-11-25")
    lines = told.out.splitlines()
    assert lines[0] == "4 things need you."
    assert (
        lines[1]
        == "Number 1, case openai-1. Please remind openai, its time is over. It was due on 2 November 2026, 23 days ago."
    )
    commands = [line for line in lines if line.startswith("dsr ")]
    spoken = [line for line in lines if not line.startswith("dsr ")]
    assert len(commands) == 4
    assert all(line.endswith(".") and line[0] == line[0].upper() and line == line.strip() for line in spoken)
    assert not [line for line in spoken if re.search(r"[:;>*|] | \(", line)]
    assert "Art. 12(3) GDPR" in told.out
    assert lines[-1] == "Case openai-2. You wait for openai, response, until 21 December 2026, in 26 days."


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal of Unix")
@pytest.mark.parametrize(("more", "longest"), [([], 60), (["--plain"], 200)])
def test_a_screen_reader_gets_whole_sentences(home: Path, cases: None, more: list[str], longest: int) -> None:
    """At a narrow terminal lines are broken for the eye; with --plain each sentence stays in one piece."""
    import pty

    master, slave = pty.openpty()
    call = [sys.executable, "-m", "dsr", "next", "--on", "2026-11-25", *more]
    with subprocess.Popen(call, stdout=slave, env=os.environ | {"COLUMNS": "60"}) as run:
        os.close(slave)
        shown = b""
        with contextlib.suppress(OSError):  # the end of a terminal
            while part := os.read(master, 65536):
                shown += part
        os.close(master)
    assert run.returncode == 0
    widest = max(len(line) for line in shown.decode().splitlines())
    assert longest - 100 < widest <= longest


def test_plain_with_nothing_to_do(dsr: Dsr) -> None:
    """Nothing is said in one sentence."""
    assert dsr("next", "--plain").out == "Nothing needs you now.\n"


def test_the_rows_are_the_same_for_a_program(dsr: Dsr, cases: None) -> None:
    """With --json the rows are the items in the same order, with or without --plain."""
    rows = [dsr("next", "--on", "2026-11-25", "--json", *more).json()["data"]["rows"] for more in ([], ["--plain"])]
    assert rows[0] == rows[1]
    assert [row["case"] for row in rows[0] if row["needs_you"]] == ["openai-1", "openai-5", "openai-4", "openai-3"]
