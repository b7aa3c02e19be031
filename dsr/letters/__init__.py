"""Write a letter: one template per law, right and language, filled with what the person chose to say.

A letter discloses what stands in it and nothing else; `Letter.discloses` names that. Values are cleaned to
one line before they reach a template, so that no name can forge a line or a header.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from dsr.errors import BadData, BadFile, MissingField, UnknownName
from dsr.model import Entity, Right, Route, Subject
from dsr.resources import folder as resource_folder

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment

_ITEM = re.compile(r"^(?:- |\([a-z]\) )")
_UNSEEN = re.compile(  # escape sequences, controls, bidi and other invisible marks, surrogates
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|(?:\x1b\]|\x9d)[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"
    r"|[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u180e\u200b\u200e\u200f"
    r"\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
_ATOM, _LABEL = r"[\w!#$%&'*+/=?^`{|}~-]+", r"[^\W_](?:[\w-]*[^\W_])?"
_EMAIL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*")


class Letter(Struct, frozen=True, kw_only=True):
    """A letter ready to be shown, printed or sent. `discloses` names the fields of the subject in it."""

    regime: str
    right: Right
    lang: str
    route: Route
    reference: str
    subject: str
    body: str
    email: str
    sender: tuple[str, ...]
    recipient: tuple[str, ...]
    dated: str
    discloses: tuple[str, ...]
    enclosures: tuple[str, ...] = ()

    def text(self) -> str:
        """The letter as it is printed, at most 78 columns wide; by post with room for a signature."""
        body = _wrap(self.body)
        if self.route is Route.POST:
            body = "\n\n\n\n".join(body.rsplit("\n\n", 1))
        parts = ("\n".join(self.sender), "\n".join(self.recipient), self.dated, _wrap(self.subject), body)
        return "\n\n".join(parts) + "\n"

    def eml(self, to: str, sent_at: datetime) -> bytes:
        """The letter as a draft that a mail program opens (RFC 5322); the same input gives the same bytes."""
        from email.utils import format_datetime
        from hashlib import sha256
        from quopri import encodestring

        to = _email(to, "correct the company's e-mail address")
        if not to or not self.email:
            raise MissingField("e-mail", "a letter by e-mail", "email ada@example.org")
        mark = sha256("\n".join((self.reference, self.regime, self.right)).encode()).hexdigest()[:32]
        head = {
            "From": f"{_words(self.sender[0], quoted=True)} <{self.email}>",
            "To": to,
            "Subject": _words(self.subject),
            "Date": format_datetime(sent_at),
            "Message-ID": f"<{mark}@{self.email.rpartition('@')[2]}>",
            "X-Unsent": "1",
            "MIME-Version": "1.0",
            "Content-Type": "text/plain; charset=utf-8",
            "Content-Transfer-Encoding": "quoted-printable",
        }
        lines = [*(f"{key}: {value}" for key, value in head.items()), ""]
        body = encodestring(f"{self.body}\n".encode()).replace(b"\n", b"\r\n")
        return "".join(f"{line}\r\n" for line in lines).encode() + body


def available(folder: Path | None = None) -> tuple[tuple[str, Right, str], ...]:
    """Every letter that there is, as regime, right and language."""
    paths = sorted((folder or resource_folder("templates")).glob("*/*.*.j2"))
    names = [(path.parent.name, *path.name.split(".")[:2]) for path in paths]
    return tuple((regime, Right(right), lang) for regime, right, lang in names if right in set(Right))


def render(
    *,
    regime: str,
    right: Right,
    lang: str,
    subject: Subject,
    controller: str,
    entity: Entity,
    service: str,
    reference: str,
    on: date,
    route: Route,
    whole_account: bool = False,
    folder: Path | None = None,
) -> Letter:
    """Write a letter of `subject` to `entity`; `controller` is the slug, `service` the name people know.

    Raises MissingField, UnknownName where there is no such letter, BadFile where a template does not render.
    """
    folder = folder or resource_folder("templates")
    _find(regime, right, lang, folder)
    if not (name := _line(subject.name)):
        raise MissingField("name", "a letter", 'name "Ada Lovelace"')
    account = _email(subject.accounts.get(controller, ""))
    email = account or _email(subject.account(controller))
    if route is Route.EMAIL and not email:
        raise MissingField("e-mail", "a letter by e-mail", "email ada@example.org")
    address = _postal(subject, entity) if route is Route.POST else ()
    facts = {"name": name, "account": account, "email": email, "route": route.value}
    facts |= {"service": _line(service), "company": _line(entity.name), "reference": _line(reference)}
    path = f"{regime}/{right}.{lang}.j2"
    title, body, dated = _fill(path, lang, {**facts, "whole_account": whole_account}, on, folder)
    sender = (name, *(address or filter(None, (email,))))
    mail, post = "account e-mail" if account else "e-mail", "\n".join(address)
    said = {"name": name, mail: email, "postal address": post}
    seen = "\n".join((*sender, title, body))
    return Letter(
        regime=regime,
        right=right,
        lang=lang,
        route=route,
        reference=facts["reference"],
        subject=title,
        body=body,
        email=email,
        sender=sender,
        recipient=tuple(filter(None, map(_line, (entity.name, *entity.address)))),
        dated=dated,
        discloses=tuple(field for field, value in said.items() if value and value in seen),
    )


def _line(value: str) -> str:
    """A value as one clean line: whitespace collapsed, nothing in it that a reader cannot see."""
    return " ".join(_UNSEEN.sub("", value).split())


def _words(text: str, *, quoted: bool = False) -> str:
    """Free text as it stands in a mail header, folded; RFC 2047 where it is not plain ASCII.

    Not left to email.policy, whose folding loses spaces between encoded words in some versions of Python.
    """
    from email.header import Header
    from email.utils import quote

    plain = text.isascii() and "=?" not in text
    text = f'"{quote(text)}"' if plain and quoted else text
    return Header(text, "us-ascii" if plain else "utf-8", 76, "Message-ID").encode(linesep="\r\n")


def _email(value: str, hint: str = "dsr profile set email ada@example.org") -> str:
    """A usable e-mail address, or nothing where there is none."""
    if (value := _line(value)) and not _EMAIL.fullmatch(value):
        raise BadData(f"'{value}' is not an e-mail address", hint)
    return value


def _postal(subject: Subject, entity: Entity) -> tuple[str, ...]:
    """The sender's address, with the country where the answer must cross a border."""
    lines = tuple(filter(None, map(_line, subject.address.lines))) if subject.address else ()
    if not lines or not subject.address:
        raise MissingField("address", "a letter by post", 'address "Kastanienallee 1" "10435 Berlin"')
    home = _line(subject.address.country)
    return lines if not home or entity.place.startswith(home) else (*lines, home)


