"""Work out by when a company must answer, with the article of every date."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dsr import disk, report
from dsr.cases import asking, explaining, remarks, table, wording
from dsr.commands import rows
from dsr.errors import BadFile, UsageError
from dsr.model import Result

_PARTLY = 3
_MOST = 32 << 20  # bytes of a table


def run(
    regime: Annotated[str | None, typer.Argument(help="A law: eu-gdpr, uk-gdpr ...; all: dsr law list.")] = None,
    right: Annotated[str | None, typer.Argument(help="access, erasure ... or one clock: ack, complaint-ack.")] = None,
    received: Annotated[
        str | None, typer.Option(help="When it reached the company: date, or instant with offset.")
    ] = None,
    country: Annotated[str | None, typer.Option(help="Where the company sits: IE, DE-BY, GB-ENG, US-CA.")] = None,
    residence: Annotated[str | None, typer.Option(help="Where you live, if the company sits elsewhere.")] = None,
    event: Annotated[list[str] | None, typer.Option(help="KIND=DATE, e.g. extension-notice=2026-12-01.")] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show the arithmetic of each date and a timeline.")
    ] = False,
    csv: Annotated[str | None, typer.Option(help="Answer every row of a CSV file; - reads standard input.")] = None,
) -> Result:
    """Work out by when a company must answer, with the article of every date. Not legal advice.

    Example: dsr when eu-gdpr access --received 2026-11-25 --country IE

    A file needs the columns id, regime, right, country, received and events (KIND=DATE;KIND=DATE).
    """
    if csv is not None:
        if any(given is not None for given in (regime, right, received, country, residence, event)) or explain:
            raise UsageError("--csv takes law, right, dates and places from the file alone", "dsr when --csv FILE")
        return _many(csv)
    if regime is None or right is None or received is None:
        missing = "law" if regime is None else "right" if right is None else "day of receipt (--received)"
        raise UsageError(f"the {missing} is missing", "dsr when --help")
    return _one(
        asking.ask(regime, right, received, country=country or "", residence=residence or "", events=event or ()),
        explain,
    )


def _one(question: asking.Question, explain: bool) -> Result:  # noqa: FBT001
    found = question.answer()
    pack, place = question.pack, question.setting.place
    lines = [f"{pack.short}, {question.word}, received {question.received} at {place}"]
    lines += filter(None, [wording.deadlines(found.deadlines)])
    notes = [*remarks.idle(question, found), *remarks.unverified(question)]
    lines += [f"  {sentence}" for sentence in (*found.waiting, *notes)]
    data = {
        "regime": pack.id,
        "right": question.word,
        "received": question.received.isoformat(),
        "deadlines": rows(found.deadlines),
        "waiting": list(found.waiting),
        "notes": notes,
    }
    if explain:
        steps = explaining.text(question, found)
        lines += ["", "How each date was counted", steps] if steps else []
        data["explained"] = explaining.data(found)
    return Result(text="\n".join(lines), data=data)


def _many(file: str) -> Result:
    """Every row of the file, and exit code 3 where some could not be answered."""
    name = "standard input" if file == "-" else file
    try:
        content = report.piped(_MOST) if file == "-" else disk.read(Path(file), _MOST, pipes=True)
    except OSError as problem:
        raise BadFile(name, (problem.strerror or "cannot be read").lower()) from problem
    answers = list(table.answers(table.read(content, name)))
    failed = [answer for answer in answers if answer.error]
    return Result(
        text=wording.columns(table.text(answers)) if answers else f"{name} has no rows.",
        data={"rows": [answer.row() for answer in answers]},
        messages=[f"{answer.id}: {answer.note}" for answer in answers if answer.note],
        exit_code=_PARTLY if failed else 0,
    )
