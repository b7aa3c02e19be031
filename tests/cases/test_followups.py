"""Which letter may follow, over histories of every kind: refused or written, never too early, and never without its request."""

from __future__ import annotations

from datetime import date

import pytest
from casework import EMAIL, LAWS, SETTINGS, K, case, corrected, day, happened, histories, log
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from dsr import letters
from dsr.cases import clock, followups, history, ladder, pending, story
from dsr.cases.story import Said
from dsr.errors import IllegalMove, UnknownName, UsageError
from dsr.letters.asks import ITEMS
from dsr.letters.kinds import KINDS, FollowUp
from dsr.model import Event, EventKind, Right, Route, Subject

SENT = happened(K.SENT, "09-01", EMAIL)
ADA = Subject(id="me", name="Ada Lovelace", emails=("ada@example.org",))
DAYS = st.dates(date(2026, 9, 1), date(2027, 3, 1))
SAID = Said(missing=("15(1)(g)",))


def now(*events: Event) -> list[Event]:
    """The effective history."""
    return history.effective(log(*events))


@given(histories(SENT), LAWS, DAYS, st.sampled_from(list(FollowUp)), st.sampled_from(list(Right)))
@settings(max_examples=120, deadline=None)
def test_a_letter_is_refused_or_written(
    events: list[Event], law: tuple[str, str, str], on: date, kind: FollowUp, right: Right
) -> None:
    """Whatever was logged, a letter that dsr lets follow can be written from the case, and another one is refused by name."""
    regime, residence, place = law
    if regime is None:
        return
    request, known = case(regime, residence, right, place), history.effective(events)
    if followups.why_not(request, known, kind, on):
        with pytest.raises(IllegalMove):
            followups.check(request, known, kind, on)
        return
    told = story.tell(request, known, kind, on, SAID)
    if any(not getattr(told, need) for need in KINDS[kind].needs):
        return  # the day on which the answer was due is not firmly known: the person is asked for it
    letter = letters.render(
        regime=regime, right=right, name=kind, lang="en", subject=ADA, controller="openai", entity=request.entity,
        service="OpenAI", reference=request.reference, on=on, route=Route.EMAIL, story=told,
    )  # fmt: skip
    assert request.reference in letter.body


@given(histories(SENT), LAWS, DAYS)
@settings(max_examples=150, deadline=None)
def test_nobody_is_chased_before_the_latest_date(events: list[Event], law: tuple[str, str, str], on: date) -> None:
    """A reminder follows only a date of the law that is over by its latest reading; a complaint only that, or the company's
    word, or a step that was taken before."""
    regime, residence, place = law
    request, known = case(regime, residence, Right.ACCESS, place), history.effective(events)
    found = clock.of_case(request, known)
    over = [one for one in found.deadlines if one.whose == "controller" and one.basis == "law" and one.latest < on]
    follows = ladder.may_follow(request, known, on)
    if f"dsr reply {request.id} reminder" in follows:
        assert over
    if f"dsr complain {request.id}" in follows:
        assert over or history.last(known, K.ANSWERED, K.DENIED, K.APPEALED, K.COMPLAINED)
    if regime is None:
        assert follows == []


@given(histories(SENT), DAYS)
@settings(max_examples=100, deadline=None)
def test_a_draft_waits_until_it_is_logged(events: list[Event], on: date) -> None:
    """A letter that is written is asked for until its event is logged after it, whatever else is logged."""
    number = max(event.seq for event in events) + 1
    draft = happened(K.DRAFTED, "12-01", EMAIL, seq=number, data={"reply": "reminder", "logs": "reminded"})
    waiting = pending.unsent([*events, draft])
    assert waiting == [draft]
    after = happened(K.REMINDED, "12-02", seq=number + 1)
    assert pending.unsent([*events, draft, after]) == []
    assert pending.follows(draft)
    assert draft not in pending.without([*events, draft])


def test_a_product_button_is_no_request() -> None:
    """The switch in the settings, and a letter that bounced, are no request under the law that could be reminded of."""
    assert followups.asked(now(happened(K.ACCEPTED, "09-01", SETTINGS))) is None
    assert followups.asked(now(SENT, happened(K.BOUNCED, "09-02", EMAIL))) is None
    assert followups.asked(now(SENT)) is not None


def test_a_mended_date_mends_the_story() -> None:
    """The story is told from the corrected log."""
    told = story.tell(case(), now(SENT, corrected(1, "sent", "09-05", EMAIL)), FollowUp.REMINDER, day("12-01"), Said())
    assert (told.asked_on, told.due_on, told.due_article) == (day("09-05"), day("10-05"), "Art. 12(3) GDPR")


