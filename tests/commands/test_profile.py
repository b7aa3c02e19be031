"""The profile: made once, checked at the door, changed field by field."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dsr.letters import words

Dsr = Callable[..., Any]

FULL = ["--name", "Ada Lovelace", "--email", "ada@example.org", "--email", "ada@work.example", "--residence", "gb-sct"]
FULL += [
    "--address",
    "1 Royal Mile",
    "--address",
    "Edinburgh EH1",
    "--language",
    "EN",
    "--account",
    "chatgpt=me@example.org",
]

TOML = """
name = "Ada Lovelace"
other_names = ["Ada Byron"]
emails = ["ada@example.org"]
address = ["Kastanienallee 1", "10435 Berlin"]
residence = "DE-BE"
language = "de"
accounts = { openai = "chat@example.org" }
"""


def profile(dsr: Dsr) -> Any:
    return dsr("profile", "show", "--json").json()["data"]["profile"]


def test_a_profile_is_made_from_options(dsr: Dsr) -> None:
    """Options are normalised: places in capitals, accounts by slug, the country from the residence."""
    made = dsr("profile", "init", *FULL)
    assert (made.exit_code, made.err) == (0, "")
    assert profile(dsr) == {
        "id": "me",
        "name": "Ada Lovelace",
        "other_names": [],
        "emails": ["ada@example.org", "ada@work.example"],
        "address": {"lines": ["1 Royal Mile", "Edinburgh EH1"], "country": "GB"},
        "residence": "GB-SCT",
        "language": "en",
        "accounts": {"openai": "me@example.org"},
    }


@pytest.mark.parametrize("suffix", [".toml", ".json"])
def test_a_profile_is_made_from_a_file(dsr: Dsr, tmp_path: Path, suffix: str) -> None:
    """A file has the same fields, as TOML or JSON, and options beside it win."""
    import tomllib

    import msgspec

    file = tmp_path / f"me{suffix}"
    file.write_bytes(TOML.encode() if suffix == ".toml" else msgspec.json.encode(tomllib.loads(TOML)))
    assert dsr("profile", "init", "--from", str(file), "--language", "fr").exit_code == 0
    made = profile(dsr)
    assert (made["name"], made["other_names"], made["residence"]) == ("Ada Lovelace", ["Ada Byron"], "DE-BE")
    assert (made["accounts"], made["language"]) == ({"openai": "chat@example.org"}, "fr")


def test_a_profile_is_shown_to_a_person(dsr: Dsr) -> None:
    """Every field has its line; what is missing says so."""
    dsr("profile", "init", *FULL)
    shown = dsr("profile", "show").out
    assert [line.split(":")[0].strip() for line in shown.splitlines()] == [
        "name", "other names", "e-mail", "address", "residence", "language", "account at openai",
    ]  # fmt: skip
    assert "other names:           (none)" in shown


@pytest.mark.parametrize(
    ("args", "field", "value"),
    [
        (["name", " Ada   King "], "name", "Ada King"),
        (["other-name", "Ada Byron", "Countess of Lovelace"], "other_names", ["Ada Byron", "Countess of Lovelace"]),
        (["email", "new@example.org"], "emails", ["new@example.org"]),
        (["residence", "uk-eng"], "residence", "GB-ENG"),
        (["language", "DE"], "language", "de"),
        (["address", "2 Park Lane", "London"], "address", {"lines": ["2 Park Lane", "London"], "country": "DE"}),
        (["account", "midjourney=m@example.org"], "accounts", {"midjourney": "m@example.org"}),
    ],
)
def test_one_field_is_changed(dsr: Dsr, person_profile: None, args: list[str], field: str, value: object) -> None:
    """`set` changes that field and no other."""
    before = profile(dsr)
    assert dsr("profile", "set", *args).exit_code == 0
    assert profile(dsr) == before | {field: value}


def test_a_country_of_the_address_is_kept(dsr: Dsr, person_profile: None) -> None:
    """A country set for the address stays when the lines change."""
    dsr("profile", "set", "address", "1 Rue X", "Lyon")
    dsr("profile", "set", "country", "FR")
    dsr("profile", "set", "address", "2 Rue Y", "Lyon")
    assert profile(dsr)["address"] == {"lines": ["2 Rue Y", "Lyon"], "country": "FR"}


def test_a_second_profile_is_refused(dsr: Dsr, person_profile: None) -> None:
    """`init` never overwrites a profile."""
    told = dsr("profile", "init", "--name", "Eve")
    assert (told.exit_code, profile(dsr)["name"]) == (2, "Ada Lovelace")
    assert "there is a profile already" in told.err


BAD = [
    (["--email", "ada"], 2, "'ada' is not an e-mail address"),
    (["--email", "a@b"], 2, "'a@b' is not an e-mail address"),
    (["--email", "ada@example.org>"], 2, "is not an e-mail address"),
    (["--residence", "XX"], 12, "no place is called 'XX'"),
    (["--residence", "DE-ZZ"], 12, "no place is called 'DE-ZZ'"),
    (["--residence", "Berlin"], 12, "no place is called 'Berlin'"),
    (["--language", "german"], 2, "'german' is not a language code"),
    (["--name", "  "], 2, "the name is empty"),
    (["--account", "ada@example.org"], 2, "an account is written CONTROLLER=E-MAIL"),
    (["--account", "opnai=ada@example.org"], 12, "no controller is called 'opnai'"),
    (["--address", "Street 1"], 2, "the address has no country"),
    (["--country", "DE"], 2, "a country alone is no address"),
    (["--from", "nowhere.toml"], 11, "nowhere.toml: no such file or directory"),
]


@pytest.mark.parametrize(("args", "code", "message"), BAD)
def test_a_bad_field_makes_no_profile(dsr: Dsr, args: list[str], code: int, message: str) -> None:
    """What cannot be is refused by name, and nothing is stored."""
    told = dsr("profile", "init", "--name", "Ada", *args)
    assert (told.exit_code, message in told.err) == (code, True), told.err
    assert len(told.err.splitlines()) == 2
    assert dsr("profile", "show").exit_code == 11


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b'name = "Ada"\nnickname = "A"\n', "nickname"),
        (b"name = 7\n", "$.name"),
        (b"name = \n", ".toml"),
        (b"\xff\xfe", ".toml"),
        (b'emails = "ada@example.org"\n', "$.emails"),
    ],
)
def test_a_bad_file_is_named_with_its_problem(dsr: Dsr, tmp_path: Path, content: bytes, problem: str) -> None:
    """A profile file that is wrong is named with the key that is wrong."""
    file = tmp_path / "me.toml"
    file.write_bytes(content)
    told = dsr("profile", "init", "--from", str(file))
    assert told.exit_code == 11
    assert str(file) in told.err
    assert problem in told.err


def test_a_bad_change_leaves_the_profile(dsr: Dsr, person_profile: None) -> None:
    """A refused change changes nothing."""
    before = profile(dsr)
    for args, code in (
        (["email", "x"], 2),
        (["nme", "Ada"], 12),
        (["name", "Ada", "King"], 2),
        (["residence", "QQ"], 12),
    ):
        assert dsr("profile", "set", *args).exit_code == code
    assert profile(dsr) == before


def test_the_help_names_every_language_of_letters(dsr: Dsr) -> None:
    """`profile init --help` names the languages that letters are in, as many as there are."""
    told = " ".join(dsr("profile", "init", "--help").out.split())
    assert f"letters are in {', '.join(words.languages())}." in told
    assert len(words.languages()) >= 8


def test_without_a_profile_the_next_step_is_named(dsr: Dsr) -> None:
    """A request without a profile says how to make one."""
    for command in (
        ["profile", "show"],
        ["request-export", "openai", "--via", "email"],
        ["letter", "access", "openai"],
    ):
        told = dsr(*command)
        assert (told.exit_code, told.err.splitlines()[1]) == (11, "dsr: hint: dsr profile init")
