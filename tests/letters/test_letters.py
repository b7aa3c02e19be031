"""Letters: what every letter holds, under every law and in every language, for every shape of person.

Golden texts: `DSR_UPDATE_GOLDEN=1 pytest tests/letters/test_letters.py` writes them anew; read the difference first.
"""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from shapes import ADA, LANGS, LETTERS, MAIN, REFERENCE, SHAPES, STORY, model, rights, write

from dsr.law import packs
from dsr.letters import KINDS, Asks, FollowUp, Form, Letter, Story
from dsr.letters.families import template
from dsr.model import Right, Route
from dsr.resources import folder

GOLDEN = Path(__file__).parent / "golden"
PAIRS = sorted({(name, lang) for _, name, lang in LETTERS})
each_name = pytest.mark.parametrize(("name", "lang"), PAIRS, ids=map("-".join, PAIRS))


def laws(name: str, lang: str) -> list[str]:
    """The laws under which there is that letter."""
    return [regime for regime, one, word in LETTERS if (one, word) == (name, lang)]


def shapes(regime: str) -> dict[str, dict[str, Any]]:
    """All shapes for the main laws; for the others, whose sentences are the same, the first few."""
    return SHAPES if regime in MAIN else dict(list(SHAPES.items())[:2])


# What every letter holds


def test_every_template_is_a_letter() -> None:
    """Every file in the templates folder is a letter that some law has, or shared."""
    files = {path.relative_to(folder("templates")).as_posix() for path in folder("templates").glob("*/*.j2")}
    used = {template(regime, name, lang) for regime, name, lang in LETTERS}
    assert files - used == {f"shared/blocks.{lang}.j2" for lang in LANGS}
    assert used <= files


@each_name
def test_letter_is_clean(name: str, lang: str) -> None:
    """A letter renders for every law, person and route, with one reference in subject and body and no debris."""
    for regime in laws(name, lang):
        for shape, changes in shapes(regime).items():
            for right in rights(regime, name) if shape == "account" else rights(regime, name)[:1]:
                letter = write(regime, name, lang, right=right, **changes)
                _clean(letter, changes.get("asks", Asks(mandate="Ben Lovelace" if name == Form.AUTHORISATION else "")))


def _clean(letter: Letter, asks: Asks) -> None:
    text = letter.text()
    what = f"{letter.regime} {letter.right} {text}"
    assert "\n" not in letter.subject, what
    assert letter.subject.count(f"[{REFERENCE}]") == letter.subject.count(REFERENCE) == 1, what
    assert letter.body.count(REFERENCE) == 1, what
    for debris in ("{{", "{%", "{#", "None", "Undefined", "  \n", " \n", "\t", " ,", " ;", "..", "()", "recall"):
        assert debris not in text, f"{debris!r} in {what}"
    assert not re.search(r"\bdsr\b", text, re.IGNORECASE), what
    assert not re.search(r" [.:;,?!»]|« ", text), what  # a no-break space may stand there
    assert "\n\n\n" not in letter.body, what
    assert not re.search(r"\n- .*\n\n- ", letter.body), f"a list is broken in two: {what}"
    assert max(map(len, text.splitlines())) <= 78, what
    last = letter.body.rpartition("\n\n")[2]
    assert asks.acting_for in last, what
    if letter.name != Form.AUTHORISATION:
        assert last.startswith(letter.sender[0]), what


@each_name
def test_letter_is_under_its_own_law(name: str, lang: str) -> None:
    """A letter has the marks of its own law and of no other, and never the repealed Article 77 UK GDPR."""
    for regime in laws(name, lang):
        for right in rights(regime, name):
            letter = write(regime, name, lang, right=right)
            text = f"{letter.subject}\n{letter.body}"
            for mark, of in MARKS.items():
                assert regime in of or not re.search(mark, text), f"{mark} under {regime}:\n{text}"
            if regime in GDPR:
                assert any(re.search(mark, text) for mark, of in MARKS.items() if regime in of), f"{regime}\n{text}"
            assert regime != "uk-gdpr" or not re.search(r"\b77\b|\b22\(", text), text


