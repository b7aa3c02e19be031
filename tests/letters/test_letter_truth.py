"""Letters tell the truth of the case, in every language: for whom, what came, what lacks, who takes complaints."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace
from shapes import LANGS, LETTERS, ON, STORY, write

from dsr.law import packs
from dsr.letters import Asks, Happened, Story, asked_items, words
from dsr.letters.laws import law
from dsr.model import Address, EventKind, Route, Subject
from dsr.places import COUNTRIES


def test_a_reminder_is_true_after_silence_and_after_words() -> None:
    """A reminder never says that nothing came: the company may have written something."""
    assert (
        "I have not received a full answer to my request. Under Article 12(3) GDPR, it was due by"
        in write(
            "eu-gdpr", "reminder", story=replace(STORY, quoted="", said_on=None, due_article="Art. 12(3) GDPR")
        ).body
    )
    silent = {
        "no answer",
        "keine Antwort",
        "Eine Antwort",
        "aucune réponse",
        "No he recibido respuesta",
        "Non ho ricevuto risposta",
    }
    for lang in LANGS:
        body = write("eu-gdpr", "reminder", lang).body
        assert STORY.quoted in body
        assert not [one for one in silent if one in body], body


@pytest.mark.parametrize(
    ("kinds", "changes", "says"),
    [
        ((), {}, "has not answered my request"),
        ((EventKind.ACKNOWLEDGED,), {}, "has not answered my request"),
        ((), {"missing": ("15(3)",)}, "answered, but has not done all"),
        ((), {"quoted": "We need more time."}, "answered, but has not done all"),
        ((EventKind.ANSWERED,), {}, "answered, but has not done all"),
        ((EventKind.ANSWERED, EventKind.DENIED), {}, "refused my request"),
        ((EventKind.DENIED,), {"missing": ("15(3)",)}, "refused my request"),
        ((EventKind.DENIED, EventKind.ANSWERED), {"missing": ("15(3)",)}, "answered, but has not done all"),
    ],
)
def test_a_complaint_says_what_the_facts_say(kinds: tuple[EventKind, ...], changes: dict[str, Any], says: str) -> None:
    """Whether the company was silent, refused or answered in part follows from the timeline and what is told of it."""
    events = tuple(Happened(date(2026, 9, day), kind) for day, kind in enumerate((EventKind.SENT, *kinds), 1))
    story = Story(asked_on=STORY.asked_on, due_on=STORY.due_on, events=events, **changes)
    body = write("eu-gdpr", "complaint", story=story).body
    assert f"The company {says}" in body
    assert ("The answer lacks" in body) is bool(story.missing)


def test_a_complaint_speaks_of_the_companys_portal() -> None:
    """To the authority the portal is the company's; to the company it is theirs."""
    for name, said in (
        ("complaint", "the company through its online portal my request"),
        ("identity", "through your portal"),
    ):
        body = write("eu-gdpr", name, story=replace(STORY, route=Route.PORTAL)).body
        assert said in body
        assert name == "identity" or "your portal" not in body


@pytest.mark.parametrize(
    "asks", [Asks(for_child="Ben King", authority="paper"), Asks(mandate="Ben King", authority="paper")]
)
@pytest.mark.parametrize("lang", LANGS)
def test_what_follows_says_for_whom(lang: str, asks: Asks) -> None:
    """A letter that follows says for whom one writes, whose data are meant and what shows it, as the request does."""
    request = write("eu-gdpr", "erasure", lang, asks=asks).body.split("\n\n")[1]
    told = [one for one in re.split(r"(?<=[.)]) (?=[A-ZŻ])", request) if "Ben King" in one or "(paper)" in one]
    assert len(told) == 3, told  # who writes for whom; whose data are meant; what shows it
    for name in ("reminder", "complaint", "identity", "incomplete"):
        if ("eu-gdpr", name, lang) in LETTERS:
            body = write("eu-gdpr", name, lang, asks=asks).body
            assert all(one in body for one in told[1:]), body
            assert body.count("Ben King") >= 3


