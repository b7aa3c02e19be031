"""What dsr offers at each service for each action: it presses, it shows, it tells the steps, or it says what to do instead.

One file per service, `playbooks/<controller>/offers.toml`. The grade is how well the facts about the page are founded, and
decides the state (`problems` holds it): A, hooks in two code bases, may be pressed; B, labels and address seen, may be shown;
C and D, a path or a form only, are told; N, nothing is offered. A better state than the grade's needs its reason (`despite`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from msgspec import Struct

from dsr import resources
from dsr.errors import BadFile, UnknownName

ACTIONS = ("training-opt-out", "request-export", "delete-account")  # what every service says something about
AGEING = timedelta(days=90)  # from then on a fact is shown as ageing
OLD = timedelta(days=180)  # from then on what submits or destroys asks at every step


class State(StrEnum):
    """How far dsr goes: it presses, it shows and the person presses, it tells the steps, or nothing is there."""

    AUTOMATIC = "automatic"
    ASSISTED = "assisted"
    CHECKLIST = "checklist"
    NONE = "none"


_BEST = {"A": State.AUTOMATIC, "B": State.ASSISTED, "C": State.CHECKLIST, "D": State.CHECKLIST, "N": State.NONE}
_RANK = list(State)


class Age(StrEnum):
    """How old a fact is, on a day."""

    FRESH = "fresh"
    AGEING = "ageing"
    OLD = "old"


class Offer(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One action at one service. `fact` says who saw what, `on` when the newest of it was seen. `default` is what holds if nobody
    does anything, `absent` what it usually means where the setting is not there, `steps` what a person does by hand, `instead`
    what to do where nothing is offered, `despite` why the state is better than the grade's."""

    state: State
    grade: Literal["A", "B", "C", "D", "N"]
    fact: str
    on: date
    url: str = ""
    default: str = ""
    steps: tuple[str, ...] = ()
    absent: str = ""
    instead: str = ""
    despite: str = ""

    def age(self, today: date) -> Age:
        """How old the fact is."""
        passed = today - self.on
        return Age.OLD if passed > OLD else Age.AGEING if passed > AGEING else Age.FRESH


class Offers(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that is offered at one service. `operator` names who decides about the data where that is often not the service itself
    (whoever runs a bot, a workspace); the person is then asked."""

    schema: int
    controller: str
    name: str
    offer: dict[str, Offer]
    operator: str = ""


@cache
def find(controller: str, folder: Path | None = None) -> Offers:
    """What is offered at a controller. Raises UnknownName where nothing is said of it, BadFile naming every problem."""
    path = _root(folder) / controller / "offers.toml"
    if not path.is_file():
        raise UnknownName("service with settings on record", controller, controllers(folder))
    offers = resources.toml(path, Offers)
    if wrong := [*problems(offers, path.parent)]:
        raise BadFile(path, "; ".join(wrong))
    return offers


def offer(controller: str, action: str, folder: Path | None = None) -> Offer | None:
    """One action at one controller, or None where nothing is said of it."""
    return find(controller, folder).offer.get(action) if controller in controllers(folder) else None


@cache
def controllers(folder: Path | None = None) -> tuple[str, ...]:
    """Every service of which something is said, sorted."""
    return tuple(sorted(path.parent.name for path in _root(folder).glob("*/offers.toml")))


def _root(folder: Path | None) -> Path:
    return folder or resources.folder("playbooks")


def problems(offers: Offers, folder: Path) -> Iterator[str]:
    """What is wrong with the offers of a service whose playbooks lie in `folder`; nothing if they are sound."""
    if offers.controller != folder.name:
        yield f"controller '{offers.controller}' differs from the folder '{folder.name}'"
    yield from _texts((("name", offers.name or " "), ("operator", offers.operator)))
    yield from (f"offer.{action}: nothing is said of it" for action in ACTIONS if action not in offers.offer)
    for action, one in offers.offer.items():
        yield from (f"offer.{action}.{wrong}" for wrong in _of_offer(one, played=(folder / f"{action}.toml").is_file()))


def _of_offer(one: Offer, *, played: bool) -> Iterator[str]:
    acts = one.state in (State.AUTOMATIC, State.ASSISTED)
    if acts and not played:
        yield f"state '{one.state}' needs a playbook"
    if not acts and played:
        yield f"state '{one.state}', and there is a playbook"
    if _RANK.index(one.state) < _RANK.index(_BEST[one.grade]) and not one.despite:
        yield f"state '{one.state}' is better than grade {one.grade} carries, and `despite` gives no reason"
    if one.despite and _RANK.index(one.state) >= _RANK.index(_BEST[one.grade]):
        yield f"despite: state '{one.state}' is no better than grade {one.grade} carries"
    if one.state is State.CHECKLIST and not one.steps:
        yield "steps: none, so there is no checklist"
    if one.state is State.NONE and not one.instead:
        yield "instead: says nothing, so the person is left alone"
    if one.url and not _https(one.url):
        yield f"url: {one.url!r} is no https address"
    if not one.fact:
        yield "fact: none is cited"
    said = [(key, getattr(one, key)) for key in ("fact", "default", "absent", "instead", "despite")]
    yield from _texts((*said, *(("steps", step or " ") for step in one.steps)))


def _https(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "https" and "." in (parts.hostname or "") and parts.username is None and url.isprintable()


def _texts(said: Iterable[tuple[str, str]]) -> Iterator[str]:
    """What is no text that a person can read: blanks alone or at its ends, control characters, marks that turn its direction."""
    for key, text in said:
        if text != text.strip() or not text.isprintable():
            yield f"{key}: {text!r} is blank, has blanks at its ends, or signs that cannot be seen"
