"""The words of a playbook: controls, steps, how success is seen; and what the playbooks of one service share."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from msgspec import Meta, Struct

Locale = str
Days = Annotated[str, Meta(pattern=r"^(P[1-9][0-9]{0,3}D)?$")]  # ISO 8601 duration in days, e.g. `P30D`


class Effect(StrEnum):
    """What a playbook may change, which decides its guards."""

    READ = "read"
    REVERSIBLE = "reversible"
    SUBMIT = "submit"
    DESTRUCTIVE = "destructive"


class Name(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An accessible name in one locale; for a switch, what its on and off mean. `prefix`: more text may follow."""

    locale: Locale
    text: str
    on: str = ""
    off: str = ""
    prefix: bool = False


class Control(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something on a page: located by role and name, else test id; authorised by role and name only.

    `by = "text"` is for messages, whose role has no name of its own: what they say is compared instead. `any_name` is for
    what bears a personal name (a profile button, the account's e-mail): never pressed for effect. `within` names the region
    that it lies in, `absent` says what it usually means when it is not there, `fact` where it was seen.
    """

    role: tuple[str, ...]
    fact: str = ""
    names: tuple[Name, ...] = ()
    testid: tuple[str, ...] = ()
    by: Literal["name", "text"] = "name"
    any_name: bool = False
    within: str = ""
    absent: str = ""


def _several(keys: str | tuple[str, ...]) -> tuple[str, ...]:
    return (keys,) if isinstance(keys, str) else keys


class _Step(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="do"):
    """What all steps have in common: the word `do` tells which one it is; it is left out where a control of `unless` shows."""

    unless: str | tuple[str, ...] = ()

    @property
    def needless(self) -> tuple[str, ...]:
        """The controls of `unless`."""
        return _several(self.unless)


class Goto(_Step, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="goto"):
    """Load the first address that shows `until`; without `until`, the first address."""

    url: str | tuple[str, ...]
    until: str = ""

    @property
    def urls(self) -> tuple[str, ...]:
        """The addresses to try, in order."""
        return _several(self.url)


class See(_Step, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="see"):
    """Wait until a control is there."""

    control: str


class Open(_Step, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="open"):
    """Press an opener (menu, tab, dialog), which changes nothing, until another control shows; not pressed where that shows
    already."""

    control: str
    until: str = ""

    @property
    def enough(self) -> tuple[str, ...]:
        """The controls that make the press needless."""
        return tuple(filter(None, (self.until, *self.needless)))


class Ensure(_Step, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="ensure"):
    """Bring a switch into a state, with at most one press. `confirm` is the yes of a question that may follow; `optional`: not
    every account has the switch."""

    control: str
    state: str
    confirm: str = ""
    optional: bool = False


class Press(_Step, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="press"):
    """Press once for effect, on the way to the end; `until` is what then shows."""

    control: str
    until: str = ""
    confirm: str = ""


class Fill(_Step, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="fill"):
    """Type a field of the person (one of `discloses`) into a text field."""

    control: str
    field: str


class Choose(_Step, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="choose"):
    """Mark a radio button or box; or, in a list, choose what the control `option` is called."""

    control: str
    option: str = ""


class Submit(_Step, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="submit"):
    """Press once for good; `accepted` is the control by which the site says that it took it, `reference` the one that shows a
    number. In a destructive playbook this press is the person's, and `text` says what else she does before it."""

    control: str
    accepted: str = ""
    reference: str = ""
    confirm: str = ""
    text: str = ""


class ConfirmText(_Step, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="confirm-text"):
    """Read what a control says and go on only if that is the person's `field`, e.g. the account signed in to."""

    control: str
    field: str


class Download(_Step, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="download"):
    """Press a download link once and keep the file."""

    control: str
    kind: str = "download"


class PersonStep(_Step, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="person"):
    """The person acts, as `text` says; over when one of `done_when` shows and `gone` does not. Nothing is recorded meanwhile.
    After a login, a second factor or a captcha the steps begin anew, since the page may be another."""

    what: Literal["login", "second-factor", "captcha", "email-link", "review"]
    done_when: str | tuple[str, ...]
    gone: str = ""
    text: str = ""

    @property
    def signs(self) -> tuple[str, ...]:
        """The controls of `done_when`."""
        return _several(self.done_when)


class Note(_Step, frozen=True, kw_only=True, forbid_unknown_fields=True, tag="note"):
    """A sentence for the person."""

    text: str


Step = Goto | See | Open | Ensure | Press | Fill | Choose | Submit | ConfirmText | Download | PersonStep | Note
Act = Ensure | Press | Submit  # the steps with effect, each pressed at most once in a run


class Verify(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How success is seen, always on a fresh load.

    `page`: load `goto` (else walk the way of the steps again) and read whether `control` has `state`, or shows at all.
    `account-gone`: nobody is signed in any more, and the site has said so by `control`. `email` and `none` cannot be seen
    by dsr. `recheck_after` is when to look again.
    """

    by: Literal["page", "account-gone", "email", "none"]
    goto: str = ""
    control: str = ""
    state: str = ""
    recheck_after: Days = ""


class Dialog(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A JavaScript dialog whose text is known, and its answer. Any other is dismissed and ends the run."""

    locale: Locale
    text: str
    kind: Literal["alert", "confirm", "beforeunload"] = "confirm"
    answer: Literal["accept", "dismiss"] = "dismiss"


class Seen(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person saw the playbook work on the live site."""

    on: date
    locale: Locale
    region: str


class Playbook(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One procedure. `does`, `does_not` and `warns` are what the person reads before saying yes.

    `after` names the playbooks to be done, or waived by the person, before this one. `choice` gives a control another meaning
    for each wish: `[choice.request-type] access = "download-my-data"`; for the wishes of `destructive_for` the effect is
    destructive, whatever it is for the others.
    """

    schema: int
    id: str
    effect: Effect
    origins: tuple[str, ...]
    step: tuple[Step, ...]
    verify: Verify
    source: str = ""
    does: str = ""
    does_not: tuple[str, ...] = ()
    warns: tuple[str, ...] = ()
    discloses: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    verified: tuple[Seen, ...] = ()
    control: dict[str, Control] = {}
    choice: dict[str, dict[str, str]] = {}
    destructive_for: tuple[str, ...] = ()
    dialog: tuple[Dialog, ...] = ()


class Terms(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the service's terms say about automation."""

    automation: Literal["allowed", "unclear", "forbidden"]
    clause: str
    source: str
    date: date


class Service(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the playbooks of one service share. `signed_in` and `signed_out` name controls, and are empty where no source says
    what shows them; `sign_in_at` are other origins to which the service sends who is signed out; `challenges` are page titles;
    `refuse` are the buttons by which a banner is sent away without consent. Without `terms` those
    of the company's record hold."""

    schema: int
    controller: str
    name: str
    sign_in: str
    terms: Terms | None = None
    control: dict[str, Control] = {}
    signed_in: str = ""
    signed_out: str = ""
    sign_in_at: tuple[str, ...] = ()
    challenges: tuple[str, ...] = ()
    refuse: tuple[str, ...] = ()
    dialog: tuple[Dialog, ...] = ()
