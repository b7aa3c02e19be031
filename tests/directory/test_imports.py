"""Imports: read, merged, idempotent, malformed records one by one, and the earlier directory intact whatever happens."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from open_records import company, service, site, some, write

Dsr = Callable[..., Any]


def found(dsr: Dsr, typed: str) -> list[str]:
    """The slugs that a search finds, best first."""
    return [row["slug"] for row in dsr("directory", "search", typed, "--json").json()["data"]["rows"]]


def imported(dsr: Dsr, path: Path, *more: str) -> dict[str, dict[str, Any]]:
    """What an import says, by source."""
    told = dsr("directory", "import", "--from", str(path), *more, "--json")
    assert told.exit_code in (0, 3), told
    return {row["source"]: row for row in told.json()["data"]["rows"]}


def test_all_three_directories_are_read(dsr: Dsr, tmp_path: Path) -> None:
    """Companies, authorities, retired names and services are counted, each with its licence."""
    told = imported(dsr, some(tmp_path / "open"), "--state", "2026-07-21")
    assert {name: len(row["new"]) for name, row in told.items()} == {
        "datenanfragen": 4,
        "justdeleteme": 3,
        "unlock-my-data": 2,
    }
    assert (told["datenanfragen"]["authorities"], told["datenanfragen"]["retired"]) == (1, 2)
    assert {row["licence"] for row in told.values()} == {"CC0 1.0", "MIT"}
    assert {row["state_on"] for row in told.values()} == {"2026-07-21"}


def test_a_second_import_changes_nothing(dsr: Dsr, tmp_path: Path) -> None:
    """Importing the same files again finds nothing new, changed or gone, and leaves the same directory."""
    imported(dsr, some(tmp_path / "open"))
    before = found(dsr, "shop")
    again = imported(dsr, tmp_path / "open")
    assert all(row["new"] == row["changed"] == row["gone"] == [] for row in again.values())
    assert found(dsr, "shop") == before


def test_new_changed_and_gone_are_told(dsr: Dsr, tmp_path: Path) -> None:
    """An import names what is new, changed and gone, and the directory follows."""
    imported(dsr, write(tmp_path / "a", companies=[company("one", "One Ltd"), company("two", "Two Ltd")]))
    changed = [company("two", "Two Ltd", email="new@two.example"), company("three", "Three Ltd")]
    told = imported(dsr, write(tmp_path / "b", companies=changed))["datenanfragen"]
    assert (told["new"], told["changed"], told["gone"]) == (["three"], ["two"], ["one"])
    assert dsr("directory", "show", "one").exit_code == 12
    assert "new@two.example" in dsr("directory", "show", "two").out


def test_a_dry_run_changes_nothing(dsr: Dsr, tmp_path: Path) -> None:
    """With --dry-run the changes are told and not made."""
    assert imported(dsr, some(tmp_path / "open"), "--dry-run")["justdeleteme"]["new"]
    assert dsr("directory", "show", "elsewhere").exit_code == 12


def test_losing_most_records_needs_a_yes(dsr: Dsr, tmp_path: Path) -> None:
    """A part of a directory is not taken for the whole: where a third would be gone, a person must say so."""
    imported(dsr, write(tmp_path / "a", companies=[company(f"shop-{n}", f"Shop {n}") for n in range(30)]))
    part = write(tmp_path / "b", companies=[company("shop-1", "Shop 1")])
    told = dsr("directory", "import", "--from", str(part))
    assert (told.exit_code, "29 of 30" in told.err) == (10, True)
    assert found(dsr, "shop 29")[0] == "shop-29"
    assert len(imported(dsr, part, "--yes")["datenanfragen"]["gone"]) == 29


def test_ours_wins_and_the_exchange_stays_itself(dsr: Dsr, tmp_path: Path) -> None:
    """A record with our domain joins ours; "Gemini" at gemini.com is its own company and never Google's."""
    imported(dsr, some(tmp_path / "open"))
    ours = dsr("directory", "show", "openai", "--json").json()["data"]
    assert [row["key"] for row in ours["rows"]] == ["openai-old"]
    assert ours["company"]["entities"]["list"][0]["name"] == "OpenAI Ireland Limited"
    assert dsr("directory", "show", "gemini", "--json").json()["data"]["slug"] == "google-gemini"
    exchange = dsr("directory", "show", "gemini.com", "--json").json()["data"]
    assert (exchange["ours"], exchange["rows"][0]["source"]) == (False, "justdeleteme")


