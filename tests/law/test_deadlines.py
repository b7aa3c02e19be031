"""The legal clock of the three laws that dsr began with: worked examples."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from dsr.errors import BadDate, NoLaw, UsageError
from dsr.law import deadlines, holidays, packs
from dsr.law.deadlines import Setting, Timetable
from dsr.law.rules import Pack
from dsr.law.stops import Mark
from dsr.model import Confidence, Deadline, EventKind, Right

EU, UK, CA = (packs.find(regime) for regime in ("eu-gdpr", "uk-gdpr", "us-ca-ccpa"))


def on(day: str) -> date:
    return date.fromisoformat(day)


def count(
    pack: Pack, place: str, *marks: str, right: Right = Right.ACCESS, residence: str = "", contest: bool = False
) -> Timetable:
    """The timetable of marks written as `received=2026-06-01`."""
    pairs = [mark.split("=") for mark in marks]
    made = [Mark(EventKind(kind), on(day)) for kind, day in pairs]
    return deadlines.timetable(pack, right, made, Setting(place, residence, contest))


def dates(deadline: Deadline) -> list[str]:
    return [day.isoformat() for day in (deadline.nominal, deadline.due, deadline.latest)]


# Worked examples


def test_nothing_before_receipt() -> None:
    """Before anything has reached the controller there is no date and nothing is awaited."""
    assert count(EU, "DE") == count(EU, "DE", "sent=2026-06-01") == Timetable(())


def test_national_and_regional() -> None:
    """Without a named part of Germany, Epiphany moves the latest date only; in Bavaria it moves the due date."""
    whole, _ = count(EU, "DE", "received=2026-12-06").deadlines
    assert dates(whole) == ["2027-01-06", "2027-01-06", "2027-01-07"]
    assert "disputed or regional holidays could move it to 7 January 2027" in whole.reason
    bavaria, _ = count(EU, "DE-BY", "received=2026-12-06").deadlines
    assert dates(bavaria) == ["2027-01-06", "2027-01-07", "2027-01-07"]
    berlin, _ = count(EU, "DE-BE", "received=2026-12-06").deadlines
    assert dates(berlin) == ["2027-01-06", "2027-01-06", "2027-01-06"]


def test_extension_is_possible() -> None:
    """Without a notice the extended date only might hold, and its sentence says until when one could come."""
    first, extended = count(EU, "DE", "received=2026-11-25").deadlines
    assert not first.possible
    assert not first.superseded
    assert extended.possible
    assert extended.reason.startswith("only if told with reasons by 28 December 2026")


def test_notice_in_time() -> None:
    """A notice on the last day, although after the nominal one, replaces the first date by the extended one."""
    for day in ("2026-11-26", "2026-12-28"):
        first, extended = count(EU, "DE", "received=2026-11-25", f"extended={day}").deadlines
        assert first.superseded
        assert "extended by the notice" in first.reason
        assert not extended.possible
        assert dates(extended) == ["2027-02-25"] * 3


def test_notice_between_due_and_latest() -> None:
    """A notice after the due date that the latest reading still admits makes nobody late before the extended date."""
    first, extended = count(EU, "DE", "received=2026-12-06", "extended=2027-01-07").deadlines
    assert not first.superseded
    assert extended.possible
    assert dates(extended) == ["2027-03-06", "2027-03-08", "2027-03-09"]
    assert dates(first) == ["2027-01-06", "2027-01-06", "2027-03-09"]
    assert "by the latest reading it was still in time" in first.reason


def test_notice_too_late() -> None:
    """A notice after the latest date extends nothing."""
    first, extended = count(EU, "DE", "received=2026-12-06", "extended=2027-01-08").deadlines
    assert not first.superseded
    assert extended.possible
    assert dates(first) == ["2027-01-06", "2027-01-06", "2027-01-07"]
    for deadline in (first, extended):
        assert "the notice of 8 January 2027 came after 6 January 2027 and extends nothing" in deadline.reason


def test_notice_during_a_pause() -> None:
    """The days that do not count for the answer do not count for the notice either (Art. 12A(5) UK GDPR)."""
    marks = ("received=2026-02-16", "clarification-requested=2026-02-20", "clarified=2026-02-27")
    first, _ = count(UK, "GB-ENG", *marks, "extended=2026-03-24").deadlines
    assert first.superseded
    first, _ = count(UK, "GB-ENG", *marks, "extended=2026-03-25").deadlines
    assert not first.superseded


def test_british_question_open() -> None:
    """While a question about an access request is open in the UK there is no date, and the sentence names the wait."""
    found = count(UK, "GB-ENG", "received=2026-06-01", "clarification-requested=2026-06-05")
    assert found.deadlines == ()
    (sentence,) = found.waiting
    assert sentence == (
        "response: no date yet; the period stands still since 5 June 2026, until the controller has your answer"
        " (Art. 12A(5) UK GDPR); without the pause it would end on 1 July 2026"
    )


def test_british_second_question_open() -> None:
    """The date named while a second question is open keeps the days of the first pause."""
    first = ("received=2026-06-01", "clarification-requested=2026-06-05", "clarified=2026-06-10")
    (sentence,) = count(UK, "GB-ENG", *first, "clarification-requested=2026-06-15").waiting
    assert "since 15 June 2026" in sentence
    assert sentence.endswith("without the pause it would end on 7 July 2026")


def test_british_question_for_other_rights() -> None:
    """A question stops nothing in the UK unless the request is for access."""
    found = count(UK, "GB-ENG", "received=2026-06-01", "clarification-requested=2026-06-05", right=Right.ERASURE)
    assert dates(found.deadlines[0]) == ["2026-07-01"] * 3
    assert found.waiting == ()


def test_question_after_the_end() -> None:
    """A question asked when the period is over stops nothing."""
    plain = count(UK, "GB-ENG", "received=2026-06-01")
    assert count(UK, "GB-ENG", "received=2026-06-01", "clarification-requested=2026-07-02") == plain
    last_day = count(UK, "GB-ENG", "received=2026-06-01", "clarification-requested=2026-07-01")
    assert last_day.deadlines == ()


@pytest.mark.parametrize(
    ("name", "asked", "article"),
    [("identity", "identity-requested", "Art. 12A(2)(b) UK GDPR"), ("fee", "fee-requested", "Art. 12A(2)(c) UK GDPR")],
)
def test_british_identity_or_fee_awaited(name: str, asked: str, article: str) -> None:
    """In the UK the month has not begun while an identity check or a fee is awaited."""
    found = count(UK, "GB-ENG", "received=2026-03-02", f"{asked}=2026-03-03", right=Right.ERASURE)
    assert found.deadlines == ()
    (sentence,) = found.waiting
    assert sentence.startswith(f"response: no date yet; the period begins when the {name} asked for on 3 March 2026")
    assert article in sentence


def test_british_identity_asked_again() -> None:
    """An earlier proof does not answer a later demand."""
    marks = ("received=2026-03-02", "identity-requested=2026-03-03", "identity-given=2026-03-04")
    assert count(UK, "GB-ENG", *marks).deadlines[0].due == on("2026-04-07")
    assert count(UK, "GB-ENG", *marks, "identity-requested=2026-03-05").deadlines == ()


def test_european_pause() -> None:
    """A pause for identity in the EU moves all readings, and the sentence names the date without it."""
    marks = ("received=2026-09-01", "identity-requested=2026-09-03", "identity-given=2026-09-10")
    first, extended = count(EU, "DE", *marks).deadlines
    assert dates(first) == ["2026-10-09"] * 3
    assert dates(extended) == ["2026-12-09"] * 3
    assert "8 days of pause" in first.reason
    assert "the pause is contested, without it 1 October 2026" in first.reason


def test_european_pause_contested() -> None:
    """A person who contests the pause sees the date without it, and nobody is late before the pause would end."""
    marks = ("received=2026-09-01", "identity-requested=2026-09-03", "identity-given=2026-09-10")
    first, extended = count(EU, "DE", *marks, contest=True).deadlines
    assert dates(first) == ["2026-10-01", "2026-10-01", "2026-10-09"]
    assert dates(extended) == ["2026-12-01", "2026-12-01", "2026-12-09"]
    assert "the contested pause could move it to 9 October 2026" in first.reason
    assert "holidays" not in first.reason


def test_european_pause_open() -> None:
    """An open check in the EU may stop the clock; a person who contests that has a date at once."""
    marks = ("received=2026-09-01", "identity-requested=2026-09-03")
    found = count(EU, "DE", *marks)
    assert found.deadlines == ()
    assert "the period may stand still since 3 September 2026" in found.waiting[0]
    assert found.waiting[0].endswith("without the pause it would end on 1 October 2026")
    contested = count(EU, "DE", *marks, contest=True)
    assert contested.deadlines[0].due == on("2026-10-01")
    assert contested.waiting == ()


def test_californian_verification() -> None:
    """Verification does not stop the 45 days (11 CCR 7021(b))."""
    plain = count(CA, "US-CA", "received=2026-03-01")
    assert count(CA, "US-CA", "received=2026-03-01", "identity-requested=2026-03-02") == plain


def test_outside_the_territory() -> None:
    """For a controller abroad only weekends move the due date; the holidays at home move the latest one."""
    first, _ = count(UK, "US-CA", "received=2026-10-30", residence="GB-SCT").deadlines
    assert dates(first) == ["2026-11-30", "2026-11-30", "2026-12-01"]
    assert "the controller sits outside the law's territory (US-CA): only weekends move the date" in first.reason
    assert "the holidays of GB could move it to 1 December 2026" in first.reason
    sunday, _ = count(UK, "US-CA", "received=2026-06-12", residence="GB-SCT").deadlines
    assert dates(sunday) == ["2026-07-12", "2026-07-13", "2026-07-13"]
    thanksgiving, _ = count(UK, "US-CA", "received=2026-10-26", residence="GB-SCT").deadlines
    assert dates(thanksgiving) == ["2026-11-26"] * 3


def test_abroad_without_a_table() -> None:
    """A controller abroad needs no table of its own, because its holidays do not count."""
    assert not holidays.covered("AQ")
    first, _ = count(EU, "AQ", "received=2026-11-25", residence="IE").deadlines
    assert dates(first) == ["2026-12-25", "2026-12-25", "2026-12-28"]
    unknown, _ = count(EU, "AQ", "received=2026-11-25", residence="AQ").deadlines
    assert dates(unknown) == ["2026-12-25"] * 3


def test_at_home_without_a_table() -> None:
    """A place in the law's territory that has no table is refused by name."""
    with pytest.raises(NoLaw, match="no holiday table covers 'AQ'"):
        count(replace(EU, territory=("AQ",)), "AQ", "received=2026-11-25")


