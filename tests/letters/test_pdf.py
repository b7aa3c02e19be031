"""Letters as PDF, read back with poppler: what the window shows, tags, fonts, pages, pictures, and every error."""

from __future__ import annotations

import base64
import hashlib
import re
import shutil
import struct
import subprocess
import sys
import zlib
from contextlib import suppress
from datetime import date
from html import unescape
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from shapes import LANGS, LETTERS, MAIN, STRANGER
from shapes import write as of_shape

from dsr import registry
from dsr.errors import BadFile, MissingExtra, NoGlyph, NoRoom, UnknownName
from dsr.letters import Letter
from dsr.letters import pdf as room
from dsr.letters.forms import SHEETS, Form, form_for
from dsr.letters.parts import values
from dsr.letters.pdf import render
from dsr.model import Right, Route

poppler = pytest.mark.skipif(not shutil.which("pdftotext"), reason="poppler-utils is not installed")
ON = date(2026, 11, 22)
POINT = 25.4 / 72  # millimetres
SENDER = ("Ada Lovelace", "Kastanienallee 1", "10435 Berlin")
ITEMS = "Please tell me:\n(a) what you hold;\n(b) why;\n- and where from."
BODY = (
    f"Dear team,\n\nI ask for access.\n\n1. Information\n\n{ITEMS}\n\nThank you.\n\nYours faithfully,\n\nAda Lovelace"
)
PLAIN = Letter(
    regime="eu-gdpr",
    right=Right.ACCESS,
    lang="en",
    route=Route.POST,
    reference="R-7K2M",
    subject="Request for access [R-7K2M]",
    body=BODY,
    email="",
    sender=SENDER,
    recipient=("Lumen Labs", "Dublin"),
    dated="22 November 2026",
    discloses=(),
)
LONG = PLAIN.body.replace(
    "Thank you.", "\n\n".join(f"This is paragraph {n}. {'More of it follows. ' * 12}" for n in range(25))
)
ADDRESSES = {
    "short": ("ICO", "Wilmslow"),
    "six": ("Zażółć Gęślą Sp. z o.o.", "Dział Ochrony Danych", "ul. Święta 7", "piętro 2", "00-001 Łódź", "Polska"),
    "wide": ("Der Hessische Beauftragte für Datenschutz und Informationsfreiheit", "Postfach 3163", "65021 Wiesbaden"),
    "French": (
        "Commission nationale de l'informatique et des libertés",
        "3 place de Fontenoy",
        "TSA 80715",
        "75334 Paris",
    ),
}
# A sentence in each language with every letter that English lacks.
SPECIAL = {
    "en": "“Naïve”, ‘façade’ – £5",
    "de": "„Äpfel, Öl, Übel, Straße“ äöü ẞ",
    "fr": "« Où ça, à Noël ? L’œuvre du cœur » éèêëîïôùûüÿç ÆŒ",
    "es": "¿Qué? ¡Añádelo! áéíóúüñ ÁÉÍÓÚÜÑ ª º",
    "it": "Perché così è più là; virtù, città, è àèéìòù",
    "nl": "coëfficiënt, één, ’s-Gravenhage, ijs, Ĳssel reünie",
    "pt": "não, ação, à, às, avó, avô, lingüiça ãõâêôáéíóúç",
    "pl": "Zażółć gęślą jaźń ĄĆĘŁŃÓŚŹŻ „tak”",
}


class Word(NamedTuple):
    """A word of a PDF: its page from 1, its text and its box in millimetres."""

    page: int
    text: str
    left: float
    top: float
    right: float
    bottom: float


def poppled(tool: str, pdf: bytes, tmp_path: Path, *options: str) -> str:
    """What one of poppler's tools says about a PDF."""
    (path := tmp_path / "letter.pdf").write_bytes(pdf)
    asked = [tool, *options, str(path), *(["-"] if tool == "pdftotext" else [])]
    return subprocess.run(asked, capture_output=True, check=True).stdout.decode()


def words(pdf: bytes, tmp_path: Path) -> list[Word]:
    """Every word with its box."""
    found, page = [], 0
    for line in poppled("pdftotext", pdf, tmp_path, "-bbox").splitlines():
        page += line.strip().startswith("<page")
        if box := re.search(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*)</word>', line):
            left, top, right, bottom = (float(one) * POINT for one in box.groups()[:4])
            found.append(Word(page, unescape(box[5]), left, top, right, bottom))
    assert found
    return found


