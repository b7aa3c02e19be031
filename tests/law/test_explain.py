"""`dsr when --explain`: the arithmetic of each date, the timeline, and what the laws' own words for rights and events mean."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Dsr = Callable[..., Any]
EU = ("when", "eu-gdpr", "access", "--country", "IE", "--received", "2026-11-25")
UK = ("when", "uk-gdpr", "access", "--country", "GB-ENG")
PAUSE = ("--event", "clarification_requested=2026-02-20", "--event", "clarification_received=2026-02-27")


def steps(told: Any) -> list[str]:
    """What `--explain` adds to the answer, without indentation and with single spaces."""
    lines = told.out.splitlines()
    return [" ".join(line.split()) for line in lines[lines.index("How each date was counted") + 1 :]]


def bars(told: Any) -> dict[str, str]:
    lines = told.out.splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith("  timeline, "))
    return {line.split()[0]: line.split(maxsplit=1)[1] for line in lines[first + 1 : -1]}


def test_steps(dsr: Dsr) -> None:
    """Start, period, bare end, each day passed over with its reason, and the day that is left, with the article."""
    assert steps(dsr(*EU, "--explain"))[:9] == [
        "response: Art. 12(3) GDPR",
        "start 2026-11-25 Wed 'received'; the day itself is not counted",
        "period 1 month",
        "ends 2026-12-25 Fri the bare count",
        "moved 2026-12-25 Fri Christmas Day",
        "moved 2026-12-26 Sat Saint Stephen's Day",
        "moved 2026-12-27 Sun Sunday",
        "due 2026-12-28 Mon Art. 3(4) Reg. 1182/71",
        "latest 2026-12-28 Mon no reading of the law ends later",
    ]


def test_steps_of_a_pause(dsr: Dsr) -> None:
    """A pause is shown from its first to its last day, with the number of days."""
    told = steps(dsr(*UK, "--received", "2026-02-16", *PAUSE, "--explain"))
    assert "pause 2026-02-20 Fri to 2026-02-27 Fri: 8 days not counted" in told


def test_steps_of_a_restart(dsr: Dsr) -> None:
    """A period that begins anew says with what it begins."""
    events = ("--event", "id_requested=2026-03-03", "--event", "id_received=2026-03-20")
    told = steps(dsr(*UK, "--received", "2026-03-02", *events, "--explain"))
    assert "start 2026-03-20 Fri 'identity-given'; the day itself is not counted" in told


def test_steps_of_working_days(dsr: Dsr) -> None:
    """A count of working days names each holiday that it leaves out, and how many days of weekends."""
    told = steps(dsr("when", "us-ca-ccpa", "opt-out", "--received", "2026-11-20", "--explain"))
    assert "left out 2026-11-26 Thu Thanksgiving Day" in told
    assert "left out 8 days of weekends" in told
    assert "ends 2026-12-15 Tue the bare count" in told


def test_steps_of_the_latest_reading(dsr: Dsr) -> None:
    """What the latest reading adds is named day by day: here the holidays where the person lives."""
    args = ("--country", "US-CA", "--residence", "GB-ENG", "--received", "2026-11-25", "--explain")
    told = steps(dsr("when", "uk-gdpr", "access", *args))
    assert "due 2026-12-25 Fri US-CA lies outside the law's territory: only weekends move it" in told
    assert "perhaps 2026-12-25 Fri Christmas Day (where you live)" in told
    assert "latest 2026-12-29 Tue nobody is late before the end of this day" in told


def test_steps_of_a_cap(dsr: Dsr) -> None:
    """A period that ends with another one at the latest shows the other one too."""
    told = steps(
        dsr(
            "when", "tr-kvkk", "access", "--received", "2026-04-27", "--event", "reply_received=2026-06-10", "--explain"
        )
    )
    assert told[told.index("at most 60 days from 2026-04-27") + 1] == "ends 2026-06-26 Fri the bare count"


def test_steps_of_hours(dsr: Dsr) -> None:
    """A period in hours ends at an hour of the company's place."""
    told = dsr("when", "id-pdp", "access", "--received", "2026-01-05T10:00:00+07:00", "--explain")
    assert "response: 8 January 2026 at 10:00 (UTC+0700)" in told.out
    assert "ends 2026-01-08 Thu the bare count, at 10:00" in steps(told)


