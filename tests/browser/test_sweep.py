"""Opting out everywhere: one browser, a plan, each service by itself, and what is left can be gone on with."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from dsr.browser.outcome import Report
from dsr.cases import runs, sweep
from dsr.cases.desk import Desk
from dsr.cases.runs import Piece
from dsr.cases.tour import Tour
from dsr.model import Outcome
from dsr.playbook import offers, read
from dsr.rehearsal import Rehearsal
from dsr.report import Terminal
from dsr.store import Ledger

pytestmark = pytest.mark.browser
Dsr = Callable[..., Any]
ALL = ("opt-out", "--all", "--rehearse", "--headless", "--yes", "--json")


def rows(told: Any) -> dict[str, tuple[str, str]]:
    return {row["controller"]: (row["became"], row["note"]) for row in told.json()["data"]["rows"]}


def counts(home: Path, slug: str) -> dict[str, int]:
    kept: dict[str, int] = json.loads((home / "rehearsal" / "sites" / f"{slug}.json").read_text())["counts"]
    return kept


def test_everywhere(dsr: Dsr, home: Path) -> None:
    """What dsr may press is done, what it may only show waits for the person: partly done, exit 3; the rest is gone on with."""
    told = dsr(*ALL)
    found = rows(told)
    assert found["openai"][0] == "done", found
    assert found["anthropic"][0] == "needs you", found
    assert (told.exit_code, counts(home, "openai")["training"]) == (3, 1)
    again = dsr(*ALL, "--resume")
    assert rows(again)["openai"] == ("already done", "by an earlier run")
    assert counts(home, "openai")["training"] == 1
    looked = dsr(*ALL)
    assert rows(looked)["openai"][0] == "already done"
    assert counts(home, "openai")["training"] == 1
    assert (
        dsr("opt-out", "openai", "--rehearse", "--headless", "--yes", "--json").json()["data"]["outcome"]
        == "already-done"
    )


def test_a_failure_is_told_and_ends_nothing(dsr: Dsr, home: Path) -> None:
    """Where one site is down, the others are visited all the same."""
    assert dsr("rehearse", "list").exit_code == 0
    place = home / "rehearsal"
    place.mkdir(parents=True, exist_ok=True)
    with Rehearsal(
        [runs.resources.folder("playbooks") / "openai" / "rehearsal"], runs.state_file(place, "openai")
    ) as site:
        site.set(page_status=503)
    told = dsr(*ALL)
    found = rows(told)
    assert found["openai"][0] == "failed"
    assert set(found) >= {"anthropic", "openai"}
    assert told.exit_code in (3, 10)


def test_a_browser_that_ended_is_started_anew(tmp_path: Path) -> None:
    """Where the common browser is gone in the middle of the way, the next service is visited in a new one."""

    async def ends(page: Any) -> Report:
        await page.context.browser.close()
        return Report(outcome=Outcome.BLOCKED, note="the browser was closed")

    async def looks(page: Any) -> Report:
        await page.goto("https://chatgpt.com/")
        return Report(outcome=Outcome.VERIFIED, note=await page.title())

    person = Terminal(as_json=True)
    with Ledger(tmp_path) as ledger:
        now = datetime(2026, 11, 26, 12, tzinfo=UTC)
        desk = Desk(home=tmp_path, ledger=ledger, person=person, now=lambda: now, today=now.date(), rehearsal=True)
        book, service = read.load("openai/training-opt-out"), read.service("openai")
        piece = Piece(book=book, service=service, subject=desk.subject(), slug="openai", headless=True)
        with Tour(desk, ["openai"], headless=True) as tour:
            assert tour.stage(desk, piece, ends)[0].outcome == Outcome.BLOCKED
            assert tour.stage(desk, piece, looks)[0].note


def test_a_sign_in_goes_both_ways(dsr: Dsr, home: Path) -> None:
    """The sign-in of a service's own profile serves the common browser, and what that one leaves serves the profile again."""
    assert dsr("opt-out", "openai", "--rehearse", "--headless", "--yes").exit_code == 0
    (folder,) = (home / "rehearsal" / "browser").iterdir()
    kept = folder / "dsr-signed-in.json"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert not (folder / "dsr-signed-in.ahead").exists()
    assert rows(dsr(*ALL))["openai"][0] == "already done"
    assert (folder / "dsr-signed-in.ahead").exists()
    assert dsr("login", "openai", "--rehearse", "--headless").exit_code == 0
    assert not (folder / "dsr-signed-in.ahead").exists()