def test_no_part_of_britain() -> None:
    """The United Kingdom without its part is refused, naming the parts."""
    with pytest.raises(UsageError, match="'GB'") as refused:
        count(UK, "GB", "received=2026-11-25")
    for part in ("GB-ENG", "GB-NIR", "GB-SCT", "GB-WLS"):
        assert part in refused.value.hint


def test_own_limit() -> None:
    """The person's own limit has one reading: in Austria its bare date, in the Netherlands moved by their act on terms."""
    austria = count(EU, "AT", "denied=2026-01-03", residence="AT").deadlines
    assert [(found.kind, found.whose, *dates(found)) for found in austria] == [
        ("complaint-limit-at", "subject", "2027-01-03", "2027-01-03", "2027-01-03")
    ]
    netherlands = count(EU, "NL", "answered=2026-11-13", residence="NL").deadlines
    assert [(found.kind, found.whose, *dates(found)) for found in netherlands] == [
        ("court-limit-nl", "subject", "2026-12-25", "2026-12-28", "2026-12-28")
    ]
    assert "to be safe, act by 25 December 2026" in netherlands[0].reason


def test_own_limit_of_the_residence() -> None:
    """The limits of Austria and the Netherlands are those of people who live there, wherever the controller sits."""
    assert count(EU, "IE", "denied=2026-01-03", residence="DE").deadlines == ()
    assert [found.kind for found in count(EU, "IE", "denied=2026-01-03", residence="AT").deadlines] == [
        "complaint-limit-at"
    ]


