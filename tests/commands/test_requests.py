"""A request by letter: who answers, what is disclosed to whom, the files, and the clock once it is sent."""

from __future__ import annotations

import contextlib
import email
import email.policy
import hashlib
import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dsr.playbook import offers

Dsr = Callable[..., Any]

PERSON = [
    "--name",
    "Ada Lovelace",
    "--email",
    "ada@example.org",
    "--address",
    "Kastanienallee 1",
    "--address",
    "10435 Berlin",
]
LAWS = {
    "DE-BE": ("eu-gdpr", "OpenAI Ireland Limited", "2026-12-02", "Article 15"),
    "GB-SCT": ("uk-gdpr", "OpenAI OpCo, LLC", "2026-12-02", "Article 15"),
    "US-CA": ("us-ca-ccpa", "OpenAI OpCo, LLC", "2026-12-17", "1798"),
}


def lives_in(dsr: Dsr, residence: str) -> None:
    assert dsr("profile", "init", *PERSON, "--residence", residence).exit_code == 0


def contents(home: Path) -> dict[str, bytes | list[str]]:
    """Everything in a home folder: files by their bytes, the store by what it holds."""
    found: dict[str, bytes | list[str]] = {}
    for path in sorted(home.rglob("*")):
        if path.name == "store.db":
            with contextlib.closing(sqlite3.connect(path)) as db:
                found[path.name] = list(db.iterdump())
        elif path.is_file() and not path.name.startswith("store.db-"):
            found[str(path.relative_to(home))] = path.read_bytes()
    return found


@pytest.mark.parametrize("residence", LAWS)
@pytest.mark.parametrize("via", ["email", "post"])
@pytest.mark.parametrize("wish", ["request-export", "request-deletion"])
def test_a_request_by_letter(dsr: Dsr, home: Path, residence: str, via: str, wish: str) -> None:
    """From the wish to the running clock: preview, private files that match their hashes, log, date with its law."""
    regime, company, due, article = LAWS[residence]
    lives_in(dsr, residence)
    made = dsr(wish, "openai", "--via", via, "--yes", "--json").json()
    data = made["data"]
    assert (data["case"], data["status"], data["outcome"], data["commits"]) == ("openai-1", "draft", "drafted", 0)
    assert data["deadlines"] == []
    assert [route["route"] for route in data["routes"]] == ["settings", "portal", "email", "post"]

    preview = "\n".join(made["messages"])
    assert f"{company} must answer" in preview
    said = "name and e-mail" if via == "email" else "name, e-mail and postal address"
    assert f"It tells them your {said}, and nothing else about you." in preview
    assert ("To:       dsar@openai.com" if via == "email" else f"To:       {company}, ") in preview

    kinds = ["letter-text", "letter-email" if via == "email" else "letter-pdf"]
    assert [kept["kind"] for kept in data["evidence"]] == kinds
    for kept in data["evidence"]:
        file = home / kept["path"]
        assert hashlib.sha256(file.read_bytes()).hexdigest() == kept["sha256"]
        if os.name != "nt":
            assert stat.S_IMODE(file.stat().st_mode) == 0o600
            assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    text = (home / data["evidence"][0]["path"]).read_text(encoding="utf-8")
    assert company in text
    if wish == "request-export":
        assert article in text
    assert ("Kastanienallee 1" in text) is (via == "post")

    logged = dsr("log", "openai-1", "sent", "--via", via, "--on", "2026-11-02", "--json").json()["data"]
    dates = {one["kind"]: one for one in logged["deadlines"]}
    assert (dates["response"]["due"], dates["response"]["basis"]) == (due, "law" if via == "email" else "estimate")
    shown = dsr("show", "openai-1", "--json").json()["data"]
    assert (shown["request"]["regime"], shown["request"]["entity"]["name"]) == (regime, company)
    assert [event["kind"] for event in shown["events"]] == ["drafted", "sent"]


