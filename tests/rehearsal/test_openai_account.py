"""The played account's end, its memories, photos and chats: a scripted person's clicks agree with the server's counters."""

from __future__ import annotations

import pytest
from playing import ACCOUNT, HASH, HOME, OPEN_DIALOG, PATH, PERSONAL, Play
from playwright.sync_api import Locator, expect

pytestmark = pytest.mark.browser

FOREVER = "Permanently delete my account"
GONE = "This account was deleted. You cannot sign in with it."


def fields(play: Play) -> tuple[Locator, Locator]:
    """The two textboxes of the last question."""
    return play.dialog().get_by_role("textbox", name="Email"), play.dialog().get_by_role("textbox", name="Type DELETE")


def test_deletion_needs_a_fresh_login(play: Play) -> None:
    """Where the sign-in is old, "Refresh login" leads to the sign-in and back; then the fields are there."""
    page = play.page
    play.open(ACCOUNT)
    play.button("Delete").click()
    expect(play.dialog()).to_contain_text("API access under this account ends too.")
    expect(play.dialog()).to_contain_text("through Apple or Google does not")
    expect(play.dialog().get_by_role("textbox")).to_have_count(0)
    play.button("Refresh login").click()
    page.get_by_label("Password").fill("not sent")
    play.button("Log in").click()
    page.wait_for_url(ACCOUNT)
    play.button("Delete").click()
    expect(play.dialog().locator('input[name="email"], input[name="delete"]')).to_have_count(2)
    expect(play.button("Locked")).to_be_disabled()
    assert (play.posts(), play.count("login"), play.played.state["login_fresh"]) == (1, 1, True)


def test_the_last_button_unlocks_by_both_fields(play: Play) -> None:
    """Only the account's own e-mail, in any case, and the word itself unlock it; a typo locks it again."""
    play.open(ACCOUNT, login_fresh=True)
    play.button("Delete").click()
    address, word = fields(play)
    for email, typed in (("ada@example.com", "DELETE"), ("ada@example.org", "delete"), ("", "DELETE")):
        address.fill(email)
        word.fill(typed)
        expect(play.button("Locked")).to_be_disabled()
        play.button("Locked").click(force=True)
    for email in ("ada@example.org", " ADA@Example.org"):
        address.fill(email)
        expect(play.button(FOREVER)).to_be_enabled()
    word.fill("DELET")
    expect(play.button("Locked")).to_be_disabled()
    assert play.posts() == 0


def test_a_deleted_account_is_gone(play: Play) -> None:
    """After the last press the page says so, shows the signed-out start, and the sign-in refuses."""
    page = play.page
    play.open(ACCOUNT, login_fresh=True)
    play.button("Delete").click()
    address, word = fields(play)
    address.fill("ada@example.org")
    word.fill("DELETE")
    assert play.answered("delete-account", play.button(FOREVER)) == 200
    expect(page.get_by_role("status")).to_have_text("Your account has been deleted")
    expect(page).to_have_url(HOME)
    expect(page.locator('[data-testid="login-button"]')).to_be_visible()
    expect(page.locator(OPEN_DIALOG)).to_have_count(0)
    page.goto(HOME + "auth/login")
    expect(page.get_by_role("alert")).to_have_text(GONE)
    assert play.answered("login", play.button("Log in")) == 403
    expect(page.get_by_role("alert")).to_have_text(GONE)
    state = play.played.state
    assert (state["account_deleted"], state["signed_in"], play.count("delete-account")) == (True, False, 1)


@pytest.mark.parametrize("fresh", [True, False])
def test_a_refused_deletion_is_told(play: Play, fresh: bool) -> None:
    """Where the site fails, or the sign-in grew old meanwhile, the account stays and the page says so."""
    play.open(ACCOUNT, login_fresh=True, fault_delete_account="500" if fresh else "")
    play.button("Delete").click()
    address, word = fields(play)
    address.fill("ada@example.org")
    word.fill("DELETE")
    play.played.set(login_fresh=fresh)
    assert play.answered("delete-account", play.button(FOREVER)) == (500 if fresh else 401)
    expect(play.page.get_by_role("alert")).to_be_visible()
    state = play.played.state
    assert (state["account_deleted"], state["signed_in"], play.count("delete-account.refused")) == (False, True, 1)


