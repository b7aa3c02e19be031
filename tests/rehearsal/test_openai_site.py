"""The played ChatGPT in a real Chromium: it has the hooks of the facts, and the server counts."""

from __future__ import annotations

import pytest
from playing import ACCOUNT, FOREIGN, HASH, HOME, MAIL, OPEN_DIALOG, PATH, PERSONAL, PORTAL, Play
from playwright.sync_api import Error, expect

pytestmark = pytest.mark.browser

TEN_MINUTES = 600_000


@pytest.mark.parametrize(
    ("generation", "address", "opens"),
    [
        ("path", PATH, True),
        ("path", HASH, False),
        ("hash", PATH, False),
        ("hash", HASH, True),
        ("menu", PATH, False),
        ("menu", HASH, False),
    ],
)
def test_each_generation_opens_its_own_links(play: Play, generation: str, address: str, opens: bool) -> None:
    """Only the links of its own generation open the settings; a foreign path leads to the start page."""
    play.played.set(generation=generation)
    play.page.goto(address)
    expect(play.profile()).to_be_attached()
    if opens:
        expect(play.page.get_by_role("tab", name="Data controls")).to_have_attribute("aria-selected", "true")
        expect(play.page).to_have_url(address)
        play.page.keyboard.press("Escape")
    expect(play.page).to_have_url(HOME if opens or address == PATH else HASH)
    expect(play.page.locator(OPEN_DIALOG)).to_have_count(0)


@pytest.mark.parametrize(("generation", "part"), [("path", "settings/account"), ("hash", "#settings/Account")])
def test_account_links_show_whose_account_it_is(play: Play, generation: str, part: str) -> None:
    """The account tab has its own link and shows name, e-mail and plan as text."""
    play.played.set(generation=generation, account="grace@example.org", plan="Pro")
    play.page.goto(HOME + part)
    for shown in ("Ada Lovelace", "grace@example.org", "Pro"):
        expect(play.dialog().get_by_text(shown, exact=True)).to_be_visible()


def test_a_hash_opens_without_a_load(play: Play) -> None:
    """On the page of the hash generation a new hash opens its tab, over an older dialog too."""
    play.played.set(generation="hash")
    play.page.goto(HOME)
    expect(play.profile()).to_be_visible()
    for part, tab in (("#settings/Account", "Account"), ("#settings/DataControls", "Data controls")):
        play.page.goto(HOME + part)
        expect(play.page.get_by_role("tab", name=tab)).to_have_attribute("aria-selected", "true")
        expect(play.page.locator(OPEN_DIALOG)).to_have_count(1)
        expect(play.page).to_have_url(HOME + part)
    assert play.count("GET chatgpt.com /") == 1


def test_menu_and_tabs_open_like_radix(play: Play) -> None:
    """The menu needs a pointerdown, a tab a mousedown; a click event alone opens neither."""
    page = play.page
    page.goto(HOME)
    item = page.locator('[data-testid="settings-menu-item"]')
    play.profile().dispatch_event("click")
    expect(item).to_have_count(0)
    play.profile().dispatch_event("pointerdown")
    expect(item).to_have_role("menuitem")
    expect(page.get_by_text("ada@example.org")).to_be_visible()
    item.click()
    tab = page.locator('[data-testid="data-controls-tab"]')
    tab.dispatch_event("click")
    expect(tab).to_have_attribute("aria-selected", "false")
    tab.click()
    expect(tab).to_have_attribute("aria-selected", "true")
    expect(play.training()).to_be_visible()


def test_one_of_two_profile_buttons_is_inert(play: Play) -> None:
    """The collapsed sidebar holds a profile button too, and it does nothing."""
    play.page.goto(HOME)
    buttons = play.page.locator('[data-testid="accounts-profile-button"]')
    expect(buttons).to_have_count(2)
    expect(buttons.locator(".truncate")).to_have_text(["Ada Lovelace"] * 2)
    expect(play.page.locator('[inert] [data-testid="accounts-profile-button"]')).to_have_count(1)
    assert buttons.first.evaluate("node => !!node.closest('[inert]')")
    with pytest.raises(Error, match=r"element is inert|intercepts pointer events"):
        buttons.first.click(timeout=500)


