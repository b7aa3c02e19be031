"""A reminder by e-mail to oneself: SMTP with TLS, one message, the same Message-ID for the same reminder."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct

from dsr import disk
from dsr.errors import BadFile, ChannelFailed, DsrError
from dsr.notice import Notice

if TYPE_CHECKING:
    from email.message import EmailMessage
    from smtplib import SMTP
    from ssl import SSLContext

_PORTS = {"starttls": 587, "tls": 465, "none": 25}
_HERE = ("localhost", "127.0.0.1", "::1")


class Server(Struct, frozen=True, kw_only=True):
    """A mail server and the address to write to. `security` is `starttls`, `tls` or `none`; see `config.Mail`."""

    to: str
    sender: str
    host: str
    port: int
    security: str
    user: str
    ca_file: str


class Email:
    """The channel `email`; `at` is the instant of the message, `password` gives that of the user when it is needed.

    A server that is given the same message again after a crash can tell by its Message-ID; whether it does is its affair, so a
    second copy cannot be ruled out.
    """

    name = "email"

    def __init__(self, server: Server, at: datetime, password: Callable[[], str], *, patience: float = 30.0) -> None:
        self._server = server
        self._at = at
        self._password = password
        self._patience = patience

    def send(self, notice: Notice) -> None:
        """Hand the message to the server. Raises ChannelFailed where it was not taken, whatever the reason."""
        import smtplib
        import ssl

        self._check()
        message = self._message(notice)
        try:
            smtp = self._connected()
            try:
                self._sign_in(smtp)
                smtp.send_message(message)
            except smtplib.SMTPNotSupportedError:
                raise self._failed("it takes no address that has other letters than a to z") from None
            except smtplib.SMTPServerDisconnected:
                raise self._failed("it ended the connection before it said that it took the message") from None
            finally:
                _leave(smtp)
        except ssl.SSLError as problem:
            raise self._failed(f"the secure connection failed: {problem.reason or 'no reason given'}") from None
        except smtplib.SMTPAuthenticationError:
            raise self._failed("it does not accept the user or the password") from None
        except smtplib.SMTPNotSupportedError:
            raise self._failed("it offers no encryption, and dsr insists on it") from None
        except smtplib.SMTPRecipientsRefused:
            raise self._failed("it does not accept the address in 'to'") from None
        except smtplib.SMTPResponseException as problem:
            raise self._failed(f"it refused the message ({problem.smtp_code})") from None
        except (smtplib.SMTPException, OSError, ValueError) as problem:
            raise self._failed(f"it cannot be reached ({type(problem).__name__})") from None

    def _sign_in(self, smtp: SMTP) -> None:
        import smtplib

        if not self._server.user:
            return
        try:
            word = self._password()
        except DsrError as problem:
            raise ChannelFailed(self.name, problem.message, problem.hint) from None
        try:
            smtp.login(self._server.user, word)
        except smtplib.SMTPServerDisconnected:
            raise self._failed("it ended the connection at the sign-in; are user and password right?") from None
        except smtplib.SMTPNotSupportedError:
            raise self._failed("it offers no sign-in, and [mail] of config.toml names a user") from None
        except UnicodeEncodeError:
            raise self._failed("the user or the password has letters that a sign-in cannot carry") from None

    def _failed(self, why: str) -> ChannelFailed:
        return ChannelFailed(self.name, f"the mail server '{self._server.host}': {why}")

    def _check(self) -> None:
        server = self._server
        hint = "see [mail] in config.toml: host, to, user, security"
        for key in ("host", "to"):
            if not getattr(server, key):
                raise ChannelFailed(self.name, f"config.toml has no '{key}' in [mail]", hint)
        if not (server.to + server.sender).isprintable():
            what = "an address in [mail] of config.toml has more than one line, or a sign that nobody sees"
            raise ChannelFailed(self.name, what, hint)
        if server.security == "none" and server.host not in _HERE:
            what = f"'{server.host}' is another machine, and dsr sends nothing there without encryption"
            raise ChannelFailed(self.name, what, 'security = "starttls" or "tls" in [mail] of config.toml')

    def _connected(self) -> SMTP:
        """A connection, encrypted where that is asked for. It names no host: the greeting is that of any mail program."""
        import smtplib

        server = self._server
        port = server.port or _PORTS[server.security]
        greeting = "[127.0.0.1]"
        if server.security == "tls":
            return smtplib.SMTP_SSL(server.host, port, greeting, timeout=self._patience, context=self._trusted())
        smtp = smtplib.SMTP(server.host, port, greeting, timeout=self._patience)
        if server.security == "starttls":
            try:
                smtp.starttls(context=self._trusted())
            except BaseException:
                smtp.close()
                raise
        return smtp

    def _trusted(self) -> SSLContext:
        import ssl

        own = self._server.ca_file
        try:
            return ssl.create_default_context(cafile=str(disk.named(own)) if own else None)
        except BadFile as problem:
            raise self._failed(f"it cannot be reached, as 'ca_file' is wrong: {problem.message}") from None
        except OSError as problem:
            if not own:
                raise
            why = problem.strerror or "it holds no certificate"
            raise self._failed(f"it cannot be reached, as 'ca_file' {own} cannot be read: {why.lower()}") from None

    def _message(self, notice: Notice) -> EmailMessage:
        """The message. It names cases, companies and days; no account, no letter, and the machine not either."""
        from email.message import EmailMessage
        from email.utils import format_datetime

        message = EmailMessage()
        message["From"] = self._server.sender or self._server.to
        message["To"] = self._server.to
        message["Subject"] = notice.title
        message["Date"] = format_datetime(self._at)
        message["Message-ID"] = f"<{notice.id}@reminder.dsr.invalid>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(f"{notice.text}\n")
        return message


def _leave(smtp: SMTP) -> None:
    """Say goodbye. What is answered to that changes nothing: a message that was taken stays taken."""
    import smtplib

    with suppress(smtplib.SMTPException, OSError):
        smtp.quit()
    smtp.close()
