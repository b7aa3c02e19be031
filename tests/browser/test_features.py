"""What the driven browser leaves out."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import playwright
import pytest

from dsr.browser import features
from dsr.browser.find import browser
from dsr.browser.session import opened


def test_what_playwright_leaves_out_is_left_out_still() -> None:
    """dsr's switch takes the place of Playwright's, and so says all that Playwright's says: a newer Playwright shows here."""
    driver = (Path(playwright.__file__).parent / "driver/package/lib/coreBundle.js").read_text(encoding="utf-8")
    listed = re.search(r"disabledFeatures = \[(.*?)\]", driver, re.DOTALL)
    assert listed is not None
    assert tuple(re.findall(r'^\s*"(\w+)",?$', listed[1], re.MULTILINE)) == features.PLAYWRIGHT


@pytest.mark.browser
def test_no_page_of_the_browsers_own_is_loaded(tmp_path: Path) -> None:
    """A browser that is driven loads the page it is sent to, and none for its own surface."""

    async def targets() -> list[dict[str, str]]:
        async with opened(browser(), tmp_path / "profile", headless=True) as context:
            session = await context.new_cdp_session(context.pages[0])
            await context.pages[0].goto("data:text/html,<title>ready</title>")
            found: list[dict[str, str]] = (await session.send("Target.getTargets", {"filter": [{}]}))["targetInfos"]
            return found

    own = [one["url"] for one in asyncio.run(targets()) if one["url"].startswith("chrome://")]
    assert own == []