def test_the_switch_posts_once_and_is_kept(play: Play) -> None:
    """One press posts once, the row follows, and a fresh load shows what the site kept."""
    page = play.page
    page.goto(PATH)
    expect(play.training()).to_have_accessible_name("Improve the model for everyone On")
    play.training().click()
    expect(play.switch()).to_have_role("switch")
    expect(play.switch()).to_have_accessible_name("Improve the model for everyone")
    expect(play.switch()).to_have_attribute("aria-checked", "true")
    play.answered("training", play.switch())
    expect(play.switch()).to_have_attribute("aria-checked", "false")
    play.dialog().locator('[data-testid="close-button"]').click()
    expect(page.locator(OPEN_DIALOG)).to_have_count(1)
    expect(play.training()).to_have_accessible_name("Improve the model for everyone Off")
    page.goto(PATH)
    expect(play.training()).to_have_accessible_name("Improve the model for everyone Off")
    assert (play.count("training"), play.posts(), play.played.state["training"]) == (1, 1, "off")


def test_ids_change_at_each_load(play: Play) -> None:
    """No id of the dialog is the same after a reload."""
    seen: set[str] = set()
    for _ in range(2):
        play.page.goto(PATH)
        expect(play.training()).to_be_visible()
        ids = {str(node.get_attribute("id")) for node in play.dialog().locator("[id]").all()}
        assert len(ids) > 8
        assert not ids & seen
        seen |= ids


@pytest.mark.parametrize(
    ("fault", "honest", "shown", "kept"),
    [
        ("500", True, "true", "on"),
        ("429", True, "true", "on"),
        ("500", False, "false", "on"),
        ("200-reverted", True, "false", "on"),
        ("late:0.2", True, "false", "off"),
    ],
)
def test_the_switch_is_optimistic(play: Play, fault: str, honest: bool, shown: str, kept: str) -> None:
    """It flips at once and, if the site is honest, back after a refusal; a fresh load tells the truth."""
    play.played.set(fault_training=fault, honest=honest)
    play.page.goto(PATH)
    play.training().click()
    play.answered("training", play.switch())
    if shown == "true":
        expect(play.page.get_by_role("alert")).to_be_visible()
    expect(play.switch()).to_have_attribute("aria-checked", shown)
    play.page.goto(PATH)
    expect(play.training()).to_have_accessible_name(f"Improve the model for everyone {kept.capitalize()}")
    assert (play.posts(), play.played.state["training"]) == (1, kept)


def test_an_answer_that_never_comes_leaves_the_switch_flipped(play: Play) -> None:
    """With no answer the page shows the new value, and the server has counted it."""
    play.played.set(fault_training="never")
    play.page.goto(PATH)
    play.training().click()
    with play.page.expect_request("**/rehearsal/training"):
        play.switch().click()
    expect(play.switch()).to_have_attribute("aria-checked", "false")
    play.page.goto(PATH)
    expect(play.training()).to_have_accessible_name("Improve the model for everyone Off")
    assert play.count("training") == 1


def test_before_hydration_training_looks_off(play: Play) -> None:
    """A page that is not awake says Off while training is on, and nothing that is pressed has an effect."""
    play.played.set(hydration_ms=TEN_MINUTES)
    play.page.goto(PATH)
    expect(play.training()).to_have_accessible_name("Improve the model for everyone Off")
    play.training().click()
    play.page.get_by_role("button", name="Export").click()
    play.page.locator('[data-testid="close-button"]').click()
    expect(play.page.locator(OPEN_DIALOG)).to_have_count(1)
    assert (play.posts(), play.played.state["training"]) == (0, "on")


def test_hydration_brings_the_truth(play: Play) -> None:
    """The same button tells the truth once the page is awake."""
    play.played.set(hydration_ms=300)
    play.page.goto(PATH)
    node = play.training().element_handle()
    expect(play.training()).to_have_accessible_name("Improve the model for everyone On")
    assert node is not None
    assert node.evaluate("node => node.isConnected")
    play.training().click()
    expect(play.switch()).to_have_attribute("aria-checked", "true")


