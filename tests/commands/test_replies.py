"""What follows a request: reminder, answers, appeal and complaint, from the log to the kept bytes, and never too early."""

from __future__ import annotations

import hashlib
import os
import re
import select
import sys
import webbrowser
from collections.abc import Callable
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest

Dsr = Callable[..., Any]
PERSON = ["--name", "Ada Lovelace", "--email", "ada@example.org", "--address", "Kastanienallee 1"]
LONG_AGO = "2026-08-03"
AUTHORITY = ["--authority-name", "Data Protection Commission", "--authority-email", "complaints@authority.example"]


def sent(dsr: Dsr, right: str = "access", residence: str = "DE-BE", on: str = LONG_AGO, *more: str) -> None:
    """A request of Ada's that went by e-mail."""
    assert dsr("profile", "init", *PERSON, "--residence", residence).exit_code == 0
    assert dsr("request", right, "openai", "--via", "email", "--yes", *more).exit_code == 0
    assert dsr("log", "openai-1", "sent", "--on", on).exit_code == 0


def happened(dsr: Dsr, *kinds: str) -> None:
    """Events of the case, on days of September."""
    for number, kind in enumerate(kinds, 1):
        told = dsr("log", "openai-1", *kind.split(), "--on", f"2026-09-{number:02}")
        assert told.exit_code == 0, told.err


def body(told: Any) -> str:
    """The letter of an answer, as one line."""
    assert told.exit_code == 0, told
    return " ".join(told.json()["data"]["letter"]["text"].split())


def test_a_reminder_from_the_log_to_the_kept_bytes(dsr: Dsr, home: Path) -> None:
    """A late company is reminded in the case: what was asked when, what was due when, the bytes with their hash, and the log."""
    sent(dsr)
    made = dsr("reply", "openai-1", "reminder", "--yes", "--json").json()["data"]
    text = " ".join(made["letter"]["text"].split())
    assert "On 3 August 2026 I sent you by e-mail" in text
    assert "Article 12(3) GDPR, it was due by 3 September 2026" in text
    shown = dsr("show", "openai-1", "--json").json()["data"]
    event = shown["events"][-1]
    assert (event["kind"], event["data"]["reply"], event["data"]["logs"]) == ("drafted", "reminder", "reminded")
    assert [kept["kind"] for kept in event["evidence"]] == ["letter-text", "letter-email"]
    for kept in event["evidence"]:
        assert hashlib.sha256((home / kept["path"]).read_bytes()).hexdigest() == kept["sha256"]
    assert shown["request"]["reference"] in text
    assert "drafted: reminder by email" in dsr("show", "openai-1").out
    assert "dsr log openai-1 reminded" in dsr("next").out
    assert dsr("log", "openai-1", "reminded").exit_code == 0
    assert "dsr log openai-1 reminded" not in dsr("next").out


def mail(told: Any, home: Path) -> Any:
    """The newest draft for a mail program that an answer names."""
    assert told.exit_code == 0, told.err
    paths = [kept["path"] for kept in told.json()["data"]["evidence"] if kept["path"].endswith(".eml")]
    return message_from_bytes((home / paths[-1]).read_bytes())


def test_the_mails_of_a_case_are_one_thread(dsr: Dsr, home: Path) -> None:
    """What follows by e-mail answers the mails that went to the company before; a complaint to the authority answers none."""
    assert dsr("profile", "init", *PERSON, "--residence", "DE-BE").exit_code == 0
    first = mail(dsr("request", "access", "openai", "--via", "email", "--yes", "--json"), home)["Message-ID"]
    assert dsr("log", "openai-1", "sent", "--on", LONG_AGO).exit_code == 0
    reminder = mail(dsr("reply", "openai-1", "reminder", "--yes", "--json"), home)
    assert (reminder["In-Reply-To"], reminder["References"]) == (first, first)
    happened(dsr, "identity-requested")
    identity = mail(dsr("reply", "openai-1", "identity", "--yes", "--json"), home)
    assert identity["In-Reply-To"] == first  # the reminder is not logged as sent yet
    assert dsr("log", "openai-1", "reminded", "--on", "2026-09-03").exit_code == 0
    third = mail(dsr("reply", "openai-1", "identity", "--yes", "--json"), home)
    assert third["In-Reply-To"] == reminder["Message-ID"]
    assert third["References"].split() == [first, reminder["Message-ID"]]
    complaint = mail(dsr("complain", "openai-1", *AUTHORITY, "--anyway", "--yes", "--json"), home)
    assert (complaint["In-Reply-To"], complaint["References"]) == (None, None)


