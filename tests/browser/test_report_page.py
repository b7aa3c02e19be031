"""The report in a real Chromium: it asks for nothing, everybody can read and reach everything, and paper keeps the bars."""

from __future__ import annotations

import os
import re
import zlib
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from dsr import registry
from dsr.browser.find import browser
from dsr.cases import page as report
from dsr.cases.desk import Desk
from dsr.model import Entity, Event, EventKind, Evidence, Request, Right, Route, Subject
from dsr.report import Terminal
from dsr.store import Ledger

pytestmark = pytest.mark.browser

K = EventKind
TODAY = date(2026, 11, 25)
NASTY = "<img src=x onerror=fetch('//evil.example')><script>document.title='taken'</script>\u202e\x1b[31m"
# What happened to each company's case, and how many days ago: of every kind of bar, status and mark on the page.
LIVES: dict[str, tuple[tuple[EventKind, int], ...]] = {
    "openai": ((K.DRAFTED, 44), (K.SENT, 44), (K.ACKNOWLEDGED, 42), (K.EXTENDED, 15)),
    "anthropic": ((K.DRAFTED, 55), (K.SENT, 55)),
    "google-gemini": ((K.DRAFTED, 72), (K.SENT, 72), (K.DENIED, 48)),
    "midjourney": ((K.DRAFTED, 36), (K.SENT, 36), (K.ANSWERED, 2), (K.DOWNLOADED, 1)),
    "botpress": ((K.DRAFTED, 3),),
    "hostile": ((K.DRAFTED, 16), (K.SENT, 16), (K.IDENTITY_REQUESTED, 13), (K.IDENTITY_GIVEN, 8)),
}


def life(slug: str, home: Path) -> tuple[Request, list[Event]]:
    """One made-up case of a person in Berlin."""
    at = datetime(2026, 11, 1, tzinfo=UTC)
    known = slug in registry.slugs()
    entity = registry.find(slug).entity("DE-BE") if known else Entity(NASTY, "IE")
    (home / f"{slug}.txt").write_text("a letter")
    kept = tuple(Evidence("letter-text", "0" * 64, path, at) for path in (f"{slug}.txt", "gone.txt"))
    events = [
        Event(
            kind=kind,
            on=TODAY - timedelta(days=ago),
            recorded_at=at,
            route=Route.EMAIL if kind in (K.DRAFTED, K.SENT) else None,
            note="" if known else NASTY + "w" * 300,
            data={"suspension": "denied"} if kind == K.IDENTITY_REQUESTED else {},
            evidence=kept if kind == K.DRAFTED else (),
        )
        for kind, ago in LIVES[slug]
    ]
    name = slug if known else NASTY
    request = Request(f"{slug}-1", "me", name, "eu-gdpr", Right.ACCESS, entity, "DE-BE", "ABCD-EFGH", at)
    return request, events


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of all these cases, as `dsr report` writes it."""
    home = tmp_path_factory.mktemp("home")
    with Ledger(home) as ledger:
        ledger.put_subject(Subject(id="me", name="Ada Lovelace", residence="DE-BE", language="en"))
        for request, events in (life(slug, home) for slug in LIVES):
            ledger.add(lambda _, one=request: one, lambda _, first=events[0]: first)  # type: ignore[misc]
            for event in events[1:]:
                ledger.append(request.id, event)
        desk = Desk(home=home, ledger=ledger, person=Terminal(as_json=True), now=lambda: datetime.now(UTC), today=TODAY)
        report.written(desk, home / "report.html")
    return home / "report.html"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for all of these tests."""
    with sync_playwright() as playwright:
        root = hasattr(os, "geteuid") and os.geteuid() == 0
        started = playwright.chromium.launch(executable_path=browser().path, chromium_sandbox=not root)
        yield started
        started.close()


@pytest.fixture
def opened(chromium: Browser, written: Path, request: pytest.FixtureRequest) -> Iterator[tuple[Page, list[str]]]:
    """The report in a fresh window, and every address that the browser asked for; the parameter says how the window is."""
    context = chromium.new_context(**getattr(request, "param", {}))
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url))
    page.on("console", lambda one: asked.append(f"console: {one.text}"))
    page.goto(written.as_uri())
    yield page, asked
    context.close()


WINDOWS = [
    {"color_scheme": "light", "viewport": {"width": 360, "height": 800}},
    {"color_scheme": "dark", "viewport": {"width": 1280, "height": 800}},
]


