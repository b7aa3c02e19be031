"""Opting out everywhere: one browser, a plan, each service by itself, and what is left can be gone on with."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dsr.cases import runs, sweep
from dsr.playbook import offers
from dsr.rehearsal import Rehearsal

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
