"""Playbooks as data: every file is checked, also a newcomer's; what is wrong is told with file, step and key."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from dsr import registry, resources
from dsr.browser.look import pattern
from dsr.errors import BadFile, UnknownName
from dsr.playbook import checklist, read
from dsr.playbook.checks import origin_of
from dsr.playbook.schema import Effect, Ensure, Fill, Goto, Name, Press, Submit

NAMES = read.ids()


def test_there_are_some() -> None:
    """The contract below has something to check."""
    assert {"openai/request-export", "openai/training-opt-out"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_contract(name: str) -> None:
    """Every playbook is sound, belongs to a controller on record, cites its facts, and says what it does not do."""
    book = read.load(name)
    slug = name.partition("/")[0]
    assert registry.find(slug).slug == slug
    assert book.does
    assert book.does_not
    assert book.source.startswith("https://")
    assert all(control.fact for control in book.control.values())
    assert set(book.discloses) == {step.field for step in book.step if isinstance(step, Fill)}
    assert all(seen.on <= date.today() for seen in book.verified)
    if book.effect in (Effect.REVERSIBLE, Effect.SUBMIT):
        assert book.verify.by != "none"
    service = read.service(slug)
    assert service.controller == slug
    siblings = [read.load(one) for one in NAMES if one.startswith(f"{slug}/")]
    known = {*service.sign_in_at, *(origin for one in siblings for origin in one.origins)}
    assert origin_of(service.sign_in) in known
    assert {service.signed_in, service.signed_out} - {""} <= set(book.control)


@pytest.mark.parametrize("name", NAMES)
def test_pressed_controls_have_names_in_one_script(name: str) -> None:
    """A control that is pressed for effect has a role and known names, in English at least."""
    book = read.load(name)
    pressed = [book.control[step.control] for step in book.step if isinstance(step, Ensure | Press | Submit)]
    assert pressed
    for control in pressed:
        assert not control.any_name
        assert {"en"} <= {one.locale for one in control.names}
        assert len({(one.locale, one.text) for one in control.names}) == len(control.names)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("lang", ["en", "de", "xx"])
def test_checklist_reads_as_steps(name: str, lang: str) -> None:
    """Every playbook is also a numbered list for a person, in any language."""
    steps = checklist.checklist(read.load(name), lang)
    assert [step.split(". ")[0] for step in steps] == [str(n) for n in range(1, len(steps) + 1)]
    assert steps[0].startswith("1. Open https://")


@pytest.mark.parametrize(
    ("names", "text", "fits"),
    [
        ((Name(locale="en", text="Export data"),), "Export data", True),
        ((Name(locale="en", text="Export data"),), "  Export \n data ", True),
        ((Name(locale="en", text="Export data"),), "Export data now", False),
        ((Name(locale="en", text="Export"),), "export", False),
        ((Name(locale="en", text="Improve", prefix=True),), "Improve On", True),
        ((Name(locale="en", text="Improve", prefix=True),), "Improvement", False),
        ((Name(locale="en", text="a.b (c)"),), "aXb (c)", False),
        ((Name(locale="zh", text="为所有用户改进模型", prefix=True),), "为所有用户改进模型 开", True),
    ],
)
def test_names_are_compared_whole(names: tuple[Name, ...], text: str, fits: bool) -> None:
    """A known name fits itself, white space apart; a prefix fits only at the end of a word."""
    assert bool(pattern(names).match(text)) is fits


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the playbooks to break."""
    copy = tmp_path / "playbooks"
    shutil.copytree(resources.folder("playbooks"), copy)
    return copy


def broken(folder: Path, change: Callable[[str], str], name: str = "openai/training-opt-out") -> str:
    """What dsr says of a playbook after that change of its text."""
    path = folder / f"{name}.toml"
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(BadFile) as told:
        read.load(name, folder)
    assert told.value.exit_code == 11
    assert f"{name}.toml" in told.value.message
    return told.value.message


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('do = "ensure"', 'do = "clik"', "$.step[5].do"),
        ('do = "ensure"', 'do = "ensure"\nsleep = 3', "$.step[5]"),
        ("schema = 1", "schema = 2", "newer"),
        ("schema = 1", "", "schema"),
        ('effect = "reversible"', 'effect = "harmless"', "$.effect"),
        ('effect = "reversible"', 'effect = "read"', "effect 'read'"),
        ('id = "openai/training-opt-out"', 'id = "openai/other"', "differs from the file's name"),
        ('origins = ["https://chatgpt.com"]', 'origins = ["http://chatgpt.com"]', "is not https"),
        ('origins = ["https://chatgpt.com"]', 'origins = ["https://evil.example"]', "outside the origins"),
        ('state = "opted-out"\n\n[verify]', 'state = "off"\n\n[verify]', "step[5].state"),
        ('until = "training"\n', 'until = "trainin"\n', "step[4].until"),
        (
            'control = "training"\nstate = "opted-out"\nrecheck',
            'control = "x"\nstate = "opted-out"\nrecheck',
            "verify.control",
        ),
        ("[verify]\n", '[control.x]\njavascript = "alert(1)"\n\n[verify]\n', "$.control"),
        ("does = ", "does = = ", "not TOML"),
    ],
)
def test_broken_playbook(folder: Path, old: str, new: str, said: str) -> None:
    """A playbook with an unknown key or verb, a newer schema or a control that is not there is refused, told where."""

    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    assert said in broken(folder, change)


def test_pressing_a_control_of_any_name_is_refused(folder: Path) -> None:
    """A control whose name is personal is never pressed for effect."""
    assert "must not be pressed" in broken(
        folder, lambda text: text.replace('control = "training"\nstate', 'control = "profile-menu"\nstate', 1)
    )


def test_control_without_a_name_is_refused(folder: Path) -> None:
    """A control that nothing can confirm is refused."""
    path = folder / "openai" / "service.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("any_name = true\n", "", 1), encoding="utf-8")
    assert "nothing can confirm it" in broken(folder, lambda text: text)


def test_every_problem_is_told_at_once(folder: Path) -> None:
    """All problems of a playbook are collected, not only the first."""
    said = broken(
        folder,
        lambda text: text.replace('until = "training"', 'until = "x"').replace('state = "opted-out"', 'state = "x"'),
    )
    assert "step[4]" in said
    assert "step[5]" in said
    assert "verify.state" in said


def test_unknown_playbook() -> None:
    """A mistyped name gets close matches."""
    with pytest.raises(UnknownName) as told:
        read.load("openai/trainig-opt-out")
    assert "openai/training-opt-out" in told.value.hint
    with pytest.raises(UnknownName):
        read.service("nobody")


def test_steps_stay_within_the_origins() -> None:
    """Every address of every playbook lies within its origins."""
    for name in NAMES:
        book = read.load(name)
        for step in book.step:
            if isinstance(step, Goto):
                assert {origin_of(url) for url in step.urls} <= set(book.origins)
