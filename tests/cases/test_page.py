"""The report: one file that loads nothing; what it shows is what the log says; what is hostile in it is text."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from casework import EMAIL, SETTINGS, K, case, corrected, day, happened
from msgspec import structs

from dsr.cases import page
from dsr.cases.desk import Desk
from dsr.dossier import render
from dsr.model import Entity, Event, Evidence, Request, Right, Subject
from dsr.report import Terminal
from dsr.store import Ledger

Dsr = Callable[..., Any]
NASTY = "<script>alert(1)</script>\u202e\x1b[31m'\"&{{ 7*7 }}\u2066 end"
DRAFT, SENT = happened(K.DRAFTED, "11-01", EMAIL), happened(K.SENT, "11-02", EMAIL)


class Shown(HTMLParser):
    """A page taken apart: its tags with their attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        """All text in one line."""
        return " ".join(" ".join(self.words).split())


def shown(
    folder: Path, *cases: tuple[Request, list[Event]], on: str = "11-22", subject: Subject | None = None
) -> Shown:
    """The report of some cases on a day, taken apart."""
    folder.mkdir(exist_ok=True)
    with Ledger(folder) as ledger:
        if subject:
            ledger.put_subject(subject)
        for request, events in cases:
            ledger.add(lambda _, one=request: one, lambda _, first=events[0]: first)  # type: ignore[misc]
            for event in events[1:]:
                ledger.append(request.id, event)
        now = datetime(2026, 11, 22, tzinfo=UTC)
        desk = Desk(home=folder, ledger=ledger, person=Terminal(as_json=True), now=lambda: now, today=day(on))
        return Shown(render(page.gather(desk)))


def test_the_file_may_load_nothing(tmp_path: Path) -> None:
    """The policy forbids everything but the one style sheet, which its hash names; there is no script, no style attribute, and no
    address but links to be pressed."""
    found = shown(tmp_path, (case(), [DRAFT, SENT]))
    policy = next(attrs["content"] for tag, attrs in found.tags if attrs.get("http-equiv") == "Content-Security-Policy")
    sheet = next(words for words in found.words if ":root {" in words)
    digest = b64encode(sha256(sheet.encode()).digest()).decode()
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
    )
    assert "url(" not in sheet
    assert "@import" not in sheet
    names = {name for _, attrs in found.tags for name in attrs}
    assert not {name for name in names if name.startswith("on")} | names & {"style", "src", "srcset"}
    assert {tag for tag, _ in found.tags} & {"script", "iframe", "object", "embed", "base", "form", "img"} == set()
    links = [attrs["href"] or "" for tag, attrs in found.tags if tag in ("a", "link")]
    assert all(link.startswith(("#", "data:,", "file://", "https://eur-lex.europa.eu/")) for link in links)


def test_hostile_names_are_shown_as_text(tmp_path: Path) -> None:
    """Markup, directions, escapes and a megabyte in a name, a note, evidence or a slug stay text and end somewhere."""
    proof = Evidence(kind=NASTY, sha256="0" * 64, path="cases/<b>.txt", taken_at=datetime(2026, 11, 1, tzinfo=UTC))
    events = [
        structs.replace(DRAFT, note=NASTY, evidence=(proof,)),
        structs.replace(SENT, note="y" * 1_000_000),
        happened(K.ANSWERED, "11-10", note=NASTY),
    ]
    request = structs.replace(case(), entity=Entity(name=NASTY, place="IE"), controller=NASTY, reference=NASTY)
    person = Subject(id="me", name=NASTY, residence="DE-BE")
    found = shown(tmp_path, (request, events), subject=person)
    assert "script" not in {tag for tag, _ in found.tags}
    assert "<script>alert(1)</script>[U+202E][U+001B][31m'\"&{{ 7*7 }}[U+2066] end" in found.text
    assert "cases/<b>" not in found.text
    assert "<b>.txt" in found.text
    assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069]", "".join(found.words))
    assert "yyy … (1000000)" in found.text
    assert len(found.text) < 60_000


