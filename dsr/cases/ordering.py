"""What a person types for a letter, checked: which words go with which letter, and which are asked for where they are missing."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from msgspec.structs import replace

from dsr.cases import papers
from dsr.cases.papers import Order
from dsr.errors import UsageError
from dsr.letters.asks import Asks
from dsr.letters.kinds import Form, Kind, kind
from dsr.model import Person, Right

# Which words go with which letters; the others (whose name it is written in) go with every letter.
FITS: dict[str, tuple[str, ...]] = {
    "whole_account": (Right.ERASURE,),
    "keep_account": (Right.ERASURE,),
    "only": (
        Right.ERASURE, Right.PORTABILITY, Right.RECTIFICATION, Right.RESTRICTION, Right.OBJECTION, Form.PHOTOS,
    ),
    "grounds": (Right.OBJECTION, Right.TRAINING_OPT_OUT, Right.RESTRICTION, Right.AUTOMATED_DECISION),
    "correct": (Right.RECTIFICATION,),
    "transmit_to": (Right.PORTABILITY,),
    "consents": (Right.CONSENT_WITHDRAWAL,),
    "decision": (Right.AUTOMATED_DECISION,),
    "photos_of_others": (Form.PHOTOS,),
}  # fmt: skip
_OPTIONS = {
    "only": "--only",
    "whole_account": "--whole-account",
    "keep_account": "--keep-account",
    "grounds": "--grounds",
    "correct": "--correct",
    "transmit_to": "--to-controller",
    "consents": "--consent",
    "decision": "--decision",
    "photos_of_others": "--no-account",
}


def letter(typed: str) -> Kind:
    """A letter that asks for something: a right, or a special form of one, as it is typed.

    Raises UnknownName with close matches, UsageError for a letter that only follows another one in a case.
    """
    found = kind(typed.strip().lower().replace("_", "-").replace(" ", "-"))
    if found.follow_up:
        command = "dsr complain ID" if "complaint" in found.name else f"dsr reply ID {found.name}"
        raise UsageError(f"a letter '{found.name}' follows another one, in a case", f"{command}; your cases: dsr list")
    return found


def style(lang: str | None, format_: str | None, form: str | None, signature: Path | None) -> Order:
    """How a letter shall look, from what was typed. Raises UnknownName or BadFile for a format, a sheet or a signature that is
    none."""
    return Order(
        lang=lang,
        format=papers.format_(format_) if format_ is not None else None,
        form=papers.form(form) if form is not None else None,
        signature=papers.signature(signature) if signature is not None else None,
    )


def order(name: Kind, asks: Asks, how: Order) -> Order:
    """What a person wants of a letter: which, in which words, how it shall look. Raises as `check` does."""
    check(name, asks)
    return replace(how, name=name.name if name.name not in set(Right) else "", asks=asks)


def check(name: Kind, asks: Asks) -> None:
    """Raises UsageError for words that do not go with that letter, or contradict each other."""
    for field, letters in FITS.items():
        if getattr(asks, field) and name.name not in letters:
            known = ", ".join(sorted(letters))
            raise UsageError(f"{_OPTIONS[field]} does not go with the {name.name} letter", f"it goes with: {known}")
    if asks.whole_account and (asks.keep_account or asks.only):
        other = "--keep-account" if asks.keep_account else "--only"
        raise UsageError(f"--whole-account and {other} contradict each other", "leave one of them out")
    if asks.for_child and asks.mandate:
        raise UsageError("--child and --on-behalf-of: a letter is written for one person", "leave one of them out")
    if asks.authority and not asks.acting_for:
        raise UsageError("--proof shows that you may act for somebody", "add --child NAME or --on-behalf-of NAME")


def corrections(typed: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Pairs of wrong and right from `WRONG=RIGHT`; the first '=' parts them. Raises UsageError."""
    found = []
    for pair in typed:
        wrong, sign, right = pair.partition("=")
        if not (sign and wrong.strip() and right.strip()):
            raise UsageError(f"'{pair}' is not WRONG=RIGHT", "for example --correct 'born 1815=born 1816'")
        found.append((wrong.strip(), right.strip()))
    return tuple(found)


def complete(name: Kind, asks: Asks, person: Person, *, ask: bool) -> Asks:
    """The same, with what the letter cannot do without asked for at the terminal. Raises UsageError where nobody answers.

    `ask`: one's own grounds are asked for too, where the law weighs them and none are given.
    """
    if name.name == Right.RECTIFICATION and not (asks.correct or asks.only):
        if not person.present:
            raise UsageError("what is wrong, and what is right?", "add --correct 'WRONG=RIGHT'")
        wrong, right = person.ask("What is wrong, as the company has it"), person.ask("What is right")
        if not (wrong.strip() and right.strip()):
            raise UsageError("a correction has a wrong and a right side", "add --correct 'WRONG=RIGHT'")
        return replace(asks, correct=((wrong, right),))
    if name.name in (Right.OBJECTION, Right.TRAINING_OPT_OUT) and ask and person.present and not asks.grounds:
        return replace(
            asks, grounds=person.ask("Your own grounds, in your words; the law weighs them (empty: none given)")
        )
    return asks


def scope(asks: Asks, person: Person, *, whole_account: bool | None, yes: bool) -> Asks:
    """The same, with the answer to which is meant of an erasure: this data, or the whole account.

    Where nobody answers, it is the lesser act, and that is said. Raises UsageError for another answer.
    """
    if whole_account is not None or asks.only or asks.keep_account:
        return replace(asks, whole_account=bool(whole_account))
    if yes or not person.present:
        person.tell("Only this data, not the account: nobody was asked (--whole-account asks for that).")
        return asks
    typed = person.ask("This data, or the whole account? (data/account)", "data").strip().lower()
    if typed not in ("data", "account"):
        hint = "--this-data or --whole-account says it beforehand"
        raise UsageError(f"'{typed}' is neither 'data' nor 'account'", hint)
    return replace(asks, whole_account=typed == "account")
