"""What every fact of the registry carries: sources in words, the date of the newest one, how well it is founded.

A group that nobody could fill says why in `absent`; it is never guessed. Nothing of confidence `low` or `recall` is asserted
in a letter.
"""

# Annotations are no text here: msgspec would read their text anew at every start, five milliseconds in all.

from datetime import date, timedelta

from msgspec import Struct

from dsr import places
from dsr.model import Confidence

ALL = ("*",)
STALE_AFTER = timedelta(days=180)


class Group(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a group of facts comes from: sources in words (with the https address where it is known), the date of the newest,
    the confidence; `absent` is the reason why the group has no facts."""

    source: tuple[str, ...]
    on: date
    confidence: Confidence
    absent: str = ""

    def stale(self, today: date) -> bool:
        """Whether the newest source is older than 180 days on that day."""
        return today - self.on > STALE_AFTER


def fits(groups: tuple[str, ...], residence: str) -> bool:
    """Whether one of the groups (`EEA`, `CH`, `US-CA`, `*`) holds the residence."""
    return any(places.covers(group, residence) for group in groups)
