"""The persons, the case and the choices with which every letter is tried; nothing here is a test."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

from msgspec.structs import replace

from dsr.law import packs
from dsr.letters import (
    ITEMS,
    KINDS,
    Asks,
    FollowUp,
    Form,
    Happened,
    Letter,
    Party,
    Story,
    asked_items,
    available,
    render,
)
from dsr.model import Address, Entity, EventKind, Right, Route, Subject

REFERENCE = "R-7K2M"
ON = date(2026, 11, 22)
ADA = Subject(
    id="ada",
    name="Ada Lovelace",
    emails=("ada@home.example", "ada@work.example"),
    address=Address(("Kastanienallee 1", "10435 Berlin"), "DE"),
    accounts={"lumen": "ada@account.example"},
)
STRANGER = Subject(id="ada", name="Ada Lovelace", emails=("ada@home.example",), address=ADA.address)
LUMEN = Entity("Lumen Labs Ireland Limited", "IE", ("1 Grand Canal Street", "Dublin 2", "Ireland"))
STORY = Story(
    asked_on=date(2026, 9, 1),
    route=Route.EMAIL,
    received_on=date(2026, 9, 2),
    due_on=date(2026, 10, 2),
    due_article="",
    said_on=date(2026, 9, 20),
    quoted="We need more from you.",
    extended_to=date(2026, 12, 1),
    missing=ITEMS,
    events=(
        Happened(date(2026, 9, 1), EventKind.SENT),
        Happened(date(2026, 9, 20), EventKind.IDENTITY_REQUESTED, "a passport"),
        Happened(date(2026, 10, 5), EventKind.REMINDED),
    ),
    enclosures=("Request of 1 September 2026", "Message of 20 September 2026"),
    authority=Party(name="Watchdog of Examples", address=("Street 1", "12345 Town"), language="en"),
)
BARE = Story(asked_on=date(2026, 9, 1), due_on=date(2026, 10, 2), missing=("15(3)",))
FULL = Asks(
    grounds="I write about my health.",
    correct=(("born 1816", "born 1815"), ("Miss", "Ms")),
    transmit_to="Babbage Ltd",
    consents=("newsletters", "research"),
    decision="my account was suspended",
)
# Every shape of person, route and choice that a letter must bear.
SHAPES: dict[str, dict[str, Any]] = {
    "account": {},
    "no account, by post": {"subject": STRANGER, "route": Route.POST, "asks": FULL},
    "no address": {"subject": Subject(id="x", name="Ada", emails=("a@b.example",)), "route": Route.PORTAL},
    "name only": {"subject": Subject(id="x", name="Ada"), "route": Route.PORTAL, "story": BARE},
    "no e-mail, by post": {"subject": Subject(id="x", name="Ada", address=ADA.address), "route": Route.POST},
    "name in no Latin letters": {"subject": Subject(id="x", name="Зінаїда Ґалаґан 名前", emails=("z@b.example",))},
    "for a child": {"asks": Asks(for_child="Ben Lovelace", authority="birth certificate", whole_account=True)},
    "by mandate": {"subject": STRANGER, "asks": Asks(mandate="Ben Lovelace", authority="authorisation, signed")},
    "only this": {"asks": Asks(only="the photos of 3 May", photos_of_others=True)},
    "whole account, no account known": {"subject": STRANGER, "asks": Asks(whole_account=True), "story": BARE},
    "account stays": {"subject": STRANGER, "asks": Asks(keep_account=True)},
}
LETTERS = available()
LANGS = sorted({lang for _, _, lang in LETTERS})
# Laws whose letters are kept as golden texts in full; every other law's as what differs from its model's.
MAIN = ("eu-gdpr", "uk-gdpr", "ch-fadp", "us-ca-ccpa", "us-va", "br-lgpd", "ca-pipeda", "ca-qc")


def model(regime: str) -> str:
    """The main law that a law's letters are compared with."""
    return "us-va" if regime.startswith("us-") else "br-lgpd"


@cache
def rights(regime: str, name: str) -> tuple[Right, ...]:
    """What a letter of that name may be about under a law; the usual one first."""
    pack = packs.find(regime)
    mine = tuple(one for one in KINDS[name].rights if one in pack.rights)
    return mine or KINDS[name].rights[:1]


@cache
def story(regime: str) -> Story:
    """The case as a letter under that law can tell it: only what its request asked for can lack in the answer."""
    return replace(STORY, missing=asked_items(regime))


def write(regime: str = "eu-gdpr", name: str = "access", lang: str = "en", **changes: Any) -> Letter:
    """A letter of Ada's to Lumen, by e-mail and on a day on which the law is in force, unless told."""
    if name == Form.AUTHORISATION and not changes.get("asks", Asks()).acting_for:
        changes["asks"] = Asks(mandate="Ben Lovelace")
    values = {
        "subject": ADA,
        "right": rights(regime, name)[0] if regime in packs.ids() and name in KINDS else Right.ACCESS,
        "controller": "lumen",
        "entity": LUMEN,
        "service": "Lumen",
        "reference": REFERENCE,
        "on": max(ON, packs.find(regime).in_force_from) if regime in packs.ids() else ON,
        "route": Route.EMAIL,
        "story": story(regime) if name in set(FollowUp) else None,
    }
    if changes.get("story") and name not in set(FollowUp):
        changes.pop("story")
    return render(regime=regime, name=name, lang=lang, **(values | changes))  # type: ignore[arg-type]
