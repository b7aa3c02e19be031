"""Letters: what every template must hold, what no value may do, and the golden texts.

`DSR_UPDATE_GOLDEN=1 pytest tests/letters` writes the golden texts anew; read the difference first.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import unicodedata
from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsr.errors import BadData, BadFile, MissingField, UnknownName
from dsr.letters import Letter, available, render
from dsr.model import Address, Entity, Right, Route, Subject
from dsr.resources import folder

GOLDEN = Path(__file__).parent / "golden"
LETTERS = available()
TO, SENT_AT = "privacy@lumen.example", datetime(2026, 11, 22, 9, 30, 15, 7, tzinfo=UTC)
REFERENCE = "R-7K2M"
ADA = Subject(
    id="ada",
    name="Ada Lovelace",
    emails=("ada@home.example", "ada@work.example"),
    address=Address(("Kastanienallee 1", "10435 Berlin"), "DE"),
    accounts={"lumen": "ada@account.example"},
)
STRANGER = Subject(id="ada", name="Ada Lovelace", emails=("ada@home.example",), address=ADA.address)
LUMEN = Entity("Lumen Labs Ireland Limited", "IE", ("1 Grand Canal Street", "Dublin 2", "Ireland"))

# Which laws may use a mark; a law without an entry may use none of them.
MARKS = {
    r"(?<!UK )\bGDPR\b|\bDSGVO\b|\bRGPD\b": {"eu-gdpr", "eea-gdpr"},
    r"UK GDPR|Data Protection Act|\b164A\b|\b12A\b|15\(1A\)|\bICO\b|Information Commission": {"uk-gdpr"},
    r"1798|CCPA|CPPA|\bCCR\b|California": {"us-ca-ccpa"},
}
ACCESS = ["15(1)(a) to (h)", "15(2)", "15(3)", "12(3)", "12(4)", "12(5)", "12(6)", "11(2)"]
ERASURE = ["17(1)", "17(2)", "17(3)", "19 ", "12(3)", "12(4)", "12(6)"]
UK = ["12A", "164A of the Data Protection Act 2018", "section 165", "ICO"]
CALIFORNIA = [
    "11 CCR § 7021",
    "10 business days",
    "45 calendar days",
    "Protection Agency",
    "Attorney General",
]
CITES = {
    ("eu-gdpr", Right.ACCESS): ACCESS,
    ("eu-gdpr", Right.ERASURE): ERASURE,
    ("uk-gdpr", Right.ACCESS): [*ACCESS, *UK, "15(1A)"],
    ("uk-gdpr", Right.ERASURE): [*ERASURE, *UK],
    ("us-ca-ccpa", Right.ACCESS): ["1798.110", "1798.115", "1798.130(a)(2)", *CALIFORNIA],
    ("us-ca-ccpa", Right.ERASURE): ["1798.105", *CALIFORNIA],
}
# Every article that a letter may cite, for the letters whose list is closed.
ARTICLES = {
    ("eu-gdpr", Right.ACCESS): {"11", "12", "15"},
    ("eu-gdpr", Right.ERASURE): {"12", "17", "19"},
    ("uk-gdpr", Right.ACCESS): {"11", "12", "12A", "15"},
    ("uk-gdpr", Right.ERASURE): {"12", "12A", "17", "19"},
    ("us-ca-ccpa", Right.ACCESS): set[str](),
    ("us-ca-ccpa", Right.ERASURE): set[str](),
}


def write(regime: str = "eu-gdpr", right: Right = Right.ACCESS, lang: str = "en", **changes: Any) -> Letter:
    """A letter of Ada's to Lumen, by e-mail unless told."""
    values = {
        "subject": ADA,
        "controller": "lumen",
        "entity": LUMEN,
        "service": "Lumen",
        "reference": REFERENCE,
        "on": date(2026, 11, 22),
        "route": Route.EMAIL,
    }
    return render(regime=regime, right=right, lang=lang, **(values | changes))  # type: ignore[arg-type]


def parsed(letter: Letter) -> Any:
    return message_from_bytes(letter.eml(TO, SENT_AT), policy=policy.default)


def sent_from(letter: Letter) -> tuple[str, str]:
    """Name and address in the only From header. (policy.default of Python 3.11 garbles long names.)"""
    head = letter.eml(TO, SENT_AT).partition(b"\r\n\r\n")[0].replace(b"\r\n ", b" ").decode()
    (line,) = (line for line in head.split("\r\n") if line.startswith("From: "))
    name, _, mail = line.removeprefix("From: ").rpartition(" <")
    if name.startswith('"'):
        name = re.sub(r"\\(.)", r"\1", name[1:-1])
    return str(make_header(decode_header(name))), mail.removesuffix(">")


