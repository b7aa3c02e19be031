"""What needs the person now, and what a scheduled run announces: functions of the cases and a day.

Of the day nothing is asked but whether another day is reached, through `Today`: so each answer comes with the day until which
it holds. Words that change daily ("due in 3 days") are left to `reminding`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from dsr.cases import clock, history, pending, stages
from dsr.cases.outlook import Item, Outlook
from dsr.cases.stages import OWN_LIMIT, Today
from dsr.law.periods import spell
from dsr.model import Deadline, Event, EventKind, Request, Right, Route

K = EventKind
_POST_TAKES = timedelta(days=7)  # when dsr asks whether a letter arrived; not a rule of any law
_REMINDER_TAKES = timedelta(days=14)  # what a company is given to answer a reminder; not a rule of any law
_COMMANDS = {Right.ACCESS: "request-export", Right.ERASURE: "request-deletion", Right.TRAINING_OPT_OUT: "opt-out"}


def front_door(request: Request) -> str:
    """The command that carries a case on."""
    return door(request.right, request.controller)


def door(right: Right, controller: str) -> str:
    """The command that asks a company for a right."""
    return f"dsr {_COMMANDS.get(right, f'request {right}')} {controller}"


def look(request: Request, events: Sequence[Event], on: date) -> Outlook:
    """What one case asks of the person on a day, most urgent first, then what it waits for; the stages reached; and the days
    on which all of that is the same."""
    now, today = history.effective(events), Today(on)
    dates = clock.of_case(request, now).deadlines
    found = tuple(_items(request, now, dates, today))
    reached = (*stages.of_dates(request, now, dates, today), *stages.of_items(found))
    return Outlook(found, reached, since=on, until=today.until)


def items(request: Request, events: Sequence[Event], on: date) -> Sequence[Item]:
    """The items of `look`."""
    return look(request, events, on).items


def _items(request: Request, now: list[Event], dates: Sequence[Deadline], today: Today) -> Iterator[Item]:
    written = {draft.data["logs"] for draft in pending.unsent(now)}
    if not history.ended(now):
        yield from pending.items(request, now)
    now = pending.without(now)
    yield from _own_limits(request, now, dates, today)
    yield from _recheck_items(request, now, today)
    if history.settled(now):
        return
    yield from _run_items(request, now)
    if any(event.kind in _QUESTIONS for event in now):
        yield from _asked_items(request, now, written)
    yield from _letter_items(request, now, today)
    yield from _portal_items(request, now)
    yield from _link_items(request, now, dates)
    yield from _clock_items(request, now, dates, today, written=bool(written))


def _run_items(request: Request, events: Sequence[Event]) -> Iterator[Item]:
    turn = history.last(events, K.RUN_UNKNOWN, K.RUN_STOPPED, K.SUBMITTED, K.ACCEPTED, K.SENT, K.VERIFIED, K.DRAFTED)
    if turn and turn.kind == K.RUN_UNKNOWN:
        why = (
            " ".join(turn.note.split())
            or "it was interrupted while pressing; only you can find out whether it went through"
        )
        yield Item(case=request.id, what="settle an unknown run", why=why, command=front_door(request))
    if turn and turn.kind == K.RUN_STOPPED:
        why = " ".join(turn.note.split()) or f"it stopped on {spell(turn.on)}"
        yield Item(case=request.id, what="carry a stopped run on", why=why, command=front_door(request))
    if turn and turn.kind == K.DRAFTED and turn.route == Route.SETTINGS and "hand" in turn.data:
        word = "submitted" if request.right == Right.ACCESS else "verified"
        why, command = f"begun on {spell(turn.on)}; the steps are yours", f"dsr log {request.id} {word} --via settings"
        yield Item(case=request.id, what="do the steps in your settings and log it", why=why, command=command)
    elif turn and turn.kind == K.DRAFTED and turn.route == Route.SETTINGS:
        why = "it was begun and never ended; dsr looks first, before it presses anything"
        yield Item(case=request.id, what="carry an interrupted run on", why=why, command=front_door(request))


def _recheck_items(request: Request, events: Sequence[Event], today: Today) -> Iterator[Item]:
    """A switch or a deletion that was seen is looked at again: from the day that its playbook names, until it is seen again."""
    seen = history.last(events, K.VERIFIED, K.SUBMITTED, K.RUN_UNKNOWN)
    again = seen.data.get("recheck_on", "") if seen and seen.kind == K.VERIFIED else ""
    if not seen or not again or history.ended(events):
        return
    by = date.fromisoformat(again)
    due = today.reached(by)
    what = "look again whether it stayed so" if due else "look again later whether it stayed so"
    why = f"last seen on {spell(seen.on)}; companies change such things"
    scope = " --whole-account" if seen.data.get("playbook", "").endswith("/delete-account") else ""
    command, since = front_door(request) + scope, by if due else None
    yield Item(case=request.id, what=what, why=why, command=command, by=by, needs_you=due, topic="recheck", since=since)


_ASKED = (
    (K.IDENTITY_REQUESTED, K.IDENTITY_GIVEN, "answer the identity check", "identity-given"),
    (K.FEE_REQUESTED, K.FEE_PAID, "decide on the fee", "fee-paid"),
    (K.CLARIFICATION_REQUESTED, K.CLARIFIED, "answer the company's question", "clarified"),
)
_QUESTIONS = frozenset(asked for asked, *_ in _ASKED)


def _asked_items(request: Request, events: Sequence[Event], written: set[str]) -> Iterator[Item]:
    for asked, given, what, word in _ASKED:
        question, answer = history.last(events, asked), history.last(events, given)
        if question and given not in written and (answer is None or answer.seq < question.seq):
            why = f"asked on {spell(question.on)}; the clock may stand still until you answer"
            by_letter = asked == K.IDENTITY_REQUESTED and request.regime
            command = f"dsr reply {request.id} identity" if by_letter else f"dsr log {request.id} {word}"
            yield Item(case=request.id, what=what, why=why, command=command)


_ANEW = (K.DRAFTED, K.SENT, K.SUBMITTED, K.ACCEPTED)


def _letter_items(request: Request, events: Sequence[Event], today: Today) -> Iterator[Item]:
    for route in (Route.EMAIL, Route.POST):
        own = [event for event in events if event.route == route]
        if not own:
            continue
        draft, sent = history.last(own, K.DRAFTED), history.last(own, K.SENT)
        bounce = history.bounced(events, sent) if sent else None
        if draft and (sent is None or draft.seq > sent.seq):
            why = f"the letter of {spell(draft.on)} is written and not sent"
            command = f"dsr log {request.id} sent --via {route}"
            yield Item(case=request.id, what=f"send the letter by {route} and log it", why=why, command=command)
        if bounce and not any(event.seq > bounce.seq and event.kind in _ANEW for event in events):
            yield Item(
                case=request.id,
                what="take another route",
                why=f"the letter by {route} bounced on {spell(bounce.on)}",
                command=f"{front_door(request)} --via {Route.POST if route == Route.EMAIL else Route.EMAIL}",
            )
        arrived = bounce or history.last(events, K.RECEIVED)
        if sent and route == Route.POST and not arrived and today.reached(sent.on + _POST_TAKES):
            why = f"posted on {spell(sent.on)}; the law's clock starts at receipt, which is not logged"
            yield Item(
                case=request.id,
                what="find out when the letter arrived",
                why=why,
                command=f"dsr log {request.id} received --on DATE",
                topic="arrival",
                since=sent.on + _POST_TAKES,
            )


def _portal_items(request: Request, events: Sequence[Event]) -> Iterator[Item]:
    own = [event for event in events if event.route == Route.PORTAL]
    turn = history.last(own, K.DRAFTED, K.SUBMITTED, K.ACCEPTED) if own else None
    if turn and turn.kind == K.DRAFTED:
        why, command = (
            f"begun on {spell(turn.on)}; you fill it in yourself",
            f"dsr log {request.id} submitted --via portal",
        )
        yield Item(case=request.id, what="fill in the form of the portal and log it", why=why, command=command)
    if turn and turn.kind == K.SUBMITTED:
        why = f"submitted on {spell(turn.on)}; the law's clock starts when the portal accepts, which is not logged"
        command = f"dsr log {request.id} accepted --via portal --on DATE"
        yield Item(case=request.id, what="find out whether the portal accepted", why=why, command=command)


def _link_items(request: Request, events: Sequence[Event], dates: Sequence[Deadline]) -> Iterator[Item]:
    link, fetched = history.last(events, K.LINK_RECEIVED), history.last(events, K.DOWNLOADED)
    if link is None or (fetched and fetched.seq > link.seq):
        return
    expiry = next((deadline for deadline in dates if deadline.kind == "link-expires"), None)
    why = f"the link came on {spell(link.on)}" + (f"; {expiry.reason}" if expiry else "")
    command = f"dsr log {request.id} downloaded"
    by, at = (expiry.due, expiry.at or None) if expiry else (None, None)
    yield Item(case=request.id, what="download the export", why=why, command=command, by=by, at=at)


def _clock_items(
    request: Request, events: Sequence[Event], dates: Sequence[Deadline], today: Today, *, written: bool
) -> Iterator[Item]:
    """What a date asks for. `written`: a letter lies ready to be sent, so none is asked for."""
    formal = any(event.kind in _ANEW and event.route not in (None, Route.SETTINGS) for event in events)
    for deadline in dates:
        if deadline.whose == "subject" or not history.binding(deadline):
            continue
        why = f"{deadline.reason} ({deadline.article})"
        if not today.passed(deadline.latest):
            who = "the authority" if deadline.whose == "authority" else request.controller
            what, command = f"wait for {who} ({deadline.kind})", f"dsr show {request.id}"
            yield Item(case=request.id, what=what, why=why, command=command, by=deadline.latest, needs_you=False)
        elif deadline.whose == "authority":
            what, command = "ask the authority how your complaint stands", f"dsr show {request.id}"
            yield Item(case=request.id, what=what, why=why, command=command, by=deadline.latest)
        elif deadline.basis == "promise" and not formal:
            what, command = "ask formally: the promise was not kept", f"{front_door(request)} --via email"
            yield Item(case=request.id, what=what, why=deadline.reason, command=command, by=deadline.latest)
        elif deadline.basis != "promise" and not written:
            yield _late(request, events, deadline, today, why)


def _late(request: Request, events: Sequence[Event], deadline: Deadline, today: Today, why: str) -> Item:
    """A date of the law that the company let pass: remind it, give it some days, then complain; done, it is waited for."""
    steps = [event for event in events if event.on > deadline.latest]
    reminded, complained = history.last(steps, K.REMINDED), history.last(steps, K.COMPLAINED)
    if complained:
        what, command = f"wait for what follows from your complaint ({deadline.kind})", f"dsr show {request.id}"
        return Item(case=request.id, what=what, why=why, command=command, by=complained.on, needs_you=False)
    if reminded and not today.passed(reminded.on + _REMINDER_TAKES):
        what, command = f"wait for {request.controller}'s answer to your reminder", f"dsr show {request.id}"
        until = reminded.on + _REMINDER_TAKES
        return Item(case=request.id, what=what, why=why, command=command, by=until, needs_you=False)
    if reminded:
        what, command = "complain to the authority, or remind again", f"dsr complain {request.id}"
        why = f"reminded on {spell(reminded.on)} without an answer; {why}"
        topic, since = f"unanswered-{deadline.kind}", reminded.on + _REMINDER_TAKES + timedelta(days=1)
        by = deadline.latest
        return Item(case=request.id, what=what, why=why, command=command, by=by, topic=topic, since=since)
    what, command = f"remind {request.controller}: its time is over", f"dsr reply {request.id} reminder"
    return Item(case=request.id, what=what, why=why, command=command, by=deadline.latest)


def _own_limits(request: Request, events: Sequence[Event], dates: Sequence[Deadline], today: Today) -> Iterator[Item]:
    """The person's own limits draw near: until the step is taken or the case is closed."""
    for deadline in dates if not history.ended(events) else ():
        court = stages.to_court(deadline)
        if (
            stages.own(deadline)
            and not stages.taken(deadline, events)
            and today.reached(deadline.due - OWN_LIMIT)
            and not today.passed(deadline.due)
        ):
            why = f"{deadline.reason} ({deadline.article}); after it you no longer can; 'closed' lets it be"
            what = "decide whether to go to court" if court else "decide whether to complain"
            command = f"dsr log {request.id} appealed" if court else f"dsr complain {request.id}"
            yield Item(case=request.id, what=what, why=why, command=command, by=deadline.due)
