"""Services where dsr presses nothing: it opens the page, shows the control, reads what the person did. All are played."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from dsr import resources
from dsr.browser.outcome import Timing
from dsr.cases import guards
from dsr.model import Outcome
from dsr.playbook import offers, read
from dsr.playbook.offers import OLD, State
from dsr.playbook.schema import Ensure

pytestmark = pytest.mark.browser
PATIENT = Timing(step=5.0, probe=1.5, settle=0.6, reopen=0.7, quiet=3.0, answer=2.5, person=12.0)
HANDS = """setInterval(() => {
  const outlined = [...document.querySelectorAll("[style*=outline]")].find((one) => !one.dataset.done);
  if (outlined) { outlined.dataset.done = "1"; outlined.click(); }
}, 200);"""


def shown() -> list[str]:
    """The playbooks in which dsr shows a switch, found by listing the offers."""
    found = []
    for slug in offers.controllers():
        for action, one in offers.find(slug).offer.items():
            name = f"{slug}/{action}"
            if one.state is State.ASSISTED and any(isinstance(step, Ensure) for step in read.load(name).step):
                found.append(name)
    return found


class Beside:
    """A person at the browser, whose hands are a script of the page; the terminal asks nothing."""

    present = True

    def __init__(self) -> None:
        self.told: list[str] = []
        self.asked: list[str] = []
        self.answer = True

    def tell(self, text: str) -> None:
        self.told.append(text)

    def confirm(self, question: str) -> bool:
        self.asked.append(question)
        return self.answer

    def ask(self, question: str, default: str = "") -> str:
        raise AssertionError(question)


def rehearsal(name: str) -> Path:
    return resources.folder("playbooks") / name.partition("/")[0] / "rehearsal"


@pytest.mark.parametrize("name", shown())
def test_the_person_turns_it(stage: Any, name: str) -> None:
    """dsr shows the switch, the person turns it, dsr sees it on a fresh load; a second run finds it done and shows nothing."""
    stage.sites = [rehearsal(name)]
    book, service = read.load(name), read.service(name.partition("/")[0])
    how = {"book": book, "service": service, "timing": PATIENT, "assisted": True}
    report = stage.play(script=HANDS, person=Beside(), **how)
    assert (report.outcome, report.commits, stage.posts()) == (Outcome.VERIFIED, 0, 1), report.note
    again = stage.play(person=(person := Beside()), **how)
    assert (again.outcome, stage.posts(), person.told) == (Outcome.ALREADY_DONE, 1, []), again.note


def test_another_label_is_not_shown(stage: Any) -> None:
    """Where the label is one that dsr does not know, it shows nothing, waits for the person, and claims nothing."""
    stage.sites = [rehearsal("anthropic/training-opt-out")]
    book, service = read.load("anthropic/training-opt-out"), read.service("anthropic")
    short = Timing(step=1.5, probe=1.0, settle=0.5, reopen=0.5, person=1.5)
    report = stage.play(
        book=book, service=service, person=Beside(), timing=short, assisted=True, label="Share everything"
    )
    assert (report.outcome, stage.all_posts) == (Outcome.NEEDS_PERSON, 0), report.note


def test_sign_in_elsewhere(stage: Any) -> None:
    """A service that sends who is signed out to another site is told as signed out, and nothing is done there."""
    from msgspec import structs

    book = read.load("openai/training-opt-out")
    away = "https://privacy.openai.com"  # played too, and outside the origins of this playbook
    service = structs.replace(read.service("openai"), sign_in_at=(away,))
    report = stage.play(book=book, service=service, redirect_to=f"{away}/policies")
    assert (report.outcome, stage.all_posts) == (Outcome.SIGNED_OUT, 0), report.note
    assert away in report.note


def test_each_step_is_asked_where_facts_are_old(stage: Any) -> None:
    """With old facts each step that presses waits for a yes; the first no ends the run with nothing pressed."""
    book = read.load("openai/request-export")
    report = stage.play(book=book, person=(person := Beside()), careful=True, timing=PATIENT)
    assert (report.outcome, stage.posts("export")) == (Outcome.ACCEPTED, 1), report.note
    assert any("Confirm export" in question for question in person.asked)


def test_a_no_to_a_step_ends_the_run(stage: Any) -> None:
    """A no is the end: nothing is pressed."""
    person = Beside()
    person.answer = False
    report = stage.play(book=read.load("openai/request-export"), person=person, careful=True, timing=PATIENT)
    assert (report.outcome, stage.all_posts, len(person.asked)) == (Outcome.DECLINED, 0, 1), report.note


def test_careful_is_for_what_submits_or_destroys() -> None:
    """Only what submits or destroys is asked step by step, and only once the fact is more than 180 days old."""
    export, switch = read.load("openai/request-export"), read.load("openai/training-opt-out")
    seen = offers.find("openai").offer["request-export"].on
    assert not guards.careful(export, seen + OLD)
    assert guards.careful(export, seen + OLD + timedelta(days=1))
    assert not guards.careful(switch, seen + OLD + timedelta(days=400))
