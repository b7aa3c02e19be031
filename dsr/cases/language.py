"""The language of a letter: what the person says, else what person and company share, else English."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from dsr import letters
from dsr.errors import NoLetter, UnknownName
from dsr.letters import words

_NAMES = {
    "en": "English", "de": "German", "fr": "French", "es": "Spanish", "it": "Italian", "nl": "Dutch", "pt": "Portuguese",
    "pl": "Polish",
}  # fmt: skip


def called(lang: str) -> str:
    """A language by its English name, or its code where dsr has no name for it."""
    return _NAMES.get(lang, f"'{lang}'")


def written(regime: str, name: str, own: Path | None = None) -> list[str]:
    """The languages in which a law has that letter; `own` is the folder of the person's own templates."""
    return [lang for lang in words.languages() if not letters.why_not(regime, name, lang, own)]


def check(regime: str, name: str, wanted: str | None, own: Path | None = None) -> None:
    """Raises NoLetter where the wanted language is one of those of letters, but has not this one: with the reason."""
    typed = (wanted or "").strip().lower()
    if typed in words.languages() and (why := letters.why_not(regime, name, typed, own)):
        raise NoLetter(name, typed, why, written(regime, name, own))


def choose(
    there: Iterable[str],
    *,
    wanted: str | None = None,
    before: str = "",
    own: str = "",
    company: Iterable[str] = (),
    reader: str = "the company",
) -> tuple[str, str]:
    """A language in which the letter exists, and one sentence why.

    `there`: the languages of the letter; `wanted`: what the person asked for; `before`: the language of the letter that this
    one follows; `own`: the language of the profile; `company`: what `reader` is known to read, empty where it is not known.
    Raises UnknownName for a wanted language in which there is no such letter.
    """
    found = sorted(set(there))
    if wanted is not None:
        typed = wanted.strip().lower()
        if typed not in found:
            raise UnknownName("language of this letter", wanted, found)
        return typed, f"{called(typed)}, as you asked."
    reads = tuple(company)
    if before in found:
        return before, f"{called(before)}, like the letter before it."
    if own in found and (not reads or own in reads):
        shared = f"{reader} reads it too" if reads else f"which languages {reader} reads is not on record"
        return own, f"{called(own)}, your language; {shared}."
    fallback = "en" if "en" in found else found[0]
    if own and own not in found:
        why = f"there is no such letter in {called(own)}"
    else:
        why = f"{reader} is not known to read {called(own)}" if own else "your profile names no language"
    return fallback, f"{called(fallback)}: {why}."