def test_a_plan_first(dsr: Dsr) -> None:
    """With --dry-run the plan is all: nothing is opened."""
    told = dsr("opt-out", "--all", "--rehearse", "--dry-run", "--json")
    assert told.exit_code == 0
    assert {row["became"] for row in told.json()["data"]["rows"]} == {""}


def test_no_account_at_any_service(dsr: Dsr, person_profile: None) -> None:
    """A profile without accounts is told how to name one."""
    told = dsr("opt-out", "--all")
    assert told.exit_code == 11
    assert "dsr profile set account" in told.err


@pytest.mark.parametrize(
    "args", [(), ("openai", "--all"), ("--resume",), ("--all", "--via", "email"), ("openai", "--list")]
)
def test_one_wish_at_a_time(dsr: Dsr, args: tuple[str, ...]) -> None:
    """One company, or all, or the list."""
    assert dsr("opt-out", *args).exit_code == 2


def test_the_list(dsr: Dsr) -> None:
    """Every service stands in the list with its state, default and the age of its fact."""
    found = dsr("opt-out", "--list", "--json").json()["data"]["rows"]
    assert [row["controller"] for row in found] == list(offers.controllers())
    assert all(row["state"] in set(offers.State) and row["age"] in set(offers.Age) for row in found)


@pytest.fixture
def ada(dsr: Dsr, person_profile: None) -> Callable[..., dict[str, dict[str, str]]]:
    """The sweep of Ada's services that are named, none of them in a browser; each row by service."""

    def go(*slugs: str) -> dict[str, dict[str, str]]:
        for slug in slugs:
            dsr("profile", "set", "account", f"{slug}=ada@example.org")
        return {row["controller"]: row for row in dsr("opt-out", "--all", "--yes", "--json").json()["data"]["rows"]}

    return go


def test_where_nothing_trains_no_letter_is_written(ada: Callable[..., Any], dsr: Dsr) -> None:
    """A service that does not train on what people enter is told as done, and gets no letter; `dsr status` says so too."""
    found = ada("zoom", "stability-ai")
    assert (found["zoom"]["became"], found["stability-ai"]["became"]) == ("already done", "letter written")
    assert [row["controller"] for row in dsr("list", "--json").json()["data"]["rows"]] == ["stability-ai"]
    (zoom,) = [row for row in dsr("status", "--json").json()["data"]["rows"] if row["controller"] == "zoom"]
    assert (zoom["training"], zoom["next"]) == ("nothing to switch off", "")


def test_what_the_profile_lacks_needs_the_person(ada: Callable[..., Any]) -> None:
    """A missing field is no failure: the person is told which, with the command that fills it in."""
    found = ada("midjourney")["midjourney"]
    assert found["became"] == "needs you"
    assert "dsr profile set address" in found["note"]


def test_who_decides_is_told(ada: Callable[..., Any], dsr: Dsr) -> None:
    """Where a workspace is run by somebody else, the person hears of it before a letter is written."""
    assert ada("slack")["slack"]["became"] == "letter written"
    told = dsr("opt-out", "--all", "--yes")
    assert "whoever runs the workspace decides, not Slack" in told.out + told.err


@pytest.mark.parametrize(
    ("became", "code"),
    [
        (("done", "already done", "letter written"), 0),
        (("done", "needs you"), 3),
        (("failed", "letter written"), 3),
        (("needs you", "failed"), 10),
        (("failed",), 1),
    ],
)
def test_exit_codes(became: tuple[str, ...], code: int) -> None:
    """0 all settled, 3 partly, 10 where only the person can go on, 1 where everything failed."""
    stops = [sweep.Stop(controller="x", name="X", state=offers.State.AUTOMATIC, does="", became=one) for one in became]
    assert sweep.exit_code(stops) == code
