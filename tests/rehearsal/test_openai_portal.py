"""The played privacy portal: from the first button over the mail's link to the reference number; the server counts."""

from __future__ import annotations

from typing import Any

import pytest
from playing import MAIL, OPEN_DIALOG, PORTAL, Play
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

START = "Make a Privacy Request"
CONSUMER = "I have a consumer ChatGPT account"
REMOVAL = "ChatGPT Personal Data Removal Request"
SUBMITTED = "Your request was submitted. Your reference number is R-4F7K2Q"


def give_address(play: Play, email: str = "ada@example.org") -> None:
    """Choose e-mail, type the address and have the link sent."""
    play.page.get_by_role("radio", name="Email address").click()
    play.page.get_by_role("textbox", name="Email address").fill(email)
    assert play.answered("portal-mail", play.button("Continue")) == 200
    expect(play.page.get_by_role("status")).to_have_text(f"We sent a link to {email}. Open it to go on.")


def press_link(play: Play) -> None:
    """Be the person who reads the mail."""
    play.page.goto(MAIL)
    play.page.get_by_role("link", name="Log In").click()
    play.page.wait_for_url("https://privacy.openai.com/policies")


@pytest.mark.parametrize(
    ("label", "request_type"),
    [
        ("Do not train on my content", "do-not-train"),
        ("Delete my ChatGPT account", "delete-account"),
        ("Delete my custom GPTs", "delete-gpts"),
    ],
)
def test_a_request_goes_from_the_first_button_to_its_number(play: Play, label: str, request_type: str) -> None:
    """Account kind, type, address, link, form: one mail, one submission, and a number that stays to be seen."""
    play.open(PORTAL)
    for name in (START, CONSUMER, label):
        play.button(name).click()
    give_address(play)
    press_link(play)
    expect(play.page.get_by_role("heading", name=label)).to_be_visible()
    expect(play.page.get_by_text("Signed in as ada@example.org")).to_be_visible()
    expect(play.page.get_by_role("textbox")).to_have_count(0)
    assert play.answered("portal-submit", play.button("Submit Request")) == 200
    expect(play.page.get_by_role("status")).to_have_text(SUBMITTED)
    play.page.goto(PORTAL)
    expect(play.page.get_by_role("listitem")).to_have_text(f"{label}: R-4F7K2Q")
    assert [play.count(name) for name in ("portal-mail", "portal-login", "portal-submit")] == [1, 1, 1]
    assert (play.posts(), play.played.state["portal_submitted"]) == (3, request_type)
    assert play.played.state["portal_email"] == "ada@example.org"


def test_without_an_account_only_removal_is_open(play: Play) -> None:
    """Who has no account is offered the removal request, which wants prompts or links, and keeps them."""
    play.open(PORTAL)
    play.button(START).click()
    play.button("I don't have a ChatGPT account").click()
    expect(play.dialog().locator(".choice")).to_have_text([REMOVAL])
    play.button(REMOVAL).click()
    give_address(play)
    press_link(play)
    play.button("Submit Request").click()
    expect(play.page.get_by_role("alert")).to_have_text("Give at least one prompt or link.")
    play.page.get_by_role("textbox", name="Prompts or links as evidence").fill("https://chatgpt.com/share/1")
    assert play.answered("portal-submit", play.button("Submit Request")) == 200
    expect(play.page.get_by_role("status")).to_have_text(SUBMITTED)
    state = play.played.state
    assert (play.count("portal-submit"), state["portal_submitted"]) == (1, "removal")
    assert state["portal_evidence"] == "https://chatgpt.com/share/1"


def test_the_address_may_come_before_the_type(play: Play) -> None:
    """In the other reported order the type is chosen after the link."""
    play.open(PORTAL, portal_order="email-first")
    play.button(START).click()
    play.button(CONSUMER).click()
    give_address(play)
    assert play.played.state["portal_request"] == ""
    press_link(play)
    play.button("Download my data").click()
    assert play.answered("portal-submit", play.button("Submit Request")) == 200
    assert (play.posts(), play.played.state["portal_submitted"]) == (3, "download")


