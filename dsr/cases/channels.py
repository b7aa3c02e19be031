"""The channels that the person chose in `config.toml`, ready to be given reminders."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from msgspec import structs

from dsr import config
from dsr.cases.desk import Desk
from dsr.config import Config
from dsr.errors import BadFile, ChannelFailed
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
    """A channel that was chosen, and whose setting is missing or wrong: it takes nothing, and says what is the matter."""

    def __init__(self, name: str, what: str, hint: str) -> None:
        self.name = name
        self._what = what
        self._hint = hint

    def send(self, notice: Notice) -> None:  # noqa: ARG002
        """Raises ChannelFailed."""
        raise ChannelFailed(self.name, self._what, self._hint)


def chosen(desk: Desk, own: Config, at: datetime, *, quiet: bool, as_json: bool) -> Iterator[Channel]:
    """The channels in the order in which they were chosen, each once; `quiet` leaves the terminal out. A rehearsal, in which
    nothing is real, is told at the terminal alone."""
    names = ("terminal",) if desk.rehearsal else tuple(dict.fromkeys(own.remind.channels))
    for name in names:
        if name != "terminal":
            yield _channel(name, desk, own, at)
        elif not quiet:
            yield Screen(desk.person, as_json=as_json)


def _file(desk: Desk, typed: str) -> Channel:
    """The channel `file`. What dsr itself keeps in its folder is no place for reminders: they would replace it."""
    from dsr.notify.file import File

    example = 'for example: file = "~/reminders.txt"'
    if not typed:
        return Unset("file", "config.toml has no 'file' in [remind]", example)
    try:
        path = config.within(desk.home, typed)
        own = config.belongs(desk.home.resolve(), path.resolve())
    except BadFile as problem:
        return Unset("file", problem.message, problem.hint)
    except (OSError, RuntimeError):  # a link that leads to itself
        return Unset("file", f"{typed} leads nowhere", example)
    return Unset("file", f"{path} is dsr's own, and no place for reminders", example) if own else File(path, desk.today)


def _channel(name: str, desk: Desk, own: Config, at: datetime) -> Channel:
    chosen = own.remind
    if name == "email":
        from dsr import vault
        from dsr.mail.out import Email, Server

        return Email(Server(**structs.asdict(own.mail)), at, lambda: vault.secret(PASSWORD, desk.home))
    if name == "desktop":
        from dsr.notify.desktop import Desktop

        return Desktop()
    if name == "file":
        return _file(desk, chosen.file)
    from dsr.notify.program import Program

    if not chosen.command:
        what = "config.toml has no 'command' in [remind]"
        return Unset(name, what, 'for example: command = ["notify-send", "dsr"]')
    return Program(chosen.command)
