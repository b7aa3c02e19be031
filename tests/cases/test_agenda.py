"""What needs the person, until it is done; and what a scheduled run says, once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from casework import EMAIL, LINK, PORTAL, POST, READY, SETTINGS, K, case, corrected, day, happened, log
from msgspec import structs

from dsr.cases import agenda, reminding
from dsr.cases.channels import Screen
from dsr.cases.desk import Desk
from dsr.cases.reminding import Reminded
from dsr.model import Event, EventKind, Request, Right
from dsr.report import Terminal
from dsr.store import Ledger

DRAFT = happened(K.DRAFTED, "11-01", EMAIL)
SENT = happened(K.SENT, "11-02", EMAIL)
POSTED = [happened(K.DRAFTED, "11-01", POST), happened(K.SENT, "11-02", POST)]
RUN = happened(K.DRAFTED, "11-01", SETTINGS)
LATE = "2027-01-15"
AUSTRIAN = case(residence="AT-9")
DUTCH = case(residence="NL")


def _written(reply: str, logs: EventKind, on: str) -> Event:
    """The draft of a letter that follows the first one."""
    return happened(K.DRAFTED, on, EMAIL, data={"reply": reply, "logs": str(logs)})


# (id, case, events, day, what dsr asks for, its command, the event that does it)
SITUATIONS = [
    (
        "a letter to send",
        case(),
        [DRAFT],
        "11-22",
        "send the letter by email and log it",
        "dsr log openai-1 sent --via email",
        SENT,
    ),
    (
        "a letter to post",
        case(),
        POSTED[:1],
        "11-22",
        "send the letter by post and log it",
        "dsr log openai-1 sent --via post",
        POSTED[1],
    ),
    (
        "a letter to send again",
        case(),
        [DRAFT, SENT, happened(K.BOUNCED, "11-03", EMAIL), happened(K.DRAFTED, "11-04", EMAIL)],
        "11-22",
        "send the letter by email and log it",
        "dsr log openai-1 sent --via email",
        happened(K.SENT, "11-05", EMAIL),
    ),
    (
        "a bounce",
        case(),
        [DRAFT, SENT, happened(K.BOUNCED, "11-03", EMAIL)],
        "11-22",
        "take another route",
        "dsr request-export openai --via post",
        happened(K.SENT, "11-05", POST),
    ),
    (
        "a letter whose arrival is unknown",
        case(),
        POSTED,
        "11-09",
        "find out when the letter arrived",
        "dsr log openai-1 received --on DATE",
        happened(K.RECEIVED, "11-05"),
    ),
    (
        "a form to fill in",
        case(),
        [happened(K.DRAFTED, "11-01", PORTAL)],
        "11-22",
        "fill in the form of the portal and log it",
        "dsr log openai-1 submitted --via portal",
        happened(K.SUBMITTED, "11-02", PORTAL),
    ),
    (
        "a form not confirmed",
        case(),
        [happened(K.DRAFTED, "11-01", PORTAL), happened(K.SUBMITTED, "11-02", PORTAL)],
        "11-22",
        "find out whether the portal accepted",
        "dsr log openai-1 accepted --via portal --on DATE",
        happened(K.ACCEPTED, "11-03", PORTAL),
    ),
    (
        "an interrupted run",
        case(),
        [RUN],
        "11-22",
        "carry an interrupted run on",
        "dsr request-export openai",
        happened(K.SUBMITTED, "11-02", SETTINGS),
    ),
    (
        "a stopped run",
        case(),
        [RUN, happened(K.RUN_STOPPED, "11-02", SETTINGS)],
        "11-22",
        "carry a stopped run on",
        "dsr request-export openai",
        happened(K.SUBMITTED, "11-03", SETTINGS),
    ),
    (
        "an unknown run",
        case(),
        [RUN, happened(K.RUN_UNKNOWN, "11-02", SETTINGS)],
        "11-22",
        "settle an unknown run",
        "dsr request-export openai",
        happened(K.ACCEPTED, "11-03", SETTINGS),
    ),
    (
        "an unknown switch",
        case(right=Right.TRAINING_OPT_OUT),
        [RUN, happened(K.RUN_UNKNOWN, "11-02", SETTINGS)],
        "11-22",
        "settle an unknown run",
        "dsr opt-out openai",
        happened(K.VERIFIED, "11-03", SETTINGS),
    ),
    (
        "an identity check",
        case(),
        [DRAFT, SENT, happened(K.IDENTITY_REQUESTED, "11-03")],
        "11-22",
        "answer the identity check",
        "dsr reply openai-1 identity",
        happened(K.IDENTITY_GIVEN, "11-04"),
    ),
    (
        "a second identity check",
        case(),
        [
            DRAFT,
            SENT,
            happened(K.IDENTITY_REQUESTED, "11-03"),
            happened(K.IDENTITY_GIVEN, "11-04"),
            happened(K.IDENTITY_REQUESTED, "11-04"),
        ],
        "11-22",
        "answer the identity check",
        "dsr reply openai-1 identity",
        happened(K.IDENTITY_GIVEN, "11-05"),
    ),
    (
        "a fee",
        case(),
        [DRAFT, SENT, happened(K.FEE_REQUESTED, "11-03")],
        "11-22",
        "decide on the fee",
        "dsr log openai-1 fee-paid",
        happened(K.FEE_PAID, "11-04"),
    ),
    (
        "a question",
        case(),
        [DRAFT, SENT, happened(K.CLARIFICATION_REQUESTED, "11-03")],
        "11-22",
        "answer the company's question",
        "dsr log openai-1 clarified",
        happened(K.CLARIFIED, "11-04"),
    ),
    (
        "a link",
        case(),
        [happened(K.ACCEPTED, "11-01", SETTINGS), happened(K.LINK_RECEIVED, "11-03", promises=(LINK,))],
        "11-03",
        "download the export",
        "dsr log openai-1 downloaded",
        happened(K.DOWNLOADED, "11-03"),
    ),
    (
        "a broken promise",
        case(),
        [happened(K.ACCEPTED, "11-01", SETTINGS, promises=(READY,))],
        "11-09",
        "ask formally: the promise was not kept",
        "dsr request-export openai --via email",
        happened(K.SENT, "11-09", EMAIL),
    ),
    (
        "a late promise that is kept",
        case(),
        [happened(K.ACCEPTED, "11-01", SETTINGS, promises=(READY,))],
        "11-09",
        "ask formally: the promise was not kept",
        "dsr request-export openai --via email",
        happened(K.LINK_RECEIVED, "11-09"),
    ),
    (
        "a late company",
        case(),
        [DRAFT, SENT],
        LATE,
        "remind openai: its time is over",
        "dsr reply openai-1 reminder",
        happened(K.REMINDED, LATE),
    ),
    (
        "a reminder without an answer",
        case(),
        [DRAFT, SENT, happened(K.REMINDED, LATE)],
        "2027-01-30",
        "complain to the authority, or remind again",
        "dsr complain openai-1",
        happened(K.COMPLAINED, "2027-01-30"),
    ),
    (
        "a limit to complain",
        AUSTRIAN,
        [DRAFT, SENT, happened(K.DENIED, "11-05")],
        "2027-10-20",
        "decide whether to complain",
        "dsr complain openai-1",
        happened(K.COMPLAINED, "2027-10-20"),
    ),
    (
        "a limit one lets be",
        AUSTRIAN,
        [DRAFT, SENT, happened(K.DENIED, "11-05")],
        "2027-10-20",
        "decide whether to complain",
        "dsr complain openai-1",
        happened(K.CLOSED, "2027-10-20"),
    ),
    (
        "a limit to go to court",
        DUTCH,
        [DRAFT, SENT, happened(K.DENIED, "11-05")],
        "11-22",
        "decide whether to go to court",
        "dsr log openai-1 appealed",
        happened(K.APPEALED, "11-22"),
    ),
    (
        "an authority that is silent",
        case(),
        [DRAFT, SENT, happened(K.COMPLAINED, "11-05")],
        "2027-03-10",
        "ask the authority how your complaint stands",
        "dsr show openai-1",
        happened(K.ANSWERED, "2027-03-10"),
    ),
    (
        "a reminder that is written",
        case(),
        [DRAFT, SENT, _written("reminder", K.REMINDED, LATE)],
        LATE,
        "send the reminder letter and log it",
        "dsr log openai-1 reminded",
        happened(K.REMINDED, LATE),
    ),
    (
        "an answer to an identity check that is written",
        case(),
        [DRAFT, SENT, happened(K.IDENTITY_REQUESTED, "11-03"), _written("identity", K.IDENTITY_GIVEN, "11-04")],
        "11-22",
        "send the identity letter and log it",
        "dsr log openai-1 identity-given",
        happened(K.IDENTITY_GIVEN, "11-05"),
    ),
    (
        "a complaint about a refusal that is written",
        case(),
        [DRAFT, SENT, happened(K.DENIED, "11-05"), _written("complaint", K.COMPLAINED, "11-06")],
        "11-22",
        "send the complaint letter and log it",
        "dsr log openai-1 complained",
        happened(K.COMPLAINED, "11-07"),
    ),
]


@pytest.mark.parametrize(
    ("request_", "events", "on", "what", "command", "done"), [pytest.param(*row[1:], id=row[0]) for row in SITUATIONS]
)
def test_an_item_is_shown_until_it_is_done(
    request_: Request, events: list[Event], on: str, what: str, command: str, done: Event
) -> None:
    """Each situation asks for one thing with its command, and no longer once that is logged."""
    before = {item.what: item for item in agenda.items(request_, log(*events), day(on)) if item.needs_you}
    assert what in before, before
    assert before[what].command == command
    assert before[what].case == "openai-1"
    after = [item.what for item in agenda.items(request_, log(*events, done), day(on)) if item.needs_you]
    assert what not in after


@pytest.mark.parametrize(
    ("events", "on"),
    [
        ([DRAFT, SENT], "11-22"),
        ([DRAFT, SENT], "12-02"),
        ([DRAFT, SENT, happened(K.ANSWERED, "11-20")], LATE),
        ([DRAFT, SENT, happened(K.DENIED, "11-20")], LATE),
        ([DRAFT, SENT, happened(K.WITHDRAWN, "11-20")], LATE),
        ([RUN, happened(K.VERIFIED, "11-01", SETTINGS)], LATE),
        ([happened(K.ACCEPTED, "11-01", SETTINGS, promises=(READY,))], "11-08"),
        (POSTED, "11-08"),
    ],
)
def test_nothing_is_asked_where_nothing_is_to_do(events: list[Event], on: str) -> None:
    """While the company has time, and when the case is over, nothing needs the person."""
    assert not [item for item in agenda.items(case(), log(*events), day(on)) if item.needs_you]


def test_what_is_waited_for_is_told_with_its_date() -> None:
    """A running deadline is shown as waited for, with the date at which it is over."""
    [item] = agenda.items(case(), log(DRAFT, SENT), day("11-22"))
    assert (item.needs_you, item.by, item.what) == (False, day("12-02"), "wait for openai (response)")


def test_a_company_is_waited_for_after_a_reminder() -> None:
    """After the reminder the company gets two weeks, in which nothing needs the person."""
    events = log(DRAFT, SENT, happened(K.REMINDED, LATE))
    [item] = agenda.items(case(), events, day("2027-01-20"))
    assert (item.needs_you, item.by) == (False, day("2027-01-29"))


def test_the_authority_is_not_called_the_company() -> None:
    """What the authority owes is waited for from the authority."""
    whats = [
        item.what for item in agenda.items(case(), log(DRAFT, SENT, happened(K.COMPLAINED, "11-05")), day("11-22"))
    ]
    assert "wait for the authority (authority-progress)" in whats


def test_a_note_cannot_forge_a_line() -> None:
    """A note with line breaks stands in one line of the agenda."""
    events = log(RUN, happened(K.RUN_STOPPED, "11-02", SETTINGS, note="a\nNeeds you:\n  all is well"))
    [item] = agenda.items(case(), events, day("11-22"))
    assert "\n" not in item.why


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger(tmp_path) as opened:
        yield opened


def sit(ledger: Ledger, on: str) -> Desk:
    now = datetime(2026, 11, 22, 12, tzinfo=UTC)
    return Desk(home=ledger.home, ledger=ledger, person=Terminal(as_json=True), now=lambda: now, today=day(on))


def put(ledger: Ledger, request: Request, *events: Event) -> None:
    ledger.add(lambda number: structs.replace(request, id=f"openai-{number}"), lambda _: events[0])
    for event in events[1:]:
        ledger.append("openai-1", event)


def told(ledger: Ledger, on: str) -> Reminded:
    """What a run at noon of a day announces at the terminal."""
    desk = sit(ledger, on)
    return reminding.remind(desk, [Screen(desk.person, as_json=True)], desk.now())


def stages(ledger: Ledger, on: str) -> list[str]:
    return [stage.stage for stage in told(ledger, on).news]


def test_each_stage_is_announced_once(ledger: Ledger) -> None:
    """Run every day three times, a reminder says week, day, due and passed once each, on the day they begin."""
    put(ledger, case(), DRAFT, SENT)
    said: dict[str, str] = {}
    on = day("11-02")
    while on < day("2027-01-20"):
        for _ in range(3):
            for stage in stages(ledger, on.isoformat()):
                assert stage not in said
                said[stage] = on.isoformat()
        on += timedelta(days=1)
    # due on 2 December, a Wednesday; no reading of the Irish or Berlin holidays makes it later
    assert said == {"week": "2026-11-25", "day": "2026-12-01", "due": "2026-12-02", "passed": "2026-12-03"}


def test_after_days_of_sleep_only_the_furthest_stage_is_told(ledger: Ledger) -> None:
    """A machine that slept through week, day and due says only that the date has passed; nothing is told twice."""
    put(ledger, case(), DRAFT, SENT)
    assert stages(ledger, "11-20") == []
    assert stages(ledger, "12-10") == ["passed"]
    assert stages(ledger, "12-11") == []


def test_a_stage_slept_through_is_not_lost(ledger: Ledger) -> None:
    """Whatever day it wakes up, the stage that holds then is told."""
    put(ledger, case(), DRAFT, SENT)
    assert stages(ledger, "11-28") == ["week"]
    assert stages(ledger, "12-02") == ["due"]


def test_a_changed_date_is_announced_anew(ledger: Ledger) -> None:
    """After a correction moves the due date, its stages are news again."""
    put(ledger, case(), DRAFT, SENT)
    assert stages(ledger, "11-30") == ["week"]
    ledger.append("openai-1", corrected(2, "sent", "11-04", EMAIL))
    assert stages(ledger, "11-30") == ["week"]
    assert stages(ledger, "11-30") == []


def test_nothing_is_announced_for_a_settled_case(ledger: Ledger) -> None:
    """An answered case is silent."""
    put(ledger, case(), DRAFT, SENT, happened(K.ANSWERED, "11-20"))
    assert stages(ledger, "12-02") == []


def test_an_own_limit_is_announced_for_a_denied_case(ledger: Ledger) -> None:
    """The person's own limit to complain runs on after the denial, and ends with the case."""
    put(ledger, AUSTRIAN, DRAFT, SENT, happened(K.DENIED, "11-05"))
    came = told(ledger, "2027-11-01")
    assert [stage.text.split(" (")[0] for stage in came.news] == [
        "openai-1: your limit to complain about openai is due in 4 days, on 5 November 2027"
    ]
    assert [item.what for item in came.needs] == ["decide whether to complain"]
    ledger.append("openai-1", happened(K.CLOSED, "2027-11-01"))
    again = told(ledger, "2027-11-04")
    assert (again.news, again.needs) == ([], [])


