"""The key of an encrypted store: 32 random bytes in the keyring or in a key file, or made of a passphrase.

`vault.json` says which (`Lock`), and how to tell that a key is the right one; it never holds the key.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets as random
from collections.abc import Callable
from pathlib import Path

from msgspec import structs

from dsr import disk
from dsr.errors import BadData, BadFile, NoKeyring, NoSecret, UsageError
from dsr.vault import keyrings, record, secrets
from dsr.vault.record import Lock, Way

NAME = "store-key"
_N, _R, _P = 1 << 17, 8, 1  # scrypt: 128 MiB and about half a second (OWASP password storage)
Check = Callable[[bytes], str]


def derived(passphrase: str, salt: str) -> bytes:
    """The key that a passphrase and a salt make."""
    return hashlib.scrypt(
        passphrase.encode(), salt=bytes.fromhex(salt), n=_N, r=_R, p=_P, maxmem=_N * _R * 128 * 2, dklen=32
    )


def key(lock: Lock, id_: str, check: Check, ask: Callable[[str], str] | None = None) -> bytes:
    """The key for a lock of the home with that id: from `DSR_STORE_KEY_FILE`, `DSR_STORE_KEY_FD` or `DSR_STORE_KEY` first, then
    from where the lock says.

    Raises NoSecret (10) where it is nowhere, BadData where it is not the right one.
    """
    given = secrets.given(NAME)
    if lock.way is Way.PASSPHRASE:
        text = given or (ask("The passphrase of your store") if ask else "")
        if not text:
            raise NoSecret(NAME, "is a passphrase, and nobody is here to type it", secrets.variable(NAME), set_=False)
        found = _hexadecimal(text) or derived(text, lock.salt)
    else:
        found = _hexadecimal(given or _kept(lock, id_))
    if not hmac.compare_digest(check(found), lock.check):
        what = "passphrase" if lock.way is Way.PASSPHRASE else "key"
        raise BadData(
            f"this is not the {what} of the store",
            f"run it again with the right one, or {secrets.variable(NAME)}_FILE=FILE",
        )
    return found


def _kept(lock: Lock, id_: str) -> str:
    why = "is not in the keyring any more"
    if lock.way is Way.FILE:
        if Path(lock.file).exists():
            return secrets.from_file(Path(lock.file))
        raise NoSecret(NAME, f"is not where it was: {lock.file}", secrets.variable(NAME), set_=False)
    try:
        if text := keyrings.get(entry(lock, id_)):
            return text
    except NoKeyring as problem:
        why = f"cannot be read: {problem.message}"
    raise NoSecret(NAME, why, secrets.variable(NAME), set_=False)


def _hexadecimal(text: str) -> bytes:
    """32 bytes as 64 hexadecimal digits, with or without blanks; empty for anything else."""
    try:
        found = bytes.fromhex("".join(text.split()))
    except ValueError:
        return b""
    return found if len(found) == 32 else b""


def entry(lock: Lock, id_: str) -> str:
    """The name of a store's key in the keyring; each key has its own, so that a new one never overwrites the old."""
    return f"{NAME}:{id_}:{lock.check}"


def made(home: Path, check: Check, way: Way, *, file: Path | None = None, passphrase: str = "") -> tuple[bytes, Lock]:
    """A new key and its lock; it is kept where the way says, and read back, before this returns.

    Raises NoKeyring, BadFile where a file is in the key's place, UsageError for a short passphrase.
    """
    if way is Way.PASSPHRASE:
        if len(passphrase) < 12:
            raise UsageError("the passphrase is shorter than 12 characters", "take four or five random words")
        salt = os.urandom(16).hex()
        new = derived(passphrase, salt)
        return new, Lock(way=way, check=check(new), salt=salt)
    new = random.token_bytes(32)
    lock = Lock(way=way, check=check(new))
    if way is Way.FILE:
        assert file is not None
        copy(new, file)
        return new, structs.replace(lock, file=str(file))
    keep(lock, record.write(home, record.read(home)).id, new)
    return new, lock


def keep(lock: Lock, id_: str, kept: bytes) -> None:
    """Put a store's key into the keyring, read back. Raises NoKeyring with the way out."""
    try:
        keyrings.put(entry(lock, id_), kept.hex())
    except NoKeyring as problem:
        problem.hint = "dsr vault encrypt --passphrase, or --key-file FILE"
        raise


def copy(kept: bytes, file: Path) -> None:
    """Write a key into a file of mode 0600, read back. Raises BadFile where something is in its place."""
    if file.exists():
        raise BadFile(file, "there is a file already, and a key overwrites nothing", "name another file")
    disk.write(file, kept.hex().encode() + b"\n")
    if _hexadecimal(secrets.from_file(file)) != kept:
        raise BadFile(file, "the key could not be read back from it", "name a file on another disk")