def text(pdf: bytes, tmp_path: Path) -> str:
    """All of the text on one line, in reading order."""
    return " ".join(poppled("pdftotext", pdf, tmp_path).split())


def picture(width: int = 8, height: int = 4) -> bytes:
    """A grey PNG."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = zlib.compress((b"\0" + b"\x80" * width) * height)
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


JPEG = base64.b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAFA3PEY8MlBGQUZaVVBfeMiCeG5uePWvuZHI////////////////////////////////////////////////////"
    "wAALCAAEAAgBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAAP/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AP//Z"
)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10"><path d="M1 9 L19 1" stroke="black"/></svg>'
LINKED = SVG.replace(b"<path", b'<image href="file:///etc/passwd" width="5" height="5"/><path')


# What the window shows


@poppler
@pytest.mark.parametrize(("form", "kind"), list(product(Form, ADDRESSES)))
def test_the_window_shows_the_address_and_nothing_else(form: Form, kind: str, tmp_path: Path) -> None:
    """All of the recipient's address stands inside the window; besides it at most the return line does."""
    sheet, recipient = SHEETS[form], ADDRESSES[kind]
    left, top, right, bottom = sheet.seen
    page = [
        word for word in words(render(replace(PLAIN, recipient=recipient), form, on=ON), tmp_path) if word.page == 1
    ]
    touched = [w for w in page if w.right > left and w.left < right and w.bottom > top and w.top < bottom]
    inside = [w for w in touched if w.left >= left and w.right <= right and w.top >= top and w.bottom <= bottom]
    assert touched == inside
    back = " · ".join(SENDER).split() if sheet.return_line else []
    assert [word.text for word in inside] == back + " ".join(recipient).split()


@poppler
def test_the_german_window_is_where_din_5008_has_it(tmp_path: Path) -> None:
    """In points, the address is between 56.7 and 297.6 from the left and 127.6 and 255.1 from the top."""
    placed = words(render(replace(PLAIN, recipient=ADDRESSES["six"]), Form.DIN_5008, on=ON), tmp_path)
    address = [word for word in placed if word.text in " ".join(ADDRESSES["six"]).split()]
    assert len(address) == len(" ".join(ADDRESSES["six"]).split())
    for word in address:
        assert 56.7 * POINT <= word.left < word.right <= 297.6 * POINT
        assert 127.6 * POINT <= word.top < word.bottom <= 255.1 * POINT


@pytest.mark.parametrize("form", Form)
def test_every_address_that_we_know_fits(form: Form) -> None:
    """No company's address in our own data is too long for a window."""
    known = {(one.name, *one.address) for slug in registry.slugs() for one in registry.find(slug).entities.list}
    assert len(known) > 4
    for recipient in known:
        assert render(replace(PLAIN, recipient=recipient), form, on=ON).startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("form", "recipient"), list(product(Form, [tuple("ABCDEFGHIJKL"), ("Donaudampfschifffahrt" * 4, "Wien")]))
)
def test_an_address_that_does_not_fit_is_refused(form: Form, recipient: tuple[str, ...]) -> None:
    """Too many lines, or a word wider than the window, are an error that names the envelope; nothing is cut."""
    with pytest.raises(NoRoom, match=rf"recipient's address \({len(recipient)} lines\) .* {SHEETS[form].envelope}"):
        render(replace(PLAIN, recipient=recipient), form, on=ON)


@pytest.mark.parametrize("form", Form)
def test_a_sender_that_does_not_fit_is_refused(form: Form) -> None:
    """The sender's own address is not cut either."""
    with pytest.raises(NoRoom, match="sender's address"):
        render(replace(PLAIN, sender=tuple("ABCDEFGHIJKLMNO")), form, on=ON)
    with pytest.raises(NoRoom, match="sender's address"):
        render(replace(PLAIN, sender=("Donaudampfschifffahrt" * 6,)), form, on=ON)