def test_californian_acknowledgement() -> None:
    """In California the acknowledgement stands beside the answer; an opt-out has a clock of its own and no such one."""
    kinds = [found.kind for found in count(CA, "US-CA", "received=2026-01-09", right=Right.ERASURE).deadlines]
    assert kinds == ["response", "extended", "acknowledgement"]
    acknowledgement = count(CA, "US-CA", "received=2026-01-09").deadlines[2]
    assert dates(acknowledgement) == ["2026-01-26"] * 3
    assert acknowledgement.article == "11 CCR 7021(a)"
    (opt_out,) = count(CA, "US-CA", "received=2026-06-01", right=Right.SALE_OPT_OUT).deadlines
    assert dates(opt_out) == ["2026-06-23"] * 3


def test_authority() -> None:
    """A complaint starts the authority's three months beside the controller's month."""
    found = count(EU, "IE", "received=2026-01-05", "complained=2026-03-02").deadlines
    assert [(deadline.kind, deadline.whose) for deadline in found] == [
        ("response", "controller"),
        ("extended", "controller"),
        ("authority-progress", "authority"),
    ]
    assert found[2].due == on("2026-06-02")


# The edge of the tables


def test_years_on_file() -> None:
    """The first and the last dates that the tables can decide are counted."""
    assert count(UK, "GB-ENG", "received=2018-06-01").deadlines[0].due == on("2018-07-02")
    assert count(EU, "DE", "received=2035-09-28").deadlines[1].due == on("2035-12-28")


