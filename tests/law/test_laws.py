"""What sets the laws of the world apart, each rule in one worked example."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from dsr.law import deadlines, packs
from dsr.law.deadlines import Setting, Timetable
from dsr.law.stops import Mark
from dsr.model import Confidence, Deadline, EventKind, Right


def count(
    regime: str,
    place: str,
    *marks: str,
    right: Right = Right.ACCESS,
    residence: str = "",
) -> Timetable:
    """The timetable of marks written as `received=2026-06-01`."""
    made = [Mark(EventKind(kind), date.fromisoformat(day)) for kind, day in (mark.split("=") for mark in marks)]
    return deadlines.timetable(packs.find(regime), right, made, Setting(place, residence))


def asked(regime: str, word: str, place: str, *marks: str) -> Timetable:
    """The answer to a word, as a person types it."""
    made = [Mark(EventKind(kind), date.fromisoformat(day)) for kind, day in (mark.split("=") for mark in marks)]
    return deadlines.answer(packs.find(regime), word, made, Setting(place))


def dates(deadline: Deadline) -> list[str]:
    return [day.isoformat() for day in (deadline.nominal, deadline.due, deadline.latest)]


def kinds(found: Timetable) -> list[str]:
    return [deadline.kind for deadline in found.deadlines]


@pytest.mark.parametrize(
    ("regime", "place", "last", "first"),
    [
        ("cl-21719", "CL", "2026-11-30", "2026-12-01"),
        ("us-ok", "US-OK", "2026-12-31", "2027-01-01"),
        ("us-la", "US-LA", "2026-12-31", "2027-01-01"),
        ("us-al", "US-AL", "2027-04-30", "2027-05-01"),
        ("us-vt", "US-VT", "2027-12-31", "2028-01-01"),
    ],
)
def test_not_yet(regime: str, place: str, last: str, first: str) -> None:
    """A law gives no date for what was received before it applied, and says from when it does."""
    before = count(regime, place, f"received={last}")
    assert before.deadlines == ()
    (sentence,) = before.waiting
    assert f"is not in force on {date.fromisoformat(last).day} " in sentence
    assert sentence.endswith(f"it applies from {deadlines.spell(date.fromisoformat(first))}")
    assert kinds(count(regime, place, f"received={first}"))[:2] == ["response", "extended"]


def test_indian_grievance() -> None:
    """India: ninety days for a grievance from mid-May 2027; the rights themselves have the fiduciary's own period."""
    assert asked("in-dpdp", "grievance", "IN", "received=2027-05-13").deadlines == ()
    (found,) = asked("in-dpdp", "grievance", "IN", "received=2027-06-01").deadlines
    assert dates(found)[:2] == ["2027-08-30", "2027-08-30"]
    (sentence,) = count("in-dpdp", "IN", "received=2027-06-01").waiting
    assert "sets no number of days" in sentence
    assert "within the period that the fiduciary itself publishes" in sentence


def test_british_police() -> None:
    """Part 3 counts from the day after receipt: a request of 30 June is due on 1 August, not on 30 July."""
    (before,) = count("uk-dpa-part3", "GB-ENG", "received=2025-06-30").deadlines
    assert dates(before) == ["2025-08-01"] * 3
    assert before.reason == "1 month from the day after 30 June 2025 ends on 1 August 2025"
    first, extended = count("uk-dpa-part3", "GB-SCT", "received=2026-06-30").deadlines
    assert dates(first)[:2] == ["2026-08-01", "2026-08-04"]
    assert dates(extended)[0] == "2026-10-01"


def test_indonesian_hours() -> None:
    """Three times twenty-four hours end at the hour of receipt; where it is not known, with the third day."""
    at = datetime.fromisoformat("2026-01-05T10:00:00+07:00")
    marks = [Mark(EventKind.RECEIVED, at.date(), at)]
    (found,) = deadlines.timetable(packs.find("id-pdp"), Right.ACCESS, marks, Setting("ID")).deadlines
    assert found.at == datetime.fromisoformat("2026-01-08T10:00:00+07:00")
    assert found.reason == "72 hours from 5 January 2026, 10:00, end on 8 January 2026 at 10:00"
    (bare,) = count("id-pdp", "ID", "received=2026-01-02").deadlines
    assert not bare.at
    assert dates(bare) == ["2026-01-05"] * 3


