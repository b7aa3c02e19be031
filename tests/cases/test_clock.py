"""What starts which clock, by route; what stops it being anybody's fault."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from casework import EMAIL, LINK, PORTAL, POST, READY, SETTINGS, K, case, dates, day, happened, log, status
from msgspec import UNSET, structs

from dsr.cases import clock, history
from dsr.model import Event, Right, Route, Status

BY_LETTER = [happened(K.DRAFTED, "11-01", EMAIL), happened(K.SENT, "11-02", EMAIL)]
BY_POST = [happened(K.DRAFTED, "11-01", POST), happened(K.SENT, "11-02", POST)]


def test_a_settings_request_starts_the_promise_only() -> None:
    """A product button is no statutory request: seven days by the provider's word, nothing by law."""
    found = dates(log(happened(K.ACCEPTED, "11-02", SETTINGS, promises=(READY,))))
    assert list(found) == ["export-ready"]
    ready = found["export-ready"]
    assert (ready.basis, ready.due, ready.latest, ready.url) == ("promise", day("11-09"), day("11-09"), "")
    assert "7 days from 'accepted' on 2026-11-02" in ready.reason


@pytest.mark.parametrize("route", [SETTINGS, PORTAL])
def test_submitted_alone_starts_nothing(route: Route) -> None:
    """What was submitted and not accepted has no date."""
    assert dates(log(happened(K.SUBMITTED, "11-02", route))) == {}


def test_an_accepted_portal_request_starts_the_law() -> None:
    """A portal that accepts has received the request that day, and nothing is assumed."""
    found = dates(log(happened(K.SUBMITTED, "11-02", PORTAL), happened(K.ACCEPTED, "11-03", PORTAL)))
    assert (found["response"].basis, found["response"].due) == ("law", day("12-03"))
    assert "assumed" not in found["response"].reason


def test_a_sent_email_starts_the_law_as_assumed() -> None:
    """An e-mail counts from the day of sending, and the reason says that this is assumed."""
    response = dates(log(*BY_LETTER))["response"]
    assert (response.basis, response.due, response.article) == ("law", day("12-02"), "Art. 12(3) GDPR")
    assert response.reason.endswith("receipt on the day of sending is assumed until proven")


def test_a_logged_receipt_replaces_the_assumption() -> None:
    """Where the receipt is logged, it counts, and nothing is assumed any more."""
    response = dates(log(*BY_LETTER, happened(K.RECEIVED, "11-04")))["response"]
    assert (response.basis, response.due) == ("law", day("12-04"))
    assert "assumed" not in response.reason


def test_a_bounce_takes_the_clock_back() -> None:
    """A letter that came back was never received; sent again, it counts from then."""
    bounced = [*BY_LETTER, happened(K.BOUNCED, "11-03", EMAIL)]
    assert dates(log(*bounced)) == {}
    assert dates(log(*bounced, happened(K.SENT, "11-05", EMAIL)))["response"].nominal == day("12-05")


def test_a_bounce_of_the_email_leaves_the_post_alone() -> None:
    """The letter by post keeps its receipt when the e-mail bounces."""
    events = log(*BY_LETTER, happened(K.SENT, "11-03", POST), happened(K.BOUNCED, "11-04", EMAIL))
    assert dates(events)["response"].basis == "estimate"


def test_a_posted_letter_gives_an_estimate_that_is_never_late() -> None:
    """By post there is only an estimate before the receipt is logged, and nobody is ever overdue by it."""
    events = log(*BY_POST)
    response = dates(events)["response"]
    assert (response.basis, response.due) == ("estimate", day("12-02"))
    assert "the law counts from receipt, which is not logged yet" in response.reason
    assert not history.binding(response)
    assert status(events, "2030-01-01") == Status.OPEN


def test_a_posted_letter_counts_from_receipt() -> None:
    """Once received, the law's clock runs from that day."""
    events = log(*BY_POST, happened(K.RECEIVED, "11-06"))
    assert (dates(events)["response"].basis, dates(events)["response"].due) == ("law", day("12-07"))
    assert status(events, "2027-01-15") == Status.OVERDUE


@pytest.mark.parametrize(("residence", "place"), [("CH", "IE"), ("US", "US-CA"), ("US-NY", "US-CA"), ("BR", "US-CA")])
def test_without_a_law_there_is_a_sentence_and_no_date(residence: str, place: str) -> None:
    """Where no law is on file, dsr says so instead of guessing; the provider's promise still counts."""
    events = log(*BY_LETTER, happened(K.ACCEPTED, "11-02", SETTINGS, promises=(READY,)))
    table = clock.of_case(case(None, residence, place=place), history.effective(events))
    assert [one.kind for one in table.deadlines] == ["export-ready"]
    assert table.waiting == (f"no law pack covers residence {residence}: no legal date is stated",)


def test_a_law_without_a_period_for_the_right_says_so() -> None:
    """A right that the law does not give has a sentence and no date."""
    request = case("us-ca-ccpa", "US-CA", Right.RESTRICTION, "US-CA")
    table = clock.of_case(request, history.effective(log(*BY_LETTER)))
    assert table.deadlines == ()
    assert table.waiting == ("CCPA does not give the right 'restriction': no legal date is stated",)


def test_a_place_without_holidays_is_named() -> None:
    """Where the holidays of the company's place are not on file, the case still opens and says what is missing."""
    request = case(place="LU")
    table = clock.of_case(request, history.effective(log(*BY_LETTER)))
    assert table.deadlines or table.waiting[0].startswith("no legal date: ")


