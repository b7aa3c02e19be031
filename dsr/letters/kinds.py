"""What a letter can be: a right, a special form of one, or a follow-up to a request.

A letter's *name* is the value of a `Right` ("access"), of a `Form` ("photos") or of a `FollowUp` ("reminder").
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from dsr.errors import UnknownName
from dsr.model import Right


class Form(StrEnum):
    """Letters that are no right of their own. `photos`: photos and biometric data, also of a person without an account;
    `authorisation`: the form by which somebody gives the writer a mandate, which is enclosed and not sent by itself."""

    PHOTOS = "photos"
    AUTHORISATION = "authorisation"


class FollowUp(StrEnum):
    """What a person writes after the request: to the company, or (`complaint`) about it to the authority."""

    REMINDER = "reminder"
    IDENTITY = "identity"
    USE_OUR_FORM = "use-our-form"
    ANONYMISED = "anonymised"
    IN_THE_MODEL = "in-the-model"
    INCOMPLETE = "incomplete"
    NO_REASONS = "no-reasons"
    LATE_EXTENSION = "late-extension"
    APPEAL = "appeal"
    CONTROLLER_COMPLAINT = "controller-complaint"
    COMPLAINT = "complaint"


class Kind(Struct, frozen=True, kw_only=True):
    """A letter by its name. `rights`: what a request may be about for this letter to make sense, the usual one first;
    `needs`: the fields of `Story` without which it cannot be written; `says`: what it is, in a few words."""

    name: str
    says: str
    rights: tuple[Right, ...]
    needs: tuple[str, ...] = ()

    @property
    def follow_up(self) -> bool:
        """Whether it follows a request, and so needs a Story."""
        return self.name in set(FollowUp)


_ALL = tuple(Right)
_REMOVAL = (
    Right.ERASURE,
    Right.TRAINING_OPT_OUT,
    Right.OBJECTION,
    Right.CONSENT_WITHDRAWAL,
    Right.RECTIFICATION,
    Right.RESTRICTION,
)
_SAYS = {
    Right.ACCESS: "information and a copy of one's data",
    Right.PORTABILITY: "one's data in a form that machines read, or sent on",
    Right.RECTIFICATION: "correction of wrong data",
    Right.ERASURE: "erasure: some data, or all with the account",
    Right.RESTRICTION: "data kept but not used",
    Right.OBJECTION: "objection to a use, for reasons of one's own",
    Right.TRAINING_OPT_OUT: "no training of AI models on one's data",
    Right.MARKETING_OBJECTION: "no direct marketing",
    Right.CONSENT_WITHDRAWAL: "consent taken back",
    Right.AUTOMATED_DECISION: "a human review of a decision by machine",
    Right.SALE_OPT_OUT: "no sale or sharing of one's data",
    Right.LIMIT: "sensitive data used for the service only",
}


def _kinds() -> dict[str, Kind]:
    asked = ("asked_on",)
    rights = [Kind(name=right.value, says=_SAYS[right], rights=(right,)) for right in Right]
    more = [
        Kind(name=Form.PHOTOS, says="photos and biometric data, with or without an account", rights=(Right.ERASURE,)),
        Kind(name=Form.AUTHORISATION, says="the form by which somebody lets you write for them", rights=_ALL),
        Kind(name=FollowUp.REMINDER, says="after silence", rights=_ALL, needs=(*asked, "due_on")),
        Kind(name=FollowUp.IDENTITY, says="after a demand for identity documents", rights=_ALL, needs=asked),
        Kind(name=FollowUp.USE_OUR_FORM, says="after 'use our form'", rights=_ALL, needs=asked),
        Kind(name=FollowUp.ANONYMISED, says="after 'we anonymised it'", rights=(*_REMOVAL, Right.ACCESS), needs=asked),
        Kind(name=FollowUp.IN_THE_MODEL, says="after 'it is in the model'", rights=_REMOVAL, needs=asked),
        Kind(name=FollowUp.INCOMPLETE, says="after half an answer", rights=(Right.ACCESS,), needs=(*asked, "missing")),
        Kind(name=FollowUp.NO_REASONS, says="after a refusal without reasons", rights=_ALL, needs=asked),
        Kind(name=FollowUp.LATE_EXTENSION, says="after an extension that came late", rights=_ALL, needs=(*asked, "due_on")),
        Kind(name=FollowUp.APPEAL, says="an appeal to the company (US states)", rights=_ALL, needs=asked),
        Kind(name=FollowUp.CONTROLLER_COMPLAINT, says="a complaint to the company (UK)", rights=_ALL, needs=asked),
        Kind(name=FollowUp.COMPLAINT, says="a complaint to the authority", rights=_ALL, needs=asked),
    ]  # fmt: skip
    return {kind.name: kind for kind in (*rights, *more)}


KINDS = _kinds()


def kind(name: str) -> Kind:
    """The letter of that name. Raises UnknownName."""
    if name not in KINDS:
        raise UnknownName("letter", name, KINDS, "dsr letter --list")
    return KINDS[name]
