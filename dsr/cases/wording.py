"""How cases, dates and routes read at a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dsr.cases.routes import Plan
from dsr.law.periods import spell
from dsr.model import Confidence, Deadline, Event


def deadlines(found: Iterable[Deadline]) -> str:
    """One block per date: what, by when, whose, and the sentence that explains it."""
    lines = []
    for deadline in found:
        by = spell(deadline.due)
        if deadline.latest != deadline.due:
            by += f", at the latest reading {spell(deadline.latest)}"
        kind = deadline.kind.replace("-", " ")
        mark = {"promise": " [promise]", "estimate": " [estimate]"}.get(deadline.basis, "")
        mark += " [no longer counts]" if deadline.superseded else " [only if extended]" if deadline.possible else ""
        mark += "" if deadline.confidence is Confidence.HIGH else " [unverified]"
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
    what = str(happened.kind)
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
