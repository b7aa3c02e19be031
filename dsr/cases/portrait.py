"""One case as it stands on the page: its clocks, what happened, the evidence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dsr.cases import dials, names
from dsr.cases.dials import Dated, View
from dsr.dossier import CasePart, Clock, Proof, Step
from dsr.law import packs
from dsr.model import Event, EventKind, Evidence, Status

K = EventKind
_TONES = {
    Status.OVERDUE: "late",
    Status.EXPIRED: "late",
    Status.FULFILLED: "done",
    Status.OPEN: "run",
    Status.IN_PROGRESS: "run",
}
_STEPS = {
    K.ANSWERED: "done",
    K.DOWNLOADED: "done",
    K.VERIFIED: "done",
    K.DENIED: "late",
    K.BOUNCED: "late",
    K.RUN_UNKNOWN: "late",
}


def part(seen: View, dates: Sequence[Dated]) -> CasePart:
    """The case as a part of the page."""
    request, speech, scale = seen.request, seen.speech, dials.scale_of(seen, dates)
    clocks = tuple(dials.told(seen, one, scale) for one in dates)
    return CasePart(
        id=request.id,
        company=names.company(request.controller),
        right=speech.term("right", request.right),
        status=speech.term("status", seen.status),
        tone=_TONES.get(seen.status, "off"),
        lead=_lead(seen, dates, clocks),
        facts=_facts(seen),
        clocks=clocks,
        ticks=dials.ticks(scale, speech) if clocks else (),
        waiting=seen.table.waiting,
        steps=tuple(_steps(seen)),
        proofs=tuple(proofs(seen, seen.events)),
    )


def _lead(seen: View, dates: Sequence[Dated], clocks: Sequence[Clock]) -> str:
    """The one sentence at the head: the next date that counts, else what happened last."""
    running = [
        (one.deadline.due, told) for one, told in zip(dates, clocks, strict=True) if one.tone in ("late", "soon", "run")
    ]
    if running:
        _, told = min(running, key=lambda pair: pair[0])
        return " · ".join((told.what, told.headline, told.aside))
    last = seen.now[-1]
    return f"{dials.event(last, seen.speech)} {seen.speech.day(last.on)}"


def _facts(seen: View) -> tuple[tuple[str, str], ...]:
    request, speech = seen.request, seen.speech
    law = packs.find(request.regime).short if request.regime in packs.ids() else request.regime
    found = {
        "company_law": request.entity.name,
        "law": law or speech.say("page", "no_law"),
        "reference": request.reference,
        "begun": speech.day(seen.now[0].on),
    }
    return tuple((speech.say("page", name), text) for name, text in found.items())


def _steps(seen: View) -> Iterator[Step]:
    """Every event in order of its day; those that were mended later stay, and say so."""
    speech = seen.speech
    replaced = {event.corrects for event in seen.events if event.kind == K.CORRECTED}
    for event in sorted(seen.events, key=lambda event: (event.on, event.seq)):
        if event.data.get("kind") == "void" and event.kind == K.CORRECTED:
            continue
        about = [speech.term("route", event.route)] if event.route else []
        if "reason" in event.data:
            about.append(event.data["reason"].replace("-", " "))
        yield Step(
            on=event.on.isoformat(),
            day=speech.brief(event.on),
            what=dials.event(event, speech),
            tone=_STEPS.get(event.kind, ""),
            about=" · ".join(about if event.by == "person" else [*about, speech.term("by", event.by)]),
            note=event.note.strip(),
            gone=speech.say("page", "corrected") if event.seq in replaced else "",
        )


def proofs(seen: View, events: Sequence[Event]) -> Iterator[Proof]:
    """The evidence of some events, each file once; linked where it lies in dsr's folder still."""
    kept: dict[str, Evidence] = {one.path: one for event in events for one in event.evidence}
    for one in kept.values():
        path = seen.home / one.path
        there = path.is_file() and path.resolve().is_relative_to(seen.home.resolve())
        link = path.resolve().as_uri() if there else ""
        yield Proof(kind=one.kind.replace("-", " "), name=path.name, sha256=one.sha256, link=link)
