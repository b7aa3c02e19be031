"""Mixed deadlines of the law in one process, or the bare month arithmetic that they rest on: `deadlines.py dsr|dateutil COUNT`.

Every law with a clock of its own, every right that it gives a date for, at every place of its territory that has holidays of
its own, received on each day of six years; one in five has an identity check, one in seven a notice of extension. Beside it
stand the same dates with `dateutil` alone: one month and three from the receipt, no working days, no holidays, no sentence.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import cycle, islice
from typing import TYPE_CHECKING

from dateutil.relativedelta import relativedelta

if TYPE_CHECKING:
    from dsr.law.deadlines import Setting
    from dsr.law.rules import Pack
    from dsr.law.stops import Mark
    from dsr.model import Right

FIRST, DAYS = date(2025, 1, 1), 2190
DISTINCT = 20_000  # as many histories are made; they take turns


def with_dsr(count: int) -> None:
    """Count every deadline of so many requests."""
    from dsr.law.deadlines import timetable

    for job in islice(cycle(list(islice(histories(), DISTINCT))), count):
        timetable(*job)


def histories() -> Iterator[tuple[Pack, Right, list[Mark], Setting]]:
    """Law, right, what happened and where, without end: the arguments of `timetable`."""
    from dsr import places
    from dsr.law import packs
    from dsr.law.deadlines import Setting
    from dsr.law.stops import Mark
    from dsr.model import EventKind as K

    settings = []
    for law in map(packs.find, packs.ids()):
        rights = [right for right in law.rights if any(clock.kind == "response" for clock in law.serving[right])]
        for group in law.territory:
            for country in sorted(places.EEA) if group == "EEA" else [group]:
                parts = sorted(places.PARTS[country]) if country in ("GB", "AU", "CH") else [""]
                settings += [
                    (law, right, Setting("-".join(filter(None, [country, part])))) for right in rights for part in parts
                ]
    for number, (law, right, setting) in enumerate(cycle(settings)):
        on = FIRST + timedelta(days=number * 7 % DAYS)
        marks = [Mark(K.RECEIVED, on)]
        if number % 5 == 0:
            asked = on + timedelta(days=3)
            marks += [Mark(K.IDENTITY_REQUESTED, asked), Mark(K.IDENTITY_GIVEN, asked + timedelta(days=6))]
        if number % 7 == 0:
            marks.append(Mark(K.EXTENDED, on + timedelta(days=20)))
        yield law, right, marks, setting


def with_dateutil(count: int) -> None:
    """Add one month and three to as many dates."""
    days = [FIRST + timedelta(days=number * 7 % DAYS) for number in range(DISTINCT)]
    for day in islice(cycle(days), count):
        day + relativedelta(months=1)
        day + relativedelta(months=3)


if __name__ == "__main__":
    if sys.argv[1:2] not in (["dsr"], ["dateutil"]) or len(sys.argv) != 3:
        sys.exit("usage: python bench/deadlines.py dsr|dateutil COUNT")
    {"dsr": with_dsr, "dateutil": with_dateutil}[sys.argv[1]](int(sys.argv[2]))
