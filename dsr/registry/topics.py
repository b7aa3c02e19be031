"""What a company says, and does, about eight topics: one struct per topic, in our words, each with a short answer in front."""

# Annotations are no text here: msgspec would read their text anew at every start, five milliseconds in all.

from typing import Literal

from msgspec import Struct

from dsr.model import Confidence, Period, Promise, Route
from dsr.registry.facts import ALL, Group

Kept = Literal["yes", "no", "unknown"]
Used = Literal["yes", "no", "unless-switched-off", "only-if-switched-on", "unknown"]
Sold = Literal["yes", "no", "shared-for-advertising", "unknown"]
Stance = Literal["allowed", "unclear", "forbidden", "unknown"]


class Statement(Group, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the company (or an observer, named in the source) says: `short` answers in one sentence, `says` has the rest."""

    short: str = ""
    says: tuple[str, ...] = ()


class Photos(Statement, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Photos and other uploads: are they kept, for how long (where a time is stated), do they train models."""

    kept: Kept = "unknown"
    kept_for: Period | None = None
    used_for_training: Used = "unknown"


class Default(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether what people enter trains models when they touch nothing, for some residences and some plans."""

    trains: Literal["yes", "no", "asks", "unknown"]
    residence: tuple[str, ...] = ALL
    plans: tuple[str, ...] = ALL
    note: str = ""


class Way(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A way to do something at the company: `where` in words and labels, `url` where the page is known."""

    route: Route
    where: str
    url: str = ""
    residence: tuple[str, ...] = ALL
    note: str = ""
    confidence: Confidence | None = None


class Training(Statement, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether content trains models by default, and every way out. `no_way_out` says that none is offered, and how we know."""

    default: tuple[Default, ...] = ()
    opt_out: tuple[Way, ...] = ()
    no_way_out: str = ""

    @property
    def nothing_to_do(self) -> bool:
        """Whether nothing that people enter trains models, and that is well enough known: there is nothing to switch off."""
        trains = {one.trains for one in self.default}
        return trains == {"no"} and self.confidence.firm and not (self.absent or self.opt_out or self.no_way_out)


class Selling(Statement, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether personal data is sold, or shared for advertising (which California counts alike)."""

    sold: Sold = "unknown"


class Span(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long one kind of data is kept: as a period where the company gives one, and in words."""

    what: str
    how_long: str
    period: Period | None = None
    confidence: Confidence | None = None


class Retention(Statement, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long chats, accounts, photos and records are kept."""

    list: tuple[Span, ...] = ()


class Export(Statement, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a copy is had from the account; `contents` and `format` as the company or readers of such files describe them.
    How long it takes and how long its link lives stand in `promises`."""

    ways: tuple[Way, ...] = ()
    format: str = ""
    contents: tuple[str, ...] = ()
    leaves_out: tuple[str, ...] = ()


class Deletion(Statement, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the account, or single things in it, are deleted; `grace` is the time in which it can be taken back."""

    ways: tuple[Way, ...] = ()
    grace: Period | None = None
    first: tuple[str, ...] = ()


class Identity(Statement, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the company asks of a person who makes a request: `session`, `email-link`, `form`, `id-document` ..."""

    asks: tuple[Literal["session", "email-link", "code", "account-details", "form", "id-document", "other"], ...] = ()


class AutomationTerms(Statement, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the terms say about operating the service with a program."""

    stance: Stance = "unknown"
    clause: str = ""


class Statements(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """The eight topics; a topic on which nothing was found has `absent`."""

    photos: Photos
    training: Training
    selling: Selling
    retention: Retention
    export: Export
    deletion: Deletion
    identity: Identity
    automation_terms: AutomationTerms

    def items(self) -> list[tuple[str, Statement]]:
        """Each topic's name, as the file has it, with what is said."""
        return [(name.replace("_", "-"), getattr(self, name)) for name in self.__struct_fields__]


class Promised(Group, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the provider promises about one of its own buttons: days, hours, the life of a link."""

    promise: Promise
    action: str
    says: str