def test_the_switch_may_tell_late(play: Play) -> None:
    """Until its own delay is over the switch looks off and takes no press."""
    play.played.set(switch_ms=TEN_MINUTES)
    play.page.goto(PATH)
    play.training().click()
    expect(play.switch()).to_have_attribute("aria-checked", "false")
    play.switch().click()
    assert play.posts() == 0
    play.played.set(switch_ms=200)
    play.page.goto(PATH)
    play.training().click()
    expect(play.switch()).to_have_attribute("aria-checked", "true")


@pytest.mark.parametrize(
    ("locale", "training", "tab", "row", "button", "confirm"),
    [
        ("en", "Improve the model for everyone On", "Data controls", "Export data", "Export",
         "Confirm export"),
        ("de", "Das Modell für alle verbessern Ein", "Datenkontrollen", "Daten exportieren",
         *["Exportieren"] * 2),
        ("fr", "Améliorer le modèle pour tous Activé", "Contrôles des données", "Exporter les données",
         *["Exporter"] * 2),
        ("es", "Mejorar el modelo para todos Activado", "Controles de datos", "Exportar datos", "Exportar",
         "Confirmar exportación"),
        ("zh", "Vzcebir gur zbqry sbe rirelbar Ba", "Qngn pbagebyf", "Rkcbeg qngn", "Rkcbeg",
         "Pbasvez rkcbeg"),
    ],
)  # fmt: skip
def test_labels_follow_the_locale(
    play: Play, locale: str, training: str, tab: str, row: str, button: str, confirm: str
) -> None:
    """The labels are those of the facts in four languages, and strange ones in any other."""
    play.played.set(locale=locale)
    page = play.page
    page.goto(PATH)
    expect(page.locator("html")).to_have_attribute("lang", locale)
    expect(play.training()).to_have_accessible_name(training)
    expect(page.get_by_role("tab", name=tab)).to_have_attribute("aria-selected", "true")
    expect(play.dialog().get_by_text(row, exact=True)).to_be_visible()
    page.get_by_role("button", name=button, exact=True).click()
    expect(play.dialog().get_by_role("heading", name=row)).to_be_visible()
    play.answered("export", page.get_by_role("button", name=confirm, exact=True))
    expect(page.get_by_role("status")).to_be_visible()
    assert play.count("export") == 1


def test_the_switch_once_had_another_name(play: Play) -> None:
    """With `old_label` row and switch have the name of 2023."""
    play.played.set(old_label=True)
    play.page.goto(PATH)
    expect(play.training()).to_have_accessible_name("Chat history & training On")
    play.training().click()
    expect(play.switch()).to_have_accessible_name("Chat history & training")


@pytest.mark.parametrize("plan", ["Business", "Enterprise"])
def test_a_managed_plan_has_neither_switch_nor_export(play: Play, plan: str) -> None:
    """Business and Enterprise show no training switch and no export, and the server refuses both."""
    play.played.set(plan=plan)
    play.page.goto(PATH)
    expect(play.page.get_by_role("button", name="Delete all")).to_be_visible()
    expect(play.training()).to_have_count(0)
    expect(play.page.get_by_role("button", name="Export")).to_have_count(0)
    for action in ("training", "export"):
        assert play.fetched(action) == 403


def test_a_plan_may_lack_the_switch_alone(play: Play) -> None:
    """With `no_switch` the export stays."""
    play.played.set(no_switch=True)
    play.page.goto(PATH)
    expect(play.page.get_by_role("button", name="Export")).to_be_visible()
    expect(play.training()).to_have_count(0)


def test_a_second_export_is_refused(play: Play) -> None:
    """The first export is promised by e-mail; the second is refused while the first is pending."""
    page = play.page
    page.goto(PATH)
    for _ in range(2):
        page.get_by_role("button", name="Export", exact=True).click()
        play.answered("export", page.get_by_role("button", name="Confirm export"))
        expect(page.locator(OPEN_DIALOG)).to_have_count(1)
        if play.count("export.refused") == 0:
            expect(page.get_by_role("status")).to_contain_text("We will send you a link by e-mail")
    expect(page.get_by_role("alert")).to_have_text("An export is already pending")
    assert (play.count("export"), play.count("export.refused"), play.posts()) == (1, 1, 2)


def test_a_cancelled_export_is_none(play: Play) -> None:
    """To look at the export and cancel posts nothing."""
    play.page.goto(PATH)
    play.page.get_by_role("button", name="Export", exact=True).click()
    play.page.get_by_role("button", name="Cancel").click()
    expect(play.page.locator(OPEN_DIALOG)).to_have_count(1)
    assert play.posts() == 0


