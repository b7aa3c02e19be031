"""How `dsr next` reads: what needs the person, grouped by how soon, and what is only waited for; and the same in full sentences.

Dates and ages are in the person's language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from dsr.cases.desk import Desk
from dsr.cases.outlook import Item
from dsr.speech import Speech

_SOON = timedelta(days=7)
_GROUPS = {
    "over": "Needs you, overdue:",
    "today": "Needs you today:",
    "soon": "Needs you within 7 days:",
    "later": "Needs you later:",
    "open": "Needs you:",
}


class Words:
    """The words for the items of one desk at an instant; what is asked for again is not worked out again."""

    def __init__(self, desk: Desk, at: datetime) -> None:
        self._desk = desk
        self._at = at
        self._speech: Speech | None = None
        self._dates: dict[date, tuple[str, str]] = {}

    def _when(self, day: date) -> tuple[str, str]:
        """A date, and how far away it is."""
        if day not in self._dates:
            self._speech = self._speech or self._desk.speech()
            self._dates[day] = (self._speech.day(day), self._speech.away(day, self._desk.today))
        return self._dates[day]

    def _instant(self, at: datetime) -> str:
        self._speech = self._speech or self._desk.speech()
        return self._speech.instant(at)

    def _over(self, item: Item) -> bool:
        return item.at <= self._at if item.at else item.by is not None and item.by < self._desk.today

    def group(self, item: Item) -> str:
        """Which group of what needs the person an item belongs to."""
        if item.by is None:
            return "open"
        if self._over(item):
            return "over"
        left = item.by - self._desk.today
        return "today" if not left else "soon" if left <= _SOON else "later"

    def grouped(self, found: Sequence[Item]) -> list[str]:
        """The lines for the eye."""
        needs, waits = _sorted(found)
        lines = [] if needs else ["Nothing needs you now."]
        for name, title in _GROUPS.items():
            of_group = [item for item in needs if self.group(item) == name]
            lines += [title] if of_group else []
            for item in of_group:
                lines += [f"  {item.case}: {item.what}{self._by(item)}", f"      {item.why}"]
                lines.append(f"      {self._desk.command(item.command)}")
        if waits:
            lines += ["Waiting:", *(f"  {item.case}: {item.what}{self._until(item)}" for item in waits)]
        return lines

    def _by(self, item: Item) -> str:
        if item.by is None:
            return ""
        if item.at:
            return f", {'ended' if self._over(item) else 'by'} {self._instant(item.at)}"
        day, away = self._when(item.by)
        return f", {'since' if self._over(item) else 'by'} {day} ({away})"

    def _until(self, item: Item) -> str:
        if item.by is None:
            return ""
        day, away = self._when(item.by)
        return f", {'since' if item.by < self._desk.today else 'until'} {day} ({away})"

    def sentences(self, found: Sequence[Item]) -> list[str]:
        """The lines for the ear: full sentences, one item after the other, no signs that only the eye understands."""
        needs, waits = _sorted(found)
        lines = [_number(len(needs), "thing needs you", "things need you", "Nothing needs you now") + "."]
        for place, item in enumerate(needs, 1):
            lines.append(f"Number {place}, case {item.case}. Please {_spoken(item.what)}. {self._due(item)}")
            lines.append(f"The reason is this. {_sentence(_spoken(item.why))}.")
            lines.append("The command for it is in the next line.")
            lines.append(self._desk.command(item.command))
        if waits:
            lines.append(_number(len(waits), "thing is only waited for", "things are only waited for", "") + ".")
        for item in waits:
            until = self._until(item).replace(" (", ", ").rstrip(")")
            lines.append(f"Case {item.case}. You {_spoken(item.what)}{until}.")
        return lines

    def _due(self, item: Item) -> str:
        if item.by is None:
            return "It has no date."
        if item.at:
            told = self._instant(item.at).replace(" (", ", ").rstrip(")")
            return f"It ended on {told}." if self._over(item) else f"It ends on {told}."
        day, away = self._when(item.by)
        return f"It was due on {day}, {away}." if self._over(item) else f"It is due on {day}, {away}."


def _sorted(found: Sequence[Item]) -> Iterator[list[Item]]:
    """What needs the person and what is waited for, each in the order of dates, what has none last."""
    ordered = sorted(found, key=lambda item: (item.by is None, item.by))
    for flag in (True, False):
        yield [item for item in ordered if item.needs_you is flag]


def _number(count: int, one: str, many: str, none: str) -> str:
    return none if count == 0 else f"{count} {one if count == 1 else many}"


def _spoken(text: str) -> str:
    """A text without brackets, colons and semicolons between its words, and without the full stop at its end."""
    without = re.sub(r"\s+\(((?:[^()]|\([^()]*\))*)\)", r", \1", text)
    return re.sub(r"[:;] ", ", ", without).rstrip(". ")


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
