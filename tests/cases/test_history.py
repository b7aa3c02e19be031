"""What the events of a case amount to: status, legal moves, corrections."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from casework import (
    EMAIL,
    KINDS,
    LAWS,
    LINK,
    PORTAL,
    POST,
    READY,
    SETTINGS,
    K,
    case,
    corrected,
    dates,
    day,
    happened,
    histories,
    log,
    status,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from dsr.cases import agenda, clock, history, reminding, stages
from dsr.errors import BadDate, IllegalMove
from dsr.model import Event, Route, Status
from dsr.speech import Speech

DRAFT = happened(K.DRAFTED, "11-01", EMAIL)
SENT = happened(K.SENT, "11-02", EMAIL)  # the answer is due on 2026-12-02

STATUSES = [
    ("nothing yet", [], "11-22", "draft"),
    ("a letter that is only written", [DRAFT], "11-22", "draft"),
    ("a letter on its way", [DRAFT, SENT], "11-22", "open"),
    ("the last day is not late", [DRAFT, SENT], "12-02", "open"),
    ("late after the latest reading", [DRAFT, SENT], "2027-01-15", "overdue"),
    ("acknowledged", [DRAFT, SENT, happened(K.ACKNOWLEDGED, "11-03")], "11-22", "in-progress"),
    ("an identity check", [DRAFT, SENT, happened(K.IDENTITY_REQUESTED, "11-03")], "11-22", "in-progress"),
    ("a fee is asked for", [DRAFT, SENT, happened(K.FEE_REQUESTED, "11-03")], "11-22", "in-progress"),
    ("a question", [DRAFT, SENT, happened(K.CLARIFICATION_REQUESTED, "11-03")], "11-22", "in-progress"),
    ("extended in time", [DRAFT, SENT, happened(K.EXTENDED, "11-30")], "2027-01-15", "in-progress"),
    ("extended too late", [DRAFT, SENT, happened(K.EXTENDED, "2027-01-05")], "2027-01-15", "overdue"),
    ("answered", [DRAFT, SENT, happened(K.ANSWERED, "11-20")], "2027-01-15", "fulfilled"),
    (
        "answered in part",
        [DRAFT, SENT, happened(K.ANSWERED, "11-20", data={"extent": "partial"})],
        "11-22",
        "in-progress",
    ),
    (
        "the rest is late",
        [DRAFT, SENT, happened(K.ANSWERED, "11-20", data={"extent": "partial"})],
        "2027-01-15",
        "overdue",
    ),
    ("denied", [DRAFT, SENT, happened(K.DENIED, "11-20", data={"reason": "no-match"})], "2027-01-15", "denied"),
    (
        "denied and complained of",
        [DRAFT, SENT, happened(K.DENIED, "11-20"), happened(K.COMPLAINED, "11-21")],
        "11-22",
        "denied",
    ),
    ("withdrawn", [DRAFT, SENT, happened(K.WITHDRAWN, "11-20")], "2027-01-15", "revoked"),
    ("closed without an answer", [DRAFT, SENT, happened(K.CLOSED, "11-20")], "2027-01-15", "revoked"),
    (
        "closed after the answer",
        [DRAFT, SENT, happened(K.ANSWERED, "11-19"), happened(K.CLOSED, "11-20")],
        "11-22",
        "fulfilled",
    ),
    (
        "closed after a denial",
        [DRAFT, SENT, happened(K.DENIED, "11-19"), happened(K.CLOSED, "11-20")],
        "11-22",
        "denied",
    ),
    ("reopened", [DRAFT, SENT, happened(K.WITHDRAWN, "11-19"), happened(K.REOPENED, "11-20")], "11-22", "open"),
    (
        "answered in time and reopened",
        [DRAFT, SENT, happened(K.ANSWERED, "11-19"), happened(K.REOPENED, "11-20")],
        "2027-01-15",
        "in-progress",
    ),
    (
        "a link",
        [happened(K.SUBMITTED, "11-01", SETTINGS), happened(K.LINK_RECEIVED, "11-03", promises=(LINK,))],
        "11-04",
        "in-progress",
    ),
    (
        "the link is over",
        [happened(K.SUBMITTED, "11-01", SETTINGS), happened(K.LINK_RECEIVED, "11-03", promises=(LINK,))],
        "11-05",
        "expired",
    ),
    (
        "a new link after one that is over",
        [
            happened(K.SUBMITTED, "11-01", SETTINGS),
            happened(K.LINK_RECEIVED, "11-03", promises=(LINK,)),
            happened(K.LINK_RECEIVED, "11-20", promises=(LINK,)),
        ],
        "11-21",
        "in-progress",
    ),
    (
        "downloaded",
        [
            happened(K.SUBMITTED, "11-01", SETTINGS),
            happened(K.LINK_RECEIVED, "11-03", promises=(LINK,)),
            happened(K.DOWNLOADED, "11-04"),
        ],
        "11-22",
        "fulfilled",
    ),
    (
        "a switch seen turned",
        [happened(K.SUBMITTED, "11-01", SETTINGS), happened(K.VERIFIED, "11-01", SETTINGS)],
        "11-22",
        "fulfilled",
    ),
    (
        "already as wished",
        [happened(K.DRAFTED, "11-01", SETTINGS), happened(K.VERIFIED, "11-01", SETTINGS)],
        "11-22",
        "fulfilled",
    ),
    ("accepted by the site", [happened(K.ACCEPTED, "11-01", SETTINGS, promises=(READY,))], "11-08", "open"),
    ("the promise is broken", [happened(K.ACCEPTED, "11-01", SETTINGS, promises=(READY,))], "11-09", "overdue"),
    (
        "unknown whether it went out",
        [happened(K.DRAFTED, "11-01", SETTINGS), happened(K.RUN_UNKNOWN, "11-01", SETTINGS)],
        "11-22",
        "in-progress",
    ),
    (
        "a stopped run",
        [happened(K.DRAFTED, "11-01", SETTINGS), happened(K.RUN_STOPPED, "11-01", SETTINGS)],
        "11-22",
        "draft",
    ),
    ("bounced", [DRAFT, SENT, happened(K.BOUNCED, "11-03", EMAIL)], "2027-01-15", "open"),
    (
        "a letter by post without receipt",
        [happened(K.DRAFTED, "11-01", POST), happened(K.SENT, "11-02", POST)],
        "2027-06-01",
        "open",
    ),
]


@pytest.mark.parametrize(("events", "on", "expected"), [pytest.param(*row[1:], id=row[0]) for row in STATUSES])
def test_status(events: list[Event], on: str, expected: str) -> None:
    """Status is what the events and the day make it, nothing else."""
    assert status(log(*events), on) == expected


REFUSED = [
    (K.RECEIVED, [DRAFT]),
    (K.ACKNOWLEDGED, [DRAFT]),
    (K.IDENTITY_GIVEN, [DRAFT, SENT]),
    (K.FEE_PAID, [DRAFT, SENT]),
    (K.CLARIFIED, [DRAFT, SENT]),
    (K.EXTENDED, [DRAFT]),
    (K.ANSWERED, [DRAFT]),
    (K.DENIED, [DRAFT]),
    (K.LINK_RECEIVED, [DRAFT]),
    (K.DOWNLOADED, [DRAFT, SENT]),
    (K.BOUNCED, [DRAFT]),
    (K.REMINDED, [DRAFT]),
    (K.APPEALED, [DRAFT]),
    (K.COMPLAINED, [DRAFT]),
    (K.ACCEPTED, [DRAFT]),
    (K.RECHECK_DUE, [DRAFT, SENT]),
    (K.REOPENED, [DRAFT, SENT]),
    (K.SENT, [DRAFT, SENT]),
    (K.RECEIVED, [DRAFT, SENT, happened(K.CLOSED, "11-03")]),
    (K.SENT, [DRAFT, happened(K.WITHDRAWN, "11-03")]),
]


@pytest.mark.parametrize(("kind", "events"), REFUSED)
def test_an_illegal_move_is_refused_and_the_legal_ones_are_named(kind: K, events: list[Event]) -> None:
    """A refused event names itself, the case, and exactly the kinds that could follow."""
    before = log(*events)
    with pytest.raises(IllegalMove) as refused:
        history.check("openai-1", before, happened(kind, "11-20", EMAIL))
    offered = set(refused.value.hint.removeprefix("possible now: ").split(", "))
    assert (str(kind) in refused.value.message, "openai-1" in refused.value.message) == (True, True)
    assert refused.value.exit_code == 2
    assert str(kind) not in offered
    for name in offered - {"corrected"}:
        routes = [happened(K(name), "11-20", route) for route in (None, POST)]
        assert any(_passes(before, new) for new in routes), name


def _passes(before: list[Event], new: Event) -> bool:
    try:
        history.check("openai-1", before, new)
    except IllegalMove:
        return False
    return True


def test_a_second_letter_goes_by_another_route() -> None:
    """The same letter may go by post after it went by e-mail, and by e-mail again only after a bounce."""
    sent = log(DRAFT, SENT)
    history.check("openai-1", sent, happened(K.SENT, "11-05", POST))
    with pytest.raises(IllegalMove, match="went by email on 2026-11-02 already"):
        history.check("openai-1", sent, happened(K.SENT, "11-05", EMAIL))
    history.check("openai-1", log(*sent, happened(K.BOUNCED, "11-03", EMAIL)), happened(K.SENT, "11-05", EMAIL))


def test_a_bounce_takes_back_its_own_route_only() -> None:
    """An e-mail that bounces says nothing about the letter by post."""
    events = log(DRAFT, SENT, happened(K.SENT, "11-03", POST), happened(K.BOUNCED, "11-04", EMAIL))
    now = history.effective(events)
    assert history.bounced(now, now[1])
    assert not history.bounced(now, now[2])
    with pytest.raises(IllegalMove, match="by post"):
        history.check("openai-1", events, happened(K.SENT, "11-05", POST))


@pytest.mark.parametrize(("kind", "on"), [(K.RECEIVED, "11-01"), (K.ANSWERED, "10-31"), (K.BOUNCED, "11-01")])
def test_nothing_happens_before_its_cause(kind: K, on: str) -> None:
    """An answer, a receipt or a bounce dated before the letter is an impossible date."""
    with pytest.raises(BadDate, match=r"lies before 'sent' on 2026-11-02"):
        history.check("openai-1", log(DRAFT, SENT), happened(kind, on))


def test_a_corrected_date_moves_status_and_dates() -> None:
    """Mending the date of sending moves the deadline and the status, and the old entry stays in the log."""
    events = log(DRAFT, happened(K.SENT, "09-02", EMAIL))
    assert status(events, "11-22") == Status.OVERDUE
    mended = log(*events, corrected(2, "sent", "11-02", EMAIL))
    history.check("openai-1", events, mended[-1])
    assert status(mended, "11-22") == Status.OPEN
    assert dates(mended)["response"].due == day("12-02")
    assert [(event.kind, event.on) for event in mended[1:]] == [(K.SENT, day("09-02")), (K.CORRECTED, day("11-02"))]


def test_a_corrected_kind_is_that_kind() -> None:
    """An entry that was really another kind counts as that kind, with its own route."""
    events = log(DRAFT, SENT, happened(K.ANSWERED, "11-05"), corrected(3, "acknowledged", "11-05"))
    assert status(events, "11-22") == Status.IN_PROGRESS
    assert "response" in dates(events)


def test_a_voided_entry_is_gone() -> None:
    """An entry declared void no longer counts."""
    events = log(DRAFT, SENT, happened(K.WITHDRAWN, "11-05"), corrected(3, "void", "11-05"))
    assert status(events, "11-22") == Status.OPEN
    assert [event.kind for event in history.effective(events)] == [K.DRAFTED, K.SENT]


def test_a_correction_can_be_corrected() -> None:
    """The last correction holds: a date mended twice, and a void entry that was right after all."""
    events = log(DRAFT, SENT, corrected(2, "sent", "11-05", EMAIL), corrected(3, "sent", "11-06", EMAIL))
    assert dates(events)["response"].nominal == day("12-06")
    again = log(DRAFT, SENT, corrected(2, "void", "11-02", EMAIL), corrected(3, "sent", "11-02", EMAIL))
    assert dates(again)["response"].nominal == day("12-02")


def test_a_correction_stands_at_the_place_of_its_entry() -> None:
    """What was logged after an entry still comes after it when the entry's date is mended."""
    bounced = log(DRAFT, SENT, happened(K.BOUNCED, "11-04", EMAIL), corrected(2, "sent", "11-03", EMAIL))
    assert dates(bounced) == {}
    reopened = log(
        DRAFT, SENT, happened(K.CLOSED, "11-05"), happened(K.REOPENED, "11-06"), corrected(3, "closed", "11-04")
    )
    assert status(reopened, "11-22") == Status.OPEN
    asked = log(
        DRAFT,
        SENT,
        happened(K.IDENTITY_REQUESTED, "11-04"),
        happened(K.IDENTITY_GIVEN, "11-05"),
        corrected(3, "identity-requested", "11-03"),
    )
    assert not [item for item in agenda.items(case(), asked, day("11-22")) if item.needs_you]


