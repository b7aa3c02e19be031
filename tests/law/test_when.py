"""`dsr when` as a person or a program meets it: text, JSON, words of the law, and every refusal."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from dsr import cli

ENVELOPE = {"dsr", "command", "ok", "exit_code", "data", "messages", "error"}
DEADLINE = {"kind", "whose", "basis", "nominal", "due", "latest", "article", "url", "reason"}
EU = ("eu-gdpr", "access", "--country", "IE", "--received", "2026-11-25")


class Said(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def envelope(self) -> Any:
        return json.loads(self.out)

    @property
    def deadlines(self) -> Any:
        return self.envelope["data"]["deadlines"]


@pytest.fixture
def dsr_when(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Said]:
    """Run `dsr when` in this process, with a home of its own."""
    monkeypatch.setenv("DSR_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("DSR_DEBUG", raising=False)

    def run(*args: str) -> Said:
        with pytest.raises(SystemExit) as ended:
            cli.main(["when", *args])
        out, err = capsys.readouterr()
        return Said(ended.value.code, out, err)  # type: ignore[arg-type]

    return run


def test_text(dsr_when: Callable[..., Said]) -> None:
    """A person reads what was asked, each date with its reason, its article and its URL, and nothing on stderr."""
    said = dsr_when(*EU)
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("GDPR, access, received 2026-11-25 at IE\n  response: 28 December 2026\n")
    assert "25 December 2026 is Christmas Day" in said.out
    assert "27 December 2026 is a Sunday, so it moves to 28 December 2026 (Art. 3(4) Reg. 1182/71)" in said.out
    assert "Art. 12(3) GDPR  https://eur-lex.europa.eu/" in said.out
    assert "  extended: 25 February 2027 [only if extended]\n" in said.out


def test_text_latest(dsr_when: Callable[..., Said]) -> None:
    """A date that disputed or regional holidays could move is shown with its latest reading."""
    said = dsr_when("eu-gdpr", "erasure", "--country", "DE", "--received", "2026-12-06")
    assert "  response: 6 January 2027, at the latest reading 7 January 2027\n" in said.out


def test_text_replaced(dsr_when: Callable[..., Said]) -> None:
    """After a notice in time the first date is marked, and the extended one stands alone."""
    said = dsr_when(*EU, "--event", "extension-notice=2026-12-01")
    assert "  response: 28 December 2026 [" in said.out
    assert "  extended: 25 February 2027\n" in said.out


def test_text_waiting(dsr_when: Callable[..., Said]) -> None:
    """Where there is no date yet, a person reads what is awaited."""
    args = ("uk-gdpr", "access", "--country", "GB-ENG", "--received", "2026-06-01")
    said = dsr_when(*args, "--event", "clarification-requested=2026-06-05")
    assert said.code == 0
    assert "response: no date yet; the period stands still since 5 June 2026" in said.out


def test_nothing_is_stored(dsr_when: Callable[..., Said], tmp_path: Path) -> None:
    """Counting a date leaves nothing behind."""
    dsr_when(*EU)
    assert list(tmp_path.iterdir()) == []


def test_json(dsr_when: Callable[..., Said]) -> None:
    """The envelope has exactly its seven keys, and each date all that explains it."""
    said = dsr_when(*EU, "--json")
    envelope = said.envelope
    assert envelope.keys() == ENVELOPE
    assert (envelope["dsr"], envelope["command"], envelope["ok"], envelope["exit_code"]) == (1, "when", True, 0)
    assert (envelope["messages"], envelope["error"]) == ([], None)
    assert envelope["data"].keys() == {"regime", "right", "received", "deadlines", "waiting", "notes"}
    for deadline in envelope["data"]["deadlines"]:
        assert deadline.keys() == DEADLINE | {"confidence", "possible", "superseded"}
    first, extended = envelope["data"]["deadlines"]
    assert [first[key] for key in ("kind", "whose", "basis")] == ["response", "controller", "law"]
    assert [first[key] for key in ("nominal", "due", "latest")] == ["2026-12-25", "2026-12-28", "2026-12-28"]
    assert (first["article"], extended["kind"], extended["possible"]) == ("Art. 12(3) GDPR", "extended", True)
    assert (said.code, said.err) == (0, "")


def test_json_waiting(dsr_when: Callable[..., Said]) -> None:
    """A program reads the awaited thing in `waiting`, beside no date."""
    args = ("uk-gdpr", "access", "--country", "GB-ENG", "--received", "2026-06-01", "--json")
    data = dsr_when(*args, "--event", "identity-requested=2026-06-02").envelope["data"]
    assert data["deadlines"] == []
    assert len(data["waiting"]) == 1


@pytest.mark.parametrize(
    ("regime", "country", "instant", "received"),
    [
        ("eu-gdpr", "DE", "2025-01-31T18:30:00-05:00", "2025-02-01"),
        ("eu-gdpr", "DE", "2025-01-31T23:30:00+00:00", "2025-02-01"),
        ("eu-gdpr", "DE", "2025-01-31T23:30:00Z", "2025-02-01"),
        ("eu-gdpr", "DE-BY", "2025-01-31T23:30+01:00", "2025-01-31"),
        ("eu-gdpr", "PT", "2025-01-31 23:30+00:00", "2025-01-31"),
        ("uk-gdpr", "GB-ENG", "2025-01-31T23:30:00+00:00", "2025-01-31"),
        ("uk-gdpr", "GB-SCT", "2026-06-30T23:30:00+00:00", "2026-07-01"),
        ("us-ca-ccpa", "US-CA", "2026-07-01T06:59:59Z", "2026-06-30"),
        ("us-ca-ccpa", "US-CA", "2026-07-01T07:00:00Z", "2026-07-01"),
    ],
)
def test_instant(dsr_when: Callable[..., Said], regime: str, country: str, instant: str, received: str) -> None:
    """An instant becomes the civil date at the company, and the dates are those of that date."""
    said = dsr_when(regime, "access", "--country", country, "--received", instant, "--json")
    plain = dsr_when(regime, "access", "--country", country, "--received", received, "--json")
    assert said.envelope == plain.envelope
    assert said.envelope["data"]["received"] == received


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (("gdpr", "access", "--country", "ie"), ("eu-gdpr", "access", "--country", "IE")),
        (("EEA-GDPR", "Access", "--country", "IE"), ("eu-gdpr", "access", "--country", "IE")),
        (("uk-gdpr", "access", "--country", "uk_sct"), ("uk-gdpr", "access", "--country", "GB-SCT")),
        (("ccpa", "know"), ("us-ca-ccpa", "access", "--country", "US-CA")),
        (("cpra", "delete"), ("us-ca-ccpa", "erasure", "--country", "US-CA")),
        (("ccpa", "opt-out"), ("us-ca-ccpa", "sale-opt-out", "--country", "US-CA")),
        (("ccpa", "ack"), ("us-ca-ccpa", "acknowledgement", "--country", "US-CA")),
    ],
)
def test_aliases(dsr_when: Callable[..., Said], typed: tuple[str, ...], meant: tuple[str, ...]) -> None:
    """The everyday names of laws, rights, clocks and places give the dates of the full ones."""
    said, full = (dsr_when(*args, "--received", "2026-11-20", "--json") for args in (typed, meant))
    assert said.code == full.code == 0
    assert said.deadlines == full.deadlines != []
    assert said.envelope["data"]["regime"] == meant[0]


def test_event_words(dsr_when: Callable[..., Said]) -> None:
    """An event may be named by its kind or by the everyday word, with hyphen or underscore."""
    args = ("uk-gdpr", "access", "--country", "GB-ENG", "--received", "2026-03-02", "--json")
    pairs = [
        ("identity-requested=2026-03-03", "identity-given=2026-03-20"),
        ("id_requested=2026-03-03", "id_received=2026-03-20"),
        ("ID-Requested=2026-03-03", "identity-received=2026-03-20"),
    ]
    found = [dsr_when(*args, "--event", asked, "--event", given).deadlines for asked, given in pairs]
    assert found[0][0]["due"] == "2026-04-20"
    assert found[0] == found[1] == found[2]


def test_event_order(dsr_when: Callable[..., Said]) -> None:
    """Events count by their dates, in whatever order they are typed."""
    args = ("uk-gdpr", "access", "--country", "GB-ENG", "--received", "2026-06-01", "--json")
    asked, given = ("--event", "clarification-requested=2026-06-05"), ("--event", "clarified=2026-06-10")
    assert dsr_when(*args, *asked, *given).deadlines == dsr_when(*args, *given, *asked).deadlines


REFUSALS = [
    pytest.param(("eu-gdrp", *EU[1:]), 12, "unknown-name", "'eu-gdrp'", "eu-gdpr", id="regime"),
    pytest.param(("eu-gdpr", "acess", *EU[2:]), 12, "unknown-name", "'acess'", "access", id="right"),
    pytest.param(("eu-gdpr", "limit", *EU[2:]), 12, "unknown-name", "'limit'", "access", id="right-of-another-law"),
    pytest.param((*EU, "--received", "2026-02-30"), 2, "bad-date", "'2026-02-30'", "YYYY-MM-DD", id="impossible"),
    pytest.param(
        (*EU, "--received", "20261122"), 2, "bad-date", "'20261122' is not a date", "YYYY-MM-DD", id="compact"
    ),
    pytest.param((*EU, "--received", "2026-W47-7"), 2, "bad-date", "'2026-W47-7'", "YYYY-MM-DD", id="week"),
    pytest.param((*EU, "--received", "2026-W47-7T10:00+01:00"), 2, "bad-date", "W47", "YYYY-MM-DD", id="week-instant"),
    pytest.param((*EU, "--received", "22.11.2026"), 2, "bad-date", "'22.11.2026'", "YYYY-MM-DD", id="dots"),
    pytest.param((*EU, "--received", ""), 2, "bad-date", "''", "YYYY-MM-DD", id="empty"),
    pytest.param((*EU, "--received", "2026-11-22T25:00Z"), 2, "bad-date", "T25", "YYYY-MM-DD", id="no-such-hour"),
    pytest.param((*EU, "--received", "2026-11-22T10:00"), 2, "bad-date", "no offset", "+01:00", id="no-offset"),
    pytest.param(
        (*EU, "--received", "9999-12-31T23:00-23:00"), 2, "bad-date", "9999-12-31", "YYYY-MM-DD", id="end-of-time"
    ),
    pytest.param(
        (*EU, "--received", "2036-01-02"), 2, "bad-date", "holiday tables cover 2017-2035", "hand", id="future"
    ),
    pytest.param((*EU, "--received", "2016-12-31"), 2, "bad-date", "holiday tables cover 2017-2035", "hand", id="past"),
    pytest.param((*EU, "--received", "9999-12-31"), 2, "bad-date", "'9999-12-31'", "", id="far-future"),
    pytest.param(("eu-gdpr", "access", "--received", "2026-11-25"), 2, "usage-error", "place", "--country", id="place"),
    pytest.param((*EU, "--country", "ZZ"), 12, "unknown-name", "'ZZ'", "ISO 3166", id="country"),
    pytest.param((*EU, "--residence", "ZZ"), 12, "unknown-name", "'ZZ'", "ISO 3166", id="residence"),
    pytest.param(("uk-gdpr", *EU[1:], "--country", "GB"), 2, "usage-error", "'GB'", "GB-SCT", id="no-part"),
    pytest.param(
        (*EU, "--country", "US", "--received", "2026-11-22T10:00Z"), 2, "usage-error", "zone", "date", id="zone"
    ),
    pytest.param((*EU, "--event", "extended"), 2, "usage-error", "'extended'", "--event", id="event-without-date"),
    pytest.param((*EU, "--event", "extnded=2026-12-01"), 12, "unknown-name", "'extnded'", "extended", id="event"),
    pytest.param((*EU, "--event", "extended=2026-02-30"), 2, "bad-date", "'2026-02-30'", "YYYY-MM-DD", id="event-date"),
    pytest.param((*EU, "--event", "extended="), 2, "bad-date", "''", "YYYY-MM-DD", id="event-empty-date"),
    pytest.param((*EU, "--event", "clarified=2099-12-31"), 2, "bad-date", "2099", "hand", id="event-in-the-far-future"),
    pytest.param(
        (*EU, "--event", "received=2026-12-01"), 2, "usage-error", "'received'", "--received", id="receipt-twice"
    ),
    pytest.param((*EU, "--event", "extended=2026-11-24"), 2, "bad-date", "before the receipt", "order", id="too-early"),
    pytest.param(
        (*EU, "--event", "id_requested=2026-12-03", "--event", "id_received=2026-12-02"),
        2,
        "bad-date",
        "lies before 'identity-requested'",
        "order",
        id="answer-before-question",
    ),
    pytest.param(
        (*EU, "--event", "extended=2026-12-01T10:00"), 2, "bad-date", "no offset", "+01:00", id="event-without-offset"
    ),
    pytest.param(("pdpa", *EU[1:]), 2, "usage-error", "several laws", "sg-pdpa", id="several-laws"),
    pytest.param(
        (*EU, "--event", "suspension=maybe"), 2, "usage-error", "denied or granted", "--event", id="suspension"
    ),
    pytest.param(("eu-gdpr", "access", "--country", "IE"), 2, "usage-error", "--received", "--help", id="no-received"),
    pytest.param(("eu-gdpr",), 2, "usage-error", "right", "--help", id="no-right"),
]


@pytest.mark.parametrize(("args", "code", "kind", "named", "hint"), REFUSALS)
def test_refusal(
    dsr_when: Callable[..., Said], args: tuple[str, ...], code: int, kind: str, named: str, hint: str
) -> None:
    """What cannot be is refused in two lines on stderr, naming it and the way out, with the documented exit code."""
    said = dsr_when(*args)
    assert (said.code, said.out) == (code, "")
    error, way_out = said.err.splitlines()
    assert error.startswith("dsr: error: ")
    assert way_out.startswith("dsr: hint: ")
    assert named in error
    assert hint in way_out
    assert "Traceback" not in said.err
    assert "defect" not in said.err


@pytest.mark.parametrize(("args", "code", "kind", "named", "hint"), REFUSALS)
def test_refusal_as_json(
    dsr_when: Callable[..., Said], args: tuple[str, ...], code: int, kind: str, named: str, hint: str
) -> None:
    """With --json the refusal is the same envelope, on stdout alone."""
    said = dsr_when(*args, "--json")
    assert (said.code, said.err) == (code, "")
    envelope = said.envelope
    assert envelope.keys() == ENVELOPE
    assert (envelope["ok"], envelope["exit_code"], envelope["data"]) == (False, code, {})
    assert envelope["error"].keys() == {"kind", "message", "hint"}
    assert envelope["error"]["kind"] == kind
    assert named in envelope["error"]["message"]
    assert hint in envelope["error"]["hint"]
