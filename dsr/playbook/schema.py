"""Playbooks: the steps that a person would click through, as data; read and checked here, driven by `browser`.

A playbook is `playbooks/<controller>/<action>.toml`; `service.toml` beside it holds what its playbooks share. An unknown key,
verb or newer schema is refused with file, step and key. There is no JavaScript, no shell, no sleep and no password in one.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from msgspec import Meta, Struct, structs

from dsr import resources
from dsr.errors import BadFile, UnknownName

Locale = str


class Effect(StrEnum):
    """What a playbook may change, which decides its guards."""

    READ = "read"
    REVERSIBLE = "reversible"
    SUBMIT = "submit"
    DESTRUCTIVE = "destructive"


class Name(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An accessible name in one locale; for a switch, what its on and off mean. `prefix`: more text may follow."""

    locale: Locale
    text: str
    on: str = ""
    off: str = ""
    prefix: bool = False


class Control(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something on a page: located by role and name, else test id; authorised by role and name only.

    `by = "text"` is for messages, whose role has no name of its own: what they say is compared instead. `any_name` is for
    openers whose name is personal (a profile button): they are never pressed for effect. `within` names the region that
    it lies in, `absent` says what it usually means when it is not there, `fact` where it was seen.
    """

    role: tuple[str, ...]
    fact: str
    names: tuple[Name, ...] = ()
    testid: tuple[str, ...] = ()
    by: Literal["name", "text"] = "name"
    any_name: bool = False
    within: str = ""
    absent: str = ""


class Goto(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="do", tag="goto"):
    """Load the first address that shows `until`; without `until`, the first address."""

    urls: tuple[str, ...]
    until: str = ""


class See(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="do", tag="see"):
    """Wait until a control is there."""

    control: str


class Open(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="do", tag="open"):
    """Press an opener (menu, tab, dialog) until another control shows; not pressed where `until` or `unless` shows."""

    control: str
    until: str
    unless: str = ""


class Ensure(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="do", tag="ensure"):
    """Bring a switch into a state, with at most one press."""

    control: str
    state: str


class Submit(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="do", tag="submit"):
    """Press once for good; `accepted` is the control by which the site says that it took it."""

    control: str
    accepted: str = ""


class PersonStep(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="do", tag="person"):
    """The person acts; over when `done_when` shows. Nothing is recorded meanwhile."""

    what: Literal["login", "second-factor", "captcha", "email-link", "review"]
    done_when: str


class Note(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="do", tag="note"):
    """A sentence for the person."""

    text: str


Step = Goto | See | Open | Ensure | Submit | PersonStep | Note


class Verify(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How success is seen: `page` walks the way to the control again on a fresh load and reads its state; `email` and
    `none` cannot be seen by dsr. `recheck_after` is an ISO 8601 duration in days, e.g. `P30D`."""

    by: Literal["page", "email", "none"]
    control: str = ""
    state: str = ""
    recheck_after: Annotated[str, Meta(pattern=r"^(P[0-9]+D)?$")] = ""


class Seen(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person saw the playbook work on the live site."""

    on: date
    locale: Locale
    region: str


class Playbook(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One procedure. `does` and `does_not` are what the person reads before saying yes."""

    schema: int
    id: str
    effect: Effect
    origins: tuple[str, ...]
    does: str
    source: str
    step: tuple[Step, ...]
    verify: Verify
    does_not: tuple[str, ...] = ()
    discloses: tuple[str, ...] = ()
    verified: tuple[Seen, ...] = ()
    control: dict[str, Control] = {}


class Terms(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the service's terms say about automation."""

    automation: Literal["allowed", "unclear", "forbidden"]
    clause: str
    source: str
    date: date


class Service(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the playbooks of one service share. `signed_in` and `signed_out` name controls; `challenges` are page titles."""

    schema: int
    controller: str
    name: str
    sign_in: str
    signed_in: str
    signed_out: str
    terms: Terms
    control: dict[str, Control]
    challenges: tuple[str, ...] = ()


def ids(folder: Path | None = None) -> tuple[str, ...]:
    """Every playbook as `controller/action`, sorted."""
    found = (folder or resources.folder("playbooks")).glob("*/*.toml")
    return tuple(sorted(f"{path.parent.name}/{path.stem}" for path in found if path.stem != "service"))


@cache
def service(controller: str, folder: Path | None = None) -> Service:
    """The shared part of a controller's playbooks. Raises UnknownName, BadFile."""
    root = folder or resources.folder("playbooks")
    path = root / controller / "service.toml"
    if not path.is_file():
        raise UnknownName("service with playbooks", controller, (one.partition("/")[0] for one in ids(folder)))
    return resources.toml(path, Service)


@cache
def load(name: str, folder: Path | None = None) -> Playbook:
    """A playbook with its service's controls joined in, checked. Raises UnknownName, BadFile naming every problem."""
    if name not in ids(folder):
        raise UnknownName("playbook", name, ids(folder))
    path = (folder or resources.folder("playbooks")) / f"{name}.toml"
    book = resources.toml(path, Playbook)
    shared = service(name.partition("/")[0], folder)
    book = structs.replace(book, control=shared.control | book.control)
    wrong = problems(book, name)
    if wrong:
        raise BadFile(path, "; ".join(wrong))
    return book


def problems(book: Playbook, name: str) -> list[str]:
    """What is wrong with a playbook beyond its form, each with its step; empty if nothing."""
    found = [] if book.id == name else [f"id '{book.id}' differs from the file's name '{name}'"]
    found += [f"origin '{origin}' is not https://host" for origin in book.origins if not _is_origin(origin)]
    for number, step in enumerate(book.step):
        found += [f"step[{number}].{problem}" for problem in _step_problems(book, step)]
    commits = [step for step in book.step if isinstance(step, Ensure | Submit)]
    if (book.effect == Effect.READ) == bool(commits):
        found.append(f"effect '{book.effect}' does not fit the steps")
    if any(isinstance(step, Submit) for step in commits) and book.effect == Effect.REVERSIBLE:
        found.append("a playbook that submits has effect 'submit'")
    if book.verify.by == "page" and book.verify.control not in book.control:
        found.append(f"verify.control '{book.verify.control}' is not defined")
    for key, control in book.control.items():
        if not control.names and not control.any_name:
            found.append(f"control.{key}: no name, so nothing can confirm it")
        if control.within and control.within not in book.control:
            found.append(f"control.{key}.within '{control.within}' is not defined")
    return found


def _step_problems(book: Playbook, step: Step) -> list[str]:
    named = {
        key: str(getattr(step, key))
        for key in ("control", "until", "unless", "accepted", "done_when")
        if getattr(step, key, "")
    }
    found = [f"{key}: control '{name}' is not defined" for key, name in named.items() if name not in book.control]
    if isinstance(step, Goto):
        found += [f"urls: {url} lies outside the origins" for url in step.urls if origin_of(url) not in book.origins]
    if isinstance(step, Ensure | Submit) and (control := book.control.get(step.control)) and control.any_name:
        found.append(f"control: '{step.control}' may have any name and must not be pressed for effect")
    if isinstance(step, Ensure) and (control := book.control.get(step.control)):
        found += [
            f"state: '{step.state}' is neither on nor off of the name '{name.text}'"
            for name in control.names
            if step.state not in (name.on, name.off)
        ]
    return found


def _is_origin(text: str) -> bool:
    parts = urlsplit(text)
    return parts.scheme == "https" and bool(parts.netloc) and text == f"https://{parts.netloc}"


def origin_of(url: str) -> str:
    """The origin of an address: scheme, host and port."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def checklist(book: Playbook, locale: str = "en") -> list[str]:
    """The same steps for a person who clicks herself, numbered."""
    lines: list[str] = []
    for step in book.step:
        if line := _line(book, step, locale):
            lines.append(f"{len(lines) + 1}. {line}")
    return lines


def label(book: Playbook, key: str, locale: str = "en") -> str:
    """How a control is called in a locale, else in English, else by its key."""
    names = {name.locale: name.text for name in reversed(book.control[key].names)}
    return f"'{names.get(locale) or names.get('en')}'" if names else key.replace("-", " ")


def _line(book: Playbook, step: Step, locale: str) -> str:
    match step:
        case Goto():
            return f"Open {step.urls[0]}"
        case Open():
            return f"Press {label(book, step.control, locale)}" + (
                f" (unless {label(book, step.unless, locale)} shows already)" if step.unless else ""
            )
        case Ensure():
            on = any(step.state == name.on for name in book.control[step.control].names)
            return f"Switch {label(book, step.control, locale)} {'on' if on else 'off'}"
        case Submit():
            return f"Press {label(book, step.control, locale)}, once"
        case PersonStep():
            return f"You: {step.what}"
        case Note():
            return step.text
        case See():
            return ""
