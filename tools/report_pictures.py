"""Make the two pictures of the report in docs/ anew: `report_pictures.py FOLDER` writes them, and the report, into a folder.

The six cases are made up, and so is Ada; the companies, the laws and what is counted from the dates are real. Letters depend on
the fonts of the machine: the pictures of docs/ were made with Inter as its sans-serif font and P052 as its serif one.
"""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from pathlib import Path

from playwright.sync_api import sync_playwright

from dsr import registry
from dsr.browser.find import browser
from dsr.cases import page
from dsr.cases.desk import Desk
from dsr.model import Event, EventKind, Request, Right, Route, Subject
from dsr.report import Terminal
from dsr.store import Ledger

K = EventKind
TODAY = date(2026, 11, 25)
_Life = tuple[tuple[EventKind, date, str], ...]


def _day(month: int, day: int) -> date:
    return date(2026, month, day)


CASES: tuple[tuple[str, Right, Route, _Life], ...] = (
    (
        "openai",
        Right.ACCESS,
        Route.EMAIL,
        (
            (K.DRAFTED, _day(10, 12), ""),
            (K.SENT, _day(10, 12), ""),
            (K.EXTENDED, _day(11, 9), "Many requests, they say."),
        ),
    ),
    ("anthropic", Right.ERASURE, Route.EMAIL, ((K.DRAFTED, _day(10, 1), ""), (K.SENT, _day(10, 1), ""))),
    (
        "google-gemini",
        Right.OBJECTION,
        Route.EMAIL,
        (
            (K.DRAFTED, _day(9, 14), ""),
            (K.SENT, _day(9, 14), ""),
            (K.ANSWERED, _day(10, 2), "They stopped the use for training."),
        ),
    ),
    ("openai", Right.TRAINING_OPT_OUT, Route.EMAIL, ((K.DRAFTED, _day(11, 24), ""), (K.WITHDRAWN, _day(11, 24), ""))),
    (
        "openai",
        Right.ERASURE,
        Route.EMAIL,
        (
            (K.DRAFTED, _day(11, 9), ""),
            (K.SENT, _day(11, 9), ""),
            (K.IDENTITY_REQUESTED, _day(11, 12), "They asked for a copy of my identity card; I contest that."),
            (K.IDENTITY_GIVEN, _day(11, 17), "Sent a reply from the account's own address instead."),
        ),
    ),
    ("google-gemini", Right.ACCESS, Route.POST, ((K.DRAFTED, _day(11, 13), ""), (K.SENT, _day(11, 13), ""))),
)


def _add(ledger: Ledger, slug: str, right: Right, route: Route, life: _Life) -> None:
    at = datetime(2026, 11, 25, 9, tzinfo=UTC)
    events = [
        Event(
            kind=kind,
            on=on,
            recorded_at=at,
            by="dsr" if kind is K.DRAFTED else "person",
            route=route if kind in (K.DRAFTED, K.SENT) else None,
            note=note,
            data={"suspension": "denied"} if kind is K.IDENTITY_REQUESTED else {},
        )
        for kind, on, note in life
    ]
    entity = registry.find(slug).entity("DE-BE")
    made = ledger.add(
        lambda number: Request(
            f"{slug}-{number}", "me", slug, "eu-gdpr", right, entity, "DE-BE", f"KXY{number}-2QDS", at
        ),
        lambda _: events[0],
    )
    for event in events[1:]:
        ledger.append(made.id, event)


def main(folder: Path) -> None:
    """Write the report and both pictures."""
    folder.mkdir(parents=True)
    with Ledger(folder) as ledger:
        ledger.put_subject(Subject(id="me", name="Ada Lovelace", residence="DE-BE", language="en"))
        for case in CASES:
            _add(ledger, *case)
        now = datetime(2026, 11, 25, 12, tzinfo=UTC)
        desk = Desk(home=folder, ledger=ledger, person=Terminal(as_json=True), now=lambda: now, today=TODAY)
        page.written(desk, folder / "report.html")
    with sync_playwright() as play:
        driven = play.chromium.launch(executable_path=browser().path, args=["--no-sandbox"])
        wide = driven.new_page(viewport={"width": 1280, "height": 1262}, color_scheme="light")
        wide.goto((folder / "report.html").as_uri())
        wide.screenshot(path=folder / "report-desktop.png")
        phone = driven.new_page(viewport={"width": 390, "height": 952}, color_scheme="dark")
        phone.goto((folder / "report.html").as_uri())
        phone.locator("#openai-5").evaluate("one => one.scrollIntoView({behavior: 'instant'})")
        phone.screenshot(path=folder / "report-phone.png")
        driven.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