@pytest.mark.parametrize("lang", LANGS)
def test_a_quotation_ends_its_sentence(lang: str) -> None:
    """Words of one's own do not run into the next sentence: a full stop stands after them, unless they bring their own end."""
    quoting = {
        "photos": "only",
        "erasure": "only",
        "restriction": "only",
        "objection": "grounds",
        "complaint": "grounds",
    }
    for name, field in quoting.items():
        bare, ended = (
            write("eu-gdpr", name, lang, asks=Asks(**{field: said})).body for said in ("the photos of May", "Why mine?")
        )
        assert re.search(r"the photos of May\u00a0?[\"“”»]\.", bare), bare
        assert re.search(r"Why mine\?\u00a0?[\"“”»](?!\.)", ended), ended


@pytest.mark.parametrize("lang", LANGS)
def test_an_authority_on_recall_is_not_named(lang: str) -> None:
    """Where nobody re-read who takes complaints under a law, no language names that authority."""
    for regime in packs.ids():
        pack = packs.find(regime)
        if not (pack.complaint.confidence or pack.confidence).firm:
            assert law(regime, next(iter(pack.rights)), lang, ON).authority == words.read(lang).authority
            assert regime not in words.read(lang).law or not words.read(lang).law[regime].authority


def test_an_authority_is_a_name_and_no_remark() -> None:
    """What letters call an authority fits into a sentence: no remark after a comma, none in brackets but a short name."""
    for regime in packs.ids():
        for lang in LANGS:
            named = law(regime, next(iter(packs.find(regime).rights)), lang, ON).authority
            assert re.fullmatch(r"[^,;:()]+(?:\([\w/ ]+\))?", named), (regime, lang, named)


def test_several_articles_are_joined_as_in_a_sentence() -> None:
    """Citations of several articles or acts end in "and", and a guide is not cited as if it were the law."""
    for regime, name, lang, said in (
        ("ch-fadp", "access", "en", "Under Article 25(7) FADP and Article 18(1) DPO, the answer"),
        ("br-lgpd", "access", "en", "under Article 18, I and II, and Article 19 LGPD, "),
        ("br-lgpd", "access", "de", "Art. 18 I und II sowie Art. 19 LGPD"),
        ("ca-qc", "erasure", "en", "CQLR c. P-39.1, sections 28 and 28.1, "),
        ("ca-pipeda", "access", "de", "PIPEDA Section 8 und Schedule 1, Clause 4.9"),
        ("hk-pdpo", "access", "en", "PDPO s 18 and 19"),
        ("za-paia", "access", "fr", "POPIA, section 23 et PAIA, sections 25 et 56"),
        ("uk-dpa-part3", "access", "en", "Under Data Protection Act 2018, section 54, the answer is due"),
    ):
        assert said in write(regime, name, lang).body, (regime, lang)


def test_a_late_extension_under_uk_law_speaks_of_its_own_month() -> None:
    """The UK's month begins with the relevant time, so its letter says nothing of a month from receipt."""
    for lang, eu, uk in (
        ("en", "within one month of receipt", "before the end of the first month (Articles 12(3) and 12A UK GDPR)"),
        ("de", "eines Monats nach Eingang", "vor Ablauf des ersten Monats"),
        ("fr", "à compter de la réception", "avant la fin du premier mois"),
    ):
        ours, theirs = (write(regime, "late-extension", lang).body for regime in ("eu-gdpr", "uk-gdpr"))
        assert eu in ours
        assert uk in theirs
        assert eu not in theirs


def test_the_new_zealand_act_has_todays_name() -> None:
    """The Act that came before is not in letters."""
    for lang in LANGS:
        assert "1993" not in write("nz-privacy", "access", lang).body


def test_only_what_was_asked_for_can_lack() -> None:
    """Under laws of US states the letter after half an answer has their own items, which the request asked for."""
    for lang in ("en", "de", "fr"):
        for regime in ("us-va", "us-ca-ccpa"):
            body = write(regime, "incomplete", lang).body
            items = [words.read(lang).under(regime).item[key] for key in asked_items(regime)]
            assert all(one in body for one in items)
            assert not [one for key, one in words.read(lang).item.items() if one in body]
    assert asked_items("br-lgpd") == asked_items("eu-gdpr")


