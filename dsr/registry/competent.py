"""Which authority takes a complaint, and why.

Under the GDPR a complaint may go to the authority of the Member State where the person lives, works, or was wronged (Art. 77(1));
for a company active across borders the authority of its main establishment leads (Art. 56(1)) and the one complained to passes
the case on and stays the person's contact (Art. 60, 77(2)). https://eur-lex.europa.eu/eli/reg/2016/679/oj#art_77
In Germany it is the authority of the Land (Art. 51(1) GDPR, section 40 BDSG: https://www.gesetze-im-internet.de/bdsg_2018/__40.html).
Elsewhere the law itself names one, for those who live where it holds.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from dsr import places
from dsr.errors import NoLaw, UsageError
from dsr.model import Entity
from dsr.registry.authority import Authority
from dsr.registry.facts import fits

GDPR = "eu-gdpr"


class Competent(Struct, frozen=True):
    """An authority that can take the complaint; `by` is `residence`, `work`, `infringement`, `lead`, `name` or `law`."""

    authority: Authority
    why: str
    by: str


def competent(
    known: Iterable[Authority],
    residence: str,
    regime: str,
    entity: Entity | None = None,
    *,
    work: str = "",
    controller: str = "",
) -> tuple[Competent, ...]:
    """The authorities that can take a complaint under a law, the best one first; each once, with the reason.

    `residence` and `work` are ISO 3166-2; `controller` is the slug of the company. Raises NoLaw where none is on file, and
    UsageError
    where the residence must be told more exactly (a German Land).
    """
    under = [one for one in known if regime in one.competence.regimes and one.competence.bodies != "public"]
    general = [one for one in under if not one.competence.sector]
    found = [
        Competent(one, f"it supervises {controller} by name", "name")
        for one in under
        if controller and controller in one.competence.controllers
    ]
    found += _general(general, residence, regime, entity, work)
    if not found and len(under) == 1:
        found = [Competent(under[0], _only(under[0]), "law")]
    if not found:
        raise NoLaw(
            f"no authority on file takes a complaint under {regime} by a person who lives in {residence}",
            f"dsr law show {regime} says who takes complaints",
        )
    first: dict[str, Competent] = {}
    for one in found:
        first.setdefault(one.authority.slug, one)
    return tuple(first.values())


def _general(
    general: list[Authority], residence: str, regime: str, entity: Entity | None, work: str
) -> list[Competent]:
    gdpr = regime == GDPR
    article = " (Art. 77(1) GDPR)" if gdpr else ""
    lead = _lead(general, entity) if gdpr else None
    passes = ""
    if lead and not fits(lead.competence.residence, residence):
        passes = f"; {_name(lead)} normally leads for {entity.name if entity else 'it'}: yours passes the case on (Art. 56, 60)"
    found = [
        Competent(one, f"you live in {residence}{article}{_land(one)}{passes}", "residence")
        for one in _at(general, residence)
    ]
    if work:
        found += [Competent(one, f"you work in {work}{article}", "work") for one in _at(general, work)]
    if lead and entity:
        ground = "residence" if found else "infringement"
        why = f"{entity.name} sits in {entity.place}, so it normally leads (Art. 56(1) GDPR)"
        if not found:
            why = f"{entity.name}, in {entity.place}, acted there: the place of the infringement{article}"
        found.append(Competent(lead, why, "lead" if ground == "residence" else ground))
    elif entity and not found:
        found = [
            Competent(one, f"{entity.name} sits in {entity.place}, where this law holds", "infringement")
            for one in _at(general, entity.place)
        ]
    return found


def _at(among: list[Authority], place: str) -> list[Authority]:
    """The authorities for a place, the nearest first. Raises UsageError where only parts of the country have one."""
    found = [one for one in among if place and fits(one.competence.residence, place)]
    parts = [one for one in among if places.country(one.place) == place and "-" in one.place]
    if not found and len(parts) > 1:
        known = ", ".join(sorted({one.place for one in parts}))
        raise UsageError(f"'{place}' has an authority for each of its parts", f"name the part: {known}")
    found.sort(key=lambda one: (place not in one.competence.residence, one.kind != "supervisory", one.slug))
    return found


def _lead(among: list[Authority], entity: Entity | None) -> Authority | None:
    """The authority of the company's seat, where that lies in the EEA and one authority follows from it."""
    if entity is None or places.country(entity.place) not in places.EEA:
        return None
    found = [one for one in among if fits(one.competence.residence, entity.place)]
    return found[0] if len(found) == 1 else None


def _land(one: Authority) -> str:
    if places.country(one.place) == "DE" and places.part(one.place):
        return "; in Germany the Land's authority supervises companies (section 40 BDSG)"
    return ""


def _name(one: Authority) -> str:
    return f"the {one.short or one.english}"


def _only(one: Authority) -> str:
    where = f" ({one.competence.sector})" if one.competence.sector else ""
    return f"it is the authority that this law names{where}"
