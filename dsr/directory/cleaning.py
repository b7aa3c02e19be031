"""What makes a value of an imported record acceptable: strangers wrote it, so it is cleaned, or refused with a reason."""

from __future__ import annotations

import html
import re

NAME_AT_MOST = 200
LINES_AT_MOST = 12
NOTE_AT_MOST = 4000
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_EMAIL = re.compile(r"[^\s@<>,;:\"'()\[\]\\]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,62}\.)+)[a-z]{2,24}", re.IGNORECASE)
_URL = re.compile(r"https://[a-z0-9.-]+\.[a-z]{2,24}(?::\d+)?(?:[/?#][^\s<>\"\\]*)?", re.IGNORECASE)
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}")
_AFTER_HOST = re.compile(r"[/?#:]")
_TAG = re.compile(r"</?[a-z][^<>]*>|<!--.*?-->", re.IGNORECASE | re.DOTALL)
_ODD = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]|<|&")
_UNSEEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)


def tidy(text: str) -> str:
    """A value as one line, without markup, control characters and bidi marks."""
    if _ODD.search(text):
        text = _UNSEEN.sub("", html.unescape(_TAG.sub(" ", text)))
    return " ".join(text.split())


def name(text: str) -> str:
    """A name, cleaned. Raises ValueError where nothing is left, or it is longer than any name."""
    if len(text) > NAME_AT_MOST:
        raise ValueError(f"the name has {len(text):,} characters, more than {NAME_AT_MOST}")
    found = tidy(text)
    if not any(map(str.isalnum, found)):
        raise ValueError("the name is empty")
    return found


def key(text: str) -> str:
    """A slug of a source. Raises ValueError for one that is none: a path, capitals, blanks."""
    if len(text) > 100 or not SLUG.fullmatch(text):
        raise ValueError(f"'{tidy(text)[:60]}' is no slug: lower case letters, digits and single hyphens")
    return text


def lines(text: str) -> tuple[str, ...]:
    """A postal address, line by line. Raises ValueError for more than an envelope holds."""
    if len(text) > LINES_AT_MOST * 100:
        raise ValueError(f"the address has {len(text):,} characters")
    found = tuple(filter(None, map(tidy, text.split("\n"))))
    if len(found) > LINES_AT_MOST:
        raise ValueError(f"the address has {len(found)} lines, more than {LINES_AT_MOST}")
    return found


def email(text: str) -> str:
    """An e-mail address, or empty where the text is none."""
    found = text.strip().removeprefix("mailto:")
    return found if len(found) <= 254 and _EMAIL.fullmatch(found) else ""


def url(text: str) -> str:
    """An https address, or empty where the text is none; http is not followed."""
    found = text.strip()
    return found if len(found) <= 1000 and _URL.fullmatch(found) else ""


def domain(text: str) -> str:
    """The domain of an address, or of what was typed as one, lower case and without `www.`; empty where there is none."""
    host = text.strip().lower().partition("://")[2] or text.strip().lower()
    host = _AFTER_HOST.split(host, maxsplit=1)[0].removeprefix("www.").rstrip(".")
    return host if len(host) <= 253 and _DOMAIN.fullmatch(host) else ""


def note(text: str) -> str:
    """A remark, cleaned. Raises ValueError for one that is no remark any more."""
    if len(text) > NOTE_AT_MOST:
        raise ValueError(f"a note has {len(text):,} characters, more than {NOTE_AT_MOST}")
    return tidy(text)