def test_a_correction_may_not_make_the_impossible() -> None:
    """A correction is refused that puts an effect before its cause, takes the cause away, or sends twice."""
    events = log(DRAFT, SENT, happened(K.RECEIVED, "11-04"), happened(K.SENT, "11-05", POST))
    with pytest.raises(BadDate, match=r"'2026-11-04' lies before 'sent' on 2026-11-05"):
        history.check("openai-1", events, corrected(2, "sent", "11-06", EMAIL))
    with pytest.raises(BadDate):
        history.check("openai-1", events, corrected(3, "received", "11-01"))
    with pytest.raises(IllegalMove, match="went by email"):
        history.check("openai-1", events, corrected(4, "sent", "11-05", EMAIL))
    with pytest.raises(IllegalMove, match="'received' on 2026-11-04 would have nothing before it"):
        history.check("openai-1", events[:3], corrected(2, "void", "11-02", EMAIL))
    history.check("openai-1", events, corrected(2, "sent", "11-03", EMAIL))


def test_a_resent_letter_may_have_its_first_date_mended() -> None:
    """The date of a letter that bounced can be corrected although the letter went again."""
    events = log(DRAFT, SENT, happened(K.BOUNCED, "11-04", EMAIL), happened(K.SENT, "11-05", EMAIL))
    history.check("openai-1", events, corrected(2, "sent", "11-03", EMAIL))


