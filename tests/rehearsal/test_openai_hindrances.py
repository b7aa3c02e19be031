"""What a test can put between a person and an effect: each hindrance stands where it says, and the server counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playing import ACCOUNT, FOREIGN, HOME, OPEN_DIALOG, PATH, PERSONAL, PORTAL, Play
from playwright.sync_api import Dialog, Locator, expect

pytestmark = pytest.mark.browser

FORM = {"portal_signed_in": True, "portal_request": "download"}
KNOWN = ("Are you sure?", "Cancel", "Yes, continue")
UNKNOWN = ("Before you go", "Stay", "Go anyway")


def training(play: Play) -> Locator:
    """Open the dialog and find its switch."""
    play.training().click()
    return play.switch()


def export(play: Play) -> Locator:
    """Open the question and find its last button."""
    play.button("Export").click()
    return play.button("Confirm export")


def chats(play: Play) -> Locator:
    """Open the question and find its last button."""
    play.button("Delete all").click()
    return play.button("Confirm deletion")


def account(play: Play) -> Locator:
    """Open the question, unlock its last button and find it."""
    play.button("Delete").click()
    play.dialog().locator('input[name="email"]').fill("ada@example.org")
    play.dialog().locator('input[name="delete"]').fill("DELETE")
    return play.button("Permanently delete my account")


def photo(play: Play) -> Locator:
    """Find the button of the one photo."""
    return play.button("Delete")


def memory(play: Play) -> Locator:
    """Find the switch."""
    return play.page.get_by_role("switch", name="Reference saved memories")


def submit(play: Play) -> Locator:
    """Find the form's button."""
    return play.button("Submit Request")


Reach = Callable[[Play], Locator]


@pytest.mark.parametrize(
    ("action", "section", "address", "start", "reach"),
    [
        ("training", "Data controls", PATH, {}, training),
        ("export", "Data controls", PATH, {}, export),
        ("delete-chats", "Data controls", PATH, {}, chats),
        ("delete-account", "Account", ACCOUNT, {"login_fresh": True}, account),
        ("delete-reference-photo", "Reference photos", PERSONAL, {"reference_photos": "face"}, photo),
        ("memory", "Memory", PERSONAL, {}, memory),
        ("portal-submit", "Your request", PORTAL, FORM, submit),
    ],
)
def test_all_that_can_stand_before_an_effect(
    play: Play, action: str, section: str, address: str, start: dict[str, Any], reach: Reach
) -> None:
    """A folded section, a banner between look and press, and another question: once all are answered, it is posted once."""
    play.open(address, **start, collapsed=True, cookie_banner="late", are_you_sure="known")
    fold = play.button(section)
    expect(fold).to_have_attribute("aria-expanded", "false")
    expect(play.page.locator(f"#{fold.get_attribute('aria-controls')}")).to_be_hidden()
    fold.click()
    expect(fold).to_have_attribute("aria-expanded", "true")
    control = reach(play)
    banner = play.page.get_by_role("region", name="Cookies")
    expect(banner).to_have_count(0)
    box = control.bounding_box()
    assert box is not None
    middle = [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2]
    play.page.mouse.move(*middle)
    expect(banner).to_be_visible()
    assert play.page.evaluate("(middle) => !!document.elementFromPoint(...middle).closest('.cookies')", middle)
    assert play.posts() == 0
    assert play.answered("cookies-reject", play.button("Reject non-essential")) == 200
    control.click()
    expect(play.dialog()).to_have_accessible_name("Are you sure?")
    expect(banner).to_have_count(0)
    assert (play.posts(), play.count("cookies-reject")) == (1, 1)
    assert play.answered(action, play.button("Yes, continue")) == 200
    assert (play.posts(), play.count(action)) == (2, 1)


