"""The laws on file: which of them may apply to you, and what each says, with its sources."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from dsr import places
from dsr.cases import asking, companies, lawpage, wording
from dsr.commands import day, rows, today
from dsr.commands._desk import sitting
from dsr.errors import MissingField, UnknownName
from dsr.law import choice, packs
from dsr.law.choice import Choice
from dsr.law.rules import COMMON_WORDS
from dsr.model import Result, Right


def which(
    ctx: typer.Context,
    controller: Annotated[str | None, typer.Argument(help="The company: openai, midjourney ...")] = None,
    residence: Annotated[
        str | None, typer.Option(help="Where you live: DE-BE, GB-SCT, US-CA; else your profile's.")
    ] = None,
    right: Annotated[str, typer.Option(help="access, erasure, training-opt-out ...")] = "access",
    country: Annotated[str | None, typer.Option(help="Where a company sits that dsr does not know.")] = None,
    on: Annotated[str | None, typer.Option(help="As the law stands on this date.")] = None,
) -> Result:
    """Say which laws may apply to your request, why, and by when each wants an answer. Not legal advice.

    Example: dsr law which --residence DE-BE openai
    """
    asked = _right(right)
    home = places.parse(residence) if residence else _profile(ctx)
    when = day(on)
    entity = companies.find(controller, today=when).entity(home) if controller else None
    place = places.parse(country) if country else entity.place if entity else ""
    found = choice.laws(home, asked, when, place)
    who = f"{entity.name} ({place})" if entity else f"a company in {place}" if place else "any company"
    heading = f"{asked}: asked of {who} by a person who lives in {home}, on {when}"
    data = {
        "residence": home,
        "controller": controller,
        "entity": entity.name if entity else None,
        "place": place or None,
        "right": asked,
        "on": when.isoformat(),
        "pick": next((one.pack.id for one in found if one.picked), None),
        "rows": [_row(one) for one in found],
    }
    return Result(text="\n".join(filter(None, (heading, wording.choices(found), _closing(found, home)))), data=data)


def list_() -> Result:
    """List the laws on file: where each holds, since when, and how well it is founded.

    Example: dsr law list
    """
    found = [packs.find(name) for name in packs.ids()]
    data = [
        {
            "id": pack.id,
            "short": pack.short,
            "territory": list(pack.territory),
            "in_force_from": pack.in_force_from.isoformat(),
            "in_force_until": pack.in_force_until.isoformat() if pack.in_force_until else None,
            "confidence": pack.confidence,
        }
        for pack in found
    ]
    return Result(text=wording.columns(wording.laws(found, today())), data={"rows": data})


def show(regime: Annotated[str, typer.Argument(help="Which law: eu-gdpr, us-ca-ccpa ...")]) -> Result:
    """Print one law: its rights, every period with its article and source, complaints and notes.

    Example: dsr law show eu-gdpr
    """
    pack = packs.find(regime)
    return Result(text=lawpage.page(pack), data={"id": pack.id, "law": rows(pack)})


VERBS = (which, list_, show)


def _right(typed: str) -> Right:
    name = asking.plain(typed)
    if name in COMMON_WORDS:
        return COMMON_WORDS[name]
    if name not in set(Right):
        raise UnknownName("right", typed, [*Right, *COMMON_WORDS])
    return Right(name)


def _profile(ctx: typer.Context) -> str:
    with sitting(ctx) as desk:
        home = desk.subject().residence
    if not home:
        raise MissingField("residence", "choosing a law", "residence DE-BE, or add --residence DE-BE")
    return home


def _row(one: Choice) -> dict[str, Any]:
    return {
        "id": one.pack.id,
        "short": one.pack.short,
        "applies": one.applies,
        "why": one.why,
        "gives": one.gives,
        "answer": one.answer,
        "article": one.article,
        "url": one.url,
        "confidence": one.confidence,
        "picked": one.picked,
    }


def _closing(found: tuple[Choice, ...], home: str) -> str:
    """What follows for the person: how to choose another law, or what is missing."""
    if any(one.picked for one in found):
        return "dsr takes the law marked '>' where you name none; --regime ID names another that applies."
    if found:
        return "None of these is taken by itself; name one that fits with --regime ID."
    near = [
        name for name in packs.ids() if places.country(home) in {places.country(g) for g in packs.find(name).territory}
    ]
    parts = f" On file in {places.country(home)}: {', '.join(near)}." if near else ""
    return f"No law on file applies to people in {home}; dsr does not guess one.{parts}"
