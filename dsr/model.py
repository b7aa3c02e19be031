"""The nouns of dsr, frozen: who asks, who must answer, what happened, and by when.

A name ending in `_on` is a civil date, in `_at` an aware UTC instant. The words are those of the GDPR.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from msgspec import UNSET, Struct, UnsetType, field


class Right(StrEnum):
    """What a data subject may ask for, in the words of the GDPR."""

    ACCESS = "access"
    PORTABILITY = "portability"
    RECTIFICATION = "rectification"
    ERASURE = "erasure"
    RESTRICTION = "restriction"
    OBJECTION = "objection"
    TRAINING_OPT_OUT = "training-opt-out"
    MARKETING_OBJECTION = "marketing-objection"
    CONSENT_WITHDRAWAL = "consent-withdrawal"
    AUTOMATED_DECISION = "automated-decision"
    SALE_OPT_OUT = "sale-opt-out"
    LIMIT = "limit"


class Route(StrEnum):
    """How a request travels, in the order in which dsr tries."""

    SETTINGS = "settings"
    PORTAL = "portal"
    EMAIL = "email"
    POST = "post"


class Confidence(StrEnum):
    """How well a fact is founded. Only `high` and `medium` may be asserted in a letter."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    RECALL = "recall"

    @property
    def firm(self) -> bool:
        """True where a letter may assert the fact."""
        return self in (Confidence.HIGH, Confidence.MEDIUM)


class Status(StrEnum):
    """Where a case stands; derived from its events and a date, never stored."""

    DRAFT = "draft"
    OPEN = "open"
    IN_PROGRESS = "in-progress"
    OVERDUE = "overdue"
    FULFILLED = "fulfilled"
    DENIED = "denied"
    REVOKED = "revoked"
    EXPIRED = "expired"


class DenialReason(StrEnum):
    """Why a controller refused (the reasons of the Data Rights Protocol)."""

    SUSPECTED_FRAUD = "suspected-fraud"
    INSUFFICIENT_VERIFICATION = "insufficient-verification"
    NO_MATCH = "no-match"
    CLAIM_NOT_COVERED = "claim-not-covered"
    OUTSIDE_JURISDICTION = "outside-jurisdiction"
    TOO_MANY_REQUESTS = "too-many-requests"
    OTHER = "other"


class EventKind(StrEnum):
    """What can happen to a case."""

    DRAFTED = "drafted"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    SENT = "sent"
    RECEIVED = "received"
    ACKNOWLEDGED = "acknowledged"
    IDENTITY_REQUESTED = "identity-requested"
    IDENTITY_GIVEN = "identity-given"
    FEE_REQUESTED = "fee-requested"
    FEE_PAID = "fee-paid"
    CLARIFICATION_REQUESTED = "clarification-requested"
    CLARIFIED = "clarified"
    EXTENDED = "extended"
    ANSWERED = "answered"
    DENIED = "denied"
    LINK_RECEIVED = "link-received"
    DOWNLOADED = "downloaded"
    BOUNCED = "bounced"
    REMINDED = "reminded"
    APPEALED = "appealed"
    COMPLAINED = "complained"
    VERIFIED = "verified"
    RECHECK_DUE = "recheck-due"
    RUN_STOPPED = "run-stopped"
    RUN_UNKNOWN = "run-unknown"
    WITHDRAWN = "withdrawn"
    REOPENED = "reopened"
    CLOSED = "closed"
    CORRECTED = "corrected"


class Outcome(StrEnum):
    """How a run of a playbook ended."""

    ALREADY_DONE = "already-done"
    VERIFIED = "verified"
    ACCEPTED = "accepted"
    SUBMITTED = "submitted"
    DECLINED = "declined"
    NEEDS_PERSON = "needs-person"
    SIGNED_OUT = "signed-out"
    UNKNOWN = "unknown"
    DRIFTED = "drifted"
    BLOCKED = "blocked"


class Period(Struct, frozen=True, forbid_unknown_fields=True):
    """A span of law: exactly one of months, days (calendar), working days or hours. Never a bare number of days."""

    months: int = 0
    days: int = 0
    working_days: int = 0
    hours: int = 0

    def __post_init__(self) -> None:
        if sorted((self.months, self.days, self.working_days, self.hours))[:3] != [0, 0, 0] or self.length < 1:
            raise ValueError("a period has exactly one of months, days, working_days, hours, and it is positive")

    @property
    def length(self) -> int:
        """The one number that is set."""
        return self.months or self.days or self.working_days or self.hours

    def __str__(self) -> str:
        word = "month" if self.months else "day" if self.days else "working day" if self.working_days else "hour"
        return f"{self.length} {word}{'' if self.length == 1 else 's'}"


