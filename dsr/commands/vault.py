"""Your store as a whole: encrypt it, keep passwords in the keyring, take cases out for good."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dsr import config, disk
from dsr.cases import locking, vault
from dsr.commands import now
from dsr.commands._desk import sitting
from dsr.commands._options import Yes
from dsr.errors import BadData, UsageError
from dsr.model import Result
from dsr.report import Terminal, piped
from dsr.store import sealing
from dsr.vault import keys, record, secrets
from dsr.vault.record import Way


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
        path = disk.named(file)
        secrets.note_file(name, home, path)
        return Result(text=f"Noted: {name} lies in {path}.", data={"name": name, "where": str(path)})
    where = secrets.put(name, home, _typed(ctx, f"The secret '{name}'", stdin=stdin))
    return Result(text=f"Kept, and read back: {name} in {where}.", data={"name": name, "where": where})


def _typed(ctx: typer.Context, question: str, *, stdin: bool) -> str:
    """The secret as the person types it, twice; or as another program sends it."""
    if stdin:
        try:
            return piped(1 << 16).decode().removesuffix("\n")
        except UnicodeDecodeError:
            raise UsageError("what came in holds bytes that are not text", "send it in UTF-8") from None
    terminal = ctx.find_root().obj
    assert isinstance(terminal, Terminal)
    value = terminal.hidden(f"{question} (not shown)")
    if value != terminal.hidden("The same again"):
        raise UsageError("the two are not the same", "run it again")
    return value


def status() -> Result:
    """Say whether your store is encrypted, where its key comes from, and which copies are in the open.

    Example: dsr vault status
    """
    home = config.private(config.home())
    own = record.read(home)
    bare = [str(path) for path in locking.in_the_open(home)] if own.store else []
    way = str(own.store.way) if own.store else ""
    lines = [
        f"Encrypted: the store, letters and evidence. The key comes from: {way} {own.store.file}".rstrip()
        if own.store
        else "Plain: whoever can read this disk or this account can read your store. dsr vault encrypt changes that.",
        *(f"  a copy in the open: {path}" for path in bare),
        "Never encrypted by dsr: browser profiles (sign-ins), config.toml, playbooks of your own, file names.",
    ]
    return Result(text="\n".join(lines), data={"encrypted": bool(own.store), "key": way, "in_the_open": bare})


Passphrase = Annotated[bool, typer.Option("--passphrase", help="The key is made of a passphrase that you type.")]
KeyFile = Annotated[Path | None, typer.Option(help="The key lies in this new file of mode 0600: for schedulers.")]
Copy = Annotated[
    Path | None, typer.Option(help="Write a copy of the key here: it opens your backups if the first is lost.")
]


def encrypt(
    ctx: typer.Context, passphrase: Passphrase = False, key_file: KeyFile = None, copy: Copy = None, yes: Yes = False
) -> Result:
    """Encrypt the store, letters and evidence; the key goes into the system's keyring, a file, or is a passphrase.

    Example: dsr vault encrypt --copy /media/stick/dsr.key
    """
    home = config.private(config.home())
    if record.read(home).store:
        raise UsageError("the store is encrypted already", "dsr vault rekey, or dsr vault status")
    return _locked(ctx, home, "Encrypted", (passphrase, key_file, copy), yes=yes)


def rekey(
    ctx: typer.Context, passphrase: Passphrase = False, key_file: KeyFile = None, copy: Copy = None, yes: Yes = False
) -> Result:
    """Give the store another key: after the old one may have been seen, or to keep it elsewhere from now on.

    Example: dsr vault rekey --passphrase
    """
    home = config.private(config.home())
    if not record.read(home).store:
        raise UsageError("the store is not encrypted", "dsr vault encrypt")
    return _locked(ctx, home, "Another key", (passphrase, key_file, copy), yes=yes)


def decrypt(ctx: typer.Context, yes: Yes = False) -> Result:
    """Make the store, letters and evidence plain again.

    Example: dsr vault decrypt
    """
    home = config.private(config.home())
    if not record.read(home).store:
        raise UsageError("the store is not encrypted", "dsr vault status")
    with sitting(ctx, yes=yes) as desk:
        if not desk.agreed("Decrypt the store? Whoever can read this disk or this account can read it then."):
            return Result(text="Nothing was changed.", data={"outcome": "declined"})
        before, _ = vault.backup(desk, None)
        old = desk.ledger.key
    locking.change(home, old, lambda: (b"", None))
    return Result(
        text=f"Plain now. What was before, encrypted: {before}", data={"outcome": "decrypted", "before": str(before)}
    )


def open_(
    ctx: typer.Context,
    case: Annotated[str, typer.Argument(help="The case, e.g. openai-1.")],
    out: Annotated[Path, typer.Option(help="The folder to write to.")],
) -> Result:
    """Write the letters and evidence of a case into a folder, in the open: to send a letter or to show a proof.

    Example: dsr vault open openai-1 --out letters
    """
    with sitting(ctx) as desk:
        written = vault.laid_open(desk, desk.ledger.request(case).id, disk.named(out))
    lines = [f"Written: {path}" for path in written]
    return Result(text="\n".join(lines) or "This case has no files.", data={"files": [str(path) for path in written]})


def _locked(
    ctx: typer.Context, home: Path, done: str, wish: tuple[bool, Path | None, Path | None], *, yes: bool
) -> Result:
    """Encrypt, or give another key; with a backup before it, which goes once an encrypted one of the same is there."""
    passphrase, key_file, copy = wish
    if passphrase and key_file:
        raise UsageError("--passphrase and --key-file are two ways", "name one of them")
    way = Way.PASSPHRASE if passphrase else Way.FILE if key_file else Way.KEYRING
    copy = copy and disk.named(copy)
    with sitting(ctx, yes=yes) as desk:
        if way is Way.KEYRING and copy is None:
            desk.person.tell(
                "Without a copy of the key, a lost keyring means that your store and its backups are lost: --copy FILE"
            )
        if not desk.agreed("Go on? Everything is backed up first."):
            return Result(text="Nothing was changed.", data={"outcome": "declined"})
        before, _ = vault.backup(desk, None)
        old = desk.ledger.key

    def make() -> tuple[bytes, record.Lock | None]:
        typed = _passphrase(ctx) if way is Way.PASSPHRASE else ""
        file = key_file and disk.named(key_file)
        new, lock = keys.made(home, sealing.check, way, file=file, passphrase=typed)
        if copy:
            keys.copy(new, copy)
        return new, lock

    new, own = locking.change(home, old, make)
    after = locking.backed_up(home, new, now())
    before.unlink()
    bare = [str(path) for path in locking.in_the_open(home)]
    assert own.store
    lines = [f"{done}: the store, letters and evidence. The key comes from: {own.store.way} {own.store.file}".rstrip()]
    lines += [f"A backup with this key: {after}", *(f"Still in the open: {path}" for path in bare)]
    lines += [f"The copy of the key: {copy}. Keep it where this machine's thief does not find it."] if copy else []
    lines.append("Rehearsals start over.")
    data = {"outcome": "encrypted", "key": str(own.store.way), "backup": str(after), "in_the_open": bare}
    return Result(text="\n".join(lines), data=data)


def _passphrase(ctx: typer.Context) -> str:
    """A new passphrase: from `DSR_NEW_STORE_KEY` and its kin, else typed twice."""
    if given := secrets.given("new-store-key"):
        return given
    return _typed(ctx, "The new passphrase: four or five random words", stdin=False)


VERBS = (status, encrypt, decrypt, rekey, open_, secret, wipe)