# Spellings and words that only British English has; "advertise", "exercise" and their like are everybody's.
BRITISH = (
    r"\b\w*(?<!advert)(?<!exerc)(?<!superv)(?<!prec)(?<!otherw)(?<!comprom)(?<!\br)is(?:e|es|ed|ing|ations?)\b"
    r"|\b\w+(?:yse|ysed|ellation|odell|abell|ravell|ourable|aviour|avour|olour|entre)\w*"
    r"|\bby post\b|\bpostal address\b|\bworking day"
)


def test_what_a_person_writes_keeps_its_spelling() -> None:
    """American spelling is for our sentences: names and a person's own words stay as they are."""
    asks = Asks(mandate="Organisation Ltd", authority="authorisation by post")
    letter = write("us-va", "erasure", asks=asks)
    assert "in the name of Organisation Ltd, who has authorized me" in letter.body
    assert letter.enclosures == ("authorisation by post",)
    assert "authorised" in write("eu-gdpr", "erasure", asks=asks).body


@pytest.mark.parametrize(
    ("regime", "lang", "shown"),
    [
        ("eu-gdpr", "en", "1 September 2026"),
        ("eu-gdpr", "de", "1. September 2026"),
        ("eu-gdpr", "fr", "1er septembre 2026"),
        ("eu-gdpr", "pl", "1 września 2026"),
        ("us-ca-ccpa", "en", "September 1, 2026"),
    ],
)
def test_the_letters_before_are_dated_as_the_letter_speaks(regime: str, lang: str, shown: str) -> None:
    """A letter that is enclosed stands in the list with its day as the language writes it, before what the person adds."""
    story = replace(STORY, letters=(("Request", date(2026, 9, 1)),), enclosures=("their mail",), missing=())
    letter = write(regime, "complaint", lang, story=story)
    assert letter.enclosures[0].startswith(f"Request ({shown}")
    assert letter.enclosures[1:] == ("their mail",)
    assert not re.search(r"\d{4}-\d\d-\d\d", letter.text())


def test_american_letters_in_english_write_as_americans_do() -> None:
    """Under laws of the United States a date is "November 22, 2026" and a working day a business day; elsewhere they are not."""
    letter = write("us-ca-ccpa", "reminder")
    assert letter.dated == "November 22, 2026"
    assert "On September 1, 2026 I sent you" in letter.body
    for regime, name, lang in LETTERS:
        if lang == "en" and regime.startswith("us-"):
            found = write(regime, name).body
            assert not re.search(rf"working day|\b\d+ ({'|'.join(words.read('en').months)})\b", found), found
            found += write(regime, name, asks=Asks(mandate="Ben King", authority="paper"), route=Route.POST).body
            assert not re.search(BRITISH, found, re.IGNORECASE), re.findall(BRITISH, found, re.IGNORECASE)
    assert write("uk-gdpr", "reminder").dated == "22 November 2026"
    assert write("us-va", "reminder", "de", on=date(2027, 1, 9)).dated == "9. Januar 2027"


@pytest.mark.parametrize(
    ("lang", "country"),
    [("en", "Germany"), ("de", "Deutschland"), ("fr", "Allemagne"), ("es", "Alemania"), ("pl", "Niemcy")],
)
def test_a_country_is_named_as_the_letter_speaks(lang: str, country: str) -> None:
    """Abroad, the sender's country has its name in the language of the letter, and never a bare code."""
    assert write("eu-gdpr", "access", lang, route=Route.POST).sender[-1] == country


def test_every_country_has_a_name() -> None:
    """Every country that a profile can name has a name in every language of letters."""
    for code in COUNTRIES:
        for lang in LANGS:
            sender = write("eu-gdpr", "access", lang, route=Route.POST, subject=living_in(code)).sender
            assert code == "IE" or (sender[-1] != code and len(sender[-1]) > 2), (code, lang)


def living_in(code: str) -> Subject:
    return Subject(id="x", name="Ada", address=Address(("Street 1",), code))
