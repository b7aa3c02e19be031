"""The export request on the played ChatGPT: pressed once for good, and called accepted only when the site says so."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from dsr.browser.outcome import Timing
from dsr.model import Outcome

pytestmark = pytest.mark.browser
SHORT = Timing(step=3.0, probe=1.5, reopen=0.7, quiet=2.0, answer=1.5)
CONFIRM = '[...document.querySelectorAll("[role=dialog] button")].find((one) => one.textContent === "Confirm export")'


@pytest.mark.parametrize(("generation", "locale"), [("path", "en"), ("hash", "de"), ("menu", "fr"), ("menu", "es")])
def test_export_is_asked_for_once(stage: Any, generation: str, locale: str) -> None:
    """In every generation of addresses and every known locale the request leaves exactly once and is accepted."""
    report = stage.play("request-export", generation=generation, locale=locale)
    assert (report.outcome, report.commits) == (Outcome.ACCEPTED, 1), report.note
    assert (stage.posts("export"), stage.all_posts) == (1, 1)
    assert stage.site.state["export"] == "pending"


def test_page_without_a_known_answer(stage: Any) -> None:
    """Where nothing that the playbook knows confirms it, the outcome is submitted and no more."""
    quiet = """new MutationObserver(() => document.querySelectorAll("[role=status]").forEach((one) => {
      if (one.textContent !== "Thanks!") one.textContent = "Thanks!";
    })).observe(document, { childList: true, subtree: true });"""
    report = stage.play("request-export", script=quiet, timing=SHORT)
    assert (report.outcome, report.commits) == (Outcome.SUBMITTED, 1), report.note
    assert stage.posts("export") == 1


@pytest.mark.parametrize("fault", ["500", "429"])
def test_refused_export_is_not_accepted(stage: Any, fault: str) -> None:
    """A request that the site refused is unknown, never accepted, and is not pressed again."""
    report = stage.play("request-export", timing=SHORT, before=lambda site: site.set(fault_export=fault))
    assert (report.outcome, report.commits) == (Outcome.UNKNOWN, 1)
    assert stage.posts("export") == 1
    assert stage.site.state["export"] == "none"


def test_pending_export_is_refused_by_the_site(stage: Any) -> None:
    """Where the site has one pending already, its refusal is told."""
    report = stage.play("request-export", timing=SHORT, export="pending")
    assert report.outcome == Outcome.UNKNOWN
    assert "409" in report.note


def test_answer_that_never_comes(stage: Any) -> None:
    """A request without an answer is submitted at best, and left once."""
    report = stage.play("request-export", timing=SHORT, before=lambda site: site.set(fault_export="never"))
    assert report.outcome == Outcome.UNKNOWN
    assert stage.posts("export") == 1


def test_window_that_never_loads(stage: Any) -> None:
    """A window that the press opened is heard of before the site's answer, though its own address never answers."""

    def reachable(site: Any) -> None:
        stage.args = [one.replace("MAP * ", "EXCLUDE 127.0.0.1,MAP * ") for one in site.browser_args]

    with socket.create_server(("127.0.0.1", 0)) as silent:
        opens = f"""addEventListener("click", (event) => {{
          if (event.target === {CONFIRM}) window.open("http://127.0.0.1:{silent.getsockname()[1]}/");
        }}, {{ capture: true }});"""
        report = stage.play("request-export", script=opens, timing=SHORT, before=reachable)
    assert (report.outcome, report.commits) == (Outcome.UNKNOWN, 1), report.note
    assert "opened another window" in report.note
    assert stage.posts("export") == 1


@pytest.mark.parametrize(
    "act",
    [
        'node.textContent = "Delete account";',
        'node.closest("[role=dialog]").querySelector("h2").textContent = "Delete account";',
        'node.replaceWith(Object.assign(document.createElement("button"), { textContent: "Delete account",'
        ' onclick: () => fetch("/rehearsal/delete-account", { method: "POST", body: "{}" }) }));',
    ],
    ids=["relabelled", "other-dialog", "replaced"],
)
@pytest.mark.parametrize("event", ["pointermove", "pointerdown", "mouseup"])
def test_confirm_button_changes(stage: Any, event: str, act: str) -> None:
    """A confirm button that becomes another, or whose dialog does, at any moment of the press gets no click."""
    script = f"""
    let done = false;
    addEventListener({event!r}, (event) => {{
      const node = {CONFIRM};
      if (done || !node || !event.composedPath().includes(node)) return;
      done = true;
      {act}
    }}, {{ capture: true }});"""
    report = stage.play("request-export", script=script, timing=SHORT)
    assert report.outcome in (Outcome.DRIFTED, Outcome.UNKNOWN), report.note
    assert (report.commits, stage.all_posts) == (0, 0)


def test_business_plan_has_no_export(stage: Any) -> None:
    """A plan without an export is told as such."""
    report = stage.play("request-export", timing=Timing(step=1.5, probe=1.0, reopen=0.5), plan="Business")
    assert (report.outcome, stage.all_posts) == (Outcome.DRIFTED, 0)
    assert "Business" in report.note


def test_evidence_after_the_request_holds_no_chats(stage: Any) -> None:
    """When the dialog has closed, the site's answer is kept, not the page with the person's chats."""
    report = stage.play("request-export", evidence=True)
    assert [kept.kind for kept in report.evidence][:2] == ["snapshot-before", "screenshot-before"]
    text = "".join((stage.folder / kept.path).read_text() for kept in report.evidence if kept.kind.startswith("snap"))
    assert "We will send you a link" in text
    assert "Rye bread" not in text
    assert "Ada" not in text


@pytest.mark.parametrize(("event", "outcome"), [("pointermove", Outcome.DRIFTED), ("click", Outcome.UNKNOWN)])
def test_page_that_hangs(stage: Any, event: str, outcome: Outcome) -> None:
    """A page that never responds again ends the run: nothing pressed before the intent, unknown after it."""
    script = f"""addEventListener({event!r}, (event) => {{
      const node = {CONFIRM};
      if (node && event.composedPath().includes(node)) for (;;);
    }}, {{ capture: true }});"""
    report = stage.play("request-export", script=script, timing=Timing(step=2.0, probe=1.0, stuck=8.0))
    assert report.outcome == outcome, report.note
    assert stage.all_posts == 0


def test_page_that_goes_away_with_the_press(stage: Any) -> None:
    """Where the page is gone before the guard can be read, nobody knows whether the press went through: unknown, once."""
    script = f"""addEventListener("click", (event) => {{
      const node = {CONFIRM};
      if (node && event.composedPath().includes(node)) location.href = "https://chatgpt.com/";
    }});"""
    report = stage.play("request-export", script=script, timing=SHORT)
    assert report.outcome in (Outcome.UNKNOWN, Outcome.SUBMITTED, Outcome.ACCEPTED), report.note
    assert stage.posts("export") <= 1
    written = [what for what, _ in stage.journal()]
    assert written in (["intent"], ["intent", "committed"])
    assert (report.outcome == Outcome.UNKNOWN) == (written == ["intent"])
