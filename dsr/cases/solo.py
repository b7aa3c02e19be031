"""Run one playbook without a case: the same preview, guards and journal as in a case, kept under a key for what is run.

The key is the playbook's id, wish and origins with the account, so that a file that was moved or edited is still the one
whose earlier run may have pressed something.
"""

from __future__ import annotations

import hashlib
import re
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import Struct, structs

from dsr import registry
from dsr.browser import states
from dsr.browser.outcome import Report, Timing
from dsr.cases import guards, runs, terms
from dsr.cases.desk import Desk
from dsr.cases.runs import Piece
from dsr.errors import BadData, BadFile, MissingField, PersonNeeded, UsageError
from dsr.model import Outcome, Subject
from dsr.playbook import checklist
from dsr.playbook.checks import acts, is_local
from dsr.playbook.schema import ConfirmText, Effect, Ensure, Fill, Playbook, Service, Terms
from dsr.playbook.shelf import Entry
from dsr.store import PastRun

Settled = Literal["went", "failed"]
_DOUBT = "an earlier run of this playbook may have pressed, and dsr cannot tell whether it went through"


class Solo(Struct, frozen=True):
    """A playbook to be run without a case, on the piece's terms; `typed` is how the person named it."""

    desk: Desk
    entry: Entry
    piece: Piece
    key: str
    typed: str

    def command(self, options: str) -> str:
        """A command on the same playbook, as it must be typed at this desk."""
        return self.desk.command(f"dsr playbook run {self.typed} {options}")


def prepared(
    desk: Desk,
    entry: Entry,
    book: Playbook,
    service: Service | None,
    *,
    typed: str,
    wish: str = "",
    headless: bool = False,
    state: Path | None = None,
    evidence: bool = True,
    timing: Timing | None = None,
) -> Solo:
    """Everything that is known before anything happens. Raises BadFile, BadData."""
    if state:
        states.read_state(state)  # what is wrong with it is said before anything is asked or opened
    known = _with_terms(service, entry) if service else _alone(entry, book)
    if book.verify.by == "account-gone" and not (service and service.signed_in):
        raise BadFile(
            entry.path, "verify.by 'account-gone' needs a service.toml beside it, with signed_in and signed_out"
        )
    slug = _file_name(known.controller)
    local = all(is_local(origin) for origin in book.origins)
    if desk.rehearsal and local:
        raise BadData(f"{book.id} acts on a site on this machine, which no rehearsal plays", "leave --rehearse out")
    own = entry.own or service is None
    piece = Piece(
        book=book,
        service=known,
        subject=_subject(desk),
        slug=slug,
        headless=headless,
        timing=timing,
        evidence=evidence,
        profile=slug if service else _file_name(book.id),
        rehearsal=entry.path.parent / "rehearsal" if own else None,
        state=state,
    )
    account = piece.subject.account(slug)
    mark = msgspec.json.encode([book.id, wish, sorted(book.origins), account.casefold()])
    key = f"{_file_name(book.id)}-{hashlib.sha256(mark).hexdigest()[:12]}"
    return Solo(desk, entry, piece, key, typed)


