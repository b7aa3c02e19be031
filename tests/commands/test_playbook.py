"""`dsr playbook list|show|new`, and what `run`, `test` and `doctor` refuse before a browser is opened."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dsr import resources
from dsr.playbook import read, shelf
from dsr.playbook.lint import lint
from dsr.playbook.schema import Effect

Dsr = Callable[..., Any]


def own(folder: Path, name: str, text: str) -> Path:
    """A playbook of the person's own in that folder."""
    path = folder / f"{name}.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def local(effect: str = "read", more: str = "") -> str:
    """A small playbook for a site of one's own."""
    return f"""
schema = 1
id = "acme/look"
effect = "{effect}"
origins = ["http://127.0.0.1:1"]
{more}
[control.there]
role = ["heading"]
names = [{{ locale = "en", text = "There" }}]

[[step]]
do = "goto"
url = "http://127.0.0.1:1/"
until = "there"

[verify]
by = "none"
"""


def test_list_says_what_was_never_seen(dsr: Dsr) -> None:
    """Every playbook of dsr's is listed with its effect and whether a person saw it live."""
    rows = dsr("playbook", "list", "--json").json()["data"]["rows"]
    assert [row["id"] for row in rows] == list(read.ids())
    for row in rows:
        seen = [one.on.isoformat() for one in read.load(row["id"]).verified]
        assert row["state"] == (f"verified live on {max(seen)}" if seen else "rehearsed, never seen live")
        assert not row["own"]


def test_own_playbooks_are_marked(dsr: Dsr, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder in the home, one named by config.toml, by DSR_PLAYBOOKS or by --playbooks adds playbooks marked as one's own."""
    assert not [row for row in dsr("playbook", "list", "--json").json()["data"]["rows"] if row["own"]]
    own(home / "playbooks", "acme/look", local())
    assert "acme/look" in dsr("playbook", "list").out
    other = tmp_path / "other"
    own(other, "acme/peek", local().replace("acme/look", "acme/peek"))
    own(other, "acme/broken", "schema = 1")
    rows = dsr("playbook", "list", "--playbooks", str(other), "--json").json()["data"]["rows"]
    mine = {row["id"]: row["state"] for row in rows if row["own"]}
    assert mine["acme/peek"] == "your own; no rehearsal, never seen live"
    assert "dsr playbook lint" in mine["acme/broken"]
    assert set(mine) == {"acme/peek", "acme/broken"}
    (home / "config.toml").write_text(f'playbooks = "{other}"', encoding="utf-8")
    assert "acme/peek" in dsr("playbook", "list").out
    (home / "config.toml").write_text('playbooks = "nowhere"', encoding="utf-8")
    told = dsr("playbook", "list")
    assert (told.exit_code, "nowhere" in told.err) == (11, True)
    monkeypatch.setenv("DSR_PLAYBOOKS", str(other))
    assert "acme/peek" in dsr("playbook", "list").out
    assert dsr("playbook", "list", "--playbooks", str(tmp_path / "none")).exit_code == 11


def test_an_own_playbook_never_takes_the_place_of_a_reviewed_one(dsr: Dsr, home: Path) -> None:
    """One's own file with the id of one of dsr's is refused by id, said by lint, and still runs where it is named by path."""
    taken = local().replace("acme/look", "openai/request-export")
    path = own(home / "playbooks", "openai/request-export", taken)
    for words in (["list"], ["show", "openai/request-export"], ["run", "openai/request-export"]):
        told = dsr("playbook", *words)
        assert (told.exit_code, str(path) in told.err) == (11, True)
        assert f"dsr playbook run {path}" in told.err
    rows = dsr("playbook", "lint", "--json").json()["data"]["rows"]
    assert ("id", str(path)) in [(row["rule"], row["file"]) for row in rows]
    assert dsr("playbook", "show", str(path)).exit_code == 0


def test_show_a_file(dsr: Dsr, tmp_path: Path) -> None:
    """A file anywhere is shown as steps; what is no playbook is named with file, place and what is wrong."""
    path = own(tmp_path, "x/look", local(more='does = "looks"'))
    told = dsr("playbook", "show", str(path))
    assert (told.exit_code, told.out.splitlines()[:2]) == (0, ["acme/look: looks", "1. Open http://127.0.0.1:1/"])


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('do = "goto"', 'do = "hop"', "$.step[0].do"),
        ('do = "goto"', 'do = "goto"\nsleep = 1', "sleep"),
        ("schema = 1", "schema = 7", "newer"),
        ("schema = 1", "schema = [", "not TOML"),
        ("http://127.0.0.1:1/", "http://127.0.0.1:2/", "outside the origins"),
        ('origins = ["http://127.0.0.1:1"]', 'origins = ["http://acme.test"]', "is not https"),
        ('by = "none"', 'by = "eye"', "$.verify.by"),
    ],
)
@pytest.mark.parametrize("verb", ["show", "run", "doctor"])
def test_a_broken_file(dsr: Dsr, tmp_path: Path, verb: str, old: str, new: str, said: str) -> None:
    """Whatever is wrong with a file is one error, exit 11, naming the file and the place; no browser is opened."""
    path = own(tmp_path, "x/look", local().replace(old, new, 1))
    told = dsr("playbook", verb, str(path))
    assert (told.exit_code, len(told.err.splitlines())) == (11, 2)
    assert str(path) in told.err
    assert said in told.err


