"""`dsr status`: what the cases show at each service, else what could be done, and what is next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Dsr = Callable[..., Any]


def shown(dsr: Dsr) -> dict[str, dict[str, str]]:
    return {row["controller"]: row for row in dsr("status", "--json").json()["data"]["rows"]}


def test_nothing_yet(dsr: Dsr, person_profile: None) -> None:
    """Without accounts and cases the person is told how to begin."""
    told = dsr("status")
    assert (told.exit_code, "dsr profile set account" in told.out) == (0, True)


def test_an_account_without_a_case(dsr: Dsr, person_profile: None) -> None:
    """An account shows what could be done there, what is known of photos, and the first step."""
    assert dsr("profile", "set", "account", "openai=ada@example.org").exit_code == 0
    row = shown(dsr)["openai"]
    assert row["training"] == "not asked; dsr can"
    assert row["photos"]
    assert row["next"] == "dsr opt-out openai"


def test_cases_speak(dsr: Dsr, person_profile: None) -> None:
    """A case shows its last turn with the date, a look is dated, and what needs the person is next."""
    assert dsr("request-export", "openai", "--via", "email", "--yes").exit_code == 0
    row = shown(dsr)["openai"]
    assert row["export"].startswith("begun, ")
    assert row["next"].startswith("dsr ")
    assert dsr("log", "openai-1", "sent", "--via", "email", "--on", "2026-11-02").exit_code == 0
    assert shown(dsr)["openai"]["export"] == "letter sent, 2 November 2026"
    assert dsr("log", "openai-1", "verified", "--on", "2026-11-03").exit_code == 0
    row = shown(dsr)["openai"]
    assert (row["export"], row["verified_on"]) == ("seen, 3 November 2026", "2026-11-03")