GDPR = {"eu-gdpr", "uk-gdpr"}
# Which laws may use a mark; a law without an entry may use none of them.
MARKS = {
    r"(?<!UK )\bGDPR\b|\bDSGVO\b|(?<!UK )\bRGPD\b|\bRODO\b|\bAVG\b": {"eu-gdpr"},
    r"UK GDPR|164A|\b12A\b|15\(1A\)": {"uk-gdpr"},
    r"Data Protection Act 2018": {"uk-gdpr", "uk-dpa-part3"},
    r"1798|CCPA|CPPA|\b11 CCR\b": {"us-ca-ccpa", "us-ca-delete-act"},
    r"\bFADP\b|\bDSG\b|\bLPD\b": {"ch-fadp"},
    r"\bLGPD\b": {"br-lgpd"},
}
# What the English letters must cite.
CITES = {
    ("eu-gdpr", "access"): "15(1)(a) to (h) 15(2) 15(3) 12(3) 12(4) 12(5) 12(6) 11(2)",
    ("eu-gdpr", "erasure"): "17(1) 17(2) 17(3) 19 12(3) 12(4) 12(6)",
    ("eu-gdpr", "portability"): "20 20(1) 12(3)",
    ("eu-gdpr", "rectification"): "16 18(1)(a) 19",
    ("eu-gdpr", "restriction"): "18 18(1) 18(3) 19",
    ("eu-gdpr", "objection"): "21(1) 6(1)(f) 18(1)(d) 17(1)(c) 19",
    ("eu-gdpr", "training-opt-out"): "21(1) 6(1)(f) 21(5) 18(1)(d) 17(1)(c) 19 7(3) 17(1)(b) 9(2)",
    ("eu-gdpr", "photos"): "17 15(1) 21(1) 19 9(2) 7(3)",
    ("eu-gdpr", "marketing-objection"): "21(2) 21(3) 7(3)",
    ("eu-gdpr", "consent-withdrawal"): "7(3) 17(1)(b)",
    ("eu-gdpr", "automated-decision"): "22(3) 15(1)(h)",
    ("eu-gdpr", "identity"): "12(6)",
    ("eu-gdpr", "use-our-form"): "12(2)",
    ("eu-gdpr", "incomplete"): "15(1)(a) 15(1)(h) 15(2) 15(3)",
    ("eu-gdpr", "no-reasons"): "12(4) 12(5)",
    ("eu-gdpr", "late-extension"): "12(3)",
    ("eu-gdpr", "complaint"): "77 58(2)(c) 77(2)",
    ("uk-gdpr", "access"): "15(1A) 12A 164A 165",
    ("uk-gdpr", "automated-decision"): "22C",
    ("uk-gdpr", "controller-complaint"): "164A 165",
    ("uk-gdpr", "complaint"): "165",
    ("ch-fadp", "access"): "25 25(7) 18(1)",
    ("us-ca-ccpa", "access"): "1798.110 1798.115 1798.130(a)(2) 7021",
    ("us-ca-ccpa", "erasure"): "1798.105 7021",
    ("us-ca-ccpa", "training-opt-out"): "1798.105 1798.120 1798.121",
    ("us-ca-ccpa", "sale-opt-out"): "1798.120 7026(f)",
    ("us-ca-ccpa", "limit"): "1798.121 7027(g)",
    ("us-va", "erasure"): "59.1-577",
    ("us-va", "appeal"): "59.1-577(C)",
    ("ca-qc", "erasure"): "28.1 32",
    ("ca-pipeda", "access"): "8(3)",
    ("br-lgpd", "access"): "18 19",
}


@pytest.mark.parametrize(("regime", "name"), CITES, ids=map("-".join, CITES))
def test_letter_cites_what_it_must(regime: str, name: str) -> None:
    """A letter cites the articles that its law has for it."""
    letter = write(regime, name)
    for article in CITES[regime, name].replace(" to ", "_to_").split():
        assert article.replace("_to_", " to ") in f"{letter.subject}\n{letter.body}", article


@cache
def unsure(regime: str) -> tuple[str, ...]:
    """What nobody re-read for us: articles and authorities of a law that no firm rule names too."""
    pack = packs.find(regime)
    rules = [one for _, one in packs.citations(pack)]
    firm = {one.article for one in rules if (one.confidence or pack.confidence).firm} | {pack.name, pack.short}
    told = {one.article for one in rules if not (one.confidence or pack.confidence).firm}
    if not (pack.complaint.confidence or pack.confidence).firm:
        told.add(pack.complaint.authority)
    return tuple(one for one in told if not any(one in name for name in firm))


@each_name
def test_nothing_unsure_is_asserted(name: str, lang: str) -> None:
    """An article or an authority that nobody re-read for us does not stand in a letter."""
    for regime in laws(name, lang):
        for right in rights(regime, name) if unsure(regime) else ():
            text = write(regime, name, lang, right=right).body
            assert not (found := [one for one in unsure(regime) if one in text]), f"{regime}, {right}: {found}"


def test_there_is_something_unsure() -> None:
    """Swiss rectification and the Alberta authority are known from memory only, so that the test above can fail."""
    assert "Art. 32(1) FADP" in unsure("ch-fadp")
    assert "the Information and Privacy Commissioner of Alberta" in unsure("ca-ab")


@each_name
def test_erasure_does_not_speak_of_access(name: str, lang: str) -> None:
    """A letter about erasure cites neither Article 15 nor guidelines on access; only that on photos asks for their source."""
    for regime in laws(name, lang):
        if regime in GDPR and Right.ERASURE in KINDS[name].rights and name != Form.PHOTOS:
            story = None if name not in set(FollowUp) else {"story": STORY_WITHOUT_ITEMS}
            body = write(regime, name, lang, right=Right.ERASURE, **(story or {})).body
            assert not re.search(r"\b[Aa]rt\w*\.? 15\b|Guidelines|Leitlinien|lignes directrices|1798\.1[13]", body), (
                body
            )