@pytest.mark.parametrize(
    ("place", "form"),
    [
        ("DE-BE", "din-5008"),
        ("GB-SCT", "uk"),
        ("IE", "uk"),
        ("US-CA", "us"),
        ("CA-QC", "us"),
        ("FR", "din-5008"),
        ("", "din-5008"),
    ],
)
def test_a_place_has_its_form(place: str, form: str) -> None:
    """America and Canada, Britain and Ireland have forms of their own."""
    assert form_for(place) is Form(form)


# What the letter is


@poppler
@pytest.mark.parametrize("lang", LANGS)
def test_every_letter_is_whole_in_its_pdf(lang: str, tmp_path: Path) -> None:
    """Every letter under the main laws can be set, and every word of those under the GDPR can be read in order."""
    for regime in MAIN:
        names = [name for law, name, one in LETTERS if (law, one) == (regime, lang)]
        letters = [of_shape(regime, name, lang, subject=STRANGER, route=Route.POST) for name in names]
        if not letters:
            continue
        # One after the other in one file: reading many small ones takes longer than setting them.
        body = "\n\n".join(f"{one.subject}\n\n{one.body}" for one in letters)
        papers = tuple(dict.fromkeys(paper for one in letters for paper in one.enclosures))
        pdf = render(replace(letters[0], body=body, enclosures=papers), Form.UK, on=ON)
        if regime != "eu-gdpr":
            continue
        seen = "".join(word.text for word in words(pdf, tmp_path) if 24 < word.top < 275)
        whole = re.sub(r"\s|\u00ad|-", "", seen)
        for one in letters:
            for block in re.split(r"\n\n|\n- |\n(?=\([a-z]\) )", one.body):
                assert re.sub(r"^- |[\s-]", "", block)[:30] in whole, f"{one.name or one.right}: {block[:60]}"
        for paper in papers:
            assert re.sub(r"[\s-]", "", paper) in whole


@poppler
@pytest.mark.parametrize("lang", SPECIAL)
def test_every_language_passes(lang: str, tmp_path: Path) -> None:
    """The letters of eight languages are set and can be copied; the document says which language it is in."""
    said = SPECIAL[lang]
    letter = replace(PLAIN, lang=lang, subject=f"{said} [R]", body=f"{said}\n\n{BODY}", recipient=("Wu", said[:20]))
    pdf = render(replace(letter, enclosures=(said,)), Form.DIN_5008, on=ON, signature=SVG)
    assert text(pdf, tmp_path).count(" ".join(said.split())) >= 3
    assert f"/Lang({lang})".encode() in re.sub(rb"/Lang\s+\(", b"/Lang(", pdf)


@pytest.mark.parametrize("item", ["3 October 2026: sent;", "2 days;", "what you hold."])
def test_an_item_that_begins_with_a_number_is_an_item(item: str) -> None:
    """A line of a timeline, which begins with a day, is an item of a list in the PDF."""
    told = values(replace(PLAIN, body=BODY.replace(ITEMS, f"- {item}\n- the end.")))["parts"]
    (found,) = (part for part in told if part["kind"] == "list")
    assert [one.replace("\u00a0", " ") for one in found["items"]] == [item, "the end."]


def test_a_tab_is_named() -> None:
    """A tab that the font cannot show is told as what it is, and as standing where it stands."""
    with pytest.raises(NoGlyph, match=r"U\+0009 control character\), which stands in the body"):
        render(replace(PLAIN, body=f"\t\u08ca\n\n{BODY}"), Form.DIN_5008, on=ON)


@poppler
def test_long_words_are_divided_and_addresses_are_not(tmp_path: Path) -> None:
    """German words are divided at the end of a line; an e-mail address and a citation are never."""
    word, mail = "Datenschutzbeauftragtenbestellungsverfahren", "datenschutzbeauftragte@unternehmensgruppe.example"
    said = " ".join(f"{'ja ' * n}{word} {mail} {'so ' * n}17(1)(c)" for n in range(12))
    letter = replace(PLAIN, lang="de", body=f"{said}\n\n{BODY}")
    placed = [word.text for word in words(render(letter, Form.DIN_5008, on=ON), tmp_path)]
    assert placed.count(mail) == 12
    assert placed.count("17(1)(c)") == 12
    assert 0 < placed.count(word) < 12
    english = [word.text for word in words(render(replace(letter, lang="en"), Form.DIN_5008, on=ON), tmp_path)]
    assert english.count(word) == 12


