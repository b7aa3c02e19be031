"""The company that somebody means: dsr's own record, one of their own, or an imported one; asked where it is not certain."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from dsr import config, registry
from dsr.cases import history
from dsr.directory import holdings, record
from dsr.directory.entry import Entry
from dsr.directory.index import Imported, Index
from dsr.errors import PersonNeeded, UnknownName
from dsr.model import EventKind, Person
from dsr.registry import Controller

if TYPE_CHECKING:
    from dsr.directory.search import Hit
    from dsr.store import Ledger

_LOOK = "dsr directory search NAME looks among all companies on file; dsr directory add NAME makes one of your own"
_SURE = 0.55  # as alike as a name must be to be offered


def find(typed: str, *, today: date, person: Person | None = None, home: Path | None = None) -> Controller:
    """The controller of a slug, name, alias, domain or legal entity, of ours or imported. Somebody at a terminal is asked which
    one is meant; else UnknownName tells the close matches."""
    return load(slug(typed, person=person, home=home), today=today, home=home).company


def slug(typed: str, *, person: Person | None = None, home: Path | None = None) -> str:
    """As `find`, the slug only."""
    wanted = typed.strip().lower()
    if wanted in registry.slugs():
        return wanted
    if (known := registry.names().get(wanted)) is not None:
        return known
    from dsr.directory import search  # what most commands, given a name of ours, do without

    with holdings.opened(home or config.home()) as index:
        hits = [] if _odd(typed) else search.exact(index, typed)
        ours = [hit for hit in hits if hit.slug in registry.slugs()]
        if len(ours or hits) == 1:
            return (ours or hits)[0].slug
        if not (person and person.present) and any(hit.slug == wanted for hit in hits):
            return wanted  # others are called so too; by its slug each can be named where nobody can be asked
        if gone := index.retired(wanted):
            hint = "look for its successor: dsr directory search NAME"
            raise UnknownName(f"company in use ({gone[1] or 'its record was retired'})", typed, (), hint)
        close = hits or search.search(index, typed, 5)
        return _asked(typed, [(hit, title(index, hit.slug)) for hit in close if hit.score >= _SURE], person)


def _odd(typed: str) -> bool:
    """Whether this cannot be meant as a name: a path, markup."""
    from dsr.directory import cleaning

    return not cleaning.domain(typed) and any(sign in typed for sign in "/\\<>")


def _asked(typed: str, close: Sequence[tuple[Hit, str]], person: Person | None) -> str:
    """Which of the close ones is meant. Raises UnknownName where nobody can answer, or says none of them."""
    if close and person is not None and person.present:
        lines = [f"  {number}) {_named(hit, called)}" for number, (hit, called) in enumerate(close, 1)]
        person.tell("\n".join([f"'{typed.strip()}' may be:", *lines]))
        answer = person.ask("Which one? (a number; Enter for none)")
        if answer.isdecimal() and 1 <= int(answer) <= len(close):
            return close[int(answer) - 1][0].slug
    hint = f"did you mean {' or '.join(dict.fromkeys(_slug(hit) for hit, _ in close))}?" if close else _LOOK
    if (
        len(close) > 1 and close[0][0].score == close[1][0].score == 1.0
    ):  # all are called so: their slugs tell them apart
        raise UnknownName("single controller", typed, (), hint)
    raise UnknownName("controller", typed, () if close else registry.names(), hint)


def _slug(hit: Hit) -> str:
    """A company as it can be typed, with the name by which it was found where that is another word."""
    from dsr.directory.folding import core, fold

    called = core(fold(hit.shown)).replace(" ", "-")
    return hit.slug if called == hit.slug else f"{hit.slug} ({hit.shown})"


def _named(hit: Hit, called: str) -> str:
    also = "" if hit.kind in ("slug", "domain") or hit.shown == called else f", also called {hit.shown}"
    return f"{called} ({hit.slug}){also}"


def title(index: Index, known: str) -> str:
    """The name of a company as people read it."""
    if known in registry.slugs():
        return registry.outline(known).name
    return next((one.name for one in index.entries(known)), known)


class Known(NamedTuple):
    """A company, and what imports and the person say of it."""

    company: Controller
    entries: list[Entry]
    stamps: dict[str, Imported]


def load(known: str, *, today: date, home: Path | None = None) -> Known:
    """All about a slug that is known to exist. Raises UnknownName where it is gone from the directory."""
    entries, stamps = holdings.about(home or config.home(), known)
    if known in registry.slugs():
        mine = registry.find(known)
        own = next((one for one in entries if one.source == "own"), None)
        return Known(record.laid_over(mine, own) if own else mine, entries, stamps)
    if not entries:
        raise UnknownName(
            "controller", known, registry.names(), "dsr directory import reads the directories that had it"
        )
    return Known(record.controller(known, entries, stamps, today), entries, stamps)


def bounces(ledger: Ledger, known: str) -> dict[str, date]:
    """Where letters to this company came back from, with the newest day: the bounces of its cases that nothing took back.

    The case is the truth: correct the entry there, and the contact is good again.
    """
    found: dict[str, date] = {}
    for _, logged in ledger.cases(ledger.of_controller(known)):
        events = history.effective(logged)
        for event in events:
            if event.kind != EventKind.BOUNCED:
                continue
            went = [one for one in history.drafts(events) if one.seq < event.seq and one.data.get("to")]
            sent = [one for one in went if event.route in (None, one.route)]
            if sent:
                to = sent[-1].data["to"]
                found[to] = max(event.on, found.get(to, event.on))
    return found


def bounced(home: Path, known: str) -> dict[str, date]:
    """The same, of a home whose store nobody has opened yet; one without a store has no cases."""
    if not (home / "store.db").exists():
        return {}
    from dsr.cases import locking  # brings the vault, which most looks at a company do without
    from dsr.store import Ledger

    with Ledger(home, locking.key(home)) as ledger:
        return bounces(ledger, known)


def with_marks(home: Path, found: Controller) -> Controller:
    """As `healthy`, of a home whose store nobody has opened yet."""
    return record.marked(found, bounced(home, found.slug))


def healthy(ledger: Ledger, found: Controller) -> Controller:
    """The controller with contacts to which a letter bounced put last and marked."""
    return record.marked(found, bounces(ledger, found.slug))


def confirmed(person: Person, known: str, to: str, doubt: str) -> bool:
    """The person's word that a doubtful address is right; never answered beforehand. Raises PersonNeeded."""
    if not doubt:
        return True
    if not person.present:
        raise PersonNeeded(
            f"{to} is not certain enough to send something personal there: {doubt}",
            f"look it up on the company's site, then: dsr directory add {known} --email ADDRESS",
        )
    person.tell(f"Not certain: {to} ({doubt}). Compare it with the company's own site.")
    return person.confirm("Is this address right?")