def test_swiss_extension() -> None:
    """A Swiss controller may name a later day within the thirty days; then that day counts, and dsr does not invent one."""
    (first,) = count("ch-fadp", "CH-ZH", "received=2026-02-10").deadlines
    assert dates(first) == ["2026-03-12"] * 3
    assert first.reason.endswith("a notice with the new period by then may name a later date (Art. 18(2) DPO)")
    told = count("ch-fadp", "CH-ZH", "received=2026-02-10", "extended=2026-03-12")
    assert told.deadlines[0].superseded
    assert told.waiting == (
        "response: extended by the notice of 12 March 2026, to the date that it names (Art. 18(2) DPO)",
    )
    late = count("ch-fadp", "CH-ZH", "received=2026-02-10", "extended=2026-03-13")
    assert not late.deadlines[0].superseded


def test_without_a_number() -> None:
    """A right without a number answers with the law's word, and a guide as what it is; never with a date."""
    for regime, place, right, word, guide in (
        ("jp-appi", "JP", Right.ACCESS, "without delay", ""),
        ("ch-fadp", "CH-ZH", Right.RECTIFICATION, "no period is named", "30 days, until 12 March 2026"),
        ("sg-pdpa", "SG", Right.CONSENT_WITHDRAWAL, "on reasonable notice", "10 working days, until 26 February 2026"),
        ("au-privacy", "AU-NSW", Right.ACCESS, "within a reasonable period", "30 days, until 12 March 2026"),
        ("hk-pdpo", "HK", Right.MARKETING_OBJECTION, "at once", ""),
    ):
        found = count(regime, place, "received=2026-02-10", right=right)
        assert found.deadlines == ()
        (sentence,) = found.waiting
        assert f"the word of the law is: {word}" in sentence
        assert ("a guide, not a limit, is" in sentence) == bool(guide)
        assert guide in sentence


def test_agencies_by_name() -> None:
    """A clock for some controllers only runs when it is asked for by its name."""
    (found,) = asked("au-privacy", "access-agency", "AU-NSW", "received=2026-02-10").deadlines
    assert dates(found) == ["2026-03-12"] * 3
    assert asked("au-privacy", "access", "AU-NSW", "received=2026-02-10").deadlines == ()


def test_turkish_limits() -> None:
    """The Board takes a complaint for 30 days from the reply, and never later than 60 days from the application."""
    silent = count("tr-kvkk", "TR", "received=2026-01-05")
    assert kinds(silent) == ["response", "complaint-if-silent"]
    assert dates(silent.deadlines[1]) == ["2026-03-06"] * 3
    early = count("tr-kvkk", "TR", "received=2026-01-05", "answered=2026-01-12")
    assert kinds(early) == ["response", "complaint-after-reply"]
    assert dates(early.deadlines[1]) == ["2026-02-11"] * 3
    late = count("tr-kvkk", "TR", "received=2026-01-05", "answered=2026-02-20").deadlines[1]
    assert (late.whose, dates(late)) == ("subject", ["2026-03-06"] * 3)
    assert late.reason == (
        "30 days from 20 February 2026 would end on 22 March 2026, but at most 60 days from 5 January 2026"
        " (KVKK art. 14(1)): 6 March 2026"
    )
    assert "at most" not in early.deadlines[1].reason


def test_turkish_limits_by_name() -> None:
    """Asked for by name, the limit after a reply starts on the reply if it is told, and is capped by the application."""
    (told,) = asked("tr-kvkk", "complaint-after-reply", "TR", "received=2026-01-05", "answered=2026-01-12").deadlines
    assert told.due == date(2026, 2, 11)
    (capped,) = asked("tr-kvkk", "complaint-after-reply", "TR", "received=2026-01-05", "answered=2026-02-20").deadlines
    assert capped.due == date(2026, 3, 6)
    (silent,) = asked("tr-kvkk", "complaint-if-silent", "TR", "received=2026-01-05").deadlines
    assert silent.due == date(2026, 3, 6)


def test_limit_after_silence() -> None:
    """Where silence is a refusal, the person's own limit starts when the answer period ends, also an extended one."""
    silent = count("ca-pipeda", "CA-ON", "received=2026-03-02").deadlines
    assert [deadline.kind for deadline in silent] == ["response", "extended", "complaint-limit"]
    assert silent[0].due == date(2026, 4, 1)
    assert dates(silent[2]) == ["2026-10-01"] * 3
    assert silent[2].reason.startswith("if nothing is answered by 1 April 2026: 6 months from 1 April 2026")
    extended = count("ca-pipeda", "CA-ON", "received=2026-03-02", "extended=2026-03-20").deadlines
    assert dates(extended[2])[0] == "2026-11-01"
    refused = count("ca-pipeda", "CA-ON", "received=2026-03-02", "denied=2026-03-10").deadlines
    assert dates(refused[2])[0] == "2026-09-10"
    assert "if nothing is answered" not in refused[2].reason