@poppler
def test_a_short_prefix_is_not_torn_from_its_word(tmp_path: Path) -> None:
    """No line of the subject or of the text ends at the hyphen of "KI-Modelle" or of a case's reference."""
    for length in range(1, 80, 3):
        said = f"{'x' * length} Training von KI-Modellen [ABCD-EF23]"
        pdf = render(replace(PLAIN, lang="de", subject=said, body=f"{said}\n\n{BODY}"), Form.DIN_5008, on=ON)
        placed = [word.text for word in words(pdf, tmp_path)]
        assert placed.count("KI-Modellen") == 2
        assert placed.count("[ABCD-EF23]") == 2


@poppler
def test_the_file_says_what_it_is(tmp_path: Path) -> None:
    """Title, author and date stand in the properties; it is tagged and declares PDF/UA-1; every font is embedded."""
    pdf = render(PLAIN, Form.DIN_5008, on=ON)
    about = poppled("pdfinfo", pdf, tmp_path, "-isodates")
    for line in (
        r"Title: +Request for access \[R-7K2M\]",
        "Author: +Ada Lovelace",
        "CreationDate: +2026-11-22T",
        "Tagged: +yes",
    ):
        assert re.search(line, about)
    assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf
    fonts = poppled("pdffonts", pdf, tmp_path).splitlines()[2:]
    assert len(fonts) == 2
    assert all(re.search(r"LibertinusSerif-\S+ +CID Type 0C +Identity-H +yes yes yes", font) for font in fonts)


@poppler
def test_the_tags_tell_headings_and_lists(tmp_path: Path) -> None:
    """The subject is the first heading, a numbered line the second; items keep their letters; the page's own is not read."""
    told = poppled("pdfinfo", render(PLAIN, Form.UK, on=ON), tmp_path, "-struct-text")
    order = [
        '"Lumen Labs"',
        "H1",
        '"Request for access [R-7K2M]"',
        "H2",
        '"1. Information"',
        '"(a)"',
        '"what you hold;"',
        '"(b)"',
    ]
    places = [told.index(one) for one in [*order, '"and where from."', '"Yours faithfully,"']]
    assert places == sorted(places)
    assert len(re.findall(r"^ +L \(block\)", told, re.MULTILINE)) == 2
    assert len(re.findall(r"^ +LI \(block\)", told, re.MULTILINE)) == 3


@poppler
@pytest.mark.parametrize("form", Form)
def test_pages_are_numbered_when_there_are_several(form: Form, tmp_path: Path) -> None:
    """Every page of several says which it is, and from the second who writes to whom and when; a single page says neither."""
    assert not re.search(r"\d / \d", text(render(PLAIN, form, on=ON), tmp_path))
    placed = words(render(replace(PLAIN, body=LONG), form, on=ON), tmp_path)
    pages = max(word.page for word in placed)
    assert pages > 2
    for number in range(1, pages + 1):
        page = [word for word in placed if word.page == number]
        assert [word.text for word in page][-3:] == [str(number), "/", str(pages)]
        head = " ".join(word.text for word in page if word.top < 22)
        assert (head == "Ada Lovelace – Lumen Labs 22 November 2026") is (number > 1)
        assert all(word.left > 20 and word.right < 195 for word in page)


@poppler
def test_closing_and_name_stay_together(tmp_path: Path) -> None:
    """However long the letter, the closing words, the room to sign and the name are on one page."""
    for count in range(20, 50):
        body = PLAIN.body.replace("Thank you.", "\n\n".join(["Another line."] * count))
        placed = words(render(replace(PLAIN, body=body), Form.UK, on=ON), tmp_path)
        closing = next(word for word in placed if word.text == "faithfully,")
        name = [word for word in placed if word.text == "Lovelace" and word.page == closing.page][-1]
        assert name.top - closing.bottom > 14


@poppler
def test_enclosures_are_listed(tmp_path: Path) -> None:
    """What is enclosed stands at the end, under the word of the letter's language."""
    letter = replace(PLAIN, lang="de", enclosures=("Kopie der Antwort", "Vollmacht"))
    assert text(render(letter, Form.DIN_5008, on=ON), tmp_path).endswith(
        "Ada Lovelace Anlagen – Kopie der Antwort – Vollmacht"
    )
    assert "Anlagen" not in text(render(replace(PLAIN, lang="de"), Form.DIN_5008, on=ON), tmp_path)