def test_what_follows_a_complaint_goes_to_the_company(dsr: Dsr) -> None:
    """The authority's address is that of the complaint alone: the next letter to the company goes where the others went."""
    sent(dsr)
    assert dsr("complain", "openai-1", *AUTHORITY, "--yes").exit_code == 0
    assert dsr("log", "openai-1", "complained", "--on", "2026-09-10").exit_code == 0
    told = dsr("reply", "openai-1", "reminder", "--dry-run", "--json")
    assert told.json()["data"]["to"] == "dsar@openai.com"


def test_nothing_is_written_before_anything_was_sent(dsr: Dsr, person_profile: None) -> None:
    """Before the request went, neither a reminder nor a complaint can follow; the command that comes first is named."""
    dsr("request", "access", "openai", "--via", "email", "--yes")
    for args in (["reply", "openai-1", "reminder"], ["complain", "openai-1", "--anyway"]):
        told = dsr(*args, "--yes", "--json")
        assert (told.exit_code, told.json()["error"]["kind"]) == (2, "illegal-move")
        assert told.json()["error"]["hint"] == "once it is sent: dsr log openai-1 sent --on DATE"


def test_a_product_button_is_not_reminded_of(dsr: Dsr, person_profile: None) -> None:
    """A portal's form is a request under the law once it is submitted; until then no letter can follow."""
    dsr("request", "access", "openai", "--via", "portal", "--yes")
    assert dsr("reply", "openai-1", "reminder").exit_code == 2
    dsr("log", "openai-1", "submitted", "--on", LONG_AGO)
    told = dsr("reply", "openai-1", "reminder")
    assert "the day on which" not in told.err
    dsr("log", "openai-1", "accepted", "--on", LONG_AGO)
    assert "it was due by 3 September 2026" in body(dsr("reply", "openai-1", "reminder", "--dry-run", "--json"))


def test_nobody_is_called_late_before_the_latest_date(dsr: Dsr) -> None:
    """While the company may have time, no reminder and no complaint is offered; the complaint can be had by saying so."""
    sent(dsr, "access", "DE-BE", "2026-11-20")
    told = dsr("reply", "openai-1", "reminder")
    assert (told.exit_code, "the company has time until" in told.err) == (2, True)
    told = dsr("complain", "openai-1", *AUTHORITY, "--yes")
    assert (told.exit_code, "it is too early for a complaint" in told.err) == (2, True)
    assert "dsr complain openai-1 --anyway" in told.err
    assert dsr("complain", "openai-1", *AUTHORITY, "--anyway", "--yes").exit_code == 0


def test_a_letter_by_post_is_late_only_once_its_arrival_is_logged(dsr: Dsr) -> None:
    """An estimate never makes a company late: the day of arrival is asked for."""
    assert dsr("profile", "init", *PERSON, "--residence", "DE-BE").exit_code == 0
    dsr("request", "access", "openai", "--via", "post", "--yes")
    dsr("log", "openai-1", "sent", "--on", LONG_AGO)
    told = dsr("reply", "openai-1", "reminder")
    assert (told.exit_code, "dsr log openai-1 received --on DATE" in told.err) == (2, True)
    dsr("log", "openai-1", "received", "--on", "2026-08-05")
    made = dsr("reply", "openai-1", "reminder", "--yes", "--json").json()["data"]
    assert [kept["kind"] for kept in made["evidence"]][-2:] == ["letter-text", "letter-pdf"]
    assert "You received it on 5 August 2026." in " ".join(made["letter"]["text"].split())


@pytest.mark.parametrize(
    ("right", "events", "args", "says"),
    [
        ("access", ["identity-requested"], ["identity"], "Article 12(6) GDPR"),
        ("access", ["acknowledged"], ["use-our-form", "--quote", "Use our form."], '"Use our form."'),
        ("erasure", ["denied"], ["anonymised"], "anonym"),
        ("training-opt-out", ["denied"], ["in-the-model"], "model"),
        ("access", ["answered"], ["incomplete", "--missing", "g", "--missing", "2"], "source"),
        ("erasure", ["denied"], ["no-reasons"], "Article 12(4) GDPR"),
    ],
)
def test_each_answer_answers_what_was_logged(
    dsr: Dsr, right: str, events: list[str], args: list[str], says: str
) -> None:
    """Each kind of reply is refused before what it answers was logged, and is written after it."""
    sent(dsr, right)
    early = dsr("reply", "openai-1", *args, "--yes", "--json").json()["error"]
    assert (early["kind"], "yet" in early["message"]) == ("illegal-move", True)
    happened(dsr, *events)
    text = body(dsr("reply", "openai-1", *args, "--yes", "--json"))
    assert says in text


