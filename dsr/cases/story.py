"""What a letter that follows may tell about its case: the dates of its log, and the company's words as the person quotes them.

Notes of the log are the person's own and are never told. A date of the law is told only where it is firmly founded, and always
by its latest reading.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from dsr.cases import clock, followups, history, pending
from dsr.cases.followups import asked
from dsr.errors import UnknownName, UsageError
from dsr.letters.asks import ITEMS, Happened, Party, Story, asked_items
from dsr.letters.kinds import FollowUp
from dsr.model import Event, EventKind, Request, Route

K = EventKind
_TOLD = frozenset(
    {
        K.SENT, K.SUBMITTED, K.ACCEPTED, K.RECEIVED, K.ACKNOWLEDGED, K.IDENTITY_REQUESTED, K.IDENTITY_GIVEN, K.FEE_REQUESTED,
        K.FEE_PAID, K.CLARIFICATION_REQUESTED, K.CLARIFIED, K.EXTENDED, K.ANSWERED, K.DENIED, K.BOUNCED, K.REMINDED,
        K.APPEALED, K.COMPLAINED,
    }
)  # fmt: skip
_SHORT = {item.replace("15", "", 1).replace("(1)", "").strip("()"): item for item in ITEMS}


class Said(Struct, frozen=True, kw_only=True):
    """What the person adds: why they find it wrong, the company's words, the items of an answer that lack, the day to which an
    extension goes, the day on which the answer was due where dsr does not know it, papers that go with the letter, who gets
    a complaint, and which languages they read, where that is known."""

    because: str = ""
    quoted: str = ""
    missing: tuple[str, ...] = ()
    extended_to: date | None = None
    due_on: date | None = None
    enclosures: tuple[str, ...] = ()
    authority: Party | None = None
    reads: tuple[str, ...] = ()


def short_items(regime: str | None) -> dict[str, str]:
    """The items that a request for access under a law asks for, by what a person types for them: `g`, `2`, `3`."""
    return {short: item for short, item in _SHORT.items() if item in asked_items(regime or "")}


def items(typed: Iterable[str], regime: str | None) -> tuple[str, ...]:
    """Items of an answer to an access request as they are typed: `15(1)(g)`, or `g`, `2`, `3`.

    Raises UnknownName for one that no request has, or that under that law the request does not ask for.
    """
    known, found = short_items(regime), []
    for word in typed:
        name = word.strip().lower().replace(" ", "").removeprefix("art.")
        short = name.strip("()")
        if name not in known.values() and short not in known:
            raise UnknownName("item of an answer to an access request", word, [*known])
        found.append(name if name in known.values() else known[short])
    return tuple(sorted(set(found), key=ITEMS.index))


def tell(request: Request, events: Sequence[Event], kind: FollowUp, on: date, said: Said) -> Story:
    """The story of a case for a letter of that kind, from its effective history. Raises UsageError where nothing was sent yet."""
    first = asked(events)
    if first is None:
        raise UsageError(
            f"case {request.id}: no request was logged as sent yet", f"dsr log {request.id} sent --on DATE"
        )
    answered = followups.answered(kind, events)
    received = next((e.on for e in events if e.kind == K.RECEIVED), None)
    due_on, article = _due(request, events, on)
    own = enclosed(events) if kind in followups.COMPLAINTS else []
    return Story(
        asked_on=first.on,
        route=first.route or Route.EMAIL,
        received_on=received or (first.on if first.route == Route.PORTAL and first.kind == K.ACCEPTED else None),
        due_on=said.due_on or due_on,
        due_article="" if said.due_on else article,
        said_on=answered.on if answered else None,
        quoted=said.quoted,
        extended_to=said.extended_to,
        missing=said.missing,
        events=tuple(Happened(e.on, e.kind) for e in events if e.kind in _TOLD and e.route != Route.SETTINGS),
        letters=tuple((draft.data["letter"], draft.on) for draft in own),
        enclosures=said.enclosures,
        authority=said.authority,
    )


def _due(request: Request, events: Sequence[Event], on: date) -> tuple[date | None, str]:
    """The date of the law that is over, else the one that runs, and its article; nothing where it is not firmly known."""
    found = clock.of_case(request, events)
    one = followups.late(found, on) or followups.running(found, on)
    firm = one is not None and one.confidence.firm
    return (one.latest, one.article) if one is not None and firm else (None, "")


def enclosed(events: Sequence[Event]) -> list[Event]:
    """The drafts of the letters that went, oldest first, each with the day on which it was logged as sent in `on`."""
    found: dict[int, Event] = {}
    for event in events:
        if event.kind in (K.SENT, *(followups.logs(kind) for kind in FollowUp)):
            drafts = [one for one in events if one.kind == K.DRAFTED and one.seq < event.seq and _same(one, event)]
            if drafts and "letter" in drafts[-1].data:
                found.setdefault(drafts[-1].seq, replace(drafts[-1], on=event.on))
    return list(found.values())


def thread(events: Sequence[Event]) -> tuple[str, ...]:
    """The Message-IDs of the mails that went to the company, oldest first."""
    went = {draft.seq for draft in enclosed(events)}
    found = (draft.data.get("message_id", "") for draft in history.drafts(events, Route.EMAIL) if draft.seq in went)
    return tuple(dict.fromkeys(filter(None, found)))


def _same(draft: Event, sent: Event) -> bool:
    """Whether a draft is that of the letter which an event says was sent."""
    if pending.follows(draft):
        return draft.data["logs"] == sent.kind
    return sent.kind == K.SENT and draft.route == sent.route
