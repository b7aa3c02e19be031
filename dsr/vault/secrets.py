"""A secret by its name: a key file or file descriptor, else the environment, else the keyring, else asked on a terminal.

For the name `smtp-password` these are `DSR_SMTP_PASSWORD_FILE` and `DSR_SMTP_PASSWORD_FD`, the key file that was noted with
`dsr vault secret set smtp-password --file`, `DSR_SMTP_PASSWORD`, and the keyring.
"""

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec

from dsr.errors import BadFile, NoKeyring, NoSecret, UnknownName, UsageError
from dsr.vault import keyrings, record
from dsr.vault.record import KEYRING

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_MOST = 64 * 1024  # bytes: a secret is short


def secret(name: str, home: Path, ask: Callable[[str], str] | None = None) -> str:
    """The secret of that name. `ask` is how a person at the terminal is asked, without echo; None where nobody is there.

    Raises NoSecret (10) where it is nowhere, BadFile for a key file that others may read or that is missing, UsageError for
    what is no name.
    """
    _check(name)
    if (told := _told(name, home)) is not None:
        return told
    why = "is not set"
    if record.read(home).secrets.get(name) == KEYRING:
        try:
            if (kept := keyrings.get(_entry(name, home))) is not None:
                return kept
            why = "is not in the keyring any more"
        except NoKeyring as problem:
            why = f"cannot be read: {problem.message}"
    if ask is not None and (typed := ask(f"The secret '{name}'")):
        return typed
    raise NoSecret(name, why, variable(name))


def given(name: str) -> str:
    """What a key file, a descriptor or the environment variable of that name says, in this order; empty where none is set."""
    own = variable(name)
    if path := os.environ.get(f"{own}_FILE"):
        return from_file(Path(path))
    if number := os.environ.get(f"{own}_FD"):
        return _from_descriptor(f"{own}_FD", number)
    text = os.environ.get(own, "")
    if not text.isascii():
        _text(own, os.fsencode(text))  # refuses bytes that are no text
    return text


def _told(name: str, home: Path) -> str | None:
    """As `given`; a key file that was noted counts more than the variable itself."""
    own = variable(name)
    where = record.read(home).secrets.get(name, KEYRING)
    if where != KEYRING and not any(os.environ.get(f"{own}_{end}") for end in ("FILE", "FD")):
        return from_file(Path(where))
    return given(name) or None


def variable(name: str) -> str:
    """The environment variable of a secret: `DSR_SMTP_PASSWORD` for `smtp-password`."""
    return f"DSR_{name.upper().replace('-', '_')}"


def from_file(path: Path) -> str:
    """What a key file holds, without its last line end. Raises BadFile where it is missing, empty, or others may read it."""
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except OSError as problem:
        raise BadFile(
            path, f"the key file cannot be read: {(problem.strerror or '').lower()}", "name a file of mode 0600"
        ) from None
    found = os.fstat(handle)
    if not stat.S_ISREG(found.st_mode):
        os.close(handle)
        raise BadFile(path, "a key file is a file, and this is none", "name a file of mode 0600")
    with os.fdopen(handle, "rb") as file:
        if sys.platform != "win32" and (found.st_mode & 0o077 or found.st_uid not in (os.getuid(), 0)):
            raise BadFile(path, "others may read or own this key file", f"chmod 600 '{path}'")
        return _text(str(path), file.read(_MOST + 1))


def _from_descriptor(told: str, number: str) -> str:
    try:
        with os.fdopen(os.dup(int(number)), "rb") as file:
            return _text(told, file.read(_MOST + 1))
    except (ValueError, OSError):
        raise BadFile(
            told, f"'{number}' is no file descriptor that can be read", f"for example {told}=3 with 3<FILE"
        ) from None


def _text(where: str, content: bytes) -> str:
    try:
        text = content.decode().removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        text = ""
    if not text or len(content) > _MOST:
        raise BadFile(where, "it is empty, too long, or no text", "one line of text is what a secret is")
    return text


def put(name: str, home: Path, value: str) -> str:
    """Keep a secret in the keyring, read back; the keyring's name. Raises NoKeyring, UsageError."""
    _check(name)
    if not value or len(value) > _MOST:
        raise UsageError(f"the secret '{name}' is empty or too long", "one line of text is what a secret is")
    own = record.write(home, record.read(home))  # with an id
    try:
        where = keyrings.put(f"{name}:{own.id}", value)
    except NoKeyring as problem:
        problem.hint = f"use a file of mode 0600: dsr vault secret set {name} --file FILE; or set {variable(name)}"
        raise
    _note(name, home, KEYRING)
    return where


def note_file(name: str, home: Path, path: Path) -> None:
    """Note that a secret lies in a key file. Raises BadFile where it cannot be used, UsageError."""
    _check(name)
    from_file(path)
    _note(name, home, str(path))


def remove(name: str, home: Path) -> None:
    """Forget a secret: out of the keyring, or no longer looked for in its key file. Raises UnknownName, NoKeyring."""
    where = record.read(home).secrets
    if name not in where:
        raise UnknownName("secret", name, where)
    if where[name] == KEYRING:
        keyrings.remove(_entry(name, home))
    _forget(name, home)


def known(home: Path) -> dict[str, str]:
    """The names of the secrets of a home and where each is: `keyring` or the path of a key file. Never a value."""
    return dict(sorted(record.read(home).secrets.items()))


def _check(name: str) -> None:
    if not _NAME.fullmatch(name) or len(name) > 60:
        raise UsageError(
            f"'{name}' is not the name of a secret", "small letters and hyphens, for example smtp-password"
        )


def _entry(name: str, home: Path) -> str:
    return f"{name}:{record.read(home).id}"


def _note(name: str, home: Path, where: str) -> None:
    old = record.read(home)
    record.write(home, msgspec.structs.replace(old, secrets=old.secrets | {name: where}))


def _forget(name: str, home: Path) -> None:
    old = record.read(home)
    left = {one: where for one, where in old.secrets.items() if one != name}
    record.write(home, msgspec.structs.replace(old, secrets=left))