def test_the_mail_draft_parses(dsr: Dsr, home: Path) -> None:
    """The .eml is a draft that a mail program opens: addressed, unsent, with the letter as its body."""
    lives_in(dsr, "DE-BE")
    data = dsr("request-export", "openai", "--via", "email", "--yes", "--json").json()["data"]
    path = next(kept["path"] for kept in data["evidence"] if kept["path"].endswith(".eml"))
    mail = email.message_from_bytes((home / path).read_bytes(), policy=email.policy.default)
    assert (mail["To"], mail["From"], mail["X-Unsent"]) == ("dsar@openai.com", "Ada Lovelace <ada@example.org>", "1")
    reference = dsr("show", "openai-1", "--json").json()["data"]["request"]["reference"]
    assert reference in mail["Subject"]
    assert reference in mail.get_content()
    assert not mail.defects


@pytest.mark.parametrize("via", ["email", "post"])
def test_the_preview_names_the_account(dsr: Dsr, via: str) -> None:
    """Where the account has an e-mail of its own, the letter and the preview name that one."""
    lives_in(dsr, "DE-BE")
    dsr("profile", "set", "account", "openai=chat@example.org")
    told = dsr("request-export", "openai", "--via", via, "--dry-run")
    address = " and postal address" if via == "post" else ""
    said = "name, account e-mail" if address else "name and account e-mail"
    assert f"It tells them your {said}{address}, and nothing else about you." in told.out
    assert "chat@example.org" in told.out
    assert " ada@example.org" not in told.out


@pytest.mark.parametrize("command", ["request-export", "request-deletion", "opt-out"])
@pytest.mark.parametrize("via", ["settings", "portal", "email", "post"])
def test_a_dry_run_writes_nothing(dsr: Dsr, home: Path, command: str, via: str) -> None:
    """With --dry-run neither a file nor a row of the store changes, whatever the route."""
    lives_in(dsr, "DE-BE")
    before = contents(home)
    told = dsr(command, "openai", "--via", via, "--dry-run", "--json").json()
    assert told["exit_code"] == 0 or told["error"]["kind"] == "bad-data"
    if told["ok"]:
        assert (told["data"]["outcome"], told["data"]["commits"]) == ("dry-run", 0)
    assert contents(home) == before


def test_a_dry_run_shows_the_whole_letter(dsr: Dsr) -> None:
    """What would be written is shown in full, and that nothing was."""
    lives_in(dsr, "DE-BE")
    told = dsr("request-deletion", "openai", "--via", "post", "--dry-run")
    assert "Yours faithfully" in told.out
    assert told.out.endswith("Nothing was written (--dry-run).\n")


def test_nobody_there_to_answer_writes_nothing(dsr: Dsr, home: Path) -> None:
    """Without a terminal and without --yes a request stops before it begins: exit 10, in text and in JSON."""
    lives_in(dsr, "DE-BE")
    before = contents(home)
    for more in ([], ["--json"]):
        told = dsr("request-export", "openai", "--via", "email", *more)
        assert told.exit_code == 10
    assert told.json()["error"]["hint"] == "--yes answers it beforehand"
    assert any("It tells them your name and e-mail" in message for message in told.json()["messages"])
    assert contents(home) == before


def test_a_letter_is_not_sent_twice_by_the_same_route(dsr: Dsr) -> None:
    """Asked again, dsr continues the case: by the same route it refuses, by another one it writes the letter."""
    lives_in(dsr, "DE-BE")
    dsr("request-export", "openai", "--via", "email", "--yes")
    dsr("log", "openai-1", "sent", "--on", "2026-11-02")
    again = dsr("request-export", "openai", "--via", "email", "--yes")
    assert again.exit_code == 2
    assert "case openai-1: this letter went by email on 2026-11-02" in again.err
    by_post = dsr("request-export", "openai", "--via", "post", "--yes", "--json").json()["data"]
    assert by_post["case"] == "openai-1"
    dsr("log", "openai-1", "bounced", "--via", "email", "--on", "2026-11-03")
    assert dsr("request-export", "openai", "--via", "email", "--yes").exit_code == 0


def test_both_letters_of_a_case_have_one_reference(dsr: Dsr, home: Path) -> None:
    """The letter by post quotes the reference of the e-mail before it."""
    lives_in(dsr, "DE-BE")
    dsr("request-export", "openai", "--via", "email", "--yes")
    dsr("request-export", "openai", "--via", "post", "--yes")
    shown = dsr("show", "openai-1", "--json").json()["data"]
    texts = [
        (home / kept["path"]).read_text(encoding="utf-8") for kept in shown["evidence"] if kept["path"].endswith(".txt")
    ]
    assert len(texts) == 2
    assert all(shown["request"]["reference"] in text for text in texts)


