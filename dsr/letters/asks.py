"""What a person adds to a letter (`Asks`), and what a follow-up must know of the case (`Story`)."""

from __future__ import annotations

from datetime import date
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from dsr.letters.cleaning import line, words
from dsr.model import EventKind, Route

# The items of an answer to a request for access that can be missing: Art. 15 GDPR, in its order.
ITEMS = (
    "15(1)(a)", "15(1)(b)", "15(1)(c)", "15(1)(d)", "15(1)(e)", "15(1)(f)", "15(1)(g)", "15(1)(h)", "15(2)", "15(3)",
)  # fmt: skip
# Those of them that the requests under the acts of US states ask for; the words for them are in [us.item].
_US_ITEMS = ("15(1)(a)", "15(1)(b)", "15(1)(c)", "15(1)(g)", "15(3)")


def asked_items(regime: str) -> tuple[str, ...]:
    """The items that a request for access under that law asks for; what it did not ask for cannot lack in the answer."""
    return _US_ITEMS if regime.startswith("us-") else ITEMS


class Asks(Struct, frozen=True, kw_only=True):
    """A person's own choices and words; every text is shown as it is typed, as one paragraph, and never run.

    `whole_account`: erasure of everything with the account (else the account stays: `keep_account` says so expressly, also
    for a person whose account is not known). `only`: "only this": the data meant, in one's own words. `grounds`: one's own
    grounds of an objection or a restriction. `correct`: pairs of wrong and right. `transmit_to`: who shall get the data
    (portability). `consents`: the consents taken back. `decision`: the decision by machine that is meant.
    `for_child`, `mandate`: the name of the person whom the writer acts for; `authority`: the paper enclosed that shows it.
    `photos_of_others`: the photos were uploaded by others, and there is no account.
    """

    whole_account: bool = False
    keep_account: bool = False
    only: str = ""
    grounds: str = ""
    correct: tuple[tuple[str, str], ...] = ()
    transmit_to: str = ""
    consents: tuple[str, ...] = ()
    decision: str = ""
    for_child: str = ""
    mandate: str = ""
    authority: str = ""
    photos_of_others: bool = False

    @property
    def acting_for(self) -> str:
        """The person in whose name the letter is written, where that is not the writer."""
        return self.for_child or self.mandate

    def texts(self) -> tuple[str, ...]:
        """Everything that is in the person's own words."""
        pairs = [one for pair in self.correct for one in pair]
        return tuple(filter(None, (self.only, self.grounds, *pairs, *self.consents, self.decision)))

    def clean(self) -> Asks:
        """The same with every text as one clean line. Raises TooLong."""
        return Asks(
            whole_account=self.whole_account,
            keep_account=self.keep_account,
            photos_of_others=self.photos_of_others,
            only=words(self.only, "description of the data"),
            grounds=words(self.grounds, "text of the grounds"),
            correct=tuple((words(a, "wrong value"), words(b, "right value")) for a, b in self.correct),
            transmit_to=line(self.transmit_to, "name of the recipient"),
            consents=tuple(words(one, "consent") for one in self.consents),
            decision=words(self.decision, "description of the decision"),
            for_child=line(self.for_child, "name of the child"),
            mandate=line(self.mandate, "name of the person represented"),
            authority=line(self.authority, "paper that shows the authority"),
        )


class Party(Struct, frozen=True, kw_only=True):
    """Who gets a complaint: name and address as on the envelope; the language it reads (ISO 639-1) and the place where it sits
    (ISO 3166), if known."""

    name: str
    address: tuple[str, ...] = ()
    language: str = ""
    place: str = ""


class Happened(Struct, frozen=True):
    """One line of a timeline."""

    on: date
    kind: EventKind
    note: str = ""


class Story(Struct, frozen=True, kw_only=True):
    """What a follow-up says about the case: dates, and the company's words as they were.

    `asked_on`, `route`: the request. `due_on`, `due_article`: when and under which article the answer was or is due, where
    that is certain. `said_on`, `quoted`: what the company wrote, and when. `extended_to`: the date it named. `missing`: keys
    of ITEMS. `events`: the timeline, in order. `letters`: the letters before that go with it, by subject and day; `enclosures`:
    what else goes with it. `authority`: who takes the complaint.
    """

    asked_on: date
    route: Route = Route.EMAIL
    received_on: date | None = None
    due_on: date | None = None
    due_article: str = ""
    said_on: date | None = None
    quoted: str = ""
    extended_to: date | None = None
    missing: tuple[str, ...] = ()
    events: tuple[Happened, ...] = ()
    letters: tuple[tuple[str, date], ...] = ()
    enclosures: tuple[str, ...] = ()
    authority: Party | None = None

    @property
    def outcome(self) -> Literal["silence", "refused", "incomplete"]:
        """What a complaint is about: a refusal, an answer that falls short, or no answer at all.

        The last answer of the timeline decides; without one, that something lacks in an answer or that words of the company
        are quoted shows that it is not silent.
        """
        answers = [one.kind for one in self.events if one.kind in (EventKind.ANSWERED, EventKind.DENIED)]
        if answers:
            return "refused" if answers[-1] == EventKind.DENIED else "incomplete"
        return "incomplete" if self.missing or self.quoted or self.said_on else "silence"

    def clean(self) -> Story:
        """The same with every text as one clean line. Raises TooLong."""
        to = self.authority
        return replace(
            self,
            due_article=line(self.due_article, "article"),
            quoted=words(self.quoted, "quotation"),
            events=tuple(Happened(one.on, one.kind, words(one.note, "note of an event")) for one in self.events),
            letters=tuple((line(title, "subject of a letter"), on) for title, on in self.letters),
            enclosures=tuple(line(one, "enclosure") for one in self.enclosures),
            authority=to and replace(to, name=line(to.name), address=tuple(map(line, to.address))),
        )
