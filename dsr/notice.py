"""A reminder, and the ways on which it reaches the person: what the rooms that send share.

What goes over a channel names cases, companies, what is to be done and by when; no account, address or text of a letter.
"""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct


class Notice(Struct, frozen=True, kw_only=True):
    """What goes over a channel. `id` is the same whenever the same things are announced, so that a channel that is given it
    twice can tell; `lines` are what is announced, by an id of each; `closing` is what to do."""

    id: str
    title: str
    lines: dict[str, str]
    closing: str

    @property
    def text(self) -> str:
        """All of it but the title."""
        return "\n".join((*self.lines.values(), "", self.closing))


class Channel(Protocol):
    """A way on which reminders reach the person; `name` is its word in the configuration."""

    @property
    def name(self) -> str:
        """Its word in the configuration."""

    def send(self, notice: Notice) -> None:
        """Hand it over. Returns once the channel has taken it. Raises ChannelFailed where it certainly has not."""
