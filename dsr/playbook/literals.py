"""What a text looks like: something personal, something generated, a language code."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import parse_qsl, unquote, urlsplit

_EMAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+"
)  # bounded: a long text takes no longer than it is long
_DAY = re.compile(r"\b(?:19|20)\d\d-[01]\d-[0-3]\d\b")
_PHONE = re.compile(r"(?<!\w)\+?\d(?:[ ()./-]{0,2}\d){7,}(?!\w)")
_DIGITS = re.compile(r"\d{6,}")
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_TELLING = re.compile(r"(?i)(?:.*[_-])?(?:token|key|session|sid|auth|sig|signature|e?mail|user|uid|account|password)")
_OPAQUE = re.compile(r"(?=.*\d)(?=.*[A-Za-z])[\w.~+/=-]{16,}|[\w~-]{32,}", re.ASCII)
_GENERATED = re.compile(r"(?i)radix|headlessui|react-aria|:r\w*:|^mui-|^ember|[-_.:]?\d+$|\d{3,}")
_HASH = re.compile(r"(?=[^\d]*\d)[0-9a-f]{6,}|(?=\D*\d\D*[a-z])(?=.*\d.*\d)[0-9a-z]{6,}", re.IGNORECASE)
_LANGUAGES = frozenset(
    "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es et "
    "eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk "
    "kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny "
    "oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk "
    "tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu fil yue".split()
)  # ISO 639-1, and two of ISO 639-3 that sites have
_REGION = re.compile(r"(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|\d{3}))?")


def is_locale(code: str) -> bool:
    """Whether a code is a language, perhaps with a script and a region: `en`, `pt-BR`, `zh-Hant-TW`."""
    language, dash, rest = code.partition("-")
    return language in _LANGUAGES and _REGION.fullmatch(dash + rest) is not None


def generated(testid: str) -> bool:
    """Whether a test id looks as if a program had made it up: a framework's counter, a number, a hash."""
    return bool(_GENERATED.search(testid)) or any(_HASH.fullmatch(part) for part in re.split(r"[-_.:]", testid))


def personal(text: str) -> Iterator[str]:
    """What in a text could be a person's: each as words, without repeating it."""
    plain = _DAY.sub("", text)
    if _EMAIL.search(plain):
        yield "an e-mail address"
    if _PHONE.search(plain):
        yield "what could be a phone number"
    elif _DIGITS.search(plain):
        yield "a long number"
    if _UUID.search(plain):
        yield "an identifier"


def mail_in(text: str) -> bool:
    """Whether a text holds an e-mail address."""
    return _EMAIL.search(text) is not None


def foreign(host: str) -> Iterator[tuple[str, str]]:
    """The parts of a host that stand for other letters than they are written in, and those letters."""
    for label in host.partition(":")[0].split("."):
        if label.startswith("xn--"):
            try:
                yield label, label[4:].encode().decode("punycode")
            except UnicodeError:
                yield label, label


def mixed(text: str) -> bool:
    """Whether letters of several alphabets stand in one word, of which one looks like another's."""
    known = {unicodedata.name(one, "?").partition(" ")[0] for one in text if one.isalpha()}
    return len(known & {"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"}) > 1


def personal_in_url(url: str) -> Iterator[str]:
    """The same for an address, where a value of the query or the fragment may also be a token."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return  # it is no address, which is another rule's
    yield from personal(unquote(f"{parts.username or ''} {parts.path}"))
    if parts.username is not None:
        yield "a user name"
    for key, value in parse_qsl(parts.query) + parse_qsl(parts.fragment):
        if _OPAQUE.fullmatch(value) or (value and _TELLING.fullmatch(key)) or any(personal(value)):
            yield f"what could be a token or a person's: the value of '{key}'"
