"""The person's language: each has every word, in every plural it knows; dates are written as people write them there."""

from __future__ import annotations

import re
import string
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from babel import Locale

from dsr import registry, speech
from dsr.law import packs
from dsr.model import Confidence, EventKind, Right, Route, Status
from dsr.speech import Speech

DAY = date(2026, 12, 25)
ENGLISH = speech.read("en")


def gaps(text: str) -> set[str]:
    """The names of the gaps in a text."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("lang", speech.languages())
def test_a_language_has_every_word(lang: str) -> None:
    """Each file has the groups, words and gaps of the English one, none empty, and a form for each plural category of CLDR that
    whole numbers take in that language."""
    words = speech.read(lang)
    assert {name: set(group) for name, group in words.terms.items()} == {n: set(g) for n, g in ENGLISH.terms.items()}
    for name, group in words.terms.items():
        assert {key: gaps(text) for key, text in group.items()} == {k: gaps(t) for k, t in ENGLISH.terms[name].items()}
        assert all(text.strip() for text in group.values())
    plural = Locale.parse(lang).plural_form
    needed = {plural(number) for number in range(1000)} | {"other"}
    assert set(words.counted) == set(ENGLISH.counted)
    for forms in words.counted.values():
        assert set(forms) == needed
        assert all("{n}" in text for text in forms.values())


def test_everything_that_can_be_shown_has_a_word() -> None:
    """Each right, status, event, route and confidence has a word, and so has each kind of date of every law and promise."""
    for group, kinds in (("right", Right), ("status", Status), ("route", Route), ("confidence", Confidence)):
        assert set(ENGLISH.terms[group]) == set(kinds)
    assert set(ENGLISH.terms["event"]) - {"answered-partial"} == set(EventKind) - {EventKind.CORRECTED}
    clocks = [clock for pack in map(packs.find, packs.ids()) for clock in pack.clock]
    kinds = {clock.kind for clock in clocks}
    kinds |= {"extended" if one.kind == "response" else f"{one.kind}-extended" for one in clocks if one.extension}
    promised = {one.promise.kind for company in map(registry.find, registry.slugs()) for one in company.promises}
    assert kinds | promised == set(ENGLISH.terms["deadline"])


@pytest.mark.parametrize(
    ("language", "residence", "written", "left"),
    [
        ("en", "DE-BE", "25 December 2026", "in 3 days"),
        ("en", "US-CA", "December 25, 2026", "in 3 days"),
        ("", "", "25 December 2026", "in 3 days"),
        ("de", "DE-BE", "25. Dezember 2026", "in 3 Tagen"),
        ("de", "JP", "25. Dezember 2026", "in 3 Tagen"),
        ("fr", "FR", "25 décembre 2026", "dans 3 jours"),
        ("pl", "PL", "25 grudnia 2026", "za 3 dni"),
        ("xx", "DE-BE", "25 December 2026", "in 3 days"),
    ],
)
def test_dates_are_written_as_people_write_them_there(language: str, residence: str, written: str, left: str) -> None:
    """Language and residence settle how a date and a distance are written; an unknown language is read as English."""
    spoken = Speech(language, residence)
    assert (spoken.day(DAY), spoken.away(DAY, date(2026, 12, 22))) == (written, left)


@pytest.mark.parametrize(
    ("days", "text"), [(-40, "vor 40 Tagen"), (-1, "gestern"), (0, "heute"), (1, "morgen"), (400, "in 400 Tagen")]
)
def test_ages_are_counted_in_days(days: int, text: str) -> None:
    """A distance is told in days, never rounded to weeks or months; the nearest days have their names."""
    assert Speech("de").away(date.fromordinal(DAY.toordinal() + days), DAY) == text


def test_plurals_follow_the_language() -> None:
    """One is not many, in either language."""
    assert [Speech("en", "DE-BE").count("cases", n) for n in (0, 1, 2, 1200)] == [
        "0 cases",
        "1 case",
        "2 cases",
        "1,200 cases",
    ]
    assert [Speech("de", "DE").count("cases", n) for n in (0, 1, 2, 1200)] == [
        "0 Fälle",
        "1 Fall",
        "2 Fälle",
        "1.200 Fälle",
    ]
    assert Speech("de").span(1) == "1 Tag"


def test_a_date_turns_nothing_around() -> None:
    """No date carries marks of direction, also where its language writes from right to left."""
    assert not re.search("[\u061c\u200e\u200f]", "".join(Speech(lang).brief(DAY) for lang in ("ar", "he", "fa")))


def test_an_instant_says_where_it_is_told() -> None:
    """An instant is told in this machine's time, with its distance from UTC."""
    at = datetime(2026, 12, 25, 23, 30, tzinfo=UTC)
    told = Speech("en").instant(at)
    here = at.astimezone()
    assert told == f"{Speech('en').day(here.date())}, {here:%H:%M} (UTC{here:%z})"
    assert Speech("en").instant(at.astimezone(ZoneInfo("Asia/Tokyo"))) == told
    assert re.search(r"\(UTC[+-]\d{4}\)$", told)
