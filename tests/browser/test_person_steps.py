"""Steps that are the person's: dsr waits, does nothing meanwhile, and ends where nobody is there."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import structs

from dsr.browser.outcome import Timing
from dsr.model import Outcome
from dsr.playbook import read
from dsr.playbook.schema import Goto, PersonStep, Playbook, See
from dsr.rehearsal import Rehearsal

pytestmark = pytest.mark.browser
SHORT = Timing(step=3.0, probe=1.0, reopen=0.5, quiet=2.0, person=0.8)


class Watcher:
    """A person who acts on the site when told to, and keeps what was said."""

    present = True

    def __init__(self) -> None:
        self.told: list[str] = []
        self.site: Rehearsal | None = None

    def tell(self, text: str) -> None:
        self.told.append(text)
        if self.site:
            self.site.set(captcha=False)

    def confirm(self, question: str) -> bool:
        raise AssertionError(question)

    def ask(self, question: str, default: str = "") -> str:
        raise AssertionError(question)


def review() -> Playbook:
    """A playbook with a person step that ends when the data controls show."""
    book = read.load("openai/training-opt-out")
    steps = (Goto(url=("https://chatgpt.com/",)), PersonStep(what="review", done_when="data-controls-tab"))
    return structs.replace(book, step=(*steps, See(control="data-controls-tab")))


def test_nobody_there(stage: Any) -> None:
    """A person step ends the run where nobody is at the browser."""
    report = stage.play(book=review(), timing=SHORT)
    assert (report.outcome, stage.all_posts) == (Outcome.NEEDS_PERSON, 0)
    assert "review" in report.note


def test_person_who_does_not_come(stage: Any) -> None:
    """A person step ends when its time is over, and says so."""
    report = stage.play(book=review(), timing=SHORT, person=Watcher())
    assert report.outcome == Outcome.NEEDS_PERSON
    assert "in time" in report.note


def test_person_step_is_over_when_the_sign_shows(stage: Any) -> None:
    """When the person has done it, the run goes on."""
    settings = "setTimeout(() => { location.href = 'https://chatgpt.com/settings/data-controls'; }, 500);"
    script = f"if (location.pathname === '/' && location.host) {{ {settings} }}"
    report = stage.play(book=review(), timing=Timing(step=5.0, person=8.0), person=Watcher(), script=script)
    assert report.outcome == Outcome.VERIFIED, report.note


def test_done_already_asks_nobody(stage: Any) -> None:
    """A person step whose sign shows from the start is skipped."""
    book = review()
    ready = structs.replace(book, step=(Goto(url=("https://chatgpt.com/settings/data-controls",)), *book.step[1:]))
    watcher = Watcher()
    assert stage.play(book=ready, timing=SHORT, person=watcher).outcome == Outcome.VERIFIED
    assert watcher.told == []
