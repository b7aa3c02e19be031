"""The operating system's keyring: what is put in is read back, and one that keeps nothing, or keeps it in the open, is refused.

Every call runs in a thread with an end: a locked keyring without anybody to unlock it would wait for ever.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from dsr.errors import NoKeyring

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

_T = TypeVar("_T")
SERVICE = "dsr-toolkit"
TOLD = "DSR_KEYRING_IN_THE_OPEN"  # set to 1: the person accepts a keyring that keeps secrets unencrypted
_PATIENCE = 20.0  # seconds; a person may have to unlock it


def usable() -> str:
    """The name of the keyring that would be used. Raises NoKeyring with the reason."""
    return _name(_bounded(_backend))


def put(name: str, value: str) -> str:
    """Keep a secret and read it back; the keyring's name. Raises NoKeyring."""

    def work() -> str:
        backend = _backend()
        backend.set_password(SERVICE, name, value)
        if backend.get_password(SERVICE, name) != value:
            raise NoKeyring(f"the keyring {_name(backend)} took the secret and does not give it back")
        return _name(backend)

    return _bounded(work)


def get(name: str) -> str | None:
    """The secret of that name; None if the keyring has none. Raises NoKeyring."""
    return _bounded(lambda: _backend().get_password(SERVICE, name))


def remove(name: str) -> None:
    """Take a secret out; nothing happens where there is none. Raises NoKeyring."""

    def work() -> None:
        backend = _backend()
        if backend.get_password(SERVICE, name) is not None:
            backend.delete_password(SERVICE, name)

    _bounded(work)


def _name(backend: KeyringBackend) -> str:
    return f"{type(backend).__module__.removeprefix('keyring.backends.')}.{type(backend).__name__}"


def _backend() -> KeyringBackend:
    """The keyring that is configured, else the best one; a chain counts as its first link, which is where secrets go."""
    import keyring

    backend = keyring.get_keyring()
    for link in getattr(backend, "backends", ()):
        backend = link
        break
    kind = type(backend)
    if kind.__module__.endswith((".fail", ".null")) or backend.priority <= 0:
        raise NoKeyring(f"there is no keyring here that keeps anything ({_name(backend)})")
    plain = "plaintext" in kind.__name__.lower() or kind.__module__.startswith("keyrings.alt")
    if plain and os.environ.get(TOLD) != "1":
        raise NoKeyring(
            f"the keyring {_name(backend)} keeps secrets where other programs can read them ({TOLD}=1 accepts it)"
        )
    return backend


def _bounded(work: Callable[[], _T]) -> _T:
    from keyring.errors import KeyringError

    done: list[_T] = []
    failed: list[Exception] = []

    def run() -> None:
        try:
            done.append(work())
        except (KeyringError, RuntimeError, OSError, ValueError, ImportError, NoKeyring) as problem:
            failed.append(problem)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(_PATIENCE)
    if done:
        return done[0]
    if not failed:
        raise NoKeyring(f"the keyring does not answer within {_PATIENCE:.0f} seconds; it may be locked")
    problem = failed[0]
    if isinstance(problem, NoKeyring):
        raise problem
    raise NoKeyring(f"the keyring refuses: {problem or type(problem).__name__}") from problem