@pytest.mark.parametrize("verb", ["show", "run", "doctor", "test"])
def test_what_is_not_there(dsr: Dsr, tmp_path: Path, verb: str) -> None:
    """A file that is not there, a folder, bytes that are no text, an id that nobody knows: one error each."""
    noise = tmp_path / "noise.toml"
    noise.write_bytes(b"\xff\xfe\x00")
    for typed, code in (
        (str(tmp_path / "none.toml"), 11),
        (str(noise), 11),
        ("openai/nothing", 12),
        ("", 12),
        (str(tmp_path), 12),
    ):
        told = dsr("playbook", verb, typed)
        assert (told.exit_code, len(told.err.splitlines())) == (code, 2), typed


def test_wishes(dsr: Dsr) -> None:
    """A playbook of several wishes says which, shows the label of one, and refuses a wish that is none."""
    name = "openai/portal-request"
    offered = dsr("playbook", "show", name, "--json").json()["data"]["wishes"]
    assert {"access", "erasure"} <= set(offered)
    assert "--wish access" in dsr("playbook", "show", name).out
    assert "Download my data" in dsr("playbook", "show", name, "--wish", "access").out
    assert "Download my data" not in dsr("playbook", "show", name, "--wish", "erasure").out
    for words in (["show", name, "--wish", "x"], ["run", name], ["run", name, "--wish", "x"]):
        told = dsr("playbook", *words)
        assert (told.exit_code, "access" in told.err) == (11, True)
    assert dsr("playbook", "show", "openai/request-export", "--wish", "access").exit_code == 11


@pytest.mark.parametrize("effect", Effect)
def test_new(dsr: Dsr, home: Path, effect: Effect) -> None:
    """A skeleton of every effect is sound, and lint names what is left to fill in and nothing else."""
    told = dsr("playbook", "new", "acme/wish", "--effect", effect, "--json")
    assert told.exit_code == 0
    data = told.json()["data"]
    assert all(Path(path).is_file() for path in data["rows"])
    entry = shelf.find("acme/wish", home / "playbooks")
    book, service = shelf.opened(entry)
    assert (book.effect, service is not None) == (effect, True)
    found = lint([entry])
    assert found
    assert {one.rule for one in found} == {"fill-in"}
    assert {"does", "source"} <= {one.where for one in found}
    assert dsr("playbook", "lint", "acme/wish").exit_code == 11


def test_new_with_the_facts_filled_in_is_clean(dsr: Dsr, home: Path) -> None:
    """Once what is marked is filled in, and the site's address put in, nothing is left to say."""
    assert dsr("playbook", "new", "acme/wish", "--origin", "https://www.acme.com").exit_code == 0
    for path in (home / "playbooks" / "acme").glob("*.toml"):
        path.write_text(path.read_text(encoding="utf-8").replace("FILL IN: ", ""), encoding="utf-8")
    told = dsr("playbook", "lint", "acme/wish")
    assert (told.exit_code, told.out) == (0, "1 looked at: clean.\n")


