"""Law packs: one TOML file per law in `regimes/`; how they are read, checked and found."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

from msgspec import Struct

from dsr import resources
from dsr.errors import BadFile, UnknownName, UsageError
from dsr.law.rules import Citation, ClockRule, Pack

REGIMES = Path(__file__).parent / "regimes"


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
    for problem in _problems(pack):
        raise BadFile(path, problem)
    return pack


def _problems(pack: Pack) -> Iterator[str]:
    """What is wrong with a pack beyond its schema: a rule without its source, a clock that cannot run."""
    for where, rule in citations(pack):
        if not (rule.article.strip() and rule.url.startswith("https://")):
            yield f"{where} has no article or no https URL"
    yield from (f"{where} ends before it begins" for where, first, last in _spans(pack) if last and first > last)
    kinds = {clock.kind for clock in pack.clock}
    for clock in pack.clock:
        if not clock.starts and not clock.after_silence:
            yield f"clock '{clock.kind}' starts on nothing"
        if clock.after_silence and clock.after_silence not in kinds:
            yield f"clock '{clock.kind}' runs after '{clock.after_silence}', which this law does not have"
        for right in set(clock.rights) - set(pack.rights):
            yield f"clock '{clock.kind}' serves '{right}', which is not among the rights"
        if clock.extension and clock.extension.period and not _longer(clock):
            yield f"extension of clock '{clock.kind}' is not longer than its period, in the same unit"


def _spans(pack: Pack) -> Iterator[tuple[str, date, date | None]]:
    yield "the law", pack.in_force_from, pack.in_force_until
    for clock in pack.clock:
        yield f"clock '{clock.kind}'", clock.in_force_from or pack.in_force_from, clock.in_force_until


def _longer(clock: ClockRule) -> bool:
    short, long = clock.period, clock.extension.period if clock.extension else None
    return long is not None and any(
        getattr(long, unit) > getattr(short, unit) > 0 for unit in ("months", "days", "working_days", "hours")
    )


def citations(pack: Pack) -> Iterator[tuple[str, Citation]]:
    """Every rule of a pack that must say where it stands, with its place in the pack for a message."""
    for name in ("counting", "complaint", "fee", "agent", "identity", "refusal", "court", "establishment_rule"):
        yield from _below(name, getattr(pack, name))
    for right, rule in pack.rights.items():
        yield from _below(f"right '{right}'", rule)
    for right, says in pack.absent.items():
        yield from _below(f"absent right '{right}'", says)
    for duty, says in pack.duties.items():
        yield from _below(f"duty '{duty}'", says)
    for clock in pack.clock:
        yield from _below(f"clock '{clock.kind}'", clock)


def _below(where: str, thing: object) -> Iterator[tuple[str, Citation]]:
    """A rule and the rules inside it."""
    if isinstance(thing, Citation):
        yield where, thing
    if isinstance(thing, Struct):
        for name in thing.__struct_fields__:
            yield from _below(f"{name} of {where}", getattr(thing, name))
    elif isinstance(thing, dict):
        for key, value in thing.items():
            yield from _below(f"'{key}' in {where}", value)
    elif isinstance(thing, tuple):
        for value in thing:
            yield from _below(where, value)


@cache
def find(typed: str) -> Pack:
    """The pack of that id or alias, in any case.

    Raises UnknownName with close matches, and UsageError for a word that is the name of several laws.
    """
    name = typed.strip().lower().replace("_", "-")
    if name not in ids():
        known = _names()
        if name not in known:
            raise UnknownName("regime", typed, known, "dsr law list")
        if len(known[name]) > 1:
            raise UsageError(f"'{typed}' is the name of several laws", f"name one of them: {', '.join(known[name])}")
        name = known[name][0]
    return read(REGIMES / f"{name}.toml")


@cache
def _names() -> dict[str, tuple[str, ...]]:
    """Every id and alias, with the ids that it stands for. Reads all packs once."""
    names: dict[str, tuple[str, ...]] = {}
    for pack in map(find, ids()):
        for name in (pack.id, *pack.aliases):
            names[name] = (*names.get(name, ()), pack.id)
    return names
