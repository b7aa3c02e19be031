"""A letter's words as the template of the PDF takes them: paragraphs, lists and headings, each text in its field."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from dsr.letters.letter import ITEM, TOGETHER, Letter

# What the template gets of the letter, and how an error calls it.
_FIELDS = {
    "sender": "sender's name or address",
    "recipient": "recipient's name or address",
    "dated": "date",
    "subject": "subject",
    "parts": "body",
    "closing": "body",
    "signed": "name at the end",
    "enclosures": "list of enclosures",
}
_HEADING = re.compile(r"\d+\. .{0,75}[^.:;,]")
# What no line's end tears apart: "15(1)(g)", "e-mail", "KI-Modelle", a case's "ABCD-EF23"; and what is never divided as a word:
# with an @, a digit, a dot in it.
_BOX = re.compile(
    r"(\d+[A-Z]?(?:\([0-9A-Za-z]{1,2}\))+|\b[Ee]-[Mm]ails?\b|\[?\b(?=\d*[A-Z])[A-Z\d]{1,4}-\w{1,24}\b\]?)"
)
_WHOLE = re.compile(rf"{_BOX.pattern}|([^\s()]*[@/0-9._][^\s()]+)")
# Languages whose long words are divided at the end of a line.
_DIVIDED = frozenset({"de", "es", "fr", "it", "nl", "pl", "pt"})
_LONG = re.compile(r"[^\s\u200b]{50}(?=\S)")


def values(letter: Letter) -> dict[str, Any]:
    """What the template shows, by name; the names are those that an error tells."""
    blocks = [block.split("\n") for block in _plain(letter.body).split("\n\n")]
    # The last block is the name, the one before it the closing words; a lone block is all body.
    body, closing, signed = (blocks[:-2], blocks[-2], blocks[-1]) if len(blocks) > 2 else (blocks, [], [])
    return {
        "sender": [_plain(line) for line in letter.sender],
        "recipient": [_plain(line) for line in letter.recipient],
        "dated": _plain(letter.dated),
        "subject": _breakable(_plain(letter.subject)),
        "parts": [part for block in body for part in _parts(block)],
        "closing": [_breakable(line) for line in closing],
        "signed": [_breakable(line) for line in signed],
        "enclosures": [_breakable(_plain(line)) for line in letter.enclosures],
    }


def _plain(text: str) -> str:
    """Text whose letters and accents are composed where Unicode can; "Art. 17" and "lit. c" stay on one line."""
    return TOGETHER.sub("\u00a0", unicodedata.normalize("NFC", text))


def _breakable(text: str) -> str:
    """Text in which a word longer than a line may be broken, so that nothing runs off the sheet."""
    return _LONG.sub("\\g<0>\u200b", text)


def _parts(block: list[str]) -> Iterator[dict[str, Any]]:
    """A paragraph as headings, running text and lists, in order; an item begins with `- ` or `(a) `."""
    if len(block) == 1 and _HEADING.fullmatch(block[0].replace("\u00a0", " ")):
        yield {"kind": "heading", "text": _breakable(block[0])}
        return
    part: dict[str, Any] = {"kind": ""}
    for line in block:
        found = ITEM.match(line)
        kind = "text" if not found else "list" if line.startswith("-") else "enum"
        text = _breakable(line[found.end() :] if found else line)
        if kind == "text" or kind != part["kind"]:
            if part["kind"]:
                yield part
            part = {"kind": kind, "text": text} if kind == "text" else {"kind": kind, "items": [], "numbers": []}
        if kind != "text":
            part["items"].append(text)
            part["numbers"].append(ord(line[1]) - ord("a") + 1)
    if part["kind"]:
        yield part


def texts(values: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Every text of the letter, with the name of the field that it stands in."""
    for key, where in _FIELDS.items():
        # The break that `_breakable` puts into a long word is no fault.
        yield where, "\n".join(_strings(values[key])).replace("\u200b", "")


def _strings(value: Any) -> Iterator[str]:
    """The texts in lists and dictionaries, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _strings(one)


def pieces(values: dict[str, Any], lang: str) -> dict[str, Any]:
    """The values with each text as pieces, [kind, text]: `box` stays on one line, `whole` is not divided.

    `heading` is the subject so; its words are never divided.
    """
    divided = lang in _DIVIDED

    def cut(part: dict[str, Any]) -> dict[str, Any]:
        if part["kind"] == "text":
            return part | {"text": _pieces(part["text"], divided), "ends": part["text"][-1:]}
        return part | {"items": [_pieces(one, divided) for one in part["items"]]} if "items" in part else part

    heading = _pieces(values["subject"], divided=False)
    return values | {"heading": heading, "parts": [cut(part) for part in values["parts"]], "divided": divided}


def _pieces(text: str, divided: bool) -> list[tuple[str, str]]:  # noqa: FBT001
    found, at = [], 0
    for one in (_WHOLE if divided else _BOX).finditer(text):
        found += [("", text[at : one.start()]), ("box" if one[1] else "whole", one[0])]
        at = one.end()
    return [piece for piece in (*found, ("", text[at:])) if piece[1]] or [("", "")]
