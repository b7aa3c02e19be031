"""What holds for every law, every right, every day and every history."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dsr import places
from dsr.law import counting, deadlines, packs, periods
from dsr.law.deadlines import Setting, Timetable
from dsr.law.rules import Pack, Roll
from dsr.law.stops import Mark
from dsr.model import EventKind, Right

ROOT = Path(__file__).resolve().parents[2]
PARTS = {"CH": "CH-ZH", "CA": "CA-ON", "AU": "AU-NSW", "GB": "GB-ENG", "AE": "AE-DU"}
EVERY_LAW = [packs.find(regime) for regime in packs.ids()]


def seats(pack: Pack) -> list[str]:
    """Places of a controller under a law: in it, and one abroad."""
    if "EEA" in pack.territory:
        return [*sorted(places.EEA), "DE-BY", "FR-57", "US-NY"]
    if pack.territory == ("GB",):
        return [*(f"GB-{part}" for part in sorted(places.PARTS["GB"])), "JP"]
    return [PARTS.get(pack.territory[0], pack.territory[0]), "IE"]


CASES = [(pack, right, place) for pack in EVERY_LAW for right in pack.rights for place in seats(pack)]
LIVE = [
    case
    for case in CASES
    if any(clock.kind == "response" for clock in case[0].serving[case[1]] if case[1] in clock.rights)
]
DAYS = st.dates(date(2020, 1, 1), date(2033, 6, 1))  # the longest of all limits ends within the tables
quick = settings(max_examples=300, deadline=None, derandomize=True, database=None)


def at(case: tuple[Pack, Right, str], day: date, *more: Mark) -> Timetable:
    pack, right, place = case
    return deadlines.timetable(pack, right, [Mark(EventKind.RECEIVED, day), *more], Setting(place))


@pytest.mark.parametrize("pack", EVERY_LAW, ids=lambda pack: pack.id)
def test_every_right_is_answered(pack: Pack) -> None:
    """Each right of a law, at home and abroad, has a date or a sentence, and each date its article, URL and reason."""
    for case in (case for case in CASES if case[0] is pack):
        for day in (date(2028, 2, 29), date(2030, 12, 31)):
            found = at(case, day)
            assert "response" in [deadline.kind for deadline in found.deadlines] or found.waiting
            assert len(found.counts) == len(found.deadlines)
            assert all(deadline.article and deadline.url and deadline.reason for deadline in found.deadlines)


@quick
@given(st.sampled_from(LIVE), DAYS)
def test_order_of_readings(case: tuple[Pack, Right, str], day: date) -> None:
    """The receipt is before the nominal date, that is not after the due one, and that not after the latest one."""
    for deadline in at(case, day).deadlines:
        assert day < deadline.nominal <= deadline.due <= deadline.latest


@quick
@given(st.sampled_from(LIVE), DAYS)
def test_no_day_off(case: tuple[Pack, Right, str], day: date) -> None:
    """Where the law rolls, no due date is a day off, and each day passed over is one; working days end on one anyway."""
    found = at(case, day)
    for deadline, count in zip(found.deadlines, found.counts, strict=True):
        main, late = count.walks()
        assert (main.nominal, main.end, late.end) == (deadline.nominal, deadline.due, deadline.latest)
        if count.leg.working_days:
            assert not count.frame.working.off(deadline.nominal)
        if count.frame.roll is None:
            assert count.lane.counting.roll == Roll.NONE
            assert deadline.due == deadline.nominal
            continue
        assert not count.frame.roll.off(deadline.due)
        days = [deadline.nominal + timedelta(days=n) for n in range((deadline.due - deadline.nominal).days)]
        assert [passed for passed, _ in main.passed] == days
        assert all(count.frame.roll.off(passed) for passed in days)


@quick
@given(st.sampled_from(LIVE), DAYS, st.integers(0, 400))
def test_monotone(case: tuple[Pack, Right, str], day: date, gap: int) -> None:
    """Who receives later need not answer earlier."""
    later_day = min(day + timedelta(days=gap), date(2033, 6, 1))
    earlier, later = (found.deadlines for found in (at(case, day), at(case, later_day)))
    assume(len(earlier) == len(later))
    for one, other in zip(earlier, later, strict=True):
        assert one.kind == other.kind
        assert one.nominal <= other.nominal
        assert one.due <= other.due
        assert one.latest <= other.latest


@quick
@given(st.sampled_from([case for case in LIVE if counting.lanes(*case, "")[0].longer]), DAYS)
def test_extension_from_the_start(case: tuple[Pack, Right, str], day: date) -> None:
    """The extended date is counted from the start: it equals that of a law whose whole period is the longer one."""
    found = at(case, day).deadlines
    assume(len(found) > 1)
    lane = counting.lanes(*case, "")[0]
    assert lane.longer is not None
    start = day + timedelta(days=1) if lane.day_after else day
    alone = periods.end(start, lane.longer.period, lane.frame.working)
    assert found[1].nominal == alone
    assert found[1].due == (lane.frame.roll.roll(alone) if lane.frame.roll else alone)


@quick
@given(st.sampled_from(LIVE), DAYS)
def test_idempotent(case: tuple[Pack, Right, str], day: date) -> None:
    """The same question has the same answer; what has no bearing on a clock does not change it."""
    found = at(case, day)
    assert found == at(case, day)
    assert found.deadlines == at(case, day, Mark(EventKind.REMINDED, day + timedelta(days=9))).deadlines


HAPPENS = [kind for kind in EventKind if kind is not EventKind.RECEIVED]


@quick
@given(
    st.sampled_from(LIVE),
    st.dates(date(2026, 1, 1), date(2029, 12, 31)),
    st.lists(st.tuples(st.sampled_from(HAPPENS), st.integers(0, 120)), max_size=6),
    st.booleans(),
    st.randoms(use_true_random=False),
)
def test_any_history(
    case: tuple[Pack, Right, str], day: date, happened: list[tuple[EventKind, int]], deny: bool, random: Random
) -> None:
    """Whatever happens, the answer has a date or a sentence, nothing shortens it, and the order of typing is immaterial."""
    pack, right, place = case
    gaps = {gap: kind for kind, gap in happened}  # one event a day: the order within a day is the person's
    marks = [Mark(EventKind.RECEIVED, day), *(Mark(kind, day + timedelta(days=gap)) for gap, kind in gaps.items())]
    setting = Setting(place, "", deny)
    found = deadlines.timetable(pack, right, marks, setting)
    plain = {one.kind: one for one in deadlines.timetable(pack, right, marks[:1], setting).deadlines}
    assert "response" in [one.kind for one in found.deadlines] or found.waiting
    for one in found.deadlines:
        assert one.nominal <= one.due <= one.latest
        if one.kind in plain and one.whose == "controller":
            assert one.due >= plain[one.kind].due
            assert one.latest >= plain[one.kind].latest
    random.shuffle(marks)
    assert deadlines.timetable(pack, right, marks, setting) == found


ZONE_SCRIPT = """
from dsr.commands import when
for args in [
    ("eu-gdpr", "access", "2026-03-28", "DE"),
    ("eu-gdpr", "access", "2025-01-31T23:30:00+00:00", "DE"),
    ("uk-gdpr", "access", "2026-06-30T23:30:00+00:00", "GB-SCT"),
    ("us-ca-ccpa", "access", "2026-10-31T23:59:59-07:00", "US-CA"),
    ("id-pdp", "access", "2026-01-05T10:00:00+07:00", "ID"),
    ("nz-privacy", "access", "2026-12-01T23:30:00+13:00", "NZ"),
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
