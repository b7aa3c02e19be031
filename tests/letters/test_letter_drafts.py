"""The draft for a mail program, and the link that opens one."""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import unquote

import pytest
from drafting import SENT_AT, TO, parsed, sent_from
from msgspec.structs import replace
from shapes import ADA, write

from dsr.errors import BadData, MissingField, TooLong
from dsr.letters.letter import MAILTO_LIMIT, TOGETHER
from dsr.model import Route, Subject


def test_draft_is_deterministic_and_tells_nothing_of_the_machine() -> None:
    """The same letter gives the same bytes; its message id comes from reference and sender's domain."""
    letter = write()
    message = parsed(letter)
    assert letter.eml(TO, SENT_AT) == write().eml(TO, SENT_AT)
    assert re.fullmatch(r"<[0-9a-f]{32}@account\.example>", message["Message-ID"])
    assert message["Message-ID"] != parsed(write(reference="R-OTHER"))["Message-ID"]
    assert message["Message-ID"] != parsed(write(name="erasure"))["Message-ID"]
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


def test_each_letter_of_a_case_has_its_own_message_id() -> None:
    """A reminder has another message id than the request, and a later reminder than the first."""
    letters = [write(), write(name="reminder"), write(name="reminder", on=date(2026, 12, 22)), write(name="identity")]
    assert len({parsed(letter)["Message-ID"] for letter in letters}) == 4
    assert all("[R-7K2M]" in parsed(letter)["Subject"] for letter in letters)


def test_a_draft_answers_the_mails_before_it() -> None:
    """A follow-up names the last mail that it follows, and all of them in order; a first letter has neither header."""
    before = tuple(f"<{number:032x}@account.example>" for number in range(30))
    message = parsed(replace(write(name="reminder"), before=before))
    assert message["In-Reply-To"] == before[-1]
    assert message["References"].split() == list(before)
    raw = replace(write(name="reminder"), before=before).eml(TO, SENT_AT)
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert "In-Reply-To" not in parsed(write())
    assert "References" not in parsed(write())


def test_enclosures_are_named_in_the_mail() -> None:
    """A draft ends with the list of what goes with it."""
    body = parsed(write(name="complaint")).get_content().replace("\r\n", "\n")
    assert body.endswith("Enclosures:\n- Request of 1 September 2026\n- Message of 20 September 2026\n")


@pytest.mark.parametrize(
    "said", ["am 2. September 2026", "am 20. September 2026", "on 3 October 2026", "nach Art. 15 DSGVO"]
)
def test_no_line_ends_within_a_date_or_a_citation(said: str) -> None:
    """Wherever a line ends, day and month, article and number stay together; the number of a heading is none."""
    together = {"2. September", "20. September", "3 October", "Art. 15"}
    for length in range(1, 90):
        lines = replace(write(), body=f"{'x' * length} {said} und weiter so.").text().splitlines()
        assert any(one in line for line in lines for one in together), lines
    assert TOGETHER.sub("~", "1. Worum es geht") == "1. Worum es geht"


def test_a_short_letter_is_a_link() -> None:
    """A link holds address, subject and body, all but letters and digits escaped, lines ended by CRLF."""
    letter = replace(write(), subject="Größe & Co? [R-1]", body='Line 1\nLine 2 = "x"#y')
    link = letter.mailto("privacy+eu@lumen.example")
    assert link.startswith("mailto:privacy%2Beu@lumen.example?subject=Gr%C3%B6%C3%9Fe%20%26%20Co%3F%20%5BR-1%5D&body=")
    assert link.count("&") == link.count("?") == 1
    assert unquote(link.partition("&body=")[2]) == 'Line 1\r\nLine 2 = "x"#y'
    assert re.fullmatch(r"mailto:[A-Za-z0-9._~%@?=&-]+", link)


def test_a_long_letter_is_no_link() -> None:
    """A link longer than mail programs take is refused by its length; up to the limit it is made."""
    with pytest.raises(
        TooLong, match=r"the mailto link has [0-9,]+ characters, more than the 2,000 that fit"
    ) as caught:
        write().mailto(TO)
    assert "--format eml" in caught.value.hint
    bare = replace(write(), subject="S", body="")
    room = MAILTO_LIMIT - len(bare.mailto(TO))
    assert len(replace(bare, body="x" * room).mailto(TO)) == MAILTO_LIMIT
    with pytest.raises(TooLong):
        replace(bare, body="x" * (room + 1)).mailto(TO)
    with pytest.raises(BadData, match="is not an e-mail address"):
        bare.mailto("a@b.example?bcc=c@d.example")
    with pytest.raises(BadData, match="is not an e-mail address"):
        bare.mailto("a@b.example\r\nBcc: c@d.example, x")