def test_a_settled_case_is_not_continued(dsr: Dsr) -> None:
    """After the answer, asking again opens a case of its own."""
    lives_in(dsr, "DE-BE")
    dsr("request-export", "openai", "--via", "email", "--yes")
    dsr("log", "openai-1", "sent", "--on", "2026-11-02")
    dsr("log", "openai-1", "answered", "--on", "2026-11-10")
    assert dsr("request-export", "openai", "--via", "email", "--yes", "--json").json()["data"]["case"] == "openai-2"


def test_a_portal_is_a_checklist_in_a_case(dsr: Dsr) -> None:
    """A portal request opens a case and leaves the form to the person; the clock starts when it accepts."""
    lives_in(dsr, "DE-BE")
    told = dsr("request-deletion", "openai", "--via", "portal", "--yes")
    assert "1. Open https://privacy.openai.com/" in told.out
    assert "dsr log openai-1 submitted --via portal" in told.out
    assert "fill in the form of the portal" in dsr("next").out
    dsr("log", "openai-1", "submitted", "--on", "2026-11-02")
    accepted = dsr("log", "openai-1", "accepted", "--on", "2026-11-03", "--json").json()["data"]
    assert {one["kind"]: one["due"] for one in accepted["deadlines"]}["response"] == "2026-12-03"


def test_no_law_on_file_is_said_and_not_guessed(dsr: Dsr) -> None:
    """Where no law is on file, a letter needs a law by name."""
    lives_in(dsr, "PE")
    told = dsr("request-export", "openai", "--via", "email", "--yes")
    assert (told.exit_code, "no law pack covers PE" in told.err) == (11, True)
    assert dsr("letter", "access", "openai").exit_code == 12
    named = dsr("request-export", "openai", "--via", "email", "--regime", "gdpr", "--yes", "--json").json()["data"]
    assert dsr("show", named["case"], "--json").json()["data"]["request"]["regime"] == "eu-gdpr"


def test_a_portal_without_a_law_has_no_clock(dsr: Dsr) -> None:
    """Where no law is on file, a portal promises no legal clock."""
    lives_in(dsr, "PE")
    told = dsr("request-export", "openai", "--via", "portal", "--yes", "--json").json()
    assert {route["clock"] for route in told["data"]["routes"][1:]} == {"none; no law is on file for your residence"}
    assert told["data"]["waiting"] == ["no law pack covers residence PE: no legal date is stated"]


@pytest.mark.parametrize("suffix", [".txt", ".eml"])
def test_a_letter_without_a_case_is_written_to_a_file(dsr: Dsr, home: Path, tmp_path: Path, suffix: str) -> None:
    """`dsr letter --out` writes one private file, opens no case, and never overwrites."""
    lives_in(dsr, "DE-BE")
    before = contents(home)
    out = tmp_path / f"letter{suffix}"
    assert dsr("letter", "access", "openai", "--out", str(out)).exit_code == 0
    if os.name != "nt":
        assert stat.S_IMODE(out.stat().st_mode) == 0o600
    again = dsr("letter", "access", "openai", "--out", str(out))
    assert (again.exit_code, "is not overwritten" in again.err) == (2, True)
    assert contents(home) == before
    assert dsr("list").out == "No cases yet. Begin with: dsr request-export openai\n"


def test_a_rehearsal_leaves_the_real_cases_alone(dsr: Dsr, home: Path) -> None:
    """A letter rehearsed is in the rehearsal's store only, and every line says that it is one."""
    lives_in(dsr, "DE-BE")
    told = dsr("request-export", "openai", "--via", "email", "--yes", "--rehearse")
    assert told.exit_code == 0
    assert all(line.startswith("[rehearsal]") for line in told.out.splitlines())
    assert dsr("list", "--json").json()["data"]["rows"] == []
    assert len(dsr("list", "--rehearse", "--json").json()["data"]["rows"]) == 1
    assert not (home / "cases").exists()


