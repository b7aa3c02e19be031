"""What must hold for a playbook before it is driven: every name defined, every address inside its origins, nothing typed that
is not announced, nothing pressed for effect that cannot be confirmed by name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import get_args
from urllib.parse import urlsplit

from dsr.playbook import controls
from dsr.playbook.schema import (
    Act,
    Choose,
    ConfirmText,
    Effect,
    Ensure,
    Fill,
    Goto,
    PersonStep,
    Playbook,
    Service,
    Step,
    Submit,
)

_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_PORT = r"(?::(?P<port>[1-9][0-9]{0,4}))?"
# As a browser writes it, since it is compared with what the browser says: small letters, ASCII, no port that goes without saying.
_SITE = re.compile(rf"https://(?P<host>{_LABEL}(?:\.{_LABEL})*){_PORT}")
_OWN_SITE = re.compile(rf"http://(?P<host>127\.0\.0\.1|localhost){_PORT}")
ID = re.compile(r"(?=.{3,100}$)[a-z0-9]+(?:-[a-z0-9]+)*/[a-z0-9]+(?:-[a-z0-9]+)*")
FIELDS = ("name", "email", "account", "address", "residence")  # what of a person may be typed or compared
_NAMED = ("control", "until", "accepted", "reference", "confirm", "option", "gone")


def origin_of(url: str) -> str:
    """The origin of an address: scheme, host and port; of what is no address, nothing that an origin could be."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}"


def is_local(origin: str) -> bool:
    """Whether an origin is a site of one's own on this machine, which needs no https."""
    return _OWN_SITE.fullmatch(origin) is not None


def acts(book: Playbook) -> tuple[Act, ...]:
    """The steps with effect."""
    return tuple(step for step in book.step if isinstance(step, get_args(Act)))


def fields(book: Playbook) -> tuple[str, ...]:
    """The personal fields that the playbook types."""
    return tuple(dict.fromkeys(step.field for step in book.step if isinstance(step, Fill)))


def problems(book: Playbook) -> list[str]:
    """What is wrong with a playbook beyond its form, each with its step; empty if nothing."""
    found = [
        f"origins: '{one}' is not https://host as a browser writes it, nor http on this machine"
        for one in book.origins
        if not is_origin(one)
    ]
    if not ID.fullmatch(book.id):
        found.append(f"id: '{book.id[:100]}' is not controller/action, in a-z, 0-9 and -, of 100 characters at most")
    for number, dialog in enumerate(book.dialog):
        if dialog.kind != "beforeunload" and not dialog.text.strip():
            found.append(f"dialog[{number}].text: it is empty, so any question without words would be taken for it")
    found += [
        f"after: '{one}' names no other playbook" for one in book.after if not ID.fullmatch(one) or one == book.id
    ]
    if not book.origins:
        found.append("origins: names none, so nothing may be done anywhere")
    for number, step in enumerate(book.step):
        found += [f"step[{number}].{problem}" for problem in _of_step(book, step)]
    return [*found, *_of_effect(book), *_of_verify(book), *controls.of_controls(book)]


def of_service(service: Service) -> list[str]:
    """What is wrong with the shared part: a sign that names no control."""
    named = [("signed_in", service.signed_in), ("signed_out", service.signed_out)]
    named += [("refuse", one) for one in service.refuse]
    found = [f"{where}: control '{key}' is not defined" for where, key in named if key and key not in service.control]
    if bool(service.signed_in) != bool(service.signed_out):
        found.append("signed_in, signed_out: either both are known, or neither")
    return found + [f"sign_in_at: '{one}' is no https origin" for one in service.sign_in_at if not is_origin(one)]


def is_origin(text: str) -> bool:
    """Whether a text is an origin that a playbook may have: https, or http on this machine, as a browser writes it."""
    found = _SITE.fullmatch(text) or _OWN_SITE.fullmatch(text)
    if found is None:
        return False
    port = int(found["port"] or 1)
    return len(found["host"]) <= 253 and port <= 65535 and port != (443 if text.startswith("https") else 80)


def _known(book: Playbook, key: str) -> bool:
    return key in book.control or key in book.choice


def _of_step(book: Playbook, step: Step) -> Iterator[str]:
    named = [(key, str(getattr(step, key, ""))) for key in _NAMED]
    named += [("unless", one) for one in step.needless]
    named += [("done_when", one) for one in step.signs] if isinstance(step, PersonStep) else []
    yield from (f"{key}: control '{one}' is not defined" for key, one in named if one and not _known(book, one))
    if isinstance(step, Goto) and not step.urls:
        yield "url: it names no address"
    if isinstance(step, PersonStep) and not all(step.signs or ("",)):
        yield "done_when: it names nothing, so the step never ends"
    if isinstance(step, Goto) and all(map(is_origin, book.origins)):
        yield from (f"url: '{url}' lies outside the origins" for url in step.urls if origin_of(url) not in book.origins)
    if isinstance(step, Fill | ConfirmText) and step.field not in FIELDS:
        yield f"field: '{step.field}' is none of {', '.join(FIELDS)}"
    elif isinstance(step, Fill) and step.field not in book.discloses:
        yield f"field: '{step.field}' is not in discloses"
    control = book.control.get(str(getattr(step, "control", "")))
    if isinstance(step, (*get_args(Act), Fill, Choose)) and control and control.any_name:
        yield f"control: '{getattr(step, 'control', '')}' may have any name and must not be pressed or filled"
    yield from controls.of_use(book, step)
    if isinstance(step, Ensure) and control:
        yield from _of_state("state", step.state, book, step.control)


def _of_state(where: str, state: str, book: Playbook, key: str) -> Iterator[str]:
    for name in book.control[key].names:
        if state not in (name.on, name.off) or name.on == name.off:
            yield f"{where}: '{state}' is neither on nor off of the name '{name.text}'"


def _of_effect(book: Playbook) -> Iterator[str]:
    found = acts(book)
    if (book.effect == Effect.READ) == bool(found):
        yield f"effect '{book.effect}' does not fit the steps"
    if not book.choice and book.destructive_for:
        yield "destructive_for names wishes, and there is no choice"
    submits = any(isinstance(step, Submit) for step in found)
    if submits and book.effect == Effect.REVERSIBLE:
        yield "a playbook that submits has effect 'submit'"
    if book.effect == Effect.DESTRUCTIVE and len(found) - submits:
        yield "a destructive playbook presses nothing but its submit, which is the person's"
    if sum(isinstance(step, Submit) for step in found) > 1:
        yield "a playbook submits once"


def _of_verify(book: Playbook) -> Iterator[str]:
    verify = book.verify
    if verify.control and verify.control not in book.control:
        yield f"verify.control '{verify.control}' is not defined"
    elif verify.by == "page" and not verify.control:
        yield "verify.control: none is named, so nothing can be seen"
    elif verify.state:
        yield from _of_state("verify.state", verify.state, book, verify.control)
    if verify.goto and all(map(is_origin, book.origins)) and origin_of(verify.goto) not in book.origins:
        yield f"verify.goto: {verify.goto} lies outside the origins"
