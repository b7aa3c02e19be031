"""The words of a language: how it writes dates, periods and citations, what it calls each law, request and event.

They lie in `templates/words/<lang>.toml`, one file per language; sentences are in the templates.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct, field
from msgspec.structs import replace

from dsr.errors import BadFile, UnknownName
from dsr.letters.kinds import KINDS
from dsr.model import EventKind, Period, Right, Route
from dsr.resources import folder, toml

_REF = re.compile(r"(\d+[A-Z]?)(?:\((\d+[A-Z]?)\))?(?:\(([a-z])\))?(?:-\(([a-z])\))?")
UNITS = ("months", "days", "working_days", "hours")


class Cite(Struct, frozen=True, forbid_unknown_fields=True):
    """How the parts of an article are written, each with `{}` for the number: "Article 15" "(1)" "(a)" "(a) to (h)".

    `several` stands before the first of several articles (empty: each has its own word), `both` between the last two, `law`
    before the name of the law. `section` is a section of another act, with `{n}` and `{act}`.
    """

    article: str
    several: str
    paragraph: str
    point: str
    points: str
    both: str
    law: str
    section: str


class LawWords(Struct, frozen=True, forbid_unknown_fields=True):
    """What a law is called: in full, short as in a citation; `authority`: who takes complaints, as it stands in a sentence;
    `instead`: words of the pack's citations and what they are called in this language."""

    name: str
    short: str
    authority: str = ""
    act: str = ""
    instead: dict[str, str] = field(default_factory=dict)


class UsWords(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What letters under laws of the United States say otherwise: how a date is written, what a request for access asks for, and
    `instead`: parts of our own words and sentences, and how they are written there ("organis": "organiz")."""

    date_form: str = ""
    item: dict[str, str] = field(default_factory=dict)
    instead: dict[str, str] = field(default_factory=dict)


class Words(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A language. `first_day` is how the first of a month is written, where not "1" (French: 1er).

    `reviewed` names who read it, or says nobody; `missing` gives the reason for each letter that is not there."""

    schema: int
    written: str
    reviewed: str
    sources: tuple[str, ...]
    plural: Literal["one", "polish"]
    date_form: str
    first_day: str = ""
    months: tuple[str, str, str, str, str, str, str, str, str, str, str, str]
    authority: str
    authority_heading: str
    cite: Cite
    within: dict[str, tuple[str, ...]]
    by: dict[Route, str]
    request: dict[str, str]
    event: dict[EventKind, str]
    item: dict[str, str]
    law: dict[str, LawWords]
    missing: dict[str, str] = field(default_factory=dict)
    us: UsWords | None = None
    spelling: tuple[tuple[str, str], ...] = ()  # of the law that the letter is under; see `under`

    def under(self, regime: str) -> Words:
        """The words for a letter under that law: the same, or as a law of the United States has them."""
        if self.us is None or not regime.startswith("us-"):
            return self
        spelling = tuple(self.us.instead.items())

        def here(table: dict[Any, str]) -> dict[Any, str]:
            return {key: spelled(one, spelling) for key, one in table.items()}

        return replace(
            self,
            date_form=self.us.date_form or self.date_form,
            within={unit: tuple(spelled(one, spelling) for one in forms) for unit, forms in self.within.items()},
            by=here(self.by),
            request=here(self.request),
            event=here(self.event),
            item=here(self.item | self.us.item),
            spelling=spelling,
        )

    def dated(self, on: date) -> str:
        """A date, written out."""
        day = self.first_day if self.first_day and on.day == 1 else on.day
        return self.date_form.format(day=day, month=self.months[on.month - 1], year=on.year)

    def in_time(self, period: Period) -> str:
        """A period after "within": "within one month", "within 45 days"."""
        unit = next(unit for unit in UNITS if getattr(period, unit))
        forms, number = self.within[unit], period.length
        tens, ones = divmod(number % 100, 10)
        few = self.plural == "polish" and 2 <= ones <= 4 and tens != 1
        return forms[0 if number == 1 else 1 if few or len(forms) == 2 else 2].format(n=number)

    def cited(self, short: str, *refs: str) -> str:
        """Articles such as `15(1)(a)-(h)` and `12A` of the law called `short` (empty: not named again).

        Raises ValueError for a reference that cannot be read.
        """
        parts = [self._article(ref) for ref in refs]
        if len(parts) == 1 or not self.cite.several:
            parts = [self.cite.article.format(part) for part in parts]
        else:
            parts[0] = self.cite.several.format(parts[0])
        *more, last = parts
        joined = f"{', '.join(more)}{self.cite.both}{last}" if more else last
        return f"{joined}{self.cite.law}{short}" if short else joined

    def _article(self, ref: str) -> str:
        if not (found := _REF.fullmatch(ref)):
            raise ValueError(f"'{ref}' is not an article such as 15(1)(a)")
        number, paragraph, point, last = found.groups()
        text = number + (self.cite.paragraph.format(paragraph) if paragraph else "")
        if last:
            return text + self.cite.points.format(point, last)
        return text + (self.cite.point.format(point) if point else "")


def spelled(text: str, spelling: tuple[tuple[str, str], ...]) -> str:
    """Our own text with its parts as `spelling` writes them, also where they begin a sentence."""
    for part, here in spelling:
        text = text.replace(part, here).replace(part[:1].upper() + part[1:], here[:1].upper() + here[1:])
    return text


@cache
def languages(at: Path | None = None) -> tuple[str, ...]:
    """The languages that have words."""
    return tuple(sorted(path.stem for path in ((at or folder("templates")) / "words").glob("*.toml")))


@cache
def read(lang: str, at: Path | None = None) -> Words:
    """The words of a language. Raises UnknownName, and BadFile with the place and the problem."""
    if lang not in languages(at):
        raise UnknownName("language of letters", lang, languages(at))
    words = toml(path := (at or folder("templates")) / "words" / f"{lang}.toml", Words)
    wanted: dict[str, set[str]] = {
        "within": set(UNITS),
        "by": set(Route),
        "request": {*Right, "photos"} & set(KINDS),
        "event": set(EventKind),
    }
    for table, keys in wanted.items():
        if lacking := sorted(keys - set(getattr(words, table))):
            raise BadFile(path, f"[{table}] lacks {', '.join(lacking)}")
    forms = 3 if words.plural == "polish" else 2
    if any(len(one) != forms for one in words.within.values()):
        raise BadFile(path, f"[within] needs {forms} forms for each unit")
    return words
