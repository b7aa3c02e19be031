"""Letters without a case and rights of every kind: formats, the list of all letters, templates of one's own, one's own words."""

from __future__ import annotations

import email
import email.policy
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dsr.letters.kinds import KINDS
from dsr.resources import folder

Dsr = Callable[..., Any]
RIGHTS = [name for name, kind in KINDS.items() if not kind.follow_up and name != "authorisation"]
pytestmark = pytest.mark.usefixtures("person_profile")


@pytest.mark.parametrize("right", RIGHTS)
def test_every_right_has_its_request(dsr: Dsr, right: str) -> None:
    """Each right is asked for by the general door, or dsr says in one sentence why this law has no such letter."""
    told = dsr("request", right, "openai", "--via", "email", "--yes", "--only" if right == "rectification" else "--yes",
               *(["my name"] if right == "rectification" else []), "--json").json()  # fmt: skip
    if right in ("sale-opt-out", "limit"):
        assert (told["exit_code"], "no right of" in told["error"]["message"]) == (11, True)
        return
    assert told["ok"], told
    shown = dsr("show", told["data"]["case"], "--json").json()["data"]
    assert shown["request"]["right"] == KINDS[right].rights[0]
    assert [kept["kind"] for kept in shown["events"][0]["evidence"]] == ["letter-text", "letter-email"]
    assert shown["rows"][0]["command"] == "dsr log openai-1 sent --via email"


def test_the_front_doors_and_the_general_door_share_a_case(dsr: Dsr) -> None:
    """`dsr request access` goes on in the case that `dsr request-export` made."""
    dsr("request-export", "openai", "--via", "portal", "--yes")
    told = dsr("request", "access", "openai", "--via", "email", "--yes", "--json").json()["data"]
    assert told["case"] == "openai-1"


@pytest.mark.parametrize(
    "more",
    [["--child", "Byron King"], ["--on-behalf-of", "Anne King"], ["--only", "the photo of 3 May"]],
)
def test_another_scope_is_another_case(dsr: Dsr, more: list[str]) -> None:
    """What is asked in another name, or about other data, has a case of its own; the same again goes on in it."""
    dsr("request", "erasure", "openai", "--via", "email", "--yes")
    first = dsr("request", "erasure", "openai", "--via", "email", *more, "--yes", "--json").json()["data"]
    assert first["case"] == "openai-2"
    again = dsr("request", "erasure", "openai", "--via", "email", *more, "--yes", "--json").json()["data"]
    assert again["case"] == "openai-2"


def test_own_words_never_press_a_button(dsr: Dsr) -> None:
    """Where a button could do more than was asked for, dsr takes a letter, and refuses the button."""
    told = dsr("request", "erasure", "openai", "--only", "the photo of 3 May", "--dry-run", "--json").json()
    assert any(message.startswith("Taking email") for message in told["messages"])
    assert "the photo of 3 May" in told["data"]["letter"]
    refused = dsr("request", "erasure", "openai", "--only", "the photo of 3 May", "--via", "settings")
    assert (refused.exit_code, "only a letter carries what you ask for" in refused.err) == (2, True)


def test_without_own_words_the_best_route_is_taken(dsr: Dsr) -> None:
    """The general door takes the same route as the front door of that right."""
    told = dsr("request", "training-opt-out", "openai", "--dry-run", "--json").json()
    assert any(message.startswith("Taking settings") for message in told["messages"])


def test_a_letter_in_every_format(dsr: Dsr, tmp_path: Path) -> None:
    """Text, mail draft and PDF go to files by their name; a link opens the mail program, and says what it leaves out."""
    for suffix, start in ((".txt", b"Ada Lovelace"), (".eml", b"From: "), (".pdf", b"%PDF-")):
        out = tmp_path / f"letter{suffix}"
        told = dsr("letter", "access", "openai", "--out", str(out), "--json").json()["data"]
        assert told["file"] == str(out)
        assert out.read_bytes().startswith(start)
    draft = dsr("letter", "access", "openai", "--format", "eml").out
    head = email.message_from_string(draft, policy=email.policy.default)
    assert head["To"] == "dsar@openai.com"
    link = dsr("letter", "access", "openai", "--format", "mailto", "--json").json()["data"]
    assert link["link"].startswith("mailto:dsar@openai.com?subject=")
    assert len(link["link"]) <= 2_000
    assert "paste its text" in dsr("letter", "access", "openai", "--format", "mailto").out


