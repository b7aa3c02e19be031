"""What is offered at each service: every file is checked, also a newcomer's; ages and grades mean what they say."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from dsr import registry, resources
from dsr.cases import guards, terms
from dsr.errors import BadFile, UnknownName
from dsr.playbook import offers, read
from dsr.playbook.checks import origin_of
from dsr.playbook.offers import ACTIONS, AGEING, OLD, Age, State
from dsr.playbook.schema import Effect

SERVICES = offers.controllers()
WHOLE = """schema = 1
controller = "acme"
name = "Acme"
"""
OFFER = """
[offer.{action}]
state = "checklist"
grade = "C"
fact = "a directory of 2026"
on = 2026-10-01
steps = ["Settings, Privacy"]
"""


def test_there_are_some() -> None:
    """The contract below has something to check."""
    assert {"openai", "anthropic"} <= set(SERVICES)


@pytest.mark.parametrize("slug", SERVICES)
def test_contract(slug: str) -> None:
    """Every service is on record, says something of each action with its fact and date, and plays what it drives."""
    found = offers.find(slug)
    assert registry.find(slug).slug == slug
    for action, one in found.offer.items():
        assert date(2025, 1, 1) <= one.on <= date.today(), action
        assert len(one.fact) > 10, action
        assert action in ACTIONS, action
        if one.state in (State.AUTOMATIC, State.ASSISTED):
            book = read.load(f"{slug}/{action}")
            assert book.step
            assert not one.url or origin_of(one.url) in book.origins, action
            assert (resources.folder("playbooks") / slug / "rehearsal" / "site.toml").is_file()
    assert found.offer["training-opt-out"].default or found.offer["training-opt-out"].state is State.NONE
    if any(name.startswith(f"{slug}/") for name in read.ids()):
        assert read.service(slug).name == found.name
    forbidden = registry.find(slug).statements.automation_terms.stance == "forbidden"
    assert not forbidden or all(one.state is not State.AUTOMATIC for one in found.offer.values())


@pytest.mark.parametrize("slug", sorted({name.partition("/")[0] for name in read.ids()}))
def test_the_terms_are_those_of_the_record(slug: str) -> None:
    """What the terms say is told in one place: a service of ours names none of its own, and the guards follow the record."""
    service = read.service(slug)
    said, stated = terms.of(service), registry.find(slug).statements.automation_terms
    assert service.terms is None
    assert said.automation == {"unknown": "unclear"}.get(stated.stance, stated.stance)
    assert said.clause
    assert (said.source, said.date) == (stated.source[0], stated.on)


def test_what_is_forbidden_from_memory_is_not_pressed() -> None:
    """Terms that dsr knows from memory alone bind it as if they were read."""
    for slug in ("x", "linkedin"):
        book = read.load(f"{slug}/training-opt-out")
        assert "forbid automation: From memory" in guards.only_shown(book, read.service(slug))


def test_every_playbook_of_an_action_is_offered() -> None:
    """No playbook of one of the actions lies about without an offer."""
    for name in read.ids():
        slug, _, action = name.partition("/")
        if action in ACTIONS:
            assert offers.offer(slug, action) is not None, name


def written(folder: Path, text: str) -> Path:
    place = folder / "acme"
    place.mkdir(exist_ok=True)
    (place / "offers.toml").write_text(text, encoding="utf-8")
    return folder


def sound() -> str:
    return WHOLE + "".join(OFFER.format(action=action) for action in ACTIONS)


def test_a_sound_file_is_read(tmp_path: Path) -> None:
    """A file in which each action is told by hand needs no playbook."""
    assert offers.find("acme", written(tmp_path, sound())).offer["request-export"].state is State.CHECKLIST


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('controller = "acme"', 'controller = "other"', "differs from the folder"),
        ('state = "checklist"', 'state = "automatic"', "needs a playbook"),
        ('state = "checklist"', 'state = "assisted"', "better than grade C"),
        ('state = "checklist"', 'state = "none"', "instead: says nothing"),
        ('steps = ["Settings, Privacy"]', "", "no checklist"),
        ('fact = "a directory of 2026"', 'fact = ""', "none is cited"),
        ("[offer.request-export]", "[offer.request-exports]", "nothing is said of it"),
        ('grade = "C"', 'grade = "E"', "grade"),
        ('name = "Acme"', 'name = ""', "name: ' ' is blank"),
        ('name = "Acme"', 'name = "Acme"\noperator = " "', "operator: ' ' is blank"),
        ('steps = ["Settings, Privacy"]', 'steps = ["Settings", ""]', "steps: ' ' is blank"),
        ('fact = "a directory of 2026"', 'fact = "  "', "fact: '  ' is blank"),
        ('state = "checklist"', 'state = "none"\ninstead = " "', "instead: ' ' is blank"),
        ('fact = "a directory of 2026"', r'fact = "a \u001b[31mred one"', "cannot be seen"),
        ('fact = "a directory of 2026"', r'fact = "a \u202eturned one"', "cannot be seen"),
        ('grade = "C"', 'grade = "C"\ndespite = "a reason"', "no better than grade C"),
        ("on = 2026-10-01", 'on = 2026-10-01\nurl = "https:///acme"', "no https address"),
        ("on = 2026-10-01", 'on = 2026-10-01\nurl = "https://acme.example@evil.example/"', "no https address"),
        ("on = 2026-10-01", 'on = 2026-10-01\nurl = "http://acme.example"', "no https address"),
        ("on = 2026-10-01", "on = 2026-10-01\nclicks = 3", "unknown"),
    ],
)
def test_bad_files_are_refused(tmp_path: Path, old: str, new: str, why: str) -> None:
    """What an offer lacks, or says too much, is told by name; nothing of the file is used."""
    assert old in sound()
    with pytest.raises(BadFile, match=why):
        offers.find("acme", written(tmp_path, sound().replace(old, new)))


def test_an_unknown_service_has_close_matches() -> None:
    """A service of which nothing is said is an unknown name."""
    with pytest.raises(UnknownName, match="openia"):
        offers.find("openia")
    assert offers.offer("openia", "request-export") is None


@pytest.mark.parametrize(
    ("passed", "age"),
    [
        (timedelta(0), Age.FRESH),
        (AGEING, Age.FRESH),
        (AGEING + timedelta(days=1), Age.AGEING),
        (OLD, Age.AGEING),
        (OLD + timedelta(days=1), Age.OLD),
    ],
)
def test_ages(passed: timedelta, age: Age) -> None:
    """A fact ages after 90 days and is old after 180."""
    one = offers.find("openai").offer["request-export"]
    assert one.age(one.on + passed) is age


def test_a_destructive_playbook_is_never_shown_as_a_mere_switch() -> None:
    """What cannot be undone keeps its own guards, whatever its state: the last press is the person's."""
    assert read.load("openai/delete-account").effect is Effect.DESTRUCTIVE


def test_the_tables_are_as_the_offers_say() -> None:
    """The table in the README and the page with the sources are those of the files."""
    tool = resources.folder("playbooks").parent / "tools" / "services_table.py"
    assert subprocess.run([sys.executable, str(tool), "--check"], check=False).returncode == 0