@pytest.mark.parametrize("residence", ["US-VA", "BR", "CH-ZH"])
def test_what_lacks_is_told_in_the_laws_own_words(dsr: Dsr, residence: str) -> None:
    """Outside the GDPR nothing speaks of Article 15, and only what the request asked for can lack."""
    sent(dsr, residence=residence)
    happened(dsr, "answered")
    asked = dsr("reply", "openai-1", "incomplete")
    assert asked.exit_code == 2
    assert "Art. 15" not in asked.err
    assert ("a, b, c, g, 3" if residence == "US-VA" else "a, b, c, d, e, f, g, h, 2, 3") in asked.err
    told = dsr("reply", "openai-1", "incomplete", "--missing", "g", "--missing", "3", "--dry-run", "--json")
    assert not re.search(r"Art(?:icle|\.) 15|GDPR", body(told))
    other = dsr("reply", "openai-1", "incomplete", "--missing", "f", "--dry-run")
    assert other.exit_code == (12 if residence == "US-VA" else 0)


def test_a_letter_that_a_language_lacks_says_why(dsr: Dsr) -> None:
    """A letter wanted in a language that has others but not this one is refused with the reason, and what there is."""
    sent(dsr, residence="US-VA")
    for args in (["letter", "access", "openai"], ["request", "erasure", "openai", "--via", "email"]):
        told = dsr(*args, "--lang", "it")
        assert told.exit_code == 12
        assert "letters under the acts of US states are not written in Italian" in told.err
        assert "it is there in: de, en, es, fr" in told.err
    happened(dsr, "answered")
    told = dsr("reply", "openai-1", "incomplete", "--missing", "g", "--lang", "es", "--json")
    assert told.json()["error"]["kind"] == "no-letter"
    assert "not written in Spanish yet" in told.json()["error"]["message"]
    assert "no language of this letter is called 'xx'" in dsr("letter", "access", "openai", "--lang", "xx").err


def test_a_late_extension_is_told_from_one_in_time(dsr: Dsr) -> None:
    """An extension that came in time is not called late; one that came after the latest date is."""
    sent(dsr)
    dsr("log", "openai-1", "extended", "--on", "2026-08-20")
    assert "in time" in dsr("reply", "openai-1", "late-extension").err
    dsr("log", "openai-1", "correct", "--event", "3", "--on", "2026-10-20")
    told = dsr("reply", "openai-1", "late-extension", "--extended-to", "2026-12-24", "--dry-run", "--json")
    assert "24 December 2026" in body(told)


def test_an_erasure_refusal_cites_no_access_rules(dsr: Dsr) -> None:
    """The reply to a refused erasure argues from the rules on erasure: Article 15 and access guidelines are not in it."""
    sent(dsr, "erasure")
    happened(dsr, "denied --reason other")
    for args in (["no-reasons"], ["in-the-model"], ["anonymised"]):
        text = body(dsr("reply", "openai-1", *args, "--dry-run", "--json"))
        assert "Article 15" not in text
        assert "01/2022" not in text
    told = dsr("reply", "openai-1", "incomplete", "--missing", "g")
    assert (told.exit_code, "does not fit a request of erasure" in told.err) == (2, True)


def test_the_complaint_tells_the_case(dsr: Dsr) -> None:
    """A complaint to the authority names it, has the timeline and the letters that went, and none of the person's notes."""
    sent(dsr)
    dsr("reply", "openai-1", "reminder", "--yes")
    dsr("log", "openai-1", "reminded", "--on", "2026-09-10", "--note", "my secret remark")
    made = dsr("complain", "openai-1", *AUTHORITY, "--because", "I still wait.", "--yes", "--json").json()["data"]
    text = " ".join(made["letter"]["text"].split())
    assert (made["reply"], made["to"]) == ("complaint", "complaints@authority.example")
    for words in ("Data Protection Commission", "Article 77", "3 August 2026", "10 September 2026", "I still wait."):
        assert words in text
    assert "Enclosures: - Request for access" in text
    assert "Reminder" in text.partition("Enclosures:")[2]
    assert "secret" not in text
    assert dsr("log", "openai-1", "complained").exit_code == 0
    again = dsr("complain", "openai-1", *AUTHORITY)
    assert (again.exit_code, "your complaint went on" in again.err) == (2, True)


