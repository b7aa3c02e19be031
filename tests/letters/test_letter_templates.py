"""What a letter tells and lays out, what is refused, and a person's own templates."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace
from shapes import ADA, LETTERS, ON, REFERENCE, STORY, STRANGER, write

from dsr.errors import BadFile, MissingField, NoLaw, UnknownName, UsageError
from dsr.law import packs
from dsr.letters import KINDS, Asks, FollowUp, Party, Story, available, why_not
from dsr.letters.families import template
from dsr.model import Address, Entity, Right, Route, Subject
from dsr.resources import folder


@pytest.mark.parametrize(
    ("subject", "route", "discloses"),
    [
        (ADA, Route.EMAIL, ("name", "account e-mail")),
        (ADA, Route.PORTAL, ("name", "account e-mail")),
        (ADA, Route.POST, ("name", "account e-mail", "postal address")),
        (STRANGER, Route.EMAIL, ("name", "e-mail")),
        (STRANGER, Route.POST, ("name", "e-mail", "postal address")),
        (Subject(id="x", name="Ada", address=ADA.address), Route.POST, ("name", "postal address")),
        (Subject(id="x", name="Ada"), Route.PORTAL, ("name",)),
    ],
)
def test_discloses_is_what_stands_in_the_letter(subject: Subject, route: Route, discloses: tuple[str, ...]) -> None:
    """`discloses` names exactly the fields whose values stand in the letter."""
    for name in Right:
        if ("eu-gdpr", name, "en") not in LETTERS:
            continue
        letter = write("eu-gdpr", name, subject=subject, route=route)
        assert letter.discloses == discloses
        text = letter.text()
        values = {
            "name": subject.name,
            "account e-mail": "ada@account.example",
            "e-mail": "ada@home.example",
            "postal address": "Kastanienallee 1\n10435 Berlin",
        }
        assert tuple(field for field, value in values.items() if value in text) == discloses
        assert "ada@work.example" not in text


def test_post_is_laid_out_as_a_letter() -> None:
    """By post: sender, recipient, date, subject, body, and room for a signature above the name."""
    parts = write(route=Route.POST).text().split("\n\n")
    assert parts[:3] == [
        "Ada Lovelace\nKastanienallee 1\n10435 Berlin\nGermany",
        "Lumen Labs Ireland Limited\n1 Grand Canal Street\nDublin 2\nIreland",
        "22 November 2026",
    ]
    assert parts[3].endswith(f"[{REFERENCE}]")
    assert parts[4] == "Dear data protection team,"
    assert write(route=Route.POST).text().endswith("Yours faithfully,\n\n\n\nAda Lovelace\n")


def test_country_is_added_only_across_a_border() -> None:
    """The sender's country stands in the address where the letter goes abroad, else not."""
    at_home = write(route=Route.POST, entity=Entity("Lumen GmbH", "DE-BE", ("Berlin",)))
    assert at_home.sender == ("Ada Lovelace", "Kastanienallee 1", "10435 Berlin")
    for place, abroad in (("DE-BE", ()), ("IE", ("Germany",)), ("", ("Germany",))):  # it is the authority that counts
        story = replace(STORY, authority=Party(name="Watchdog", place=place))
        assert write("eu-gdpr", "complaint", route=Route.POST, story=story).sender[3:] == abroad


# What is refused


@pytest.mark.parametrize(
    ("subject", "route", "field"),
    [
        (Subject(id="x", emails=("a@b.example",)), Route.EMAIL, "name"),
        (Subject(id="x", name="\u202e \n", emails=("a@b.example",)), Route.EMAIL, "name"),
        (Subject(id="x", name="Ada"), Route.EMAIL, "e-mail"),
        (Subject(id="x", name="Ada"), Route.POST, "address"),
        (Subject(id="x", name="Ada", address=Address((" ",), "DE")), Route.POST, "address"),
    ],
)
def test_missing_field_is_named(subject: Subject, route: Route, field: str) -> None:
    """A letter that lacks a fact about the person names the field and the command that sets it."""
    with pytest.raises(MissingField) as caught:
        write(subject=subject, route=route)
    assert caught.value.field == field
    assert caught.value.hint.startswith("dsr profile set ")