@pytest.mark.parametrize(
    "opened", WINDOWS, indirect=True, ids=lambda one: f"{one['color_scheme']}-{one['viewport']['width']}"
)
def test_everybody_can_read_it(opened: tuple[Page, list[str]]) -> None:
    """axe-core finds no violation, narrow and light, wide and dark, with all details open; nothing is wider than the window; and
    the page asks for nothing but itself."""
    page, asked = opened
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response
    assert [(one["id"], one["nodes"][0]["html"][:200]) for one in found["violations"]] == []
    assert any(one["id"] == "color-contrast" for one in found["passes"])
    wide = (
        "[...document.querySelectorAll('body *')].filter(one => one.getBoundingClientRect().right > innerWidth + 0.5 && \
      !one.closest('svg')).map(one => one.outerHTML.slice(0, 100))"
    )
    assert page.evaluate(wide) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert asked == [page.url]


def test_hostile_names_do_nothing(opened: tuple[Page, list[str]]) -> None:
    """What a hostile company is called stands there as text: no picture, no script, no other title, no turned line."""
    page, asked = opened
    assert page.title() == "Data requests of Ada Lovelace"
    assert page.locator("img, script, iframe").count() == 0
    text = page.locator("body").inner_text()
    assert "<img src=x onerror=fetch('//evil.example')><script>" in text
    assert "[U+202E]" in text
    assert "\u202e" not in text
    assert asked == [page.url]


@pytest.mark.parametrize("opened", [{"java_script_enabled": False}], indirect=True, ids=["no script"])
def test_it_works_without_script(opened: tuple[Page, list[str]]) -> None:
    """Without script every case, bar and detail is there; a detail opens when it is pressed."""
    page, _ = opened
    assert page.locator("article svg.bar").count() >= len(LIVES)
    detail = page.locator("#openai-1 details").first
    detail.locator("summary").click()
    assert detail.locator("p").is_visible()


def test_everything_is_reached_by_keyboard(opened: tuple[Page, list[str]]) -> None:
    """Tab alone reaches the way to the content first, then every link and detail, each with a visible ring; Enter opens."""
    page, _ = opened
    wanted = page.evaluate(
        "[...document.querySelectorAll('a[href], summary')].filter(one => one.checkVisibility()).length"
    )
    page.evaluate("""() => { window.seen = []; document.addEventListener('focusin', ({target: one}) => window.seen.push(
      [one.tagName, one.textContent.trim().slice(0, 30), getComputedStyle(one).outlineStyle])) }""")
    for _ in range(wanted):
        page.keyboard.press("Tab")
    seen = [(tag, text) for tag, text, ring in page.evaluate("window.seen") if ring != "none"]
    assert seen[0] == ("A", "Skip to the content")
    assert len(seen) == wanted
    page.locator("#openai-1 summary").first.focus()
    page.keyboard.press("Enter")
    assert page.locator("#openai-1 details[open]").count() == 1


def test_every_bar_has_words(opened: tuple[Page, list[str]]) -> None:
    """Each bar is a picture with a name that says what it shows: from when, until when, and what became of it."""
    page, _ = opened
    names = page.eval_on_selector_all("svg.bar[role=img]", "all => all.map(one => one.getAttribute('aria-label'))")
    shape = re.compile(r".+: from \d+ \w+ \d{4} to \d+ \w+ \d{4}\. .+ \d{4}")
    assert len(names) > len(LIVES)
    assert [name for name in names if not shape.match(name)] == []
    assert (
        page.get_by_role("img", name="answer, extended: from 12 Oct 2026 to 12 Jan 2027. Due 12 January 2027").count()
        == 2
    )


def test_paper_keeps_the_bars(opened: tuple[Page, list[str]]) -> None:
    """Printed, the bars have the light page's colours, whatever the screen's scheme, and how each date was counted is open."""
    page, _ = opened
    page.emulate_media(color_scheme="dark", media="print")
    colours = fills(page.pdf(format="A4"))
    assert {"1d5b66", "b5d0d3", "e3c58b", "a5291d", "2f6b41"} <= colours
    assert "14181b" not in colours
    assert page.locator("#openai-1 details p").first.is_visible()
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"


def fills(pdf: bytes) -> set[str]:
    """The colours that a PDF fills something with, as six hexadecimal digits."""
    found = set()
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            drawn: Any = zlib.decompress(stream)
        except zlib.error:
            continue
        for numbers in re.findall(rb"([\d.]+) ([\d.]+) ([\d.]+) rg\b", drawn):
            found.add("".join(f"{round(255 * float(number)):02x}" for number in numbers))
    return found


def test_a_page_of_one_case_is_enough(chromium: Browser, written: Path, tmp_path: Path) -> None:
    """The file needs nothing beside it: moved elsewhere it is the same page."""
    moved = tmp_path / "elsewhere.html"
    moved.write_bytes(written.read_bytes())
    page = chromium.new_page()
    page.goto(moved.as_uri())
    assert page.locator("h1").inner_text() == "Data requests of Ada Lovelace"
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).fontWeight") == "500"
    page.close()
