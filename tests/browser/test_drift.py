"""The page changes under the runner's hands: nothing wrong is ever pressed. The server's counters are the oracle."""

from __future__ import annotations

import socket
from typing import Any

import pytest
from msgspec import structs

from dsr.browser.outcome import Timing
from dsr.model import Outcome
from dsr.playbook import read
from dsr.playbook.schema import Goto

pytestmark = pytest.mark.browser
SHORT = Timing(step=2.0, probe=1.0, settle=0.6, reopen=0.6, quiet=2.0, answer=1.5)

SWITCH = "document.querySelector('[data-testid=\"improve-model-toggle\"]')"


def on(event: str, act: str) -> str:
    """A script that acts once, as soon as that event reaches the switch."""
    return f"""
    let done = false;
    addEventListener({event!r}, (event) => {{
      const node = {SWITCH};
      if (done || !node || !event.composedPath().includes(node)) return;
      done = true;
      {act}
    }}, {{ capture: true }});"""


RELABEL = 'node.setAttribute("aria-label", "Delete all chats"); node.removeAttribute("aria-labelledby");'
REPLACE = """
  const other = document.createElement("button");
  other.textContent = "Delete account";
  other.addEventListener("click", () => fetch("/rehearsal/delete-chats", { method: "POST", body: "{}" }));
  other.style.cssText = "width: 42px; height: 24px";
  node.replaceWith(other);"""
RERENDER = "const copy = node.cloneNode(true); node.replaceWith(copy);"
FLIP = 'node.setAttribute("aria-checked", "false");'
MOVE = "node.parentElement.append(document.createElement('i')); node.style.display = 'none';"


@pytest.mark.parametrize(
    "act", [RELABEL, REPLACE, RERENDER, FLIP, MOVE], ids=["relabel", "replace", "copy", "flip", "hide"]
)
def test_changed_between_look_and_press(stage: Any, act: str) -> None:
    """A control that is relabelled, replaced, redrawn, flipped or hidden when the pointer arrives is not pressed."""
    report = stage.play(script=on("pointermove", act), timing=SHORT)
    assert report.outcome in (Outcome.DRIFTED, Outcome.UNKNOWN), report.note
    assert report.commits == 0
    assert stage.all_posts == 0
    assert stage.site.state["training"] == "on"


@pytest.mark.parametrize("act", [RELABEL, REPLACE], ids=["relabel", "replace"])
@pytest.mark.parametrize("event", ["pointerdown", "mousedown"])
def test_changed_in_the_middle_of_the_press(stage: Any, event: str, act: str) -> None:
    """Even between the two halves of a click a changed control gets no click."""
    report = stage.play(script=on(event, act), timing=SHORT)
    assert report.outcome in (Outcome.DRIFTED, Outcome.UNKNOWN), report.note
    assert stage.all_posts == 0


@pytest.mark.parametrize("event", ["pointerdown", "mousedown", "click"])
def test_page_that_acts_in_the_capture_phase_of_its_window(stage: Any, event: str) -> None:
    """A page that listens on its window before anybody else is acted on once: a trial press would act too."""
    script = f"""addEventListener({event!r}, (event) => {{
      if (event.composedPath().includes({SWITCH})) fetch("/rehearsal/audio", {{ method: "POST", body: '{{"value": "on"}}' }});
    }}, {{ capture: true }});"""
    stage.play(script=script, timing=SHORT)
    assert stage.posts("audio") == 1
    assert stage.posts("training") == 1


def watch_for(act: str) -> str:
    """A script that acts once, when the switch is on the page."""
    return f"""
    new MutationObserver((_, observer) => {{
      const node = {SWITCH};
      if (!node) return;
      observer.disconnect();
      {act}
    }}).observe(document, {{ childList: true, subtree: true }});"""


TWIN = """
  const twin = node.cloneNode(true);
  twin.removeAttribute("data-testid");
  twin.addEventListener("click", () => fetch("/rehearsal/delete-chats", { method: "POST", body: "{}" }));
  node.parentElement.append(twin);"""
NEIGHBOUR = """
  node.removeAttribute("data-testid");
  const other = [...document.querySelectorAll("[role=switch]")].find((one) => one !== node);
  other.setAttribute("data-testid", "improve-model-toggle");"""
BOTH_TWINS = TWIN + 'twin.setAttribute("data-testid", "improve-model-toggle");'
GONE = "node.remove();"
OTHER_ROLE = 'node.setAttribute("role", "link");'
NO_STATE = 'node.removeAttribute("aria-checked");'


