"""The sentence beside a date, and the sentence in place of one: what was counted, from where, and under which article."""

from __future__ import annotations

from datetime import date, datetime

from dsr import places
from dsr.law import periods
from dsr.law.counting import Count, Dates
from dsr.law.frames import Setting, frame
from dsr.law.periods import moved, spell
from dsr.law.rules import Citation, ClockRule, Pack, RightRule
from dsr.model import Right


def reason(count: Count, dates: Dates, at: datetime | None) -> str:
    """How a date came about, in one sentence without its full stop. `at` is the instant, for a period in hours."""
    nominal, due, latest = dates
    lane, leg, setting, standing, *_ = count
    clock, begun = lane.clock, standing.start
    text = f"{leg.words} {spell(begun)}"
    if standing.rules and count.pause:
        text = f"{text} and {len(count.pause)} days of pause end on {spell(nominal)}"
    elif at is not None and count.at is not None:
        return _ended(count, f"{text}, {count.at:%H:%M}, end on {spell(at.date())} at {at:%H:%M}")
    else:
        text = f"{text} {leg.verb} on {spell(nominal)}"
    if count.silent:
        text = f"if nothing is answered by {spell(begun)}: {text}"
    if count.cap and clock.cap and (bare := periods.end(count.start, leg.period, lane.frame.working)) > nominal:
        text = (
            f"{leg.words} {spell(begun)} would {leg.verb.rstrip('s')} on {spell(bare)}, but at most {clock.cap.period}"
        )
        text += f" from {spell(count.cap)} ({clock.cap.article}): {spell(nominal)}"
    if due != nominal and lane.frame.roll:
        text += f"; {moved(lane.frame.roll, nominal)} ({lane.counting.article})"
        text += f"; to be safe, act by {spell(nominal)}" if clock.whose == "subject" else ""
    if standing.contested and not setting.contest:
        text += f"; the pause is contested, without it {spell(count.without(standing.firm))}"
    if not lane.frame.within and clock.whose == "controller":
        text += f"; the controller sits outside the law's territory ({setting.place}): only weekends move the date"
    if latest != due:
        text += f"; {_mover(count, dates)} could move it to {spell(latest)}"
    return f"{text}; {clock.note}" if clock.note else text


def _ended(count: Count, text: str) -> str:
    return f"{text}; {count.clock.note}" if count.clock.note else text


def _mover(count: Count, dates: Dates) -> str:
    """What sets the latest reading apart from the due date."""
    standing, clock = count.standing, count.clock
    if standing.contested and count.setting.contest:
        return "the contested pause"
    if standing.latest_only or standing.late != standing.start:
        return "the time that the controller waited for your answer"
    if clock.longer and count.leg.late_period != count.leg.period:
        return f"{count.leg.late_period} where {clock.longer.when} ({clock.longer.article})"
    counting = clock.counting or count.pack.counting
    if (
        counting.roll_latest
        and count.frame.roll_late
        and any(number in count.frame.roll_late.weekend for number in (day.weekday() for day in dates[:2]))
    ):
        return "a roll to the next working day, on which the law seen is silent,"
    if count.frame.within:
        return "disputed or regional holidays"
    return f"the holidays of {places.country(count.setting.residence)}"


def standing_still(count: Count, stop: tuple[Citation, date, bool]) -> str:
    """One sentence on the stop that is open, naming the date that would hold without it."""
    rule, asked, contested = stop
    may = "may stand" if contested else "stands"
    return (
        f"{count.clock.kind}: no date yet; the period {may} still since {spell(asked)}, until the controller has your"
        f" answer ({rule.article}); without the pause it would end on {spell(count.without(count.pause))}"
    )


def not_in_force(pack: Pack, clock: ClockRule | None, on: date) -> str:
    """Why a law, or one clock of it, gives no date for something of that day."""
    begins, ends = pack.in_force_from, pack.in_force_until
    name = pack.short
    if pack.in_force(on) and clock:
        name, begins, ends = f"{clock.kind} ({clock.article})", clock.in_force_from or begins, clock.in_force_until
    until = f" until {spell(ends)}" if ends else ""
    return f"no date: {name} is not in force on {spell(on)}; it applies from {spell(begins)}{until}"


def no_answer_date(pack: Pack, right: Right, received: date, setting: Setting, *, waiting: bool) -> tuple[str, ...]:
    """Why a request of that day has no date for its answer; nothing where a sentence on a stopped clock says it already."""
    if not pack.in_force(received):
        return (not_in_force(pack, None, received),)
    if right in pack.absent:
        absent = pack.absent[right]
        return (f"{right}: {absent.says} ({absent.article})",)
    rule = pack.rights.get(right)
    if rule is None:
        return (f"{pack.short} does not give the right '{right}': no legal date is stated",)
    if rule.answer:
        return (_without_number(pack, right, rule, received, setting),)
    if waiting:
        return ()
    clock = next((clock for clock in pack.clocks("response") if right in clock.rights), None)
    if clock and not clock.in_force(received):
        return (not_in_force(pack, clock, received),)
    return (f"{pack.short} gives no answer period for '{right}': no legal date is stated",)


def _without_number(pack: Pack, right: Right, rule: RightRule, received: date, setting: Setting) -> str:
    """The law's word for a right without a number, and the date of the usual guide, which binds nobody."""
    text = f"{right}: {pack.short} sets no number of days; the word of the law is: {rule.answer} ({rule.article})"
    if rule.guide is None:
        return text
    clock = ClockRule(
        kind="guide",
        whose="controller",
        starts=(),
        period=rule.guide.period,
        article=rule.guide.article,
        url=rule.guide.url,
    )
    day = periods.end(received, rule.guide.period, frame(pack, clock, setting).working)
    return f"{text}; a guide, not a limit, is {rule.guide.period}, until {spell(day)} ({rule.guide.article})"
