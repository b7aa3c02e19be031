"""The rules of `dsr playbook lint`: what a playbook should keep to, beyond what must hold for it to be driven (`checks`).

Each rule looks at one file and tells where it is not kept. A notice is advice: it makes no file unclean.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import NamedTuple, get_args

from msgspec import Struct

from dsr.playbook import literals
from dsr.playbook.checks import acts, fields, is_local
from dsr.playbook.controls import ROLES, meant
from dsr.playbook.schema import (
    Act,
    ConfirmText,
    Control,
    Effect,
    Ensure,
    Fill,
    Goto,
    Name,
    Note,
    PersonStep,
    Playbook,
    Press,
    Service,
    Step,
    Submit,
)

RULES = {
    "unreadable": "the file is TOML of the known schema, every key and verb known",
    "unsound": "what must hold before a playbook is driven (`checks`)",
    "id": "the id is controller/action, and in a folder that of the file",
    "verify": "success can be seen, by a means that fits the effect",
    "effect-control": "what is pressed for effect has a role and a name that confirm it",
    "role": "what `ensure` switches has the role of a switch",
    "prefix": "the name of what is pressed for effect is known whole",
    "uncited": "every control cites where it was seen",
    "fragile": "test ids are chosen by people, not generated",
    "origin": "shipped playbooks act on https sites only; no name is written so as to look like another",
    "personal": "no personal literal stands in a name, a text or an address",
    "discloses": "exactly what `fill` types is announced",
    "guards": "what cannot be undone compares the account, comes after the export, and ends with the person's press",
    "person-end": "a person step ends",
    "locale": "locale codes exist",
    "polarity": "a name means the same wherever it stands",
    "same-states": "on and off differ",
    "unused": "every control of the file is used",
    "fill-in": "nothing of the skeleton is left to be filled in",
    "accepted": "a submit knows by what the site says that it took it (notice)",
    "recheck": "a switch is looked at again some day (notice)",
}
FILL_IN = "FILL IN"  # how the skeleton marks what only the author knows
_SWITCHES = {"switch", "checkbox", "radio", "menuitemcheckbox", "menuitemradio"}
_KEYS = ("control", "until", "accepted", "reference", "confirm", "option", "gone")


class Found(NamedTuple):
    """Where a rule is not kept, and how. `where` is a step (`step[2]`, from 0), a control, or a key of the file."""

    where: str
    rule: str
    message: str
    notice: bool = False


class Look(Struct, frozen=True):
    """What the rules look at: the playbook with its service's controls, the keys of those that its own file defines, and
    whether it is one of dsr's own."""

    book: Playbook
    own: frozenset[str]
    service: Service | None = None
    shipped: bool = False


def of_controls(controls: Mapping[str, Control]) -> Iterator[Found]:
    """The rules of controls, for those that one file defines."""
    for key, control in controls.items():
        where = f"control.{key}"
        if not control.fact:
            yield Found(where, "uncited", "cites no fact: say where this control was seen")
        for testid in control.testid:
            if literals.generated(testid):
                yield Found(where, "fragile", f"test id '{testid}' looks generated; it will change")
        for name in control.names:
            yield from _of_name(where, name)
        for kind, text in (("fact", control.fact), ("absent", control.absent)):
            if literals.mail_in(text):
                yield Found(f"{where}.{kind}", "personal", "it holds an e-mail address")


def _of_name(where: str, name: Name) -> Iterator[Found]:
    if not literals.is_locale(name.locale):
        yield Found(where, "locale", f"'{name.locale}' is no language code (en, de, pt-BR ...)")
    if (name.on or name.off) and name.on == name.off:
        yield Found(where, "same-states", f"on and off of '{name.text}' are both '{name.on}'")
    elif bool(name.on) != bool(name.off):
        yield Found(where, "same-states", f"'{name.text}' says what only one of on and off means")
    for what in literals.personal(name.text):
        yield Found(where, "personal", f"a name holds {what}")