def test_a_form_waits_for_who_comes_back(play: Play) -> None:
    """Signed in and nothing submitted: the portal shows the form at once, so that a run can go on there."""
    play.open(PORTAL, portal_signed_in=True, portal_request="download", portal_email="ada@example.org")
    expect(play.button("Submit Request")).to_be_visible()
    expect(play.page.locator(OPEN_DIALOG)).to_have_count(0)
    play.played.set(portal_signed_in=False)
    play.page.goto(PORTAL)
    expect(play.button(START)).to_be_visible()
    expect(play.button("Submit Request")).to_have_count(0)


def test_a_second_request_needs_no_second_mail(play: Play) -> None:
    """Who is signed in and starts anew comes to the form without another link."""
    play.open(PORTAL, portal_signed_in=True, portal_submitted="download")
    for name in (START, CONSUMER, "Do not train on my content"):
        play.button(name).click()
    assert play.answered("portal-submit", play.button("Submit Request")) == 200
    assert (play.posts(), play.played.state["portal_submitted"]) == (1, "do-not-train")


@pytest.mark.parametrize(("action", "status"), [("portal-submit", 401), ("portal-login", 401), ("export", 404)])
def test_the_portal_refuses_what_was_not_earned(play: Play, action: str, status: int) -> None:
    """Nothing is submitted unless signed in, no link works that was not sent, and chatgpt.com's actions are elsewhere."""
    play.open(PORTAL)
    assert play.fetched(action, '{"request": "download", "evidence": ""}') == status
    assert play.played.state["portal_submitted"] == ""


@pytest.mark.parametrize(("fault", "role"), [("500", "alert"), ("200-reverted", "status")])
def test_a_failing_portal_keeps_nothing(play: Play, fault: str, role: Any) -> None:
    """A refusal is told as one; a lying answer looks like success, and the portal has forgotten both."""
    play.open(PORTAL, portal_signed_in=True, portal_request="download", fault_portal_submit=fault)
    play.button("Submit Request").click()
    expect(play.page.get_by_role(role)).to_be_visible()
    assert (play.played.state["portal_submitted"], play.posts()) == ("", 1)


def test_a_mail_that_was_not_sent_does_not_arrive(play: Play) -> None:
    """Where the portal fails to send the link it says so, and the mailbox is empty."""
    play.open(PORTAL, fault_portal_mail="500")
    for name in (START, CONSUMER, "Download my data"):
        play.button(name).click()
    play.page.get_by_role("radio", name="Email address").click()
    play.page.get_by_role("textbox", name="Email address").fill("ada@example.org")
    assert play.answered("portal-mail", play.button("Continue")) == 500
    expect(play.page.get_by_role("alert")).to_be_visible()
    play.page.goto(MAIL)
    expect(play.page.get_by_text("No mail.")).to_be_visible()


def test_a_narrow_window_has_the_button_at_the_bottom(play: Play) -> None:
    """The first button stands at the top right, and at the bottom of a narrow window."""
    play.open(PORTAL)
    box = play.button(START).bounding_box()
    assert box is not None
    assert box["y"] < 100
    assert box["x"] > 640
    play.page.set_viewport_size({"width": 420, "height": 800})
    box = play.button(START).bounding_box()
    assert box is not None
    assert box["y"] > 700


def test_the_portal_works_with_the_keyboard_alone(play: Play) -> None:
    """Every step to the submission can be taken without a pointer."""
    keys = play.page.keyboard
    play.open(PORTAL)
    play.by_keys(START, CONSUMER, "Download my data")
    play.tab_to(play.page.get_by_role("radio", name="Email address"))
    keys.press(" ")
    play.tab_to(play.page.get_by_role("textbox", name="Email address"))
    keys.type("ada@example.org")
    play.by_keys("Continue")
    expect(play.page.get_by_role("status")).to_be_visible()
    play.page.goto(MAIL)
    play.tab_to(play.page.get_by_role("link", name="Log In"))
    keys.press("Enter")
    play.by_keys("Submit Request")
    expect(play.page.get_by_role("status")).to_have_text(SUBMITTED)
    assert (play.posts(), play.count("portal-submit")) == (3, 1)