STORY_WITHOUT_ITEMS = Story(asked_on=STORY.asked_on, due_on=STORY.due_on, events=STORY.events)


@each_name
def test_letter_threatens_and_recalls_nothing(name: str, lang: str) -> None:
    """A letter accuses nobody, asks for no money, names no judgment; a request names no date by which to answer."""
    for regime in laws(name, lang):
        body = write(regime, name, lang).body
        assert not re.search(r"C-\d+/\d+|unlawful|compensation|damages|legal action|lawyer|rechtswidrig", body)
        assert name in set(FollowUp) or regime not in MAIN or "2026" not in body


def test_erasure_says_whether_the_account_goes() -> None:
    """An erasure letter says which is meant: the data, the data with the account, or only this."""
    for regime in laws("erasure", "en"):
        data, account, only = (
            write(regime, "erasure", asks=asks).body
            for asks in (Asks(), Asks(whole_account=True), Asks(only="the photos of 3 May"))
        )
        assert "Please keep my account open" in data
        assert "close and delete the account" in account
        assert '"the photos of 3 May"' in only
        assert "safety flags" not in only


def test_a_complaint_tells_the_whole_story() -> None:
    """A complaint goes to the authority, and holds the timeline, what the company wrote, what is missing and what is enclosed."""
    letter = write("eu-gdpr", "complaint")
    assert letter.recipient == ("Watchdog of Examples", "Street 1", "12345 Town")
    assert '- 20 September 2026: the company asked for proof of identity ("a passport");' in letter.body
    assert '"We need more from you."' in letter.body
    assert letter.body.count("(Article 15(1)(") == 8
    assert letter.text().endswith("Enclosures:\n- Request of 1 September 2026\n- Message of 20 September 2026\n")
    nobody = write("eu-gdpr", "complaint", story=STORY_WITHOUT_ITEMS)
    assert nobody.recipient == ("The competent data protection authority",)


def test_acting_for_somebody_is_told() -> None:
    """A letter for a child or by mandate says for whom, encloses the authority, and is signed so."""
    for asks in (Asks(for_child="Ben", authority="birth certificate"), Asks(mandate="Ben", authority="authorisation")):
        letter = write("eu-gdpr", "erasure", asks=asks)
        assert letter.enclosures == (asks.authority,)
        assert letter.body.endswith("\n\nAda Lovelace, for Ben")
        assert ("child's name" if asks.for_child else "principal's name") in letter.discloses
    form = write("eu-gdpr", "authorisation", asks=Asks(mandate="Ben Lovelace"), route=Route.POST)
    assert form.sender[0] == "Ben Lovelace"
    assert f"authorise {ADA.name}" in form.body


# Golden texts


def golden(regime: str, name: str, lang: str) -> str:
    """A main law's letter as its golden file has it."""
    return write(regime, name, lang).text()


def difference(regime: str, lang: str) -> str:
    """How all letters of another law differ from those of its model."""
    parts = []
    for name in (name for law, name, word in LETTERS if (law, word) == (regime, lang)):
        there = (model(regime), name, lang) in LETTERS
        ours, theirs = (
            golden(law, name, lang).splitlines() if law else [] for law in (regime, there and model(regime))
        )
        mine, its = set(ours), set(theirs)
        parts += [f"== {name}", *(f"-{line}" for line in theirs if line not in mine)]
        parts += [f"+{line}" for line in ours if line not in its]
    return "\n".join(parts) + "\n"


WANTED = {f"{lang}/{regime}.{name}.txt": (regime, name, lang) for regime, name, lang in LETTERS if regime in MAIN}
OTHERS = {
    f"{lang}/{law}.diff": (law, lang)
    for law, lang in sorted({(law, lang) for law, _, lang in LETTERS})
    if law not in MAIN
}


def golden_text(path: str) -> str:
    """What a golden file must hold."""
    return golden(*WANTED[path]) if path in WANTED else difference(*OTHERS[path])


if os.environ.get("DSR_UPDATE_GOLDEN"):
    for old in GOLDEN.rglob("*.*"):
        old.unlink()
    for new in (*WANTED, *OTHERS):
        (GOLDEN / new).parent.mkdir(parents=True, exist_ok=True)
        (GOLDEN / new).write_text(golden_text(new), encoding="utf-8", newline="\n")


def test_every_letter_has_a_golden_text() -> None:
    """Every letter has a golden text, and every golden text a letter (DSR_UPDATE_GOLDEN=1 writes them)."""
    assert {path.relative_to(GOLDEN).as_posix() for path in GOLDEN.rglob("*.*")} == {*WANTED, *OTHERS}


@pytest.mark.parametrize("lang", LANGS)
def test_golden_text(lang: str) -> None:
    """A letter reads as its golden text."""
    for path in (one for one in (*WANTED, *OTHERS) if one.startswith(f"{lang}/")):
        assert golden_text(path) == (GOLDEN / path).read_text(encoding="utf-8"), path