def test_the_letter_says_why_it_is_in_that_language(dsr: Dsr) -> None:
    """The person's language where the letter exists in it, else English; asked for, the one asked for."""
    assert "English, your language" in dsr("letter", "access", "openai").out
    dsr("profile", "set", "language", "eo")
    assert "English: there is no such letter in 'eo'." in dsr("letter", "access", "openai").out
    assert "English, as you asked." in dsr("letter", "access", "openai", "--lang", "en").out


def test_the_list_fits_a_hundred_columns(dsr: Dsr) -> None:
    """Rights by laws by languages are one matrix; by law or by letter every hole has its reason."""
    for args in ([], ["--regime", "us-co"], ["--regime", "eu-gdpr"]):
        told = dsr("letter", "--list", *args)
        assert told.exit_code == 0
        assert max(map(len, told.out.splitlines())) <= 100
    assert max(map(len, dsr("letter", "photos", "--list").out.splitlines())) <= 100
    rows = dsr("letter", "--list", "--json").json()["data"]["rows"]
    assert len(rows) == len({row["regime"] for row in rows}) * len(KINDS)
    assert all(bool(row["languages"]) != bool(row["why"]) for row in rows)
    assert {row["name"] for row in rows if row["regime"] == "eu-gdpr" and not row["languages"]} == {
        "sale-opt-out", "limit", "appeal", "controller-complaint",
    }  # fmt: skip


@pytest.fixture
def own(home: Path) -> Path:
    """A template of one's own, copied from ours."""
    (home / "templates" / "gdpr").mkdir(parents=True)
    return Path(shutil.copy(folder("templates") / "gdpr" / "access.en.j2", home / "templates" / "gdpr"))


def test_ones_own_template_goes_before_ours(dsr: Dsr, own: Path) -> None:
    """What lies in the home's templates is used for letters and for cases, and only there."""
    own.write_text(own.read_text().replace("1. Information", "1. Everything"))
    assert "1. Everything" in dsr("letter", "access", "openai").out
    assert "1. Everything" in dsr("request", "access", "openai", "--via", "email", "--dry-run").out
    assert "1. Everything" not in dsr("letter", "erasure", "openai").out


@pytest.mark.parametrize("name", ["gdpr/access", "gdpr/erasure", "neutral/appeal", "us-state/limit"])
def test_our_own_templates_pass_the_check(dsr: Dsr, name: str) -> None:
    """The check finds nothing in a letter of ours, and has tried many."""
    told = dsr("letter", "--check", str(folder("templates") / f"{name}.en.j2"), "--json").json()
    assert (told["exit_code"], told["data"]["rows"]) == (0, [])
    assert told["data"]["letters"] > 10


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("{{ company }}", "{{ compny }}", 10, "'compny' is undefined"),
        ("{% block subject %}", "{% block subject", 3, "expected token"),
        ("[{{ reference }}]", "[{{ reference.__class__.__mro__ }}]", 3, "unsafe"),
        ("{{ company }}", "{{ ''.format }} {{ asks.nothing }}", 10, "nothing"),
        ("{% block body %}", "{% block boody %}", 1, "exactly two blocks"),
        ("1. Information", "1. Information for {{ '{{' }} you", 0, "'{{' is left in the letter"),
    ],
)
def test_the_check_tells_every_problem_with_its_line(
    dsr: Dsr, own: Path, old: str, new: str, line: int, says: str
) -> None:
    """A fault of a template is told with file, line and the person for whom it showed; exit 11."""
    text = own.read_text()
    assert old in text
    own.write_text(text.replace(old, new, 1))
    told = dsr("letter", "--check", str(own), "--json").json()
    assert (told["exit_code"], told["ok"]) == (11, False)
    found = [row for row in told["data"]["rows"] if says in row["message"]]
    assert found, told["data"]["rows"]
    assert (found[0]["file"], found[0]["line"]) == ("gdpr/access.en.j2", line)
    assert "eu-gdpr" in found[0]["where"]