def test_notes_stay_with_the_person() -> None:
    """A note of the log is in no letter."""
    events = now(SENT, happened(K.DENIED, "09-05", note="they were rude"))
    told = story.tell(case(), events, FollowUp.COMPLAINT, day("12-01"), Said())
    assert [(one.on, one.kind, one.note) for one in told.events] == [
        (day("09-01"), EventKind.SENT, ""), (day("09-05"), EventKind.DENIED, ""),
    ]  # fmt: skip


def test_a_date_that_is_only_remembered_is_not_told() -> None:
    """Where the law's date rests on memory, the letter has no date, unless the person gives it."""
    request = case("us-co", "US-CO", Right.ERASURE, "US-CA")
    events = now(SENT, happened(K.DENIED, "09-05"), happened(K.APPEALED, "09-06"))
    told = story.tell(request, events, FollowUp.COMPLAINT, day("2027-01-01"), Said())
    assert (told.due_on, told.due_article) == (None, "")
    given_ = story.tell(request, events, FollowUp.COMPLAINT, day("2027-01-01"), Said(due_on=day("10-20")))
    assert (given_.due_on, given_.due_article) == (day("10-20"), "")


def test_the_enclosures_are_the_letters_that_went() -> None:
    """Each letter that was logged as sent is enclosed once, oldest first; a draft that never went is not."""
    first = happened(K.DRAFTED, "08-31", EMAIL, data={"letter": "Request"})
    reminder = {"letter": "Reminder", "reply": "reminder", "logs": "reminded"}
    events = now(
        first,
        SENT,
        happened(K.DRAFTED, "10-05", EMAIL, data=reminder),
        happened(K.REMINDED, "10-06"),
        happened(K.DRAFTED, "10-20", EMAIL, data=reminder | {"letter": "Reminder 2"}),
    )
    told = story.tell(case(), events, FollowUp.COMPLAINT, day("12-01"), Said(enclosures=("their mail",)))
    assert told.letters == (("Request", day("09-01")), ("Reminder", day("10-06")))
    assert told.enclosures == ("their mail",)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        (["g"], ("15(1)(g)",)),
        (["H", "(a)", "15(2)"], ("15(1)(a)", "15(1)(h)", "15(2)")),
        (["3", "3", "Art. 15(3)"], ("15(3)",)),
        ([], ()),
    ],
)
def test_items_are_understood_short_and_long(typed: list[str], found: tuple[str, ...]) -> None:
    """An item of Article 15 may be typed as its letter or number, or in full; the order is the law's."""
    assert story.items(typed, "eu-gdpr") == found


@pytest.mark.parametrize("typed", ["i", "", "15", "16(1)", "1"])
def test_an_unknown_item_is_refused(typed: str) -> None:
    """What is no item of Article 15 is refused."""
    with pytest.raises(UnknownName):
        story.items([typed], "eu-gdpr")


def test_every_item_has_a_short_name() -> None:
    """All ten items can be typed in short."""
    assert story.items(list("abcdefgh23"), "eu-gdpr") == ITEMS


def test_what_was_not_asked_for_cannot_lack() -> None:
    """Under the act of a US state only the items that its request asks for are known."""
    assert story.items(list("abcg3"), "us-va") == ("15(1)(a)", "15(1)(b)", "15(1)(c)", "15(1)(g)", "15(3)")
    for typed in ("f", "15(1)(f)", "2"):
        with pytest.raises(UnknownName):
            story.items([typed], "us-va")


def test_nothing_is_told_of_a_case_without_a_request() -> None:
    """There is no story before anything was sent."""
    with pytest.raises(UsageError, match="no request was logged as sent yet"):
        story.tell(case(), [], FollowUp.REMINDER, day("12-01"), Said())


def test_each_follow_up_has_its_event_and_its_door() -> None:
    """Every kind of letter is written by `reply` or by `complain`, and an event says that it went."""
    assert set(followups.REPLIES) | {FollowUp.COMPLAINT, FollowUp.CONTROLLER_COMPLAINT} == set(FollowUp)
    assert {followups.logs(kind) for kind in FollowUp} == {K.REMINDED, K.IDENTITY_GIVEN, K.APPEALED, K.COMPLAINED}
    ended = now(SENT, happened(K.CLOSED, "09-05"))
    assert followups.why_not(case(), ended, FollowUp.REMINDER, day("12-01")) == "the case is closed"
    assert structs.replace(SENT, seq=1) == log(SENT)[0]