def test_an_estimate_is_never_announced(ledger: Ledger) -> None:
    """A date that is only estimated is nobody's deadline; that the letter must have arrived is asked about, once."""
    put(ledger, case(), *POSTED)
    assert [(stage.kind, stage.stage) for stage in told(ledger, "12-02").news] == [("arrival", "ask")]
    assert stages(ledger, "12-02") == []


@pytest.mark.parametrize(
    ("on", "text"),
    [
        ("11-25", "openai-1: openai's response is due in 7 days, on 2 December 2026 (Art. 12(3) GDPR)"),
        ("12-01", "openai-1: openai's response is due tomorrow (Art. 12(3) GDPR)"),
        ("12-02", "openai-1: openai's response is due today (Art. 12(3) GDPR)"),
        ("12-10", "openai-1: openai's response was due by 2 December 2026 at the latest (Art. 12(3) GDPR)"),
    ],
)
def test_a_stage_reads_well(ledger: Ledger, on: str, text: str) -> None:
    """A stage says whose date it is, when, and by which article."""
    put(ledger, case(), DRAFT, SENT)
    assert [stage.text for stage in told(ledger, on).news] == [text]


def test_a_letter_that_is_written_is_asked_for_once() -> None:
    """While a reminder lies ready, dsr asks to send it, not to write it again, nor to send the first letter again."""
    events = log(DRAFT, SENT, _written("reminder", K.REMINDED, LATE))
    asked = [item.what for item in agenda.items(case(), events, day(LATE)) if item.needs_you]
    assert asked == ["send the reminder letter and log it"]


def test_a_right_without_a_command_of_its_own_has_the_general_door() -> None:
    """Every right has a command that carries its case on."""
    assert agenda.front_door(case(right=Right.RECTIFICATION)) == "dsr request rectification openai"
