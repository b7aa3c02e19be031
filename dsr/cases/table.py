"""Many questions to the clock at once: the rows of a CSV file in, one dated answer or one error per row out."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import Struct

from dsr.cases import asking
from dsr.errors import BadFile, DsrError, UsageError
from dsr.model import Deadline

COLUMNS = ("id", "regime", "right", "country", "received", "events")
_HINT = f"the first line names the columns, separated by commas: {','.join(COLUMNS)}"


class Answer(Struct, frozen=True):
    """The answer to one row. Dates are ISO 8601, an instant where the law counts hours; `error` is kind, message and hint."""

    id: str
    due: str | None = None
    extended: str | None = None
    latest: str | None = None
    error: dict[str, str] | None = None
    note: str = ""

    def row(self) -> dict[str, Any]:
        """The row of the JSON answer, with exactly the names of the interface."""
        return {
            "id": self.id,
            "due": self.due,
            "extended": self.extended,
            "latest": self.latest,
            "error": self.error,
        }


def read(content: bytes, name: str) -> list[dict[str, str | None]]:
    """The rows of a CSV file by column. Surplus columns are ignored; a field that a short line lacks is None.

    Raises BadFile where it is not UTF-8 text, is empty, or lacks a column, naming it.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = content[: problem.start].count(b"\n") + 1
        raise BadFile(name, f"line {line} is not UTF-8 text", "save it as CSV in UTF-8") from None
    if not text.strip():
        raise BadFile(name, "is empty", _HINT)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as problem:
        raise BadFile(name, f"not CSV: {problem}", _HINT) from None
    header, *found = [line for line in lines if line]
    columns = [title.strip().lower() for title in header]
    _check(columns, name)
    return [dict(zip(columns, [*line, *[None] * (len(columns) - len(line))], strict=False)) for line in found]


def _check(columns: list[str], name: str) -> None:
    missing = [column for column in COLUMNS if column not in columns]
    if len(missing) == len(COLUMNS):
        raise BadFile(name, f"has no header line: it begins with '{','.join(columns)[:60]}'", _HINT)
    if missing:
        plural = "columns" if len(missing) > 1 else "column"
        raise BadFile(name, f"the {plural} {', '.join(missing)} is missing".replace("s is", "s are"), _HINT)
    if twice := [column for column in COLUMNS if columns.count(column) > 1]:
        raise BadFile(name, f"the column {twice[0]} is there twice", _HINT)


def answers(rows: list[dict[str, str | None]]) -> Iterator[Answer]:
    """One answer per row, in their order. A row that cannot be answered says why and stops no other."""
    for row in rows:
        try:
            yield _answer(row)
        except DsrError as error:
            told = {"kind": error.kind, "message": error.message, "hint": error.hint}
            yield Answer(row["id"] or "", error=told)


def _answer(row: dict[str, str | None]) -> Answer:
    for column in COLUMNS:
        if row[column] is None:
            raise UsageError(f"the line ends before the column {column}", "give every line all columns")
    given = {column: (row[column] or "").strip() for column in COLUMNS}
    events = [event for event in given["events"].split(";") if event.strip()]
    question = asking.ask(given["regime"], given["right"], given["received"], country=given["country"], events=events)
    found = question.answer()
    if not found.deadlines:
        return Answer(given["id"], note="; ".join(found.waiting))
    first = next((one for one in found.deadlines if one.kind == "response"), found.deadlines[0])
    extended = next((one for one in found.deadlines if one.kind.endswith("extended")), None)
    note = "" if first.confidence.firm else f"unverified; the source to check is {first.article}, {first.url}"
    latest = _iso(first) if first.at else first.latest.isoformat()
    return Answer(given["id"], _iso(first), _iso(extended) if extended else None, latest, note=note)


def _iso(deadline: Deadline) -> str:
    """The due date, or the due instant where the law counts hours."""
    return (deadline.at or deadline.due).isoformat()


def text(answers: Sequence[Answer]) -> list[tuple[str, ...]]:
    """The answers as rows for columns; an error stands in place of the dates."""
    found: list[tuple[str, ...]] = [("ID", "DUE", "EXTENDED", "LATEST", "")]
    for answer in answers:
        problem = f"{answer.error['kind']}: {answer.error['message']}" if answer.error else ""
        unsure = "unverified" if answer.note.startswith("unverified") else ""
        found.append((answer.id, answer.due or "-", answer.extended or "-", answer.latest or "-", problem or unsure))
    return found