@pytest.mark.parametrize(
    "act",
    [NEIGHBOUR, BOTH_TWINS, GONE, OTHER_ROLE, NO_STATE],
    ids=["marker-moved", "twins", "gone", "role", "stateless"],
)
def test_page_that_the_playbook_does_not_know(stage: Any, act: str) -> None:
    """A moved marker, two alike, a missing control, another role or no state: the run stops, nothing is pressed."""
    report = stage.play(script=watch_for(act), timing=SHORT)
    assert report.outcome == Outcome.DRIFTED, report.note
    assert (report.commits, stage.all_posts) == (0, 0)


def test_marker_gone_is_no_matter(stage: Any) -> None:
    """A test id only locates: without it the name still does."""
    report = stage.play(script=watch_for('node.removeAttribute("data-testid");'), timing=SHORT)
    assert (report.outcome, stage.posts()) == (Outcome.VERIFIED, 1), report.note


def test_reworded_label_is_told(stage: Any) -> None:
    """A reworded label stops the run, and the person reads the words that were found."""
    act = 'node.setAttribute("aria-label", "Share my chats"); node.removeAttribute("aria-labelledby");'
    report = stage.play(script=watch_for(act), timing=SHORT)
    assert report.outcome == Outcome.DRIFTED
    assert "Share my chats" in report.note
    assert stage.all_posts == 0


def test_disabled_switch_needs_a_person(stage: Any) -> None:
    """A switch that an administrator has locked is not pressed."""
    report = stage.play(script=watch_for('node.setAttribute("disabled", "");'), timing=SHORT)
    assert (report.outcome, stage.all_posts) == (Outcome.NEEDS_PERSON, 0)


def test_overlay_that_swallows_the_press(stage: Any) -> None:
    """A layer over the control means that nothing is pressed, neither the control nor the layer."""
    layer = watch_for("""
      const layer = document.createElement("div");
      layer.style.cssText = "position: fixed; inset: 0; z-index: 999";
      layer.addEventListener("click", () => fetch("/rehearsal/delete-chats", { method: "POST", body: "{}" }));
      document.body.append(layer);""")
    report = stage.play(script=layer, timing=SHORT)
    assert (report.outcome, stage.all_posts) == (Outcome.DRIFTED, 0), report.note


@pytest.mark.parametrize("how", ["301", "302", "307", "js", "meta"])
def test_redirect_elsewhere_stops(stage: Any, how: str) -> None:
    """A redirect to a foreign site that looks alike ends the run; nothing is done there."""
    foreign = stage.folder / "foreign"
    foreign.mkdir()
    (foreign / "site.toml").write_text(
        'hosts = ["evil.example"]\n[[page]]\npath = "/*"\nfile = "page.html"\n'
        '[[action]]\nname = "trap"\npath = "/trap"\n'
    )
    (foreign / "page.html").write_text(
        '<button role="switch" aria-checked="true" data-testid="improve-model-toggle" aria-label="Improve the model for everyone"'
        " onclick=\"fetch('/trap', {method: 'POST', body: '{}'})\">x</button>"
    )
    stage.sites = [*stage.sites, foreign]
    report = stage.play(
        timing=SHORT, before=lambda site: site.set(redirect_to="https://evil.example/settings", redirect_how=how)
    )
    assert report.outcome in (Outcome.DRIFTED, Outcome.BLOCKED), report.note
    assert (report.commits, stage.all_posts) == (0, 0)


def test_site_down(stage: Any) -> None:
    """A site that cannot be reached is blocked, exit 14."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        stage.args = [f"--host-resolver-rules=MAP chatgpt.com 127.0.0.1:{nobody.getsockname()[1]},MAP * ~NOTFOUND"]
    report = stage.play(timing=SHORT)
    assert (report.outcome, report.commits) == (Outcome.BLOCKED, 0)


def test_site_too_slow(stage: Any) -> None:
    """A site that does not begin to answer in time is blocked; nothing was pressed."""
    report = stage.play(timing=Timing(load=1.0), before=lambda site: site.set(first_byte_late=4.0))
    assert (report.outcome, stage.all_posts) == (Outcome.BLOCKED, 0)


def test_unknown_address_falls_back_to_the_menu(stage: Any) -> None:
    """Addresses that lead nowhere leave the way through the menu."""
    book = read.load("openai/training-opt-out")
    first = structs.replace(book.step[0], url=("https://chatgpt.com/nowhere", "https://chatgpt.com/"))
    assert isinstance(first, Goto)
    report = stage.play(book=structs.replace(book, step=(first, *book.step[1:])), timing=SHORT)
    assert (report.outcome, stage.posts()) == (Outcome.VERIFIED, 1), report.note
