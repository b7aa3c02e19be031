"""The channels that the person chose in `config.toml`, ready to be given reminders."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from msgspec import structs

from dsr.cases.desk import Desk
from dsr.config import Config
from dsr.errors import ChannelFailed
from dsr.model import Person
from dsr.notice import Channel, Notice

PASSWORD = "smtp-password"  # noqa: S105  the secret's name, for `dsr vault secret set`


class Screen:
    """The channel `terminal`. For a program that asked for JSON the answer itself holds the news: nothing is told before it."""

    name = "terminal"

    def __init__(self, person: Person, *, as_json: bool) -> None:
        self._person = person
        self._as_json = as_json

    def send(self, notice: Notice) -> None:
        """Show the lines."""
        for line in () if self._as_json else notice.lines.values():
            self._person.tell(line)


class Unset:
    """A channel that was chosen, and whose setting is missing: it takes nothing, and says what is missing."""

    def __init__(self, name: str, key: str, example: str) -> None:
        self.name = name
        self._key = key
        self._example = example

    def send(self, notice: Notice) -> None:  # noqa: ARG002
        """Raises ChannelFailed."""
        raise ChannelFailed(self.name, f"config.toml has no '{self._key}' in [remind]", f"for example: {self._example}")


def chosen(desk: Desk, config: Config, at: datetime, *, quiet: bool, as_json: bool) -> Iterator[Channel]:
    """The channels in the order in which they were chosen, each once; `quiet` leaves the terminal out. A rehearsal, in which
    nothing is real, is told at the terminal alone."""
    names = ("terminal",) if desk.rehearsal else tuple(dict.fromkeys(config.remind.channels))
    for name in names:
        if name != "terminal":
            yield _channel(name, desk, config, at)
        elif not quiet:
            yield Screen(desk.person, as_json=as_json)


def _channel(name: str, desk: Desk, config: Config, at: datetime) -> Channel:
    chosen = config.remind
    if name == "email":
        from dsr import vault
        from dsr.mail.out import Email, Server

        return Email(Server(**structs.asdict(config.mail)), at, lambda: vault.secret(PASSWORD, desk.home))
    if name == "desktop":
        from dsr.notify.desktop import Desktop

        return Desktop()
    if name == "file":
        from dsr.notify.file import File

        if not chosen.file:
            return Unset(name, "file", 'file = "~/reminders.txt"')
        return File(desk.home / Path(chosen.file).expanduser(), desk.today)
    from dsr.notify.program import Program

    if not chosen.command:
        return Unset(name, "command", 'command = ["notify-send", "dsr"]')
    return Program(chosen.command)