ALIKE = ["Gemini", "Claude", "Grok", "Canva", "X", "Meta AG", "Poe", "Cursor", "Notion", "Slack", "ＧＥＭＩＮＩ"]


@pytest.mark.parametrize("source", ["companies", "sites", "services"])
def test_a_name_alone_makes_no_company_ours(dsr: Dsr, tmp_path: Path, source: str) -> None:
    """Whoever has a name of ours and addresses elsewhere stays a company of its own, though the record names no domain."""
    made: dict[str, Any] = {
        "companies": [company(f"other-{n}", name, webform=f"https://o{n}.example/") for n, name in enumerate(ALIKE)],
        "sites": [site(name, f"o{n}.example", domains=[]) for n, name in enumerate(ALIKE[:-1])],
        "services": {f"other-{n}": service(name, url_export=f"https://o{n}.example/") for n, name in enumerate(ALIKE)},
    }
    imported(dsr, write(tmp_path / "open", **{source: made[source]}))
    for slug in ("google-gemini", "anthropic", "xai", "canva", "x", "meta-ai", "poe", "cursor", "notion", "slack"):
        assert dsr("directory", "show", slug, "--json").json()["data"]["rows"] == [], slug


def test_records_of_one_company_are_merged(dsr: Dsr, tmp_path: Path) -> None:
    """By its domain and by its name a company has one page, from three directories."""
    imported(dsr, some(tmp_path / "open"))
    rows = dsr("directory", "show", "shop.example", "--json").json()["data"]["rows"]
    assert {row["source"] for row in rows} == {"datenanfragen", "justdeleteme", "unlock-my-data"}


def test_retired_names_may_lead_to_retired_names(dsr: Dsr, tmp_path: Path) -> None:
    """A chain of retired slugs is followed to its end, a circle leads nowhere, and a slug that is in use is not retired."""
    gone = {"a": "b", "b": "good", "round": "about", "about": "round", "self": "self", "alive": "good"}
    retired = [{"slug": slug, "redirect-to": target} for slug, target in gone.items()]
    companies = [company("good", "Good Ltd"), company("alive", "Alive Ltd")]
    imported(dsr, write(tmp_path / "open", companies=companies, retired=retired))
    shown = {slug: dsr("directory", "show", slug, "--json").json() for slug in gone}
    assert {slug: told["data"].get("slug") for slug, told in shown.items()} == {
        **dict.fromkeys(("a", "b"), "good"),
        **dict.fromkeys(("round", "about", "self")),
        "alive": "alive",
    }
    assert "its record was retired" in shown["self"]["error"]["message"]


def test_a_retired_name_leads_on_or_says_why_not(dsr: Dsr, tmp_path: Path) -> None:
    """A retired slug leads to its successor; one without says that the company is gone."""
    imported(dsr, some(tmp_path / "open"))
    assert dsr("directory", "show", "old-shop", "--json").json()["data"]["slug"] == "example-shop"
    gone = dsr("directory", "show", "gone-shop")
    assert (gone.exit_code, "company-defunct" in gone.err) == (12, True)


def test_licence_and_date_are_shown(dsr: Dsr, tmp_path: Path) -> None:
    """An imported company's page names directory, licence and date, and marks its contact as unconfirmed."""
    imported(dsr, some(tmp_path / "open"), "--state", "2026-07-21")
    page = dsr("directory", "show", "example-shop").out
    assert "directory datenanfragen (CC0 1.0), a record without a date of its own, state of 2026-07-21" in page
    assert "privacy@example-shop.example  [unconfirmed]" in page