def test_a_sign_in_leads_back_to_this_site_only(play: Play) -> None:
    """What the address says of the way back is believed only within the site."""
    for back, ends in (("https://evil.example/", HOME), ("//evil.example/", HOME), ("/settings/account", ACCOUNT)):
        play.open(f"{HOME}auth/login?back={back}", signed_in=False)
        play.button("Log in").click()
        play.page.wait_for_url(ends)
    play.open(HASH.replace("DataControls", "Account"), generation="hash")
    play.button("Delete").click()
    play.button("Refresh login").click()
    play.button("Log in").click()
    play.page.wait_for_url("**/#settings/Account")


def test_saved_memories_have_a_switch(play: Play) -> None:
    """The switch posts once and is kept; "Manage memories" is there by its aria-label and has no effect."""
    play.open(PERSONAL)
    expect(play.page.locator('[data-testid="personalization-tab"]')).to_have_attribute("aria-selected", "true")
    play.button("Manage memories").click()
    switch = play.page.get_by_role("switch", name="Reference saved memories")
    assert play.answered("memory", switch) == 200
    play.page.goto(PERSONAL)
    expect(switch).to_have_attribute("aria-checked", "false")
    assert (play.posts(), play.played.state["memory"]) == (1, "off")


@pytest.mark.parametrize(
    ("there", "first", "left"), [("both", "Full-body reference photo", "face"), ("face", "", "none")]
)
def test_reference_photos_are_deleted_one_by_one(play: Play, there: str, first: str, left: str) -> None:
    """Each photo has a group and a button of its own; what is empty can only be added to."""
    play.open(PERSONAL, reference_photos=there)
    group = play.page.get_by_role("group", name=first or "Reference photo", exact=True)
    assert play.answered("delete-reference-photo", group.get_by_role("button", name="Delete")) == 200
    expect(group.get_by_role("button", name="Add")).to_be_visible()
    expect(play.page.get_by_role("status")).to_have_text("The photo was deleted.")
    play.page.goto(PERSONAL)
    expect(play.button("Delete")).to_have_count(1 if left == "face" else 0)
    assert (play.posts(), play.played.state["reference_photos"]) == (1, left)


def test_photos_are_empty_by_default(play: Play) -> None:
    """As declared there is nothing to delete."""
    play.open(PERSONAL)
    expect(play.button("Add")).to_have_count(2)
    expect(play.button("Delete")).to_have_count(0)


def test_recordings_can_be_on_and_are_switched_off(play: Play) -> None:
    """The two switches for recordings begin as the state says and tell the truth on a fresh load."""
    play.open(PATH, audio="on", video="on")
    for name in ("audio", "video"):
        play.training().click()
        switch = play.page.get_by_role("switch", name=f"Include your {name} recordings")
        expect(switch).to_have_attribute("aria-checked", "true")
        assert play.answered(name, switch) == 200
        play.page.goto(PATH)
    state = play.played.state
    assert (state["audio"], state["video"], state["training"], play.posts()) == ("off", "off", "on", 2)


def test_all_chats_are_deleted(play: Play) -> None:
    """Deleting all chats empties the list, says so, and a fresh load shows none."""
    page = play.page
    play.open(PATH)
    expect(page.locator("nav li")).to_have_count(4)
    play.button("Delete all").click()
    confirm = page.locator('[data-testid="confirm-delete-all-chats-button"]')
    expect(confirm).to_have_accessible_name("Confirm deletion")
    assert play.answered("delete-chats", confirm) == 200
    expect(page.get_by_role("status")).to_have_text("All chats were deleted.")
    expect(page.locator("nav li")).to_have_count(0)
    page.goto(HOME)
    expect(page.get_by_text("No chats yet")).to_be_visible()
    assert (play.posts(), play.count("delete-chats")) == (1, 1)


def test_the_settings_work_with_the_keyboard_alone(play: Play) -> None:
    """From the profile menu to a switch, and to the account's last button, without a pointer."""
    page, keys = play.page, play.page.keyboard
    play.open(HOME, login_fresh=True)
    play.tab_to(play.profile())
    keys.press("Enter")
    keys.press("ArrowDown")
    keys.press("Enter")
    play.tab_to(page.get_by_role("tab", name="Personalization"))
    keys.press("Enter")
    play.tab_to(page.get_by_role("switch", name="Reference saved memories"))
    keys.press(" ")
    play.tab_to(page.get_by_role("tab", name="Account"))
    keys.press("Enter")
    play.by_keys("Delete")
    for field, text in zip(fields(play), ("ada@example.org", "DELETE"), strict=True):
        play.tab_to(field)
        keys.type(text)
    play.by_keys(FOREVER)
    expect(page.get_by_role("status")).to_have_text("Your account has been deleted")
    assert (play.count("memory"), play.count("delete-account"), play.posts()) == (1, 1, 2)