def test_new_overwrites_nothing(dsr: Dsr, tmp_path: Path) -> None:
    """A playbook that is there is refused; what a second one shares with it is left as it is, and its address is taken up."""
    new = ("playbook", "new", "--dir", str(tmp_path / "mine"))
    assert dsr(*new, "acme/one", "--origin", "https://www.acme.com").exit_code == 0
    service = tmp_path / "mine" / "acme" / "service.toml"
    service.write_text(service.read_text(encoding="utf-8") + "# mine\n", encoding="utf-8")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert dsr(*new, "acme/one").exit_code == 11
    told = dsr(*new, "acme/two", "--effect", "submit")
    assert (told.exit_code, "add to its flows.toml" in told.out) == (0, True)
    assert {path: path.read_bytes() for path in before} == before
    assert 'origins = ["https://www.acme.com"]' in (tmp_path / "mine" / "acme" / "two.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "name", ["acme", "acme/", "/x", "../x", "acme/../x", "Acme/X", "acme/service", "a/b/c", "acme/x.toml"]
)
def test_new_refuses_odd_names(dsr: Dsr, home: Path, name: str) -> None:
    """A name that is no controller/action is refused, and nothing is written."""
    told = dsr("playbook", "new", name)
    assert (told.exit_code, len(told.err.splitlines())) == (2, 2)
    assert not list(home.rglob("*.toml"))


@pytest.mark.parametrize(
    "origin", ["acme.com", "http://acme.com", "https://acme.com/x", "https://", "ftp://acme.com", "https://a@b.com"]
)
def test_new_refuses_odd_origins(dsr: Dsr, home: Path, origin: str) -> None:
    """An origin is https://host, or http on this machine."""
    assert dsr("playbook", "new", "acme/x", "--origin", origin).exit_code == 2
    assert not list(home.rglob("*.toml"))


def test_new_for_a_site_of_ones_own(dsr: Dsr, home: Path) -> None:
    """A site on this machine needs no rehearsal and has no terms: it is run against itself, and --rehearse says so."""
    assert dsr("playbook", "new", "acme/x", "--origin", "http://127.0.0.1:8000").exit_code == 0
    assert not (home / "playbooks" / "acme" / "rehearsal").exists()
    assert "no rehearsal" in dsr("playbook", "list").out
    assert 'automation = "allowed"' in (home / "playbooks" / "acme" / "service.toml").read_text(encoding="utf-8")
    assert "terms." not in dsr("playbook", "lint").out
    told = dsr("playbook", "run", "acme/x", "--rehearse", "--headless", "--yes")
    assert (told.exit_code, "on this machine" in told.err) == (11, True)


def test_what_cannot_be_undone_wants_the_person(dsr: Dsr, person_profile: None) -> None:
    """A destructive playbook is never run with --yes or --headless: exit 10 before a browser is opened."""
    for options in (["--yes"], ["--headless"], ["--yes", "--headless"], []):
        told = dsr("playbook", "run", "openai/delete-account", "--json", *options)
        assert (told.exit_code, told.json()["error"]["kind"]) == (10, "person-needed")


def test_terms_are_read_by_a_person(dsr: Dsr, tmp_path: Path) -> None:
    """A foreign site whose terms nobody has read is not driven on --yes alone; nor is one whose terms forbid it, at all."""
    path = own(tmp_path, "x/look", local().replace("http://127.0.0.1:1", "https://acme.test"))
    told = dsr("playbook", "run", str(path), "--yes", "--headless")
    assert (told.exit_code, "terms" in told.out + told.err) == (10, True)


def test_what_the_profile_lacks(dsr: Dsr, tmp_path: Path) -> None:
    """A playbook that types what the profile does not have is refused before anything is opened, with a command."""
    fill = '[[step]]\ndo = "fill"\ncontrol = "there"\nfield = "email"\n\n[verify]'
    path = own(
        tmp_path, "x/look", local(more='discloses = ["email"]').replace("[verify]", fill).replace("heading", "textbox")
    )
    told = dsr("playbook", "run", str(path), "--yes", "--headless")
    assert (told.exit_code, "dsr profile set" in told.err) == (11, True)


