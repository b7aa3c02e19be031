"""The matrix as a table: its rows, a column for each playbook, and below it every cell that is wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from dsr.cases.matrix.oracle import Verdict
from dsr.rehearsal.mutations import matrix

DONE, REFUSED, WRONG, IDLE = "done", "right refusal", "wrong", "does not apply"
_SHORT = {DONE: "done", REFUSED: "refused", WRONG: "WRONG"}


def table(verdicts: Sequence[Verdict]) -> str:
    """The table in text. A row without any cell that applies is shown with its reason."""
    flows = list(dict.fromkeys(_flow(verdict) for verdict in verdicts))
    lines = [["MUTATION", *flows]]
    for row in matrix().row:
        here = [verdict for verdict in verdicts if verdict.row == row]
        if here:
            lines.append([row, *(_cell([one for one in here if _flow(one) == flow]) for flow in flows)])
    counts = Counter(verdict.kind for verdict in verdicts)
    text = [" | ".join(line) for line in _padded(lines)]
    text.insert(1, "-" * len(text[0]))
    text += [
        "",
        f"done {counts[DONE]}, right refusal {counts[REFUSED]}, wrong {counts[WRONG]}; does not apply {counts[IDLE]}",
    ]
    text += [f"WRONG {verdict.cell}: {verdict.why}" for verdict in verdicts if verdict.kind == WRONG]
    return "\n".join(line.rstrip() for line in text)


def reasons(verdicts: Sequence[Verdict]) -> str:
    """Why cells do not apply, each reason once with its mutations."""
    why: dict[str, list[str]] = {}
    for verdict in verdicts:
        if verdict.kind == IDLE:
            why.setdefault(f"{_flow(verdict)}: {verdict.why.partition('; ')[0]}", []).append(
                verdict.cell.rpartition(":")[2]
            )
    return "\n".join(f"{reason}: {', '.join(names)}" for reason, names in why.items())


def _flow(verdict: Verdict) -> str:
    return verdict.cell.partition(":")[0]


def _cell(verdicts: Sequence[Verdict]) -> str:
    counts = Counter(verdict.kind for verdict in verdicts)
    return ", ".join(f"{_SHORT[kind]} {counts[kind]}" for kind in _SHORT if counts[kind]) or "-"


def _padded(lines: list[list[str]]) -> list[list[str]]:
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return [[word.ljust(width) for word, width in zip(line, widths, strict=True)] for line in lines]
