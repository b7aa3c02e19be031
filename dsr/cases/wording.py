"""How cases, dates, routes and laws read at a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from dsr.cases.routes import Plan
from dsr.law.choice import Applies, Choice
from dsr.law.periods import spell
from dsr.law.rules import Pack
from dsr.model import Deadline, Event

_APPLIES = {
    Applies.YES: "may be chosen",
    Applies.NARROW: "only for some companies or data",
    Applies.NOT_YET: "not yet in force",
    Applies.NO_LONGER: "no longer in force",
}


def deadlines(found: Iterable[Deadline]) -> str:
    """One block per date: what, by when, whose, and the sentence that explains it."""
    lines = []
    for deadline in found:
        by = spell(deadline.due)
        if deadline.at and deadline.basis == "law":  # a law that counts hours
            by += f" at {deadline.at:%H:%M} (UTC{deadline.at:%z})"
        if deadline.latest != deadline.due:
            by += f", at the latest reading {spell(deadline.latest)}"
        kind = deadline.kind.replace("-", " ")
        mark = {"promise": " [promise]", "estimate": " [estimate]"}.get(deadline.basis, "")
        mark += {"subject": " [yours]", "authority": " [the authority's]"}.get(deadline.whose, "")
        mark += " [no longer counts]" if deadline.superseded else " [only if extended]" if deadline.possible else ""
        mark += "" if deadline.confidence.firm else " [unverified: check the source]"
        lines.append(f"  {kind}: {by}{mark}")
        lines.append(f"      {deadline.reason}. {deadline.article}{'  ' + deadline.url if deadline.url else ''}")
    return "\n".join(lines)


def routes(plan: Plan) -> str:
    """The routes as a list, the chosen one marked."""
    lines = []
    for choice in plan.routes:
        mark = ">" if choice.chosen else " " if choice.available else "-"
        lines.append(f" {mark} {choice.route:<9} {choice.to if choice.available else 'not available: ' + choice.why}")
        if choice.available:
            lines.append(f"             clock: {choice.clock}")
    return "\n".join(lines)


def event(happened: Event, home: str) -> str:
    """One event as a line, with its evidence below."""
    route = f" by {happened.route}" if happened.route else ""
    what = f"{happened.kind}: {happened.data['reply']}" if "reply" in happened.data else str(happened.kind)
    if happened.corrects is not None:
        what = f"corrected: event {happened.corrects} is now {happened.data.get('kind', '')}"
    note = f"  {' '.join(happened.note.split())}" if happened.note else ""
    lines = [f"  {happened.seq:>3}  {happened.on}  {what}{route} (said by {happened.by}){note}"]
    lines += [f"       {kept.kind}: {home}/{kept.path}  sha256 {kept.sha256[:16]}" for kept in happened.evidence]
    return "\n".join(lines)


def columns(rows: Sequence[Sequence[str]]) -> str:
    """Rows as aligned columns."""
    if not rows:
        return ""
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def in_force(pack: Pack) -> str:
    """`from 25 May 2018`, with the last day where it is known."""
    until = f" until {spell(pack.in_force_until)}" if pack.in_force_until else ""
    return f"from {spell(pack.in_force_from)}{until}"


def laws(packs: Iterable[Pack], on: date) -> list[tuple[str, ...]]:
    """All laws as rows for columns: id, short name, territory, in force, confidence."""
    found: list[tuple[str, ...]] = [("LAW", "SHORT", "TERRITORY", "IN FORCE", "CONFIDENCE")]
    for pack in packs:
        state = in_force(pack) if pack.in_force(on) else f"{in_force(pack)}: not on {on}"
        only = " (only for some)" if pack.narrow else ""
        confidence = str(pack.confidence) if pack.confidence.firm else f"{pack.confidence}: unverified"
        found.append((pack.id, f"{pack.short}{only}", ", ".join(pack.territory), state, confidence))
    return found


def choices(found: Sequence[Choice]) -> str:
    """The laws that may apply, one block each, the one that dsr takes marked with '>'."""
    lines = []
    for choice in found:
        mark = ">" if choice.picked else " "
        lines.append(f" {mark} {choice.pack.id}: {choice.pack.short} [{_APPLIES[choice.applies]}]")
        lines.append(f"       why: {choice.why}")
        lines.append(f"       {'answer' if choice.gives else 'not this right'}: {choice.answer}")
        if choice.article:
            check = "" if choice.confidence.firm else ": unverified, check it there"
            lines.append(f"       {choice.article}  {choice.url}  (confidence {choice.confidence}{check})")
    return "\n".join(lines)