def test_evidence_is_linked_only_where_it_lies(tmp_path: Path) -> None:
    """A file that is there is a link to it; one that is gone is named as not found; one outside dsr's folder is no link."""
    at = datetime(2026, 11, 1, tzinfo=UTC)
    home = tmp_path / "home"
    shown(home)  # a store is there before any letter
    (home / "cases").mkdir()
    (home / "cases" / "a b%.txt").write_text("x")
    (tmp_path / "secret.txt").write_text("x")
    kept = [
        Evidence(kind="letter", sha256=str(number) * 64, path=path, taken_at=at)
        for number, path in enumerate(["cases/a b%.txt", "cases/gone.txt", "../secret.txt", "cases"])
    ]
    found = shown(home, (case(), [structs.replace(DRAFT, evidence=tuple(kept))]))
    links = [attrs["href"] for tag, attrs in found.tags if tag == "a" and (attrs["href"] or "").startswith("file:")]
    assert links == [(home / "cases" / "a b%.txt").as_uri()]
    assert found.text.count("file not found") == 3
    assert all(one.sha256 in found.text for one in kept)


def test_the_page_says_what_the_log_says(tmp_path: Path) -> None:
    """Status, date, article, events and what needs the person are those of the other commands; a mended entry stays."""
    request = case()
    events = [DRAFT, SENT, happened(K.ACKNOWLEDGED, "11-03"), corrected(3, "acknowledged", "11-04")]
    text = shown(tmp_path, (request, events), on="2026-12-10").text
    assert "Data requests" in text
    assert "As of 10 December 2026" in text
    assert "Overdue" in text
    assert "Was due 2 December 2026 8 days ago" in text
    assert "1 month from 2 November 2026 ends on 2 December 2026" in text
    assert "Remind openai: its time is over".lower() in text.lower()
    assert "dsr reply openai-1 reminder" in text
    assert "3 Nov 2026 Receipt acknowledged (mended later)" in text
    assert "4 Nov 2026 Receipt acknowledged" in text


def test_nobody_is_late_before_the_latest_day(tmp_path: Path) -> None:
    """Between the due day and the latest plausible one the report shows both and calls nobody late."""
    asked = happened(K.IDENTITY_REQUESTED, "11-05", data={"suspension": "denied"})
    events = [DRAFT, SENT, asked, happened(K.IDENTITY_GIVEN, "11-12")]
    text = shown(tmp_path, (case(), events), on="2026-12-04").text
    assert "Due 2 December 2026 2 days ago · latest 10 December 2026" in text
    assert "overdue 0 " in text
    assert "Was due" not in text
    later = shown(tmp_path / "b", (case(), events), on="2026-12-11").text
    assert "overdue 1 " in later
    assert "Was due 2 December 2026 latest 10 December 2026 · yesterday" in later


def test_answer_times_are_counted_from_arrival(tmp_path: Path) -> None:
    """For each company: how many requests arrived and were answered, median and longest in days, and which came in time."""

    def one(number: int, sent: str, *more: Event) -> tuple[Request, list[Event]]:
        draft = happened(K.DRAFTED, sent, EMAIL)
        request = structs.replace(case(), id=f"openai-{number}", right=list(Right)[number])
        return request, [draft, structs.replace(draft, kind=K.SENT), *more]

    cases = [
        one(1, "10-01", happened(K.ANSWERED, "10-11")),
        one(2, "10-01", happened(K.DENIED, "11-20")),
        one(3, "10-01", happened(K.ANSWERED, "10-21")),
        one(4, "11-12"),
    ]
    found = shown(tmp_path, *cases, (structs.replace(case(), id="openai-9"), [happened(K.DRAFTED, "11-01", SETTINGS)]))
    row = found.text[found.text.index("How long answers took", 300) :]
    assert "OpenAI 4 3 20 days 50 days 2/3 10 days" in row


