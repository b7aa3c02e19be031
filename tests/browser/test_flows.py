"""The flows that need a person on the way: the portal, deletions, everything at once, and assisted mode.

The person's hands are a script in the page; dsr's part is judged by the server's counters.
"""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import structs

from dsr.browser.outcome import Timing
from dsr.model import Outcome
from dsr.playbook import read
from dsr.playbook.schema import Playbook

pytestmark = pytest.mark.browser
PATIENT = Timing(step=5.0, probe=1.5, settle=1.0, reopen=0.7, quiet=3.0, answer=2.5, person=90.0)

TOOLS = """
const put = (node, text) => {
  const kind = node.localName === "textarea" ? HTMLTextAreaElement : HTMLInputElement;
  Object.getOwnPropertyDescriptor(kind.prototype, "value").set.call(node, text);
  node.dispatchEvent(new Event("input", { bubbles: true }));
};
const once = (node) => node && !node.disabled && node.textContent.trim() && !node.dataset.pressed && (node.dataset.pressed = "1");
const slowly = (node) => { if (once(node)) setTimeout(() => node.click(), 2500); };
"""
# She sends the form, opens the mail, and follows its link.
MAIL = f"""{TOOLS} setInterval(() => {{
  const send = document.querySelector(".questions footer .primary"), typed = document.querySelector("input[name=email]");
  if (typed?.value && once(send)) send.click();
  if (/Check your e-mail/.test(document.body?.innerText ?? "")) location.assign("/rehearsal/mail");
  const link = document.querySelector("#link");
  if (once(link)) link.click();
}}, 200);"""
# She gives evidence and presses the last button herself.
SUBMIT = f"""{MAIL} setInterval(() => {{
  const proof = document.querySelector("textarea[name=evidence]"), send = document.querySelector("button.submit");
  if (proof && !proof.value) put(proof, "https://chatgpt.com/share/1");
  else if (proof) slowly(send);
}}, 300);"""
# She refreshes her login if asked, types e-mail and word, and presses.
DELETE = f"""{TOOLS} setInterval(() => {{
  const email = document.querySelector("input[name=email]"), word = document.querySelector("input[name=delete]");
  const last = document.querySelector(".dialog .primary.danger"), login = document.querySelector("form#login button");
  if (email && word && !word.value) {{ put(email, "Ada@example.org"); put(word, "DELETE"); }}
  else if (word) slowly(last);
  const refresh = [...document.querySelectorAll(".dialog .primary")].find((one) => /Refresh/.test(one.textContent));
  if (once(refresh)) refresh.click();
  if (login && !/deleted/.test(document.body.innerText) && once(login)) {{
    put(document.querySelector("#email"), "ada@example.org"); put(document.querySelector("#password"), "x"); login.click();
  }}
}}, 250);"""
CHATS = f"""{TOOLS} setInterval(() => {{
  const last = document.querySelector("[data-testid=confirm-delete-all-chats-button]");
  slowly(last);
}}, 300);"""
CANCEL = f"""{TOOLS} setInterval(() => [...document.querySelectorAll(".dialog footer button")]
  .filter((one) => one.textContent === "Cancel").forEach(slowly), 300);"""


class Somebody:
    """A person at the browser who answers every question of the terminal in one way."""

    present = True

    def __init__(self, answer: bool = True) -> None:
        self.answer = answer
        self.asked: list[str] = []
        self.told: list[str] = []

    def tell(self, text: str) -> None:
        self.told.append(text)

    def confirm(self, question: str) -> bool:
        self.asked.append(question)
        return self.answer

    def ask(self, question: str, default: str = "") -> str:
        raise AssertionError(question)


def portal(wish: str) -> Playbook:
    return read.chosen(read.load("openai/portal-request"), wish)


@pytest.mark.parametrize("order", ["account-first", "email-first"])
def test_portal(stage: Any, order: str) -> None:
    """The portal is led to its form, the link is the person's, the form is submitted once, its number is kept."""
    report = stage.play(
        book=portal("access"), script=MAIL, person=Somebody(), timing=PATIENT, portal_order=order, evidence=True
    )
    assert (report.outcome, report.commits, report.reference) == (Outcome.ACCEPTED, 1, "R-4F7K2Q"), report.note
    assert (stage.posts("portal-mail"), stage.posts("portal-submit")) == (1, 1)
    assert stage.site.state["portal_submitted"] == "download"
    assert report.disclosed == ["account"]


def test_portal_without_a_person_is_taken_up_again(stage: Any) -> None:
    """Headless, the portal ends at the e-mail link; once the person has opened it, the next run submits the form."""
    assert stage.play(book=portal("access"), timing=PATIENT).outcome == Outcome.NEEDS_PERSON
    assert stage.posts("portal-submit") == 0
    signed = {"portal_mail": "sent", "portal_signed_in": True, "portal_request": "download"}
    report = stage.play(book=portal("access"), timing=PATIENT, before=lambda site: site.set(**signed))
    assert (report.outcome, stage.posts("portal-submit"), report.disclosed) == (Outcome.ACCEPTED, 1, [])