class Address(Struct, frozen=True, forbid_unknown_fields=True):
    """A postal address: its lines as written on the envelope, and the country as ISO 3166-1 alpha-2."""

    lines: tuple[str, ...]
    country: str


class Subject(Struct, frozen=True, forbid_unknown_fields=True):
    """The data subject. `residence` is ISO 3166-2 (`DE-BE`, `GB-SCT`, `FR`); `accounts` maps a controller's slug to
    the e-mail of the account there."""

    id: str
    name: str = ""
    other_names: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    address: Address | None = None
    residence: str = ""
    language: str = ""
    accounts: dict[str, str] = field(default_factory=dict)

    def account(self, controller: str) -> str:
        """The e-mail of the account at a controller, else the first e-mail, else empty."""
        return self.accounts.get(controller) or (self.emails[0] if self.emails else "")


class Entity(Struct, frozen=True, forbid_unknown_fields=True):
    """A legal entity that must answer. `place` is ISO 3166-2 of its seat: zone and holidays follow from it."""

    name: str
    place: str
    address: tuple[str, ...] = ()


class Request(Struct, frozen=True):
    """A case: one subject asks one controller for one right under one law."""

    id: str
    subject: str
    controller: str
    regime: str | None
    right: Right
    entity: Entity
    residence: str
    reference: str
    created_at: datetime


class Evidence(Struct, frozen=True):
    """Bytes kept as proof. `path` is relative to the store's folder, `sha256` hexadecimal."""

    kind: str
    sha256: str
    path: str
    taken_at: datetime


class Promise(Struct, frozen=True, forbid_unknown_fields=True):
    """What a provider says it will do by itself: a deadline of basis `promise`, in hours or days from an event."""

    kind: str
    source: str
    days: int = 0
    hours: int = 0
    after: EventKind = EventKind.ACCEPTED
    whose: str = "controller"


class Event(Struct, frozen=True, kw_only=True):
    """What happened, on which date, said by whom, with which evidence. Append-only; `seq` is given by the store.

    `by` is `person`, `controller`, `site` or `dsr`. `corrects` names the event that this one replaces."""

    kind: EventKind
    on: date
    recorded_at: datetime
    by: str = "person"
    seq: int = 0
    route: Route | None = None
    note: str = ""
    data: dict[str, str] = field(default_factory=dict)
    promises: tuple[Promise, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    corrects: int | None = None


class Deadline(Struct, frozen=True, kw_only=True):
    """A derived date. `due` is the main reading, `latest` the latest plausible one: only after it is anyone late.
    `whose`: `controller`, `subject` or `authority`; `basis`: `law`, `promise` or `estimate`. `possible` marks a date that
    would hold only if something happened (an extension notice), `superseded` one that a valid notice replaced or that is
    met. `at` is set where a promise counts in hours."""

    kind: str
    whose: str
    basis: str
    nominal: date
    due: date
    latest: date
    article: str
    url: str
    reason: str
    confidence: Confidence = Confidence.HIGH
    possible: bool = False
    superseded: bool = False
    at: datetime | UnsetType = UNSET


class Result(Struct, kw_only=True):
    """What a command returns: `text` for a person, `data` for a program, and how the process ends."""

    text: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    messages: list[str] = field(default_factory=list)
    exit_code: int = 0


class Person(Protocol):
    """Whoever sits at the terminal, as the use cases see them."""

    @property
    def present(self) -> bool:
        """Whether somebody can answer."""

    def tell(self, text: str) -> None:
        """Show something now, before the result."""

    def confirm(self, question: str) -> bool:
        """A yes or a no. Raises PersonNeeded where nobody can answer, Interrupted on Ctrl-C or Ctrl-D."""

    def ask(self, question: str, default: str = "") -> str:
        """A line of text. Raises as `confirm` does."""


class Journal(Protocol):
    """What a run must write down before and after it acts; each call is on disk when it returns."""

    def intent(self, step: int, control: str, name: str) -> None:
        """About to press the control, whose accessible name is `name`."""

    def committed(self, step: int) -> None:
        """The press went out."""

    def averted(self, step: int, why: str) -> None:
        """After `intent`, it is certain that nothing was pressed."""

    def last(self) -> tuple[str, str]:
        """The newest entry as (what, control); what is `intent`, `committed`, `averted` or empty."""

    def keep(self, kind: str, content: bytes | Path, suffix: str) -> Evidence:
        """Keep bytes, or a file as it is, as evidence; its record."""