@settings(max_examples=150, deadline=None)
@given(histories(), LAWS, st.integers(0, 700))
def test_status_never_fails(events: list[Event], law: tuple[str | None, str, str], later: int) -> None:
    """Whatever was legally logged, status, dates, items and stages can be told for every law and day."""
    on = date(2026, 9, 1) + timedelta(days=later)
    request = case(*law[:2], place=law[2])
    now = history.effective(events)
    assert history.status(now, clock.of_case(request, now).deadlines, on) in set(Status)
    assert all(item.what and item.why and item.command.startswith("dsr ") for item in agenda.items(request, events, on))
    at = datetime(on.year, on.month, on.day, 12, tzinfo=UTC)
    for stage in agenda.look(request, events, on).stages:
        if name := stages.reached(stage, at):
            assert name in (*stages.ORDER, "ask")
            assert reminding.text(stage, name, on, at, Speech("de", "DE-BE")).startswith("openai-1: ")
    assert K.CORRECTED in history.legal(now)


@settings(max_examples=150, deadline=None)
@given(histories())
def test_corrections_are_applied_once(events: list[Event]) -> None:
    """An effective history holds no correction, no replaced entry, each place once, and is its own effective history."""
    now = history.effective(events)
    assert history.effective(now) == now
    assert not any(event.kind == K.CORRECTED for event in now)
    places = [event.seq for event in now]
    assert len(set(places)) == len(places)
    assert set(places) <= {event.seq for event in events if event.kind != K.CORRECTED}
    assert [event.on for event in now] == sorted(event.on for event in now)


@settings(max_examples=100, deadline=None)
@given(histories(), KINDS, st.sampled_from([*Route, None]))
def test_every_legal_kind_is_told_apart(events: list[Event], kind: K, route: Route | None) -> None:
    """A kind outside the legal ones is always refused, and the refusal does not name it as possible."""
    new = Event(kind=kind, on=date(2026, 12, 1), recorded_at=datetime(2026, 12, 1, tzinfo=UTC), route=route)
    if kind in history.legal(history.effective(events)):
        return
    with pytest.raises(IllegalMove) as refused:
        history.check("openai-1", events, new)
    assert str(kind) not in refused.value.hint.removeprefix("possible now: ").split(", ")


def test_a_portal_is_accepted_after_it_is_submitted() -> None:
    """A form counts as accepted only after it was submitted."""
    drafted = log(happened(K.DRAFTED, "11-01", PORTAL))
    with pytest.raises(IllegalMove, match="nothing was logged as run-unknown or submitted yet"):
        history.check("openai-1", drafted, happened(K.ACCEPTED, "11-02", PORTAL))
    history.check(
        "openai-1", log(*drafted, happened(K.SUBMITTED, "11-02", PORTAL)), happened(K.ACCEPTED, "11-02", PORTAL)
    )
