"""A letter that is written: how it is printed, mailed, linked to. The words in it are fixed; nothing here changes them."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache

from msgspec import Struct

from dsr.errors import MissingField, TooLong
from dsr.letters.captions import CAPTIONS, COLON
from dsr.letters.cleaning import email as usable
from dsr.model import Right, Route

ITEM = re.compile(r"^(?:- |\([a-z]\) )")
# Spaces at which no line ends: "Article 15", "Art. 17", "lit. c", "3 October", "am 3. Oktober"; "1. Heading" is none.
TOGETHER = re.compile(
    r" (?:(?<!- )(?=\d)|(?<=\. )(?=[a-z]\b)|(?<=\b1er )"
    r"|(?:(?<=\b\d )|(?<=\b\d\d )|(?<=\S \d\. )|(?<=\S \d\d\. ))(?=[^\W\d]))"
)
WIDTH = 78
# Windows hands a program at most 2,048 characters of a link, and some mail programs cut what is longer.
MAILTO_LIMIT = 2_000
_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


class Letter(Struct, frozen=True, kw_only=True):
    """A letter ready to be shown, printed or sent. `discloses` names the fields of the subject in it.

    `right` is what the case is about, `name` which letter this is: empty for the request itself. `before` are the Message-IDs of
    the letters to the same reader that it follows, oldest first.
    """

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
    name: str = ""
    before: tuple[str, ...] = ()

    @property
    def message_id(self) -> str:
        """The name of the draft among all mails: always the same for the same letter of a case on the same day."""
        from hashlib import sha256

        told = (self.reference, self.regime, self.right, self.name, self.dated)
        mark = sha256("\n".join(told).encode()).hexdigest()[:32]
        return f"<{mark}@{self.email.rpartition('@')[2]}>"

    def text(self) -> str:
        """The letter as it is printed, at most 78 columns wide; by post with room for a signature."""
        body = _wrap(self.body)
        if self.route is Route.POST:
            body = "\n\n\n\n".join(body.rsplit("\n\n", 1))
        parts = ["\n".join(self.sender), "\n".join(self.recipient), self.dated, _wrap(self.subject), body]
        if self.enclosures:
            parts.append(_wrap(self._list()))
        return "\n\n".join(parts) + "\n"

    def eml(self, to: str, sent_at: datetime) -> bytes:
        """The letter as a draft that a mail program opens (RFC 5322); the same input gives the same bytes.

        Raises BadData for a broken address and MissingField without one of the sender's.
        """
        from email.utils import format_datetime
        from quopri import encodestring

        to = self._recipient(to)
        if not self.email:
            raise MissingField("e-mail", "a letter by e-mail", "email ada@example.org")
        thread = {"In-Reply-To": self.before[-1], "References": "\r\n ".join(self.before)} if self.before else {}
        head = {
            "From": f"{_words(self.sender[0], quoted=True)} <{self.email}>",
            "To": to,
            "Subject": _words(self.subject),
            "Date": format_datetime(sent_at),
            "Message-ID": self.message_id,
            **thread,
            "X-Unsent": "1",
            "MIME-Version": "1.0",
            "Content-Type": "text/plain; charset=utf-8",
            "Content-Transfer-Encoding": "quoted-printable",
        }
        lines = [*(f"{key}: {value}" for key, value in head.items()), ""]
        body = encodestring(f"{self._mailed()}\n".encode()).replace(b"\n", b"\r\n")
        return "".join(f"{line}\r\n" for line in lines).encode() + body

    def mailto(self, to: str) -> str:
        """The letter as a link that opens a mail program (RFC 6068).

        Raises TooLong where the link has more characters than mail programs take, and BadData for a broken address.
        """
        to = _percent(self._recipient(to)).replace("%40", "@")
        link = f"mailto:{to}?subject={_percent(self.subject)}&body={_percent(self._mailed())}"
        if len(link) > MAILTO_LIMIT:
            raise TooLong(
                "mailto link", len(link), MAILTO_LIMIT, "write it as a draft for the mail program: --format eml"
            )
        return link

    def _recipient(self, to: str) -> str:
        if not (to := usable(to, "correct the company's e-mail address")):
            raise MissingField("e-mail", "a letter by e-mail", "email ada@example.org")
        return to

    def _list(self) -> str:
        """The list of enclosures, under its name."""
        lang = self.lang.partition("-")[0]
        head = CAPTIONS.get(lang, CAPTIONS["en"])[0]
        return "\n".join((f"{head}{COLON.get(lang, ':')}", *(f"- {one}" for one in self.enclosures)))

    def _mailed(self) -> str:
        return f"{self.body}\n\n{self._list()}" if self.enclosures else self.body


def _percent(text: str) -> str:
    """Text for a link: everything but letters, digits and -._~ as %XX of its UTF-8, line ends as CRLF."""
    data = text.replace("\n", "\r\n").encode()
    return "".join(chr(byte) if byte in _PLAIN else f"%{byte:02X}" for byte in data)


def _words(text: str, *, quoted: bool = False) -> str:
    """Free text as it stands in a mail header, folded; RFC 2047 where it is not plain ASCII.

    Not left to email.policy, whose folding loses spaces between encoded words in some versions of Python.
    """
    from email.header import Header
    from email.utils import quote

    plain = text.isascii() and "=?" not in text
    text = f'"{quote(text)}"' if plain and quoted else text
    return Header(text, "us-ascii" if plain else "utf-8", 76, "Message-ID").encode(linesep="\r\n")


def _wrap(text: str) -> str:
    """The same text in lines of at most 78 columns, items with a hanging indent; no word is broken."""
    return "\n".join(map(_wrapped, text.split("\n")))


@lru_cache(2_000)  # most paragraphs are the same in every letter
def _wrapped(line: str) -> str:
    found = ITEM.match(line)
    indent = " " * len(found[0]) if found else ""
    lines, current = [], ""
    for word in TOGETHER.sub("\x1f", line).split(" "):
        if not current:
            current = word
        elif len(current) + len(word) < WIDTH:
            current += " " + word
        else:
            lines.append(current)
            current = indent + word
    return "\n".join((*lines, current)).replace("\x1f", " ")
