"""The page that shows all cases: what stands on it, as text ready to be read, and its rendering as one HTML file.

The file loads nothing, runs no script and says so in its own policy (`default-src 'none'`; one style sheet, named by its
hash); it works from a disk, on paper, on a phone, in light and in dark. Everything on it is escaped, and what nobody could see
(control characters, marks that change the direction of text) is written out: a name from a page or a mail is text, never markup.
"""

from __future__ import annotations

import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from dsr.dossier.bars import Bar, Tick

if TYPE_CHECKING:
    from jinja2 import Template

MARK = '<meta name="generator" content="dsr report">'  # by which a report is known as one, among its first lines
_FOLDER = Path(__file__).parent
_LONGEST = 4000  # characters of one text that are shown; the log keeps them all
_UNSEEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\ufff9-\ufffb]"
)


class Figure(Struct, frozen=True):
    """A number at the head of the page. `tone` is empty, `late`, `soon` or `done`."""

    number: str
    label: str
    tone: str = ""


class Todo(Struct, frozen=True, kw_only=True):
    """What needs the person: what, why, the command, and by when, or since when it is `late`."""

    case: str
    what: str
    why: str
    command: str
    by: str = ""
    late: bool = False


class Step(Struct, frozen=True, kw_only=True):
    """One event of a case. `gone` marks one that was mended later."""

    on: str
    day: str
    what: str
    tone: str
    about: str
    note: str = ""
    gone: str = ""


class Proof(Struct, frozen=True, kw_only=True):
    """A piece of evidence; `link` is the address of its file on this machine, empty where there is none."""

    kind: str
    name: str
    sha256: str
    link: str


class Clock(Struct, frozen=True, kw_only=True):
    """One date: its words, the bar that shows it, and how it was counted."""

    what: str
    tone: str
    headline: str
    aside: str
    tags: tuple[str, ...]
    alt: str
    bar: Bar
    reason: str
    article: str
    url: str


class CasePart(Struct, frozen=True, kw_only=True):
    """One case with everything that is known of it."""

    id: str
    company: str
    right: str
    status: str
    tone: str
    lead: str
    facts: tuple[tuple[str, str], ...]
    clocks: tuple[Clock, ...]
    ticks: tuple[Tick, ...]
    waiting: tuple[str, ...]
    steps: tuple[Step, ...]
    proofs: tuple[Proof, ...]


class Running(Struct, frozen=True, kw_only=True):
    """A clock among those of all cases, on one scale."""

    case: str
    company: str
    right: str
    clock: Clock
    bar: Bar


class Topic(Struct, frozen=True, kw_only=True):
    """What a company says in public about one thing, in dsr's words, with its sources."""

    name: str
    count: str
    says: tuple[str, ...]
    unknown: str
    source: str
    sources: tuple[str, ...]


class Said(Struct, frozen=True, kw_only=True):
    """What a company answered in a case."""

    on: str
    day: str
    case: str
    what: str
    note: str


class CompanyPart(Struct, frozen=True, kw_only=True):
    """A company: what the person got from it, what it answered, and what it says in public."""

    name: str
    entities: str
    got: tuple[Proof, ...]
    said: tuple[Said, ...]
    topics: tuple[Topic, ...]
    known: bool


class Answers(Struct, frozen=True, kw_only=True):
    """How long a company took, one row; `share` is the median's part of the longest time of all companies, in percent."""

    company: str
    requests: str
    answered: str
    median: str
    longest: str
    in_time: str
    waiting: str
    share: float


class Page(Struct, frozen=True, kw_only=True):
    """Everything on the page. `words` are its labels by name."""

    lang: str
    words: dict[str, str]
    title: str
    as_of: str
    rehearsal: bool
    figures: tuple[Figure, ...]
    todos: tuple[Todo, ...]
    running: tuple[Running, ...]
    ticks: tuple[Tick, ...]
    more: str
    cases: tuple[CasePart, ...]
    companies: tuple[CompanyPart, ...]
    answers: tuple[Answers, ...]


def render(page: Page) -> str:
    """The HTML file."""
    style = (_FOLDER / "page.css").read_text(encoding="utf-8")
    digest = b64encode(sha256(style.encode()).digest()).decode()
    return _template().render(page=page, w=page.words, style=style, digest=digest)


@cache
def _template() -> Template:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html.j2")


def _shown(value: object) -> object:
    """A text as it may be shown: nothing in it is unseen, and it ends somewhere. Markup and numbers stay as they are."""
    if type(value) is not str:
        return value
    if len(value) > _LONGEST:
        value = f"{value[:_LONGEST]} … ({len(value)})"
    return _UNSEEN.sub(lambda found: f"[U+{ord(found[0]):04X}]", value) if _UNSEEN.search(value) else value