each_letter = pytest.mark.parametrize(("regime", "right", "lang"), LETTERS, ids=map("/".join, LETTERS))
each_way = pytest.mark.parametrize(
    ("subject", "route", "whole"),
    [(s, r, w) for s in (ADA, STRANGER) for r in (Route.EMAIL, Route.POST, Route.PORTAL) for w in (True, False)],
    ids=[f"{s}-{r}-{w}" for s in ("account", "none") for r in ("email", "post", "portal") for w in ("whole", "data")],
)


# What every template holds


def test_every_template_is_found() -> None:
    """Every file in the templates folder is a letter for a known right, or a shared block."""
    files = {p for p in folder("templates").glob("*/*") if p.parent.name != "shared"}
    assert files == {folder("templates") / regime / f"{right}.{lang}.j2" for regime, right, lang in LETTERS}
    assert {("eu-gdpr", Right.ACCESS, "en"), ("us-ca-ccpa", Right.ERASURE, "en")} <= set(LETTERS)


@each_letter
@each_way
def test_letter_is_clean(regime: str, right: Right, lang: str, subject: Subject, route: Route, *, whole: bool) -> None:
    """A letter renders for every person and route, with one reference in subject and body and no debris."""
    letter = write(regime, right, lang, subject=subject, route=route, whole_account=whole)
    assert re.fullmatch(r"[a-z]{2,3}(-[A-Za-z]+)?", lang)
    assert "\n" not in letter.subject
    assert letter.subject.count(f"[{REFERENCE}]") == letter.subject.count(REFERENCE) == 1
    assert letter.body.count(REFERENCE) == 1
    text = letter.text()
    for debris in ("{{", "{%", "{#", "None", "Undefined", "  \n", " \n", "\t"):
        assert debris not in text
    assert not re.search(r"\bdsr\b", text, re.IGNORECASE)
    assert "\n\n\n" not in letter.body
    assert not re.search(r"\n- .*\n\n- ", letter.body), "a list is broken in two"
    assert max(map(len, text.splitlines())) <= 78
    assert letter.body.endswith(f"\n\n{ADA.name}")
    assert parsed(letter)["Subject"] == letter.subject


@each_letter
@pytest.mark.parametrize("whole", [True, False])
def test_letter_cites_its_own_law(regime: str, right: Right, lang: str, *, whole: bool) -> None:
    """A letter has the marks of its own law and of no other, and never the repealed Article 77 UK GDPR."""
    letter = write(regime, right, lang, whole_account=whole)
    text = f"{letter.subject}\n{letter.body}"
    for mark, laws in MARKS.items():
        assert regime in laws or not re.search(mark, text), mark
    assert all(re.search(mark, text) for mark, laws in MARKS.items() if regime in laws)
    assert regime == "eu-gdpr" or not re.search(r"\b77\b", text)
    if lang == "en":
        for article in CITES.get((regime, right), []):
            assert article in text, article
        if (regime, right) in ARTICLES:
            assert set(re.findall(r"\bArt(?:icles?|\.) (\d+[A-Z]?)", text)) <= ARTICLES[regime, right]


@each_letter
def test_erasure_does_not_speak_of_access(regime: str, right: Right, lang: str) -> None:
    """An erasure letter cites neither Article 15 nor anything else about access."""
    if right is Right.ERASURE:
        assert not re.search(r"\bArt\w*\.? 15\b|access|Guidelines|1798\.1[13]", write(regime, right, lang).body)


@each_letter
def test_letter_threatens_and_recalls_nothing(regime: str, right: Right, lang: str) -> None:
    """A letter accuses nobody, asks for no money, names no judgment and no date by which to answer."""
    body = write(regime, right, lang).body
    assert not re.search(r"C-\d+/\d+|unlawful|compensation|damages|legal action|lawyer|rechtswidrig", body)
    assert "2026" not in body


@each_letter
def test_account_is_stated_only_where_known(regime: str, right: Right, lang: str) -> None:
    """A letter of a person without a known account names the e-mail, but claims no account."""
    body = write(regime, right, lang, subject=STRANGER).body
    assert "ada@home.example" in body
    assert "My account" not in body
    assert "my account" not in body
    assert "ada@home.example" not in write(regime, right, lang).text()