BAD = {
    "wrong type": (company("bad", "Bad Ltd") | {"name": 7}, "Expected `str`, got `int`"),
    "missing name": ({"slug": "bad", "address": "x", "sources": []}, "missing required field `name`"),
    "huge field": (company("bad", "B" * 5000), "the name has 5,000 characters"),
    "huge address": (company("bad", "Bad Ltd", address="line\n" * 500), "the address has"),
    "huge record": (company("bad", "Bad Ltd", comments=["x" * 3000] * 100), "more than 262,144"),
    "path-like slug": (company("bad", "Bad Ltd") | {"slug": "../../bad"}, "differs from the file's name"),
    "only markup": (company("bad", "<script></script>"), "the name is empty"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_malformed_record_is_reported_and_the_rest_imported(dsr: Dsr, tmp_path: Path, case: str) -> None:
    """Each bad record is named with its reason; the others are there; the exit code says that it was done in part."""
    record, why = BAD[case]
    folder = write(tmp_path / "open", companies=[company("good", "Good Ltd")])
    (folder / "datenanfragen" / "companies" / "bad.json").write_text(json.dumps(record), encoding="utf-8")
    told = dsr("directory", "import", "--from", str(folder))
    assert told.exit_code == 3
    assert "refused companies/bad.json: " in told.out
    assert why in told.out
    assert found(dsr, "good") == ["good"]


def test_a_path_like_slug_is_refused(dsr: Dsr, tmp_path: Path) -> None:
    """A slug with capitals or dots is no slug, whatever the file is called."""
    folder = write(tmp_path / "open", companies=[company("good", "Good Ltd"), company("Bad..Slug", "Bad Ltd")])
    assert "is no slug" in dsr("directory", "import", "--from", str(folder)).out


@pytest.mark.parametrize("text", ["not json", "[]", "null", "\x00", "{"])
def test_a_file_that_is_no_record_is_reported(dsr: Dsr, tmp_path: Path, text: str) -> None:
    """Text that is no JSON object is refused like any other bad record."""
    folder = write(tmp_path / "open", companies=[company("good", "Good Ltd")], sites=[site("Fine", "fine.example")])
    (folder / "datenanfragen" / "companies" / "bad.json").write_text(text, encoding="utf-8")
    told = dsr("directory", "import", "--from", str(folder))
    assert (told.exit_code, "refused companies/bad.json" in told.out) == (3, True)


def test_a_record_that_is_spoilt_now_stays_as_it_was(dsr: Dsr, tmp_path: Path) -> None:
    """What was known of a company before its record was broken is not lost, and is told as no change."""
    folder = write(tmp_path / "open", companies=[company("one", "One Ltd"), company("two", "Two Ltd")])
    imported(dsr, folder)
    (folder / "datenanfragen" / "companies" / "two.json").write_text('{"slug": "two"}', encoding="utf-8")
    told = imported(dsr, folder)["datenanfragen"]
    assert (told["new"], told["changed"], told["gone"], len(told["refused"])) == ([], [], [], 1)
    assert "privacy@two.example" in dsr("directory", "show", "two").out


@pytest.mark.parametrize("text", ["", "null", "{}", '[{"name": "Shop"}, {"na'])
def test_a_list_that_cannot_be_read_costs_nothing(dsr: Dsr, tmp_path: Path, text: str) -> None:
    """A list of all records that is cut off is refused, with --yes too; its records of before stay."""
    imported(dsr, some(tmp_path / "open"))
    (tmp_path / "sites.json").write_text(text, encoding="utf-8")
    told = imported(dsr, tmp_path / "sites.json", "--yes")["justdeleteme"]
    assert (told["companies"], told["gone"], len(told["refused"])) == (3, [], 1)
    assert found(dsr, "elsewhere") == ["elsewhere"]


def test_an_empty_list_is_asked_about(dsr: Dsr, tmp_path: Path) -> None:
    """However small a directory is, all of it is not lost without a yes."""
    imported(dsr, some(tmp_path / "open"))
    (tmp_path / "sites.json").write_text("[]", encoding="utf-8")
    told = dsr("directory", "import", "--from", str(tmp_path / "sites.json"))
    assert (told.exit_code, "3 of 3 records" in told.err) == (10, True)
    assert found(dsr, "elsewhere") == ["elsewhere"]


def test_a_byte_order_mark_is_no_part_of_a_file(dsr: Dsr, tmp_path: Path) -> None:
    """A file that an editor saved with a byte order mark is read like any other."""
    folder = write(tmp_path / "open", companies=[company("one", "One Ltd")], sites=[site("Two", "two.example")])
    for path in (folder / "datenanfragen" / "companies" / "one.json", folder / "sites.json"):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert {name: len(row["new"]) for name, row in imported(dsr, folder).items()} == {
        "datenanfragen": 1,
        "justdeleteme": 1,
    }


def test_a_second_record_of_a_name_is_refused(dsr: Dsr, tmp_path: Path) -> None:
    """Of duplicates in a list the first one is taken, the second one reported."""
    folder = write(tmp_path / "open", sites=[site("Twice", "twice.example"), site("Twice", "twice.example", notes="x")])
    told = dsr("directory", "import", "--from", str(folder))
    assert "refused sites.json, record 2: a second record called 'Twice'" in told.out


def test_markup_and_control_characters_are_cleaned(dsr: Dsr, tmp_path: Path) -> None:
    """Tags, escape sequences and bidi marks in a name or a note never reach the terminal."""
    evil = "Ev<b>il</b>\x1b[31m \u202eshop & Co"
    folder = write(tmp_path / "open", sites=[site(evil, "evil.example", notes="a<img src=x>b\x07")])
    imported(dsr, folder)
    page = dsr("directory", "show", "evil.example", "--json").json()["data"]["rows"][0]
    assert page["name"] == "Ev il [31m shop & Co"
    assert page["notes"] == ["a b"]


def test_an_address_that_is_none_is_dropped(dsr: Dsr, tmp_path: Path) -> None:
    """An e-mail or URL that is none is left out; nothing is sent to it and no link shown."""
    bad = company(
        "bad",
        "Bad Ltd",
        email="a@b.example\nBcc: x@y.example",
        web="javascript:alert(1)",
        webform="http://plain.example/",
    )
    imported(dsr, write(tmp_path / "open", companies=[bad]))
    row = dsr("directory", "show", "bad", "--json").json()["data"]["rows"][0]
    assert not {"email", "domains", "form"} & set(row)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"\x00" * 1000])
