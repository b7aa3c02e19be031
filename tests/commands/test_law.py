"""`dsr law`: which law may apply, the list of all, and one law as a page with its sources."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from dsr.law import packs

Dsr = Callable[..., Any]
ROW = {"id", "short", "applies", "why", "gives", "answer", "article", "url", "confidence", "picked"}


def which(dsr: Dsr, *args: str) -> dict[str, Any]:
    told = dsr("law", "which", *args, "--json")
    assert (told.exit_code, told.err) == (0, "")
    data: dict[str, Any] = told.json()["data"]
    return data


def test_which_as_text(dsr: Dsr) -> None:
    """A person reads who is asked, each law with its reason, its period and its source, and how to take another."""
    told = dsr("law", "which", "--residence", "CA-QC", "openai", "--on", "2026-11-22")
    assert told.exit_code == 0
    lines = told.out.splitlines()
    assert lines[0] == "access: asked of OpenAI OpCo, LLC (US-CA) by a person who lives in CA-QC, on 2026-11-22"
    assert lines[1].startswith(" > ca-qc: ")
    assert lines[5].startswith("   ca-pipeda: PIPEDA ")
    assert "why: you live in CA-QC" in lines[2]
    assert lines[3].strip() == "answer: 30 days"
    assert lines[7].strip() == "answer: 30 days, 60 days if extended"
    assert "https://laws-lois.justice.gc.ca/" in lines[8]
    assert "--regime" in lines[-1]


def test_which_as_json(dsr: Dsr) -> None:
    """A program reads the pick and one row per law with fixed names."""
    data = which(dsr, "--residence", "CH", "openai", "--on", "2026-11-22")
    assert data.keys() == {"residence", "controller", "entity", "place", "right", "on", "pick", "rows"}
    assert (data["entity"], data["place"], data["pick"]) == ("OpenAI Ireland Limited", "IE", "ch-fadp")
    assert all(row.keys() == ROW for row in data["rows"])
    assert [(row["id"], row["picked"]) for row in data["rows"]] == [("ch-fadp", True), ("eu-gdpr", False)]
    assert "Art. 3(1) GDPR" in data["rows"][1]["why"]


def test_which_without_a_law(dsr: Dsr) -> None:
    """Where no law on file applies, that is the answer: no row, no pick, and what is on file for the country."""
    data = which(dsr, "--residence", "US-NY", "openai")
    assert (data["pick"], data["rows"]) == (None, [])
    told = dsr("law", "which", "--residence", "US-NY", "openai")
    assert (told.exit_code, "No law on file applies to people in US-NY" in told.out) == (0, True)
    assert "us-ca-ccpa" in told.out


def test_which_for_some_only(dsr: Dsr) -> None:
    """A law for some companies or data is offered with its limits and never taken by itself."""
    told = dsr("law", "which", "--residence", "US-WA", "openai")
    assert "only for some" in told.out
    assert " > " not in told.out
    assert "None of these is taken by itself" in told.out


def test_no_training_opt_out_in_california(dsr: Dsr) -> None:
    """California has no general right to opt out of training: `which`, `show` and `when` say so, and what there is."""
    calls = [
        ("law", "which", "--right", "training-opt-out", "--residence", "US-CA"),
        ("law", "show", "us-ca-ccpa"),
        ("when", "us-ca-ccpa", "training-opt-out", "--received", "2026-11-02"),
    ]
    for args in calls:
        told = dsr(*args)
        assert told.exit_code == 0
        assert "no general Californian right to opt out of model training" in told.out, args
        assert "1798.120, 1798.121, 1798.105" in told.out, args


def test_which_takes_the_profile(dsr: Dsr, person_profile: None) -> None:
    """Without --residence the profile's counts; without a controller the law of the residence is all that is known."""
    assert which(dsr, "openai")["residence"] == "DE-BE"
    data = which(dsr)
    assert (data["pick"], data["entity"], data["place"]) == ("eu-gdpr", None, None)


def test_which_needs_a_residence(dsr: Dsr) -> None:
    """Without a profile and without --residence there is nothing to choose by."""
    told = dsr("law", "which", "openai")
    assert (told.exit_code, told.err.splitlines()[1]) == (11, "dsr: hint: dsr profile init")


