"""From dates to bars: which part of a line is gone, left, in doubt or over, in percent of its width."""

from __future__ import annotations

from datetime import date, timedelta

from msgspec import Struct

_LEAST = 0.7  # percent: what is drawn can be seen
_MARGIN = 0.04  # of the width, free at the right


class Piece(Struct, frozen=True):
    """A stretch of a bar. `kind` is `gone`, `left`, `grace`, `late`, `done` or `off`."""

    kind: str
    x: float
    width: float


class Bar(Struct, frozen=True, kw_only=True):
    """A drawn bar: its stretches, and where the due day, the latest plausible day and today are; -1 where not drawn."""

    pieces: tuple[Piece, ...]
    due: float
    latest: float
    today: float


class Tick(Struct, frozen=True):
    """A month that begins, and its name."""

    x: float
    label: str


class Stretch(Struct, frozen=True, kw_only=True):
    """A date to draw: counted from `start`, `due`, at the `latest`; `met` on a day, or `off`: it does not count (any more)."""

    start: date
    due: date
    latest: date
    met: date | None = None
    off: bool = False


class Scale:
    """Days from left to right. A scale has at least two weeks."""

    def __init__(self, first: date, last: date) -> None:
        days = max((last - first).days, 14)
        self.first, self.last = first, first + timedelta(days=days)
        self._unit = 100 * (1 - _MARGIN) / days

    def x(self, day: date) -> float:
        """Where a day is, in percent from the left; never outside."""
        return round(min(max((day - self.first).days * self._unit, 0.0), 100.0), 2)

    def months(self, most: int = 7) -> tuple[date, ...]:
        """The first days of months on the scale, at most so many, evenly chosen."""
        year, month = self.first.year, self.first.month
        found = []
        while (day := date(year, month, 1)) <= self.last:
            found.append(day)
            year, month = year + month // 12, month % 12 + 1
        step = next((step for step in (1, 2, 3, 6) if len(found) <= most * step), 12)
        return tuple(day for day in found if day >= self.first and (day.month - 1) % step == 0)


def draw(one: Stretch, scale: Scale, today: date) -> Bar:
    """The bar of one date on a day."""
    if one.off:
        parts = [("off", one.start, one.due)]
    elif one.met:
        parts = [("done", one.start, min(one.met, one.latest)), ("late", one.latest, one.met)]
    else:
        parts = [
            ("gone", one.start, min(today, one.due)),
            ("left", max(one.start, min(today, one.due)), one.due),
            ("grace", one.due, one.latest),
            ("late", one.latest, today),
        ]
    pieces = tuple(_piece(kind, scale.x(begin), scale.x(end)) for kind, begin, end in parts if begin < end)
    return Bar(
        pieces=pieces or (_piece("off" if one.off else "gone", scale.x(one.start), scale.x(one.start)),),
        due=scale.x(one.due),
        latest=scale.x(one.latest) if one.latest != one.due and not one.off else -1,
        today=scale.x(today) if scale.first <= today <= scale.last else -1,
    )


def _piece(kind: str, begin: float, end: float) -> Piece:
    return Piece(kind, begin, round(max(end - begin, _LEAST), 2))
