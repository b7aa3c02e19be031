"""A visit to the played sites: a fresh page, a known state, and what the server has counted."""

from __future__ import annotations

import json
from urllib.parse import urlencode

from playwright.sync_api import Locator, Page, expect

from dsr.rehearsal import Rehearsal

HOME = "https://chatgpt.com/"
PATH = "https://chatgpt.com/settings/data-controls"
HASH = "https://chatgpt.com/#settings/DataControls"
ACCOUNT = "https://chatgpt.com/settings/account"
PERSONAL = "https://chatgpt.com/settings/personalization"
PORTAL = "https://privacy.openai.com/policies?modal=take-control"
MAIL = "https://privacy.openai.com/rehearsal/mail"
LOOK = [{"role": "switch", "name": "Improve the model for everyone"}, {"role": "textbox", "name": "Email"}]
FOREIGN = f"https://look-alike.example/?{urlencode({'look': json.dumps(LOOK)})}"
OPEN_DIALOG = '[role="dialog"][data-state="open"]'


class Play:
    """One visit, on a page of its own; the counters begin at zero."""

    def __init__(self, played: Rehearsal, page: Page) -> None:
        self.played = played
        self.page = page

    def open(self, address: str, **state: bool | int | float | str) -> None:
        """Begin again with this state, at this address."""
        self.played.reset(**state)
        self.page.goto(address)

    def count(self, name: str) -> int:
        """How often an action was taken."""
        return self.played.counts.get(name, 0)

    def posts(self) -> int:
        """Every POST, whatever it was for."""
        return sum(count for name, count in self.played.counts.items() if name.startswith("POST "))

    def button(self, name: str) -> Locator:
        """The button of exactly that name."""
        return self.page.get_by_role("button", name=name, exact=True)

    def dialog(self) -> Locator:
        """The topmost dialog."""
        return self.page.locator(OPEN_DIALOG).last

    def training(self) -> Locator:
        """The button of the training row."""
        return self.page.locator('button[data-testid="improve-model-open-modal-button"]')

    def switch(self) -> Locator:
        """The training switch."""
        return self.page.locator('button[data-testid="improve-model-toggle"]')

    def profile(self) -> Locator:
        """The profile button that can be pressed."""
        return self.page.locator('nav [data-testid="accounts-profile-button"]')

    def fetched(self, action: str, body: str = "{}") -> int:
        """Post as the page could; `page.request` would leave the browser and ask the real network."""
        script = "async ([url, body]) => (await fetch(url, {method: 'POST', body})).status"
        return int(self.page.evaluate(script, [f"/rehearsal/{action}", body]))

    def answered(self, action: str, press: Locator) -> int:
        """Press, wait for the action's answer, and return its status."""
        with self.page.expect_response(f"**/rehearsal/{action}") as answer:
            press.click()
        return answer.value.status

    def tab_to(self, wanted: Locator) -> None:
        """Reach a control with the Tab key alone."""
        expect(wanted).to_be_visible()
        for _ in range(40):
            self.page.keyboard.press("Tab")
            if wanted.evaluate("node => node === document.activeElement"):
                return
        raise AssertionError(f"the Tab key does not reach {wanted}")

    def by_keys(self, *names: str) -> None:
        """Reach and press buttons with the keyboard alone."""
        for name in names:
            self.tab_to(self.button(name))
            self.page.keyboard.press("Enter")
