"""The training switch on the played ChatGPT: what is done, what is refused, what is believed."""

from __future__ import annotations

from typing import Any

import pytest

from dsr.browser.outcome import Timing
from dsr.model import Outcome

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("generation", "locale"), [("path", "en"), ("hash", "de"), ("menu", "fr"), ("path", "es"), ("menu", "en")]
)
def test_switch_is_turned_once(stage: Any, generation: str, locale: str) -> None:
    """In every generation of addresses and every known locale the switch is turned with exactly one POST."""
    report = stage.play(generation=generation, locale=locale)
    assert (report.outcome, report.commits) == (Outcome.VERIFIED, 1), report.note
    assert stage.site.state["training"] == "off"
    assert (stage.posts(), stage.all_posts) == (1, 1)
    assert [what for what, _ in stage.journal()] == ["intent", "committed"]


def test_already_off_is_left_alone(stage: Any) -> None:
    """A switch that is off already is not touched."""
    report = stage.play(training="off")
    assert (report.outcome, report.commits) == (Outcome.ALREADY_DONE, 0)
    assert stage.all_posts == 0
    assert stage.journal() == []


def test_second_run_finds_it_done(stage: Any) -> None:
    """A second run presses nothing."""
    assert stage.play().outcome == Outcome.VERIFIED
    assert stage.play().outcome == Outcome.ALREADY_DONE
    assert stage.posts() == 1


def test_old_label_is_known(stage: Any) -> None:
    """The label of earlier years is a known name of the same switch."""
    assert stage.play(old_label=True).outcome == Outcome.VERIFIED
    assert stage.posts() == 1


@pytest.mark.parametrize("start", [{"hydration_ms": 1500}, {"switch_ms": 700}, {"hydration_ms": 900, "switch_ms": 700}])
def test_page_that_looks_off_before_it_wakes(stage: Any, start: dict[str, int]) -> None:
    """A switch that only looks off until the page has woken up is not taken for done."""
    report = stage.play(**start)
    assert report.outcome == Outcome.VERIFIED, report.note
    assert stage.site.state["training"] == "off"
    assert stage.posts() == 1


def test_unknown_locale_stops(stage: Any) -> None:
    """Labels that nobody knows stop the run before anything is pressed, and the seen name is told."""
    report = stage.play(locale="xx", timing=Timing(step=1.5, probe=1.0, settle=0.5, reopen=0.5))
    assert (report.outcome, report.commits) == (Outcome.DRIFTED, 0)
    assert "'" in report.note
    assert stage.all_posts == 0


@pytest.mark.parametrize("plan", ["Business", "Enterprise"])
def test_plan_without_the_switch(stage: Any, plan: str) -> None:
    """A plan that has no switch is told as such; nothing is pressed."""
    report = stage.play(plan=plan, timing=Timing(step=1.5, probe=1.0, reopen=0.5))
    assert (report.outcome, report.commits) == (Outcome.DRIFTED, 0)
    assert "Business" in report.note
    assert stage.all_posts == 0


def test_signed_out(stage: Any) -> None:
    """Signed out is an outcome of its own."""
    report = stage.play(signed_in=False)
    assert (report.outcome, stage.all_posts) == (Outcome.SIGNED_OUT, 0)


def test_challenge_needs_a_person(stage: Any) -> None:
    """Where the site asks for a human and nobody is at the browser, the run ends."""
    report = stage.play(captcha=True)
    assert (report.outcome, stage.all_posts) == (Outcome.NEEDS_PERSON, 0)


@pytest.mark.parametrize(
    ("fault", "honest", "outcome"),
    [
        ("500", True, Outcome.UNKNOWN),
        ("500", False, Outcome.UNKNOWN),
        ("429", True, Outcome.UNKNOWN),
        ("200-reverted", False, Outcome.UNKNOWN),
        ("late:0.8", True, Outcome.VERIFIED),
        ("never", True, Outcome.VERIFIED),
    ],
)
def test_site_that_fails(stage: Any, fault: str, honest: bool, outcome: Outcome) -> None:
    """What the server did not keep is never called verified, and nothing is pressed a second time."""
    report = stage.play(before=lambda site: site.set(fault_training=fault), honest=honest)
    assert report.outcome == outcome, report.note
    assert stage.posts() == 1
    assert (report.outcome == Outcome.VERIFIED) == (stage.site.state["training"] == "off")


def test_unknown_then_asked_again(stage: Any) -> None:
    """After a failure, a run that the person asks for presses again, since the page shows that it was not kept."""
    assert stage.play(before=lambda site: site.set(fault_training="500")).outcome == Outcome.UNKNOWN
    assert stage.play(before=lambda site: site.set(fault_training="")).outcome == Outcome.VERIFIED
    assert stage.site.counts["training"] == 1


def test_evidence_holds_the_dialog_only(stage: Any) -> None:
    """Evidence shows the switch before and after, and neither the person's chats nor the account's name."""
    report = stage.play(evidence=True)
    kinds = [kept.kind for kept in report.evidence]
    assert kinds == ["snapshot-before", "screenshot-before", "snapshot-verified", "screenshot-verified"]
    text = "".join((stage.folder / kept.path).read_text() for kept in report.evidence if kept.kind.startswith("snap"))
    assert "Improve the model for everyone" in text
    assert "Ada" not in text
    assert "Rye bread" not in text
    for kept in report.evidence:
        assert (stage.folder / kept.path).stat().st_mode & 0o777 == 0o600