def test_the_grounds_of_the_request_stay_in_the_request(dsr: Dsr) -> None:
    """What a person told the company of themself is not told to others by itself."""
    sent(dsr, "objection", "DE-BE", LONG_AGO, "--grounds", "I am ill.")
    told = dsr("complain", "openai-1", *AUTHORITY, "--dry-run", "--json")
    assert "I am ill." not in body(told)


def test_a_complaint_is_in_a_language_that_the_authority_reads(dsr: Dsr) -> None:
    """Where the person's language is none of the authority's, the complaint is in English, and why is said."""
    sent(dsr)
    dsr("profile", "set", "language", "de")
    told = dsr("complain", "openai-1", *AUTHORITY, "--authority-language", "en", "--yes", "--json").json()
    assert told["data"]["lang"] == "en"
    assert "Language: English: the authority is not known to read German." in told["messages"]


def test_the_authority_is_asked_for_and_not_guessed(dsr: Dsr) -> None:
    """Where the residence does not say which authority it is, nothing is written, and the law's own page of them is named."""
    sent(dsr, residence="DE")
    told = dsr("complain", "openai-1", "--yes")
    assert (told.exit_code, "edpb.europa.eu" in told.err) == (2, True)
    by_form = dsr("complain", "openai-1", "--authority-name", "DPC", "--yes")
    assert "hand it in as the authority wants it" in by_form.out
    assert by_form.out.count("Enclose: ") == 1


def test_the_authority_on_record_takes_the_complaint(dsr: Dsr) -> None:
    """Where the residence says which authority it is, dsr names it with the reason, and its address comes from the record."""
    sent(dsr)
    told = dsr("complain", "openai-1", "--yes", "--json").json()
    assert told["ok"], told
    assert any("takes it:" in line and "--authority-name" in line for line in told["messages"])
    assert "Berlin" in dsr("log", "openai-1").out + "".join(told["messages"])


def test_in_the_uk_the_company_comes_first(dsr: Dsr) -> None:
    """The first complaint goes to the company (s164A), the next one to the ICO, after its 30 days."""
    sent(dsr, "access", "GB-ENG")
    first = dsr("complain", "openai-1", "--yes", "--json").json()
    assert first["data"]["reply"] == "controller-complaint"
    assert "section 164A" in first["data"]["letter"]["text"]
    dsr("log", "openai-1", "complained", "--on", "2026-11-24")
    told = dsr("complain", "openai-1")
    assert (told.exit_code, "complaint ack" in told.err) == (2, True)
    dsr("log", "openai-1", "correct", "--event", "4", "--on", "2026-09-24")
    next_ = dsr("complain", "openai-1", "--authority-name", "ICO", "--yes", "--json").json()["data"]
    assert next_["reply"] == "complaint"
    assert "section 165" in " ".join(next_["letter"]["text"].split())


def test_in_us_states_the_appeal_comes_first(dsr: Dsr) -> None:
    """A refusal is appealed against first; the complaint goes to the Attorney General after it."""
    sent(dsr, "erasure", "US-CO")
    happened(dsr, "denied")
    first = dsr("complain", "openai-1", "--because", "It is mine.", "--yes", "--json").json()["data"]
    assert (first["reply"], first["to"]) == ("appeal", "dsar@openai.com")
    assert "It is mine." in first["letter"]["text"]
    dsr("log", "openai-1", "appealed", "--on", "2026-09-02")
    dsr("log", "openai-1", "denied", "--on", "2026-09-20")
    name = ["--authority-name", "Attorney General of Colorado"]
    assert dsr("complain", "openai-1", *name, "--yes", "--json").json()["data"]["reply"] == "complaint"


def test_the_language_is_that_of_the_letter_before(dsr: Dsr) -> None:
    """A reply speaks the language of the first letter, whatever the profile says now, and says why."""
    sent(dsr)
    dsr("profile", "set", "language", "de")
    told = dsr("reply", "openai-1", "reminder", "--dry-run", "--json").json()["data"]
    assert told["lang"] == "en"
    kept = dsr("reply", "openai-1", "reminder", "--yes", "--json").json()
    assert "Language: English, like the letter before it." in kept["messages"]


def test_a_reply_is_written_in_the_name_of_whom_one_acts_for(dsr: Dsr) -> None:
    """What was asked for a child is followed up for the child."""
    sent(dsr, "access", "DE-BE", LONG_AGO, "--child", "Byron King", "--proof", "birth certificate")
    assert "Byron King" in body(dsr("reply", "openai-1", "reminder", "--dry-run", "--json"))


