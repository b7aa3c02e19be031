"""The legal clock: worked examples, properties that hold for every date, and an oracle written apart from the engine."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from dsr import places
from dsr.errors import BadDate, NoLaw, UsageError
from dsr.law import deadlines, holidays, packs
from dsr.law.deadlines import Setting, Timetable
from dsr.law.packs import Pack
from dsr.law.stops import Mark
from dsr.model import Deadline, EventKind, Right

ROOT = Path(__file__).resolve().parents[2]
TABLES = ROOT / "dsr" / "law" / "holidays"

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
    assert not holidays.covered("JP")
    first, _ = count(EU, "JP", "received=2026-11-25", residence="IE").deadlines
    assert dates(first) == ["2026-12-25", "2026-12-25", "2026-12-28"]
    unknown, _ = count(EU, "JP", "received=2026-11-25", residence="JP").deadlines
    assert dates(unknown) == ["2026-12-25"] * 3


def test_at_home_without_a_table() -> None:
    """A place in the law's territory that has no table is refused by name."""
    with pytest.raises(NoLaw, match="no holiday table covers 'JP'"):
        count(replace(EU, territory=("JP",)), "JP", "received=2026-11-25")


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
    assert count(EU, "DE", "received=2020-01-01").deadlines[0].due == on("2020-02-03")
    assert count(EU, "DE", "received=2035-09-28").deadlines[1].due == on("2035-12-28")


@pytest.mark.parametrize("received", ["2035-10-01", "2036-01-02", "9999-12-31", "2019-12-31", "0001-01-01"])
@pytest.mark.parametrize("place", ["DE", "JP"])
def test_years_not_on_file(place: str, received: str) -> None:
    """Where the receipt or the extended date lies beyond the holiday tables no date is stated, at home or abroad."""
    with pytest.raises(BadDate, match="holiday tables cover 2020-2035") as refused:
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


# Properties

PLACES = [
    *((EU, place) for place in [*sorted(places.EEA), "DE-BY", "FR-57"]),
    *((UK, f"GB-{part}") for part in sorted(places.PARTS["GB"])),
    (CA, "US-CA"),
]
DAYS = st.dates(on("2020-01-01"), on("2035-09-01"))
quick = settings(max_examples=150, deadline=None, derandomize=True, database=None)


def at(pack: Pack, place: str, day: date) -> tuple[Deadline, ...]:
    return deadlines.timetable(pack, Right.ACCESS, [Mark(EventKind.RECEIVED, day)], Setting(place)).deadlines


@quick
@given(st.sampled_from(PLACES), DAYS)
def test_order_of_readings(where: tuple[Pack, str], day: date) -> None:
    """The receipt is before the nominal date, that is not after the due one, and that not after the latest one."""
    for deadline in at(*where, day):
        assert day < deadline.nominal <= deadline.due <= deadline.latest


@quick
@given(st.sampled_from(PLACES), DAYS)
def test_working_days(where: tuple[Pack, str], day: date) -> None:
    """A due date is a working day, a latest date one whatever is disputed, and each day passed over is none."""
    pack, place = where
    firm, plausible = holidays.firm(place), holidays.plausible(place)
    for deadline in at(pack, place, day):
        assert deadline.due.weekday() < 5
        assert deadline.due not in firm
        assert deadline.latest.weekday() < 5
        assert deadline.latest not in plausible
        passed = (deadline.nominal + timedelta(days=n) for n in range((deadline.due - deadline.nominal).days))
        assert all(day.weekday() > 4 or day in firm for day in passed)


@quick
@given(st.sampled_from(PLACES), DAYS, st.integers(0, 400))
def test_monotone(where: tuple[Pack, str], day: date, gap: int) -> None:
    """Who receives later need not answer earlier."""
    pack, place = where
    later_day = min(day + timedelta(days=gap), on("2035-09-01"))
    for earlier, later in zip(at(pack, place, day), at(pack, place, later_day), strict=True):
        assert earlier.nominal <= later.nominal
        assert earlier.due <= later.due
        assert earlier.latest <= later.latest


@quick
@given(st.sampled_from([where for where in PLACES if where[0] is not CA]), DAYS)
def test_extension_from_the_start(where: tuple[Pack, str], day: date) -> None:
    """The extended date is three months from receipt, rolled once, and never counted from the first date."""
    _, extended = at(*where, day)
    assert extended.nominal == months_after(day, 3)
    assert extended.due == rolled(extended.nominal, off(where[1], firm=True))


@quick
@given(st.sampled_from(PLACES), DAYS)
def test_idempotent(where: tuple[Pack, str], day: date) -> None:
    """The same question has the same answer, and a date that was moved once is not moved again."""
    pack, place = where
    found = at(pack, place, day)
    assert found == at(pack, place, day)
    for deadline in found:
        assert rolled(deadline.due, off(place, firm=True)) == deadline.due