def test_days_and_hours_of_a_promise() -> None:
    """A promise in hours has an instant, counted from the moment at which it was noted."""
    noted = happened(K.LINK_RECEIVED, "11-03", promises=(LINK,))
    link = dates(log(noted))["link-expires"]
    assert link.at == noted.recorded_at + timedelta(hours=24)
    assert (link.due, link.whose, link.basis) == (day("11-04"), "subject", "promise")
    ready = dates(log(happened(K.ACCEPTED, "11-02", SETTINGS, promises=(READY,))))["export-ready"]
    assert ready.at is UNSET


def test_hours_of_a_day_in_the_past_are_never_too_long() -> None:
    """A link noted days later counts from the beginning of its day: dsr never shows hours that are over."""
    noted = happened(K.LINK_RECEIVED, "11-03", promises=(LINK,), recorded_at=datetime(2026, 11, 20, 9, tzinfo=UTC))
    link = dates(log(noted))["link-expires"]
    assert isinstance(link.at, datetime)
    assert link.at.astimezone().date() == day("11-04") == link.due


def test_a_new_link_has_hours_of_its_own() -> None:
    """A promise counts from the newest event that carries it."""
    events = log(
        happened(K.LINK_RECEIVED, "11-03", promises=(LINK,)), happened(K.LINK_RECEIVED, "11-20", promises=(LINK,))
    )
    assert dates(events)["link-expires"].due == day("11-21")


CALIFORNIA = case("us-ca-ccpa", "US-CA", place="US-CA")


def test_california_counts_days_and_an_acknowledgement() -> None:
    """Under California's law the answer has 45 days and its confirmation ten working days."""
    found = dates(log(*BY_LETTER), CALIFORNIA)
    assert found["response"].due == day("12-17")
    assert found["acknowledgement"].due == day("11-17")  # 11 November is Veterans Day
    assert status(log(*BY_LETTER), "11-18", CALIFORNIA) == Status.OVERDUE


@pytest.mark.parametrize("kind", [K.ACKNOWLEDGED, K.EXTENDED])
def test_an_acknowledgement_that_came_is_not_late(kind: K) -> None:
    """A confirmation that was logged keeps its date: the company is not late with it afterwards."""
    events = log(*BY_LETTER, happened(kind, "11-05"))
    acknowledged = dates(events, CALIFORNIA)["acknowledgement"]
    assert acknowledged.superseded
    assert acknowledged.reason.endswith(f"'{kind}' on 5 November 2026")
    assert status(events, "11-25", CALIFORNIA) == Status.IN_PROGRESS


def test_an_appeal_is_kept_by_its_own_answer() -> None:
    """The refusal that was appealed against does not answer the appeal; what comes after the appeal does."""
    virginia = case("us-va", "US-VA", place="US-CA")
    appealed = [*BY_LETTER, happened(K.DENIED, "11-10"), happened(K.APPEALED, "11-20")]
    assert not dates(log(*appealed), virginia)["appeal"].superseded
    assert dates(log(*appealed, happened(K.ANSWERED, "12-01")), virginia)["appeal"].superseded


def test_a_promise_that_was_kept_is_not_late() -> None:
    """An export whose link came is not overdue when the seven days are over."""
    events = log(
        happened(K.ACCEPTED, "11-02", SETTINGS, promises=(READY,)), happened(K.LINK_RECEIVED, "11-04", promises=(LINK,))
    )
    assert dates(events)["export-ready"].superseded
    assert status(events, "11-20") == Status.EXPIRED


def test_a_second_export_has_a_promise_of_its_own() -> None:
    """An export asked for again is waited for again."""
    events = log(
        happened(K.ACCEPTED, "11-02", SETTINGS, promises=(READY,)),
        happened(K.LINK_RECEIVED, "11-04", promises=(LINK,)),
        happened(K.ACCEPTED, "11-10", SETTINGS, promises=(READY,)),
    )
    ready = dates(events)["export-ready"]
    assert (ready.due, ready.superseded) == (day("11-17"), False)


def test_a_partial_answer_keeps_no_date() -> None:
    """What is missing from a partial answer is still owed."""
    events = log(*BY_LETTER, happened(K.ANSWERED, "11-20", data={"extent": "partial"}))
    assert not dates(events)["response"].superseded


@pytest.mark.parametrize("regime", ["eu-gdpr", "uk-gdpr"])
def test_an_open_identity_check_has_no_date_but_a_sentence(regime: str) -> None:
    """While the company waits for proof of identity, dsr names the stop and its article instead of a date."""
    request = case(
        regime, "GB-SCT" if regime == "uk-gdpr" else "DE-BE", place="GB-ENG" if regime == "uk-gdpr" else "IE"
    )
    asked = [*BY_LETTER, happened(K.IDENTITY_REQUESTED, "11-05")]
    table = clock.of_case(request, history.effective(log(*asked)))
    assert not [one for one in table.deadlines if one.kind == "response"]
    assert "identity" in table.waiting[0] or "stand still" in table.waiting[0]
    given = dates(log(*asked, happened(K.IDENTITY_GIVEN, "11-07")), request)
    assert given["response"].due > day("12-02")


def test_the_route_of_acceptance_decides() -> None:
    """The same word from a settings page and from a portal starts different clocks."""

    def kinds(route: Route) -> set[str]:
        accepted: Event = happened(K.ACCEPTED, "11-02", route)
        return set(dates(log(structs.replace(accepted, promises=(READY,) if route == SETTINGS else ()))))

    assert kinds(SETTINGS) == {"export-ready"}
    assert kinds(PORTAL) == {"response", "extended"}
