"""The dated cases of vectors.csv, counted as `dsr when` does; NOTES and the file itself say where each one comes from."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from dsr import cli
from dsr.commands import when
from dsr.model import Result

REGIMES = ("eu-gdpr", "eea-gdpr", "uk-gdpr", "us-ca-ccpa")

with (Path(__file__).parent / "vectors.csv").open(encoding="utf-8", newline="") as _file:
    ROWS = [row for row in csv.DictReader(_file) if row["regime"] in REGIMES]

# Second readings that lie outside our span from the shortest to the latest date, and why each does.
NOT_OURS = {
    "E30": "the national calendar of France, although the row names the Moselle, which keeps Good Friday",
    "E33": "a transcription of the OJ list gives Italy the Good Friday of the institutions in Brussels",
    "U19": "a naive count leaves out the day of receipt a second time, against Art. 12A(5)",
    "K07": "the federal calendar alone, shorter than the Californian one by the day after Thanksgiving",
    "K08": "the federal calendar alone, shorter than the Californian one by Cesar Chavez Day",
}

EVERY_ROW = pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
WITH_ALTERNATIVE = pytest.mark.parametrize("row", [row for row in ROWS if row["alt_due"]], ids=lambda row: row["id"])
THROUGH_THE_COMMAND_LINE = pytest.mark.parametrize(
    "row", [row for row in ROWS if row["id"] in ("Z03", "U22", "K04")], ids=lambda row: row["id"]
)


def events(row: dict[str, str]) -> list[str]:
    return [event for event in row["events"].split(";") if event]


def counted(row: dict[str, str], *more: str) -> Result:
    return when.run(row["regime"], row["right"], row["received"], row["country"], None, [*events(row), *more])


def check(row: dict[str, str], deadlines: list[dict[str, str]]) -> None:
    first, extended = deadlines[0], [found for found in deadlines if found["kind"] == "extended"]
    assert first["nominal"] == row["nominal_due"]
    assert first["due"] == row["expected_due"]
    assert [found["due"] for found in extended] == [due for due in [row["expected_extended_due"]] if due]


def test_selected() -> None:
    """The laws that dsr knows have at least seventy dated cases, each with an id of its own."""
    assert len(ROWS) >= 70
    assert len({row["id"] for row in ROWS}) == len(ROWS)
    assert {row["regime"] for row in ROWS} == set(REGIMES)


@EVERY_ROW
def test_row(row: dict[str, str]) -> None:
    """The nominal, the due and the extended date are those of the case."""
    check(row, counted(row).data["deadlines"])


@THROUGH_THE_COMMAND_LINE
def test_row_at_the_command_line(
    row: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command line gives the same dates as JSON."""
    monkeypatch.setenv("DSR_HOME", str(tmp_path))
    args = ["when", row["regime"], row["right"], "--received", row["received"], "--country", row["country"]]
    for event in events(row):
        args += ["--event", event]
    with pytest.raises(SystemExit) as ended:
        cli.main([*args, "--json"])
    assert ended.value.code == 0
    check(row, json.loads(capsys.readouterr().out)["data"]["deadlines"])


@WITH_ALTERNATIVE
def test_alternative(row: dict[str, str]) -> None:
    """A second defensible date lies between the date without a pause and the latest one, or we say why it does not."""
    first = counted(row).data["deadlines"][0]
    shortest = counted(row, "suspension=denied").data["deadlines"][0]["due"]
    inside = min(first["due"], shortest) <= row["alt_due"] <= first["latest"]
    assert inside != (row["id"] in NOT_OURS), NOT_OURS.get(row["id"])
