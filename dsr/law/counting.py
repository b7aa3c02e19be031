"""One clock, counted: from its start, with its pauses, in the calendars of the place, to the nominal, due and latest date."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cached_property
from typing import NamedTuple

from msgspec import Struct

from dsr.law import frames, periods
from dsr.law.frames import Frame, Setting
from dsr.law.periods import NOTHING
from dsr.law.rules import ClockRule, Counting, Extension, Pack
from dsr.law.stops import Standing
from dsr.model import Confidence, EventKind, Period, Right

_ONE_DAY = timedelta(days=1)


class Walk(NamedTuple):
    """One reading, step by step: counted from `start` over `period`, the days of pause and those passed over at the end."""

    start: date
    period: Period
    pause: tuple[date, ...]
    nominal: date
    passed: tuple[tuple[date, str], ...]
    end: date


Dates = tuple[date, date, date]  # the nominal, the due and the latest one


class Leg(NamedTuple):
    """The first or the extended period of a clock: the kind of its date, its rule and its periods in both readings.

    `sure` is how well the number is founded, `sure_moved` the same where the last day was moved or working days were counted.
    """

    kind: str
    rule: ClockRule | Extension
    period: Period
    late_period: Period
    words: str
    verb: str
    sure: Confidence
    sure_moved: Confidence
    working_days: bool


class Lane(Struct, frozen=True, dict=True):
    """One clock of a law at one place: all that does not depend on what happened, worked out once.

    `started_by`: the one event that starts it, if it is only one. `simple`: without pauses both readings count the same days.
    """

    pack: Pack
    clock: ClockRule
    counting: Counting
    setting: Setting
    begins: date
    ends: date
    started_by: EventKind | None
    first: Leg
    longer: Leg | None
    simple: bool
    day_after: bool

    @cached_property
    def frame(self) -> Frame:
        """The calendars; raises as `frames.frame` does, and only where the clock is really counted."""
        return frames.frame(self.pack, self.clock, self.setting)


def lane(pack: Pack, clock: ClockRule, place: str, residence: str) -> Lane:
    """A clock of a law for a controller's place and a person's residence (may be empty)."""
    counting = clock.counting or pack.counting
    extension, longer = clock.extension, clock.longer
    plain = clock.whose == "controller" and longer is None and clock.cap is None
    second, day_after = None, clock.begins == "day-after"
    if extension and extension.period:
        kind = "extended" if clock.kind == "response" else f"{clock.kind}-extended"
        late = longer.extended if longer and longer.extended else extension.period
        second = _leg(pack, counting, kind, extension, extension.period, late, pack.sure(clock), after=day_after)
    late = longer.period if longer else clock.period
    return Lane(
        pack,
        clock,
        counting,
        Setting(place, residence),
        max(pack.in_force_from, clock.in_force_from or date.min),
        min(pack.in_force_until or date.max, clock.in_force_until or date.max),
        clock.starts[0] if len(clock.starts) == 1 and not clock.unless and not clock.after_silence else None,
        _leg(pack, counting, clock.kind, clock, clock.period, late, Confidence.HIGH, after=day_after),
        second,
        plain and not clock.period.working_days,
        day_after,
    )


def _leg(
    pack: Pack,
    counting: Counting,
    kind: str,
    rule: ClockRule | Extension,
    period: Period,
    late: Period,
    also: Confidence,
    *,
    after: bool,
) -> Leg:
    sure = weakest(pack.sure(rule), also)
    moved = weakest(sure, pack.sure(counting))
    return Leg(
        kind=kind,
        rule=rule,
        period=period,
        late_period=late,
        words=f"{period} from the day after" if after else f"{period} from",
        verb="end" if period.length > 1 else "ends",
        sure=moved if period.working_days else sure,
        sure_moved=moved,
        working_days=period.working_days > 0,
    )


_ORDER = {confidence: number for number, confidence in enumerate(Confidence)}


def weakest(*found: Confidence) -> Confidence:
    """The least founded of some confidences."""
    return max(found, key=_ORDER.__getitem__)


_lanes: dict[tuple[str, Right, str, str], tuple[Pack, tuple[Lane, ...]]] = {}


def lanes(pack: Pack, right: Right, place: str, residence: str) -> tuple[Lane, ...]:
    """The clocks that run for that right at that place for that residence, in the order of the pack; remembered."""
    key = (pack.id, right, place, residence)
    known = _lanes.get(key)
    if known is not None and known[0] is pack:
        return known[1]
    found = tuple(
        lane(pack, clock, place, residence) for clock in pack.serving[right] if clock.lives(residence or place)
    )
    _lanes[key] = (pack, found)
    return found


class Count(NamedTuple):
    """One clock with its start and its pauses, ready to be counted to the first or to the extended date.

    `at` is the instant of the start, for periods in hours; `cap` the start of the second period, where the law has one;
    `silent` says that the start is the end of another clock that nobody kept.
    """

    lane: Lane
    leg: Leg
    setting: Setting
    standing: Standing
    at: datetime | None = None
    cap: date | None = None
    silent: bool = False

    @property
    def pack(self) -> Pack:
        """The law."""
        return self.lane.pack

    @property
    def clock(self) -> ClockRule:
        """The clock of the law."""
        return self.lane.clock

    @property
    def frame(self) -> Frame:
        """The calendars."""
        return self.lane.frame

    @property
    def rule(self) -> ClockRule | Extension:
        """The rule of the law that gives this date."""
        return self.leg.rule

    @property
    def start(self) -> date:
        """The day after which the first day of the main reading counts."""
        begun = self.standing.start
        return begun + _ONE_DAY if self.lane.day_after else begun

    @property
    def pause(self) -> frozenset[date]:
        """The days that do not count in the main reading."""
        stand = self.standing
        return stand.firm | stand.contested if stand.contested and not self.setting.contest else stand.firm

    @property
    def late_pause(self) -> frozenset[date]:
        """The days that may not count in the latest reading."""
        stand = self.standing
        return stand.firm | stand.contested | stand.latest_only

    def dates(self) -> Dates:
        """The nominal, the due and the latest date."""
        lane, leg, _, stand, _, cap_start, _ = self
        frame = lane.frame
        roll, roll_late = frame.roll, frame.roll_late
        start, undisturbed = self.start, not stand.rules
        nominal = periods.end(start, leg.period, frame.working, NOTHING if undisturbed else self.pause)
        if cap_start and lane.clock.cap:
            nominal = min(nominal, periods.end(cap_start, lane.clock.cap.period, frame.working))
        due = roll.roll(nominal) if roll else nominal
        if lane.simple and undisturbed:
            if roll is roll_late:
                return nominal, due, due
            late = nominal
        elif lane.clock.whose == "subject":
            return nominal, due, due  # the person's own limit has one reading, the safe one
        else:
            behind = stand.late - stand.start
            late = periods.end(start + behind, leg.late_period, frame.working_late, self.late_pause)
        latest = roll_late.roll(late) if roll_late else late
        return nominal, due, latest if latest > due else due

    def without(self, pause: frozenset[date]) -> date:
        """The due date if only the days of that pause did not count."""
        nominal = periods.end(self.start, self.leg.period, self.frame.working, pause)
        return self.frame.roll.roll(nominal) if self.frame.roll else nominal

    def instant(self) -> datetime | None:
        """When a period of hours ends; None where the hour of the start is not known, or the period is not in hours."""
        return self.at + timedelta(hours=self.leg.period.hours) if self.at and self.leg.period.hours else None

    def sure(self, *, moved: bool) -> Confidence:
        """How well the date is founded: as well as the weakest rule that made it."""
        sure = self.leg.sure_moved if moved else self.leg.sure
        rules = self.standing.rules
        return weakest(sure, *(self.pack.sure(rule) for rule in rules)) if rules else sure

    def walks(self) -> tuple[Walk, Walk]:
        """The main and the latest reading, step by step."""
        (nominal, due, latest), frame, leg = self.dates(), self.frame, self.leg
        passed = frame.roll.passed(nominal) if frame.roll else ()
        main = Walk(self.start, leg.period, tuple(sorted(self.pause)), nominal, passed, due)
        if self.clock.whose == "subject":
            return main, main
        start = self.start + (self.standing.late - self.standing.start)
        nominal = periods.end(start, leg.late_period, frame.working_late, self.late_pause)
        passed = frame.roll_late.passed(nominal) if frame.roll_late else ()
        return main, Walk(start, leg.late_period, tuple(sorted(self.late_pause)), nominal, passed, latest)