@pytest.mark.parametrize("args", [["reply", "openai-1", "reminder"], ["complain", "openai-1", *AUTHORITY]])
def test_a_dry_run_and_an_absent_person_write_nothing(dsr: Dsr, home: Path, args: list[str]) -> None:
    """With --dry-run, or with nobody to agree, the case stays as it is."""
    sent(dsr)
    before = dsr("log", "openai-1", "--json").json()["data"]["rows"]
    assert dsr(*args, "--dry-run").out.endswith("Nothing was written (--dry-run).\n")
    assert dsr(*args).exit_code == 10
    assert dsr("log", "openai-1", "--json").json()["data"]["rows"] == before


@pytest.mark.parametrize("words", ["{{ 7*7 }}", "#eval(1)", "a\nBcc: x@evil.example", "\u202eevil", "<b>x</b>"])
def test_hostile_words_are_only_words(dsr: Dsr, home: Path, words: str) -> None:
    """What a person quotes is shown as it is: never run, never a header, never a mark that nobody sees."""
    sent(dsr)
    happened(dsr, "acknowledged")
    told = dsr("reply", "openai-1", "use-our-form", "--quote", words, "--yes", "--json").json()["data"]
    shown = " ".join(words.replace("\u202e", "").split())
    assert shown in " ".join(told["letter"]["text"].split())
    assert "49" not in told["letter"]["text"].partition("wrote")[2][:40]
    mail = next(kept["path"] for kept in told["evidence"][2:] if kept["path"].endswith(".eml"))
    head = (home / mail).read_bytes().partition(b"\r\n\r\n")[0]
    assert b"\nBcc" not in head
    assert "\u202e" not in told["letter"]["text"]


def test_too_long_a_quotation_is_refused(dsr: Dsr) -> None:
    """Ten thousand characters are refused by name, never cut."""
    sent(dsr)
    happened(dsr, "acknowledged")
    told = dsr("reply", "openai-1", "use-our-form", "--quote", "x" * 10_000, "--yes")
    assert (told.exit_code, "the quotation has 10,000 characters" in told.err) == (11, True)


def test_no_law_no_letter(dsr: Dsr) -> None:
    """A case under no law on file has no letter that could cite one, and no authority that could be named."""
    assert dsr("profile", "init", *PERSON, "--residence", "PE").exit_code == 0
    dsr("request", "access", "openai", "--via", "portal", "--yes")
    dsr("log", "openai-1", "submitted", "--on", LONG_AGO)
    happened(dsr, "identity-requested")
    assert dsr("reply", "openai-1", "identity").exit_code == 12
    assert dsr("complain", "openai-1").exit_code == 12


@pytest.mark.skipif(sys.platform == "win32", reason="the program is a shell script")
def test_the_pdf_is_opened_by_the_persons_program(dsr: Dsr, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """--open hands the kept PDF to the program of the system; without a screen it says where the PDF lies."""
    sent(dsr)
    # The program tells what it was given through a pipe: the test waits for it however it was started. The shell reads it, as a
    # file that was written a moment ago cannot always be executed. What webbrowser found before is forgotten.
    pipe, program = tmp_path / "pipe", tmp_path / "viewer"
    os.mkfifo(pipe)
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    program.write_text(f'echo "$1" > "{pipe}"\n')
    monkeypatch.setenv("BROWSER", f"/bin/sh {program} %s")
    monkeypatch.setattr(webbrowser, "_tryorder", None)
    monkeypatch.setattr(webbrowser, "_browsers", {})
    told = dsr("reply", "openai-1", "reminder", "--format", "pdf", "--open", "--yes")
    assert "Opened: " in told.out
    assert select.select([reading], [], [], 60)[0], "the program was never started"
    assert os.read(reading, 4_096).decode().strip().endswith(".pdf")
    os.close(reading)
    for name in ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    if sys.platform == "linux":
        again = dsr("reply", "openai-1", "reminder", "--format", "pdf", "--open", "--yes")
        assert "There is no screen here" in again.out


def test_an_entry_says_what_may_follow(dsr: Dsr) -> None:
    """Once the company's word is logged, dsr names the letters that answer it, and every one of them can be written."""
    sent(dsr, "erasure")
    told = dsr("log", "openai-1", "denied", "--on", "2026-09-01", "--json").json()["data"]
    assert "dsr reply openai-1 no-reasons" in told["follows"]
    assert "dsr complain openai-1" in told["follows"]
    assert not [command for command in told["follows"] if command.endswith(("identity", "incomplete", "reminder"))]
    for command in told["follows"]:
        more = AUTHORITY if "complain" in command else []
        assert dsr(*command.split()[1:], *more, "--dry-run").exit_code == 0
    assert "What may follow" not in dsr("log", "openai-1", "reminded", "--on", "2026-09-02").out
