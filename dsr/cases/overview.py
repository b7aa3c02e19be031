"""How things stand at each service of the person: training, export, deletion, photos; what was last seen, and what is next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from dsr import registry
from dsr.cases import agenda, history
from dsr.cases.desk import Desk
from dsr.errors import UnknownName
from dsr.law.periods import spell
from dsr.model import Event, EventKind, Request, Right
from dsr.playbook import offers
from dsr.playbook.offers import State

K = EventKind
_NOTHING = "not asked"
_HARMLESS = "nothing to switch off"
_RIGHTS = {"training": Right.TRAINING_OPT_OUT, "export": Right.ACCESS, "deletion": Right.ERASURE}
_WORDS = {
    K.VERIFIED: "seen",
    K.ACCEPTED: "taken by the company",
    K.SUBMITTED: "pressed",
    K.SENT: "letter sent",
    K.DRAFTED: "begun",
    K.ANSWERED: "answered",
    K.DOWNLOADED: "downloaded",
    K.LINK_RECEIVED: "link came",
    K.DENIED: "refused",
    K.RUN_STOPPED: "stopped",
    K.RUN_UNKNOWN: "unknown",
    K.EXTENDED: "extended",
    K.BOUNCED: "bounced",
    K.WITHDRAWN: "withdrawn",
    K.CLOSED: "closed",
}
_TOLD = {
    State.AUTOMATIC: "dsr can",
    State.ASSISTED: "dsr shows it",
    State.CHECKLIST: "steps known",
    State.NONE: "by letter",
}


class Row(Struct, frozen=True, kw_only=True):
    """One service. Each of `training`, `export` and `deletion` says what the person's cases show, else what could be done;
    `photos` what the record says of them; `verified_on` when dsr last saw something there; `next` the command that is next."""

    controller: str
    name: str
    training: str
    export: str
    deletion: str
    photos: str
    verified_on: str = ""
    next: str = ""


def rows(desk: Desk) -> list[Row]:
    """Every service in which the profile has an account or that a case is about, by slug."""
    cases: dict[str, list[tuple[Request, list[Event]]]] = {slug: [] for slug in desk.subject().accounts}
    for request, events in desk.ledger.cases():
        cases.setdefault(request.controller, []).append((request, events))
    return [_row(desk, slug, found) for slug, found in sorted(cases.items())]


def _row(desk: Desk, slug: str, cases: Sequence[tuple[Request, list[Event]]]) -> Row:
    said = {
        action: _newest(events for request, events in cases if request.right is right) or _offered(slug, action)
        for action, right in _RIGHTS.items()
    }
    effective = [event for _, events in cases for event in history.effective(events)]
    seen = max((event.on for event in effective if event.kind is K.VERIFIED), default=None)
    asked = [item for request, events in cases for item in agenda.items(request, events, desk.today) if item.needs_you]
    first = min(asked, key=lambda item: (item.by is None, item.by or desk.today), default=None)
    name, photos = _known(slug)
    return Row(
        controller=slug,
        name=name,
        photos=photos,
        verified_on=seen.isoformat() if seen else "",
        next=first.command if first else _start(slug, said["training"]),
        **said,
    )


def _newest(histories: Iterable[list[Event]]) -> str:
    """The last turn of the newest case, with its date; empty where there is no case."""
    found = ""
    for events in histories:
        now = history.effective(events)
        if turn := history.last(now, *_WORDS.keys() - {K.DRAFTED}) or history.last(now, K.DRAFTED):
            found = f"{_WORDS[turn.kind]}, {spell(turn.on)}"
    return found


def _offered(slug: str, action: str) -> str:
    """What could be done where nothing was."""
    names = {"training": "training-opt-out", "export": "request-export", "deletion": "delete-account"}
    if action == "training" and slug in registry.slugs() and registry.find(slug).statements.training.nothing_to_do:
        return _HARMLESS
    offered = offers.offer(slug, names[action])
    return f"{_NOTHING}; {_TOLD[offered.state]}" if offered else f"{_NOTHING}; by letter"


def _start(slug: str, training: str) -> str:
    return f"dsr opt-out {slug}" if training.startswith(_NOTHING) else ""


def _known(slug: str) -> tuple[str, str]:
    """The service's name, and the short answer of its record about photos."""
    try:
        record = registry.find(slug)
    except UnknownName:
        return slug, ""
    photos = record.statements.photos
    name = offers.find(slug).name if slug in offers.controllers() else record.name
    return name, photos.short or photos.absent
