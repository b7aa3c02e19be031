"""The password of the person's mail server: from the environment or the system's keyring, never from a file of dsr."""

from __future__ import annotations

import os

from dsr.errors import ChannelFailed

VARIABLE = "DSR_SMTP_PASSWORD"
_HINT = f"keep it in the keyring: keyring set dsr smtp, or give it in {VARIABLE}"


def password(channel: str) -> str:
    """The password: `DSR_SMTP_PASSWORD`, else `smtp` of `dsr` in the keyring. Raises ChannelFailed where there is none."""
    if given := os.environ.get(VARIABLE):
        return given
    import keyring
    from keyring.errors import KeyringError

    try:
        found = keyring.get_password("dsr", "smtp")
    except KeyringError as problem:
        why = f"the keyring cannot be read ({type(problem).__name__}), and {VARIABLE} is not set"
        raise ChannelFailed(channel, why, _HINT) from None
    if not found:
        raise ChannelFailed(channel, "there is no password for the mail server", _HINT)
    return found