def test_a_broken_download_leaves_the_earlier_directory(dsr: Dsr, tmp_path: Path, content: bytes) -> None:
    """A ZIP file that is not whole is refused with a sentence; what was there before stays."""
    imported(dsr, some(tmp_path / "open"))
    broken = tmp_path / "broken.zip"
    broken.write_bytes(content)
    told = dsr("directory", "import", "--from", str(broken))
    assert (told.exit_code, "ZIP" in told.err) == (11, True)
    assert found(dsr, "elsewhere") == ["elsewhere"]


def test_a_zip_with_a_damaged_member_is_refused_whole(dsr: Dsr, tmp_path: Path) -> None:
    """A flipped byte inside a ZIP file is noticed, and nothing of it is taken."""
    whole = tmp_path / "whole.zip"
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr("data-master/companies/one.json", json.dumps(company("one", "One Ltd")))
    data = bytearray(whole.read_bytes())
    data[data.index(b"One Ltd")] ^= 1
    whole.write_bytes(bytes(data))
    told = dsr("directory", "import", "--from", str(whole))
    assert (told.exit_code, "the ZIP file is broken" in told.err) == (11, True)
    assert dsr("directory", "show", "one").exit_code == 12


def test_a_zip_is_read_like_its_folder(dsr: Dsr, tmp_path: Path) -> None:
    """A ZIP file of a repository is imported as it is, and tells the state of its files."""
    folder = some(tmp_path / "open")
    shutil.make_archive(str(tmp_path / "all"), "zip", folder)
    told = imported(dsr, tmp_path / "all.zip")
    assert {name: len(row["new"]) for name, row in told.items()} == {
        "datenanfragen": 4,
        "justdeleteme": 3,
        "unlock-my-data": 2,
    }
    assert told["datenanfragen"]["state_on"]


def test_a_path_without_records_is_told(dsr: Dsr, tmp_path: Path) -> None:
    """A folder in which nothing is known is an error that says what to name."""
    told = dsr("directory", "import", "--from", str(tmp_path))
    assert (told.exit_code, "holds no records of datenanfragen" in told.err) == (11, True)


def test_a_source_is_named_right(dsr: Dsr) -> None:
    """A mistyped source is quoted, and the near one offered."""
    told = dsr("directory", "import", "datenanfrage")
    assert (told.exit_code, "did you mean datenanfragen?" in told.err) == (12, True)


