"""The played sites in one real Chromium for each module of tests; each test has a page and a state of its own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from playing import Play
from playwright.sync_api import BrowserContext, sync_playwright

from dsr.rehearsal import Rehearsal
from dsr.rehearsal.mutations import LOOKALIKE
from dsr.resources import folder

HOSTS = {"chatgpt.com", "privacy.openai.com", "look-alike.example"}


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Rehearsal, BrowserContext]]:
    """The sites, played, and a browser that believes in them."""
    place = tmp_path_factory.mktemp("rehearsal")
    sites = [folder("playbooks") / "openai" / "rehearsal", LOOKALIKE]
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    browser = os.environ.get("DSR_BROWSER") or next(filter(None, map(shutil.which, names)), None)
    with Rehearsal(sites, place / "state.json") as played, sync_playwright() as playwright:
        opened = playwright.chromium.launch_persistent_context(
            place / "profile", executable_path=browser, args=played.browser_args
        )
        yield played, opened
        opened.close()


@pytest.fixture
def play(context: tuple[Rehearsal, BrowserContext]) -> Iterator[Play]:
    """A fresh page on sites that are as declared; afterwards no script has failed and nobody else was asked."""
    played, opened = context
    played.reset()
    page = opened.new_page()
    page.set_default_timeout(10_000)
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    yield Play(played, page)
    page.close()
    assert problems == []
    assert {asked.host for asked in played.log} <= HOSTS