def test_the_check_tells_all_unknown_names_at_once(dsr: Dsr, own: Path) -> None:
    """Several mistyped names are told together, each with its line."""
    text = own.read_text().replace("{{ company }}", "{{ compny }}", 1)
    own.write_text(text.replace("1. Information", "1. Information {{ nmae }}"))
    rows = dsr("letter", "--check", str(own), "--json").json()["data"]["rows"]
    assert [row["message"] for row in rows] == ["'compny' is undefined", "'nmae' is undefined"]
    assert rows[0]["line"] < rows[1]["line"]


@pytest.mark.parametrize("name", ["access.en.j2", "gdpr/acces.en.j2", "gdpr/access.j2", "gpdr/access.en.j2"])
def test_a_misnamed_template_is_refused(dsr: Dsr, tmp_path: Path, name: str) -> None:
    """A file that dsr would never use is told so, with the form of the name."""
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("x")
    told = dsr("letter", "--check", str(path))
    assert (told.exit_code, "FAMILY/LETTER.LANGUAGE.j2" in told.err) == (2, True)


def test_a_name_that_the_font_lacks(dsr: Dsr, tmp_path: Path) -> None:
    """By post a name that no PDF can show leaves the text, and says why; a PDF asked for by name is refused."""
    dsr("profile", "set", "name", "名前")
    dsr("profile", "set", "address", "Street 1", "10435 Berlin")
    told = dsr("request", "access", "openai", "--via", "post", "--yes")
    assert (told.exit_code, "There is no PDF of it: the font of the letter has no sign" in told.out) == (0, True)
    asked = dsr("letter", "access", "openai", "--via", "post", "--out", str(tmp_path / "letter.pdf"))
    assert (asked.exit_code, "has no sign for" in asked.err) == (11, True)


def test_a_signature_stands_in_the_pdf(dsr: Dsr, tmp_path: Path) -> None:
    """A picture of the signature goes into the PDF; a file that is none is refused."""
    svg = tmp_path / "me.svg"
    svg.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="4"><path d="M0 0L9 4"/></svg>')
    plain, signed = tmp_path / "plain.pdf", tmp_path / "signed.pdf"
    assert dsr("letter", "access", "openai", "--out", str(plain)).exit_code == 0
    assert dsr("letter", "access", "openai", "--out", str(signed), "--signature", str(svg)).exit_code == 0
    assert b"Signature of Ada Lovelace".hex() in signed.read_bytes().hex() or signed.read_bytes() != plain.read_bytes()
    svg.write_text("no picture")
    told = dsr("letter", "access", "openai", "--out", str(tmp_path / "x.pdf"), "--signature", str(svg))
    assert (told.exit_code, "the signature" in told.err) == (11, True)


def test_a_letter_that_was_only_looked_at_goes_with_the_rest(
    dsr: Dsr, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The PDF of --open lies in one private file, in no backup, and is wiped with everything."""
    monkeypatch.setenv("BROWSER", "true")
    for _ in range(2):
        assert dsr("letter", "access", "openai", "--open").exit_code == 0
    [shown] = (home / "preview").iterdir()
    assert shown.read_bytes().startswith(b"%PDF-")
    assert dsr("doctor").exit_code == 0
    assert dsr("backup", "--open", "--out", str(home.parent / "copy")).exit_code == 0
    assert not list((home.parent / "copy").rglob("*.pdf"))
    assert dsr("vault", "wipe", "--all", "--yes").exit_code == 0
    assert not (home / "preview").exists()