def test_timeline(dsr: Dsr) -> None:
    """All dates share one scale of plain characters within 80 columns: start, count, pause, days off, due, latest, events."""
    told = dsr(*UK, "--received", "2026-02-16", *PAUSE, "--explain")
    drawn = bars(told)
    assert drawn.keys() == {"response", "extended", "events"}
    assert drawn["response"].startswith("R--~~~~~---")
    assert drawn["response"].endswith("-D")
    assert drawn["extended"].endswith("=D")
    assert drawn["events"].count("!") == 2
    first = told.out.splitlines().index("How each date was counted")
    assert all(len(line) <= 80 and line.isascii() for line in told.out.splitlines()[first:])


@pytest.mark.parametrize(
    ("args", "bar"),
    [
        (("eu-gdpr", "access", "--country", "DE", "--received", "2026-12-06"), "D.L"),
        (("us-ca-ccpa", "opt-out", "--received", "2026-11-20"), "R==---====-----==-----==-D"),
        (("id-pdp", "access", "--received", "2026-01-05T10:00:00+07:00"), "R--D"),
    ],
)
def test_bar(dsr: Dsr, args: tuple[str, ...], bar: str) -> None:
    """A short period has one column per day; a bar ends at its latest day."""
    assert bar in bars(dsr("when", *args, "--explain"))["response"].replace("DL", "D.L")


def test_steps_as_json(dsr: Dsr) -> None:
    """With --json the steps are data, one entry per date in the same order."""
    data = dsr(*EU, "--explain", "--json").json()["data"]
    assert [entry["kind"] for entry in data["explained"]] == [one["kind"] for one in data["deadlines"]]
    first = data["explained"][0]
    assert first.keys() == {"kind", "main", "latest"}
    assert first["main"].keys() == {"start", "period", "pause", "nominal", "passed", "end"}
    assert (first["main"]["start"], first["main"]["period"], first["main"]["end"]) == (
        "2026-11-25", "1 month", data["deadlines"][0]["due"],
    )  # fmt: skip
    assert first["main"]["passed"][0] == {"on": "2026-12-25", "why": "Christmas Day"}
    assert "explained" not in dsr(*EU, "--json").json()["data"]


def test_nothing_to_explain(dsr: Dsr) -> None:
    """Where the law has no number there is a sentence, exit code 0, and no empty arithmetic."""
    told = dsr("when", "ch-fadp", "erasure", "--country", "CH-ZH", "--received", "2026-02-10", "--explain")
    assert (told.exit_code, told.err) == (0, "")
    assert "sets no number of days" in told.out
    assert "How each date was counted" not in told.out


def test_events_without_effect(dsr: Dsr) -> None:
    """An event that changes no date is named, with the article that keeps it for another right."""
    told = dsr("when", "uk-gdpr", "erasure", "--country", "GB-ENG", "--received", "2026-02-16", *PAUSE, "--json").json()
    assert told["data"]["notes"] == [
        "'clarification-requested' and 'clarified': changes no date here; Art. 12A(5) UK GDPR is for access only"
    ]
    assert dsr(*UK, "--received", "2026-02-16", *PAUSE, "--json").json()["data"]["notes"] == []
    verified = ("when", "us-ca-ccpa", "delete", "--received", "2026-03-01", "--event", "verified=2026-03-20")
    assert "'verified': changes no date here" in dsr(*verified).out


@pytest.mark.parametrize(
    ("regime", "right", "unsure"),
    [("ca-bc", "access", True), ("ae-federal", "access", True), ("us-co", "access", False), ("us-co", "appeal", True)],
)
def test_unverified(dsr: Dsr, regime: str, right: str, unsure: bool) -> None:
    """What nobody re-read for dsr says so beside each date, with the source to check; what is medium does not."""
    told = dsr("when", regime, right, "--received", "2026-05-04")
    assert told.exit_code == 0
    dates = [
        line for line in told.out.splitlines() if line.startswith("  ") and " 2026" in line[:40] and line[2] != " "
    ]
    assert all("[unverified: check the source]" in line for line in dates if unsure)
    assert ("unverified" in told.out) == unsure
    assert "https://" in told.out