def _find(regime: str, right: Right, lang: str, folder: Path) -> None:
    """Raise UnknownName, listing what exists, unless there is such a letter."""
    known = available(folder)
    if regime not in (laws := {law for law, _, _ in known}):
        raise UnknownName("law with a letter", regime, laws)
    if right not in (rights := {one for law, one, _ in known if law == regime}):
        raise UnknownName(f"letter under {regime}", right, rights)
    if lang not in (langs := {word for law, one, word in known if (law, one) == (regime, right)}):
        raise UnknownName(f"language of the {right} letter under {regime}", lang, langs)


@cache
def _environment(at: Path) -> SandboxedEnvironment:
    from jinja2 import FileSystemLoader, StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment as Env

    return Env(loader=FileSystemLoader(at), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def _fill(name: str, lang: str, facts: dict[str, str | bool], on: date, at: Path) -> tuple[str, str, str]:
    """Subject, body and date of a letter; any fault of a template becomes BadFile with its name and line."""
    from jinja2 import TemplateError, TemplateSyntaxError

    environment = _environment(at)
    try:
        template = environment.get_template(name)
        if set(template.blocks) != {"subject", "body"}:
            raise BadFile(f"{name}, line 1", "a letter has exactly two blocks, subject and body")
        context = template.new_context(facts)
        "".join(template.root_render_func(context))  # runs the imports, which the blocks then see
        title, body = (_reflow("".join(template.blocks[block](context))) for block in ("subject", "body"))
        shared = environment.get_template(f"shared/blocks.{lang}.j2").make_module(facts)
        dated = str(shared.dated(on))  # type: ignore[attr-defined]
    except TemplateSyntaxError as error:
        raise BadFile(f"{error.name or name}, line {error.lineno}", f"{error.message}") from error
    except (TemplateError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise BadFile(_place(error, name), str(error)) from error
    return " ".join(title.split()), body, " ".join(dated.split())


def _place(error: Exception, name: str) -> str:
    """The innermost template and line in which an error arose."""
    from traceback import walk_tb

    calls = [(f.f_globals.get("__jinja_template__"), line) for f, line in walk_tb(error.__traceback__)]
    places = [(call.name, call.get_corresponding_lineno(line)) for call, line in calls if call]
    return "{}, line {}".format(*(places or [(name, 1)])[-1])


def _reflow(text: str) -> str:
    """Each paragraph and each item of a list on one line, one empty line between paragraphs."""
    lines: list[str] = []
    for line in (" ".join(raw.split()) for raw in text.split("\n")):
        if line and lines and lines[-1] and not _ITEM.match(line):
            lines[-1] += " " + line
        elif line or (lines and lines[-1]):
            lines.append(line)
    return "\n".join(lines).rstrip("\n")


def _wrap(text: str) -> str:
    """The same text in lines of at most 78 columns, items with a hanging indent; no word is broken."""
    from textwrap import TextWrapper

    wrapper, lines = TextWrapper(78, break_long_words=False, break_on_hyphens=False), []
    for line in text.split("\n"):
        wrapper.subsequent_indent = " " * len("".join(_ITEM.findall(line)))
        whole = re.sub(r" (?=\d)", "\u00a0", line)  # "Article 15" stays together
        lines.append(wrapper.fill(whole).replace("\u00a0", " "))
    return "\n".join(lines)
