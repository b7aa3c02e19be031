"""What may stand in a letter: values cleaned to one line, so that no name can forge a line, a header or a mark nobody sees."""

from __future__ import annotations

import re
from functools import lru_cache

from dsr.errors import BadData, TooLong

UNSEEN = re.compile(  # escape sequences, controls, bidi and other invisible marks, surrogates
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|(?:\x1b\]|\x9d)[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"
    r"|[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u180e\u200b\u200e\u200f"
    r"\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
_ATOM, _LABEL = r"[\w!#$%&'*+/=?^`{|}~-]+", r"[^\W_](?:[\w-]*[^\W_])?"
_EMAIL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*")
# Characters: a name or a line of an address; what a person writes in their own words.
LINE, WORDS = 500, 5_000


@lru_cache(1_000)
def line(value: str, what: str = "name or line of an address", limit: int = LINE) -> str:
    """A value as one clean line: whitespace collapsed, nothing in it that a reader cannot see.

    Raises TooLong, naming `what`, for more than `limit` characters.
    """
    clean = " ".join(UNSEEN.sub("", value).split())
    if len(clean) > limit:
        raise TooLong(what, len(clean), limit)
    return clean


def words(value: str, what: str) -> str:
    """A person's own words as one clean paragraph. Raises TooLong."""
    return line(value, what, WORDS)


@lru_cache(1_000)
def stop(value: str) -> str:
    """The full stop that a sentence still needs after a quoted text: none where the text brings its own end."""
    return "" if value.endswith((".", "!", "?", "…", "。")) else "."


@lru_cache(1_000)
def email(value: str, hint: str = "dsr profile set email ada@example.org") -> str:
    """A usable e-mail address, or nothing where there is none. Raises BadData."""
    if (value := line(value, "e-mail address")) and not _EMAIL.fullmatch(value):
        raise BadData(f"'{value}' is not an e-mail address", hint)
    return value