def test_quebec_and_mexico() -> None:
    """The short limits of the person: thirty days in Quebec, fifteen business days in Mexico."""
    quebec = asked("ca-qc", "complaint-limit", "CA-QC", "received=2026-05-26").deadlines[0]
    assert dates(quebec)[:2] == ["2026-06-25", "2026-06-25"]
    mexico = asked("mx-lfpdppp", "complaint-limit", "MX", "received=2026-03-02").deadlines[0]
    assert mexico.due == date(2026, 3, 24)
    assert mexico.confidence is Confidence.RECALL


def test_vietnamese_third_parties() -> None:
    """Twenty days where a processor must act too: nobody is called late before, and the due date stays."""
    first, extended, acknowledgement = count("vn-pdpl", "VN", "received=2026-05-04", right=Right.OBJECTION).deadlines
    assert dates(first) == ["2026-05-19", "2026-05-19", "2026-05-25"]
    assert "20 days where a processor or a third party must act (Decree 356/2025)" in first.reason
    assert dates(extended)[1:] == ["2026-06-03", "2026-06-08"]
    assert (acknowledgement.kind, acknowledgement.due) == ("acknowledgement", date(2026, 5, 6))


def test_no_rule_on_the_last_day() -> None:
    """Where no rule on the last day was found it stays, and the next working day is the latest reading."""
    (argentina,) = count("ar-pdpl", "AR", "received=2026-03-14").deadlines
    assert dates(argentina) == ["2026-03-24", "2026-03-24", "2026-03-25"]
    (saturday,) = count("ar-pdpl", "AR", "received=2026-03-04").deadlines
    assert dates(saturday) == ["2026-03-14", "2026-03-14", "2026-03-16"]
    assert "a roll to the next working day, on which the law seen is silent, could move it" in saturday.reason


def test_weekends() -> None:
    """Saudi and Israeli weekends are Friday and Saturday; in Hong Kong, Singapore and Canada a Saturday is no day off."""
    friday = count("sa-pdpl", "SA", "received=2026-05-06").deadlines[0]
    assert dates(friday) == ["2026-06-05", "2026-06-05", "2026-06-07"]
    sunday = count("sa-pdpl", "SA", "received=2026-05-08").deadlines[0]
    assert dates(sunday) == ["2026-06-07"] * 3
    (hong_kong,) = count("hk-pdpo", "HK", "received=2026-03-02").deadlines[:1]
    assert dates(hong_kong) == ["2026-04-11"] * 3
    (singapore,) = count("sg-pdpa", "SG", "received=2026-05-21").deadlines
    assert dates(singapore) == ["2026-06-20"] * 3


def test_saturdays_in_iowa() -> None:
    """Iowa's rule on time names Sundays and holidays: a Saturday stays, unsurely, and Monday is the latest date."""
    _, extended, *_ = count("us-ia", "US-IA", "received=2026-01-15").deadlines
    assert dates(extended) == ["2026-05-30", "2026-05-30", "2026-06-01"]


def test_summer_gap_of_new_zealand() -> None:
    """From 25 December to 15 January no day is a working day, and a provincial anniversary is one like any other."""
    (found,) = count("nz-privacy", "NZ", "received=2026-12-24").deadlines
    assert found.due == date(2027, 2, 15)
    (auckland,) = count("nz-privacy", "NZ-AUK", "received=2026-12-24").deadlines
    assert dates(auckland) == dates(found)
    (old,) = count("nz-privacy", "NZ", "received=2020-11-30").deadlines
    assert old.article == "Privacy Act 1993 s 40"


def test_authentication_in_virginia() -> None:
    """No clause of the act stops the 45 days; a request that had to be authenticated is late only when it counts anew."""
    plain = count("us-va", "US-VA", "received=2026-03-02").deadlines[0]
    found = count(
        "us-va", "US-VA", "received=2026-03-02", "identity-requested=2026-03-03", "identity-given=2026-03-20"
    ).deadlines[0]
    assert found.due == plain.due == date(2026, 4, 16)
    assert found.latest == date(2026, 5, 4)
    assert "the time that the controller waited for your answer could move it to 4 May 2026" in found.reason
    opt_out = count(
        "us-va", "US-VA", "received=2026-03-02", "identity-requested=2026-03-03", right=Right.SALE_OPT_OUT
    ).deadlines[0]
    assert dates(opt_out) == ["2026-04-16"] * 3


