"""The arithmetic behind each date, step by step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from dsr.cases import lawpage, timeline
from dsr.cases.asking import Question
from dsr.law.counting import Count, Walk
from dsr.law.deadlines import Timetable
from dsr.model import Deadline

_WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()


def text(question: Question, found: Timetable) -> str:
    """Every date with its steps, and below them one timeline for all."""
    pairs = zip(found.deadlines, found.counts, strict=True)
    lines = [line for deadline, count in pairs for line in _steps(question, deadline, count)]
    return "\n".join([*lines, *timeline.draw(question, found)])


def data(found: Timetable) -> list[dict[str, Any]]:
    """The same steps for a program: one entry per deadline, in their order."""
    return [
        {"kind": deadline.kind, "main": _walk(main), "latest": _walk(late)}
        for deadline, count in zip(found.deadlines, found.counts, strict=True)
        for main, late in [count.walks()]
    ]


def _walk(walk: Walk) -> dict[str, Any]:
    return {
        "start": walk.start.isoformat(),
        "period": str(walk.period),
        "pause": [day.isoformat() for day in walk.pause],
        "nominal": walk.nominal.isoformat(),
        "passed": [{"on": day.isoformat(), "why": why} for day, why in walk.passed],
        "end": walk.end.isoformat(),
    }


def _day(day: date) -> str:
    return f"{day.isoformat()} {_WEEKDAYS[day.weekday()][:3]}"


def _line(label: str, day: date | None, what: str) -> str:
    return f"    {label:<9}{_day(day) if day else '':<16}{what}".rstrip()


def _steps(question: Question, deadline: Deadline, count: Count) -> Iterator[str]:
    main, late = count.walks()
    yield f"  {deadline.kind}: {deadline.article}"
    yield _line("start", main.start, _why_then(question, count))
    yield _line("period", None, str(main.period))
    yield from _paused("pause", main)
    if main.period.working_days:
        yield from _skipped(main, count)
    if count.cap and count.clock.cap:
        yield _line("at most", None, f"{count.clock.cap.period} from {count.cap}")
    yield _line("ends", main.nominal, "the bare count" + (f", at {deadline.at:%H:%M}" if deadline.at else ""))
    yield from (_line("moved", day, why) for day, why in main.passed)
    yield _line("due", deadline.due, _why_due(main, count))
    yield from _later(main, late, deadline, count)


def _why_due(main: Walk, count: Count) -> str:
    """What lets the period end on this day: the rule that moved it, or none."""
    if count.frame.roll is None:
        return "this law moves no last day"
    if main.passed:
        return (count.clock.counting or count.pack.counting).article
    if not count.frame.within:
        return f"{count.setting.place} lies outside the law's territory: only weekends move it"
    return "a day on which it may end"


def _why_then(question: Question, count: Count) -> str:
    """What happened on the day that the count starts from."""
    begun = count.standing.start
    if count.silent:
        return "the end of the answer period, if nothing came"
    kinds = [str(mark.kind) for mark in question.marks if mark.on == begun]
    kind = next((kind for kind in kinds if kind in count.clock.starts), kinds[-1] if kinds else "received")
    if count.clock.begins == "day-after":
        return f"the day after '{kind}' on {begun}"
    return f"'{kind}'; {lawpage.counted_from(count.clock)}"


def _paused(label: str, walk: Walk) -> Iterator[str]:
    for first, last in _spans(walk.pause):
        days = (last - first).days + 1
        yield _line(label, first, f"to {_day(last)}: {days} {'day' if days == 1 else 'days'} not counted")


def _spans(days: Sequence[date]) -> Iterator[tuple[date, date]]:
    """Runs of consecutive days as (first, last)."""
    run: list[date] = []
    for day in days:
        if run and day - run[-1] != timedelta(days=1):
            yield run[0], run[-1]
            run = []
        run.append(day)
    if run:
        yield run[0], run[-1]


def _skipped(walk: Walk, count: Count) -> Iterator[str]:
    """The days that a count of working days leaves out: each holiday, and how many days of weekends."""
    off = {day: count.frame.working.off(day) for day in timeline.span(walk.start, walk.nominal)[1:]}
    yield from (_line("left out", day, why) for day, why in off.items() if why and why not in _WEEKDAYS)
    weekends = sum(why in _WEEKDAYS for why in off.values())
    if weekends:
        yield _line("left out", None, f"{weekends} days of weekends")


def _later(main: Walk, late: Walk, deadline: Deadline, count: Count) -> Iterator[str]:
    """What the latest reading adds to the main one."""
    if deadline.latest == deadline.due:
        yield _line("latest", deadline.latest, "no reading of the law ends later")
        return
    if late.start != main.start:
        yield _line("perhaps", late.start, "the latest reading starts here")
    if late.period != main.period:
        yield _line("perhaps", None, f"the latest reading counts {late.period}")
    if late.pause != main.pause:
        yield from _paused("perhaps", late)
    known = {day for day, _ in main.passed}
    where = "disputed, or not everywhere" if count.frame.within else "where you live"
    for day, why in late.passed:
        if day not in known:
            yield _line("perhaps", day, why if why in _WEEKDAYS else f"{why} ({where})")
    yield _line("latest", deadline.latest, "nobody is late before the end of this day")
