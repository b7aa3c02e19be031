"""English dates in Europe are written without Babel, and read exactly as Babel writes them."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta

import pytest
from babel.dates import format_date, format_timedelta

from dsr import speech
from dsr.speech import Speech

DAY = date(2026, 12, 25)


@pytest.mark.parametrize("country", sorted(speech._EUROPE))
def test_they_are_those_of_babel(country: str) -> None:
    """In each of these countries days and distances are what CLDR says."""
    spoken = Speech("en", country)
    for days in (-400, -40, -6, -2, 2, 3, 31, 365):
        day = DAY + timedelta(days=days)
        assert spoken.day(day) == format_date(day, "long", locale=spoken.dates)
        told = format_timedelta(day - DAY, granularity="day", threshold=1e9, add_direction=True, locale=spoken.dates)
        assert spoken.away(day, DAY) == told


def test_they_load_no_babel() -> None:
    """Whoever reads English there does not wait for Babel; others do."""
    run = "import sys\nfrom datetime import date\nfrom dsr.speech import Speech\n"
    run += "s = Speech(*sys.argv[1:])\ns.day(date(2026, 12, 5)), s.away(date(2026, 12, 5), date(2026, 12, 1))\n"
    run += "print('babel' in sys.modules)"
    for language, place, loaded in (
        ("", "", "False"),
        ("en", "DE-BE", "False"),
        ("en", "US-CA", "True"),
        ("de", "DE", "True"),
    ):
        told = subprocess.run([sys.executable, "-c", run, language, place], capture_output=True, text=True, check=True)
        assert told.stdout.strip() == loaded