def test_no_cases_is_a_page_too(dsr: Dsr, home: Path) -> None:
    """An empty store gives a page that says so."""
    told = dsr("report", "--json")
    assert (told.exit_code, told.json()["data"]["rows"]) == (0, [])
    text = Shown((home / "report.html").read_text()).text
    assert "There are no cases yet." in text
    assert "Nothing needs you now." in text


def test_the_file_is_the_persons_own(dsr: Dsr, person_profile: None, home: Path, tmp_path: Path) -> None:
    """It is written whole, readable by its owner only, and the same for the same cases and day; else an error says so."""
    dsr("request-export", "openai", "--via", "email", "--yes")
    out = tmp_path / "r.html"
    for _ in range(2):
        told = dsr("report", "--out", str(out), "--on", "2026-12-01")
        assert (told.exit_code, told.out) == (0, f"Written: {out} (open it in any browser)\n")
    first = out.read_bytes()
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    dsr("report", "--out", str(out), "--on", "2026-12-01")
    assert out.read_bytes() == first
    refused = dsr("report", "--out", str(tmp_path))
    assert (refused.exit_code, "name another file" in refused.err) == (11, True)
    out.write_text("<!doctype html>my own page")
    refused = dsr("report", "--out", str(out))
    assert (refused.exit_code, out.read_text()) == (11, "<!doctype html>my own page")


def test_a_page_in_german(dsr: Dsr, person_profile: None, tmp_path: Path) -> None:
    """With German in the profile, words, dates, ages and plurals are German; what the law's room says is marked as English."""
    dsr("request-export", "openai", "--via", "email", "--yes")
    dsr("log", "openai-1", "sent", "--via", "email", "--on", "2026-11-02")
    dsr("profile", "set", "language", "de")
    dsr("report", "--out", str(tmp_path / "r.html"), "--on", "2026-11-22")
    found = Shown((tmp_path / "r.html").read_text())
    assert ("html", {"lang": "de"}) in found.tags
    for said in (
        "Datenschutz-Anfragen von Ada Lovelace",
        "Stand 22. November 2026",
        "Fällig am 2. Dezember 2026",
        "in 10 Tagen",
    ):
        assert said in found.text
    assert "Fall 1 Unternehmen" in found.text  # the figures: a number stands below its word
    assert {attrs.get("lang") for tag, attrs in found.tags if tag == "p"} >= {"en"}


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")
def test_it_is_opened_where_somebody_sits(home: Path, tmp_path: Path) -> None:
    """At a terminal the person's browser is given the file; with --no-open, or where nobody sits, it is not."""
    import pty

    seen = tmp_path / "seen"
    program = tmp_path / "browse"
    program.write_text(f'#!/bin/sh\necho "$1" >> "{seen}"\n')
    program.chmod(0o755)
    environment = os.environ | {"BROWSER": str(program)}
    master, slave = pty.openpty()
    call = [sys.executable, "-m", "dsr", "report", "--out", str(tmp_path / "r.html")]

    def run(*more: str, stdin: int) -> None:
        done = subprocess.run([*call, *more], env=environment, stdin=stdin, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr

    run("--no-open", stdin=slave)
    run(stdin=subprocess.DEVNULL)
    assert not seen.exists()
    run(stdin=slave)
    os.close(slave)
    os.close(master)
    assert seen.read_text() == f"{(tmp_path / 'r.html').as_uri()}\n"


def test_json_tells_where_it_is(dsr: Dsr, person_profile: None, home: Path) -> None:
    """With --json the envelope names the file, and that it was not opened."""
    dsr("request-export", "openai", "--via", "email", "--yes")
    data = json.loads(dsr("report", "--json").out)["data"]
    assert data == {
        "path": str(home / "report.html"),
        "opened": False,
        "rows": [{"case": "openai-1", "status": "Draft"}],
    }