def _file_name(text: str) -> str:
    """A text as it may name a folder: no path, no surprise."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:60] or "playbook"


def _alone(entry: Entry, book: Playbook) -> Service:
    """The service of a file that stands alone. What the terms of a foreign site say is then unknown, which is not allowed."""
    host = ", ".join(origin.partition("://")[2] for origin in book.origins)
    own = all(is_local(origin) for origin in book.origins)
    return Service(
        schema=1,
        controller=book.id.partition("/")[0],
        name=host,
        sign_in=book.verify.goto or f"{book.origins[0]}/",
        terms=_unread(entry, own=own),
    )


def _with_terms(service: Service, entry: Entry) -> Service:
    """A service whose terms are known somewhere; without any, and of a company that is not on record, they are unread."""
    if service.terms is not None or service.controller in registry.slugs():
        return service
    return structs.replace(service, terms=_unread(entry, own=False))


def _unread(entry: Entry, *, own: bool) -> Terms:
    clause = "no service.toml beside the playbook says what the site's terms say about automatic use"
    return Terms(
        automation="allowed" if own else "unclear", clause=clause, source=str(entry.path.parent), date=date.min
    )


def _subject(desk: Desk) -> Subject:
    """The person of this store; nobody where there is no profile, which is enough for a playbook that types nothing."""
    found = desk.ledger.subjects()
    return desk.subject() if found or desk.rehearsal else Subject(id="me")


def _check_profile(piece: Piece) -> None:
    known = guards.fields(piece.subject, piece.slug)
    wanted = {step.field for step in piece.book.step if isinstance(step, Fill | ConfirmText)}
    wanted |= {"account"} if piece.book.effect == Effect.DESTRUCTIVE else set()
    for field in sorted(wanted - known.keys()):
        example = "email you@example.org" if field == "account" else f"{field} ..."
        raise MissingField(field, f"{piece.book.id}", example)


def run(solo: Solo, settled: Settled | None = None) -> tuple[Report, dict[str, Any]]:
    """Settle what an earlier run left open, preview, ask, run. Returns the report and, in a rehearsal, the played site's
    state and counts. `settled` is the person's word on the earlier run.

    Raises PersonNeeded, BadData, MissingField, NoBrowser, StoreLocked, SiteDown, UsageError, Interrupted.
    """
    desk, piece = solo.desk, solo.piece
    _check_profile(piece)
    earlier = desk.ledger.solo_runs(solo.key)
    entry = desk.ledger.newest_entry(solo.key, piece.book.id)
    opened = _left_open(earlier)
    if settled and opened is None:
        raise UsageError(f"no earlier run of {piece.book.id} is open, so there is nothing to settle", "leave it out")
    _preview(solo)
    if opened and (report := _settle(solo, opened, settled)):
        return report, {}
    dated = terms.of(piece.service).date.isoformat()
    consent = guards.agreed(
        desk,
        piece.subject,
        piece.slug,
        piece.book,
        piece.service,
        headless=piece.headless,
        confirmed=any(one.terms == dated for one in earlier),
    )
    if consent is None:
        return Report(outcome=Outcome.DECLINED, note="nothing was done"), {}
    piece = structs.replace(piece, assisted=consent.assisted)
    report, played = _play(solo, piece, entry, consent.data.get("terms", ""))
    if opened and report.outcome in (Outcome.ALREADY_DONE, Outcome.VERIFIED):
        desk.ledger.end_solo(opened.id, Outcome.VERIFIED)
    return report, played


def _play(solo: Solo, piece: Piece, entry: int, terms: str = "") -> tuple[Report, dict[str, Any]]:
    desk = solo.desk
    journal = desk.ledger.begin_solo(solo.key, piece.book.id, terms, desk.now)
    alone = partial(runs.unpressed, desk, solo.key, piece.book.id, entry)
    report, played = runs.on_stage(desk, piece, runs.performer(desk, piece, journal, alone))
    journal.end(report.outcome)
    return report, played


def _preview(solo: Solo) -> None:
    """As in a case; of a file that does not say what it does, its steps are shown."""
    desk, piece = solo.desk, solo.piece
    book = piece.book
    if not book.does:
        for line in checklist.checklist(book):
            desk.person.tell(f"  {line}")
        book = structs.replace(book, does=f"does the steps of {solo.entry.path.name}")
    guards.preview(desk, piece.subject, piece.slug, book, piece.service)


def _left_open(earlier: list[PastRun]) -> PastRun | None:
    """The last run that may have pressed something, if it never ended or ended in doubt."""
    pressed = [one for one in earlier if one.pressed]
    return pressed[-1] if pressed and pressed[-1].outcome in ("", Outcome.UNKNOWN) else None


def _settle(solo: Solo, opened: PastRun, settled: Settled | None) -> Report | None:
    """What the earlier run came to; None: dsr may go on. Switches are read before they are turned, so a playbook of nothing
    else looks by itself; for a press a look can only say yes, and otherwise the person must."""
    desk, book = solo.desk, solo.piece.book
    if settled is None:
        if all(isinstance(step, Ensure) for step in acts(book)):
            return None
        if book.verify.by == "page" and book.verify.goto and (report := _looked(solo)):
            desk.ledger.end_solo(opened.id, Outcome.VERIFIED)
            return report
        try:
            went = desk.person.confirm(f"{_DOUBT[0].upper()}{_DOUBT[1:]}. Did it go through, as far as you know?")
        except PersonNeeded:
            how = f"if it did: {solo.command('--settled went')}; if not: {solo.command('--settled failed')}"
            return Report(outcome=Outcome.UNKNOWN, note=f"{_DOUBT}. Did it go through? {how}")
    else:
        went = settled == "went"
    desk.ledger.end_solo(opened.id, Outcome.ACCEPTED if went else Outcome.NEEDS_PERSON)
    return Report(outcome=Outcome.ACCEPTED, note="settled by you: it went through") if went else None


def _looked(solo: Solo) -> Report | None:
    """What a look at the page of `verify` says of the earlier run, pressing nothing; None where it does not show it."""
    look = structs.replace(solo.piece.book, effect=Effect.READ, step=())
    entry = solo.desk.ledger.newest_entry(solo.key, look.id)
    report, _ = _play(solo, structs.replace(solo.piece, book=look), entry)
    if report.outcome != Outcome.ALREADY_DONE:
        return None
    return structs.replace(report, outcome=Outcome.VERIFIED, note=f"an interrupted run is settled: {report.note}")
