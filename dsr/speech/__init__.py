"""Words, dates, spans and plurals in the person's language.

The words are data: `<language>.toml` beside this file, in groups; dates and plural rules are those of CLDR, through Babel,
which is imported when the first of them is asked for. A language without a file has its own dates among English words.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from dsr import places, resources

if TYPE_CHECKING:
    from babel import Locale
    from babel.plural import PluralRule

FOLDER = Path(__file__).parent
_FALLBACK = "en"
# Where English dates read as below: what most is shown needs no Babel there, whose loading takes as long as dsr's own.
_EUROPE = (places.EEA - {"MT"}) | {"", "GB", "CH"}
_MONTHS = "January February March April May June July August September October November December".split()
_TURNS = {
    0x061C: None,
    0x200E: None,
    0x200F: None,
}  # marks of direction in a date: whoever shows it sees to the direction


class Words(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One file: `terms` are texts by group and name; `counted` are texts with a number by name and CLDR plural category."""

    schema: int
    terms: dict[str, dict[str, str]]
    counted: dict[str, dict[str, str]]


def languages() -> tuple[str, ...]:
    """The languages that there are words for, sorted."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


@cache
def read(lang: str) -> Words:
    """The words of a language. Raises BadFile with the place and the problem."""
    return resources.toml(FOLDER / f"{lang}.toml", Words)


class Speech:
    """How one person is spoken to. `language` is a code such as `de`, `residence` ISO 3166-2: it settles how dates are
    written where a language has several ways (25 November 2026, November 25, 2026)."""

    def __init__(self, language: str, residence: str = "") -> None:
        own = language.lower().partition("-")[0] or _FALLBACK
        self.lang = own if own in languages() else _FALLBACK
        self._own, self._country = own, residence.partition("-")[0].upper()
        self._simple = own == _FALLBACK and self._country in _EUROPE
        self._known: dict[tuple[str, date], str] = {}

    @cached_property
    def dates(self) -> Locale:
        """The locale of dates and numbers."""
        return _locale(self._own, self._country)

    @cached_property
    def _words(self) -> Words:
        return read(self.lang)

    @cached_property
    def _plural(self) -> PluralRule:
        return self.dates.plural_form if self._own == self.lang else _locale(self.lang, "").plural_form

    def term(self, group: str, name: str) -> str:
        """A word of a group; one that the language has no word for is given as it is, with spaces for hyphens."""
        return self._words.terms.get(group, {}).get(name) or name.replace("-", " ")

    def say(self, group: str, key: str, /, **values: str) -> str:
        """A text with its gaps filled. Raises KeyError for one that does not exist."""
        return self._words.terms[group][key].format(**values)

    def group(self, name: str) -> dict[str, str]:
        """All texts of a group."""
        return self._words.terms[name]

    def count(self, name: str, number: int) -> str:
        """A text with a number, in the plural that the language has for it: `1 case`, `6 cases`."""
        forms = self._words.counted[name]
        return forms.get(self._plural(number), forms["other"]).format(n=self.number(number))

    def number(self, number: float) -> str:
        """A number as it is written in the language of the words, wherever one lives: `1,000`, `1.000`, `14.5`."""
        from babel.numbers import format_decimal

        return format_decimal(number, format="#,##0.#", locale=_locale(self.lang, ""))

    def day(self, day: date) -> str:
        """A date in full: `25 December 2026`."""
        if self._simple:
            return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
        return self._date("long", day)

    def brief(self, day: date) -> str:
        """A date in short: `25 Dec 2026`."""
        return self._date("medium", day)

    def month(self, day: date) -> str:
        """The month of a date, in short, with its year in January: `Dec`, `Jan 2027`."""
        return self._date("MMM y" if day.month == 1 else "LLL", day)

    def _date(self, form: str, day: date) -> str:
        if (kept := self._known.get((form, day))) is not None:
            return kept
        from babel.dates import format_date

        written = format_date(day, form, locale=self.dates).translate(_TURNS)
        return self._known.setdefault((form, day), written)

    def instant(self, at: datetime) -> str:
        """An instant where this machine is, with its distance from UTC: `25 December 2026, 14:05 (UTC+01:00)`."""
        from babel.dates import format_time

        here = at.astimezone()
        clock = format_time(here, "HH:mm", tzinfo=here.tzinfo, locale=self.dates)
        return f"{self.day(here.date())}, {clock} (UTC{here:%z})"

    def away(self, day: date, today: date) -> str:
        """How far a day is from another: `in 3 days`, `5 days ago`, `tomorrow`."""
        days = (day - today).days
        if -1 <= days <= 1:
            return self.term("near", ("yesterday", "today", "tomorrow")[days + 1])
        if self._simple:
            return f"in {days} days" if days > 0 else f"{-days} days ago"
        from babel.dates import format_timedelta

        return format_timedelta(
            timedelta(days=days), granularity="day", threshold=1e9, add_direction=True, locale=self.dates
        )

    def span(self, days: int) -> str:
        """A length in days: `1 day`, `33 days`."""
        from babel.units import format_unit

        return format_unit(days, "duration-day", locale=self.dates)


@cache
def _locale(language: str, country: str) -> Locale:
    """The closest that CLDR has: the language as written in that country, the language, or English as written in Europe."""
    from babel import Locale, UnknownLocaleError

    ways = [f"{language}_{country}"] if country else []
    for way in (*ways, f"{language}_150", language):
        try:
            return Locale.parse(way)
        except (UnknownLocaleError, ValueError):
            continue
    return Locale.parse("en_150")
