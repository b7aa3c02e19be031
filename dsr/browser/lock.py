"""One dsr at a time on a service's account: a lock on its browser profile, held by the operating system."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dsr.errors import StoreLocked


@contextmanager
def held(profile: Path) -> Iterator[None]:
    """Hold the profile's lock; it is freed when the process ends, however it ends. Raises StoreLocked."""
    profile.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (profile / "dsr.lock").open("w") as file:
        try:
            if sys.platform == "win32":
                import msvcrt

                msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                import fcntl

                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise StoreLocked(
                f"another dsr is using the browser profile {profile.name}", "wait for it to end, then run it again"
            ) from None
        yield