def test_two_at_once_make_one_case(cli: Any, home: Path) -> None:
    """Of requests made at the same moment one makes the case; the others are told, and no second case appears."""
    assert (
        cli("profile", "init", "--name", "Ada Lovelace", "--email", "a@example.org", "--residence", "DE").exit_code == 0
    )
    command = [sys.executable, "-m", "dsr", "request-export", "openai", "--via", "email", "--yes", "--json"]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) for _ in range(4)]
    codes = sorted({(one.communicate()[0] and one.returncode) for one in running})
    assert set(codes) <= {0, 16}
    assert 0 in codes
    assert [row["case"] for row in cli("list", "--json").json()["data"]["rows"]] == ["openai-1"]


@pytest.mark.usefixtures("person_profile")
@pytest.mark.parametrize(("args", "chosen"), [((), "settings"), (("--via", "post"), "post")])
def test_the_chosen_route_is_marked_and_argued(dsr: Any, args: tuple[str, ...], chosen: str) -> None:
    """Exactly one route is marked as chosen, and why is told."""
    assert dsr("profile", "set", "address", "Street 1", "10435 Berlin").exit_code == 0
    answer = dsr("request-export", "openai", *args, "--dry-run", "--json").json()
    assert [row["route"] for row in answer["data"]["routes"] if row["chosen"]] == [chosen]
    assert any(line.startswith(f"Taking {chosen}, ") for line in answer["messages"])


@pytest.mark.parametrize("slug", ["stability-ai", "meta-ai"])
def test_a_form_for_the_objection_has_the_laws_clock(dsr: Dsr, slug: str) -> None:
    """What a company takes by a form of its own goes by the portal, with its steps, and the law counts once it is accepted."""
    lives_in(dsr, "DE-BE")
    told = dsr("opt-out", slug, "--yes", "--json").json()["data"]
    ways = {row["route"]: row for row in told["routes"]}
    assert (ways["portal"]["chosen"], ways["settings"]["available"]) == (True, False)
    assert set(offers.find(slug).offer["training-opt-out"].steps) < set(told["rows"])
    for kind in ("submitted", "accepted"):
        logged = dsr("log", f"{slug}-1", kind, "--via", "portal", "--json")
    assert ("response", "law") in {(one["kind"], one["basis"]) for one in logged.json()["data"]["deadlines"]}


def test_a_form_for_other_places_is_not_offered(dsr: Dsr) -> None:
    """Meta's objection form is not for people in the United States: they are not sent there."""
    lives_in(dsr, "US-CA")
    ways = {row["route"]: row for row in dsr("opt-out", "meta-ai", "--dry-run", "--json").json()["data"]["routes"]}
    assert not ways["settings"]["available"]
    assert "its form is not for US-CA" in ways["settings"]["why"]
    assert ways["portal"]["to"] != offers.find("meta-ai").offer["training-opt-out"].url


LOGGED = {
    "letter written": (["drafted"], "letter written"),
    "letter sent": (["drafted", "sent --via email"], "letter written"),
    "bounced": (["drafted", "sent --via email", "bounced"], ""),
    "form filled in": (["portal", "submitted --via portal"], "already done"),
    "form accepted": (["portal", "submitted --via portal", "accepted --via portal"], "already done"),
    "form not yet filled in": (["portal"], ""),
    "withdrawn": (["drafted", "withdrawn"], ""),
}


@pytest.mark.parametrize("state", LOGGED)
def test_resume_leaves_what_is_settled(dsr: Dsr, state: str) -> None:
    """`opt-out --all --resume` goes on with each service as its case stands: a letter that came back is not done."""
    events, became = LOGGED[state]
    lives_in(dsr, "DE-BE")
    dsr("profile", "set", "account", "stability-ai=ada@example.org")
    for event in events:
        via = {"drafted": ("--via", "email"), "portal": ("--via", "portal")}.get(event)
        args = ("opt-out", "stability-ai", *via, "--yes") if via else ("log", "stability-ai-1", *event.split())
        assert dsr(*args).exit_code == 0, event
    (row,) = dsr("opt-out", "--all", "--resume", "--dry-run", "--json").json()["data"]["rows"]
    assert row["became"] == became