def of_book(look: Look) -> Iterator[Found]:
    """Every rule of a playbook as a whole and of its steps."""
    book = look.book
    yield from _origins(look)
    yield from _texts(book)
    yield from _verify(book)
    yield from _discloses(book)
    yield from _polarity(look)
    yield from _unused(look)
    for number, step in enumerate(book.step):
        yield from _of_step(look, f"step[{number}]", step)
    if book.effect == Effect.DESTRUCTIVE or book.destructive_for:
        yield from _guards(book)
    switches = any(isinstance(step, Ensure) for step in book.step)
    if switches and book.verify.by == "page" and not book.verify.recheck_after:
        yield Found("verify", "recheck", "no recheck_after: a switch may turn back; P30D is usual", notice=True)


def _of_step(look: Look, where: str, step: Step) -> Iterator[Found]:
    book = look.book
    if isinstance(step, get_args(Act)):
        for part in filter(None, (step.control, step.confirm)):
            for key, control in meant(book, part):
                yield from _effect_control(where, key, control)
    if isinstance(step, Ensure):
        for key, control in meant(book, step.control):
            if not set(control.role) <= _SWITCHES and set(control.role) <= ROLES:
                yield Found(where, "role", f"'{key}' has the role {', '.join(control.role)}, which has no on and off")
    if isinstance(step, Submit) and not step.accepted:
        yield Found(where, "accepted", "no control says that the site took it: 'submitted' at best", notice=True)
    if isinstance(step, PersonStep):
        yield from _person(look, where, step)


def _effect_control(where: str, key: str, control: Control) -> Iterator[Found]:
    if control.any_name:
        yield Found(where, "effect-control", f"'{key}' is pressed for effect and may have any name")
    elif not control.names:
        only = ", only a test id, which authorises nothing" if control.testid else ""
        yield Found(where, "effect-control", f"'{key}' is pressed for effect and has no name{only}")
    if not control.role:
        yield Found(where, "effect-control", f"'{key}' is pressed for effect and has no role")
    if control.by == "name":
        for name in control.names:
            if name.prefix:
                yield Found(where, "prefix", f"'{key}' is pressed for effect, and more may follow '{name.text}'")


def _person(look: Look, where: str, step: PersonStep) -> Iterator[Found]:
    if not all(step.signs or ("",)):
        yield Found(where, "person-end", "done_when names nothing, so the step never ends")
    if step.gone and step.gone in step.signs:
        yield Found(where, "person-end", f"'{step.gone}' must show and be gone at once")
    if step.what == "login" and look.service and look.service.signed_out in step.signs:
        yield Found(where, "person-end", f"'{look.service.signed_out}' shows while nobody is signed in")


def _origins(look: Look) -> Iterator[Found]:
    for origin in look.book.origins:
        if look.shipped and is_local(origin):
            yield Found("origins", "origin", f"'{origin}' is a site of one's own and cannot be shipped")
        for label, meaning in literals.foreign(origin.partition("://")[2]):
            told = f"'{label}' reads as '{meaning}': make sure that it is the site you mean"
            if literals.mixed(meaning):
                yield Found("origins", "origin", f"'{label}' mixes alphabets, to look like another: '{meaning}'")
            else:
                yield Found("origins", "origin", told, notice=True)
        if origin.endswith(".example"):
            yield Found(
                "origins", "fill-in", f"put the site's real address in place of '{origin}', here and in each URL"
            )


def _texts(book: Playbook) -> Iterator[Found]:
    said = [(key, text) for key in ("does_not", "warns") for text in getattr(book, key)]
    said += [("does", book.does), *(("dialog", one.text) for one in book.dialog)]
    urls = [("origins", one) for one in book.origins] + [("verify.goto", book.verify.goto)]
    urls.append(
        ("source", f"https://the.source/?{book.source.partition('?')[2]}")
    )  # its path may hold an article's number
    for number, step in enumerate(book.step):
        said.append((f"step[{number}].text", str(getattr(step, "text", ""))))
        urls += [(f"step[{number}].url", one) for one in step.urls] if isinstance(step, Goto) else []
    for where, text in said:
        yield from (Found(where, "personal", f"the text holds {what}") for what in literals.personal(text))
    for where, url in urls:
        yield from (Found(where, "personal", f"the address holds {what}") for what in literals.personal_in_url(url))