def test_whose(dsr: Dsr) -> None:
    """The person's own limits are marked as theirs, the authority's as the authority's."""
    told = dsr("when", "tr-kvkk", "access", "--received", "2026-04-27").out
    assert "  complaint if silent: 26 June 2026 [yours]" in told
    complained = ("--event", "complained=2027-01-10")
    assert "[the authority's]" in dsr(*EU, *complained).out


@pytest.mark.parametrize(
    ("regime", "word", "country"),
    [
        ("us-co", "access", ""), ("au-privacy", "access-agency", "AU-NSW"), ("us-ca-ccpa", "ack", ""), ("us-or", "appeal", ""),
        ("mx-lfpdppp", "arco", ""), ("cl-21719", "arco", ""), ("uk-gdpr", "complaint-ack", "GB-ENG"),
        ("tr-kvkk", "complaint-after-reply", ""), ("tr-kvkk", "complaint-if-silent", ""), ("ca-qc", "complaint-limit", ""),
        ("eu-gdpr", "complaint-limit-at", "AT"), ("co-1581", "consulta", ""), ("kr-pipa", "correct-delete", ""),
        ("eu-gdpr", "court-limit-nl", "NL"), ("us-va", "delete", ""), ("tw-pdpa", "delete-correct", ""),
        ("eu-gdpr", "erasure", "DE"), ("us-ca-ccpa", "opt-out", ""), ("us-nv", "opt-out-sale", ""),
        ("eu-gdpr", "portability", "DE"), ("il-ppl", "rectify-delete", ""), ("eu-gdpr", "sa-progress-art78-2", "DE"),
        ("vn-pdpl", "withdraw-restrict-object", ""), ("uk-dpa-part3", "access", "GB-ENG"), ("eea-gdpr", "access", "NO"),
    ],
)  # fmt: skip
def test_words_for_rights(dsr: Dsr, regime: str, word: str, country: str) -> None:
    """The laws' own words for rights and clocks each have a date, with underscores and capitals too."""
    where = ("--country", country) if country else ()
    told = dsr("when", regime, word, "--received", "2027-03-02", *where, "--json").json()
    assert told["data"]["deadlines"], told
    typed = word.upper().replace("-", "_")
    again = dsr("when", regime.upper(), typed, "--received", "2027-03-02", *where, "--json").json()
    assert again["data"]["deadlines"] == told["data"]["deadlines"]


@pytest.mark.parametrize(
    "events",
    [
        "clarification_requested=2026-03-03;clarification_received=2026-03-05",
        "id_requested=2026-03-03;id_received=2026-03-05",
        "fee_requested=2026-03-03;fee_paid=2026-03-05",
        "extension_notice=2026-03-03",
        "verified=2026-03-03",
        "reply_received=2026-03-03",
        "suspension=denied",
        "suspension=granted",
        "id_requested=2026-03-03T10:00:00+01:00",
    ],
)
@pytest.mark.parametrize(("regime", "country"), [("eu-gdpr", "DE"), ("uk-gdpr", "GB-ENG"), ("us-ca-ccpa", "US-CA")])
def test_words_for_events(dsr: Dsr, regime: str, country: str, events: str) -> None:
    """The laws' own words for events are understood under every law."""
    given = [word for event in events.split(";") for word in ("--event", event)]
    told = dsr("when", regime, "access", "--country", country, "--received", "2026-03-02", *given, "--json")
    assert (told.exit_code, told.err) == (0, "")
    data = told.json()["data"]
    assert data["deadlines"] or data["waiting"]


def test_suspension(dsr: Dsr) -> None:
    """A pause that the law itself lacks counts unless it is denied; then it moves the latest reading only."""
    asked = ("when", "eu-gdpr", "access", "--country", "DE", "--received", "2026-09-01", "--json")
    events = ("--event", "id_requested=2026-09-03", "--event", "id_received=2026-09-10")
    plain, granted, denied = (
        dsr(*asked, *events, *more).json()["data"]["deadlines"][0]
        for more in ((), ("--event", "suspension=granted"), ("--event", "suspension=denied"))
    )
    assert (plain["due"], granted["due"], denied["due"]) == ("2026-10-09", "2026-10-09", "2026-10-01")
    assert denied["latest"] == "2026-10-09"