def test_the_same_letter_is_the_same_file() -> None:
    """In this process, after other letters, and in another process the bytes are the same; another day changes them."""
    first = render(PLAIN, Form.US, on=ON)
    render(replace(PLAIN, subject="Another"), Form.UK, on=ON, signature=picture())
    assert render(PLAIN, Form.US, on=ON) == first
    assert render(PLAIN, Form.US, on=date(2026, 11, 23)) != first
    code = "import hashlib, sys; sys.path.insert(0, sys.argv[1]); import test_pdf as t\n"
    code += "print(hashlib.sha256(t.render(t.PLAIN, t.Form.US, on=t.ON)).hexdigest())"
    asked = [sys.executable, "-c", code, str(Path(__file__).parent)]
    told = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    assert told.strip() == hashlib.sha256(first).hexdigest()


# What nobody may do


@poppler
@pytest.mark.parametrize(
    "said",
    [
        '#image("/etc/passwd")',
        "#panic()",
        "*bold* _it_ = head $x^2$ @ref <label> `raw`",
        "{{ 7*7 }} {% x %}",
        'Say "hello", it\'s -- here --- ...',
        "// no comment /* at all */",
        "\\u{41} \\ [x] #let x = 1",
        "https://lumen.example/a?b=c#d",
        "- not an item",
    ],
)
def test_markup_is_text(said: str, tmp_path: Path) -> None:
    """Typst markup, template braces and quotes stand in the PDF as they were written, wherever they stand."""
    body = f"Dear team, {said} end.\n\n- {said}\n\nBye,\n\n{said}"
    letter = replace(PLAIN, sender=(said, "Berlin"), recipient=("Lumen", said), subject=said, body=body, dated=said)
    seen = text(render(replace(letter, enclosures=(said,)), Form.DIN_5008, on=ON), tmp_path)
    assert seen.replace(" ", "").count(said.replace(" ", "")) >= 9


@poppler
@pytest.mark.parametrize("said", ["x" * 10_000, "word " * 2_000, "https://lumen.example/" + "a" * 300])
def test_ten_thousand_characters_stay_on_the_sheet(said: str, tmp_path: Path) -> None:
    """A text of any length, even without a space, is set in full and never runs off the sheet."""
    letter = replace(PLAIN, body=f"Dear team,\n\n{said}\n\n- {said}\n\nYours,\n\nAda Lovelace")
    placed = words(render(letter, Form.US, on=ON), tmp_path)
    assert max(word.right for word in placed) < 215.9 - 24
    flow = "".join(word.text for word in placed if word.top > 24 and word.text != "/")
    letters = said.strip().replace(" ", "")
    assert flow.count(letters[0]) >= 2 * letters.count(letters[0])


@pytest.mark.parametrize("mark", ["\u202e", "\u2066", "\u200f", "\x07", "\x1b[2J", "\ufeff"])
@pytest.mark.parametrize("field", ["subject", "body", "dated"])
def test_what_nobody_sees_is_refused(mark: str, field: str) -> None:
    """Marks that turn text around, controls and invisible characters are named, with the field; never obeyed."""
    letter = replace(PLAIN, **{field: f"Dear {mark}team\n\nYours\n\nAda" if field == "body" else f"a{mark}b"})
    with pytest.raises(NoGlyph, match=rf"U\+{ord(mark[0]):04X}.*{field.removesuffix('d')}"):
        render(letter, Form.UK, on=ON)


@pytest.mark.parametrize(
    ("change", "character", "field"),
    [
        ({"sender": ("山田", "Tokyo")}, "山", "sender"),
        ({"recipient": ("株式会社ルーメン",)}, "株", "recipient"),
        ({"subject": "Access ط"}, "ط", "subject"),
        ({"body": "Dear\n\n- 한 thing\n\nYours,\n\nA"}, "한", "body"),
        ({"body": "Dear\n\nYours,\n\nA \U0001f600"}, "\U0001f600", "name at the end"),
        ({"enclosures": ("☐ form",)}, "☐", "list of enclosures"),
    ],
)
def test_a_character_that_the_font_lacks_is_named(change: dict[str, Any], character: str, field: str) -> None:
    """Chinese, Japanese, Korean, Arabic and pictograms are refused, with the character and where it stands."""
    with pytest.raises(NoGlyph, match=rf"'{character}' \(U\+{ord(character):04X} .*{field}") as told:
        render(replace(PLAIN, **change), Form.DIN_5008, on=ON)
    assert told.value.exit_code == 11
    assert told.value.character == character