@quick
@given(
    st.sampled_from([(EU, "DE"), (UK, "GB-ENG"), (UK, "GB-SCT"), (CA, "US-CA")]),
    st.dates(on("2026-01-01"), on("2027-12-31")),
    st.lists(st.tuples(st.sampled_from([k for k in EventKind if k != "received"]), st.integers(0, 120)), max_size=6),
    st.sampled_from([Right.ACCESS, Right.ERASURE]),
    st.booleans(),
    st.randoms(use_true_random=False),
)
def test_any_history(
    where: tuple[Pack, str],
    day: date,
    happened: list[tuple[EventKind, int]],
    right: Right,
    contest: bool,
    random: Random,
) -> None:
    """Whatever happens, a clock has a date or a sentence, nothing shortens it, and the order of typing is immaterial."""
    gaps = {gap: kind for kind, gap in happened}  # one event a day: the order within a day is the person's
    marks = [Mark(EventKind.RECEIVED, day), *(Mark(kind, day + timedelta(days=gap)) for gap, kind in gaps.items())]
    setting = Setting(where[1], "", contest)
    found = deadlines.timetable(where[0], right, marks, setting)
    plain = {deadline.kind: deadline for deadline in deadlines.timetable(where[0], right, marks[:1], setting).deadlines}
    kinds = {deadline.kind for deadline in found.deadlines}
    assert "response" in kinds or [sentence.partition(":")[0] for sentence in found.waiting] == ["response"]
    for deadline in found.deadlines:
        assert deadline.nominal <= deadline.due <= deadline.latest
        if deadline.kind in plain:
            assert deadline.due >= plain[deadline.kind].due
            assert deadline.latest >= plain[deadline.kind].latest
    random.shuffle(marks)
    assert deadlines.timetable(where[0], right, marks, setting) == found


ZONE_SCRIPT = """
from dsr.commands import when
for args in [
    ("eu-gdpr", "access", "2026-03-28", "DE"),
    ("eu-gdpr", "access", "2025-01-31T23:30:00+00:00", "DE"),
    ("uk-gdpr", "access", "2026-06-30T23:30:00+00:00", "GB-SCT"),
    ("us-ca-ccpa", "access", "2026-10-31T23:59:59-07:00", "US-CA"),
]:
    print(when.run(*args).text)
"""


def test_machine_zone() -> None:
    """The dates do not depend on the time zone of the machine."""
    answers = set()
    for zone in ("Pacific/Auckland", "America/Los_Angeles", "UTC"):
        ended = subprocess.run(
            [sys.executable, "-c", ZONE_SCRIPT],
            env=os.environ | {"TZ": zone, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
        )
        answers.add(ended.stdout)
    assert len(answers) == 1
    assert "received 2025-02-01 at DE" in answers.pop()


# The oracle: it reads the tables itself, and counts day by day


@cache
def off(place: str, *, firm: bool) -> frozenset[date]:
    """The holidays at a place, from the table's own rows."""
    country, _, part = place.partition("-")
    days = set()
    with (TABLES / f"{country}.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.reader(line for line in file if not line.startswith("#")):
            day, parts, standing, _ = row
            here = not parts or part in parts.split() or (not part and not firm)
            if here and (standing == "firm" or not firm):
                days.add(date.fromisoformat(day))
    return frozenset(days)


def rolled(day: date, holidays_there: frozenset[date]) -> date:
    while day.isoweekday() > 5 or day in holidays_there:
        day += timedelta(days=1)
    return day


def months_after(day: date, months: int) -> date:
    """The same number so many months on, or the last day of that month where it is missing."""
    year, month = day.year, day.month + months
    while month > 12:
        year, month = year + 1, month - 12
    number = day.day
    while True:
        try:
            return date(year, month, number)
        except ValueError:
            number -= 1


def working_days_after(day: date, count: int, holidays_there: frozenset[date]) -> date:
    while count:
        day += timedelta(days=1)
        if day.isoweekday() < 6 and day not in holidays_there:
            count -= 1
    return day


EVERY_DAY = [on("2025-01-01") + timedelta(days=n) for n in range(2191)]


def test_every_day() -> None:
    """The oracle looks at each day of the six years."""
    assert EVERY_DAY[-1] == on("2030-12-31")
    assert all(second - first == timedelta(days=1) for first, second in pairwise(EVERY_DAY))


@pytest.mark.parametrize("place", [*sorted(places.EU), "GB-ENG", "GB-SCT", "GB-NIR"])
def test_oracle_of_months(place: str) -> None:
    """For every receipt date of six years the engine and the oracle agree on all readings of both dates."""
    pack = UK if place.startswith("GB") else EU
    firm, plausible = off(place, firm=True), off(place, firm=False)
    for day in EVERY_DAY:
        first, extended = at(pack, place, day)
        for deadline, months in ((first, 1), (extended, 3)):
            nominal = months_after(day, months)
            expected = nominal, rolled(nominal, firm), rolled(nominal, plausible)
            assert (deadline.nominal, deadline.due, deadline.latest) == expected, day


def test_oracle_of_california() -> None:
    """The same for the 45 and 90 days, the ten working days of the acknowledgement and the fifteen of an opt-out."""
    firm, plausible = off("US-CA", firm=True), off("US-CA", firm=False)
    for day in EVERY_DAY:
        response, extended, acknowledgement = at(CA, "US-CA", day)
        for deadline, length in ((response, 45), (extended, 90)):
            nominal = day + timedelta(days=length)
            expected = nominal, rolled(nominal, firm), rolled(nominal, plausible)
            assert (deadline.nominal, deadline.due, deadline.latest) == expected, day
        marks = [Mark(EventKind.RECEIVED, day)]
        (opt_out,) = deadlines.timetable(CA, Right.SALE_OPT_OUT, marks, Setting("US-CA")).deadlines
        for deadline, length in ((acknowledgement, 10), (opt_out, 15)):
            due = working_days_after(day, length, firm)
            expected = due, due, working_days_after(day, length, plausible)
            assert (deadline.nominal, deadline.due, deadline.latest) == expected, day