def test_a_banner_may_be_there_from_the_start(play: Play) -> None:
    """On either host the banner lies over everything, is found beside a dialog, and comes back until it is answered."""
    for address in (PATH, PORTAL):
        play.open(address, cookie_banner="start")
        expect(play.button("Reject non-essential")).to_be_visible()
        play.page.reload()
        assert play.answered("cookies-accept", play.button("Accept all")) == 200
        play.page.reload()
        expect(play.page.locator("#app > *").first).to_be_attached()
        expect(play.button("Accept all")).to_have_count(0)
        assert (play.count("cookies-accept"), play.played.state["cookie_banner"]) == (1, "")


@pytest.mark.parametrize(("how", "words"), [("known", KNOWN), ("unknown", UNKNOWN)])
def test_the_question_has_known_or_other_words(play: Play, how: str, words: tuple[str, str, str]) -> None:
    """Its no leaves everything as it was, the switch too."""
    title, no, yes = words
    play.open(PATH, are_you_sure=how)
    training(play).click()
    expect(play.dialog()).to_have_accessible_name(title)
    expect(play.button(yes)).to_be_visible()
    play.button(no).click()
    expect(play.dialog()).to_have_accessible_name("Model improvement")
    expect(play.switch()).to_have_attribute("aria-checked", "true")
    assert play.posts() == 0


@pytest.mark.parametrize(
    ("how", "text", "yes"),
    [("known", "Are you sure?", True), ("unknown", "You will lose what you have earned here.", False)],
)
def test_the_browser_may_ask(play: Play, how: str, text: str, yes: bool) -> None:
    """`confirm()` of known or other text decides whether the press has its effect."""
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.accept() if yes else dialog.dismiss()

    play.page.on("dialog", answer)
    play.open(PORTAL, **FORM, js_confirm=how)
    submit(play).click()
    if yes:
        expect(play.page.get_by_role("status")).to_be_visible()
    assert (asked, play.count("portal-submit")) == ([text], int(yes))


def test_the_page_may_ask_before_it_is_left(play: Play) -> None:
    """With `before_unload` the question comes when the page is left, and only after something was pressed."""
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    play.page.on("dialog", answer)
    play.open(PATH, before_unload=True)
    play.training().click()
    play.page.goto(PATH)
    assert asked == []
    assert play.answered("training", training(play)) == 200
    play.page.goto(PATH)
    assert asked == ["beforeunload"]


def test_an_administrator_locks_switches_export_and_deletions(play: Play) -> None:
    """What is locked says so to everybody, and a press has no effect and opens nothing."""
    locked: dict[str, list[Reach]] = {
        PATH: [lambda play: play.button("Export"), lambda play: play.button("Delete all"), training],
        PERSONAL: [memory, photo],
        ACCOUNT: [lambda play: play.button("Delete")],
    }
    for address, controls in locked.items():
        play.open(address, disabled_by_admin=True, login_fresh=True, reference_photos="face")
        for reach in controls:
            control = reach(play)
            expect(control).to_have_attribute("aria-disabled", "true")
            expect(play.page.get_by_text("Your administrator manages this setting.").last).to_be_visible()
            dialogs = play.page.locator(OPEN_DIALOG).count()
            control.click(force=True)
            expect(play.page.locator(OPEN_DIALOG)).to_have_count(dialogs)
        assert play.posts() == 0


@pytest.mark.parametrize(("moment", "status", "kept"), [("after-open", 401, "on"), ("after-press", 200, "off")])
def test_a_session_ends_in_the_middle(play: Play, moment: str, status: int, kept: str) -> None:
    """Before or after the press the session is gone, and the next load shows the way in."""
    play.open(PATH, session_ends=moment)
    assert play.answered("training", training(play)) == status
    expect(play.page.get_by_role("alert")).to_have_count(1 if status == 401 else 0)
    assert (play.played.state["signed_in"], play.played.state["training"]) == (False, kept)
    play.page.goto(PATH)
    expect(play.page.locator('[data-testid="login-button"]')).to_be_visible()


