"""What an identity check, a fee or a question does to a running clock: restart it, let it pause, or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta

from msgspec import Struct

from dsr import places
from dsr.errors import BadDate
from dsr.law import periods
from dsr.law.periods import Calendar, spell
from dsr.law.rules import Citation, ClockRule, Effect, Stop
from dsr.model import EventKind, Right

_ASKED_GIVEN = {
    "identity": (EventKind.IDENTITY_REQUESTED, EventKind.IDENTITY_GIVEN),
    "fee": (EventKind.FEE_REQUESTED, EventKind.FEE_PAID),
    "clarification": (EventKind.CLARIFICATION_REQUESTED, EventKind.CLARIFIED),
}
ASKED = frozenset(asked for asked, _ in _ASKED_GIVEN.values())
_ONE_DAY = timedelta(days=1)


class Mark(Struct, frozen=True):
    """One thing that happened, as far as a clock cares: an event kind and its civil date at the controller.

    `at` is the aware instant in the controller's zone, where it is known; only periods in hours look at it.
    """

    kind: EventKind
    on: date
    at: datetime | None = None


class Standing(Struct, frozen=True):
    """Where a clock stands after all that stopped it.

    `start` is where the main reading counts from, `late` where the latest one does. `firm` days do not count in any reading,
    `contested` ones not unless the person denies the pause, `latest_only` ones only in the latest reading. `open`: the stop
    that still waits for the person, since when. `rules`: the effects that were applied.
    """

    start: date
    late: date
    firm: frozenset[date] = frozenset()
    contested: frozenset[date] = frozenset()
    latest_only: frozenset[date] = frozenset()
    open: tuple[Citation, date, bool] | None = None
    rules: tuple[Citation, ...] = ()


class _Pause(Struct, frozen=True):
    """One stop: from the question to the answer (None: still open), and the rule that it rests on."""

    asked: date
    given: date | None
    effect: Effect
    rule: Citation
    contested: bool


def in_order(marks: Sequence[Mark]) -> None:
    """Refuses a history that cannot have been: something before the receipt, or an answer before its question.

    Raises BadDate, naming both events. `marks` are in order of date.
    """
    received = next((mark for mark in marks if mark.kind == EventKind.RECEIVED), None)
    for mark in marks:
        if received and mark.on < received.on:
            raise BadDate(mark.on.isoformat(), f"({mark.kind}) lies before the receipt on {received.on}", _ORDER)
    for asked, given in _ASKED_GIVEN.values():
        question = next((mark for mark in marks if mark.kind == asked), None)
        answer = next((mark for mark in marks if mark.kind == given), None)
        if question and answer and answer.on < question.on:
            raise BadDate(answer.on.isoformat(), f"({given}) lies before '{asked}' on {question.on}", _ORDER)


_ORDER = "give the dates in the order in which things happened"


def standing(
    clock: ClockRule,
    start: date,
    marks: Sequence[Mark],
    right: Right | None,
    place: str,
    calendar: Calendar,
    *,
    deny: bool,
) -> Standing | str:
    """How far the clock was stopped; a sentence where the period has not begun because something is awaited.

    `deny`: the person denies contested pauses. `calendar` counts the working days of the latest reading.
    """
    begun = _restarted(clock, start, marks, right)
    if isinstance(begun, str):
        return begun
    days: dict[str, set[date]] = {"firm": set(), "contested": set(), "latest_only": set()}
    rules = list(begun.rules)
    for pause in sorted(_pauses(clock, marks, right, place), key=lambda pause: pause.asked):
        over = periods.end(begun.late, clock.period, calendar) + timedelta(days=len(set().union(*days.values())))
        if pause.asked > over:
            continue  # asked after the period was over: it stops nothing
        if pause.given is None:
            if not (pause.contested and deny):
                return _with(begun, days, rules, (pause.rule, pause.asked, pause.contested))
            continue
        first = max(pause.asked, begun.start + _ONE_DAY)
        kind = "latest_only" if pause.effect.latest_only else "contested" if pause.contested else "firm"
        days[kind].update(first + timedelta(days=n) for n in range((pause.given - first).days + 1))
        rules.append(pause.rule)
    return _with(begun, days, rules, begun.open)


def _with(
    begun: Standing, days: dict[str, set[date]], rules: list[Citation], still: tuple[Citation, date, bool] | None
) -> Standing:
    firm, contested = frozenset(days["firm"]), frozenset(days["contested"] - days["firm"])
    late = frozenset(days["latest_only"]) - firm - contested
    return Standing(begun.start, begun.late, firm, contested, late, still, tuple(rules))


def _restarted(clock: ClockRule, start: date, marks: Sequence[Mark], right: Right | None) -> Standing | str:
    """The latest of receipt, identity, fee and answered question where these restart the period (UK GDPR Art. 12A(2));
    a sentence while one is awaited."""
    late, rules = start, []
    still: tuple[Citation, date, bool] | None = None
    for name, effect in _effects(clock, right, Stop.RESTART):
        asked, given = _ASKED_GIVEN[name]
        asks = [mark.on for mark in marks if mark.kind == asked]
        answers = [mark.on for mark in marks if mark.kind == given]
        if not asks:
            continue  # what was given unasked restarts nothing
        if answers and answers[-1] >= asks[-1]:
            late = max(late, answers[-1])
            start = start if effect.latest_only else max(start, answers[-1])
            rules.append(effect)
        elif effect.latest_only:
            still = (effect, asks[-1], True)
        else:
            return (
                f"{clock.kind}: no date yet; the period begins when the {name} asked for on {spell(asks[-1])}"
                f" has reached the controller ({effect.article})"
            )
    return Standing(start, late, open=still, rules=tuple(rules))


def _effects(clock: ClockRule, right: Right | None, stop: Stop) -> Iterator[tuple[str, Effect]]:
    """The stops of that kind which this clock knows for the right."""
    for name in _ASKED_GIVEN:
        effect: Effect | None = getattr(clock, name)
        if effect is not None and effect.effect == stop and (not effect.rights or right in effect.rights):
            yield name, effect


def _pauses(clock: ClockRule, marks: Sequence[Mark], right: Right | None, place: str) -> Iterable[_Pause]:
    for name, effect in _effects(clock, right, Stop.PAUSE):
        statute = next((rule for group, rule in effect.statutory.items() if places.covers(group, place)), None)
        rule, contested = statute or effect, effect.contested and statute is None
        asked, given = _ASKED_GIVEN[name]
        open_on: date | None = None
        for mark in marks:
            if mark.kind == asked and open_on is None:
                open_on = mark.on
            elif mark.kind == given and open_on is not None:
                yield _Pause(open_on, mark.on, effect, rule, contested)
                open_on = None
        if open_on is not None:
            yield _Pause(open_on, None, effect, rule, contested)
