"""One supervisory authority or attorney general: where a complaint goes, in which languages, and for whom it is competent."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, field

from dsr.registry.facts import Group

Way = Literal["form", "email", "post"]


class Complaint(Group, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a complaint is lodged. `form` is the page of the complaint form, `web` the authority's site. What is not known is
    empty, with its reason in `missing`, keyed `form`, `email`, `address`, `languages`. `languages` are those in which the
    authority says that it takes complaints (ISO 639-1)."""

    web: str = ""
    form: str = ""
    email: str = ""
    address: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    missing: dict[str, str] = field(default_factory=dict)
    prefers: Way | None = None
    note: str = ""


class Competence(Group, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Under which laws, for whose complaints and over which bodies. `residence` are groups of places; `bodies` are the kind of
    controller; `controllers` are slugs that it supervises by name whoever asks; `sector` is a special field in words (telecoms,
    churches), and such an authority is never picked by residence alone."""

    regimes: tuple[str, ...]
    residence: tuple[str, ...]
    bodies: Literal["all", "private", "public"] = "all"
    controllers: tuple[str, ...] = ()
    sector: str = ""
    says: tuple[str, ...] = ()


class Authority(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One record. `name` in the authority's own language, `english` as it calls itself in English; `place` is ISO 3166-2."""

    schema: int
    slug: str
    name: str
    english: str
    place: str
    complaint: Complaint
    competence: Competence
    short: str = ""
    kind: Literal["supervisory", "attorney-general", "ministry", "other"] = "supervisory"
    note: str = ""
