"""`dsr when --csv`: every row answered or refused by itself, and a file that cannot be read refused as a whole."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

VECTORS = Path(__file__).parent / "vectors.csv"
HEADER = "id,regime,right,country,received,events\n"
Dsr = Callable[..., Any]


def written(folder: Path, text: str | bytes) -> str:
    file = folder / "rows.csv"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(file)


def rows_of(dsr: Dsr, file: str) -> tuple[int, dict[str, dict[str, Any]]]:
    told = dsr("when", "--csv", file, "--json")
    return told.exit_code, {row["id"]: row for row in told.json()["data"]["rows"]}


def test_every_dated_case_in_one_call(dsr: Dsr) -> None:
    """All dated cases are answered as they expect, in one call, with the columns of their file as they are."""
    with VECTORS.open(encoding="utf-8", newline="") as file:
        expected = list(csv.DictReader(file))
    code, found = rows_of(dsr, str(VECTORS))
    assert len(expected) == 115
    assert code == 0
    assert list(found) == [row["id"] for row in expected]
    for row in expected:
        answer = found[row["id"]]
        assert answer.keys() == {"id", "due", "extended", "latest", "error"}
        assert answer["error"] is None
        assert answer["due"] == row["expected_due"], row["id"]
        assert answer["latest"] >= answer["due"]
        if row["expected_extended_due"]:
            assert answer["extended"] == row["expected_extended_due"], row["id"]


def test_text(dsr: Dsr, tmp_path: Path) -> None:
    """A person reads a table; what is unverified is marked, and the source to check stands above it."""
    rows = "a,eu-gdpr,access,IE,2026-11-25,\nb,ca-bc,access,CA-BC,2026-01-05,\nc,eu-gdrp,access,IE,2026-11-25,\n"
    told = dsr("when", "--csv", written(tmp_path, HEADER + rows))
    lines = told.out.splitlines()
    assert (told.exit_code, told.err) == (3, "")
    assert lines[0].startswith("b: unverified; the source to check is BC PIPA")
    assert [line.split() for line in lines[1:4]] == [
        ["ID", "DUE", "EXTENDED", "LATEST"],
        ["a", "2026-12-28", "2027-02-25", "2026-12-28"],
        ["b", "2026-02-17", "2026-03-31", "2026-02-17", "unverified"],
    ]
    assert lines[4].split(maxsplit=4)[:4] == ["c", "-", "-", "-"]
    assert "'eu-gdrp'" in lines[4]


BAD_ROWS = [
    ("eu-gdrp,access,IE,2026-11-25,", "unknown-name", "eu-gdpr"),
    ("eu-gdpr,acess,IE,2026-11-25,", "unknown-name", "access"),
    ("eu-gdpr,access,,2026-11-25,", "usage-error", "--country"),
    ("eu-gdpr,access,ZZ,2026-11-25,", "unknown-name", "ISO 3166"),
    ("eu-gdpr,access,IE,2026-02-30,", "bad-date", "YYYY-MM-DD"),
    ("eu-gdpr,access,IE,,", "bad-date", "YYYY-MM-DD"),
    ("eu-gdpr,access,IE,2099-01-01,", "bad-date", "by hand"),
    ("eu-gdpr,access,IE,2026-11-25,extended", "usage-error", "--event"),
    ("eu-gdpr,access,IE,2026-11-25,id_requested=2026-11-24", "bad-date", "order"),
    ("eu-gdpr,access,IE,2026-11-25,id_requested=2026-12-04;id_received=2026-12-01", "bad-date", "order"),
    ("eu-gdpr,access,IE", "usage-error", "all columns"),
    (",,,,", "unknown-name", "dsr law list"),
]


@pytest.mark.parametrize(("row", "kind", "hint"), BAD_ROWS)
def test_a_bad_row_stops_no_other(dsr: Dsr, tmp_path: Path, row: str, kind: str, hint: str) -> None:
    """A row that cannot be answered says why in `error`; the rows around it are answered, and the exit code is 3."""
    good = "eu-gdpr,access,IE,2026-11-25,\n"
    code, found = rows_of(dsr, written(tmp_path, f"{HEADER}first,{good}bad,{row}\nlast,{good}"))
    assert code == 3
    assert [found[name]["due"] for name in ("first", "last")] == ["2026-12-28"] * 2
    bad = found["bad"]
    assert (bad["due"], bad["extended"], bad["latest"]) == (None, None, None)
    assert bad["error"].keys() == {"kind", "message", "hint"}
    assert bad["error"]["kind"] == kind
    assert hint in bad["error"]["hint"]


BAD_FILES = [
    (b"", "is empty"),
    (b"\xef\xbb\xbf \n", "is empty"),
    (HEADER.encode() + b"x,eu-gdpr,access,IE,2026-11-25,\xff\n", "line 2 is not UTF-8 text"),
    ("ä".encode("utf-16"), "line 1 is not UTF-8 text"),
    ("x,eu-gdpr,access,IE,2026-11-25,\n", "has no header line"),
    (HEADER.replace(",", ";"), "has no header line"),
    (HEADER.replace("right,", ""), "the column right is missing"),
    (HEADER.replace("right,", "").replace(",events", ""), "the columns right, events are missing"),
    (HEADER.replace("events", "events,right"), "the column right is there twice"),
    (HEADER + 'x,eu-gdpr,"access,IE,2026-11-25,\n', "not CSV"),
]


@pytest.mark.parametrize(("content", "problem"), BAD_FILES, ids=[problem for _, problem in BAD_FILES])
def test_a_bad_file_is_refused(dsr: Dsr, tmp_path: Path, content: str | bytes, problem: str) -> None:
    """A file that is no such table is one clear error with exit code 11, naming what is wrong with it."""
    told = dsr("when", "--csv", written(tmp_path, content))
    error, hint = told.err.splitlines()
    assert (told.exit_code, told.out) == (11, "")
    assert problem in error
    assert "rows.csv" in error
    assert hint.startswith("dsr: hint: ")


def test_a_file_that_cannot_be_read(dsr: Dsr, tmp_path: Path) -> None:
    """A missing file and a folder are told as such."""
    assert "no such file" in dsr("when", "--csv", str(tmp_path / "none.csv")).err
    told = dsr("when", "--csv", str(tmp_path))
    assert (told.exit_code, "is a directory" in told.err) == (11, True)


def test_forms_of_the_same_file(dsr: Dsr, tmp_path: Path) -> None:
    """A byte-order mark, other line ends, surplus columns, another order and blank lines change no answer."""
    plain = rows_of(dsr, written(tmp_path, HEADER + "x,eu-gdpr,access,IE,2026-11-25,\n"))
    assert plain[0] == 0
    forms = [
        b"\xef\xbb\xbf" + HEADER.encode() + b"x,eu-gdpr,access,IE,2026-11-25,\n",
        (HEADER + "x,eu-gdpr,access,IE,2026-11-25,").replace("\n", "\r\n"),
        "note,events,received,country,right,regime,id\nhello,,2026-11-25,IE,access,eu-gdpr,x,surplus\n",
        HEADER.upper() + '\n" x ", eu-gdpr , Access , ie , 2026-11-25 , \n\n',
    ]
    for form in forms:
        assert rows_of(dsr, written(tmp_path, form)) == plain


def test_no_rows(dsr: Dsr, tmp_path: Path) -> None:
    """A header alone is a table without rows, and no error."""
    file = written(tmp_path, HEADER)
    assert rows_of(dsr, file) == (0, {})
    assert dsr("when", "--csv", file).out == f"{file} has no rows.\n"


def test_a_row_without_a_date(dsr: Dsr, tmp_path: Path) -> None:
    """A right without a number, a law not in force and a clock that waits have no date and are no error; a message says why."""
    rows = (
        "none,ch-fadp,erasure,CH-ZH,2026-02-10,\nnot,cl-21719,access,CL,2026-11-30,\n"
        "waits,uk-gdpr,access,GB-ENG,2026-06-01,id_requested=2026-06-02\n"
    )
    told = dsr("when", "--csv", written(tmp_path, HEADER + rows), "--json")
    envelope = told.json()
    assert envelope["exit_code"] == 0
    assert [row["due"] for row in envelope["data"]["rows"]] == [None] * 3
    assert [row["error"] for row in envelope["data"]["rows"]] == [None] * 3
    assert [message.partition(":")[0] for message in envelope["messages"]] == ["none", "not", "waits"]


def test_standard_input(home: Path) -> None:
    """`--csv -` reads what another program sends."""
    text = io.StringIO()
    csv.writer(text).writerows([HEADER.strip().split(","), ["x", "eu-gdpr", "access", "IE", "2026-11-25", ""]])
    asked = [sys.executable, "-m", "dsr", "when", "--csv", "-", "--json"]
    run = subprocess.run(asked, input=text.getvalue(), capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")
    assert json.loads(run.stdout)["data"]["rows"][0]["due"] == "2026-12-28"
    empty = subprocess.run(asked, input="", capture_output=True, text=True, check=False)
    assert empty.returncode == 11
    assert json.loads(empty.stdout)["error"]["message"] == "standard input: is empty"
