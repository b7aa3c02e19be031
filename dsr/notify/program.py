"""Reminders handed to a program of the person's: the text on its standard input, no shell in between."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence

from dsr.errors import ChannelFailed
from dsr.notice import Notice

_PATIENCE = 60.0  # seconds that a program is given


class Program:
    """The channel `command`: a program and its arguments, run as they are. It gets the title in `DSR_REMINDER_TITLE`, and in
    `DSR_REMINDER_ID` what is the same if it is ever given the same reminder twice. It has taken it when it ends with 0."""

    name = "command"

    def __init__(self, arguments: Sequence[str], *, patience: float = _PATIENCE) -> None:
        self._arguments = list(arguments)
        self._patience = patience

    def send(self, notice: Notice) -> None:
        """Run it. Raises ChannelFailed where it cannot be run, ends with another code than 0, or takes too long."""
        program = self._arguments[0]
        # Of dsr's own environment it gets the home only: a password or a key may be among the rest.
        kept = {key: value for key, value in os.environ.items() if key == "DSR_HOME" or not key.startswith("DSR_")}
        environment = kept | {"DSR_REMINDER_ID": notice.id, "DSR_REMINDER_TITLE": notice.title}
        try:
            done = subprocess.run(
                self._arguments,
                input=f"{notice.text}\n".encode(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=environment,
                timeout=self._patience,
                check=False,
            )
        except subprocess.TimeoutExpired:
            what = f"'{program}' did not end within {self._patience:g} seconds and was stopped"
            raise ChannelFailed(self.name, what) from None
        except (OSError, ValueError) as problem:
            why = (getattr(problem, "strerror", None) or str(problem)).lower()
            raise ChannelFailed(self.name, f"'{program}' cannot be run: {why}") from problem
        if done.returncode:
            raise ChannelFailed(self.name, f"'{program}' ended with {done.returncode}")