@pytest.mark.parametrize("word", ["delete", "Erasure", "correct", "know", "training_opt_out"])
def test_which_understands_the_words_of_laws(dsr: Dsr, word: str) -> None:
    """The right may be named in the words that all laws share."""
    assert which(dsr, "--residence", "US-CA", "--right", word)["rows"][0]["id"] == "us-ca-ccpa"


@pytest.mark.parametrize("residence", ["DE-BE", "GB-SCT", "US-CA", "US-TX", "CA-QC", "CA-BC", "CH", "US-NY"])
def test_a_request_takes_the_same_law(dsr: Dsr, residence: str) -> None:
    """A request is made under the law that `which` marks: there is one way to choose."""
    dsr("profile", "init", "--name", "Ada", "--email", "a@example.org", "--residence", residence)
    opened = dsr("request-export", "openai", "--via", "portal", "--yes", "--json").json()["data"]["case"]
    assert dsr("show", opened, "--json").json()["data"]["request"]["regime"] == which(dsr, "openai")["pick"]


def test_a_request_names_the_other_laws(dsr: Dsr) -> None:
    """Where another law may apply too, the front door says which, and how to take it; where none does, it says nothing."""
    dsr("profile", "init", "--name", "Ada", "--email", "a@example.org", "--residence", "CH")
    told = dsr("request-export", "openai", "--dry-run").out
    assert "Another law may apply, if you choose it: GDPR (--regime eu-gdpr)." in told
    dsr("profile", "set", "residence", "DE-BE")
    assert "Another law" not in dsr("request-export", "openai", "--dry-run").out


def test_a_request_takes_the_law_that_is_named(dsr: Dsr) -> None:
    """--regime chooses another law than the marked one."""
    dsr("profile", "init", "--name", "Ada", "--email", "a@example.org", "--residence", "CH")
    named = ("request-export", "openai", "--via", "email", "--yes", "--regime", "eu-gdpr", "--json")
    opened = dsr(*named).json()["data"]["case"]
    assert dsr("show", opened, "--json").json()["data"]["request"]["regime"] == "eu-gdpr"


def test_list(dsr: Dsr) -> None:
    """Every law on file is listed with its territory, since when it holds, and how well it is founded."""
    told = dsr("law", "list")
    lines = {line.split()[0]: line for line in told.out.splitlines()}
    assert lines.keys() == {"LAW", *packs.ids()}
    assert re.search(r"EEA +from 25 May 2018 +high$", lines["eu-gdpr"])
    assert "(only for some)" in lines["us-ca-delete-act"]
    rows = dsr("law", "list", "--json").json()["data"]["rows"]
    assert [row["id"] for row in rows] == list(packs.ids())
    for row in rows:
        assert row.keys() == {"id", "short", "territory", "in_force_from", "in_force_until", "confidence"}
        assert ("unverified" in lines[row["id"]]) == (row["confidence"] in ("low", "recall"))


@pytest.mark.parametrize("regime", packs.ids())
def test_show(dsr: Dsr, regime: str) -> None:
    """The page of a law holds every right, every clock, and every rule's article and URL; what is unverified is marked."""
    pack = packs.find(regime)
    page = dsr("law", "show", regime).out
    for where, rule in packs.citations(pack):
        assert rule.article in page, where
        assert rule.url in page, where
        if not pack.sure(rule).firm:
            assert f"{rule.article}  {rule.url}  [unverified: check it there]" in page, where
    for named in (*pack.rights, *pack.notes, *(clock.kind for clock in pack.clock), pack.narrow, pack.name):
        assert named in page
    for clock in pack.clock:
        assert str(clock.period) in page
        assert clock.note in page
    assert "not legal advice" in page


def test_show_as_json(dsr: Dsr) -> None:
    """A program reads the whole pack; an alias finds it."""
    data = dsr("law", "show", "GDPR", "--json").json()["data"]
    assert data["id"] == data["law"]["id"] == "eu-gdpr"
    assert data["law"]["rights"]["access"]["article"] == "Art. 15 GDPR"
