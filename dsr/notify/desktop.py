"""Reminders as notifications of the desktop, with the library desktop-notifier (the extra `notify`)."""

from __future__ import annotations

from dsr.errors import ChannelFailed, MissingExtra
from dsr.notice import Notice

_PATIENCE = 15.0  # seconds until the desktop must have answered


class Desktop:
    """The channel `desktop`. A notification is taken once the desktop has answered; it may be shown twice after a crash."""

    name = "desktop"

    def send(self, notice: Notice) -> None:
        """Show it. Raises ChannelFailed where there is no desktop to show it, or the library is not installed."""
        try:
            from desktop_notifier import DEFAULT_SOUND, DesktopNotifier  # noqa: F401  also tells whether it is whole
        except ImportError:
            missing = MissingExtra("a desktop notification", "notify")
            raise ChannelFailed(self.name, missing.message, missing.hint) from None
        import asyncio

        if not asyncio.run(_shown(notice)):
            raise ChannelFailed(
                self.name,
                "no desktop took the notification",
                "is anybody signed in at this machine? dsr next shows the same; the next dsr remind tries again",
            )


async def _shown(notice: Notice) -> bool:
    """Whether the desktop took it. The library only logs what fails, and calls back what was taken."""
    import asyncio
    import logging

    from desktop_notifier import DesktopNotifier, Urgency

    logging.getLogger("desktop_notifier").setLevel(logging.CRITICAL)  # what fails is told by dsr, in its own words
    taken: list[str] = []
    notifier = DesktopNotifier(app_name="dsr")
    notifier.on_dispatched = taken.append
    try:
        async with asyncio.timeout(_PATIENCE):
            await notifier.send(title=notice.title, message=notice.text, urgency=Urgency.Critical)
    except TimeoutError:
        return False
    return bool(taken)
