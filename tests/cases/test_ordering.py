"""Which words go with which letter, and in which language a letter is: held against the letters themselves."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from dsr import letters
from dsr.cases import language, ordering
from dsr.errors import UnknownName, UsageError
from dsr.letters.asks import Asks
from dsr.letters.kinds import KINDS
from dsr.model import Entity, Right, Route, Subject

SAID = {
    "whole_account": True, "keep_account": True, "only": "QWERTY", "grounds": "QWERTY", "correct": (("QWERTY", "ASDF"),),
    "transmit_to": "QWERTY", "consents": ("QWERTY",), "decision": "QWERTY", "photos_of_others": True,
}  # fmt: skip
ADA = Subject(id="me", name="Ada Lovelace", emails=("ada@example.org",))
NAMES = [
    name
    for name, kind in KINDS.items()
    if not kind.follow_up and name not in ("sale-opt-out", "limit", "authorisation")
]


def written(name: str, asks: Asks) -> str:
    """The letter under the GDPR."""
    return letters.render(
        regime="eu-gdpr", right=KINDS[name].rights[0], name=name, lang="en", subject=ADA, controller="acme",
        entity=Entity(name="Acme", place="IE"), service="Acme", reference="AAAA-BBBB", on=date(2026, 11, 22),
        route=Route.EMAIL, asks=asks,
    ).body  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("field", SAID)
def test_words_go_with_a_letter_exactly_where_it_says_them(name: str, field: str) -> None:
    """What is accepted for a letter changes it, and what would be lost without a word is refused."""
    asks = replace(Asks(), **{field: SAID[field]})
    if name in ordering.FITS[field]:
        ordering.check(KINDS[name], asks)
        assert written(name, asks) != written(name, Asks())
    else:
        with pytest.raises(UsageError, match="does not go with"):
            ordering.check(KINDS[name], asks)
        if field in ("only", "grounds", "correct", "transmit_to", "consents", "decision"):
            assert "QWERTY" not in written(name, asks)


@pytest.mark.parametrize(
    ("how", "picked", "why"),
    [
        ({"wanted": "DE"}, "de", "as you asked"),
        ({"wanted": "en", "own": "de"}, "en", "as you asked"),
        ({"before": "fr", "own": "de"}, "fr", "like the letter before it"),
        ({"before": "eo", "own": "de"}, "de", "your language"),
        ({"own": "de"}, "de", "is not on record"),
        ({"own": "de", "company": ["de", "en"]}, "de", "reads it too"),
        ({"own": "de", "company": ["en"]}, "en", "is not known to read German"),
        ({"own": "eo"}, "en", "no such letter in 'eo'"),
        ({}, "en", "names no language"),
    ],
)
def test_the_language_is_chosen_and_argued(how: dict[str, object], picked: str, why: str) -> None:
    """Asked for, shared, or English, in this order, with one sentence why."""
    lang, said = language.choose(["en", "de", "fr"], **how)  # type: ignore[arg-type]
    assert (lang, why in said, said.endswith(".")) == (picked, True, True)


@given(st.text(max_size=8), st.text(max_size=8), st.lists(st.text(max_size=3)))
def test_the_language_is_always_one_that_there_is(before: str, own: str, company: list[str]) -> None:
    """Whatever is on record, the letter exists in the language chosen."""
    assert language.choose(["de", "en"], before=before, own=own, company=company)[0] in ("de", "en")


def test_a_language_without_a_letter_is_refused() -> None:
    """A wanted language in which there is no letter is named with those that there are."""
    with pytest.raises(UnknownName, match="no language of this letter is called 'xx'"):
        language.choose(["en"], wanted="xx")


@pytest.mark.parametrize("typed", ["a", "=b", "a=", "", " = "])
def test_a_correction_needs_both_sides(typed: str) -> None:
    """`WRONG=RIGHT` has a wrong and a right."""
    with pytest.raises(UsageError, match="is not WRONG=RIGHT"):
        ordering.corrections([typed])


def test_a_right_may_hold_the_sign_that_parts_it() -> None:
    """The first '=' parts wrong from right."""
    assert ordering.corrections(["a=b=c"]) == (("a", "b=c"),)
    assert ordering.letter("Training_Opt-Out").name == Right.TRAINING_OPT_OUT