def test_erasure_says_whether_the_account_goes() -> None:
    """An erasure letter says which is meant: the data, or the data with the account."""
    for regime, right, lang in LETTERS:
        if right is Right.ERASURE:
            data, account = (write(regime, right, lang, whole_account=whole).body for whole in (False, True))
            assert data != account
            if lang == "en":
                assert "Please keep my account open" in data
                assert "close and delete the account" in account


# Golden texts


def golden_name(regime: str, right: Right, lang: str, route: Route) -> str:
    return f"{regime}.{right}.{lang}.{route}.txt"


def golden_text(name: str) -> str:
    regime, right, lang, route, _ = name.split(".")
    by_post = Route(route) is Route.POST
    person = STRANGER if by_post else ADA
    return write(regime, Right(right), lang, subject=person, route=Route(route), whole_account=by_post).text()


NAMES = [golden_name(*letter, route) for letter in LETTERS for route in (Route.EMAIL, Route.POST)]
if os.environ.get("DSR_UPDATE_GOLDEN"):
    for old in GOLDEN.glob("*.txt"):
        old.unlink()
    for new in NAMES:
        (GOLDEN / new).write_text(golden_text(new), encoding="utf-8", newline="\n")


def test_every_letter_has_golden_texts() -> None:
    """Every letter has a golden text by e-mail and by post (DSR_UPDATE_GOLDEN=1 writes them)."""
    assert {path.name for path in GOLDEN.glob("*.txt")} == set(NAMES)


@pytest.mark.parametrize("name", sorted(path.name for path in GOLDEN.glob("*.txt")))
def test_golden_text(name: str) -> None:
    """A letter reads as its golden text."""
    assert golden_text(name) == (GOLDEN / name).read_text(encoding="utf-8")


# What no value may do

BAD = "\r\n\x00\x1b[31m\x85\u2028\u202e\u2066\u200f\ud800"
nasty = st.one_of(
    st.text(max_size=60),
    st.sampled_from(["{{ 7*7 }}", "{% include 'x' %}", "{{ name.__class__ }}", '"Ada" <a@b.example>, O\'Neil; Ltd.']),
    st.text(alphabet="aB ,<>\"'@\\()=?{}%-:ü名\u05d0\n\r\x1b\u202e", max_size=60),
    st.builds("{}\r\nBcc: spy@evil.example\r\n\r\n{}".format, st.text(max_size=20), st.text(max_size=20)),
)
HEADERS = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "X-Unsent",
    "Content-Type",
    "Content-Transfer-Encoding",
]


def visible(value: str) -> str:
    """The letters and digits of a value, for which cleaning must not depend on where they stand."""
    return "".join(char for char in value if char.isalnum())


@settings(deadline=None)
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


@settings(deadline=None)
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


@settings(deadline=None)
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


# The draft for a mail program


def test_draft_is_deterministic_and_tells_nothing_of_the_machine() -> None:
    """The same letter gives the same bytes; its message id comes from reference and sender's domain."""
    letter = write()
    message = parsed(letter)
    assert letter.eml(TO, SENT_AT) == write().eml(TO, SENT_AT)
    assert re.fullmatch(r"<[0-9a-f]{32}@account\.example>", message["Message-ID"])
    assert message["Message-ID"] != parsed(write(reference="R-OTHER"))["Message-ID"]
    assert message["Message-ID"] != parsed(write(right=Right.ERASURE))["Message-ID"]
    assert message["X-Unsent"] == "1"
    assert message["Date"].datetime == SENT_AT.replace(microsecond=0)
    assert message["From"] == "Ada Lovelace <ada@account.example>"
    assert message.get_content_type() == "text/plain"
    assert message.get_content_charset() == "utf-8"
    assert b"dsr" not in letter.eml(TO, SENT_AT).lower()


def test_non_ascii_addresses_make_a_draft() -> None:
    """Addresses beyond ASCII are kept as they are, in UTF-8 headers."""
    letter = write(subject=Subject(id="x", name="Jürgen", emails=("jürgen@münchen.example",)))
    assert sent_from(letter) == ("Jürgen", "jürgen@münchen.example")


def test_draft_needs_usable_addresses() -> None:
    """A draft to a broken address, or from a person without an e-mail, is refused."""
    with pytest.raises(BadData, match="'privacy at lumen' is not an e-mail address"):
        write().eml("privacy at lumen", SENT_AT)
    paper = write(subject=Subject(id="x", name="Ada", address=ADA.address), route=Route.POST)
    with pytest.raises(MissingField):
        paper.eml(TO, SENT_AT)


