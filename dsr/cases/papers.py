"""A letter as the papers that are kept of it: text, a mail program's draft, a PDF for the window envelope, a mailto link."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from dsr.errors import BadFile, MissingExtra, NoGlyph, NoRoom, TooLong, UnknownName
from dsr.letters import Letter
from dsr.letters.asks import Asks
from dsr.letters.forms import Form, form_for
from dsr.model import Route


class Format(StrEnum):
    """What a letter can be made into."""

    TEXT = "text"
    EML = "eml"
    PDF = "pdf"
    MAILTO = "mailto"


SUFFIX = {Format.TEXT: ".txt", Format.EML: ".eml", Format.PDF: ".pdf"}
_KIND = {Format.TEXT: "letter-text", Format.EML: "letter-email", Format.PDF: "letter-pdf"}
_USUAL = {Route.EMAIL: Format.EML, Route.POST: Format.PDF}


class Order(Struct, frozen=True, kw_only=True):
    """What a person wants of a letter beside whom it asks for what. `name` is the letter, empty for the right's own; `form` the
    sheet of paper, None for what is usual where the person lives; `signature` a picture."""

    name: str = ""
    asks: Asks = Asks()
    lang: str | None = None
    format: Format | None = None
    form: Form | None = None
    signature: bytes | None = None

    @property
    def own_words(self) -> bool:
        """Whether the person says something that no button and no form can carry, or wants a certain kind of paper."""
        return self.asks != Asks(whole_account=self.asks.whole_account) or self.format is not None

    @property
    def by_letter(self) -> bool:
        """Whether a letter goes before a button or a form, where the person names no way."""
        return self.own_words or bool(self.name)


class Paper(Struct, frozen=True):
    """One file of a letter: the kind of evidence, its bytes, and how its name ends."""

    kind: str
    content: bytes
    suffix: str


def format_(typed: str) -> Format:
    """A format as it is typed. Raises UnknownName."""
    name = typed.strip().lower()
    name = "text" if name == "txt" else name
    if name not in set(Format):
        raise UnknownName("format of a letter", typed, Format)
    return Format(name)


def form(typed: str) -> Form:
    """A sheet as it is typed. Raises UnknownName."""
    if typed.strip().lower() not in set(Form):
        raise UnknownName("form of a letter", typed, Form)
    return Form(typed.strip().lower())


def signature(path: Path) -> bytes:
    """The picture of a signature. Raises BadFile where it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as problem:
        raise BadFile(path, (problem.strerror or "cannot be read").lower()) from problem


def make(letter: Letter, wanted: Format, *, to: str, at: datetime, on: date, home: str, order: Order) -> bytes:
    """The letter in one format; `home` is where the person lives, which decides the sheet where none is named.

    Raises as `Letter.eml`, `Letter.mailto` and `pdf.render` do.
    """
    if wanted == Format.EML:
        return letter.eml(to, at)
    if wanted == Format.MAILTO:
        return link(letter, to)[0].encode()
    if wanted == Format.PDF:
        from dsr.letters import pdf

        return pdf.render(letter, order.form or form_for(home), on=on, signature=order.signature)
    return letter.text().encode()


def link(letter: Letter, to: str) -> tuple[str, str]:
    """A link that opens the letter in a mail program, and what to know about it: most letters are longer than a link may be,
    and then it holds the address and the subject, and the person pastes the text. Raises as `Letter.mailto` does."""
    try:
        return letter.mailto(to), "The link holds the whole letter."
    except TooLong:
        bare = replace(letter, body="", enclosures=())
        return bare.mailto(
            to
        ), "The link holds the address and the subject; the letter is too long for it: paste its text."


def papers(
    letter: Letter, *, to: str, at: datetime, on: date, home: str, order: Order
) -> tuple[tuple[Paper, ...], tuple[str, ...]]:
    """The files of a letter that goes into a case, and what a person should know about them.

    Always the text; by e-mail the draft, by post the PDF; and the format that was asked for. A PDF that nobody asked for by
    name is left out where it cannot be made, and why is said; asked for, its error is raised.
    """
    wanted = [Format.TEXT]
    if letter.route != Route.EMAIL or to:
        wanted += [_USUAL[letter.route]] if letter.route in _USUAL else []
    if order.format and order.format != Format.MAILTO:
        wanted.append(order.format)
    made, notes = [], []
    for one in dict.fromkeys(wanted):
        try:
            content = make(letter, one, to=to, at=at, on=on, home=home, order=order)
        except (MissingExtra, NoGlyph, NoRoom) as problem:
            if one == order.format or order.signature:
                raise
            notes.append(f"There is no PDF of it: {problem.message} ({problem.hint}). The text can be printed.")
        else:
            made.append(Paper(_KIND[one], content, SUFFIX[one]))
    return tuple(made), tuple(notes)


def message_id(letter: Letter, made: tuple[Paper, ...]) -> dict[str, str]:
    """What a case keeps to put later mails into one thread with this one; nothing where no mail was made."""
    return {"message_id": letter.message_id} if any(one.kind == _KIND[Format.EML] for one in made) else {}
