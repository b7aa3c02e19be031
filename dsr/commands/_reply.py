"""What `reply` and `complain` share: how a letter that follows is kept and told."""

from __future__ import annotations

from dsr.cases import followups, history, papers, replies, story
from dsr.cases.desk import Desk
from dsr.cases.papers import Format, Order
from dsr.cases.replies import Reply
from dsr.commands._request import HOW, answered, written
from dsr.model import Result, Route


def finish(desk: Desk, reply: Reply, order: Order, *, dry_run: bool, open_it: bool, form_at: str = "") -> Result:
    """Preview the letter, keep it if the person agrees, and say how it goes on. `form_at`: the site whose form takes it."""
    letter, case = reply.letter, reply.request.id
    data = {
        "case": case,
        "reply": str(reply.kind),
        "letter": {"subject": letter.subject, "body": letter.body, "text": letter.text()},
        "to": reply.to,
        "lang": letter.lang,
        "commits": 0,
    }
    note = ""
    if order.format == Format.MAILTO and letter.route == Route.EMAIL:
        data["link"], note = papers.link(letter, reply.to)
    if dry_run:
        text = f"To: {reply.to or ', '.join(letter.recipient)}\n\n{letter.text()}\nNothing was written (--dry-run)."
        return Result(text=text, data=data | {"outcome": "dry-run"})
    kept = replies.keep(desk, reply, order)
    if kept is None:
        return Result(text="Nothing was written.", data=data | {"outcome": "declined"})
    event, notes = kept
    log = desk.command(f"dsr log {case} {followups.logs(reply.kind)} --on DATE")
    how = f"hand it in as the authority wants it, by its form or by post ({form_at})" if form_at else HOW[letter.route]
    said = [*written(desk, event, notes, open_it=open_it), *_with_it(desk, reply)]
    if "link" in data:
        said.append(f"Or open this link: {data['link']}\n{note}")
    said.append(f"Now {how}; then: {log}")
    return answered(desk, reply.request, said, **data | {"outcome": "drafted"})


def _with_it(desk: Desk, reply: Reply) -> list[str]:
    """The files of the earlier letters that a complaint encloses."""
    if reply.kind not in followups.COMPLAINTS:
        return []
    drafts = story.enclosed(history.effective(desk.ledger.events(reply.request.id)))
    verb = "Attach" if reply.letter.route == Route.EMAIL and reply.to else "Enclose"
    return [f"{verb}: {desk.home / draft.evidence[-1].path}" for draft in drafts if draft.evidence]
