"""The log of a case: what happened, mended where it was mistyped; what `list`, `show`, `next` and `remind` make of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Dsr = Callable[..., Any]


@pytest.fixture
def sent(dsr: Dsr, person_profile: None) -> Dsr:
    """A letter written, and sent on 2 November 2026."""
    dsr("request-export", "openai", "--via", "email", "--yes")
    assert dsr("log", "openai-1", "sent", "--on", "2026-11-02").exit_code == 0
    return dsr


def row(dsr: Dsr, on: str = "2026-11-22") -> Any:
    return dsr("list", "--on", on, "--json").json()["data"]["rows"][0]


def test_an_entry_is_written_and_answered(sent: Dsr) -> None:
    """Logging says the number of the entry, where the case stands, and every date with its article."""
    told = sent("log", "openai-1", "acknowledged", "--on", "2026-11-05", "--note", "by Kim")
    assert told.out.splitlines()[:2] == [
        "Logged as number 3: acknowledged on 2026-11-05.",
        "Case openai-1: in-progress.",
    ]
    assert "  response: 2 December 2026" in told.out
    assert "Art. 12(3) GDPR  https://eur-lex.europa.eu/" in told.out


def test_a_mistyped_date_is_mended(sent: Dsr) -> None:
    """`correct` mends the date, the deadline follows, and the log keeps both."""
    told = sent("log", "openai-1", "correct", "--event", "2", "--on", "2026-11-04")
    assert told.out.startswith("Logged as number 3: entry 2 is now sent on 2026-11-04.\n")
    assert row(sent)["next_due"] == "2026-12-04"
    lines = sent("log", "openai-1").out
    assert "  2  2026-11-02  sent by email (said by person)" in lines
    assert "  3  2026-11-04  corrected: event 2 is now sent by email (said by person)" in lines


def test_a_mistyped_kind_is_mended(sent: Dsr) -> None:
    """An entry can be made another kind, or void, and a correction can be corrected."""
    sent("log", "openai-1", "answered", "--on", "2026-11-05")
    assert row(sent)["status"] == "fulfilled"
    assert sent("log", "openai-1", "correct", "--event", "3", "--as", "acknowledged").exit_code == 0
    assert row(sent)["status"] == "in-progress"
    assert sent("log", "openai-1", "correct", "--event", "4", "--as", "void").exit_code == 0
    assert row(sent)["status"] == "open"
    again = sent("log", "openai-1", "correct", "--event", "3", "--as", "void")
    assert (again.exit_code, "entry 3 was corrected already" in again.err) == (2, True)


@pytest.mark.parametrize(
    ("args", "code", "message"),
    [
        (["correct"], 2, "a correction needs the number of the entry"),
        (["correct", "--event", "2"], 2, "a correction must say what was wrong"),
        (["correct", "--event", "9", "--as", "void"], 12, "no entry of openai-1 is called '9'"),
        (["correct", "--event", "2", "--as", "snet"], 12, "no kind of event is called 'snet'"),
        (["correct", "--event", "2", "--as", "corrected"], 12, "no kind of event is called 'corrected'"),
        (["correct", "--event", "2", "--via", "fax"], 12, "no route is called 'fax'"),
        (["correct", "--event", "2", "--via", "settings"], 2, "'sent' is for letters, not for settings"),
        (["correct", "--event", "1", "--as", "void"], 2, "the entry that opened the case stays"),
        (["correct", "--event", "2", "--on", "2999-01-01"], 2, "'2999-01-01' lies outside of what dsr counts with"),
        (["correct", "--event", "2", "--on", "2026-11-04", "--partial"], 2, "--partial belongs to 'answered'"),
        (["received", "--event", "2"], 2, "--event and --as belong to 'correct', not to 'received'"),
        (["sent"], 2, "the letter went by email on 2026-11-02 already"),
        (["sent", "--via", "portal"], 2, "'sent' is for letters, not for portal"),
        (["snet"], 12, "no kind of event is called 'snet'"),
        (["received", "--on", "2026-10-01"], 2, "'2026-10-01' lies before 'sent' on 2026-11-02"),
        (["received", "--via", "fax"], 12, "no route is called 'fax'"),
        (["denied", "--reason", "nomatch"], 12, "no reason is called 'nomatch'"),
        (["answered", "--reason", "no-match"], 2, "--reason belongs to 'denied'"),
        (["denied", "--partial"], 2, "--partial belongs to 'answered'"),
        (["denied", "--contest"], 2, "--contest belongs to 'identity-requested'"),
        (["downloaded"], 2, "case openai-1 cannot take 'downloaded'"),
    ],
)
def test_a_refused_entry_changes_nothing(sent: Dsr, args: list[str], code: int, message: str) -> None:
    """What cannot be logged is refused in two lines, and the log is as before."""
    before = sent("log", "openai-1", "--json").json()["data"]
    told = sent("log", "openai-1", *args)
    assert (told.exit_code, message in told.err) == (code, True), told.err
    assert [line.split(": ")[:2] for line in told.err.splitlines()] == [["dsr", "error"], ["dsr", "hint"]]
    assert sent("log", "openai-1", "--json").json()["data"] == before


def test_an_illegal_move_names_the_legal_ones(sent: Dsr) -> None:
    """A closed case says what is possible, and takes only that."""
    sent("log", "openai-1", "close", "--on", "2026-11-10")
    told = sent("log", "openai-1", "answered", "--on", "2026-11-10")
    assert told.err.splitlines() == [
        "dsr: error: case openai-1 cannot take 'answered': the case is closed",
        "dsr: hint: possible now: corrected, reopened",
    ]
    assert sent("log", "openai-1", "reopen", "--on", "2026-11-11").exit_code == 0
    assert sent("log", "openai-1", "answered", "--on", "2026-11-12").exit_code == 0


def test_details_of_an_entry_are_kept(sent: Dsr) -> None:
    """A reason, a partial answer and a contested pause are in the log of the case."""
    sent("log", "openai-1", "identity-requested", "--contest", "--on", "2026-11-05")
    sent("log", "openai-1", "answered", "--partial", "--on", "2026-11-06")
    sent("log", "openai-1", "denied", "--reason", "no-match", "--on", "2026-11-07")
    kept = [entry["data"] for entry in sent("log", "openai-1", "--json").json()["data"]["rows"]][2:]
    assert kept == [{"suspension": "denied"}, {"extent": "partial"}, {"reason": "no-match"}]


def test_a_contested_pause_keeps_the_date(sent: Dsr) -> None:
    """An identity check stops the shown date only where the person does not contest the pause."""
    sent("log", "openai-1", "identity-requested", "--on", "2026-11-05")
    assert row(sent)["next_due"] is None
    sent("log", "openai-1", "correct", "--event", "3", "--as", "void")
    sent("log", "openai-1", "identity-requested", "--on", "2026-11-05", "--contest")
    assert row(sent)["next_due"] == "2026-12-02"


def test_a_bounce_knows_its_letter(sent: Dsr) -> None:
    """A bounce takes the route of the one letter that is out, and asks where there are two."""
    sent("profile", "set", "address", "Kastanienallee 1", "10435 Berlin")
    sent("request-export", "openai", "--via", "post", "--yes")
    assert sent("log", "openai-1", "sent", "--on", "2026-11-03").exit_code == 0
    told = sent("log", "openai-1", "bounced", "--on", "2026-11-04")
    assert (told.exit_code, "'bounced' needs its route" in told.err) == (2, True)
    sent("log", "openai-1", "bounced", "--via", "email", "--on", "2026-11-04")
    kept = sent("log", "openai-1", "bounced", "--on", "2026-11-05", "--json").json()["data"]["logged"]
    assert kept["route"] == "post"


def test_list_and_show_agree(sent: Dsr) -> None:
    """The list has one line per case; show tells every event, date and article of it."""
    assert sent("list", "--on", "2026-11-22").out.splitlines() == [
        "CASE      RIGHT   LAW      STATUS  NEXT DATE",
        "openai-1  access  eu-gdpr  open    2026-12-02",
    ]
    shown = sent("show", "openai-1", "--on", "2026-11-22")
    assert ": access at OpenAI Ireland Limited\n" in shown.out
    assert "law eu-gdpr, your residence DE-BE, status open" in shown.out
    assert shown.out.count("sha256") == 2
    assert row(sent, "2027-01-15")["status"] == "overdue"


def test_next_asks_until_it_is_done(dsr: Dsr, person_profile: None) -> None:
    """`next` shows the letter to send until it is logged, then what is waited for."""
    assert dsr("next").out == "Nothing needs you now.\n"
    dsr("request-export", "openai", "--via", "email", "--yes")
    for _ in range(2):
        told = dsr("next")
        assert told.out.splitlines()[:2] == ["Needs you:", "  openai-1: send the letter by email and log it"]
        assert told.out.splitlines()[-1] == "      dsr log openai-1 sent --via email"
    dsr("log", "openai-1", "sent", "--on", "2026-11-02")
    assert dsr("next", "--on", "2026-11-22").out.splitlines() == [
        "Nothing needs you now.",
        "Waiting:",
        "  openai-1: wait for openai (response), until 2 December 2026 (in 10 days)",
    ]


def test_remind_is_silent_when_nothing_is_due(sent: Dsr) -> None:
    """With nothing due, remind prints nothing and ends with 0."""
    told = sent("remind", "--on", "2026-11-20")
    assert (told.exit_code, told.out, told.err) == (0, "", "")


def test_remind_announces_a_stage_once(sent: Dsr) -> None:
    """A stage is announced by the first run only; what needs the person ends every run with 10."""
    week = sent("remind", "--on", "2026-11-26")
    assert (week.exit_code, week.out) == (
        0,
        "openai-1: openai's response is due in 6 days, on 2 December 2026 (Art. 12(3) GDPR)\n",
    )
    assert sent("remind", "--on", "2026-11-26").out == ""
    late = sent("remind", "--on", "2027-01-15")
    assert (late.exit_code, late.out.splitlines()[-1]) == (10, "1 thing needs you: dsr next")
    again = sent("remind", "--on", "2027-01-15")
    assert (again.exit_code, again.out) == (10, "1 thing needs you: dsr next\n")
    assert "remind openai: its time is over" in sent("next", "--on", "2027-01-15").out


def test_a_json_remind_has_news_and_needs(sent: Dsr) -> None:
    """For a program, `rows` are the news and `needs_you` the open items; not ok, because a person must act."""
    told = sent("remind", "--on", "2027-01-15", "--json").json()
    assert (told["ok"], told["exit_code"], told["error"]) == (False, 10, None)
    assert [stage["stage"] for stage in told["data"]["rows"]] == ["passed"]
    assert [item["command"] for item in told["data"]["needs_you"]] == ["dsr reply openai-1 reminder"]
