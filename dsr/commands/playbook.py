"""The playbooks: what dsr can do on a website, whether it was ever seen live, and the same steps by hand."""

from __future__ import annotations

from typing import Annotated

import typer

from dsr import playbook
from dsr.cases import wording
from dsr.model import Result


def list_() -> Result:
    """List the playbooks and whether a person ever saw them work on the live site.

    Example: dsr playbook list
    """
    found = []
    for name in playbook.ids():
        book = playbook.load(name)
        seen = max((one.on for one in book.verified), default=None)
        live = f"verified live on {seen}" if seen else "rehearsed, never seen live"
        found.append({"id": name, "effect": str(book.effect), "state": live, "does": book.does})
    table = [("PLAYBOOK", "EFFECT", "STATE"), *((row["id"], row["effect"], row["state"]) for row in found)]
    return Result(text=wording.columns(table), data={"rows": found})


def show(
    name: Annotated[str, typer.Argument(help="Which one, e.g. openai/training-opt-out.")],
    lang: Annotated[str, typer.Option(help="The language of the labels on the page.")] = "en",
) -> Result:
    """Print a playbook as a numbered checklist, to do it by hand.

    Example: dsr playbook show openai/training-opt-out
    """
    book = playbook.load(name)
    steps = playbook.checklist(book, lang)
    lines = [f"{name}: {book.does}", *steps, *(f"  - {line}" for line in book.does_not), f"Source: {book.source}"]
    return Result(text="\n".join(lines), data={"id": name, "rows": steps})


VERBS = (list_, show)
