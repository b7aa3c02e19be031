"""The language of a letter: what the person says, else what person and company share, else English."""

from __future__ import annotations

from collections.abc import Iterable

from dsr.errors import UnknownName

_NAMES = {
    "en": "English", "de": "German", "fr": "French", "es": "Spanish", "it": "Italian", "nl": "Dutch", "pt": "Portuguese",
    "pl": "Polish",
}  # fmt: skip


def called(lang: str) -> str:
    """A language by its English name, or its code where dsr has no name for it."""
    return _NAMES.get(lang, f"'{lang}'")


def choose(
    written: Iterable[str],
    *,
    wanted: str | None = None,
    before: str = "",
    own: str = "",
    company: Iterable[str] = (),
    reader: str = "the company",
) -> tuple[str, str]:
    """A language in which the letter exists, and one sentence why.

    `written`: the languages of the letter; `wanted`: what the person asked for; `before`: the language of the letter that this
    one follows; `own`: the language of the profile; `company`: what `reader` is known to read, empty where it is not known.
    Raises UnknownName for a wanted language in which there is no such letter.
    """
    there = sorted(set(written))
    if wanted is not None:
        typed = wanted.strip().lower()
        if typed not in there:
            raise UnknownName("language of this letter", wanted, there)
        return typed, f"{called(typed)}, as you asked."
    reads = tuple(company)
    if before in there:
        return before, f"{called(before)}, like the letter before it."
    if own in there and (not reads or own in reads):
        shared = f"{reader} reads it too" if reads else f"which languages {reader} reads is not on record"
        return own, f"{called(own)}, your language; {shared}."
    fallback = "en" if "en" in there else there[0]
    if own and own not in there:
        why = f"there is no such letter in {called(own)}"
    else:
        why = f"{reader} is not known to read {called(own)}" if own else "your profile names no language"
    return fallback, f"{called(fallback)}: {why}."
