"""Which law: several may apply, the nearest general one in force is taken, and none is guessed."""

from __future__ import annotations

from datetime import date

import pytest

from dsr import places
from dsr.law import choice, packs
from dsr.law.choice import Applies
from dsr.model import Right

TODAY = date(2026, 11, 22)


def taken(residence: str, right: Right = Right.ACCESS, on: date = TODAY, place: str = "") -> str | None:
    found = choice.pick(residence, right, on, place)
    return found.id if found else None


def offered(residence: str, right: Right = Right.ACCESS, on: date = TODAY, place: str = "") -> dict[str, Applies]:
    return {one.pack.id: one.applies for one in choice.laws(residence, right, on, place)}


@pytest.mark.parametrize(
    ("residence", "place", "regime"),
    [
        ("DE-BE", "IE", "eu-gdpr"),
        ("DE-BE", "US-CA", "eu-gdpr"),
        ("IS", "", "eu-gdpr"),
        ("GB", "US-CA", "uk-gdpr"),
        ("GB-SCT", "IE", "uk-gdpr"),
        ("US-CA", "US-CA", "us-ca-ccpa"),
        ("US-TX", "US-CA", "us-tx"),
        ("CH", "IE", "ch-fadp"),
        ("CA-QC", "US-CA", "ca-qc"),
        ("CA-ON", "US-CA", "ca-pipeda"),
        ("CA-BC", "US-CA", "ca-pipeda"),
        ("AE", "US-CA", "ae-federal"),
        ("US-NY", "DE", "eu-gdpr"),
        ("EG", "GB-ENG", "uk-gdpr"),
        ("US-NY", "US-CA", None),
        ("US", "US-CA", None),
        ("US-WA", "US-CA", None),
        ("AQ", "", None),
        ("PE", "US-CA", None),
    ],
)
def test_taken(residence: str, place: str, regime: str | None) -> None:
    """The law of the residence goes before that of the company's seat, a verified law before recall, a general before a
    special one; and where none applies, none is taken."""
    assert taken(residence, place=place) == regime


@pytest.mark.parametrize(
    ("residence", "place", "expected"),
    [
        ("US-NY", "IE", {"eu-gdpr": Applies.YES}),
        ("BR", "DE", {"br-lgpd": Applies.YES, "eu-gdpr": Applies.YES}),
        ("DE", "GB-ENG", {"eu-gdpr": Applies.YES, "uk-gdpr": Applies.YES}),
        ("GB", "US-CA", {"uk-gdpr": Applies.YES, "uk-dpa-part3": Applies.NARROW}),
        ("CA-QC", "US-CA", {"ca-qc": Applies.YES, "ca-pipeda": Applies.YES}),
        ("US-CA", "US-CA", {"us-ca-ccpa": Applies.YES, "us-ca-delete-act": Applies.NARROW}),
        ("US-WA", "US-CA", {"us-wa-mhmda": Applies.NARROW}),
        ("US-NY", "US-CA", {}),
    ],
)
def test_offered(residence: str, place: str, expected: dict[str, Applies]) -> None:
    """Every law that may apply is offered: of the residence, of the seat where it protects everybody, and those for some."""
    assert offered(residence, place=place) == expected


@pytest.mark.parametrize(
    ("residence", "regime", "first_day"),
    [
        ("CL", "cl-21719", date(2026, 12, 1)),
        ("US-OK", "us-ok", date(2027, 1, 1)),
        ("US-LA", "us-la", date(2027, 1, 1)),
        ("US-AL", "us-al", date(2027, 5, 1)),
        ("IN", "in-dpdp", date(2027, 5, 14)),
        ("US-VT", "us-vt", date(2028, 1, 1)),
    ],
)
def test_not_yet(residence: str, regime: str, first_day: date) -> None:
    """A law that is not yet in force is offered as such, with its day, and taken from that day on."""
    day_before = date.fromordinal(first_day.toordinal() - 1)
    assert offered(residence, on=day_before) == {regime: Applies.NOT_YET}
    assert taken(residence, on=day_before) is None
    assert taken(residence, on=first_day) == regime


def test_version_of_the_day() -> None:
    """The answer period is that of the day: the United Kingdom before and after 5 February 2026."""
    before, after = (choice.laws("GB", Right.ACCESS, date(2026, 2, day))[0] for day in (4, 5))
    assert "before 5 February 2026" in before.article
    assert after.article == "Art. 12A UK GDPR"
    assert before.answer == after.answer == "1 month, 3 months if extended"


def test_no_training_opt_out_in_california() -> None:
    """California gives no general right to opt out of training, and what it gives instead is said."""
    found = choice.laws("US-CA", Right.TRAINING_OPT_OUT, TODAY)[0]
    assert (found.pack.id, found.gives, found.picked) == ("us-ca-ccpa", False, True)
    assert "no general Californian right to opt out of model training" in found.answer
    assert all(article in found.article for article in ("1798.120", "1798.121", "1798.105"))


def test_a_right_that_one_law_lacks() -> None:
    """A law that gives the right goes before a nearer one that does not."""
    lacking = [pack for pack in map(packs.find, packs.ids()) if pack.id == "ca-pipeda"]
    assert Right.PORTABILITY not in lacking[0].rights
    found = choice.laws("CA-QC", Right.PORTABILITY, TODAY)
    assert [(one.pack.id, one.gives) for one in found] == [("ca-qc", True), ("ca-pipeda", False)]


@pytest.mark.parametrize("right", Right)
def test_everywhere(right: Right) -> None:
    """For every place of the world and every right at most one law is taken, it is the first, and each says why and what."""
    homes = [*places.COUNTRIES, *(f"{code}-{part}" for code, parts in places.PARTS.items() for part in parts)]
    for home in homes:
        found = choice.laws(home, right, TODAY, "IE")
        assert [one.picked for one in found[1:]] == [False] * len(found[1:])
        assert found, "the GDPR binds a company in Ireland wherever the person lives"
        for one in found:
            assert one.why
            assert one.answer
            assert not one.gives or (one.article and one.url.startswith("https://"))
