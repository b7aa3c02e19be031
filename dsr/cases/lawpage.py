"""A law on paper: one pack as a page with every number, its article and its source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dsr.cases import wording
from dsr.law.periods import spell
from dsr.law.rules import Citation, ClockRule, Counting, Effect, Pack, Roll, Statement, Stop

_ROLLS = {
    Roll.NONE: "stays where it falls, also on a weekend or holiday",
    Roll.WEEKEND: "moves off weekends and public holidays to the next working day",
    Roll.SUNDAY: "moves off Sundays and public holidays only",
}
_STOPS = {
    Stop.PAUSE: "the period stands still from the question to the answer, both days included",
    Stop.RESTART: "the period begins anew with the answer",
}
_ASKS = {"identity": "identity asked for", "fee": "fee asked for", "clarification": "question to you"}
_ABOUT = {"fee": "Fee", "agent": "Agents", "identity": "Identity", "refusal": "Refusal", "court": "Court"}
_DAYS = {"mon": "Monday", "tue": "Tuesday", "wed": "Wednesday", "thu": "Thursday", "fri": "Friday", "sat": "Saturday",
         "sun": "Sunday"}  # fmt: skip


def page(pack: Pack) -> str:
    """The whole law, ready to be read from top to bottom."""
    parts = [_head(pack), _rights(pack), _clocks(pack), _counting(pack, pack.counting), _further(pack), _notes(pack)]
    return "\n\n".join("\n".join(part) for part in map(list, parts) if part)


def source(pack: Pack, rule: Citation) -> str:
    """Article and URL of a rule; what nobody re-read is marked, with the request to check it there."""
    mark = "" if pack.sure(rule).firm else "  [unverified: check it there]"
    return f"{rule.article}  {rule.url}{mark}"


def _field(label: str, text: str) -> str:
    return f"  {label and label + ':':<14} {text}"


def _head(pack: Pack) -> Iterator[str]:
    yield f"{pack.id}: {pack.short}"
    yield pack.name
    yield _field("Also called", ", ".join(pack.aliases) or "-")
    yield _field("Protects", f"people who live in {_places(pack.territory)}")
    if pack.establishment:
        yield _field("And binds", f"companies established in {_places(pack.establishment)}, wherever the person lives")
        if pack.establishment_rule:
            yield _field("", source(pack, pack.establishment_rule))
    if pack.narrow:
        yield _field("Only", pack.narrow)
    yield _field("In force", wording.in_force(pack))
    mark = "" if pack.confidence.firm else ": nothing here is verified; check each source before you rely on it"
    yield _field("Confidence", f"{pack.confidence}{mark}; checked on {spell(pack.checked_on)}")
    yield "  This is a summary by a machine for people, not legal advice; the text of the law decides."


def _places(groups: Iterable[str]) -> str:
    eea = "the EEA (the 27 states of the Union, Iceland, Liechtenstein and Norway)"
    return ", ".join(eea if group == "EEA" else group for group in groups)


def _rights(pack: Pack) -> Iterator[str]:
    yield "RIGHTS"
    for right, rule in pack.rights.items():
        words = f" (also: {', '.join(rule.aliases)})" if rule.aliases else ""
        yield f"  {right}{words}"
        yield f"      {source(pack, rule)}"
        if rule.answer:
            yield f"      answer: {rule.answer}; the law has no number"
        if rule.guide:
            yield f"      as a guide, not a period of the law: {rule.guide.period}. {source(pack, rule.guide)}"
    for duty, said in pack.duties.items():
        yield f"  owed besides: {duty}"
        yield f"      {said.says}. {source(pack, said)}"
    for absent, said in pack.absent.items():
        yield f"  not given: {absent}"
        yield f"      {said.says}. {source(pack, said)}"


def _clocks(pack: Pack) -> Iterator[str]:
    yield "PERIODS"
    for clock in pack.clock:
        yield f"  {clock.kind}: {clock.period} ({_whose(clock)}){_for(pack, clock)}"
        yield f"      {source(pack, clock)}"
        yield f"      starts: {_starts(clock)}"
        yield from (f"      {line}" for line in _changes(pack, clock))


def _whose(clock: ClockRule) -> str:
    return {"controller": "the company's", "subject": "yours: missing it can cost the right", "authority": "the authority's"}[
        clock.whose
    ]  # fmt: skip


def _for(pack: Pack, clock: ClockRule) -> str:
    words = f"; also called {', '.join(clock.aliases)}" if clock.aliases else ""
    everything = not set(pack.rights) - set(clock.rights)
    rights = ", for every right" if everything else f", for {', '.join(clock.rights)}" if clock.rights else ""
    here = "" if clock.residence == ("*",) else f", for people in {', '.join(clock.residence)}"
    return f"{rights}{here}{words}"


def _starts(clock: ClockRule) -> str:
    kinds = " or ".join(f"'{kind}'" for kind in clock.starts)
    silent = f"the end of '{clock.after_silence}' without an answer" if clock.after_silence else ""
    return f"{' or '.join(filter(None, (kinds, silent)))}; {counted_from(clock)}"


def counted_from(clock: ClockRule) -> str:
    """What becomes of the day, or the hour, on which a clock starts."""
    if clock.period.hours:
        return "counted from that hour"
    return "counted from the day after" if clock.begins == "day-after" else "the day itself is not counted"


def _changes(pack: Pack, clock: ClockRule) -> Iterator[str]:
    """What makes this clock longer, shorter, stop or not run."""
    if clock.in_force_from or clock.in_force_until:
        since = f"from {spell(clock.in_force_from)}" if clock.in_force_from else ""
        until = f"until {spell(clock.in_force_until)}" if clock.in_force_until else ""
        yield f"this version holds {' '.join(filter(None, (since, until)))}"
    if clock.only_for:
        yield f"only: {clock.only_for}"
    yield from _lengths(pack, clock)
    yield from _stops(pack, clock)
    if clock.unless:
        yield f"does not run once there is {' or '.join(clock.unless)}"
    if clock.counting:
        yield from (f"counted apart: {line.strip()}" for line in list(_counting(pack, clock.counting))[1:])
    if clock.note:
        yield f"note: {clock.note}"


def _lengths(pack: Pack, clock: ClockRule) -> Iterator[str]:
    if longer := clock.extension:
        how = f"to {longer.period} in all from the same start" if longer.period else "to a date that the company names"
        told = f"valid if told {longer.tell} by the first due date"
        yield f"may be extended {how}; {told}. {source(pack, longer)}"
    if more := clock.longer:
        yield f"{more.period} {more.when}; this moves the latest date only. {source(pack, more)}"
    if cap := clock.cap:
        starts = " or ".join(f"'{kind}'" for kind in cap.starts)
        yield f"ends at the latest {cap.period} from {starts}. {source(pack, cap)}"


def _stops(pack: Pack, clock: ClockRule) -> Iterator[str]:
    for name, label in _ASKS.items():
        if effect := getattr(clock, name):
            yield f"{label}: {_effect(effect)}. {source(pack, effect)}"
            for place, statute in effect.statutory.items():
                yield f"  in {place} by statute: {source(pack, statute)}"


def _effect(effect: Effect) -> str:
    rights = f", for {', '.join(effect.rights)} only" if effect.rights else ""
    contested = "; not in the law's own text, you may contest it" if effect.contested else ""
    latest = "; moves the latest date only" if effect.latest_only else ""
    return f"{_STOPS[effect.effect]}{rights}{contested}{latest}"


def _counting(pack: Pack, counting: Counting) -> Iterator[str]:
    yield "COUNTING"
    weekend = " and ".join(_DAYS[day] for day in counting.weekend) or "no day of the week"
    kept = "where the company sits, for your own limits where you live"
    if counting.holidays == "country":
        kept = "of the whole country"
    yield f"  The last day {_ROLLS[counting.roll]}. {source(pack, counting)}"
    if counting.roll_latest:
        yield f"  For the latest date it {_ROLLS[counting.roll_latest]}."
    yield f"  Not working days: {weekend}, and the public holidays {kept}."
    for closed in counting.closed:
        yield f"  Nor {closed.name} ({closed.first} to {closed.last}). {source(pack, closed)}"


def _further(pack: Pack) -> Iterator[str]:
    yield "COMPLAINT, FEE, AGENT, COURT"
    complaint = pack.complaint
    first = f"; first: {complaint.first}" if complaint.first else ""
    limit = f"; limit: {complaint.limit}" if complaint.limit else ""
    note = f"; {complaint.note}" if complaint.note else ""
    yield f"  Complaint: {complaint.authority} ({complaint.site}){note}{first}{limit}"
    yield f"      {source(pack, complaint)}"
    for name, label in _ABOUT.items():
        said: Statement | None = getattr(pack, name)
        if said:
            yield f"  {label}: {said.says}"
            yield f"      {source(pack, said)}"


def _notes(pack: Pack) -> Iterator[str]:
    if pack.notes:
        yield "NOTES"
        yield from (f"  - {note}" for note in pack.notes)
