"""Which letters there are: names by family of laws and language, and the reason for every hole.

`templates/families.toml` maps laws to families; `templates/<family>/<name>.<lang>.j2` is a letter. A family that lacks a
letter has that of the family it falls back to; the English file decides which, so that no translation steps down to another text.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

from msgspec import Struct, field

from dsr.errors import NoLetter, UnknownName
from dsr.law import packs
from dsr.law.rules import ClockRule, Pack
from dsr.letters import words
from dsr.letters.kinds import KINDS, FollowUp, Form, kind
from dsr.model import Right
from dsr.resources import folder, toml

NEUTRAL = "neutral"


class Family(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Laws that share letters. `then`: the family it falls back to; `also`: letters that these laws have though the right is
    not one of theirs;
    `without`: letters they do not have, with the reason."""

    regimes: tuple[str, ...] = ()
    then: str = ""
    also: tuple[str, ...] = ()
    without: dict[str, str] = field(default_factory=dict)


class _Families(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    schema: int
    family: dict[str, Family]


@cache
def families() -> dict[str, Family]:
    """All families by name. Raises BadFile."""
    return toml(folder("templates") / "families.toml", _Families).family


@cache
def family_of(regime: str) -> str:
    """The family of a law: that which names it, else the neutral one."""
    return next((name for name, family in families().items() if regime in family.regimes), NEUTRAL)


def chain(family: str) -> tuple[str, ...]:
    """The family and those that it falls back to, in order."""
    then = families()[family].then
    return (family, *chain(then)) if then else (family,)


@cache
def _files(at: Path) -> frozenset[str]:
    return frozenset(path.relative_to(at).as_posix() for path in at.glob("*/*.*.j2"))


@cache
def template(regime: str, name: str, lang: str, own: Path | None = None) -> str:
    """The path of a letter's template below the templates folder, or empty where there is none.

    A file in a person's own folder goes first, at whichever family it stands.
    """
    places = [f"{family}/{name}" for family in chain(family_of(regime))]
    if own and (mine := next((one for one in places if f"{one}.{lang}.j2" in _files(own)), "")):
        return f"{mine}.{lang}.j2"
    ours = _files(folder("templates"))
    level = next((one for one in places if f"{one}.en.j2" in ours), "")
    return f"{level}.{lang}.j2" if f"{level}.{lang}.j2" in ours else ""


def response(pack: Pack, right: Right, on: date) -> ClockRule | None:
    """The clock of an answer to a request of that right, as in force on that day; None where the law has no number."""
    found = [
        one
        for one in pack.clock
        if one.kind == "response" and not one.only_for and one.in_force(on) and right in (one.rights or tuple(Right))
    ]
    return max(found, key=lambda one: one.in_force_from or pack.in_force_from, default=None)


def _hole(pack: Pack, name: str) -> str:
    """Why a law has no letter of that name; empty where it has one."""
    family, rights = families()[family_of(pack.id)], kind(name).rights
    if name in family.without:
        return family.without[name]
    if name in family.also:
        return ""
    if name == FollowUp.APPEAL and not any(clock.kind == "appeal" for clock in pack.clock):
        return f"under {pack.short} there is no appeal to the company that dsr has on file"
    if name == FollowUp.CONTROLLER_COMPLAINT and not any(clock.kind == "complaint-ack" for clock in pack.clock):
        return f"under {pack.short} there is no complaint to the company that dsr has on file; it is a step of UK law"
    if name == FollowUp.LATE_EXTENSION and not any(c.extension for c in pack.clock if c.kind == "response"):
        return f"under {pack.short} there is no extension of the period that dsr has on file"
    if name == Form.AUTHORISATION or set(rights) & set(pack.rights):
        return ""
    if (right := rights[0]) in pack.absent:
        return pack.absent[right].says
    return f"{pack.short} gives no right of {' or '.join(rights[:1])} that dsr has on file"


@cache
def reason(regime: str, name: str, lang: str, own: Path | None = None) -> str:
    """Why there is no such letter, in one sentence; empty where there is one. Raises UnknownName for an unknown law or name."""
    pack = packs.find(regime)
    if own and template(regime, name, lang, own) in _files(own):
        return ""
    if why := _hole(pack, name):
        return why
    if lang not in words.languages():
        return f"there are no letters in '{lang}' yet"
    if template(regime, name, lang, own):
        return ""
    given = words.read(lang).missing
    for family in chain(family_of(pack.id)):
        for key in (f"{family}/{name}", f"{family}/*"):
            if key in given:
                return given[key]
    return f"there is no {name} letter in '{lang}' yet"


@cache
def available(own: Path | None = None) -> tuple[tuple[str, str, str], ...]:
    """Every letter that can be written, as law, name and language."""
    return tuple(
        (regime, name, lang)
        for regime in packs.ids()
        for name in KINDS
        for lang in words.languages()
        if not reason(regime, name, lang, own)
    )


def check(regime: str, name: str, lang: str, own: Path | None) -> None:
    """Raise UnknownName, listing what exists and saying why not, unless there is such a letter."""
    kind(name)
    if regime not in packs.ids():
        raise UnknownName("law with a letter", regime, packs.ids(), "dsr law list")
    if not (why := reason(regime, name, lang, own)):
        return
    langs = [one for one in words.languages() if not reason(regime, name, one, own)]
    if langs and lang in words.languages():
        raise NoLetter(name, lang, why, langs)
    if langs:
        raise UnknownName(f"language of the {name} letter under {regime}", lang, langs)
    names = [one for one in KINDS if not reason(regime, one, lang, own)]
    error = UnknownName(f"letter under {regime}", name, [], f"{why}; known: {', '.join(names)}")
    raise error
