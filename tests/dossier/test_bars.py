"""Bars: what is gone, left, in doubt and over lies where the days lie, and never outside."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from dsr.dossier.bars import Scale, Stretch, draw

FIRST = date(2026, 10, 1)
DAYS = st.integers(0, 900).map(lambda days: FIRST + timedelta(days=days))


def kinds(one: Stretch, today: date) -> list[str]:
    """The stretches of a bar in their order."""
    return [piece.kind for piece in draw(one, Scale(FIRST, date(2027, 1, 31)), today).pieces]


def test_a_bar_shows_where_today_is() -> None:
    """Before the due day time is left; between due and latest nobody is late; after latest somebody is."""
    one = Stretch(start=FIRST, due=date(2026, 11, 2), latest=date(2026, 11, 9))
    assert kinds(one, date(2026, 10, 20)) == ["gone", "left", "grace"]
    assert kinds(one, date(2026, 11, 5)) == ["gone", "grace"]
    assert kinds(one, date(2026, 11, 10)) == ["gone", "grace", "late"]
    assert kinds(Stretch(start=FIRST, due=one.due, latest=one.latest, met=date(2026, 10, 5)), date(2026, 12, 1)) == [
        "done"
    ]
    late = Stretch(start=FIRST, due=one.due, latest=one.latest, met=date(2026, 11, 20))
    assert kinds(late, date(2026, 12, 1)) == ["done", "late"]
    assert kinds(Stretch(start=FIRST, due=one.due, latest=one.latest, off=True), date(2026, 12, 1)) == ["off"]


@given(st.tuples(DAYS, DAYS, DAYS).map(sorted), DAYS, DAYS, st.booleans())
def test_a_bar_stays_on_its_scale(days: list[date], today: date, met: date, off: bool) -> None:
    """Whatever the days, all that is drawn lies between 0 and 100 percent, is wide enough to be seen, and is in order."""
    start, due, latest = days
    scale = Scale(start, max(latest, today))
    bar = draw(Stretch(start=start, due=due, latest=latest, met=met if met >= start else None, off=off), scale, today)
    assert bar.pieces
    for piece in bar.pieces:
        assert 0 <= piece.x <= 100
        assert piece.width > 0.5
        assert piece.x + piece.width <= 101
    assert [piece.x for piece in bar.pieces] == sorted(piece.x for piece in bar.pieces)
    assert 0 <= bar.due <= 100


@given(DAYS, st.integers(0, 4000))
def test_a_scale_has_few_months(first: date, length: int) -> None:
    """However long, a scale names at most eight beginnings of months, or of years, each on it."""
    scale = Scale(first, first + timedelta(days=length))
    months = scale.months()
    assert len(months) <= (8 if length < 2500 else 12)
    assert all(day.day == 1 and scale.first <= day <= scale.last for day in months)