@pytest.mark.parametrize("received", ["2035-10-01", "2036-01-02", "9999-12-31", "2016-12-31", "0001-01-01"])
@pytest.mark.parametrize("place", ["DE", "AQ"])
def test_years_not_on_file(place: str, received: str) -> None:
    """Where the receipt or the extended date lies beyond the holiday tables no date is stated, at home or abroad."""
    with pytest.raises(BadDate, match="holiday tables cover 2017-2035") as refused:
        count(EU, place, f"received={received}")
    assert refused.value.exit_code == 2


@pytest.mark.parametrize("kind", ["clarified", "identity-given", "extended", "fee-paid"])
def test_event_not_on_file(kind: str) -> None:
    """An event in a far year is refused too, instead of filling the memory with days of pause."""
    with pytest.raises(BadDate, match="'9999-12-31'"):
        count(EU, "DE", "received=2026-06-01", "clarification-requested=2026-06-05", f"{kind}=9999-12-31")


def test_own_limit_beyond_the_tables() -> None:
    """A limit that no holiday can move needs no table at its end."""
    (found,) = count(EU, "AT", "denied=2035-06-01", residence="AT").deadlines
    assert found.due == on("2036-06-01")


def test_law_before_and_after() -> None:
    """The dated versions of one law: a British request is counted by the article in force on the day of its receipt."""
    before, _ = count(UK, "GB-ENG", "received=2026-02-04").deadlines
    after, _ = count(UK, "GB-ENG", "received=2026-02-05").deadlines
    assert before.article == "Art. 12(3) UK GDPR, as in force before 5 February 2026"
    assert after.article == "Art. 12A UK GDPR"


def test_british_question_before_the_act() -> None:
    """Before 5 February 2026 the pause for a question was the regulator's practice: contested, and unverified."""
    marks = ("received=2025-06-02", "clarification-requested=2025-06-05", "clarified=2025-06-10")
    first, _ = count(UK, "GB-ENG", *marks).deadlines
    assert dates(first) == ["2025-07-08"] * 3
    assert "the pause is contested, without it 2 July 2025" in first.reason
    assert first.confidence is Confidence.RECALL
    assert count(UK, "GB-ENG", *marks, contest=True).deadlines[0].due == on("2025-07-02")