def test_wrong_presses_are_counted(play: Play) -> None:
    """The neighbours of the training switch have counters of their own."""
    page = play.page
    page.goto(PATH)
    play.answered("archive-chats", page.get_by_role("button", name="Archive all"))
    page.get_by_role("button", name="Delete all").click()
    play.answered("delete-chats", page.locator('[data-testid="confirm-delete-all-chats-button"]'))
    expect(page.locator("nav li")).to_have_count(0)
    play.training().click()
    for name in ("audio", "video"):
        play.answered(name, page.get_by_role("switch", name=f"Include your {name} recordings"))
    for name in ("archive-chats", "delete-chats", "audio", "video"):
        assert play.count(name) == 1
    assert (play.posts(), play.played.state["training"], play.played.state["audio"]) == (4, "on", "on")


def test_a_dialog_hides_the_rest(play: Play) -> None:
    """Assistive technology finds only the topmost dialog, and Escape closes one at a time."""
    page = play.page
    page.goto(PATH)
    play.training().click()
    expect(play.switch()).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(1)
    expect(page.get_by_role("dialog")).to_have_accessible_name("Model improvement")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_accessible_name("Settings")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("textbox", name="Ask anything")).to_be_visible()


def test_signed_out_there_is_only_the_way_in(play: Play) -> None:
    """Signed out no link opens anything; the login button leads to a page that signs in."""
    play.played.set(signed_in=False)
    page = play.page
    page.goto(PATH)
    expect(page).to_have_url(HOME)
    expect(page.locator('[data-testid="accounts-profile-button"]')).to_have_count(0)
    expect(page.locator("#prompt-textarea")).to_be_visible()
    page.locator('[data-testid="login-button"]').click()
    page.wait_for_url("https://chatgpt.com/auth/login")
    page.get_by_label("Email").fill("ada@example.org")
    page.get_by_label("Password").fill("not sent")
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(HOME)
    expect(play.profile()).to_be_visible()
    assert (play.count("login"), play.played.state["signed_in"]) == (1, True)


def test_log_out_signs_out(play: Play) -> None:
    """The menu's other item signs out, and the server counts it."""
    play.page.goto(HOME)
    play.profile().click()
    play.page.get_by_role("menuitem", name="Log out").click()
    expect(play.page.locator('[data-testid="login-button"]')).to_be_visible()
    assert (play.count("logout"), play.played.state["signed_in"]) == (1, False)


def test_a_challenge_stands_before_everything(play: Play) -> None:
    """A captcha takes the whole page until a person ticks it."""
    play.played.set(captcha=True)
    page = play.page
    page.goto(PATH)
    expect(page).to_have_title("Just a moment...")
    expect(page.get_by_role("heading", name="Verify you are human")).to_be_visible()
    expect(page.locator('[data-testid="accounts-profile-button"]')).to_have_count(0)
    page.get_by_role("checkbox", name="Verify you are human").click()
    expect(play.training()).to_be_visible()
    assert play.count("captcha") == 1


@pytest.mark.parametrize("how", ["301", "302", "307", "js", "meta"])
def test_a_redirect_leads_to_the_other_played_site(play: Play, how: str) -> None:
    """Each way of sending a document elsewhere works in the browser."""
    play.played.set(redirect_to=FOREIGN, redirect_how=how)
    play.page.goto(HOME)
    play.page.wait_for_url(FOREIGN)
    expect(play.page.get_by_role("switch")).to_be_visible()


def test_no_other_host_exists(play: Play) -> None:
    """The browser of a rehearsal can reach no host that is not played."""
    with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        play.page.goto("https://example.org/")


def test_every_page_says_that_it_is_a_rehearsal(play: Play) -> None:
    """The band at the top stands on every page, above every dialog."""
    for address in (HOME, PATH, ACCOUNT, PERSONAL, HOME + "auth/login", PORTAL, MAIL):
        play.page.goto(address)
        band = play.page.get_by_text("REHEARSAL - nothing leaves this machine")
        expect(band).to_be_visible()
        assert band.evaluate("node => node === document.elementFromPoint(20, 5)")
