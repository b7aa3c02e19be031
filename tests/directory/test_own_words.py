"""What the person adds, what their cases tell of contacts, and letters to companies that were imported."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from open_records import some

from dsr import registry

Dsr = Callable[..., Any]


@pytest.fixture
def stocked(dsr: Dsr, person_profile: None, tmp_path: Path) -> Dsr:
    """A profile, and the small open directories."""
    assert dsr("directory", "import", "--from", str(some(tmp_path / "open"))).exit_code == 0
    return dsr


def contacts(dsr: Dsr, slug: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = dsr("directory", "show", slug, "--json").json()["data"]["company"]["contacts"]["list"]
    return found


def test_a_company_of_ones_own_gets_letters(stocked: Dsr) -> None:
    """What the person wrote down is used as it is, found by its name, and survives imports."""
    added = stocked(
        "directory",
        "add",
        "Bäckerei Süß",
        "--email",
        "hallo@suess.example",
        "--country",
        "DE",
        "--domain",
        "suess.example",
    )
    assert added.exit_code == 0
    made = stocked("request-export", "backerei suss", "--via", "email", "--yes", "--json").json()
    assert (made["data"]["outcome"], made["data"]["case"]) == ("drafted", "backerei-suss-1")
    assert stocked("directory", "show", "suess.example").exit_code == 0


def test_a_better_contact_of_a_known_company_comes_first(stocked: Dsr) -> None:
    """An address added to one of our records or to an imported one is tried before theirs."""
    for slug in ("openai", "example-shop"):
        assert stocked("directory", "add", slug, "--email", "better@own.example").exit_code == 0
        assert contacts(stocked, slug)[0]["to"] == "better@own.example"
    assert "better@own.example" in stocked("letter", "access", "openai").out


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["My Shop"], "needs a way to reach it"),
        (["My Shop", "--email", "no address"], "cannot be used as email"),
        (["My Shop", "--form", "http://my.example"], "cannot be used as form"),
        (["My Shop", "--form", "javascript:alert(1)"], "cannot be used as form"),
        (["../etc/passwd", "--email", "a@b.example"], "is a path or markup"),
        (["<script>", "--email", "a@b.example"], "is a path or markup"),
        (["!!!", "--email", "a@b.example"], "has no letter or digit"),
        (["x" * 500, "--email", "a@b.example"], "more than 200"),
        (["My Shop", "--address", "Street 1"], "needs its country"),
        (["My Shop", "--email", "a@b.example", "--domain", "not a domain"], "cannot be used as domain"),
    ],
)
def test_what_cannot_be_kept_is_refused(stocked: Dsr, home: Path, args: list[str], said: str) -> None:
    """A bad value is quoted in one sentence, and nothing is kept."""
    told = stocked("directory", "add", *args)
    assert told.exit_code == 2, told
    assert said in told.err
    assert not (home / "directory" / "own.json").exists()


def test_a_letter_to_an_imported_company_shows_its_doubt(stocked: Dsr) -> None:
    """A letter without a case names where the address is from, and that it must be compared."""
    told = stocked("letter", "access", "example-shop")
    assert told.exit_code == 0
    assert "It goes to: privacy@example-shop.example (not certain: from directory datenanfragen (CC0 1.0)" in told.out


def test_a_doubtful_address_is_never_answered_beforehand(stocked: Dsr) -> None:
    """--yes does not confirm an address that nobody looked at: a person must, and is told how."""
    told = stocked("request-export", "example-shop", "--via", "email", "--yes")
    assert (told.exit_code, "dsr directory add example-shop --email" in told.err) == (10, True)
    assert stocked("list", "--json").json()["data"]["rows"] == []


@pytest.mark.parametrize(("answer", "cases"), [("y", 1), ("n", 0)])
def test_at_a_terminal_the_address_is_confirmed(stocked: Dsr, home: Path, answer: str, cases: int) -> None:
    """The person sees where the address is from and says whether it is right; a no writes nothing."""
    mine, theirs = pty.openpty()
    args = [sys.executable, "-m", "dsr", "request-export", "example-shop", "--via", "email"]
    with subprocess.Popen(args, stdin=theirs, stdout=theirs, stderr=theirs, env=os.environ) as run:
        os.close(theirs)
        os.write(mine, f"{answer}\ny\n".encode())
        seen = b""
        try:
            while piece := os.read(mine, 4096):
                seen += piece
        except OSError:  # the other end is closed
            seen += b""
        run.wait(30)
    assert b"Is this address right?" in seen
    assert len(stocked("list", "--json").json()["data"]["rows"]) == cases


def test_a_company_without_a_country_opens_no_case(stocked: Dsr) -> None:
    """Whose country is not known has no dates, so no case; the command that mends it is named."""
    stocked("directory", "add", "elsewhere", "--email", "bye@own.example")
    told = stocked("request-export", "elsewhere", "--via", "email", "--yes")
    assert (told.exit_code, "dsr directory add elsewhere --country" in told.err) == (11, True)
    assert stocked("directory", "add", "elsewhere", "--country", "US-CA").exit_code == 0
    assert stocked("request-export", "elsewhere", "--via", "email", "--yes").exit_code == 0


def test_a_bounce_puts_the_contact_last(stocked: Dsr) -> None:
    """An address from which a letter came back is marked with the day and tried last; a correction makes it good again."""
    first = next(one["to"] for one in contacts(stocked, "openai") if one["route"] == "email")
    stocked("request-export", "openai", "--via", "email", "--yes")
    stocked("log", "openai-1", "sent", "--on", "2026-11-02")
    assert stocked("log", "openai-1", "bounced", "--on", "2026-11-03").exit_code == 0
    email = [one for one in contacts(stocked, "openai") if one["route"] == "email" and not one["reason"]]
    assert (email[-1]["to"], email[-1]["confidence"]) == (first, "low")
    assert email[-1]["note"].startswith("a letter to it came back on 2026-11-03")
    number = stocked("log", "openai-1", "--json").json()
    seq = max(row["seq"] for row in number["data"]["rows"])
    assert stocked("log", "openai-1", "correct", "--event", str(seq), "--as", "void").exit_code == 0
    assert next(one["to"] for one in contacts(stocked, "openai") if one["route"] == "email") == first


def test_old_facts_say_so(dsr: Dsr, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a day long after its sources a page marks its facts as old."""
    from datetime import date

    from dsr.commands import directory

    monkeypatch.setattr(directory, "today", lambda: date(2029, 1, 1))
    assert dsr("directory", "show", "openai").out.count("more than 180 days ago") > 5


