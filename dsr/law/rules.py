"""What a law pack says: the schema of `regimes/*.toml`. Every rule is a Citation: its article, its URL, how well it is founded.

A rule without a `confidence` of its own has that of its pack. `recall` means that nobody re-read the text for dsr: such a date is
shown as unverified, with the source to check.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Literal

from msgspec import Struct, field

from dsr import places
from dsr.errors import UnknownName
from dsr.model import Confidence, EventKind, Period, Right

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Whose = Literal["controller", "subject", "authority"]


class Citation(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a rule stands, and how well that is known (None: as well as the pack itself)."""

    article: str
    url: str
    confidence: Confidence | None = None


class Statement(Citation, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A rule in words: on fees, agents, courts, refusals, or on a right that people look for and this law does not give."""

    says: str


class Guide(Citation, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A number that is not the law's: a regulator's target or a usual practice for a right without a number."""

    period: Period


class RightRule(Citation, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A right of this law; `aliases` are the law's own words for it. `answer` is the law's word where no clock serves
    the right ("without undue delay"), `guide` what usually counts as that."""

    aliases: tuple[str, ...] = ()
    answer: str = ""
    guide: Guide | None = None


class Roll(StrEnum):
    """Which days a last day is moved off: none, the weekend and holidays, or Sundays and holidays only."""

    NONE = "none"
    WEEKEND = "weekend-and-holidays"
    SUNDAY = "sunday-and-holidays"


class Closed(Citation, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Days of each year that the law itself takes out of its working days, both included, written `12-25`."""

    first: str
    last: str
    name: str


class Counting(Citation, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How days are counted. `weekend` is left out of working days; `roll` moves the last day, `roll_latest` is the widest
    plausible rule where that is unsure. `holidays`: those of the controller's place, or only the whole country's."""

    weekend: tuple[Weekday, ...]
    roll: Roll
    roll_latest: Roll | None = None
    holidays: Literal["place", "country"] = "place"
    closed: tuple[Closed, ...] = ()


class Stop(StrEnum):
    """What an identity check, a fee or a question does to a running period."""

    PAUSE = "pause"
    RESTART = "restart"


class Effect(Citation, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A stop of the clock, for some rights or (empty) all.

    `contested`: not in the text of the law, so a person may deny it. `latest_only`: it moves the latest reading, never the due
    date. `statutory`: places of the controller where a statute of their own makes it firm.
    """

    effect: Stop
    rights: tuple[Right, ...] = ()
    contested: bool = False
    latest_only: bool = False
    statutory: dict[str, Citation] = field(default_factory=dict)


class Extension(Citation, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The longer period in all, counted from the same start; valid if the notice came by the first due date.

    Without a `period` the controller names the new date itself. `tell`: what the notice must hold.
    """

    period: Period | None = None
    tell: str = "with reasons"


class Longer(Citation, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A longer period that holds in a case which the person cannot see; it moves the latest reading only."""

    period: Period
    extended: Period | None = None
    when: str


class Cap(Citation, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A second period from another event: the clock ends with whichever is over first."""

    period: Period
    starts: tuple[EventKind, ...]


class ClockRule(Citation, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One clock: what starts it, how long it runs, for whom. `starts` lists event kinds; the first on record counts.

    `begins = "day-after"`: the period itself starts on the day after, and the same number is looked for from there.
    `only_for`: who must answer so; the clock then runs only when it is asked for by its name or alias.
    `after_silence`: names the clock whose end starts this one where nothing that starts it is on record.
    `unless`: once one of these is on record, the clock does not run. `note` ends the sentence of the date.
    """

    kind: str
    whose: Whose
    starts: tuple[EventKind, ...]
    period: Period
    aliases: tuple[str, ...] = ()
    rights: tuple[Right, ...] = ()
    residence: tuple[str, ...] = ("*",)
    in_force_from: date | None = None
    in_force_until: date | None = None
    begins: Literal["receipt", "day-after"] = "receipt"
    only_for: str = ""
    after_silence: str = ""
    unless: tuple[EventKind, ...] = ()
    extension: Extension | None = None
    longer: Longer | None = None
    cap: Cap | None = None
    identity: Effect | None = None
    clarification: Effect | None = None
    fee: Effect | None = None
    counting: Counting | None = None
    note: str = ""

    def lives(self, residence: str) -> bool:
        """Whether this clock runs for a person of that residence."""
        return any(places.covers(group, residence) for group in self.residence)

    def serves(self, right: Right, residence: str) -> bool:
        """Whether this clock runs for a request of that right by a person of that residence."""
        return self.lives(residence) and (not self.rights or right in self.rights)

    def in_force(self, on: date) -> bool:
        """Whether this version of the rule holds for what starts on that day."""
        return (self.in_force_from or on) <= on <= (self.in_force_until or on)


class Complaint(Citation, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who takes complaints and where. `authority`: a name as it stands in a sentence of a letter; `note`: what else there is to
    know of it; `first`: what must come before; `limit`: the time limit in words, where no clock has it."""

    authority: str
    site: str
    note: str = ""
    first: str = ""
    limit: str = ""


class Pack(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """One law, as it stood on `checked_on`. `in_force_until` is its last day, if that is known.

    `territory`: people who live there have it. `establishment`: whoever the person is, a controller established there is bound.
    `narrow`: a law for some controllers or some data only, in one sentence; such a law is offered and never taken by itself.
    `absent`: rights that people look for and this law does not give, with what there is instead. `duties`: what a controller
    owes beside the answer to a right, and without a number; understood by its name.
    """

    schema: int
    id: str
    name: str
    short: str
    territory: tuple[str, ...]
    in_force_from: date
    in_force_until: date | None = None
    checked_on: date
    confidence: Confidence
    complaint: Complaint
    counting: Counting
    rights: dict[Right, RightRule]
    clock: tuple[ClockRule, ...] = ()
    establishment: tuple[str, ...] = ()
    establishment_rule: Citation | None = None
    narrow: str = ""
    absent: dict[Right, Statement] = field(default_factory=dict)
    duties: dict[str, Statement] = field(default_factory=dict)
    fee: Statement | None = None
    agent: Statement | None = None
    identity: Statement | None = None
    refusal: Statement | None = None
    court: Statement | None = None
    aliases: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def within(self, place: str) -> bool:
        """Whether a place lies in this law's territory."""
        return any(places.covers(group, place) for group in self.territory)

    def in_force(self, on: date) -> bool:
        """Whether the law applied on that day."""
        return self.in_force_from <= on <= (self.in_force_until or on)

    def sure(self, rule: Citation) -> Confidence:
        """How well a rule of this pack is founded."""
        return rule.confidence or self.confidence

    @cached_property
    def words(self) -> dict[str, Right]:
        """Every word for a right that this law gives or says not to give: its name, the law's own, what all laws share."""
        words = {word: right for word, right in COMMON_WORDS.items() if right in self.rights}
        for word, pair in PAIRS.items():
            if any(clock.kind == "response" and set(pair) <= set(clock.rights) for clock in self.clock):
                words[word] = pair[0]
        words.update({str(right): right for right in self.absent})
        for right, rule in self.rights.items():
            words[str(right)] = right
            words.update(dict.fromkeys(rule.aliases, right))
        return words

    @cached_property
    def serving(self) -> dict[Right, tuple[ClockRule, ...]]:
        """For each right the clocks that run for it by themselves, in the order of the pack."""
        own = [clock for clock in self.clock if not clock.only_for]
        return {right: tuple(clock for clock in own if not clock.rights or right in clock.rights) for right in Right}

    def right(self, typed: str) -> Right:
        """A right by its name or a word of the law. Raises UnknownName."""
        name = typed.strip().lower().replace("_", "-")
        if name in self.words:
            return self.words[name]
        known = {*self.words, *self.duties, *(word for clock in self.clock for word in (clock.kind, *clock.aliases))}
        raise UnknownName(f"right of {self.id}", typed, known)

    def clocks(self, kind: str) -> tuple[ClockRule, ...]:
        """The clocks of that kind or alias; empty where there is none."""
        return tuple(clock for clock in self.clock if kind == clock.kind or kind in clock.aliases)


# Words that mean the same in every law that gives the right; what differs from law to law stands in its pack.
COMMON_WORDS = {
    "know": Right.ACCESS,
    "copy": Right.ACCESS,
    "delete": Right.ERASURE,
    "deletion": Right.ERASURE,
    "correct": Right.RECTIFICATION,
    "correction": Right.RECTIFICATION,
    "withdraw-consent": Right.CONSENT_WITHDRAWAL,
    "objection-direct-marketing": Right.MARKETING_OBJECTION,
}

# Two rights in one word: understood where one answer period serves both, so that one date is the answer.
PAIRS = {
    "correct-delete": (Right.RECTIFICATION, Right.ERASURE),
    "rectify-delete": (Right.RECTIFICATION, Right.ERASURE),
    "delete-correct": (Right.ERASURE, Right.RECTIFICATION),
}
