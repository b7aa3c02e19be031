"""What needs the person now, and what a scheduled run announces: functions of the cases and a day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from msgspec import Struct

from dsr.cases import clock, history
from dsr.cases.desk import Desk
from dsr.law.periods import spell
from dsr.model import Deadline, Event, EventKind, Request, Right, Route

K = EventKind
_POST_TAKES = timedelta(days=7)  # when dsr asks whether a letter arrived; not a rule of any law
_OWN_LIMIT = timedelta(days=30)
_COMMANDS = {Right.ACCESS: "request-export", Right.ERASURE: "request-deletion", Right.TRAINING_OPT_OUT: "opt-out"}


class Item(Struct, frozen=True, kw_only=True):
    """One line of `dsr next`. `needs_you` is False for what is only waited for; `command` does it."""

    case: str
    what: str
    why: str
    command: str
    by: date | None = None
    needs_you: bool = True


class Stage(Struct, frozen=True, kw_only=True):
    """A stage that a deadline has reached: `week`, `day`, `due` or `passed`; announced once for that due date."""

    case: str
    kind: str
    stage: str
    due: date
    text: str


def front_door(request: Request) -> str:
    """The command that carries a case on."""
    name = _COMMANDS.get(request.right)
    return f"dsr {name} {request.controller}" if name else f"dsr show {request.id}"


def items(request: Request, events: Sequence[Event], on: date) -> Iterator[Item]:
    """What one case asks of the person on a day, most urgent first, then what it waits for."""
    now = history.effective(events)
    dates = clock.of_case(request, now).deadlines
    yield from _own_limits(request, dates, on)
    if history.settled(now):
        return
    yield from _run_items(request, now)
    yield from _asked_items(request, now)
    yield from _letter_items(request, now, on)
    yield from _link_items(request, now, dates)
    yield from _clock_items(request, dates, on)


def _run_items(request: Request, events: Sequence[Event]) -> Iterator[Item]:
    turn = history.last(events, K.RUN_UNKNOWN, K.RUN_STOPPED, K.SUBMITTED, K.ACCEPTED, K.SENT, K.VERIFIED, K.DRAFTED)
    if turn and turn.kind == K.RUN_UNKNOWN:
        why = turn.note or "dsr was interrupted while pressing; nobody but you can find out whether it went through"
        yield Item(case=request.id, what="settle an unknown run", why=why, command=front_door(request))
    if turn and turn.kind == K.RUN_STOPPED:
        yield Item(case=request.id, what="carry a stopped run on", why=turn.note, command=front_door(request))
    if turn and turn.kind == K.DRAFTED and turn.route == Route.SETTINGS:
        why = "it was begun and never ended; dsr looks first, before it presses anything"
        yield Item(case=request.id, what="carry an interrupted run on", why=why, command=front_door(request))


_ASKED = (
    (K.IDENTITY_REQUESTED, K.IDENTITY_GIVEN, "answer the identity check", "identity-given"),
    (K.FEE_REQUESTED, K.FEE_PAID, "decide on the fee", "fee-paid"),
    (K.CLARIFICATION_REQUESTED, K.CLARIFIED, "answer the company's question", "clarified"),
)


def _asked_items(request: Request, events: Sequence[Event]) -> Iterator[Item]:
    for asked, given, what, word in _ASKED:
        question, answer = history.last(events, asked), history.last(events, given)
        if question and (answer is None or answer.seq < question.seq):
            why = f"asked on {spell(question.on)}; the clock may stand still until you answer"
            yield Item(case=request.id, what=what, why=why, command=f"dsr log {request.id} {word}")


def _letter_items(request: Request, events: Sequence[Event], on: date) -> Iterator[Item]:
    for route in (Route.EMAIL, Route.POST):
        draft = history.last([event for event in events if event.route == route], K.DRAFTED)
        sent = history.last([event for event in events if event.route == route], K.SENT)
        bounce = history.last(events, K.BOUNCED)
        if draft and sent is None:
            why = f"the letter of {spell(draft.on)} is written and not sent"
            command = f"dsr log {request.id} sent --via {route}"
            yield Item(case=request.id, what=f"send the letter by {route} and log it", why=why, command=command)
        if sent and bounce and bounce.seq > sent.seq and draft and draft.seq < bounce.seq:
            yield Item(
                case=request.id,
                what="take another route",
                why=f"the letter by {route} bounced on {spell(bounce.on)}",
                command=f"{front_door(request)} --via {Route.POST if route == Route.EMAIL else Route.EMAIL}",
            )
        if sent and route == Route.POST and not history.last(events, K.RECEIVED) and on >= sent.on + _POST_TAKES:
            why = f"posted on {spell(sent.on)}; the law's clock starts at receipt, which is not logged"
            command = f"dsr log {request.id} received --on DATE"
            yield Item(case=request.id, what="find out when the letter arrived", why=why, command=command)


def _link_items(request: Request, events: Sequence[Event], dates: Sequence[Deadline]) -> Iterator[Item]:
    link = history.last(events, K.LINK_RECEIVED)
    if link is None or history.last(events, K.DOWNLOADED):
        return
    expiry = next((deadline for deadline in dates if deadline.kind == "link-expires"), None)
    why = f"the link came on {spell(link.on)}" + (f"; {expiry.reason}" if expiry else "")
    command = f"dsr log {request.id} downloaded"
    yield Item(case=request.id, what="download the export", why=why, command=command, by=expiry and expiry.due)


def _clock_items(request: Request, dates: Sequence[Deadline], on: date) -> Iterator[Item]:
    for deadline in dates:
        if deadline.whose == "subject" or not history.binding(deadline):
            continue
        late = deadline.latest < on
        if late and deadline.basis == "promise":
            command = f"{front_door(request)} --via email"
            what, why = "ask formally: the promise was not kept", deadline.reason
        elif late:
            command = f"dsr log {request.id} reminded"
            what, why = f"remind {request.controller}: its time is over", f"{deadline.reason} ({deadline.article})"
        else:
            command = f"dsr show {request.id}"
            what, why = f"wait for {request.controller} ({deadline.kind})", f"{deadline.reason} ({deadline.article})"
        yield Item(case=request.id, what=what, why=why, command=command, by=deadline.latest, needs_you=late)


def _own_limits(request: Request, dates: Sequence[Deadline], on: date) -> Iterator[Item]:
    for deadline in dates:
        if deadline.whose == "subject" and deadline.basis == "law" and on <= deadline.due <= on + _OWN_LIMIT:
            why = f"{deadline.reason} ({deadline.article}); after it your right to complain is lost"
            what = "decide whether to complain"
            command = f"dsr show {request.id}"
            yield Item(case=request.id, what=what, why=why, command=command, by=deadline.due)


def stages(request: Request, events: Sequence[Event], on: date) -> Iterator[Stage]:
    """The furthest stage that each binding deadline of a case has reached on a day."""
    now = history.effective(events)
    if history.settled(now):
        return
    for deadline in clock.of_case(request, now).deadlines:
        if not history.binding(deadline):
            continue
        left = (deadline.due - on).days
        if on > deadline.latest:
            stage, told = "passed", f"is over since {spell(deadline.latest)}"
        elif left <= 0:
            stage, told = "due", f"was due on {spell(deadline.due)}" if left else "is due today"
        elif left <= 1:
            stage, told = "day", "is due tomorrow"
        elif left <= 7:
            stage, told = "week", f"is due in {left} days, on {spell(deadline.due)}"
        else:
            continue
        who = "your own limit" if deadline.whose == "subject" else f"{request.controller}'s {deadline.kind}"
        text = f"{request.id}: {who} {told} ({deadline.article})"
        yield Stage(case=request.id, kind=deadline.kind, stage=stage, due=deadline.due, text=text)


def announce(desk: Desk) -> tuple[list[Stage], list[Item]]:
    """What a scheduled run has to say: the stages reached and never announced before, and all that needs the person."""
    known = desk.ledger.announced()
    news: list[Stage] = []
    needs: list[Item] = []
    for request, events in desk.ledger.cases():
        needs += [item for item in items(request, events, desk.today) if item.needs_you]
        for stage in stages(request, events, desk.today):
            mark = (stage.case, stage.kind, stage.stage, stage.due.isoformat())
            if mark not in known and desk.ledger.announce(stage.case, stage.kind, stage.stage, stage.due, desk.now()):
                news.append(stage)
    return news, needs
