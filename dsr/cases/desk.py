"""What a use case works with: the store, the person, the time and whether this is a rehearsal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from dsr.errors import MissingField
from dsr.model import Event, EventKind, Evidence, Person, Promise, Route, Subject
from dsr.store import Ledger

if TYPE_CHECKING:
    from dsr.speech import Speech

MADE_UP = Subject(
    id="me",
    name="Ada Example",
    emails=("ada@example.org",),
    residence="DE-BE",
    language="en",
    accounts={"openai": "ada@example.org"},
)


class Desk(Struct, frozen=True, kw_only=True):
    """One command's tools. `now` gives aware UTC instants; `today` is the civil date where the person is."""

    home: Path
    ledger: Ledger
    person: Person
    now: Callable[[], datetime]
    today: date
    yes: bool = False
    rehearsal: bool = False

    def subject(self) -> Subject:
        """The person of this store. Raises MissingField where there is no profile; a rehearsal has a made-up person."""
        subjects = self.ledger.subjects()
        if subjects:
            return subjects[0]
        if self.rehearsal:
            self.ledger.put_subject(MADE_UP)
            return MADE_UP
        error = MissingField("data: there is none yet", "every request", "")
        error.message, error.hint = "there is no profile yet, and a request needs one", "dsr profile init"
        raise error

    def speech(self) -> Speech:
        """How the person of this store is spoken to; in English where there is no profile."""
        from dsr.speech import Speech

        found = self.ledger.subjects()
        return Speech(found[0].language, found[0].residence) if found else Speech("")

    def command(self, line: str) -> str:
        """A command to tell the person, as it must be typed at this desk."""
        return f"{line} --rehearse" if self.rehearsal else line

    def agreed(self, question: str) -> bool:
        """The one question before an act; `--yes` has answered it beforehand."""
        return self.yes or self.person.confirm(question)

    def event(
        self,
        kind: EventKind,
        on: date | None = None,
        *,
        by: str = "dsr",
        route: Route | None = None,
        note: str = "",
        data: dict[str, str] | None = None,
        promises: tuple[Promise, ...] = (),
        evidence: tuple[Evidence, ...] = (),
        corrects: int | None = None,
    ) -> Event:
        """An event of this moment, dated today unless another day is given."""
        return Event(
            kind=kind,
            on=on or self.today,
            recorded_at=self.now(),
            by=by,
            route=route,
            note=note,
            data=data or {},
            promises=promises,
            evidence=evidence,
            corrects=corrects,
        )