def test_what_has_no_matrix(dsr: Dsr, home: Path) -> None:
    """`test` is refused for what presses nothing, and for what has no rehearsal or no flow, before a browser is opened."""
    assert dsr("playbook", "new", "acme/look", "--effect", "read").exit_code == 0
    assert dsr("playbook", "new", "acme/switch").exit_code == 0
    for name, word in (("acme/look", "presses nothing"), ("acme/switch", "flows.toml")):
        told = dsr("playbook", "test", name, "--quick")
        assert (told.exit_code, word in told.err) == (11, True)
    shutil.rmtree(home / "playbooks" / "acme" / "rehearsal")
    told = dsr("playbook", "test", "acme/switch")
    assert (told.exit_code, "no rehearsal" in told.err) == (11, True)


def test_a_report_goes_into_a_file(dsr: Dsr, tmp_path: Path) -> None:
    """A folder as --out is refused before anything is looked at."""
    told = dsr("playbook", "doctor", "openai/request-export", "--rehearse", "--headless", "--out", str(tmp_path))
    assert (told.exit_code, told.err.count(str(tmp_path))) == (11, 1)


def test_nothing_to_settle(dsr: Dsr, tmp_path: Path) -> None:
    """--settled without an open run is refused, and so is a word that is neither went nor failed."""
    path = own(tmp_path, "x/look", local())
    assert dsr("playbook", "run", str(path), "--settled", "went").exit_code == 2
    assert dsr("playbook", "run", str(path), "--settled", "perhaps").exit_code == 2


LOADED = """
import json, sys
from dsr.cli import main
for args in json.loads(sys.argv[1]):
    try:
        main(args)
    except SystemExit as ended:
        assert ended.code == 0, args
print(json.dumps([name for name in ("playwright", "asyncio", "rich", "sqlite3", "jinja2") if name in sys.modules]))
"""


def test_looking_at_playbooks_loads_no_browser(home: Path) -> None:
    """list, show, lint and new never load Playwright or asyncio."""
    calls = [
        ["playbook", "list"],
        ["playbook", "show", "openai/request-export"],
        ["playbook", "lint", "openai/request-export"],
        ["playbook", "new", "acme/x"],
    ]
    run = subprocess.run([sys.executable, "-c", LOADED, json.dumps(calls)], capture_output=True, text=True, check=True)
    loaded = json.loads(run.stdout.splitlines()[-1])
    assert not {"playwright", "asyncio", "rich"} & set(loaded)


def test_the_skeletons_are_shipped() -> None:
    """What `new` writes lies in the package, so that it is in the wheel."""
    blank = Path(resources.__file__).with_name("playbook") / "blank"
    assert {path.name for path in blank.glob("*.toml")} == {*(f"{effect}.toml" for effect in Effect), "service.toml"}


@pytest.mark.parametrize("origin", ["file:///etc", "javascript:1", ""])
def test_a_state_of_what_is_no_site(dsr: Dsr, tmp_path: Path, origin: str) -> None:
    """A storage state that would have the browser open anything but a site is refused before anything is opened."""
    path, state = own(tmp_path, "x/look", local()), tmp_path / "state.json"
    state.write_text(f'{{"cookies": [], "origins": [{{"origin": "{origin}", "localStorage": []}}]}}', encoding="utf-8")
    told = dsr("playbook", "run", str(path), "--yes", "--headless", "--import-state", str(state))
    assert (told.exit_code, "is no site" in told.err) == (11, True)


def test_no_name_is_no_folder(dsr: Dsr) -> None:
    """An empty name is an unknown playbook, not the folder in which one stands."""
    assert dsr("playbook", "lint", "").exit_code == 12


def test_a_step_names_a_control_once(dsr: Dsr) -> None:
    """Controls that are called alike are told once where a step is left out because of them."""
    for line in dsr("playbook", "show", "openai/portal-request", "--wish", "access").out.splitlines():
        assert line.count("'Email address' or 'Email address'") == 0