@pytest.mark.parametrize(
    ("regime", "name", "lang", "typed", "hint"),
    [
        ("eu-gpdr", "access", "en", "'eu-gpdr'", "eu-gdpr"),
        ("eu-gdpr", "acess", "en", "'acess'", "access"),
        ("us-ca-ccpa", "appeal", "en", "'appeal'", "no appeal"),
        ("eu-gdpr", "controller-complaint", "en", "'controller-complaint'", "a step of UK law"),
        ("eu-gdpr", "limit", "en", "'limit'", "gives no right of limit .*known: access, portability"),
        ("eu-gdpr", "access", "xx", "'xx'", "known: .*en|did you mean"),
        (
            "us-va",
            "access",
            "it",
            "'it': letters under the acts of US states are not written in Italian",
            "it is there in: de, en",
        ),
        ("shared", "access", "en", "'shared'", "dsr law list"),
    ],
)
def test_unknown_letter_lists_what_exists(regime: str, name: str, lang: str, typed: str, hint: str) -> None:
    """A law, right or language without a letter is refused by name, and what exists is listed."""
    with pytest.raises(UnknownName) as caught:
        write(regime, name, lang)
    assert typed in caught.value.message
    assert re.search(hint, caught.value.hint)


GOOD = "{% block subject %}S{% endblock %}\n{% block body %}\nB\n{% endblock %}\n"


@pytest.mark.parametrize(
    ("template", "place", "problem"),
    [
        (
            GOOD.replace("B\n", "one\n{{ nonsense }}\n"),
            "gdpr/access.en.j2, line 4",
            "'nonsense' is undefined",
        ),
        (GOOD.replace("B\n", "{% if %}\n"), "gdpr/access.en.j2, line 3", "Expected an expression"),
        (GOOD.replace("B\n", "{{ name.__class__.mro() }}\n"), "gdpr/access.en.j2, line 3", "unsafe"),
        (GOOD.replace("B\n", "{{ 1 / 0 }}\n"), "gdpr/access.en.j2, line 3", "division by zero"),
        ("{% block subject %}S{% endblock %}\n", "gdpr/access.en.j2", "exactly two blocks"),
        (GOOD + "{% block more %}{% endblock %}", "gdpr/access.en.j2", "exactly two blocks"),
        ('{% import "shared/none.j2" as say %}\n' + GOOD, "gdpr/access.en.j2, line 1", "shared/none.j2"),
        (
            '{% import "shared/blocks.en.j2" as say %}\n' + GOOD.replace("B\n", "{{ say.broken() }}\n"),
            "shared/blocks.en.j2, line 3",
            "'gone' is undefined",
        ),
    ],
)
def test_broken_template_is_named(tmp_path: Path, template: str, place: str, problem: str) -> None:
    """A template that does not render is BadFile, with its name, its line and what is wrong."""
    shared = "\n{% macro broken() %}\n{{ gone }}\n{% endmacro %}\n"
    for name, text in (("shared/blocks.en.j2", shared), ("gdpr/access.en.j2", template)):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(BadFile) as caught:
        write(folder=tmp_path)
    assert caught.value.message.startswith(f"{place}")
    assert problem in caught.value.message


def test_importing_letters_is_cheap() -> None:
    """Importing the module loads neither the template engine nor the mail package."""
    code = "import sys, dsr.letters; sys.exit(bool({'jinja2', 'email.message', 'asyncio'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], check=False, cwd=folder("templates").parent)
    assert done.returncode == 0


# What there is, and why something is not


def test_every_hole_has_a_sentence() -> None:
    """For every law and letter that there is not, one sentence says why; for every letter that there is, none."""
    for regime in packs.ids():
        for name in KINDS:
            why = why_not(regime, name, "en")
            assert bool(why) is ((regime, name, "en") not in LETTERS)
            assert not why or (len(why) > 25 and "\n" not in why and not why.endswith(".")), why
            assert why_not(regime, name, "xx")


@pytest.mark.parametrize("name", [name for name, kind in KINDS.items() if kind.needs])
def test_a_follow_up_needs_its_story(name: str) -> None:
    """A follow-up without the facts of the case is refused, naming what it must know."""
    regime = next(regime for regime, one, _ in LETTERS if one == name)
    with pytest.raises(UsageError, match="needs to know: when the request was sent"):
        write(regime, name, story=None)


def test_a_letter_fits_its_right_and_its_day() -> None:
    """A follow-up about a right that it cannot be about, and a law that is not in force yet, are refused."""
    with pytest.raises(NoLaw, match="the incomplete letter does not follow a request of 'erasure'"):
        write("eu-gdpr", "incomplete", right=Right.ERASURE)
    with pytest.raises(NoLaw, match="no limit request under eu-gdpr"):
        write("eu-gdpr", "reminder", right=Right.LIMIT)
    with pytest.raises(NoLaw, match="in force only from 2028-01-01"):
        write("us-vt", "access", on=ON)


def test_a_period_is_that_of_the_day() -> None:
    """A Californian opt-out of automated decisions names its 15 days only from 2027, when the rule begins."""
    assert "within" not in write("us-ca-ccpa", "automated-decision").body
    assert "within 15 business days" in write("us-ca-ccpa", "automated-decision", on=ON.replace(year=2027)).body


