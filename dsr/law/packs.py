"""Law packs: one TOML file per law in `regimes/`, every number with its article and URL."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Literal

from msgspec import Struct

from dsr import places, resources
from dsr.errors import BadFile, NoLaw, UnknownName
from dsr.model import Confidence, EventKind, Period, Right

REGIMES = Path(__file__).parent / "regimes"


class Citation(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a rule stands."""

    article: str
    url: str


class RightRule(Citation, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A right of this law; `aliases` are the law's own words for it."""

    aliases: tuple[str, ...] = ()


class Stop(StrEnum):
    """What an identity check, a fee or a question does to a running period."""

    PAUSE = "pause"
    RESTART = "restart"


class Effect(Citation, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A stop of the clock, for some rights or (empty) all. `contested`: not in the text of the law itself."""

    effect: Stop
    rights: tuple[Right, ...] = ()
    contested: bool = False


class Extension(Citation, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The longer period, counted from the same start; valid if the notice came by the first due date."""

    period: Period


class ClockRule(Citation, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One clock: what starts it, how long it runs, for whom. `starts` lists event kinds; the first on record counts."""

    kind: str
    whose: Literal["controller", "subject", "authority"]
    starts: tuple[EventKind, ...]
    period: Period
    aliases: tuple[str, ...] = ()
    rights: tuple[Right, ...] = ()
    residence: tuple[str, ...] = ("*",)
    extension: Extension | None = None
    identity: Effect | None = None
    clarification: Effect | None = None
    fee: Effect | None = None

    def serves(self, right: Right, residence: str) -> bool:
        """Whether this clock runs for a request of that right by a person of that residence."""
        here = any(places.covers(group, residence) for group in self.residence)
        return here and (not self.rights or right in self.rights)


class Counting(Citation, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the last day is found: whether it rolls to the next working day, and which days are the weekend."""

    weekend: tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], ...]
    roll: bool


class Pack(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One law."""

    schema: int
    id: str
    name: str
    short: str
    territory: tuple[str, ...]
    in_force_from: date
    confidence: Confidence
    complaint: str
    complaint_article: str
    complaint_url: str
    counting: Counting
    rights: dict[Right, RightRule]
    clock: tuple[ClockRule, ...]
    aliases: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def within(self, place: str) -> bool:
        """Whether a place lies in this law's territory."""
        return any(places.covers(group, place) for group in self.territory)

    def right(self, typed: str) -> Right:
        """A right by its name or the law's own word. Raises UnknownName."""
        name = typed.strip().lower().replace("_", "-")
        names = {str(right): right for right in self.rights}
        for right, rule in self.rights.items():
            names.update(dict.fromkeys(rule.aliases, right))
        if name in names:
            return names[name]
        raise UnknownName(f"right of {self.id}", typed, names)

    def clocks(self, kind: str) -> tuple[ClockRule, ...]:
        """The clocks of that kind or alias; empty where there is none."""
        return tuple(clock for clock in self.clock if kind == clock.kind or kind in clock.aliases)


@cache
def ids() -> tuple[str, ...]:
    """The ids of all packs, sorted."""
    return tuple(sorted(path.stem for path in REGIMES.glob("*.toml")))


@cache
def read(path: Path) -> Pack:
    """One pack from its file. Raises BadFile with the place and the problem."""
    pack = resources.toml(path, Pack)
    if pack.id != path.stem:
        raise BadFile(path, f"id '{pack.id}' differs from the file's name")
    for where, rule in _citations(pack):
        if not (rule.article and rule.url.startswith("https://")):
            raise BadFile(path, f"{where} has no article or no https URL")
    return pack


def _citations(pack: Pack) -> Iterator[tuple[str, Citation]]:
    """Every rule of a pack that must say where it stands, with its name for a message."""
    yield "counting", pack.counting
    yield from ((f"right '{right}'", rule) for right, rule in pack.rights.items())
    for clock in pack.clock:
        yield f"clock '{clock.kind}'", clock
        for name in ("extension", "identity", "clarification", "fee"):
            if rule := getattr(clock, name):
                yield f"{name} of clock '{clock.kind}'", rule


@cache
def find(typed: str) -> Pack:
    """The pack of that id or alias, in any case. Raises UnknownName with close matches."""
    name = typed.strip().lower()
    if name in ids():
        return read(REGIMES / f"{name}.toml")
    names = {alias: pack for pack in map(find, ids()) for alias in (pack.id, *pack.aliases)}
    if name in names:
        return names[name]
    raise UnknownName("regime", typed, names)


def of_residence(residence: str) -> Pack:
    """The pack whose territory holds the residence. Raises NoLaw; dsr does not guess a law."""
    for regime in ids():
        pack = find(regime)
        if pack.within(residence):
            return pack
    raise NoLaw(
        f"no law pack covers residence {residence} yet, so dsr names no law and no date",
        f"name the law yourself if one applies: --regime {' or '.join(ids())}",
    )
