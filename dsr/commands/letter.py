"""Write a letter without a case, to read it or to send it yourself."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from dsr.cases import requests, routes
from dsr.commands import rows
from dsr.commands._desk import sitting
from dsr.errors import UnknownName, UsageError
from dsr.letters import Letter
from dsr.model import Result, Right, Route
from dsr.store import files


def run(
    ctx: typer.Context,
    right: Annotated[str, typer.Argument(help="access or erasure.")],
    controller: Annotated[str, typer.Argument(help="The company: openai, midjourney ...")],
    via: Annotated[str, typer.Option(help="email or post.")] = "email",
    regime: Annotated[str | None, typer.Option(help="The law, if not that of your residence.")] = None,
    lang: Annotated[str | None, typer.Option(help="The letter's language.")] = None,
    whole_account: Annotated[bool, typer.Option("--whole-account", help="Erasure: the account too.")] = False,
    out: Annotated[Path | None, typer.Option(help="Write it to a file: .txt, or .eml for a mail program.")] = None,
) -> Result:
    """Write a letter without a case. Nothing is recorded or sent. Not legal advice.

    Example: dsr letter access openai --out access.eml
    """
    if right not in set(Right):
        raise UnknownName("right", right, Right)
    if via not in (Route.EMAIL, Route.POST):
        raise UnknownName("way to send a letter", via, (Route.EMAIL, Route.POST))
    with sitting(ctx) as desk:
        plan = routes.plan(desk, controller, Right(right), regime=regime)
        to = plan.route(Route(via)).to
        token = hashlib.sha256(f"{plan.controller.slug} {right} {desk.today}".encode()).hexdigest()[:8].upper()
        letter = requests.write(desk, plan, Route(via), token, whole_account=whole_account, lang=lang)
        written = _write(letter, out, to, desk.now()) if out else None
        data = {
            "letter": {"subject": letter.subject, "body": letter.body, "text": letter.text()},
            "to": to,
            "discloses": list(letter.discloses),
            "regime": letter.regime,
            "file": str(written) if written else None,
            "routes": rows(plan.routes),
        }
        said = f"Written to {written}." if written else letter.text()
        doubt = plan.route(Route(via)).doubt
        data["doubt"] = doubt
        unsure = f" (not certain: {doubt}; compare it with the company's own site)" if doubt and to else ""
        return Result(text=f"{said}\nIt goes to: {to or 'no address on record'}{unsure}", data=data)


def _write(letter: Letter, out: Path, to: str, at: datetime) -> Path:
    if out.suffix not in (".txt", ".eml"):
        raise UsageError(f"'{out.name}' is neither .txt nor .eml", "name the file letter.txt or letter.eml")
    if out.suffix == ".eml" and letter.route != Route.EMAIL:
        raise UsageError("an .eml goes by e-mail, not by post", "--via email, or name the file letter.txt")
    if out.exists():
        raise UsageError(f"{out} exists already, and is not overwritten", "choose another name")
    files.write(out.absolute(), letter.eml(to, at) if out.suffix == ".eml" else letter.text().encode())
    return out
