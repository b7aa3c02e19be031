"""Your store as a whole, and passwords: take cases out for good, keep secrets in the keyring."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dsr import config
from dsr.cases import vault
from dsr.commands._desk import sitting
from dsr.commands._options import Yes
from dsr.errors import BadData, UsageError
from dsr.model import Result
from dsr.report import Terminal, piped
from dsr.vault import secrets


def wipe(
    ctx: typer.Context,
    case: Annotated[str | None, typer.Argument(help="The case, e.g. openai-1.")] = None,
    all_: Annotated[bool, typer.Option("--all", help="Every case, your profile, and the sign-ins.")] = False,
    expired: Annotated[bool, typer.Option("--expired", help="What is settled longer than keep_closed_days.")] = False,
    yes: Yes = False,
) -> Result:
    """Take a case, or everything, out for good. What was pressed stays known, so that nothing goes out twice.

    Example: dsr vault wipe openai-1
    """
    if (case is not None) + all_ + expired != 1:
        raise UsageError("name one case, or --all, or --expired", "dsr vault wipe openai-1")
    with sitting(ctx, yes=yes) as desk:
        if case is not None:
            found = [desk.ledger.request(case).id]
        elif expired:
            days = config.read(desk.home).keep_closed_days
            if not days:
                raise BadData(
                    "no time is set after which settled cases go",
                    f"keep_closed_days = 730 in {desk.home / 'config.toml'}",
                )
            found = vault.expired(desk, days)
        else:
            found = [request.id for request, _ in desk.ledger.cases()]
        what = "everything: all cases, your profile, and the browser's sign-ins" if all_ else ", ".join(found)
        if not what:
            return Result(text="There is nothing to wipe.", data={"rows": []})
        desk.person.tell(
            "This cannot be undone. What stays: which button dsr pressed at which company when, and your backups."
        )
        if not desk.agreed(f"Wipe {what}?"):
            return Result(text="Nothing was wiped.", data={"rows": []})
        if all_:
            vault.wipe_all(desk)
        else:
            vault.wipe(desk, found)
    return Result(text=f"Wiped: {what}.", data={"rows": found})


def secret(
    ctx: typer.Context,
    act: Annotated[str, typer.Argument(help="set, list or remove.")],
    name: Annotated[str | None, typer.Argument(help="The secret, e.g. smtp-password.")] = None,
    file: Annotated[
        Path | None, typer.Option(help="For 'set': it lies in this file of mode 0600, and stays there.")
    ] = None,
    stdin: Annotated[bool, typer.Option("--stdin", help="For 'set': read it from standard input.")] = False,
) -> Result:
    """Keep a password in the system's keyring, list the names of those that are kept, or remove one. None is ever shown.

    Example: dsr vault secret set smtp-password
    """
    home = config.private(config.home())
    if act == "list" and name is None:
        kept = [{"name": one, "where": where} for one, where in secrets.known(home).items()]
        lines = [f"  {one['name']:<24} {one['where']}" for one in kept]
        return Result(text="\n".join(lines) or "No secrets yet.", data={"rows": kept})
    if act not in ("set", "remove") or name is None:
        raise UsageError(f"'{act}' is not what can be done", "dsr vault secret set NAME, list, or remove NAME")
    if act == "remove":
        secrets.remove(name, home)
        return Result(text=f"Removed: {name}.", data={"name": name})
    if file is not None:
        path = file.expanduser().absolute()
        secrets.note_file(name, home, path)
        return Result(text=f"Noted: {name} lies in {path}.", data={"name": name, "where": str(path)})
    where = secrets.put(name, home, _typed(ctx, name, stdin=stdin))
    return Result(text=f"Kept, and read back: {name} in {where}.", data={"name": name, "where": where})


def _typed(ctx: typer.Context, name: str, *, stdin: bool) -> str:
    """The secret as the person types it, twice; or as another program sends it."""
    if stdin:
        try:
            return piped(1 << 16).decode().removesuffix("\n")
        except UnicodeDecodeError:
            raise UsageError("what came in holds bytes that are not text", "send it in UTF-8") from None
    terminal = ctx.find_root().obj
    assert isinstance(terminal, Terminal)
    value = terminal.hidden(f"The secret '{name}' (not shown)")
    if value != terminal.hidden("The same again"):
        raise UsageError("the two are not the same", f"dsr vault secret set {name}")
    return value


VERBS = (wipe, secret)