def _verify(book: Playbook) -> Iterator[Found]:
    verify, effect = book.verify, book.effect
    means = {
        Effect.READ: ("page", "none"),
        Effect.REVERSIBLE: ("page",),
        Effect.SUBMIT: ("page", "email", "none"),
        Effect.DESTRUCTIVE: ("page", "account-gone", "email", "none"),
    }[effect]
    accepted = any(isinstance(step, Submit) and step.accepted for step in book.step)
    if verify.by not in means:
        yield Found("verify", "verify", f"by = '{verify.by}' cannot show what a {effect} playbook did")
    elif verify.by == "none" and acts(book) and not accepted:
        yield Found("verify", "verify", "nothing would ever tell whether it went through: no look and no 'accepted'")
    switched = {(step.control, step.state) for step in book.step if isinstance(step, Ensure)}
    if verify.by == "page" and switched and (verify.control, verify.state) not in switched:
        yield Found("verify", "verify", "looks at another control or state than those that are switched")
    pressed = {step.control for step in book.step if isinstance(step, Press | Submit)}
    if verify.by == "page" and verify.control in pressed:
        yield Found("verify", "verify", f"'{verify.control}' shows before it is pressed as well")


def _discloses(book: Playbook) -> Iterator[Found]:
    for field in dict.fromkeys(book.discloses):
        if field not in fields(book):
            yield Found("discloses", "discloses", f"'{field}' is announced, and no step types it")


def _polarity(look: Look) -> Iterator[Found]:
    names = [(key, name) for key, control in look.book.control.items() for name in control.names if name.on]
    for (key, one), (other_key, other) in combinations(names, 2):
        same = one.text.casefold().split() == other.text.casefold().split()
        if same and (one.on, one.off) != (other.on, other.off) and {key, other_key} & look.own:
            where = f"control.{other_key if other_key in look.own else key}"
            said = f"'{one.text}' is on for '{one.on}' and for '{other.on}'"
            yield Found(where, "polarity", said if one.on != other.on else f"'{one.text}' has two meanings of off")


def used(book: Playbook, service: Service | None) -> set[str]:
    """The controls that a playbook uses, by its steps, its verification and its service."""
    found = {str(getattr(step, key, "")) for step in book.step for key in _KEYS} | {book.verify.control}
    for step in book.step:
        found |= {*step.needless, *(step.signs if isinstance(step, PersonStep) else ())}
    if service:
        found |= {service.signed_in, service.signed_out, *service.refuse}
    found |= {one for key in found & set(book.choice) for one in book.choice[key].values()}
    while more := {book.control[key].within for key in found if key in book.control} - found:
        found |= more
    return found - {""}


def _unused(look: Look) -> Iterator[Found]:
    for key in sorted(look.own - used(look.book, look.service)):
        yield Found(f"control.{key}", "unused", "no step uses this control")


def _guards(book: Playbook) -> Iterator[Found]:
    last = next((step for step in reversed(book.step) if not isinstance(step, Note)), None)
    if not isinstance(last, Submit):
        yield Found("step", "guards", "the last step is not the submit, which is the person's press")
    elif not last.accepted and book.verify.by != "account-gone":
        yield Found(
            "step", "guards", "neither the site's word (accepted) nor by = 'account-gone' tells that it happened"
        )
    if not any(isinstance(step, ConfirmText | Fill) and step.field == "account" for step in book.step):
        yield Found("step", "guards", "no step compares or types the account, so another one could be hit")
    argued = any("export" in text.casefold() for text in (*book.warns, *book.does_not))
    if not book.after and not argued:
        yield Found(
            "after", "guards", "names no playbook that saves the data first, and no warning speaks of an export"
        )
