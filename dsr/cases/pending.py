"""Letters that follow the first one of a case - reminder, answer, complaint - from the draft until they are logged as sent.

Such a draft is a `drafted` event whose data name the letter (`reply`) and the kind of event that is logged once the person has
sent it (`logs`). It begins nothing anew: no route of the request is taken with it, and no clock runs from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dsr.cases.outlook import Item
from dsr.law.periods import spell
from dsr.model import Event, EventKind, Request


def follows(event: Event) -> bool:
    """Whether an event is the draft of a letter that follows the first one."""
    return event.kind == EventKind.DRAFTED and "reply" in event.data


def without(events: Sequence[Event]) -> list[Event]:
    """The history without such drafts."""
    return [event for event in events if not follows(event)]


def unsent(events: Sequence[Event]) -> list[Event]:
    """The newest draft of each such letter, where nothing was logged since that says that it went."""
    newest = {event.data["reply"]: event for event in events if follows(event)}
    return [
        draft
        for draft in newest.values()
        if not any(event.seq > draft.seq and event.kind == draft.data["logs"] for event in events)
    ]


def items(request: Request, events: Sequence[Event]) -> Iterator[Item]:
    """A line of `dsr next` for each letter that is written and not logged as sent."""
    for draft in unsent(events):
        name = draft.data["reply"].replace("-", " ")
        why = f"the letter of {spell(draft.on)} is written and not sent"
        yield Item(case=request.id, what=f"send the {name} letter and log it", why=why, command=logged(request, draft))


def logged(request: Request, draft: Event) -> str:
    """The command that logs such a letter as sent."""
    return f"dsr log {request.id} {draft.data['logs']}"
