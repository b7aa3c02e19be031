"""Where to complain about a company: the law, the authorities that can take it, and how to reach them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from msgspec import Struct

from dsr import places, registry
from dsr.cases import companypage
from dsr.errors import NoLaw
from dsr.law import choice, packs
from dsr.model import Right
from dsr.registry.company import Controller
from dsr.registry.competent import Competent, competent


class Asked(Struct, frozen=True):
    """Who complains, under which law (None: that of the residence), working where (empty: at home), about whom."""

    residence: str
    regime: str | None
    work: str
    company: Controller | None


def choices(asked: Asked, today: date) -> tuple[str, tuple[Competent, ...]]:
    """The law and the authorities, the best one first. Raises NoLaw, UnknownName, UsageError."""
    entity = asked.company.entity(asked.residence) if asked.company else None
    if asked.regime:
        law = packs.find(asked.regime).id
    else:
        picked = choice.pick(asked.residence, Right.ACCESS, today, entity.place if entity else "")
        if picked is None:
            why = f"no law on file applies to residence {asked.residence} by itself"
            whole = "-" not in asked.residence and asked.residence in places.PARTS
            part = "where its parts have laws of their own, name yours, as in US-CA; or " if whole else ""
            raise NoLaw(why, f"{part}name one that applies with --regime; all of them: dsr law list")
        law = picked.id
    slug = asked.company.slug if asked.company else ""
    found = competent(registry.authorities(), asked.residence, law, entity, work=asked.work, controller=slug)
    return law, found


def page(law: str, found: Sequence[Competent], today: date) -> str:
    """The authorities on paper."""
    return "\n\n".join("\n".join(_one(one, today, first=number == 0)) for number, one in enumerate(found)) + (
        f"\n\nUnder {law}; the law's own words and limits: dsr law show {law}. Not legal advice."
    )


def _one(one: Competent, today: date, *, first: bool) -> Iterator[str]:
    authority, complaint = one.authority, one.authority.complaint
    short = f" ({authority.short})" if authority.short else ""
    yield f"{'>' if first else ' '} {authority.english}{short}, {authority.place}"
    if authority.name != authority.english:
        yield f"    {authority.name}"
    yield f"    why: {one.why}"
    mark = companypage.mark(complaint, today)
    ways = (("form", complaint.form), ("e-mail", complaint.email), ("post", ", ".join(complaint.address)))
    for label, way in ways:
        reason = complaint.missing.get({"post": "address", "e-mail": "email"}.get(label, label), "")
        yield f"    {label}: {way}{mark}" if way else f"    {label}: - {reason}"
    languages = ", ".join(complaint.languages) or complaint.missing.get("languages", "")
    yield f"    languages: {languages}"
    for said in (complaint.note, *authority.competence.says):
        if said:
            yield f"    {' '.join(said.split())}"