def test_a_deleting_portal_request_is_pressed_by_the_person(stage: Any) -> None:
    """Where the portal deletes something, dsr presses nothing: the form and its button are the person's."""
    report = stage.play(book=portal("erasure"), script=SUBMIT, person=Somebody(), timing=PATIENT)
    assert (report.outcome, report.commits) == (Outcome.ACCEPTED, 0), report.note
    assert (stage.posts("portal-submit"), stage.site.state["portal_submitted"]) == (1, "removal")


@pytest.mark.parametrize("fresh", [True, False])
def test_account_deletion(stage: Any, fresh: bool) -> None:
    """An old login is refreshed by the person, the last press is hers, and the account is seen to be gone."""
    report = stage.play("delete-account", script=DELETE, person=Somebody(), timing=PATIENT, login_fresh=fresh)
    assert (report.outcome, report.commits) == (Outcome.VERIFIED, 0), report.note
    assert (stage.posts("delete-account"), stage.site.state["account_deleted"]) == (1, True)
    again = stage.play("delete-account", timing=PATIENT, look_only=True)
    assert again.outcome == Outcome.ALREADY_DONE


def test_another_account_is_left_alone(stage: Any) -> None:
    """Where the page shows another account than the profile's, nothing is opened and nothing deleted."""
    report = stage.play("delete-account", script=DELETE, person=Somebody(), timing=PATIENT, account="bob@example.org")
    assert (report.outcome, stage.all_posts) == (Outcome.NEEDS_PERSON, 0)
    assert "another account" in report.note
    assert "bob" not in report.note


def test_person_who_does_not_press(stage: Any) -> None:
    """Who cancels at the last press is asked, and nothing was done."""
    person = Somebody(answer=False)
    report = stage.play("delete-account", script=CANCEL, person=person, timing=PATIENT, login_fresh=True)
    assert (report.outcome, stage.all_posts) == (Outcome.DECLINED, 0), report.note
    assert person.asked == ["Did you press 'Permanently delete my account', and did the site take it?"]
    assert stage.journal()[-1][0] == "averted"


def test_a_session_that_ends_is_no_deletion(stage: Any) -> None:
    """Being signed out at the last look does not prove that the account is gone."""
    script = CANCEL + "addEventListener('click', () => fetch('/rehearsal/logout', {method: 'POST'}), {capture: true});"
    report = stage.play("delete-account", script=script, person=Somebody(), timing=PATIENT, login_fresh=True)
    assert report.outcome in (Outcome.SUBMITTED, Outcome.UNKNOWN), report.note
    assert stage.posts("delete-account") == 0


def test_all_chats(stage: Any) -> None:
    """All chats are deleted by the person's press, on the account that was compared."""
    report = stage.play("delete-all-chats", script=CHATS, person=Somebody(), timing=PATIENT)
    assert (report.outcome, report.commits, stage.posts("delete-chats")) == (Outcome.ACCEPTED, 0, 1), report.note


def test_everything(stage: Any) -> None:
    """Each switch that the account has is turned once; all of them are seen on a fresh load; the rest is told."""
    report = stage.play("opt-out-everything", timing=PATIENT, person=(person := Somebody()), audio="on", video="off")
    assert (report.outcome, report.commits) == (Outcome.VERIFIED, 3), report.note
    assert {key: stage.posts(key) for key in ("training", "audio", "video", "memory")} == {
        "training": 1,
        "audio": 1,
        "video": 0,
        "memory": 1,
    }
    assert any("Codex" in text for text in person.told)


def test_assisted(stage: Any) -> None:
    """In assisted mode dsr presses nothing: the person does, dsr shows where and reads the result."""
    hands = """setInterval(() => {
      const outlined = [...document.querySelectorAll("[style*=outline]")].find((one) => !one.dataset.done);
      if (outlined) { outlined.dataset.done = "1"; outlined.click(); }
    }, 300);"""
    report = stage.play("training-opt-out", script=hands, person=Somebody(), timing=PATIENT, assisted=True)
    assert (report.outcome, report.commits, stage.posts("training")) == (Outcome.VERIFIED, 0, 1), report.note


def test_a_field_that_the_profile_lacks(stage: Any) -> None:
    """A field that is asked for and missing in the profile stops the run before anything is typed."""
    book = portal("access")
    steps = tuple(structs.replace(step, field="address") if hasattr(step, "field") else step for step in book.step)
    report = stage.play(book=structs.replace(book, step=steps, discloses=("address",)), timing=PATIENT)
    assert (report.outcome, report.disclosed) == (Outcome.NEEDS_PERSON, [])
    assert "your profile has none" in report.note