def test_a_session_may_be_gone_before_or_at_the_look_afterwards(play: Play) -> None:
    """`before` shows the way in at the first load, `at-verify` at the first one after the press; signing in ends it."""
    play.open(PATH, session_ends="before")
    play.page.locator('[data-testid="login-button"]').click()
    play.button("Log in").click()
    play.page.wait_for_url(HOME)
    expect(play.profile()).to_be_visible()
    play.open(PATH, session_ends="at-verify")
    play.page.reload()
    assert play.answered("training", training(play)) == 200
    play.page.goto(PATH)
    expect(play.page.locator('[data-testid="login-button"]')).to_be_visible()
    assert play.played.state["training"] == "off"


def test_the_portal_s_session_ends_too(play: Play) -> None:
    """Between the form and its submission the session is gone: refused, and the next load begins anew."""
    play.open(PORTAL, **FORM, session_ends="after-open")
    assert play.answered("portal-submit", submit(play)) == 401
    expect(play.page.get_by_role("alert")).to_be_visible()
    play.page.goto(PORTAL)
    expect(play.button("Make a Privacy Request")).to_be_visible()
    assert play.played.state["portal_submitted"] == ""


@pytest.mark.parametrize(
    ("how", "title", "field", "address"),
    [
        ("password", "Enter your password", "Password", PATH),
        ("second-factor", "Enter the code", "Code", PORTAL),
        ("captcha", "", "", PATH),
    ],
)
def test_the_site_may_ask_again_who_you_are(play: Play, how: str, title: str, field: str, address: str) -> None:
    """A whole page asks, actions that need a session are refused, and one answer leads to where one wanted to go."""
    play.open(address, **FORM, reauth=how)
    if how == "captcha":
        expect(play.page).to_have_title("Just a moment...")
        press = play.page.get_by_role("checkbox", name="Verify you are human")
    else:
        expect(play.page.get_by_role("heading", name=title)).to_be_visible()
        play.page.get_by_label(field).fill("not sent")
        press = play.button("Continue")
    action = "training" if address == PATH else "portal-submit"
    assert play.fetched(action, '{"value": "off", "request": "download", "evidence": ""}') == 401
    assert play.answered("reauth", press) == 200
    expect(play.training() if address == PATH else submit(play)).to_be_visible()
    assert (play.count("reauth"), play.played.state["reauth"]) == (1, "")


@pytest.mark.parametrize(("moment", "status"), [("before", 200), ("after-open", 401), ("at-verify", 200)])
def test_the_question_who_you_are_can_wait_for_any_moment(play: Play, moment: str, status: int) -> None:
    """With `session_ends` it stands from that moment on, and nobody is signed out."""
    question = play.page.get_by_role("heading", name="Enter the code")
    play.open(PATH, reauth="second-factor", session_ends=moment)
    if moment == "before":
        expect(question).to_be_visible()
    else:
        assert play.answered("training", training(play)) == status
        play.page.goto(PATH)
        expect(question).to_be_visible()
    assert play.played.state["signed_in"] is True


def test_every_locale_has_every_word(play: Play) -> None:
    """No locale lacks a word that the English pages have, and none has a word of its own."""
    play.open(PORTAL)
    script = "async (locale) => Object.keys(await (await import('/rehearsal/labels.js')).labels(locale, false)).sort()"
    english = play.page.evaluate(script, "en")
    assert len(english) > 100
    for locale in ("de", "fr-CH", "es", "xx"):
        assert play.page.evaluate(script, locale) == english


@pytest.mark.parametrize("press", [Locator.click, lambda node: node.press("Enter")])
def test_the_look_alike_counts_every_press(play: Play, press: Callable[[Locator], None]) -> None:
    """On the foreign site whatever is looked for is there, and a press by pointer or by key is counted."""
    play.open(FOREIGN)
    with play.page.expect_response("**/stolen-press"):
        press(play.page.get_by_role("switch", name="Improve the model for everyone"))
    assert play.count("stolen-press") > 0
    assert play.played.state["training"] == "on"


def test_the_look_alike_counts_every_input(play: Play) -> None:
    """What is typed there is counted as stolen, and nothing else changes."""
    play.open(FOREIGN)
    with play.page.expect_response("**/stolen-fill"):
        play.page.get_by_role("textbox", name="Email").fill("ada@example.org")
    assert play.count("stolen-fill") == play.posts()