def test_appeals() -> None:
    """An appeal has a clock of its own beside the answer; Colorado and Minnesota may extend it by sixty days."""
    found = count("us-co", "US-CO", "received=2026-03-02", "denied=2026-04-10", "appealed=2026-05-01").deadlines
    assert [deadline.kind for deadline in found] == ["response", "extended", "appeal", "appeal-extended"]
    assert [deadline.due.isoformat() for deadline in found[2:]] == ["2026-06-15", "2026-08-14"]
    assert found[2].confidence is Confidence.RECALL
    notice = ("received=2026-03-02", "denied=2026-04-10", "appealed=2026-05-01", "extended=2026-06-01")
    late = count("us-co", "US-CO", *notice).deadlines
    assert late[2].superseded
    assert not late[0].superseded


def test_mexican_steps() -> None:
    """What was missing starts the twenty business days anew; after a yes there are fifteen to carry it out."""
    marks = ("received=2026-03-02", "clarification-requested=2026-03-04", "clarified=2026-03-10")
    first = count("mx-lfpdppp", "MX", *marks).deadlines[0]
    assert first.due == count("mx-lfpdppp", "MX", "received=2026-03-10").deadlines[0].due
    assert first.confidence is Confidence.RECALL
    asked_for = count("mx-lfpdppp", "MX", *marks[:2])
    assert kinds(asked_for) == ["clarification-limit"]
    assert asked_for.deadlines[0].whose == "subject"
    assert "carry-out" in kinds(count("mx-lfpdppp", "MX", "received=2026-03-02", "answered=2026-03-20"))


def test_fee_in_british_columbia() -> None:
    """Days in which a fee is awaited may not count: of thirty business days they move the latest date only."""
    plain = count("ca-bc", "CA-BC", "received=2026-01-05").deadlines[0]
    waited = count("ca-bc", "CA-BC", "received=2026-01-05", "fee-requested=2026-01-12", "fee-paid=2026-01-16")
    assert waited.deadlines[0].due == plain.due == date(2026, 2, 17)
    assert waited.deadlines[0].latest == date(2026, 2, 24)


def test_brokers_in_california() -> None:
    """A broker deletes within 45 days of looking into DROP, so about 90 days may pass after the filing."""
    (found,) = count("us-ca-delete-act", "US-CA", "received=2026-08-03", right=Right.ERASURE).deadlines
    assert dates(found) == ["2026-09-17", "2026-09-17", "2026-11-02"]


def test_californian_automated_decisions() -> None:
    """The rights on automated decisions begin on 1 January 2027."""
    before = count("us-ca-ccpa", "US-CA", "received=2026-12-31", right=Right.AUTOMATED_DECISION)
    assert before.deadlines == ()
    assert "it applies from 1 January 2027" in before.waiting[0]
    after = count("us-ca-ccpa", "US-CA", "received=2027-01-04", right=Right.AUTOMATED_DECISION)
    assert kinds(after) == ["response"]
    assert kinds(asked("us-ca-ccpa", "admt-access", "US-CA", "received=2027-01-04")) == [
        "admt-access",
        "admt-access-extended",
    ]


@pytest.mark.parametrize(
    ("regime", "word", "right"),
    [
        ("mx-lfpdppp", "ARCO", Right.ACCESS),
        ("co-1581", "consulta", Right.ACCESS),
        ("co-1581", "reclamo", Right.RECTIFICATION),
        ("kr-pipa", "correct-delete", Right.RECTIFICATION),
        ("tw-pdpa", "delete-correct", Right.ERASURE),
        ("ar-pdpl", "rectify_delete", Right.RECTIFICATION),
        ("il-ppl", "rectify-delete", Right.RECTIFICATION),
        ("vn-pdpl", "withdraw-restrict-object", Right.CONSENT_WITHDRAWAL),
        ("us-nv", "opt-out-sale", Right.SALE_OPT_OUT),
        ("us-va", "opt-out", Right.SALE_OPT_OUT),
        ("eu-gdpr", "delete", Right.ERASURE),
        ("eu-gdpr", "objection-direct-marketing", Right.MARKETING_OBJECTION),
    ],
)
def test_words(regime: str, word: str, right: Right) -> None:
    """The laws' own words are understood, each in the laws where it makes sense."""
    assert packs.find(regime).right(word) is right