# The printed letter


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
    for regime, right, lang in LETTERS:
        letter = write(regime, right, lang, subject=subject, route=route)
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
        "Ada Lovelace\nKastanienallee 1\n10435 Berlin\nDE",
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
    ("regime", "right", "lang", "typed", "hint"),
    [
        ("eu-gpdr", Right.ACCESS, "en", "'eu-gpdr'", "eu-gdpr"),
        ("eu-gdpr", Right.LIMIT, "en", "'limit'", "known: access, erasure"),
        ("eu-gdpr", Right.ACCESS, "xx", "'xx'", "known: .*en"),
        ("shared", Right.ACCESS, "en", "'shared'", "known: eu-gdpr"),
    ],
)
def test_unknown_letter_lists_what_exists(regime: str, right: Right, lang: str, typed: str, hint: str) -> None:
    """A law, right or language without a letter is refused by name, and what exists is listed."""
    with pytest.raises(UnknownName) as caught:
        write(regime, right, lang)
    assert typed in caught.value.message
    assert re.search(hint, caught.value.hint)


GOOD = "{% block subject %}S{% endblock %}\n{% block body %}\nB\n{% endblock %}\n"


@pytest.mark.parametrize(
    ("template", "place", "problem"),
    [
        (
            GOOD.replace("B\n", "one\n{{ nonsense }}\n"),
            "eu-gdpr/access.en.j2, line 4",
            "'nonsense' is undefined",
        ),
        (GOOD.replace("B\n", "{% if %}\n"), "eu-gdpr/access.en.j2, line 3", "Expected an expression"),
        (GOOD.replace("B\n", "{{ name.__class__.mro() }}\n"), "eu-gdpr/access.en.j2, line 3", "unsafe"),
        (GOOD.replace("B\n", "{{ 1 / 0 }}\n"), "eu-gdpr/access.en.j2, line 3", "division by zero"),
        ("{% block subject %}S{% endblock %}\n", "eu-gdpr/access.en.j2", "exactly two blocks"),
        (GOOD + "{% block more %}{% endblock %}", "eu-gdpr/access.en.j2", "exactly two blocks"),
        ('{% import "shared/none.j2" as say %}\n' + GOOD, "eu-gdpr/access.en.j2, line 1", "shared/none.j2"),
        (
            '{% import "shared/blocks.en.j2" as say %}\n' + GOOD.replace("B\n", "{{ say.broken() }}\n"),
            "shared/blocks.en.j2, line 3",
            "'gone' is undefined",
        ),
    ],
)
def test_broken_template_is_named(tmp_path: Path, template: str, place: str, problem: str) -> None:
    """A template that does not render is BadFile, with its name, its line and what is wrong."""
    shared = "{% macro dated(on) %}{{ on.day }}{% endmacro %}\n{% macro broken() %}\n{{ gone }}\n{% endmacro %}\n"
    for name, text in (("shared/blocks.en.j2", shared), ("eu-gdpr/access.en.j2", template)):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(BadFile) as caught:
        write(folder=tmp_path)
    assert caught.value.message.startswith(f"{place}")
    assert problem in caught.value.message


def test_language_without_a_date_is_named(tmp_path: Path) -> None:
    """A language whose shared blocks are missing, or write no date, is BadFile."""
    (tmp_path / "eu-gdpr").mkdir()
    (tmp_path / "eu-gdpr" / "access.en.j2").write_text(GOOD, encoding="utf-8")
    with pytest.raises(BadFile, match="shared/blocks"):
        write(folder=tmp_path)
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "blocks.en.j2").write_text("", encoding="utf-8")
    with pytest.raises(BadFile, match="dated"):
        write(folder=tmp_path)


@pytest.mark.parametrize("month", range(1, 13))
def test_dates_are_written_out(month: int) -> None:
    """Every language writes every month as a word, and the day and year as numbers."""
    for regime, right, lang in LETTERS:
        dated = write(regime, right, lang, on=date(2027, month, 3)).dated
        assert re.search(r"(?<!\d)3(?!\d)", dated)
        assert "2027" in dated
        assert re.search(r"[^\W\d]{3,}", dated)


def test_importing_letters_is_cheap() -> None:
    """Importing the module loads neither the template engine nor the mail package."""
    code = "import sys, dsr.letters; sys.exit(bool({'jinja2', 'email.message', 'asyncio'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], check=False, cwd=folder("templates").parent)
    assert done.returncode == 0