def test_a_killed_import_leaves_the_earlier_directory(dsr: Dsr, home: Path, tmp_path: Path) -> None:
    """Killed while it writes, an import leaves the old index as it was; the next one clears what is left and goes through."""
    imported(dsr, some(tmp_path / "open"))
    before = (home / "directory" / "index.db").read_bytes()
    big = write(tmp_path / "big", companies=[company(f"shop-{n}", f"Shop {n} GmbH") for n in range(400)])
    program = (
        "import os, signal, sys\nfrom dsr.directory import merge\nreal = merge.merge\n"
        "def killed(*given):\n    made = real(*given)\n"
        "    import sqlite3\n    connect = sqlite3.connect\n"
        "    class Half(sqlite3.Connection):\n"
        "        def executemany(self, sql, rows):\n"
        "            if 'INTO name' in sql:\n                os.kill(os.getpid(), signal.SIGKILL)\n"
        "            return super().executemany(sql, rows)\n"
        "    sqlite3.connect = lambda *a, **k: connect(*a, factory=Half, **k)\n    return made\n"
        "merge.merge = killed\nfrom dsr.cli import main\nmain(sys.argv[1:])\n"
    )
    args = [sys.executable, "-c", program, "directory", "import", "--from", str(big), "--yes"]
    run = subprocess.run(args, env=os.environ, capture_output=True, check=False)
    assert run.returncode == -signal.SIGKILL
    assert [path for path in (home / "directory").iterdir() if path.name.startswith(".new-")]
    assert (home / "directory" / "index.db").read_bytes() == before
    assert found(dsr, "elsewhere") == ["elsewhere"]
    imported(dsr, big, "--yes")
    assert found(dsr, "shop 399")[0] == "shop-399"
    assert [path for path in (home / "directory").iterdir() if path.name.startswith(".new-")] == []


@pytest.mark.skipif(sys.platform == "win32", reason="limits of POSIX")
def test_a_full_disk_leaves_the_earlier_directory(dsr: Dsr, home: Path, tmp_path: Path) -> None:
    """Where the disk takes no more, an import is an error in two lines, and the directory is as it was."""
    import resource

    imported(dsr, some(tmp_path / "open"))
    big = write(tmp_path / "big", companies=[company(f"shop-{n}", f"Shop {n} GmbH") for n in range(100)])
    before = (home / "directory" / "index.db").read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, hard))
    try:
        told = dsr("directory", "import", "--from", str(big), "--yes")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert (told.exit_code, "cannot be written" in told.err) == (16, True), told
    assert (home / "directory" / "index.db").read_bytes() == before
    assert [path for path in (home / "directory").iterdir() if path.name.startswith(".new-")] == []


def test_a_damaged_index_is_told_and_made_anew(dsr: Dsr, home: Path, tmp_path: Path) -> None:
    """A directory file that is damaged is an error with the command that mends it, never a traceback."""
    imported(dsr, some(tmp_path / "open"))
    (home / "directory" / "index.db").write_bytes(b"nothing like a database" * 100)
    told = dsr("directory", "search", "shop")
    assert (told.exit_code, "dsr directory import" in told.err) == (11, True)
    imported(dsr, tmp_path / "open")
    assert "example-shop" in found(dsr, "example shop")


def test_the_directory_is_the_persons_alone(dsr: Dsr, home: Path, tmp_path: Path) -> None:
    """Its files are 0600 in a folder of 0700."""
    imported(dsr, some(tmp_path / "open"))
    dsr("directory", "add", "My Shop", "--email", "a@my.example")
    for path in (home / "directory").iterdir():
        assert path.stat().st_mode & 0o077 == 0, path
    assert (home / "directory").stat().st_mode & 0o077 == 0


def test_a_fresh_dated_record_is_not_doubted(dsr: Dsr, tmp_path: Path) -> None:
    """A record with a date of its own that is not long ago has a contact of medium confidence."""
    from datetime import date, timedelta

    recent = (date.today() - timedelta(days=30)).isoformat()
    old = "2019-01-01"
    services = {"new": service("New", created_at=recent), "old": service("Old", created_at=old)}
    imported(dsr, write(tmp_path / "open", services=services))
    contact = {
        name: dsr("directory", "show", name, "--json").json()["data"]["company"]["contacts"]["list"][0]["confidence"]
        for name in services
    }
    assert contact == {"new": "medium", "old": "low"}