def test_the_first_lines_answer(dsr: Dsr) -> None:
    """The page starts with photos, training and the way out."""
    lines = [line.strip() for line in dsr("directory", "show", "openai").out.splitlines()]
    assert (lines[2], lines[4], lines[6]) == (
        "Are my photos kept?",
        "Are they, and what I write, used for training?",
        "How do I get out?",
    )
    assert lines[3].startswith("Yes")
    assert "Improve the model for everyone" in lines[7]
    assert "with dsr: dsr opt-out openai" in lines


@pytest.mark.parametrize("slug", registry.slugs())
def test_the_first_line_says_whether_photos_are_kept(dsr: Dsr, slug: str) -> None:
    """The answer begins with yes, no or not known, before it says more."""
    answer = dsr("directory", "show", slug).out.split("Are my photos kept?")[1].split()
    assert answer[0].strip(".:,").lower() in ("yes", "no", "kept", "not")


def test_a_damaged_own_file_is_named(dsr: Dsr, home: Path) -> None:
    """A file of the person's own that cannot be read is an error that names it, and it stays as it is."""
    dsr("directory", "add", "My Shop", "--email", "a@my.example")
    (home / "directory" / "own.json").write_text("[{]", encoding="utf-8")
    told = dsr("directory", "search", "my shop")
    assert (told.exit_code, "own.json" in told.err) == (11, True)
    assert (home / "directory" / "own.json").read_text(encoding="utf-8") == "[{]"