@poppler
def test_accents_may_come_apart(tmp_path: Path) -> None:
    """A name whose accents are characters of their own is set as one whose are not."""
    assert "Zoë Łukasik" in text(render(replace(PLAIN, sender=("Zoe\u0308 Łukasik",)), Form.UK, on=ON), tmp_path)


# The signature


@poppler
@pytest.mark.parametrize(
    ("image", "kind"), [(picture(), "image"), (JPEG, "jpeg"), (picture(400, 2), "image"), (SVG, "")]
)
def test_a_signature_is_a_picture_with_words(image: bytes, kind: str, tmp_path: Path) -> None:
    """The picture is in the PDF once, with a text for those who do not see it, above the name."""
    pdf = render(PLAIN, Form.UK, on=ON, signature=image)
    assert pdf.count(b"Signature of Ada Lovelace") == 1
    assert "Figure" in poppled("pdfinfo", pdf, tmp_path, "-struct")
    listed = poppled("pdfimages", pdf, tmp_path, "-list").splitlines()[2:]
    assert len(listed) == bool(kind)
    assert kind in "".join(listed)
    assert b"Signature of" not in render(PLAIN, Form.UK, on=ON)


@pytest.mark.parametrize(
    ("image", "problem"),
    [
        (b"", "neither PNG nor JPEG nor SVG"),
        (b"%PDF-1.7", "neither PNG nor JPEG nor SVG"),
        (picture()[:40], "the signature: "),
        (JPEG[:30], "the signature: "),
        (b"<svg", "the signature: "),
        (b"<html></html>", "the signature: "),
        (LINKED, "the signature: .*linked image"),
        (SVG.replace(b"<path", b"<text>\xe6\xbc\xa2</text><path"), "the signature: .*U\\+6F22"),
        (picture() + bytes(1_000_000), "larger than a megabyte"),
    ],
)
def test_a_signature_that_is_no_picture_is_refused(image: bytes, problem: str) -> None:
    """What is damaged, too large or no picture is named; no letter goes out without the signature that was given."""
    with pytest.raises(BadFile, match=problem):
        render(PLAIN, Form.UK, on=ON, signature=image)


def test_a_language_without_words_needs_none() -> None:
    """A letter in another language can be set; its enclosures cannot, for we have no word for them."""
    swedish = replace(PLAIN, lang="sv")
    assert render(swedish, Form.DIN_5008, on=ON).startswith(b"%PDF-")
    with pytest.raises(UnknownName, match="'sv'"):
        render(replace(swedish, enclosures=("Kopia",)), Form.DIN_5008, on=ON)


def test_without_typst_the_command_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the extra is not installed, the error says how to install it."""
    room._compiler.cache_clear()
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(MissingExtra) as told:
        render(PLAIN, Form.UK, on=ON)
    assert told.value.hint == 'pip install "dsr-toolkit[pdf]"'
    assert told.value.exit_code == 11


def test_typst_is_loaded_only_for_a_pdf() -> None:
    """Importing the module does not load typst."""
    code = "import sys; import dsr.letters.pdf; print('typst' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


@settings(max_examples=60, deadline=None)
@given(st.text(min_size=1, max_size=60), st.text(min_size=1, max_size=200), st.sampled_from(Form))
def test_any_text_is_set_or_refused(short: str, long: str, form: Form) -> None:
    """Whatever stands in the letter, it becomes a PDF or an error of ours; typst's own never comes through."""
    letter = replace(
        PLAIN, sender=(short, "x"), recipient=("x", short), subject=f"A {short}", body=f"{long}\n\n- {long}\n\nx"
    )
    with suppress(NoGlyph, NoRoom):
        assert render(replace(letter, enclosures=(long,)), form, on=ON).startswith(b"%PDF-")
