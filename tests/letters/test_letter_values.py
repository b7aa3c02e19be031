"""Values: no name, note or address of anybody runs, adds a line or a header, or hides a mark; what is too long is refused."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

import pytest
from drafting import HEADERS, SENT_AT, TO, parsed, sent_from
from hypothesis import given, settings
from hypothesis import strategies as st
from shapes import ADA, STORY, STRANGER, write

from dsr.errors import BadData, MissingField, TooLong
from dsr.letters import Asks, Happened, Party, Story
from dsr.model import Address, Entity, EventKind, Route, Subject

nasty = st.one_of(
    st.text(max_size=60),
    st.sampled_from(["{{ 7*7 }}", "{% include 'x' %}", "{{ name.__class__ }}", '"Ada" <a@b.example>, O\'Neil; Ltd.']),
    st.text(alphabet="aB ,<>\"'@\\()=?{}%-:ü名\u05d0\n\r\x1b\u202e", max_size=60),
    st.builds("{}\r\nBcc: spy@evil.example\r\n\r\n{}".format, st.text(max_size=20), st.text(max_size=20)),
)


def visible(value: str) -> str:
    """The letters and digits of a value, for which cleaning must not depend on where they stand."""
    return "".join(char for char in value if char.isalnum())


@settings(deadline=None, max_examples=50)
@given(name=nasty, service=nasty, company=nasty, street=nasty, reference=nasty)
def test_values_are_only_text(name: str, service: str, company: str, street: str, reference: str) -> None:
    """No name, service, company or address adds a line or a header, runs as a template or hides a mark."""
    person = Subject(
        id="x",
        name=f"N{name}",
        emails=("n@home.example",),
        address=Address((f"S{street}", "12345 Town"), "DE"),
    )
    plain = write(subject=STRANGER, route=Route.POST)
    letter = write(
        subject=person,
        service=f"V{service}",
        entity=Entity(f"C{company}", "DE", ("Town",)),
        reference=f"R{reference}",
        route=Route.POST,
    )
    assert letter.body.count("\n") == plain.body.count("\n")
    assert len(letter.sender) == 3
    assert len(letter.recipient) == 2
    shown = (*letter.sender, *letter.recipient, letter.subject, letter.body.replace("\n", ""))
    for char in "".join(shown):
        assert char in "\u200c\u200d" or unicodedata.category(char) not in ("Cc", "Cs", "Zl", "Zp"), ascii(char)
        assert unicodedata.bidirectional(char) not in (
            "RLO",
            "LRO",
            "RLE",
            "LRE",
            "PDF",
            "RLI",
            "LRI",
            "FSI",
            "PDI",
        )
    assert letter.sender[0] in letter.body
    if "\x1b" not in name and "\x9b" not in name and "\x9d" not in name:
        assert visible(letter.sender[0]) == visible(f"N{name}")
    message = parsed(letter)
    assert sorted(message.keys()) == sorted([*HEADERS, "MIME-Version"])
    assert sent_from(letter) == (letter.sender[0], "n@home.example")
    assert [str(address) for address in message["To"].addresses] == [TO]
    assert message["Subject"] == letter.subject
    assert message.get_content().replace("\r\n", "\n") == letter.body + "\n"
    assert max(map(len, letter.eml(TO, SENT_AT).split(b"\r\n"))) <= 998


@settings(deadline=None, max_examples=50)
@given(mail=st.one_of(st.emails(), nasty))
def test_emails_are_addresses_or_refused(mail: str) -> None:
    """An e-mail of the profile is either the one address that the draft comes from, or refused by name."""
    person = Subject(id="x", name="Ada", emails=(mail,))
    try:
        letter = write(subject=person)
    except BadData as error:
        refused = error
    else:
        message = parsed(letter)
        assert sorted(message.keys()) == sorted([*HEADERS, "MIME-Version"])
        assert sent_from(letter) == ("Ada", letter.email)
        assert len(letter.sender) == 2
        return
    assert isinstance(refused, MissingField) or "is not an e-mail address" in refused.message


@settings(deadline=None, max_examples=50)
@given(name=nasty, street=nasty)
def test_email_never_discloses_the_postal_address(name: str, street: str) -> None:
    """By e-mail and by portal a letter holds nothing of the postal address, and says so."""
    person = Subject(
        id="x", name=f"N{name}", emails=("n@home.example",), address=Address((f"Strasse Q9Z {street}",), "DE")
    )
    for route in (Route.EMAIL, Route.PORTAL):
        letter = write(subject=person, route=route)
        assert letter.discloses == ("name", "e-mail")
        assert "Q9Z" not in letter.text()
        assert b"Q9Z" not in letter.eml(TO, SENT_AT)


def test_escape_sequences_vanish_whole() -> None:
    """A name loses escape sequences, bidi marks, line ends and invisible marks, and keeps its letters."""
    name = "A\x1b[31md\x1b]0;title\x07a\r\nBcc:\u2028 x\u202e\u2066 L\u200bo\ud800ve"
    assert write(subject=Subject(id="x", name=name, emails=("a@b.example",))).sender[0] == "Ada Bcc: x Love"
    persian = "\u0646\u06cc\u200c\u0646\u0627"
    assert write(subject=Subject(id="x", name=persian, emails=("a@b.example",))).sender[0] == persian


own_words = st.one_of(
    nasty,
    st.sampled_from(
        [
            "#set page(width: 1cm)", "#image(\"/etc/passwd\")", "*bold* _it_ `raw` $x$ @ref <label> \\ //", "- item", "(a) item",
            "1. Heading", "{% for x in range(10**9) %}{% endfor %}", "{{ asks }}", "{# gone #}", "{{ story.__class__ }}",
        ]
    ),
)  # fmt: skip


@settings(deadline=None, max_examples=30)
@given(grounds=own_words, only=own_words, wrong=own_words, child=nasty, quoted=own_words, note=own_words)
def test_own_words_are_only_text(grounds: str, only: str, wrong: str, child: str, quoted: str, note: str) -> None:
    """What a person or a company wrote stands in a letter as it is, on its line: it never runs, and never begins a line."""

    def both(name: str, asks: Asks, plain: Asks, story: Story | None = None, bare: Story | None = None) -> None:
        letter, calm = (write("eu-gdpr", name, asks=one, story=two) for one, two in ((asks, story), (plain, bare)))
        assert letter.body.count("\n") == calm.body.count("\n")
        for text in filter(None, (*asks.texts(), asks.for_child, story and story.quoted)):
            if not set(text) & set("\x1b\x9b\x9d"):
                assert visible(text) in visible(letter.body)
        message = parsed(letter)
        assert sorted(message.keys()) == sorted([*HEADERS, "MIME-Version"])
        assert message.get_content().replace("\r\n", "\n").startswith(letter.body)

    both("training-opt-out", Asks(grounds=f"G{grounds}"), Asks(grounds="G"))
    both("erasure", Asks(only=f"O{only}", for_child=f"C{child}"), Asks(only="O", for_child="C"))
    both("rectification", Asks(correct=((f"W{wrong}", "right"),)), Asks(correct=(("W", "right"),)))
    told = Story(
        asked_on=STORY.asked_on, quoted=f"Q{quoted}", events=(Happened(date(2026, 9, 1), EventKind.SENT, f"N{note}"),)
    )
    calm = Story(asked_on=STORY.asked_on, quoted="Q", events=(Happened(date(2026, 9, 1), EventKind.SENT, "N"),))
    both("complaint", Asks(), Asks(), told, calm)
    both("no-reasons", Asks(), Asks(), told, calm)


@settings(deadline=None, max_examples=40)
@given(name=nasty, street=nasty, enclosure=nasty)
def test_an_authority_is_only_text(name: str, street: str, enclosure: str) -> None:
    """The authority's name and address, and what is enclosed, are lines, one each."""
    story = Story(
        asked_on=STORY.asked_on,
        authority=Party(name=f"A{name}", address=(f"S{street}",)),
        enclosures=(f"E{enclosure}",),
    )
    letter = write("eu-gdpr", "complaint", story=story)
    assert len(letter.recipient) == 2
    assert len(letter.enclosures) == 1
    assert not any("\n" in line or "\r" in line for line in (*letter.recipient, *letter.enclosures))


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"subject": Subject(id="x", name="A" * 10_000, emails=("a@b.example",))}, "name"),
        ({"service": "S" * 10_000}, "name of the service"),
        ({"entity": Entity("C" * 10_000, "IE")}, "name or line"),
        ({"reference": "R" * 10_000}, "reference"),
        ({"subject": Subject(id="x", name="A", emails=("a" * 10_000 + "@b.example",))}, "e-mail address"),
        ({"asks": Asks(grounds="G " * 10_000)}, "text of the grounds"),
        ({"asks": Asks(only="G " * 10_000)}, "description of the data"),
        ({"asks": Asks(correct=(("G " * 10_000, "x"),))}, "wrong value"),
        ({"asks": Asks(for_child="G " * 10_000)}, "name of the child"),
    ],
    ids=str,
)
def test_what_is_too_long_is_refused(changes: dict[str, object], what: str) -> None:
    """Ten thousand characters in a field are refused by name, with the number that fits, and never cut."""
    with pytest.raises(TooLong, match=r"000 characters|,\d{3} characters") as caught:
        write("eu-gdpr", "erasure", **changes)
    assert what in caught.value.message
    assert caught.value.exit_code == 11


def test_long_words_are_kept_whole() -> None:
    """Five thousand characters of one's own are kept whole."""
    grounds = ("word " * 1_000).strip()
    letter = write("eu-gdpr", "objection", asks=Asks(grounds=grounds))
    assert grounds in letter.body
    assert "own words" in letter.discloses
    assert letter.subject == write("eu-gdpr", "objection").subject
    assert ADA.name in letter.body
    assert not re.search(r"\n{3}", letter.body)
