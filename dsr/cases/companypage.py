"""A company on paper. The first lines answer: are my photos kept, are they used for training, how do I get out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from dsr import registry
from dsr.cases.companies import Known
from dsr.directory import record
from dsr.directory.entry import Entry
from dsr.directory.index import Imported
from dsr.model import Confidence, Route
from dsr.registry.company import Agents, Contact, Controller
from dsr.registry.facts import ALL, Group
from dsr.registry.topics import Statement, Way

_KEPT = {"yes": "Yes", "no": "No", "unknown": "Not known"}
_TITLES = {
    "photos": "Photos and uploads",
    "training": "Training",
    "selling": "Selling",
    "retention": "How long things are kept",
    "export": "A copy of your data",
    "deletion": "Deleting",
    "identity": "Proof of identity",
    "automation-terms": "Using a program there",
}


def page(known: Known, today: date) -> str:
    """The whole page of a company, of ours or imported."""
    found, imports, stamps = known
    ours = found.slug in registry.slugs()
    parts = [_head(found, ours=ours), _answers(found, today), _who(found, today), _ways(found, today)]
    parts += [_topic(topic, said, today) for topic, said in found.statements.items() if not said.absent]
    parts += [_promises(found), _unknown(found), _others(imports, stamps, ours=ours)]
    parts += [_sources(found)] if ours else []
    return "\n\n".join("\n".join(lines) for lines in map(list, parts) if lines)


def mark(group: Group, today: date, own: Confidence | None = None) -> str:
    """What a reader must know of a fact: that it is unconfirmed, or not looked at for long."""
    weak = "" if (own or group.confidence).firm else "  [unconfirmed]"
    old = f"  [checked {group.on}, more than 180 days ago]" if group.stale(today) else ""
    return weak + old


def _line(text: str) -> str:
    return f"      {' '.join(text.split())}"


def _head(found: Controller, *, ours: bool) -> Iterator[str]:
    also = [name for name in (*found.products, *found.aliases) if name.lower() not in (found.slug, found.name.lower())]
    yield f"{found.name} ({found.slug})" + (f": {', '.join(also[:8])}" if also else "")
    if found.role:
        yield f"  {' '.join(found.role.split())}"
    if not ours:
        yield "  Not one of dsr's own records: what follows was imported, or is yours, and dsr has not checked it."


def _answers(found: Controller, today: date) -> Iterator[str]:
    """Kept, trained on, and how to get out."""
    said = found.statements
    yield from ("  Are my photos kept?", _answer(said.photos, today, _KEPT[said.photos.kept]))
    yield from ("  Are they, and what I write, used for training?", _answer(said.training, today))
    yield "  How do I get out?"
    for way in said.training.opt_out:
        yield _line(way.where + _whom(way) + mark(said.training, today, way.confidence))
        if way.url:
            yield _line(way.url)
    if said.training.no_way_out:
        yield _line(f"no way out of training is offered: {said.training.no_way_out}")
    known = said.training.opt_out or said.training.no_way_out
    if said.training.nothing_to_do:
        yield _line("nothing to switch off")
    else:
        yield _line(f"{'with dsr' if known else 'not known; ask'}: dsr opt-out {found.slug}")
    yield _line(f"a copy: dsr request-export {found.slug}")
    yield _line(f"deletion: dsr request-deletion {found.slug}")


def _answer(said: Statement, today: date, word: str = "") -> str:
    """The short answer, after the word for it where it does not begin with that itself."""
    first = f"{word}. " if word and not said.short.startswith(("Yes", "No", "Kept")) else ""
    return _line(f"not known: {said.absent}" if said.absent else first + said.short + mark(said, today))


def _whom(way: Way) -> str:
    return "" if way.residence == ALL else f" (people in {', '.join(way.residence)})"


def _way(way: Way) -> str:
    return way.where + _whom(way) + (f"  {way.url}" if way.url else "")


def _who(found: Controller, today: date) -> Iterator[str]:
    yield "Who must answer" + mark(found.entities, today)
    for one in found.entities.list:
        whom = "everybody" if one.residence == ALL and len(found.entities.list) == 1 else ", ".join(one.residence)
        whom = "everybody else" if whom == "*" else whom
        where = f"{one.place}; " if one.place else "country not known; "
        yield f"  {one.name} ({where}for {whom})"
        if one.address:
            yield f"      {', '.join(one.address)}"
    yield from _agents("Representative", found.representatives, today)
    yield from _agents("Data protection officer", found.officer, today)


def _agents(title: str, group: Agents, today: date) -> Iterator[str]:
    for one in group.list:
        whom = "" if one.residence == ALL else f" for {', '.join(one.residence)}"
        how = ", ".join(filter(None, (one.name, *one.address, one.email, one.url)))
        yield f"  {title}{whom}: {how}{mark(group, today, one.confidence)}"


def _ways(found: Controller, today: date) -> Iterator[str]:
    old = f"  [checked {found.contacts.on}, more than 180 days ago]" if found.contacts.stale(today) else ""
    yield "How to reach it" + old
    for one in found.contacts.list:
        yield from _contact(found, one)


def _contact(found: Controller, one: Contact) -> Iterator[str]:
    rights = "" if one.rights == ALL else f" for {', '.join(one.rights)}"
    whom = "" if one.residence == ALL else f" (people in {', '.join(one.residence)})"
    laws = "" if one.regimes == ALL else f" (under {', '.join(one.regimes)})"
    if one.reason:
        yield f"  {one.route:<7}-{rights}{whom}{laws}: {' '.join(one.reason.split())}"
        return
    to = one.to or "to the address above"
    yield f"  {one.route:<7}{to}{rights}{whom}{laws}{'' if found.firm(one) else '  [unconfirmed]'}"
    for text in (f"only this way: {one.only}" if one.only else "", one.note):
        if text:
            yield f"         {' '.join(text.split())}"


def _topic(topic: str, said: Statement, today: date) -> Iterator[str]:
    yield _TITLES[topic] + mark(said, today)
    yield f"  {said.short}"
    for one in getattr(said, "default", ()):
        plans = "" if one.plans == ALL else f" on {', '.join(one.plans)}"
        whom = "" if one.residence == ALL else f" for people in {', '.join(one.residence)}"
        yield f"  - trains by default{plans}{whom}: {one.trains}" + (f". {one.note}" if one.note else "")
    for one in getattr(said, "list", ()):
        yield f"  - {one.what}: {one.how_long}"
    for way in (*getattr(said, "opt_out", ()), *getattr(said, "ways", ())):
        yield f"  - {way.route}: {_way(way)}" + (f". {' '.join(way.note.split())}" if way.note else "")
    for first in getattr(said, "first", ()):
        yield f"  - before that: {first}"
    for sentence in said.says:
        yield f"  - {' '.join(sentence.split())}"


def _promises(found: Controller) -> Iterator[str]:
    if found.promises:
        yield "What it promises"
    for one in found.promises:
        yield f"  - {' '.join(one.says.split())}  [{one.on}{'' if one.confidence.firm else ', unconfirmed'}]"


def _unknown(found: Controller) -> Iterator[str]:
    gaps = [(_TITLES[topic], said.absent) for topic, said in found.statements.items() if said.absent]
    gaps += [("Representative", found.representatives.absent), ("Data protection officer", found.officer.absent)]
    gaps += [("Languages", found.languages.absent)]
    if any(why for _, why in gaps):
        yield "Not known"
    yield from (f"  {title}: {' '.join(why.split())}" for title, why in gaps if why)


def _others(imports: list[Entry], stamps: Mapping[str, Imported], *, ours: bool) -> Iterator[str]:
    """What open directories, or the person, say of it too."""
    if imports:
        yield "What others say (dsr's own record comes first)" if ours else "Imported from"
    for one in imports:
        yield f"  {one.name}: {record.where_from(one, stamps)}"
        if ours:
            said = [one.email, one.form, one.deletion_url and f"delete at {one.deletion_url}", one.difficulty]
            yield from (f"      {', '.join(filter(None, said))}" for _ in [0] if any(said))


def _sources(found: Controller) -> Iterator[str]:
    groups: list[Group] = [
        found.entities,
        found.contacts,
        *(said for _, said in found.statements.items()),
        *found.promises,
    ]
    said = dict.fromkeys(" ".join(source.split()) for group in groups for source in group.source)
    yield "Sources (in our words; not legal advice)"
    yield from (f"  {source}" for source in said)


def data(known: Known) -> dict[str, object]:
    """The page for a program."""
    import msgspec

    found, imports, stamps = known
    used = {one.source for one in imports}
    return {
        "slug": found.slug,
        "ours": found.slug in registry.slugs(),
        "company": msgspec.to_builtins(found),
        "rows": msgspec.to_builtins(imports),
        "sources": [msgspec.to_builtins(stamp) for name, stamp in stamps.items() if name in used],
        "routes": [one.route.value for one in found.contacts.list if not one.reason and one.route != Route.SETTINGS],
    }