def test_british_complaint() -> None:
    """The thirty days to acknowledge a complaint exist since 19 June 2026; before, its name answers with a sentence."""
    assert count(UK, "GB-ENG", "complained=2026-06-18").deadlines == ()
    (found,) = count(UK, "GB-ENG", "complained=2026-06-19").deadlines
    assert dates(found) == ["2026-07-19", "2026-07-20", "2026-07-20"]
    asked = deadlines.answer(UK, "complaint-ack", [Mark(EventKind.RECEIVED, on("2026-06-18"))], Setting("GB-ENG"))
    assert asked.deadlines == ()
    assert asked.waiting == (
        "no date: complaint-ack (DPA 2018 s164A(3)) is not in force on 18 June 2026; it applies from 19 June 2026",
    )


def test_french_pause() -> None:
    """In France a decree stops the month while identity information is awaited: there the person cannot deny the pause."""
    marks = ("received=2026-09-01", "identity-requested=2026-09-03", "identity-given=2026-09-10")
    first, _ = count(EU, "FR", *marks, contest=True).deadlines
    assert dates(first) == ["2026-10-09"] * 3
    assert "contested" not in first.reason
    assert "Decree 2019-536" in count(EU, "FR", *marks[:2]).waiting[0]


def test_californian_confidence() -> None:
    """A date that only general law moves is no surer than that law; one that nothing moved is as sure as its own article."""
    moved = count(CA, "US-CA", "received=2026-03-02", right=Right.ERASURE).deadlines[1]
    assert dates(moved) == ["2026-05-31", "2026-06-01", "2026-06-01"]
    assert moved.confidence is Confidence.MEDIUM
    assert count(CA, "US-CA", "received=2026-03-02").deadlines[0].confidence is Confidence.HIGH


def test_no_training_opt_out_in_california() -> None:
    """For a right that the law does not give there is no date but the sentence on what it gives instead."""
    found = count(CA, "US-CA", "received=2026-03-02", right=Right.TRAINING_OPT_OUT)
    assert found.deadlines == ()
    (sentence,) = found.waiting
    assert sentence.startswith("training-opt-out: there is no general Californian right to opt out of model training")
    assert "1798.120" in sentence
    assert count(EU, "DE", "received=2026-03-02", right=Right.LIMIT).waiting == (
        "GDPR does not give the right 'limit': no legal date is stated",
    )


def test_duty_without_a_number() -> None:
    """A duty beside the rights is understood by its name and answers with its sentence."""
    found = deadlines.answer(EU, "recipient_notification", [Mark(EventKind.RECEIVED, on("2026-06-01"))], Setting("IE"))
    assert found.deadlines == ()
    assert "named to you on request, without undue delay" in found.waiting[0]
    assert found.waiting[0].endswith("(Art. 19 GDPR)")


@pytest.mark.parametrize(
    ("events", "told"),
    [
        (["extended=2026-05-31"], "'2026-05-31' (extended) lies before the receipt on 2026-06-01"),
        (
            ["clarified=2026-06-03", "clarification-requested=2026-06-05"],
            "'2026-06-03' (clarified) lies before 'clarification-requested' on 2026-06-05",
        ),
        (
            ["identity-requested=2026-06-05", "identity-given=2026-06-04"],
            "'2026-06-04' (identity-given) lies before 'identity-requested' on 2026-06-05",
        ),
        (["fee-paid=2026-06-02", "fee-requested=2026-06-03"], "'2026-06-02' (fee-paid) lies before 'fee-requested'"),
    ],
)
def test_out_of_order(events: list[str], told: str) -> None:
    """Who asks by hand is told that a history cannot have been, instead of getting a date from it."""
    marks = [Mark(EventKind(kind), on(day)) for kind, day in (event.split("=") for event in events)]
    with pytest.raises(BadDate) as refused:
        deadlines.answer(UK, "access", [Mark(EventKind.RECEIVED, on("2026-06-01")), *marks], Setting("GB-ENG"))
    assert told in refused.value.message
    assert refused.value.exit_code == 2
