"""A letter as PDF/UA-1 (ISO 14289-1: tagged, titled, every font embedded) for a window envelope, set by typst.

Typst is the extra `pdf`; it is imported when the first letter is set, and its compiler is kept. What the letter says reaches
the template `letter.typ` as JSON, as text and never as markup. Only the font that typst brings is used, so that a letter looks
the same everywhere; what that font cannot show is refused, not replaced.
"""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import to_builtins

from dsr.errors import BadData, BadFile, MissingExtra, NoGlyph, NoRoom, UnknownName
from dsr.letters.captions import CAPTIONS
from dsr.letters.cleaning import UNSEEN
from dsr.letters.forms import SHEETS, Form
from dsr.letters.letter import Letter
from dsr.letters.parts import pieces, texts, values

if TYPE_CHECKING:
    from typst import Compiler, TypstError

_IMAGES = {"png": re.compile(rb"\x89PNG\r\n\x1a\n"), "jpg": re.compile(rb"\xff\xd8\xff"), "svg": re.compile(rb"\s*<")}
_ESCAPED = {r"\t": "\t", r"\n": "\n", r"\r": "\r", r"\0": "\0"}  # how typst tells of characters
_LARGEST = 1_000_000


def render(letter: Letter, form: Form, *, on: date, signature: bytes | None = None) -> bytes:
    """The letter as a PDF on the sheet of `form`, dated `on` in its properties; the same input gives the same bytes.

    `signature` is a picture (PNG, JPEG or SVG, at most a megabyte) that stands above the name at the end, at most 15 mm high
    and 80 mm wide; without one there is room to sign. Pages are numbered when there are more than one.

    Raises MissingExtra without typst; NoGlyph for a character that the font lacks or that nobody could see (a mark that
    changes the direction of text); NoRoom for an address that the window does not show whole, or a sender that does not fit
    the head; BadFile for a signature that is no picture; UnknownName for enclosures or a signature in a language whose words
    for them are not known.
    """
    said = values(letter)
    for where, text in texts(said):
        if unseen := UNSEEN.search(text):
            raise _no_glyph(unseen[0][0], where)
    said |= {
        "sheet": to_builtins(SHEETS[form]),
        "on": (on.year, on.month, on.day),
        "lang": letter.lang.partition("-")[0],
    }
    said |= _around(letter, signature)
    compiler = _compiler()
    from typst import TypstError

    try:
        pdf = compiler.compile(
            format="pdf",
            sys_inputs={"letter": json.dumps(pieces(said, said["lang"]))},
            pdf_standards=["ua-1"],
            timestamp=datetime(on.year, on.month, on.day, 12, tzinfo=UTC),
        )
    except TypstError as error:
        if named := _named(error, letter, form, said):
            raise named from error
        raise
    if not isinstance(pdf, bytes):
        raise TypeError("typst gave no document")
    return pdf


@cache
def _compiler() -> Compiler:
    """Typst with our template; loading its fonts takes much longer than setting a letter."""
    try:
        from typst import Compiler
    except ImportError as error:
        raise MissingExtra("a letter as PDF", "pdf") from error
    here = Path(__file__).resolve().parent
    return Compiler(here / "letter.typ", root=here, ignore_system_fonts=True)


def _around(letter: Letter, signature: bytes | None) -> dict[str, Any]:
    """What stands around the letter's own words: the running head, the list of enclosures, the signature."""
    name = letter.sender[0]
    given: dict[str, Any] = {"author": name, "running": f"{name} – {letter.recipient[0]}", "enclosures_word": ""}
    given |= {"signature": None, "signature_format": None, "signature_alt": ""}
    if letter.enclosures or signature is not None:
        if not (words := CAPTIONS.get(letter.lang.partition("-")[0])):
            raise UnknownName("language of enclosures and signatures", letter.lang, CAPTIONS)
        given |= {"enclosures_word": words[0], "signature_alt": words[1].format(name)}
    if signature is not None:
        kind = next(
            (kind for kind, start in _IMAGES.items() if start.match(signature.removeprefix(b"\xef\xbb\xbf"))), ""
        )
        if not kind or len(signature) > _LARGEST:
            raise _bad_signature("larger than a megabyte" if kind else "neither PNG nor JPEG nor SVG")
        given |= {"signature": list(signature), "signature_format": kind}
    return given


def _no_glyph(character: str, where: str) -> NoGlyph:
    name = unicodedata.name(character, "control character")
    return NoGlyph(character, name, where)


def _bad_signature(problem: str) -> BadFile:
    return BadFile("the signature", problem, "give a picture as PNG, JPEG or SVG")


def _named(error: TypstError, letter: Letter, form: Form, said: dict[str, Any]) -> BadData | None:
    """What typst says as the error that a person understands; nothing for anything else, which is our defect."""
    told = str(error)
    if found := re.search(r'the text `"(?:\\u\{([0-9a-f]+)\}|(\\?.))', told):
        character = chr(int(found[1], 16)) if found[1] else _ESCAPED.get(found[2], found[2][-1])
        if where := next((where for where, text in texts(said) if character in text), ""):
            return _no_glyph(character, where)
        return _bad_signature(f"the font has no sign for U+{ord(character):04X}, which stands in the picture")
    if told == "panicked with: recipient":
        return NoRoom("recipient's address", f"the window of {SHEETS[form].envelope}", len(letter.recipient))
    if told == "panicked with: sender":
        return NoRoom("sender's address", "the head of the letter", len(letter.sender))
    if re.match(r"failed to (decode image|parse SVG|load linked image)", told):
        return _bad_signature(told)
    return None