def test_the_article_of_a_story_is_written_as_the_language_does() -> None:
    """The article of a deadline, as law packs write it, is rewritten; one that is not sure is left out."""
    for article, shown in (("Art. 12(3) GDPR", "(Article 12(3) GDPR)"), ("Art. 12 GDPR (recall)", "2 October 2026.")):
        story = Story(asked_on=STORY.asked_on, due_on=STORY.due_on, due_article=article)
        assert shown in write("eu-gdpr", "complaint", story=story).body


# A person's own templates


def own(folder: Path, path: str, text: str = GOOD) -> Path:
    """A folder with one template of one's own."""
    (folder / path).parent.mkdir(exist_ok=True)
    (folder / path).write_text(text, encoding="utf-8")
    return folder


def test_own_template_goes_before_ours(tmp_path: Path) -> None:
    """A file in one's own folder overrides ours, imports our shared blocks, and leaves the other letters alone."""
    text = '{% import "shared/blocks.en.j2" as say with context %}\n'
    text += GOOD.replace("B\n", "{{ say.who() }}\n{{ cite('15') }}\n")
    mine = own(tmp_path, "gdpr/access.en.j2", text)
    letter = write(folder=mine)
    assert letter.subject == "S"
    assert letter.body.startswith("My name is Ada Lovelace")
    assert letter.body.endswith("Article 15 GDPR")
    assert write("uk-gdpr", folder=mine).body.endswith("Article 15 UK GDPR")
    assert write("eu-gdpr", "erasure", folder=mine) == write("eu-gdpr", "erasure")


def test_own_template_may_be_nearer_to_the_law_than_ours(tmp_path: Path) -> None:
    """One's own reminder for the GDPR overrides the one that all laws share, for that family only."""
    mine = own(tmp_path, "gdpr/reminder.en.j2")
    assert template("eu-gdpr", "reminder", "en") == "neutral/reminder.en.j2"
    assert write("eu-gdpr", "reminder", folder=mine).body == "B"
    assert write("ch-fadp", "reminder", folder=mine) == write("ch-fadp", "reminder")


def test_own_template_may_fill_a_hole(tmp_path: Path) -> None:
    """A letter that a law does not have in ours can be one's own; it is then listed."""
    mine = own(tmp_path, "gdpr/sale-opt-out.en.j2")
    assert ("eu-gdpr", "sale-opt-out", "en") not in LETTERS
    assert ("eu-gdpr", "sale-opt-out", "en") in available(mine)
    assert write("eu-gdpr", "sale-opt-out", folder=mine).body == "B"


@pytest.mark.parametrize(
    "evil",
    [
        "{{ law.__class__.__init__.__globals__ }}",
        "{{ cite.__globals__ }}",
        "{{ asks.__struct_fields__.__class__ }}",
        "{{ words.missing.clear() }}",
        "{{ words.missing.update({'a': 'b'}) }}",
        "{% include '/etc/passwd' %}",
        "{% include '../pyproject.toml' %}",
        "{% for x in range(10**9) %}x{% endfor %}",
        "{% for x in range(99999) %}{% for y in range(99999) %}{% endfor %}{% endfor %}",
        "{% for x in range(99999) %}{{ name }}{% endfor %}",
        "{{ 'x' * 10**9 }}",
        "{{ 'x' * 999999999 }}",
        "{{ [1] * 99999999 }}",
        "{% set x = 9 ** 999999 %}",
        "{{ 'x'.ljust(9999999) }}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{{ '%s'|attr('format') }}{{ (1).__class__ }}",
        "{{ cite('fifteen') }}",
        "{{ cite([1]) }}",
    ],
)
def test_own_template_stays_in_the_sandbox(tmp_path: Path, evil: str) -> None:
    """A template of one's own reaches no file, no code and no endless loop: it is refused with its name and line."""
    with pytest.raises(BadFile, match=r"gdpr/access\.en\.j2, line 3|line 1: it writes more than"):
        write(folder=own(tmp_path, "gdpr/access.en.j2", GOOD.replace("B\n", evil + "\n")))


def test_names_are_one_list() -> None:
    """Every right is a letter, and no follow-up has the name of a right."""
    assert set(Right) <= set(KINDS)
    assert not set(Right) & set(FollowUp)
    assert all(kind.says and kind.rights for kind in KINDS.values())
    assert Asks().acting_for == ""


def test_a_no_break_space_is_kept(tmp_path: Path) -> None:
    """A no-break space of a template, as French writes before a colon, is in the letter, and no line ends at it."""
    said = " ".join(f"{'x' * n} mot\u00a0: suite" for n in range(1, 60))
    letter = write(folder=own(tmp_path, "gdpr/access.en.j2", GOOD.replace("B\n", f"{said}\n")))
    assert letter.body == said
    assert letter.text().count("mot\u00a0: suite") + letter.text().count("mot\u00a0:\nsuite") == 59
