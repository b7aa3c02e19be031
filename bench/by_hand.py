"""The opt-out as one would write it by hand with Playwright: the yardstick for dsr's runner in `bench.py`.

It plays the same rehearsal from its own process, starts the same browser as Playwright does by itself (dsr leaves out more of
it, see `dsr/browser/features.py`), and does the same clicks: open the settings, open the row, read the switch, press it, wait
for the site's answer, load afresh, and read again.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from dsr import config, resources
from dsr.browser.find import browser
from dsr.rehearsal import Rehearsal

SETTINGS = "https://chatgpt.com/settings/data-controls"
QUIET = [
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
]


def opened(page: Page) -> bool:
    """Load the settings, open the row of the switch, and tell whether training is on."""
    page.goto(SETTINGS)
    page.get_by_test_id("improve-model-open-modal-button").click()
    return page.get_by_role("switch", name="Improve the model for everyone").get_attribute("aria-checked") == "true"


def opt_out(page: Page) -> None:
    """Turn the switch off and look again on a fresh load."""
    if not opened(page):
        sys.exit("training was off already")
    with page.expect_response(lambda response: response.request.method == "POST") as answer:
        page.get_by_role("switch", name="Improve the model for everyone").click()
    if not answer.value.ok:
        sys.exit(f"the site answered {answer.value.status}")
    if opened(page):
        sys.exit("training is still on")


def main() -> None:
    """Play the site, start the browser on a fresh profile, and do it."""
    site = resources.folder("playbooks") / "openai" / "rehearsal"
    chosen = browser(config.read(config.home()).browser)
    with (
        tempfile.TemporaryDirectory() as folder,
        Rehearsal([site], Path(folder) / "state.json") as played,
        sync_playwright() as playwright,
    ):
        context = playwright.chromium.launch_persistent_context(
            Path(folder) / "profile",
            executable_path=chosen.path,
            headless=True,
            chromium_sandbox=not (sys.platform == "linux" and Path("/proc/self").stat().st_uid == 0),
            args=[*QUIET, *played.browser_args],
        )
        opt_out(context.pages[0])
        context.close()
        if played.counts.get("training") != 1 or played.state["training"] != "off":
            sys.exit(f"the site counts {played.counts}")


if __name__ == "__main__":
    main()
